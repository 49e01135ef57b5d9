"""Python: what a snippet's sites are, and the values in their slots."""

import time

import pytest
from helpers import plain, sites

from tlsscan.frontends import frontend
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
    Text,
    Unknown,
    Value,
    Via,
)


def python(code: str, *anchors: str) -> list[Site]:
    return sites("python", code, list(anchors or ("sink",)), "app/client.py")


def only(code: str, *anchors: str) -> Site:
    found = python(code, *anchors)
    assert len(found) == 1, found
    return found[0]


def raw(expression: str, before: str = "") -> Value:
    """The value of what is assigned to an attribute called sink, with its definitions."""
    found = [s for s in python(f"{before}\nthing.sink = {expression}\n") if s.form is Form.ASSIGN]
    assert len(found) == 1, found
    return found[0].arguments[0].value


def value(expression: str, before: str = "") -> Value:
    return plain(raw(expression, before))


def either(*arms: tuple[str, bool, Value]) -> Choice:
    return Choice(tuple(Arm(*arm) for arm in arms))


X = Name(("X",))
LIB_X = Name(("lib.X",))


# -- calls and their names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import lib\nlib.sink(1)", "lib.sink"),
        ("import lib as l\nl.sink(1)", "lib.sink"),
        ("import lib.net\nlib.net.sink(1)", "lib.net.sink"),
        ("import lib.net as n\nn.sink(1)", "lib.net.sink"),
        ("import os, lib as ours, sys\nours.sink(1)", "lib.sink"),
        ("from lib import sink\nsink(1)", "lib.sink"),
        ("from lib import other, sink as go\ngo(1)", "lib.sink"),
        ("from lib import (\n    other,\n    sink as go,\n)\ngo(1)", "lib.sink"),
        ("from lib.net import sink\nsink(1)", "lib.net.sink"),
        ("from lib import net\nnet.sink(1)", "lib.net.sink"),
        ("from .lib import sink\nsink(1)", "lib.sink"),
        ("def f():\n    from lib import sink\n    sink(1)", "lib.sink"),
        ("import lib\ngo = lib.sink\ngo(1)", "lib.sink"),
        ("import lib\nours = lib\nours.sink(1)", "lib.sink"),
        ("import lib\n(lib).sink(1)", "lib.sink"),
        ("import lib\nmade = lib.Thing()\nmade.sink(1)", "lib.Thing.sink"),
        ("import lib\nlib.Thing().sink(1)", "lib.Thing.sink"),
        (
            "import lib\nclass A:\n    def f(self):\n        self.made = lib.Thing()\n        self.made.sink(1)",
            "lib.Thing.sink",
        ),
        ("try:\n    import lib\nexcept ImportError:\n    lib = None\nlib.sink(1)", "lib.sink"),
        ("sink(1)", "sink"),
        ("lib.sink(1)", "lib.sink"),
        ("get().sink(1)", "get.sink"),
    ],
)
def test_the_names_of_a_call(code: str, name: str) -> None:
    site = only(code)
    assert site.form is Form.CALL
    assert name in site.names
    assert plain(site.arguments[0].value) == Number(1)


def test_wildcard_imports_may_bring_a_name() -> None:
    assert only("from lib import *\nfrom other.net import *\nsink(1)").names == ("sink", "lib.sink", "other.net.sink")


def test_imports_are_seen_in_their_scope_only() -> None:
    inner, outer = python("def f():\n    from lib import sink\n    sink(1)\nsink(2)")
    assert (inner.names, inner.enclosing) == (("lib.sink",), "f")
    assert (outer.names, outer.enclosing) == (("sink",), "")


@pytest.mark.parametrize(
    "code",
    [
        "import lib\ndef f(lib):\n    lib.sink(1)",
        "import lib\ndef f():\n    for lib in things:\n        lib.sink(1)",
        "import lib\ndef f():\n    lib = make()\n    lib.sink(1)",
    ],
)
def test_a_shadowed_import_is_not_meant(code: str) -> None:
    assert "lib.sink" not in only(code).names


