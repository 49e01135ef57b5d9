"""Java: what stands in the source becomes sites, names and values."""

import contextlib
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
    Invocation,
    Listing,
    Name,
    Null,
    Number,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    parts,
    strip,
)

OLD, NEW = Text("TLSv1"), Text("TLSv1.2")
SUPPORTED = Invocation(("?.getSupportedProtocols",), ())


def only(code: str, anchor: str = "use") -> Site:
    found = sites("java", code, [anchor])
    assert len(found) == 1, found
    return found[0]


def value_of(expression: str, members: str = "", statements: str = "", header: str = "import java.util.*;") -> Value:
    code = f"{header}\nclass T {{\n{members}\nvoid f(String p) {{\n{statements}\nuse({expression});\n}}\n}}\n"
    return plain(only(code).arguments[0].value)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("import javax.net.ssl.SSLContext;", ("javax.net.ssl.SSLContext.getInstance",)),
        ("import javax.net.ssl.*;", ("javax.net.ssl.SSLContext.getInstance", "SSLContext.getInstance")),
        ("package a.b;", ("a.b.SSLContext.getInstance",)),
        ("package a.b;\nimport x.*;", ("x.SSLContext.getInstance", "a.b.SSLContext.getInstance")),
        ("import a.Outer.SSLContext; // import b.SSLContext;", ("a.Outer.SSLContext.getInstance",)),
    ],
)
def test_a_class_is_named_by_single_and_wildcard_imports_and_its_package(header: str, names: tuple[str, ...]) -> None:
    site = only(f'{header}\nclass T {{ Object o = SSLContext.getInstance("TLSv1"); }}', "getInstance")
    assert (site.form, site.names, plain(site.arguments[0].value)) == (Form.CALL, names, OLD)


@pytest.mark.parametrize(
    ("header", "call", "names"),
    [
        ("", 'javax.net.ssl.SSLContext.getInstance("x")', ("javax.net.ssl.SSLContext.getInstance",)),
        ("import static a.B.getInstance;", 'getInstance("x")', ("a.B.getInstance", "?.getInstance")),
        ("import static a.B.*;", 'getInstance("x")', ("T.getInstance", "a.B.getInstance", "?.getInstance")),
        ("import a.Outer;", 'Outer.Inner.getInstance("x")', ("a.Outer.Inner.getInstance",)),
        ("", 'System.getInstance("x")', ("java.lang.System.getInstance",)),
    ],
)
def test_static_calls_by_full_name_static_import_nested_class_and_java_lang(
    header: str, call: str, names: tuple[str, ...]
) -> None:
    assert only(f"{header}\nclass T {{ Object o = {call}; }}", "getInstance").names == names


@pytest.mark.parametrize(
    ("members", "statements", "receiver", "names"),
    [
        ("", "Sock s = make();", "s", ("n.Sock.use", "?.use")),
        ("", "var s = new Sock();", "s", ("n.Sock.use", "?.use")),
        ("", "final Sock[] s = x; Sock t = s[0];", "t", ("n.Sock.use", "?.use")),
        ("Sock s;", "", "s", ("n.Sock.use", "?.use")),
        ("Sock s;", "Object s = null;", "this.s", ("n.Sock.use", "?.use")),
        ("Sock s;", "java.util.Map<A, B> s = x;", "s", ("java.util.Map.use", "?.use")),
        ("", "", "((Sock) p)", ("n.Sock.use", "?.use")),
        ("", "", "((Sock) (p))", ("n.Sock.use", "?.use")),
        ("", "", "p", ("java.lang.String.use", "?.use")),
        ("", "", "new Sock()", ("n.Sock.use", "?.use")),
        ("", "for (Sock s : all) { s.hold(); }", "s", ("?.use",)),
        ("", "", "Sock.custom()", ("n.Sock.custom.use", "n.Sock.use", "?.use")),
        ("", "", "Sock.custom().a(1).b(2)", ("n.Sock.custom.use", "n.Sock.use", "?.use")),
        ("", "Sock.Builder<A> s = x;", "s.a()", ("n.Sock.Builder.a.use", "n.Sock.Builder.use", "?.use")),
        ("Sock made() { return null; }", "", "made()", ("n.Sock.use", "?.use")),
        ("", "", "unknown()", ("?.use",)),
        ("", "", "all[0]", ("?.use",)),
    ],
)
def test_a_receiver_is_named_by_its_declared_type(
    members: str, statements: str, receiver: str, names: tuple[str, ...]
) -> None:
    code = f"import n.Sock;\nclass T {{ {members} void f(String p) {{ {statements} {receiver}.use(1); }} }}"
    assert only(code).names == names


def test_receivers_in_loops_resources_patterns_lambdas_and_catch_clauses() -> None:
    code = """import n.Sock;
    class T { void f(Object o) throws Exception {
      for (Sock a : all) { a.use(1); }
      try (Sock b = open()) { b.use(2); } catch (Sock c) { c.use(3); }
      if (o instanceof Sock d) { d.use(4); }
      run(e -> e.use(5));
      run((Sock g) -> { g.use(6); });
    } }"""
    found = {plain(site.arguments[0].value): site.names for site in sites("java", code, ["use"])}
    typed = ("n.Sock.use", "?.use")
    assert found == {Number(n): typed if n != 5 else ("?.use",) for n in range(1, 7)}


def test_calls_on_this_super_and_inside_an_anonymous_class() -> None:
    code = """package a;
    import n.Base;
    class T extends Base<X> implements n.Role {
      void f() { use(1); this.use(2); super.use(3); new Base() {{ use(4); }}; }
    }"""
    found = {plain(site.arguments[0].value): site.names for site in sites("java", code, ["use"])}
    assert found == {
        Number(1): ("a.T.use", "n.Base.use", "n.Role.use", "?.use"),
        Number(2): ("a.T.use", "n.Base.use", "n.Role.use", "?.use"),
        Number(3): ("n.Base.use", "n.Role.use", "?.use"),
        Number(4): ("n.Base.use", "?.use"),
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"TLSv1"', OLD),
        ('"a\\tb\\u0041\\101\\\\"', Text("a\tbAA\\")),
        ("'x'", Text("x")),
        ('"""\n    TLSv1\n      two\n    """', Text("TLSv1\n  two\n")),
        ('"""\n  TLSv1\\\n  .2"""', Text("TLSv1.2")),
        ("0x10L", Number(16)),
        ("0b11", Number(3)),
        ("017", Number(15)),
        ("1_000", Number(1000)),
        ("1.5f", Number(1.5)),
        ("true", Bool(True)),
        ("null", Null()),
        ('((String) ("TLSv1"))', OLD),
        ('"TLS" + "v" + 1', OLD),
        ('new String("TLSv1")', OLD),
        ("5 | 2", Operation("|", (Number(5), Number(2)))),
        ("~1 << 2", Operation("<<", (Operation("~", (Number(1),)), Number(2)))),
        ("-1", Operation("-", (Number(1),))),
        ('x = "TLSv1"', OLD),
    ],
)
def test_literals_and_operators(written: str, value: Value) -> None:
    assert value_of(written) == value


