"""`tlsscan config`: which settings hold for a scan, and where each comes from."""

import os
from collections.abc import Iterator, Sequence

from tlsscan import __version__
from tlsscan.annotations import Any
from tlsscan.arguments import Parser, adopting_flags, gate_flags, scanned_flags
from tlsscan.configkeys import Configuration
from tlsscan.console import OK
from tlsscan.display import safe
from tlsscan.errors import UsageError
from tlsscan.protocol import FLOORS, Version
from tlsscan.records import NamedTuple
from tlsscan.reporters.dump import dump
from tlsscan.scanning import listed
from tlsscan.settings import DEFAULT, Settings, settle

SCHEMA = "tlsscan-config/1"
_LISTS = ("select", "ignore", "exclude")


class Entry(NamedTuple):
    """A setting that holds: its key, its value, and where that is said."""

    key: str
    value: Any
    source: str


def run(arguments: list[str]) -> int:
    """Print the settings."""
    given = _parser().parse(arguments)
    listed(given)
    for path in given.paths:
        if not os.path.lexists(path):
            raise UsageError("no such file or directory", place=path)
    settings = settle(given)
    entries = list(_entries(settings))
    if given.format == "json":
        document = {
            "schema": SCHEMA,
            "tool": {"name": "tlsscan", "version": __version__},
            "configuration": settings.file or None,
            "policy": settings.policy.path if settings.policy is not None else None,
            "settings": [{"key": one.key, "value": one.value, "source": one.source} for one in entries],
            "notices": list(settings.notices),
        }
        print(dump(document, indent=2), end="")
        return OK
    print(f"configuration: {safe(settings.file) or 'none'}")
    if settings.policy is not None:
        print(f"policy: {safe(settings.policy.path)}")
    width = max(len(one.key) for one in entries)
    rows = [(one.key, _shown(one.value), one.source) for one in entries]
    middle = min(max(len(value) for _, value, _ in rows), 40)
    for key, value, source in rows:
        print(safe(f"{key:{width}}  {value:{middle}}  ({source})"))
    for notice in settings.notices:
        print(safe(f"note: {notice}"))
    return OK


def _entries(settings: Settings) -> Iterator[Entry]:
    """The settings by the keys of a configuration, then the flags that have none and are no defaults."""
    given, terms = settings.given, settings.terms
    yield Entry("min-tls", _name(terms.floor), _who(settings, "min-tls", _name(terms.floor)))
    for key in ("level", "fail-on", "role", "baseline"):
        flag = key.replace("-", "_")
        yield Entry(key, getattr(given, flag), given.sources.get(flag, DEFAULT))
    yield Entry("demote", not given.no_demote, given.sources.get("no_demote", DEFAULT))
    for key in _LISTS:
        yield _listing(settings, key)
    yield Entry("rules", list(given.rules), _from_all(settings, "rules"))
    for one in (settings.policy, settings.own):
        for rule in one.paths if one is not None else ():
            value: dict[str, Any] = {"ignore": _texts(rule.ignore)} if rule.ignore else {}
            if rule.floor is not None:
                value = {"min-tls": _name(rule.floor), **value}
            yield Entry(f"per-path {rule.glob}", value, rule.place)
    told = {"min_tls", "level", "fail_on", "role", "baseline", "no_demote", "rules", "format", "paths", "show", *_LISTS}
    for flag in sorted(given.sources.keys() - told):
        yield Entry(flag.replace("_", "-"), getattr(given, flag), given.sources[flag])


def _name(floor: Version) -> str:
    return next(name for name, version in FLOORS.items() if version is floor)


def _who(settings: Settings, key: str, value: str) -> str:
    """Where a value is said that might be said in several places."""
    flag = key.replace("-", "_")
    if flag in settings.sources:
        return settings.sources[flag]
    for one in (settings.policy, settings.own):
        if one is not None and one.get(key) == value:
            return one.places[key]
    return DEFAULT


def _listing(settings: Settings, key: str) -> Entry:
    if key in settings.sources:
        return Entry(key, list(getattr(settings.given, key)), settings.sources[key])
    files = [one for one in (settings.policy, settings.own) if one is not None and one.get(key) is not None]
    policy = settings.policy
    if key == "select" and policy is not None and policy.get(key) is None and policy.get("ignore") is not None:
        files = []  # to select a few would be to ignore the others
    if not files:
        return Entry(key, [], DEFAULT)
    if key == "select" and len(files) > 1:
        return Entry(key, [text for one in files for text in _texts(one.get(key))], _places(files, key))
    return Entry(key, _texts(files[0].get(key)), files[0].places[key])


def _texts(value: Any) -> list[str]:
    return list(value.texts) if hasattr(value, "texts") else [one.text for one in value]


def _from_all(settings: Settings, key: str) -> str:
    files = [one for one in (settings.policy, settings.own) if one is not None and one.get(key)]
    said = [settings.sources[key]] if key in settings.sources else []
    return ", ".join([*said, *([_places(files, key)] if files else [])]) or DEFAULT


def _places(files: Sequence[Configuration], key: str) -> str:
    return ", ".join(one.places[key] for one in files)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value or "none")


def _parser() -> Parser:
    """The parser of `tlsscan config`."""
    parser = Parser("tlsscan config", "Tell which settings hold for a scan of PATH, and where each comes from.")
    parser.without_twin.add("format")
    scanned_flags(parser)
    gate_flags(parser)
    adopting_flags(parser)
    parser.add_argument("--show", action="store_true", help="print them (there is nothing else to do yet)")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="format of the list")
    return parser
