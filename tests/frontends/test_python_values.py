"""Python: names made from texts, settings with defaults, tables, functions, and calls in other words."""

import pytest
from helpers import plain, sites

from tlsscan.model import Form, Site
from tlsscan.spelled import named
from tlsscan.values import (
    Arm,
    Choice,
    Invocation,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
)


def python(code: str) -> list[Site]:
    return sites("python", code, ["sink"], "app/client.py")


def value(expression: str, before: str = "") -> Value:
    found = [s for s in python(f"{before}\nthing.sink = {expression}\n") if s.form is Form.ASSIGN]
    assert len(found) == 1, found
    return plain(found[0].arguments[0].value)


def either(*arms: tuple[str, bool, Value]) -> Choice:
    return Choice(tuple(Arm(*arm) for arm in arms))


def first_names(one: Value) -> Value:
    """Names by their most likely reading only."""
    if isinstance(one, Choice):
        return Choice(tuple(arm._replace(value=first_names(arm.value)) for arm in one.arms))
    if isinstance(one, Operation):
        return Operation(one.operator, tuple(first_names(part) for part in one.operands))
    return Name(one.names[:1]) if isinstance(one, Name) else one


T = "T = {'old': 1, 'new': 2}"
ANY = Operation("any", (Number(1), Number(2)))


@pytest.mark.parametrize(
    ("expression", "before", "wanted"),
    [
        ("getattr(lib, 'P_' + v)", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_%s' % v)", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, '%s_%s' % ('P', v))", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_%(v)s' % {'v': v})", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, f'P_{v}')", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_{}'.format(v))", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_{0}'.format(v))", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_{v}'.format(v=v))", "v = 'a'", Name(("lib.P_a",))),
        ("getattr(lib, 'P_' + v.upper().replace('.', '_'))", "v = 'a.b'", Name(("lib.P_A_B",))),
        (
            "getattr(lib, 'P_%s' % v)",
            "",
            named(Operation("join", (Text("P_"), Name(("v",)), Text(""))), Name(("lib",))),
        ),
        ("lib.Kind['a']", "import lib", Name(("lib.Kind.a",))),
        ("lib.Kind[v]", "import lib\nv = 'a'", Name(("lib.Kind.a",))),
        ("vars(lib)['a']", "import lib", Name(("lib.__dict__.a",))),
        ("lib.__dict__['a']", "import lib", Name(("lib.__dict__.a",))),
        ("lib.TABLE['a']", "from app import lib", Operation("item", (Name(("app.lib.TABLE",)), Text("a")))),
        ("table[key]", "", Operation("item", (Name(("table",)), Name(("key",))))),
        ("int('3')", "", Number(3)),
        ("int(v)", "v = '0x301'", Number(769)),
        ("str(3)", "", Text("3")),
        ("T['old']", T, Number(1)),
        ("T.get('old')", T, Number(1)),
        ("T.get('other', 3)", T, Number(3)),
        ("T.get('other')", T, Null()),
        ("T[k]", T, either(("k asks for it", False, ANY))),
        ("T[k]", "T = {lib.A: 1, lib.B: 2}", Unknown("T[k] is looked up at run time")),
        ("T['new']", "T = dict(old=1, new=2)", Number(2)),
        ("T['new']", "B = {'new': 2}\nT = {**B, 'old': 1}", Number(2)),
        ("(1, 2)[1]", "", Number(2)),
        ("(1, 2)[k]", "", either(("k asks for it", False, ANY))),
        ("(1, 2)[7]", "", Unknown("(1, 2)[7] is looked up at run time")),
        (f"(1, 2)[{'k' * 60}.x]", "", either((f"{'k' * 60}.x asks for it", False, ANY))),
    ],
)
def test_names_and_entries_made_from_texts(expression: str, before: str, wanted: Value) -> None:
    assert first_names(value(expression, before)) == wanted


@pytest.mark.parametrize("before", ["", "T = {}", "T = {lib.A: 1, lib.B: 2}"])
def test_the_default_of_a_translation_is_not_what_happens(before: str) -> None:
    assert value("T.get(k, 3)", before) == Unknown("T.get is looked up at run time")


def test_a_look_up_with_a_default_has_both_ways() -> None:
    assert value("T.get(k, 3)", T) == either(
        ("the key is known", False, either(("k asks for it", False, ANY))),
        ("the key is not known", False, Number(3)),
    )


def test_a_missing_constant_is_a_guard_also_with_or() -> None:
    assert first_names(value("getattr(lib, 'X', None) or 1", "import lib")) == either(
        ("getattr(lib, 'X', None)", False, either(("hasattr X", False, Name(("lib.X",))))),
        ("not (getattr(lib, 'X', None))", True, Number(1)),
    )


