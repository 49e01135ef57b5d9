"""What servers read: annotations of GitHub, GitLab's code quality, JUnit. Each is read back as its reader would."""

import json
import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builders import (
    ANY_TEXT,
    CRASH,
    OPTIONS,
    PARTLY,
    PATH,
    RULE,
    RULES,
    finding,
    is_hidden,
    region_of,
    report,
    usage,
)
from tlsscan.identity import fingerprints
from tlsscan.model import Finding, Level, Problem, ProblemKind, Remark, RemarkKind, Verdict
from tlsscan.reporters.github import render as github
from tlsscan.reporters.gitlab import render as gitlab
from tlsscan.reporters.junit import render as junit

ODD = st.one_of(
    ANY_TEXT,
    st.sampled_from(
        [
            "x\n::error title=pwn::y.py",
            "a,line=9::b",
            "%0A::warning::",
            "\r::stop-commands::x",
            "]]>&<failure/>",
            "\ufffe\uffff\x00\x0b",
            "<!ENTITY x SYSTEM 'file:///'>",
            "\u202etxt.py",
            "##[error]x",
            "\udcff.py",
        ]
    ),
)


# -- GitHub -----------------------------------------------------------------------------------------------------


class Command(NamedTuple):
    """A workflow command as the runner reads it."""

    name: str
    properties: dict[str, str]
    data: str


