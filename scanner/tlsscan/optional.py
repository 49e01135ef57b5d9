"""Flags that switch TLS on: what stands behind one that a program's code sets to nothing but false does without, or
behind one that is only true with something that nobody gives, as a certificate. By the text of that code; who may set
such a flag by other means, from a file or a form, is believed to do so."""

import re
from collections.abc import Callable, Iterable

from tlsscan.outline import Outline
from tlsscan.patterns import lazy

_FLAG = rb"(?:\w+\.)*(\w*(?:ssl|tls|secure)\w*)"
_LEAVES = lazy(
    rb"(?i)\bif\s*\(\s*!\s*%s\s*\)\s*\{?\s*return\b|\bif\s+not\s+%s\s+then\s+(?:return|exit)\b" % (_FLAG, _FLAG)
)
_ASKS = lazy(rb"(?i)^\s*(?:else\s*)?if\s*(?:\(\s*%s\s*\)|%s\s+then)\s*$" % (_FLAG, _FLAG))
_TYPED = lazy(rb"(?i)\bbool(?:ean)?\??\s+$")
_PLAIN = lazy(
    rb"\s*(?:\{\s*get;\s*(?:(?:private|internal|protected)\s+)?set;\s*\}(?:\s*=\s*(?:false|null)\s*;)?|;"
    rb"|=\s*(?:false|null)\s*;)"
)
_OF_A_TYPE = lazy(rb"(?<!=>)(?<!\breturn)(?<!\bawait)(?<!\bnew)(?<!\bthrow)(?<=[\w>\]?])\s+$")
_OFF, _EMPTY = b"false", b"null"
_GIVEN = lazy(rb"\s*(?:\|?=(?![=>])|:)\s*(false\b|null\b)?")
_HANDED = lazy(rb"\b(?:ref|out)\s+[\w.]*$")
_GETTER = rb"(?i)\bbool(?:ean)?\s+%s\s*(?:=>|\{\s*get\s*(?:=>|\{\s*return\b))([^;{}]*);"
_LOOSE = lazy(rb"\|\||[?!](?!=)")
"""What joins or turns round the conditions of a property."""
_THERE = lazy(rb"(?:this\.)?(\w+)\s*(?:!=|is\s+not)\s*null\Z")
_NAME = lazy(rb"\w+\Z")
_OTHERWISE = lazy(
    rb"(?i)serializ|DataContract|JsonProperty|(?<!socket)(?<!listener)\.Bind\s*\(|INotifyPropertyChanged"
    rb"|ConfigurationProperty"
)
"""What may set members that code does not; a socket is bound to an address."""
_NEAR = 80  # bytes around a name that tell what is done with it


def flags(outline: Outline, at: int) -> set[bytes]:
    """The flags without which what stands at an offset does not run."""
    number = outline.method(at)
    if number < 0:
        return set()
    found = {name for left in _LEAVES.findall(outline.code, outline.blocks[number].start, at) for name in left}
    asked = (_ASKS.match(block.header) for block in outline.branches(at))
    return {name for name in found.union(*(one.groups() for one in asked if one is not None)) if name}


class Flags:
    """What the code of a program makes of its flags for TLS. `held` gives the files that a name stands in: the outline
    of each and its text."""

    def __init__(self, held: Callable[[bytes], Iterable[tuple[Outline, bytes]]]) -> None:
        self._held = held
        self._off: dict[bytes, bool] = {}

    def is_off(self, flag: bytes) -> bool:
        """Whether code declares a flag and sets it to nothing but false, or makes it of another such flag, or of a
        member that it leaves without a value."""
        if flag not in self._off:
            self._off[flag] = False  # on its own way
            self._off[flag] = self._is_left(flag, _TYPED, _OFF, said=True) or self._is_made_of_such(flag)
        return self._off[flag]

    def _is_left(self, name: bytes, typed: re.Pattern[bytes], value: bytes, *, said: bool = False) -> bool:
        """Whether code declares a member of some type, and gives it (at least once, if `said`) one value alone."""
        files = list(self._held(name))
        if any(b'"%s"' % name in data for _, data in files):
            return False
        word = re.compile(rb"\b%s\b" % re.escape(name))
        declared = False
        for outline in (outline for outline, _ in files):
            for found in word.finditer(outline.code):
                before = outline.code[max(found.start() - _NEAR, 0) : found.start()]
                after = outline.code[found.end() : found.end() + _NEAR]
                given = _GIVEN.match(after)
                if typed.search(before) is not None:
                    if _PLAIN.match(after) is None or _OTHERWISE.search(outline.code) is not None:
                        return False
                    declared = True
                elif given is not None:
                    if given[1] != value:
                        return False
                    said = False
                elif _HANDED.search(before) is not None:
                    return False
        return declared and not said

    def _is_made_of_such(self, flag: bytes) -> bool:
        """Whether a property is true only with another flag that is off, or with a member that has no value."""
        getter = re.compile(_GETTER % re.escape(flag))
        found = [one for outline, _ in self._held(flag) for one in getter.finditer(outline.code)]
        return bool(found) and all(self._is_never(one[1]) for one in found)

    def _is_never(self, said: bytes) -> bool:
        """Whether one of the conditions that must all hold cannot."""
        if _LOOSE.search(said) is not None:
            return False
        terms = [term.strip() for term in said.split(b"&&")]
        empty = (found[1] for found in map(_THERE.match, terms) if found is not None)
        flags = (term for term in terms if _NAME.match(term) is not None)
        return any(map(self.is_off, flags)) or any(self._is_left(name, _OF_A_TYPE, _EMPTY) for name in empty)
