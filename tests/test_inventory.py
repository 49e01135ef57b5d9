"""The files of a run: which of them may hold code of a language, or what a name says that they hold."""

import pytest

from tlsscan.discovery import Candidate
from tlsscan.inventory import Inventory

FILES = [
    Candidate(b"shop/settings.py", "python"),
    Candidate(b"shop/tls/__init__.py", "python"),
    Candidate(b"shop/tls.py.py", "python"),
    Candidate(b"src/Settings.java", "java"),
    Candidate(b"src/settings.java", "java"),
    Candidate(b"lib/settings.rb", "ruby"),
    Candidate(b"lib/other.rb", "ruby"),
    Candidate("lib/\u00e9t\u00e9.py".encode(), "python"),
    Candidate(b"web/page.jsp", "jsp"),
]


@pytest.fixture
def inventory() -> Inventory:
    made = Inventory()
    made.add(FILES[:4])
    made.add(FILES[4:])
    return made


def test_files_are_numbered_as_they_came(inventory: Inventory) -> None:
    assert inventory.files == FILES


@pytest.mark.parametrize(
    ("languages", "paths"),
    [
        ({"ruby"}, ["lib/settings.rb", "lib/other.rb"]),
        ({"java"}, ["src/Settings.java", "src/settings.java", "web/page.jsp"]),
        ({"csharp"}, []),
    ],
)
def test_files_that_may_hold_code_of_a_language(inventory: Inventory, languages: set[str], paths: list[str]) -> None:
    assert [file.path for file in inventory.speaking(languages)] == paths


@pytest.mark.parametrize(
    ("language", "owners", "paths"),
    [
        ("python", {"settings"}, ["shop/settings.py"]),
        ("python", {"tls"}, ["shop/tls/__init__.py", "shop/tls.py.py"]),
        ("python", {"\u00e9t\u00e9"}, ["lib/\u00e9t\u00e9.py"]),
        ("python", {"shop"}, []),
        ("java", {"Settings", "page"}, ["src/Settings.java", "web/page.jsp"]),
        ("ruby", {"Nothing"}, ["lib/settings.rb", "lib/other.rb"]),
    ],
)
def test_files_named_after_what_they_hold(
    inventory: Inventory, language: str, owners: set[str], paths: list[str]
) -> None:
    assert [file.path for file in inventory.holding(language, owners)] == paths
