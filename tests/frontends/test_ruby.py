"""Ruby: what a snippet's sites are, and the values in their slots."""

import time

import pytest
from helpers import plain, sites

from tlsscan.frontends import frontend
from tlsscan.frontends.speaker import TooDeep
from tlsscan.model import Form, Site
from tlsscan.source import SourceFile
from tlsscan.values import (
    Arm,
    Bool,
    Choice,
    Entry,
    Invocation,
    Listing,
    Mapping,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Symbol,
    Text,
    Unknown,
    Value,
    strip,
)


def ruby(code: str, *anchors: str) -> list[Site]:
    return sites("ruby", code, list(anchors or ("sink",)))


def only(code: str, *anchors: str) -> Site:
    found = ruby(code, *anchors)
    assert len(found) == 1, found
    return found[0]


def one(form: Form, code: str, *anchors: str) -> Site:
    found = [site for site in ruby(code, *anchors) if site.form is form]
    assert len(found) == 1, found
    return found[0]


def value(expression: str, before: str = "") -> Value:
    """The value of what is assigned to an attribute called sink."""
    return plain(one(Form.ASSIGN, f"{before}\nobject.sink = {expression}\n").arguments[0].value)


def either(*arms: tuple[str, bool, Value]) -> Choice:
    return Choice(tuple(Arm(*arm) for arm in arms))