OPTIONS = """
import os
p = argparse.ArgumentParser()
p.add_argument('--v', type=int, default='1')
p.add_argument('-o', '--other-name', default='a')
args = p.parse_args()
"""


@pytest.mark.parametrize(
    ("expression", "word", "default"),
    [
        ("config.get('V', 1)", "V", Number(1)),
        ("kwargs.pop('V', 1)", "V", Number(1)),
        ("self.dao.get_service_setting('V', 1)", "V", Number(1)),
        ("parser.get('tls', 'V', fallback=1)", "V", Number(1)),
        ("config('V', default=1)", "V", Number(1)),
        ("env.str('V', default=1)", "V", Number(1)),
        ("getattr(settings, 'V', 1)", "V", Number(1)),
        ("os.environ.get('V', default=1)", "V", Number(1)),
        ("int(os.environ.get('V', '1'))", "V", Number(1)),
        ("args.v", "--v", Number(1)),
        ("args.other_name", "--other-name", Text("a")),
    ],
)
def test_settings_with_a_default(expression: str, word: str, default: Value) -> None:
    found = value(expression, OPTIONS)
    assert isinstance(found, Choice)
    given, absent = found.arms
    assert isinstance(given.value, Unknown)
    assert (given.value.open_by, given.guarded, absent.guarded, absent.value) == (word, False, False, default)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("getattr(lib, 'P_' + os.environ.get('V', 'a'))", Name(("lib.P_a",))),
        ("T[os.environ.get('V', 'old')]", Number(1)),
    ],
)
def test_the_default_of_a_setting_that_chooses_is_followed(expression: str, wanted: Value) -> None:
    found = value(expression, f"import os, lib\n{T}")
    assert isinstance(found, Choice)
    given, absent = found.arms
    assert isinstance(given.value, Unknown)
    assert (given.value.open_by, first_names(absent.value)) == ("V", wanted)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("def f():\n    return 1\nlib.sink(f())", Number(1)),
        (
            "def f():\n    if not hasattr(lib, 'X'):\n        return 1\n    return 2\nlib.sink(f())",
            either(("not hasattr(lib, 'X')", True, Number(1)), ("", False, Number(2))),
        ),
        (
            "def f():\n    if hasattr(lib, 'X'):\n        return 2\n    return 1\nlib.sink(f())",
            either(("hasattr(lib, 'X')", False, Number(2)), ("not (hasattr(lib, 'X'))", True, Number(1))),
        ),
        (
            "def f():\n    if x == 'a':\n        return 1\n    return 2\nlib.sink(f())",
            Invocation(("app.client.f",), ()),
        ),
        (
            "class A:\n    @property\n    def v(self):\n        return 1\n    def g(self):\n        lib.sink(self.v)",
            Number(1),
        ),
        ("class A:\n    def v(self):\n        return 1\n    def g(self):\n        lib.sink(self.v())", Number(1)),
        ("def f(a):\n    return a\nlib.sink(f())", Invocation(("app.client.f",), ())),
        ("def f(a):\n    return 1\nlib.sink(f(2))", Number(1)),
        (
            "class A:\n    V = 1\n    def f(self):\n        lib.sink(self.V)\nclass B(A):\n    V = 2",
            either(("not in a class made from A", False, Number(1)), ("in B", False, Number(2))),
        ),
        (
            "class A:\n    def f(self):\n        lib.sink(self.V)\nclass B(A):\n    V = 2",
            either(("in B", False, Number(2))),
        ),
        (
            "class A:\n    V = 1\nclass M(A): pass\nclass B(M):\n    def f(self):\n        lib.sink(self.V)",
            Number(1),
        ),
        ("import m\nclass A(m.B):\n    def f(self):\n        lib.sink(self.V)", Name(("m.B.V", "?.V"))),
        ("class A(B):\n    def f(self): lib.sink(self.V)\nclass B(A): pass", Name(("?.V",))),
        (
            "match x:\n    case 'a':\n        V = 1\n    case _:\n        V = 2\nlib.sink(V)",
            either(("x is none of the others", False, Number(2)), ("x is 'a'", False, Number(1))),
        ),
        ("@click.option('--tls', default=1)\ndef f(tls):\n    lib.sink(tls)", Parameter("f", 0, "tls", Number(1))),
    ],
)
def test_functions_classes_and_cases(code: str, wanted: Value) -> None:
    (site,) = [site for site in python(code) if site.form is Form.CALL]
    assert plain(site.arguments[0].value) == wanted


@pytest.mark.parametrize(
    "code",
    [
        "t = module.params.get('t')\nmodule = M(dict(t=dict(default=t)))\nlib.sink(t)",
        "p.add_argument('--t', default=args.t)\nlib.sink(args.t)",
        "t = module.params.get('t')\no = {'t': t}\nlib.sink(**o)\nlib.sink(t)",
    ],
)
def test_settings_that_ask_for_themselves_end(code: str) -> None:
    assert python(code)