@pytest.mark.parametrize(
    "written",
    [
        'new String[]{"TLSv1", "TLSv1.2"}',
        'new String[] {"TLSv1", "TLSv1.2",}',
        'Arrays.asList("TLSv1", "TLSv1.2")',
        'List.of("TLSv1", "TLSv1.2")',
        'java.util.Set.of("TLSv1", "TLSv1.2")',
        'Arrays.asList(new String[]{"TLSv1", "TLSv1.2"})',
        'new ArrayList<>(Arrays.asList("TLSv1", "TLSv1.2"))',
        'new java.util.HashSet<String>(List.of("TLSv1", "TLSv1.2"))',
        'new ArrayList<String>() {{ add("TLSv1"); add("TLSv1.2"); }}',
        'List.of("TLSv1", "TLSv1.2").toArray(new String[0])',
        'java.util.stream.Stream.of("TLSv1", "TLSv1.2").toArray(String[]::new)',
        'Collections.unmodifiableList(Arrays.asList("TLSv1", "TLSv1.2"))',
        '"TLSv1,TLSv1.2".split(",")',
        '"TLSv1, TLSv1.2".split("\\\\s*,\\\\s*")',
        '"TLSv1|TLSv1.2".split("\\\\|")',
        'String.join(",", "TLSv1", "TLSv1.2").split(",")',
        'String.join(" ", List.of("TLSv1", "TLSv1.2")).split(" ")',
        'new String[]{"TLSv1", "TLSv1.2"}.clone()',
    ],
)
def test_every_way_to_write_a_list(written: str) -> None:
    assert value_of(written) == Listing((OLD, NEW))


def test_lists_of_one_of_none_and_of_what_comes_later() -> None:
    assert value_of('Collections.singletonList("TLSv1")') == Listing((OLD,))
    assert value_of("new String[0]") == Listing(())
    assert value_of("new String[2]") == Listing((Unknown("it is filled elsewhere"),))
    assert value_of('"a(b)*c".split("(a+)+")') == Unknown("a text is split by a pattern that is not followed")


def test_a_collection_filled_step_by_step() -> None:
    steps = (
        'List<String> l = new ArrayList<>(); l.add("TLSv1"); l.addAll(List.of("SSLv3", "TLSv1.2")); l.remove("SSLv3");'
    )
    assert value_of("l.toArray(new String[0])", statements=steps) == Listing((OLD, NEW))
    rest = 'Set<String> l = new HashSet<>(Arrays.asList("TLSv1", "SSLv3", "TLSv1.2")); l.removeAll(List.of("SSLv3"));'
    assert value_of("l.toArray(new String[0])", statements=rest) == Listing((OLD, NEW))
    assert value_of("a", statements='String[] a = new String[2]; a[0] = "TLSv1"; a[1] = "TLSv1.2";') == Listing(
        (OLD, NEW)
    )
    assert value_of("L", members='static Set<String> L = new HashSet<>(); static { L.add("TLSv1"); }') == Listing(
        (OLD,)
    )


@pytest.mark.parametrize("capacity", ["8", "names.length", "names.size()", "names.length + 1", "(int) names.size()"])
def test_a_number_given_to_a_new_collection_is_its_capacity(capacity: str) -> None:
    steps = f"List<String> l = new ArrayList<>({capacity}); for (String s : names) {{ l.add(s); }}"
    assert value_of("l", 'static final String[] names = {"TLSv1", "TLSv1.2"};', steps) == Listing(
        (Operation("any", (OLD, NEW)),)
    )


@pytest.mark.parametrize(
    ("held", "retained", "expected"),
    [
        ("socket.getSupportedProtocols()", '"TLSv1", "TLSv1.2"', Listing((OLD, NEW))),
        ('"TLSv1", "TLSv1.2"', "socket.getSupportedProtocols()", Listing((OLD, NEW))),
        ('"TLSv1", "SSLv3"', '"TLSv1.2", "TLSv1"', Listing((OLD,))),
        ("socket.getSupportedProtocols()", "socket.getEnabledProtocols()", Listing((SUPPORTED,))),
    ],
)
def test_what_two_collections_have_in_common(held: str, retained: str, expected: Value) -> None:
    steps = f"List<String> l = new ArrayList<>(Arrays.asList({held})); l.retainAll(Arrays.asList({retained}));"
    assert value_of("l.toArray(new String[l.size()])", statements=steps) == expected


@pytest.mark.parametrize(
    ("members", "statements", "used"),
    [
        ('private static final String V = "TLSv1";', "", "V"),
        ('private static final String V = "TLSv1";', "", "T.V"),
        ('String v = "TLSv1";', 'String v = "TLSv1.2";', "this.v"),
        ('String v = "TLSv1.2";', 'String v = "TLSv1";', "v"),
        ("", 'String v = "TLSv1.2"; v = "TLSv1";', "v"),
        ("", 'String v; v = "TLSv1";', "v"),
        ("", 'String v = "TLSv1"; { String w = "x"; }', "v"),
        ('static class In { static final String V = "TLSv1"; }', "", "In.V"),
        ('static class In { static final String V = "TLSv1"; }', "", "T.In.V"),
        ('interface In { String V = "TLSv1"; }', "", "In.V"),
        ('static final String A = "TLSv1"; static final String B = A;', "", "B"),
        ('static final String V; static { V = "TLSv1"; }', "", "V"),
        ('final String v; T() { this.v = "TLSv1"; }', "", "v"),
        ('String pick() { return "TLSv1"; }', "", "pick()"),
        ("", "", 'new String[]{"x", "TLSv1"}[1]'),
        ("", 'Map<String, String> m = Map.of("old", "TLSv1", "new", "TLSv1.2");', 'm.get("old")'),
        ("", "", 'Objects.requireNonNull("TLSv1")'),
        ("", "", '"tlsv1".toUpperCase().replace("V", "v")'),
        ("", "", 'new StringBuilder("TLS").append("v1").toString()'),
        ("", "", '" TLSv1".trim()'),
    ],
)
def test_names_are_followed_to_their_definition(members: str, statements: str, used: str) -> None:
    assert value_of(used, members, statements) == OLD


