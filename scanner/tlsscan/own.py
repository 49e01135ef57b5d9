"""Names that the scanned code itself defines: a call of its own `wrap_socket` is none of the library's.

Frontends tell of definitions whose name is that of a sink (`Form.DECLARATION`); here they meet the sites of all files.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from tlsscan.annotations import TypeAlias
from tlsscan.languages import ABSOLUTE
from tlsscan.model import Argument, Form, Site
from tlsscan.sinks import OWN
from tlsscan.values import Invocation, Name, Value, parts, strip

IsSink: TypeAlias = Callable[[str, str], bool]
MAX_NESTING = 20
INHERITING = "=="  # behind the writer of an attribute of a class that is made from another
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
    own = {(site.language, site.names[0].rpartition(".")[2].rstrip("=")) for site in declarations if _is_setter(site)}
    reached = _reached(rest, own)
    known: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in declarations:
        word = site.names[0].rpartition(".")[2]
        if site.names[0].endswith(INHERITING):  # it may be the library's: only what it is passed on to counts
            continue
        if not (_is_setter(site) and word[:-1] in handed):  # setting what is passed on sets what it is passed to
            known[site.language, word.rstrip("=")].append(site)
    aside = {site.path for site in declarations if is_aside(site)}
    return [_named(_passed_on(site, reached, is_sink), known, is_sink, aside) for site in rest]


def _is_setter(declaration: Site) -> bool:
    return declaration.names[0].endswith("=")


def _reached(sites: Sequence[Site], own: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[Site, Argument] | None]:
    """By attributes that the code defines itself: the first construct that is handed what such an attribute holds;
    None where one goes by the same name, so that it may as well be the attribute."""
    found: dict[tuple[str, str], tuple[Site, Argument] | None] = {}
    for site in sites:
        for argument in site.arguments:
            value = strip(argument.value)[0]
            word = value.names[0].rpartition(".")[2] if isinstance(value, Name | Invocation) else ""
            if (key := (site.language, word)) in own:
                same = word in (site.option[-1:] or (argument.name, site.names[0].rpartition(".")[2]))
                found[key] = None if same else found.get(key, (site, argument))
    return found


def _passed_on(site: Site, reached: Mapping[tuple[str, str], tuple[Site, Argument] | None], is_sink: IsSink) -> Site:
    """An attribute of the code's own that is set, as the construct that is handed what it holds: that decides what the
    value means. Not where the file speaks of a library that has such an attribute."""
    found = reached.get((site.language, site.names[0].rpartition(".")[2])) if site.form is Form.ASSIGN else None
    if found is None or site.near or any(is_sink(site.language, name) for name in site.names):
        return site
    there, slot = found
    given = site.arguments[0]
    arguments = tuple(
        given._replace(position=slot.position, name=slot.name) if one is slot else one for one in there.arguments
    )
    return site._replace(
        form=there.form,
        names=there.names,
        arguments=arguments,
        option=there.option,
        owner=there.owner,
        operator=there.operator,
        near=there.near,
        target="",
    )


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
