"""The PowerShell frontend: which sites it sees, under which names and with which values."""

import time
from pathlib import Path

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
    Text,
    Unknown,
    Value,
    strip,
)
from tree_scans import scanned, told


def one(code: str, anchor: str) -> Site:
    """The only site of an anchor."""
    (site,) = sites("powershell", code, [anchor])
    return site


def value_of(expression: str, before: str = "") -> Value:
    """The value of an expression that is assigned to `[My.Box]::Slot`, without its trace."""
    made: Value = plain(one(f"{before}\n[My.Box]::Slot = {expression}\n", "Slot").arguments[0].value)
    return made


A = Name(("System.E.A", "E.A"))
B = Name(("System.E.B", "E.B"))
E = Name(("System.E", "E"))
SLOT = Name(("System.My.Box.Slot", "My.Box.Slot"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("192", Number(192), id="decimal"),
        pytest.param("0xC0", Number(192), id="hexadecimal"),
        pytest.param("0xC0L", Number(192), id="hexadecimal-with-suffix"),
        pytest.param("3kb", Number(3072), id="unit"),
        pytest.param("0192", Number(192), id="a-leading-zero-is-not-octal"),
        pytest.param("1.5", Number(1.5), id="real"),
        pytest.param("-1", Number(-1), id="negative"),
        pytest.param("$true", Bool(True), id="true"),
        pytest.param("$NULL", Null(), id="null"),
        pytest.param("'it''s $x'", Text("it's $x"), id="single-quotes"),
        pytest.param('"a`tb`"c""d"', Text('a\tb"c"d'), id="double-quotes"),
        pytest.param("\"Tls$('1')2\"", Text("Tls12"), id="subexpression-in-a-string"),
        pytest.param("@'\na 'b'\nc\n'@", Text("a 'b'\nc"), id="here-string"),
        pytest.param('@"\na "b" `$c\n"@', Text('a "b" $c'), id="expandable-here-string"),
        pytest.param("'Tls' + '12'", Text("Tls12"), id="concatenation"),
        pytest.param("'{0}.{1}' -f 'a', 2", Operation("join", (Text("a."), Number(2), Text(""))), id="format"),
        pytest.param("[E]::A -bor [E]::B", Operation("|", (A, B)), id="bor"),
        pytest.param("[e]::A -BOR 3", Operation("|", (Name(("System.e.A", "e.A")), Number(3))), id="bor-any-case"),
        pytest.param("[E]::A -bor `\n  [E]::B", Operation("|", (A, B)), id="continued-line"),
        pytest.param("[E]::A -band (-bnot [E]::B)", Operation("&", (A, Operation("~", (B,)))), id="band-bnot"),
        pytest.param("[E]::A -bxor [E]::B", Operation("^", (A, B)), id="bxor"),
        pytest.param("[E]::A + [E]::B - 1", Operation("-", (Operation("+", (A, B)), Number(1))), id="arithmetic"),
        pytest.param("1 -shl 4", Operation("<<", (Number(1), Number(4))), id="shift"),
        pytest.param("[My.Box]::Slot -bor 3072", Operation("|", (SLOT, Number(3072))), id="the-slot-itself"),
        pytest.param("[E]'A'", A, id="cast-of-a-text"),
        pytest.param("[E] 'A, B'", Operation("|", (A, B)), id="cast-of-several-names"),
        pytest.param("[E]3072", Number(3072), id="cast-of-a-number"),
        pytest.param("[E](1 -bor 2)", Operation("|", (Number(1), Number(2))), id="cast-of-an-expression"),
        pytest.param("[int][E]::A", A, id="cast-to-a-number"),
        pytest.param("[int]'3072'", Number(3072), id="number-in-a-text"),
        pytest.param("[string]'A'", Text("A"), id="cast-to-a-text"),
        pytest.param("'A' -as [E]", A, id="as"),
        pytest.param("[Enum]::ToObject([E], 3072)", Number(3072), id="to-object"),
        pytest.param("[System.Enum]::Parse([E], 'A,B', $true)", Operation("|", (A, B)), id="enum-parse"),
        pytest.param("[Enum]::Parse([type][E], 'A')", A, id="enum-parse-of-a-cast-type"),
        pytest.param("[enum]::GetValues([E])", Operation("members", (E,)), id="members-of-an-enumeration"),
        pytest.param("[E].GetEnumNames() -join ','", Operation("members", (E,)), id="names-of-an-enumeration"),
        pytest.param("[E]::'A'", A, id="member-in-quotes"),
        pytest.param("[E]::A.value__", A, id="value-of-a-member"),
        pytest.param("('A').ToString().Trim()", Text("A"), id="methods-that-keep-a-value"),
        pytest.param("'a', 'b'", Listing((Text("a"), Text("b"))), id="list"),
        pytest.param("@('a'\n'b')", Listing((Text("a"), Text("b"))), id="array-of-lines"),
        pytest.param("@('a', 'b')", Listing((Text("a"), Text("b"))), id="array-is-flat"),
        pytest.param("@([E]::A,[E]::B)", Listing((A, B)), id="array-of-members"),
        pytest.param(", 'a'", Listing((Text("a"),)), id="list-of-one"),
        pytest.param("'a,b'.Split(',')", Listing((Text("a"), Text("b"))), id="split-method"),
        pytest.param("'a, b' -split ',\\s*'", Listing((Text("a"), Text("b"))), id="split-pattern"),
        pytest.param("'a,b' -split ','", Listing((Text("a"), Text("b"))), id="split-operator"),
        pytest.param("('a', 'b') -join ','", Text("a,b"), id="join-operator"),
        pytest.param("@([E]::A, [E]::B) -join ','", Listing((A, B)), id="join-of-members"),
        pytest.param("@{ a = 1; 'b c' = 2 }.a", Number(1), id="entry-of-a-hashtable"),
        pytest.param("@{ Key = 'x' }['key']", Text("x"), id="entry-by-subscript-in-any-case"),
        pytest.param("('x', 'y')[1]", Text("y"), id="item-of-a-list"),
        pytest.param(
            "@{ a = 1; 'b c' = 2 }",
            Mapping((Entry(Text("a"), Number(1)), Entry(Text("b c"), Number(2)))),
            id="hashtable",
        ),
        pytest.param("$($x = 1; 'a')", Text("a"), id="subexpression"),
        pytest.param("$env:WANTED", Unknown("the environment variable WANTED decides", "WANTED"), id="environment"),
        pytest.param(
            "[Environment]::GetEnvironmentVariable('WANTED')",
            Unknown("the setting WANTED decides", "WANTED"),
            id="environment-method",
        ),
        pytest.param(
            "$env:WANTED ?? 'A'",
            Choice(
                (
                    Arm("$env:WANTED is set", False, Unknown("the environment variable WANTED decides", "WANTED")),
                    Arm("$env:WANTED is not set", False, Text("A")),
                )
            ),
            id="fallback",
        ),
        pytest.param(
            "if ($a) { 'x' } elseif ($b) { 'y' } else { 'z' }",
            Choice(
                (
                    Arm("$a", False, Text("x")),
                    Arm("$b", False, Text("y")),
                    Arm("not ($a) and not ($b)", False, Text("z")),
                )
            ),
            id="if-as-a-value",
        ),
        pytest.param(
            "switch ($s) {\n 1 { 'x' }\n default { 'y' }\n}",
            Choice((Arm("$s is 1", False, Text("x")), Arm("$s is something else", False, Text("y")))),
            id="switch-as-a-value",
        ),
        pytest.param("New-Object Some.Thing", Invocation(("System.Some.Thing", "Some.Thing"), ()), id="new-object"),
        pytest.param("Get-Thing 'a'", Invocation(("Get-Thing",), (Text("a"),)), id="command"),
        pytest.param("$nobody", Unknown("$nobody is not set in this file"), id="unknown-variable"),
        pytest.param("('x', 'y') | Select-Object -Unique", Listing((Text("x"), Text("y"))), id="unique"),
        pytest.param("'x', 'y' | sort", Listing((Text("x"), Text("y"))), id="sorted"),
        pytest.param("'x', 'y' | select -First 1", Unknown("pipeline chain is not followed"), id="one-of-several"),
        pytest.param("1..3 | Select-Object", Unknown("pipeline chain is not followed"), id="pipeline"),
    ],
)
def test_values_of_expressions(expression: str, expected: Value) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("before", "use", "expected"),
    [
        pytest.param("$x = 1", "$X", Number(1), id="case-does-not-count"),
        pytest.param("$x = 1\n$y = $x", "$y", Number(1), id="chain"),
        pytest.param("$x = 1\n$x = 2", "$x", Number(2), id="the-later-wins"),
        pytest.param("$script:x = 1", "$x", Number(1), id="script-scope"),
        pytest.param("function F { $global:x = 1 }", "$global:x", Number(1), id="global-set-in-a-function"),
        pytest.param("function F { $x = 1 }", "$x", Unknown("$x is not set in this file"), id="local-of-a-function"),
        pytest.param("${x y} = 1", "${x y}", Number(1), id="name-in-braces-with-a-space"),
        pytest.param("${x} = 1", "$x", Number(1), id="name-in-braces"),
        pytest.param("[int] $x = 1", "$x", Number(1), id="typed-variable"),
        pytest.param("$a, $b = 1, 2", "$b", Number(2), id="several-targets"),
        pytest.param("$x = 1\n$x += 2", "$x", Operation("+", (Number(1), Number(2))), id="compound"),
        pytest.param("$x = @()\n$x += 'a'\n$x += 'b'", "$x", Listing((Text("a"), Text("b"))), id="grown-list"),
        pytest.param("Set-Variable -Name x -Value 1", "$x", Number(1), id="set-variable"),
        pytest.param("$h = @{ Tls = 'a' }", "$h.tls", Text("a"), id="entry-of-a-variable"),
        pytest.param("$t = [E]", "$t::A", A._replace(names=(*A.names, "?.A")), id="type-in-a-variable"),
        pytest.param("foreach ($x in 'a', 'b') { }", "$x", Operation("each", (Text("a"), Text("b"))), id="foreach"),
        pytest.param("param($x = 'a')", "$x", Parameter("", 0, "x", Text("a")), id="parameter-of-a-script"),
        pytest.param("$a = $b\n$b = $a", "$a", Unknown("a is defined by itself"), id="cycle"),
        pytest.param("function F {\n  return 'a'\n}", "F", Text("a"), id="function-of-the-file"),
        pytest.param("function F {\n  $q = 1\n  'a'\n}", "F", Text("a"), id="function-without-return"),
        pytest.param("using namespace N.M", "[Q]::R", Name(("N.M.Q.R", "System.Q.R", "Q.R")), id="using-namespace"),
        pytest.param(
            "if ($c) { $x = 1 } else { $x = 2 }",
            "$x",
            Choice((Arm("not ($c)", False, Number(2)), Arm("$c", False, Number(1)))),
            id="branches",
        ),
    ],
)
def test_values_of_names(before: str, use: str, expected: Value) -> None:
    assert value_of(use, before) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "'a', 'b' | ForEach-Object { [B]::Slot = $_ }", Operation("each", (Text("a"), Text("b"))), id="list"
        ),
        pytest.param(
            "[enum]::GetValues([E]) | % { if ($x) { [B]::Slot = $_ } }", Operation("members", (E,)), id="enum"
        ),
        pytest.param(
            "'a', 'b' | Where-Object { $x } | % { [B]::Slot = $_ }", Unknown("$_ is not known"), id="filtered"
        ),
        pytest.param("Get-It | Select-Object { [B]::Slot = $_ }", Unknown("$_ is not known"), id="another-command"),
        pytest.param("@('a', 'b').ForEach({ [B]::Slot = $_ })", Operation("each", (Text("a"), Text("b"))), id="method"),
        pytest.param("$x.Where({ [B]::Slot = $_ })", Unknown("$_ is not known"), id="another-method"),
    ],
)
def test_what_a_pipeline_hands_on(code: str, expected: Value) -> None:
    assert plain(one(code, "Slot").arguments[0].value) == expected


