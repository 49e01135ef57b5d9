"""Configuration of .NET, and what NuGet and its tools keep beside projects."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import jsontree, shapes, xmltree
from tlsscan.manifests.codetext import without_comments
from tlsscan.manifests.sheet import LOADED, SWITCHES, Sheet
from tlsscan.manifests.tree import Node
from tlsscan.manifests.xmltree import Element, Xml
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_RUNTIME = lazy(r"v([124]\.[01])(?:\.|$)")
UNDECIDED = "without httpRuntime's targetFramework ASP.NET behaves as for 4.0"
UNSAID = f"{UNDECIDED}, whatever the project targets"
COMPILED = "ASP.NET compiles its code for that, and nothing names another framework"
PINNED, LOCKED, REQUIRED = ClaimKind.PINNED, ClaimKind.LOCKED, ClaimKind.REQUIREMENT
_MODULES = frozenset(("modules", "httpModules", "handlers", "httpHandlers"))
"""What lists classes that ASP.NET makes, with their assemblies."""


def configuration(source: SourceFile) -> Sheet:
    """`web.config`, `app.config`: `httpRuntime` decides how ASP.NET behaves, `supportedRuntime` asks for a version.
    Whatever a site is compiled for, without the first it behaves as one for 4.0 (if it is for 4.0 at all, which its
    project tells where the configuration does not)."""
    sheet = Sheet(source, "dotnet-config")
    if not source.data.lstrip().startswith(b"<"):  # Erlang's configuration is called so, too
        return sheet
    document = xmltree.read(source)
    said = [e for e in document.root.walk() if e.name in ("httpRuntime", "compilation")]
    decided = any(e.name == "httpRuntime" and "targetFramework" in e.attributes for e in said)
    if not any("targetFramework" in element.attributes for element in said):
        _unsaid(sheet, document, said)
    for element in document.root.walk():
        if element.name == "httpRuntime" and "targetFramework" in element.attributes:
            _attribute(sheet, document, element, "targetFramework", PINNED)
        elif element.name == "compilation" and "targetFramework" in element.attributes and not decided:
            span = document.attribute_span(element, "targetFramework")
            sheet.say("netfx", "asp.net", element.attributes["targetFramework"], span, PINNED, why=UNDECIDED)
        elif element.name == "supportedRuntime" and "sku" in element.attributes:
            _attribute(sheet, document, element, "sku", REQUIRED)
        elif element.name == "supportedRuntime" and (found := _RUNTIME.match(element.attributes.get("version", ""))):
            sheet.say("netfx", "framework", found[1], document.attribute_span(element, "version"), REQUIRED)
        else:
            _told(sheet, element)
    return sheet


def _told(sheet: Sheet, element: Element) -> None:
    """Note what an element tells beside versions: a module that a site loads, and switches of a program."""
    if element.name == "add" and element.parent is not None and element.parent.name in _MODULES:
        assembly = element.attributes.get("type", "").partition(",")[2].partition(",")[0].strip()
        if assembly and not assembly.startswith("System."):
            sheet.define(LOADED, assembly, (0, 0))
    elif element.name == "AppContextSwitchOverrides" and sheet.source.path.lower().endswith("app.config"):
        sheet.define(SWITCHES, "".join(element.attributes.get("value", "").split()).lower(), (0, 0))


def _unsaid(sheet: Sheet, document: Xml, said: list[Element]) -> None:
    """What a site is for whose configuration names no framework: for 3.5 where ASP.NET is to compile it so (without a
    word it takes the compiler of its runtime)."""
    if said:
        first = max(said, key=lambda element: element.name)
        span = first.start + 1, first.start + 1 + len(first.name)
        sheet.say("netfx", "asp.net", first.name, span, PINNED, why=UNSAID)
    if not sheet.source.path.lower().endswith("web.config"):
        return
    for element in document.root.walk():
        named = element.name == "providerOption" and element.attributes.get("name") == "CompilerVersion"
        if named and element.attributes.get("value") == "v3.5":
            sheet.say("netfx", "framework", "3.5", document.attribute_span(element, "value"), PINNED, why=COMPILED)
            return


def _attribute(sheet: Sheet, document: Xml, element: Element, name: str, kind: ClaimKind) -> None:
    sheet.say("netfx", "framework", element.attributes[name], document.attribute_span(element, name), kind)


def packages_config(source: SourceFile) -> Sheet:
    """NuGet's `packages.config`: packages, and what they were installed for."""
    sheet = Sheet(source, "dotnet-config")
    targets: set[str] = set()
    document = xmltree.read(source)
    for element in document.root.all("package"):
        name, version = element.attributes.get("id", ""), element.attributes.get("version", "")
        span = document.attribute_span(element, "version")
        sheet.say(f"nuget:{name.lower()}", "series", version, span, LOCKED)
        target = element.attributes.get("targetFramework", "")
        if target and target not in targets:
            targets.add(target)
            place = document.attribute_span(element, "targetFramework")
            sheet.say(".net", "frameworks", target, place, ClaimKind.BUILD, why="packages were installed for it")
    return sheet


