"""Python: what code puts in the place of `ssl.wrap_socket`, for others to call: httplib and urllib2 do so before Python
2.7.9 alone, smtplib, imaplib and poplib until 3. It decides for nothing else."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

PATCHING = "something calls ssl.wrap_socket, as httplib and urllib2 do before Python 2.7.9"
_REPLACED = b"ssl.wrap_socket"
_PATCH = lazy(
    rb"(?m)^[ \t]*(?:[\w.]+[ \t]*[,=][ \t]*)*ssl\.wrap_socket[ \t]*(?:,[ \t]*[\w.]+[ \t]*)*=(?!=)[ \t]*([^\n#]+)",
    having=(_REPLACED,),
)
_WORD = lazy(rb"[^\W\d]\w*")


def patching(path: Path) -> str:
    """The condition under which the end of a path runs, or what it makes is used, where that takes the place of
    `ssl.wrap_socket`; an empty text if it does not."""
    text = path[0].text or b""
    if _REPLACED not in text:
        return ""
    if any(map(_replaces, path)):
        return PATCHING
    names = {word for found in _PATCH.finditer(text) for word in _WORD.findall(found[1])}
    around = (text_of(field(node, "name")).encode() for node in path if node.type == "function_definition")
    return PATCHING if any(name in names for name in around) else ""


def _replaces(node: Node) -> bool:
    """Whether a statement sets `ssl.wrap_socket`."""
    return node.type == "assignment" and _REPLACED.decode() in text_of(field(node, "left"))
