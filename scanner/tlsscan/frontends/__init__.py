"""One frontend for each language: syntax in, sites out. They know nothing of TLS, rules or policy."""

from functools import cache
from importlib import import_module

from tlsscan.frontends.base import Frontend

MODULES = {
    "python": "PythonFrontend",
    "ruby": "RubyFrontend",
    "php": "PhpFrontend",
    "csharp": "CSharpFrontend",
    "java": "JavaFrontend",
}


@cache
def frontend(language: str) -> Frontend:
    """The frontend of a language, made once for each process; its grammar is imported here."""
    made: Frontend = getattr(import_module(f"tlsscan.frontends.{language}"), MODULES[language])()
    return made
