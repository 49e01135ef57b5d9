"""The account of one place: what was seen there and what was made of it, for a person or as JSON.

As JSON: `schema` is `tlsscan-why/1`; `path`, `line`, `floor`, `notes` (about the file, and
about comments that should suppress something there and do not);
`places`: those that set a version, each with the keys of a finding in a report and `site`, `kind`, `base` (what the
library offers, and which version of it is meant), `because`, `lowered` (reasons), `shown` (whether a scan shows it, or
why not), `arms` (every way its value can turn out: `condition`, `permitted`, `verdict`);
`part_of`: places elsewhere whose value passes this line; `silent`: `site`, `rule`, `reason`;
`words`: words of rules on the line that set nothing; `nearest`: lines of the file that set something.
"""

from collections.abc import Iterator, Mapping

from tlsscan.annotations import Any
from tlsscan.display import clip, safe, safe_start, sentence
from tlsscan.model import Finding, Permitted, Piece, Place, Verdict
from tlsscan.protocol import Version, in_words, tokens
from tlsscan.records import NamedTuple
from tlsscan.reporters import RuleText, rule_text
from tlsscan.reporters.dump import dump
from tlsscan.reporters.frame import code_frame
from tlsscan.reporters.json import finding_document
from tlsscan.reporters.style import BLUE, BOLD, LEVEL_COLOR, paint

SCHEMA = "tlsscan-why/1"
_COLUMNS = 160


class Arm(NamedTuple):
    """One way a value can turn out."""

    condition: str
    permitted: Permitted
    verdict: Verdict


class Told(NamedTuple):
    """A place that sets a version. `site` is what was seen, `kind` how its value counts, `base` what is left to the
    runtime, `because` why it has its verdict, `lowered` why its level is lower than that, `shown` what a scan does."""

    finding: Finding
    identity: str
    site: str
    kind: str
    base: str
    because: str
    lowered: tuple[str, ...]
    shown: str
    arms: tuple[Arm, ...] = ()


class Silent(NamedTuple):
    """A site that a rule met and said nothing of."""

    site: str
    rule: str
    reason: str


class Account(NamedTuple):
    """All that there is to say of one line."""

    path: str
    line: int
    floor: Version
    told: tuple[Told, ...] = ()
    part_of: tuple[Place, ...] = ()
    silent: tuple[Silent, ...] = ()
    words: tuple[str, ...] = ()
    nearest: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    lines: Mapping[int, str] = {}


def text(account: Account, rules: Mapping[str, RuleText], color: bool) -> str:
    """The account for a person."""
    blocks = ["\n".join(_place(told, account, rules, color)) for told in account.told]
    rest = list(_rest(account))
    return "\n\n".join([*blocks, *(["\n".join(rest)] if rest else [])]) + "\n"


def _place(told: Told, account: Account, rules: Mapping[str, RuleText], color: bool) -> Iterator[str]:
    finding, usage = told.finding, told.finding.usage
    region = usage.place.region
    indent = " " * len(str(region.line))
    verdict = paint(f"{finding.verdict}", f"{BOLD};{LEVEL_COLOR[finding.level]}", color)
    yield f"{paint(safe_start(clip(told.site, _COLUMNS)), BOLD, color)}: {verdict}"
    yield f"{indent}{paint('-->', BLUE, color)} {_where(usage.place)}"
    line = account.lines.get(region.line)
    yield from code_frame(Piece(region.line, 0, line), region) if line is not None else ()
    for label, detail in _details(told, told.finding.floor or account.floor, rules):
        yield f"  {paint(f'{label:9}', BOLD, color)} {detail}"