@pytest.mark.parametrize(
    ("members", "statements", "used"),
    [
        ('String pick(boolean b) { String s = "TLSv1"; return s; }', "", "pick(true)"),
        ('static String pick(String v) { return "TLSv" + v; }', "", 'T.pick("1")'),
        ('String pick() { Runnable r = () -> { return; }; return "TLSv1"; }', "", "this.pick()"),
        ('String pick() { return "x"; } String pick(int i) { return "TLSv1"; }', "", "pick(3)"),
        ("", 'Map<String, String> m = new HashMap<>(); m.put("a", "x"); m.put("a", "TLSv1");', 'm.get("a")'),
        (
            'static Properties q = new Properties(); static { q.setProperty("a", "TLSv1"); }',
            "",
            'q.getProperty("a", "x")',
        ),
        ("", 'StringBuilder b = new StringBuilder("TLS"); b.append("v").append(1);', "b.toString()"),
        ("", "", 'String.format("%sv%d", "TLS", 1)'),
        ("", "", 'Stream.of("TLSv1").collect(Collectors.joining(","))'),
        ("", "", '" TLSv1 ".trim()'),
        ("", "", '"TLSv1.0".replaceAll(".0", "")'),
        ("", "", '"SSLv3,TLSv1".replace("SSLv3,", "")'),
    ],
)
def test_what_methods_of_the_file_and_of_texts_give(members: str, statements: str, used: str) -> None:
    expected = {
        '"TLSv1.0".replaceAll(".0", "")': Unknown("a text is changed at run time"),
        'T.pick("1")': Operation("join", (Text("TLSv"), Text("1"))),
    }
    assert value_of(used, members, statements) == expected.get(used, OLD)


def test_a_method_with_branches_is_a_choice_and_its_parameters_are_what_is_passed() -> None:
    members = 'String pick(boolean b, String v) { if (b) { return v; } return "TLSv1.2"; }'
    assert value_of('pick(p == null, "TLSv1")', members) == Choice((Arm("b", False, OLD), Arm("", False, NEW)))
    assert value_of("pick(1)", members) == Invocation(("T.pick", "?.pick"), (Number(1),)), "no overload for that"
    recursive = "String pick(int n) { return pick(n - 1); }"
    assert isinstance(value_of("pick(3)", recursive), Invocation)


MANY = 'Set<String> many = new HashSet<>(Arrays.asList("TLSv1", "TLSv1.2"));'


@pytest.mark.parametrize(
    ("statements", "used"),
    [
        ('List<String> l = new ArrayList<>(); Collections.addAll(l, "TLSv1", "TLSv1.2");', "l"),
        ('List<String> l = new ArrayList<>(); addIfSupported(all, l, "TLSv1", "TLSv1.2");', "l"),
        ('List<String> l = new ArrayList<>(); l.add("TLSv1"); if (p == null) { l.add("TLSv1.2"); }', "l"),
        ("", 'ImmutableList.builder().add("TLSv1").add("TLSv1.2").build()'),
        ("", 'new JsonArray().add("TLSv1").add("TLSv1.2")'),
        ("", 'Arrays.stream("TLSv1, TLSv1.2".split(",")).map(String::trim).toArray(String[]::new)'),
        ("", 'Stream.of("TLSv1", "TLSv1.2").filter(known::contains).collect(Collectors.toList())'),
        (MANY, "Arrays.stream(s.getSupportedProtocols()).filter(many::contains).toArray(String[]::new)"),
        (MANY, "Arrays.stream(s.getSupportedProtocols()).filter(x -> many.contains(x)).toArray(String[]::new)"),
        (MANY, 'Stream.of("TLSv1", "SSLv3", "TLSv1.2").filter(many::contains).toArray(String[]::new)'),
        ('List<String> l = List.of("SSLv3");', 'Stream.of("SSLv3", "TLSv1", "TLSv1.2").filter(x -> !l.contains(x))'),
    ],
)
def test_lists_put_together_in_other_ways(statements: str, used: str) -> None:
    assert value_of(used, statements=statements) == Listing((OLD, NEW))


def test_what_is_taken_out_of_an_unknown_stream_leaves_it_unknown() -> None:
    code = "Arrays.stream(s.getSupportedProtocols()).filter(x -> !weak.contains(x)).toArray(String[]::new)"
    assert not isinstance(value_of(code), Listing)


def test_what_is_added_for_an_older_runtime_keeps_its_guard() -> None:
    code = 'List<String> l = new ArrayList<>(); l.add("TLSv1.2"); if (Build.VERSION.SDK_INT < 21) { l.add("TLSv1"); }'
    value = value_of("l", statements=code)
    assert isinstance(value, Choice)
    assert [(arm.guarded, arm.value) for arm in value.arms] == [(True, Listing((NEW, OLD))), (False, Listing((NEW,)))]


def test_a_class_is_no_variable_that_something_is_added_to() -> None:
    statements = 'Set<String> s = new HashSet<>(); Collections.addAll(s, "TLSv1");'
    assert value_of('Collections.singleton("TLSv1")', statements=statements) == Listing((OLD,))


def test_what_was_cut_out_of_a_text_that_is_not_known() -> None:
    cut = value_of('Security.getProperty("a").replace("TLSv1, ", "").replaceAll(",\\\\s*RC4", "")')
    assert isinstance(cut, Operation)
    assert (cut.operator, cut.operands[1]) == ("without", Text(r",\s*RC4"))
    inner = cut.operands[0]
    assert isinstance(inner, Operation)
    assert inner == Operation("without", (Unknown("a decides", "a"), Text("TLSv1, ")))


