"""PHP: what a snippet's sites are, and the values in their slots."""

import time

import pytest
from helpers import plain, sites

from tlsscan.frontends import frontend
from tlsscan.frontends.speaker import TooDeep
from tlsscan.model import Form, Site
from tlsscan.source import SourceFile
from tlsscan.spelled import named
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
    strip,
)


def php(code: str, *anchors: str) -> list[Site]:
    return sites("php", f"<?php\n{code}", list(anchors or ("sink",)))


def only(code: str, *anchors: str) -> Site:
    found = php(code, *anchors)
    assert len(found) == 1, found
    return found[0]


def value(expression: str, before: str = "") -> Value:
    """The value of the first argument of a call of sink()."""
    calls = [site for site in php(f"{before}\nsink({expression});") if site.form is Form.CALL]
    return plain(calls[-1].arguments[0].value)


NAME_X = Name(("X",))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a\\'b\\n'", Text("a'b\\n")),
        ('"a\\"b\\n\\x41\\u{42}\\103\\$"', Text('a"b\nABC$')),
        ("''", Text("")),
        ("<<<EOT\nab\nEOT", Text("ab")),
        ("<<<'EOT'\na\\nb\nEOT", Text("a\\nb")),
        ("true", Bool(True)),
        ("FALSE", Bool(False)),
        ("NULL", Null()),
        ("32", Number(32)),
        ("0x1F", Number(31)),
        ("0b101", Number(5)),
        ("017", Number(15)),
        ("0o17", Number(15)),
        ("1_000", Number(1000)),
        ("1.2", Number(1.2)),
        ("-3", Operation("-", (Number(3),))),
        ("+3", Number(3)),
        ("X", NAME_X),
        ("\\X", NAME_X),
        ("Foo\\X", Name(("Foo.X",))),
        ("Foo::X", Name(("Foo.X",))),
        ("\\A\\Foo::X", Name(("A.Foo.X",))),
        ("A\\Foo::class", Text("A\\Foo")),
        ("(X)", NAME_X),
        ("@X", NAME_X),
        ("(int) X", NAME_X),
        ("(string) X", NAME_X),
        ("intval(X)", NAME_X),
        ("X->__toString()", NAME_X),
        ("[1, 'a']", Listing((Number(1), Text("a")))),
        ("array(1)", Listing((Number(1),))),
        ("['k' => 1, X => 2]", Mapping((Entry(Text("k"), Number(1)), Entry(NAME_X, Number(2))))),
        ("array(32 => X)", Mapping((Entry(Number(32), NAME_X),))),
        ("['a', 'k' => 1]", Mapping((Entry(Number(0), Text("a")), Entry(Text("k"), Number(1))))),
        ("[...$a]", Mapping((Entry(Unknown("a spread array"), Unknown("$a is not set where this file shows it")),))),
        ("X | Y", Operation("|", (NAME_X, Name(("Y",))))),
        ("X & ~Y", Operation("&", (NAME_X, Operation("~", (Name(("Y",)),))))),
        ("X ^ 1", Operation("^", (NAME_X, Number(1)))),
        ("X + 1", Operation("+", (NAME_X, Number(1)))),
        ("X - 1", Operation("-", (NAME_X, Number(1)))),
        ("1 << 3", Operation("<<", (Number(1), Number(3)))),
        ("'a' . 'b' . X", Operation("join", (Text("ab"), NAME_X))),
        ("'tls' . 'v1'", Text("tlsv1")),
        ('"a{$b->c}d"', Operation("join", (Text("a"), Name(("?.c",)), Text("d")))),
        ("strtolower('TLS')", Text("tls")),
        ("trim(' a ')", Text("a")),
        ("explode(',', 'a,b')", Listing((Text("a"), Text("b")))),
        ("implode(',', ['a', 'b'])", Text("a,b")),
        ("sprintf('%s://%d', 'tls', 443)", Operation("join", (Text("tls://"), Number(443)))),
        ("sprintf('100%%')", Text("100%")),
        ("constant('X')", NAME_X),
        ("constant('\\\\A\\\\Foo::X')", Name(("A.Foo.X",))),
        ("constant('X' . 'Y')", Name(("XY",))),
        ("constant('X_' . 1)", Name(("X_1",))),
        (
            "constant('X' . $y)",
            named(Operation("join", (Text("X"), Unknown("$y is not set where this file shows it")))),
        ),
        ("['a', 'b'][1]", Text("b")),
        ("['k' => X]['k']", NAME_X),
        ("foo(1, k: 2)", Invocation(("foo",), (Number(1),), (("k", Number(2)),))),
        ("new \\A\\Foo(1)", Invocation(("A.Foo",), (Number(1),))),
        ("$_POST['x']", Unknown("$_POST['x'] is looked up at run time")),
    ],
)
def test_values(expression: str, expected: Value) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$c ? X : 1", (("$c", False, NAME_X), ("not ($c)", False, Number(1)))),
        ("$c ?: 1", (("$c", False, Unknown("$c is not set where this file shows it")), ("not ($c)", False, Number(1)))),
        ("X ?? 1", (("X", False, NAME_X), ("not (X)", False, Number(1)))),
        ("defined('X') ? X : 1", (("defined('X')", False, NAME_X), ("not (defined('X'))", True, Number(1)))),
        ("(!defined('X')) ? 1 : X", (("!defined('X')", True, Number(1)), ("defined('X')", False, NAME_X))),
        (
            "PHP_VERSION_ID >= 70400 ? X : 1",
            (("PHP_VERSION_ID >= 70400", False, NAME_X), ("not (PHP_VERSION_ID >= 70400)", True, Number(1))),
        ),
        (
            "version_compare(PHP_VERSION, '7.2', '<') ? 1 : X",
            (
                ("version_compare(PHP_VERSION, '7.2', '<')", True, Number(1)),
                ("not (version_compare(PHP_VERSION, '7.2', '<'))", False, NAME_X),
            ),
        ),
        (
            "match($v) { 'a', 'b' => 1, default => X }",
            (("case 'a', 'b'", False, Number(1)), ("default", False, NAME_X)),
        ),
        (
            "match(true) { defined('X') => X, default => 1 }",
            (("defined('X')", False, NAME_X), ("default", True, Number(1))),
        ),
        (
            "getenv('V') ?: 'a'",
            (
                ("V is set", False, Unknown("the environment variable V decides", "V")),
                ("V is not set", False, Text("a")),
            ),
        ),
        (
            "$_ENV['V'] ?? 'a'",
            (
                ("V is set", False, Unknown("the environment variable V decides", "V")),
                ("V is not set", False, Text("a")),
            ),
        ),
        *[
            (
                call,
                (
                    ("V is set", False, Unknown("the setting V decides", "V")),
                    ("V is not set", False, NAME_X),
                ),
            )
            for call in (
                "config('V', X)",
                "\\get_option('V', X)",
                "apply_filters('V', X, $ch)",
                "Config::get('V', X)",
                "$this->settings->get('V', X)",
            )
        ],
        (
            "env('V', 'a')",
            (
                ("V is set", False, Unknown("the environment variable V decides", "V")),
                ("V is not set", False, Text("a")),
            ),
        ),
    ],
)
def test_choices(expression: str, expected: tuple[tuple[str, bool, Value], ...]) -> None:
    assert value(expression) == Choice(tuple(Arm(*arm) for arm in expected))


