"""What tests of texts leave of versions that no text names: of those that a socket supports, what does not begin with
`SSL`. Loaded where one is met."""

from collections.abc import Callable, Mapping

from tlsscan.lookup import Lens, choose
from tlsscan.model import Kind
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.reading import Reading
from tlsscan.values import Operation, Text, strip

_TAKES: Mapping[str, Callable[[str, str], bool]] = {
    "remove": lambda word, text: word == text,
    "cut": lambda word, text: word.startswith(text),
    "omit": lambda word, text: text in word,
    "keep": lambda word, text: not word.startswith(text),
}
"""By an operator, whether a text takes a word away."""


def left_by(reading: Reading, value: Operation, lens: Lens) -> Reading:
    """A reading of the first operand of an operation without the versions whose words its tests take away."""
    operator, *texts = (one.text for one in (strip(part)[0] for part in value.operands[1:]) if isinstance(one, Text))
    takes = _TAKES[operator]
    gone: VersionSet = NO_VERSIONS
    for key, meanings in lens.vocabulary.entries.items():
        meaning = choose(meanings, lens.runtimes) if key.type == "text" else None
        if meaning is not None and meaning.versions and any(takes(key.value, text) for text in texts):
            gone |= meaning.versions
    return reading._replace(writes=tuple(_without(gone, *write) for write in reading.writes)) if gone else reading


def _without(gone: VersionSet, kind: Kind, named: VersionSet) -> tuple[Kind, VersionSet]:
    if kind is Kind.DEFAULT and max(gone) < Version.TLS1_0:  # no default that is still met offers them
        return kind, named
    if kind in (Kind.DEFAULT, Kind.DISABLED):
        return Kind.DISABLED, named | gone
    return kind, named - gone