@pytest.mark.parametrize("call", ['config.getPropDefault("a", "TLSv1")', 'prefs.getText("a", "TLSv1")'])
def test_a_reader_with_a_name_and_a_default_is_open_by_its_name(call: str) -> None:
    value = value_of(call)
    assert isinstance(value, Choice)
    assert [arm.value for arm in value.arms] == [Unknown("a decides", "a"), OLD]


def test_a_call_that_only_looks_like_a_reader_is_a_call() -> None:
    assert isinstance(value_of('getter.gets("a", "TLSv1")'), Invocation)
    assert isinstance(value_of('config.getPair("a", compute(1))'), Invocation)


def test_a_variable_keeps_its_declared_type_where_it_is_assigned_later() -> None:
    code = """import n.Sock;
    class T { Sock s; T() { this.s = make(); } void f() { Sock l; l = make(); s.use(1); l.use(2); } }"""
    assert {site.names for site in sites("java", code, ["use"])} == {("n.Sock.use", "?.use")}


def test_a_local_variable_of_another_block_or_method_is_not_seen() -> None:
    assert value_of("v", statements='{ String v = "TLSv1"; }') == Name(("v",))
    assert value_of("v", members='void g() { String v = "TLSv1"; }') == Name(("v",))
    assert value_of("p", members='void g() { String p = "TLSv1"; }') == Parameter("T.f", 0, "p")


def test_a_field_keeps_its_initial_value_beside_what_a_setter_gives() -> None:
    members = 'String v = "TLSv1"; void setV(String v) { this.v = v; }'
    assert value_of("v", members) == Choice(
        (Arm("after setV()", False, Parameter("T.setV", 0, "v")), Arm("", False, OLD))
    )


INIT = 'void init() { v = "TLSv1"; }'


@pytest.mark.parametrize(
    "members",
    [
        f'String v = "TLSv1.2"; T() {{ log(); init(); }} private {INIT}',
        f"String v; T() {{ this(1); }} T(int n) {{ this.init(); }} {INIT}",
        f"static String v; static {{ init(); }} static {INIT}",
        f"String v; {{ init(); }} {INIT}",
        f"String v; @javax.annotation.PostConstruct public {INIT}",
        f"String v; @Override public {INIT.replace('init', 'afterPropertiesSet')}",
    ],
)
def test_what_is_called_whenever_an_object_is_made_gives_a_member_its_value(members: str) -> None:
    assert value_of("v", members) == OLD


@pytest.mark.parametrize(
    "members",
    [
        f"String v; T() {{ init(); }} T(int n) {{ }} {INIT}",
        f"String v; T(boolean b) {{ if (b) init(); }} {INIT}",
        f"String v; T(T other) {{ other.init(); }} {INIT}",
        f"String v; {INIT}",
    ],
)
def test_what_may_not_be_called_is_told_as_a_condition(members: str) -> None:
    assert value_of("v", members) == Choice((Arm("after init()", False, OLD),))


def test_a_member_that_others_write_as_well_may_hold_either() -> None:
    members = f"String v; T() {{ init(); }} {INIT} void setV(String p) {{ v = p; }}"
    value = value_of("v", members)
    assert isinstance(value, Choice) and {arm.condition for arm in value.arms} == {"after init()", "after setV()"}


def test_constants_of_one_another_end() -> None:
    assert value_of("A", "static final String A = B; static final String B = A;") == Unknown("A is defined by itself")


def test_the_trace_of_a_constant_names_its_line() -> None:
    site = only('class T {\n  static final String V =\n    "TLSv1";\n  void f() { use(V); }\n}')
    value, steps = strip(site.arguments[0].value)
    assert value == OLD
    assert [(step.region.line, step.text) for step in steps] == [(2, "static final String V =")]


@pytest.mark.parametrize(
    ("header", "used", "names"),
    [
        ("import a.Consts;", "Consts.V", ("a.Consts.V",)),
        ("import static a.Consts.V;", "V", ("a.Consts.V",)),
        ("import static a.Consts.*;", "V", ("a.Consts.V", "V")),
        ("package q;", "Consts.V", ("q.Consts.V",)),
        ("", "a.b.Consts.V", ("a.b.Consts.V",)),
        ("import a.Proto;", 'Proto.valueOf("V1")', ("a.Proto.V1",)),
    ],
)
def test_constants_of_other_files_stay_open_by_name(header: str, used: str, names: tuple[str, ...]) -> None:
    assert value_of(used, header=header) == Name(names)


def test_inherited_constants_are_looked_for_in_parents() -> None:
    code = 'class B { static final String V = "TLSv1"; }\nclass T extends B { void f() { use(V, W); } }'
    assert [plain(a.value) for a in only(code).arguments] == [OLD, Name(("B.W", "W"))]


def test_an_enum_constant_is_a_name_of_its_class() -> None:
    code = 'package a; class T { enum P { V1("TLSv1"); P(String s) {} } void f() { use(P.V1); } }'
    assert only(code).arguments[0].value == Name(("a.T.P.V1",))


def test_an_accessor_of_an_enum_constant_gives_what_it_is_made_from() -> None:
    members = """enum P { V1("TLSv1"), V2("TLSv1.2"); private final String label;
      P(String s) { this.label = s; } String label() { return label; } String other() { return "x" + label; } }"""
    assert value_of("P.V1.label()", members) == OLD
    assert value_of("T.P.V2.label()", members) == NEW
    assert value_of("P.V1.other()", members) == Name(("T.P.V1.other()",))


def test_ternaries_keep_both_arms_and_mark_the_one_for_an_older_runtime() -> None:
    assert value_of('p ? "TLSv1" : "TLSv1.2"') == Choice((Arm("p", False, OLD), Arm("not (p)", False, NEW)))
    guard = "Build.VERSION.SDK_INT >= 16"
    assert value_of(f'{guard} ? "TLSv1.2" : "TLSv1"') == Choice(
        (Arm(guard, False, NEW), Arm(f"not ({guard})", True, OLD))
    )
    guard = "Build.VERSION.SDK_INT < 16"
    assert value_of(f'{guard} ? "TLSv1" : "TLSv1.2"') == Choice(
        (Arm(guard, True, OLD), Arm(f"not ({guard})", False, NEW))
    )