def test_arguments_have_positions_and_names() -> None:
    site = only("lib.sink(1, 'a', key=2, *rest, **more)")
    assert [(a.position, a.name, plain(a.value), a.text) for a in site.arguments] == [
        (0, "", Number(1), "1"),
        (1, "", Text("a"), "'a'"),
        (None, "key", Number(2), "2"),
    ]


def test_what_stands_after_a_spread_list_has_no_known_position() -> None:
    positions = [a.position for a in only("lib.sink(1, *rest, 2)").arguments]
    assert positions[0] == 0
    assert positions[-1] not in (1, 2)


def test_places() -> None:
    site = only("import lib\n\ndef f():\n    é = lib.sink( 'TLSv1' )\n")
    (argument,) = site.arguments
    assert (site.path, site.language, site.text) == ("app/client.py", "python", "lib.sink")
    assert (site.region.line, site.region.column) == (4, 9)
    assert (argument.region.line, argument.region.column, argument.region.end_column) == (4, 19, 26)
    assert argument.region.start == len("import lib\n\ndef f():\n    é = lib.sink( ".encode())


# -- assignments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name", "operator"),
    [
        ("import lib\nc = lib.Thing()\nc.sink = 1", "lib.Thing.sink", "="),
        ("import lib\nc = lib.Thing()\nc.sink |= 1", "lib.Thing.sink", "|="),
        ("import lib\nc = lib.Thing()\nc.sink &= 1", "lib.Thing.sink", "&="),
        ("import lib\nlib.sink = 1", "lib.sink", "="),
        ("import lib\nlib.Thing.sink = 1", "lib.Thing.sink", "="),
        ("c.sink: int = 1", "c.sink", "="),
        ("self.sink = 1", "?.sink", "="),
        ("import lib\nclass A(lib.Base):\n    def f(self):\n        self.sink = 1", "lib.Base.sink", "="),
        (
            "import lib\nclass A(lib.Base): pass\nclass B(A):\n    def f(self):\n        self.sink = 1",
            "lib.Base.sink",
            "=",
        ),
        ("import lib\nclass A(lib.Base):\n    sink = 1", "lib.Base.sink", "="),
        ("class A(Base):\n    sink = 1", "?.sink", "="),
        ("class A:\n    sink = 1", "A.sink", "="),
        ("sink = 1", "sink", "="),
        ("if x:\n    sink = 1", "sink", "="),
    ],
)
def test_assignments(code: str, name: str, operator: str) -> None:
    site = only(code)
    assert site.form is Form.ASSIGN
    assert name in site.names
    assert site.operator == operator
    assert plain(site.arguments[0].value) == Number(1)


def test_a_local_variable_is_no_site() -> None:
    assert python("def f():\n    sink = 1\n    return sink") == []


def test_writes_on_one_object_share_a_target() -> None:
    code = """
import lib
def f():
    a = lib.sink()
    a.sink = 1
    b = lib.sink()
    b.sink = 2
    if x:
        a.sink = 3
def g():
    a.sink = 4
"""
    found = python(code)
    made, first, other, second, inside, elsewhere = found
    assert made.target == first.target == inside.target
    assert other.target == second.target
    assert len({made.target, other.target, elsewhere.target}) == 3
    assert inside.blocks[: len(first.blocks)] == first.blocks
    assert len(inside.blocks) == len(first.blocks) + 1


def test_attributes_of_self_share_a_target_in_the_whole_class() -> None:
    code = "class A:\n    def f(self):\n        self.c.sink = 1\n    def g(self):\n        self.c.sink = 2\n"
    first, second = python(code)
    assert first.target == second.target != ""


