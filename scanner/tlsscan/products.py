"""Products, their versions, and conditions on them: `java: ">=8u291,<9 | >=16"`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from tlsscan.annotations import TypeAlias
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

APART = {"dotnet": "netfx", "netfx": "dotnet"}  # where only the second is claimed, nothing need be assumed of the first
_ORDERS = {">=": (0, 1), "<=": (-1, 0), "==": (0,), ">": (1,), "<": (-1,)}
_OPERATORS = tuple(_ORDERS)
_PART = lazy(r"[0-9]{1,18}")
_OLD_JAVA = lazy(r"1\.[0-8](?![0-9])")


@lru_cache(maxsize=4096)
def version_key(text: str, product: str = "") -> tuple[int, ...]:
    """A comparable form of a version: `3.10` gives (3, 10); of `java`, `8u291` and `1.8.0_291` give (8, 0, 291)."""
    parts = text.split(".")
    plain = text.isascii() and all(part.isdecimal() and len(part) <= 18 for part in parts)
    if plain and (product != "java" or parts[0] != "1"):
        return tuple(map(int, parts))  # nearly every version: no pattern need be compiled for it
    if product == "java" and _OLD_JAVA.match(text):
        text = text[2:]
    text = re.sub(r"^([0-9]+)u([0-9]+)", r"\1.0.\2", text)
    return tuple(int(part) for part in _PART.findall(text))


def spelled(key: tuple[int, ...], product: str = "") -> str:
    """A version key as people write it: of `java`, (8, 0, 291) is `8u291`."""
    if product == "java" and len(key) == 3 and 0 < key[0] < 9 and not key[1]:
        return f"{key[0]}u{key[2]}"
    return ".".join(map(str, key))


def compare(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """-1, 0 or 1 as one version key is older than, equal to or newer than another; missing parts are zero."""
    width = max(len(left), len(right))
    a = left + (0,) * (width - len(left))
    b = right + (0,) * (width - len(right))
    return (a > b) - (a < b)


class Bound(NamedTuple):
    """One comparison: operator and version key."""

    operator: str
    version: tuple[int, ...]

    def holds(self, version: tuple[int, ...]) -> bool:
        """Whether `version` satisfies the bound."""
        return compare(version, self.version) in _ORDERS[self.operator]


@lru_cache(maxsize=4096)
def parse_ranges(text: str, product: str = "") -> tuple[tuple[Bound, ...], ...]:
    """`">=8u291,<9 | >=16"` as alternatives of bounds that all hold. Raises ValueError with the bad part."""
    alternatives = []
    for alternative in text.split("|"):
        bounds = []
        for part in alternative.split(","):
            part = part.strip()
            operator = next((op for op in _OPERATORS if part.startswith(op)), "")
            version = version_key(part[len(operator) :].strip(), product)
            if not operator or not version:
                raise ValueError(part)
            bounds.append(Bound(operator, version))
        alternatives.append(tuple(bounds))
    return tuple(alternatives)


def edges(ranges: Iterable[Iterable[Bound]]) -> Iterator[tuple[int, ...]]:
    """The versions at which the answer to a condition on one product may change."""
    return (_edge(bound) for bounds in ranges for bound in bounds)


def _edge(bound: Bound) -> tuple[int, ...]:
    """The first version for which a bound's answer differs from that for the versions before."""
    return (*bound.version, 0, 0, 1) if bound.operator in (">", "<=") else bound.version


class Condition(NamedTuple):
    """Products with the ranges their versions must lie in; all products must hold."""

    products: tuple[tuple[str, tuple[tuple[Bound, ...], ...]], ...]

    def worded(self) -> str:
        """The condition as a person says it: `libcurl 7.77 and later`."""
        told = ((_CALLED.get(name, name), _ranges_in_words(ranges, name)) for name, ranges in self.products)
        return ", ".join(f"{name} {ranges}" for name, ranges in told)


