"""How runtimes name their versions: `ruby-2.7.8p225`, `oraclejdk8`, `py27`, `net45`, `JavaVersion.VERSION_1_8`.

Each function takes a text and gives products with the versions that it means; nothing where it means none of them.
"""

import re
from collections.abc import Callable

from tlsscan.annotations import TypeAlias
from tlsscan.claims import Span
from tlsscan.manifests import ranges
from tlsscan.patterns import lazy
from tlsscan.products import Target, Targets, version_key
from tlsscan.targets import DOTNET, NETFX, STANDARD, UNKNOWN, oldest_for

Meant: TypeAlias = list[tuple[str, tuple[Span, ...]]]

_DOTTED = r"[0-9]+(?:\.[0-9]+)*"
_PYTHON = lazy(
    rf"(?:c?python[-:_ ]?|py)?v?({_DOTTED})(?:\.[xX*])?(?:[-_ ]?(?:dev|slim|final|rc[0-9]+|b[0-9]+|a[0-9]+|t))?"
)
_PYPY = lazy(r"pypy[-_]?([23]\.?[0-9]{0,2})(?:-.*|$)")
_RUBY = lazy(rf"(?:ruby[-:]|ree-|mri-)?v?({_DOTTED})(?:\.[xX*])?(?:[-_]?p[0-9]+)?(?:-(?:preview|rc|dev).*)?(?:@.*)?")
_JRUBY = lazy(rf"jruby[-:]v?({_DOTTED})(?:@.*)?")
_PHP = lazy(rf"(?:php[-:]?)?v?({_DOTTED})(?:\.[xX*])?(?:[-.]?(?:snapshot|dev))?")
_JAVA_HOME = lazy(r"(?:java|jdk|jre|zulu|openjdk|temurin|corretto)-?(?:1\.)?([5-9]|[1-3][0-9])(?![0-9])")
_VENDORS = "temurin|adopt(?:open)?jdk|adopt|semeru|microsoft|dragonwell|sapmachine|kona|oracle|open|graalvm|ibm|release"
_JAVA = lazy(
    rf"(?:.*?\b)?(?:(?:{_VENDORS})[\w.]*[-@ ])*(?:openjdk|oraclejdk|javase|jdk|jre|java|javac)?(?:64)?[-_ @]?v?"
    r"(?P<version>1\.[0-8](?:\.[0-9]+)*(?:_[0-9]+)?|[0-9]+u[0-9]+|[0-9]+(?:\.[0-9]+)*)"
    r"(?:[-+_. (a-zA-Z].*)?",
    re.IGNORECASE,
)
_OWN_NUMBERS = lazy(
    r"\b(?:zulu|liberica|librca|bellsoft|corretto)[\w-]*?-?(?:1\.)?([0-9]+)(?:\.([0-9]+))?", re.IGNORECASE
)
_GRAAL = lazy(r"(?:java|jdk|[.+]r)-?([0-9]+)", re.IGNORECASE)
_LEVEL = lazy(r"(?:.*?(?:VERSION_|JDK_|jvm-|JavaSE-|J2SE-))?(?:1[._]([2-9])(?:\.0)?|([0-9]{1,2})(?:\.0)?)")
_FRAMEWORK = lazy(
    r"(?:\.NETFramework(?:,\s*Version=)?)?v?([1-4](?:\.[0-9]){1,2})(?:,.*|-(?:client|full))?", re.IGNORECASE
)
_TFM = lazy(
    r"net(?P<fx>[1-4](?:[0-9]{0,2}|(?:\.[0-9]){1,2}))(?:-client|-full)?|net(?:coreapp)?(?P<core>[0-9]+\.[0-9]+)(?:-[\w.]+)?"
    r"|netstandard(?P<standard>[0-9]+\.[0-9]+)"
)
_RUNTIME = lazy(
    r"(?P<name>python|ruby|php|java|dotnet(?:core)?|tomcat)(?P<sep>[-:| ]?)(?P<number>[0-9]+(?:\.[0-9]+)*)"
    r"(?:\.al2(?:023)?|-java(?:se)?[0-9.]*)?(?:[-.](?:jre|jdk|java)(?P<java>[0-9]+))?",
    re.IGNORECASE,
)
REST = "..."
"""What stands for the targets of a list that are not known."""
COMPACT = lazy(r"([23578])([0-9]{1,2})")


