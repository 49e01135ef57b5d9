"""The report for a person: the right carets, the reasons, and a summary that hides no gap."""

import re

import pytest
from hypothesis import given

from report_builders import (
    ANY_TEXT,
    BINARY,
    BOTH,
    CRASH,
    NEEDLE,
    OPTIONS,
    PARTLY,
    PATH,
    RULE,
    RULES,
    SOURCE,
    TLS1_0,
    finding,
    is_hidden,
    report,
    step,
    usage,
)
from tlsscan.display import width
from tlsscan.model import (
    NOTHING_USES,
    Area,
    Confidence,
    Finding,
    Level,
    Origin,
    Permitted,
    Piece,
    Place,
    Problem,
    ProblemKind,
    Report,
    Role,
    Usage,
    Verdict,
)
from tlsscan.protocol import Version
from tlsscan.reporters.frame import COLUMNS, code_frame, excerpt
from tlsscan.reporters.full import render
from tlsscan.reporters.summary import summary, summary_line
from tlsscan.values import Region, Step

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_OUR_LINE = re.compile(
    r"error\[| *--> | *\d* \|| *= |$|Found |Meaning: |Direction: |Not analysed, |  crash \(1\)|    ."
    r"|Not readable |Assumed: |Notice: "
)
_EXPECTED = f"""\
error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0
 --> app/client.py:3:22
  |
3 | ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
  |                      ^^^^^^^^^^^^^^^^^^
  = permits TLS 1.0; the floor is TLS 1.2
  = help: Build the context with ssl.create_default_context() and let both sides negotiate.
  = see: https://docs.python.org/3/library/ssl.html

Found 1 finding (1 error) in 1 file; scanned 5 files (python 3, ruby 2).
Meaning: 1 breaks when versions below TLS 1.2 are switched off.
Direction: 1 either side.
"""


def _full(*findings: Finding, source: str = SOURCE) -> str:
    return render(report(*findings, sources={PATH: source}), RULES, OPTIONS)


def _of(changed: Usage) -> list[str]:
    """The detail lines of one finding, without their indent."""
    return [line.strip() for line in _full(finding(changed)).splitlines() if line.lstrip().startswith("= ")]


def test_a_whole_report() -> None:
    assert _full(finding()) == _EXPECTED


def test_findings_come_in_the_order_of_the_report_with_a_blank_line_between() -> None:
    blocks = _full(finding(), finding(usage(path="a.py"), Verdict.ALLOWS, "permits TLS 1.0")).split("\n\n")
    assert [block.splitlines()[0] for block in blocks[:2]] == [
        f"error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0",
        f"warning[{RULE}] allows: permits TLS 1.0",
    ]
    assert blocks[2].startswith("Found 2 findings (1 error, 1 warning) in 2 files;")


def test_manifests_of_which_the_same_is_said_share_a_block() -> None:
    claims = [finding(usage(path=f"{name}.csproj")._replace(language="")) for name in ("a", "b", "c")]
    other = finding(usage(path="d.csproj")._replace(language=""), message="something else")
    alone = finding(usage(path="e.csproj")._replace(language="", related=(Place("e.cs", usage().place.region),)))
    found = [finding(), *claims, other, alone]
    blocks = render(report(*found), RULES, OPTIONS).split("\n\n")
    assert [block.count("-->") for block in blocks[:-1]] == [1, 1, 1, 1]
    assert [line.strip() for line in blocks[1].splitlines()][-2:] == [
        "= likewise: b.csproj:3:22",
        "= likewise: c.csproj:3:22",
    ]
    assert blocks[-1].startswith("Found 6 findings")


def test_code_that_is_the_same_in_many_files_shares_a_block() -> None:
    copied = [finding(usage(path=f"{name}.py")._replace(enclosing=name)) for name in ("a", "b", "c", "d")]
    other = finding(usage(path="e.py")._replace(condition="old"))
    blocks = render(report(*copied, other), RULES, OPTIONS).split("\n\n")
    assert [block.count("-->") for block in blocks[:-1]] == [1, 1]
    assert [line.strip() for line in blocks[0].splitlines()][-3:] == [
        "= likewise: b.py:3:22",
        "= likewise: c.py:3:22",
        "= likewise: d.py:3:22",
    ]
    assert blocks[-1].startswith("Found 5 findings")


