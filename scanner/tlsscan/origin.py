"""Where a file stands: in tests, examples, documentation, in a copy of somebody else's code, in generated code.

Answered by the path below what was named on the command line, and by a file's first lines. What is listed here is the
convention of a language or of its tools; a word that products use as well is left out, since a wrong label is worse
than none. Knows nothing of findings, and has no opinion on what follows from a label.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from tlsscan.languages import language_of, spoken
from tlsscan.model import Area, Origin
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

HEAD = 3_000  # bytes of a file that are searched for the mark of a generator

# Patterns are texts: each is compiled on its first use, and most runs need few.

# Folders, by their whole name. Those of one language are told by its id.
_QUALIFIER = (
    "unit|integration|functional|acceptance|system|regression|smoke|contract|end-?to-?end|e2e|perf|performance|stress"
    "|load|browser|component|api|ui"
)
_TEST_FOLDER = (
    rf"(?i:_{{0,2}}tests?(?:__)?|e2e|fixtures|.+[-_.]tests|(?:.*[-_.])?(?:{_QUALIFIER})[-_.]?tests?"
    r"|(?:.+[-_.])?test[-_.]?(?:cases?|data|fixtures?|helpers?|utils?|support|resources|sources)"
    r"|(?:.+[-_.])?test[-_.]?suites?(?:[-_.].+)?)"
)
_TEST_PROJECT = (  # Shop.UnitTests, Shop.Test.Common, Shop.NUnit.Integration, ShopTests
    r"(?:.+\.)?(?:\w*Tests|Test|Specs|N[Uu]nit|XUnit|xUnit|MSTest|TestFramework)(?:\..+)?|\w+Tests"
)
_TEST_FOLDER_OF = {
    "ruby": r"specs?",
    "php": r"specs?",
    "csharp": _TEST_PROJECT,
    "vbnet": _TEST_PROJECT,
}
_SOURCE_SET = r"test\w*|\w*[a-z0-9]Tests?|it"  # src/test, src/androidTest, src/integrationTest
# Shop.VBSample, Shop.Samples.Wpf; TutorialSamples, ShopDemo; DemoClient, SampleApp
_EXAMPLE_PROJECT = (
    r".+\.(?:[A-Z0-9]*|\w*[a-z0-9])(?:Samples?|Examples?|Demos?)(?:\..+)?"
    r"|\w*[a-z0-9](?:Samples|Examples|Demos?|Tutorials?|Quick[Ss]tarts?)(?:\..+)?"
    r"|Demo[A-Z]\w*(?:\..+)?|(?:Sample|Example)s?(?:App|Client|Server|Code|Console|Project|Web|Bot|Plugin)\w*(?:\..+)?"
)
_EXAMPLE_FOLDER_OF = {"csharp": _EXAMPLE_PROJECT, "vbnet": _EXAMPLE_PROJECT}
_EXAMPLE_FOLDER = (
    r"(?i:examples|samples|demos|tutorials?|quickstarts?|.+[-_.](?:examples?|samples?|demos?)"
    r"|e[jx]emplos?|exemples?|esempi|beispiele?|voorbeeld(?:en)?|przyklady)"
)
_DOCUMENTATION_FOLDER = r"(?i:docs|documentation|javadoc)"
_SINGULAR = {Area.EXAMPLE: {"example", "sample", "demo"}, Area.DOCUMENTATION: {"doc"}}
_PRODUCT = frozenset({"src", "lib", "app"})  # below these, a word of the singular is a part of the product
_GENERATED_FOLDER = r"(?i:generated|__generated__|generated-(?:test-)?sources)"

# Files, by their name without its suffix.
_DOTNET_TEST = r".*[A-Za-z0-9_.]Tests|.*TestCase"
_TEST_FILE = {
    "python": r"test_.*|.*_tests?|tests?|conftest",
    "ruby": r"test_.*|.*_(?:test|spec)|(?:spec|test|rails)_helper",
    "php": r"\w*[a-z0-9_]Tests?|.*TestCase|.*[a-z0-9]Cest",  # named after a class: no hyphen
    "java": r"(?:.*[a-z0-9_])?Tests?|.*TestCase|.*[a-z0-9]IT|.*ITCase",
    "csharp": _DOTNET_TEST,
    "vbnet": _DOTNET_TEST,
    "powershell": r"(?i:.*\.tests)",
}
_NO_TEST_BELOW = {
    "php": frozenset({"src", "lib", "library", "classes", "app", "application", "modules", "plugins", "includes"}),
    "ruby": frozenset({"lib", "app", "config"}),
}
"""Where a language keeps what the product does: a name that only sounds like a test is one of the product's there."""
_EXAMPLE_FILE = r"(?i:(?:.*[-_.])?(?:examples?|sample|demo)|example[-_].*)"
_DOTNET_GENERATED = r"(?i:.*\.(?:designer|g|g\.i))"
_GENERATED_FILE = {
    "python": r".*_pb2(?:_grpc)?",
    "ruby": r".*_pb",
    "csharp": _DOTNET_GENERATED,
    "vbnet": _DOTNET_GENERATED,
}
_GENERATOR = (
    rb"(?m)^[ \t]*(?:<\?php\s*)?(?:\#|//|/?\*+|'|--|<!--|\"\"\")[^\n]*?"
    rb"(?:@generated\b|<auto-?generated|\bDO NOT (?:EDIT|MODIFY)\b|\b[Gg]enerated by the protocol buffer compiler\b"
    rb"|\b[Aa]uto(?:-?|matically )generated\b[^\n]*?\b(?:by|from|code|file|class|module)\b"
    rb"|\b(?:code|file|class|module)\b[^\n]{0,60}\bauto(?:-?|matically )generated\b)"
)
_TESTS = {
    "java": (
        lazy(rb"(?m)^\s*import\s+(?:static\s+)?org\.(?:junit|testng)\.", having=[b"org.junit.", b"org.testng."]),
        lazy(rb"(?m)^\s*@(?:Test|ParameterizedTest)\b"),
    ),
    "csharp": (
        lazy(
            rb"(?m)^\s*using\s+(?:Xunit|NUnit\.Framework|Microsoft\.VisualStudio\.TestTools\.UnitTesting)\s*;",
            having=[b"Xunit", b"NUnit.Framework", b".UnitTesting"],
        ),
        lazy(rb"(?m)^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod)\b"),
    ),
}
"""By language what asks for a framework of tests, and what marks a test for it."""
_GENERATED = (b"enerated", b"<auto", b"DO NOT")
"""One of these stands in whatever the pattern matches."""