# -- options ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "path", "owner"),
    [
        ("d = {'sink': 1}", ("sink",), ()),
        ("d = {'ssl': {'sink': 1}}", ("ssl", "sink"), ()),
        ("import lib\nlib.open({'sink': 1})", ("sink",), ("lib.open",)),
        ("import lib\nlib.open(ssl={'sink': 1})", ("ssl", "sink"), ("lib.open",)),
        ("import lib\nlib.open(**{'sink': 1})", ("sink",), ("lib.open",)),
        ("d['sink'] = 1", ("sink",), ("d",)),
        ("d['ssl']['sink'] = 1", ("ssl", "sink"), ("d",)),
        ("import lib\nlib.DEFAULTS['sink'] = 1", ("sink",), ("lib.DEFAULTS",)),
        ("KEY = 'sink'\nd = {KEY: 1}\n", ("sink",), ()),
    ],
)
def test_options(code: str, path: tuple[str, ...], owner: tuple[str, ...]) -> None:
    (site,) = [s for s in python(code) if s.form is Form.OPTION]
    assert (site.option, site.owner) == (path, owner)
    assert plain(site.arguments[0].value) == Number(1)


def test_keys_made_at_run_time_are_no_options() -> None:
    assert [
        s for s in python("d[sink] = 1\nd[f(sink)] = 2\nd['a':'sink'] = 3") if s.form is Form.OPTION and "" in s.option
    ] == []


# -- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "def f(a, sink=1): pass",
        "def f(a, *, sink=1): pass",
        "def f(sink: int = 1): pass",
        "async def f(sink=1): pass",
        "class A:\n    def f(self, sink=1): pass",
        "g = lambda a, sink=1: a",
    ],
)
def test_defaults_of_parameters(code: str) -> None:
    site = only(code)
    assert (site.form, site.names) == (Form.PARAMETER, ("sink",))
    assert plain(site.arguments[0].value) == Number(1)


def test_a_parameter_without_a_default_is_no_site() -> None:
    assert python("def f(sink, *sinks, **more): pass") == []


# -- scalars ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("'TLSv1'", Text("TLSv1")),
        ('"TLSv1"', Text("TLSv1")),
        ("'''TLSv1'''", Text("TLSv1")),
        ("b'TLSv1'", Text("TLSv1")),
        ("u'TLSv1'", Text("TLSv1")),
        (r"'TLS\x761'", Text("TLSv1")),
        (r"'a\tb\\'", Text("a\tb\\")),
        (r"r'a\tb'", Text(r"a\tb")),
        ("'TLS' 'v1' \".2\"", Text("TLSv1.2")),
        ("'TLS' + 'v1'", Text("TLSv1")),
        ("''", Text("")),
        ("f'TLSv1'", Text("TLSv1")),
        ("f'TLSv1.{minor}'", Operation("join", (Text("TLSv1."), Name(("minor",))))),
        ("f'TLSv1.{2}'", Text("TLSv1.2")),
        ("3", Number(3)),
        ("0x301", Number(769)),
        ("0b11", Number(3)),
        ("0o17", Number(15)),
        ("0777", Number(511)),
        ("1_000", Number(1000)),
        ("3L", Number(3)),
        ("1.2", Number(1.2)),
        ("0x" + "f" * 9000, Unknown("the number has too many digits")),
        ("9" * 9000, Unknown("the number has too many digits")),
        ("True", Bool(True)),
        ("False", Bool(False)),
        ("None", Null()),
        ("X", X),
        ("lib.X", Name(("lib.X", "?.X"))),
        ("(X)", X),
        ("await X", X),
        ("(y := X)", X),
    ],
)
def test_scalars(expression: str, wanted: Value) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("[1, X]", Listing((Number(1), X))),
        ("(1, X)", Listing((Number(1), X))),
        ("1, X", Listing((Number(1), X))),
        ("{1, X}", Listing((Number(1), X))),
        ("[]", Listing(())),
        ("[1,  # why\n X]", Listing((Number(1), X))),
        ("{'a': 1}", Mapping((Entry(Text("a"), Number(1)),))),
        ("X | 1", Operation("|", (X, Number(1)))),
        ("X & ~1", Operation("&", (X, Operation("~", (Number(1),))))),
        ("X ^ 1", Operation("^", (X, Number(1)))),
        ("X + 1", Operation("+", (X, Number(1)))),
        ("X - 1", Operation("-", (X, Number(1)))),
        ("1 << 4", Operation("<<", (Number(1), Number(4)))),
        ("-1", Operation("-", (Number(1),))),
        ("(X |\n 1)", Operation("|", (X, Number(1)))),
        ("compute(1, a=2)", Invocation(("compute",), (Number(1),), (("a", Number(2)),))),
        ("lib.compute()", Invocation(("lib.compute", "?.compute"), ())),
        ("{'a': X, 'b': 1}['a']", X),
    ],
)
def test_compound_values(expression: str, wanted: Value) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize("expression", ["X * 2", "not X", "f(x)[i]", "[a for a in b]", "lambda: 1", "a < b", "..."])
def test_what_is_not_followed_is_unknown(expression: str) -> None:
    assert isinstance(value(expression), Unknown)


