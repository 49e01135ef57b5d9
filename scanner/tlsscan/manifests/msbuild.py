"""Projects of MSBuild and the files of properties that they import: what they target, what they are, their packages."""

import posixpath
import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ON_WINDOWS, ClaimKind, scope_of
from tlsscan.manifests import names, xmltree
from tlsscan.manifests.names import TARGETS
from tlsscan.manifests.sheet import (
    BY_HAND,
    COM,
    COMPILED,
    CONFIGURED,
    DEFAULT_OUTPUT,
    LINKED,
    OUTPUT,
    PART,
    PROJECT,
    REFERENCES,
    REMOVED,
    Reading,
    Sheet,
)
from tlsscan.manifests.xmltree import Element, Xml
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile
from tlsscan.targets import is_defined, is_documented

_HERE = lazy(r"^\$\((?:MSBuildThisFileDirectory|MSBuildProjectDirectory|ProjectDir)\)/?")
_ESCAPED = lazy(r"%([0-9A-Fa-f]{2})")
_BLANK = lazy(r"[\s'\"]")
_SYMBOL = lazy(r"(?<![\w(])NET\w*(?![\w)])", re.IGNORECASE)
_ONE_TARGET = lazy(r"\$\(targetframework\)==([\w.]+)")
_ASSEMBLY = lazy(
    r"(?i)(?:^|[./_])(?:\w*assembly(?:\w*(?:info|version|attributes?))?|\w*version(?:info)?|globalsuppressions|globalusings)"
    r"(?:\.\w+)*\.(?:cs|vb)$"
)
"""Files that projects share, and that hold no more than attributes."""
_GUID = lazy(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

FOREIGN = frozenset(("AndroidApplication", "SilverlightVersion", "SilverlightApplication", "TargetPlatformIdentifier"))
"""Properties of projects whose framework version is that of another platform."""
FOREIGN_IMPORTS = (
    "xamarin.",
    "monotouch",
    "monoandroid",
    "windowsphone",
    "silverlight",
    "compactframework",
    "microsoft.spot.",
    "netmf",
    "nanoframework",
)
_FOREIGN_TYPES = frozenset(
    {
        "4d628b5b-2fbc-4aa6-8c16-197242aeb884",  # Compact Framework
        "68b1623d-7fb9-47d8-8664-7ecea3297d4f",
        "b69e3092-b931-443c-abe7-7e7b65f2a37f",  # .NET Micro Framework
        "11a8dd76-328b-46df-9f39-f559912d0360",  # .NET nanoFramework
        "a1591282-1198-4647-a2b1-27e5ff5f6f3b",  # Silverlight
        "c089c8c0-30e0-4e22-80c0-ce093f111a43",  # Windows Phone
        "76f1466a-8b6d-4e39-a767-685a06062a39",
        "bc8a1ffa-bee3-4634-8014-f334798102b3",  # Windows Store
        "a5a43c5b-de2a-4c0c-9213-0a381af9435a",
        "efba0ad7-5a72-4c68-af49-83d382785dcf",  # Xamarin
        "feacfbd2-3405-455c-9665-78fe426c6842",
        "6bc8ed88-2882-458c-8e55-dfd12b67127b",
        "a3f8f2ab-b479-4a4a-a458-a89e7dc349f1",
        "948b3504-5b70-4649-8fe4-bde1fb46ec69",
        "42c0bbd9-55ce-4fc1-8d90-a7348abafb23",
        "e097fad1-6243-4dad-9c02-e9b9efc3ffc1",  # Unity
    }
)
"""Types of projects for other products than .NET."""
COMPACT = "CompactFramework"
"""A profile, of a project or of one of its targets."""
_UNITY = ("UnityEngine", "UnityEditor")
"""What references these runs in Unity, on Mono."""
_WEB_TYPES = frozenset(
    {
        "349c5851-65df-11da-9384-00065b846f21",
        "e24c65dc-7377-472b-9aba-bc803b73c61a",
        "603c0e0b-db56-11dc-be95-000d561079b0",
        "f85e285d-a4e0-4152-9332-ab1d724d3325",
        "e53f8fea-eae0-44a6-8774-ffd645390401",
        "e3e379df-f4c6-4180-9b81-6769533abe47",
    }
)
_CODE = (".cs", ".vb")
OTHER = "other"
"""What a project of another product is: an engine for games, a platform that counts its versions by itself."""
PORTABLE = "portable"
"""What a library for several platforms is: the versions are those of its profile, and whatever loads it decides."""
_PORTABLE_TYPE = "786c830f-07a1-408b-bd7f-6ee04809d6db"
WEB = "web"
"""What a project of ASP.NET is: a library that a web server runs."""
HOSTED = "hosted"
"""What one is that holds modules for a site of others."""
_HOSTS = ("dotnetnuke", "dnnplatform")
"""What such a project references."""
_PAGES = (".aspx", ".cshtml", ".vbhtml", ".asmx", ".svc", ".asax", ".asax.cs", ".asax.vb")
_ADD_IN = "baa0c2d2-18e2-41b9-852f-f413020caa33"
"""The type of add-ins for Office (VSTO): libraries that it loads, and nothing else does."""
_TEST_TYPE = "3ac096d0-a1c2-e12c-1390-a8335801fdab"
_TESTING = frozenset(
    {
        "nunit", "nunit.framework", "xunit", "xunit.core", "mbunit", "mstest.testframework",
        "microsoft.visualstudio.qualitytools.unittestframework", "microsoft.visualstudio.testplatform.testframework",
    }
)  # fmt: skip
"""What a library references that holds tests."""
_PROGRAM_SDKS = ("microsoft.net.sdk.web", "microsoft.net.sdk.worker", "microsoft.net.sdk.functions")
_PROFILE = lazy(r"Profile\d+")
_PACKAGES = ("PackageReference", "PackageVersion", "GlobalPackageReference")
_REFERENCING = ("Reference", "PackageReference", "GlobalPackageReference")
_UNTOLD = frozenset(
    {"COMReference", "COMFileReference", "WebReferences", "WebReferenceUrl", "WCFMetadata", "WCFMetadataStorage"}
)
"""What brings a project code that its other references do not tell."""
_PLAIN_SDK = "microsoft.net.sdk"
_COMPILER = lazy(r"(?i)^\$\(MSBuild(?:Tools|Bin)Path\)/(Microsoft\.(?:CSharp|VisualBasic)\.targets)$")
_OF_MSBUILD = lazy(r"(?i)^\$\(MSBuild(?!.*common\.props)|nuget\.targets$|(?:^|/)packages/[^/]+/build/")
"""What a project may import that tells nothing of what it targets."""
_PUBLISHES = b"Microsoft.WebSite.Publishing.targets"
"""What a project imports that copies a site to a server: the site is compiled without it."""
UNNAMED = "MSBuild takes that, as the project names no framework"


def msbuild(source: SourceFile) -> Sheet:
    """A project, or a file of properties that projects import."""
    publishes, compiles = _PUBLISHES in source.data, b"<Compile" in source.data
    sheet = Sheet(source, "publishing" if publishes and not compiles else "msbuild")
    plain = publishes or source.path.lower().endswith(".sqlproj")  # nothing that a CLR runs, unless it lists some
    if (plain and not compiles) or not source.data.lstrip().startswith(b"<"):  # others call their files so, too
        return sheet
    document = xmltree.read(source)
    root = document.root
    why = ON_WINDOWS if _is_desktop(root) else ""
    held = _holding(root)
    named = {element.name for element in held if element.text.strip()}
    short = bool(_sdks(root)) and not named.isdisjoint(("TargetFramework", "TargetFrameworks"))
    for element in held:
        span = document.text_span(element)
        sheet.define(element.name, element.text, span)
        if element.name in ("TargetFramework", "TargetFrameworks"):
            sheet.say(".net", "frameworks", element.text, span, ClaimKind.REQUIREMENT, why=why)
        elif element.name == "TargetFrameworkVersion" and not (short or _is_compact(element)):  # it follows from those
            sheet.say("netfx", "framework", element.text, span, ClaimKind.REQUIREMENT)
    for element in root.walk():
        if element.name in _PACKAGES:
            _package(sheet, document, element)
        elif element.name == "ProjectReference" and _is_loaded(element):
            for path in element.attributes.get("Include", "").split(";"):
                sheet.define(PART, _path(path), (0, 0))
        elif element.name == "Import" and "Project" in element.attributes:
            sheet.parents.append(_path(element.attributes["Project"]))
    _unnamed(sheet, document)
    _told(sheet, root)
    return sheet


def _unnamed(sheet: Sheet, document: Xml) -> None:
    """What a project of the old form is for that names no framework: what the targets that it imports begin with."""
    named = any(statement.grammar in TARGETS for statement in sheet.said)
    if named or not is_project(sheet.source.path) or _sdks(document.root):
        return
    if not all(map(_OF_MSBUILD.search, sheet.parents)):
        return
    for element in document.root.all("Import"):
        found = _COMPILER.match(_path(element.attributes.get("Project", "")))
        if found is not None:
            span = document.attribute_span(element, "Project")
            sheet.say("netfx", "unnamed", found[1], span, ClaimKind.REQUIREMENT, why=UNNAMED)
            return


def _path(text: str) -> str:
    return _HERE.sub("", text.strip().replace("\\", "/"))


def _told(sheet: Sheet, root: Element) -> None:
    """Note what comes of a project."""
    _compiled(sheet, root)
    sheet.define(REFERENCES, "\n".join(_references(sheet, root)), (0, 0))
    if told := _project(root):
        sheet.define(PROJECT, told, (0, 0))
    if is_project(sheet.source.path) and (_sdks(root) or _lists_configuration(root)):
        sheet.define(CONFIGURED, "true", (0, 0))
    if _is_com(root):
        sheet.define(COM, "true", (0, 0))
    if output := _default_output(sheet, root):
        sheet.define(DEFAULT_OUTPUT, output, (0, 0))


def _references(sheet: Sheet, root: Element) -> Iterator[str]:
    """The assemblies and packages that a project references beside other projects, and `*` for what it gets without a
    name: by other SDKs than that of the language, by services, by files that it imports."""
    for element in root.walk():
        if element.name in _REFERENCING and (name := _included(element)):
            yield from (part.partition(",")[0].strip().lower() for part in name.split(";"))
        elif element.name in _UNTOLD:
            yield "*"
    if any(sdk.partition("/")[0] != _PLAIN_SDK for sdk in _sdks(root)) or _says(root, "UseWPF", "true"):
        yield "*"
    if not all(name.startswith("$(MSBuild") for name in sheet.parents):
        yield "*"


def _lists_configuration(root: Element) -> bool:
    """Whether a project lists the `app.config` beside it: only then a program gets it."""
    listed = (_included(element).strip().lower() for element in root.walk() if element.name in ("None", "Content"))
    return "app.config" in listed


def _is_loaded(reference: Element) -> bool:
    """Whether a referenced project is a part of the program, and not only built before it or used by the compiler."""
    said = {**reference.attributes, **{child.name: child.text for child in reference.children}}
    return (
        said.get("ReferenceOutputAssembly", "").strip().lower() != "false"
        and said.get("OutputItemType", "").strip().lower() != "analyzer"
    )


def _default_output(sheet: Sheet, root: Element) -> str:
    """What comes of a project that does not say so; empty if it may be told elsewhere."""
    if sheet.source.path.lower().endswith(".vcxproj"):
        types = {element.text.strip() for element in root.all("PropertyGroup", "ConfigurationType")}
        return "Exe" if "Application" in types else "Library"
    plain = is_project(sheet.source.path) and not _sdks(root) and not root.all("PropertyGroup", OUTPUT)
    return "Exe" if plain and all(name.startswith("$(MSBuild") for name in sheet.parents) else ""


def _compiled(sheet: Sheet, root: Element) -> None:
    """Note what makes it unsure for what code is compiled."""
    defined = (_by_hand(element) for element in root.walk() if element.name == "DefineConstants")
    if own := sorted({symbol for symbols in defined for symbol in symbols}):
        sheet.define(BY_HAND, ";".join(own), (0, 0))
    for place in dict.fromkeys(_linked(root)):
        sheet.define(LINKED, place, (0, 0))
    if not is_project(sheet.source.path):
        return
    if not _sdks(root) or _lists_all(root):
        sheet.define(COMPILED, "\n".join(_listed(sheet, root)), (0, 0))
    elif removed := _removed(sheet, root):
        sheet.define(REMOVED, "\n".join(removed), (0, 0))


def _lists_all(root: Element) -> bool:
    """Whether a project of an SDK compiles only what it lists."""
    names = ("EnableDefaultCompileItems", "EnableDefaultItems")
    found = (element for name in names for element in root.all("PropertyGroup", name))
    return any(element.text.strip().lower() == "false" and not any(_conditions(element)) for element in found)


def _removed(sheet: Sheet, root: Element) -> list[str]:
    """What a project of an SDK takes out of the files below it in any case, and in again, in this order."""
    told: list[str] = []
    for element in (e for e in root.walk() if e.name == "Compile"):
        sure = not any(_conditions(element)) and not _is_of_target(element)
        out = element.attributes.get("Remove", "") if sure else ""
        told += [f"-{path}" for path in _paths(out)] + [
            f"+{path}" for path in _paths(element.attributes.get("Include", ""))
        ]
    all_of_it = any(line.startswith("-**") for line in told) and any(_foreign(sheet))  # others may list some
    return [] if all_of_it else told if any(line.startswith("-") for line in told) else []


def _is_of_target(element: Element | None) -> bool:
    """Whether an element counts only while a target runs."""
    while element is not None and element.name != "Target":
        element = element.parent
    return element is not None


def _by_hand(element: Element) -> Iterator[str]:
    """The symbols of the SDK that a property defines, but for targets for which the SDK does so itself."""
    only = [found[1] for text in _conditions(element) if (found := _ONE_TARGET.fullmatch(text))]
    targets = names.targets(only[0]) if only else ()
    for symbol in map(str.upper, _SYMBOL.findall(element.text)):
        anyway = bool(targets) and all(is_defined(symbol, target) for target in targets)
        if is_documented(symbol) and not anyway:
            yield symbol


def _listed(sheet: Sheet, root: Element) -> list[str]:
    """The files that a project lists as its code; none where others may list some, too."""
    found = [e.attributes["Include"] for e in root.walk() if e.name == "Compile" and "Include" in e.attributes]
    listed = [path for text in found for path in _paths(text)]
    return [] if any(sign in path for path in listed for sign in ("$(", "@(")) or any(_foreign(sheet)) else listed


def _paths(text: str) -> list[str]:
    """The paths and patterns of an item."""
    every = (path for path in text.split(";") if path.strip())
    return [_path(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), path)) for path in every]


