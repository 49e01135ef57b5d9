"""Files that say what a host runs the code on: compose files, serverless functions, platforms."""

import posixpath
import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind, scope_of
from tlsscan.manifests import initext, jsontree, shapes, tomltree, yamltree
from tlsscan.manifests.docker import context_of, expand, kind_of, plain_registry
from tlsscan.manifests.sheet import ARGUMENT, CONTEXT, TARGET, Sheet, above
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

DEPLOYMENT = ClaimKind.DEPLOYMENT
_NAMED = lazy(rb"(?i:runtime)|^type:|BP_", re.MULTILINE)
_SERVERLESS = lazy(
    r"\$\{(?:self:(?P<path>[\w.-]+)|\w+:[\w./-]+)\s*(?:,\s*(?:self:[\w.-]+\s*,\s*)?['\"]?(?P<default>[a-z]+[0-9][\w.]*)['\"]?\s*)?\}"
)
_DEMANDED = lazy(r"\$\{(\w+):?\?[^}]*\}")
"""A variable without which nothing starts."""
_MOUNT = lazy(r"(?P<source>\.[^:]*):(?P<target>/[^:]*)(?::[\w,]+)?")
_NO_CODE = lazy(r"/(?:etc|tmp|var/(?:lib|log|run|cache)|usr/local/etc|root/\.|home/\w+/\.|docker-)")
"""Folders of a container in which configuration, data and logs lie."""
ENVIRONMENTS = (".env", ".env.dist", ".env.example", ".env.sample", "env-example")
"""What a compose file is given its variables in, the likeliest first: the others are copied to the first."""
FEATURES = {"python": "python", "ruby": "ruby", "php": "php", "java": "java", "dotnet": "dotnet"}
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
    shapes.check(sheet, "compose", document)
    old = [node for node in document.items or () if node.mapping and node.get("image") is not None]
    for service in [*document.children("services"), *old]:
        image = service.get("image")
        built = service.get("build") is not None
        if image is not None and image.items is None and not built:
            sheet.say("image", "image", plain_registry(_DEMANDED.sub(r"${\1}", image.text)), image.span, DEPLOYMENT)
        path = _context(sheet, service, kind)
        for argument in service.children("build", "args"):
            name, equals, value = argument.text.partition("=")
            if argument.key:
                name, value = argument.key, argument.text
            if (argument.key or equals) and argument.items is None:
                _argument(sheet, path, name, value, argument)
    sheet.parents += ENVIRONMENTS
    return sheet


def _argument(sheet: Sheet, path: str, name: str, value: str, node: Node) -> None:
    """Note what is passed to a Dockerfile; it may refer to the environment."""
    if value and path:
        sheet.define(f"{ARGUMENT}{path} {name}", _DEMANDED.sub(r"${\1}", value), node.span)
    elif value and "$" not in (known := expand(value, {})):
        sheet.define(name, known, node.span)


def environment(source: SourceFile) -> Sheet:
    """`.env` beside a compose file: values that may be the versions or the names of images."""
    sheet = Sheet(source, "docker")
    for entry in initext.entries(source.data):
        value, start = entry.value.partition(" #")[0].strip(), entry.start
        if value[:1] in ("'", '"') and value[-1:] == value[:1]:
            value, start = value[1:-1], start + 1
        if re.fullmatch(r"[\w.:/@-]{1,120}", value) and re.search("[0-9]", value):
            name = entry.key.removeprefix("export ").strip()
            sheet.define(f"{ARGUMENT}{source.path} {name}", value, (start, start + len(value.encode())))
    return sheet


def _context(sheet: Sheet, service: Node, kind: ClaimKind) -> str:
    """Note which folder a Dockerfile is built from: its claims are about what lies there. Gives its path. A file for
    development or for tests says so only of a Dockerfile for the same."""
    build = service.get("build")
    if build is None or (build.items is not None and not build.mapping):
        return ""
    context, dockerfile = (build.text, "") if build.items is None else (build.word("context"), build.word("dockerfile"))
    if "$" in context or ":" in context:
        return ""
    folder = posixpath.normpath(scope_of(sheet.source.path) + (context or "."))
    path = posixpath.normpath(posixpath.join(folder, dockerfile or "Dockerfile"))
    if kind is not DEPLOYMENT and kind_of(path) is not kind:
        return ""
    target = _DEMANDED.sub(r"${\1}", build.word("target"))
    sheet.define(f"{TARGET}{path} {service.key}", target, (build.start, build.start))
    for scope in dict.fromkeys([folder, *_mounted(sheet, service)]):
        sheet.define(f"{CONTEXT}{path}", "" if scope == "." else f"{scope}/", (build.start, build.start))
    return path


def _mounted(sheet: Sheet, service: Node) -> Iterator[str]:
    """The folders beside a compose file that a service has in its container, where code may lie there."""
    for volume in service.children("volumes"):
        short = _MOUNT.fullmatch(volume.text) if volume.items is None else None
        source, target = (short["source"], short["target"]) if short else (volume.word("source"), volume.word("target"))
        folder = posixpath.normpath(scope_of(sheet.source.path) + source)
        is_file = "." in posixpath.basename(source.rstrip("/")).strip(".")
        inside = source.startswith(".") and "$" not in source and not folder.startswith("..")
        if inside and not is_file and not _NO_CODE.match(target):
            yield folder


