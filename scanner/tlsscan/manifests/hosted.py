"""Files that say what a host runs the code on: compose files, serverless functions, platforms."""

import posixpath
import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind, scope_of
from tlsscan.manifests import jsontree, yamltree
from tlsscan.manifests.docker import context_of, expand, kind_of
from tlsscan.manifests.sheet import ARGUMENT, CONTEXT, Sheet, above
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_NAMED = lazy(rb"(?i:runtime)|^type:|BP_", re.MULTILINE)
BUILDPACKS = {
    "BP_JVM_VERSION": "java",
    "BP_CPYTHON_VERSION": "python",
    "BP_MRI_VERSION": "ruby",
    "BP_PHP_VERSION": "php",
}
"""Variables with which buildpacks are told a version, and of what it is one."""


def compose(source: SourceFile) -> Sheet:
    """A compose file: images of services, and what it passes to the Dockerfiles of those that it builds."""
    sheet = Sheet(source, "docker")
    sheet.scope = context_of(source.path)
    kind = kind_of(source.path)
    document = yamltree.read(source.data)
    old = [node for node in document.items or () if node.mapping and node.get("image") is not None]
    for service in [*document.children("services"), *old]:
        image = service.get("image")
        built = service.get("build") is not None
        if image is not None and image.items is None and not built:
            sheet.say("image", "image", expand(image.text, {}), (image.start, image.end), kind)
        path = _context(sheet, service) if kind is ClaimKind.DEPLOYMENT else ""
        for argument in service.children("build", "args"):
            name, equals, value = argument.text.partition("=")
            if argument.key:
                name, value = argument.key, argument.text
            if (argument.key or equals) and argument.items is None:
                _argument(sheet, path, name, expand(value, {}), argument)
    return sheet


def _argument(sheet: Sheet, path: str, name: str, value: str, node: Node) -> None:
    """Note what is passed to a Dockerfile, as far as it is known."""
    if value and "$" not in value:
        sheet.define(f"{ARGUMENT}{path} {name}" if path else name, value, (node.start, node.end))


def _context(sheet: Sheet, service: Node) -> str:
    """Note which folder a Dockerfile is built from: its claims are about what lies there. Gives its path."""
    build = service.get("build")
    if build is None or (build.items is not None and not build.mapping):
        return ""
    context, dockerfile = (build.text, "") if build.items is None else (build.word("context"), build.word("dockerfile"))
    if "$" in context or ":" in context:
        return ""
    folder = posixpath.normpath(scope_of(sheet.source.path) + (context or "."))
    path = posixpath.normpath(posixpath.join(folder, dockerfile or "Dockerfile"))
    sheet.define(f"{CONTEXT}{path}", "" if folder == "." else f"{folder}/", (build.start, build.start))
    return path


def hosted(source: SourceFile) -> Sheet:
    """Serverless functions, App Engine, Platform.sh, Cloud Foundry: what names a runtime under `runtime` or `type`."""
    sheet = Sheet(source, "hosted")
    if _NAMED.search(source.data) is None:  # many files are called so
        return sheet
    for document in yamltree.read_all(source.data):
        for node in document.walk():
            if node.items is None and node.key.lower() == "runtime":
                sheet.say("runtime", "runtime", node.text, (node.start, node.end), ClaimKind.DEPLOYMENT)
        if source.path.endswith(".platform.app.yaml"):
            _say(sheet, document.get("type"), "runtime")
        version = document.get("runtime_config", "python_version")
        if document.word("runtime") == "python":
            _say(sheet, version, "python")
        _cloud_foundry(sheet, document)
    return sheet


def _say(sheet: Sheet, node: Node | None, grammar: str) -> None:
    if node is not None and node.items is None:
        sheet.say("runtime", grammar, node.text, (node.start, node.end), ClaimKind.DEPLOYMENT)


def _cloud_foundry(sheet: Sheet, document: Node) -> None:
    """What environment variables of an application tell Cloud Foundry's and the CNCF's buildpacks."""
    for node in document.walk():
        if node.items is None and node.key in BUILDPACKS:
            _say(sheet, node, BUILDPACKS[node.key])


def devcontainer(source: SourceFile) -> Sheet:
    """A development container."""
    sheet = Sheet(source, "docker")
    sheet.scope = above(sheet.scope) if sheet.scope.endswith(".devcontainer/") else sheet.scope
    node = jsontree.read(source.data).get("image")
    if node is not None and node.items is None:
        sheet.say("image", "image", node.text, (node.start, node.end), ClaimKind.BUILD)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "compose": compose,
    "hosted": hosted,
    "devcontainer": devcontainer,
}
