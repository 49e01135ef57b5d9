"""What `#if` asks of the frameworks that .NET code is compiled for, and code that is judged on those alone."""

from pathlib import Path

import pytest

from tlsscan.frontends.compiled import compiled
from tlsscan.model import Level
from tlsscan.products import Target
from tlsscan.protocol import Version, tokens
from tlsscan.targets import UNKNOWN, always, compiling
from tree_scans import scanned, told

EVERY = tuple(
    Target(*words.split())
    for words in ("netfx 3.5", "netfx 4.5.2", "netfx 4.8", "netstandard 2.0", "dotnet 3.1", "dotnet 8.0")
)


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("NET35", "netfx 3.5"),
        ("NETFRAMEWORK", "netfx 3.5, netfx 4.5.2, netfx 4.8"),
        ("NET45", ""),  # the symbol of net452 is NET452
        ("NET45_OR_GREATER", "netfx 4.5.2, netfx 4.8"),
        ("NETFRAMEWORK && !NET35", "netfx 4.5.2, netfx 4.8"),
        ("NET35 || NETSTANDARD2_0", "netfx 3.5, netstandard 2.0"),
        ("NETSTANDARD1_3_OR_GREATER", "netstandard 2.0"),
        ("NETCOREAPP", "dotnet 3.1, dotnet 8.0"),
        ("NET", "dotnet 8.0"),
        ("NET5_0_OR_GREATER", "dotnet 8.0"),
        ("NETCOREAPP3_1_OR_GREATER", "dotnet 3.1, dotnet 8.0"),
        ("!(NETCOREAPP || NETSTANDARD)", "netfx 3.5, netfx 4.5.2, netfx 4.8"),
        ("not (NET35) and not (NETCOREAPP)", "netfx 4.5.2, netfx 4.8, netstandard 2.0"),
        ("Not NET35 AndAlso NETFRAMEWORK", "netfx 4.5.2, netfx 4.8"),
        ("NET35 == true", "netfx 3.5"),
        ("DEBUG && NET35", "netfx 3.5"),
    ],
)
def test_conditions_hold_for_targets(condition: str, wanted: str) -> None:
    assert ", ".join(" ".join(target[:2]) for target in compiling(condition, EVERY)) == wanted


@pytest.mark.parametrize("condition", ["", "DEBUG", "!DEBUG", "x > 3", "(NET35", "NET35 NET40", "net35", "(" * 300])
def test_what_is_not_known_may_be_compiled_for_any(condition: str) -> None:
    assert compiling(condition, EVERY) == EVERY


def test_of_an_unknown_target_nothing_is_known() -> None:
    assert compiling("NET35", (UNKNOWN,)) == (UNKNOWN,)
    assert compiling("NETFRAMEWORK", (Target("", "uap10.0"),)) == ()


def test_always() -> None:
    assert always("NETFRAMEWORK", EVERY[:3])
    assert not always("NETFRAMEWORK", EVERY)
    assert not always("DEBUG", EVERY)
    assert not always("NETFRAMEWORK", ())


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        (["#if NET35", "HERE", "#endif"], "NET35"),
        (["#if NET35 // old", "#elif NET40", "HERE", "#endif"], "not (NET35) and NET40"),
        (["#if NET35", "#else", "HERE", "#endif"], "not (NET35)"),
        (["# if A", "#if B", "HERE", "#endif", "#endif"], "B and A"),
        (["#if A", "#endif", "HERE"], ""),
        (["#define NET35", "#if NET35", "HERE", "#endif"], ""),
        (["#if A", "HERE"], ""),
        (["#endif", "#else", "HERE"], ""),
    ],
)
def test_what_surrounds_a_place(lines: list[str], asked: str) -> None:
    data = "\n".join(lines).encode()
    assert compiled(data, data.index(b"HERE")) == asked


def test_what_surrounds_a_place_in_visual_basic() -> None:
    data = b"#If NET35 And Not Mono Then ' old\r\nA\r\n#ElseIf net40\r\nB\r\n#Else\r\nC\r\n#End If\r\nD"
    around = [compiled(data, data.index(b"\n%c" % letter) + 1, caseless=True) for letter in b"ABCD"]
    assert around == [
        "NET35 && ! MONO",
        "not (NET35 && ! MONO) and NET40",
        "not (NET35 && ! MONO) and not (NET40)",
        "",
    ]


PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
<PropertyGroup>{output}<TargetFrameworks>{targets}</TargetFrameworks></PropertyGroup>
</Project>
"""
ARMS = """using System.Net;
class Start { void Up() {
#if NET35
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
#elif NET40
  ServicePointManager.SecurityProtocol = SecurityProtocolType.Ssl3;
#else
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
#endif
} }
"""


def project(targets: str, *, program: bool = False) -> str:
    return PROJECT.format(targets=targets, output="<OutputType>Exe</OutputType>" if program else "")


def test_an_arm_that_no_target_compiles_says_nothing(tmp_path: Path) -> None:
    found = told(scanned(tmp_path, {"N.cs": ARMS, "N.csproj": project("net35;net48")}))
    assert "N.cs:4 SecurityProtocolType.Tls" in found
    assert "N.cs:6 SecurityProtocolType.Ssl3" not in found


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"N.csproj": project("net48;$(More)")},
        {"N.csproj": project("net48"), "Old.csproj": "<Project><PropertyGroup><TargetFrameworkVersion>v4.0"
         "</TargetFrameworkVersion></PropertyGroup></Project>"},
        {"N.csproj": project("net48").replace("<T", "<DefineConstants>NET40</DefineConstants><T", 1)},
        {"N.csproj": project("net48"), "b/M.csproj": project("net40").replace(
            "</Project>", '<ItemGroup><Compile Include="..\\*.cs" /></ItemGroup></Project>')},
    ],
    ids=["no project", "unknown targets", "an older project", "symbols by hand", "compiled elsewhere"],
)  # fmt: skip
def test_an_arm_that_may_be_compiled_is_judged(files: dict[str, str], tmp_path: Path) -> None:
    found = told(scanned(tmp_path, {"N.cs": ARMS, **files}))
    assert found["N.cs:6 SecurityProtocolType.Ssl3"] == "fails SSLv3"


@pytest.mark.parametrize(
    "symbols",
    [
        "<DefineConstants>NETSTANDARD2_0;NETFULL</DefineConstants><T",
        "<DefineConstants>NET35;NETFULL</DefineConstants><T",
        "<DefineConstants Condition=\"'$(TargetFramework)' == 'net40'\">NET40;FULL</DefineConstants><T",
    ],
    ids=["other symbols", "of another arm", "of the target that has it anyway"],
)
def test_symbols_by_hand_leave_the_others_to_the_targets(symbols: str, tmp_path: Path) -> None:
    found = told(scanned(tmp_path, {"N.cs": ARMS, "N.csproj": project("net35;net48").replace("<T", symbols, 1)}))
    assert "N.cs:6 SecurityProtocolType.Ssl3" not in found
    assert "N.cs:4 SecurityProtocolType.Tls" in found


def test_a_library_is_judged_on_the_program_that_references_it_as_compiled_for_that(tmp_path: Path) -> None:
    code = """using System.Net.Http; using System.Security.Authentication;
public class Maker { public HttpClient Make() {
  var handler = new HttpClientHandler();
#if NET8_0_OR_GREATER
  handler.SslProtocols = SslProtocols.None;
#else
  handler.SslProtocols = SslProtocols.Tls;
#endif
  return new HttpClient(handler);
} }
"""
    library = project("net452;net8.0").replace("<T", "<DefineConstants>NET452</DefineConstants><T", 1)
    program = project("net452", program=True).replace(
        "</Project>", '<ItemGroup><ProjectReference Include="../L/L.csproj" /></ItemGroup></Project>'
    )
    found = told(scanned(tmp_path, {"L/N.cs": code, "L/L.csproj": library, "P/P.csproj": program}))
    assert [place for place in found if place.startswith("L/N.cs")] == ["L/N.cs:7 SslProtocols.Tls"]


@pytest.mark.parametrize(("targets", "level"), [("net35", Level.ERROR), ("net35;net48", Level.WARNING)])
def test_what_holds_for_all_targets_is_no_guard(targets: str, level: Level, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"N.cs": ARMS, "N.csproj": project(targets, program=True)})
    (found,) = [f for f in report.findings if f.usage.place.region.line == 4 and f.usage.place.path == "N.cs"]
    assert (found.verdict, found.level) == ("fails", level)
    assert ("NET35" in found.message) == (level is Level.WARNING)


def test_an_arm_is_judged_on_the_targets_that_compile_it(tmp_path: Path) -> None:
    """`|= Tls12` keeps the TLS 1.0 that 4.5 offers by itself; on 4.8 nothing older is offered."""
    either = ARMS.replace("#else", "#elif NETFRAMEWORK")
    for targets, wanted in (("net35;net45", "allows"), ("net35;net48", "caps")):
        report = scanned(tmp_path, {"N.cs": either, "N.csproj": project(targets, program=True)})
        (found,) = [f for f in report.findings if f.usage.place.region.line == 8 and f.usage.place.path == "N.cs"]
        assert found.verdict == wanted, targets
        assert "3.5" not in found.message


def test_values_under_a_directive_count_where_they_are_compiled(tmp_path: Path) -> None:
    code = """using System.Net;