def test_a_member_of_tables_that_a_loop_goes_through() -> None:
    code = "$all = @(@{ Name = 'a'; Kind = [E]::A }, @{ Name = 'b'; Kind = [E]::B })\n"
    code += "foreach ($one in $all) { [B]::Slot = $one.Kind }\nforeach ($one in $all) { [B]::Slot = $one.Other }\n"
    code += "foreach ($one in $all) { if ($one.Name -eq $name) { [B]::Slot = $one.Kind } }"
    known, other, chosen = sites("powershell", code, ["Slot"])
    assert isinstance(plain(chosen.arguments[0].value), Name)
    assert plain(known.arguments[0].value) == IN_TURN
    assert isinstance(plain(other.arguments[0].value), Name)


IN_TURN = Operation("each", (Name(("System.E.A", "E.A")), Name(("System.E.B", "E.B"))))
SOME = Unknown("x takes some of the values of a loop")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("[B]::Slot = [E]::$x", IN_TURN, id="member"),
        pytest.param("[B]::Slot = [E]$x", IN_TURN, id="cast"),
        pytest.param('if ($y -like "*$x*") { [B]::Slot = [E]::$x }', IN_TURN, id="asked-of-another"),
        pytest.param("[B]::Slot = [E]::$unknown", Unknown("a member whose name is made at run time"), id="unknown"),
        pytest.param("if ($x -eq 'A') { [B]::Slot = $x }", SOME, id="asked"),
        pytest.param("if (-not ($x -cin $some)) { [B]::Slot = $x }", SOME, id="asked-whether-listed"),
        pytest.param(
            '[B]::Slot = "p\\$x\\q"', Operation("each", (Text("p\\A\\q"), Text("p\\B\\q"))), id="inside-a-text"
        ),
    ],
)
def test_what_a_loop_gives_in_turn(body: str, expected: Value) -> None:
    code = f"foreach ($x in 'A', 'B') {{ {body} }}"
    assert plain(one(code, "Slot").arguments[0].value) == expected


