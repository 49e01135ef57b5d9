"""What a rule means, for a person: everything comes from its pack."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.annotations import Literal, TypeAlias
from tlsscan.model import Form, Kind, Role
from tlsscan.policy import remedy
from tlsscan.products import Bound, Condition, spelled
from tlsscan.protocol import Version, tokens
from tlsscan.records import NamedTuple
from tlsscan.reporters.markdown_text import code, link, prose
from tlsscan.rules import Base, Key, Meaning, Meanings, Rule, Sink, Vocabulary, Where

Sort: TypeAlias = Literal["list", "text", "code", "link"]

_LONGEST = 10_000

KINDS = {
    Kind.EXACTLY: "permits exactly the named version",
    Kind.MINIMUM: "is the lowest version permitted",
    Kind.MAXIMUM: "is the highest version permitted",
    Kind.ENABLED: "is the set of versions permitted",
    Kind.DISABLED: "takes versions away from what the runtime offers",
    Kind.DEFAULT: "leaves the versions to the runtime",
    Kind.WEAKENS: "reopens old versions in its scope",
}


class Section(NamedTuple):
    """A part of a page. A line that begins with two spaces belongs to the one before; `sort` says what lines are."""

    title: str
    lines: tuple[str, ...]
    sort: Sort = "list"
    language: str = ""


def explain(rule: Rule) -> str:
    """Meaning, sinks, values, remedy, examples and references of a rule, as plain text."""
    lines = [f"{rule.id}: {rule.title}", "", *_facts(rule)]
    title = ""
    for section in _sections(rule):
        lines += ["", f"{section.title}:"] if section.title != title else []
        lines += [f"  {line}" for line in section.lines]
        title = section.title
    return "\n".join(lines) + "\n"


def page(rule: Rule, level: int = 1) -> str:
    """The same as Markdown, under a heading of a level."""
    heading = "#" * level
    lines = [f"{heading} {code(rule.id)}", "", prose(f"{rule.title}."), "", *map(prose, _facts(rule))]
    title = ""
    for section in _sections(rule):
        lines += ["", f"{heading}# {prose(section.title)}"] if section.title != title else []
        lines += ["", *_written(section)]
        title = section.title
    return "\n".join(lines) + "\n"


def _written(section: Section) -> Iterator[str]:
    if section.sort == "code":
        fence = "`" * max(3, 1 + max((len(run) for line in section.lines for run in re.findall("`+", line)), default=0))
        yield from (f"{fence}{section.language}", *section.lines, fence)
    elif section.sort == "text":
        yield from ("\n\n".join(prose(line, _LONGEST) for line in section.lines),)
    elif section.sort == "link":
        yield from (f"- {link(line)}" for line in section.lines)
    else:
        yield from (
            f"  - {prose(line, _LONGEST)}" if line.startswith("  ") else f"- {prose(line, _LONGEST)}"
            for line in section.lines
        )


def _facts(rule: Rule) -> Iterator[str]:
    if rule.is_use:
        yield "Code that sets no version; told where the repository's runtime falls short."
        yield f"Library: {rule.library}. Base: {rule.base.title}."
    elif rule.languages:
        yield f"The value {KINDS[rule.configures]}. Library: {rule.library}. Base: {rule.base.title}."
    else:
        yield f"What the repository says it runs on is judged. Product: {rule.library}. Base: {rule.base.title}."
    yield f"Evidence: {rule.evidence}. Rule file: {rule.origin}"


def _sections(rule: Rule) -> Iterator[Section]:
    if rule.languages:
        yield Section("Where it looks", tuple(sink_words(sink) for sink in rule.sinks if not sink.witness))
    if rule.governed:
        yield Section("Not where one of these is set for the whole program", rule.governed)
    if rule.languages and not rule.is_use:
        yield Section("Values", tuple(_values(rule.vocabulary)))
    elif not rule.languages:
        yield Section("What its versions offer by default (the first line that fits counts)", tuple(_rows(rule.base)))
    if not rule.is_use:
        yield Section("What to do", tuple(_remedies(rule)), "text")
    if fixes := tuple(fixes_of(rule)):
        yield Section("What --fix writes in the place of older values", fixes)
    for example in rule.examples:
        lines = tuple(example.code.rstrip().splitlines())
        yield Section("Examples (each marked line permits what it says)", lines, "code", example.language)
    yield Section("References", rule.references, "link")


def fixes_of(rule: Rule) -> Iterator[str]:
    """The replacements of a rule's vocabularies."""
    named = [sink.vocabulary for sink in rule.sinks if sink.vocabulary is not None]
    for fix in dict.fromkeys(fix for vocabulary in (rule.vocabulary, *named) for fix in vocabulary.fixes):
        if fix.kept:
            yield f"{_key(fix.key)}: left alone"
            continue
        unsafe = f", with --unsafe-fixes: {fix.unsafe}" if fix.unsafe else ""
        yield f"{_key(fix.key)}{_condition(fix.needs)}{unsafe}"


