"""Configuration of .NET, and what NuGet and its tools keep beside projects."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import jsontree, xmltree
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.tree import Node
from tlsscan.manifests.xmltree import Element, Xml
from tlsscan.source import SourceFile

PINNED, LOCKED, REQUIRED = ClaimKind.PINNED, ClaimKind.LOCKED, ClaimKind.REQUIREMENT


def configuration(source: SourceFile) -> Sheet:
    """`web.config`, `app.config`: `httpRuntime` decides how ASP.NET behaves, `supportedRuntime` asks for a version."""
    sheet = Sheet(source, "dotnet-config")
    document = xmltree.read(source)
    for element in document.root.walk():
        if element.name == "httpRuntime" and "targetFramework" in element.attributes:
            _attribute(sheet, document, element, "targetFramework", PINNED)
        elif element.name == "supportedRuntime" and "sku" in element.attributes:
            _attribute(sheet, document, element, "sku", REQUIRED)
    return sheet


def _attribute(sheet: Sheet, document: Xml, element: Element, name: str, kind: ClaimKind) -> None:
    sheet.say("netfx", "framework", element.attributes[name], document.attribute_span(element, name), kind)


def packages_config(source: SourceFile) -> Sheet:
    """NuGet's `packages.config`."""
    sheet = Sheet(source, "dotnet-config")
    document = xmltree.read(source)
    for element in document.root.all("package"):
        name, version = element.attributes.get("id", ""), element.attributes.get("version", "")
        span = document.attribute_span(element, "version")
        sheet.say(f"nuget:{name.lower()}", "series", version, span, LOCKED)
    return sheet


def packages_lock(source: SourceFile) -> Sheet:
    """NuGet's `packages.lock.json`."""
    sheet = Sheet(source, "dotnet-config")
    for framework in jsontree.read(source.data).children("dependencies"):
        for package in framework.items or ():
            _say(sheet, f"nuget:{package.key.lower()}", "series", package.get("resolved"), LOCKED)
    return sheet


def global_json(source: SourceFile) -> Sheet:
    """`global.json`: the SDK that it is built with."""
    sheet = Sheet(source, "dotnet-config")
    node = jsontree.read(source.data).get("sdk", "version")
    if node is not None and node.items is None and (found := re.match(r"[0-9]+\.[0-9]+", node.text)):
        span = (node.start, node.end)
        sheet.say("dotnet", "series", found.group(), span, ClaimKind.BUILD, why=f"SDK {node.text}")
    return sheet


def runtimeconfig(source: SourceFile) -> Sheet:
    """`*.runtimeconfig.json`: the framework that a program is started on."""
    sheet = Sheet(source, "dotnet-config")
    options = jsontree.read(source.data).get("runtimeOptions")
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
        sheet.say(subject, grammar, node.text, (node.start, node.end), kind)


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "dotnet-config": configuration,
    "packages-config": packages_config,
    "packages-lock": packages_lock,
    "global-json": global_json,
    "runtimeconfig": runtimeconfig,
    "project-json": project_json,
}