def test_few_files_and_places_of_one_file_have_blocks_of_their_own() -> None:
    few = [finding(usage(path=f"{name}.py")) for name in ("a", "b", "c")]
    assert len(render(report(*few), RULES, OPTIONS).split("\n\n")) == 4
    one = [finding(usage("\n" * at + SOURCE)) for at in range(5)]
    assert len(render(report(*one), RULES, OPTIONS).split("\n\n")) == 6


def test_code_that_leads_to_its_value_by_other_places_shares_none() -> None:
    steps = [Step(f"{name}.py", usage().place.region, "OLD = 1") for name in ("a", "b", "c", "d")]
    led = [finding(usage(path=step.path)._replace(trace=(step,))) for step in steps]
    assert len(render(report(*led), RULES, OPTIONS).split("\n\n")) == 5


def _under_carets(source: str, needle: str) -> str:
    """The text that stands above the carets, cell for cell."""
    found = usage(source, needle)
    frame = code_frame(Piece(1, 0, source.split("\n")[found.place.region.line - 1]), found.place.region)
    code, carets = frame[1].partition("| ")[2], frame[2].partition("| ")[2]
    first, last = carets.index("^"), carets.rindex("^") + 1
    shown, column = "", 0
    for char in code:
        if first <= column < last:
            shown += char
        column += width(char)
    return shown


@pytest.mark.parametrize(
    "source",
    [
        f"f({NEEDLE})",
        f"\tf(\t{NEEDLE})",
        f"漢字(😀, {NEEDLE})",
        f"e\u0301({NEEDLE})",
        f"\x1b[31m\u202e({NEEDLE})",
        f"{'x=1;' * 500}f({NEEDLE});{'y=2;' * 500}",
        f"{'漢' * 500}f({NEEDLE})",
        f"{'x' * 161}{NEEDLE}",
        f"{NEEDLE}{'x' * 200}",
    ],
    ids=["plain", "tabs", "wide", "combining", "escapes", "minified", "wide and long", "at the end", "at the start"],
)
def test_the_carets_stand_under_the_argument(source: str) -> None:
    assert _under_carets(source, NEEDLE) == NEEDLE


def test_the_carets_of_wide_characters_are_two_columns_each() -> None:
    frame = code_frame(Piece(1, 0, "f('漢字')"), usage("f('漢字')", "'漢字'").place.region)
    assert frame == ["  |", "1 | f('漢字')", "  |   ^^^^^^"]


def test_a_long_line_is_shown_around_its_argument() -> None:
    source = f"{'x=1;' * 50_000}f({NEEDLE});{'y=2;' * 50_000}"
    [code] = [line for line in _full(finding(usage(source)), source=source).splitlines() if NEEDLE in line]
    assert re.fullmatch(rf"1 \| \.\.\.[x=1;]{{38}}f\({re.escape(NEEDLE)}\);[y=2;]+\.\.\.", code)
    assert width(code) <= COLUMNS + len("1 | ")


def test_a_line_that_just_fits_is_shown_whole() -> None:
    line = "x" * COLUMNS
    assert excerpt(line, 0, 1).text == line
    assert excerpt(f"{line}x", 0, 1).text == f"{'x' * (COLUMNS - 6)}..."


def test_a_region_of_several_lines_shows_its_first() -> None:
    source = "f(\n  a |\n  b)\n"
    region = usage(source, "a |\n  b").place.region
    assert code_frame(Piece(2, 0, "  a |"), region) == ["  |", "2 |   a |", "  |   ^^^", "..."]


def test_a_region_beyond_its_line_does_no_harm() -> None:
    assert code_frame(Piece(1, 0, "ab"), Region(1, 9, 1, 12, 9, 12, 8, 11)) == ["  |", "1 | ab", "  |   ^"]


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_an_excerpt_is_safe_narrow_and_marked(before: str, middle: str, after: str) -> None:
    line = (before + middle + after).replace("\n", "").replace("\r", "")
    cut = before.replace("\n", "").replace("\r", "")
    shown = excerpt(line, len(cut), len(cut) + len(middle))
    assert width(shown.text) <= COLUMNS
    assert not any(map(is_hidden, shown.text))
    assert 0 <= shown.caret < COLUMNS + 1
    assert shown.carets >= 1