def hosted(source: SourceFile) -> Sheet:
    """Serverless functions, App Engine, Platform.sh, Cloud Foundry: what names a runtime under `runtime` or `type`."""
    sheet = Sheet(source, "hosted")
    if _NAMED.search(source.data) is None:  # many files are called so
        return sheet
    for document in yamltree.read_all(source.data):
        for node in document.walk():
            if node.items is None and node.key.lower() == "runtime":
                _say(sheet, _of_serverless(node, document), "runtime")
        if source.path.endswith(".platform.app.yaml"):
            _say(sheet, document.get("type"), "runtime")
        version = document.get("runtime_config", "python_version")
        if document.word("runtime") == "python":
            _say(sheet, version, "python")
        _cloud_foundry(sheet, document)
    return sheet


def _of_serverless(node: Node, document: Node) -> Node:
    """A value, or what a variable of the Serverless Framework stands for: another one of the file, or a default."""
    for _ in range(5):
        found = _SERVERLESS.fullmatch(node.text.strip())
        if found is None:
            return node
        own = document.get(*found["path"].split(".")) if found["path"] else None
        node = own if own is not None and own.items is None else node._replace(text=found["default"] or "$(")
    return node


def _say(sheet: Sheet, node: Node | None, grammar: str) -> None:
    if node is not None and node.items is None:
        sheet.say("runtime", grammar, node.text, node.span, DEPLOYMENT)


def _cloud_foundry(sheet: Sheet, document: Node) -> None:
    """What environment variables of an application tell Cloud Foundry's and the CNCF's buildpacks."""
    for node in document.walk():
        if node.items is None and node.key in BUILDPACKS:
            _say(sheet, node, BUILDPACKS[node.key])


def devcontainer(source: SourceFile) -> Sheet:
    """A development container."""
    sheet = Sheet(source, "docker")
    sheet.scope = above(sheet.scope) if sheet.scope.endswith(".devcontainer/") else sheet.scope
    document = jsontree.read(source.data)
    node = document.get("image")
    if node is not None and node.items is None:
        sheet.say("image", "image", node.text, node.span, ClaimKind.BUILD)
    dockerfile = document.word("build", "dockerfile") or document.word("dockerFile")
    for argument in document.children("build", "args"):
        if dockerfile and argument.items is None:
            path = posixpath.normpath(posixpath.join(scope_of(source.path), dockerfile))
            _argument(sheet, path, argument.key, argument.text, argument)
    for feature in document.children("features"):
        found = re.fullmatch(r"ghcr\.io/devcontainers/features/(\w+)(?::.*)?", feature.key)
        version = feature.get("version")
        if found and found[1] in FEATURES and version is not None and version.items is None:
            product = FEATURES[found[1]]
            grammar = "series" if product == "dotnet" else product
            sheet.say(product, grammar, version.text, version.span, ClaimKind.BUILD)
    return sheet


def heroku(source: SourceFile) -> Sheet:
    """`app.json`: the stack of an application on Heroku."""
    sheet = Sheet(source, "hosted")
    if b'"stack"' not in source.data:  # many files are called so
        return sheet
    node = jsontree.read(source.data).get("stack")
    if node is not None and node.items is None:
        sheet.say("image", "host", node.text, node.span, DEPLOYMENT)
    return sheet


def buildpacks(source: SourceFile) -> Sheet:
    """`project.toml` of the CNCF's buildpacks: what is set for a build."""
    sheet = Sheet(source, "hosted")
    if b"BP_" not in source.data:
        return sheet
    document = tomltree.read(source.data)
    for path in (("build", "env"), ("io", "buildpacks", "build", "env")):
        for entry in document.children(*path):
            value = entry.get("value")
            if entry.word("name") in BUILDPACKS and value is not None and value.items is None:
                _say(sheet, value, BUILDPACKS[entry.word("name")])
    return sheet


def kubernetes(source: SourceFile) -> Sheet:
    """Manifests of Kubernetes: the images of containers. What is only a template is not read."""
    sheet = Sheet(source, "hosted")
    if b"apiVersion" not in source.data or b"image" not in source.data or b"{{" in source.data:
        return sheet
    for document in yamltree.read_all(source.data):
        if not document.word("apiVersion") or not document.word("kind"):
            continue
        for node in document.walk():
            if node.key in ("containers", "initContainers") and not node.mapping:
                for container in node.items or ():
                    image = container.get("image")
                    if image is not None and image.items is None:
                        sheet.say("image", "image", image.text, image.span, DEPLOYMENT)
    return sheet


_HANDLER = lazy(
    rb"^[^\S\n]*(?:AddHandler|AddType|SetHandler)[^\n]*?\b(?:x-httpd-(?:ea-)?|lsapi-?|)php-?([5-8])\.?([0-9])?",
    re.MULTILINE,
)


def htaccess(source: SourceFile) -> Sheet:
    """`.htaccess`: the PHP that a shared host is asked for."""
    sheet = Sheet(source, "hosted")
    for found in _HANDLER.finditer(source.data):
        if found[2] is not None:
            text = f"{found[1].decode()}.{found[2].decode()}"
            sheet.say("php", "php", text, (found.start(1), found.end(2)), DEPLOYMENT)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "compose": compose,
    "hosted": hosted,
    "devcontainer": devcontainer,
    "environment": environment,
    "heroku": heroku,
    "buildpacks": buildpacks,
    "kubernetes": kubernetes,
    "htaccess": htaccess,
}
