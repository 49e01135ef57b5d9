"""The profile checker itself: a fault planted in a good log is named."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from github_profile import complaints
from report_builders import CRASH, NEEDLE, OPTIONS, RULES, SOURCE, finding, region_of, report, step, usage
from tlsscan.model import Place
from tlsscan.reporters.sarif import render

_FOUND = usage()._replace(
    trace=(step("settings.py", f"OLD = {NEEDLE}\n", NEEDLE),),
    related=(Place("app/client.py", region_of(SOURCE, "ctx"), "here"),),
)
_GOOD = json.loads(render(report(finding(_FOUND), finding(usage(path="b.py")), problems=(CRASH,)), RULES, OPTIONS))
_GOOD["runs"][0]["results"][1]["partialFingerprints"]["primaryLocationLineHash"] = "1f:1"


def _driver(log: Any) -> Any:
    return log["runs"][0]["tool"]["driver"]


def _result(log: Any) -> Any:
    return log["runs"][0]["results"][0]


def _physical(log: Any) -> Any:
    return _result(log)["locations"][0]["physicalLocation"]


def _invocation(log: Any) -> Any:
    return log["runs"][0]["invocations"][0]


_FAULTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "version": (lambda log: log.update(version="2.0.0"), "version 2.1.0"),
    "two runs": (lambda log: log["runs"].append(log["runs"][0]), "same tool and category"),
    "many runs": (lambda log: log.update(runs=log["runs"] * 21), "more than 20 runs"),
    "driver name": (lambda log: _driver(log).update(name=""), "no name"),
    "semantic version": (lambda log: _driver(log).pop("semanticVersion"), "no semanticVersion"),
    "rules": (lambda log: _driver(log).pop("rules"), "rules missing"),
    "rule twice": (lambda log: _driver(log)["rules"].append(_driver(log)["rules"][0]), "not sorted and unique"),
    "help": (lambda log: _driver(log)["rules"][0]["help"].update(text=""), "no help.text"),
    "name": (lambda log: _driver(log)["rules"][0].update(name="n" * 256), "more than 255"),
    "description": (
        lambda log: _driver(log)["rules"][0]["fullDescription"].update(text="d" * 1025),
        "more than 1024",
    ),
    "default level": (lambda log: _driver(log)["rules"][0].pop("defaultConfiguration"), "no default level"),
    "tags": (lambda log: _driver(log)["rules"][0]["properties"].update(tags=["x"] * 25), "tags lack"),
    "precision": (lambda log: _driver(log)["rules"][0]["properties"].update(precision="sure"), "no precision"),
    "score": (
        lambda log: _driver(log)["rules"][0]["properties"].update({"security-severity": 8.1}),
        "security-severity",
    ),
    "score zero": (
        lambda log: _driver(log)["rules"][0]["properties"].update({"security-severity": "0"}),
        "security-severity",
    ),
    "problem severity": (
        lambda log: _driver(log)["rules"][0]["properties"].update({"problem.severity": "error"}),
        "problem.severity beside",
    ),
    "cwe": (
        lambda log: _driver(log)["rules"][0]["relationships"][0]["target"].update(id="327"),
        "not a CWE-N",
    ),
    "no cwe": (lambda log: _driver(log)["rules"][0].pop("relationships"), "no relationship"),
    "results": (lambda log: log["runs"][0].pop("results"), "results missing"),
    "order": (lambda log: log["runs"][0]["results"].reverse(), "out of order"),
    "rule index": (lambda log: _result(log).update(ruleIndex=7), "ruleIndex"),
    "level": (lambda log: _result(log).pop("level"), "no explicit level"),
    "kind": (lambda log: _result(log).update(kind="review"), "other than fail"),
    "no location": (lambda log: _result(log).update(locations=[]), "not exactly one physical location"),
    "message": (lambda log: _result(log).update(message={"id": "default"}), "not final text"),
    "link": (lambda log: _result(log)["message"].update(text="see [x](9)"), "link to 9"),
    "related id": (lambda log: _result(log)["relatedLocations"][0].update(id=2), "without an id of their own"),
    "line hash": (lambda log: _result(log)["partialFingerprints"].pop("primaryLocationLineHash"), "LineHash"),
    "key": (lambda log: _result(log)["partialFingerprints"].update({"tlsscan/x": "1"}), "/v<int>"),
    "flow": (
        lambda log: _result(log)["codeFlows"][0]["threadFlows"][0].update(
            locations=_result(log)["codeFlows"][0]["threadFlows"][0]["locations"] * 501
        ),
        "1,000",
    ),
    "suppressed": (lambda log: _result(log).update(suppressions=[{"kind": "inSource"}]), "suppressed"),
    "fix": (lambda log: _result(log).update(fixes=[{"artifactChanges": []}]), "fix without"),
    "space": (lambda log: _physical(log)["artifactLocation"].update(uri="a b.py"), "not percent-encoded"),
    "absolute": (lambda log: _physical(log)["artifactLocation"].update(uri="/a.py"), "not relative"),
    "file": (lambda log: _physical(log)["artifactLocation"].update(uri="file:///a.py"), "not relative"),
    "climb": (lambda log: _physical(log)["artifactLocation"].update(uri="a/../../b.py"), "leaves the root"),
    "base": (lambda log: _physical(log)["artifactLocation"].pop("uriBaseId"), "no uriBaseId"),
    "corner": (lambda log: _physical(log)["region"].pop("endColumn"), "four corners"),
    "backwards": (lambda log: _physical(log)["region"].update(endLine=1), "ends before"),
    "no region": (lambda log: _physical(log).pop("region"), "no region"),
    "snippet": (lambda log: _physical(log)["region"]["snippet"].update(text="x" * 201), "more than 200"),
    "context": (lambda log: _physical(log)["contextRegion"].update(endLine=2), "does not hold"),
    "columns": (lambda log: log["runs"][0].update(columnKind="unicodeCodePoints"), "columnKind"),
    "category": (lambda log: log["runs"][0].pop("automationDetails"), "automationDetails"),
    "base uri": (
        lambda log: log["runs"][0]["originalUriBaseIds"]["%SRCROOT%"].update(uri="file:///x"),
        "SRCROOT",
    ),
    "invocation": (lambda log: log["runs"][0].pop("invocations"), "not one invocation"),
    "time": (lambda log: _invocation(log).update(startTimeUtc="2020-01-01T00:00:00Z"), "startTimeUtc"),
    "no error": (lambda log: _invocation(log).update(toolExecutionNotifications=[]), "without an error"),
    "descriptor": (lambda log: _driver(log).pop("notifications"), "driver.notifications"),
    "note level": (
        lambda log: _invocation(log)["toolExecutionNotifications"][0].pop("level"),
        "no level or text",
    ),
}


def test_the_log_that_the_faults_are_planted_in_is_good() -> None:
    assert complaints(_GOOD) == []


@pytest.mark.parametrize(("plant", "expected"), _FAULTS.values(), ids=_FAULTS)
def test_a_planted_fault_is_named(plant: Callable[[Any], object], expected: str) -> None:
    log = copy.deepcopy(_GOOD)
    plant(log)
    assert any(expected in complaint for complaint in complaints(log)), complaints(log)
