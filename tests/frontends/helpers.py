"""What the frontend tests share: sites of a snippet around anchors, and values without their traces."""

from collections.abc import Iterator, Sequence

from tlsscan.frontends import frontend
from tlsscan.model import Form, Site
from tlsscan.source import SourceFile
from tlsscan.values import Arm, Choice, Entry, Invocation, Listing, Mapping, Operation, Parameter, Value, Via


def sites(language: str, code: str, anchors: Sequence[str], path: str = "src/file") -> list[Site]:
    """The sites around every occurrence of the anchors, bare mentions left out, that carry an anchor in a name."""
    data = code.encode()
    speaker = frontend(language)
    unit = speaker.parse(SourceFile(path, data))
    places = [place for anchor in anchors for place in _occurrences(data, anchor.encode())]
    found = speaker.sites(unit, places, lambda draft: draft.form not in (Form.MENTION, Form.DECLARATION))
    return [site for site in found if _carries(site, anchors)]


def _occurrences(data: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    start = data.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = data.find(word, start + 1)


def _carries(site: Site, anchors: Sequence[str]) -> bool:
    words = [*site.names, *site.option, *[argument.name for argument in site.arguments]]
    return any(anchor in word for anchor in anchors for word in words)


def plain(value: Value) -> Value:
    """A value without the definitions it was reached through."""
    while isinstance(value, Via):
        value = value.value
    if isinstance(value, Listing):
        return Listing(tuple(plain(item) for item in value.items))
    if isinstance(value, Operation):
        return Operation(value.operator, tuple(plain(part) for part in value.operands))
    if isinstance(value, Choice):
        return Choice(tuple(Arm(arm.condition, arm.guarded, plain(arm.value)) for arm in value.arms))
    if isinstance(value, Mapping):
        return Mapping(tuple(Entry(plain(entry.key), plain(entry.value)) for entry in value.entries))
    return _plain_call(value)


def _plain_call(value: Value) -> Value:
    if isinstance(value, Invocation):
        named = tuple((name, plain(given)) for name, given in value.named)
        return Invocation(value.names, tuple(plain(given) for given in value.arguments), named)
    if isinstance(value, Parameter):
        return value._replace(default=plain(value.default) if value.default is not None else None, callee=None)
    return value