@pytest.mark.parametrize("method", ["GetNames", "GetValues"])
def test_members_that_an_enumeration_is_asked_for(method: str) -> None:
    assert value_of(f"[E]::{method}([E])") == Operation("members", (E,))


def test_the_trace_tells_the_definition() -> None:
    site = one("$wanted = 192\n[My.Box]::Slot = $WANTED\n", "Slot")
    value, steps = strip(site.arguments[0].value)
    assert value == Number(192)
    assert [(step.region.line, step.text) for step in steps] == [(1, "$wanted = 192")]


def test_a_parameter_keeps_its_default_and_position() -> None:
    code = "function Open-It {\n  param($Name, [E] $Kind = 'A')\n  [My.Box]::Slot = $Kind\n}\n"
    site = one(code, "Slot")
    assert site.enclosing == "Open-It"
    assert plain(site.arguments[0].value) == Parameter("Open-It", 1, "Kind", Text("A"))


def test_a_global_variable_of_another_file_stays_open() -> None:
    assert value_of("$global:Wanted") == Name(("wanted",))
    assert value_of("$Wanted", ". $PSScriptRoot/settings.ps1") == Name(("wanted",))


def test_a_file_defines_what_others_leave_open() -> None:
    speaker = frontend("powershell")
    data = b"$Global:Wanted = 192\nfunction F { $wanted = 1 }\n"
    assert speaker.may_define(data, "wanted")
    found = list(speaker.definitions(speaker.parse(SourceFile("a.ps1", data)), ["wanted"]))
    assert [(made.name, plain(made.value), made.step.region.line) for made in found] == [("wanted", Number(192), 1)]


