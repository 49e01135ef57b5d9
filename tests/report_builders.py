"""Reports for the reporter tests, built from source text so that regions and bytes agree with it."""

import unicodedata
from collections.abc import Mapping

from hypothesis import strategies as st

from tlsscan.linehash import line_hashes
from tlsscan.model import (
    Confidence,
    Finding,
    Level,
    Permitted,
    Place,
    Problem,
    ProblemKind,
    Report,
    Role,
    Usage,
    Verdict,
)
from tlsscan.protocol import Version
from tlsscan.reporters import Options, RuleText
from tlsscan.values import Region, Step

RULE = "python/ssl-context-protocol"
RULES = {
    RULE: RuleText(
        RULE,
        "Protocol of an ssl.SSLContext",
        "The protocol argument pins one version of TLS.",
        "Build the context with ssl.create_default_context() and let both sides negotiate.",
        ("https://docs.python.org/3/library/ssl.html", "https://www.rfc-editor.org/rfc/rfc8996"),
    )
}
OPTIONS = Options(tool_version="0.1.0")
PATH = "app/client.py"
NEEDLE = "ssl.PROTOCOL_TLSv1"
SOURCE = f"import ssl\n\nctx = ssl.SSLContext({NEEDLE})\nctx.load_default_certs()\n"
TLS1_0 = frozenset({Version.TLS1_0})
BOTH = frozenset({Version.TLS1_0, Version.TLS1_2})
ANY_TEXT = st.text(alphabet=st.one_of(st.characters(codec=None), st.sampled_from("\x1b\n\t#[\u202e\udc80:")))
DEFAULT_LEVELS = {
    Verdict.FAILS: Level.ERROR,
    Verdict.ALLOWS: Level.WARNING,
    Verdict.CAPS: Level.NOTE,
    Verdict.UNRESOLVED: Level.NOTE,
}


def is_hidden(char: str) -> bool:
    """Whether Unicode calls the character a control, a format character, a surrogate or a line separator."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def position(text: str, offset: int) -> tuple[int, int, int]:
    """Line, column in code points and column in UTF-16 code units of a code point offset, all from 1."""
    before = text[:offset].rpartition("\n")[2]
    return text.count("\n", 0, offset) + 1, len(before) + 1, len(before.encode("utf-16-le")) // 2 + 1


def region_of(text: str, needle: str, occurrence: int = 1) -> Region:
    """The region of the nth `needle` in `text`."""
    start = -1
    for _ in range(occurrence):
        start = text.index(needle, start + 1)
    line, column, utf16 = position(text, start)
    end_line, end_column, end_utf16 = position(text, start + len(needle))
    first = len(text[:start].encode())
    return Region(line, column, end_line, end_column, utf16, end_utf16, first, first + len(needle.encode()))


def step(path: str, text: str, needle: str) -> Step:
    """A definition in another file."""
    return Step(path, region_of(text, needle), needle)


def usage(source: str = SOURCE, needle: str = NEEDLE, path: str = PATH, occurrence: int = 1) -> Usage:
    """A usage of `needle` in `source` that permits TLS 1.0."""
    return Usage(
        rule=RULE,
        place=Place(path, region_of(source, needle, occurrence)),
        api="ssl.SSLContext",
        value=needle,
        language="python",
        permitted=Permitted(versions=TLS1_0, sure=TLS1_0),
        newest=Version.TLS1_3,
        role=Role.BOTH,
        confidence=Confidence.HIGH,
    )


def finding(
    found: Usage | None = None,
    verdict: Verdict = Verdict.FAILS,
    message: str = "ssl.SSLContext accepts only TLS 1.0",
    *,
    level: Level | None = None,
    broken_already: bool = False,
) -> Finding:
    """A finding with the usual level of its verdict."""
    return Finding(
        found or usage(),
        verdict,
        level or DEFAULT_LEVELS[verdict],
        message,
        RULES[RULE].remediation,
        broken_already,
    )


def report(
    *findings: Finding,
    sources: Mapping[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
    files: dict[str, int] | None = None,
) -> Report:
    """A report whose texts and line hashes come from `sources` (path to text)."""
    given = {PATH: SOURCE} if sources is None else sources
    lines = {path: {f.usage.place.region.line for f in findings if f.usage.place.path == path} for path in given}
    return Report(
        findings=findings,
        problems=problems,
        files={"python": 3, "ruby": 2} if files is None else files,
        unread={},
        assumed=(),
        floor=Version.TLS1_2,
        texts={path: dict(enumerate(text.split("\n"), 1)) for path, text in given.items()},
        line_hashes={
            (path, line): value
            for path, text in given.items()
            for line, value in line_hashes(text, lines[path]).items()
        },
    )


CRASH = Problem("lib/odd.py", ProblemKind.CRASH, "the worker ended with signal 11")
PARTLY = Problem("web/a.rb", ProblemKind.PARSE_ERROR, "syntax error", region_of("x\n!!", "!!"))
BINARY = Problem("logo.png", ProblemKind.BINARY, "NUL byte in the first 8 KiB")
