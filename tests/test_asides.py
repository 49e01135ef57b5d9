"""What is set aside: no format shows it as a finding, every one counts it, and it is told when asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from github_profile import complaints
from report_builders import ANY_TEXT, NEEDLE, OPTIONS, PATH, RULE, RULES, SOURCE, finding, is_hidden, region_of, report
from report_builders import usage as usage_of
from report_schema import misfits
from tlsscan.identity import fingerprints, of_report
from tlsscan.model import Aside, AsideKind, Finding, Place, Remark, RemarkKind, Report
from tlsscan.redaction import redact
from tlsscan.reporters import FORMATS, render
from tlsscan.reporters.summary import summary_line

SCHEMA = Draft4Validator(json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text()))
TWICE = f"import ssl\nssl.SSLContext({NEEDLE})\nssl.SSLContext({NEEDLE})\n"
WHERE = Place(PATH, region_of(SOURCE, "ctx"))
SUPPRESSED = Aside(finding(), AsideKind.INLINE, "a gate that speaks nothing newer", WHERE)
KNOWN = Aside(finding(), AsideKind.BASELINE)
REMARKS = (
    Remark(RemarkKind.WRONG, "a.py", "no rule has the id 'python/x'", region_of("x", "x")),
    Remark(RemarkKind.UNUSED, "b.py", "nothing to suppress here", region_of("\n\nx", "x")),
    Remark(RemarkKind.STALE, "c.py", "an entry fits no finding"),
)


def of(*asides: Aside, findings: tuple[Finding, ...] = (), remarks: tuple[Remark, ...] = ()) -> Report:
    return report(*findings)._replace(aside=asides, remarks=remarks)


def sarif(made: Report, *, include: bool = False) -> dict[str, Any]:
    log = json.loads(render("sarif", made, RULES, OPTIONS._replace(sarif_suppressed=include)))
    SCHEMA.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_shows_what_is_set_aside_as_a_finding(form: str) -> None:
    text = render(form, of(SUPPRESSED), RULES, OPTIONS)
    if form == "json":
        assert json.loads(text)["findings"] == []
    elif form == "jsonl":
        assert [json.loads(line)["type"] for line in text.splitlines()] == ["run", "suppressed"]
    elif form == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
        assert not complaints(json.loads(text))
    else:
        assert RULE not in text


def test_summaries_count_it_by_kind_and_do_not_say_that_nothing_was_found() -> None:
    line = summary_line(of(SUPPRESSED, KNOWN, KNOWN, SUPPRESSED._replace(kind=AsideKind.UNCHANGED)))
    told = "1 suppressed, 2 in the baseline, 1 in unchanged code"
    assert line == f"No finding but those set aside in 5 files (python 3, ruby 2); {told}"
    text = render("full", of(SUPPRESSED, KNOWN), RULES, OPTIONS)
    assert "Set aside: 1 suppressed, 1 in the baseline (--show-suppressed lists them)\n" in text


def test_texts_show_it_with_its_reason_when_asked() -> None:
    shown = OPTIONS._replace(show_suppressed=True)
    text = render("full", of(SUPPRESSED, KNOWN), RULES, shown)
    assert f"suppressed: error[{RULE}] fails: ssl.SSLContext accepts only TLS 1.0\n" in text
    assert f"  = suppressed at {PATH}:3: a gate that speaks nothing newer\n" in text
    assert f"in the baseline: error[{RULE}] fails" in text
    assert "help:" not in text
    lines = render("concise", of(SUPPRESSED), RULES, shown).splitlines()
    assert lines == [
        f"{PATH}:3:22: error fails {RULE} ssl.SSLContext accepts only TLS 1.0"
        f" [suppressed at {PATH}:3: a gate that speaks nothing newer]"
    ]


def test_json_lists_it_with_who_said_so() -> None:
    document = json.loads(render("json", of(SUPPRESSED, KNOWN, remarks=REMARKS), RULES, OPTIONS))
    assert misfits(document) == []
    inline, known = document["suppressed"]
    assert (inline["rule"], inline["region"]["line"], inline["fingerprint"]) == (RULE, 3, fingerprints([finding()])[0])
    assert inline["suppression"]["kind"] == "inline"
    assert inline["suppression"]["justification"] == "a gate that speaks nothing newer"
    assert (inline["suppression"]["path"], inline["suppression"]["region"]["line"]) == (PATH, 3)
    empty = {"justification": "", "path": None, "uri": None, "region": None}
    assert known["suppression"] == {"kind": "baseline", **empty}
    assert [(r["kind"], r["path"], r["region"] and r["region"]["line"]) for r in document["remarks"]] == [
        ("wrong-suppression", "a.py", 1),
        ("unused-suppression", "b.py", 3),
        ("stale-baseline-entry", "c.py", None),
    ]


def test_sarif_has_it_only_when_asked_and_says_status() -> None:
    made = of(SUPPRESSED, KNOWN._replace(finding=finding(usage_of(path="z.py"))))
    assert sarif(made)["results"] == []
    first, second = sarif(made, include=True)["results"]
    said = {"kind": "inSource", "status": "accepted", "justification": "a gate that speaks nothing newer"}
    assert first["suppressions"] == [said]
    assert second["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "in the baseline"}]
    assert first["level"] == "error"


def test_results_that_count_say_nothing_of_suppressions_and_are_cut_last() -> None:
    made = of(SUPPRESSED, findings=(finding(usage_of(path="z.py")),))
    log = json.loads(render("sarif", made, RULES, OPTIONS._replace(sarif_suppressed=True, max_results=1)))
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "z.py"
    assert "suppressions" not in result


def test_what_is_amiss_is_a_notification_about_the_configuration() -> None:
    told = sarif(of(remarks=REMARKS))["invocations"][0]["toolConfigurationNotifications"]
    assert [(n["descriptor"]["id"], n["level"]) for n in told] == [
        ("remark/wrong-suppression", "error"),
        ("remark/unused-suppression", "note"),
        ("remark/stale-baseline-entry", "note"),
    ]
    assert told[0]["message"]["text"] == "a.py:1: no rule has the id 'python/x'"
    assert told[1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_mistakes_are_told_even_when_quiet() -> None:
    text = render("full", of(remarks=REMARKS), RULES, OPTIONS._replace(quiet=True))
    assert "Not understood: 1 suppression\n  a.py:1: no rule has the id 'python/x'\n" in text
    assert "b.py" not in text
    assert "To tidy up:\n  b.py:3: nothing to suppress here\n" in render("full", of(remarks=REMARKS), RULES, OPTIONS)


def test_to_set_one_of_two_equals_aside_changes_no_fingerprint() -> None:
    first, second = (finding(usage_of(TWICE, occurrence=number)) for number in (1, 2))
    before = fingerprints([first, second])
    assert of_report(of(Aside(first, AsideKind.BASELINE), findings=(second,))) == ((before[1],), (before[0],))


def test_redaction_masks_what_is_set_aside_and_keeps_its_identity() -> None:
    secret = finding(usage_of()._replace(value="'hunter2'"), message="x passes 'hunter2'")
    made = of(Aside(secret, AsideKind.INLINE, "the password is 'hunter2'", WHERE))
    redacted = redact(made)
    assert of_report(redacted) == of_report(made)
    for form in FORMATS:
        options = OPTIONS._replace(show_suppressed=True, sarif_suppressed=True)
        assert "hunter2" not in render(form, redacted, RULES, options)


@given(ANY_TEXT, ANY_TEXT)
def test_no_justification_and_no_name_forges_a_line(text: str, name: str) -> None:
    place = Place(name, WHERE.region)
    made = of(Aside(finding(usage_of(path=name)), AsideKind.INLINE, text, place))
    made = made._replace(remarks=(Remark(RemarkKind.WRONG, name, text, WHERE.region),), texts={})
    options = OPTIONS._replace(show_suppressed=True, sarif_suppressed=True)
    for form in FORMATS:
        out = render(form, made, RULES, options)
        assert not any(is_hidden(char) for char in out if char != "\n")
        commands = [line for line in out.splitlines() if line.lstrip().startswith(("::", "##["))]
        assert len(commands) == (form == "github")  # its own word about the mistake
        if form == "concise":
            assert out.count("\n") == 1