def _details(told: Told, floor: Version, rules: Mapping[str, RuleText]) -> Iterator[tuple[str, str]]:
    finding, usage = told.finding, told.finding.usage
    rule = rule_text(rules, usage.rule)
    yield "rule", f"{safe(usage.rule)}: {sentence(rule.title)}"
    for step in reversed(usage.trace):
        yield "from", f"{_where(Place(step.path, step.region))}: {clip(step.text, _COLUMNS)}"
    yield "value", clip(usage.value, _COLUMNS)
    for step in usage.passed:
        yield "passed on", f"{_where(Place(step.path, step.region))}: {clip(step.text, _COLUMNS)}"
    yield "kind", told.kind
    yield "base", sentence(told.base)
    for place in usage.claims:
        yield "claimed", f"{_where(place)}: {clip(place.text, _COLUMNS)}"
    yield "permits", permits(usage.permitted)
    if usage.condition:
        yield "where", clip(usage.condition, _COLUMNS)
    if usage.open_by:
        yield "decides", clip(usage.open_by, _COLUMNS)
    for place in usage.related:
        yield "beside", f"{_where(place)}: {clip(place.text, _COLUMNS)}"
    yield "certain", f"{usage.confidence}: {_CERTAIN[usage.confidence]}"
    yield "policy", f"the floor is {floor.label}: {sentence(told.because)}"
    lowered = f", lowered: {'; '.join(sentence(reason) for reason in told.lowered)}" if told.lowered else ""
    yield "level", f"{finding.level}{lowered}"
    yield "shown", sentence(told.shown)
    if len(told.arms) > 1:
        for arm in told.arms:
            condition = f"when {clip(arm.condition, _COLUMNS)}: " if arm.condition else ""
            yield "arm", f"{condition}permits {permits(arm.permitted)}; {arm.verdict}"
    if finding.verdict is not Verdict.OK:
        yield "means", clip(finding.message, 400)
        yield "help", sentence(finding.remediation)


_CERTAIN = {
    "high": "the qualified name is known",
    "medium": "the name and the value fit, but not all is known of what it belongs to",
    "low": "the text was not parsed",
}


def permits(permitted: Permitted) -> str:
    """What is permitted, and who says so."""
    if permitted.unresolved:
        return f"what is not known: {sentence(permitted.unresolved)}"
    if permitted.rejected:
        return f"nothing: {sentence(permitted.rejected)}"
    named = f" (sure: {in_words(permitted.sure)})" if permitted.sure and permitted.sure != permitted.versions else ""
    left = " (all of it left to the runtime)" if not permitted.sure and permitted.versions else ""
    more = ", and maybe more" if permitted.open else ""
    return f"{in_words(permitted.versions) if permitted.versions else 'nothing'}{named}{left}{more}"


def _rest(account: Account) -> Iterator[str]:
    here = f"{safe_start(account.path)}:{account.line}"
    for place in account.part_of:
        yield f"{here} takes part in what is set at {_where(place)}: {clip(place.text, _COLUMNS)}"
    for silent in account.silent:
        site = safe_start(clip(silent.site, _COLUMNS))
        yield f"{site}: nothing is told [{safe(silent.rule)}]: {sentence(silent.reason)}"
    if not account.told and not account.part_of and not account.silent:
        yield f"{here} sets no TLS version that a rule knows of."
        if account.words:
            words = ", ".join(map(safe, account.words))
            yield f"Words of rules stand there ({words}), but in nothing that sets: a comment, a comparison, a name."
        if account.nearest:
            yield f"Nearest lines that set one: {', '.join(map(str, account.nearest))}."
    yield from (sentence(note) for note in account.notes)


def _where(place: Place) -> str:
    return f"{safe(place.path)}:{place.region.line}:{place.region.column}"


def document(account: Account, rules: Mapping[str, RuleText]) -> str:
    """The account as JSON."""
    return dump(
        {
            "schema": SCHEMA,
            "path": safe(account.path),
            "line": account.line,
            "floor": account.floor.token,
            "places": [_told(told, rules) for told in account.told],
            "part_of": [
                {"path": safe(p.path), "line": p.region.line, "column": p.region.column, "text": sentence(p.text)}
                for p in account.part_of
            ],
            "silent": [
                {"site": sentence(s.site), "rule": s.rule, "reason": sentence(s.reason)} for s in account.silent
            ],
            "words": [sentence(word) for word in account.words],
            "nearest": list(account.nearest),
            "notes": [sentence(note) for note in account.notes],
        },
        indent=2,
    )


def _told(told: Told, rules: Mapping[str, RuleText]) -> dict[str, Any]:
    return {
        **finding_document(told.finding, told.identity, rule_text(rules, told.finding.usage.rule)),
        "site": sentence(told.site),
        "kind": told.kind,
        "base": sentence(told.base),
        "because": sentence(told.because),
        "lowered": [sentence(reason) for reason in told.lowered],
        "shown": sentence(told.shown),
        "arms": [
            {
                "condition": sentence(arm.condition),
                "permitted": tokens(arm.permitted.versions),
                "verdict": arm.verdict.value,
            }
            for arm in told.arms
        ],
    }
