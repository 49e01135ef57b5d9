"""Files of continuous integration: what a project is tested on."""

import re
from collections.abc import Callable, Iterator
from copy import copy

from tlsscan.claims import ClaimKind, member, one_of
from tlsscan.manifestnames import PIPELINES
from tlsscan.manifests import shapes, yamltree
from tlsscan.manifests.docker import plain_registry
from tlsscan.manifests.jobs import TEST, installs, say, say_host
from tlsscan.manifests.sheet import Sheet, above
from tlsscan.manifests.shell import spoken
from tlsscan.manifests.tree import Node
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

MOST = 40  # values of one text
TASKS = {
    "usepythonversion": {"versionspec": "python"},
    "userubyversion": {"versionspec": "ruby"},
    "javatoolinstaller": {"versionspec": "java"},
    "usedotnet": {"version": "dotnet"},
    "dotnetcoreinstaller": {"version": "dotnet"},
    "maven": {"jdkversionoption": "java", "jdkversion": "java"},
    "gradle": {"jdkversionoption": "java", "jdkversion": "java"},
    "ant": {"jdkversionoption": "java", "jdkversion": "java"},
}
TRAVIS_LANGUAGES = {"python": "python", "php": "php", "dotnet": "csharp"}
"""Keys that only count for one language."""
TRAVIS = {"python": "python", "rvm": "ruby", "ruby": "ruby", "php": "php", "jdk": "java", "dotnet": "dotnet"}
_TOX_ENV = lazy(r"\bTOX_?ENV=[\"']?([\w,.-]+)")
_NAMED_VERSION = lazy(r"\b(PYTHON|RUBY|PHP)_?VERSION=[\"']?([0-9][\w.]*)")
_REFERENCE = lazy(r"\$(?:\{(\w+)\}|(\w+))")
_MATRIX = lazy(r"\{\{\s*(matrix(?:\.\w+)?)\s*\}\}")
_PARAMETER = lazy(r"<<\s*(?:pipeline\.)?(?:parameters|matrix)\.([\w-]+)\s*>>")
_SEMAPHORE = lazy(r"\bsem-version\s+(python|ruby|php|java)\s+([0-9][\w.]*)")
_AZURE = ("azure-pipeline", "vsts-ci")  # in names of its files, and of folders that hold nothing else
_OF_AZURE = lazy(rb"\bvmImage[\"']?[ \t]*:|\btask:[ \t]*[\"']?[A-Za-z][\w.-]*@[0-9]")
_ORB = lazy(r"(?:circleci/)?(python|ruby|php|java)(?:-[\w-]+)?/[\w-]+")


