"""What holds for a run: flags, then a trusted policy, then the configuration of the scanned repository.

Flags are the command line and, behind it, the environment. Where the repository's own configuration asks for less than
there would be without it, that is kept as a narrowing (`narrowing`), to be told in every report.
"""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from tlsscan.arguments import COMMAND_LINE
from tlsscan.configfiles import Found, Ground, ground_of, lookup, named
from tlsscan.discovery import Barred
from tlsscan.model import Level, Role
from tlsscan.protocol import FLOORS
from tlsscan.records import NamedTuple
from tlsscan.terms import Says, Terms

if TYPE_CHECKING:
    from tlsscan.configkeys import Configuration
    from tlsscan.selection import Selector

DEFAULT = "default"
_STRICTEST = {"level": ("note", "warning", "error"), "fail-on": ("note", "warning", "error", "never")}
"""Keys whose values go from strict to lax."""


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
    given.no_suppress = given.no_suppress or given.isolated
    ground = ground_of(tuple(given.paths) or (".",))
    policy = _checked(named(given.policy, ground, trusted=True)) if given.policy else None
    own = _own(given, ground)
    if own is None and policy is None:
        return Settings(
            given, Terms(_flags(given), demote=not given.no_demote, extended=_extended(given)), given.sources
        )
    return _merged(given, own, policy)


def _own(given: Namespace, ground: Ground | None) -> "Configuration | None":
    if given.config:
        return _checked(named(given.config, ground))
    found = lookup(ground) if ground is not None and not given.isolated else None
    return _checked(found) if found is not None else None


def _checked(found: Found) -> "Configuration":
    from tlsscan.configkeys import configuration

    return configuration(found)


def _merged(given: Namespace, own: "Configuration | None", policy: "Configuration | None") -> Settings:
    lax: list[tuple[str, str, str]] = []
    notices: list[str] = []
    for key in _STRICTEST:
        _order(given, key, own, policy, lax, notices)
    for key, flag in (("demote", "no_demote"), ("role", "role"), ("baseline", "baseline")):
        _take(given, key, flag, own, policy, notices)
    for one in (policy, own):
        given.rules = [*given.rules, *((one and one.get("rules")) or [])]
    terms = Terms(
        _flags(given),
        _says(policy),
        _says(own),
        demote=not given.no_demote,
        extended=_extended(given),
    )
    notices += _overruled(terms, own, policy)
    if own is not None and own.beside:
        others = " and ".join(own.beside)
        notices.append(f"the configuration is {own.path}; {others} beside it does not hold")
    barred = _barred(given, own, policy)
    return Settings(given, terms, given.sources, barred, own, policy, tuple(lax), tuple(notices))


def _order(
    given: Namespace,
    key: str,
    own: "Configuration | None",
    policy: "Configuration | None",
    lax: list[tuple[str, str, str]],
    notices: list[str],
) -> None:
    """Fill a flag whose values go from strict to lax: of policy and configuration the stricter holds."""
    flag = key.replace("-", "_")
    order = _STRICTEST[key]
    asked = own.get(key) if own is not None else None
    ruled = policy.get(key) if policy is not None else None
    if flag in given.sources or not hasattr(given, flag):
        return
    if asked is not None and own is not None:
        without = ruled or getattr(given, flag)
        if ruled is not None and policy is not None and order.index(asked) > order.index(ruled):
            notices.append(f"{own.places[key]}: {key} {asked} does not hold: {policy.path} asks for {ruled}")
        else:
            setattr(given, flag, asked)
            given.sources[flag] = own.places[key]
            if order.index(asked) > order.index(without):
                lax.append((key, asked, without))
            return
    if ruled is not None and policy is not None:
        setattr(given, flag, ruled)
        given.sources[flag] = policy.places[key]


def _take(
    given: Namespace,
    key: str,
    flag: str,
    own: "Configuration | None",
    policy: "Configuration | None",
    notices: list[str],
) -> None:
    """Fill a flag from the policy, else from the configuration."""
    if flag in given.sources or not hasattr(given, flag):
        return
    for one in (policy, own):
        if one is not None and one.get(key) is not None:
            if one is own and policy is not None and policy.get(key) is not None:
                if one.get(key) != policy.get(key):
                    notices.append(f"{one.places[key]}: {key} does not hold: {policy.path} has it, too")
                continue
            value = one.get(key)
            setattr(given, flag, not value if key == "demote" else value)
            given.sources[flag] = one.places[key]


def _overruled(terms: Terms, own: "Configuration | None", policy: "Configuration | None") -> list[str]:
    """Sentences about what a configuration asks for and a policy does not let it have."""
    if own is None or policy is None:
        return []
    found = []
    least = policy.get("min-tls")
    if least and terms.flags.floor is None:
        asked = [(own.places["min-tls"], own.get("min-tls"))] if own.get("min-tls") else []
        for place, floor in asked:
            if FLOORS[floor] < FLOORS[least]:
                found.append(f"{place}: min-tls {floor} does not hold: {policy.path} asks for {least}")
    for rule in own.paths if least else ():
        if rule.floor is not None and rule.floor < FLOORS[least]:
            text = f"min-tls of {rule.glob} does not hold: {policy.path} asks for {least}"
            found.append(f"{rule.place}: {text}")
    found += [
        f"{own.places[key]}: {key} does not hold: {policy.path} has it, too"
        for key in ("exclude", "select", "ignore")
        if own.get(key) and policy.get(key) is not None
    ]
    if policy.get("ignore") is not None:
        ignoring = (rule for rule in own.paths if rule.ignore)
        found += [f"{rule.place}: ignore of {rule.glob} does not hold: {policy.path} has it, too" for rule in ignoring]
    return found


def _barred(given: Namespace, own: "Configuration | None", policy: "Configuration | None") -> tuple[Barred, ...]:
    """What files leave out of the scan: the policy, if it says so, else the configuration; not where a flag does."""
    if "exclude" in given.sources:
        return ()
    for one in (policy, own):
        if one is not None and one.get("exclude") is not None:
            return (Barred(one.get("exclude"), excluded_by(one.path)),)
    return ()


def excluded_by(path: str) -> str:
    """The reason that discovery tells of what a file excludes."""
    return f"excluded by {path}"


def _says(one: "Configuration | None") -> Says:
    if one is None:
        return Says("")
    role = one.get("role")
    floor = one.get("min-tls")
    return Says(
        one.path,
        floor=FLOORS[floor] if floor else None,
        select=one.get("select"),
        ignore=one.get("ignore"),
        paths=one.paths,
        role=Role(role) if role else None,
    )


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


def _extended(given: Namespace) -> "tuple[Selector, ...]":
    return _selectors(given, "extend_select") or ()


def shown_level(given: Namespace) -> Level:
    """The lowest level that is shown: what fails the run is never hidden."""
    shown = Level(given.level)
    fails = getattr(given, "fail_on", "never")
    if fails != "never" and Level(fails).rank < shown.rank:
        return Level(fails)
    return shown