@pytest.mark.parametrize(
    ("before", "expression", "expected"),
    [
        ("$x = 1;", "$x", Number(1)),
        ("$x = 1; $x = 2;", "$x", Number(2)),
        ("$y = 1; $x = $y;", "$x", Number(1)),
        ("$x = &$y; ", "$x", Unknown("$y is not set where this file shows it")),
        ("$x = 1; $x = $x | 2;", "$x", Operation("|", (Number(1), Number(2)))),
        ("$x = 1; $x |= 2;", "$x", Operation("|", (Number(1), Number(2)))),
        ("$x = 'a'; $x .= 'b';", "$x . '://'", Operation("join", (Text("a"), Text("b://")))),
        ("$x = 'a'; if ($c) { $x .= 'b'; }", "$x . 'c'", Operation("join", (Text("a"), Text("bc")))),
        ("$x = null; $x ??= 2;", "$x", Choice((Arm("$x", False, Null()), Arm("not ($x)", False, Number(2))))),
        ("[$x, $y] = [1, 2];", "$y", Number(2)),
        ("list($x, $y) = array(1, 2);", "$x", Number(1)),
        ("list('k' => $x) = f();", "$x", Unknown("$x is not a constant")),
        ("const A = 6;", "A", Number(6)),
        ("const A = 6, B = A;", "B", Number(6)),
        ("define('A', 6);", "A", Number(6)),
        ("if (!defined('A')) define('A', 6);", "A", Number(6)),
        ("defined('A') or define('A', 6);", "A", Number(6)),
        ("if (defined('A') === false) define('A', 6);", "A", Number(6)),
        ("if (false == defined('A')) define('A', 6);", "A", Number(6)),
        ("if (is_null(@constant('A'))) define('A', 6);", "A", Number(6)),
        ("if (PHP_VERSION_ID < 50519) { define('A', 6); }", "A", Number(6)),
        ("if ($old) define('A', 6);", "A", Choice((Arm("$old", False, Number(6)),))),
        ("function f() { define('A', 6); }", "A", Number(6)),
        ("const A = B; const B = A;", "A", Unknown("A is defined by itself")),
        ("class K { const A = 1; }", "K::A", Number(1)),
        ("class P { const A = 1; } class K extends P {}", "K::A", Number(1)),
        ("class K { public static $a = 1; }", "K::$a", Number(1)),
        ("class K {} K::$a = 1;", "K::$a", Number(1)),
        ("enum V: string { case Old = 'TLSv1'; }", "V::Old->value", Text("TLSv1")),
        ("function f() { $x = 1; }", "$x", Unknown("$x is not set where this file shows it")),
        ("$v = 'X';", "constant('A_' . $v)", Name(("A_X",))),
        (
            "$v = $c ? 'X' : 'Y';",
            'constant("A::$v")',
            Choice((Arm("$c", False, Name(("A.X",))), Arm("not ($c)", False, Name(("A.Y",))))),
        ),
        ("try { } catch (E $x) { }", "$x", Unknown("$x is not a constant")),
        ("$o = ['k' => ['l' => 1]];", "$o['k']['l']", Number(1)),
        ("$o['k'] = 2;", "$o['k']", Number(2)),
        ("$o = f(); $o['k'] = 2;", "$o['k']", Number(2)),
        ("$o = ['k' => 1]; $o['k'] = 2;", "$o['k']", Number(2)),
        ("$o['a']['k'] = 1; $o['a']['k'] |= 2;", "$o['a']['k']", Operation("|", (Number(1), Number(2)))),
        ("if (!isset($o['k'])) { $o['k'] = 2; }", "$o['k']", Number(2)),
        ("$o['k'] = 2; $o = [];", "$o['k']", Unknown("$o['k'] is looked up at run time")),
        ("$o['k'] = 2; $o = ['k' => 3];", "$o['k']", Number(3)),
        ("$o['k'] = 2;", "$o['l']", Unknown("$o['l'] is looked up at run time")),
        ("$o[] = 2;", "$o[0]", Unknown("$o[0] is looked up at run time")),
        (
            "$o = ['k' => 1]; if ($c) { $o['k'] = 2; }",
            "$o['k']",
            Choice((Arm("", False, Choice((Arm("$c", False, Number(2)),))), Arm("", False, Number(1)))),
        ),
        ("$a = ['k' => 1]; $b = ['k' => 2];", "array_merge($a, $b)['k']", Number(2)),
        ("$a = ['k' => 1]; $b = ['k' => 2];", "($a + $b)['k']", Number(1)),
        ("function f() { return X; }", "f()", NAME_X),
        ("function f() { return f(); }", "f()", Invocation(("f",), ())),
        ("function f() { log(); return X; }", "f()", NAME_X),
        ("function f() { $o = 6; $c = function () { return 1; }; return $o; }", "f()", Number(6)),
        ("function f() { yield 1; return X; }", "f()", Invocation(("f",), ())),
        (
            "function f($new) { if ($new === 'y') { return 6; } return X; }",
            "f()",
            Choice((Arm("$new === 'y'", False, Number(6)), Arm("", False, NAME_X))),
        ),
        ("class K { static function f() { return X; } }", "K::f()", NAME_X),
        ("class K { function f() { return X; } }", "$o->f()", Invocation(("?.f",), ())),
        ("use const Lib\\OLD;", "OLD", Name(("Lib.OLD",))),
        ("use const Lib\\{OLD, NEWER as N};", "N", Name(("Lib.NEWER",))),
        ("use Lib\\Sub; ", "Sub\\X", Name(("Lib.Sub.X",))),
        ("use Lib\\Foo as F;", "F::X", Name(("Lib.Foo.X",))),
        ("use Lib\\{Foo, Bar as B};", "B::X", Name(("Lib.Bar.X",))),
        ("namespace App\\Net;", "X", Name(("X", "App.Net.X"))),
        ("namespace App;", "namespace\\X", Name(("App.X",))),
        ("namespace App;", "Foo::X", Name(("App.Foo.X",))),
        ("namespace App;", "\\Foo::X", Name(("Foo.X",))),
        ("namespace App; const X = 1;", "\\App\\X", Number(1)),
    ],
)
def test_names(before: str, expression: str, expected: Value) -> None:
    assert value(expression, before) == expected