# -- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("V = 1", Number(1)),
        ("V: int = 1", Number(1)),
        ("V = W = 1", Number(1)),
        ("A = 1\nV = A", Number(1)),
        ("V = 0\nV = 1", Number(1)),
        ("V, W = 1, 2", Number(1)),
        ("W, V = (2, 1)", Number(1)),
        ("[V, W] = [1, 2]", Number(1)),
        ("if (V := 1): pass", Number(1)),
        ("V = 1\nV |= 2", Operation("|", (Number(1), Number(2)))),
        ("V = 1\nV += 2\nV |= 4", Operation("|", (Operation("+", (Number(1), Number(2))), Number(4)))),
        ("from lib import X as V", Name(("lib.X",))),
        ("import lib\nV = lib.X", LIB_X),
        ("V = 1\ndef f():\n    V = 2", Number(1)),
        ("V = 1\nclass A:\n    V = 2", Number(1)),
        ("", Name(("V",))),
        ("W, V = pair()", Unknown("V is not a constant")),
        ("def V(): pass", Unknown("V is not a constant")),
        ("for V in (1, X): pass", Operation("each", (Number(1), X))),
        ("V = 1\nif x:\n    V = 2", either(("x", False, Number(2)), ("not (x)", False, Number(1)))),
        ("if x:\n    V = 1\nelse:\n    V = 2", either(("not (x)", False, Number(2)), ("x", False, Number(1)))),
    ],
)
def test_names_have_the_value_of_their_definition(before: str, wanted: Value) -> None:
    assert value("V", before) == wanted


def test_definitions_are_told() -> None:
    found = raw("V", "A = 1\nV = A")
    assert isinstance(found, Via)
    assert (found.step.path, found.step.region.line, found.step.text) == ("app/client.py", 2, "V = A")
    assert isinstance(found.value, Via)
    assert (found.value.step.region.line, found.value.step.text) == (1, "A = 1")


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("V = 1\ndef f():\n    V = 2\n    lib.sink(V)", Number(2)),
        ("def f():\n    lib.sink(V)\nV = 1", Number(1)),
        ("V = 1\ndef f(V):\n    lib.sink(V)", Parameter("f", 0, "V")),
        ("def f(a, V=1):\n    lib.sink(V)", Parameter("f", 1, "V", Number(1))),
        ("class A:\n    V = 1\n    def f(self):\n        lib.sink(self.V)", Number(1)),
        ("class A:\n    V = 1\n    def f(self):\n        lib.sink(A.V)", Number(1)),
        ("class A:\n    V = 1\n    @classmethod\n    def f(cls):\n        lib.sink(cls.V)", Number(1)),
        (
            "class A:\n    def __init__(self):\n        self.V = 1\n    def f(self):\n        lib.sink(self.V)",
            Number(1),
        ),
        ("class A:\n    V = 1\nclass B:\n    V = 2\n    def f(self):\n        lib.sink(self.V)", Number(2)),
        ("class A:\n    V = 1\nlib.sink(A.V)", Number(1)),
        ("class A:\n    V = 1\n    def f(self):\n        lib.sink(V)", Name(("V",))),
        ("class A:\n    def f(self):\n        lib.sink(self.V)", Name(("?.V",))),
        ("T = {'old': 1}\nlib.sink(T['old'])", Number(1)),
        ("T = {'old': 1}\nlib.sink(T['new'])", Unknown("T['new'] is looked up at run time")),
        ("def f():\n    for V in [1]:\n        lib.sink(V)", Operation("each", (Number(1),))),
    ],
)
def test_scopes(code: str, wanted: Value) -> None:
    assert plain(only(code).arguments[0].value) == wanted


