"""PHP: conditions that ask for a constant, or for a private property that nothing sets. Loaded where one is met."""

import re

from tlsscan.frontends.php_names import CLASS_KINDS
from tlsscan.frontends.unit import Path, field, text_of

_FALSE = frozenset({"false", "0", "null", "''", '""', ""})
_TRUE = frozenset({"true", "1"})
_OWN = re.compile(r"\$this->|self::\$?|static::\$")
_IS_TRUE = re.compile(r"(?i)\s*={2,3}\s*true|true\s*={2,3}\s*|!\s*empty\s*\(\s*|\s*\)")
_NOT_OWN = re.compile(r"\$this->(?:\$|\{)|\bforeach\s*\(\s*\$this\s+as\b|^\s*use\s+[\w\\, ]+[;{]", re.MULTILINE)
_CHANGED = r"(?:->|::\$){}\b\s*(?:\[[^\]]*\]\s*)?(?:[-+*/.|&^%]|\?\?|<<|>>)?=(?![=>])"
_TAKEN_APART = r"(?:\blist\s*\(|\[)[^;=]*\$this->{}\b[^;=]*[\])]\s*=(?!=)"
_LENT = (
    r"(?<!&)&\s*(?:\$this->|self::\$|static::\$){}\b"
    r"|(?:->|::\$){}\s*(?:\+\+|--)|(?:\+\+|--)\s*(?:\$this->|self::\$){}\b"
)


def outcome(path: Path, condition: str) -> bool | None:
    """What a condition at the end of a path always comes to, as far as its file tells; None where it may be either."""
    asked = _IS_TRUE.sub("", condition.strip())
    denied = asked.startswith("!")
    asked = asked.removeprefix("!").strip()
    owner = _OWN.match(asked)
    name = asked[owner.end() :] if owner is not None else asked
    around = next((node for node in reversed(path) if node.type in CLASS_KINDS), None)
    if not name.isidentifier() or (owner is not None and around is None):
        return None
    body = text_of(field(around, "body")) if around is not None else ""
    if owner is not None and owner[0].endswith(":"):
        given = _constant(rf"\bconst\s+(?:\w+\s+)?{name}\s*=\s*([^;]*);", body)
    elif owner is not None:
        given = _property(name, body)
    else:
        given = _defined(name, text_of(path[0]))
    if given is None or given.lower() not in _FALSE | _TRUE:
        return None
    return (given.lower() in _TRUE) is not denied


def _constant(pattern: str, text: str) -> str | None:
    found: list[str] = re.findall(pattern, text)
    return found[0].strip() if len(found) == 1 else None


def _defined(name: str, text: str) -> str | None:
    """What a constant is that one place of a file defines in any case."""
    if re.search(rf"\bdefined\s*\(\s*['\"]{name}['\"]", text):
        return None
    made = rf"(?:\bdefine\s*\(\s*['\"]{name}['\"]\s*,|^const\s+{name}\s*=)\s*([^;]*?)\s*\)?\s*;"
    return _constant(f"(?m){made}", text)


def _property(name: str, body: str) -> str | None:
    """What a private property is at first, if nothing sets it to anything else afterwards."""
    others = r"(?:\$\w+\s*(?:=\s*[^;,$()\[\]]*)?,\s*)*"
    declared: list[str] = re.findall(
        rf"\bprivate\s+(?:static\s+)?(?:\??\w+\s+)?{others}\${name}\s*(?:=\s*([^;,]*))?[;,]", body
    )
    given = declared[0].strip() if len(declared) == 1 else ""
    if given.lower() in _FALSE:
        body = re.sub(rf"(?:\$this->|(?:self|static)::\$){name}\s*=\s*(?i:false|0|null)\s*;", ";", body)
    changed = (_CHANGED.format(name), _TAKEN_APART.format(name), _LENT.format(name, name, name))
    if len(declared) != 1 or any(re.search(pattern, body) for pattern in changed) or _NOT_OWN.search(body):
        return None
    return given