def dotted(number: str) -> str:
    """`27`, `310`, `73` as versions with dots; others as they are."""
    found = COMPACT.fullmatch(number)
    return f"{found[1]}.{found[2]}" if found else number


def exactly(number: str) -> tuple[Span, ...]:
    """One version or series."""
    return (Span(number, number),)


def python(text: str) -> Meant:
    """A version of Python: `2.7`, `python-2.7.18`, `py27`, `3.x`, `>=3.8`; `pypy3.9-7.3` is PyPy for 3.9."""
    text = text.strip()
    if found := _PYPY.fullmatch(text):
        return [("pypy", exactly(dotted(found[1])))]
    if found := _PYTHON.fullmatch(text):
        number = dotted(found[1]) if text.startswith("py") else found[1]
        return [("python", exactly(number))]
    return _ranged("python", text)


def ruby(text: str) -> Meant:
    """A version of Ruby: `2.1.5`, `ruby-2.7.8p225`, `jruby-9.3`."""
    text = text.strip()
    if found := _JRUBY.fullmatch(text):
        return [("jruby", exactly(found[1]))]
    if found := _RUBY.fullmatch(text):
        return [("ruby", exactly(dotted(found[1])))]
    return _ranged("ruby", text)


def php(text: str) -> Meant:
    """A version of PHP: `5.6`, `7.4snapshot`, `php-8.1`."""
    found = _PHP.fullmatch(text.strip())
    return [("php", exactly(dotted(found[1])))] if found else _ranged("php", text.strip())


def _ranged(product: str, text: str) -> Meant:
    """A version with an operator."""
    spans = ranges.bounds(text) if text[:1] in ("<", ">", "=", "~", "^", "!") else ()
    return [(product, spans)] if spans else []


def java(text: str) -> Meant:
    """A version of Java, from any vendor: `8u181`, `oraclejdk8`, `temurin-17.0.9+9`, `1.8.0_292`, `25.0.4-librca`."""
    text = re.sub(r"^1\.(9|[1-9][0-9])$", r"\1", text.strip())
    if text[:1] in ("<", ">", "=", "~", "^"):
        return _ranged("java", text)
    if "graal" in text.lower() or text.lower().endswith("-grl"):
        found = _GRAAL.search(text)
        return [("java", exactly(found[1]))] if found else []
    if found := _OWN_NUMBERS.search(text):  # their numbers are not Java's: 8.252.09.1, 8.48.0.53
        update = found[2] if found[1] == "8" and "corretto" in text.lower() else ""
        return [("java", exactly(f"8u{update}" if update else found[1]))]
    found = _JAVA.fullmatch(text)
    return [("java", exactly(found["version"]))] if found and _is_java(found["version"]) else []


def _is_java(version: str) -> bool:
    """Whether a number can be one of Java's."""
    return version.startswith("1.") or 2 <= int(re.split("[.u]", version)[0]) <= 40


def level(text: str) -> Meant:
    """What a compiler writes for: that version of Java or a newer one."""
    found = _LEVEL.fullmatch(text.strip().strip("'\""))
    number = (found[1] or found[2]) if found else ""
    return [("java", (Span(number),))] if number and 2 <= int(number) <= 40 else []


def frameworks(text: str) -> Meant:
    """Target frameworks, parted by semicolons: `net48`, `netstandard2.0;net462;net8.0`."""
    spans: dict[str, list[Span]] = {}
    for target in targets(text):
        if target.family in (NETFX, DOTNET):
            spans.setdefault(target.family, []).append(Span(target.version, target.version))
    return [(product, tuple(found)) for product, found in spans.items()]


