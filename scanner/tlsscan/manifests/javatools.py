"""What tools around Java keep: Eclipse, Bazel, and archives."""

import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests import initext, xmltree
from tlsscan.manifests.codetext import without_comments
from tlsscan.manifests.sheet import Sheet, above
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

BYTECODE = ClaimKind.BYTECODE
_ENVIRONMENT = lazy(r"JRE_CONTAINER/[^/]+/(?:.*?(?P<level>(?:JavaSE|J2SE)-[0-9.]+|1\.[4-9]|[0-9]{1,2}\b))?")
_BAZEL = lazy(
    rb"--(?:java_language_version|java_runtime_version|javacopt=[\"']?(?:-target|--release))[= ]"
    rb"(?:local_?jdk_|remotejdk_?)?([0-9][0-9.]*)"
)


def eclipse(source: SourceFile) -> Sheet:
    """Eclipse's `org.eclipse.jdt.core.prefs`."""
    sheet = Sheet(source, "eclipse")
    entries = {
        entry.key.removeprefix("org.eclipse.jdt.core.compiler."): entry for entry in initext.entries(source.data)
    }
    for key in ("codegen.targetPlatform", "compliance", "source"):
        if key in entries:
            entry = entries[key]
            sheet.say("java", "level", entry.value, entry.span, BYTECODE, scope=above(sheet.scope))
            break
    return sheet


def classpath(source: SourceFile) -> Sheet:
    """Eclipse's `.classpath`: the environment that a project is compiled against."""
    sheet = Sheet(source, "eclipse")
    document = xmltree.read(source)
    for entry in document.root.all("classpathentry"):
        found = _ENVIRONMENT.search(entry.attributes.get("path", ""))
        if found is not None and found["level"]:
            sheet.say("java", "level", found["level"], document.attribute_span(entry, "path"), BYTECODE)
    return sheet


def bazel(source: SourceFile) -> Sheet:
    """`.bazelrc`: the version of the language."""
    sheet = Sheet(source, "bazel")
    for found in _BAZEL.finditer(without_comments(source.data, "hash")):
        sheet.say("java", "level", found[1].decode(), found.span(1), BYTECODE)
    return sheet


def jar(source: SourceFile) -> Sheet:
    """`META-INF/MANIFEST.MF`: the environment that a bundle needs, and the Java that it was built with."""
    sheet = Sheet(source, "jar")
    scope = above(sheet.scope) if sheet.scope.endswith("META-INF/") else sheet.scope
    for name, text, start in _headers(source.data):
        if name == "Bundle-RequiredExecutionEnvironment":
            for found in re.finditer(r"(?:JavaSE|J2SE)-[0-9.]+", text):
                span = (start + found.start(), start + found.end())
                sheet.say("java", "level", found.group(), span, BYTECODE, scope=scope)
        elif name == "Require-Capability":
            for found in re.finditer(r"osgi\.ee=JavaSE\)\(version(?:>=|=)([0-9.]+)\)", text):
                span = (start + found.start(1), start + found.end(1))
                sheet.say("java", "level", found[1], span, BYTECODE, scope=scope)
        elif name in ("Build-Jdk", "Build-Jdk-Spec"):
            sheet.say("java", "java", text.strip(), (start, start + len(text)), ClaimKind.BUILD, scope=scope)
    return sheet


def _headers(data: bytes) -> Iterator[tuple[str, str, int]]:
    """Headers of a manifest, which may go on in lines that begin with a blank. Offsets hold for the first line."""
    for found in re.finditer(rb"^([\w-]+): ([^\r\n]*(?:\r?\n [^\r\n]*)*)", data, re.MULTILINE):
        text = found[2].decode("utf-8", "replace")
        yield found[1].decode(), re.sub(r"\r?\n ", "", text), found.start(2)


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "eclipse": eclipse,
    "classpath": classpath,
    "bazel": bazel,
    "jar": jar,
}
