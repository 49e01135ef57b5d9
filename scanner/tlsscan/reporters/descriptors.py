"""SARIF descriptors: what code scanning shows of a rule, and the CWE entries it refers to.

A rule can have findings of several verdicts, but consumers take level, score and title from the rule; so each
pair of rule and verdict is a descriptor of its own (`python/ssl-context-protocol/fails`), and so is one with a level
below its verdict's, as in tests (`python/ssl-context-protocol/fails-warning`).
"""

import re
from collections.abc import Iterable, Mapping

import sarif_om as om

from tlsscan.display import sentence
from tlsscan.model import PROBLEM_SEVERITY, Confidence, Finding, Level, ProblemKind, RemarkKind, Severity, Verdict
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.reporters import RuleText, rule_text
from tlsscan.reporters.encoder import build

UNREAD = "unread-languages"
ASSUMED = "assumed-runtime"
CLAIMED = "claimed-runtime"
HIDDEN = "hidden-findings"
NOTICE = "notice"
NARROWED = "narrowed-by-configuration"
ASIDE = "findings-set-aside"
CUT = "results-cut"
_NAME_LIMIT = 255
_DESCRIPTION_LIMIT = 1024
_CERTAINTY = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
_CWE = {
    "CWE-327": "Use of a Broken or Risky Cryptographic Algorithm",
    "CWE-757": "Selection of Less-Secure Algorithm During Negotiation ('Algorithm Downgrade')",
}


# What a notification means, and what to do about it.
_PROBLEM_TEXT = {
    Severity.INCOMPLETE: (
        "A file that should have been analysed was not ({kind})",
        "Read the reason in the message, make the file readable or exclude it, and scan again.",
    ),
    Severity.DEGRADED: (
        "A file was analysed only in part ({kind})",
        "Findings may be missing in this file. Read the reason in the message.",
    ),
    Severity.SKIPPED: ("Not a source file, so not analysed ({kind})", "Nothing needs to be done."),
}
_NOTIFICATIONS = {
    UNREAD: ("Source files in languages that tlsscan cannot read", "Review the TLS settings of these files by hand."),
    CLAIMED: ("A runtime that the repository names", "Nothing needs to be done."),
    ASSUMED: ("A runtime was assumed, as the repository names none", "Declare the runtime in a manifest."),
    HIDDEN: ("Findings below the shown level were left out", "Lower the level to see them."),
    CUT: ("More results than code scanning takes", "Mend the most severe first, or lift the limit."),
    ASIDE: ("Findings were suppressed, in the baseline or in unchanged code", "Nothing needs to be done."),
    NOTICE: ("A fact about the scan", "Read the message."),
    NARROWED: (
        "The configuration of the scanned repository narrows the scan",
        "Read the message; --isolated scans without that configuration, --policy sets what it cannot weaken.",
    ),
}
_REMARKS = {
    RemarkKind.WRONG: ("A suppression is not understood", "Name the ids of rules: tlsscan: ignore[rule-id] reason"),
    RemarkKind.EXPIRED: ("A suppression has run out", "Mend the finding, or set a later date."),
    RemarkKind.UNUSED: ("A suppression has nothing to suppress", "Take the comment away."),
    RemarkKind.STALE: ("An entry of the baseline fits no finding", "Take it out with --baseline-prune."),
}


class _VerdictText(NamedTuple):
    """What SARIF says of a verdict; `score` is GitHub's security-severity, `words` take the floor."""

    level: Level
    score: str
    words: str

    def at(self, level: Level) -> "_VerdictText":
        """The same with a lower level and the score of that."""
        return self if level is self.level else self._replace(level=level, score=_LOWER_SCORES[level])


_LOWER_SCORES = {Level.WARNING: "5.0", Level.NOTE: "2.0", Level.NONE: "1.0", Level.ERROR: "8.1"}
_VERDICTS = {
    Verdict.FAILS: _VerdictText(Level.ERROR, "8.1", "never reaches {floor}"),
    Verdict.ALLOWS: _VerdictText(Level.WARNING, "6.5", "permits versions below {floor}"),
    Verdict.CAPS: _VerdictText(Level.NOTE, "2.0", "excludes versions newer than it names"),
    Verdict.UNRESOLVED: _VerdictText(Level.NOTE, "1.0", "sets a version that is not known statically"),
    Verdict.OK: _VerdictText(Level.NONE, "1.0", "meets {floor}"),
}