def test_branches_that_assign_one_name() -> None:
    both = Choice((Arm("not (p == null)", False, NEW), Arm("p == null", False, OLD)))
    assert value_of("v", statements='String v; if (p == null) v = "TLSv1"; else v = "TLSv1.2";') == both
    assert value_of("v", statements='String v; if (p == null) { v = "TLSv1"; } else { v = "TLSv1.2"; }') == both
    switch = 'String v; switch (p) { case "a": v = "TLSv1"; break; default: v = "TLSv1.2"; }'
    assert value_of("v", statements=switch) == Choice((Arm("default", False, NEW), Arm('case "a"', False, OLD)))


def test_a_switch_expression_is_a_choice() -> None:
    written = 'switch (p) { case "a" -> "TLSv1"; case "b" -> throw new X(); default -> { yield "TLSv1.2"; } }'
    assert value_of(written) == Choice((Arm('case "a"', False, OLD), Arm("default", False, NEW)))


@pytest.mark.parametrize(
    ("written", "setting"),
    [
        ('System.getProperty("tls.v", "TLSv1")', "tls.v"),
        ('props.getProperty("tls.v", "TLSv1")', "tls.v"),
        ('env.getProperty("tls.v", String.class, "TLSv1")', "tls.v"),
        ('System.getenv().getOrDefault("TLS_V", "TLSv1")', "TLS_V"),
        ('Optional.ofNullable(System.getenv("TLS_V")).orElse("TLSv1")', "TLS_V"),
        ('Optional.ofNullable(System.getenv("TLS_V")).orElseGet(() -> "TLSv1")', "TLS_V"),
        ('Objects.requireNonNullElse(System.getProperty("tls.v"), "TLSv1")', "tls.v"),
        ('config.getString("tls.v", "TLSv1")', "tls.v"),
    ],
)
def test_a_setting_with_a_default_is_open_by_its_name(written: str, setting: str) -> None:
    assert value_of(written) == Choice(
        (
            Arm(f"{setting} is set", False, Unknown(f"{setting} decides", setting)),
            Arm(f"{setting} is not set", False, OLD),
        )
    )


def test_settings_without_a_default_are_unknown_but_named() -> None:
    assert value_of('System.getenv("TLS_V")') == Unknown("TLS_V decides", "TLS_V")
    assert value_of('props.getProperty("tls.v")') == Unknown("tls.v decides", "tls.v")


@pytest.mark.parametrize(
    ("declared", "default"),
    [
        ('@Value("${tls.v:TLSv1}") private String v;', OLD),
        ('@Value("${tls.v:TLSv1,TLSv1.2}") private String[] v;', Listing((OLD, NEW))),
        ('@org.x.Value("${tls.v:TLSv1}") String v;', OLD),
        ('@ConfigProperty(name = "tls.v", defaultValue = "TLSv1") String v;', OLD),
    ],
)
def test_the_default_of_an_injected_field(declared: str, default: Value) -> None:
    assert value_of("v", members=declared) == Choice(
        (Arm("tls.v is set", False, Unknown("tls.v decides", "tls.v")), Arm("tls.v is not set", False, default))
    )


def test_an_injected_parameter_has_a_default() -> None:
    site = only('class T { T(int n, @Value("${tls.v:TLSv1}") String v) { use(v); } }')
    value = plain(site.arguments[0].value)
    assert isinstance(value, Parameter)
    assert (value.function, value.position, value.name) == ("T.T", 1, "v")
    assert value.default is not None and isinstance(value.default, Choice)
    assert value.default.arms[1].value == OLD


def test_what_is_not_understood_is_unknown_or_a_call() -> None:
    assert value_of("a < b") == Unknown("the result of < is not followed")
    assert value_of("String.class") == Unknown("class literal is not followed")
    assert value_of("s.getSupportedProtocols()") == Invocation(("?.getSupportedProtocols",), ())
    assert value_of("new Thing(1)", header="import a.Thing;") == Invocation(("a.Thing",), (Number(1),))


def test_constructors_and_calls_to_a_parents_constructor() -> None:
    code = """import n.Ftp;
    class T extends Ftp {
      T() { super("TLSv1", true); }
      T(int a) { this(); new Ftp("SSL") { void x() {} }; new n.Ftp.Inner<>(1); }
    }"""
    found = [(site.form, site.names, plain(site.arguments[0].value)) for site in sites("java", code, ["Ftp", "super"])]
    assert found == [
        (Form.NEW, ("n.Ftp",), OLD),
        (Form.NEW, ("n.Ftp",), Text("SSL")),
        (Form.NEW, ("n.Ftp.Inner",), Number(1)),
    ]


@pytest.mark.parametrize("operator", ["=", "|=", "&=", "^=", "+=", "-="])
def test_assignments_with_their_operator(operator: str) -> None:
    site = only(f"import n.Sock; class T {{ void f(Sock s) {{ s.use {operator} 3; }} }}")
    assert (site.form, site.names, site.operator) == (Form.ASSIGN, ("n.Sock.use", "?.use"), operator)
    assert plain(site.arguments[0].value) == Number(3)


def test_fields_are_assignments_of_their_class() -> None:
    code = """package a;
    class T extends n.B { String use = "TLSv1"; void f() { use = "x"; this.use = "y"; } void g(String use) {} }"""
    found = [(site.form, site.names, plain(site.arguments[0].value)) for site in sites("java", code, ["use"])]
    names = ("a.T.use", "n.B.use", "?.use")
    assert found == [(Form.ASSIGN, names, OLD), (Form.ASSIGN, names, Text("x")), (Form.ASSIGN, names, Text("y"))]


def test_a_local_variable_is_no_assignment_site() -> None:
    assert sites("java", 'class T { void f() { String use = "TLSv1"; use = "TLSv1.2"; } }', ["use"]) == []


