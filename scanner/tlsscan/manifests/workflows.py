"""Workflows of GitHub Actions and of those that took its notation over, and actions that are made of steps."""

import posixpath
import re
from collections.abc import Iterator

from tlsscan.claims import member, one_of
from tlsscan.manifests import shapes, yamltree
from tlsscan.manifests.jobs import TEST, installs, say
from tlsscan.manifests.sheet import ARGUMENT, TARGET, Sheet, above
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

SETUPS = {
    "actions/setup-python": {"python-version": "python"},
    "actions/setup-java": {"java-version": "java"},
    "actions/setup-dotnet": {"dotnet-version": "dotnet"},
    "actions/setup-ruby": {"ruby-version": "ruby"},
    "ruby/setup-ruby": {"ruby-version": "ruby"},
    "ruby/setup-ruby-pkgs": {"ruby-version": "ruby"},
    "eregon/use-ruby-action": {"ruby-version": "ruby"},
    "shivammathur/setup-php": {"php-version": "php"},
    "nanasess/setup-php": {"php-version": "php"},
    "php-actions/composer": {"php_version": "php"},
    "php-actions/phpunit": {"php_version": "php"},
    "graalvm/setup-graalvm": {"java-version": "java"},
    "adoptopenjdk/install-jdk": {"version": "java"},
    "joschi/setup-jdk": {"java-version": "java"},
    "oracle-actions/setup-java": {"release": "java"},
    "s4u/setup-maven-action": {"java-version": "java"},
    "olafurpg/setup-scala": {"java-version": "java"},
    "coursier/setup-action": {"jvm": "java"},
    "astral-sh/setup-uv": {"python-version": "python"},
    "deadsnakes/action": {"python-version": "python"},
    "conda-incubator/setup-miniconda": {"python-version": "python"},
    "goanpeca/setup-miniconda": {"python-version": "python"},
    "s-weigand/setup-conda": {"python-version": "python"},
    "mambaorg/setup-micromamba": {"python-version": "python"},
}
"""Inputs of actions that name versions, and what they are versions of."""
PUSHING = "docker/build-push-action"
COPIED = {f"setup-{product}": {f"{product}-version": product} for product in ("python", "java", "ruby", "php")}
"""The same of actions that others made after them, by what they are called without the owner."""
FAMILY = "workflow"
"""Workflows and actions, which pass each other values."""
UNKNOWN = "?"
"""Stands for what is passed where nobody can tell it."""
WORDS = (b"./.github/", b"container", b"runs-on", b"docker:", b"-version", *(action.encode() for action in SETUPS))
"""What a workflow must hold to say anything."""
PASSED = {
    f"{word}-version": product
    for product in ("python", "ruby", "php", "java", "dotnet")
    for word in (product, f"default-{product}")
}
"""Inputs of workflows elsewhere, which nobody can look up here."""
_EXPRESSION = lazy(
    r"\$\{\{\s*(matrix|env|inputs|github\.event\.inputs)\.([\w.-]+)\s*(?:\|\|\s*(?:'([^']*)'|([\d.]+))\s*)?\}\}"
)
_FROM_JSON = lazy(r"\$\{\{\s*from[jJ][sS][oO][nN]\(\s*'(\[[^'\[\]]*\])'\s*\)\s*\}\}")
_FROM_INPUT = lazy(
    r"\$\{\{\s*from[jJ][sS][oO][nN]\(\s*(?:github\.event\.)?inputs\.([\w-]+)\s*(?:&&\s*inputs\.[\w-]+\s*)?"
    r"(?:\|\|\s*'(\[[^'\[\]]*\])'\s*)?\)\s*\}\}"
)
_ALTERNATIVES = lazy(r"(?:&&|\|\|)\s*from[jJ][sS][oO][nN]\(\s*'(\[[^'\[\]]*\])'\s*\)")
_LIST = lazy(r"(\[[^\[\]{}]*\])")