def test_a_file_without_text_has_no_frame() -> None:
    told = report(finding())._replace(texts={})
    assert render(told, RULES, OPTIONS).splitlines()[:3] == [
        f"error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0",
        " --> app/client.py:3:22",
        "  = permits TLS 1.0; the floor is TLS 1.2",
    ]


@pytest.mark.parametrize(
    ("permitted", "line"),
    [
        (Permitted(BOTH, BOTH), "= permits TLS 1.0 and TLS 1.2; the floor is TLS 1.2"),
        (Permitted(BOTH, TLS1_0, default=True), "= permits TLS 1.0 and TLS 1.2 by default; the floor is TLS 1.2"),
        (
            Permitted(TLS1_0, TLS1_0, open=True),
            "= permits TLS 1.0, and maybe more, as a part of the value is left open; the floor is TLS 1.2",
        ),
        (
            Permitted(unresolved="comes from a call"),
            "= permits what is not known here; the floor is TLS 1.2",
        ),
        (
            Permitted(rejected="Python 3.14 has no such name"),
            "= permits nothing, the runtime refuses it (Python 3.14 has no such name); the floor is TLS 1.2",
        ),
        (Permitted(), "= permits no version; the floor is TLS 1.2"),
    ],
    ids=["two", "default", "open", "unresolved", "rejected", "none"],
)
def test_what_is_permitted_against_the_floor(permitted: Permitted, line: str) -> None:
    assert _of(usage()._replace(permitted=permitted))[0] == line


def test_where_the_value_came_from_definition_first() -> None:
    near = step("conf.py", "PROTO = settings.OLD\n", "PROTO = settings.OLD")
    far = step("settings.py", "import ssl\nOLD = ssl.PROTOCOL_TLSv1\n", "OLD = ssl.PROTOCOL_TLSv1")
    assert _of(usage()._replace(trace=(near, far)))[:2] == [
        "= value from settings.py:2:1: OLD = ssl.PROTOCOL_TLSv1",
        "= then conf.py:1:1: PROTO = settings.OLD",
    ]


def test_conditions_and_doubts_are_told() -> None:
    place = usage().place
    told = usage()._replace(
        condition="not hasattr(ssl, 'TLSVersion')",
        guarded=True,
        open_by="the environment variable TLS",
        assumed=("python", "openssl"),
        note="has no effect on OpenSSL 3",
        confidence=Confidence.MEDIUM,
        related=(Place("b.py", place.region, "also here"), Place("c.py", place.region)),
    )
    assert _of(told)[1:-2] == [
        "= when not hasattr(ssl, 'TLSVersion') (only where something newer is missing or has failed)",
        "= open by the environment variable TLS",
        "= assumes python and openssl, as nothing here says which version is installed",
        "= note: has no effect on OpenSSL 3",
        "= confidence: medium",
        "= related: b.py:3:22: also here",
        "= related: c.py:3:22",
    ]


def test_all_references_with_verbose() -> None:
    text = render(report(finding()), RULES, OPTIONS._replace(verbose=True))
    assert all(f"  = see: {reference}\n" in text for reference in RULES[RULE].references)


def _colourful() -> Report:
    found = [
        finding(usage(f"a | b | ^^ {NEEDLE}\n")),
        finding(usage(path="b.py"), Verdict.ALLOWS),
        finding(usage(path="b.py"), Verdict.CAPS),
    ]
    return report(*found, sources={PATH: f"a | b | ^^ {NEEDLE}\n", "b.py": SOURCE}, problems=(CRASH, PARTLY, BINARY))


def test_colours_change_nothing_but_colours() -> None:
    plain = render(_colourful(), RULES, OPTIONS._replace(verbose=True))
    coloured = render(_colourful(), RULES, OPTIONS._replace(verbose=True, color=True))
    assert "\x1b" not in plain
    assert _SGR.sub("", coloured) == plain
    for level, code in (("error", "31"), ("warning", "33"), ("note", "36")):
        assert f"\x1b[1;{code}m{level}[{RULE}]\x1b[0m" in coloured
    assert f"\x1b[1;31m{'^' * len(NEEDLE)}\x1b[0m" in coloured