# Copies of somebody else's code.
_COPIES = frozenset(
    {"third_party", "third-party", "thirdparty", "3rdparty", "3rd-party", "3rd_party"}
    | {"_vendor", "_vendored", "vendored", "externals", "extlib", "extlibs"}
)
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules", "bower_components"})
_NO_VENDOR_BELOW = frozenset(
    {"src", "app", "controller", "controllers", "view", "views", "model", "models", "templates"}
)
"""Below these, `vendor` is what a shop calls its suppliers, or a place of templates."""
_SHELVES = frozenset(
    {"src", "lib", "libs", "main", "include", "includes", "com", "org", "net", "packages", "plugins", "gems"}
    | {"python", "py", "ruby", "rb", "php", "java", "dotnet", "csharp", "cache", "bundle", "assets", "tools"}
    | {"scripts", "bin", "vendor", "composer", "network", "common", "misc"}
)
"""Folders between a place of copies and a copy: they name no package."""
_PARTS = frozenset(
    {
        "test",
        "tests",
        "spec",
        "demo",
        "docs",
        "doc",
        "examples",
        "api",
        "apis",
        "views",
        "models",
        "forms",
        "migrations",
        "management",
        "services",
    }
    | {"utils", "templatetags"}
)
"""Folders of a component that itself is called vendor."""
_PEOPLE = (
    _PARTS
    | (_NO_VENDOR_BELOW - {"app", "src"})
    | {"admin", "marketplace", "order", "orders", "product", "products", "shop"}
)
"""Beside these, `vendors` are people who sell; else the word of CakePHP and Yii 1 for copies."""
_CAPITAL = r"[A-Z]"
"""Composer's packages have none: below `vendor/owner/` a folder with one is a part of what the owner's folder is."""
_PEAR = frozenset({"Archive", "Auth", "Crypt", "File", "HTML", "HTTP", "Mail", "Net", "Services", "XML"})
"""Folders in which PEAR keeps the packages of a category: `HTTP/Request2` is HTTP_Request2."""
_NO_PACKAGE = frozenset({"api", "openapi", "release", "version", "v", "php", "python", "ruby", "java", "net"})
_VERSIONED = r"(?P<name>[A-Za-z][\w.-]*?)[-_](?P<version>\d+(?:\.\d+)+)(?:[-.](?:alpha|beta|rc|dev|final|java)[\w.]*)?"
_NUGET = r"(?P<name>[A-Za-z][\w.-]*?)\.(?P<version>\d+(?:\.\d+){1,3})(?:-[\w.]+)?"
_LANGUAGE_OF_MANIFEST = {"csproj": "csharp", "vbproj": "vbnet", "config": "csharp", "nuspec": "csharp"}
_DOTNET = frozenset({"csharp", "vbnet", "powershell"})
_RELEASE_PARTS = 3  # of a version in a folder's name that is enough alone: `phpmailer-5.2.21`


