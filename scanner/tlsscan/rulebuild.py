"""The parts of rules, from the checked data of packs."""

from collections.abc import Iterator, Sequence

from tlsscan.annotations import Any
from tlsscan.model import Addressing, Kind
from tlsscan.products import Condition, parse_ranges
from tlsscan.protocol import BY_TOKEN, NO_VERSIONS, VersionSet
from tlsscan.rules import (
    BaseRow,
    Example,
    Field,
    Fold,
    Heeded,
    Key,
    Meaning,
    Meanings,
    Mistaken,
    Remedy,
    Replacement,
    Syntax,
    Where,
)

Plain = dict[str, Any]


def since_of(plain: Plain) -> Iterator[tuple[Key, Condition]]:
    """The names of a vocabulary, each with what must hold for it to be there."""
    for keys, when, _ in plain.get("since", []):
        condition = condition_of(when)
        if condition is not None:
            yield from ((Key(*key), condition) for key in keys)


def replacements_of(plain: Plain, since: Sequence[tuple[Key, Condition]]) -> Iterator[Replacement]:
    """What a row of `fixes` names, each with the same conditions: its own, or what the name needs to be there."""
    needs = condition_of(plain.get("needs"))
    known = dict(reversed(since))
    for key in (Key(*pair) for pair in plain.get("write") or plain["keep"]):
        yield Replacement(
            key, needs or known.get(key), plain.get("unsafe", ""), plain.get("bare", False), "keep" in plain
        )


def remedy_of(plain: str | Plain) -> Remedy:
    """What helps: one text, or texts by floor and by side."""
    if isinstance(plain, str):
        return Remedy(plain, plain)
    sides = (tuple(remedy_of(plain[side])[:2]) if side in plain else () for side in ("client", "server"))
    return Remedy(plain["TLSv1.2"], plain["TLSv1.3"], plain.get("default", ""), *sides)


def example_of(plain: Plain, language: str) -> Example:
    """A line of code with what is expected of it; in the language of its pack where it names none."""
    code = plain["code"] if isinstance(plain["code"], dict) else plain
    return Example(plain.get("language", language), plain.get("file", ""), code["code"], code["line"])


def mistaken_of(product: str, plain: Plain) -> Mistaken:
    """Versions that a product never had, and the product that they are for."""
    return Mistaken(Condition(((product, parse_ranges(plain["versions"], product)),)), plain["for"])


def heeded_of(plain: Plain) -> Heeded:
    """Who heeds a setting on one product, if that is not everybody."""
    return Heeded(plain["product"], tuple(plain["by"]), plain["note"], tuple(plain.get("references", ())))


def fold_of(plain: Plain | None) -> Fold | None:
    """How several settings of one object come to one value."""
    if plain is None:
        return None
    return Fold(
        plain["group"],
        tuple(plain.get("resets", [])),
        plain.get("pinned", ""),
        plain.get("starts", False),
        plain.get("like", False),
        plain.get("process", False),
        plain.get("local", False),
    )


def addressing_of(plain: Plain) -> Addressing:
    """`curl_setopt/2 CURLOPT_URL`: a call, a position, and the key if there is one."""
    ways = (way.replace("/", " ").split(" ") for way in plain["by"])
    by = tuple((name, int(position), "".join(key)) for name, position, *key in ways)
    return Addressing(plain["like"], by, tuple(plain.get("unless", ())), plain.get("bare", False))


def where_of(plain: Plain) -> Where:
    """What another argument has to be."""
    keys = tuple(Key(*key) for key in plain.get("is", []))
    like, optional = tuple(plain.get("like", [])), plain.get("optional", False)
    return Where(plain.get("position"), plain.get("argument", ""), keys, like, optional)


def condition_of(rows: list[list[Any]] | None) -> Condition | None:
    """The ranges of products, which must all hold; None is no condition."""
    if not rows:
        return None
    return Condition(tuple((product, parse_ranges(ranges, product)) for product, ranges, _ in rows))


def initial_of(plain: Any) -> tuple[tuple[Condition | None, int], ...]:
    """The number that an object starts with, by condition."""
    if plain is None:
        return ()
    if isinstance(plain, int):
        return ((None, plain),)
    return tuple((condition_of(row.get("when")), row["value"]) for row in plain)


def row_of(plain: Plain) -> BaseRow:
    """A row of a base: what some versions of a runtime offer."""
    return BaseRow(
        when=condition_of(plain.get("when")),
        offered=versions_of(plain["offered"]),
        possible=versions_of(plain["possible"]),
        server=versions_of(plain.get("server", [])),
        patched=versions_of(plain.get("patched", [])),
        shipped=plain.get("shipped", False),
        exact=plain.get("exact", False),
        through=plain.get("through", ""),
        chooser=plain.get("chooser", ""),
        note=plain.get("note", ""),
        remedy=plain.get("remedy", ""),
        references=tuple(plain.get("references", [])),
    )


def versions_of(tokens: list[str]) -> VersionSet:
    """Protocol versions, written as `TLSv1.2`."""
    return frozenset(BY_TOKEN[token] for token in tokens)


def syntax_of(plain: Plain) -> Syntax:
    """How the values of a vocabulary are written."""
    return Syntax(**{key: value for key, value in plain.items() if key != "line"})


def field_of(plain: Plain) -> Field:
    """Bits of a number that mean something by themselves."""
    low, high = plain["bits"]
    return Field(low, high, Kind(plain["configures"]), {n: meanings_of(m) for n, m, _ in plain["numbers"]})


def meanings_of(plain: Any) -> Meanings:
    """What a value means: versions, a number, a word, or mappings of which the first whose condition holds counts."""
    if isinstance(plain, dict):
        return (meaning_of(plain),)
    if any(isinstance(item, dict) for item in plain):
        return tuple(meaning for item in plain for meaning in meanings_of(item if isinstance(item, dict) else [item]))
    if len(plain) == 1 and plain[0] not in BY_TOKEN:
        word = plain[0]
        if word == "default":
            return (Meaning(default=True),)
        return (Meaning(versions=NO_VERSIONS),) if word == "none" else (Meaning(number=int(word, 0)),)
    return (Meaning(versions=versions_of([word for word in plain if word in BY_TOKEN])),)


def meaning_of(plain: Plain) -> Meaning:
    """What a value means under one condition."""
    return Meaning(
        versions=versions_of(plain["versions"]) if "versions" in plain else None,
        number=plain.get("number"),
        default=plain.get("default", False),
        configures=Kind(plain["configures"]) if "configures" in plain else None,
        effect=plain.get("effect", ""),
        when=condition_of(plain.get("when")),
        note=plain.get("note", ""),
        elsewhere=plain.get("elsewhere", ""),
    )
