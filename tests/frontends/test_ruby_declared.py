"""Ruby: calls that set something by its name, several targets at once, and blocks that run somewhere else."""

import pytest
from helpers import plain, sites

from tlsscan.model import Form, Site
from tlsscan.spelled import named
from tlsscan.values import Choice, Name, Number, Operation, Symbol, Text, Unknown, Value


def assigned(code: str) -> list[Site]:
    return [site for site in sites("ruby", code, ["sink"]) if site.form is Form.ASSIGN]


def value(expression: str, before: str = "", after: str = "") -> Value:
    found = assigned(f"{before}\nobject.sink = {expression}\n{after}")
    assert len(found) == 1, found
    return plain(found[0].arguments[0].value)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("h = A.new\nh.instance_variable_set(:@sink, 1)", ("A.sink", "?.sink")),
        ("h = A.new\nh.instance_variable_set('@sink', 1)", ("A.sink", "?.sink")),
        ("A.class_variable_set(:@@sink, 1)", ("A.sink",)),
        ("class C\n class_attribute :sink, default: 1\nend", ("C.sink", "sink", "?.sink")),
        ("class C < B\n class_attribute :other, :sink, instance_writer: false, default: 1\nend", ("B.sink", "C.sink")),
        ("class C\n cattr_accessor(:sink) { 1 }\nend", ("C.sink", "sink", "?.sink")),
        ("module M\n mattr_accessor :sink, default: 1\nend", ("M.sink", "sink", "?.sink")),
        ("def self.included(base)\n base.class_attribute :sink, default: 1\nend", ("?.sink",)),
        ("class C\n option :sink, short: '-s', default: 1\nend", ("C.sink", "sink", "?.sink")),
        ("class C\n config 'sink', :validate => :string, :default => 1\nend", ("C.sink", "sink", "?.sink")),
        ("class C\n attribute :sink, String, default: 1\nend", ("C.sink", "sink", "?.sink")),
        ("class C\n set :sink, 1\nend", ("C.sink", "sink", "?.sink")),
        ("h = A.new\nh.on, h.sink = true, 1", ("A.sink", "?.sink")),
        ("h = A.new\nh.sink, h.on = 1, 2, 3", ("A.sink", "?.sink")),
        ("A.class_eval do\n def go\n  self.sink = 1\n end\nend", ("A.sink", "?.sink")),
        ("A.class_eval do\n def go\n  @sink = 1\n end\nend", ("A.sink",)),
        ("h = A.new\nh.instance_eval { self.sink = 1 }", ("A.sink", "?.sink")),
        ("class C\n A.class_exec { self.sink = 1 }\nend", ("A.sink", "C.A.sink")),
        ("A.class_eval do\n class C\n  self.sink = 1\n end\nend", ("C.sink", "?.sink")),
    ],
)
def test_what_is_set_and_of_what(code: str, names: tuple[str, ...]) -> None:
    found = assigned(code)
    assert [site.names[: len(names)] for site in found] == [names]
    value = plain(found[0].arguments[0].value)
    assert (value.arms[0].value if isinstance(value, Choice) else value) == Number(1)


def test_several_targets_of_one_text() -> None:
    found = assigned("h.sink, h.on = 'a'")
    assert [plain(site.arguments[0].value) for site in found] == [Text("a")]


def test_a_constant_that_is_set_by_name() -> None:
    found = [site for site in sites("ruby", "A.const_set(:SINK, 1)", ["SINK"]) if site.form is Form.ASSIGN]
    assert [(site.names, plain(site.arguments[0].value)) for site in found] == [(("A.SINK",), Number(1))]


@pytest.mark.parametrize(
    "code",
    [
        "class C\n class_attribute :sink\nend",
        "class C\n attr_accessor :sink\nend",
        "class C\n option :sink, description: 1\nend",
        "class C\n validates :sink, inclusion: { in: [1] }\nend",
        "describe :sink do\n 1\nend",
        "class C\n delegate :sink, to: :other\nend",
        "h.a, h.sink = values",
        "h.a, h.sink = :b",
        "h.a, h.sink = *values, 1",
        "*h.a, h.sink = 1, 2",
    ],
)
def test_what_sets_nothing(code: str) -> None:
    assert assigned(code) == []