def in_class(expression: str, members: str = "", parameters: str = "", head: str = "class K") -> Value:
    code = f"{head} {{ {members}\nfunction go({parameters}) {{ sink({expression}); }} }}"
    return plain(only(code).arguments[0].value)


@pytest.mark.parametrize(
    ("expression", "members", "expected"),
    [
        ("self::A", "const A = 1;", Number(1)),
        ("static::A", "final public const int A = 1;", Number(1)),
        ("self::A", "const A = self::B; const B = self::A;", Unknown("A is defined by itself")),
        ("self::A", "", Name(("K.A",))),
        ("$this->a", "private $a = 1;", Number(1)),
        ("$this->a", "", Name(("K.a",))),
        ("self::$a", "static $a = [1];", Listing((Number(1),))),
        ("self::$a['k']", "static $a = ['k' => 1];", Number(1)),
        ("self::$a['']", "static $a = ['k' => 1, '' => 2];", Number(2)),
        ("self::$a['k']", "static $a = ['k' => 1, '' => 2];", Number(1)),
        ("$this->a", "private $a = 1; function __construct() { $this->a = 2; }", Number(2)),
        ("$this->a", "function __construct(private int $a = 3) {}", Parameter("K.__construct", 0, "a", Number(3))),
        (
            "$this->a",
            "private $a = 1; function set($v) { $this->a = $v; }",
            Choice((Arm("after set()", False, Parameter("K.set", 0, "v")), Arm("", False, Number(1)))),
        ),
        ("$this->a", "const a = 1; private $a = 2;", Number(2)),
        ("$this->a()", "private $a = 2; function a() { return $this->a; }", Number(2)),
        ("self::a()", "static function a() { return 3; }", Number(3)),
    ],
)
def test_members(expression: str, members: str, expected: Value) -> None:
    assert in_class(expression, members) == expected


