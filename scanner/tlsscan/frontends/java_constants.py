"""Java: conditions that ask for a constant, or for a private member that nothing sets. Loaded where one is met."""

import re

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, text_of
from tlsscan.patterns import lazy, places

LARGEST = 200_000  # bytes of a file in which they are looked for
_ASKED = lazy(r"(!?)\s*(?:(?:this|([A-Z]\w*))\.)?(\w+)")
_FILLED = lazy(
    r"@(?:\w+\.)*(?:Setter|Data|Builder|SuperBuilder|AllArgsConstructor|RequiredArgsConstructor|Configuration\w*|Entity"
    r"|Xml\w+|Json\w+|RunWith|ExtendWith)\b|\bSerializable\b|\bGson\b|\bObjectMapper\b|\bReflection\w*"
    r"|\bgetDeclaredField|\bnative\b"
)
"""What gives members values that no line of the file shows."""
_SETTING = r"(?<![\w\"]){}\s*(?:[|&^]?=)(?!=)"
_DECLARED = (
    r"(\*/|@\w+(?:\([^()]*\))?|[;{{}}])\s*((?:(?:private|public|protected|static|final|volatile|transient)\s+)+)"
    r"[bB]oolean\s+{}\s*(=\s*(true|false)\s*)?;"
)
_LINE_COMMENT = lazy(r"//[^\n]*")
_INJECTED = lazy(r"@(?:parameter|component)\b[^/]*\*/\s*\Z")  # as plug-ins of Maven have it in a comment


def outcome(path: Path, asked: str, function: Node | None) -> bool | None:
    """What a condition at the end of a path always comes to, as far as its file tells; None where it may be either."""
    found = _ASKED.fullmatch(asked)
    if found is None or path[0].end_byte > LARGEST:
        return None
    denied, owner, name = found[1], found[2], found[3]
    text = _LINE_COMMENT.sub("", text_of(path[0]))
    if owner and not re.search(rf"\b(?:class|interface|enum|record)\s+{owner}\b", text):
        return None
    if function is not None and re.search(rf"\b[bB]oolean\s+{name}\b", text_of(function)):
        return None  # a variable of its own
    given = _given(text, name)
    return None if given is None else given is not bool(denied)


def _given(text: str, name: str) -> bool | None:
    """What a member always is that one class of a file declares."""
    if not re.search(rf"oolean\s+{name}\b", text):  # begins with letters: found many times sooner
        return None
    declared = [*re.finditer(_DECLARED.format(name), text)]
    if len(declared) != 1:
        return None
    before, modifiers, set_there, value = declared[0].groups()
    words = modifiers.split()
    if "final" in words:
        return value == "true" if value else None
    if "private" not in words or before.startswith("@") or _INJECTED.search(text, 0, declared[0].end(1)):
        return None
    setting = re.compile(_SETTING.format(name))
    written = sum(setting.match(text, at) is not None for at in places(text, name))
    if written != bool(set_there) or _FILLED.search(text):
        return None
    return value == "true"