def travis(source: SourceFile) -> Sheet:
    """`.travis.yml`."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    shapes.check(sheet, "travis", document)
    held = [node for node in (document.get("matrix"), document.get("jobs")) if node is not None]
    jobs = [job for node in held for job in (node.children("include") if node.mapping else node.items or ())]
    for number, job in enumerate([document, *jobs]):
        sheet.system = f"{source.path}#{number if job.get('dist') is not None else 0}"
        languages = [node.text.lower() for node in job.scalars("language")]
        for key, product in TRAVIS.items():
            if languages and TRAVIS_LANGUAGES.get(key, languages[0]) not in languages:
                continue
            for node in job.scalars(key):
                say(sheet, product, node)
        for node in job.scalars("dist"):
            say_host(sheet, node)
        for path in (("env",), ("env", "matrix"), ("env", "jobs"), ("env", "global")):
            for node in job.scalars(*path):
                _travis_variables(sheet, node)
        dist = job.word("dist") or document.word("dist")
        on = f"host:{dist}" if dist else ""
        for node in job.scalars("addons", "apt", "packages"):
            sheet.say(f"os:{on}", "package", node.text, node.span, TEST)
        installs(sheet, source.data, job, on)
    return sheet


def _travis_variables(sheet: Sheet, node: Node) -> None:
    """Versions that variables name."""
    if found := _TOX_ENV.search(node.text):
        for name in found[1].split(","):
            say(sheet, "python", node, name.partition("-")[0])
    for found in _NAMED_VERSION.finditer(node.text):
        say(sheet, found[1].lower(), node, found[2])


def images(source: SourceFile) -> Sheet:
    """Files in which any `image:` names what a job runs on (GitLab, Bitbucket, Drone), in Cloud Build the `name` of a
    step."""
    sheet = Sheet(source, "ci")
    sheet.scope = re.sub(r"(?:^|(?<=/))(?:\.buildkite|\.expeditor|\.gitlab(?:/ci)?)/$", "", sheet.scope)
    key = "name" if "cloudbuild" in source.path else "box" if "wercker" in source.path else "image"
    for document in yamltree.read_all(source.data):
        known = _Variables(document)
        default = ""
        for number, holder in enumerate([document] if key == "name" else _holders(document, source.path)):
            own = known.of(holder)
            part = holder if holder.mapping or holder is document else document._replace(items=[holder])
            named = [
                (text, node)
                for node in _images(part, key)
                for text in own.filled(_in_matrix(node.text)) or own.filled(plain_registry(node.text))
            ]
            whole = part is not holder or holder.key == "default"
            default = named[0][0] if whole and len(named) == 1 else default
            alone = named[0][0] if len(named) == 1 else "" if named else default
            system = f"{source.path}#{number if named and not whole else 0}"
            system = one_of(system, len(named) or int(bool(default))) if key != "name" else ""
            for place, (text, node) in enumerate(named):
                sheet.system = member(system, place)
                sheet.say("image", "image", text, node.span, TEST)
            sheet.system = system
            installs(sheet, source.data, part, alone if key != "name" else "")
    return sheet


def _holders(document: Node, path: str) -> list[Node]:
    """The jobs of a file, each with what is set for it alone, and whatever else stands beside them."""
    if ".buildkite/" not in path:
        return document.items or []
    steps = document.children("steps") if document.mapping else document.items or []
    return [inner for step in steps for inner in (step.children("steps") if step.get("group") is not None else [step])]


def _in_matrix(text: str) -> str:
    """A text with references to Buildkite's matrix written like those to variables."""
    return _MATRIX.sub(lambda found: f"${{{'_'.join(found[1].split('.'))}}}", text)


class _Variables:
    """The variables of a file, and of a job in it, which may have several values: `parallel: matrix`."""

    def __init__(self, document: Node) -> None:
        self._own: dict[str, list[str]] = {}
        self._any: dict[str, list[str]] = {}
        for holder in [*(document.items or ()), document]:
            for key, values in _variables(holder).items():
                self._any.setdefault(key, []).extend(values)

    def of(self, job: Node) -> "_Variables":
        """The variables of a job."""
        found = copy(self)
        found._own = _variables(job)
        return found

    def filled(self, text: str) -> list[str]:
        """What a text amounts to. A job's own variables count first, then those of all: what a template leaves open is
        set in the jobs that use it."""
        done, waiting = [], [text]
        for _ in range(5):
            following: list[str] = []
            for written in waiting:
                found = _REFERENCE.search(written)
                if found is None:
                    done.append(written)
                    continue
                values = self._values(found[1] or found[2])
                following += [written[: found.start()] + value + written[found.end() :] for value in values[:MOST]]
            waiting = following[:MOST]
        return list(dict.fromkeys(done))

    def _values(self, name: str) -> list[str]:
        return self._own.get(name) or self._any.get(name, [])


