"""Gradle's and sbt's builds, read as text, and the property files beside them."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import initext, tomltree
from tlsscan.manifests.codetext import BLANKS, texts, without_comments, without_long_texts
from tlsscan.manifests.sheet import MODULE, ON_ANDROID, PART, PROJECT, Sheet, above
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

BYTECODE = ClaimKind.BYTECODE
_SHARED = lazy(r"(?:(?<=/)|^)(?:gradle|buildSrc|build-logic|buildLogic)/.*")
"""Folders whose scripts builds apply."""
_VALUE = rb"""["']?([\w.$]*(?:\$\{[\w.]+\})?(?:VERSION_[0-9_]+|[\w.]*))["']?"""
_GIVEN = (
    rb"\s*(?:=|\.set\s*\(|\()?\s*"
    rb"(?:JavaVersion\.toVersion\s*\(\s*|JavaLanguageVersion\.of\s*\(\s*|(?:\w+\.)*JvmTarget\.)?"
)
_TARGET = lazy(rb"\b(?:targetCompatibility|options\.release|jvmTarget)\b" + _GIVEN + _VALUE)
_PLAIN_TARGET = lazy(rb"(?<!compileOptions\.)\btargetCompatibility\b" + _GIVEN + _VALUE)
_LET = lazy(
    rb"JavaVersion\.toVersion\s*\(\s*"
    + _VALUE
    + rb"(?:\(\))?\s*\)\s*\.(?:let|also)\s*\{[^{}]*\btargetCompatibility\s*=\s*it\b"
)
_SOURCE = lazy(rb"(?<!compileOptions\.)\bsourceCompatibility\b" + _GIVEN + _VALUE)
_TOOLCHAIN = lazy(rb"\b(?:languageVersion\b" + _GIVEN + rb"|jvmToolchain\s*\(\s*)" + _VALUE)
_ANDROID = lazy(rb"""com\.android\.(?:application|library|test|feature)|\bandroid\s*\{""")
_APPLICATION = lazy(rb"""\bcom\.android\.application\b|\bplugins\.android\.application\b""")
_LATER = lazy(rb"[^\n;]*\bapply\(?\s*false")
"""What follows a plug-in that a build only knows, for its projects to apply."""
_PROJECT = lazy(rb"""\bproject\s*\(\s*(?:path\s*[:=]\s*)?["'](:[\w:.-]+)["']""")
"""Another project that one is made of."""
ANDROID = "an application of Android"
_OF_ANDROID = lazy(rb"\b(?:android|compileOptions)\s*\{")
"""What begins a block that is about Android; beside it, a script may be about other projects, too."""
_MIN_SDK = lazy(rb"\bminSdk(?:Version)?\b\s*(?:=|\(|\.set\s*\()?\s*(?:Integer\.(?:parseInt|valueOf)\s*\(\s*)?" + _VALUE)
_SBT_TARGET = lazy(rb"""["']-{1,2}(?:target|release)(?::|["']\s*,\s*["'])(?:jvm-)?([0-9.]+)["']""")
_JIB = lazy(rb"""\b(?:from\s*\{\s*image|jib\.from\.image)\s*=?\s*["']([^"'\s]+)["']""")
_SBT_IMAGE = lazy(rb"""\bdockerBaseImage\s*:=\s*["']([^"'\s]+)["']""")
_COORDINATES = lazy(rb"""["']([\w.-]+):([\w.-]+):([^"':@\s]+)(?::[\w-]+)?(?:@\w+)?["']""")
_FOR_TESTS = lazy(
    rb"\b(?:test|androidTest|[a-z]\w*Test)(?:Implementation|Compile|CompileOnly|Runtime|RuntimeOnly|Api)\b"
)
"""What puts a library beside the tests of a project alone."""
_FIXED = lazy(rb"\bforce\b|\bstrictly\b|!!")
"""What keeps a library from being as new as another one asks for."""
_WITHOUT = lazy(rb"""["']?\s*\)?\s*\{[^{}]*\bexclude\b""")  # it does not bring all that it asks for
_EXCLUDED = lazy(rb"""\bexclude\b[^\n]*?["']([\w.-]+)["'](?:[^\n]*?["']([\w.-]+)["'])?""")
_SBT_TEST = lazy(rb"""\s*%\s*(?:Test\b|["'](?:test|it,test|test,it)["'])""")
_NAMED = lazy(
    rb"""group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["']\s*,\s*version\s*[:=]\s*["']?([\w.${}+-]+)["']?"""
)
_DEFINITION = lazy(
    rb"""(?:^|[\s;{.])(?:ext\.|extra\[")?([A-Za-z_]\w*)(?:"\])?\s*(?::\s*\w+\s*)?[=:]\s*"""
    rb"""(?:["']([0-9][\w.+-]*)["']|([0-9][0-9.]*)\b|(JavaVersion\.VERSION_[0-9_]+))"""
)
_TABLE = lazy(rb"([A-Za-z_]\w*)\s*=\s*\[([^\[\]]*:[^\[\]]*)\]")
_ENTRY = lazy(
    rb"""(?<![\w.$])["']?([A-Za-z_]\w*)["']?\s*:\s*(?:["']([0-9][\w.+-]*)["']|([0-9][0-9.]*)\b|(JavaVersion\.VERSION_[0-9_]+))"""
)
_WORDS = (
    b"VERSION_",
    b"targetCompatibility",
    b"sourceCompatibility",
    b"options.release",
    b"jvmTarget",
    b"languageVersion",
    b"jvmToolchain",
    b"minSdk",
    b"com.android.",
    b"project(",
    b"jib",
)
_NUMBERS = lazy(
    rb"""["'](?:[0-9]|[\w.-]+:[\w.-]+:[^"':@\s])|[=:](?:\s*[0-9]|\s+/[/*]|/\*)|=//|version\s*(?:[:=]|/[/*])"""
)


def build(source: SourceFile) -> Sheet:
    """`build.gradle`, and scripts that builds apply; those of `buildSrc` and the like are about what is above it."""
    sheet = Sheet(source, "gradle")
    sheet.scope = _SHARED.sub("", sheet.scope)
    if b"plugin" in source.data:
        sheet.define(MODULE, "", (0, 0))
    if not _speaks(source.data):
        return sheet
    data = without_long_texts(without_comments(source.data, "c"))
    _definitions(sheet, data)
    for found in _PROJECT.finditer(data):
        sheet.define(PART, found[1].decode().strip(":").replace(":", "/"), found.span(1))
    if _APPLICATION.search(data):
        sheet.define(PROJECT, ANDROID, (0, 0))
    module = next((one for one in _ANDROID.finditer(data) if not _LATER.match(data, one.end())), None)
    if module is not None:
        sheet.define(ON_ANDROID, "", module.span())
        for found in _MIN_SDK.finditer(data):
            sheet.say("android", "least", _reference(found[1]), found.span(1), ClaimKind.REQUIREMENT)
        rest = _without_blocks(_OF_ANDROID, data)
        levels = _assigned(_PLAIN_TARGET, rest) or _outside(_LET, rest) or _assigned(_SOURCE, rest)
    else:
        levels = _assigned(_TARGET, data) or _outside(_LET, data) or _assigned(_SOURCE, data)
        levels += _outside(_TOOLCHAIN, data)
    for found in levels:
        sheet.say("java", "level", _reference(found[1]), found.span(1), BYTECODE)
    if b"jib" in data:
        _images(sheet, _JIB, data)
    fixed = _FIXED.search(data) is not None
    excluded = {name for found in _EXCLUDED.finditer(data) for name in found.groups()}
    for found in (*_COORDINATES.finditer(data), *_NAMED.finditer(data)):
        subject = f"maven:{found[1].decode()}:{found[2].decode()}"
        kept = fixed or not excluded.isdisjoint(found.groups()[:2]) or _WITHOUT.match(data, found.end()) is not None
        grammar = "maven" if kept else "gradle"
        version = found[3].decode("utf-8", "replace")
        line = data[data.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        kind = ClaimKind.TEST if _FOR_TESTS.search(line) else ClaimKind.LOCKED
        sheet.say(subject, grammar, re.sub(r"\$(\w+)", r"${\1}", version), found.span(3), kind)
    return sheet


def _without_blocks(pattern: "re.Pattern[bytes]", data: bytes) -> bytes:
    """Code with blanks in the place of the blocks that a pattern finds the beginning of."""
    bare = bytearray(data)
    for start, end in texts(data):
        bare[start:end] = b" " * (end - start)
    begins = {found.end() - 1: found.start() for found in pattern.finditer(bare)}
    blocks: list[tuple[int, int]] = []
    depth, level, begun = 0, 0, -1
    for brace in re.finditer(rb"[{}]", bare):
        if brace.group() == b"{":
            if begun < 0 and brace.start() in begins:
                begun, level = begins[brace.start()], depth
            depth += 1
            continue
        depth -= 1
        if begun >= 0 and depth <= level:
            blocks.append((begun, brace.end()))
            begun = -1
    if begun >= 0:
        blocks.append((begun, len(data)))
    kept = bytearray(data)
    for start, end in blocks:
        kept[start:end] = data[start:end].translate(BLANKS)
    return bytes(kept)


def _speaks(data: bytes) -> bool:
    """Whether a build may say anything, comments or not: most say only what is built of what."""
    return any(word in data for word in _WORDS) or _NUMBERS.search(data) is not None


def _outside(pattern: "re.Pattern[bytes]", data: bytes) -> "list[re.Match[bytes]]":
    """What a pattern finds in code, and not in a text."""
    found = list(pattern.finditer(data))
    quoted = texts(data) if found else []
    return [match for match in found if not any(start <= match.start() < end for start, end in quoted)]


def _assigned(pattern: "re.Pattern[bytes]", data: bytes) -> "list[re.Match[bytes]]":
    return [found for found in _outside(pattern, data) if _is_value(found[1])]


def _is_value(text: bytes) -> bool:
    """Whether something was assigned, and not only read."""
    return text not in (b"", b"JavaVersion.current", b"it")


def _reference(text: bytes) -> str:
    """A value as it stands, or a name as a reference to a property."""
    word = text.decode("utf-8", "replace")
    if re.match(r"[0-9]|JavaVersion\.VERSION|VERSION|JVM_", word):
        return word.replace("JVM_", "VERSION_")
    word = re.sub(r"^(?:\$\{?)?(?:(?:project|rootProject|ext|extra)\.)*", "", word).rstrip("}")
    word = re.sub(r"\.(?:get|toInteger|asInt|toInt|toString|majorVersion)$", "", word)
    return f"${{{word}}}" if word else ""


def _definitions(sheet: Sheet, data: bytes) -> None:
    for found in _DEFINITION.finditer(data):
        group = next(number for number in (2, 3, 4) if found[number] is not None)
        sheet.define(found[1].decode(), found[group].decode(), found.span(group))
    for table in _TABLE.finditer(data):
        for found in _ENTRY.finditer(data, *table.span(2)):  # `versions = [minSdk: 21]`, asked for as `versions.minSdk`
            group = next(number for number in (2, 3, 4) if found[number] is not None)
            sheet.define(f"{table[1].decode()}.{found[1].decode()}", found[group].decode(), found.span(group))


def properties(source: SourceFile) -> Sheet:
    """`gradle.properties`, Ant's `build.properties`, and NetBeans' `nbproject/project.properties`."""
    sheet = Sheet(source, "ant" if not source.path.endswith("gradle.properties") else "gradle")
    netbeans = sheet.scope.endswith("nbproject/")
    for entry in initext.entries(source.data):
        sheet.define(entry.key, entry.value, entry.span)
        if netbeans and entry.key == "javac.target":
            sheet.say("java", "level", entry.value, entry.span, BYTECODE, scope=above(sheet.scope))
    return sheet


def daemon(source: SourceFile) -> Sheet:
    """`gradle/gradle-daemon-jvm.properties`: the Java that builds run on."""
    sheet = Sheet(source, "gradle-daemon")
    scope = above(sheet.scope) if sheet.scope.endswith("gradle/") else sheet.scope
    for entry in initext.entries(source.data):
        if entry.key == "toolchainVersion":
            sheet.say("java", "java", entry.value, entry.span, ClaimKind.BUILD, scope=scope)
    return sheet


def catalog(source: SourceFile) -> Sheet:
    """`gradle/libs.versions.toml`."""
    sheet = Sheet(source, "gradle")
    sheet.scope = above(sheet.scope) if sheet.scope.endswith("gradle/") else sheet.scope
    document = tomltree.read(source.data)
    for node in document.children("versions"):
        if node.items is None:
            sheet.define(f"libs.versions.{re.sub('[-_]', '.', node.key)}", node.text, node.span)
    for node in document.children("libraries"):
        module = node.word("module") or f"{node.word('group')}:{node.word('name')}"
        version, reference = node.get("version"), node.get("version", "ref")
        if node.items is None and node.text.count(":") == 2:
            module, _, text = node.text.rpartition(":")
            sheet.say(f"maven:{module}", "gradle", text, node.span, ClaimKind.LOCKED)
        elif reference is not None:
            text = f"${{libs.versions.{re.sub('[-_]', '.', reference.text)}}}"
            sheet.say(f"maven:{module}", "gradle", text, reference.span, ClaimKind.LOCKED)
        elif version is not None and version.items is None:
            sheet.say(f"maven:{module}", "gradle", version.text, version.span, ClaimKind.LOCKED)
    return sheet


def _images(sheet: Sheet, pattern: "re.Pattern[bytes]", data: bytes) -> None:
    """Note the images that a program is put on."""
    for found in pattern.finditer(data):
        text = found[1].decode("utf-8", "replace")
        sheet.say("image", "image", text, found.span(1), ClaimKind.DEPLOYMENT)


def sbt(source: SourceFile) -> Sheet:
    """`build.sbt`."""
    sheet = Sheet(source, "sbt")
    data = without_comments(source.data, "c")
    for found in _SBT_TARGET.finditer(data):
        sheet.say("java", "level", found[1].decode(), found.span(1), BYTECODE)
    _images(sheet, _SBT_IMAGE, data)
    for found in re.finditer(rb"""["']([\w.-]+)["']\s*%%?\s*["']([\w.-]+)["']\s*%\s*["']([\w.+-]+)["']""", data):
        subject = f"maven:{found[1].decode()}:{found[2].decode()}"
        kind = ClaimKind.TEST if _SBT_TEST.match(data, found.end()) else ClaimKind.LOCKED
        sheet.say(subject, "maven", found[3].decode(), found.span(3), kind)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "gradle": build,
    "properties": properties,
    "gradle-catalog": catalog,
    "gradle-daemon": daemon,
    "sbt": sbt,
}
