"""From statements to claims, with the tables of the packs."""

from collections.abc import Iterable, Iterator

from tlsscan.claims import Claim, ClaimKind, Span
from tlsscan.manifests import names, ranges
from tlsscan.manifests.raising import raised
from tlsscan.manifests.sheet import JAVA_HOME, Statement
from tlsscan.manifests.tables import Change, Meant, Tables
from tlsscan.patterns import lazy
from tlsscan.products import Targets, version_key
from tlsscan.records import NamedTuple
from tlsscan.targets import UNKNOWN

ANY = Span()
PROJECTS = ("proj", ".props", ".targets", "project.json")
IMAGES = {"image": Change.NONE, "image on a policy": Change.POLICY, "changed image": Change.ANY}
"""Grammars of images, and how the configuration of their OpenSSL is changed."""
_OPEN = lazy(r"\$[({\w]|\{\{|<<|@[\w.]+@|%\w+%")
"""What stands for a text that is not known here."""


class _Made(NamedTuple):
    """A claim with what it was made from."""

    claim: Claim
    meant: Meant
    statement: Statement

    @property
    def prebuilt(self) -> bool:
        """Whether it was linked before it came here: of an image, or a package of the release."""
        return self.meant.release or self.statement.grammar in IMAGES


def claims_of(statements: Iterable[Statement], tables: Tables) -> Iterator[Claim]:
    """The claims that statements amount to; what nobody understands claims nothing. What a release brings counts only
    where the same manifest names no other version, and what stands under a condition only where the same image has no
    other one."""
    made = _led(_apart(list(_made(raised(statements, tables), tables)), tables))
    own: dict[tuple[object, ...], set[tuple[Span, ...]]] = {}
    on_system: dict[tuple[str, str], set[tuple[Span, ...]]] = {}
    for claim, meant, _ in made:
        if not meant.release:
            own.setdefault(_subject(claim), set()).add(claim.spans)
        if not meant.brought:
            on_system.setdefault((claim.system, claim.product), set()).add(claim.spans)
    for claim, meant, statement in made:
        doubtful = statement.open and len(on_system.get((claim.system, claim.product), ())) > 1
        if not doubtful and (not meant.brought or claim.spans in own.get(_subject(claim), (claim.spans,))):
            yield claim


def _subject(claim: Claim) -> tuple[object, ...]:
    return (claim.place.path, claim.scope, claim.kind, claim.product)


def _apart(made: list[_Made], tables: Tables) -> list[_Made]:
    """What was made of statements. A library that stands beside the one of the release serves nothing that came linked
    with that: it may have been built on, and no more."""
    linked = {(_machine(one.claim), one.prebuilt) for one in made if tables.links(one.claim.product)}

    def stands_apart(one: _Made) -> bool:
        machine = _machine(one.claim)
        if one.prebuilt or one.claim.library or not tables.has_anyway(one.claim.product):
            return False
        if one.meant.beside:
            return (machine, True) in linked or (machine, False) in linked
        return not one.claim.packaged and (machine, True) in linked and (machine, False) not in linked

    return [
        one._replace(claim=one.claim._replace(kind=ClaimKind.BUILD, brought=False, system=f"{one.claim.system} apart"))
        if stands_apart(one)
        else one
        for one in made
    ]


def _led(made: list[_Made]) -> list[_Made]:
    """What was made of statements. Of several versions of Java on one system the one runs to which its environment
    leads, or else the newest, which packages make the default."""
    homes = {one.claim.system: one.claim for one in made if one.statement.grammar == JAVA_HOME}
    left = [one for one in made if one.statement.grammar != JAVA_HOME]
    there: dict[str, list[Claim]] = {}
    for one in left:
        if one.claim.product == "java" and one.claim.system and one.claim.oldest:
            there.setdefault(one.claim.system, []).append(one.claim)
    runs = {system: _running(claims, homes.get(system)) for system, claims in there.items()}
    return [
        one._replace(claim=one.claim._replace(kind=ClaimKind.BUILD))
        if one.claim in there.get(one.claim.system, ()) and one.claim not in runs[one.claim.system]
        else one
        for one in left
    ]


def _running(claims: list[Claim], home: Claim | None) -> list[Claim]:
    """Of the claims on Java of a system those that count."""
    meant = [claim for claim in claims if home is not None and claim.agrees(home)]
    if meant or not any(claim.packaged for claim in claims):
        return meant or claims
    series = [version_key(claim.oldest, "java")[:1] for claim in claims]
    return [claim for claim, own in zip(claims, series, strict=True) if own == max(series)]


def _machine(claim: Claim) -> tuple[str, str]:
    """What is on the same machine: of the same image, or of a manifest that names none."""
    return claim.system, "" if claim.system else claim.place.path


def _made(statements: Iterable[Statement], tables: Tables) -> Iterator[_Made]:
    for statement in statements:
        for meant in _meant(statement, tables):
            spans = tuple(span for span in dict.fromkeys(meant.spans) if span != ANY)
            if spans and len(spans) == len(dict.fromkeys(meant.spans)):
                why = statement.why or meant.why
                packaged = statement.subject.startswith("os:")
                claim = Claim(
                    product=meant.product,
                    spans=spans,
                    text=statement.text,
                    kind=statement.kind,
                    place=statement.place,
                    scope=statement.scope,
                    why=why,
                    targets=_targets(statement),
                    packaged=packaged,
                    system=statement.system,
                    brought=meant.brought or (packaged and tables.has_anyway(meant.product)),
                    fact=meant.brought and tables.is_configuration(meant.product),
                    library=":" in statement.subject and not statement.subject.startswith("os:"),
                )
                yield _Made(claim, meant, statement)


def _targets(statement: Statement) -> Targets:
    """What a project is compiled for. The symbols of one that is not of the SDK are its own."""
    if not statement.place.path.lower().endswith(PROJECTS):
        return ()
    if statement.grammar == "frameworks":
        return names.targets(statement.text)
    return (UNKNOWN,) if statement.grammar in names.TARGETS else ()


def _meant(statement: Statement, tables: Tables) -> list[Meant]:
    subject, grammar, text = statement.subject, statement.grammar, statement.text
    if _OPEN.search(text):
        return []
    if grammar in IMAGES:
        return tables.image(text, changed=IMAGES[grammar])
    if grammar == "box":
        return tables.box(text)
    if grammar == "host":
        return tables.host(text)
    if subject.startswith("os:"):
        return tables.system_package(subject[3:], text)
    if ":" in subject:
        subject = tables.package(subject)
        if not subject:
            return []
    if grammar in names.TARGETS and statement.kind is ClaimKind.REQUIREMENT:
        return [Meant(product, spans, why) for product, spans, why in names.asked(text, grammar)]
    if grammar in names.NAMES:
        told = [Meant(product, spans) for product, spans in names.NAMES[grammar](text)]
        return [*told, *tables.function(text)] if grammar == "runtime" and told else told
    spans = ranges.GRAMMARS[grammar](text)
    return [Meant(subject, spans)] if spans else []