# -- arms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 if x else 2", either(("x", False, Number(1)), ("not (x)", False, Number(2)))),
        ("x and 1", either(("x", False, Number(1)), ("not (x)", False, Null()))),
        (
            "x and 1 or 2",
            either(
                ("x and 1", False, either(("x", False, Number(1)), ("not (x)", False, Null()))),
                ("not (x and 1)", False, Number(2)),
            ),
        ),
        ("args.v or 1", either(("args.v", False, Name(("args.v", "?.v"))), ("not (args.v)", False, Number(1)))),
        (
            "X if hasattr(lib, 'X') else 1",
            either(("hasattr(lib, 'X')", False, X), ("not (hasattr(lib, 'X'))", True, Number(1))),
        ),
        (
            "1 if sys.version_info < (3, 7) else X",
            either(("sys.version_info < (3, 7)", True, Number(1)), ("not (sys.version_info < (3, 7))", False, X)),
        ),
        ("getattr(lib, 'X')", LIB_X),
        ("getattr(lib, 'X', 1)", either(("hasattr X", False, LIB_X), ("X is missing", True, Number(1)))),
        ("getattr(lib, name)", Operation("named", (Name(("name",)), Name(("lib",))))),
    ],
)
def test_choices(expression: str, wanted: Value) -> None:
    found = value(expression)
    if expression.startswith("getattr"):
        found = _first_names(found)
        wanted = _first_names(wanted)
    assert found == wanted


def _first_names(one: Value) -> Value:
    """Names by their most likely reading only."""
    if isinstance(one, Choice):
        return Choice(tuple(arm._replace(value=_first_names(arm.value)) for arm in one.arms))
    return Name(one.names[:1]) if isinstance(one, Name) else one


@pytest.mark.parametrize("read", ["os.environ.get('V', 'a')", "os.getenv('V', 'a')", "environ.get('V', 'a')"])
def test_an_environment_variable_with_a_default(read: str) -> None:
    opened = Unknown("the environment variable V decides", "V")
    assert value(read, "import os\nfrom os import environ") == either(
        ("V is set", False, opened), ("V is not set", False, Text("a"))
    )


@pytest.mark.parametrize("read", ["os.environ['V']", "os.environ.get('V')", "os.getenv('V')"])
def test_an_environment_variable_without_a_default(read: str) -> None:
    found = value(read, "import os")
    assert isinstance(found, Unknown)
    assert found.open_by == "V"