@given(ANY_TEXT.filter(bool), ANY_TEXT)
def test_nothing_from_the_repository_becomes_a_control_or_a_line(path: str, text: str) -> None:
    line = f"{text.replace(chr(10), '')} {NEEDLE}".encode("utf-8", "replace").decode()
    found = usage(line, path=path)._replace(
        condition=text, open_by=text, note=text, enclosing=text, related=(Place(path, usage(line).place.region, text),)
    )
    told = report(
        finding(found, message=text), sources={path: line}, problems=(Problem(path, ProblemKind.CRASH, text),)
    )
    told = told._replace(notices=(text,), assumed=(text,), unread={text: 1})
    shown = render(told, RULES, OPTIONS._replace(color=True))
    assert not any(is_hidden(char) for char in _SGR.sub("", shown) if char != "\n")
    assert [line for line in _SGR.sub("", shown).split("\n") if not _OUR_LINE.match(line)] == []


@pytest.mark.parametrize(
    ("given_report", "line"),
    [
        (report(), "No setting below TLS 1.2 found in 5 files (python 3, ruby 2)."),
        (report(files={"python": 1}), "No setting below TLS 1.2 found in 1 file (python 1)."),
        (report()._replace(floor=Version.TLS1_3), "No setting below TLS 1.3 found in 5 files (python 3, ruby 2)."),
        (report()._replace(hidden=1), "No finding at the shown level in 5 files (python 3, ruby 2)."),
        (
            report(problems=(CRASH,)),
            "No setting below TLS 1.2 found in 5 files (python 3, ruby 2), but the scan is incomplete.",
        ),
        (report(files={}), "No file was scanned."),
    ],
    ids=["nothing", "one file", "other floor", "hidden", "incomplete", "no file"],
)
def test_nothing_found_says_of_what(given_report: Report, line: str) -> None:
    assert render(given_report, RULES, OPTIONS).splitlines()[0] == line


def test_broken_already_is_told_from_what_breaks_later_and_outbound_from_inbound() -> None:
    def of(role: Role, verdict: Verdict, *, broken: bool = False) -> Finding:
        return finding(usage()._replace(role=role), verdict, broken_already=broken)

    told = report(
        of(Role.CLIENT, Verdict.FAILS, broken=True),
        of(Role.CLIENT, Verdict.FAILS, broken=True),
        of(Role.CLIENT, Verdict.FAILS),
        of(Role.SERVER, Verdict.ALLOWS),
        of(Role.SERVER, Verdict.ALLOWS),
        of(Role.BOTH, Verdict.CAPS),
        of(Role.CLIENT, Verdict.UNRESOLVED),
    )
    assert summary(told, OPTIONS).splitlines() == [
        "Found 7 findings (3 errors, 2 warnings, 2 notes) in 1 file; scanned 5 files (python 3, ruby 2).",
        "Meaning: 2 are broken already, 1 breaks when versions below TLS 1.2 are switched off, "
        "2 permit versions below TLS 1.2 as well, 1 excludes a newer version, 1 is not known statically.",
        "Direction: 4 outbound (client), 2 inbound (server), 1 either side.",
    ]


def test_a_default_that_does_not_reach_the_floor_is_told_from_what_permits_more() -> None:
    old = frozenset({Version.SSLV3, Version.TLS1_0})
    default = usage()._replace(permitted=Permitted(versions=old, sure=old, default=True))
    told = report(finding(default, Verdict.ALLOWS), finding(usage(), Verdict.ALLOWS))
    assert summary(told, OPTIONS).splitlines()[1] == (
        "Meaning: 1 falls short of TLS 1.2 by default, unless it is asked for or switched on, "
        "1 permits versions below TLS 1.2 as well."
    )


def test_what_fails_on_other_runtimes_than_the_assumed_one_does_not_break_later() -> None:
    doubt = "no effect with lang 4 and later, which ignores it"
    told = report(
        finding(usage(), Verdict.FAILS),
        finding(usage()._replace(doubt=doubt), Verdict.FAILS),
        finding(usage()._replace(doubt=NOTHING_USES), Verdict.FAILS),
    )
    assert summary(told, OPTIONS).splitlines()[1] == (
        "Meaning: 2 break when versions below TLS 1.2 are switched off, "
        "1 fails only on other runtimes than the assumed one."
    )