def test_one_object_has_one_target() -> None:
    code = """import n.Sock;
    class T { Sock field = Sock.use(0);
      void f() { Sock s = Sock.use(1); s.use(2); ((Sock) s).use(3);
        this.field.use(4); field.use(5); run(() -> s.use(6)); }
      void g() { Sock s = (Sock) Sock.use(7); make().use(8); } }"""
    target = {site.arguments[0].text: site.target for site in sites("java", code, ["use"])}
    assert len({target["1"], target["2"], target["3"], target["6"]}) == 1
    assert len({target["0"], target["4"], target["5"]}) == 1
    assert len({target["1"], target["0"], target["7"], target["8"]}) == 4


def test_the_calls_of_one_chain_have_one_target() -> None:
    code = """import n.Sock;
    class T { void f() {
      new Sock(0).use(1).other().use(2).build(); Sock.custom().use(3).use(4); new Sock(5).use(6); } }"""
    target = {site.arguments[0].text: site.target for site in sites("java", code, ["use", "Sock"]) if site.arguments}
    assert target["0"] == target["1"] == target["2"] and target["3"] == target["4"] and target["5"] == target["6"]
    assert len(set(target.values())) == 3


def test_a_static_import_of_an_anchor_makes_its_calls_anchors() -> None:
    code = 'import static n.Sock.make; class T { Object o = make("TLSv1"); }'
    unit = frontend("java").parse(SourceFile("T.java", code.encode()))
    start = code.index("Sock")
    found = frontend("java").sites(unit, [(start, start + 4)], lambda d: d.form is Form.CALL)
    assert [(site.names[0], site.arguments[0].value) for site in found] == [("n.Sock.make", OLD)]


def test_an_anchor_after_extends_leads_to_the_constructor_call() -> None:
    code = 'import n.Ftp; class T extends Ftp { T() { super("TLSv1"); } }'
    unit = frontend("java").parse(SourceFile("T.java", code.encode()))
    start = code.rindex("Ftp")
    found = frontend("java").sites(unit, [(start, start + 3)], lambda d: d.form is Form.NEW)
    assert [(site.names, site.arguments[0].value) for site in found] == [(("n.Ftp",), OLD)]


def test_what_a_call_is_called_in_messages() -> None:
    code = """import n.Sock; class T { void f(Sock s) {
      s.use(1); Sock.use(2); Sock.custom().a().use(3); ((Sock) x).use(4); any().use(5); use(6); } }"""
    found = [site.text for site in sites("java", code, ["use"])]
    assert found == ["s.use", "Sock.use", "Sock.use", "Sock.use", "use", "use"]


def test_options_in_addresses() -> None:
    code = """class T { String a = "ssl://h:1?trace=true&amp;enabled.use=TLSv1,TLSv1.1&x=y";
      String b = "jdbc:x://h;use=TLS)"; }"""
    found = [(s.form, s.names, plain(s.arguments[0].value)) for s in sites("java", code, ["use"])]
    assert found == [
        (Form.SETTING, ("enabled.use",), Text("TLSv1,TLSv1.1")),
        (Form.SETTING, ("use",), Text("TLS")),
    ]


def test_properties_in_command_lines() -> None:
    code = """class T { static final String V = "TLSv1";
      String a = "java -Dhttps.protocols=TLSv1,TLSv1.1 -Dx=y";
      String b = "-Dhttps.protocols=" + V;
      String c = run("-Xmx1g " + "-Dhttps.protocols=" + V + " -jar");
      String d = "https.protocols=TLSv1"; }"""
    found = [
        (s.form, s.names, s.region.line, plain(s.arguments[0].value)) for s in sites("java", code, ["https.protocols"])
    ]
    expected = [(2, Text("TLSv1,TLSv1.1")), (3, OLD), (4, OLD)]
    assert found == [(Form.SETTING, ("https.protocols",), line, value) for line, value in expected]


def test_entries_of_maps_and_elements_of_annotations() -> None:
    code = """import n.Ssl; import java.util.Map;
    @Ssl(protocols = {"TLSv1"}) class T { Object o = start(Map.of("a", 1, "protocols", "TLSv1.2")); }"""
    found = [(s.form, s.option, s.owner, plain(s.arguments[0].value)) for s in sites("java", code, ["protocols"])]
    assert found == [
        (Form.OPTION, ("protocols",), ("n.Ssl",), Listing((OLD,))),
        (Form.OPTION, ("protocols",), ("T.start", "?.start"), NEW),
    ]


def test_varargs_are_positional_arguments() -> None:
    site = only('class T { void f() { b.use("a", "b"); } }')
    assert [(a.position, plain(a.value)) for a in site.arguments] == [(0, Text("a")), (1, Text("b"))]


def test_a_name_given_to_an_anchor_becomes_an_anchor() -> None:
    code = 'class T { static final String KEY = "tls.v"; void f() { System.setProperty(KEY, "TLSv1"); } }'
    found = sites("java", code, ["tls.v", "setProperty"])
    assert [(s.names[0], plain(s.arguments[0].value)) for s in found] == [
        ("java.lang.System.setProperty", Text("tls.v"))
    ]
    unit = frontend("java").parse(SourceFile("T.java", code.encode()))
    start = code.index("tls.v")
    anchored = frontend("java").sites(unit, [(start, start + 5)], lambda d: d.form is Form.CALL)
    assert [site.names for site in anchored] == [("java.lang.System.setProperty",)]


def test_comments_texts_comparisons_and_references_are_no_sites() -> None:
    code = """class T { /* s.use("TLSv1") */ // use("TLSv1")
      String a = "s.use(TLSv1)"; boolean b = "TLSv1".equals(x); Runnable r = T::use;
      /** {@link T#use(String)} */ void use(String v) {} }"""
    assert sites("java", code, ["use"]) == []


def test_a_guard_around_a_call_is_told() -> None:
    code = (
        'class T { void f() { if (Build.VERSION.SDK_INT < 20) { s.use("TLSv1"); } else if (x) { s.use("TLSv1.2"); } } }'
    )
    guarded = [site.guard for site in sites("java", code, ["use"])]
    assert guarded == ["Build.VERSION.SDK_INT < 20", ""]
    caught = "class T { void f() { try { s.use(1); } catch (NoSuchAlgorithmException e) { s.use(2); } } }"
    assert [site.guard for site in sites("java", caught, ["use"])] == ["", "NoSuchAlgorithmException is caught"]


