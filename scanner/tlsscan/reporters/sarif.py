"""The report as SARIF 2.1.0 for code scanning: one run, no time stamps, no absolute paths.

Written for what consumers read, not only for the schema: every result has its level, one physical location
with all four columns, and the line hash that GitHub tracks alerts by. Columns count UTF-16 code units.
"""

import re
from collections.abc import Iterator, Mapping

import sarif_om as om

from tlsscan.annotations import Any
from tlsscan.display import count, safe, scalars, sentence
from tlsscan.identity import of_report
from tlsscan.model import Aside, AsideKind, Edit, Finding, Problem, Remark, Report, Severity
from tlsscan.patterns import lazy
from tlsscan.protocol import tokens
from tlsscan.records import NamedTuple
from tlsscan.reporters import Options, RuleText, asides
from tlsscan.reporters.descriptors import (
    ASIDE,
    ASSUMED,
    CLAIMED,
    CUT,
    HIDDEN,
    NARROWED,
    NOTICE,
    UNREAD,
    cwe_taxonomy,
    descriptor_id,
    notification_descriptor,
    problem_id,
    remark_id,
    rule_descriptors,
)
from tlsscan.reporters.dump import dump
from tlsscan.reporters.encoder import build, encode
from tlsscan.reporters.frame import piece_of
from tlsscan.reporters.origins import counted
from tlsscan.reporters.summary import narrowed, too_many
from tlsscan.reporters.uri import relative_uri
from tlsscan.values import Region

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SNIPPET = 200
_BASE = "%SRCROOT%"
_SEMANTIC = lazy(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PROBLEM_LEVEL = {Severity.INCOMPLETE: "error", Severity.DEGRADED: "warning", Severity.SKIPPED: "note"}


class _Identified(NamedTuple):
    """A finding with its identity and its place in the log."""

    finding: Finding
    fingerprint: str
    uri: str
    aside: Aside | None = None


class _Link(NamedTuple):
    """Another place that a result refers to; `label` says what it is."""

    label: str
    path: str
    region: Region
    text: str


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The log on one line, ASCII only, with a newline at its end."""
    log = build(om.SarifLog, schema_uri=SCHEMA, version="2.1.0", runs=[_run(report, rules, options)])
    return dump(encode(log))


def _run(report: Report, rules: Mapping[str, RuleText], options: Options) -> om.Run:
    items, cut = _kept(_in_order(report, options), options.max_results)
    descriptors = rule_descriptors((item.finding for item in items), rules, report.floor)
    numbers = {descriptor.id: number for number, descriptor in enumerate(descriptors)}
    notifications = [*_notifications(report, options.sarif_root), *_cut(cut, options.max_results)]
    remarks = [_remark(remark, options.sarif_root) for remark in report.remarks]
    writer = _Results(report, numbers, options.sarif_root, options.unsafe_fixes)
    return build(
        om.Run,
        tool=build(om.Tool, driver=_driver(descriptors, [*notifications, *remarks], options)),
        taxonomies=[cwe_taxonomy()],
        automation_details=build(om.RunAutomationDetails, id=_category(options.category)),
        version_control_provenance=_provenance(options),
        column_kind="utf16CodeUnits",
        original_uri_base_ids={
            _BASE: build(om.ArtifactLocation, description=_message("The top folder of the scanned repository."))
        },
        invocations=[
            build(
                om.Invocation,
                execution_successful=not report.incomplete,
                tool_execution_notifications=notifications,
                tool_configuration_notifications=remarks or None,
            )
        ],
        results=[writer.result(item) for item in items],
    )


def _provenance(options: Options) -> list[om.VersionControlDetails] | None:
    """Where the code came from, if that was asked for and its repository has an address, which SARIF demands."""
    known = options.provenance
    if known is None or not known.uri:
        return None
    revision, branch = known.revision or None, safe(known.branch) or None
    return [build(om.VersionControlDetails, repository_uri=known.uri, revision_id=revision, branch=branch)]


def _in_order(report: Report, options: Options) -> list[_Identified]:
    root = options.sarif_root
    identities, others = of_report(report)
    items = [
        _Identified(finding, identity, relative_uri(finding.usage.place.path, root))
        for finding, identity in zip(report.findings, identities, strict=True)
    ]
    if options.sarif_suppressed:
        items += [
            _Identified(aside.finding, identity, relative_uri(aside.finding.usage.place.path, root), aside)
            for aside, identity in zip(report.aside, others, strict=True)
        ]
    return sorted(items, key=_position)


def _kept(items: list[_Identified], limit: int) -> tuple[list[_Identified], int]:
    """At most `limit` results (0: all), the most severe of those that count, in their order; and how many were cut."""
    if not limit or len(items) <= limit:
        return items, 0
    ranked = sorted(
        range(len(items)), key=lambda number: (items[number].aside is not None, -items[number].finding.level.rank)
    )
    return [items[number] for number in sorted(ranked[:limit])], len(items) - limit


def _cut(number: int, limit: int) -> Iterator[om.Notification]:
    if number:
        yield _notification(CUT, "warning", too_many(number, limit))


def _position(item: _Identified) -> tuple[str, int, int, str]:
    region = item.finding.usage.place.region
    return item.uri, region.line, region.utf16, descriptor_id(item.finding)


def _category(category: str) -> str:
    return f"tlsscan/{category.strip('/')}/" if category.strip("/") else "tlsscan/"


def _driver(
    descriptors: list[om.ReportingDescriptor], notifications: list[om.Notification], options: Options
) -> om.ToolComponent:
    version = options.tool_version or None
    semantic = version if version and _SEMANTIC.fullmatch(version) else None
    return build(
        om.ToolComponent,
        name="tlsscan",
        semantic_version=semantic,
        version=None if semantic else version,
        information_uri=options.information_uri or None,
        rules=descriptors,
        supported_taxonomies=[build(om.ToolComponentReference, name="CWE")],
        notifications=[
            notification_descriptor(name) for name in sorted({item.descriptor.id for item in notifications})
        ],
    )


class _Results(NamedTuple):
    """Writes results: the texts and hashes of the report, the number of each descriptor, the URI root, and whether
    unsafe fixes are told."""

    report: Report
    numbers: dict[str, int]
    root: str
    unsafe: bool

    def result(self, item: _Identified) -> om.Result:
        """One finding as a result."""
        finding = item.finding
        place = finding.usage.place
        links = list(_links(finding))
        rule = descriptor_id(finding)
        return build(
            om.Result,
            rule_id=rule,
            rule_index=self.numbers[rule],
            level=finding.level.value,
            message=_message(_with_links(sentence(finding.message), links)),
            locations=[build(om.Location, physical_location=self.physical(place.path, place.region))],
            related_locations=[self.location(link, number) for number, link in enumerate(links, 1)] or None,
            code_flows=self.code_flows(finding),
            partial_fingerprints=self.partial_fingerprints(item),
            fixes=self.fixes(finding),
            suppressions=[_suppression(item.aside)] if item.aside is not None else None,
            properties=_properties(finding),
        )

    def partial_fingerprints(self, item: _Identified) -> dict[str, str]:
        """GitHub's line hash, if the line is known, and our own identity."""
        place = item.finding.usage.place
        line_hash = self.report.line_hashes.get((place.path, place.region.line))
        known = {"primaryLocationLineHash": line_hash} if line_hash else {}
        return {**known, "tlsscan/v1": item.fingerprint}

    def fixes(self, finding: Finding) -> list[om.Fix] | None:
        """What `--fix` would do, with the flags of this run."""
        fix = finding.fix
        if fix is None or (fix.unsafe and not self.unsafe):
            return None
        paths = dict.fromkeys(edit.path for edit in fix.edits)
        changes = [
            build(
                om.ArtifactChange,
                artifact_location=_artifact(relative_uri(path, self.root)),
                replacements=[_replacement(edit) for edit in fix.edits if edit.path == path],
            )
            for path in paths
        ]
        return [build(om.Fix, description=_message(sentence(fix.text)), artifact_changes=changes)]

    def code_flows(self, finding: Finding) -> list[om.CodeFlow] | None:
        """From the definition to the use, and on to where it is passed; a trace begins next to the use."""
        trace, passed = finding.usage.trace, finding.usage.passed
        if not trace and not passed:
            return None
        place = finding.usage.place
        hops = [_Link("", step.path, step.region, step.text) for step in reversed(trace)]
        hops.append(_Link("", place.path, place.region, place.text or finding.usage.value))
        hops.extend(_Link("", step.path, step.region, step.text) for step in passed)
        steps = [build(om.ThreadFlowLocation, location=self.location(hop)) for hop in hops]
        return [build(om.CodeFlow, thread_flows=[build(om.ThreadFlow, locations=steps)])]

    def location(self, link: _Link, number: int | None = None) -> om.Location:
        """A place beside the primary one, with a word about it."""
        return build(
            om.Location,
            id=number,
            physical_location=self.physical(link.path, link.region),
            message=_message(sentence(link.text)[:_SNIPPET] or f"line {link.region.line}"),
        )

    def physical(self, path: str, region: Region) -> om.PhysicalLocation:
        """A region of a file; with the text of its lines where the report has them."""
        lines = self.report.texts.get(path, {})
        return build(
            om.PhysicalLocation,
            artifact_location=_artifact(relative_uri(path, self.root)),
            region=_region(region, self.region_text(path, region)),
            context_region=_context(region, lines),
        )

    def region_text(self, path: str, region: Region) -> str | None:
        """The source of a region, also where the report has but a piece of its line."""
        known = _region_text(region, self.report.texts.get(path, {}))
        if known is not None:
            return known
        piece = piece_of(self.report, path, region)
        if piece is None or region.end_line > region.line:
            return None
        return piece.text[region.column - 1 - piece.first : region.end_column - 1 - piece.first] or None


def _suppression(aside: Aside) -> om.Suppression:
    """The encoder writes the model's `state` as the `status` that SARIF has."""
    kind = "inSource" if aside.kind is AsideKind.INLINE else "external"
    said = sentence(aside.justification) or asides.label(aside)
    return build(om.Suppression, kind=kind, state="accepted", justification=said)


def _links(finding: Finding) -> Iterator[_Link]:
    for step in reversed(finding.usage.trace):
        yield _Link("The value comes from", step.path, step.region, step.text)
    for step in finding.usage.passed:
        yield _Link("It is passed on to", step.path, step.region, step.text)
    for place in finding.usage.claims:
        yield _Link("The runtime is named in", place.path, place.region, place.text)
    for place in finding.usage.related:
        yield _Link("See also", place.path, place.region, place.text)


def _with_links(message: str, links: list[_Link]) -> str:
    """The message, then a sentence for each kind of link; brackets of its own cannot make a link."""
    text = message.replace("[", "\\[").replace("]", "\\]") if "](" in message else message
    sentences: dict[str, list[str]] = {}
    for number, link in enumerate(links, 1):
        name = re.sub(r"([\[\]\\])", r"\\\1", f"{safe(link.path)}:{link.region.line}")
        sentences.setdefault(link.label, []).append(f"[{name}]({number})")
    if sentences and not text.endswith((".", "!", "?")):
        text += "."
    return " ".join([text, *(f"{label} {', '.join(targets)}." for label, targets in sentences.items())])


def _properties(finding: Finding) -> dict[str, Any]:
    usage = finding.usage
    origin = usage.origin
    return {
        **({"tags": [area.value for area in origin.areas]} if origin.areas else {}),
        **({"package": scalars(f"{origin.package} {origin.version}".rstrip())} if origin.package else {}),
        "permitted": tokens(usage.permitted.versions),
        "role": usage.role.value,
        "confidence": usage.confidence.value,
        "brokenAlready": finding.broken_already,
        "remediation": sentence(finding.remediation),
    }


def _message(text: str) -> om.Message:
    return build(om.Message, text=text)


def _artifact(uri: str) -> om.ArtifactLocation:
    return build(om.ArtifactLocation, uri=uri, uri_base_id=_BASE)


def _region(region: Region, text: str | None) -> om.Region:
    return build(
        om.Region,
        start_line=region.line,
        start_column=region.utf16,
        end_line=region.end_line,
        end_column=region.end_utf16,
        snippet=_snippet(text),
    )


def _replacement(edit: Edit) -> om.Replacement:
    content = build(om.ArtifactContent, text=edit.text)
    return build(om.Replacement, deleted_region=_region(edit.region, None), inserted_content=content)


def _snippet(text: str | None) -> om.ArtifactContent | None:
    return None if text is None else build(om.ArtifactContent, text=scalars(text)[:_SNIPPET])


def _region_text(region: Region, lines: Mapping[int, str]) -> str | None:
    """The source of a region, or None if the report has not all of its lines."""
    wanted = range(region.line, region.end_line + 1)
    if any(number not in lines for number in wanted):
        return None
    texts = [lines[number].rstrip("\r\n") for number in wanted]
    texts[-1] = texts[-1][: region.end_column - 1]
    texts[0] = texts[0][region.column - 1 :]
    return "\n".join(texts)


def _context(region: Region, lines: Mapping[int, str]) -> om.Region | None:
    """The whole lines of a region with a neighbour on each side, each cut to the limit of a snippet."""
    if any(number not in lines for number in range(region.line, region.end_line + 1)):
        return None
    first = region.line - 1 if region.line - 1 in lines else region.line
    last = region.end_line + 1 if region.end_line + 1 in lines else region.end_line
    texts = (scalars(lines[number].rstrip("\r\n"))[:_SNIPPET] for number in range(first, last + 1))
    return build(om.Region, start_line=first, end_line=last, snippet=build(om.ArtifactContent, text="\n".join(texts)))


def _notifications(report: Report, root: str) -> Iterator[om.Notification]:
    for problem in report.problems:
        yield _problem(problem, root)
    if unread := sum(report.unread.values()):
        suffixes = ", ".join(f"{safe(name)} {report.unread[name]}" for name in sorted(report.unread))
        text = f"Not readable by tlsscan: {count(unread, 'source file')} ({suffixes})"
        yield _notification(UNREAD, "note", text)
    for text in report.claims:
        yield _notification(CLAIMED, "note", text)
    for text in report.assumed:
        yield _notification(ASSUMED, "note", text)
    if report.aside:
        yield _notification(ASIDE, "note", f"Set aside: {asides.counted(report.aside)}")
    if report.hidden:
        only = f" ({counted(report.demoted)})" if report.demoted else ""
        yield _notification(HIDDEN, "note", f"{count(report.hidden, 'finding')} below the shown level{only}")
    for text in report.notices:
        yield _notification(NOTICE, "note", text)
    for line in narrowed(report):
        yield _notification(NARROWED, "note", line)


def _remark(remark: Remark, root: str) -> om.Notification:
    level = "error" if remark.is_wrong else "note"
    text = asides.remark_line(remark)
    uri = relative_uri(remark.path, root)
    region = None if remark.region is None else _region(remark.region, None)
    physical = build(om.PhysicalLocation, artifact_location=_artifact(uri), region=region)
    where = [build(om.Location, physical_location=physical)] if uri else None
    return _notification(remark_id(remark.kind), level, text, where)


def _problem(problem: Problem, root: str) -> om.Notification:
    text = f"{safe(problem.path)}: {problem.text}" if problem.path else problem.text
    uri = relative_uri(problem.path, root)
    if not uri:
        return _notification(problem_id(problem.kind), _PROBLEM_LEVEL[problem.severity], text)
    region = None if problem.region is None else _region(problem.region, None)
    physical = build(om.PhysicalLocation, artifact_location=_artifact(uri), region=region)
    return _notification(
        problem_id(problem.kind),
        _PROBLEM_LEVEL[problem.severity],
        text,
        [build(om.Location, physical_location=physical)],
    )


def _notification(name: str, level: str, text: str, locations: list[om.Location] | None = None) -> om.Notification:
    return build(
        om.Notification,
        descriptor=build(om.ReportingDescriptorReference, id=name),
        level=level,
        message=_message(sentence(text)),
        locations=locations,
    )
