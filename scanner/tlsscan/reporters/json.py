r"""The whole report as one JSON object, for other programs. ASCII only, the same bytes for the same report.

`schema` is `tlsscan-report/1`; the number grows when a field is removed or changes its meaning, and a reader
must ignore fields it does not know. `report.schema.json` beside this file says all of it to programs. Protocol
versions are tokens (`TLSv1.0`), oldest first. Keys:

- `tool`: `name`, `version`. `floor`: the lowest version the policy accepts. `complete`: false when a file that
  should have been analysed was not.
- `findings`, in report order, each with
  `fingerprint` (survives edits elsewhere in the file), `rule`, `title`, `verdict`, `level`, `message`,
  `remediation`, `references`, `broken_already`; `path`, `uri`, `region`; `floor`, where it is another one there (or
  null);
  `api`, `value` (text of the source), `language`, `enclosing`, `role`, `confidence`, `condition`, `guarded`,
  `open_by`, `note`, `assumed` (products whose version was assumed), `claims` (places of manifests that decide),
  `tentative` (they only allow the runtime on which this holds), `newest` (newest version the base offers);
  `permitted`: `versions`, `sure` (named by the source or claimed by the repository), `open` (there may be more),
  `default`, `unresolved` and `rejected` (reasons, or empty);
  `origin`: where it stands: `areas` (of `test`, `example`, `documentation`, `vendored`, `generated`; empty for the
  product's own code), `package` and `version` (what vendored code is a copy of, as far as the path tells);
  `demoted`: whether the level is one lower because of that;
  `trace`: the definitions a value came through, the first next to the use; `passed`: the way of an argument through
  parameters to what it configures, which comes last; `related`: other places. All are
  lists of `path`, `uri`, `region`, `text`;
  `fix` (or null): what mends it: `text` in words, `safe` (`--fix` does it), `unsafe` (what it may change beside the
  versions, or empty: only with `--unsafe-fixes`), `edits`: what is to stand in a `region` instead (`text`).
- `suppressed`: findings at the shown level that were set aside, each like those above and with
  `suppression`: `kind` (`inline`: a comment; `baseline`; `unchanged`: not in lines that were added), `justification`
  (what somebody wrote, or empty), and where: `path`, `uri`, `region` (all null if nowhere in particular).
- `remarks`: what is amiss with suppressions or the baseline: `path`, `uri`, `region` (or null), `text`, `kind`
  (`wrong-suppression`, which makes the run exit 2, `expired-suppression`, `unused-suppression`,
  `stale-baseline-entry`).
- `problems`: files not analysed or only in part: `path`, `uri`, `region` (or null), `kind`, `severity`
  (`incomplete`, `degraded`, `not source`), `text`.
- `files`: scanned files by language, or by kind where they hold code between other text, or say what code runs on
  (`manifest`). `unread`: files in languages
  tlsscan cannot read, by suffix. `assumed`, `claims`, `notices`: sentences. `hidden`: the number of findings below the
  shown level. `demoted`: how many of those are hidden only because of where they stand, by area.
- `configuration`: the configuration file that holds (or null). `narrowed`: what it leaves out of the scan, each with
  `source` (the file), `key`, `text` and `count` (of files or findings).

A `region` has `line`, `column`, `end_line`, `end_column` from 1, the end column one past the end; columns count
code points, `utf16_column` and `utf16_end_column` UTF-16 code units; `start_byte`, `end_byte` are offsets from 0.
`uri` is the path relative to the scan root, percent-encoded byte by byte; `path` is for people, with escapes such
as `\x1b` for what cannot be shown. Lone surrogates in texts become U+FFFD.
"""

from collections.abc import Mapping

from tlsscan.annotations import Any
from tlsscan.display import safe, scalars, sentence
from tlsscan.identity import of_report
from tlsscan.model import Aside, Finding, Fix, Permitted, Place, Problem, Report, Usage
from tlsscan.protocol import tokens
from tlsscan.reporters import Options, RuleText, rule_text
from tlsscan.reporters.dump import dump
from tlsscan.reporters.uri import relative_uri
from tlsscan.values import Region, Step

