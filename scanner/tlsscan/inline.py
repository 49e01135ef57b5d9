"""The suppressions in a file: which comments hold one, and which lines each covers. Knows no rule."""

import re
from collections.abc import Iterator

from tlsscan.frontends.speaker import Parsed
from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembled
from tlsscan.patterns import lazy
from tlsscan.source import MARK, SourceFile
from tlsscan.suppressions import FILE_LINES, MOST, Directive, Ignore, directives

LONGEST = 25
"""So many lines a statement may have to be covered as a whole; of a longer one, just the line itself."""
_TAIL = b" \t\r\n,;"
_NEAR = 8192  # bytes below a comment in which what it is about is looked for
_BLANK = lazy(rb"[ \t\f\v]*")
_OPENER = lazy(rb"(?:\A|[ \t])(#+|//+|<!--)[ \t]*\Z")
_HOST_COMMENTS = {
    "erb": ((b"<%#", b"%>"),),
    "jsp": ((b"<%--", b"--%>"),),
    "aspnet": ((b"<%--", b"--%>"),),
    "razor": ((b"@*", b"*@"),),
}
"""What begins and ends a comment of the container itself."""


def in_code(unit: Parsed, source: SourceFile) -> Iterator[Ignore]:
    """The suppressions in the comments of a program, in order. A comment is what the language calls one."""
    done = 0
    for at in _marks(source.data):
        span = unit.comment(at) if at >= done else None
        if span is None:
            continue
        done = max(span[1], at + 1)
        first, last = _covered(unit, source, span)
        yield from _read(source, span, first, last)


def in_host(kind: str, found: Program, file: SourceFile, unit: Parsed | None) -> Iterator[Ignore]:
    """The suppressions in the container's own comments: `<%# %>` of ERB, `<%-- --%>` of JSP, `@* *@` of Razor."""
    program = found.source
    done = 0
    for at in _marks(file.data):
        if at < done or not isinstance(program, Assembled) or program.holds(at):
            continue
        span = _host_comment(kind, file.data, at)
        if span is None:
            continue
        done = span[1]
        first, last = _lines_of(file, span)
        if _is_blank(file.data, span):
            first = last = last + 1
            code = program.code_on(*_line_span(file.data, span[1] + 1))
            begun = unit.beginning(code) if unit is not None and code is not None else None
            if begun is not None:
                below = program.region(*begun).end_line
                last = below if last < below < first + LONGEST else last
        yield from _read(file, span, first, last)


def in_manifest(source: SourceFile) -> Iterator[Ignore]:
    """The suppressions in a manifest, whatever its format: behind `#`, `//` or `<!--`, on the line of what they are
    about or alone above it. JSON knows no comments."""
    data = source.data
    for at in _marks(data):
        begin, end = _line_span(data, at)
        opener = _OPENER.search(data[begin:at])
        if opener is None:
            continue
        span = (begin + opener.start(1), end)
        first, last = _lines_of(source, span)
        if not data[begin : span[0]].strip():
            first, last = _stated_below(source, end)
        yield from _read(source, span, first, last)


def _stated_below(source: SourceFile, at: int) -> tuple[int, int]:
    """The lines of what stands below a comment: more comments may stand between; `\\` at its end continues a line."""
    lines = source.data[at + 1 : at + 1 + _NEAR].split(b"\n")
    first = source.region(at, at).line + 1
    while lines and lines[0].strip().startswith((b"#", b"//", b"<!--")):
        del lines[0]
        first += 1
    last = first
    for line in lines[: LONGEST - 1]:
        if not line.rstrip().endswith(b"\\"):
            break
        last += 1
    return first, last


def _marks(data: bytes) -> Iterator[int]:
    data = data.lower()
    at = data.find(MARK)
    for _ in range(MOST):
        if at < 0:
            return
        yield at
        at = data.find(MARK, at + len(MARK))


def _read(source: SourceFile, span: tuple[int, int], first: int, last: int) -> Iterator[Ignore]:
    """The suppressions in one comment that covers some lines."""
    text = source.data[slice(*span)].decode("utf-8", "surrogateescape")
    for found in directives(text):
        yield _ignore(source, span[0], text, found, first, last)


