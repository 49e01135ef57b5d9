"""A bill of materials of cryptography (CBOM): CycloneDX 1.6, with the protocol versions that the tree uses.

Each version is a `cryptographic-asset`; the places that may negotiate it are its occurrences, also those that meet
every floor. A place of which the versions are not known is an occurrence of TLS without a version. Runtimes and
libraries of manifests are components. Nothing in it is random or a time, so that the same tree gives the same bytes;
the time of `SOURCE_DATE_EPOCH` is told where that is set.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from tlsscan.annotations import Any
from tlsscan.clauses import worded
from tlsscan.display import scalars, sentence
from tlsscan.errors import TlsscanError
from tlsscan.model import Area, Product, Report, Role, Usage
from tlsscan.protocol import Version
from tlsscan.reporters import Options, RuleText
from tlsscan.reporters.dump import dump
from tlsscan.reporters.uri import relative_path

try:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentScope, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
    from cyclonedx.model.crypto import CryptoAssetType, CryptoProperties, ProtocolProperties, ProtocolPropertiesType
    from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
    from cyclonedx.model.tool import ToolRepository
    from cyclonedx.output.json import JsonV1Dot6
except ImportError:
    raise TlsscanError(
        "the format cyclonedx is made by the package cyclonedx-python-lib, which is not installed",
        hint="pip install cyclonedx-python-lib, or install tlsscan with the extra [cbom]",
    ) from None

_RUNTIMES = frozenset({"dotnet", "java", "jruby", "netfx", "php", "pypy", "python", "ruby"})
_SYSTEMS = frozenset({"android", "windows"})
_UNUSED = frozenset({Area.TEST, Area.EXAMPLE, Area.DOCUMENTATION})
"""Areas whose code no user of the product runs."""


def render(report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The document, indented, its keys sorted."""
    inventory = report.inventory
    usages, products = (inventory.usages, inventory.products) if inventory is not None else ((), ())
    bom = Bom(
        components=[*_protocols(usages, options), *(_product(product, options) for product in products)],
        metadata=BomMetaData(
            tools=ToolRepository(components=[_tool(options)]),
            lifecycles=[PredefinedLifecycle(LifecyclePhase.PRE_BUILD)],
            properties=[Property(name="tlsscan:complete", value="false" if report.incomplete else "true")],
        ),
    )
    document = json.loads(JsonV1Dot6(bom).output_as_string(), object_pairs_hook=_sorted)
    return dump(_reproducible(document), indent=2)


def _sorted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(sorted(pairs))


def _reproducible(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is another one each time. The library writes none without, and orders places by
    chance."""
    for component in document.get("components", ()):
        if "evidence" in component:
            component["evidence"]["occurrences"].sort(key=_place_order)
    del document["serialNumber"], document["metadata"]["timestamp"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) < 12:
        moment = datetime.fromtimestamp(int(epoch), UTC)
        document["metadata"]["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return document


def _place_order(occurrence: Mapping[str, Any]) -> tuple[str, int, str, str]:
    return (
        occurrence["location"],
        occurrence["line"],
        occurrence.get("symbol", ""),
        occurrence.get("additionalContext", ""),
    )


def _tool(options: Options) -> Component:
    return Component(name="tlsscan", type=ComponentType.APPLICATION, version=options.tool_version or None)


def _protocols(usages: Iterable[Usage], options: Options) -> Iterator[Component]:
    """The protocol versions that are used, oldest first; TLS of which the version is not known comes last."""
    used: dict[Version | None, list[Usage]] = {}
    for usage in usages:
        for version in usage.permitted.versions:
            used.setdefault(version, []).append(usage)
        if usage.permitted.unresolved:
            used.setdefault(None, []).append(usage)
    for version in (*Version, None):
        if own := used.get(version):
            yield _protocol(version, own, options)


def _protocol(version: Version | None, usages: Iterable[Usage], options: Options) -> Component:
    """A version with its places. SSL is told by name in the version, lest SSL 3.0 be taken for a TLS."""
    family, _, number = version.label.partition(" ") if version is not None else ("TLS", "", "")
    asset = ProtocolProperties(
        type=ProtocolPropertiesType.TLS, version=f"SSL {number}" if family == "SSL" else number or None
    )
    return Component(
        name=version.token if version is not None else "TLS",
        type=ComponentType.CRYPTOGRAPHIC_ASSET,
        bom_ref=f"crypto/protocol/{family.lower()}{'@' if number else ''}{number}",
        scope=_scope(all(_UNUSED.intersection(usage.origin.areas) for usage in usages)),
        crypto_properties=CryptoProperties(asset_type=CryptoAssetType.PROTOCOL, protocol_properties=asset),
        evidence=ComponentEvidence(occurrences=[_occurrence(usage, version, options) for usage in usages]),
    )


def _occurrence(usage: Usage, version: Version | None, options: Options) -> Occurrence:
    return Occurrence(
        location=_location(usage.place.path, options),
        line=usage.place.region.line,
        symbol=scalars(usage.api),
        additional_context="; ".join(_context(usage, version)),
    )


def _context(usage: Usage, version: Version | None) -> Iterator[str]:
    """What must be known of a place: its rule, which end it sets up, why that version may be spoken, when, and what
    kind of code it is."""
    yield usage.rule
    if usage.role is not Role.BOTH:
        yield usage.role.value
    yield sentence(_why(usage, version))
    if usage.condition:
        yield sentence(worded(usage.condition))
    yield from (area.value for area in usage.origin.areas)


def _why(usage: Usage, version: Version | None) -> str:
    permitted = usage.permitted
    if version is None:
        return f"version not known: {permitted.unresolved}"
    if not usage.language or version in permitted.inherited:
        return "offered by default by the runtime that is declared"
    return "permitted by the code" if version in permitted.sure else "offered by default by the runtime that is assumed"


def _product(product: Product, options: Options) -> Component:
    places = [
        Occurrence(
            location=_location(place.path, options), line=place.region.line, additional_context=sentence(place.text)
        )
        for place in product.places
    ]
    return Component(
        name=product.name,
        type=_type(product.word),
        version=scalars(product.version) or None,
        bom_ref=scalars(f"product/{product.word}@{product.says}"),
        scope=_scope(product.aside),
        properties=() if product.version else [Property(name="tlsscan:versions", value=scalars(product.says))],
        evidence=ComponentEvidence(occurrences=places) if places else None,
    )


def _type(word: str) -> ComponentType:
    if word in _SYSTEMS:
        return ComponentType.OPERATING_SYSTEM
    return ComponentType.PLATFORM if word in _RUNTIMES else ComponentType.LIBRARY


def _scope(aside: bool) -> ComponentScope | None:
    """What is there for tests and builds only is no part of what runs."""
    return ComponentScope.EXCLUDED if aside else None


def _location(path: str, options: Options) -> str:
    return scalars(relative_path(path, options.sarif_root))