def targets(text: str) -> Targets:
    """The same, with those that are no runtimes (`netstandard2.0`), those of other platforms and what is not known."""
    return tuple(_target(part.strip().lower()) for part in text.split(";") if part.strip())


def _target(word: str) -> Target:
    found = _TFM.fullmatch(word.removeprefix("."))  # NuGet reads `.net6.0`, too
    if found is None:
        return UNKNOWN if REST in word else Target("", word)
    if found["fx"]:
        return Target(NETFX, ".".join(found["fx"].replace(".", "")))
    return Target(DOTNET, found["core"]) if found["core"] else Target(STANDARD, found["standard"])


def framework(text: str) -> Meant:
    """A version of the .NET Framework: `v4.5`, `4.5.2`, `.NETFramework,Version=v4.0`."""
    found = _FRAMEWORK.fullmatch(text.strip())
    return [("netfx", exactly(found[1]))] if found else []


def asp_net(text: str) -> Meant:
    """What ASP.NET behaves as that is only compiled for a version, 4.0 or later, or is for none (then that is the name
    of an element): as 4.0."""
    if text.isalpha():
        return [("netfx", exactly("4.0"))]
    found = _FRAMEWORK.fullmatch(text.strip())
    return [("netfx", exactly("4.0"))] if found and found[1].startswith("4") else []


def unnamed(text: str) -> Meant:
    """What a project is for that names no framework, but only what compiles it: the default of MSBuild 4 and later."""
    return [("netfx", exactly("4.0"))]


def runtime(text: str) -> Meant:
    """The name of a hosted runtime: `python2.7`, `php55`, `java8.al2`, `dotnetcore2.1`, `TOMCAT|8.5-jre8`."""
    found = _RUNTIME.fullmatch(text.strip())
    if found is None:
        return []
    name, number = found["name"].lower(), found["number"]
    if name == "tomcat":
        return [("java", exactly(found["java"]))] if found["java"] else []
    if name.startswith("dotnet"):
        return [("dotnet", exactly(number))]
    return [(name, exactly(number if name == "java" else dotted(number)))]


def java_home(text: str) -> Meant:
    """The series of a JDK that its folder names: `/usr/lib/jvm/java-1.8.0-openjdk-amd64`."""
    found = _JAVA_HOME.search(text)
    return [("java", exactly(found[1]))] if found is not None else []


NAMES: dict[str, Callable[[str], Meant]] = {
    "python": python,
    "ruby": ruby,
    "php": php,
    "java": java,
    "java home": java_home,
    "level": level,
    "frameworks": frameworks,
    "framework": framework,
    "asp.net": asp_net,
    "unnamed": unnamed,
    "runtime": runtime,
}
"""How a text names versions, by the name that readers use for it."""
TARGETS = frozenset({"frameworks", "framework", "unnamed"})
"""Grammars of what a project is compiled for."""


def asked(text: str, grammar: str) -> list[tuple[str, tuple[Span, ...], str]]:
    """What a library asks of the program that loads it: the oldest of its targets or anything newer; its others are
    named with it. A target of .NET Standard serves any .NET that has it; the last text tells that."""
    named = dict(NAMES[grammar](text))
    found = {product: [(span.low, "") for span in spans] for product, spans in named.items()}
    for target in targets(text) if grammar == "frameworks" else ():
        if target.family == STANDARD:
            why = f".NET Standard {target.version}"
            found.setdefault(DOTNET, []).append((oldest_for(target.version), why))
    least = {product: min(lows, key=lambda low: version_key(low[0])) for product, lows in found.items()}
    others = {product: [s for s in named.get(product, ()) if s.low != low] for product, (low, _) in least.items()}
    return [(product, (Span(low), *others[product]), why) for product, (low, why) in least.items()]