def nuspec(source: SourceFile) -> Sheet:
    """A nuspec: the frameworks that a package has something for."""
    sheet = Sheet(source, "dotnet-config")
    document = xmltree.read(source)
    for element in document.root.walk():
        target = element.attributes.get("targetFramework", "")
        if element.name in ("group", "frameworkAssembly") and target:
            for part in re.split(r",\s*", target):
                grammar = "frameworks" if part.lower().startswith("net") else "framework"
                sheet.say(".net", grammar, part, document.attribute_span(element, "targetFramework"), REQUIRED)
    return sheet


def paket(source: SourceFile) -> Sheet:
    """`paket.dependencies` and `paket.lock`: frameworks and packages."""
    sheet = Sheet(source, "dotnet-config")
    locked = source.path.endswith(".lock")
    for found in _PAKET.finditer(source.data):
        if found["frameworks"] is not None and not locked:
            for name in re.finditer(rb"[\w.]+", found["frameworks"]):
                span = (found.start("frameworks") + name.start(), found.start("frameworks") + name.end())
                sheet.say(".net", "frameworks", name.group().decode("utf-8", "replace"), span, REQUIRED)
        elif found["name"] is not None:
            subject = f"nuget:{found['name'].decode().lower()}"
            version = (found["locked"] or found["asked"]).decode("utf-8", "replace")
            span = found.span("locked" if found["locked"] is not None else "asked")
            sheet.say(subject, "bounds", version, span, LOCKED if locked else REQUIRED)
    return sheet


_PAKET = lazy(
    rb"^[ \t]*(?:framework:[ \t]*(?P<frameworks>[^\r\n#]+)|(?:nuget[ \t]+)?(?P<name>[A-Za-z][\w.-]*)[ \t]+"
    rb"(?:\((?P<locked>[0-9][\w.-]*)\)|(?P<asked>(?:[~<>=]+[ \t]*)?[0-9][\w.-]*)))",
    re.MULTILINE,
)
_ATTRIBUTE = lazy(rb"""\bTargetFramework(?:Attribute)?\s*\(\s*"([^"\n]+)\"""")
_MODULE = lazy(rb"""^[ \t]*DotNetFrameworkVersion[ \t]*=[ \t]*["']([0-9.]+)["']""", re.MULTILINE | re.IGNORECASE)


def assembly(source: SourceFile) -> Sheet:
    """`AssemblyInfo`: the framework that an assembly is for."""
    sheet = Sheet(source, "dotnet-config")
    if b"TargetFramework" in source.data:
        for found in _ATTRIBUTE.finditer(without_comments(source.data, "c")):
            sheet.say("netfx", "framework", found[1].decode("utf-8", "replace"), found.span(1), REQUIRED)
    return sheet


