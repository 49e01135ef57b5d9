"""Names that the scanned code itself defines: a call of its own `wrap_socket` is none of the library's.

Frontends tell of definitions whose name is that of a sink (`Form.DECLARATION`); here they meet the sites of all files.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tlsscan.languages import ABSOLUTE
from tlsscan.model import Form, Site
from tlsscan.sinks import OWN
from tlsscan.values import Invocation, Name, Value, parts

IsSink: TypeAlias = Callable[[str, str], bool]
MAX_NESTING = 20
CALLABLE = frozenset({Form.CALL, Form.NEW, Form.ASSIGN})


def own_names(sites: Sequence[Site], is_sink: IsSink, is_aside: Callable[[Site], bool]) -> list[Site]:
    """The sites without declarations, each that means something declared under nothing but that name.

    `is_sink` says whether a name of a language is exactly that of a sink; `is_aside` whether a declaration stands in
    tests: a namesake there stands in for the library, for that file alone.
    """
    declarations = [site for site in sites if site.form is Form.DECLARATION]
    if not declarations:
        return list(sites)
    rest = [site for site in sites if site.form is not Form.DECLARATION]
    handed = {word for site in rest for argument in site.arguments for word in _words(argument.value)}
    known: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in declarations:
        word = site.names[0].rpartition(".")[2]
        if not (word.endswith("=") and word[:-1] in handed):  # setting what is passed on sets what it is passed to
            known[site.language, word.rstrip("=")].append(site)
    aside = {site.path for site in declarations if is_aside(site)}
    return [_named(site, known, is_sink, aside) for site in rest]


def _named(site: Site, known: dict[tuple[str, str], list[Site]], is_sink: IsSink, aside: set[str]) -> Site:
    if site.form not in CALLABLE:
        return site
    for name in site.names:
        if name.startswith("?") or "." not in name or is_sink(site.language, name):
            continue
        owner = name.rpartition(".")[0] if site.form is not Form.ASSIGN else ""
        for whole in (name, owner):
            for declaration in known.get((site.language, whole.rpartition(".")[2]), ()):
                seen = declaration.path == site.path or declaration.path not in aside
                if seen and _same(whole, declaration.names[0].rstrip("="), site.language):
                    return site._replace(names=(f"{OWN}{name}",))
    return site


def _same(used: str, defined: str, language: str) -> bool:
    """Whether a used name means a defined one. Where names are not absolute, a use leaves out the first parts."""
    return used == defined or (language not in ABSOLUTE and "." in used and defined.endswith(f".{used}"))


def _words(value: Value, depth: int = 0) -> Iterator[str]:
    """The last parts of the names that a value comes from."""
    if isinstance(value, Name | Invocation):
        yield value.names[0].rpartition(".")[2]
    elif depth < MAX_NESTING:
        for part in parts(value):
            yield from _words(part, depth + 1)