def test_member_of_a_parent_in_another_file_stays_open_by_both_names() -> None:
    assert in_class("self::A", head="use Lib\\Base; class K extends Base") == Name(("Lib.Base.A", "K.A"))
    assert in_class("parent::A", head="class K extends \\Lib\\Base") == Name(("Lib.Base.A",))
    assert in_class("$this->a", head="class K extends \\Lib\\Base") == Name(("Lib.Base.a", "K.a"))
    assert in_class("self::A", head="class K implements Versions") == Name(("Versions.A", "K.A"))
    assert in_class("$this->a()", head="class K extends \\Lib\\Base") == Name(("Lib.Base.a", "K.a"))
    assert in_class("parent::a()", head="class K extends \\Lib\\Base") == Name(("Lib.Base.a",))
    assert in_class("Other::a()") == Name(("Other.a",))
    assert in_class("$this->a()") == Invocation(("K.a", "?.a"), ())
    assert in_class("$this->a(1)", head="class K extends \\Lib\\Base").__class__ is Invocation


def test_members_of_traits() -> None:
    trait = "trait T { public $a = 1; function b() { return 2; } } class K"
    assert in_class("$this->a", "use T;", head=trait) == Parameter("K.a", 0, "a", Number(1))
    assert in_class("$this->a", "use T;", head=trait.replace("class", "final class")) == Number(1)
    assert in_class("$this->b()", "use T;", head=trait) == Number(2)
    assert in_class("$this->a", "use \\Lib\\T, U { U::x as y; }") == Name(("Lib.T.a", "U.a", "K.a"))
    assert in_class("$this->b()", "use \\Lib\\T;") == Name(("Lib.T.b", "K.b"))


def test_parameters_keep_position_name_and_default() -> None:
    assert in_class("$v", parameters="$a, int $v = 4") == Parameter("K.go", 1, "v", Number(4))
    assert in_class("$v", parameters="$a, $v") == Parameter("K.go", 1, "v")


def test_locals_shadow_and_globals_need_a_declaration() -> None:
    inner = only("$x = 1; function f() { $x = 2; sink($x); }")
    assert plain(inner.arguments[0].value) == Number(2)
    outside = only("$x = 1; function f() { sink($x); }")
    assert plain(outside.arguments[0].value) == Unknown("$x is not set where this file shows it")
    declared = only("$x = 1; function f() { global $y, $x; sink($x); }")
    assert plain(declared.arguments[0].value) == Number(1)


def test_closures_see_what_they_capture() -> None:
    assert plain(only("$x = 1; $f = function () use ($x) { sink($x); };").arguments[0].value) == Number(1)
    assert plain(only("$x = 1; $f = fn() => sink($x);").arguments[0].value) == Number(1)
    lost = only("$x = 1; $f = function () use ($y) { sink($x); };")
    assert plain(lost.arguments[0].value) == Unknown("$x is not set where this file shows it")


def test_loop_variable_is_any_item() -> None:
    found = only("foreach (['a', 'b'] as $key => $each) { sink($each, $key); }")
    assert plain(found.arguments[0].value) == Operation("each", (Text("a"), Text("b")))
    assert found.arguments[1].value == Unknown("$key is not a constant")


BRANCHES = """
if (defined('T12')) {
    $m = T12;
} elseif (defined('T11'))
    $m = T11;
else
    $m = T1;
sink($m);
"""


def test_branches_keep_every_arm_and_mark_the_fallbacks() -> None:
    assert plain(only(BRANCHES).arguments[0].value) == Choice(
        (
            Arm("not (defined('T12')) and not (defined('T11'))", True, Name(("T1",))),
            Arm("not (defined('T12')) and defined('T11')", True, Name(("T11",))),
            Arm("defined('T12')", False, Name(("T12",))),
        )
    )


def test_what_an_older_runtime_is_left_with_tells_the_condition_that_passed_it_by() -> None:
    code = "if (isset($o)) {\n$m = T12;\nif (defined('T13')) { $m |= T13; }\nsink($m);\n}"
    more = Operation("|", (Name(("T12",)), Name(("T13",))))
    assert plain(only(code).arguments[0].value) == Choice(
        (Arm("defined('T13')", False, more), Arm("not (defined('T13'))", True, Name(("T12",))))
    )


