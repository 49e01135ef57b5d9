"""Open names and the constants of other files that may define them."""

import time
from collections.abc import Iterable

import pytest

from core_builders import at, call
from tlsscan.extract import Definition
from tlsscan.link import MAX_GROWTH, MAX_ROUNDS, Words, link
from tlsscan.model import Site
from tlsscan.spelled import open_names
from tlsscan.values import (
    Arm,
    Choice,
    Listing,
    Mapping,
    Name,
    Number,
    Operation,
    Parameter,
    Step,
    Text,
    Unknown,
    Value,
    Via,
    strip,
)


def name(*names: str) -> Name:
    return Name(names)


class Files:
    """Definitions by word, as the files of a tree hold them, and the questions that were asked."""

    def __init__(self, *definitions: Definition) -> None:
        self.definitions = definitions
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def find(self, wanted: Words) -> Iterable[tuple[str, Definition]]:
        for language, words in sorted(wanted.items()):
            self.asked.append((language, tuple(sorted(words))))
            yield from ((language, d) for d in self.definitions if d.name.rsplit(".", 1)[-1] in words)


def defined(qualified: str, value: Value, path: str = "lib/settings.py", line: int = 4) -> Definition:
    return Definition(qualified, value, Step(path, at(line), f"{qualified} = ..."))


def every(site: Site) -> set[Name]:
    return {found for argument in site.arguments for found in open_names(argument.value)}


def linked(value: Value, files: Files, path: str = "app/client.py") -> Value:
    site = call("lib.connect", value)._replace(path=path)
    (made,) = link([site], every, files.find)
    return made.arguments[0].value


def test_a_name_becomes_what_another_file_defines() -> None:
    value = linked(name("settings.TLS"), Files(defined("lib.settings.TLS", Text("TLSv1"))))
    inner, steps = strip(value)
    assert inner == Text("TLSv1")
    assert [(step.path, step.region.line) for step in steps] == [("lib/settings.py", 4)]


def test_without_open_names_nobody_is_asked() -> None:
    files = Files(defined("settings.TLS", Text("TLSv1")))
    for value in (Text("TLS"), name("?.TLS"), Unknown("settings.TLS"), Listing((Number(3),))):
        assert linked(value, files) == value
    site = call("lib.connect", name("settings.TLS"))
    assert link([site], lambda _: (), files.find) == [site]
    assert files.asked == []


def test_only_wanted_names_are_filled() -> None:
    files = Files(defined("settings.TLS", Text("TLSv1")), defined("settings.HOST", Text("example.org")))
    site = call("lib.connect", name("settings.HOST"), name("settings.TLS"))
    (made,) = link([site], lambda _: {name("settings.TLS")}, files.find)
    assert [strip(argument.value)[0] for argument in made.arguments] == [name("settings.HOST"), Text("TLSv1")]


@pytest.mark.parametrize(
    ("used", "definition", "fits"),
    [
        ("settings.TLS", "settings.TLS", True),
        ("settings.TLS", "app.settings.TLS", True),
        ("app.settings.TLS", "settings.TLS", True),
        ("app.config.Settings.TLS", "src.app.config.Settings.TLS", True),
        ("app.config.Settings.TLS", "other.Settings.TLS", True),
        ("TLS", "TLS", True),
        ("TLS", "settings.TLS", False),
        ("settings.TLS", "TLS", False),
        ("settings.TLS", "other.TLS", False),
        ("settings.TLS", "xsettings.TLS", False),
        ("settings.TLS", "settings.XTLS", False),
    ],
)
def test_which_names_mean_the_same(used: str, definition: str, fits: bool) -> None:
    value, _ = strip(linked(name(used), Files(defined(definition, Text("TLSv1")))))
    assert value == (Text("TLSv1") if fits else name(used))


def test_a_later_possible_name_may_fit() -> None:
    files = Files(defined("wild.TLS", Text("TLSv1")))
    assert strip(linked(name("own.TLS", "wild.TLS"), files))[0] == Text("TLSv1")


def test_definitions_that_differ_leave_the_name_open() -> None:
    two = Files(defined("a.settings.TLS", Text("TLSv1"), "a.py"), defined("b.settings.TLS", Text("TLSv1.2"), "b.py"))
    assert linked(name("settings.TLS"), two) == name("settings.TLS")
    same = Files(defined("a.settings.TLS", Text("TLSv1"), "a.py"), defined("b.settings.TLS", Text("TLSv1"), "b.py"))
    assert strip(linked(name("settings.TLS"), same))[0] == Text("TLSv1")


