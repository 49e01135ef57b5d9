"""What a manifest said, as JSON: from a worker to its parent."""

from tlsscan.annotations import Any
from tlsscan.claims import ClaimKind
from tlsscan.manifests.sheet import Property, Reading, Statement
from tlsscan.model import Place
from tlsscan.values import Region


def packed(reading: Reading) -> list[Any]:
    """A reading as lists and texts."""
    return [
        reading.path,
        reading.family,
        [
            [s.subject, s.grammar, s.text, s.kind.value, _place(s.place), s.scope, s.why, s.system, s.open, [*s.serves]]
            for s in reading.statements
        ],
        [[p.name, p.text, _place(p.place)] for p in reading.properties],
        list(reading.parents),
        reading.identity,
    ]


def unpacked(plain: list[Any]) -> Reading:
    """The inverse of `packed`."""
    path, family, statements, properties, parents, identity = plain
    return Reading(
        path,
        family,
        tuple(
            Statement(
                subject,
                grammar,
                text,
                ClaimKind(kind),
                Place(path, Region(*place)),
                scope,
                why,
                system,
                perhaps,
                tuple(serves),
            )
            for subject, grammar, text, kind, place, scope, why, system, perhaps, serves in statements
        ),
        tuple(Property(name, text, Place(path, Region(*place))) for name, text, place in properties),
        tuple(parents),
        identity,
    )


def _place(place: Place) -> list[int]:
    return list(place.region)
