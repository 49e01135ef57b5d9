"""Text of the scanned repository made fit for a screen or a log. Knows nothing of findings."""

from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

TAB_STOP = 4
ELLIPSIS = "..."

# Everything that a terminal, a log or a reader's eye may take for something else: controls, format
# characters (bidi, zero width, tags; Unicode's Cf), line separators and lone surrogates. The list is
# spelt out so that the output does not depend on the Unicode version of the interpreter.
# The last alternative breaks the commands that CI agents look for anywhere in a line: `##[` (GitHub,
# Azure), `##vso[` (Azure), `##teamcity[`.
_UNSAFE = lazy(
    "["
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "]"
    r"|(?<=#)#(?=\[|(?i:vso|teamcity)\[)",
)
_SURROGATE = lazy("[\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ZERO_WIDTH = frozenset({"Mn", "Me"})
_WIDE = frozenset({"W", "F"})


class Cell(NamedTuple):
    """One code point as shown, and the columns that takes."""

    text: str
    width: int


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_plain(text: str) -> bool:
    """Whether there is nothing in a text that is not shown as it is: so it is nearly always."""
    return text.isascii() and text.isprintable() and "##" not in text


def safe(text: str, *, tabs: bool = False) -> str:
    r"""`text` on one line, with nothing hidden in it: `\x1b`, `\u202e`, `\udc80` in place of the characters.

    A tab is kept only if `tabs` is set. Every string that comes from the scanned repository passes here
    before it is shown.
    """
    if _is_plain(text):
        return text
    return _UNSAFE.sub(lambda match: "\t" if tabs and match[0] == "\t" else _escape(match[0]), text)


def safe_start(text: str) -> str:
    """`safe(text)` for a path that begins a line, followed by a colon: GitHub's runner obeys lines that begin `::`,
    white space before it or not."""
    shown = safe(text)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def scalars(text: str) -> str:
    """`text` with U+FFFD for lone surrogates, so that it can be written as UTF-8 or JSON."""
    return _SURROGATE.sub("\ufffd", text)


def char_width(char: str) -> int:
    """Columns of a printable character: 2 if East Asian wide, 0 if combining, else 1."""
    if char.isascii():
        return 1
    import unicodedata  # loads a table of its own that a scan of ASCII files never needs

    if unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def width(text: str) -> int:
    """Columns of a text without tabs and controls."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def cells(text: str) -> list[Cell]:
    """One cell per code point of a source line: tabs expanded, what is unsafe escaped, wide ones counted twice."""
    if _is_plain(text):
        return [Cell(char, 1) for char in text]
    escapes = {match.start(): _escape(match[0]) for match in _UNSAFE.finditer(text)}
    row: list[Cell] = []
    column = 0
    for index, char in enumerate(text):
        shown = " " * (TAB_STOP - column % TAB_STOP) if char == "\t" else escapes.get(index, char)
        cell = Cell(shown, width(shown))
        row.append(cell)
        column += cell.width
    return row


def clip(text: str, columns: int) -> str:
    """`safe(text)`, cut to `columns` with `...` at the end when it is longer."""
    if len(text) <= columns and _is_plain(text):
        return text
    row = cells(text[: columns + 1].replace("\t", " "))
    if len(text) <= columns and sum(cell.width for cell in row) <= columns:
        return "".join(cell.text for cell in row)
    room = columns - len(ELLIPSIS)
    shown: list[str] = []
    for cell in row:
        room -= cell.width
        if room < 0:
            break
        shown.append(cell.text)
    return "".join(shown) + ELLIPSIS


def sentence(text: str) -> str:
    """`safe(text)` for prose that may be wrapped over lines: runs of white space become one space."""
    return safe(" ".join(text.split()))


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`; `plural` where an s does not do."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def be(number: int) -> str:
    """`is` or `are`."""
    return "is" if number == 1 else "are"
