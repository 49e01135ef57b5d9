"""SARIF: valid by the schema, fit for code scanning, and saying where and what."""

import gzip
import hashlib
import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from github_profile import complaints
from report_builders import (
    ANY_TEXT,
    BINARY,
    CRASH,
    DEFAULT_LEVELS,
    NEEDLE,
    OPTIONS,
    PARTLY,
    PATH,
    RULE,
    RULES,
    SOURCE,
    finding,
    region_of,
    report,
    step,
    usage,
)
from tlsscan.linehash import line_hashes
from tlsscan.model import Area, Confidence, Level, Origin, Place, Problem, ProblemKind, Report, Verdict
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.sarif import SCHEMA, render

_SCHEMA_FILE = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"
_SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@cache
def _validator() -> Draft4Validator:
    return Draft4Validator(json.loads(_SCHEMA_FILE.read_bytes()))


def _faults(log: Any) -> list[str]:
    schema = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in _validator().iter_errors(log)]
    return schema + complaints(log)


def _log(given: Report, options: Options = OPTIONS, rules: dict[str, RuleText] = RULES) -> Any:
    """The parsed log, after both checks."""
    log = json.loads(render(given, rules, options))
    assert _faults(log) == []
    return log


def _run(given: Report, options: Options = OPTIONS) -> Any:
    return _log(given, options)["runs"][0]


def _result(given: Report, options: Options = OPTIONS) -> Any:
    [result] = _run(given, options)["results"]
    return result


def _physical(result: Any) -> Any:
    return result["locations"][0]["physicalLocation"]


def test_the_schema_is_the_one_of_oasis() -> None:
    assert hashlib.sha256(_SCHEMA_FILE.read_bytes()).hexdigest() == _SCHEMA_SHA256
    assert json.loads(_SCHEMA_FILE.read_bytes())["id"] == SCHEMA


def test_nothing_found() -> None:
    run = _run(report())
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["tool"]["driver"]["name"] == "tlsscan"
    assert run["tool"]["driver"]["semanticVersion"] == "0.1.0"
    assert run["automationDetails"] == {"id": "tlsscan/"}
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["originalUriBaseIds"]["%SRCROOT%"].keys() == {"description"}


def test_a_finding_is_a_result_at_its_argument() -> None:
    result = _result(report(finding()))
    assert result["ruleId"] == f"{RULE}/fails"
    assert result["level"] == "error"
    assert result["message"] == {"text": "ssl.SSLContext accepts only TLS 1.0"}
    assert _physical(result) == {
        "artifactLocation": {"uri": PATH, "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 3,
            "startColumn": 22,
            "endLine": 3,
            "endColumn": 40,
            "snippet": {"text": NEEDLE},
        },
        "contextRegion": {
            "startLine": 2,
            "endLine": 4,
            "snippet": {"text": f"\nctx = ssl.SSLContext({NEEDLE})\nctx.load_default_certs()"},
        },
    }
    assert "relatedLocations" not in result
    assert "codeFlows" not in result
    assert "kind" not in result


def test_the_fingerprints_are_those_of_github_and_our_own() -> None:
    prints = _result(report(finding()))["partialFingerprints"]
    assert prints["primaryLocationLineHash"] == line_hashes(SOURCE, {3})[3]
    assert prints["tlsscan/v1"] == "793545ae7d8c94877f8d5aaf764c9fa5"


@pytest.mark.parametrize(
    ("verdict", "level", "score"),
    [
        (Verdict.FAILS, "error", "8.1"),
        (Verdict.ALLOWS, "warning", "6.5"),
        (Verdict.CAPS, "note", "2.0"),
        (Verdict.UNRESOLVED, "note", "1.0"),
    ],
)
def test_each_verdict_is_a_rule_of_its_own(verdict: Verdict, level: str, score: str) -> None:
    run = _run(report(finding(verdict=verdict)))
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["id"] == f"{RULE}/{verdict}"
    assert rule["defaultConfiguration"] == {"level": level}
    assert rule["properties"]["security-severity"] == score
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-327", "external/cwe/cwe-757"]
    assert [relation["target"]["id"] for relation in rule["relationships"]] == ["CWE-327", "CWE-757"]
    assert run["results"][0]["level"] == level