X = Name(("X",))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a\\n'", Text("a\\n")),
        ('"a\\n\\x41\\u{42}\\u0043\\e"', Text("a\nABC\x1b")),
        ("''", Text("")),
        ("%q(a b)", Text("a b")),
        ("%Q(a#{1}b)", Text("a1b")),
        ("'a' \"b\"", Text("ab")),
        ("?a", Text("a")),
        (":TLSv1", Symbol("TLSv1")),
        (":'a b'", Symbol("a b")),
        (':"v#{1}"', Symbol("v1")),
        ("%s(a)", Symbol("a")),
        ("nil", Null()),
        ("true", Bool(True)),
        ("false", Bool(False)),
        ("1_000", Number(1000)),
        ("0x0303", Number(771)),
        ("0b11", Number(3)),
        ("0o17", Number(15)),
        ("017", Number(15)),
        ("0d10", Number(10)),
        ("1.5", Number(1.5)),
        ("-1", Operation("-", (Number(1),))),
        ("X", X),
        ("::X", X),
        ("A::B::X", Name(("A.B.X",))),
        ("(X)", X),
        ("[1, :a, *[2]]", Listing((Number(1), Symbol("a"), Number(2)))),
        ("%w[a b]", Listing((Text("a"), Text("b")))),
        ("%i[a b]", Listing((Symbol("a"), Symbol("b")))),
        ("Set[1, 2]", Listing((Number(1), Number(2)))),
        ("Set.new([1])", Listing((Number(1),))),
        ("Array(1)", Listing((Number(1),))),
        ("[1] + [2]", Listing((Number(1), Number(2)))),
        ("%w[a b] - %w[a]", Listing((Text("b"),))),
        (
            "{ a: 1, :b => 2, 'c' => 3, \"d\": 4 }",
            Mapping(
                (
                    Entry(Symbol("a"), Number(1)),
                    Entry(Symbol("b"), Number(2)),
                    Entry(Text("c"), Number(3)),
                    Entry(Symbol("d"), Number(4)),
                )
            ),
        ),
        ("{ a: 1, **{ b: 2 } }", Mapping((Entry(Symbol("a"), Number(1)), Entry(Symbol("b"), Number(2))))),
        ("{ a: 1 }.merge(a: 2)", Mapping((Entry(Symbol("a"), Number(2)),))),
        ("X | Y", Operation("|", (X, Name(("Y",))))),
        ("X & ~Y", Operation("&", (X, Operation("~", (Name(("Y",)),))))),
        ("X ^ 1", Operation("^", (X, Number(1)))),
        ("1 << 2", Operation("<<", (Number(1), Number(2)))),
        ("[X, 1].reduce(:|)", Operation("|", (X, Number(1)))),
        ("[X, 1].inject(&:|)", Operation("|", (X, Number(1)))),
        ("'a' + 'b'", Text("ab")),
        ("'a' << 'b'", Text("ab")),
        ('"a#{X}"', Operation("join", (Text("a"), X))),
        ("X.freeze", X),
        ("'a'.freeze", Text("a")),
        ("'a'.to_sym", Symbol("a")),
        ("'a'.dup.intern", Symbol("a")),
        (":a.to_s", Text("a")),
        ("' 12 '.strip.to_i", Number(12)),
        ("Integer('0x303')", Number(771)),
        ("'tls'.upcase", Text("TLS")),
        ("'a.b'.tr('.', '_').to_sym", Symbol("a_b")),
        ("'a.b'.gsub('.', '')", Text("ab")),
        ("'a,b'.split(',')", Listing((Text("a"), Text("b")))),
        ("'a b'.split", Listing((Text("a"), Text("b")))),
        ("%w[a b].join(':')", Text("a:b")),
        ("%w[a b].map(&:to_sym)", Listing((Symbol("a"), Symbol("b")))),
        ("%w[a b].first", Text("a")),
        ("%w[a b].last", Text("b")),
        ("{ a: 1 }[:a]", Number(1)),
        ("{ a: 1 }.fetch(:a)", Number(1)),
        ("{ a: 1 }.values", Listing((Number(1),))),
        ("[1, 2][1]", Number(2)),
        ("A.const_get(:X)", Name(("A.X",))),
        ('A::B.const_get("X_#{1}")', Name(("A.B.X_1",))),
        ("Object.const_get('A::X')", Name(("A.X",))),
        ("'A::X'.constantize", Name(("A.X",))),
        ("y = :a", Symbol("a")),
        ("(1; :a)", Symbol("a")),
        ("-> { :a }.call", Symbol("a")),
        ("lambda { v = 1\n v |= 2\n v }.call", Operation("|", (Number(1), Number(2)))),
        ("A.new(1)", Invocation(("A",), (Number(1),))),
        ("A.make(1, b: 2)", Invocation(("A.make",), (Number(1),), (("b", Number(2)),))),
        ("A.setting", Name(("A.setting",))),
        ("x == 1", Unknown("the result of == is not followed")),
        ("!x", Unknown("the result of ! is not followed")),
        ("`ls`", Unknown("subshell is not followed")),
        ("/a/", Unknown("regex is not followed")),
        ("X[:a]", Operation("item", (Name(("X",)), Symbol("a")))),
        ("A.const_get(x)", Unknown("a constant's name is made at run time")),
    ],
)
def test_expression(expression: str, expected: Value) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("c ? 1 : 2", either(("c", False, Number(1)), ("not (c)", False, Number(2)))),
        ("defined?(X) ? 1 : 2", either(("defined?(X)", False, Number(1)), ("not (defined?(X))", True, Number(2)))),
        (
            "RUBY_VERSION < '2.5' ? 1 : 2",
            either(("RUBY_VERSION < '2.5'", True, Number(1)), ("not (RUBY_VERSION < '2.5')", False, Number(2))),
        ),
        ("if c then 1 else 2 end", either(("c", False, Number(1)), ("not (c)", False, Number(2)))),
        ("if c then 1 end", either(("c", False, Number(1)), ("not (c)", False, Null()))),
        ("unless c then 1 else 2 end", either(("not (c)", False, Number(1)), ("c", False, Number(2)))),
        (
            "case c when :a, :b then 1 else 2 end",
            either(("c is :a or :b", False, Number(1)), ("else", False, Number(2))),
        ),
        (
            "begin; X; rescue NameError; 1; end",
            either(("no exception", False, X), ("NameError is caught", True, Number(1))),
        ),
        ("(X rescue 1)", either(("no exception", False, X), ("an exception is caught", True, Number(1)))),
        ("A.b || :x", either(("A.b", False, Name(("A.b",))), ("not (A.b)", False, Symbol("x")))),
        ("nil || :x", Symbol("x")),
        ("c && :x", either(("c", False, Symbol("x")), ("not (c)", False, Null()))),
        (
            '"a#{c ? 1 : 2}"',
            either(("c", False, Text("a1")), ("not (c)", False, Text("a2"))),
        ),
    ],
)
def test_every_arm_of_a_choice_is_kept(expression: str, expected: Value) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    "expression", ["ENV['V'] || 'a'", "ENV.fetch('V', 'a')", "ENV.fetch('V') { 'a' }", "(ENV['V'] or 'a')"]
)
def test_environment_with_a_default(expression: str) -> None:
    assert value(expression) == either(
        ("V is set", False, Unknown("the environment variable V decides", "V")), ("V is not set", False, Text("a"))
    )


