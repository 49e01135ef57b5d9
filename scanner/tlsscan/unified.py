"""Differences in the unified format, byte by byte. Knows nothing of what is in the files."""

from difflib import diff_bytes, unified_diff

NO_END = b"\\ No newline at end of file\n"
_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')


def difference(path: bytes, old: bytes, new: bytes) -> bytes:
    """The difference between two contents of a file, empty if there is none. Lines end at LF, as `patch` sees it."""
    lines = [_lines(old), _lines(new)]
    names = [_quoted(b"a/" + path), _quoted(b"b/" + path)]
    made = diff_bytes(unified_diff, lines[0], lines[1], names[0], names[1], lineterm=b"\n")
    return b"".join(line if line.endswith(b"\n") else line + b"\n" + NO_END for line in made)


def _lines(content: bytes) -> list[bytes]:
    """The lines of a content with their ends."""
    lines = content.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _quoted(path: bytes) -> bytes:
    """A path as git writes it: in quotes, with escapes, if it holds what could be mistaken."""
    if all(byte in _PLAIN for byte in path):
        return path + b"\t" if b" " in path else path
    return b'"' + b"".join(bytes([byte]) if byte in _PLAIN else b"\\%03o" % byte for byte in path) + b'"'
