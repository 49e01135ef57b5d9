"""Findings by remedy, as JSON lines and as rows of a table."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from report_builders import ANY_TEXT, CRASH, OPTIONS, PATH, RULE, RULES, finding, is_hidden, report, usage
from report_schema import LINE, misfits
from tlsscan.model import Area, Origin, Verdict
from tlsscan.reporters.csv import COLUMNS
from tlsscan.reporters.csv import render as rows
from tlsscan.reporters.grouped import render as grouped
from tlsscan.reporters.json import render as whole
from tlsscan.reporters.jsonl import render as lines
from tlsscan.reporters.summary import summary

ODD = st.one_of(
    ANY_TEXT, st.sampled_from(["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", 'a","b', "a\nb", "a\r"])
)


def test_a_remedy_is_told_once_with_all_its_places() -> None:
    other = finding(usage(path="c.py"), Verdict.FAILS, "accepts only SSL 3.0")._replace(remediation="Drop it.")
    copy = usage(path="b.py")._replace(origin=Origin((Area.TEST,)))
    made = report(finding(verdict=Verdict.ALLOWS), finding(copy), finding(usage(path="d.py")), other)
    assert grouped(made, RULES, OPTIONS) == (
        f"{RULES[RULE].remediation}\n"
        f"  see: {RULES[RULE].references[0]}\n"
        "  3 places (2 errors, 1 warning):\n"
        f"    b.py:3:22: error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0 [tests]\n"
        f"    d.py:3:22: error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0\n"
        f"    {PATH}:3:22: warning[{RULE}] allows: ssl.SSLContext accepts only TLS 1.0\n"
        "\n"
        "Drop it.\n"
        f"  see: {RULES[RULE].references[0]}\n"
        "  1 place (1 error):\n"
        f"    c.py:3:22: error[{RULE}] fails: accepts only SSL 3.0\n"
        "\n" + summary(made, OPTIONS) + "\n"
    )


def test_colours_are_around_words_only() -> None:
    text = grouped(report(finding()), RULES, OPTIONS._replace(color=True))
    assert f"\x1b[31merror[{RULE}]\x1b[0m fails" in text


@given(ANY_TEXT.filter(bool), ANY_TEXT)
def test_no_name_adds_a_line_to_a_group(path: str, message: str) -> None:
    text = grouped(report(finding(usage(path=path), message=message)._replace(remediation=message)), RULES, OPTIONS)
    assert not any(is_hidden(char) for char in text.replace("\n", ""))
    assert len(text.partition("\n\n")[0].splitlines()) == 4


def test_the_lines_are_the_parts_of_the_whole() -> None:
    made = report(finding(), finding(usage(path="b.py"), Verdict.ALLOWS), problems=(CRASH,))
    found = [json.loads(line) for line in lines(made, RULES, OPTIONS).splitlines()]
    assert [row.pop("type") for row in found] == ["run", "finding", "finding", "problem"]
    assert [misfits(json.loads(line), LINE) for line in lines(made, RULES, OPTIONS).splitlines()] == [[]] * 4
    lists = {"findings": found[1:3], "problems": found[3:], "suppressed": [], "remarks": []}
    assert {**found[0], **lists} == json.loads(whole(made, RULES, OPTIONS))


def test_rows_have_a_cell_for_each_column() -> None:
    (row,) = csv.DictReader(io.StringIO(rows(report(finding()), RULES, OPTIONS._replace(sarif_root="sub"))))
    assert (row["path"], row["line"], row["column"]) == (f"sub/{PATH}", "3", "22")
    assert (row["level"], row["verdict"], row["rule"], row["permits"]) == ("error", "fails", RULE, "TLSv1.0")


@given(ODD.filter(bool), ODD)
def test_no_cell_is_a_formula_or_two(path: str, message: str) -> None:
    text = rows(report(finding(usage(path=path)._replace(enclosing=message), message=message)), RULES, OPTIONS)
    header, row = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    assert len(row) == len(COLUMNS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert not any(is_hidden(char) for cell in row for char in cell)
