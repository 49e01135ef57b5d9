"""PHP's manifests and lock files."""

from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import jsontree, shapes
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

PLATFORM = {"php": "php", "php-64bit": "php", "lib-curl": "libcurl", "lib-openssl": "openssl"}
"""Composer's names of what is not a package."""
_FIRST = lazy(r"(\d+\.\d+)\.0")
"""The first release of a series: where packages are to be fit for all of it, and nobody runs on that one."""


def composer(source: SourceFile) -> Sheet:
    """`composer.json`: `config.platform` is what it is installed for, `require` what will do."""
    sheet = Sheet(source, "php")
    document = jsontree.read(source.data)
    shapes.check(sheet, "composer", document)
    for node in document.children("config", "platform"):
        _platform(sheet, node, "series", ClaimKind.PINNED)
    for node in document.children("require"):
        _platform(sheet, node, "composer", ClaimKind.REQUIREMENT)
        if node.items is None:
            _say(sheet, f"packagist:{node.key.lower()}", "composer", node, ClaimKind.REQUIREMENT)
    return sheet


def composer_lock(source: SourceFile) -> Sheet:
    """`composer.lock`."""
    sheet = Sheet(source, "php")
    document = jsontree.read(source.data)
    shapes.check(sheet, "composer-lock", document)
    for node in document.children("platform-overrides"):
        _platform(sheet, node, "series", ClaimKind.PINNED)
    for node in document.children("platform"):
        _platform(sheet, node, "composer", ClaimKind.REQUIREMENT)
    for package in document.children("packages"):
        version = package.get("version")
        if version is not None and version.items is None:
            _say(sheet, f"packagist:{package.word('name').lower()}", "series", version, ClaimKind.LOCKED)
    return sheet


def _platform(sheet: Sheet, node: Node, grammar: str, kind: ClaimKind) -> None:
    if node.key not in PLATFORM or node.items is not None:
        return
    product = PLATFORM[node.key]
    first = _FIRST.fullmatch(node.text) if product == "php" and grammar == "series" else None
    sheet.say(product, grammar, first.group(1) if first is not None else node.text, node.span, kind)


def _say(sheet: Sheet, subject: str, grammar: str, node: Node, kind: ClaimKind) -> None:
    sheet.say(subject, grammar, node.text, node.span, kind)


READERS: dict[str, Callable[[SourceFile], Sheet]] = {"composer": composer, "composer-lock": composer_lock}