def test_an_import_that_may_be_missing_is_a_guard() -> None:
    before = "try:\n    from lib import X as V\nexcept ImportError:\n    from lib import Y as V"
    assert value("V", before) == either(
        ("ImportError is caught and X is missing", True, Name(("lib.Y",))), ("", False, Name(("lib.X",)))
    )


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ("if sys.version_info < (3, 7):\n    lib.sink(1)", "sys.version_info < (3, 7)"),
        ("if six.PY2:\n    lib.sink(1)", "six.PY2"),
        ("if not PY2:\n    lib.sink(1)", ""),
        ("if not six.PY2:\n    pass\nelse:\n    lib.sink(1)", "not (not six.PY2)"),
        ("if sys.version_info[0] == 2:\n    lib.sink(1)", "sys.version_info[0] == 2"),
        ("if sys.version_info.major != 3:\n    lib.sink(1)", "sys.version_info.major != 3"),
        ("if sys.hexversion < 0x020709F0:\n    lib.sink(1)", "sys.hexversion < 0x020709F0"),
        ("if sys.hexversion >= 0x020709F0:\n    lib.sink(1)", ""),
        ("if sys.version[0] == '2':\n    lib.sink(1)", "sys.version[0] == '2'"),
        ("if sys.version.startswith('3'):\n    lib.sink(1)", ""),
        ("if V(platform.python_version()) < V('3.6'):\n    lib.sink(1)", "V(platform.python_version()) < V('3.6')"),
        ("if sys.version_info[0] == 3:\n    lib.sink(1)", ""),
        ("if hasattr(lib, 'X'):\n    pass\nelse:\n    lib.sink(1)", "not (hasattr(lib, 'X'))"),
        ("try:\n    f()\nexcept AttributeError:\n    lib.sink(1)", "AttributeError is caught"),
        ("if debug:\n    lib.sink(1)", ""),
        ("lib.sink(1)", ""),
        ("try:\n    f()\nexcept ssl.SSLError:\n    lib.sink(1)", "ssl.SSLError is caught"),
        ("try:\n    f()\nexcept (OSError, SSL.Error) as e:\n    lib.sink(1)", "(OSError, SSL.Error) is caught"),
        ("try:\n    lib.make().wrap(s)\nexcept Exception:\n    lib.sink(1)", "Exception is caught"),
        ("try:\n    lib.make().wrap(s)\nexcept:\n    lib.sink(1)", "an exception is caught"),
        ("try:\n    f()\nexcept Exception:\n    lib.sink(1)", ""),
        ("try:\n    f()\nexcept:\n    lib.sink(1)", ""),
        ("try:\n    other.lib.x()\nexcept Exception:\n    lib.sink(1)", ""),
        (
            "def f():\n    if hasattr(lib, 'X'):\n        try:\n            return g()\n        except TypeError:\n"
            "            pass\n    lib.sink(1)",
            "not (hasattr(lib, 'X'))",
        ),
        (
            "def f():\n    if hasattr(lib, 'X'):\n        try:\n            g()\n        except E:\n"
            "            pass\n    lib.sink(1)",
            "",
        ),
    ],
)
def test_guards_of_a_site(code: str, guard: str) -> None:
    assert only(code).guard == guard


def test_a_return_that_may_fail_says_nothing_of_a_variable() -> None:
    code = "def f(v=None):\n    if v is None:\n        {0}return g()\n{1}    lib.sink(v)"
    left = code.format("", "")
    tried = code.format("try:\n            ", "        except E:\n            pass\n")
    assert isinstance(only(left).arguments[0].value, Operation)
    assert not isinstance(only(tried).arguments[0].value, Operation)


def test_the_defaults_of_the_parameters_around_a_site() -> None:
    code = "def f(a, b='tls1', *, c: int = 2):\n    if b == 'tls1':\n        lib.sink(1)"
    assert only(code).defaults == (("b", "'tls1'"), ("c", "2"))
    assert only("lib.sink(1)").defaults == ()


# -- Python 2, comments, texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        "print 'sinking'",
        "print >>f, 'x', `y`",
        "exec 'code' in d",
        "raise ValueError, 'x'",
        "try:\n    f()\nexcept Error, e:\n    pass",
        "x = 0777L <> ur'a'",
        "def f((a, b)): pass",
    ],
)
def test_python_2_nearby_changes_nothing(before: str) -> None:
    site = only(f"import lib\n{before}\nlib.sink(V, 3)\n", "lib.sink", "sink(")
    assert "lib.sink" in site.names
    assert [plain(argument.value) for argument in site.arguments] == [Name(("V",)), Number(3)]


