"""Loads the grammar of a language from its wheel. Knows no language."""

from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder

from tree_sitter import Language


def grammar(package: str, entry: str = "language") -> Language:
    """The grammar that a wheel's binding offers under `entry`. Raises ImportError.

    The wheels' own `__init__` is passed over: it loads importlib.resources, a tenth of a small scan, for queries
    that nobody asks for here.
    """
    name = f"{package}._binding"
    found = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(name, found.submodule_search_locations) if found is not None else None
    if inner is None or inner.origin is None:
        raise ImportError(f"no grammar {package!r}", name=package)
    loader = ExtensionFileLoader(name, inner.origin)
    module = loader.create_module(ModuleSpec(name, loader, origin=inner.origin))
    loader.exec_module(module)
    return Language(getattr(module, entry)())
