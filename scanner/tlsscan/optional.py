"""Flags that switch TLS on: what stands behind one that a program's code sets to nothing but false does without. By the
text of that code; who may set such a flag by other means, from a file or a form, is believed to do so."""

import re
from collections.abc import Iterable

from tlsscan.outline import Outline
from tlsscan.patterns import lazy

_FLAG = rb"(?:\w+\.)*(\w*(?:ssl|tls|secure)\w*)"
_LEAVES = lazy(
    rb"(?i)\bif\s*\(\s*!\s*%s\s*\)\s*\{?\s*return\b|\bif\s+not\s+%s\s+then\s+(?:return|exit)\b" % (_FLAG, _FLAG)
)
_ASKS = lazy(rb"(?i)^\s*(?:else\s*)?if\s*(?:\(\s*%s\s*\)|%s\s+then)\s*$" % (_FLAG, _FLAG))
_TYPED = lazy(rb"(?i)\bbool(?:ean)?\??\s+$")
_PLAIN = lazy(
    rb"\s*(?:\{\s*get;\s*(?:(?:private|internal|protected)\s+)?set;\s*\}(?:\s*=\s*false\s*;)?|;|=\s*false\s*;)"
)
_GIVEN = lazy(rb"\s*(?:\|?=(?![=>])\s*(false\b)?|:\s*(false\b)?)")
_OTHERWISE = lazy(rb"(?i)serializ|DataContract|JsonProperty|\.Bind\s*\(|INotifyPropertyChanged|ConfigurationProperty")
"""What may set members that code does not."""
_NEAR = 80  # bytes around a name that tell what is done with it


def flags(outline: Outline, at: int) -> set[bytes]:
    """The flags without which what stands at an offset does not run."""
    number = outline.method(at)
    if number < 0:
        return set()
    found = {name for left in _LEAVES.findall(outline.code, outline.blocks[number].start, at) for name in left}
    asked = (_ASKS.match(block.header) for block in outline.branches(at))
    return {name for name in found.union(*(one.groups() for one in asked if one is not None)) if name}


def is_off(flag: bytes, outlines: Iterable[Outline], raw: Iterable[bytes]) -> bool:
    """Whether code declares a flag, sets it to false, and never to anything else."""
    if any(b'"%s"' % flag in data for data in raw):
        return False
    word = re.compile(rb"\b%s\b" % re.escape(flag))
    declared = said = False
    for outline in outlines:
        for found in word.finditer(outline.code):
            before = outline.code[max(found.start() - _NEAR, 0) : found.start()]
            after = outline.code[found.end() : found.end() + _NEAR]
            given = _GIVEN.match(after)
            if _TYPED.search(before) is not None:
                if _PLAIN.match(after) is None or _OTHERWISE.search(outline.code) is not None:
                    return False
                declared = True
            elif given is not None:
                if not any(given.groups()):
                    return False
                said = True
            elif before.rstrip().endswith((b"ref", b"out")):
                return False
    return declared and said
