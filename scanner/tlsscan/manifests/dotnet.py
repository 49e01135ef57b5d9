"""Projects and configuration of .NET."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import jsontree, xmltree
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.tree import Node
from tlsscan.manifests.xmltree import Element, Xml
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

PINNED, LOCKED, REQUIRED = ClaimKind.PINNED, ClaimKind.LOCKED, ClaimKind.REQUIREMENT
_HERE = lazy(r"^\$\((?:MSBuildThisFileDirectory|MSBuildProjectDirectory|ProjectDir)\)/?")
FOREIGN = frozenset(("AndroidApplication", "SilverlightVersion", "SilverlightApplication", "TargetPlatformIdentifier"))
"""Properties of projects whose framework version is that of another platform."""
FOREIGN_IMPORTS = ("xamarin.", "monotouch", "windowsphone", "silverlight", "compactframework", "portable")


def msbuild(source: SourceFile) -> Sheet:
    """A project, or a file of properties that projects import."""
    sheet = Sheet(source, "msbuild")
    if not source.data.lstrip().startswith(b"<"):  # others call their files so, too
        return sheet
    document = xmltree.read(source)
    root = document.root
    foreign = _is_foreign(root)
    for element in root.all("PropertyGroup", "*"):
        span = document.text_span(element)
        sheet.define(element.name, element.text, span)
        if element.name in ("TargetFramework", "TargetFrameworks"):
            sheet.say(".net", "frameworks", element.text, span, PINNED)
        elif element.name == "TargetFrameworkVersion" and not foreign:
            sheet.say("netfx", "framework", element.text, span, PINNED)
    for element in root.walk():
        if element.name in ("PackageReference", "PackageVersion", "GlobalPackageReference"):
            _package(sheet, document, element)
        elif element.name == "Import" and "Project" in element.attributes:
            sheet.parents.append(_HERE.sub("", element.attributes["Project"].replace("\\", "/")))
    return sheet


def _is_foreign(root: Element) -> bool:
    """Whether the project is one for a platform that counts its versions by itself."""
    identifiers = {element.text.strip() for element in root.all("PropertyGroup", "TargetFrameworkIdentifier")}
    profiles = {element.text.strip() for element in root.all("PropertyGroup", "TargetFrameworkProfile")}
    imports = " ".join(element.attributes.get("Project", "") for element in root.all("Import")).lower()
    return (
        bool(identifiers - {"", ".NETFramework"})
        or any(profile.startswith("Profile") for profile in profiles)
        or any(root.all("PropertyGroup", name) for name in FOREIGN)
        or any(word in imports for word in FOREIGN_IMPORTS)
    )


def _package(sheet: Sheet, document: Xml, element: Element) -> None:
    name = element.attributes.get("Include") or element.attributes.get("Update", "")
    for key in ("VersionOverride", "Version"):
        if key in element.attributes:
            span = document.attribute_span(element, key)
            sheet.say(f"nuget:{name.lower()}", "nuget", element.attributes[key], span, LOCKED)
            return
        child = element.one(key)
        if child is not None:
            sheet.say(f"nuget:{name.lower()}", "nuget", child.text, document.text_span(child), LOCKED)
            return


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


def project_json(source: SourceFile) -> Sheet:
    """`project.json` of the first .NET Core and of NuGet 3."""
    sheet = Sheet(source, "dotnet-config")
    document = jsontree.read(source.data)
    for node in document.children("frameworks"):
        if node.mapping:
            sheet.say(".net", "frameworks", node.key, (node.start, node.start + 1), PINNED)
    return sheet


def _say(sheet: Sheet, subject: str, grammar: str, node: Node | None, kind: ClaimKind) -> None:
    if node is not None and node.items is None:
        sheet.say(subject, grammar, node.text, (node.start, node.end), kind)


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "msbuild": msbuild,
    "dotnet-config": configuration,
    "packages-config": packages_config,
    "packages-lock": packages_lock,
    "global-json": global_json,
    "runtimeconfig": runtimeconfig,
    "project-json": project_json,
}