def _foreign(sheet: Sheet) -> Iterator[str]:
    """The files in which others may list code for a project."""
    return (name for name in sheet.parents if not name.startswith("$(") and "packages/" not in name.lower())


def _linked(root: Element) -> Iterator[str]:
    """The files outside of a project's own folder that it compiles, and the folders (with a slash at their end) in
    which any may be such."""
    compiled = (e.attributes.get("Include", "") for e in root.walk() if e.name == "Compile")
    shared = (e.attributes.get("Project", "") for e in root.all("Import"))
    for text in (*compiled, *(name for name in shared if name.lower().endswith(".projitems"))):
        for path in text.split(";"):
            place = _path(path)
            folder = place.partition("*")[0].rpartition("/")[0]
            if place.startswith("../") and not _ASSEMBLY.search(place):
                yield place if "*" not in place and place.lower().endswith(_CODE) else f"{folder}/"


def linked(reading: Reading) -> Iterator[str]:
    """The paths of files and folders outside of a project's own from which it compiles code; those of folders end with
    a slash."""
    for value in reading.properties:
        if value.name == LINKED:
            path = posixpath.normpath(scope_of(reading.path) + value.text)
            yield path if not value.text.endswith("/") else "" if path == "." else f"{path}/"


def _holding(root: Element) -> list[Element]:
    """The properties as they may stand in the end: the last one without a condition, and those with one after it."""
    kept: dict[str, list[Element]] = {}
    groups = [*root.all("PropertyGroup")]
    for choice in root.all("Choose", "*"):
        groups += choice.all("PropertyGroup")
    for element in sorted((e for group in groups for e in group.children), key=lambda e: e.start):
        own = kept.setdefault(element.name.lower(), [])
        itself = f"$({element.name.lower()})"
        conditions = _conditions(element)
        if not any(conditions):
            if itself not in element.text.lower():
                own.clear()
        elif f"{itself}==" in conditions and any(not any(_conditions(e)) for e in own):
            continue  # a default for what is set
        own.append(element)
    return [element for own in kept.values() for element in own]


