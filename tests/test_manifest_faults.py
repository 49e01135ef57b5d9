"""Manifests that their own tools would not read, or only in part: told with a place, whatever else they say."""

from pathlib import Path

import pytest

from manifest_tools import readings
from tlsscan import packs
from tlsscan.claiming import read_claims
from tlsscan.model import ProblemKind
from tlsscan.scan import Request, scan

GEMS = (
    "GEM\n  remote: https://rubygems.org/\n  specs:\n    bunny {}\n      amq-protocol (>= 1.9.2)\n\nPLATFORMS\n  ruby\n"
)
SETUP = "from setuptools import setup\n\nsetup(\n    {},\n    python_requires='>=2.7',\n"
CONFLICT = "gem 'a'\n<<<<<<< HEAD\nruby '2.1'\n=======\nruby '2.2'\n>>>>>>> b\n"


@pytest.mark.parametrize(
    ("path", "text", "at", "words"),
    [
        ("setup.cfg", "[metadata]\nname = x\n[options\npython_requires = >=2.7\n", "3:1", "neither a section nor an"),
        ("setup.cfg", "[options\npython_requires = >=2.7\n", "1:1", "without a closing bracket"),
        ("tox.ini", "envlist = py27\n", "1:1", "a line before any section"),
        ("setup.py", SETUP.format("name='ä'"), "3:6", "has a ( that is not closed"),
        ("setup.py", SETUP.format("name='x") + ")\n", "4:10", "a text that does not end"),
        ("setup.py", SETUP.format("a=[}") + ")\n", "4:8", "has a } that closes nothing"),
        ("Gemfile.lock", GEMS.format("(1.7.0"), "4:11", "a gem without a version"),
        ("Gemfile", 'source "https://rubygems.org"\nruby "2.1.5\ngem "bunny"\n', "2:6", "a text that does not end"),
        ("a.gemspec", "s.name = 'a'\ns.required_ruby_version = '>= 1.9\n", "2:27", "a text that does not end"),
        ("requirements.txt", "requests\nurllib3==\n", "2:1", "without a version"),
        ("Gemfile", CONFLICT, "2:1", "a merge conflict"),
        ("Dockerfile", "# x\nFRM python:2.7\nRUN true\n", "2:1", "no FROM"),
        ("docker-compose.yml", "services:\n  - image: python:2.7\n", "2:3", "a list where a mapping is due (services)"),
        ("docker-compose.yml", "services:\n  web:\n    image: 5.6\n", "3:12", "a number where a text is due (image)"),
        (".travis.yml", "- python: 2.7\n", "1:1", "a list where a mapping is due,"),
        (".github/workflows/a.yml", "jobs:\n  - runs-on: x\n", "2:3", "a list where a mapping is due (jobs)"),
        ("composer.json", '{"require": ["php"]}', "1:12", "a list where a mapping is due (require)"),
        ("composer.json", '{"require": {"php": 5.4}}', "1:21", "a number where a text is due (php)"),
        ("composer.lock", '{"packages": {"a": 1}}', "1:13", "a mapping where a list is due (packages)"),
        ("pyproject.toml", "project = 3\n", "1:11", "a number where a mapping is due (project)"),
        ("pyproject.toml", "[project]\nrequires-python = 3.8\n", "2:19", "a number where a text is due"),
        ("poetry.lock", "package = 3\n", "1:11", "a number where a list is due (package)"),
        ("global.json", '{"sdk": "3.1.100"}', "1:10", "a text where a mapping is due (sdk)"),
        ("environment.yml", "dependencies: python=2.7\n", "1:15", "a text where a list is due (dependencies)"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_part_that_its_own_tools_would_not_read_is_told(path: str, text: str, at: str, words: str) -> None:
    """What can be understood beside it still counts."""
    found, (problem,) = readings({path: text})
    assert len(found) == 1
    assert (problem.path, problem.kind) == (path, ProblemKind.PARSE_ERROR)
    assert problem.region is not None
    assert f"{problem.region.line}:{problem.region.column}" == at
    assert words in problem.text
    assert problem.text.endswith("so what it says of runtimes may not be known")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.cfg", "[options]\ninstall_requires =\n    a\n\n    # no\n    b >= 1\n  c\n\n[a:b]\nx: 1\n; y\n"),
        (
            "setup.py",
            "r'\\''; u\"a#'\"; x = '''it's (\n'''; print 'a\\\nb' # it's (\ny = (1, [2], {3: \"\"\"\\\"\"\"\"\"\"})\n",
        ),
        ("Gemfile.lock", GEMS.format("(1.7.0)") + "\nRUBY VERSION\n   ruby 2.1.5p273\n\nBUNDLED WITH\n   1.17.3\n"),
        ("Gemfile", "gem 'a', '1', require: 'b' # it's\ngem \"c\", git: 'x'\nsource 'https://a' do\nend\n"),
        ("requirements.txt", "a==1 \\\n  --hash=sha256:00\n-r b.txt\nc[d]>=2 ; x == '1'\n"),
        ("Dockerfile", "{{ template }}\nRUN a\n"),
        ("Dockerfile", ""),
        ("docker-compose.yml", "services:\n  web:\n    image: ${TAG}\n  db:\nvolumes:\n"),
        ("docker-compose.yml", "web:\n  image: python\n"),
        ("composer.json", '{"require": [], "config": []}'),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.8'\n"),
        (".github/workflows/a.yml", "jobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n"),
        ("a.gemspec", "s.description = 'a\nb'\n"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_its_own_tools_read_is_no_problem(path: str, text: str) -> None:
    assert not readings({path: text})[1]


def test_an_alias_of_nothing_breaks_a_manifest() -> None:
    found, (problem,) = readings({"docker-compose.yml": "services:\n  web:\n    image: *nope\n"})
    assert not found
    assert problem.text.startswith("refers to *nope, which nothing in it is called")
    assert problem.region is not None
    assert (problem.region.line, problem.region.column) == (3, 12)


def test_a_manifest_that_is_no_text_is_told_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"\0")
    (tmp_path / "setup.py").write_text("import ssl\nssl.PROTOCOL_TLSv1\nsetup(\n")
    book = packs.load()
    claimed = read_claims([str(tmp_path)], book)
    report = scan(Request((str(tmp_path),), jobs=1), book).report
    for problems in (claimed.problems, report.problems):
        told = {(Path(problem.path).name, problem.kind, problem.text.partition(",")[0]) for problem in problems}
        assert ("Dockerfile", ProblemKind.PARSE_ERROR, "holds NUL bytes") in told
        assert ("setup.py", ProblemKind.PARSE_ERROR, "has a ( that is not closed") in told
