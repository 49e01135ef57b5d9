"""The types that a file of C# or Basic declares, each by itself: who names one of them does not use the others. By the
text, without what stands in texts and comments."""

from tlsscan.patterns import lazy

_SIGN = lazy(rb"\b(?:class|struct|interface|enum|record)[ \t\r\n]+(?!(?:in|is|as|if|and|or|not)\b)@?(\w+)|([{};])")
_SIGN_VB = lazy(
    rb"(?im)^[ \t]*(?:<[^\n>]*>[ \t]*)?(?:(end)[ \t]+)?(?:(?!end\b)\w+[ \t]+)*?"
    rb"(?:class|module|structure|interface|enum)\b[ \t]*(\w*)[^\n]*\n?"
)


def pieces(text: bytes, *, basic: bool = False) -> list[tuple[bytes, bytes]]:
    """The outermost types of a text that has neither texts nor comments, each with its name in lower case and all that
    belongs to it; under an empty name the rest, or everything, where there is but one type."""
    spans = _basic(text) if basic else _c(text)
    if len(spans) < 2:
        return [(b"", text)]
    found: dict[bytes, bytes] = {b"": b""}
    last = 0
    for name, start, end in spans:
        found[b""] += text[last:start] + b"\n"
        found[name.lower()] = found.get(name.lower(), b"") + text[start:end] + b"\n"
        last = end
    found[b""] += text[last:]
    return list(found.items())


def _c(text: bytes) -> list[tuple[bytes, int, int]]:
    found: list[tuple[bytes, int, int]] = []
    begin, depth, name = 0, 0, b""
    for sign in _SIGN.finditer(text):
        if depth:
            depth += {b"{": 1, b"}": -1}.get(sign[2], 0)
        elif sign[1] is not None:
            name = name or sign[1]
            continue
        elif sign[2] == b"{" and name:
            depth = 1
            continue
        if depth:
            continue
        if name:
            found.append((name, begin, sign.end()))
        begin, name = sign.end(), b""
    return [*found, (name, begin, len(text))] if depth else found


def _basic(text: bytes) -> list[tuple[bytes, int, int]]:
    found: list[tuple[bytes, int, int]] = []
    begin, depth, name = 0, 0, b""
    for sign in _SIGN_VB.finditer(text):
        if sign[1] is not None:
            depth = max(depth - 1, 0)
            if not depth and name:
                found.append((name, begin, sign.end()))
                name = b""
        elif sign[2]:
            if not depth:
                begin, name = sign.start(), sign[2]
            depth += 1
    return [*found, (name, begin, len(text))] if name else found