def _ignore(source: SourceFile, start: int, text: str, found: Directive, first: int, last: int) -> Ignore:
    def offset(index: int) -> int:
        return start + len(text[:index].encode("utf-8", "surrogateescape"))

    region = source.region(offset(found.start), offset(found.end))
    mistake = found.mistake
    if found.word == "ignore-file":
        first = last = 0
        if not mistake and region.line > FILE_LINES:
            mistake = f"what is to hold for a file must stand in its first {FILE_LINES} lines"
    reason = found.reason.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Ignore(found.ids, reason, found.until, region, first, last, mistake)


def _covered(unit: Parsed, source: SourceFile, span: tuple[int, int]) -> tuple[int, int]:
    """The lines that a comment speaks of: the statement below it, if it stands alone; else its own line, and all of the
    statement that begins or ends there."""
    data = source.data
    if _is_blank(data, span):
        code = _code_below(unit, data, span[1])
        begun = unit.beginning(code) if code is not None else None
        if code is None:
            return _lines_of(source, span)
        first, last = _lines_of(source, _header(data, begun or (code, code + 1)))
        return first, last if last - first < LONGEST else first
    first, last = _lines_of(source, span)
    begin, _ = _line_span(data, span[0])
    spans = [unit.beginning(_after_blanks(data, begin))]
    tail = len(data[begin : span[0]].rstrip(_TAIL))
    if tail:
        spans.append(unit.ending(begin + tail - 1, span[0]))
    for one in spans:
        if one is not None:
            above, below = _lines_of(source, _header(data, one))
            if below - above < LONGEST:
                first, last = min(first, above), max(last, below)
    return first, last


def _header(data: bytes, span: tuple[int, int]) -> tuple[int, int]:
    """A stretch without the white space at its end: a block begins on the next line."""
    start, end = span
    return start, max(start + len(data[start:end].rstrip()), start + 1)


def _code_below(unit: Parsed, data: bytes, at: int) -> int | None:
    """Where the code begins that a comment ending at `at` stands above: more comments may stand between, but no empty
    line."""
    while True:
        begin = _next_line(data, at)
        if begin is None:
            return None
        code = _after_blanks(data, begin)
        if code >= len(data) or data[code] in b"\r\n":
            return None
        comment = unit.comment(code)
        if comment is None or comment[0] != code:
            return code
        at = comment[1]
        after = _after_blanks(data, at)
        if after < len(data) and data[after] not in b"\r\n" and data[at - 1] not in b"\r\n":
            return after


def _next_line(data: bytes, at: int) -> int | None:
    """Where the line after an offset begins; the offset may stand behind a line end that belongs to a comment."""
    if at and data[at - 1 : at] == b"\n":
        return at
    end = data.find(b"\n", at)
    return None if end < 0 else end + 1


def _after_blanks(data: bytes, at: int) -> int:
    found = _BLANK.match(data, at)
    return found.end() if found is not None else at


def _is_blank(data: bytes, span: tuple[int, int]) -> bool:
    """Whether nothing but a stretch stands on its lines."""
    begin, _ = _line_span(data, span[0])
    _, end = _line_span(data, max(span[0], len(data[: span[1]].rstrip(b"\r\n"))))
    return not data[begin : span[0]].strip() and not data[span[1] : max(end, span[1])].strip()


def _line_span(data: bytes, at: int) -> tuple[int, int]:
    """Where the line of an offset begins and ends."""
    end = data.find(b"\n", at)
    return data.rfind(b"\n", 0, at) + 1, len(data) if end < 0 else end


def _lines_of(source: SourceFile, span: tuple[int, int]) -> tuple[int, int]:
    region = source.region(*span)
    last = region.end_line - (region.end_column == 1 and region.end_line > region.line)
    return region.line, last


def _host_comment(kind: str, data: bytes, at: int) -> tuple[int, int] | None:
    for opener, closer in _HOST_COMMENTS.get(kind, ()):
        start = data.rfind(opener, 0, at)
        end = data.find(closer, at)
        if start >= 0 and end >= 0 and re.search(re.escape(closer), data[start + len(opener) : at]) is None:
            return start, end + len(closer)
    return None
