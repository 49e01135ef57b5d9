"""Python: what a module passes on, having imported it: other modules import it from there. Knows nothing of TLS."""

from collections.abc import Iterator

from tlsscan.frontends.base import Frontend
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Unit
from tlsscan.patterns import lazy
from tlsscan.values import Name

STAR = lazy(rb"(?m)^[ \t]*from[ \t]+([\w.]+)[ \t]+import \*")
CALLED = "()"  # behind the name of what a function gives that is passed nothing
MAX_STARS = 8  # imports with `*` that are considered


def passes_on(data: bytes, word: str) -> bool:
    """Whether the text of a module looks as if it imported a word, or all of another module."""
    return (b"import" in data and word.partition("(")[0].encode() in data) or STAR.search(data) is not None


def starred(data: bytes, package: str) -> tuple[str, ...]:
    """The modules that a file of a package imports with `*`."""
    found = list(dict.fromkeys(match.group(1).decode("utf-8", "replace") for match in STAR.finditer(data)))
    return tuple(filter(None, (absolute(module, package) for module in found[:MAX_STARS])))


def absolute(module: str, package: str) -> str:
    """The name of a module as an import says it in a file of a package. One that is relative goes by what stands behind
    its dots, for that is enough to know it; without anything there, it is the package, or one around it."""
    named = module.lstrip(".")
    above = len(module) - len(named) - 1
    return named or ".".join(package.split(".")[: -above or None])


def passed_on(frontend: Frontend, unit: Unit, word: str, package: str) -> Iterator[Definition]:
    """A name that a module imports and gives no value to itself, and what it may have by a `*`, as constants."""
    plain, mark, rest = word.partition("(")
    shared = frontend.shared(unit, unit.bindings(plain) or ())
    name = ".".join(filter(None, (frontend.module(unit), word)))
    if shared and all(binding.kind == "import" for binding in shared):
        last = shared[-1].path
        value = Context(unit, last).left(shared, plain)
        if mark and isinstance(value, Name):
            value = Name(tuple(f"{one}{mark}{rest}" for one in value.names))
        yield Definition(name, value, unit.step(last[-2]))
    elif not shared and (star := STAR.search(unit.source.data)):
        modules = starred(unit.source.data, package)
        if modules:
            path = unit.path_at(star.start(1))
            yield Definition(name, Name(tuple(f"{module}.{word}" for module in modules)), unit.step(path[1]))
