"""Where the classes that make sockets are made: one that is made for older Androids alone sets nothing on newer ones.
Only where files are named after their classes."""

from collections.abc import Callable, Iterator, Sequence

from tlsscan.calls import Question
from tlsscan.candidate import Candidate
from tlsscan.inventory import Sightings
from tlsscan.model import Form, Site
from tlsscan.searches import Spot
from tlsscan.values import Callee

SUFFIX = ".java"
KINDS = ("Socket", "SSL", "Ssl", "TLS", "Tls")  # of what classes make that are called a factory
MAX_PARTS = 12  # of the name of a class with its package
ASKS = Spot("java", "SDK_INT", "")

Ask = Callable[[Sequence[Candidate], Sequence[Question]], Sequence[Site]]
"""The calls of functions in some files."""


class Makers:
    """The classes that make sockets, by file, with the sites in them."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._sites: dict[str, list[int]] = {}
        for number, site in enumerate(sites):
            plain = site.passed is None and not site.guard and site.form is not Form.DECLARATION
            if plain and site.path.endswith(SUFFIX) and _makes_sockets(_class(site.path)):
                self._sites.setdefault(site.path, []).append(number)

    def spots(self) -> Iterator[Spot]:
        """What is to be looked for in files: the classes, imports of them, and questions to Android."""
        for path in self._sites:
            yield from (ASKS, _named(path), _imported(path))

    def told(self, sites: list[Site], seen: Sightings, ask: Ask) -> list[Site]:
        """The sites, those of classes that are made for older Androids alone behind the condition for these."""
        asking = seen.files([ASKS]) if self._sites else set()
        found = list(sites)
        for path, numbers in self._sites.items():
            folder = path.rpartition("/")[0]
            near = {file for file in seen.files([_named(path)]) if file.path.rpartition("/")[0] == folder}
            users = near | seen.files([_imported(path)])
            guard = _common_guard(ask(sorted(users), list(_questions(path)))) if users & asking else ""
            for number in numbers if guard else ():
                found[number] = found[number]._replace(guard=guard)
        return found


def _common_guard(calls: Sequence[Site]) -> str:
    """The condition by which a class is made on older Androids; empty if it is made elsewhere, too."""
    guards = [call.guard for call in calls]
    return guards[0] if guards and all(ASKS.word in guard for guard in guards) else ""


def _questions(path: str) -> Iterator[Question]:
    """Who makes the class of a file, by all the names that its path allows."""
    parts = path.removesuffix(SUFFIX).split("/")[-MAX_PARTS:]
    for start in range(len(parts)):
        yield Question("java", path, "", Callee(".".join(parts[start:]), "constructor"))


def _makes_sockets(name: str) -> bool:
    """Whether a class is called a factory of sockets, TLS or the like: `TLSSocketFactoryCompat`, `Tls12Factory`."""
    return "Factory" in name and any(kind in name for kind in KINDS)


def _class(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(SUFFIX)


def _named(path: str) -> Spot:
    return Spot("java", _class(path), "")


def _imported(path: str) -> Spot:
    return Spot("java", f".{_class(path)};", "")