def test_environment_without_a_default() -> None:
    assert value("ENV['V']") == Unknown("the environment variable V decides", "V")
    assert value("ENV.fetch('V').to_sym") == Unknown("the environment variable V decides", "V")


@pytest.mark.parametrize(
    ("opening", "body", "expected"),
    [
        ("<<~E", "    a\n      b\n  E\n", "a\n  b\n"),
        ("<<-E", "  a\n  E\n", "  a\n"),
        ("<<E", "a\nE\n", "a\n"),
        ("<<~'E'", "  a\\n\nE\n", "a\\n\n"),
        ("<<~E.strip", "  a\nE\n", "a"),
    ],
)
def test_heredoc(opening: str, body: str, expected: str) -> None:
    assert plain(one(Form.ASSIGN, f"object.sink = {opening}\n{body}").arguments[0].value) == Text(expected)


def test_second_heredoc_of_a_line() -> None:
    site = one(Form.CALL, "sink(<<A, <<~B)\n1\nA\n  2\nB\n")
    assert [plain(argument.value) for argument in site.arguments] == [Text("1\n"), Text("2\n")]


@pytest.mark.parametrize(
    ("before", "expression", "expected"),
    [
        ("v = :a", "v", Symbol("a")),
        ("v = :a\nv = :b", "v", Symbol("b")),
        ("v = :a\nv = :b if c", "v", either(("c", False, Symbol("b")), ("not (c)", False, Symbol("a")))),
        ("v = nil\nv ||= :b", "v", either(("v is not set", False, Symbol("b")), ("", False, Null()))),
        ("v = X\nv |= 1", "v", Operation("|", (X, Number(1)))),
        ("v, w = :a, :b", "w", Symbol("b")),
        ("v, w = list", "w", Unknown("w is not a constant")),
        ("v = w = :a", "v", Symbol("a")),
        ("V = :a", "V", Symbol("a")),
        ("V ||= :a", "V", Symbol("a")),
        ("class C\n V = :a\nend", "C::V", Symbol("a")),
        ("module M\n class C\n  V = :a\n end\nend", "M::C::V", Symbol("a")),
        ("module M::C\n V = :a\nend", "M::C::V", Symbol("a")),
        ("M::V = :a", "M::V", Symbol("a")),
        ("$v = :a", "$v", Symbol("a")),
        ("module C\n def self.v\n  :a\n end\nend", "C.v", Symbol("a")),
        ("def v = :a", "v", Symbol("a")),
        ("A = B\nB = A", "A", Unknown("A is defined by itself")),
        ("def v\n v\nend", "v", Unknown("v is defined by itself")),
        ("H = { a: { b: :c } }", "H[:a][:b]", Symbol("c")),
        ("H = { a: :c }.freeze", "H.fetch(:a)", Symbol("c")),
        ("H = { a: :c }.freeze", "H.dig(:a)", Symbol("c")),
        ("MAP = { 'v' => :c }", "MAP['v']", Symbol("c")),
    ],
)
def test_names_of_the_file(before: str, expression: str, expected: Value) -> None:
    assert value(expression, before) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("  V = :a\n  def go\n    o.sink = V\n  end", Symbol("a")),
        ("  def go\n    @v = :a\n    o.sink = @v\n  end", Symbol("a")),
        ("  def initialize\n    @v = :a\n  end\n  def go\n    o.sink = @v\n  end", Symbol("a")),
        ("  def initialize() = @v = :a\n  def v=(v)\n    @v = v\n  end\n  def go\n    o.sink = @v\n  end", Symbol("a")),
        ("  @@v = :a\n  def go\n    o.sink = @@v\n  end", Symbol("a")),
        ("  def v\n    @v ||= :a\n  end\n  def go\n    o.sink = v\n  end", Symbol("a")),
        ("  def v\n    :a\n  end\n  def go\n    o.sink = self.v\n  end", Symbol("a")),
        ("  def self.v\n    :a\n  end\n  def go\n    o.sink = self.class.v\n  end", Symbol("a")),
        ("  V = :a\n  def go\n    o.sink = self.class::V\n  end", Symbol("a")),
        ("  V = :a\n  def go\n    o.sink = self.class.const_get(:V)\n  end", Name(("C.V",))),
        ("  def go(v = :a)\n    o.sink = v\n  end", Parameter("C.go", 0, "v", Symbol("a"))),
        ("  def go(u, v: :a)\n    o.sink = v\n  end", Parameter("C.go", 1, "v", Symbol("a"))),
        ("  def go(v)\n    o.sink = v\n  end", Parameter("C.go", 0, "v")),
        ("  def go(*v)\n    o.sink = v\n  end", Parameter("C.go", 0, "v")),
        ("  def go(**v)\n    o.sink = v\n  end", Parameter("C.go", 0, "v")),
        ("  def go(&v)\n    o.sink = v\n  end", Unknown("v is not a constant")),
        ("  def go(v)\n    v = :a\n    o.sink = v\n  end", Symbol("a")),
        (
            "  def go\n    %i[a b].each { |v| o.sink = v }\n  end",
            Operation("each", (Symbol("a"), Symbol("b"))),
        ),
        (
            "  def go\n    for v in [:a, :b] do o.sink = v end\n  end",
            Operation("each", (Symbol("a"), Symbol("b"))),
        ),
        ("  def go\n    [1].each { |u, v| o.sink = v }\n  end", Unknown("v is not a constant")),
        ("  def go\n    run { |v = :a| v }\n    o.sink = v\n  end", Invocation(("C.v", "v", "?.v"), ())),
    ],
)
def test_names_of_a_class(body: str, expected: Value) -> None:
    assert plain(one(Form.ASSIGN, f"class C\n{body}\nend\n", "sink").arguments[0].value) == expected


