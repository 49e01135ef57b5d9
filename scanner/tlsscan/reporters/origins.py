"""Where a finding stands, in words. Decides no label and no level."""

from collections.abc import Iterator, Mapping

from tlsscan.display import safe
from tlsscan.model import Area, Origin

_PLACES = {
    Area.TEST: "tests",
    Area.EXAMPLE: "examples",
    Area.DOCUMENTATION: "documentation",
    Area.VENDORED: "vendored code",
    Area.GENERATED: "generated code",
}


def stands_in(origin: Origin) -> str:
    """`tests, vendored code (rest-client 1.6.7)`; empty for the product's own code."""
    package = safe(f"{origin.package} {origin.version}".rstrip())
    words = [
        f"{_PLACES[area]} ({package})" if package and area is Area.VENDORED else _PLACES[area] for area in origin.areas
    ]
    return ", ".join(words)


def counted(numbers: Mapping[Area, int]) -> str:
    """`3 in tests, 1 in examples`."""
    return ", ".join(_counts(numbers))


def _counts(numbers: Mapping[Area, int]) -> Iterator[str]:
    for area, place in _PLACES.items():
        if numbers.get(area):
            yield f"{numbers[area]} in {place}"