_CORE = lazy(
    rb"""^[ \t]*(?:PowerShellVersion[ \t]*=[ \t]*["'](?:[6-9]|[1-9][0-9])[."']"""
    rb"""|CompatiblePSEditions[ \t]*=[ \t]*(?:@\([ \t]*)?["']Core["'][ \t]*\)?[ \t]*(?:[;#\r\n]|$))""",
    re.MULTILINE | re.IGNORECASE,
)
"""What keeps a module from Windows PowerShell, which alone runs on .NET Framework."""


def powershell_module(source: SourceFile) -> Sheet:
    """The manifest of a PowerShell module: the framework that it asks for, which is Windows PowerShell's; .NET, where
    Windows PowerShell does not run it."""
    sheet = Sheet(source, "dotnet-config")
    core = _CORE.search(source.data)
    if core is not None:
        sheet.say("dotnet", "bounds", ">=2.0", core.span(), REQUIRED, why="PowerShell 6 or later")
        return sheet
    for found in _MODULE.finditer(source.data):
        sheet.say("netfx", "framework", found[1].decode(), found.span(1), REQUIRED)
    return sheet


def packages_lock(source: SourceFile) -> Sheet:
    """NuGet's `packages.lock.json`."""
    sheet = Sheet(source, "dotnet-config")
    document = jsontree.read(source.data)
    shapes.check(sheet, "packages-lock", document)
    for framework in document.children("dependencies"):
        for package in framework.items or ():
            _say(sheet, f"nuget:{package.key.lower()}", "series", package.get("resolved"), LOCKED)
    return sheet


def global_json(source: SourceFile) -> Sheet:
    """`global.json`: the SDK that it is built with."""
    sheet = Sheet(source, "dotnet-config")
    document = jsontree.read(source.data)
    shapes.check(sheet, "global-json", document)
    node = document.get("sdk", "version")
    if node is not None and node.items is None and (found := re.match(r"[0-9]+\.[0-9]+", node.text)):
        span = node.span
        sheet.say("dotnet", "series", found.group(), span, ClaimKind.BUILD, why=f"SDK {node.text}")
    return sheet


def runtimeconfig(source: SourceFile) -> Sheet:
    """`*.runtimeconfig.json` and `*.deps.json`: the framework that a program is started on."""
    sheet = Sheet(source, "dotnet-config")
    document = jsontree.read(source.data)
    options = document.get("runtimeOptions")
    target = document.get("runtimeTarget", "name")
    if target is not None and (found := re.match(r"\.NETCoreApp,Version=v([0-9.]+)", target.text)):
        sheet.say("dotnet", "series", found[1], target.span, PINNED)
    for framework in _frameworks(options) if options is not None else ():
        if framework.word("name").startswith("Microsoft."):
            _say(sheet, "dotnet", "series", framework.get("version"), PINNED)
    return sheet


def _frameworks(options: Node) -> list[Node]:
    single = options.get("framework")
    return [*([single] if single is not None else []), *options.children("frameworks")]


_OPTIONS = ("buildOptions", "compilationOptions")


def project_json(source: SourceFile) -> Sheet:
    """`project.json` of the first .NET Core and of NuGet 3."""
    sheet = Sheet(source, "dotnet-config")
    document = jsontree.read(source.data)
    is_program = any(document.word(options, "emitEntryPoint") == "true" for options in _OPTIONS)
    kind = PINNED if is_program else REQUIRED
    for node in document.children("frameworks"):
        if node.mapping:
            sheet.say(".net", "frameworks", node.key, (node.start, node.start + 1), kind)
    return sheet


def _say(sheet: Sheet, subject: str, grammar: str, node: Node | None, kind: ClaimKind) -> None:
    if node is not None and node.items is None:
        sheet.say(subject, grammar, node.text, node.span, kind)


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "dotnet-config": configuration,
    "packages-config": packages_config,
    "packages-lock": packages_lock,
    "global-json": global_json,
    "runtimeconfig": runtimeconfig,
    "project-json": project_json,
    "nuspec": nuspec,
    "paket": paket,
    "assembly": assembly,
    "powershell-module": powershell_module,
}
