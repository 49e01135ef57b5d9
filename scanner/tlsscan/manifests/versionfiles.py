"""Files of version managers: a version in a line, or a tool and its versions."""

import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests import tomltree
from tlsscan.manifests.sheet import Sheet
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

PINNED = ClaimKind.PINNED
TOOLS = {"python": "python", "ruby": "ruby", "php": "php", "java": "java"}
_RVM = lazy(r"(?:^ruby=|\brvm\s+(?:(?:use|--[\w-]+)\s+)*[\"']?|environment_id=[\"']?)((?:j?ruby-)?[0-9][\w.-]*)")
_LINE = lazy(rb"[^\r\n]+")


def lines(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The lines of a file without comments and white space around them, with their places."""
    for found in _LINE.finditer(data):
        text = found.group().split(b"#", 1)[0]
        stripped = text.strip()
        if stripped:
            start = found.start() + len(text) - len(text.lstrip())
            yield stripped.decode("utf-8", "replace"), start, start + len(stripped)


def _each_line(product: str) -> Callable[[SourceFile], Sheet]:
    def read(source: SourceFile) -> Sheet:
        sheet = Sheet(source, "version-file")
        for text, start, end in lines(source.data):
            sheet.say(product, product, text, (start, end), PINNED)
        return sheet

    return read


def ruby_version(source: SourceFile) -> Sheet:
    """`.ruby-version`; `.rvmrc` and `.versions.conf` name the version in one of their lines."""
    sheet = Sheet(source, "version-file")
    for text, start, end in lines(source.data):
        if source.path.endswith(".ruby-version"):
            sheet.say("ruby", "ruby", text, (start, end), PINNED)
        elif found := _RVM.search(text):
            sheet.say("ruby", "ruby", found[1], (start + found.start(1), start + found.end(1)), PINNED)
    return sheet


def tool_versions(source: SourceFile) -> Sheet:
    """asdf's `.tool-versions`, and mise's `mise.toml`."""
    sheet = Sheet(source, "version-file")
    if source.path.endswith(".toml"):
        for node in tomltree.read(source.data).children("tools"):
            for value in [node] if node.items is None else node.scalars("version") or node.scalars():
                _tool(sheet, node.key, value.text, value.span)
        return sheet
    for text, start, _ in lines(source.data):
        tool, *versions = re.finditer(r"\S+", text)
        for version in versions:
            _tool(sheet, tool.group(), version.group(), (start + version.start(), start + version.end()))
    return sheet


def _tool(sheet: Sheet, tool: str, text: str, span: tuple[int, int]) -> None:
    if tool in TOOLS:
        sheet.say(TOOLS[tool], TOOLS[tool], text, span, PINNED)
    elif tool.startswith("dotnet"):
        sheet.say("dotnet", "series", text, span, PINNED)


def runtime_txt(source: SourceFile) -> Sheet:
    """Heroku's `runtime.txt`, also known to Cloud Foundry."""
    sheet = Sheet(source, "version-file")
    for text, start, end in lines(source.data):
        if re.match(r"python-?[0-9]|[23]\.[0-9]", text):
            sheet.say("python", "python", text, (start, end), ClaimKind.DEPLOYMENT)
    return sheet


def sdkman(source: SourceFile) -> Sheet:
    """`.sdkmanrc`."""
    sheet = Sheet(source, "version-file")
    for text, start, end in lines(source.data):
        if found := re.match(r"java\s*=\s*", text):
            sheet.say("java", "java", text[found.end() :], (start + found.end(), end), PINNED)
    return sheet


def system_properties(source: SourceFile) -> Sheet:
    """`system.properties`, in which Heroku looks for `java.runtime.version`."""
    sheet = Sheet(source, "version-file")
    for text, start, end in lines(source.data):
        if found := re.match(r"java\.runtime\.version\s*[=:]\s*", text):
            sheet.say("java", "java", text[found.end() :], (start + found.end(), end), ClaimKind.DEPLOYMENT)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "python-version": _each_line("python"),
    "php-version": _each_line("php"),
    "java-version": _each_line("java"),
    "ruby-version": ruby_version,
    "tool-versions": tool_versions,
    "runtime-txt": runtime_txt,
    "sdkman": sdkman,
    "system-properties": system_properties,
}
