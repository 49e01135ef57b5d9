"""The shape that a manifest of JSON, YAML or TOML must have for its own tools, as far as readers here depend on it.

Only files whose names leave no doubt about what they are have entries. What stands for a value that is filled in later
(`${X}`, `{{ x }}`) or for none has any shape.
"""

from collections.abc import Iterator

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy

if TYPE_CHECKING:
    from tlsscan.manifests.sheet import Sheet

MAPPING, LIST, TEXT = "a mapping", "a list", "a text"
"""`TEXT` is one that the language does not take for a number."""

SHAPES: dict[str, tuple[tuple[str, str], ...]] = {
    "compose": (("", MAPPING), ("services", MAPPING), ("services.*", MAPPING), ("services.*.image", TEXT)),
    "travis": (("", MAPPING),),
    "circle": (("", MAPPING), ("jobs", MAPPING), ("jobs.*", MAPPING)),
    "appveyor": (("", MAPPING),),
    "workflow": (
        ("", MAPPING),
        ("jobs", MAPPING),
        ("jobs.*", MAPPING),
        ("jobs.*.steps", LIST),
        ("jobs.*.steps.*", MAPPING),
        ("jobs.*.steps.*.uses", TEXT),
        ("jobs.*.steps.*.with", MAPPING),
    ),
    "composer": (
        ("", MAPPING),
        ("require", MAPPING),
        ("require.*", TEXT),
        ("config", MAPPING),
        ("config.platform", MAPPING),
    ),
    "composer-lock": (("", MAPPING), ("packages", LIST), ("packages.*", MAPPING), ("packages.*.version", TEXT)),
    "pyproject": (
        ("project", MAPPING),
        ("project.requires-python", TEXT),
        ("project.dependencies", LIST),
        ("project.dependencies.*", TEXT),
        ("tool", MAPPING),
        ("tool.poetry", MAPPING),
        ("tool.poetry.dependencies", MAPPING),
    ),
    "pipfile": (("requires", MAPPING), ("packages", MAPPING)),
    "pipfile-lock": (("", MAPPING), ("default", MAPPING), ("default.*", MAPPING)),
    "python-lock": (("package", LIST), ("package.*", MAPPING), ("package.*.version", TEXT), ("packages", LIST)),
    "global-json": (("", MAPPING), ("sdk", MAPPING), ("sdk.version", TEXT)),
    "packages-lock": (("", MAPPING), ("dependencies", MAPPING), ("dependencies.*", MAPPING)),
    "conda": (("dependencies", LIST),),
}
"""By the kind of a manifest: paths of keys, where `*` is any key or item, and what must stand there."""

_LATER = lazy(r"\$|\{\{|<<|%\w+%")
_NONE = frozenset(["", "~", "null", "Null", "NULL"])
_NUMBER = lazy(r"[-+]?[0-9][0-9_]*(?:\.[0-9]*)?")


def check(sheet: "Sheet", kind: str, document: Node) -> None:
    """Note as a fault the first place where a document has another shape than the tools for it demand."""
    for path, shape in SHAPES[kind]:
        for node, name in _under(document, path):
            if not _fits(node, shape):
                sheet.fault(f"has {_found(node)} where {shape} is due{name}", node.start)
                return


def _under(document: Node, path: str) -> Iterator[tuple[Node, str]]:
    """The nodes under a path, with words for where that is."""
    found = [document]
    keys = path.split(".") if path else []
    for key in keys:
        found = [
            item for node in found for item in node.items or () if key == "*" or (node.mapping and item.key == key)
        ]
    told = [key for key in keys if key != "*"]
    for node in found:
        yield node, f" ({node.key or told[-1]})" if told else ""


def _fits(node: Node, shape: str) -> bool:
    if node.items is None and not node.quoted and (node.text in _NONE or _LATER.search(node.text)):
        return True
    if node.items == [] and shape != TEXT:  # what PHP writes for either
        return True
    if shape == MAPPING:
        return node.mapping
    if shape == LIST:
        return node.items is not None and not node.mapping
    return node.items is None and (node.quoted or not _NUMBER.fullmatch(node.text))


def _found(node: Node) -> str:
    if node.items is not None:
        return MAPPING if node.mapping else LIST
    return "a text" if node.quoted or not _NUMBER.fullmatch(node.text) else "a number"