def test_functions_that_call_each_other_end() -> None:
    (site,) = python("def f():\n    return g()\ndef g():\n    return f()\nlib.sink(f())")
    assert isinstance(plain(site.arguments[0].value), Invocation)


# -- calls and assignments in other words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "form", "name", "position", "argument"),
    [
        ("import lib\nf = functools.partial(lib.sink, 1)", Form.CALL, "lib.sink", 0, ""),
        ("import lib\nfrom functools import partial\nf = partial(lib.sink, 0, 1)", Form.CALL, "lib.sink", 1, ""),
        ("import lib\nf = functools.partial(lib.sink, v=1)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\nc = lib.Thing()\nsetattr(c, 'sink', 1)", Form.ASSIGN, "lib.Thing.sink", None, ""),
        ("opts.setdefault('sink', 1)", Form.OPTION, "sink", None, ""),
        ("import lib\nlib.sink(**{'v': 1})", Form.CALL, "lib.sink", None, "v"),
        ("import lib\nlib.sink(**dict(v=1))", Form.CALL, "lib.sink", None, "v"),
        ("import lib\no = {'v': 1}\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\no = {}\no['v'] = 1\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\no = {}\no.update(v=1)\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\no = {}\no.update({'v': 1})\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\no = {}\no.setdefault('v', 1)\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\nb = {'v': 1}\no = {**b, 'w': 2}\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        ("import lib\nb = {'v': 1}\no = dict(b, w=2)\nlib.sink(**o)", Form.CALL, "lib.sink", None, "v"),
        (
            "import lib\nclass A:\n    O = {'v': 1}\n    def f(self):\n        lib.sink(**self.O)",
            Form.CALL,
            "lib.sink",
            None,
            "v",
        ),
    ],
)
def test_other_ways_to_say_it(code: str, form: Form, name: str, position: int | None, argument: str) -> None:
    found = {
        (given.position, given.name)
        for site in python(code)
        if site.form is form and name in site.names
        for given in site.arguments
        if plain(given.value) == Number(1)
    }
    assert found == {(position, argument)}


@pytest.mark.parametrize(
    "code",
    [
        "import lib\no = {'v': 1}\nlib.sink(o)",
        "import lib\ndef g():\n    o = {'v': 1}\ndef f(o):\n    lib.sink(**o)",
    ],
)
def test_a_dict_that_is_not_spread_adds_no_argument(code: str) -> None:
    assert not any(given.name == "v" for site in python(code) for given in site.arguments)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("import lib\no = {'sink': 1}\nlib.open(o)", ("sink",)),
        ("import lib\no = {'sink': 1}\nlib.open(ssl=o)", ("ssl", "sink")),
        ("import lib\no = {}\no['sink'] = 1\nlib.open(ssl=o)", ("ssl", "sink")),
        ("import lib\no = {'sink': 1}\nlib.open(**o)", ("sink",)),
        (
            "import lib\nclass A:\n    o = {'sink': 1}\n    def f(self):\n        lib.open(ssl=self.o)",
            ("ssl", "sink"),
        ),
    ],
)
def test_the_call_that_takes_a_dict_is_known(code: str, path: tuple[str, ...]) -> None:
    (site,) = [s for s in python(code) if s.form is Form.OPTION]
    assert site.option == path
    assert "lib.open" in site.owner


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("open_('lib://host?a=b&sink=1')", [Text("1")]),
        ("open_(f'lib://{host}:1/?sink={V}&a=b')", [Name(("V",))]),
        ("open_('lib://host?sink=')", []),
        ("open_(f'lib://{host}:1/?a=b&sink={V}')", [Name(("V",))]),
        ("connect('host=a sink=1 b=c')", [Text("1")]),
        ("log('sink=1')", []),
        ("serve('ssl:443:sink=1')", [Text("1")]),
        ("run(['-s', 'sink=1'])", [Text("1")]),
        ("'''host?sink=1'''", []),
        ("log('it says sink=1 here')", []),
        ("log('sink=1, or else')", []),
    ],
)
def test_settings_in_texts(code: str, wanted: list[Value]) -> None:
    assert [plain(site.arguments[0].value) for site in python(code) if site.form is Form.SETTING] == wanted


@pytest.mark.parametrize("first", ["hasattr(lib, 'A')", "sys.version_info >= (3, 7)"])
def test_a_later_branch_runs_where_the_constants_before_it_are_missing(first: str) -> None:
    code = f"if {first}:\n    v = 1\nelif hasattr(lib, 'B'):\n    v = 2\nelif x:\n    v = 3\nelse:\n    v = 4"
    assert value("v", code) == either(
        (f"not ({first}) and not (hasattr(lib, 'B')) and not (x)", True, Number(4)),
        (f"not ({first}) and not (hasattr(lib, 'B')) and x", True, Number(3)),
        (f"not ({first}) and hasattr(lib, 'B')", True, Number(2)),
        (first, False, Number(1)),
    )