def test_sites_know_the_definition_around_them() -> None:
    code = "class T { class In { void f() { use(1); } } Object o = use(2); }"
    assert [site.enclosing for site in sites("java", code, ["use"])] == ["T.In.f", "T"]


def test_syntax_errors_nearby_do_not_hide_a_site() -> None:
    code = 'class T { void f( { int x = ; }\n void g() { s.use("TLSv1"); } void h() { if ( } }'
    found = sites("java", code, ["use"])
    assert [(site.region.line, plain(site.arguments[0].value)) for site in found] == [(2, OLD)]


def test_a_word_that_the_parser_misses_ends_no_search() -> None:
    site = only('class T { void f() { s.use(1, "TLSv1", ); } }')
    assert [plain(argument.value) for argument in site.arguments] == [Number(1), OLD, Name(("",))]


def test_definitions_for_other_files_are_qualified() -> None:
    code = """package a.b;
    class Consts {
      static final String V = "TLSv1"; interface In { String V = "x"; } void f() { String V = "y"; }
    }"""
    unit = frontend("java").parse(SourceFile("Consts.java", code.encode()))
    found = [(d.name, plain(d.value)) for d in frontend("java").definitions(unit, ["V"])]
    assert found == [("a.b.Consts.V", OLD), ("a.b.Consts.In.V", Text("x"))]


ARMS = "".join(f'if (x == "{j}") {{ return m%d(x + m%d("{j}")); }} ' for j in range(10))
METHODS = "".join(f"String m{i}(String x) {{ {ARMS % ((i + 1,) * 20)} return x; }}\n" for i in range(8))
RESULTS_OF_RESULTS = f'class T {{ void f() {{ use(m0("a")); }} {METHODS} String m8(String x) {{ return x; }} }}'


@pytest.mark.parametrize(
    "code",
    [
        "class T { void f() { use(" + "(" * 100_000 + "1" + ")" * 100_000 + "); } }",
        "class T { void f() { use(" + "a(" * 100_000 + "1" + ")" * 100_000 + "); } }",
        "class T { void f() { " + "x.a()" + ".b()" * 50_000 + ".use(1); } }",
        "class T { Object o = use(" + '"a" + ' * 50_000 + '"b"); }',
        RESULTS_OF_RESULTS,
    ],
)
def test_machine_made_nesting_ends_quickly(code: str) -> None:
    start = time.process_time()
    with contextlib.suppress(TooDeep):
        sites("java", code, ["use"])
    assert time.process_time() - start < 10


def test_settings_of_one_object_that_are_made_of_each_other_end() -> None:
    """Each setting hangs on all that were made before, and the number of these grows."""
    sets = "".join(f'if (a{n}) {{ p.setProperty("k{n}", p.getProperty("b{n}").trim()); }}\n' for n in range(60))
    code = f'class T {{ static Properties p = new Properties(); void f() {{ {sets} use(p.getProperty("k")); }} }}'
    start = time.process_time()
    (site,) = sites("java", code, ["use"])
    assert (site.text, time.process_time() - start < 10) == ("use", True)


def test_nesting_below_the_bounds_is_unknown_not_wrong() -> None:
    value = value_of("(" * 90 + '"TLSv1"' + ")" * 90)
    assert value in (OLD, Unknown("the expression is nested too deeply"))
    assert value_of(" + ".join(['"a"'] * 150)) == Text("a" * 150)


def test_methods_without_parameters_and_accessors_are_defined_for_other_files() -> None:
    code = """package a.b; enum Proto { V1("x", "TLSv1"), V2("y", "TLSv1.2"); final String n; final String p;
      Proto(String n, String p) { this.n = n; this.p = p; } String proto() { return p; } }
    class Config { static String old() throws Exception { return "TLSv1"; } String other(int i) { return "x"; }
      String read() { while (true) { } } }"""
    unit = frontend("java").parse(SourceFile("src/Proto.java", code.encode()))
    words = ["proto()", "old()", "other()", "read()"]
    assert [word for word in words if frontend("java").may_define(code.encode(), word)] == [
        "proto()",
        "old()",
        "read()",
    ]
    found = {d.name: plain(d.value) for d in frontend("java").definitions(unit, words)}
    assert found["a.b.Proto.V1.proto()"] == OLD
    assert found["a.b.Proto.V2.proto()"] == NEW
    assert found["a.b.Config.old()"] == OLD
    assert "a.b.Config.read()" not in found
    assert "a.b.Config.other()" not in found


def test_a_call_of_another_class_stays_open_by_its_name() -> None:
    assert value_of("Config.old()", header="package a; import b.Config;") == Name(("b.Config.old()",))
    assert isinstance(value_of("made.old()"), Invocation), "of what class is not known"


def test_what_follows_a_search_is_a_last_resort() -> None:
    members = 'String pick(String[] all) { for (String s : all) { if (s.length() > 3) { return s; } } return "TLSv1"; }'
    value = value_of("pick(p.split(p))", members)
    assert isinstance(value, Choice)
    assert [(arm.condition, arm.guarded, arm.value == OLD) for arm in value.arms] == [
        ("s.length() > 3", False, False),
        ("the loop before finds nothing", True, True),
    ]
    stream = value_of('Arrays.stream(p.split(p)).max(order).orElse("TLSv1")')
    assert isinstance(stream, Choice)
    assert [(arm.guarded, arm.value == OLD) for arm in stream.arms] == [(False, False), (True, True)]


def test_what_an_overriding_method_returns_is_given_to_the_class_it_extends() -> None:
    code = """import lib.Peer;
    class Mine extends Peer { Object versions() { if (old) { return "TLSv1"; } return "TLSv1.2"; }
      Object made = new Peer() { Object versions() { return "TLSv1"; } }; Object versions(int i) { return "x"; } }
    class Other { Object versions() { return "TLSv1"; } }"""
    found = [site for site in sites("java", code, ["versions"]) if site.form is Form.ASSIGN]
    assert [(site.names, plain(site.arguments[0].value), site.text) for site in found] == [
        (("lib.Peer.versions",), OLD, "versions()"),
        (("lib.Peer.versions",), NEW, "versions()"),
        (("lib.Peer.versions",), OLD, "versions()"),
    ]


def test_both_ends_of_a_range() -> None:
    assert value_of('"TLSv1.2".downTo("TLSv1")') == Listing((NEW, OLD))


