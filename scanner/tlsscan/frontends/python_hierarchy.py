"""Python: the classes of a file, and which of them are made from which. Knows nothing of TLS."""

from functools import lru_cache

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, Unit, field
from tlsscan.patterns import lazy

CLASS = lazy(rb"(?m)^[ \t]*class[ \t]+(\w+)[ \t]*(?:\(([^()#]*)\))?")
RECORDS = lazy(rb"\bdataclass\b|\bNamedTuple\b|\battrs?\b|\bBaseModel\b|\bBaseSettings\b|\bmsgspec\b")
MAX_CLASSES = 200
MAX_BASES = 6  # classes above each other that are looked into


@lru_cache(maxsize=1)
def _classes(data: bytes) -> dict[str, tuple[str, ...]]:
    """The classes that a file declares with the last parts of the names they are made from."""
    found: dict[str, tuple[str, ...]] = {}
    for match in CLASS.finditer(data):
        if len(found) >= MAX_CLASSES:
            break
        bases = (match.group(2) or b"").decode("utf-8", "replace").split(",")
        words = (base.strip().rpartition(".")[2] for base in bases if "=" not in base)
        found.setdefault(match.group(1).decode("utf-8", "replace"), tuple(word for word in words if word))
    return found


@lru_cache(maxsize=1)
def may_declare(data: bytes) -> bool:
    """Whether a file may declare a record: a class whose constructor is made from what its body declares."""
    return RECORDS.search(data) is not None


def may_enumerate(data: bytes) -> bool:
    """Whether a file may make an enumeration."""
    return b"Enum" in data or b"Flag" in data


def ancestors(unit: Unit, name: str) -> list[str]:
    """The classes of this file that a class is made from, the nearest first."""
    classes = _classes(unit.source.data)
    found: list[str] = []
    waiting = [name]
    while waiting and len(found) < MAX_BASES:
        for base in classes.get(waiting.pop(0), ()):
            if base in classes and base not in found and base != name:
                found.append(base)
                waiting.append(base)
    return found


def descendants(unit: Unit, name: str) -> list[str]:
    """The classes of this file that are made from a class."""
    return [one for one in _classes(unit.source.data) if one != name and name and name in ancestors(unit, one)]


def class_node(unit: Unit, name: str) -> Node | None:
    """The declaration of a class of this file."""
    path = class_path(unit, name)
    return path[-1] if path else None


def class_path(unit: Unit, name: str) -> Path:
    """The path to the declaration of a class of this file; an empty one if there is none."""
    for path in unit.paths(name):
        if len(path) > 1 and path[-2].type == "class_definition" and field(path[-2], "name") == path[-1]:
            return path[:-1]
    return ()
