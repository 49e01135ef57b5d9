"""Loads tree-sitter and the grammars from their wheels. Knows no language.

Only the compiled module of a wheel is loaded: its `__init__` loads importlib.resources, for queries that nobody asks
for here, or `typing`, for a class that nobody uses: together more than a tenth of a small scan.
"""

import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder

from tlsscan.annotations import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Language as Language
    from tree_sitter import Node as Node
    from tree_sitter import Parser as Parser
    from tree_sitter import Tree as Tree


def _compiled(package: str) -> Any:
    """The compiled module of a wheel. Raises ImportError."""
    name = f"{package}._binding"
    if name in sys.modules:
        return sys.modules[name]
    found = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(name, found.submodule_search_locations) if found is not None else None
    if inner is None or inner.origin is None:
        raise ImportError(f"no module {name!r}", name=package)
    loader = ExtensionFileLoader(name, inner.origin)
    module = loader.create_module(ModuleSpec(name, loader, origin=inner.origin))
    loader.exec_module(module)
    sys.modules[name] = module  # whoever imports the package after all gets these very classes
    return module


if not TYPE_CHECKING:
    _tree_sitter = _compiled("tree_sitter")
    Language, Node, Parser, Tree = (getattr(_tree_sitter, name) for name in ("Language", "Node", "Parser", "Tree"))


def grammar(package: str, entry: str = "language") -> Language:
    """The grammar that a wheel's binding offers under `entry`. Raises ImportError."""
    return Language(getattr(_compiled(package), entry)())
