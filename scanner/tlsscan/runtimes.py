"""What `tlsscan runtimes` prints: the claims by folder, and what each runtime offers by default."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tlsscan.claims import Claim
from tlsscan.display import count, safe
from tlsscan.match import row_of
from tlsscan.products import Runtimes
from tlsscan.protocol import VersionSet
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook

SCHEMA = "tlsscan-runtimes/1"


class Offer(NamedTuple):
    """What a library offers by default on the oldest and on the newest version that a claim allows."""

    base: str
    oldest: VersionSet
    newest: VersionSet


def offer(claim: Claim, book: Rulebook) -> Offer | None:
    """What the tables say of the claimed product, at both ends of what is claimed; None if they say nothing."""
    rule = book.floors().get(claim.product)
    if rule is None:
        return None
    found: list[VersionSet] = []
    for span in claim.spans:
        for version in (span.newest,) if span.exact else (span.low, span.newest):  # a series is its last release
            row = row_of(rule.base, Runtimes({claim.product: version}, {})) if version else None
            found.extend([row.offered] if row is not None else [])
    return Offer(rule.base.title, min(found, key=sorted), max(found, key=sorted)) if found else None


def as_text(claims: Sequence[Claim], files: int, book: Rulebook) -> str:
    """The claims by folder, the most binding first."""
    lines: list[str] = []
    for scope in dict.fromkeys(sorted(claim.scope for claim in claims)):
        lines.append(f"{safe(scope) or './'}")
        own = [claim for claim in claims if claim.scope == scope]
        for claim in sorted(own, key=lambda claim: (claim.product, claim.kind.rank)):
            lines += _lines(claim, book)
        lines.append("")
    lines.append(f"{count(len(claims), 'claim')} in {count(files, 'manifest')}")
    return "\n".join(lines) + "\n"


def _lines(claim: Claim, book: Rulebook) -> Iterable[str]:
    region = claim.place.region
    where = f"{safe(claim.place.path)}:{region.line}:{region.column}"
    why = f" ({safe(claim.why)})" if claim.why else ""
    yield f"  {claim.product} {safe(claim.says)}  {claim.kind.value}  {where}: {safe(claim.text)}{why}"
    told = offer(claim, book)
    if told is not None:
        yield f"      {told.base}: {_default(told)}"


def _default(offer: Offer) -> str:
    if offer.oldest == offer.newest:
        return f"offers {_listed(offer.oldest)} by default"
    return f"offers {_listed(offer.oldest)} by default, the newest {_listed(offer.newest)}"


def _listed(versions: VersionSet) -> str:
    return ", ".join(version.label for version in sorted(versions)) or "nothing"


def as_json(claims: Sequence[Claim], book: Rulebook) -> str:
    """The claims as JSON; `schema` is `tlsscan-runtimes/1`."""
    document = {"schema": SCHEMA, "claims": [_plain(claim, book) for claim in claims]}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _plain(claim: Claim, book: Rulebook) -> dict[str, Any]:
    region = claim.place.region
    told = offer(claim, book)
    plain: dict[str, Any] = {
        "product": claim.product,
        "versions": [{"low": span.low, "high": span.high, "below": span.below} for span in claim.spans],
        "says": claim.says,
        "text": claim.text,
        "kind": claim.kind.value,
        "path": claim.place.path,
        "line": region.line,
        "column": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "scope": claim.scope,
        "why": claim.why,
    }
    if told is not None:
        plain["offers"] = {"base": told.base, "oldest": _tokens(told.oldest), "newest": _tokens(told.newest)}
    return plain


def _tokens(versions: VersionSet) -> list[str]:
    return [version.token for version in sorted(versions)]