def test_a_block_shadows_and_does_not_leak() -> None:
    code = "it { v = :a\n o.sink = v }\nit { v = :b\n o.sink = v }\nv = :c\nit { v = :d }\nit { o.sink = v }\n"
    found = [plain(site.arguments[0].value) for site in ruby(code) if site.form is Form.ASSIGN]
    assert found == [Symbol("a"), Symbol("b"), Symbol("d")]


def test_a_constant_of_another_class_is_not_taken() -> None:
    code = "class A\n V = :a\nend\nclass B\n V = :b\n def go\n  o.sink = V\n end\nend\nclass C\n o.sink = V\nend\n"
    found = [plain(site.arguments[0].value) for site in ruby(code) if site.form is Form.ASSIGN]
    assert found == [Symbol("b"), Name(("V", "C.V"))]


def test_the_trace_of_a_constant() -> None:
    site = one(Form.ASSIGN, "DEFAULT = :a\nV = DEFAULT\nhttp.sink = V.to_s\n")
    inner, steps = strip(site.arguments[0].value)
    assert inner == Text("a")
    assert [(step.region.line, step.text) for step in steps] == [(2, "V = DEFAULT"), (1, "DEFAULT = :a")]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("A::B.sink(1)", ("A.B.sink",)),
        ("A::B::sink(1)", ("A.B.sink",)),
        ("x = A::B.new\nx.sink 1", ("A.B.sink", "?.sink")),
        ("A.new.sink(1)", ("A.sink", "?.sink")),
        ("A.new.tap { |x| x.sink(1) }", ("A.sink", "?.sink")),
        ("A.start(1) { |x| x.sink(1) }", ("A.sink", "A.start.sink", "?.sink")),
        ("A.new do |x|\n x.sink(1)\nend", ("A.sink", "?.sink")),
        ("def f(x)\n x.sink(1)\nend", ("?.sink",)),
        ("x = A\nx.sink(1)", ("A.sink",)),
        ("(c ? A : B).sink(1)", ("A.sink", "B.sink", "?.sink")),
        ("x&.sink(1)", ("x.sink", "?.x.sink", "?.sink")),
        ("def f(x)\n x.y.sink(1)\nend", ("?.y.sink", "?.sink")),
        ("sink(1)", ("sink", "?.sink")),
        ("sink 1", ("sink", "?.sink")),
        ("class C < Base\n sink :a\nend", ("Base.sink", "C.sink", "sink", "?.sink")),
        ("class C\n include M\n sink :a\nend", ("M.sink", "C.sink", "sink", "?.sink")),
        ("module M\n class C\n  self.sink(1)\n end\nend", ("M.C.sink", "?.sink")),
        ("class C\nend\nC.sink(1)", ("C.sink",)),
        ("class C < Base\nend\nC.sink(1)", ("C.sink", "Base.sink")),
        ("include A::B\nK.sink(1)", ("K.sink", "A.B.K.sink")),
        ("module A\n module B\n  K.sink(1)\n end\nend", ("K.sink", "A.B.K.sink", "A.K.sink")),
        ("K = A::B\nK.sink(1)", ("A.B.sink",)),
        ("module A\n module K\n  ::K.sink(1)\n end\nend", ("K.sink",)),
        ("class C < Base\n def sink(x)\n  super(x)\n end\nend", ("Base.sink", "C.sink", "?.sink")),
        ("x.send(:sink, 1)", ("x.sink", "?.x.sink", "?.sink")),
    ],
)
def test_names_of_a_call(code: str, names: tuple[str, ...]) -> None:
    found = [site for site in ruby(code, "sink", "super") if site.form is Form.CALL and "sink" in site.names[0]]
    assert [site.names for site in found] == [names]