def test_switch_binds_but_labels_are_no_sites() -> None:
    found = only("switch ($v) { case sink: $m = 1; break; default: $m = 2; }\nsink($m);")
    assert found.region.line == 3
    assert plain(found.arguments[0].value) == Choice(
        (Arm("default", False, Number(2)), Arm("case sink", False, Number(1)))
    )


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ("if (!defined('X')) { sink(1); }", "!defined('X')"),
        ("if (defined('X')) { sink(1); }", ""),
        ("if (defined('X')) { f(); } else { sink(1); }", "not (defined('X'))"),
        ("if (PHP_VERSION_ID < 50600) sink(1);", "PHP_VERSION_ID < 50600"),
        ("if (PHP_VERSION_ID < 50600) f(); else sink(1);", ""),
        ("if (version_compare(PHP_VERSION, '5.6', '>=')): f(); else: sink(1); endif;", "not (version_compare("),
        ("if ($a) { sink(1); }", ""),
        ("defined('X') || sink(1);", "not (defined('X'))"),
        ("defined('X') && sink(1);", ""),
        ("$r = sink($s, 2); if ($r == false) $r = sink($s, 1);", "$r == false"),
        ("$r = @sink($s, 2); if (!$r) { sink($s, 1); }", "!$r"),
        ("if (sink($s, 2) !== true) { $x = sink($s, 1); }", "sink($s, 2) !== true"),
        ("if (($r = sink($s, 2)) === false) { sink($s, 1); }", "($r = sink($s, 2)) === false"),
        ("sink($s, 2) || sink($s, 1);", "not (sink($s, 2))"),
        ("if (sink($s, 2)) { f(); } else { sink($s, 1); }", "not (sink($s, 2))"),
        ("$r = sink($other, 2); if ($r == false) { sink($s, 1); }", ""),
        ("$r = f($s, 2); if ($r == false) { sink($s, 1); }", ""),
        ("$r = sink($s, 2); if ($r) { sink($s, 1); }", ""),
        ("$r = sink($s, 2); if ($q == false) { sink($s, 1); }", ""),
        ("$r = sink($s, 2); $r = f(); if ($r == false) { sink($s, 1); }", ""),
        ("if ($r == false) { sink($s, 1); } $r = sink($s, 2);", ""),
        ("$r = sink(2); if ($r == false) { sink(1); }", ""),
        ("$r = @sink('a' . $h, 2); if (!$r) { $r = sink('b' . $h, 1); }", "!$r"),
        ("if (!$r = @sink('a', 2)) $r = sink('b', 1);", "!$r = @sink('a', 2)"),
        ("$r = @sink('a', 2); if (!$r) { $q = sink('b', 1); }", ""),
        ("$r = @f('a', 2); if (!$r) { $r = sink('b', 1); }", ""),
        ("sink($s, 2); $r = go($s); if ($r === false) { sink($s, 1); $r = go($s); }", "$r === false"),
        ("go($s); if (go_errno($s)) { sink($s, 1); go($s); }", "go_errno($s)"),
        ("go($s); if (go_errno($s) > 0) { sink($s, 1); go($s); }", "go_errno($s) > 0"),
        ("go($s); if (go_errno($s) == 0) { sink($s, 1); go($s); }", ""),
        ("go($s); if (go_errno($s)) { sink($s, 1); }", ""),
        ("go($other); if (go_errno($other)) { sink($s, 1); go($s); }", ""),
        ("$r = f($s); if ($r === false) { sink($s, 1); go($s); }", ""),
    ],
)
def test_guards(code: str, guard: str) -> None:
    found = max(php(code), key=lambda site: site.arguments[-1].value == Number(1)).guard
    assert found.startswith(guard) if guard else found == ""


def test_trace_names_each_definition() -> None:
    code = "define('A', 6);\nclass K {\n  const B = A;\n  function go() {\n    $v = self::B;\n    sink($v);\n  }\n}"
    found = only(code)
    assert found.region.line == 7
    assert [(step.region.line, step.text) for step in strip(found.arguments[0].value)[1]] == [
        (6, "$v = self::B"),
        (4, "B = A"),
        (2, "define('A', 6)"),
    ]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("sink(1);", ("sink",)),
        ("\\sink(1);", ("sink",)),
        ("Sub\\sink(1);", ("Sub.sink",)),
        ("namespace App; sink(1);", ("sink", "App.sink")),
        ("declare(strict_types=1);\n\nnamespace App\\Net;\nsink(1);", ("sink", "App.Net.sink")),
        ("namespace A { f(); }\nnamespace App\\B { Foo::sink(1); }", ("App.B.Foo.sink",)),
        ("// the namespace Old; went away\nsink(1);", ("sink",)),
        ("namespace App; Foo::sink(1);", ("App.Foo.sink",)),
        ("use Lib\\Foo; Foo::sink(1);", ("Lib.Foo.sink",)),
        ("use Lib\\Foo as F; F::sink(1);", ("Lib.Foo.sink",)),
        ("$o->sink(1);", ("?.sink",)),
        ("$o?->sink(1);", ("?.sink",)),
        ("f()->sink(1);", ("f.sink", "?.sink")),
        ("use Lib\\Foo; (new Foo)->sink(1);", ("Lib.Foo.sink", "?.sink")),
        ("use Lib\\Foo; $o = new Foo(); $o->sink(1);", ("Lib.Foo.sink", "?.sink")),
        ("use Lib\\Foo; function f(?Foo $o) { $o->sink(1); }", ("Lib.Foo.sink", "?.sink")),
        ("use Lib\\Foo; class K { private Foo $o; function f() { $this->o->sink(1); } }", ("Lib.Foo.sink", "?.sink")),
        (
            "class K { function __construct(private Lib\\Foo $o) {} function f() { $this->o->sink(1); } }",
            ("Lib.Foo.sink", "?.sink"),
        ),
        ("class K extends Lib\\Foo { function f() { $this->sink(1); } }", ("Lib.Foo.sink", "K.sink", "?.sink")),
        ("class K extends Lib\\Foo { function f() { parent::sink(1); } }", ("Lib.Foo.sink",)),
        ("$f = 'sink'; $f(1);", ("sink",)),
        ("$c = Lib\\Foo::class; $c::sink(1);", ("Lib.Foo.sink",)),
    ],
)
def test_callees(code: str, names: tuple[str, ...]) -> None:
    found = only(code)
    assert (found.form, found.names) == (Form.CALL, names)


