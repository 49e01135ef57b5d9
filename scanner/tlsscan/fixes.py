"""How a finding can be mended in place: which words of its value go, what comes, and what speaks against it.

Proposes only. Whether a proposal holds is found out by scanning what it makes of the file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from tlsscan.atoms import WORDS, words
from tlsscan.atoms import Kind as Word
from tlsscan.atoms import Word as Atom
from tlsscan.languages import CASELESS
from tlsscan.lookup import Lens
from tlsscan.model import GUESSED, Area, Confidence, Edit, Finding, Fix, Form, Kind, Place, Usage, Verdict
from tlsscan.patterns import lazy
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.rules import Replacement, Rule, Vocabulary
from tlsscan.source import SourceFile
from tlsscan.swaps import WORD, Change, Reader, mended
from tlsscan.values import Region, Value, Via

WRITTEN = frozenset({Kind.EXACTLY, Kind.MINIMUM, Kind.MAXIMUM, Kind.ENABLED})
"""Kinds whose values name what is permitted."""
BOUNDS = frozenset({Kind.MINIMUM, Kind.MAXIMUM})  # what else an object is told does not replace them
MENDED = frozenset({Verdict.FAILS, Verdict.ALLOWS})
UNTOUCHED = frozenset({Area.VENDORED, Area.GENERATED})  # written only when they are named, and then they are not these
MOST = 4000  # bytes of a value that is looked into
VERSION = lazy(r"(?i)(?:tls|ssl)_?v?_?[0-9]|v?[0-9]_[0-9]")
SPOKEN = lazy(r"(?i)(?:tls|ssl)_?v?_?(?:[23]|1(?!_?[23](?![0-9])))|poodle|(?<![a-z])(?:beast|drown)(?![a-z])")
"""TLS 1.1 or older in a name, or an attack on it: what looks for that needs the old version."""
EXISTENCE = frozenset({"defined", "constant", "hasattr", "getattr", "const_defined", "const_get", "IsDefined"})
"""What asks whether a name is there: an arm without it may not know the new one either."""
ELSEWHERE = "the value is defined elsewhere, and may serve other uses"
HANDED_ON = "the function that it is passed to may use it for something else as well"
CONDITIONAL = "it holds only under a condition, which may be there for a reason"
UNTOLD = "the code does not tell whose setting this is"
DEFAULT = "it is the default of a parameter, on which callers may rely"
TESTED = "a test may be about this very version"
COMPARED = "the code compares it with something, and may then do something else"
CALLED = "the name {} speaks of the version that it has now"


GIVEN = lazy(rb"(\w+)\s*(?::[^=\n]*)?(?:\|\||:)?=(?!=)")
PATTERNS = (WORDS, WORD, VERSION, SPOKEN, GIVEN)
"""Those that most findings take."""


class Slot(NamedTuple):
    """How a place sets something, to what value, and under what condition."""

    form: Form
    value: Value
    condition: str


class Around(NamedTuple):
    """What can be asked of the code around a finding: the text of a file; why a replacement is not certain to be known
    where a file runs (empty if it is, None if it is not known there); the slot at a place."""

    source: Callable[[str], SourceFile | None]
    needs: Callable[[Replacement, str], str | None]
    slot: Callable[[Place], Slot | None]

    def definitions(self, place: Place) -> list[Via]:
        """The definitions that lead to the value at a place, one after the other."""
        found: list[Via] = []
        slot = self.slot(place)
        value = slot.value if slot is not None else None
        while isinstance(value, Via):
            found.append(value)
            value = value.value
        return found

    def is_form(self, place: Place, form: Form) -> bool:
        """Whether a place sets something in some way."""
        slot = self.slot(place)
        return slot is not None and slot.form is form


def propose(finding: Finding, rule: Rule, around: Around) -> Fix | None:
    """What may mend a finding; None where nothing can that is known."""
    usage = finding.usage
    if not _is_open(finding, rule) or around.is_form(usage.place, Form.SETTING):  # one inside a longer text
        return None
    floor = max(finding.floor or Version.TLS1_2, Version.TLS1_2)
    for place in _places(usage, around):
        file = around.source(place.path)
        stretch = _stretch(file, place.region) if file is not None else None
        if file is None or stretch is None:
            continue
        more = usage.language == "powershell" and _goes_on(file, place.region)
        made = _changed(usage, rule, floor, *stretch, _is_statement(usage, place), more)
        if made:
            return _fix(usage, file, place, made, around)
    return None


def _is_open(finding: Finding, rule: Rule) -> bool:
    """Whether a finding is about a value that stands there for itself, in code that may be changed."""
    usage = finding.usage
    if finding.verdict not in MENDED or not rule.languages or not UNTOUCHED.isdisjoint(usage.origin.areas):
        return False
    meant = usage.confidence is not Confidence.LOW and usage.ground != GUESSED
    return meant and not (usage.guarded or usage.asked or usage.doubt or usage.open_by or usage.permitted.open)


def _places(usage: Usage, around: Around) -> Iterator[Place]:
    """Where the value may stand: in the slot, or in the one definition that its trace ends in, whose name must not
    speak of the old version."""
    yield usage.place
    if not usage.trace or usage.named:
        return
    step = usage.trace[-1]
    name = WORD.search(step.text)
    vias = around.definitions(usage.place)
    if len(vias) == len(usage.trace) and vias[-1].step == step and name and not VERSION.search(name.group()):
        yield Place(step.path, step.region, step.text)


def _is_statement(usage: Usage, place: Place) -> bool:
    """Whether a place is an assignment, not just a value."""
    return place is not usage.place or any(naming.place == place and place.text for naming in usage.named)


def _goes_on(file: SourceFile, region: Region) -> bool:
    """Whether a list goes on behind a region, which is then its first item."""
    end = region.end - file.origin.offset
    return file.data[end : end + 100].lstrip().startswith(b",")


def _stretch(file: SourceFile, region: Region) -> tuple[str, int] | None:
    """The source of a region, a character for each byte, and where it begins."""
    start, end = region.start - file.origin.offset, region.end - file.origin.offset
    if not 0 <= start <= end <= len(file.data) or end - start > MOST:
        return None
    return file.data[start:end].decode("latin-1"), start


def _changed(
    usage: Usage, rule: Rule, floor: Version, source: str, start: int, statement: bool, more: bool
) -> list[Change] | None:
    """The changes to a value that leave nothing old in it."""
    items = words(source, usage.language == "ruby", usage.language not in ("vbnet",))
    if statement:
        items = _assigned(items)
    if any(item.kind in (Word.COMMENT, Word.TURN) for item in items) or (more and _is_bare(items)):
        return None
    if any(item.text in EXISTENCE for item in items):
        return None
    for vocabulary in _vocabularies(rule, usage.vocabulary):
        lens = Lens(vocabulary, Kind.EXACTLY, Runtimes({}, {}), caseless=usage.language in CASELESS)
        reaches = any(version >= floor for version in usage.permitted.versions)
        reader = Reader(lens, floor, usage.language, _newest(vocabulary) if reaches else None)
        made = mended(items, reader, single=bool(usage.related) and rule.configures not in BOUNDS)
        if made:
            return [change._replace(start=change.start + start, end=change.end + start) for change in made]
    return None


def _newest(vocabulary: Vocabulary) -> Runtimes:
    """A version above all others, of each product that a vocabulary asks for."""
    asked = [one.when for meanings in vocabulary.entries.values() for one in meanings if one.when is not None]
    return Runtimes({}, {product: "9999" for when in asked for product, _ in when.products})


def _is_bare(items: list[Atom]) -> bool:
    """Whether a value is one word as shells take it."""
    return len(items) == 1 and (items[0].kind is Word.TEXT or "::" not in items[0].text)


def _assigned(items: list[Atom]) -> list[Atom]:
    """The words of an assignment behind its sign."""
    signs = [number for number, item in enumerate(items) if item.text == "="]
    parts = [number for number, item in enumerate(items) if item.kind is Word.PART and item.text == ","]
    if signs:
        return items[signs[0] + 1 :]
    return items[parts[0] + 1 :] if items and items[0].text == "define" and parts else []


def _vocabularies(rule: Rule, read: str) -> Iterator[Vocabulary]:
    """The vocabularies of a rule in which values name what is permitted, and for which there are fixes, first the one
    in which a value was read, then the rule's own."""
    first = next((vocabulary for vocabulary in _written(rule) if vocabulary.id == read), None)
    if first is not None:
        yield first
    others = {vocabulary.id: vocabulary for vocabulary in _written(rule) if vocabulary.id != read}
    yield from sorted(others.values(), key=lambda vocabulary: vocabulary.id != rule.vocabulary.id)