def test_a_rule_says_what_to_do_with_its_references() -> None:
    [rule] = _run(report(finding()))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Protocol of an ssl.SSLContext: never reaches TLS 1.2"
    assert rule["fullDescription"]["text"].startswith("The protocol argument pins one version of TLS.")
    for text in rule["help"].values():
        assert RULES[RULE].remediation in text
        assert all(reference in text for reference in RULES[RULE].references)
    assert rule["helpUri"] == RULES[RULE].references[0]


@pytest.mark.parametrize(
    ("verdict", "level", "score"),
    [
        (Verdict.FAILS, Level.WARNING, "5.0"),
        (Verdict.FAILS, Level.NOTE, "2.0"),
        (Verdict.ALLOWS, Level.NOTE, "2.0"),
    ],
)
def test_a_level_that_policy_lowered_has_a_rule_of_its_own(verdict: Verdict, level: Level, score: str) -> None:
    """Code scanning takes the severity of an alert from its rule, so that one rule could not say both."""
    run = _run(report(finding(verdict=verdict), finding(verdict=verdict, level=level)))
    usual, lower = run["tool"]["driver"]["rules"]
    assert (usual["id"], lower["id"]) == (f"{RULE}/{verdict}", f"{RULE}/{verdict}-{level}")
    assert usual["defaultConfiguration"]["level"] == DEFAULT_LEVELS[verdict]
    assert (lower["defaultConfiguration"]["level"], lower["properties"]["security-severity"]) == (level, score)
    assert {(result["ruleId"], result["level"]) for result in run["results"]} == {
        (usual["id"], DEFAULT_LEVELS[verdict]),
        (lower["id"], level),
    }
    assert usual["shortDescription"] == lower["shortDescription"]


def test_over_the_limit_the_most_severe_results_stay_in_their_order() -> None:
    source = "\n".join([NEEDLE] * 4)
    verdicts = [Verdict.CAPS, Verdict.FAILS, Verdict.ALLOWS, Verdict.FAILS]
    found = [finding(usage(source, occurrence=n), verdict) for n, verdict in enumerate(verdicts, 1)]
    told = report(*found, sources={PATH: source})
    run = _run(told, OPTIONS._replace(max_results=3))
    assert [_physical(result)["region"]["startLine"] for result in run["results"]] == [2, 3, 4]
    whole = _run(told, OPTIONS._replace(max_results=0))["results"]
    assert [r["partialFingerprints"] for r in run["results"]] == [r["partialFingerprints"] for r in whole[1:]]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["descriptor"]["id"], note["level"]) == ("results-cut", "warning")
    assert note["message"]["text"] == "1 result of the least severe left out of the SARIF: it holds 3 (--max-results)"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [f"{RULE}/allows", f"{RULE}/fails"]
    for limit in (0, 4, 5000):
        assert len(_run(told, OPTIONS._replace(max_results=limit))["results"]) == 4


def test_where_a_result_stands_is_in_its_tags() -> None:
    copy = usage()._replace(origin=Origin((Area.TEST, Area.VENDORED), "acme/sdk", "1.2"))
    properties = _result(report(finding(copy)))["properties"]
    assert (properties["tags"], properties["package"]) == (["test", "vendored"], "acme/sdk 1.2")
    assert {"tags", "package"}.isdisjoint(_result(report(finding()))["properties"])


def test_precision_is_that_of_the_least_certain_result() -> None:
    certain, fair = (usage()._replace(confidence=confidence) for confidence in (Confidence.HIGH, Confidence.MEDIUM))
    bare = usage(path="b.py")._replace(confidence=Confidence.LOW)
    sources = {PATH: SOURCE, "b.py": SOURCE}
    told = report(finding(certain), finding(fair), finding(bare, Verdict.ALLOWS), sources=sources)
    rules = _run(told)["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["properties"]["precision"] for rule in rules} == {
        f"{RULE}/fails": "medium",
        f"{RULE}/allows": "low",
    }


