"""One frontend for each language: syntax in, sites out. They know nothing of TLS, rules or policy."""

from functools import cache
from importlib import import_module

from tlsscan.annotations import Any
from tlsscan.frontends.speaker import Speaker

MODULES = {
    "python": "PythonFrontend",
    "ruby": "RubyFrontend",
    "php": "PhpFrontend",
    "csharp": "CSharpFrontend",
    "powershell": "PowerShellFrontend",
    "java": "JavaFrontend",
    "vbnet": "VbNetSpeaker",
}


@cache
def frontend(language: str) -> Speaker[Any]:
    """The frontend of a language, made once for each process; its grammar is imported here."""
    made: Speaker[Any] = getattr(import_module(f"tlsscan.frontends.{language}"), MODULES[language])()
    return made