def test_the_definition_in_the_nearest_folder_wins() -> None:
    files = Files(
        defined("settings.TLS", Text("TLSv1"), "services/one/settings.py"),
        defined("settings.TLS", Text("TLSv1.2"), "services/two/settings.py"),
    )
    assert strip(linked(name("settings.TLS"), files, "services/one/a/b.py"))[0] == Text("TLSv1")
    assert strip(linked(name("settings.TLS"), files, "services/two/b.py"))[0] == Text("TLSv1.2")
    assert linked(name("settings.TLS"), files, "tools/b.py") == name("settings.TLS")


TLS, OTHER = name("settings.TLS"), name("settings.OTHER")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Listing((TLS, Number(1))), Listing((Number(192), Number(1)))),
        (Operation("|", (TLS, OTHER)), Operation("|", (Number(192), OTHER))),
        (Choice((Arm("a", True, TLS),)), Choice((Arm("a", True, Number(192)),))),
        (Parameter("f", 0, "x", TLS), Parameter("f", 0, "x", Number(192))),
    ],
)
def test_names_inside_values_are_filled(value: Value, wanted: Value) -> None:
    assert _plain(linked(value, Files(defined("settings.TLS", Number(192))))) == wanted


def _plain(value: Value) -> Value:
    value, _ = strip(value)
    if isinstance(value, Listing):
        return Listing(tuple(_plain(item) for item in value.items))
    if isinstance(value, Operation):
        return value._replace(operands=tuple(_plain(item) for item in value.operands))
    if isinstance(value, Choice):
        return Choice(tuple(arm._replace(value=_plain(arm.value)) for arm in value.arms))
    if isinstance(value, Parameter) and value.default is not None:
        return value._replace(default=_plain(value.default))
    return value


def test_constants_of_constants_are_followed_and_every_word_is_asked_for_once() -> None:
    files = Files(
        defined("a.FIRST", name("b.SECOND"), "a.py"),
        defined("b.SECOND", name("c.THIRD"), "b.py"),
        defined("c.THIRD", Text("TLSv1"), "c.py"),
    )
    value, steps = strip(linked(name("a.FIRST"), files))
    assert value == Text("TLSv1")
    assert [step.path for step in steps] == ["a.py", "b.py", "c.py"]
    assert files.asked == [("python", ("FIRST",)), ("python", ("SECOND",)), ("python", ("THIRD",))]


def test_long_chains_end() -> None:
    chain = [defined(f"m{i}.NAME{i}", name(f"m{i + 1}.NAME{i + 1}"), f"m{i}.py") for i in range(50)]
    files = Files(*chain)
    value, steps = strip(linked(name("m0.NAME0"), files))
    assert len(files.asked) == len(steps) == MAX_ROUNDS
    assert value == name(f"m{MAX_ROUNDS}.NAME{MAX_ROUNDS}")


def test_cycles_end() -> None:
    circle = Files(defined("a.FIRST", name("b.SECOND")), defined("b.SECOND", name("a.FIRST")))
    assert isinstance(strip(linked(name("a.FIRST"), circle))[0], Name)
    itself = Files(defined("a.FIRST", Operation("|", (name("a.FIRST"), Number(1)))))
    assert linked(name("a.FIRST"), itself) == name("a.FIRST")


def test_lists_of_lists_of_constants_do_not_multiply() -> None:
    wide = 200
    layers = [defined(f"m.L{i}", Listing((name(f"m.L{i + 1}"),) * wide), f"m{i}.py") for i in range(MAX_ROUNDS)]
    began = time.monotonic()
    value = linked(name("m.L0"), Files(*layers))
    assert time.monotonic() - began < 5
    assert _count(value) <= MAX_GROWTH * MAX_ROUNDS + wide


def _count(value: Value) -> int:
    if isinstance(value, Via):
        return 1 + _count(value.value)
    return 1 + sum(map(_count, value.items)) if isinstance(value, Listing) else 1


def test_languages_are_asked_apart() -> None:
    files = Files(defined("settings.TLS", Text("TLSv1")))
    ruby = call("lib.connect", name("settings.TLS"))._replace(language="ruby")
    link([call("lib.connect", name("settings.MODE")), ruby], every, files.find)
    assert files.asked == [("python", ("MODE",)), ("ruby", ("TLS",))]


def test_a_mapping_is_no_definition_of_a_version() -> None:
    value = Mapping(())
    assert strip(linked(name("settings.TLS"), Files(defined("settings.TLS", value))))[0] == value