def test_arguments_of_a_call() -> None:
    site = one(Form.CALL, "A.sink 1, *rest, :b, c: 2, 'd' => 3, &block\n")
    assert [(a.position, a.name, plain(a.value)) for a in site.arguments] == [
        (0, "", Number(1)),
        (101, "", Symbol("b")),
        (None, "c", Number(2)),
        (None, "d", Number(3)),
    ]


def test_constructor() -> None:
    site = one(Form.NEW, "ctx = A::Sink.new(:TLSv1)\n", "Sink")
    assert site.names == ("A.Sink",)
    assert (site.region.line, site.arguments[0].text, site.target) == (1, ":TLSv1", "-1:ctx")


def test_constructor_of_an_alias_and_of_an_included_module() -> None:
    assert one(Form.NEW, "Sink = A::B\nSink.new(1)\n", "Sink", "A.B").names == ("A.B",)
    assert one(Form.NEW, "include A\nSink.new(1)\n", "Sink").names == ("Sink", "A.Sink")


@pytest.mark.parametrize(
    ("code", "names", "operator"),
    [
        ("h = A.new\nh.sink = 1", ("A.sink", "?.sink"), "="),
        ("h = A.new\nh.sink |= 1", ("A.sink", "?.sink"), "|="),
        ("h = A.new\nh.sink &= ~X", ("A.sink", "?.sink"), "&="),
        ("h = A.new\nh.sink ^= 1", ("A.sink", "?.sink"), "^="),
        ("h = A.new\nh.sink += 1", ("A.sink", "?.sink"), "+="),
        ("h = A.new\nh.sink ||= 1", ("A.sink", "?.sink"), "="),
        ("h = A.new\nh&.sink = 1", ("A.sink", "?.sink"), "="),
        ("h = A.new\nh.send(:sink=, 1)", ("A.sink", "?.sink"), "="),
        ("h = A.new\nh.public_send('sink=', 1)", ("A.sink", "?.sink"), "="),
        ("A.sink = 1", ("A.sink",), "="),
        ("class C < B\n self.sink = 1\nend", ("B.sink", "C.sink", "?.sink"), "="),
        ("class C < B\n def go\n  @sink = 1\n end\nend", ("B.sink", "C.sink"), "="),
        ("module M\n SINK = 1\nend", ("M.SINK",), "="),
        ("A::SINK = 1", ("A.SINK",), "="),
        ("def f(c)\n c.x.sink = 1\nend", ("?.x.sink", "?.sink"), "="),
        ("A.start do |h|\n h.sink = 1\nend", ("A.sink", "A.start.sink", "?.sink"), "="),
    ],
)
def test_assignment(code: str, names: tuple[str, ...], operator: str) -> None:
    found = [site for site in ruby(code, "sink", "SINK") if site.form is Form.ASSIGN and site.names[0] != "h"]
    assert [(site.names, site.operator) for site in found] == [(names, operator)]