def commands(text: str) -> list[Command]:
    """Every command in a log, read as `ActionCommand.TryParseV2` of actions/runner does."""
    found = []
    for line in re.split(r"\r\n|\n|\r", text):
        line = line.lstrip()
        end = line.find("::", 2)
        if not line.startswith("::") or end < 0:
            continue
        name, _, rest = line[2:end].partition(" ")
        pairs = (part.split("=", 1) for part in rest.split(",") if "=" in part)
        properties = {key.strip(): _decoded(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}
        found.append(Command(name, properties, _decoded(line[end + 2 :], {})))
    return found


def _decoded(text: str, more: dict[str, str]) -> str:
    for code, char in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(code, char)
    return text


def test_a_finding_is_an_annotation_at_its_place() -> None:
    assert commands(github(report(finding()), RULES, OPTIONS)) == [
        Command(
            "error",
            {
                "file": PATH,
                "line": "3",
                "endLine": "3",
                "col": "22",
                "endColumn": "40",
                "title": f"tlsscan: fails ({RULE})",
            },
            f"ssl.SSLContext accepts only TLS 1.0\n{RULES[RULE].remediation}",
        )
    ]


def test_paths_are_those_of_the_repository() -> None:
    (told,) = commands(github(report(finding()), RULES, OPTIONS._replace(sarif_root="services/api")))
    assert told.properties["file"] == f"services/api/{PATH}"


def test_a_region_of_several_lines_has_no_columns() -> None:
    long = usage("f(\n  a,\n  b)\n", "a,\n  b")
    (told,) = commands(github(report(finding(long)), RULES, OPTIONS))
    assert {key: told.properties[key] for key in ("line", "endLine")} == {"line": "2", "endLine": "3"}
    assert not {"col", "endColumn"} & told.properties.keys()


def test_nothing_found_says_nothing() -> None:
    assert github(report(), RULES, OPTIONS) == ""


def test_an_incomplete_scan_is_an_error() -> None:
    (told,) = commands(github(report(problems=(CRASH, PARTLY)), RULES, OPTIONS))
    assert (told.name, told.properties) == ("error", {"title": "tlsscan: incomplete scan"})
    assert told.data == "1 file not analysed: lib/odd.py the worker ended with signal 11"


WRONG = Remark(RemarkKind.WRONG, "a\n::b.py", "suppresses nothing that has a name", region_of("x", "x"))


def test_a_wrong_suppression_is_an_error_in_every_format() -> None:
    made = report()._replace(remarks=(WRONG,))
    (told,) = commands(github(made, RULES, OPTIONS))
    assert (told.name, told.properties) == ("error", {"title": "tlsscan: wrong suppression"})
    assert told.data == "a\\n::b.py:1: suppresses nothing that has a name"
    (case,) = cases(junit(made, RULES, OPTIONS))
    assert [child.attrib["type"] for child in case] == ["wrong-suppression"]


def many(count: int, verdict: Verdict) -> list[Finding]:
    return [finding(usage(path=f"{verdict}{number:02}.py"), verdict) for number in range(count)]


def test_the_most_severe_come_first_and_the_rest_is_counted() -> None:
    found = [*many(12, Verdict.CAPS), *many(13, Verdict.ALLOWS), *many(11, Verdict.FAILS)]
    text = github(report(*found), RULES, OPTIONS)
    told = commands(text)
    assert [command.name for command in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 9 + ["notice"]
    assert told[-1].data == "7 more findings: GitHub shows ten of a kind; see the log of this step"
    rest = [line for line in text.splitlines() if not line.startswith("::")]
    assert [line.split(":")[0] for line in rest] == [
        *("fails10.py", "allows10.py", "allows11.py", "allows12.py"),
        *("caps09.py", "caps10.py", "caps11.py"),
    ]


def test_the_gap_counts_as_one_of_ten() -> None:
    told = commands(github(report(*many(10, Verdict.FAILS), problems=(CRASH,)), RULES, OPTIONS))
    assert [command.name for command in told] == ["error"] * 10 + ["notice"]


@given(st.lists(st.tuples(ODD.filter(bool), ODD), min_size=1, max_size=13))
def test_names_and_messages_cannot_add_commands(given: list[tuple[str, str]]) -> None:
    found = [finding(usage(path=path), message=message) for path, message in given]
    text = github(report(*found), RULES, OPTIONS)
    told = commands(text)
    assert [command.name for command in told] == ["error"] * min(len(given), 10) + ["notice"] * (len(given) > 10)
    assert all(command.properties["title"] == f"tlsscan: fails ({RULE})" for command in told[:10])
    assert all(set(command.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"} for command in told)
    assert not any(is_hidden(char) for char in text.replace("\n", ""))
    assert text.count("\n") == len(given) + (len(given) > 10)


# -- GitLab -----------------------------------------------------------------------------------------------------


def test_gitlab_gets_the_fields_it_asks_for() -> None:
    found = [finding(), finding(usage(path="b.py"), Verdict.ALLOWS), finding(usage(path="c.py"), Verdict.CAPS)]
    told = json.loads(gitlab(report(*found), RULES, OPTIONS._replace(sarif_root="sub")))
    assert [remark["severity"] for remark in told] == ["critical", "major", "info"]
    assert [remark["location"] for remark in told] == [
        {"path": f"sub/{path}", "lines": {"begin": 3, "end": 3}} for path in (PATH, "b.py", "c.py")
    ]
    assert [remark["fingerprint"] for remark in told] == fingerprints(found)
    assert {remark["check_name"] for remark in told} == {RULE}
    assert told[0]["description"].startswith("ssl.SSLContext accepts only TLS 1.0. Build the context with")


def test_gitlab_takes_an_empty_array() -> None:
    assert json.loads(gitlab(report(), RULES, OPTIONS)) == []


@given(ODD.filter(lambda path: posixpath.normpath(path).strip("/") not in ("", ".", "..")), ODD)
def test_gitlab_can_read_any_name(path: str, message: str) -> None:
    text = gitlab(report(finding(usage(path=path), message=message)), RULES, OPTIONS)
    (remark,) = json.loads(text)
    assert text.isascii()
    assert remark["location"]["path"].encode()
    assert not remark["location"]["path"].startswith("/")
    assert not any(map(is_hidden, remark["description"]))


# -- JUnit ------------------------------------------------------------------------------------------------------


def cases(text: str) -> Sequence[ElementTree.Element]:
    """The test cases of a report whose counts are right."""
    top = ElementTree.fromstring(text)
    (suite,) = top
    found = suite.findall("testcase")
    numbers = {
        "tests": len(found),
        "failures": len(suite.findall("*/failure")),
        "errors": len(suite.findall("*/error")),
    }
    assert {key: int(suite.attrib[key]) for key in numbers} == numbers
    assert {key: int(top.attrib[key]) for key in numbers} == numbers
    assert {child.tag for child in suite} == {"testcase", "system-out"}
    return found


def test_junit_has_a_failed_test_for_a_finding() -> None:
    (case,) = cases(junit(report(finding()), RULES, OPTIONS))
    assert case.attrib == {"classname": PATH, "name": f"{RULE} at 3:22", "file": PATH, "line": "3"}
    (failure,) = case
    assert failure.attrib == {"message": "ssl.SSLContext accepts only TLS 1.0", "type": "error: fails"}
    assert failure.text is not None
    assert failure.text.splitlines()[0] == f"{PATH}:3:22: error fails: ssl.SSLContext accepts only TLS 1.0"


def test_junit_passes_notes_and_breaks_for_what_was_not_analysed() -> None:
    found = cases(junit(report(finding(verdict=Verdict.CAPS), problems=(CRASH, PARTLY)), RULES, OPTIONS))
    assert [[child.tag for child in case] for case in found] == [["system-out"], ["error"]]
    assert found[1][0].attrib == {"message": "the worker ended with signal 11", "type": "crash"}


def test_junit_without_findings_has_a_test_that_passes() -> None:
    (case,) = cases(junit(report(), RULES, OPTIONS))
    assert list(case) == []


@given(ODD.filter(bool), ODD)
def test_junit_is_well_formed_whatever_the_names(path: str, message: str) -> None:
    lost = Problem(path, ProblemKind.CRASH, message)
    text = junit(report(finding(usage(path=path), message=message), problems=(lost,)), RULES, OPTIONS)
    case, gap = cases(text)
    assert [child.tag for child in case] == ["failure"]
    assert [child.tag for child in gap] == ["error"]
    assert not any(is_hidden(char) for char in text.replace("\n", ""))
    text.encode()


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_word(level: Level) -> None:
    told = report(finding(level=level))
    assert len(commands(github(told, RULES, OPTIONS))) == 1
    assert len(json.loads(gitlab(told, RULES, OPTIONS))) == 1
    assert len(cases(junit(told, RULES, OPTIONS))) == 1