def workflow(source: SourceFile) -> Sheet:
    """A workflow."""
    sheet = Sheet(source, FAMILY)
    sheet.scope = above(sheet.scope, 2)
    data = source.data.lower()
    document = yamltree.read(source.data) if any(word in data for word in WORDS) else Node("", 0, 0)
    shapes.check(sheet, "workflow", document)
    for number, job in enumerate(document.children("jobs")):
        sheet.system = f"{source.path}#{number}"
        values = _Values(source.data, document, job)
        containers = [node for node in (job.get("container"), job.get("container", "image")) if node is not None]
        systems = [node for container in containers for node in values.of(container)]
        labels = None if containers else job.get("runs-on", "labels") or job.get("runs-on")
        hosts = [*values.of(labels)] if labels is not None else []
        system = one_of(sheet.system, len(systems) + len(hosts))
        for place, node in enumerate([*systems, *hosts]):
            sheet.system = member(system, place)
            sheet.say("image", "image" if containers else "host", node.text, node.span, TEST)
        sheet.system = system
        _steps(sheet, job, values)
        _passes(sheet, job, values, "")
        for given in job.children("with") if job.word("uses") else ():
            product = PASSED.get(given.key.replace("_", "-").removesuffix("s"), "")
            for node in _listed(given, bare=True) if product and given.items is None else ():
                for value in values.of(node):
                    say(sheet, product, value)
        on = [*(node.text for node in systems), *(f"host:{node.text}" for node in hosts)]
        installs(sheet, source.data, job, on[0] if len(on) == 1 else "")
    return sheet


def action(source: SourceFile) -> Sheet:
    """An action in a repository: what its steps set up, or the image that it runs in."""
    sheet = Sheet(source, FAMILY)
    sheet.scope = sheet.scope[: sheet.scope.rfind(".github/")] if ".github/" in sheet.scope else sheet.scope
    if b"runs" not in source.data:  # others call their files so, too
        return sheet
    document = yamltree.read(source.data)
    runs = document.get("runs")
    if runs is not None:
        _steps(sheet, runs, _Values(source.data, document, runs))
        _image(sheet, runs.get("image"))
    return sheet


def _steps(sheet: Sheet, job: Node, values: "_Values") -> None:
    for step in job.children("steps"):
        _image(sheet, step.get("uses"))
        name = step.word("uses").partition("@")[0].lower()
        _passes(sheet, step, values, "/action.yml", "/action.yaml")
        if name == PUSHING:
            _pushed(sheet, step.get("with"))
        if step.word("with", "distribution") == "jdkfile":
            continue  # the version is what the caller calls a file
        for key, product in (SETUPS.get(name) or COPIED.get(name.rpartition("/")[2], {})).items():
            for given in step.children("with"):
                if given.key in (key, f"{key}s"):
                    for node in values.of(given, step):
                        say(sheet, product, node)


def _pushed(sheet: Sheet, given: Node | None) -> None:
    """Note which stage of a Dockerfile is pushed: it is there to run elsewhere."""
    if given is None or given.word("push") in ("", "false"):
        return
    context, file, target = given.word("context") or ".", given.word("file"), given.word("target")
    path = posixpath.normpath(f"{sheet.scope}{file or f'{context}/Dockerfile'}")
    if not any("$" in text or ":" in text for text in (context, file, target)):
        sheet.define(f"{TARGET}{path} {given.start}", target, given.span)


def _passes(sheet: Sheet, caller: Node, values: "_Values", *files: str) -> None:
    """Note what is passed to a workflow or an action of the same repository."""
    used = caller.word("uses")
    for given in caller.children("with") if used.startswith("./") else ():
        step = caller if caller.get("env") is not None else None
        listed = _listed(given, bare=True) if given.items is None else [given]
        known = [value for item in listed for value in values.of(item, step)]
        for value in known or [given._replace(text=UNKNOWN)]:
            text = UNKNOWN if "$" in value.text or not value.text else value.text
            for file in files:
                path = posixpath.normpath(f"{sheet.scope}{used}{file}")
                sheet.define(f"{ARGUMENT}{path} {_input(given.key)}", text, (value.start, value.end))


def _input(name: str) -> str:
    """The name of an input as a reference."""
    return f"input_{re.sub('[^A-Za-z0-9_]', '_', name)}"


def _image(sheet: Sheet, node: Node | None) -> None:
    if node is not None and node.items is None and node.text.startswith("docker://"):
        sheet.say("image", "image", node.text.removeprefix("docker://"), node.span, TEST)