def _variables(holder: Node) -> dict[str, list[str]]:
    """The variables that a job or a file sets."""
    found: dict[str, list[str]] = {}
    matrices = [*holder.children("parallel", "matrix")]
    matrix = holder.get("matrix")  # of Woodpecker and the older Drone
    if matrix is not None and matrix.mapping:
        matrices.append(matrix)
    setup = matrix.get("setup") or matrix if matrix is not None else None  # of Buildkite
    for node in (setup.items or ()) if setup is not None else ():
        if node.items is None:
            found.setdefault("matrix", []).append(node.text)
        else:
            found.setdefault(f"matrix_{node.key}", []).extend(other.text for other in node.scalars())
    for entry in matrices:
        for node in entry.items or ():
            found.setdefault(node.key, []).extend(other.text for other in entry.scalars(node.key))
    for node in holder.children("variables"):
        value = node if node.items is None else node.get("value")
        if value is not None and value.items is None:
            found.setdefault(node.key, []).append(value.text)
    return found


def _images(document: Node, key: str = "image") -> Iterator[Node]:
    """The names of images."""
    for node in walk(document, frozenset({"services"})):
        if node.key == key:
            named = node if node.items is None else node.get("name") or node.get("id")
            if named is not None and named.items is None:
                yield named


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
    shapes.check(sheet, "circle", document)
    given = _parameters(document)
    for node in document.walk():
        if node.key == "image" and node.items is None:
            for value in _with_parameters(node, given):
                say_host(sheet, value)
                sheet.say("image", "image", value.text, value.span, TEST)
        orb = _ORB.fullmatch(node.key if node.key != "executor" else node.word("name"))
        if orb is not None and node.mapping:
            for version in [*node.scalars("version"), *node.scalars("tag")]:
                for value in _with_parameters(version, given):
                    say(sheet, orb[1], value)
    _circle_installs(sheet, source.data, document)
    for product in ("python", "ruby", "php", "java"):
        for version in document.scalars("machine", product, "version"):
            say(sheet, product, version)
    return sheet


def _circle_installs(sheet: Sheet, data: bytes, document: Node) -> None:
    """Note what the commands of each job install; the first of its images is the one that they run on."""
    for node in document.items or ():
        for job in (node.items or ()) if node.key == "jobs" else [document._replace(items=[node])]:
            on = next(_images(job._replace(items=job.children("docker")[:1])), None)
            sheet.system = sheet.system_at(on.span) if on is not None else ""
            installs(sheet, data, job, on.text if on is not None else "")
    sheet.system = ""


def _parameters(document: Node) -> dict[str, list[Node]]:
    """The values of parameters: those that are given where a job or an executor is used, or else the defaults."""
    passed: dict[str, list[Node]] = {}
    defaults: dict[str, list[Node]] = {}
    calls = [
        call for flow in document.children("workflows") for job in flow.children("jobs") for call in job.items or ()
    ]
    for node in document.walk():
        if node.key == "parameters" and node.mapping:
            for parameter in node.items or ():
                defaults.setdefault(parameter.key, []).extend(parameter.scalars("default"))
                passed.setdefault(parameter.key, []).extend(
                    parameter.scalars() if parameter.items else ()
                )  # of a matrix
        elif node.key == "executor" and "/" not in node.word("name"):  # those of orbs have parameters of their own
            calls.append(node)
    for value in (value for call in calls for value in call.items or ()):
        passed.setdefault(value.key, []).extend(value.scalars())
    return {**defaults, **{name: values for name, values in passed.items() if values}}


def _with_parameters(node: Node, given: dict[str, list[Node]]) -> Iterator[Node]:
    found = _PARAMETER.search(node.text)
    if found is None:
        yield node
        return
    for value in given.get(found[1], ())[:MOST]:
        text = node.text[: found.start()] + value.text + node.text[found.end() :]
        if not _PARAMETER.search(text):
            yield value if found.span() == (0, len(node.text)) else node._replace(text=text)