def _is_compact(element: Element) -> bool:
    """Whether a property is one for the Compact Framework, which counts its versions by itself."""
    named = any("-cf" in condition and "!=" not in condition for condition in _conditions(element))
    beside = element.parent.all("TargetFrameworkProfile") if element.parent is not None else ()
    return named or any(profile.text.strip() == COMPACT for profile in beside)


def _conditions(element: Element) -> list[str]:
    """The conditions under which a property is set: its own, that of its group, and that of the choice around it."""
    found = []
    at: Element | None = element
    while at is not None:
        found.append(_BLANK.sub("", at.attributes.get("Condition", "")).lower())
        found += ["otherwise"] if at.name == "Otherwise" else []
        at = at.parent
    return found


def _project(root: Element) -> str:
    """What a project is, as far as its file tells more than its output: `other` (of another product), `portable`,
    `test`, `web`, `hosted` or `program`."""
    types = {found.lower() for e in root.all("PropertyGroup", "ProjectTypeGuids") for found in _GUID.findall(e.text)}
    references = [_included(e) for e in root.walk() if e.name in ("Reference", "PackageReference")]
    if types & _FOREIGN_TYPES or any(name.startswith(_UNITY) for name in references) or _is_foreign(root):
        return OTHER
    if _PORTABLE_TYPE in types or _is_portable(root):
        return PORTABLE
    if _TEST_TYPE in types or "Microsoft.NET.Test.Sdk" in references or _says(root, "IsTestProject", "true"):
        return "test"
    if types & _WEB_TYPES:
        return HOSTED if _is_hosted(root, references) else WEB
    if _ADD_IN in types or any(name.startswith(_PROGRAM_SDKS) for name in _sdks(root)):
        return "program"
    made = {element.text.strip().lower() for element in root.all("PropertyGroup", OUTPUT)}
    if made == {"library"} and any(name.partition(",")[0].strip().lower() in _TESTING for name in references):
        return "test"
    return "program" if root.all("PropertyGroup", "AzureFunctionsVersion") or _is_com(root) else ""