def descriptor_id(finding: Finding) -> str:
    """`RULE/VERDICT`, or `RULE/VERDICT-LEVEL` where the level is not the verdict's: the SARIF rule of a finding."""
    level = "" if finding.level is _VERDICTS[finding.verdict].level else f"-{finding.level}"
    return f"{finding.usage.rule}/{finding.verdict}{level}"


def rule_descriptors(
    findings: Iterable[Finding], rules: Mapping[str, RuleText], floor: Version
) -> list[om.ReportingDescriptor]:
    """A descriptor for each rule and verdict in use, sorted by id; its precision is that of its weakest result."""
    least: dict[str, Confidence] = {}
    kinds: dict[str, Finding] = {}
    for finding in findings:
        key = descriptor_id(finding)
        kinds[key] = finding
        least[key] = min(least.get(key, Confidence.HIGH), finding.usage.confidence, key=_CERTAINTY.index)
    return [_rule(key, kinds[key], rule_text(rules, kinds[key].usage.rule), least[key], floor) for key in sorted(kinds)]


def _rule(key: str, finding: Finding, rule: RuleText, confidence: Confidence, floor: Version) -> om.ReportingDescriptor:
    text = _VERDICTS[finding.verdict].at(finding.level)
    meaning = text.words.format(floor=floor.label)
    title = sentence(rule.title)
    summary = sentence(rule.summary) or f"{title}."
    return build(
        om.ReportingDescriptor,
        id=key,
        name=_clipped("".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", key)), _NAME_LIMIT),
        short_description=_text(_clipped(f"{title}: {meaning}", _DESCRIPTION_LIMIT)),
        full_description=_text(_clipped(f"{summary} Verdict {finding.verdict}: {meaning}.", _DESCRIPTION_LIMIT)),
        help=_help(rule),
        help_uri=next(iter(rule.references), None),
        default_configuration=build(om.ReportingConfiguration, level=text.level.value),
        relationships=[_relationship(cwe) for cwe in _CWE],
        properties={
            "tags": ["security", *(f"external/cwe/{cwe.lower()}" for cwe in _CWE)],
            "precision": confidence.value,
            "security-severity": text.score,
        },
    )


def _help(rule: RuleText) -> om.MultiformatMessageString:
    remedy = sentence(rule.remediation) or "Let both sides negotiate the newest version they have."
    references = [sentence(reference) for reference in rule.references]
    plain = "\n".join([remedy, *(f"See {reference}" for reference in references)])
    markdown = "\n".join([remedy, *(["", *(f"- <{reference}>" for reference in references)] if references else [])])
    return build(om.MultiformatMessageString, text=plain, markdown=markdown)


def _relationship(cwe: str) -> om.ReportingDescriptorRelationship:
    component = build(om.ToolComponentReference, name="CWE")
    target = build(om.ReportingDescriptorReference, id=cwe, tool_component=component)
    return build(om.ReportingDescriptorRelationship, target=target, kinds=["superset"])


def problem_id(kind: ProblemKind) -> str:
    """The notification of a kind of problem: `problem/crash`."""
    return f"problem/{kind}"


def remark_id(kind: RemarkKind) -> str:
    """The notification of a kind of remark: `remark/unused-suppression`."""
    return f"remark/{kind}"


def notification_descriptor(name: str) -> om.ReportingDescriptor:
    """The descriptor of a notification, by `problem_id` or one of the names of this module."""
    kinds = {problem_id(kind): kind for kind in ProblemKind}
    if name in kinds:
        title, advice = _PROBLEM_TEXT[PROBLEM_SEVERITY[kinds[name]]]
        title = title.format(kind=kinds[name])
    elif remarks := [kind for kind in RemarkKind if remark_id(kind) == name]:
        title, advice = _REMARKS[remarks[0]]
    else:
        title, advice = _NOTIFICATIONS[name]
    return build(
        om.ReportingDescriptor,
        id=name,
        short_description=_text(title),
        full_description=_text(f"{title}."),
        help=_text(advice),
    )


def cwe_taxonomy() -> om.ToolComponent:
    """The CWE entries that the descriptors refer to."""
    return build(
        om.ToolComponent,
        name="CWE",
        organization="MITRE",
        short_description=_text("The MITRE Common Weakness Enumeration"),
        information_uri="https://cwe.mitre.org/",
        is_comprehensive=False,
        taxa=[
            build(
                om.ReportingDescriptor,
                id=cwe,
                short_description=_text(name),
                help_uri=f"https://cwe.mitre.org/data/definitions/{cwe.removeprefix('CWE-')}.html",
            )
            for cwe, name in _CWE.items()
        ],
    )


def _text(text: str) -> om.MultiformatMessageString:
    return build(om.MultiformatMessageString, text=text)


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
