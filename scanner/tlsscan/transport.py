"""What a worker found, as JSON to its parent and back: bytes of a worker that went wrong must do no harm."""

import json
from collections.abc import Iterable

from tlsscan.annotations import TYPE_CHECKING, Any
from tlsscan.extract import Definition, Extract
from tlsscan.model import Area, Argument, Form, Piece, Problem, ProblemKind, Site
from tlsscan.values import Region
from tlsscan.values import decode as decode_value
from tlsscan.values import encode as encode_value

if TYPE_CHECKING:
    from tlsscan.frontends.speaker import Dialect
    from tlsscan.manifests.sheet import Reading
    from tlsscan.suppressions import Ignore


_NOTHING = Extract()
_EMPTY = b"{}"


def pack(extract: Extract) -> bytes:
    """An extract as JSON."""
    if extract == _NOTHING:  # most: a file that names what no sink is
        return _EMPTY
    problems = [[p.path, p.kind.value, p.text, encode_value(p.region)] for p in extract.problems]
    plain: dict[str, Any] = {
        "sites": [_plain_site(site) for site in extract.sites],
        "problems": problems,
        "texts": list(extract.texts.items()),
        "hashes": list(extract.hashes.items()),
        "areas": [area.value for area in extract.areas],
        "ignores": [[encode_value(part) if part.__class__ is Region else part for part in i] for i in extract.ignores],
    }
    if extract.pieces:
        plain["pieces"] = [tuple(piece) for piece in extract.pieces]
    if extract.dialect is not None:
        plain["dialect"] = [*extract.dialect[:2], encode_value(extract.dialect.step)]
    if extract.reading is not None:
        from tlsscan.manifests.transport import packed

        plain["reading"] = packed(extract.reading)
    return json.dumps(plain, separators=(",", ":")).encode()


def unpack(payload: bytes) -> Extract:
    """The inverse of `pack`."""
    if payload == _EMPTY:
        return _NOTHING
    plain = json.loads(payload)
    return Extract(
        sites=tuple(_site(site) for site in plain["sites"]),
        problems=tuple(
            Problem(path, ProblemKind(kind), text, decode_value(region))
            for path, kind, text, region in plain["problems"]
        ),
        texts=dict(plain["texts"]),
        hashes=dict(plain["hashes"]),
        areas=tuple(map(Area, plain["areas"])),
        ignores=tuple(_ignore(ignore) for ignore in plain["ignores"]),
        reading=_reading(plain["reading"]) if "reading" in plain else None,
        pieces=tuple(Piece(*piece) for piece in plain.get("pieces", ())),
        dialect=_dialect(plain["dialect"]) if "dialect" in plain else None,
    )


def _dialect(plain: list[Any]) -> "Dialect":
    from tlsscan.frontends.speaker import Dialect

    product, version, step = plain
    return Dialect(product, version, decode_value(step))


def _reading(plain: list[Any]) -> "Reading":
    from tlsscan.manifests.transport import unpacked

    return unpacked(plain)


def _ignore(plain: list[Any]) -> "Ignore":
    from tlsscan.suppressions import Ignore

    made = Ignore._make(plain)
    return made._replace(ids=tuple(made.ids), region=decode_value(made.region))


def _plain_site(site: Site) -> list[Any]:
    arguments = [[a.position, a.name, encode_value(a.value), encode_value(a.region), a.text] for a in site.arguments]
    plain = site._replace(arguments=())
    return [[encode_value(part) if part.__class__ is Region else part for part in plain], arguments]


def _site(plain: list[Any]) -> Site:
    parts, arguments = plain
    made = Site._make(map(_tuples, parts))
    return made._replace(
        form=Form(made.form),
        region=decode_value(parts[Site._fields.index("region")]),
        arguments=tuple(
            Argument(position, name, decode_value(value), decode_value(region), text)
            for position, name, value, region, text in arguments
        ),
    )


def _tuples(part: Any) -> Any:
    """JSON's lists as the tuples that they were, however deep: sites are keys of dictionaries."""
    return tuple(map(_tuples, part)) if isinstance(part, list) else part


def pack_definitions(found: Iterable[Definition] | ProblemKind) -> bytes:
    """Definitions, or why there are none, as JSON."""
    if isinstance(found, ProblemKind):
        return json.dumps(found.value).encode()
    return json.dumps([[d.name, encode_value(d.value), encode_value(d.step), d.language] for d in found]).encode()


def unpack_definitions(payload: bytes) -> list[Definition] | ProblemKind:
    """The inverse of `pack_definitions`."""
    plain = json.loads(payload)
    if isinstance(plain, str):
        return ProblemKind(plain)
    return [
        Definition(name, decode_value(value), decode_value(step), language) for name, value, step, language in plain
    ]