class _File(NamedTuple):
    """A path in parts. `folders` are those that say something: not the packages below `src/main`."""

    folders: tuple[str, ...]
    stem: str
    language: str
    product: bool
    """It stands below `src/main`, which the build tools keep apart from tests."""


def below(path: str, roots: Collection[str]) -> str:
    """A path without the folder that was named for it (of several, the outermost); of a file that was named, its name.

    `roots` are the named folders as paths show them, each with a slash at its end (empty: the working directory).
    """
    above = [root for root in roots if path.startswith(root) and (root or not path.startswith("/"))]
    return path[len(min(above, key=len)) :] if above else path.rpartition("/")[2]


def language_at(path: str) -> str:
    """The language whose names a path follows: that of the file, or of what a manifest is about; empty if not told."""
    name = path.rpartition("/")[2].lower()
    kind = language_of(name.encode("utf-8", "surrogateescape"))
    return spoken(kind)[0] if kind else _LANGUAGE_OF_MANIFEST.get(name.rpartition(".")[2], "")


def areas_told(content: bytes, language: str) -> tuple[Area, ...]:
    """The areas of which the content of a file tells, wherever it stands: that a program wrote it, and that it is a
    test."""
    told = {Area.TEST: _holds_tests(content, language), Area.GENERATED: is_generated(content)}
    return tuple(area for area, holds in told.items() if holds)


def _holds_tests(content: bytes, language: str) -> bool:
    """Whether a file asks for a framework of tests and marks something as one for it."""
    if language not in _TESTS:
        return False
    asks, marks = _TESTS[language]
    return asks.search(content[:HEAD]) is not None and marks.search(content) is not None


def is_generated(head: bytes) -> bool:
    """Whether the first lines of a file say that a program wrote it."""
    start = head[:HEAD]
    return any(word in start for word in _GENERATED) and re.search(_GENERATOR, start) is not None


def origin_of(path: str, language: str, told: Collection[Area] = ()) -> Origin:
    """The areas in which a file stands or of which its content tells, and the package that it is a copy of. `path` is
    what `below` gives."""
    file = _file(path, language)
    package = _package(file)
    labels = {
        Area.TEST: Area.TEST in told or _is_test(file),
        Area.EXAMPLE: _is_example(file),
        Area.DOCUMENTATION: _stands(file, Area.DOCUMENTATION, _DOCUMENTATION_FOLDER) or file.stem.upper() == "README",
        Area.VENDORED: package is not None,
        Area.GENERATED: Area.GENERATED in told or _is_generated_by_name(file),
    }
    name, version = package or ("", "")
    return Origin(tuple(area for area, holds in labels.items() if holds), name, version)


def ready(languages: Iterable[str]) -> None:
    """Compile the patterns for the names of files, since nothing else is to be done."""
    for language in languages:
        for pattern in (_TEST_FILE.get(language), _EXAMPLE_FILE, _GENERATED_FILE.get(language)):
            if pattern is not None:
                re.compile(pattern)


def is_of_tests(roots: Collection[str], path: str, language: str) -> bool:
    """Whether a file is one of tests."""
    return Area.TEST in origin_of(below(path, roots), language).areas


def _file(path: str, language: str) -> _File:
    *folders, name = [part for part in path.split("/") if part not in ("", ".", "..")] or [""]
    stem = name.rpartition(".")[0] or name
    for number, pair in enumerate(pairwise(folders)):
        if pair == ("src", "main"):
            return _File(tuple(folders[:number]), stem, language, True)
    return _File(tuple(folders), stem, language, False)


@lru_cache(maxsize=8192)
def _fits(pattern: str, name: str) -> bool:
    """Whether a name is all that a pattern says; names of folders come again and again."""
    return re.fullmatch(pattern, name) is not None


def _names(file: _File, pattern: str | None) -> bool:
    return pattern is not None and not file.product and _fits(pattern, file.stem)


def _is_test(file: _File) -> bool:
    own = _TEST_FOLDER_OF.get(file.language)
    if any(_fits(_TEST_FOLDER, name) or (own and _fits(own, name)) for name in file.folders):
        return True
    pairs = pairwise(file.folders)
    if any(above == "src" and _fits(_SOURCE_SET, name) for above, name in pairs):
        return True
    if _NO_TEST_BELOW.get(file.language, frozenset()).intersection(file.folders):
        return False
    return _names(file, _TEST_FILE.get(file.language))


