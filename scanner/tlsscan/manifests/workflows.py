"""Workflows of GitHub Actions and of those that took its notation over, and actions that are made of steps."""

from collections.abc import Iterator

from tlsscan.manifests import yamltree
from tlsscan.manifests.jobs import TEST, installs, say, say_host
from tlsscan.manifests.sheet import Sheet, above
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
WORDS = (b"container", b"runs-on", b"docker:", b"-version", *(action.encode() for action in SETUPS))
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
_LIST = lazy(r"(\[[^\[\]{}]*\])")


def workflow(source: SourceFile) -> Sheet:
    """A workflow."""
    sheet = Sheet(source, "ci")
    sheet.scope = above(sheet.scope, 2)
    data = source.data.lower()
    document = yamltree.read(source.data) if any(word in data for word in WORDS) else Node("", 0, 0)
    for job in document.children("jobs"):
        values = _Values(source.data, document, job)
        containers = [node for node in (job.get("container"), job.get("container", "image")) if node is not None]
        for container in containers:
            for node in values.of(container):
                sheet.say("image", "image", node.text, node.span, TEST)
        labels = None if containers else job.get("runs-on", "labels") or job.get("runs-on")
        for node in values.of(labels) if labels is not None else ():
            say_host(sheet, node)
        _steps(sheet, job, values)
        for given in job.children("with") if job.word("uses") else ():
            product = PASSED.get(given.key.replace("_", "-").removesuffix("s"), "")
            for node in _listed(given, bare=True) if product and given.items is None else ():
                for value in values.of(node):
                    say(sheet, product, value)
        installs(sheet, source.data, job)
    return sheet


def action(source: SourceFile) -> Sheet:
    """An action in a repository: what its steps set up, or the image that it runs in."""
    sheet = Sheet(source, "ci")
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
        for key, product in SETUPS.get(name, {}).items():
            for given in step.children("with"):
                if given.key in (key, f"{key}s"):
                    for node in values.of(given, step):
                        say(sheet, product, node)


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

    def of(self, node: Node, step: Node | None = None) -> Iterator[Node]:
        """The texts that a node amounts to, each at the place where it is written."""
        if node.items is not None:
            for item in [] if node.mapping else node.items:
                yield from self.of(item, step)
        elif found := _EXPRESSION.search(node.text):
            values = list(self._named(found[1], found[2], step))
            if found[3] or found[4]:  # where nothing else is given
                values.append(node._replace(text=found[3] or found[4]))
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
        else:
            for given in [node for node in self._inputs if node.key == name]:
                yield from [node for node in (given.get("default"),) if node is not None and node.items is None]

    def _matrix(self, name: str) -> Iterator[Node]:
        first, *rest = name.split(".")
        for entry in self._job.children("strategy", "matrix"):
            if entry.key == first:
                for item in _listed(entry):
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


def _listed(entry: Node, bare: bool = False) -> list[Node]:
    """The entries of an axis, which may be written as JSON in an expression; with `bare`, also without one."""
    found = _FROM_JSON.fullmatch(entry.text.strip()) or (_LIST.fullmatch(entry.text.strip()) if bare else None)
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