def _written(rule: Rule) -> Iterator[Vocabulary]:
    for sink in rule.sinks:
        vocabulary = sink.vocabulary or rule.vocabulary
        if (sink.configures or rule.configures) in WRITTEN and vocabulary.fixes and not vocabulary.guards:
            yield vocabulary


def _fix(usage: Usage, file: SourceFile, place: Place, made: Sequence[Change], around: Around) -> Fix | None:
    """The fix that changes amount to, with all that speaks against it; None where the runtime does not know them, or
    the code asked for the very value that they replace."""
    slot = around.slot(usage.place)
    condition = slot.condition if slot is not None else ""
    if any(_asks(condition, change) for change in made):
        return None
    by = [change.by for change in made if change.by is not None]
    asked = [around.needs(one, usage.place.path) for one in by]
    if None in asked:
        return None
    moved = place is not usage.place and not _is_own(usage, file, place, around)
    against = [*asked, *(one.unsafe for one in by), *_against(usage, made, moved=moved)]
    against += [CONDITIONAL] if usage.condition or VERSION.search(condition) else []
    against += [DEFAULT] if around.is_form(usage.place, Form.PARAMETER) else []
    against += [CALLED.format(name) for name in _called(usage, file, place)]
    assigned = place is not usage.place or around.is_form(place, Form.ASSIGN)
    against += [COMPARED] if assigned and _is_compared(file, place, place is usage.place) else []
    edits = tuple(Edit(place.path, file.region(change.start, change.end), change.text) for change in made)
    return Fix(edits, _told(made), "; ".join(dict.fromkeys(filter(None, against))))