def _is_com(root: Element) -> bool:
    """Whether a project is a library that is registered for COM when it is built: any program may load it."""
    return _says(root, "RegisterForComInterop", "true") and _says(root, OUTPUT, "library")


def _is_hosted(root: Element, references: list[str]) -> bool:
    """Whether a web project has no page of its own, and is made for a site that it becomes a part of."""
    items = (_included(element).lower() for element in root.walk() if element.name in ("Content", "Compile", "None"))
    pages = any(name.endswith(_PAGES) for name in items)
    return not pages and any(name.lower().startswith(_HOSTS) for name in references)


def _is_portable(root: Element) -> bool:
    """Whether the project is a library for several platforms, as its profile or what it imports tells."""
    profiles = (element.text.strip() for element in root.all("PropertyGroup", "TargetFrameworkProfile"))
    named = _says(root, "TargetFrameworkIdentifier", ".netportable")
    return named or any(map(_PROFILE.fullmatch, profiles)) or "portable" in _imports(root)


def _imports(root: Element) -> str:
    """What the project imports but for what comes of packages, which are for any project."""
    imported = (element.attributes.get("Project", "").lower() for element in root.all("Import"))
    return " ".join(name for name in imported if name.startswith("$("))


def _is_foreign(root: Element) -> bool:
    """Whether the project is one for a platform that counts its versions by itself."""
    identifiers = {element.text.strip() for element in root.all("PropertyGroup", "TargetFrameworkIdentifier")}
    profiles = {
        element.text.strip()
        for element in root.all("PropertyGroup", "TargetFrameworkProfile")
        if element.text.strip() != COMPACT or not any(_conditions(element))
    }
    imports = _imports(root)
    return (
        bool(identifiers - {"", ".NETFramework", ".NETPortable"})
        or any(profile.startswith(COMPACT) for profile in profiles)
        or any(root.all("PropertyGroup", name) for name in FOREIGN)
        or any(word in imports for word in FOREIGN_IMPORTS)
    )


