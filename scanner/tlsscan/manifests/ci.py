"""Files of continuous integration: what a project is tested on."""

import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests import yamltree
from tlsscan.manifests.sheet import Sheet, above
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

TEST = ClaimKind.TEST
SETUPS = {
    "actions/setup-python": {"python-version": "python"},
    "actions/setup-java": {"java-version": "java"},
    "actions/setup-dotnet": {"dotnet-version": "dotnet"},
    "actions/setup-ruby": {"ruby-version": "ruby"},
    "ruby/setup-ruby": {"ruby-version": "ruby"},
    "shivammathur/setup-php": {"php-version": "php"},
    "nanasess/setup-php": {"php-version": "php"},
    "graalvm/setup-graalvm": {"java-version": "java"},
    "joschi/setup-jdk": {"java-version": "java"},
    "olafurpg/setup-scala": {"java-version": "java"},
    "coursier/setup-action": {"jvm": "java"},
    "astral-sh/setup-uv": {"python-version": "python"},
    "conda-incubator/setup-miniconda": {"python-version": "python"},
    "mambaorg/setup-micromamba": {"python-version": "python"},
}
"""Inputs of actions that name versions, and what they are versions of."""
WORKFLOW_WORDS = (b"container", *(action.encode() for action in SETUPS))
"""What a workflow must hold to say anything."""
TASKS = {
    "usepythonversion": {"versionspec": "python"},
    "userubyversion": {"versionspec": "ruby"},
    "javatoolinstaller": {"versionspec": "java"},
    "usedotnet": {"version": "dotnet"},
    "dotnetcoreinstaller": {"version": "dotnet"},
}
TRAVIS_LANGUAGES = {"python": "python", "php": "php", "dotnet": "csharp"}
"""Keys that only count for one language."""
TRAVIS = {"python": "python", "rvm": "ruby", "ruby": "ruby", "php": "php", "jdk": "java", "dotnet": "dotnet"}
GRAMMARS = {"dotnet": "series"}  # the others are named like their products
_EXPRESSION = lazy(r"\$\{\{\s*(matrix|env)\.([\w.-]+)\s*\}\}")
_TOX_ENV = lazy(r"\bTOXENV=[\"']?([\w,.-]+)")


def say(sheet: Sheet, product: str, node: Node, text: str = "") -> None:
    """Note a version of a product that a test runs on."""
    sheet.say(product, GRAMMARS.get(product, product), text or node.text, (node.start, node.end), TEST)


def workflow(source: SourceFile) -> Sheet:
    """A workflow of GitHub Actions."""
    sheet = Sheet(source, "ci")
    sheet.scope = above(sheet.scope, 2)
    speaks = any(word in source.data for word in WORKFLOW_WORDS)
    document = yamltree.read(source.data) if speaks else Node("", 0, 0)
    for job in document.children("jobs"):
        values = _Values(source.data, document, job)
        for container in (job.get("container"), job.get("container", "image")):
            if container is not None:
                for node in values.of(container):
                    sheet.say("image", "image", node.text, (node.start, node.end), TEST)
        for step in job.children("steps"):
            action = step.word("uses").partition("@")[0]
            for name, product in SETUPS.get(action, {}).items():
                for given in step.children("with"):
                    if given.key in (name, f"{name}s"):
                        for node in values.of(given):
                            say(sheet, product, node)
    return sheet


class _Values:
    """What expressions in a job stand for: entries of its matrix, and variables."""

    def __init__(self, data: bytes, document: Node, job: Node) -> None:
        self._data = data
        self._job = job
        self._variables = [*job.children("env"), *document.children("env")]

    def of(self, node: Node) -> Iterator[Node]:
        """The texts that a node amounts to, each at the place where it is written."""
        if node.items is not None:
            for item in [] if node.mapping else node.items:
                yield from self.of(item)
        elif found := _EXPRESSION.search(node.text):
            for value in self._matrix(found[2]) if found[1] == "matrix" else self._variable(found[2]):
                whole = found.span() == (0, len(node.text))
                text = node.text[: found.start()] + value.text + node.text[found.end() :]
                yield value if whole else value._replace(text=text)
        elif "\n" in node.text:
            yield from yamltree.lines(self._data, node)
        else:
            yield node

    def _variable(self, name: str) -> Iterator[Node]:
        yield from [node for node in self._variables if node.key == name and node.items is None][:1]

    def _matrix(self, name: str) -> Iterator[Node]:
        first, *rest = name.split(".")
        for entry in self._job.children("strategy", "matrix"):
            if entry.key == first:
                for item in entry.items or ():
                    if not self._excluded(item, first):
                        yield from _scalars(item, rest)
            elif entry.key == "include":
                for combination in entry.items or ():
                    node = combination.get(first)
                    if node is not None:
                        yield from _scalars(node, rest)

    def _excluded(self, item: Node, axis: str) -> bool:
        """Whether no combination with an entry of an axis is left: what `exclude` names is all that there is."""
        if item.items is not None:
            return False
        axes = {entry.key: entry.scalars() for entry in self._job.children("strategy", "matrix")}
        for combination in self._job.children("strategy", "matrix", "exclude"):
            if combination.word(axis) == item.text and all(
                node.key == axis or {other.text for other in axes.get(node.key, [])} == {node.text}
                for node in combination.items or ()
            ):
                return True
        return False