SCHEMA = "tlsscan-report/1"


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The document, indented, with a newline at its end."""
    return dump(document(report, rules, options), indent=2)


def document(report: Report, rules: Mapping[str, RuleText], options: Options) -> dict[str, Any]:
    """The report as dicts, lists and scalars."""
    identities, others = of_report(report)
    return {
        "schema": SCHEMA,
        "tool": {"name": "tlsscan", "version": options.tool_version},
        "floor": report.floor.token,
        "complete": not report.incomplete,
        "findings": [
            finding_document(finding, identity, rule_text(rules, finding.usage.rule))
            for finding, identity in zip(report.findings, identities, strict=True)
        ],
        "suppressed": [
            _set_aside(aside, identity, rule_text(rules, aside.finding.usage.rule))
            for aside, identity in zip(report.aside, others, strict=True)
        ],
        "remarks": [
            {**_where(remark.path, remark.region), "kind": remark.kind.value, "text": sentence(remark.text)}
            for remark in report.remarks
        ],
        "problems": [_problem(problem) for problem in report.problems],
        "files": _sorted(report.files),
        "unread": _sorted(report.unread),
        "assumed": [sentence(text) for text in report.assumed],
        "claims": [sentence(text) for text in report.claims],
        "hidden": report.hidden,
        "demoted": {area.value: number for area, number in report.demoted.items()},
        "notices": [sentence(text) for text in report.notices],
        "configuration": safe(report.configuration) or None,
        "narrowed": [
            {"source": safe(one.source), "key": one.key, "text": sentence(one.text), "count": one.number}
            for one in report.narrowed
        ],
    }


def finding_document(finding: Finding, identity: str, rule: RuleText) -> dict[str, Any]:
    """One finding as dicts, lists and scalars."""
    return {
        "fingerprint": identity,
        "rule": finding.usage.rule,
        "title": rule.title,
        "verdict": finding.verdict.value,
        "level": finding.level.value,
        "message": sentence(finding.message),
        "remediation": sentence(finding.remediation),
        "references": list(rule.references),
        "broken_already": finding.broken_already,
        "demoted": finding.demoted,
        "floor": finding.floor.token if finding.floor is not None else None,
        **_where(finding.usage.place.path, finding.usage.place.region),
        **_usage(finding.usage),
        "fix": finding.fix and _fix(finding.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "text": sentence(fix.text),
        "safe": not fix.unsafe,
        "unsafe": sentence(fix.unsafe),
        "edits": [{**_where(edit.path, edit.region), "text": edit.text} for edit in fix.edits],
    }


def _set_aside(aside: Aside, identity: str, rule: RuleText) -> dict[str, Any]:
    where = {"path": None, "uri": None, "region": None}
    if aside.place is not None:
        where = _where(aside.place.path, aside.place.region)
    suppression = {"kind": aside.kind.value, "justification": sentence(aside.justification), **where}
    return {**finding_document(aside.finding, identity, rule), "suppression": suppression}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "api": scalars(usage.api),
        "value": scalars(usage.value),
        "language": usage.language,
        "enclosing": scalars(usage.enclosing),
        "role": usage.role.value,
        "confidence": usage.confidence.value,
        "condition": scalars(usage.condition),
        "guarded": usage.guarded,
        "open_by": scalars(usage.open_by),
        "note": sentence(usage.note),
        "assumed": list(usage.assumed),
        "claims": [_place(place) for place in usage.claims],
        "tentative": usage.tentative,
        "newest": usage.newest.token,
        "permitted": _permitted(usage.permitted),
        "origin": {
            "areas": [area.value for area in usage.origin.areas],
            "package": scalars(usage.origin.package),
            "version": scalars(usage.origin.version),
        },
        "trace": [_place(step) for step in usage.trace],
        "passed": [_place(step) for step in usage.passed],
        "related": [_place(place) for place in usage.related],
    }


def _permitted(permitted: Permitted) -> dict[str, Any]:
    return {
        "versions": tokens(permitted.versions),
        "sure": tokens(permitted.sure),
        "open": permitted.open,
        "default": permitted.default,
        "unresolved": scalars(permitted.unresolved),
        "rejected": scalars(permitted.rejected),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        **_where(problem.path, problem.region),
        "kind": problem.kind.value,
        "severity": problem.severity.value,
        "text": sentence(problem.text),
    }


def _place(place: Step | Place) -> dict[str, Any]:
    return {**_where(place.path, place.region), "text": scalars(place.text)}


def _where(path: str, region: Region | None) -> dict[str, Any]:
    return {"path": safe(path), "uri": relative_uri(path), "region": region and _region(region)}


def _region(region: Region) -> dict[str, int]:
    return {
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
        "utf16_column": region.utf16,
        "utf16_end_column": region.end_utf16,
        "start_byte": region.start,
        "end_byte": region.end,
    }


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return {scalars(name): counts[name] for name in sorted(counts)}