@pytest.mark.parametrize(
    ("code", "option", "owner"),
    [
        ("f(sink: 1)", ("sink",), ("f", "?.f")),
        ("f(:sink => 1)", ("sink",), ("f", "?.f")),
        ("f('sink' => 1)", ("sink",), ("f", "?.f")),
        ('f "sink": 1', ("sink",), ("f", "?.f")),
        ("A.f({ sink: 1 })", ("sink",), ("A.f",)),
        ("A.f(1, a: { 'b' => { sink: 1 } })", ("a", "b", "sink"), ("A.f",)),
        ("A.f(a: [{ sink: 1 }])", ("a", "sink"), ("A.f",)),
        ("A.f(**{ sink: 1 })", ("sink",), ("A.f",)),
        ("A.f({ b: 1 }.merge(sink: 1))", ("sink",), ("?.merge", "A.f")),
        ("A.f({ sink: 1 }.freeze)", ("sink",), ("A.f",)),
        ("A::B.new(sink: 1)", ("sink",), ("A.B", "A.B.new")),
        ("A::B[:sink] = 1", ("sink",), ("A.B",)),
        ("A::B[:x]['sink'] |= 1", ("x", "sink"), ("A.B",)),
        ("A.defaults[:sink] = 1", ("sink",), ("A.defaults",)),
        ("A::B.merge!(sink: 1)", ("sink",), ("A.B.merge!",)),
        ("A.settings = { sink: 1 }", ("sink",), ("A.settings",)),
        ("A.defaults[:x] = { sink: 1 }", ("x", "sink"), ("A.defaults",)),
        ("o = { sink: 1 }\nA.f(o)", ("sink",), ("A.f",)),
        ("o = { sink: 1 }\nA.f(url, x: o)", ("x", "sink"), ("A.f",)),
        ("o = { sink: 1 }\nA.f(b: 1, **o)", ("sink",), ("A.f",)),
        ("o = {}\no[:sink] = 1\nA.f(o.merge(b: 1))", ("sink",), ("A.f",)),
        ("O = { sink: 1 }.freeze\nA.f(O)", ("sink",), ("A.f",)),
        ("O = { a: 1 }\nO[:sink] = 1", ("sink",), ("O",)),
        ("A::O = A::O.merge(a: 1)\nA::O[:sink] = 1", ("sink",), ("A.O",)),
        ("o = { sink: 1 }", ("sink",), ()),
        ("module A\n class B\n  O = { sink: 1 }.freeze\n end\nend", ("sink",), ("A.B.O",)),
        ("A::O = { sink: 1 }", ("sink",), ("A.O",)),
        ("class C\n def go\n  A.f(x: tls)\n end\n def tls\n  { sink: 1 }\n end\nend", ("x", "sink"), ("A.f", "C.A.f")),
        (
            "class C\n def go\n  A.f(**tls)\n end\n def tls\n  log\n  { sink: 1 }\n end\nend",
            ("sink",),
            ("A.f", "C.A.f"),
        ),
        ("class C\n def tls\n  { sink: 1 }\n  nil\n end\n def go\n  A.f(tls)\n end\nend", ("sink",), ()),
        ("class C\n def tls(x)\n  { sink: 1 }\n end\n def go\n  A.f(tls)\n end\nend", ("sink",), ()),
        ("class C < B\n def initialize\n  super(sink: 1)\n end\nend", ("sink",), ("B", "C", "?.new")),
    ],
)
def test_option(code: str, option: tuple[str, ...], owner: tuple[str, ...]) -> None:
    site = one(Form.OPTION, code)
    assert (site.option, site.owner) == (option, owner)
    assert (site.names, plain(site.arguments[0].value)) == (("sink",), Number(1))


def test_an_option_without_a_value_takes_the_variable_of_its_name() -> None:
    site = one(Form.OPTION, "sink = :a\nA.f(sink:)\n")
    assert (site.region.line, plain(site.arguments[0].value)) == (2, Symbol("a"))


