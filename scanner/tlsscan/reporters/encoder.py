"""sarif-om objects to JSON values. Knows the object model and nothing of reports.

The companion serializer of sarif-om drops every attribute that equals the class default, so that a result of
level `warning` loses its level and takes its rule's; and the model's `Suppression` writes `state` where SARIF
2.1.0 has `status`. Here only None is left out, and `build` starts every attribute at None.
"""

import attr

from tlsscan.annotations import Any, TypeVar

_T = TypeVar("_T")

_PROPERTIES: dict[type[Any], tuple[tuple[str, str], ...]] = {}
_RENAMED = {("Suppression", "state"): "status"}


def build(kind: type[_T], /, **fields: Any) -> _T:
    """An object of `kind` with `fields` and None for all others, whatever the model's defaults.

    Raises TypeError for a field that the model does not have.
    """
    return kind(**{**dict.fromkeys(name for name, _ in _properties(kind)), **fields})


def encode(item: Any) -> Any:
    """Dicts, lists and scalars for `json`; attributes that are None are left out, and nothing else."""
    if isinstance(item, (list, tuple)):
        return [encode(part) for part in item]
    if isinstance(item, dict):
        return {key: encode(part) for key, part in item.items()}
    if not attr.has(type(item)):
        return item
    pairs = ((name, getattr(item, attribute)) for attribute, name in _properties(type(item)))
    return {name: encode(part) for name, part in pairs if part is not None}


def _properties(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """The attributes of `kind` with their names in SARIF; kept, as a log has thousands of objects."""
    if kind not in _PROPERTIES:
        _PROPERTIES[kind] = tuple(
            (field.name, _RENAMED.get((kind.__name__, field.name), field.metadata["schema_property_name"]))
            for field in attr.fields(kind)
        )
    return _PROPERTIES[kind]