def _scalars(node: Node, path: list[str]) -> Iterator[Node]:
    found = node.get(*path) if path else node
    if found is not None:
        yield from [found] if found.items is None else [item for item in found.items if item.items is None]


def travis(source: SourceFile) -> Sheet:
    """`.travis.yml`."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    jobs = [*document.children("matrix", "include"), *document.children("jobs", "include")]
    for job in [document, *jobs]:
        languages = [node.text.lower() for node in job.scalars("language")]
        for key, product in TRAVIS.items():
            if languages and TRAVIS_LANGUAGES.get(key, languages[0]) not in languages:
                continue
            for node in job.scalars(key):
                say(sheet, product, node)
        for node in [*job.scalars("env"), *job.scalars("env", "matrix"), *job.scalars("env", "jobs")]:
            if found := _TOX_ENV.search(node.text):
                for name in found[1].split(","):
                    say(sheet, "python", node, name.partition("-")[0])
    return sheet


def images(source: SourceFile) -> Sheet:
    """Files in which any `image:` names what a job runs on (GitLab, Bitbucket, Drone)."""
    sheet = Sheet(source, "ci")
    documents = yamltree.read_all(source.data)
    for document in documents:
        _define_variables(sheet, document)
        _images(sheet, document, skipped=frozenset({"services"}))
    return sheet


def _define_variables(sheet: Sheet, document: Node) -> None:
    for node in document.children("variables"):
        if node.items is None:
            sheet.define(node.key, node.text, (node.start, node.end))


def _images(sheet: Sheet, document: Node, skipped: frozenset[str] = frozenset()) -> None:
    for node in walk(document, skipped):
        if node.key == "image":
            named = node if node.items is None else node.get("name")
            if named is not None and named.items is None:
                sheet.say("image", "image", named.text, (named.start, named.end), TEST)


def walk(document: Node, skipped: frozenset[str]) -> Iterator[Node]:
    """All nodes but those under some keys."""
    waiting, seen = [document], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or node.key in skipped:
            continue
        seen.add(id(node))
        yield node
        waiting.extend(reversed(node.items or ()))


def circle(source: SourceFile) -> Sheet:
    """CircleCI, of both generations."""
    sheet = Sheet(source, "ci")
    sheet.scope = above(sheet.scope) if sheet.scope.endswith(".circleci/") else sheet.scope
    document = yamltree.read(source.data)
    _images(sheet, document)
    for product in ("python", "ruby", "php", "java"):
        node = document.get("machine", product, "version")
        if node is not None and node.items is None:
            say(sheet, product, node)
    return sheet


def azure(source: SourceFile) -> Sheet:
    """Azure Pipelines."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    values: dict[str, list[Node]] = {}
    for node in document.walk():
        if node.items is None and node.key:
            values.setdefault(node.key.lower(), []).append(node)
    for node in document.walk():
        inputs = TASKS.get(node.word("task").partition("@")[0].lower(), {}) if node.mapping else {}
        for given in node.children("inputs"):
            product = inputs.get(given.key.lower())
            if product and given.items is None:
                for value in _azure_values(given, values):
                    say(sheet, product, value)
        if node.key == "container" and node.items is None and "/" not in node.text[:1]:
            sheet.say("image", "image", node.text, (node.start, node.end), TEST)
    _images(sheet, document)
    return sheet


def _azure_values(node: Node, values: dict[str, list[Node]]) -> list[Node]:
    found = re.fullmatch(r"\$\(([\w.]+)\)|\$\{\{\s*\w+\.([\w.]+)\s*\}\}", node.text.strip())
    return values.get((found[1] or found[2]).lower(), []) if found else [node]


def appveyor(source: SourceFile) -> Sheet:
    """AppVeyor: versions stand in variables, most of them in paths."""
    sheet = Sheet(source, "ci")
    for node in yamltree.read(source.data).walk():
        if node.items is not None:
            continue
        key = node.key.lower()
        if found := re.search(r"\bPython([23][0-9]{1,2})(?:-x64)?\b", node.text):
            say(sheet, "python", node, f"py{found[1]}")
        elif found := re.search(r"\b[Jj](?:ava\\)?dk-?(1\.[5-8]|[0-9]{1,2})\b", node.text):
            say(sheet, "java", node, found[1])
        elif key in ("ruby_version", "rubyversion") and (found := re.match(r"([1-4])\.?([0-9])", node.text)):
            say(sheet, "ruby", node, f"{found[1]}.{found[2]}")
        elif key in ("python_version", "php_version", "phpversion", "php_ver_target") and node.text[:1].isdigit():
            say(sheet, "python" if key.startswith("python") else "php", node)
    return sheet


def jitpack(source: SourceFile) -> Sheet:
    """JitPack."""
    sheet = Sheet(source, "ci")
    for node in yamltree.read(source.data).scalars("jdk"):
        sheet.say("java", "java", node.text, (node.start, node.end), ClaimKind.BUILD)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "workflow": workflow,
    "travis": travis,
    "images": images,
    "circle": circle,
    "azure": azure,
    "appveyor": appveyor,
    "jitpack": jitpack,
}