def test_another_branch_is_not_what_is_left_on_an_older_runtime() -> None:
    code = "if x:\n    v = 1\nelif hasattr(lib, 'A'):\n    v = 2\nelif y:\n    v = 3\nelse:\n    v = 4"
    assert value("v", code) == either(
        ("not (x) and not (hasattr(lib, 'A')) and not (y)", True, Number(4)),
        ("not (hasattr(lib, 'A')) and y", True, Number(3)),
        ("hasattr(lib, 'A')", False, Number(2)),
        ("x", False, Number(1)),
    )


def sink_value(code: str) -> Value:
    (site,) = [site for site in python(code) if site.form is Form.CALL]
    return plain(site.arguments[0].value)


def test_a_branch_is_held_against_the_conditions_around_the_use() -> None:
    code = "def f(x):\n    v = 0\n    if x:\n        v = 1\n    else:\n        v = 2\n    if {}:\n        lib.sink(v)"
    assert [sink_value(code.format(asked)) for asked in ("x", "not x")] == [
        Number(1),
        either(("not (x)", False, Number(2)), ("x", False, Number(1))),
    ]
    other = code.format("x").replace("lib.sink(v)", "pass\n    else:\n        lib.sink(v)")
    assert sink_value(other) == Number(2)


def test_what_a_function_returns_on_other_runtimes_is_left_out() -> None:
    code = (
        "def g():\n    if sys.version_info >= (2, 7):\n        return 1\n    else:\n        return 2\n"
        "def f():\n    if sys.version_info >= (2, 7):\n        lib.sink(g())"
    )
    assert sink_value(code) == either(("sys.version_info >= (2, 7)", False, Number(1)))


def test_what_stands_before_branches_for_newer_runtimes_may_be_left() -> None:
    code = "v = 0\nif hasattr(lib, 'A'):\n    v = 1\nelif hasattr(lib, 'B'):\n    v = 2"
    assert value("v", code) == either(
        ("not (hasattr(lib, 'A')) and hasattr(lib, 'B')", True, Number(2)),
        ("hasattr(lib, 'A')", False, Number(1)),
        ("not (hasattr(lib, 'A'))", True, Number(0)),
    )


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ("def f():\n    if hasattr(lib, 'X'):\n        return 1\n    lib.sink(1)", "not (hasattr(lib, 'X'))"),
        ("def f():\n    if sys.version_info >= (3, 7):\n        raise E\n    for a in b:\n        lib.sink(1)", True),
        ("def f():\n    if hasattr(lib, 'X'):\n        log()\n    lib.sink(1)", ""),
        ("def f():\n    if not hasattr(lib, 'X'):\n        return 1\n    lib.sink(1)", ""),
        ("def f():\n    if hasattr(lib, 'X'):\n        return 1\n    else:\n        log()\n    lib.sink(1)", ""),
        ("def f():\n    if debug:\n        return 1\n    lib.sink(1)", ""),
        ("if hasattr(lib, 'X'):\n    raise E\ndef f():\n    lib.sink(1)", ""),
    ],
)
def test_an_early_exit_for_newer_runtimes_is_a_guard(code: str, guard: str | bool) -> None:
    (site,) = python(code)
    assert site.guard == ("not (sys.version_info >= (3, 7))" if guard is True else guard)


@pytest.mark.parametrize(
    ("read", "spec"),
    [
        ("module.params['tls']", "tls=dict(type='str', default='a', choices=['a', 'b'])"),
        ("module.params.get('tls')", "tls=dict(default='a')"),
        ("self.module.params.get('tls', None)", "**{'tls': {'type': 'str', 'default': 'a'}}"),
    ],
)
def test_the_default_of_a_parameter_of_a_module(read: str, spec: str) -> None:
    found = value(read, f"module = AnsibleModule(argument_spec=dict({spec}))")
    assert isinstance(found, Choice)
    given, absent = found.arms
    assert isinstance(given.value, Unknown)
    assert (given.value.open_by, absent.value) == ("tls", Text("a"))


def test_an_entry_of_a_dict_that_is_passed_on_keeps_its_own_condition() -> None:
    code = "o = {}\nif sys.version_info < (3, 7):\n    o['v'] = 1\nelif x:\n    o['v'] = 2\nlib.sink(**o)"
    found = [given.value for site in python(code) for given in site.arguments if given.name == "v"]
    assert [plain(one) for one in found] == [
        either(("sys.version_info < (3, 7)", True, Number(1))),
        either(("x", False, Number(2))),
    ]
