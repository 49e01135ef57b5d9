"""Maven's `pom.xml`. Properties, parents and what is inherited from them are put together in `inherit`."""

from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests import xmltree
from tlsscan.manifests.sheet import ON_ANDROID, Sheet
from tlsscan.manifests.xmltree import Element, Xml
from tlsscan.source import SourceFile

LEVELS = ("maven.compiler.release", "maven.compiler.target", "maven.compiler.testRelease")
_VERSIONS: dict[str, dict[tuple[str, ...], ClaimKind]] = {
    "maven-toolchains-plugin": {("toolchains", "jdk", "version"): ClaimKind.BUILD},
    "maven-enforcer-plugin": {("rules", "requireJavaVersion", "version"): ClaimKind.BUILD},
    "retrolambda-maven-plugin": {("target",): ClaimKind.BYTECODE},  # it rewrites what was compiled for a newer Java
}
"""Where the configurations of other plugins name a version of Java."""
_IMAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    "docker-maven-plugin": (("images", "image", "build", "from"), ("baseImage",)),
    "jib-maven-plugin": (("from", "image"),),
}
"""Where the configurations of plugins name the image that a program is put on."""
_COMPILER = "maven-compiler-plugin"
_TELLING = frozenset([_COMPILER, *_VERSIONS, *_IMAGES])
CONVENTIONAL = ("java.version", "jdk.version")
"""Properties that mean a level of Java by themselves: parents such as Spring Boot's read them."""


def pom(source: SourceFile) -> Sheet:
    """A `pom.xml`."""
    sheet = Sheet(source, "maven")
    document = xmltree.read(source)
    project = document.root
    if project.name != "project":
        return sheet
    parent = project.one("parent")
    group = project.word("groupId") or (parent.word("groupId") if parent is not None else "")
    sheet.identity = f"{group}:{project.word('artifactId')}"
    if parent is not None:
        relative = parent.one("relativePath")
        sheet.parents.append(parent.word("relativePath") if relative is not None else "../pom.xml")
        sheet.parents.append(f"{parent.word('groupId')}:{parent.word('artifactId')}")
    _coordinates(sheet, document, project, parent)
    for holder in (project, *project.all("profiles", "profile")):
        _properties(sheet, document, holder)
        _plugins(sheet, document, holder)
        for path in (("dependencies",), ("dependencyManagement", "dependencies")):
            for dependency in holder.all(*path, "dependency"):
                _dependency(sheet, document, dependency)
    return sheet


def _coordinates(sheet: Sheet, document: Xml, project: Element, parent: Element | None) -> None:
    """The version of the project, which others of its modules refer to."""
    own = project.one("version") or (parent.one("version") if parent is not None else None)
    if own is not None:
        for name in ("project.version", "version", "pom.version"):
            sheet.define(name, own.text, document.text_span(own))
    if parent is not None and (inherited := parent.one("version")) is not None:
        sheet.define("project.parent.version", inherited.text, document.text_span(inherited))


def _properties(sheet: Sheet, document: Xml, holder: Element) -> None:
    listed = holder.all("properties", "*")
    for element in listed:
        sheet.define(element.name, element.text, document.text_span(element))
    named = {element.name for element in listed}
    for element in listed:
        only_source = element.name == "maven.compiler.source" and named.isdisjoint(LEVELS)
        if element.name in LEVELS[:2] or element.name in CONVENTIONAL or only_source:
            _level(sheet, document, element)


def _plugins(sheet: Sheet, document: Xml, holder: Element) -> None:
    for path in (("build", "plugins"), ("build", "pluginManagement", "plugins")):
        for plugin in holder.all(*path, "plugin"):
            name = plugin.word("artifactId")
            if name not in _TELLING:
                continue
            for configuration in (*plugin.all("configuration"), *_of_executions(plugin)):
                if name == _COMPILER:
                    _compiler(sheet, document, configuration)
                for place in _IMAGES.get(name, ()):
                    for image in configuration.all(*place):
                        sheet.say("image", "image", image.text, document.text_span(image), ClaimKind.DEPLOYMENT)
                for place, kind in _VERSIONS.get(name, {}).items():
                    for version in configuration.all(*place):
                        _say(sheet, document, version, kind)


def _of_executions(plugin: Element) -> Iterator[Element]:
    """Configurations of executions, but for those of tests and of a part of the classes (multi-release archives,
    `module-info.java`)."""
    modular = [e for e in plugin.all("executions", "execution") if _leaves_module_info(e)]
    for execution in modular or plugin.all("executions", "execution"):
        partial = execution.all("configuration", "multiReleaseOutput") + execution.all(
            "configuration", "compileSourceRoots"
        )
        if not partial and "test" not in execution.word("id").lower():
            yield from execution.all("configuration")


def _leaves_module_info(execution: Element) -> bool:
    excluded = execution.all("configuration", "excludes", "exclude")
    return any(element.text.strip().endswith("module-info.java") for element in excluded)


def _compiler(sheet: Sheet, document: Xml, configuration: Element) -> None:
    decisive = [element for element in configuration.children if element.name in ("release", "target")]
    for element in decisive or configuration.all("source"):
        _level(sheet, document, element)


def _level(sheet: Sheet, document: Xml, element: Element) -> None:
    sheet.say("java", "level", element.text, document.text_span(element), ClaimKind.BYTECODE)


def _say(sheet: Sheet, document: Xml, element: Element, kind: ClaimKind) -> None:
    grammar = "maven" if element.text.strip()[:1] in ("[", "(") else "level"
    sheet.say("java", grammar, element.text, document.text_span(element), kind)


def _dependency(sheet: Sheet, document: Xml, dependency: Element) -> None:
    version = dependency.one("version")
    if version is not None:
        subject = f"maven:{dependency.word('groupId')}:{dependency.word('artifactId')}"
        kind = ClaimKind.TEST if dependency.word("scope") == "test" else ClaimKind.LOCKED
        sheet.say(subject, "maven", version.text, document.text_span(version), kind)


def ant(source: SourceFile) -> Sheet:
    """Ant's `build.xml`: what `javac` writes for."""
    sheet = Sheet(source, "ant")
    document = xmltree.read(source)
    elements = list(document.root.walk())
    for element in elements:
        if element.name == "property" and "name" in element.attributes and "value" in element.attributes:
            span = document.attribute_span(element, "value")
            sheet.define(element.attributes["name"], element.attributes["value"], span)
        elif element.name == "property" and "file" in element.attributes:
            sheet.parents.append(element.attributes["file"].replace("${basedir}/", ""))
    for element in elements:
        if element.name == "javac":
            for name in _decisive(element):
                span = document.attribute_span(element, name)
                sheet.say("java", "level", element.attributes[name], span, ClaimKind.BYTECODE)
    return sheet


def _decisive(javac: Element) -> Iterator[str]:
    yield from [name for name in ("release", "target", "source") if name in javac.attributes][:1]


def android(source: SourceFile) -> Sheet:
    """`AndroidManifest.xml`: the oldest Android that the application runs on."""
    sheet = Sheet(source, "android")
    document = xmltree.read(source)
    sheet.define(ON_ANDROID, "", (0, 0))
    for element in document.root.all("uses-sdk"):
        level = element.attributes.get("minSdkVersion", "")
        if level.isdigit():
            sheet.say(
                "android", "least", level, document.attribute_span(element, "minSdkVersion"), ClaimKind.REQUIREMENT
            )
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {"pom": pom, "ant": ant, "android": android}
