"""Java: who has the factories that make sockets of TLS over others. Clients of HTTPS ask for those alone, so that what
the other methods of such a factory set is for nobody, if nobody else has one."""

from collections.abc import Iterator, Sequence

from tlsscan.httpsonly import BARE, FILLED
from tlsscan.inventory import Sightings
from tlsscan.model import OTHER_OVERLOAD, Site
from tlsscan.searches import Spot

CLIENTS = Spot("java", "HttpsURLConnection", "")
ANDROID = (Spot("java", "import android.", ""), Spot("java", "import androidx.", ""))


class Layered:
    """The sites that wait for who has their class."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._waiting = {
            number: site.idle[len(BARE) :] for number, site in enumerate(sites) if site.idle.startswith((BARE, FILLED))
        }

    def spots(self) -> Iterator[Spot]:
        """What is to be looked for in files: the classes, what becomes of those that are made, the kinds of clients."""
        for owner in sorted(set(self._waiting.values())):
            yield from (CLIENTS, *ANDROID, _named(owner), _made(owner), _kept(owner))

    def told(self, sites: Sequence[Site], seen: Sightings) -> list[Site]:
        """The sites, idle where all that have their class are clients of HTTPS."""
        found = list(sites)
        for number, owner in self._waiting.items():
            bare = sites[number].idle.startswith(BARE)
            idle = OTHER_OVERLOAD if _is_for_https(owner, seen, bare=bare) else ""
            found[number] = sites[number]._replace(idle=idle)
        return found


def _is_for_https(owner: str, seen: Sightings, *, bare: bool) -> bool:
    """Whether objects of a class are made, and none of them for anybody else. The client of a JDK asks for a socket
    without a peer, too; that of Android, and OkHttp, for none."""
    named = seen.files([_named(owner)])
    makers = seen.files([_made(owner)])
    if not makers or not named <= seen.files([_kept(owner)]):
        return False
    return not bare or not named & seen.files([CLIENTS]) or bool(named & seen.files(ANDROID))


def _named(owner: str) -> Spot:
    return Spot("java", owner, "")


def _made(owner: str) -> Spot:
    return Spot("java", f"new {owner}(", "")


def _kept(owner: str) -> Spot:
    return Spot("java", owner, "", kept=True)
