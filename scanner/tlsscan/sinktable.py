"""The sinks of a language as data, by the names under which they are met: made when packs are compiled."""

from collections.abc import Iterable, Mapping

from tlsscan.annotations import Any
from tlsscan.languages import CASELESS
from tlsscan.model import Form
from tlsscan.records import NamedTuple

IGNORES_CASE = frozenset({"php"})  # languages whose function and class names ignore case
CALLED = frozenset({Form.CALL, Form.NEW})
ANY = "*"  # in the place of the argument that an object is: any

Row = list[Any]
"""A sink in a table: its name, the id of its rule, its number there."""
Table = dict[str, Any]
"""`named`: rows by group of forms and last part of the name; `arguments`: rows of what has any name, by argument;
`telling`: rows of what tells a side, `taking`: of what tells that of anything it is passed, both by last part (`""` for
a pattern); `owners` and `words`: what the names stand behind, whole and its last part."""


class Named(NamedTuple):
    """By what a sink, or what `tells` a side, is found."""

    form: Form
    name: str
    argument: str
    rule: str
    number: int
    tells: bool


def folds(form: Form, language: str) -> bool:
    """Whether names of a form ignore case in a language."""
    return language in CASELESS or (form in CALLED and language in IGNORES_CASE)


def last_part(form: Form, name: str, language: str) -> str:
    """The part of a name by which it is looked up."""
    last = name if form is Form.SETTING else name.rsplit(".", 1)[-1]
    return last.lower() if folds(form, language) else last


def argument_key(name: str, language: str) -> str:
    """An argument's name as it is looked up."""
    return name.lower() if language in CASELESS else name


def group(form: Form) -> str:
    """The forms that are met together."""
    return "called" if form in CALLED else form.value


def table(language: str, sinks: Iterable[Named]) -> Table:
    """The table of the sinks of a language, in their order."""
    named: dict[str, dict[str, list[Row]]] = {}
    kinds: dict[str, dict[str, list[Row]]] = {"arguments": {}, "telling": {}, "taking": {}}
    owners: dict[str, None] = {}
    for sink in sinks:
        last, row = last_part(sink.form, sink.name, language), [sink.name, sink.rule, sink.number]
        if sink.tells and sink.argument == ANY:
            kinds["taking"].setdefault("" if "*" in sink.name.removeprefix("*.") else last, []).append(row)
            continue
        if sink.tells:
            kinds["telling"].setdefault(last, []).append(row)
            continue
        owners[sink.name.rpartition(".")[0]] = None
        if sink.name == "*" and sink.form in CALLED:
            kinds["arguments"].setdefault(argument_key(sink.argument, language), []).append(row)
        else:
            named.setdefault(group(sink.form), {}).setdefault(last, []).append(row)
    words = dict.fromkeys(owner.rpartition(".")[2] for owner in owners)
    return {"named": named, **kinds, "owners": list(owners), "words": list(words)}


def joined(one: Table, other: Table) -> Table:
    """Two tables of a language as one, by rule id."""
    groups = dict.fromkeys([*one["named"], *other["named"]])
    return {
        "named": {name: _rows(one["named"].get(name, {}), other["named"].get(name, {})) for name in groups},
        **{kind: _rows(one[kind], other[kind]) for kind in ("arguments", "telling", "taking")},
        **{kind: [*dict.fromkeys([*one[kind], *other[kind]])] for kind in ("owners", "words")},
    }


def _rows(one: Mapping[str, list[Row]], other: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    return {key: sorted([*one.get(key, ()), *other.get(key, ())], key=_order) for key in {**one, **other}}


def _order(row: Row) -> tuple[str, int]:
    return row[1], row[2]