class Start { void Up() {
#if NET40
  var wanted = SecurityProtocolType.Ssl3;
#else
  var wanted = SecurityProtocolType.Tls12 | SecurityProtocolType.Tls11;
#endif
  ServicePointManager.SecurityProtocol = wanted;
} }
"""
    (found,) = scanned(tmp_path, {"N.cs": code, "N.csproj": project("net48")}).findings
    assert sorted(version.token for version in found.usage.permitted.versions) == ["TLSv1.1", "TLSv1.2"]
    assert not found.usage.condition


def test_visual_basic_arms(tmp_path: Path) -> None:
    code = """Imports System.Net
Module Start
  Sub Up()
#If NET35 Then
    ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls
#Else
    ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls11
#End If
  End Sub
End Module
"""
    found = told(scanned(tmp_path, {"N.vb": code, "N.vbproj": project("net48", program=True)}))
    assert [place for place in found if place.startswith("N.vb:")] == ["N.vb:7 SecurityProtocolType.Tls11"]


def test_a_library_of_several_frameworks_claims_all_of_them(tmp_path: Path) -> None:
    claims = scanned(tmp_path, {"N.cs": ARMS, "N.csproj": project("net45;netstandard2.0;net6.0")}).claims
    assert ".NET Framework >=4.5 by N.csproj:2 (requirement)" in claims
    assert ".NET Core >=2.0 | 6.0 by N.csproj:2 (requirement)" in claims


SET = "  ServicePointManager.SecurityProtocol = SecurityProtocolType.{}; Run();"


def compiled_under(tmp_path: Path, *lines: str, name: str = "N.cs") -> dict[int, tuple[Level, str]]:
    """Level and condition of what is told at each line of a class in some code."""
    head = ("using System.Net;", "class Start {") if name == "N.cs" else ("Imports System.Net", "Class Start")
    code = "\n".join([*head, *lines, "}" if name == "N.cs" else "End Class", ""])
    report = scanned(tmp_path, {name: code})
    return {f.usage.place.region.line: (f.level, f.usage.condition) for f in report.findings}


def test_a_directive_without_another_arm_is_told(tmp_path: Path) -> None:
    lines = ("void Up() {", "#if CARDS", SET.format("Tls"), "#endif", "}")
    assert compiled_under(tmp_path, *lines) == {5: (Level.ERROR, "CARDS")}


@pytest.mark.parametrize(
    ("asked", "told"),
    [("NET35", (Level.WARNING, "NET35")), ("!NET35", (Level.ERROR, "!NET35")), ("DEBUG", (Level.ERROR, "DEBUG"))],
)
def test_a_directive_around_a_whole_member(asked: str, told: tuple[Level, str], tmp_path: Path) -> None:
    lines = (f"#if {asked}", "void Up() {", SET.format("Tls"), "}", "#endif")
    assert compiled_under(tmp_path, *lines) == {5: told}


def test_the_other_arm_of_whole_members(tmp_path: Path) -> None:
    lines = ("#if NET45", "void Up() {", SET.format("Tls12"), "}", "#else", "void Up() {", SET.format("Tls"), "}")
    assert compiled_under(tmp_path, *lines, "#endif")[9] == (Level.ERROR, "not (NET45)")


@pytest.mark.parametrize(
    "lines",
    [
        ("#if false", "void Up() {", SET.format("Tls"), "}", "#endif"),
        ("void Up() {", "#if FALSE", SET.format("Tls"), "#endif", "}"),
        ("void Up() {", "#if true", "#else", SET.format("Tls"), "#endif", "}"),
        ("void Up() {", "if (false) {", SET.format("Tls"), "} }"),
        ("void Up() {", "if (true) { } else {", SET.format("Tls"), "} }"),
        ("void Up() {", "var p = SecurityProtocolType.SystemDefault;", "if (false) p = SecurityProtocolType.Tls;",
         "ServicePointManager.SecurityProtocol = p; }"),
        ("#if false", "static SecurityProtocolType P = SecurityProtocolType.Tls;", "#else",
         "static SecurityProtocolType P = SecurityProtocolType.SystemDefault;", "#endif",
         "void Up() { ServicePointManager.SecurityProtocol = P; }"),
    ],
)  # fmt: skip
def test_what_nothing_compiles_or_runs_says_nothing(lines: tuple[str, ...], tmp_path: Path) -> None:
    assert compiled_under(tmp_path, *lines) == {}


def test_what_runs_once_before_a_condition_is_asked_is_judged(tmp_path: Path) -> None:
    assert list(compiled_under(tmp_path, "void Up() { do {", SET.format("Tls"), "} while (false); }")) == [4]


@pytest.mark.parametrize(
    "lines",
    [
        ("Sub Up()", "#If False Then", SET.format("Tls").replace("; Run();", ""), "#End If", "End Sub"),
        ("Sub Up()", "If False Then", SET.format("Tls").replace("; Run();", ""), "End If", "End Sub"),
        ("Sub Up()", "If False Then" + SET.format("Tls").replace("; Run();", ""), "End Sub"),
    ],
)
def test_visual_basic_that_nothing_runs_says_nothing(lines: tuple[str, ...], tmp_path: Path) -> None:
    assert compiled_under(tmp_path, *lines, name="N.vb") == {}


APART = {
    "A.cs": """using System.Net.Security;