def _is_desktop(root: Element) -> bool:
    """Whether what comes of a project runs on Windows alone, whatever .NET it is for."""
    runtimes = [
        e.text.lower() for name in ("RuntimeIdentifier", "RuntimeIdentifiers") for e in root.all("PropertyGroup", name)
    ]
    return (
        _says(root, "UseWPF", "true")
        or _says(root, "UseWindowsForms", "true")
        or "microsoft.net.sdk.windowsdesktop" in _sdks(root)
        or (bool(runtimes) and all(name.strip().startswith("win") for text in runtimes for name in text.split(";")))
    )


def _says(root: Element, name: str, value: str) -> bool:
    return any(element.text.strip().lower() == value for element in root.all("PropertyGroup", name))


def _sdks(root: Element) -> list[str]:
    """The SDKs that a project is of: of its root, an element of its own, or its imports."""
    written = [root.attributes.get("Sdk", ""), *(e.attributes.get("Name", "") for e in root.all("Sdk"))]
    written += [element.attributes.get("Sdk", "") for element in root.all("Import")]
    return [name.strip().lower() for text in written for name in text.split(";") if name.strip()]


def _included(element: Element) -> str:
    return element.attributes.get("Include") or element.attributes.get("Update", "")


def _package(sheet: Sheet, document: Xml, element: Element) -> None:
    name = _included(element)
    for key in ("VersionOverride", "Version"):
        if key in element.attributes:
            span = document.attribute_span(element, key)
            sheet.say(f"nuget:{name.lower()}", "nuget", element.attributes[key], span, ClaimKind.LOCKED)
            return
        child = element.one(key)
        if child is not None:
            sheet.say(f"nuget:{name.lower()}", "nuget", child.text, document.text_span(child), ClaimKind.LOCKED)
            return