def _against(usage: Usage, made: Sequence[Change], *, moved: bool) -> Iterator[str]:
    """What else a change may do."""
    if moved:
        yield ELSEWHERE
    if usage.passed:
        yield HANDED_ON
    if usage.confidence is not Confidence.HIGH and not all(_is_named(change) for change in made):
        yield UNTOLD
    if Area.TEST in usage.origin.areas:
        yield TESTED


def _called(usage: Usage, file: SourceFile, place: Place) -> list[str]:
    """The names that speak of a version: of what the line of a value gives it to, of the function around it, and of
    its file."""
    start = place.region.start - file.origin.offset
    before = file.data[file.data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
    given, sign, _ = before.partition("=")
    names = WORD.findall(f"{given if sign else ''} {usage.enclosing} {place.path.rpartition('/')[2]}")
    return list(dict.fromkeys(name for name in names if SPOKEN.search(name)))


def _is_compared(file: SourceFile, place: Place, value: bool) -> bool:
    """Whether the file compares what is given a value at a place with something: `self.version == X`. The place is
    that of the value, or of the whole statement."""
    start = place.region.start - file.origin.offset
    end = start if value else place.region.end - file.origin.offset
    statement = file.data[file.data.rfind(b"\n", 0, start) + 1 : end]
    found = GIVEN.search(statement)
    word = re.escape(found[1]) if found is not None else b""
    right = rb"(?<!\w)(?<!for )" + word + rb"\s*(?:[!=]==?|(?:not )?in\b)(?!>)"
    left = rb"[!=]==?\s*(?:[\w$@]+(?:\.|->|::))*[$@]*" + word + rb"(?!\w)"
    return bool(word) and re.search(rb"%b|%b" % (right, left), file.data) is not None


def _asks(condition: str, change: Change) -> bool:
    """Whether a condition names what a change replaces."""
    if not condition:
        return False
    spelled = re.findall(r"\w[\w.]*", change.old)
    words = {word for text in spelled for word in (text, text.rpartition(".")[2]) if not word.isdigit() or word == text}
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w|\.\d)", condition) for word in words)


def _is_named(change: Change) -> bool:
    """Whether it puts a constant in the place of one of the same kind, which can mean nothing else."""
    return change.by is None or change.by.key.type == "name"


def _is_own(usage: Usage, file: SourceFile, place: Place, around: Around) -> bool:
    """Whether a definition is an assignment in the function around its use, and of nothing else in the file."""
    name = WORD.search(place.text)
    vias = around.definitions(usage.place)
    if name is None or not usage.enclosing or place.path != usage.place.path:
        return False
    if len(vias) != 1 or not vias[0].local:
        return False
    return len(re.findall(rb"(?<!\w)" + re.escape(name.group().encode()) + rb"(?!\w)", file.data)) == 2


def _told(made: Iterable[Change]) -> str:
    """Changes in words."""
    swaps = [f"write {change.new} for {change.old}" for change in made if change.text]
    gone = [change.old for change in made if not change.text and change.old]
    return "; ".join([*swaps, *(f"take out {old}" for old in gone)])