def _is_example(file: _File) -> bool:
    own = _EXAMPLE_FOLDER_OF.get(file.language)
    if own is not None and any(_fits(own, name) for name in file.folders):
        return True
    return _stands(file, Area.EXAMPLE, _EXAMPLE_FOLDER) or _names(file, _EXAMPLE_FILE)


def _stands(file: _File, area: Area, pattern: str) -> bool:
    """Whether a folder says the area; a word of the singular only outside of the product's own folders."""
    for name in file.folders:
        if _fits(pattern, name):
            return True
    own = next((number for number, name in enumerate(file.folders) if name in _PRODUCT), len(file.folders))
    return any(name.lower() in _SINGULAR[area] for name in file.folders[:own])


def _is_generated_by_name(file: _File) -> bool:
    pattern = _GENERATED_FILE.get(file.language)
    if pattern is not None and _fits(pattern, file.stem):
        return True
    return any(_fits(_GENERATED_FOLDER, name) for name in file.folders)


# -- copies -----------------------------------------------------------------------------------------------------


def _package(file: _File) -> tuple[str, str] | None:
    """Name and version (empty when the path does not tell) of what a file is a copy of; None when it is none.

    The outermost copy counts, as that is what can be upgraded: `vendor/a/b/third_party/c` is `a/b`.
    """
    return next(_packages(file), None)


def _packages(file: _File) -> Iterator[tuple[str, str]]:
    for number, name in enumerate(file.folders):
        inside = file.folders[number + 1 :]
        if name == "gems" and inside and (gem := re.fullmatch(_VERSIONED, inside[0])):
            yield gem["name"], gem["version"]
        elif name == "packages" and inside and file.language in _DOTNET and (nuget := re.fullmatch(_NUGET, inside[0])):
            yield nuget["name"], nuget["version"]
        elif name in _INSTALLED:
            yield _versioned(inside[0] if inside else file.stem)
        elif name.lower() in _COPIES:
            if inside or name[0] == "_" or not _PRODUCT.intersection(file.folders[:number]):
                yield _of_pear(file, inside) or _shelved(inside)
        elif name == "vendor" and not _NO_VENDOR_BELOW.intersection(file.folders[:number]) and inside:
            yield from _of_vendor(file, inside)
        elif name == "vendors" and file.language == "php":
            yield from _of_vendors(file, inside)
        elif number and _is_release(name):
            yield _versioned(name)


def _of_vendor(file: _File, inside: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Composer keeps `vendor/<vendor>/<package>`; other languages have the package itself there."""
    if file.language == "php":
        if len(inside) > 1 and inside[0] not in _SHELVES:
            part = inside[1] in _SHELVES or inside[1] in _PARTS or re.search(_CAPITAL, "".join(inside[:2])) is not None
            release = next(filter(_is_release, inside), "") if part else ""
            name = inside[0] if part else f"{inside[0]}/{inside[1]}"
            yield _versioned(release) if release else (name, "")
        elif len(inside) == 1 and re.match(_CAPITAL, inside[0]) is not None:  # put there by hand: `vendor/PHPMailer/`
            yield _versioned(inside[0])
    elif file.language != "java" and inside[0].lower() not in _PARTS and inside[0] != "bundle":
        yield _shelved(inside)


def _of_vendors(file: _File, inside: Sequence[str]) -> Iterator[tuple[str, str]]:
    if inside and _PEOPLE.isdisjoint(name.lower() for name in file.folders):
        yield _of_pear(file, inside) or _shelved(inside)


def _shelved(inside: Sequence[str]) -> tuple[str, str]:
    """The package below a place of copies; no name where only shelves stand there."""
    named = (name for name in inside if name.lower() not in _SHELVES and name[0].isalpha())
    return next(map(_versioned, named), ("", ""))


def _of_pear(file: _File, inside: Sequence[str]) -> tuple[str, str] | None:
    """The package of PEAR that a file is of; None where it is of none."""
    parts = (*inside, file.stem) if file.language == "php" else ()
    return next(((f"{one}_{other}", "") for one, other in pairwise(parts) if one in _PEAR), None)


def _versioned(name: str) -> tuple[str, str]:
    found = re.fullmatch(_VERSIONED, name)
    return (found["name"], found["version"]) if found else (name, "")


def _is_release(name: str) -> bool:
    found = re.fullmatch(_VERSIONED, name)
    if found is None or found["name"].lower() in _NO_PACKAGE:
        return False
    return len(found["version"].split(".")) >= _RELEASE_PARTS
