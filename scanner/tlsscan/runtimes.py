"""What `tlsscan runtimes` prints: the claims by folder, and what each runtime offers by default."""

from collections.abc import Iterable, Mapping, Sequence

from tlsscan.annotations import Any
from tlsscan.bases import row_of
from tlsscan.claims import Claim, Claims, Span, beside
from tlsscan.display import count, safe, safe_start, scalars
from tlsscan.products import Runtimes
from tlsscan.protocol import Version, VersionSet
from tlsscan.records import NamedTuple
from tlsscan.reporters.dump import dump
from tlsscan.reporters.uri import relative_uri
from tlsscan.rulebook import Rulebook
from tlsscan.rules import BaseRow

LATEST = "9999"  # stands for the last version that tables know
SCHEMA = "tlsscan-runtimes/1"


class Offer(NamedTuple):
    """What a library offers by default on the oldest and on the newest version that a claim allows."""

    base: str
    oldest: VersionSet
    newest: VersionSet
    note: str = ""
    """What is to be said of the oldest."""
    through: str = ""
    """By what the oldest offers that, where other means offer more."""


def offer(product: str, spans: Iterable[Span], book: Rulebook, others: Mapping[str, str]) -> Offer | None:
    """What the tables say of a product, at both ends of what is claimed, where others have the versions that are known,
    or else those that are assumed; None if they say nothing."""
    rule = book.floors().get(product)
    if rule is None:
        return None
    series = rule.base._replace(rows=tuple(row for row in rule.base.rows if not row.exact))
    assumed = {name: row.version for name, row in book.assumed.items()}
    found: list[BaseRow] = []
    for span in spans:
        low = row_of(rule.base, Runtimes({**others, product: span.low}, assumed)) if span.low else None
        newest = row_of(series, Runtimes({**others, product: span.newest or LATEST}, assumed))
        last = low if low is not None and low.exact else newest  # a series is its last release
        ends = (last,) if span.exact else (low, newest)
        found.extend(row for row in ends if row is not None)
    if not found:
        return None
    oldest, newest = min(found, key=_offered), max(found, key=_offered)
    return Offer(rule.base.title, oldest.offered, newest.offered, oldest.note, oldest.through)


def _offered(row: BaseRow) -> list[Version]:
    return sorted(row.offered)


def _around(claim: Claim, claims: Claims, book: Rulebook, named: Mapping[str, str]) -> dict[str, str]:
    """The versions of other products that count where a claim does: what is named, what is claimed."""
    rule = book.floors().get(claim.product)
    rows = rule.base.rows if rule is not None else ()
    products = {name for row in rows if row.when is not None for name, _ in row.when.products}
    return {**{other.product: other.spans[0].low for other in beside(claim, sorted(products), claims)}, **named}


def as_text(claims: Sequence[Claim], files: int, book: Rulebook, named: Mapping[str, str]) -> str:
    """What is named on the command line, and the claims by folder, the most binding first."""
    lines: list[str] = ["--runtime"] if named else []
    for product, version in named.items():
        lines.append(f"  {product} {safe(version)}  counts whatever is claimed")
        told = offer(product, (Span(version, version),), book, named)
        lines += [f"      {told.base}: {_default(told)}"] if told is not None else []
    lines += [""] if named else []
    known = Claims(claims)
    for scope in dict.fromkeys(sorted(claim.scope for claim in claims)):
        lines.append(safe_start(scope) or "./")
        own = [claim for claim in claims if claim.scope == scope]
        for claim in sorted(own, key=lambda claim: (claim.product, claim.kind.rank)):
            lines += _lines(claim, known, book, named)
        lines.append("")
    lines.append(f"{count(len(claims), 'claim')} in {count(files, 'manifest')}")
    return "\n".join(lines) + "\n"


def _lines(claim: Claim, claims: Claims, book: Rulebook, named: Mapping[str, str]) -> Iterable[str]:
    region = claim.place.region
    where = f"{safe(claim.place.path)}:{region.line}:{region.column}"
    why = f" ({safe(claim.why)})" if claim.why else ""
    yield f"  {claim.product} {safe(claim.says)}  {claim.kind.value}  {where}: {safe(claim.text)}{why}"
    told = offer(claim.product, claim.spans, book, _around(claim, claims, book, named))
    if claim.product in named:
        yield f"      does not count: {claim.product} {safe(named[claim.product])} is named"
    elif told is not None:
        yield f"      {told.base}: {_default(told)}"


def _default(offer: Offer) -> str:
    note = f" ({offer.note})" if offer.note else ""
    how = f"through {offer.through}" if offer.through else "by default"
    if offer.oldest == offer.newest:
        return f"offers {_listed(offer.oldest)} {how}{note}"
    return f"the oldest offers {_listed(offer.oldest)} {how}{note}, the newest {_listed(offer.newest)}"


def _listed(versions: VersionSet) -> str:
    return ", ".join(version.label for version in sorted(versions)) or "nothing"


def as_json(claims: Sequence[Claim], book: Rulebook, named: Mapping[str, str]) -> str:
    """The claims as JSON, and what is named on the command line; `schema` is `tlsscan-runtimes/1`."""
    known = Claims(claims)
    document: dict[str, Any] = {"schema": SCHEMA, "claims": [_plain(claim, known, book, named) for claim in claims]}
    if named:
        document["named"] = [_named(product, version, book, named) for product, version in named.items()]
    return dump(document, indent=2)


def _named(product: str, version: str, book: Rulebook, named: Mapping[str, str]) -> dict[str, Any]:
    told = offer(product, (Span(version, version),), book, named)
    return {"product": product, "version": version, **_offers(told)}


def _offers(told: Offer | None) -> dict[str, Any]:
    if told is None:
        return {}
    note = {"note": told.note} if told.note else {}
    return {"offers": {"base": told.base, "oldest": _tokens(told.oldest), "newest": _tokens(told.newest), **note}}


def _plain(claim: Claim, claims: Claims, book: Rulebook, named: Mapping[str, str]) -> dict[str, Any]:
    region = claim.place.region
    return {
        "product": claim.product,
        "versions": [{"low": span.low, "high": span.high, "below": span.below} for span in claim.spans],
        "says": scalars(claim.says),
        "text": scalars(claim.text),
        "kind": claim.kind.value,
        "path": safe(claim.place.path),
        "uri": relative_uri(claim.place.path),
        "line": region.line,
        "column": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "scope": safe(claim.scope),
        "why": scalars(claim.why),
        **_offers(offer(claim.product, claim.spans, book, _around(claim, claims, book, named))),
    }


def _tokens(versions: VersionSet) -> list[str]:
    return [version.token for version in sorted(versions)]