@pytest.mark.parametrize(
    ("code", "anchor", "names"),
    [
        ("use function Lib\\sink as drain;\ndrain(1);", "sink", ("Lib.sink",)),
        ("use function Lib\\{sink as drain};\ndrain(1);", "sink", ("Lib.sink",)),
        ("use Lib\\Sink as Drain;\nnew Drain(1);", "Sink", ("Lib.Sink",)),
        ("use Lib\\{Other, Sink as Drain};\nnew Drain(1);", "Sink", ("Lib.Sink",)),
    ],
)
def test_aliases_become_anchors(code: str, anchor: str, names: tuple[str, ...]) -> None:
    found = only(code, anchor)
    assert (found.region.line, found.names) == (3, names)


def test_renamed_key_is_found_where_it_is_used() -> None:
    found = php(
        "$key = SINK; const OPT = SINK; define('KEY', SINK);\n$o[$key] = 1; f([OPT => 2]); g([KEY => 3]);", "SINK"
    )
    assert [(site.option, plain(site.arguments[0].value)) for site in found] == [
        (("SINK",), Number(1)),
        (("SINK",), Number(2)),
        (("SINK",), Number(3)),
    ]


def test_constructors() -> None:
    assert (only("new \\Lib\\Sink(1);", "Sink").form, only("new \\Lib\\Sink(1);", "Sink").names) == (
        Form.NEW,
        ("Lib.Sink",),
    )
    parent = only("class K extends \\Lib\\Sink { function __construct() { parent::__construct(7); } }", "Sink")
    assert (parent.form, parent.names, parent.arguments[0].value) == (Form.NEW, ("Lib.Sink",), Number(7))
    derived = php("class Own extends \\Lib\\Sink {}\n$o = new Own(8);", "Own")
    assert [(site.form, site.names) for site in derived] == [(Form.NEW, ("Own", "Lib.Sink"))]
    nameless = only("new class(1) extends \\Lib\\Sink {};", "Sink")
    assert (nameless.form, nameless.names) == (Form.NEW, ("Lib.Sink",))


@pytest.mark.parametrize(
    ("code", "names", "texts"),
    [
        ("call_user_func('sink', $ch, 1);", ("sink",), ["$ch", "1"]),
        ("call_user_func_array('sink', [$ch, 1]);", ("sink",), ["$ch", "1"]),
        ("call_user_func_array('sink', array($ch, ...$more));", ("sink",), ["$ch", "...$more"]),
        ("\\call_user_func('Lib\\Foo::sink', 1);", ("Lib.Foo.sink",), ["1"]),
        ("call_user_func($f, 'sink');", ("call_user_func",), ["$f", "'sink'"]),
    ],
)
def test_functions_called_by_their_name(code: str, names: tuple[str, ...], texts: list[str]) -> None:
    (found,) = [site for site in sites("php", f"<?php\n{code}", ["sink", "call_user"]) if site.form is Form.CALL]
    assert (found.names, [argument.text for argument in found.arguments]) == (names, texts)


def test_arguments_have_positions_or_names() -> None:
    found = only("sink(1, $x, ...$rest, version: 2);")
    assert [(argument.position, argument.name, argument.text) for argument in found.arguments] == [
        (0, "", "1"),
        (1, "", "$x"),
        (None, "version", "2"),
    ]