using System.Security.Authentication;
class C {
#if ONE
  static SslProtocols all = SslProtocols.Ssl3;
#elif TWO
  static SslProtocols all = SslProtocols.Tls;
#endif
  SslProtocols own;
  public C(bool old) { if (old) own = all; }
#if ONE
  void Up(SslStream s) { s.AuthenticateAsClient("h", null, own, false); }
  void Plain(SslStream s) { s.AuthenticateAsClient("h", null, all, false); }
#elif TWO
  void Up(SslStream s) { s.AuthenticateAsClient("h", null, own, false); }
  void Plain(SslStream s) { s.AuthenticateAsClient("h", null, all, false); }
#endif
  void Any(SslStream s) { s.AuthenticateAsClient("h", null, all, false); }
}
""",
    "A.vb": """Imports System.Net.Security
Imports System.Security.Authentication
Class C
#If ONE Then
  Private all As SslProtocols = SslProtocols.Ssl3
#Else
  Private all As SslProtocols = SslProtocols.Tls
#End If
#If ONE Then
  Sub Plain(s As SslStream)
    s.AuthenticateAsClient("h", Nothing, all, False)
  End Sub
#Else
  Sub Plain(s As SslStream)
    s.AuthenticateAsClient("h", Nothing, all, False)
  End Sub
#End If
End Class
""",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A.cs", {12: ["SSLv3"], 13: ["SSLv3"], 15: ["TLSv1.0"], 16: ["TLSv1.0"], 18: ["SSLv3", "TLSv1.0"]}),
        ("A.vb", {11: ["SSLv3"], 15: ["TLSv1.0"]}),
    ],
)
def test_what_another_arm_gives_a_member_is_none_of_its_values(
    name: str, expected: dict[int, list[str]], tmp_path: Path
) -> None:
    """Also on the way through a constructor that all arms share."""
    old = (Version.SSLV3, Version.TLS1_0)
    found = scanned(tmp_path, {name: APART[name]}).findings
    shown = {one.usage.place.region.line: tokens(v for v in old if v.label in one.message) for one in found}
    assert shown == expected
