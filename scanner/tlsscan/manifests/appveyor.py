"""AppVeyor: the machine, and versions in paths, variables and what is downloaded."""

import re

from tlsscan.manifests import shapes, yamltree
from tlsscan.manifests.jobs import say, say_host
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.shell import spoken
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_CHOCOLATEY = lazy(
    r"\b(?:cinst|choco\s+install)\s+(?:\S{1,40}\s+){0,4}?(php|python|ruby)[23]?\s+(?:\S{1,40}\s+){0,4}?"
    r"--version[= ]([0-9][0-9.]*)"
)
_INSTALLED = (
    (lazy(r"\bPython([23][0-9]{1,2})(?:-x64)?\b"), "python"),
    (lazy(r"\b[Jj](?:ava\\)?dk-?(1\.[5-8]|[0-9]{1,2})\b"), "java"),
    (lazy(r"[\\/]Ruby([23][0-9])(?:-x64)?\b"), "ruby"),
    (lazy(r"\bphp-([5-8]\.[0-9]+(?:\.[0-9]+)?)-(?:nts-)?Win32"), "php"),
)
"""What paths and archives on Windows are called."""
_SIDE = r"(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\S{1,200})"
_COMPARED = lazy(rf"(?i){_SIDE}\s{{0,9}}(?:[=!]=|\s(?:-c?(?:eq|ne|like|match)|equ|neq)\s)\s{{0,9}}{_SIDE}")
"""What a command compares is no declaration."""
_REMARK = lazy(r"^[ \t]*(?:@?rem\b|::)[^\n]*", re.IGNORECASE | re.MULTILINE)
_IN_PATH = lazy(r"[\\/](Ruby|Python)%(\w+)%")
_KEYS = {
    "ruby_version": "ruby",
    "rubyversion": "ruby",
    "python_version": "python",
    "php_version": "php",
    "phpversion": "php",
    "php_ver_target": "php",
}
"""Variables that mean a version by themselves."""


def appveyor(source: SourceFile) -> Sheet:
    """`appveyor.yml`."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    shapes.check(sheet, "appveyor", document)
    texts = [
        line._replace(text=_spoken(line.text))
        for node in document.walk()
        if node.items is None
        for line in (yamltree.lines(source.data, node) if "\n" in node.text else [node])
    ]
    in_paths = {found[2].lower(): found[1].lower() for node in texts for found in _IN_PATH.finditer(node.text)}
    for node in texts:
        _versions(sheet, node, in_paths.get(node.key.lower(), ""))
    for node in _machines(document):
        say_host(sheet, node)
    return sheet


def _spoken(text: str) -> str:
    """A text without what is a comment in it, for any of the shells."""
    return _REMARK.sub("", spoken(text))


def _versions(sheet: Sheet, node: Node, in_path: str) -> None:
    """What a text tells; `in_path` is what it is a version of where it is a part of a path."""
    for pattern, product in _INSTALLED:
        if pattern.search(node.text) and (found := pattern.search(_COMPARED.sub("", node.text))):
            say(sheet, product, node, f"py{found[1]}" if product == "python" else found[1])
            return
    product = _KEYS.get(node.key.lower(), "") or in_path
    if found := _CHOCOLATEY.search(node.text):
        say(sheet, found[1], node, found[2])
    elif product == "ruby" and (found := re.match(r"([1-4])\.?([0-9])\.?([0-9]?)", node.text)):
        say(sheet, product, node, ".".join(part for part in found.groups() if part))
    elif product == "python" and (found := re.match(r"[23][0-9]{1,2}(?![.\w])", node.text)):
        say(sheet, product, node, f"py{found.group()}")
    elif product and node.text[:1].isdigit():
        say(sheet, product, node)


def _machines(document: Node) -> list[Node]:
    found = [*document.scalars("image"), *document.scalars("os")]
    found += [node for job in document.children("matrix") for node in job.scalars("image")]
    return found + [n for n in document.walk() if n.key == "APPVEYOR_BUILD_WORKER_IMAGE" and n.items is None]


READERS = {"appveyor": appveyor}