def test_a_counter_stands_for_every_element_in_turn() -> None:
    code = """class A { String[] f(SSLSocket s) { String[] p = {"a", "b"}; List<String> l = new ArrayList<>();
      for (int i = 0; i < p.length; i++) { if (ok(p[i])) l.add(p[i]); }
      s.use(l.toArray(new String[0])); } }"""
    (site,) = sites("java", code, ["use"])
    assert texts_in(site.arguments[0].value) == {"a", "b"}


def test_a_list_that_is_copied_into_an_array_fills_it() -> None:
    code = """class A { void f(SSLSocket s) { List<String> l = new ArrayList<>(); l.add("a");
      String[] p = new String[l.size()]; l.toArray(p); s.use(p); } }"""
    (site,) = sites("java", code, ["use"])
    assert texts_in(site.arguments[0].value) == {"a"}


def test_what_a_catch_clause_returns_for_want_of_something_else_is_a_last_resort() -> None:
    code = """class A { String f() { try { return one(); } catch (Exception e) { return "a"; } }
      void g(SSLSocket s) { s.use(f()); } }"""
    (site,) = sites("java", code, ["use"])
    value = plain(site.arguments[0].value)
    assert isinstance(value, Choice)
    assert [(arm.condition, arm.guarded) for arm in value.arms] == [("", False), ("Exception is caught", True)]


@pytest.mark.parametrize(
    "chosen",
    [
        "!D.equals(v) ? list(v) : own",
        "v != D ? list(v) : own",
        "v.equals(D) ? own : list(v)",
        "D == this.v ? own : list(this.v)",
        "!(!D.equalsIgnoreCase(v)) ? own : list(v)",
    ],
)
def test_what_is_compared_with_a_constant_is_not_that_constant_elsewhere(chosen: str) -> None:
    used = chosen.replace("list(v)", "new String[] {v}").replace("list(this.v)", "new String[] {this.v}")
    value = value_of(used, 'static final String D = "TLS"; String v = D; String[] own;')
    assert isinstance(value, Choice)
    assert not any("TLS" in texts_in(arm.value) for arm in value.arms)


def test_what_is_compared_may_be_the_rest() -> None:
    members = 'static final String D = "TLS"; String v = D; void old() { v = "TLSv1"; } String[] own;'
    value = value_of("!D.equals(v) ? new String[] {v} : own", members)
    assert isinstance(value, Choice)
    assert texts_in(value.arms[0].value) == {"TLSv1"}
    assert texts_in(value_of("D.equals(v) ? v : own", members)) >= {"TLS"}


@pytest.mark.parametrize(
    ("code", "guard"),
    [
        ('try { s.use(names); } catch (E e) { s.use("a"); }', "E is caught"),
        ('try { s.use(names); } catch (E e) { t.use("a"); }', ""),
        ('try { go(); } catch (E e) { s.use("a"); }', ""),
    ],
)
def test_what_a_catch_clause_calls_once_more_is_a_last_resort(code: str, guard: str) -> None:
    found = sites("java", f"class T {{ void f() {{ {code} }} }}", ["use"])
    assert found[-1].guard == guard


def test_what_a_catch_clause_sets_anew_is_a_last_resort() -> None:
    code = """class A { String no; void f() { no = "a"; try { s.go(no); } catch (E e) { no = "b"; } s.use(no); } }"""
    value = plain(only(code).arguments[0].value)
    assert isinstance(value, Choice)
    assert [(texts_in(arm.value), arm.guarded) for arm in value.arms] == [({"b"}, True), ({"a"}, False)]


def texts_in(value: Value) -> set[str]:
    inner = plain(value)
    return {inner.text} if isinstance(inner, Text) else {text for part in parts(inner) for text in texts_in(part)}


STREAM = 'Arrays.stream(new String[] {"TLSv1", "SSLv3", "TLSv1.2"})'


@pytest.mark.parametrize(
    ("predicate", "left"),
    [
        ('p -> p.startsWith("TLS")', [OLD, NEW]),
        ('(String p) -> !p.startsWith("SSL") && !"TLSv1".equals(p)', [NEW]),
        ('p -> !(p.equals("SSLv3") || p.equals("TLSv1"))', [NEW]),
        ('"TLSv1"::equals', [OLD]),
        ('p -> p.equals("TLSv1") || p.equals("TLSv1.2")', [OLD, NEW]),
    ],
)
def test_predicates_on_texts(predicate: str, left: list[Text]) -> None:
    assert value_of(f"{STREAM}.filter({predicate}).toArray(String[]::new)") == Listing(tuple(left))
    removed = [text for text in (OLD, Text("SSLv3"), NEW) if text not in left]
    steps = f'List<String> l = new ArrayList<>(Arrays.asList("TLSv1", "SSLv3", "TLSv1.2")); l.removeIf({predicate});'
    if "!" not in predicate:
        assert value_of("l", statements=steps) == Listing(tuple(removed))


@pytest.mark.parametrize("predicate", ["p -> p.length() > 5", "this::isFine", 'p -> p.startsWith("T") || !x(p)'])
def test_other_predicates_leave_it_open(predicate: str) -> None:
    assert isinstance(value_of(f"{STREAM}.filter({predicate}).toArray(String[]::new)"), Invocation)


def test_of_what_is_not_known_a_predicate_leaves_what_it_names() -> None:
    some = 'Arrays.stream(e.getSupportedProtocols()).filter(p -> p.equals("TLSv1")).toArray(String[]::new)'
    assert value_of(some) == Listing((OLD,))
    other = 'Arrays.stream(e.getSupportedProtocols()).filter(p -> !p.equals("TLSv1")).toArray(String[]::new)'
    assert isinstance(value_of(other), Invocation)


def test_what_callers_pass_and_what_a_loop_goes_through_is_trimmed_later() -> None:
    assert value_of("p.trim()") == Operation("trimmed", (Parameter("T.f", 0, "p"),))
    loop = 'List<String> l = new ArrayList<>(); for (String s : new String[] {" TLSv1"}) { s = s.trim(); l.add(s); }'
    assert value_of("l", statements=loop) == Listing((Operation("trimmed", (Operation("each", (Text(" TLSv1"),)),)),))
