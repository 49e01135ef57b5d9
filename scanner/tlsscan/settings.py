"""What holds for a run: flags, then a trusted policy, then the configuration of the scanned repository.

Flags are the command line and, behind it, the environment. Where the repository's own configuration asks for less than
there would be without it, that is kept as a narrowing (`narrowing`), to be told in every report.
"""

from argparse import Namespace

from tlsscan.annotations import TYPE_CHECKING, Any
from tlsscan.arguments import COMMAND_LINE
from tlsscan.configfiles import Found, Ground, ground_of, lookup, named
from tlsscan.model import Confidence, Level, Role
from tlsscan.protocol import FLOORS
from tlsscan.records import NamedTuple
from tlsscan.sieve import Barred
from tlsscan.terms import Says, Terms

if TYPE_CHECKING:
    from tlsscan.configkeys import Configuration
    from tlsscan.selection import Selector

DEFAULT = "default"


class Settings(NamedTuple):
    """`given` are the flags, filled from files where neither command line nor environment gives them; `sources` says
    of each flag that is no default where it comes from. `notices` tell what does not hold, and why."""

    given: Namespace
    terms: Terms
    sources: dict[str, str]
    barred: tuple[Barred, ...] = ()
    own: "Configuration | None" = None
    policy: "Configuration | None" = None
    lax: tuple[tuple[str, str, str], ...] = ()
    """What the configuration makes laxer: key, value, and the value that would hold without it."""
    notices: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The configuration that holds, or nothing."""
        return self.own.path if self.own is not None else ""


def settle(given: Namespace) -> Settings:
    """The settings of a run, from its flags and from the files that they and the scanned tree lead to. Raises
    UsageError for what is wrong with those."""
    given.no_suppress = getattr(given, "no_suppress", False) or given.isolated
    demote = not getattr(given, "no_demote", False)
    ground = ground_of(tuple(given.paths) or (".",))
    policy = _checked(named(given.policy, ground, trusted=True)) if given.policy else None
    misspelt: list[str] = []
    own = _own(given, ground, misspelt)
    terms = Terms(
        _flags(given),
        demote=demote,
        extended=_selectors(given, "extend_select") or (),
        confidence=Confidence(getattr(given, "confidence", "low")),
    )
    lost = given.no_suppress and "baseline" in given.sources
    by = "--isolated" if given.isolated else "--no-suppress"
    vain = (*((f"--baseline does not hold: {by} heeds none",) if lost else ()), *misspelt)
    if own is None and policy is None:
        return Settings(given, terms, given.sources, notices=vain)
    from tlsscan.merging import merged

    found = merged(given, terms, own, policy)
    return Settings(given, found.terms, given.sources, found.barred, own, policy, found.lax, (*vain, *found.notices))


def _own(given: Namespace, ground: Ground | None, misspelt: list[str]) -> "Configuration | None":
    if given.config:
        return _checked(named(given.config, ground))
    found = lookup(ground, misspelt) if ground is not None and not given.isolated else None
    return _checked(found) if found is not None else None


def _checked(found: Found) -> "Configuration":
    from tlsscan.configkeys import configuration

    return configuration(found)


def _flags(given: Namespace) -> Says:
    """What the command line and the environment ask for."""

    def known(flag: str) -> Any:
        return getattr(given, flag) if given.sources.get(flag, DEFAULT) in (COMMAND_LINE, _twin(flag)) else None

    floor, role = known("min_tls"), known("role")
    return Says(
        "the command line",
        floor=FLOORS[floor] if floor else None,
        select=_selectors(given, "select"),
        ignore=_selectors(given, "ignore"),
        role=Role(role) if role else None,
    )


def _twin(flag: str) -> str:
    return f"TLSSCAN_{flag.upper()}"


def _selectors(given: Namespace, flag: str) -> "tuple[Selector, ...] | None":
    if flag not in given.sources:
        return None
    from tlsscan.selection import selector

    source = given.sources[flag]
    place = f"--{flag.replace('_', '-')}" if source == COMMAND_LINE else source
    return tuple(selector(word, place) for word in getattr(given, flag))


def shown_level(given: Namespace) -> Level:
    """The lowest level that is shown: what fails the run is never hidden."""
    shown = Level(given.level)
    fails = getattr(given, "fail_on", "never")
    if fails != "never" and Level(fails).rank < shown.rank:
        return Level(fails)
    return shown
