"""What flags, a policy and a configuration amount to, where they speak of the same. Loaded only if there is a file."""

from argparse import Namespace

from tlsscan.configkeys import Configuration
from tlsscan.model import Role
from tlsscan.protocol import FLOORS
from tlsscan.records import NamedTuple
from tlsscan.sieve import Barred
from tlsscan.terms import Says, Terms

_STRICTEST = {"level": ("note", "warning", "error"), "fail-on": ("note", "warning", "error", "never")}
"""Keys whose values go from strict to lax."""


class Merged(NamedTuple):
    """What holds, and what does not: see `Settings`. `lax` is what the configuration makes laxer: key, value, and the
    value that would hold without it."""

    terms: Terms
    barred: tuple[Barred, ...]
    lax: tuple[tuple[str, str, str], ...]
    notices: tuple[str, ...]


def merged(given: Namespace, terms: Terms, own: Configuration | None, policy: Configuration | None) -> Merged:
    """What flags (with their terms), a policy and a configuration amount to; the flags are filled."""
    lax: list[tuple[str, str, str]] = []
    notices: list[str] = []
    for key in _STRICTEST:
        _order(given, key, own, policy, lax, notices)
    for key, flag in (("demote", "no_demote"), ("role", "role"), ("baseline", "baseline")):
        _take(given, key, flag, own, policy, notices)
    for one in (policy, own):
        given.rules = [*given.rules, *((one and one.get("rules")) or [])]
    terms = terms._replace(policy=_says(policy), own=_says(own), demote=not getattr(given, "no_demote", False))
    notices += _outvoted(given, terms)
    notices += _overruled(terms, own, policy)
    if own is not None and own.beside:
        others = " and ".join(own.beside)
        notices.append(f"the configuration is {own.path}; {others} beside it does not hold")
    return Merged(terms, _barred(given, own, policy), tuple(lax), tuple(notices))


def _order(
    given: Namespace,
    key: str,
    own: Configuration | None,
    policy: Configuration | None,
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
    own: Configuration | None,
    policy: Configuration | None,
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
            setattr(given, flag, not value if key == "demote" else value or None)  # an empty path is no file
            given.sources[flag] = one.places[key]


def _outvoted(given: Namespace, terms: Terms) -> list[str]:
    """Sentences about globs that ask for a lower floor than the command line or the environment."""
    least = terms.flags.floor
    if least is None:
        return []
    rules = [rule for rule in (*terms.policy.paths, *terms.own.paths) if rule.floor is not None and rule.floor < least]
    asks = f"{given.sources['min_tls']} asks for {given.min_tls}"
    return [f"{rule.place}: min-tls of {rule.glob} does not hold: {asks}" for rule in rules]


def _overruled(terms: Terms, own: Configuration | None, policy: Configuration | None) -> list[str]:
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
    for rule in own.paths if least and terms.flags.floor is None else ():
        if rule.floor is not None and rule.floor < FLOORS[least]:
            text = f"min-tls of {rule.glob} does not hold: {policy.path} asks for {least}"
            found.append(f"{rule.place}: {text}")
    found += [
        f"{own.places[key]}: {key} does not hold: {policy.path} has it, too"
        for key in ("exclude", "select", "ignore")
        if own.get(key) and policy.get(key) is not None
    ]
    if own.get("select") and policy.get("select") is None and policy.get("ignore") is not None:
        found.append(f"{own.places['select']}: select does not hold: {policy.path} says what is ignored")
    if policy.get("ignore") is not None:
        ignoring = (rule for rule in own.paths if rule.ignore)
        found += [f"{rule.place}: ignore of {rule.glob} does not hold: {policy.path} has it, too" for rule in ignoring]
    return found


def _barred(given: Namespace, own: Configuration | None, policy: Configuration | None) -> tuple[Barred, ...]:
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


def _says(one: Configuration | None) -> Says:
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
