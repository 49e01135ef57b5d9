"""Holds JSON reports against the schema that is shipped for them, and the schema against them."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA: dict[str, Any] = json.loads((files("tlsscan.reporters") / "report.schema.json").read_text())
LINE = {"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]}


def misfits(document: Any, schema: Mapping[str, Any] = SCHEMA) -> list[str]:
    """What a reader who trusts the schema would trip over: what is not as it says, and keys that it does not tell."""
    wrong = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)]
    return wrong or [f"{key} is not in the schema" for key in _untold(document, [schema])]


def _untold(value: Any, schemas: list[Mapping[str, Any]]) -> Iterator[str]:
    """The keys of a valid document that no schema for their place knows."""
    known = [part for schema in schemas for part in _parts(schema, value)]
    if isinstance(value, list):
        for item in value:
            yield from _untold(item, [part["items"] for part in known if "items" in part])
    if isinstance(value, dict):
        for key, inner in value.items():
            below = [part["properties"][key] for part in known if key in part.get("properties", {})]
            below += [part["additionalProperties"] for part in known if "additionalProperties" in part]
            yield from _untold(inner, below) if below else (key,)


def _parts(schema: Mapping[str, Any], value: Any) -> Iterator[Mapping[str, Any]]:
    """The schemas that a schema is put together of, as far as they are about this value."""
    yield schema
    if "$ref" in schema:
        yield from _parts(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], value)
    for part in schema.get("allOf", ()):
        yield from _parts(part, value)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if Draft202012Validator({**part, "$defs": SCHEMA["$defs"]}).is_valid(value):
            yield from _parts(part, value)
