"""Our quick `NamedTuple` and `StrEnum` do what those of the library do."""

import copy
import enum
import json
import pickle
import typing
from typing import Any

import pytest

from tlsscan import records


class Quick(records.NamedTuple):
    """A record."""

    name: str
    number: int = 3
    rest: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.name}{self.number}"


class Plain(typing.NamedTuple):
    """A record."""

    name: str
    number: int = 3
    rest: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.name}{self.number}"


EACH = pytest.mark.parametrize("made", [Quick, Plain])


@EACH
def test_fields_come_by_position_by_name_and_by_default(made: Any) -> None:
    assert tuple(made("a")) == ("a", 3, ())
    assert tuple(made("a", rest=("b",))) == ("a", 3, ("b",))
    assert tuple(made(number=1, name="c")) == ("c", 1, ())
    assert made("a", 1, ("x",)).rest == ("x",)
    assert made("a").label == "a3"
    assert made.__doc__ == "A record."


@EACH
@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("a", 1, (), 4), {}), (("a",), {"other": 1}), (("a",), {"name": "b"})]
)
def test_wrong_arguments_are_refused(made: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        made(*given, **named)


@EACH
def test_replace_and_make(made: Any) -> None:
    assert made("a")._replace(number=4, name="b") == made("b", 4)
    with pytest.raises(ValueError, match="unexpected field"):
        made("a")._replace(other=1)
    assert made._make(["a", 1, ()]) == made("a", 1)
    with pytest.raises(TypeError):
        made._make(["a"])


@EACH
def test_what_a_record_is(made: Any) -> None:
    one = made("a")
    assert one == ("a", 3, ())
    assert hash(one) == hash(("a", 3, ()))
    assert isinstance(one, tuple)
    assert repr(one) == f"{made.__name__}(name='a', number=3, rest=())"
    assert made._fields == ("name", "number", "rest")
    assert made._field_defaults == {"number": 3, "rest": ()}
    assert one._asdict() == {"name": "a", "number": 3, "rest": ()}
    with pytest.raises(AttributeError):
        one.name = "b"
    with pytest.raises(AttributeError):
        one.other = "b"
    match one:
        case made(name, number):
            assert (name, number) == ("a", 3)


def test_a_field_without_a_default_after_one_that_has_one_is_refused() -> None:
    with pytest.raises(TypeError, match="default"):
        exec("class Wrong(NamedTuple):\n    a: int = 1\n    b: int\n", {"NamedTuple": records.NamedTuple})


def test_an_empty_record() -> None:
    class Nothing(records.NamedTuple):
        pass

    assert Nothing() == ()


class Fruit(records.StrEnum):
    """What grows."""

    APPLE = "apple"
    PEAR = "pear"  # later

    @property
    def plural(self) -> str:
        return f"{self}s"


class LibraryFruit(enum.StrEnum):
    APPLE = "apple"
    PEAR = "pear"


def test_an_enumeration_of_texts_is_like_that_of_the_library() -> None:
    assert Fruit("pear") is Fruit.PEAR is Fruit(Fruit.PEAR)
    assert list(Fruit) == list(LibraryFruit) == ["apple", "pear"]
    assert list(reversed(Fruit)) == list(reversed(LibraryFruit))
    for member, other in zip(Fruit, LibraryFruit, strict=True):
        assert type(member) is Fruit
        assert (member.name, member.value, str(member), f"{member:>6}") == (
            other.name,
            other.value,
            str(other),
            f"{other:>6}",
        )
        assert repr(member).removeprefix("<") == repr(other).removeprefix("<Library")
        assert member == other
        assert hash(member) == hash(other)
        assert {member: 1}[member.value] == 1
        assert pickle.loads(pickle.dumps(member)) is copy.deepcopy(member) is member
        assert json.dumps({member: [member]}) == json.dumps({other: [other]})
    assert Fruit.APPLE.plural == "apples"
    assert Fruit.__doc__ == "What grows."
    assert len(Fruit) == 2
    assert "pear" in Fruit
    assert "plum" not in Fruit
    assert type(Fruit.PEAR.value) is type(str(Fruit.PEAR)) is str
    for strange in ("plum", "PEAR", None, []):
        with pytest.raises(ValueError, match="is not a valid Fruit"):
            Fruit(strange)
    with pytest.raises(AttributeError):
        Fruit.APPLE = Fruit.PEAR  # type: ignore[misc]
