"""The files of a run: which of them may hold code of a language, or what a name says that they hold."""

import pytest

from tlsscan.candidate import Candidate
from tlsscan.inventory import Inventory, Sightings
from tlsscan.searches import Spot, Spotting, spots_of_words

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
    ("beginnings", "folders", "paths"),
    [
        ([""], {"shop/", "lib/"}, ["shop/settings.py", "shop/tls.py.py", "lib/\u00e9t\u00e9.py"]),
        (["shop/tls/", "lib/\u00e9"], {"shop/", "shop/tls/", "lib/"}, ["shop/tls/__init__.py", "lib/\u00e9t\u00e9.py"]),
        (["shop/"], set(), []),
        ([], {"shop/"}, []),
        (["\ud800/", "shop/t"], {"shop/", "\ud800/"}, ["shop/tls.py.py"]),
    ],
)
def test_files_below_folders_of_which_something_holds(
    inventory: Inventory, beginnings: list[str], folders: set[str], paths: list[str]
) -> None:
    found = inventory.below({"python"}, beginnings, folders.__contains__)
    assert [file.path for file in found] == paths


def test_what_stands_before_what_is_shown_is_no_part_of_a_beginning() -> None:
    made = Inventory()
    made.add([Candidate(b"/work/shop/a.py", "python", len(b"/work/"))])
    assert made.below({"python"}, ["shop/"], {"shop/"}.__contains__) == made.files
    assert made.below({"python"}, ["/work/"], lambda folder: True) == []


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


def test_files_at_paths(inventory: Inventory) -> None:
    wanted = {"src/settings.java", "lib/\u00e9t\u00e9.py", "settings.py", "shop"}
    assert [file.path for file in inventory.at(wanted)] == ["src/settings.java", "lib/\u00e9t\u00e9.py"]


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("ruby", "module Settings\n  VERSION = 1", [0, 2]),
        ("ruby", "VERSION = 1", [2]),
        ("ruby", "module Settings", []),
        ("ruby", "Settings OtherVERSION", [0, 2]),  # a closer look tells more
        ("ruby", "module settings\n version = 1", []),
        ("php", "CLASS SETTINGS { const version = 1", [0, 2]),
    ],
)
def test_files_are_told_by_two_words(language: str, text: str, numbers: list[int]) -> None:
    spots = [
        *spots_of_words(language, {"VERSION": ["shop.Settings"]}),
        *spots_of_words(language, {"VERSION": ["Elsewhere"]}),
        *spots_of_words(language, {"VERSION": [""]}),
    ]
    assert sorted(Spotting(language, dict(enumerate(spots))).numbers(memoryview(text.encode()))) == numbers


def test_what_was_looked_for_is_not_looked_for_again(inventory: Inventory) -> None:
    one, two, three = (Spot("ruby", word, "") for word in ("ONE", "TWO", "THREE"))
    sightings = Sightings()
    assert sightings.fresh([one, two, one]) == [one, two]
    sightings.add([one, two], inventory.files[5])
    sightings.add([two], inventory.files[6])
    assert sightings.fresh([two, three]) == [three]
    assert sightings.files([one, three]) == {inventory.files[5]}
    assert sightings.files([one, two]) == set(inventory.files[5:7])