def test_options_of_one_call_share_a_target() -> None:
    found = [site for site in ruby("A.f(sink: 1, sink_max: 2)\nA.f(sink: 3)\n") if site.form is Form.OPTION]
    assert len({site.target for site in found}) == 2
    assert found[0].target == found[1].target


@pytest.mark.parametrize("code", ["def f(sink = 1)\nend", "def f(a, sink: 1)\nend", "->(sink = 1) { }"])
def test_parameter_default(code: str) -> None:
    site = only(code)
    assert (site.form, site.names, plain(site.arguments[0].value)) == (Form.PARAMETER, ("sink",), Number(1))


def test_a_setter_is_no_site_but_its_use_is() -> None:
    code = "class C\n def sink=(v)\n  @sink = v\n end\nend\nC.new.sink = :a\n"
    assert [(s.names[0], s.region.line) for s in ruby(code) if s.form is Form.ASSIGN] == [("C.sink", 6)]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("Old = A::Sink\nOld.new(1)\n", [2]),
        ("old = :sink\no.send(old, 1)\n", [2]),
        ("old = Sink.new\no.send(old.to_s, 1)\n", []),
        ("old = Sink.new\no.send(old, 1)\n", [2]),  # what the object is passed to may tell its side
    ],
)
def test_a_renamed_anchor_is_followed(code: str, lines: list[int]) -> None:
    speaker = frontend("ruby")
    unit = speaker.parse(SourceFile("a.rb", code.encode()))
    start = code.lower().index("sink")
    found = speaker.sites(
        unit, [(start, start + 4)], lambda draft: bool(draft.arguments) and draft.form is not Form.MENTION
    )
    assert sorted({site.region.line for site in found if site.form is not Form.ASSIGN}) == lines


def test_targets_tell_objects_apart() -> None:
    code = (
        "def a\n h = A.new\n h.sink = 1\nend\ndef b\n h.sink = 2\nend\n"
        "it { h = A.new\n h.sink = 3 }\nit { h = A.new\n h.sink = 4 }\n"
        "class C\n def x\n  @h.sink = 5\n end\n def y\n  @h.sink = 6\n end\nend\n"
    )
    found = {site.arguments[0].text: site.target for site in ruby(code) if site.form is Form.ASSIGN}
    assert len(set(found.values())) == 6


def test_the_target_of_a_constructor_is_that_of_its_variable() -> None:
    found = ruby("def f\n h = Sink.new(1)\n h.sink = 2\nend\n", "Sink", "sink")
    assert {site.target for site in found if site.form in (Form.NEW, Form.ASSIGN)} == {"0:h"}


def test_blocks_of_conditional_sites() -> None:
    code = "h.sink = 1\nh.sink = 2 if c\nif c\n h.sink = 3\nend\nh.sink ||= 4\n"
    depths = [len(site.blocks) for site in ruby(code) if site.form is Form.ASSIGN]
    assert depths == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ("if h.respond_to?(:x=)\n h.x = 0\nelse\n h.sink = 1\nend", "not (h.respond_to?(:x=))"),
        ("if h.respond_to?(:sink=)\n h.sink = 1\nend", ""),
        ("if RUBY_VERSION >= '2.5'\n h.sink = 1\nend", ""),
        ("h.sink = 1 unless defined?(X)", "not (defined?(X))"),
        ("h.sink = 1 if !defined?(X)", "!defined?(X)"),
        ("h.sink = 1 unless RUBY_VERSION < '2.5'", ""),
        ("case RUBY_VERSION when '3.3' then h.sink = 1 end", ""),
        ("if RUBY_VERSION < '2.5'\n h.sink = 1\nend", "RUBY_VERSION < '2.5'"),
        ("h.sink = 1 if RUBY_VERSION.to_i == 1", "RUBY_VERSION.to_i == 1"),
        ("h.sink = 1 if RUBY_VERSION =~ /^1\\.8/", "RUBY_VERSION =~ /^1\\.8/"),
        ("h.sink = 1 if !RUBY_VERSION.start_with?('1.8')", ""),
        ("h.sink = 1 if RUBY_VERSION.start_with?('2')", ""),
        ("begin\n X\nrescue NameError\n h.sink = 1\nend", "NameError is caught"),
        ("begin\n h.x = 2\nrescue ArgumentError\n h.sink = 1\nend", "ArgumentError is caught"),
        ("begin\n h.start\nrescue OpenSSL::SSL::SSLError\n h.sink = 1\nend", "OpenSSL::SSL::SSLError is caught"),
        ("begin\n h.start\nrescue KeyError\n h.sink = 1\nend", ""),
        ("begin\n h.start\nrescue\n h.sink = 1\nend", "an exception is caught"),
        ("begin\n h.start\nrescue => e\n h.sink = 1\nend", "an exception is caught"),
        ("begin\n load\nrescue\n h.sink = 1\nend", ""),
        ("h.sink = 1 if legacy", ""),
        ("h.sink = 1 if OpenSSL::OPENSSL_VERSION_NUMBER < 0x1", "OpenSSL::OPENSSL_VERSION_NUMBER < 0x1"),
        ("h.sink = 1 unless OpenSSL::OPENSSL_VERSION.start_with?('x')", ""),
    ],
)
def test_guard(code: str, guard: str) -> None:
    assert one(Form.ASSIGN, code).guard == guard


