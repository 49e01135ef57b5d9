"""What the files that use a class hold, for sinks that ask for it: a file alone does not tell what becomes of what it
hands out. Only where files are named after their classes."""

from collections.abc import Callable, Iterator, Sequence

from tlsscan.inventory import Sightings
from tlsscan.match import match
from tlsscan.model import Site
from tlsscan.products import Runtimes
from tlsscan.records import NamedTuple
from tlsscan.rules import Sink
from tlsscan.searches import Spot
from tlsscan.sinks import SinkIndex, asks_users, users_sign

SUFFIX = ".java"


class Asking(NamedTuple):
    """A site of which the users of its class decide something, and the sinks that ask: the number of the site, its
    file, the folder and the class of that."""

    number: int
    path: str
    folder: str
    owner: str
    sinks: tuple[Sink, ...]


class Users:
    """The questions of some sites to the users of their classes, and the answers."""

    def __init__(self, sites: Sequence[Site], index: Callable[[str], SinkIndex], runtimes: Runtimes) -> None:
        """Asked is of sites that say something, and of which their own file does not tell."""
        self._asked: list[Asking] = []
        for number, site in enumerate(sites):
            if site.passed is not None or not site.path.endswith(SUFFIX):
                continue
            names = [argument.name for argument in site.arguments if argument.name]
            every = (sink for _, sink, _ in index(site.language).candidates(site, names))
            sinks = tuple(sink for sink in every if asks_users(sink) and set(site.near).isdisjoint(sink.without))
            if sinks and _names_versions(site, index(site.language), runtimes):
                folder, _, name = site.path.rpartition("/")
                self._asked.append(Asking(number, site.path, folder, name.removesuffix(SUFFIX), sinks))

    def spots(self) -> Iterator[Spot]:
        """What is to be looked for in files: classes, imports of them, the signs that sinks ask for."""
        for ask in self._asked:
            yield from (_named(ask), _imported(ask))
            yield from (_sign(sign) for sink in ask.sinks for sign in (*sink.users_hold, *sink.users_without))

    def told(self, sites: Sequence[Site], seen: Sightings) -> list[Site]:
        """The sites, with what their users show of them. Whoever hands something on to a class of which that is shown
        shows it, too."""
        shown: dict[int, set[str]] = {ask.number: set() for ask in self._asked}
        settled: set[str] = set()
        for _ in self._asked:
            before = len(settled)
            for ask in self._asked:
                shown[ask.number].update(users_sign(sink) for sink in ask.sinks if _shows(ask, sink, settled, seen))
            silent = {ask.path for ask in self._asked if not shown[ask.number]}
            settled = {ask.path for ask in self._asked} - silent
            if len(settled) == before:
                break
        changed = {number: signs for number, signs in shown.items() if signs}
        return [
            site._replace(near=tuple(sorted({*site.near, *changed[number]}))) if number in changed else site
            for number, site in enumerate(sites)
        ]


def _names_versions(site: Site, index: SinkIndex, runtimes: Runtimes) -> bool:
    usages = [usage for found in match([site], index, runtimes) for usage in found.usages]
    return any(usage.permitted.sure or usage.permitted.rejected for usage in usages)


def _shows(ask: Asking, sink: Sink, settled: set[str], seen: Sightings) -> bool:
    """Whether a user holds a sign that a sink asks for, and no user holds any that it excludes."""
    users = _users(ask, seen)
    against = users & {file.path for file in seen.files(map(_sign, sink.users_without))}
    speaking = users & ({file.path for file in seen.files(map(_sign, sink.users_hold))} | settled)
    return bool(speaking) and against <= settled


def _users(ask: Asking, seen: Sightings) -> set[str]:
    """The files of the class's package that name it, and those that import it."""
    beside = {file.path for file in seen.files([_named(ask)]) if file.path.rpartition("/")[0] == ask.folder}
    return (beside | {file.path for file in seen.files([_imported(ask)])}) - {ask.path}


def _named(ask: Asking) -> Spot:
    return Spot("java", ask.owner, "")


def _imported(ask: Asking) -> Spot:
    return Spot("java", f".{ask.owner};", "")


def _sign(sign: str) -> Spot:
    return Spot("java", sign, "")