class _Values:
    """What expressions in a job stand for: entries of its matrix, variables, and what is passed to a workflow."""

    def __init__(self, data: bytes, document: Node, job: Node) -> None:
        self._data = data
        self._job = job
        self._variables = [*job.children("env"), *document.children("env")]
        paths = (("inputs",), ("on", "workflow_call", "inputs"), ("on", "workflow_dispatch", "inputs"))
        self._inputs = [node for path in paths for node in document.children(*path)]
        self._called = [node.key for node in document.children("on")] == ["workflow_call"]  # it never runs by itself

    def of(self, node: Node, step: Node | None = None) -> Iterator[Node]:
        """The texts that a node amounts to, each at the place where it is written."""
        if node.items is not None:
            for item in [] if node.mapping else node.items:
                yield from self.of(item, step)
        elif found := _EXPRESSION.search(node.text):
            otherwise = node._replace(text=found[3] or found[4] or "")  # where nothing else is given
            if found[1] in ("matrix", "env"):
                values = [*self._named(found[1], found[2], step), *([otherwise] if otherwise.text else [])]
            else:
                values = list(self._passed(found[2], otherwise))
            for value in values:
                whole = found.span() == (0, len(node.text))
                text = node.text[: found.start()] + value.text + node.text[found.end() :]
                yield value if whole else value._replace(text=text)
        elif "\n" in node.text:
            yield from yamltree.lines(self._data, node)
        else:
            yield node

    def _named(self, kind: str, name: str, step: Node | None) -> Iterator[Node]:
        if kind == "matrix":
            yield from self._matrix(name)
        elif kind == "env":
            variables = [*(step.children("env") if step is not None else ()), *self._variables]
            for value in [node for node in variables if node.key == name and node.items is None][:1]:
                yield from [value] if "${{" not in value.text else self.of(value)

    def _passed(self, name: str, otherwise: Node) -> Iterator[Node]:
        """What an input stands for: a reference to what is passed, with its defaults."""
        defaults = [node.get("default") for node in self._inputs if node.key == name]
        for node in [node for node in defaults if node is not None and node.items is None and node.text] or [otherwise]:
            plain = "" if re.search(r"[${}]", node.text) else node.text
            yield node._replace(text=f"${{{_input(name)}:-{plain}}}" if plain else f"${{{_input(name)}}}")

    def _matrix(self, name: str) -> Iterator[Node]:
        first, *rest = name.split(".")
        for entry in self._job.children("strategy", "matrix"):
            if entry.key == first:
                for item in self._axis(entry):
                    if not self._excluded(item, first):
                        yield from _scalars(item, rest)
            elif entry.key == "include":
                for combination in entry.items or ():
                    node = combination.get(first)
                    if node is not None:
                        yield from _scalars(node, rest)

    def _axis(self, entry: Node) -> list[Node]:
        """The entries of an axis; of a list that is passed to the workflow, what is passed, and the list that it takes
        where it runs by itself."""
        found = _FROM_INPUT.fullmatch(entry.text.strip()) if entry.items is None else None
        if found is None:
            return _listed(entry)
        defaults = [node.get("default") for node in self._inputs if node.key == found[1]]
        texts = [node for node in defaults if node is not None and node.items is None]
        lists = [item for node in texts for item in _listed(node, bare=True) if item.text]
        lists += _listed(entry._replace(text=found[2]), bare=True) if found[2] else []
        passed = f"${{{_input(found[1])}}}"
        if self._called and lists:
            return [item._replace(text=f"{passed[:-1]}:-{item.text}}}") for item in lists]
        return [entry._replace(text=passed), *lists]

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


def _listed(entry: Node, bare: bool = False) -> list[Node]:
    """The entries of an axis, which may be written as JSON in an expression; with `bare`, also without one."""
    found = _FROM_JSON.fullmatch(entry.text.strip()) or (_LIST.fullmatch(entry.text.strip()) if bare else None)
    several = _ALTERNATIVES.findall(entry.text) if entry.items is None and found is None else []
    if several and not bare:  # of which an expression chooses one
        return [entry._replace(text=item.strip("\"' ")) for text in several for item in text.strip("[]").split(",")]
    if bare and found is None:
        return [entry]
    if entry.items is None and found is not None:
        return [entry._replace(text=text.strip("\"' ")) for text in found[1].strip("[]").split(",")]
    return entry.items or []


def _scalars(node: Node, path: list[str]) -> Iterator[Node]:
    found = node.get(*path) if path else node
    if found is not None:
        yield from [found] if found.items is None else [item for item in found.items if item.items is None]


READERS = {"workflow": workflow, "action": action}
