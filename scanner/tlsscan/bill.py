"""What a scan knows of protocols and products, also where all is well: the material of a bill of materials."""

from collections.abc import Iterable, Mapping, Sequence

from tlsscan.claims import Claim, ClaimKind
from tlsscan.model import Confidence, Finding, Inventory, Place, Product, Verdict
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan
from tlsscan.verdicts import named_of

ASIDE = frozenset({ClaimKind.TEST, ClaimKind.BUILD})


def inventory_of(result: Scan, request: Request, book: Rulebook) -> Inventory:
    """Every place that the scan understood, but those that its terms refuse, and the products that are claimed.

    A mention in text that was not parsed is no use, and what is overwritten before anything can use it is none, either.
    """
    terms = request.asked()
    counted = (finding for finding in result.trail.judged if _is_use(finding) and terms.refusal(finding) is None)
    named = dict(named_of(request.runtimes, book))
    return Inventory(tuple(finding.usage for finding in counted), products_of(result.trail.claims, named, book))


def _is_use(finding: Finding) -> bool:
    usage = finding.usage
    undone = usage.undone is not None and finding.verdict is Verdict.OK
    return usage.confidence is not Confidence.LOW and not undone


def products_of(claims: Iterable[Claim], named: Mapping[str, str], book: Rulebook) -> tuple[Product, ...]:
    """The products that are named on the command line, and those that manifests claim, each version once.

    What a compiler writes for is no product that anybody installs, and neither is what a configuration decides.
    """
    settings = {product for product, *_ in book.tables.get("configured", [])}
    names = {word: rule.library for word, rule in book.floors().items()}
    told: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.product not in {*named, *settings} and claim.kind is not ClaimKind.BYTECODE:
            told.setdefault((claim.product, claim.says), []).append(claim)
    found = [
        Product(word, names.get(word, word), version, version)
        for word, version in named.items()
        if word not in settings
    ]
    found += [_product(own, names) for own in told.values()]
    return tuple(sorted(found))


def _product(claims: Sequence[Claim], names: Mapping[str, str]) -> Product:
    claim = claims[0]
    exact = len(claim.spans) == 1 and claim.spans[0].exact
    return Product(
        word=claim.product,
        name=names.get(claim.product, claim.product),
        version=claim.spans[0].low if exact else "",
        says=claim.says,
        places=tuple(dict.fromkeys(Place(one.place.path, one.place.region, one.kind.value) for one in claims)),
        aside=all(one.kind in ASIDE for one in claims),
    )