@pytest.mark.parametrize(
    ("code", "option", "owner"),
    [
        ("f(['sink' => 1]);", ("sink",), ("f",)),
        ("f(array('sink' => 1));", ("sink",), ("f",)),
        ("f([SINK => 1]);", ("SINK",), ("f",)),
        ("f([32 => ['sink' => 1]]);", ("32", "sink"), ("f",)),
        ("f(['ssl' => ['sink' => 1]]);", ("ssl", "sink"), ("f",)),
        ("f(options: ['ssl' => ['sink' => 1]]);", ("ssl", "sink"), ("f",)),
        ("new \\A\\F(['ssl' => ['sink' => 1]]);", ("ssl", "sink"), ("A.F",)),
        ("f(array_merge($a, ['ssl' => ['sink' => 1]]));", ("ssl", "sink"), ("f",)),
        ("f($a + ['sink' => 1]);", ("sink",), ("f",)),
        ("f($c ? ['sink' => 1] : []);", ("sink",), ("f",)),
        ("f([...$a, ...['sink' => 1]]);", ("sink",), ("f",)),
        ("f([$name => ['sink' => 1]]);", ("?", "sink"), ("f",)),
        ("f([A\\K::SINK => 1]);", ("A.K.SINK",), ("f",)),
        ("$o = ['ssl' => ['sink' => 1]];", ("ssl", "sink"), ()),
        ("return ['ssl' => ['sink' => 1]];", ("ssl", "sink"), ()),
        ("$o['ssl']['sink'] = 1;", ("ssl", "sink"), ()),
        ("$o['ssl'] = ['sink' => 1];", ("ssl", "sink"), ()),
        ("$o[SINK] = 1;", ("SINK",), ()),
        ("$o[32]['sink'] = 1;", ("32", "sink"), ()),
        ("A\\K::$o['sink'] = 1;", ("sink",), ("A.K.o",)),
        ("A\\K::$o = ['sink' => 1];", ("sink",), ("A.K.o",)),
    ],
)
def test_options(code: str, option: tuple[str, ...], owner: tuple[str, ...]) -> None:
    found = [site for site in php(code, "sink", "SINK") if site.form is Form.OPTION]
    assert [(site.option, site.owner, plain(site.arguments[0].value)) for site in found] == [(option, owner, Number(1))]


def test_entries_with_numbers_are_found_from_the_entry_around() -> None:
    found = php("f(['sink' => [32 => 2, 33 => ['x']]]);")
    assert [(site.option, site.owner, plain(site.arguments[0].value)) for site in found[1:]] == [
        (("sink", "32"), ("f",), Number(2)),
        (("sink", "33"), ("f",), Listing((Text("x"),))),
    ]


def test_options_of_one_array_share_their_object() -> None:
    first, second = php("f(['ssl' => ['sink_a' => 1, 'sink_b' => 2]]);")
    assert first.target == second.target != ""
    made, changed = php("$o = ['ssl' => ['sink_a' => 1]];\n$o['ssl']['sink_b'] = 2;")
    assert made.target == changed.target and made.target.startswith("-1:$o@")
    made, changed = php("$c = f(['sink_a' => 1]);\n$c = array_merge($c, $more);\ng($c, 'sink_b');\n$c['sink_b'] = 2;")[
        :2
    ]
    assert made.target == changed.target and made.target.startswith("-1:$c@")


def test_a_variable_assigned_anew_is_another_object() -> None:
    first, second = php("$o = ['sink' => 1];\nf($o);\n$o = ['sink' => 2];")
    assert first.target != second.target


@pytest.mark.parametrize(
    ("code", "names", "operator"),
    [
        ("$o->sink = 1;", ("?.sink",), "="),
        ("$o->sink |= 1;", ("?.sink",), "|="),
        ("$o->sink &= 1;", ("?.sink",), "&="),
        ("$o->sink ^= 1;", ("?.sink",), "^="),
        ("$o->sink += 1;", ("?.sink",), "+="),
        ("$o->sink -= 1;", ("?.sink",), "-="),
        ("$o = new Lib\\Foo; $o->sink = 1;", ("Lib.Foo.sink", "?.sink"), "="),
        ("Lib\\Foo::$sink = 1;", ("Lib.Foo.sink",), "="),
        ("class K extends Lib\\Foo { protected $sink = 1; }", ("Lib.Foo.sink", "K.sink", "?.sink"), "="),
    ],
)
def test_assigned_properties(code: str, names: tuple[str, ...], operator: str) -> None:
    found = only(code)
    assert (found.form, found.names, found.operator) == (Form.ASSIGN, names, operator)
    assert plain(found.arguments[0].value) == Number(1)


def test_default_of_a_parameter() -> None:
    found = only("function f($a, $sink = 4) {}")
    assert (found.form, found.names, found.arguments[0].value) == (Form.PARAMETER, ("sink",), Number(4))


def test_targets_tell_objects_apart() -> None:
    first, second = php("function f() { $a = new Foo; $a->sink(1); }\nfunction g() { $a = new Foo; $a->sink(2); }")
    assert ":$a@" in first.target and ":$a@" in second.target and first.target != second.target
    property_of = php("class K { function f() { $this->a->sink(1); } function g() { $this->a->sink(2); } }")
    assert {site.target for site in property_of} == {"6:$this->a"}
    assert only("sink($ch, 1);").target == "-1:$ch"