@pytest.mark.parametrize(
    "code",
    [
        "# lib.sink(1)",
        "x = 1  # thing.sink = 1",
        '"""lib.sink(1)"""',
        "'thing.sink = 1'",
        "text = 'lib.sink(1)'",
        "f'{1} lib.sink(1)'",
        "x = '''\nlib.sink(1)\n'''",
        "import sink",
        "from lib import sink",
        "print(lib.sink)",
        "if thing.sink == 1: pass",
        "del thing.sink",
        "class sink: pass",
        "def sink(): pass",
    ],
)
def test_look_alikes_are_silent(code: str) -> None:
    assert python(code) == []


# -- limits -----------------------------------------------------------------------------------------------------


def test_cycles_end() -> None:
    assert value("A", "A = B\nB = A") == Unknown("A is defined by itself")
    assert isinstance(value("A.v", "class A:\n    v = A.v"), Unknown)


LINKS = 10_000


@pytest.mark.parametrize(
    "code",
    [
        "V0 = 1\n" + "".join(f"V{i + 1} = V{i}\n" for i in range(LINKS)) + f"lib.sink(V{LINKS})\n",
        f"lib.sink(V{LINKS})\n" + "".join(f"V{i + 1} = V{i}\n" for i in reversed(range(LINKS))) + "V0 = 1\n",
        "V0 = 1\n"
        + "".join(f"if x:\n  V{i + 1} = V{i}\nelse:\n  V{i + 1} = 2\n" for i in range(LINKS))
        + f"lib.sink(V{LINKS})",
        "V = 1\n" + "V = V\n" * LINKS + "lib.sink(V)\n",
        "V0 = 1\n" + "".join(f"V{i + 1} = V{i} | V{i}\n" for i in range(100)) + "lib.sink(V100)\n",
        "V0 = [1]\n" + "".join(f"V{i + 1} = [{', '.join([f'V{i}'] * 100)}]\n" for i in range(10)) + "lib.sink(V10)\n",
        "lib.sink(" + "(" * 1500 + "1" + ")" * 1500 + ")\n",
        "lib.sink(" + "[" * 900 + "]" * 900 + ")\n",
        "lib.sink(" + " | ".join(["X"] * 1500) + ")\n",
        "lib.sink(" + ", ".join(["X"] * 20_000) + ")\n",
        "x" + ".a" * 900 + ".sink(1)\n",
    ],
    ids=[
        "forward",
        "backward",
        "arms",
        "itself",
        "doubling",
        "lists",
        "brackets",
        "nested",
        "flags",
        "arguments",
        "dots",
    ],
)
def test_machine_made_code_is_quick_and_harmless(code: str) -> None:
    began = time.process_time()
    site = only(code)
    assert time.process_time() - began < 5
    assert "sink" in site.names[-1]


def test_a_chain_of_reasonable_length_is_followed() -> None:
    before = "V0 = 'TLSv1'\n" + "".join(f"V{i + 1} = V{i}\n" for i in range(30))
    assert value("V30", before) == Text("TLSv1")


@pytest.mark.parametrize("filler", ["\n" * 400_000, "from " + "." * 400_000, "from a import" + " " * 400_000])
def test_odd_fillers_cost_nothing(filler: str) -> None:
    began = time.process_time()
    assert "sink" in only(f"lib.sink(UNBOUND)\n{filler}\n").names[-1]
    assert time.process_time() - began < 5


def test_relative_wildcards_lose_their_dots() -> None:
    assert only("from . import *\nfrom .lib import *\nsink(1)").names == ("sink", "app.sink", "lib.sink")


def test_a_large_part_that_does_not_parse_is_told_though_no_anchor_stands_in_it() -> None:
    speaker = frontend("python")
    good = "import lib\nlib.sink(1)\n\n\ndef f():\n    pass\n\n\n"
    for broken, count in (("x = = )\n", 0), ("x = = ) (( {{\n" * 80, 1)):
        unit = speaker.parse(SourceFile("a.py", (good + broken).encode()))
        assert len(unit.errors([(good.index("sink"), good.index("sink") + 4)])) == count
