"""Where the keys and values of a TOML document stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscan.tomlplaces import Path, places_in

DOCUMENT = '''\
# a comment = "with = signs"
level = "note"  # another
"min-tls" = '1.2'
exclude = [
  "a, ]",  # [
  'b',
]
dotted.key."with.dot" = 1.5
inline = { a = [1, [2, 3]], "b" = { c = 1979-05-27 07:32:00 } }

[table]
text = """
[not.a.table]
quoted = 1 \\""" """
raw = \'\'\'
x = 1\'\'\'
[table . inner]
x=1
[[items]]
name = "first"
[[items]]
name = "second"
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("level",), (2, 1), (2, 9)),
        (("min-tls",), (3, 1), (3, 13)),
        (("exclude",), (4, 1), (4, 11)),
        (("exclude", 0), None, (5, 3)),
        (("exclude", 1), None, (6, 3)),
        (("dotted", "key", "with.dot"), (8, 12), (8, 25)),
        (("inline", "a"), (9, 12), (9, 16)),
        (("inline", "a", 1, 0), None, (9, 21)),
        (("inline", "b", "c"), (9, 37), (9, 41)),
        (("table",), (11, 2), None),
        (("table", "text"), (12, 1), (12, 8)),
        (("table", "raw"), (15, 1), (15, 7)),
        (("table", "inner"), (17, 10), None),
        (("table", "inner", "x"), (18, 1), (18, 3)),
        (("items", 0, "name"), (20, 1), (20, 8)),
        (("items", 1, "name"), (22, 1), (22, 8)),
    ],
)
def test_places(path: Path, key: tuple[int, int] | None, value: tuple[int, int] | None) -> None:
    tomllib.loads(DOCUMENT)
    keys, values = places_in(DOCUMENT)
    assert (keys.get(path), values.get(path)) == (key, value)


WORDS = st.sampled_from(["a", "b-c", "d_1", '"quoted key"', "'x.y'", '"é"'])
TEXTS = st.text(st.sampled_from("ab =[]{},.#'\"\\\u00e9\U0001f600"), max_size=8)


def written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower()


VALUES = st.recursive(
    TEXTS | st.integers(0, 99) | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=6
)


@given(st.dictionaries(WORDS, VALUES, max_size=5), st.sampled_from(["", "# x = [\n", "\n\n"]))
def test_every_value_is_found_where_it_is_written(plain: dict[str, Any], between: str) -> None:
    text = between.join(f"{key} = {written(value)}\n" for key, value in plain.items())
    loaded = tomllib.loads(text)
    keys, values = places_in(text)
    lines = text.split("\n")
    assert set(keys) == {(key,) for key in loaded}
    for (key,), (line, column) in keys.items():
        start = lines[line - 1][column - 1 :]
        rest = start.partition(" = ")[2]
        assert values[key,] == (line, column + len(start) - len(rest))
        assert tomllib.loads(start) == {key: loaded[key]}
