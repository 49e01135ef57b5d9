"""What GitHub code scanning (and the other consumers) ask of a SARIF log beyond the schema.

Sources: "SARIF support for code scanning" and "SARIF results exceed one or more limits" in GitHub's documentation,
and the parser of DefectDojo where a key is named after it. `complaints` returns one line per violation.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_RELATIVE_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
_LINE_HASH = re.compile(r"[0-9a-f]{1,16}:[1-9][0-9]*")
_LINK = re.compile(r"(?<!\\)\[(?:[^\]\\]|\\.)*\]\(([^)]*)\)")
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_LEVELS = {"note", "warning", "error"}
_PRECISIONS = {"very-high", "high", "medium", "low"}
_PRIVATE = {
    "account", "arguments", "commandLine", "endTimeUtc", "environmentVariables", "executableLocation",
    "machine", "processId", "startTimeUtc", "workingDirectory",
}  # fmt: skip


def complaints(log: Json) -> list[str]:
    """Every breach of the profile in a whole log."""
    return [*_log(log), *(text for run in log.get("runs", []) for text in _run(run))]


def _log(log: Json) -> Iterator[str]:
    if log.get("version") != "2.1.0" or "$schema" not in log:
        yield "log: version 2.1.0 and $schema are required"
    runs = log.get("runs", [])
    if len(runs) > 20:
        yield "log: more than 20 runs"
    names = [(r["tool"]["driver"].get("name"), r.get("automationDetails", {}).get("id")) for r in runs]
    if len(set(names)) < len(names):
        yield "log: two runs with the same tool and category"


def _run(run: Json) -> Iterator[str]:
    driver = run["tool"]["driver"]
    rules = driver.get("rules")
    if not driver.get("name"):
        yield "driver: no name"
    if not _SEMANTIC.fullmatch(driver.get("semanticVersion", "")):
        yield "driver: no semanticVersion"
    if rules is None or len(rules) > 25_000:
        yield "driver: rules missing or too many"
    ids = [rule.get("id", "") for rule in rules or []]
    if ids != sorted(set(ids)):
        yield "driver: rules not sorted and unique"
    for rule in rules or []:
        yield from _rule(rule, run)
    yield from _results(run, rules or [])
    yield from _setting(run)
    yield from _invocations(run)


def _rule(rule: Json, run: Json) -> Iterator[str]:
    name = f"rule {rule.get('id')}"
    for key in ("shortDescription", "fullDescription", "help"):
        if not rule.get(key, {}).get("text"):
            yield f"{name}: no {key}.text"
    if not rule.get("id") or len(rule.get("name", "")) > 255:
        yield f"{name}: no id or a name of more than 255 characters"
    if any(len(rule.get(key, {}).get("text", "")) > 1024 for key in ("shortDescription", "fullDescription")):
        yield f"{name}: description of more than 1024 characters"
    if rule.get("defaultConfiguration", {}).get("level") not in _LEVELS:
        yield f"{name}: no default level"
    yield from _rule_properties(name, rule.get("properties", {}))
    yield from _relationships(name, rule, run)


def _rule_properties(name: str, properties: Json) -> Iterator[str]:
    tags = properties.get("tags", [])
    if "security" not in tags or not any(tag.startswith("external/cwe/cwe-") for tag in tags) or len(tags) > 10:
        yield f"{name}: tags lack security or a CWE, or are more than the 10 shown"
    if properties.get("precision") not in _PRECISIONS:
        yield f"{name}: no precision"
    severity = properties.get("security-severity")
    if not isinstance(severity, str) or not re.fullmatch(r"\d+(\.\d+)?", severity) or not 0 < float(severity) <= 10:
        yield f"{name}: security-severity is not a string with a number in (0,10]"
    if "problem.severity" in properties and severity is not None:
        yield f"{name}: problem.severity beside security-severity"


def _relationships(name: str, rule: Json, run: Json) -> Iterator[str]:
    taxa = {(t["name"], taxon["id"]) for t in run.get("taxonomies", []) for taxon in t.get("taxa", [])}
    targets = [relation["target"] for relation in rule.get("relationships", [])]
    if not targets:
        yield f"{name}: no relationship to a CWE"
    for target in targets:
        known = (target.get("toolComponent", {}).get("name"), target.get("id")) in taxa
        if not known or not re.fullmatch(r"CWE-\d+", target.get("id", "")):
            yield f"{name}: relationship to {target.get('id')} is not a CWE-N of run.taxonomies"


def _results(run: Json, rules: list[Json]) -> Iterator[str]:
    results = run.get("results")
    if results is None or len(results) > 25_000:
        yield "run: results missing or too many"
    previous: tuple[str, int, int, str] = ("", 0, 0, "")
    for number, result in enumerate(results or []):
        name = f"result {number}"
        yield from _result(name, result, rules)
        key = _order(result)
        if key < previous:
            yield f"{name}: out of order"
        previous = key


def _order(result: Json) -> tuple[str, int, int, str]:
    places = result.get("locations") or [{}]
    physical = places[0].get("physicalLocation", {})
    region = physical.get("region", {})
    uri = physical.get("artifactLocation", {}).get("uri", "")
    return uri, region.get("startLine", 0), region.get("startColumn", 0), result.get("ruleId", "")


def _result(name: str, result: Json, rules: list[Json]) -> Iterator[str]:
    index = result.get("ruleIndex", -1)
    if not 0 <= index < len(rules) or rules[index]["id"] != result.get("ruleId"):
        yield f"{name}: ruleIndex does not point to ruleId"
    if result.get("level") not in _LEVELS or result.get("kind", "fail") != "fail":
        yield f"{name}: no explicit level, or a kind other than fail"
    places = result.get("locations", [])
    if len(places) != 1 or "physicalLocation" not in places[0]:
        yield f"{name}: not exactly one physical location"
    for place in places:
        yield from _location(name, place, columns=True)
    yield from _message(name, result)
    yield from _fingerprints(name, result.get("partialFingerprints", {}))
    yield from _flows(name, result.get("codeFlows", []))
    if "suppressions" in result:
        yield f"{name}: GitHub shows suppressed results as open"
    if any("text" not in fix.get("description", {}) for fix in result.get("fixes", [])):
        yield f"{name}: a fix without description.text (DefectDojo)"


def _message(name: str, result: Json) -> Iterator[str]:
    message = result.get("message", {})
    text = message.get("text", "")
    if not text or "id" in message or "arguments" in message:
        yield f"{name}: message is not final text"
    related = result.get("relatedLocations", [])
    ids = [place.get("id") for place in related]
    if len(ids) > 100 or len(set(ids)) < len(ids) or any(not isinstance(i, int) or i < 0 for i in ids):
        yield f"{name}: related locations without an id of their own, or more than 100"
    for target in _LINK.findall(text):
        if not target.isdigit() or int(target) not in ids:
            yield f"{name}: link to {target} leads nowhere"
    for place in related:
        yield from _location(f"{name} related", place, columns=True)


def _fingerprints(name: str, prints: Json) -> Iterator[str]:
    if not _LINE_HASH.fullmatch(prints.get("primaryLocationLineHash", "")):
        yield f"{name}: no primaryLocationLineHash"
    for key in prints:
        if "/" in key and not re.fullmatch(r".+/v\d+", key):
            yield f"{name}: fingerprint {key} does not end in /v<int> (DefectDojo)"


def _flows(name: str, flows: list[Json]) -> Iterator[str]:
    places = [p for flow in flows for thread in flow["threadFlows"] for p in thread["locations"]]
    if len(places) > 1_000:
        yield f"{name}: more thread flow locations than the 1,000 shown"
    for place in places:
        yield from _location(f"{name} flow", place["location"], columns=True)


def _location(name: str, place: Json, *, columns: bool) -> Iterator[str]:
    physical = place.get("physicalLocation", {})
    artifact = physical.get("artifactLocation", {})
    yield from _uri(name, artifact)
    region = physical.get("region")
    if region is None:
        if columns:
            yield f"{name}: no region"
        return
    corners = [region.get(key) for key in ("startLine", "startColumn", "endLine", "endColumn")]
    if any(not isinstance(corner, int) or corner < 1 for corner in corners):
        yield f"{name}: region lacks one of its four corners"
    elif (corners[2], corners[3]) < (corners[0], corners[1]):
        yield f"{name}: region ends before it starts"
    yield from _snippets(name, physical)


def _uri(name: str, artifact: Json) -> Iterator[str]:
    uri = artifact.get("uri", "")
    if not _RELATIVE_URI.fullmatch(uri):
        yield f"{name}: URI {uri!r} is empty or not percent-encoded"
    if uri.startswith("/") or ":" in uri.partition("/")[0] or ".." in uri.split("/"):
        yield f"{name}: URI {uri!r} is not relative, or leaves the root"
    if artifact.get("uriBaseId") != "%SRCROOT%":
        yield f"{name}: no uriBaseId"


def _snippets(name: str, physical: Json) -> Iterator[str]:
    region, context = physical["region"], physical.get("contextRegion")
    texts = [part["snippet"]["text"] for part in (region, context or {}) if "snippet" in part]
    if any(len(line) > 200 for text in texts for line in text.split("\n")):
        yield f"{name}: snippet line of more than 200 characters"
    if context and not (context["startLine"] <= region["startLine"] and region["endLine"] <= context["endLine"]):
        yield f"{name}: context region does not hold the region"


def _setting(run: Json) -> Iterator[str]:
    if run.get("columnKind") != "utf16CodeUnits":
        yield "run: columnKind"
    if not run.get("automationDetails", {}).get("id", "").endswith("/"):
        yield "run: automationDetails.id does not end with /"
    base = run.get("originalUriBaseIds", {}).get("%SRCROOT%")
    if base is None or not base.get("uri", "/").endswith("/"):
        yield "run: %SRCROOT% not described, or with a uri that does not end with /"


def _invocations(run: Json) -> Iterator[str]:
    invocations = run.get("invocations", [])
    if len(invocations) != 1 or not isinstance(invocations[0].get("executionSuccessful"), bool):
        yield "run: not one invocation with executionSuccessful"
    described = {
        item["id"]
        for item in run["tool"]["driver"].get("notifications", [])
        if all(item.get(key, {}).get("text") for key in ("shortDescription", "fullDescription", "help"))
    }
    for invocation in invocations:
        if leaks := _PRIVATE & invocation.keys():
            yield f"invocation: {', '.join(sorted(leaks))} makes runs differ or leaks"
        notes = invocation.get("toolExecutionNotifications", [])
        if not invocation.get("executionSuccessful") and not any(note.get("level") == "error" for note in notes):
            yield "invocation: unsuccessful without an error"
        for number, note in enumerate(notes):
            yield from _notification(f"notification {number}", note, described)


def _notification(name: str, note: Json, described: set[str]) -> Iterator[str]:
    if note.get("descriptor", {}).get("id") not in described:
        yield f"{name}: descriptor is not described in driver.notifications"
    if note.get("level") not in _LEVELS or not note.get("message", {}).get("text"):
        yield f"{name}: no level or text"
    if "timeUtc" in note:
        yield f"{name}: a time makes runs differ"
    for place in note.get("locations", []):
        yield from _location(name, place, columns=False)