_CALLED = {"php": "PHP", "python": "Python", "ruby": "Ruby", "java": "Java", "openssl": "OpenSSL"}
_WORDS = {">=": "{} and later", ">": "after {}", "<": "before {}", "<=": "{} and earlier", "==": "{}"}


def _ranges_in_words(ranges: Iterable[Iterable[Bound]], product: str) -> str:
    def said(bound: Bound) -> str:
        return _WORDS[bound.operator].format(spelled(bound.version, product))

    return " or ".join(" and ".join(map(said, bounds)) for bounds in ranges)


class Target(NamedTuple):
    """A framework that .NET code is compiled for: `netfx`, `dotnet` or `netstandard` with its version. Another platform
    has no family; of what is not known at all, no version either. `own` are documented symbols, in
    capitals, that projects define themselves: they may be there for any target."""

    family: str
    version: str
    own: tuple[str, ...] = ()


Targets: TypeAlias = tuple[Target, ...]


INSTEAD = {"android": "java"}  # what runs on the one does not run on the other, though it may be built with it


class Runtimes(NamedTuple):
    """What is known of the products that code runs on: claims of the repository, and assumptions.

    `asked` collects, by product, the versions at which an answer may change: who has claims that allow several
    versions looks there for the ones to try. `targets` is all that .NET code is compiled for, `chosen` those of them
    for which it is judged; nothing where that is not known. `granted` is the least version that is taken for granted of
    products beneath a claimed runtime on which the code surely runs; what is assumed of them is the newest. Code does
    not run `surely` on what claims only allow, or only test, nor on one of several that they name. `older` is the
    product of which a condition asks for an older version than was assumed.
    """

    claimed: dict[str, str]
    assumed: dict[str, str]
    asked: dict[str, set[tuple[int, ...]]] | None = None
    targets: Targets = ()
    chosen: Targets = ()
    granted: Mapping[str, str] = {}
    surely: bool = True
    older: str = ""

    def version(self, product: str) -> tuple[str, bool]:
        """The version of a product and whether a claim says so; an empty text if nothing is known, or if code runs on
        what is there instead."""
        if product in self.claimed:
            return self.claimed[product], True
        if any(replaced == product and self._told(other) for other, replaced in INSTEAD.items()):
            return "", False
        return self.assumed.get(product, ""), False

    def holds(self, condition: Condition | None, *, claims_only: bool = False) -> bool:
        """Whether all products of the condition lie in their ranges; unknown products do not."""
        if condition is None:
            return True
        return all(self._in_range(product, ranges, claims_only) for product, ranges in condition.products)

    def may_hold(self, product: str, ranges: tuple[tuple[Bound, ...], ...]) -> bool:
        """Whether a product may lie in ranges: of what is granted, the least version or the newest does."""
        if product not in self.granted or product in self.claimed:
            return self._in_range(product, ranges, False)
        least = version_key(self.granted[product], product)
        return self._in_range(product, ranges, False) or any(all(b.holds(least) for b in bounds) for bounds in ranges)

    def claims(self, condition: Condition | None) -> bool:
        """Whether claims, not assumptions, decide the condition."""
        return condition is not None and all(product in self.claimed for product, _ in condition.products)

    def knows(self, products: Iterable[str]) -> bool:
        """Whether the repository claims all of some products; of none, it claims nothing."""
        known = [self._told(product) for product in products]
        return bool(known) and all(known)

    def _told(self, product: str) -> bool:
        if self.asked is not None:
            self.asked.setdefault(product, set())
        return product in self.claimed

    def _in_range(self, product: str, ranges: tuple[tuple[Bound, ...], ...], claims_only: bool) -> bool:
        if self.asked is not None:
            self.asked.setdefault(product, set()).update(edges(ranges))
        text, claimed = self.version(product)
        if not text or (claims_only and not claimed):
            return False
        key = version_key(text, product)
        return any(all(bound.holds(key) for bound in bounds) for bounds in ranges)