@pytest.mark.parametrize(
    "code",
    [
        "// sink(1)",
        "# sink(1)",
        "/* sink(1) */",
        "/** @see sink(1) */ f();",
        "echo 'sink(1)';",
        "?><p>sink(1)</p>",
        "define('sink', 1);",
        "if ($x === sink) { f(); }",
        "function sink($a) {}",
        "class sink {}",
    ],
)
def test_what_only_mentions_a_name_is_no_site(code: str) -> None:
    assert php(code) == []


def test_html_around_code() -> None:
    found = sites("php", "<html>\n<?= sink(1) ?>\n<p>sink(2)</p>\n<?php sink(3);", ["sink"])
    assert [site.region.line for site in found] == [2, 4]


def test_syntax_errors_nearby() -> None:
    found = php("if ($a {\n$x = ;\n$v = 6;\nsink($v);\n")
    assert [(site.region.line, plain(site.arguments[0].value)) for site in found] == [(5, Number(6))]


def test_sites_say_their_language_and_file() -> None:
    found = sites("php", "<?php sink(1);", ["sink"], path="lib/a.php")
    assert [(site.language, site.path) for site in found] == [("php", "lib/a.php")]


def test_enclosing_names_class_and_method() -> None:
    assert only("namespace App; class K { function go() { sink(1); } }").enclosing == "K.go"


def test_definitions_for_other_files() -> None:
    code = "<?php\nnamespace App;\nconst A = 1;\ndefine('B', 2);\nclass K { const C = 3; protected $d = 4; }\n$e = 5;\n"
    code += "class M { function f() { return 6; } function g() { yield 7; } }\nfunction h() { return 8; }\n"
    speaker = frontend("php")
    found = speaker.definitions(
        speaker.parse(SourceFile("a.php", code.encode())), ["A", "B", "C", "d", "e", "$e", *"fgh"]
    )
    assert [(each.name, plain(each.value), each.step.region.line) for each in found] == [
        ("App.A", Number(1), 3),
        ("B", Number(2), 4),
        ("App.K.C", Number(3), 5),
        ("App.K.d", Number(4), 5),
        ("App.M.f", Number(6), 7),
    ]


def test_deep_nesting_is_bounded() -> None:
    start = time.process_time()
    deep = "(" * 100_000 + "sink(1)" + ")" * 100_000
    with pytest.raises(TooDeep):
        php(f"$x = {deep};")
    assert time.process_time() - start < 20


def test_long_concatenation_keeps_its_beginning() -> None:
    found = only("sink('tlsv1.0://' . $host" + " . $part" * 150 + ");")
    lowered = found.arguments[0].value
    assert isinstance(lowered, Operation)
    assert (lowered.operator, lowered.operands[0]) == ("join", Text("tlsv1.0://"))


REMOVED = "unset($o[SSL]);"


@pytest.mark.parametrize(
    ("code", "left"),
    [
        (f"$o = [SSL => sink]; {REMOVED} use($o);", False),
        (f"$o = []; $o[SSL] = 1; {REMOVED} use($o);", False),
        ("$o = ['curl' => [SSL => 1]]; $o['x'] = 2; unset($o['y'], $o['curl'][SSL]); use($o);", False),
        ("$this->o = [SSL => 1]; unset($this->o[SSL]);", False),
        ("$o = [SSL => 1]; unset($o);", False),
        (f"$o = [SSL => 1]; use($o); {REMOVED}", True),
        (f"{REMOVED} $o = [SSL => 1]; use($o);", True),
        (f"$o = [SSL => 1]; if ($x) {{ {REMOVED} }} use($o);", True),
        (f"$o = [SSL => 1]; f(function () {{ {REMOVED} }}); use($o);", True),
        ("$o = [SSL => 1]; unset($p[SSL], $o[OTHER]); use($o);", True),
        ("$o = ['curl' => [SSL => 1]]; unset($o[SSL]); use($o);", True),
    ],
)
def test_an_option_that_is_removed_before_its_array_is_used_sets_nothing(code: str, left: bool) -> None:
    assert any(site.form is Form.OPTION for site in php(f"function go() {{ {code} }}", "SSL")) == left


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for ($x = 1; $x <= 3; $x++) { sink($x); }", Operation("each", (Number(1), Number(2), Number(3)))),
        ("for ($x = 3; $x > 1; $x--) sink($x);", Operation("each", (Number(3), Number(2)))),
        ("for ($x = 1; $x < $n; $x++) { sink($x); }", Unknown("what a loop counts is not followed")),
        ("$x = 1; $x++; sink($x);", Unknown("$x is not a constant")),
        ("$x = 1; sink($x); $x++;", Number(1)),
        ("$x = 1; for ($i = 0; $i < 3; $i++) { sink($x); }", Number(1)),
    ],
)
def test_what_is_counted_is_each_number_or_not_known(loop: str, expected: Value) -> None:
    assert plain(only(loop).arguments[0].value) == expected
