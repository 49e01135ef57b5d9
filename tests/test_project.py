"""The project keeps its own promises: grammar contract, import contract, wheel, layout."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from tree_sitter import Language

import tlsscan
from cli_tools import PATIENCE, SOURCE_ROOT, environment
from tlsscan.frontends import MODULES, frontend
from tlsscan.frontends.base import Frontend
from tlsscan.packs import COMPILED

ROOT = SOURCE_ROOT.parent
FRONTENDS = Path(tlsscan.__file__).parent / "frontends"
PARSED = [language for language in MODULES if isinstance(frontend(language), Frontend)]
"""The languages that tree-sitter parses; the others have no grammar to keep a contract with."""
SOURCES = sorted(path for path in FRONTENDS.glob("*.py") if path.stem.split("_")[0] not in set(MODULES) - set(PARSED))
checkout = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs the checkout")


# -- grammar contract -------------------------------------------------------------------------------------------


@cache
def grammars(module: str) -> list[Language]:
    """The grammars whose words a frontend module may use: its own language's, or any for what all share."""
    own = [language for language in PARSED if module.split("_")[0] == language]
    return [frontend(language).grammar() for language in own or PARSED]


def is_kind(grammar: Language, word: str) -> bool:
    return word == "ERROR" or any(grammar.id_for_node_kind(word, named) is not None for named in (True, False))


def is_part_of_kind(grammar: Language, word: str) -> bool:
    return any(word in (grammar.node_kind_for_id(number) or "") for number in range(grammar.node_kind_count))


def texts(node: ast.AST) -> Iterator[str]:
    """The strings of a comparison's other side or of a table; of a dict, its keys."""
    if isinstance(node, ast.Dict):
        for key in node.keys:
            yield from texts(key) if key is not None else ()
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


def names_a_kind(node: ast.AST) -> bool:
    """Whether an expression is a node's kind: `x.type`, or a variable called `kind`."""
    return (isinstance(node, ast.Attribute) and node.attr == "type") or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def compared(tree: ast.AST) -> Iterator[tuple[int, str, bool]]:
    """Line and text of every string that is compared with a kind, and whether it is only looked for inside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            inside = isinstance(node.ops[0], ast.In) and names_a_kind(sides[1])
            if any(names_a_kind(side) for side in sides):
                others = [side for side in sides if not names_a_kind(side)]
                yield from ((node.lineno, text, inside) for side in others for text in texts(side))
        if isinstance(node, ast.Match) and names_a_kind(node.subject):
            values = (
                part for case in node.cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchValue)
            )
            yield from ((part.lineno, text, False) for part in values for text in texts(part.value))


def tabled(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of every member of a table of kinds."""
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value
            and any(n.lower().endswith("_kinds") for n in named)
        ):
            yield from ((node.lineno, text) for text in texts(node.value))