def is_project(path: str) -> bool:
    """Whether a file is a project itself."""
    return path.lower().endswith("proj")


_USES = {
    OTHER: None,
    PORTABLE: None,
    "test": ClaimKind.TEST,
    "program": ClaimKind.PINNED,
    WEB: ClaimKind.PINNED,
    HOSTED: ClaimKind.REQUIREMENT,
}


def is_portable(reading: Reading) -> bool:
    """Whether a project is a library for several platforms."""
    return any(value.name == PROJECT and value.text == PORTABLE for value in reading.properties)


def use(texts: Callable[[str], list[str]]) -> ClaimKind | None:
    """What the targets of a project say of the runtime; None if they are another product's. `texts` gives what one of
    its properties may be.

    A program runs as what it targets; what a library targets is the least that it asks of the program that loads it.
    """
    told = texts(PROJECT)
    if told and told[0] in _USES:
        return _USES[told[0]]
    outputs = texts(OUTPUT) or texts(DEFAULT_OUTPUT)
    is_program = any(re.fullmatch(r"(?:app)?(?:win|container)?exe", output.strip().lower()) for output in outputs)
    return ClaimKind.PINNED if is_program else ClaimKind.REQUIREMENT


READERS: dict[str, Callable[[SourceFile], Sheet]] = {"msbuild": msbuild}
