"""What a rule means, for a person: everything comes from its pack."""

from collections.abc import Iterable, Iterator

from tlsscan.model import Form, Kind
from tlsscan.policy import remedy
from tlsscan.products import Bound, Condition, spelled
from tlsscan.protocol import Version, tokens
from tlsscan.rules import Base, Key, Meaning, Meanings, Rule, Sink, Vocabulary

KINDS = {
    Kind.EXACTLY: "permits exactly the named version",
    Kind.MINIMUM: "is the lowest version permitted",
    Kind.MAXIMUM: "is the highest version permitted",
    Kind.ENABLED: "is the set of versions permitted",
    Kind.DISABLED: "takes versions away from what the runtime offers",
    Kind.DEFAULT: "leaves the versions to the runtime",
    Kind.WEAKENS: "reopens old versions in its scope",
}


def explain(rule: Rule) -> str:
    """Meaning, sinks, values, remedy, examples and references of a rule, as plain text."""
    return "\n".join(_lines(rule)) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    yield ""
    if rule.languages:
        yield f"The value {KINDS[rule.configures]}. Library: {rule.library}. Base: {rule.base.title}."
    else:
        yield f"What the repository says it runs on is judged. Product: {rule.library}. Base: {rule.base.title}."
    yield f"Evidence: {rule.evidence}. Rule file: {rule.origin}"
    yield ""
    if rule.languages:
        yield "Where it looks:"
        for sink in rule.sinks:
            yield f"  {sink_words(sink)}"
        yield ""
        yield "Values:"
        yield from _values(rule.vocabulary)
    else:
        yield "What its versions offer by default (the first line that fits counts):"
        yield from _rows(rule.base)
    yield ""
    yield "What to do:"
    texts = {floor: remedy(rule, floor) for floor in (Version.TLS1_2, Version.TLS1_3)}
    yield f"  {texts[Version.TLS1_2]}"
    if texts[Version.TLS1_3] != texts[Version.TLS1_2]:
        yield f"  With --min-tls 1.3: {texts[Version.TLS1_3]}"
    yield ""
    yield "Examples (each marked line permits what it says):"
    for example in rule.examples:
        yield from (f"  {line}" for line in example.code.rstrip().splitlines())
    yield ""
    yield "References:"
    yield from (f"  {address}" for address in rule.references)


def _rows(base: Base) -> Iterator[str]:
    for row in base.rows:
        more = f"; at most {', '.join(tokens(row.possible))}" if row.possible != row.offered else ""
        more += f"; servers {', '.join(tokens(row.server))}" if row.server else ""
        more += f"; with an update also {', '.join(tokens(row.patched))}" if row.patched else ""
        yield f"  {_condition(row.when).strip() or 'any other'}: {', '.join(tokens(row.offered))}{more}"
        yield from (f"    {text}" for text in (row.note, row.remedy) if text)


def sink_words(sink: Sink) -> str:
    """A sink in words: `call curl_setopt: argument 3 when another argument is CURLOPT_SSLVERSION`."""
    slot = ""
    if sink.form in (Form.CALL, Form.NEW):
        parts = [f"argument {sink.position + 1}"] if sink.position is not None else []
        parts += [f"{sink.argument!r}"] if sink.argument else []
        slot = f": {' or '.join(parts)}" if parts else f" without arguments: {_meanings(sink.bare)}"
        slot += " (added to what was set before)" if sink.adds else ""
    name = "any call" if sink.name == "*" else sink.written or sink.name
    asked = [" or ".join([*map(_key, where.keys), *where.like]) for where in sink.where]
    where = f" when another argument is {' and one is '.join(asked)}" if asked else ""
    of = f" of {', '.join(sink.of)}" if sink.of else ""
    return f"{sink.form.value} {name}{slot}{of}{where}"


def _values(vocabulary: Vocabulary) -> Iterator[str]:
    if vocabulary.guards:
        yield f"  a text that names not all of {', '.join(tokens(vocabulary.guards))}: those it leaves out"
    for key, meanings in vocabulary.entries.items():
        yield f"  {_key(key)}: {_meanings(meanings)}"
    for mask, versions in vocabulary.flags:
        yield f"  bit {mask:#x}: {', '.join(tokens(versions))}"
    for field in vocabulary.fields:
        for number, meanings in field.numbers.items():
            yield f"  bits {field.low}-{field.high} = {number}: {field.configures.value} {_meanings(meanings)}"
    if vocabulary.unknown is not None:
        yield f"  any other text: {_meaning(vocabulary.unknown)}"


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