@pytest.mark.parametrize(
    ("code", "option", "owner"),
    [
        ("o = {}\no.store(:sink, 1)\nA.f(o)", ("sink",), ("A.f",)),
        ("o = Hash.new\no.store('sink', 1)\nA.f(x: o)", ("x", "sink"), ("A.f",)),
        ("o = Hash.new\no[:sink] = 1\nA.f(o)", ("sink",), ("A.f",)),
        ("A::B.store(:sink, 1)", ("sink",), ("A.B",)),
    ],
)
def test_entries_that_are_stored(code: str, option: tuple[str, ...], owner: tuple[str, ...]) -> None:
    found = [site for site in sites("ruby", code, ["sink"]) if site.form is Form.OPTION]
    assert [(site.option, site.owner, plain(site.arguments[0].value)) for site in found] == [(option, owner, Number(1))]


def test_a_parameter_inside_a_text_is_what_it_is_by_default() -> None:
    found = assigned('def go(v = "1_1")\n o.sink = A.const_get("TLS#{v}_X")\nend')
    made = plain(found[0].arguments[0].value)
    assert isinstance(made, Operation)
    assert made.operator == "named"
    text, owner = made.operands
    assert (getattr(plain(text), "default", None), owner) == (Text("TLS1_1_X"), Name(("A",)))


def test_the_variable_that_decides_a_constant_is_told() -> None:
    asked = Operation("join", (Text("TLS"), Unknown("the environment variable V decides", "V"), Text("_X")))
    assert value('A.const_get("TLS#{ENV["V"]}_X")') == named(asked, Name(("A",)))
    chosen = value('A.const_get("TLS#{ENV.fetch("V", "1")}_X")')
    assert isinstance(chosen, Choice)
    assert [arm.value for arm in chosen.arms] == [
        named(asked, Name(("A",))),
        Name(("A.TLS1_X",)),
    ]


def test_flags_that_only_an_older_runtime_lacks_are_taken_as_there() -> None:
    before = "f = X\nf |= A if defined?(A)\nf |= B if Z.const_defined?(:B)"
    assert value("f", before) == Operation("|", (Operation("|", (Name(("X",)), Name(("A",)))), Name(("B",))))


def test_flags_under_another_condition_may_be_missing() -> None:
    chosen = value("f", "f = X\nf |= A if strict")
    assert isinstance(chosen, Choice)
    assert [arm.condition for arm in chosen.arms] == ["strict", "not (strict)"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(o[:v].presence || :a).to_sym", Symbol("a")),
        ("o.fetch('v') { b }", Symbol("c")),
        ("ENV['V']&.to_sym || :a", Symbol("a")),
        ("ENV.key?('V') ? ENV['V'] : 'a'", Text("a")),
    ],
)
def test_what_is_read_at_run_time_has_a_default(expression: str, expected: Value) -> None:
    chosen = value(expression, after="def b\n :c\nend")
    assert isinstance(chosen, Choice)
    assert plain(chosen.arms[-1].value) == expected


@pytest.mark.parametrize(
    ("expression", "arms"),
    [
        ("H[k]", [(":a", Number(1)), ("'b'", Number(2))]),
        ("H.fetch(k, 3)", [(":a", Number(1)), ("'b'", Number(2)), ("there is no such entry", Number(3))]),
        ("H.fetch(k) { 3 }", [(":a", Number(1)), ("'b'", Number(2)), ("there is no such entry", Number(3))]),
        ("case k when :a then 1 when 'b', :c then 2 end", [("k is :a", Number(1)), ("k is 'b' or :c", Number(2))]),
    ],
)
def test_a_table_is_what_a_case_would_be(expression: str, arms: list[tuple[str, Value]]) -> None:
    chosen = value(expression, "H = { a: 1, 'b' => 2 }.freeze")
    assert isinstance(chosen, Choice)
    assert [(arm.condition, plain(arm.value)) for arm in chosen.arms] == arms


@pytest.mark.parametrize("expression", ["H[:c]", "{ x => 1 }[k]", "[1, 2][k]", "h[k]"])
def test_tables_without_a_known_entry(expression: str) -> None:
    assert isinstance(value(expression, "H = { a: 1, 'b' => 2 }.freeze"), Unknown)