# -- sites --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "names", "operator"),
    [
        ("[My.Box]::Slot = 1", ("System.My.Box.Slot", "My.Box.Slot"), "="),
        ("[System.Box]::Slot += 1", ("System.Box.Slot",), "+="),
        ("$b = [Box]::new()\n$b.Slot = 1", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        ("$b = New-Object Box\n$b.Slot = 1", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        (
            "$b = New-Object -TypeName 'A.Box' -ArgumentList 1\n$b.Slot -= 1",
            ("System.A.Box.Slot", "A.Box.Slot", "?.Slot"),
            "-=",
        ),
        ("param([Box] $b)\n$b.Slot = 1", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        ("[Box] $b = Get-It\n$b.Slot = 1", ("System.Box.Slot", "Box.Slot", "Get-It.Slot", "?.Slot"), "="),
        ("$b.In.Slot = 1", ("?.Slot",), "="),
        ("$b = [Box]::new()\n$b.In.Slot = 1", ("System.Box.In.Slot", "Box.In.Slot", "?.Slot"), "="),
        ("[Box]@{ Slot = 1 }", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        ("New-Object Box -Property @{ Slot = 1 }", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        ("class C : Box {\n  [int] $Slot = 1\n}", ("System.Box.Slot", "Box.Slot", "?.Slot"), "="),
        ("class C {\n  [void] M() { $this.Slot = 1 }\n}", ("C.Slot", "?.Slot"), "="),
    ],
)
def test_assignments(code: str, names: tuple[str, ...], operator: str) -> None:
    site = one(code, "Slot")
    assert (site.form, site.names, site.operator) == (Form.ASSIGN, names, operator)
    assert site.region.line == code.count("Slot = ", 0, 0) + 1 + code[: code.index("Slot")].count("\n")
    assert plain(site.arguments[0].value) == Number(1)


@pytest.mark.parametrize(
    ("code", "form", "names", "arguments"),
    [
        ("[Box]::Open(1, 'a')", Form.CALL, ("System.Box.Open", "Box.Open"), [(0, "", Number(1)), (1, "", Text("a"))]),
        ("$b.Open([E]::A, 2)", Form.CALL, ("?.Open",), [(0, "", A), (1, "", Number(2))]),
        ("$b.Open([E], 2)", Form.CALL, ("?.Open",), [(0, "", Name(("System.E", "E"))), (1, "", Number(2))]),
        (
            "$b.Open(1, [E]::A -bor [E]::B -bor 4)",
            Form.CALL,
            ("?.Open",),
            [(0, "", Number(1)), (1, "", Operation("|", (Operation("|", (A, B)), Number(4))))],
        ),
        ("[Open.Box]::new(1)", Form.NEW, ("System.Open.Box", "Open.Box"), [(0, "", Number(1))]),
        (
            "Open-Box a -Kind b c",
            Form.CALL,
            ("Open-Box",),
            [(0, "", Text("a")), (None, "Kind", Text("b")), (1, "", Text("c"))],
        ),
        ("My.Module\\Open-Box -Force a", Form.CALL, ("Open-Box",), [(0, "", Text("a"))]),
        ("Open-Box -Kind:b", Form.CALL, ("Open-Box",), [(None, "Kind", Text("b"))]),
        ("Open-Box -Kind b,c", Form.CALL, ("Open-Box",), [(None, "Kind", Listing((Text("b"), Text("c"))))]),
        (
            "Open-Box -Kind b, c , d",
            Form.CALL,
            ("Open-Box",),
            [(None, "Kind", Listing((Text("b"), Text("c"), Text("d"))))],
        ),
        ("Open-Box -Kind 'b', 'c'", Form.CALL, ("Open-Box",), [(None, "Kind", Listing((Text("b"), Text("c"))))]),
        ("Open-Box `\n  -Kind ([E]::A)", Form.CALL, ("Open-Box",), [(None, "Kind", A)]),
        ("Open-Box @more -Kind 3", Form.CALL, ("Open-Box",), [(None, "Kind", Number(3))]),
        (
            "open.exe add 'K' /v b /t WORD /d 1 /f",
            Form.CALL,
            ("open.exe",),
            [
                (0, "", Text("add")),
                (1, "", Text("K")),
                (None, "/v", Text("b")),
                (None, "/t", Text("WORD")),
                (None, "/d", Number(1)),
                (2, "", Text("/f")),
            ],
        ),
        ("open.exe /a /b", Form.CALL, ("open.exe",), [(0, "", Text("/a")), (1, "", Text("/b"))]),
        ("$x = Open-Box 1 | Out-Null", Form.CALL, ("Open-Box",), [(0, "", Number(1))]),
    ],
)
def test_calls(code: str, form: Form, names: tuple[str, ...], arguments: list[tuple[int | None, str, Value]]) -> None:
    site = one(code, "open" if code.startswith("open") else "Open")
    assert (site.form, site.names, site.region.line) == (form, names, 1)
    assert [(a.position, a.name, plain(a.value)) for a in site.arguments] == arguments


def test_new_object_is_a_command_and_a_constructor() -> None:
    found = sites("powershell", "$b = New-Object A.Box($x, 2)\n", ["New-Object", "Box"])
    assert [(site.form, site.names[0]) for site in found] == [(Form.CALL, "New-Object"), (Form.NEW, "System.A.Box")]
    assert [a.position for a in found[1].arguments] == [0, 1]
    assert plain(found[1].arguments[1].value) == Number(2)


@pytest.mark.parametrize(
    ("code", "option", "owner"),
    [
        ("$p = @{ Slot = 1 }\nOpen-It @P", ("Slot",), ("Open-It",)),
        ("$p = @{ Slot = 1 }", ("Slot",), ()),
        ("$p['Slot'] = 1\nOpen-It @p", ("Slot",), ("Open-It",)),
        ("[void]$p.Add('Slot', 1)\nOpen-It @p", ("Slot",), ("Open-It",)),
        ("$p.Set_Item('Slot', 1)\nOpen-It @p", ("Slot",), ("Open-It",)),
        ("Open-It -With @{ a = @{ Slot = 1 } }", ("a", "Slot"), ("Open-It",)),
        ("[ordered]@{ a = @{ Slot = 1 } }", ("a", "Slot"), ()),
    ],
)
def test_options(code: str, option: tuple[str, ...], owner: tuple[str, ...]) -> None:
    site = one(code, "Slot")
    assert (site.form, site.option, site.owner) == (Form.OPTION, option, owner)
    assert plain(site.arguments[0].value) == Number(1)


@pytest.mark.parametrize(
    "code", ["$p.Add('Slot', 1)", "$p.Remove('Slot', 1)\nOpen-It @p", "$p.Add($x, 'Slot')\nOpen-It @p"]
)
def test_what_adds_no_entry_of_that_name_is_no_option(code: str) -> None:
    assert [site for site in sites("powershell", code + "\n", ["Slot"]) if site.form is Form.OPTION] == []


def test_a_default_of_a_parameter_is_a_site() -> None:
    site = one("param(\n  [ValidateSet('a')]\n  [string] $Slot = 'a',\n  $Other\n)\nSet-It $slot\n", "Slot")
    assert (site.form, site.names, site.region.line) == (Form.PARAMETER, ("Slot",), 2)
    assert plain(site.arguments[0].value) == Text("a")


@pytest.mark.parametrize(
    "code",
    [
        "# [My.Box]::Slot = 1",
        "<# [My.Box]::Slot = 1\n#>",
        "Write-Output '[My.Box]::Slot = 1'",
        "if ([My.Box]::Slot -eq 1) { }",
        "$now = [My.Box]::Slot",
        "$Slot = 1",
        "Add-Type @'\nclass X { int Slot = 1; }\n'@",
    ],
)
def test_what_only_mentions_a_name_is_no_site(code: str) -> None:
    assert sites("powershell", code, ["Slot"]) == []


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("# [My.Box]::Slot = 1\n", False),
        ("<# [My.Box]::Slot = 1 #>\n# x\n", False),
        ("if ( [My.Box]::Slot = 1\n", True),
    ],
)
def test_a_file_of_comments_alone_is_no_failed_parse(code: str, broken: bool) -> None:
    unit = frontend("powershell").parse(SourceFile("a.ps1", code.encode()))
    at = code.index("Slot")
    assert bool(unit.errors([(at, at + 4)])) is broken


@pytest.mark.parametrize(
    ("code", "guarded"),
    [
        ("if ([Enum]::GetNames([E]) -contains 'A') { 1 } else {\n  [My.Box]::Slot = 1 }", True),
        ("if ([Enum]::GetNames([E]) -contains 'A') {\n  [My.Box]::Slot = 1 }", False),
        ("if ([Enum]::GetNames([E]) -notcontains 'A') {\n  [My.Box]::Slot = 1 }", True),
        ("if ($PSVersionTable.PSVersion.Major -lt 6) {\n  [My.Box]::Slot = 1 }", True),
        ("if ($PSVersionTable.PSVersion.Major -ge 6) {\n  [My.Box]::Slot = 1 }", False),
        ("if ([Environment]::OSVersion.Version.Major -eq 5) {\n  [My.Box]::Slot = 1 }", True),
        ("if ([Environment]::OSVersion.Version.Major -eq 10) {\n  [My.Box]::Slot = 1 }", False),
        ("if ($wanted -lt 6) {\n  [My.Box]::Slot = 1 }", False),
        ("try { 1 } catch [System.NotSupportedException] {\n  [My.Box]::Slot = 1 }", True),
        ("try { 1 } catch {\n  [My.Box]::Slot = 1 }", False),
    ],
)
def test_guards(code: str, guarded: bool) -> None:
    assert bool(one(code, "Slot").guard) == guarded


def test_a_name_that_is_kept_in_a_variable_leads_to_its_uses() -> None:
    speaker = frontend("powershell")
    code = b"foreach ($name in 'Secret', 'Other') {\n  Set-It -Name $name\n}\n"
    unit = speaker.parse(SourceFile("a.ps1", code))
    at = code.index(b"Secret")
    found = list(speaker.sites(unit, [(at, at + 6)], lambda draft: draft.form is Form.CALL))
    assert [(site.names, site.region.line) for site in found] == [(("Set-It",), 2)]


def test_texts_are_those_of_the_file() -> None:
    site = one("[My.Box]::Slot = $a ?? 'b'\n", "Slot")
    assert site.arguments[0].text == "$a ?? 'b'"
    site = one("$s.Slot(1, [E]::A -bor [E]::B)\n", "Slot")
    assert site.arguments[1].text == "[E]::A -bor [E]::B"


@pytest.mark.parametrize(
    "before",
    [
        pytest.param('$I = "c:\\temp\\bm#$CUID#.exe"', id="behind-a-variable"),
        pytest.param('Write-Host "Server $name # $(Get-Date) #1"', id="behind-a-variable-and-a-space"),
        pytest.param('$t = "${a}#b" + "$env:TEMP#x"  # the user\'s', id="behind-a-name-in-braces-and-a-drive"),
        pytest.param("$x = '$a #' # \"$b # c", id="not-in-a-comment"),
    ],
)
def test_a_sharp_in_a_text_is_no_comment(before: str) -> None:
    assert value_of("192", before) == Number(192)
    assert not frontend("powershell").parse(SourceFile("a.ps1", before.encode())).root.has_error


@pytest.mark.parametrize("dash", ["\u2013", "\u2014", "\u2015"])
def test_dashes_that_stand_for_hyphens(dash: str) -> None:
    site = one(f"Set-It {dash}Path 'a' -Name Slot {dash}Value 1\n", "Set-It")
    assert [(given.name, plain(given.value)) for given in site.arguments] == [
        ("Path", Text("a")),
        ("Name", Text("Slot")),
        ("Value", Number(1)),
    ]
    assert value_of(f"[E]::A {dash}bor [E]::B") == Operation("|", (A, B))


def test_errors_nearby_do_not_hide_a_site() -> None:
    site = one("function F {\n  if ($x {\n}\n\n[My.Box]::Slot = 1\n$y = )\n", "Slot")
    assert (site.names[-1], site.region.line) == ("My.Box.Slot", 5)


@pytest.mark.parametrize("inner", ["1", "[My.Box]::Slot"])
def test_deep_nesting_is_refused_quickly(inner: str) -> None:
    speaker = frontend("powershell")
    data = f"$Slot = {'(' * 100_000}{inner}{')' * 100_000}\n[My.Box]::Slot = 1\n".encode()
    started = time.process_time()
    unit = speaker.parse(SourceFile("a.ps1", data))
    last = data.rindex(b"Slot")
    found = list(speaker.sites(unit, [(last, last + 4)], lambda draft: draft.form is Form.ASSIGN))
    assert [site.region.line for site in found] == [2]
    if inner != "1":
        first = data.index(b"Box")
        with pytest.raises(TooDeep):
            list(speaker.sites(unit, [(first, first + 3)], lambda draft: True))
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("\u2018Tls\u2019", "Tls"),
        ("'Tls\u2019", "Tls"),
        ("\u201aTls\u201b", "Tls"),
        ("\u201cTls\u201d", "Tls"),
        ('\u201eTls"', "Tls"),
        ('"a \u2018b\u2019"', "a \u2018b\u2019"),
        ("'a \u201cb\u201d'", "a \u201cb\u201d"),
        ("\u2018\u2019", ""),
    ],
)
def test_typographic_quotes_are_quotes(written: str, text: str) -> None:
    before = "# it\u2019s \u201cso\n<# don\u2019t #>\n@'\nit\u2019s\n'@\n"
    code = f"{before}[C]::Slot = {written}\n"
    site = one(code, "Slot")
    assert plain(site.arguments[0].value) == Text(text)
    region = site.arguments[0].region
    assert code.encode()[region.start : region.end].decode().strip() == written
    assert (region.line, region.column) == (6, code.splitlines()[5].index(written) + 1)