def test_the_defaults_of_the_parameters_around_a_site() -> None:
    code = "def f(a, b = :TLSv1, c: 'x')\n h.sink = 1 if b == :TLSv1\nend"
    assert one(Form.ASSIGN, code).defaults == (("b", ":TLSv1"), ("c", "'x'"))


@pytest.mark.parametrize(
    "code",
    [
        "# h.sink = 1",
        "=begin\nh.sink = 1\n=end",
        "puts 'h.sink = 1'",
        "x = :sink",
        "x == h.sink",
        "# A.f(sink: 1)\nx = 1",
        "<<~E\n  h.sink = 1\nE\n",
        "__END__\nh.sink = 1\n",
    ],
)
def test_a_mere_mention_is_no_site(code: str) -> None:
    assert [site for site in ruby(code) if site.arguments] == []


def test_broken_code_nearby() -> None:
    site = one(Form.ASSIGN, "def ok\n h = A.new\n h.sink = :a\nend\n\ndef broken(\n  x = = 1\n")
    assert (site.names[0], site.region.line, plain(site.arguments[0].value)) == ("A.sink", 3, Symbol("a"))


def test_definitions_for_other_files() -> None:
    code = "module M\n V = :a\n def self.mode\n  :b\n end\n def self.made(x)\n  :c\n end\nend\nV2 = 1\nmode = :d\n"
    speaker = frontend("ruby")
    found = speaker.definitions(speaker.parse(SourceFile("lib/m.rb", code.encode())), ["V", "V2", "mode", "made"])
    assert [(d.name, plain(d.value), d.step.region.line) for d in found] == [
        ("M.V", Symbol("a"), 2),
        ("V2", Number(1), 10),
        ("M.mode", Symbol("b"), 3),
    ]


def test_which_files_may_define_a_word() -> None:
    speaker = frontend("ruby")
    assert speaker.may_define(b"V ||= 1", "V")
    assert speaker.may_define(b"def self.mode\n", "mode")
    assert not speaker.may_define(b"V == 1; x.mode = 2", "V")
    assert not speaker.may_define(b"V == 1; x.mode = 2", "mode")


@pytest.mark.parametrize(
    "code",
    [
        "h.sink = " + "(" * 100_000 + "1" + ")" * 100_000,
        "f(" * 600 + "sink: 1" + ")" * 600,
        "a0 = 1\n" + "".join(f"a{i} = a{i - 1} | a{i - 1}\n" for i in range(1, 60)) + "h.sink = a59",
        "h.sink = [" + ":a, " * 20_000 + "]",
    ],
    ids=["parentheses", "calls", "doubling", "list"],
)
def test_hostile_code_is_quick(code: str) -> None:
    started = time.process_time()
    found = ruby(code)
    assert time.process_time() - started < 20  # a second or two; an explosion takes minutes
    assert found[-1].region.line == code.count("\n") + 1


def test_a_site_inside_deep_nesting_is_told() -> None:
    with pytest.raises(TooDeep):
        ruby("x = " + "(" * 100_000 + "h.sink = 1" + ")" * 100_000)