def fields(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of every field name that is asked for."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id == "field" and len(node.args) == 2:
            yield from ((node.lineno, text) for text in texts(node.args[1]))
        if isinstance(function, ast.Attribute) and function.attr.endswith(
            ("child_by_field_name", "children_by_field_name")
        ):
            yield from ((node.lineno, text) for text in texts(node.args[0]))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_kind_and_field_exists_in_the_installed_grammar(path: Path) -> None:
    tree = ast.parse(path.read_text())
    known = grammars(path.stem)
    wrong = []
    for line, text, inside in compared(tree):
        if inside:
            if not any(is_part_of_kind(grammar, text) for grammar in known):
                wrong.append(f"{path.name}:{line}: no kind holds {text!r}")
        elif not any(is_kind(grammar, text) for grammar in known):
            wrong.append(f"{path.name}:{line}: no kind {text!r}")
    for line, text in tabled(tree):
        words = [text] if any(is_kind(grammar, text) for grammar in known) else text.split()
        missing = [word for word in words if not any(is_kind(grammar, word) for grammar in known)]
        wrong.extend(f"{path.name}:{line}: no kind {word!r} (in a table)" for word in missing)
    for line, text in fields(tree):
        if not any(grammar.field_id_for_name(text) for grammar in known):
            wrong.append(f"{path.name}:{line}: no field {text!r}")
    assert wrong == []


def test_the_contract_sees_the_words_of_every_frontend() -> None:
    for language in PARSED:
        own = [ast.parse(path.read_text()) for path in SOURCES if path.stem.split("_")[0] == language]
        assert len({text for tree in own for _, text, _ in compared(tree)}) > 10, language
        assert len({text for tree in own for _, text in fields(tree)}) > 5, language


def test_the_contract_notices_a_wrong_word() -> None:
    code = (
        "A_KINDS = frozenset('call nonsense'.split())\nB_KINDS = {'call': 'made up'}\n"
        "if node.type == 'nonsense' or kind in ('x', *A_KINDS) or 'part' in node.type:\n    field(node, 'nowhere')\n"
        "match node.type:\n    case 'a' | 'b':\n        pass\n"
    )
    tree = ast.parse(code)
    assert sorted(compared(tree)) == [
        (3, "nonsense", False),
        (3, "part", True),
        (3, "x", False),
        (6, "a", False),
        (6, "b", False),
    ]
    assert sorted(tabled(tree)) == [(1, "call nonsense"), (2, "call")]
    assert list(fields(tree)) == [(4, "nowhere")]
    assert not is_kind(frontend("python").grammar(), "nonsense")


# -- imports ----------------------------------------------------------------------------------------------------


@checkout
def test_the_import_contract_holds() -> None:
    pytest.importorskip("importlinter")
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_scan_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    (tmp_path / "b.rb").write_text("puts 1\n")
    code = (
        "import sys\nstart = set(sys.modules)\nfrom tlsscan import cli, packs\n"
        "import json\n"
        "before = set(sys.modules) - ({'typing'} - start)\n"
        "status = cli.main(['-f', 'concise', '-q', '-j', '1'])\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment({"TLSSCAN_NO_FORK": "1"}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    frontends = {name for name in loaded if name.split(".")[-1] in MODULES and name.startswith("tlsscan.frontends.")}
    assert frontends == {"tlsscan.frontends.python"}
    assert not loaded & {
        "typing",
        "tree_sitter",
        "importlib.resources",
        "shutil",
        "rich",
        "sarif_om",
        "subprocess",
        "multiprocessing",
        "difflib",
    }


# -- the wheel --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        str(ROOT),
    ]
    subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)
    return next(out.glob("tlsscan-*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the wheel's package from."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@checkout
def test_the_wheel_holds_the_packs_the_types_and_the_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    packs = {str(path.relative_to(ROOT / "rules")) for path in (ROOT / "rules").rglob("*.yaml")} | {"pack.schema.json"}
    assert {name.removeprefix("tlsscan/packs/") for name in names if name.startswith("tlsscan/packs/")} == {
        *packs,
        COMPILED,
    }
    assert {"tlsscan/py.typed", "tlsscan/cli.py", "tlsscan/reporters/report.schema.json"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [
        name for name in names if name.split("/")[0] not in ("tlsscan", f"tlsscan-{tlsscan.__version__}.dist-info")
    ]
    assert not [name for name, mode in modes.items() if mode & 0o022]


def in_wheel(installed: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=installed,
        env=environment({"PYTHONPATH": str(installed)}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


READ = (
    "import sys\nfrom tlsscan.packs import load\nbook = load({!r}, {!r})\n"
    "print('yaml' in sys.modules, len(book.ids()), book.rule('python/ssl-context-protocol').title)"
)


@checkout
def test_the_compiled_packs_of_the_wheel_are_fresh(installed: Path) -> None:
    assert in_wheel(installed, READ.format((), "")).startswith("False ")


@checkout
@pytest.mark.parametrize(
    ("damage", "reads_yaml"),
    [(lambda text: text, False), (lambda text: text[:-20], True), (lambda text: "{}", True), (None, True)],
    ids=["whole", "cut", "empty", "gone"],
)
def test_a_damaged_compiled_form_is_made_again_in_memory(
    installed: Path, tmp_path: Path, damage: Callable[[str], str] | None, reads_yaml: bool
) -> None:
    packs = tmp_path / "packs"
    for file in (installed / "tlsscan" / "packs").rglob("*"):
        if file.is_file():
            copy = packs / file.relative_to(installed / "tlsscan" / "packs")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    compiled = packs / COMPILED
    if damage is None:
        compiled.unlink()
    else:
        compiled.write_text(damage(compiled.read_text()))
    count = len(in_wheel(installed, "from tlsscan.packs import load\nprint('\\n'.join(load().ids()))").splitlines())
    told = in_wheel(installed, READ.format((), str(packs)))
    assert told == f"{reads_yaml} {count} Protocol of an ssl.SSLContext\n"


@checkout
def test_stale_compiled_packs_are_not_used(installed: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    for file in (installed / "tlsscan" / "packs").rglob("*"):
        if file.is_file():
            copy = packs / file.relative_to(installed / "tlsscan" / "packs")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    pack = packs / "python" / "ssl.yaml"
    pack.write_text(pack.read_text().replace("Protocol of an ssl.SSLContext", "Another title"))
    assert in_wheel(installed, READ.format((), str(packs))).endswith("Another title\n")


# -- layout -----------------------------------------------------------------------------------------------------

ALLOWED = {
    *("pyproject.toml", "rules", "scanner", "tests", "fixtures", "README.md"),
    *(
        ".ci",
        ".github",
        ".pre-commit-hooks.yaml",
        "action.yml",
        "LICENSE",
        ".gitignore",
        ".gitattributes",
        ".editorconfig",
    ),
}


@checkout
def test_the_top_level_holds_only_what_belongs_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs the list of tracked files")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert {name.split("/")[0] for name in listed.stdout.decode().split("\0") if name} - ALLOWED == set()


@checkout
def test_metadata_matches_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"tlsscan": "tlsscan.cli:main"}
    assert project["requires-python"] == ">=3.11"
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["completion"], *extras["cbom"]]
    assert {"completion", "cbom", "dev"} == set(extras)
    required = {re.split(r"[<>=!]", text)[0].lower() for text in needed}
    assert "tree-sitter-language-pack" not in required
    assert "tree-sitter-languages" not in required
    imported = set()
    for path in Path(tlsscan.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            imported |= {name.split(".")[0] for name in names}
    outside = imported - set(sys.stdlib_module_names) - {"tlsscan"}
    distributions = {"yaml": "pyyaml", "sarif_om": "sarif-om", "attr": "sarif-om"}  # its classes are made with attrs
    distributions["cyclonedx"] = "cyclonedx-python-lib"
    assert {distributions.get(name, name.replace("_", "-")) for name in outside} <= {
        name.replace("_", "-") for name in required
    }