@pytest.mark.parametrize("end", ["`  \n", "`\t\r\n", "`\n"])
def test_a_backtick_before_blanks_escapes_one(end: str) -> None:
    assert value_of(f"[E]::A -bor {end} [E]::B") == Operation("|", (A, B))


@pytest.mark.parametrize("number", ["5MB", "1.5Gb", "0x1FL", "5D", "5mb", "7"])
def test_numbers_with_suffixes_are_read(number: str) -> None:
    code = f"function F {{ if (G $x | H {{ $_.sum -gt {number} }}) {{ I $x }} }}\n[C]::Slot = 'Tls 5MB'\n"
    site = one(code, "Slot")
    assert (site.region.line, plain(site.arguments[0].value)) == (2, Text("Tls 5MB"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("param([string]$Tls = 'Tls')", "fails TLSv1.0"),
        ("param([string]$Tls = 'Tls12')", "caps TLSv1.2"),
        ("param([Parameter(Mandatory)][string]$Tls)", "unresolved"),
        ("function Go {\nparam([string]$Tls = 'Tls')", "fails TLSv1.0"),
    ],
)
def test_a_member_that_a_parameter_names(head: str, expected: str, tmp_path: Path) -> None:
    use = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::$Tls"
    code = f"{head}\n{use}\n" + ("}\n" if "function" in head else "")
    assert list(told(scanned(tmp_path, {"a.ps1": code})).values()) == [expected]