def _remedies(rule: Rule) -> Iterator[str]:
    texts = {floor: remedy(rule, floor) for floor in (Version.TLS1_2, Version.TLS1_3)}
    yield texts[Version.TLS1_2]
    for role in (Role.CLIENT, Role.SERVER):
        told = remedy(rule, Version.TLS1_2, role)
        if told != texts[Version.TLS1_2]:
            yield f"On a {role.value}: {told}"
    if texts[Version.TLS1_3] != texts[Version.TLS1_2]:
        yield f"With --min-tls 1.3: {texts[Version.TLS1_3]}"


def _rows(base: Base) -> Iterator[str]:
    for row in base.rows:
        more = f" through {row.through}" if row.through else ""
        more += f"; at most {', '.join(tokens(row.possible))}" if row.possible != row.offered else ""
        more += f"; servers {', '.join(tokens(row.server))}" if row.server else ""
        more += f"; with an update also {', '.join(tokens(row.patched))}" if row.patched else ""
        yield f"{_condition(row.when).strip() or 'any other'}: {', '.join(tokens(row.offered))}{more}"
        yield from (f"  {text}" for text in (row.note, row.remedy) if text)


def sink_words(sink: Sink) -> str:
    """A sink in words: `call curl_setopt: argument 3 when another argument is CURLOPT_SSLVERSION`."""
    slot = ""
    if sink.form in (Form.CALL, Form.NEW):
        place = _place(sink)
        slot = f": {place}" if place else ""
        slot = f" without arguments: {_meanings(sink.bare)}" if sink.bare else slot
        slot = f" whatever it passes: {_meanings(sink.means)}" if sink.means else slot
        slot += " (added to what was set before)" if sink.adds else ""
    name = "any call" if sink.name == "*" else sink.written or sink.name
    asked = [" or ".join([*map(_key, where.keys), *where.like]) for where in sink.where]
    where = f" when another argument is {' and one is '.join(asked)}" if asked else ""
    of = f" of {', '.join(sink.of)}" if sink.of else ""
    unless = f" unless {' or '.join(map(_exception, sink.unless))}" if sink.unless else ""
    return f"{sink.form.value} {name}{slot}{of}{where}{unless}"


def _exception(where: Where) -> str:
    values = " or ".join([*map(_key, where.keys), *where.like])
    return f"{_place(where)} is {values or 'passed'}"


def _place(slot: Sink | Where) -> str:
    """Which argument is meant."""
    parts = [f"argument {slot.position + 1}"] if slot.position is not None else []
    return " or ".join([*parts, repr(slot.argument)] if slot.argument else parts)


def _values(vocabulary: Vocabulary) -> Iterator[str]:
    if vocabulary.guards:
        yield f"a text that names not all of {', '.join(tokens(vocabulary.guards))}: those it leaves out"
    for key, meanings in vocabulary.entries.items():
        yield f"{_key(key)}: {_meanings(meanings)}"
    for mask, versions in vocabulary.flags:
        yield f"bit {mask:#x}: {', '.join(tokens(versions))}"
    for mask, meanings in vocabulary.refused:
        yield f"bit {mask:#x}, whatever else is set: {_meanings(meanings)}"
    for field in vocabulary.fields:
        for number, meanings in field.numbers.items():
            yield f"bits {field.low}-{field.high} = {number}: {field.configures.value} {_meanings(meanings)}"
    if vocabulary.unknown is not None:
        like = f" like {', '.join(vocabulary.resembling)}" if vocabulary.resembling else ""
        yield f"any other text{like}: {_meaning(vocabulary.unknown)}"


def _key(key: Key) -> str:
    written = {"text": f"'{key.value}'", "symbol": f":{key.value}", "null": "null", "call": f"{key.value}()"}
    return written.get(key.type, key.value)


def _meanings(meanings: Meanings) -> str:
    return ", else ".join(f"{_meaning(m)}{_condition(m.when)}" for m in meanings)


def _condition(when: Condition | None) -> str:
    if when is None:
        return ""
    products = [
        f"{product} {' or '.join(_bounds(bounds, product) for bounds in ranges)}" for product, ranges in when.products
    ]
    return f" with {' and '.join(products)}"


def _bounds(bounds: Iterable[Bound], product: str) -> str:
    return ",".join(f"{bound.operator}{spelled(bound.version, product)}" for bound in bounds)


def _meaning(meaning: Meaning) -> str:
    if meaning.effect:
        return meaning.effect
    if meaning.default:
        return "left to the runtime"
    if meaning.versions is not None:
        kind = f"{meaning.configures.value} " if meaning.configures is not None else ""
        return kind + (", ".join(tokens(meaning.versions)) or "no version")
    return f"number {meaning.number}"
