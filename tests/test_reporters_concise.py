"""The concise report, the choice of reporter, and writing to a stream."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builders import ANY_TEXT, CRASH, OPTIONS, PATH, RULE, RULES, SOURCE, finding, is_hidden, report, usage
from tlsscan.errors import UsageError
from tlsscan.model import Area, Origin, Report, Verdict
from tlsscan.reporters import FORMATS, INVENTORIES, render, rule_text, write
from tlsscan.reporters.concise import render as concise
from tlsscan.reporters.summary import summary_line


def test_one_line_per_finding() -> None:
    later = finding(usage(path="b.py"), Verdict.ALLOWS, "permits more")
    assert concise(report(finding(), later), RULES, OPTIONS) == (
        f"{PATH}:3:22: error fails {RULE} ssl.SSLContext accepts only TLS 1.0\n"
        f"b.py:3:22: warning allows {RULE} permits more\n"
    )


def test_nothing_found_prints_nothing_even_if_files_failed() -> None:
    assert concise(report(problems=(CRASH,)), RULES, OPTIONS) == ""


def test_names_and_messages_cannot_forge_lines_or_commands() -> None:
    evil = finding(usage(path="::error::x\n::add-mask::y.py"), message="a\n::error::b \x1b]0;t\x07")
    text = concise(report(evil), RULES, OPTIONS)
    assert text == (f"./::error::x\\n::add-mask::y.py:3:22: error fails {RULE} a\\n::error::b \\x1b]0;t\\x07\n")


def test_what_is_not_the_products_own_code_is_labelled() -> None:
    copy = usage()._replace(origin=Origin((Area.TEST, Area.VENDORED), "acme\x1b/sdk", "1.2"))
    assert concise(report(finding(copy)), RULES, OPTIONS).endswith(
        "accepts only TLS 1.0 [tests, vendored code (acme\\x1b/sdk 1.2)]\n"
    )


@given(ANY_TEXT.filter(bool), ANY_TEXT)
def test_one_plain_line_whatever_path_and_message(path: str, message: str) -> None:
    lines = concise(report(finding(usage(path=path), message=message)), RULES, OPTIONS).split("\n")
    assert len(lines) == 2
    assert lines[1] == ""
    assert not any(map(is_hidden, lines[0]))
    assert not lines[0].lstrip().startswith("::")


@pytest.mark.parametrize(
    ("given_report", "line"),
    [
        (report(), "No setting below TLS 1.2 found in 5 files (python 3, ruby 2)"),
        (
            report(problems=(CRASH,)),
            "No setting below TLS 1.2 found in 5 files (python 3, ruby 2), but the scan is incomplete; "
            "1 file not analysed",
        ),
        (
            report(finding(), finding(usage(path="b.py"), Verdict.ALLOWS))._replace(hidden=1, unread={".go": 2}),
            "Found 2 findings (1 error, 1 warning) in 2 files; scanned 5 files (python 3, ruby 2); "
            "2 source files in languages tlsscan cannot read; 1 finding below the shown level",
        ),
        (
            report()._replace(hidden=2),
            "No finding at the shown level in 5 files (python 3, ruby 2); 2 findings below the shown level",
        ),
        (report(files={}), "No file was scanned"),
        (report(files={"python": 1}), "No setting below TLS 1.2 found in 1 file (python 1)"),
    ],
    ids=["nothing", "incomplete", "findings", "hidden", "no file", "one file"],
)
def test_the_line_for_stderr(given_report: Report, line: str) -> None:
    assert summary_line(given_report) == line


def test_an_unknown_format_is_a_usage_error_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"unknown format 'sarfi' \(did you mean 'sarif'\?\)"):
        render("sarfi", report(), RULES, OPTIONS)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_whole_to_a_poor_stream(format: str) -> None:
    found = finding(usage(path="ü/漢.py"), message="accepts → only TLS 1.0")
    given_report = report(found, sources={"ü/漢.py": SOURCE})
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write(format, given_report, RULES, OPTIONS, stream)
    stream.flush()
    expected = render(format, given_report, RULES, OPTIONS).encode("ascii", "backslashreplace")
    assert raw.getvalue() == expected
    assert (b"TLS 1.0" in expected) is (format not in INVENTORIES)


def test_a_stream_without_encoding_gets_the_text_as_it_is() -> None:
    stream = io.StringIO()
    write("concise", report(finding(message="accepts → only")), RULES, OPTIONS, stream)
    assert stream.getvalue() == f"{PATH}:3:22: error fails {RULE} accepts → only\n"


@given(st.text())
def test_a_rule_without_text_is_named_by_its_id(name: str) -> None:
    assert rule_text({}, name).title == name