def test_what_the_assumed_runtime_refuses_is_broken_and_counts_once() -> None:
    refused = finding(usage()._replace(doubt="lang 4 and later"), Verdict.FAILS)._replace(broken_already=True)
    told = report(refused, finding(usage(), Verdict.FAILS))
    assert summary(told, OPTIONS).splitlines()[1] == (
        "Meaning: 1 is broken already, 1 breaks when versions below TLS 1.2 are switched off."
    )


def test_gaps_are_told_by_severity_and_kind() -> None:
    crashes = tuple(Problem(f"lib/{number:02}.py", ProblemKind.CRASH, "died") for number in range(12))
    told = report(problems=(BINARY, *crashes, Problem("x.py", ProblemKind.TIMEOUT, "10 s"), PARTLY))
    shown = summary(told._replace(unread={".rs": 1, ".go": 2}, assumed=("Ruby 3.4 is assumed.",), hidden=1), OPTIONS)
    assert shown.splitlines() == [
        "No finding at the shown level in 5 files (python 3, ruby 2), but the scan is incomplete.",
        "Not analysed, so the scan is incomplete: 13 files",
        "  crash (12)",
        *(f"    lib/{number:02}.py: died" for number in range(10)),
        "    and 2 more",
        "  timeout (1)",
        "    x.py: 10 s",
        "Analysed only in part: 1 file",
        "  parse-error (1)",
        "    web/a.rb:2:1: syntax error",
        "Not readable by tlsscan: 3 source files (.go 2, .rs 1)",
        "Assumed: Ruby 3.4 is assumed.",
        "Hidden: 1 finding below the shown level (--level note shows them)",
    ]


def test_where_findings_stand_is_told_and_counted() -> None:
    def at(*areas: Area, demoted: bool = False) -> Finding:
        found = usage()._replace(origin=Origin(areas, "rest-client" if Area.VENDORED in areas else "", ""))
        return finding(found)._replace(demoted=demoted)

    told = report(at(), at(Area.TEST, demoted=True), at(Area.TEST, Area.VENDORED), at(Area.VENDORED), at(Area.EXAMPLE))
    text = render(told, RULES, OPTIONS)
    assert [line.strip() for line in text.splitlines() if "stands in" in line] == [
        "= stands in tests; one level lower there",
        "= stands in tests, vendored code (rest-client)",
        "= stands in vendored code (rest-client)",
        "= stands in examples",
    ]
    assert "Where: 1 in the product's own code, 2 in tests, 1 in examples, 1 in vendored code.\n" in text
    assert "Where:" not in render(report(at()), RULES, OPTIONS)


def test_what_is_hidden_for_where_it_stands_is_counted() -> None:
    told = report()._replace(hidden=5, demoted={Area.TEST: 3, Area.EXAMPLE: 1})
    words = "5 findings below the shown level"
    assert summary(told, OPTIONS).splitlines()[-1] == (
        f"Hidden: {words} (--level note shows them), some only for where they stand: 3 in tests, 1 in examples"
    )
    assert summary_line(told).endswith(f"; {words} (3 in tests, 1 in examples)")


def test_what_is_not_source_is_listed_only_with_verbose() -> None:
    told = report(problems=(BINARY,))
    assert "logo.png" not in summary(told, OPTIONS)
    assert summary(told, OPTIONS._replace(verbose=True)).splitlines()[1:] == [
        "Not source: 1 file",
        "  binary (1)",
        "    logo.png: NUL byte in the first 8 KiB",
    ]


def test_quiet_keeps_what_makes_the_scan_incomplete() -> None:
    told = report(finding(level=Level.ERROR), problems=(CRASH, PARTLY))._replace(assumed=("x",), hidden=1)
    assert summary(told, OPTIONS._replace(quiet=True)).splitlines() == [
        "Found 1 finding (1 error) in 1 file; scanned 5 files (python 3, ruby 2).",
        "Not analysed, so the scan is incomplete: 1 file",
        "  crash (1)",
        "    lib/odd.py: the worker ended with signal 11",
    ]
