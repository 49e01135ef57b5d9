"""Java: methods of factories of sockets that only those call who have no connection yet. Loaded where a setting stands
in a method of their name."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.java_names import Names, parameters
from tlsscan.frontends.unit import Path, Unit, children, field, text_of
from tlsscan.httpsonly import waiting
from tlsscan.patterns import lazy

MAKING = "createSocket"
FACTORY = "javax.net.ssl.SSLSocketFactory"
OVER_ANOTHER = ("Socket", "String", "int", "boolean")
"""What the one takes that makes a socket over another one."""
_OWN = lazy(r"(?<![\w.])(?:this\s*\.\s*)?createSocket\s*\(")
_GIVES_UP = lazy(r"\breturn\s+null\b|\bthrow\b")


def other_overload(names: Names, unit: Unit, path: Path) -> str:
    """What is to be asked of the users of the class around a path, which makes sockets of TLS over others and does not
    call the method in which the path ends to do so; empty where that may be called in any case."""
    level = next((at for at in range(len(path) - 1, 0, -1) if path[at].type == "method_declaration"), 0)
    method, around = path[level], path[level - 2]
    if level < 2 or around.type != "class_declaration" or not _makes(method) or _is_layered(method):
        return ""
    if FACTORY not in names.class_names(unit, path[:level]):
        return ""
    members = children(path[level - 1])
    layered = next((member for member in members if _makes(member) and _is_layered(member)), None)
    if layered is None or _GIVES_UP.search(text_of(layered)):
        return ""
    others = (member for member in members if not _makes(member) or member == layered)
    if any(_OWN.search(text_of(field(member, "body") or member)) for member in others):
        return ""
    return waiting(text_of(field(around, "name")), bare=not parameters(method))


def _makes(member: Node) -> bool:
    return member.type == "method_declaration" and text_of(field(member, "name")) == MAKING


def _is_layered(method: Node) -> bool:
    types = (text_of(field(given, "type")).rpartition(".")[2] for given in parameters(method))
    return tuple(types) == OVER_ANOTHER
