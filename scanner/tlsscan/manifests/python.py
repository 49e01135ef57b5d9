"""Python's manifests and lock files."""

import re
from collections.abc import Callable, Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests import initext, jsontree, shapes, tomltree, yamltree
from tlsscan.manifests.codetext import unclosed, without_comments
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.shell import CONDA, conda_version
from tlsscan.manifests.tables import package_name
from tlsscan.manifests.tree import Node
from tlsscan.manifests.versionfiles import lines
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

REQUIRED, LOCKED, TEST = ClaimKind.REQUIREMENT, ClaimKind.LOCKED, ClaimKind.TEST
_REQUIREMENT = lazy(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*((?:[=~<>!]=?=?\s*[\w.*+!-]+\s*,?\s*)+)")
_UNENDED = lazy(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*(?:[=~!<>]=|[<>])")
_FOR_TESTS = lazy(r"(?:^|[^A-Za-z0-9])tests?(?:[^A-Za-z0-9/][^/]*)?$")
"""How the name of a list of requirements ends that only tests need."""
_LISTED = lazy(rb"\b(?:install_requires|(?i:requires|requirements|dependencies))[\"']?\s*[=:]\s*[\[(]([^\])]*)")
_CLASSIFIER = lazy(rb"Programming Language :: Python :: ([23]\.[0-9]+)(?![\w.])")
_ENVIRONMENT = lazy(rb"\b(?:py|pypy)(?:([23])\.?([0-9]{1,2}|\{[0-9,\s]+\})(?![0-9])|\{([^}]*)\})")
_TEXT = rb"""[bru]?(?:"([^"\n]*)"|'([^'\n]*)')"""


def pyproject(source: SourceFile) -> Sheet:
    """`pyproject.toml`: PEP 621, Poetry, PDM and Hatch."""
    sheet = Sheet(source, "python")
    document = tomltree.read(source.data)
    shapes.check(sheet, "pyproject", document)
    _python(sheet, document.get("project", "requires-python"))
    for node in document.scalars("project", "dependencies"):
        requirement(sheet, node.text, node.start)
    for node in document.children("tool", "poetry", "dependencies"):
        _poetry(sheet, node)
    for group in document.children("tool", "poetry", "group"):
        for node in group.children("dependencies"):
            _poetry(sheet, node)
    if not any(statement.subject == "python" for statement in sheet.said):
        for path in (("project", "classifiers"), ("tool", "poetry", "classifiers")):
            for node in document.scalars(*path):
                if classifier := _CLASSIFIER.search(node.text.encode()):
                    sheet.say("python", "python", classifier[1].decode(), node.span, TEST)
    _environments_of(sheet, document)
    return sheet


def _environments_of(sheet: Sheet, document: Node) -> None:
    """What Hatch and tox are told in `pyproject.toml`."""
    _hatch(sheet, document.children("tool", "hatch", "envs"))
    for node in document.scalars("tool", "tox", "env_list"):
        _environments(sheet, node.text, node.start)
    legacy = document.get("tool", "tox", "legacy_tox_ini")
    if legacy is not None and legacy.items is None:
        for entry in initext.entries(legacy.text.encode()):
            if entry.key == "envlist":
                _environments(sheet, entry.value, legacy.start, whole=legacy.end)


def hatch(source: SourceFile) -> Sheet:
    """`hatch.toml`."""
    sheet = Sheet(source, "python")
    _hatch(sheet, tomltree.read(source.data).children("envs"))
    return sheet


def _hatch(sheet: Sheet, environments: list[Node]) -> None:
    """The interpreters of Hatch's environments."""
    for environment in environments:
        for node in environment.scalars("python"):
            sheet.say("python", "python", node.text, node.span, TEST)
        for matrix in environment.children("matrix"):
            for node in matrix.scalars("python"):
                sheet.say("python", "python", node.text, node.span, TEST)


def _python(sheet: Sheet, node: Node | None) -> None:
    if node is not None and node.items is None:
        sheet.say("python", "bounds", node.text, node.span, REQUIRED)


def _poetry(sheet: Sheet, node: Node) -> None:
    """A dependency in Poetry's notation; Python itself is one of them. A bare version is an exact one."""
    found = node if node.items is None else node.get("version")
    if found is None or found.items is not None:
        return
    subject = "python" if node.key == "python" else f"pypi:{package_name('pypi', node.key)}"
    sheet.say(subject, "bounds", found.text, found.span, REQUIRED)


def requirement(
    sheet: Sheet, text: str, start: int, kind: ClaimKind = REQUIRED, pinned_kind: ClaimKind = LOCKED
) -> None:
    """A requirement as PEP 508 writes it: a package and the versions that will do."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return
    versions = found[2].strip().rstrip(",")
    lead = len(text[: found.start(2)].encode())
    span = (start + lead, start + lead + len(versions.encode()))
    pinned = re.fullmatch(r"===?\s*[\w.+!-]+", versions)
    sheet.say(f"pypi:{package_name('pypi', found[1])}", "bounds", versions, span, pinned_kind if pinned else kind)


def setup_py(source: SourceFile) -> Sheet:
    """`setup.py`, read as text: what it requires is a literal in nearly all of them."""
    sheet = Sheet(source, "python")
    _told(sheet, unclosed(source.data))
    data = without_comments(source.data, "hash")
    for found in re.finditer(rb"\bpython_requires[\"']?\]?\s*[=:]\s*(?:" + _TEXT + rb"|([A-Za-z_]\w*))", data):
        _literal(sheet, data, found)
    if not sheet.said:
        _classifiers(sheet, data)
    for listed in _LISTED.finditer(data):
        for item in re.compile(_TEXT).finditer(data, *listed.span(1)):
            group = 1 if item[1] is not None else 2
            requirement(sheet, item[group].decode("utf-8", "replace"), item.start(group))
    return sheet


def _told(sheet: Sheet, wrong: tuple[str, int] | None) -> None:
    """Note what is wrong with a file, if anything is."""
    if wrong is not None:
        sheet.fault(*wrong)


def _classifiers(sheet: Sheet, data: bytes) -> None:
    """Note the versions that classifiers name."""
    for found in _CLASSIFIER.finditer(data):
        sheet.say("python", "python", found[1].decode(), found.span(1), TEST)


def _literal(sheet: Sheet, data: bytes, found: re.Match[bytes]) -> None:
    """A text, or the one text that a name of the file stands for."""
    if found[3] is not None:
        assigned = list(re.finditer(rb"^[ \t]*" + found[3] + rb"[ \t]*=[ \t]*" + _TEXT, data, re.MULTILINE))
        if len(assigned) != 1:
            return
        found = assigned[0]
    group = 1 if found[1] is not None else 2
    text = found[group].decode("utf-8", "replace")
    if formatted := re.compile(rb"\s*\.format\(\*(\w+)\)").match(data, found.end()):
        numbers = re.findall(rb"^" + formatted[1] + rb"[ \t]*=[ \t]*\(([0-9, ]+)\)", data, re.MULTILINE)
        parts = numbers[0].decode().replace(" ", "").strip(",").split(",") if len(numbers) == 1 else []
        text = text.format(*parts) if text.count("{}") == len(parts) == text.count("{") else ""
    sheet.say("python", "bounds", text, found.span(group), REQUIRED)


def setup_cfg(source: SourceFile) -> Sheet:
    """`setup.cfg`."""
    sheet = Sheet(source, "python")
    _told(sheet, initext.wrong(source.data))
    for entry in initext.entries(source.data):
        key = entry.key.replace("-", "_")
        if key in ("python_requires", "requires_python"):
            sheet.say("python", "bounds", entry.value, entry.span, REQUIRED)
        elif entry.section == "options" and key == "install_requires":
            for text, start, _ in lines(source.data[entry.start : entry.end]):
                requirement(sheet, text, entry.start + start)
        elif entry.section.startswith("tox") and key == "envlist":
            _environments(sheet, entry.value, entry.start, whole=entry.end)
    if not any(statement.subject == "python" for statement in sheet.said):
        _classifiers(sheet, source.data)
    return sheet


def requirements(source: SourceFile) -> Sheet:
    """`requirements.txt` and its like."""
    sheet = Sheet(source, "python")
    kind = TEST if _FOR_TESTS.search(source.path) else LOCKED
    for text, start, _ in lines(source.data):
        if not text.startswith("-"):
            requirement(sheet, text, start, pinned_kind=kind)
        if _UNENDED.fullmatch(text):
            sheet.fault("has a requirement without a version behind its comparison", start)
    return sheet


def pipfile(source: SourceFile) -> Sheet:
    """`Pipfile`."""
    sheet = Sheet(source, "python")
    document = tomltree.read(source.data)
    shapes.check(sheet, "pipfile", document)
    required = document.get("requires")
    for key in ("python_full_version", "python_version"):
        node = required.get(key) if required is not None else None
        if node is not None and node.items is None:
            sheet.say("python", "python", node.text, node.span, ClaimKind.PINNED)
            break
    for node in document.children("packages"):
        _poetry(sheet, node)
    return sheet


def pipfile_lock(source: SourceFile) -> Sheet:
    """`Pipfile.lock`."""
    sheet = Sheet(source, "python")
    document = jsontree.read(source.data)
    shapes.check(sheet, "pipfile-lock", document)
    required = document.get("_meta", "requires")
    for key in ("python_full_version", "python_version"):
        node = required.get(key) if required is not None else None
        if node is not None and node.items is None:
            sheet.say("python", "python", node.text, node.span, ClaimKind.PINNED)
            break
    for package in document.children("default"):
        node = package.get("version")
        if node is not None and node.items is None:
            name = package_name("pypi", package.key)
            sheet.say(f"pypi:{name}", "bounds", node.text, node.span, LOCKED)
    return sheet


def lock(source: SourceFile) -> Sheet:
    """`poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml`: packages with name and version."""
    sheet = Sheet(source, "python")
    document = tomltree.read(source.data)
    shapes.check(sheet, "python-lock", document)
    for path in (("requires-python",), ("metadata", "python-versions"), ("metadata", "requires_python")):
        _python(sheet, document.get(*path))
    for package in [*document.children("package"), *document.children("packages")]:
        node = package.get("version")
        if node is not None and node.items is None:
            name = package_name("pypi", package.word("name"))
            sheet.say(f"pypi:{name}", "series", node.text, node.span, LOCKED)
    return sheet


def tox(source: SourceFile) -> Sheet:
    """`tox.ini`."""
    sheet = Sheet(source, "python")
    _told(sheet, initext.wrong(source.data))
    for entry in initext.entries(source.data):
        if entry.key in ("envlist", "env_list"):
            _environments(sheet, entry.value, entry.start, whole=entry.end)
        elif entry.key in ("basepython", "base_python"):
            for text, start, end in lines(source.data[entry.start : entry.end]):
                name = text.rpartition(":")[2].strip()
                if re.fullmatch(r"python[23]\.[0-9]+", name):
                    span = (entry.start + start, entry.start + end)
                    sheet.say("python", "python", name.removeprefix("python"), span, TEST)
    return sheet


def _environments(sheet: Sheet, text: str, start: int, whole: int = 0) -> None:
    """The versions of Python in a list of tox environments: `py27, py3{6,7}-{a,b}`."""
    data = text.encode()
    for found in _ENVIRONMENT.finditer(data):
        span = (start + found.start(), start + found.end())
        if whole and len(data) != whole - start:  # a text whose line ends are not those of the file
            span = (start, whole)
        numbers = found[3] or found[2].strip(b"{}")
        for number in re.split(rb"[,\s]+", numbers.strip(b", \n")):
            digits = (number if found[3] else found[1] + number).decode().replace(".", "")
            if re.fullmatch("[23][0-9]{1,2}", digits):
                name = "pypy" if found.group().startswith(b"pypy") else "py"
                sheet.say("python", "python", f"{name}{digits}", span, TEST)


def tox_toml(source: SourceFile) -> Sheet:
    """`tox.toml`."""
    sheet = Sheet(source, "python")
    document = tomltree.read(source.data)
    for node in document.scalars("env_list"):
        text = node.text if node.text.startswith("py") else f"py{node.text}"
        if re.fullmatch(r"py(?:py)?[23]\.?[0-9]{1,2}(?:-.*)?", text):
            sheet.say("python", "python", text.partition("-")[0], node.span, TEST)
    for environment in document.children("env"):
        for node in environment.scalars("base_python"):
            sheet.say("python", "python", node.text.removeprefix("python"), node.span, TEST)
    return sheet


def noxfile(source: SourceFile) -> Sheet:
    """`noxfile.py`: the interpreters of its sessions."""
    sheet = Sheet(source, "python")
    data = without_comments(source.data, "hash")
    for listed in re.finditer(rb"\bpython\s*=\s*(\[[^\]]*\]|[\"'][^\"'\n]*[\"'])", data):
        for item in re.compile(rb"[\"']((?:pypy)?[23]\.[0-9]+)[\"']").finditer(data, *listed.span(1)):
            sheet.say("python", "python", item[1].decode(), item.span(1), TEST)
    return sheet


def conda(source: SourceFile) -> Sheet:
    """Conda's `environment.yml`."""
    sheet = Sheet(source, "python")
    document = yamltree.read(source.data)
    shapes.check(sheet, "conda", document)
    for node in _dependencies(document):
        _of_conda(sheet, node.text, node.span, ClaimKind.PINNED)
    return sheet


def _of_conda(sheet: Sheet, text: str, span: tuple[int, int], kind: ClaimKind) -> None:
    found = re.match(r"(?:[\w-]+::)?([\w.-]+?)\s*((?:[=<>!~]=?|(?<=\s)(?=[0-9]))[\w.*,|<>=! ]*)$", text.strip())
    if found is not None:
        name = found[1].lower()
        subject = CONDA.get(name, f"pypi:{package_name('pypi', name)}")
        version = conda_version(found[2].strip())
        if re.match(r"[0-9]\S*\s+\S", version):  # a build follows
            version = version.split()[0]
        sheet.say(subject, "bounds", version, span, kind)


def _dependencies(document: Node) -> Iterator[Node]:
    for node in document.children("dependencies"):
        if node.items is None:
            yield node
        else:
            for inner in node.scalars("pip"):
                yield inner._replace(text=inner.text.replace("==", "=", 1))


_RECIPE_LINE = lazy(rb"^[ \t]+-[ \t]+([\w.-]+(?:[ \t]*[=<>!~][^#{}\r\n]*|[ \t]+[0-9][^#{}\r\n]*))", re.MULTILINE)


def conda_recipe(source: SourceFile) -> Sheet:
    """A recipe of conda, read by its lines: most are templates, and no YAML before they are filled in."""
    sheet = Sheet(source, "python")
    if re.search(rb"^requirements:", source.data, re.MULTILINE) is None:
        return sheet
    for found in _RECIPE_LINE.finditer(source.data):
        text = found[1].decode("utf-8", "replace").rstrip()
        _of_conda(sheet, text, (found.start(1), found.start(1) + len(text.encode())), REQUIRED)
    return sheet


def conda_variants(source: SourceFile) -> Sheet:
    """`conda_build_config.yaml`: what a recipe is built for."""
    sheet = Sheet(source, "python")
    document = yamltree.read(source.data)
    for product, grammar in (("python", "python"), ("openssl", "series"), ("ruby", "ruby"), ("php", "php")):
        for node in document.scalars(product):
            sheet.say(product, grammar, node.text.split()[0] if node.text else "", node.span, TEST)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "pyproject": pyproject,
    "setup-py": setup_py,
    "setup-cfg": setup_cfg,
    "requirements": requirements,
    "pipfile": pipfile,
    "pipfile-lock": pipfile_lock,
    "python-lock": lock,
    "tox": tox,
    "tox-toml": tox_toml,
    "hatch": hatch,
    "noxfile": noxfile,
    "conda": conda,
    "conda-recipe": conda_recipe,
    "conda-variants": conda_variants,
}