def test_results_and_rules_are_sorted_and_point_to_each_other() -> None:
    source = f"a = f({NEEDLE}, {NEEDLE})\nb = f({NEEDLE})\n"
    spots = [("b.py", 1), ("a.py", 3), ("a.py", 2), ("a.py", 1)]
    found = [finding(usage(source, path=path, occurrence=number)) for path, number in spots]
    found[0] = found[0]._replace(verdict=Verdict.ALLOWS, level=Level.WARNING)
    run = _run(report(*found, sources={"a.py": source, "b.py": source}))
    places = [(_physical(r)["artifactLocation"]["uri"], _physical(r)["region"]["startLine"]) for r in run["results"]]
    assert places == [("a.py", 1), ("a.py", 1), ("a.py", 2), ("b.py", 1)]
    assert [_physical(r)["region"]["startColumn"] for r in run["results"]][:2] == [7, 27]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [f"{RULE}/allows", f"{RULE}/fails"]
    assert [r["ruleIndex"] for r in run["results"]] == [1, 1, 1, 0]


def test_columns_count_utf16_code_units() -> None:
    source = f'x = "é😀"; c = ssl.SSLContext({NEEDLE})\n'
    result = _result(report(finding(usage(source)), sources={PATH: source}))
    region = _physical(result)["region"]
    assert region["startColumn"] == source.index(NEEDLE) + 1 + 1
    assert region["endColumn"] - region["startColumn"] == len(NEEDLE)
    assert region["snippet"]["text"] == NEEDLE


def test_a_region_of_several_lines() -> None:
    source = "f(\n  a |\n  b)\n"
    result = _result(report(finding(usage(source, "a |\n  b")), sources={PATH: source}))
    region = _physical(result)["region"]
    assert [region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")] == [2, 3, 3, 4]
    assert region["snippet"]["text"] == "a |\n  b"


def test_without_the_text_of_its_lines_a_place_has_no_snippet() -> None:
    told = report(finding())._replace(texts={})
    assert _physical(_result(told)).keys() == {"artifactLocation", "region"}
    assert "snippet" not in _physical(_result(told))["region"]


def test_snippets_of_a_minified_line_are_cut() -> None:
    source = f"{'x=1;' * 5000}c=ssl.SSLContext({NEEDLE}{'+0' * 400});"
    result = _result(report(finding(usage(source, f"{NEEDLE}{'+0' * 400}")), sources={PATH: source}))
    assert _physical(result)["region"]["startColumn"] == source.index(NEEDLE) + 1
    assert len(_physical(result)["region"]["snippet"]["text"]) == 200
    assert len(_physical(result)["contextRegion"]["snippet"]["text"]) == 200


_SETTINGS = "import ssl\nOLD = ssl.PROTOCOL_TLSv1\n"
_PASSED = "PROTO = settings.OLD\n"


def test_a_value_from_elsewhere_is_linked_and_flows_from_definition_to_use() -> None:
    near = step("app/[conf].py", _PASSED, "PROTO = settings.OLD")
    far = step("settings.py", _SETTINGS, "OLD = ssl.PROTOCOL_TLSv1")
    beside = Place(PATH, region_of(SOURCE, "ctx", 2), "used here")
    found = usage()._replace(trace=(near, far), related=(beside,))
    sources = {PATH: SOURCE, "settings.py": _SETTINGS, "app/[conf].py": _PASSED}
    result = _result(report(finding(found), sources=sources))
    assert result["message"]["text"] == (
        "ssl.SSLContext accepts only TLS 1.0. "
        "The value comes from [settings.py:2](1), [app/\\[conf\\].py:1](2). See also [app/client.py:4](3)."
    )
    related = {
        place["id"]: place["physicalLocation"]["artifactLocation"]["uri"] for place in result["relatedLocations"]
    }
    assert related == {1: "settings.py", 2: "app/%5Bconf%5D.py", 3: PATH}
    assert result["relatedLocations"][0]["message"]["text"] == "OLD = ssl.PROTOCOL_TLSv1"
    [flow] = result["codeFlows"]
    hops = [hop["location"]["physicalLocation"] for hop in flow["threadFlows"][0]["locations"]]
    assert [(hop["artifactLocation"]["uri"], hop["region"]["startLine"]) for hop in hops] == [
        ("settings.py", 2),
        ("app/%5Bconf%5D.py", 1),
        (PATH, 3),
    ]


def test_a_message_cannot_smuggle_a_link_or_a_control() -> None:
    result = _result(report(finding(message="sets [click](https://evil.example) \u202e\x1b")))
    assert result["message"]["text"] == "sets \\[click\\](https://evil.example) \\u202e\\x1b"


def test_brackets_that_make_no_link_stay_as_they_are() -> None:
    assert _result(report(finding(message="options[:x] permits TLS 1.0")))["message"]["text"] == (
        "options[:x] permits TLS 1.0"
    )


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/100%\n.py", "a%20b/100%25%0A.py"),
        ("ünï/漢.py", "%C3%BCn%C3%AF/%E6%BC%A2.py"),
        ("bad\udcff.py", "bad%FF.py"),
        ("/etc/x.py", "outside-root/etc/x.py"),
        ("../x.py", "outside-root/__/x.py"),
    ],
)
def test_paths_of_any_kind(path: str, uri: str) -> None:
    result = _result(report(finding(usage(path=path)), sources={path: SOURCE}))
    assert _physical(result)["artifactLocation"]["uri"] == uri


