"""Readers of manifests, a module a family: from a file to statements about what the code beside it runs on.

A reader takes a source file and notes statements on a `sheet`; it understands neither images nor packages, and knows
nothing of TLS. `inherit` fills in properties and parents, `meaning` makes claims of statements, with the tables of the
packs. Files come from a repository that may be hostile: no reader follows a reference, runs anything or recurses.
"""

import re
from importlib import import_module

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.manifests.excerpt import excerpt
from tlsscan.manifests.sheet import Reading, Sheet
from tlsscan.manifests.tree import Broken
from tlsscan.model import Problem, ProblemKind
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

if TYPE_CHECKING:
    from tlsscan.manifests.tables import Tables

_MODULES = {
    "docker": "dockerfile",
    "hosted": "compose hosted devcontainer environment heroku buildpacks kubernetes htaccess",
    "workflows": "workflow action",
    "appveyor": "appveyor",
    "ci": "travis images circle azure jitpack semaphore scrutinizer",
    "others": "jenkins terraform beanstalk codebuild readthedocs",
    "versionfiles": "python-version php-version java-version ruby-version tool-versions runtime-txt sdkman"
    " system-properties",
    "python": "pyproject setup-py setup-cfg requirements pipfile pipfile-lock python-lock tox tox-toml hatch noxfile"
    " conda conda-recipe conda-variants",
    "ruby": "gemfile gemspec gemfile-lock vagrant",
    "php": "composer composer-lock",
    "maven": "pom ant android",
    "gradle": "gradle properties gradle-catalog gradle-daemon sbt",
    "javatools": "eclipse classpath jar bazel",
    "msbuild": "msbuild",
    "dotnet": "dotnet-config packages-config packages-lock global-json runtimeconfig project-json"
    " nuspec paket assembly powershell-module",
}
_MODULE_OF = {kind: module for module, kinds in _MODULES.items() for kind in kinds.split()}

_CONFLICT = (
    lazy(rb"^<{7} ", re.MULTILINE),
    lazy(rb"^={7}\r?$", re.MULTILINE),
    lazy(rb"^>{7} ", re.MULTILINE),
)
"""The marks that git leaves in a file, in their order."""


def read(kind: str, source: SourceFile, tables: "Tables") -> Reading | Problem:
    """What a manifest says, as far as it concerns the tables, or why that is not known."""
    reader = import_module(f"tlsscan.manifests.{_MODULE_OF[kind]}").READERS[kind]
    try:
        sheet: Sheet = reader(excerpt(kind, source, tables.packages))
    except Broken as error:
        region = source.region(error.offset, error.offset) if 0 <= error.offset <= len(source.data) else None
        text = f"{error.text}, so what it says of runtimes is not known"
        return Problem(source.path, ProblemKind.PARSE_ERROR, text, region)
    if b"<<<<<<< " in source.data and (start := _conflict(source.data)) is not None:
        sheet.fault("has a merge conflict", start)
    return sheet.reading(tables.concerns)


def _conflict(data: bytes) -> int | None:
    """Where a file begins to be two, as a merge leaves it."""
    starts: list[int] = []
    for mark in _CONFLICT:
        found = mark.search(data, starts[-1] if starts else 0)
        if found is None:
            return None
        starts.append(found.start())
    return starts[0]