def azure(source: SourceFile) -> Sheet:
    """Azure Pipelines, as far as it is one: other files lie in folders for such."""
    sheet = Sheet(source, "ci")
    sheet.scope = _above_pipelines(sheet.scope)
    if not any(word in source.path for word in _AZURE) and _OF_AZURE.search(source.data) is None:
        return sheet
    document = yamltree.read(source.data)
    values = _azure_variables(document)
    for node in document.walk():
        inputs = TASKS.get(node.word("task").partition("@")[0].lower(), {}) if node.mapping else {}
        for given in node.children("inputs"):
            product = inputs.get(given.key.lower())
            for value in _azure_values(given, values) if product and given.items is None else ():
                say(sheet, product or "", value)
    for node in document.walk():
        if node.items is None:
            _azure_machine(sheet, node, values)
    for node in _images(document):
        sheet.say("image", "image", node.text, node.span, TEST)
    return sheet


def _above_pipelines(scope: str) -> str:
    """The folder that a pipeline is about: that above the folders for such."""
    folders = scope.split("/")[:-1]
    last = max((number for number, part in enumerate(folders) if part.encode() in PIPELINES), default=len(folders))
    while last and folders[last - 1].encode() in PIPELINES:
        last -= 1
    return "".join(f"{part}/" for part in folders[:last])


def _azure_machine(sheet: Sheet, node: Node, values: dict[str, list[Node]]) -> None:
    """What a pipeline runs on, and a variable that the templates for PHP know."""
    key = node.key.lower()
    if key == "container" and "/" not in node.text[:1]:
        sheet.say("image", "image", node.text, node.span, TEST)
    elif key == "vmimage":
        for value in _azure_values(node, values):
            say_host(sheet, value)
    elif key == "phpversion":
        say(sheet, "php", node)


def _azure_variables(document: Node) -> dict[str, list[Node]]:
    """The values of variables and parameters, and of whatever else is written under a name."""
    values: dict[str, list[Node]] = {}
    for node in document.walk():
        if node.items is None and node.key:
            values.setdefault(node.key.lower(), []).append(node)
        elif node.mapping and node.word("name"):
            for value in [*node.scalars("default"), *node.scalars("value"), *node.scalars("values")]:
                values.setdefault(node.word("name").lower(), []).append(value)
    return values


def _azure_values(node: Node, values: dict[str, list[Node]]) -> list[Node]:
    found = re.fullmatch(r"\$\(([\w.]+)\)|\$\{\{\s*\w+\.([\w.]+)\s*\}\}", node.text.strip())
    return values.get((found[1] or found[2]).lower(), []) if found else [node]


def semaphore(source: SourceFile) -> Sheet:
    """Semaphore: the machine, and what `sem-version` sets up."""
    sheet = Sheet(source, "ci")
    sheet.scope = above(sheet.scope) if sheet.scope.endswith(".semaphore/") else sheet.scope
    for document in yamltree.read_all(source.data):
        for node in document.walk():
            if node.items is None and node.key == "os_image":
                say_host(sheet, node)
            elif node.items is None and (found := _SEMAPHORE.search(spoken(node.text))):
                say(sheet, found[1], node, found[2])
    return sheet


def scrutinizer(source: SourceFile) -> Sheet:
    """Scrutinizer: the environments of its nodes."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    holders = [document.get("build"), *document.children("build", "nodes")]
    for holder in [node for node in holders if node is not None]:
        for node in holder.children("environment"):
            version = node if node.items is None else node.get("version")
            if node.key in ("php", "python", "ruby", "java") and version is not None and version.items is None:
                say(sheet, node.key, version)
    return sheet


def jitpack(source: SourceFile) -> Sheet:
    """JitPack."""
    sheet = Sheet(source, "ci")
    for node in yamltree.read(source.data).scalars("jdk"):
        sheet.say("java", "java", node.text, node.span, ClaimKind.BUILD)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "travis": travis,
    "images": images,
    "circle": circle,
    "azure": azure,
    "jitpack": jitpack,
    "semaphore": semaphore,
    "scrutinizer": scrutinizer,
}