def test_paths_are_told_from_the_top_of_the_repository() -> None:
    options = OPTIONS._replace(sarif_root="services/api", category="nightly")
    run = _run(report(finding(), problems=(CRASH,)), options)
    assert _physical(run["results"][0])["artifactLocation"]["uri"] == f"services/api/{PATH}"
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert _physical(note)["artifactLocation"]["uri"] == "services/api/lib/odd.py"
    assert run["automationDetails"] == {"id": "tlsscan/nightly/"}


def test_what_was_not_analysed_is_notified_and_makes_the_run_unsuccessful() -> None:
    run = _run(report(problems=(CRASH, PARTLY, BINARY)))
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [(note["descriptor"]["id"], note["level"]) for note in notes] == [
        ("problem/crash", "error"),
        ("problem/parse-error", "warning"),
        ("problem/binary", "note"),
    ]
    assert notes[0]["message"]["text"] == "lib/odd.py: the worker ended with signal 11"
    assert "region" not in _physical(notes[0])
    assert _physical(notes[1])["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 3}


def test_a_file_analysed_in_part_leaves_the_run_successful() -> None:
    assert _run(report(problems=(PARTLY,)))["invocations"][0]["executionSuccessful"] is True


def test_a_problem_of_no_file_has_no_location() -> None:
    notes = _run(report(problems=(Problem("", ProblemKind.IGNORE_RULES, "index is odd"),)))["invocations"][0]
    assert "locations" not in notes["toolExecutionNotifications"][0]


def test_assumptions_gaps_and_notices_are_notified() -> None:
    told = report()._replace(
        assumed=("Python 3.13 is assumed.",), unread={".rs": 1, ".go": 2}, hidden=4, notices=("x ignored",)
    )
    notes = _run(told)["invocations"][0]["toolExecutionNotifications"]
    assert [(note["descriptor"]["id"], note["level"], note["message"]["text"]) for note in notes] == [
        ("unread-languages", "note", "Not readable by tlsscan: 3 source files (.go 2, .rs 1)"),
        ("assumed-runtime", "note", "Python 3.13 is assumed."),
        ("hidden-findings", "note", "4 findings below the shown level"),
        ("notice", "note", "x ignored"),
    ]


def test_a_rule_with_too_much_or_too_little_text_is_still_accepted() -> None:
    long = RuleText(RULE, "t" * 2000, "s" * 2000)
    run = _log(report(finding()), rules={RULE: long})["runs"][0]
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "t" * 1021 + "..."
    [unknown] = _log(report(finding()), rules={})["runs"][0]["tool"]["driver"]["rules"]
    assert unknown["shortDescription"]["text"] == f"{RULE}: never reaches TLS 1.2"


def test_a_version_that_is_not_semantic_is_only_a_version() -> None:
    [run] = json.loads(render(report(), RULES, Options(tool_version="0.2.0.dev1")))["runs"]
    assert run["tool"]["driver"]["version"] == "0.2.0.dev1"
    assert "semanticVersion" not in run["tool"]["driver"]


@settings(max_examples=40)
@given(ANY_TEXT.filter(lambda path: path.strip("/.")), ANY_TEXT, ANY_TEXT)
def test_any_path_message_and_line_give_a_valid_ascii_log(path: str, message: str, value: str) -> None:
    source = f"f({NEEDLE}) # {value}".replace("\n", "").replace("\udc80", "")
    line = "".join(char for char in source if not 0xD800 <= ord(char) <= 0xDFFF)
    found = usage(line, path=path)._replace(value=value, related=(Place(path, region_of(line, "f"), value),))
    text = render(report(finding(found, message=message or "x"), sources={path: line}), RULES, OPTIONS)
    assert text.isascii()
    assert not any(char < " " or char == "\x7f" for char in text.removesuffix("\n"))
    assert _faults(json.loads(text)) == []
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")


def test_the_log_is_the_same_for_any_hash_seed() -> None:
    script = (
        "from report_builders import *\n"
        "from tlsscan.reporters import render\n"
        "told = report(finding(), finding(verdict=Verdict.ALLOWS), problems=(CRASH, PARTLY))\n"
        "print(*(render(name, told, RULES, OPTIONS) for name in ('sarif', 'json', 'full', 'concise')))\n"
    )
    path = ":".join([str(Path(__file__).parent), *sys.path])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert PATH.encode() in outputs.pop()


@pytest.mark.parametrize("name", ["full", "concise", "json"])
def test_only_the_sarif_reporter_loads_the_object_model(name: str) -> None:
    script = (
        "import sys\n"
        "from report_builders import *\n"
        "from tlsscan.reporters import render\n"
        "sys.modules = {k: v for k, v in sys.modules.items() if k not in ('attr', 'attrs')}\n"
        f"render({name!r}, report(finding()), RULES, OPTIONS)\n"
        "print('sarif_om' in sys.modules, 'tlsscan.reporters.encoder' in sys.modules)\n"
    )
    path = ":".join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": path}, capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.slow
def test_as_many_results_as_code_scanning_keeps_fit_into_an_upload() -> None:
    """10 MB after compression, whatever is in them: here texts that hardly compress, each as long as is kept."""
    noise = random.Random(1)

    def odd(length: int) -> str:
        return "".join(noise.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ", k=length))

    sources = {
        f"src/{odd(12)}/{odd(12)}.py": f"# {odd(80)}\nf({odd(60)}, {NEEDLE})  # {odd(40)}\n" for _ in range(5200)
    }
    found = [
        finding(usage(text, path=path)._replace(trace=(step(path, text, NEEDLE),))) for path, text in sources.items()
    ]
    text = render(report(*found, sources=sources), RULES, OPTIONS)
    log = json.loads(text)
    assert len(log["runs"][0]["results"]) == 5000
    assert [n["descriptor"]["id"] for n in log["runs"][0]["invocations"][0]["toolExecutionNotifications"]] == [
        "results-cut"
    ]
    assert len(gzip.compress(text.encode())) < 10_000_000
