"""A setting of the whole process that .NET code writes several times: what replaces, what adds, what is one object."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned, told

VB = """Imports System.Net
Module Start
  Sub Up()
    {body}
  End Sub
  Sub Add(one As SecurityProtocolType)
    Try
      ServicePointManager.SecurityProtocol = ServicePointManager.SecurityProtocol Or one
    Catch ex As NotSupportedException
    End Try
  End Sub
End Module
"""
CS = """using System.Net;
class Start {{
  void Up() {{
    {body}
  }}
  void Add(SecurityProtocolType one) {{
    try {{ ServicePointManager.SecurityProtocol |= one; }} catch (System.NotSupportedException) {{ }}
  }}
}}
"""
SET = "ServicePointManager.SecurityProtocol"
KIND = "System.Security.Authentication.SslProtocols"


def found(tmp_path: Path, name: str, *body: str) -> dict[int, str]:
    """Verdict and versions by line of the body."""
    text = (VB if name.endswith(".vb") else CS).format(body="\n    ".join(body))
    return {
        int(place.partition(":")[2].partition(" ")[0]) - 3: said
        for place, said in told(scanned(tmp_path / name[2:], {name: text})).items()
        if said != "unresolved"  # what nobody passes
    }


def test_one_class_however_it_is_qualified(tmp_path: Path) -> None:
    body = [f"{SET} = SecurityProtocolType.Ssl3", f"System.Net.{SET} = SecurityProtocolType.Tls12", "Go()"]
    assert found(tmp_path, "A.vb", *body) == {2: "caps TLSv1.2"}
    assert found(tmp_path, "A.cs", *(f"{line};" for line in body)) == {2: "caps TLSv1.2"}


def test_what_is_assigned_anew_was_not_taken_away(tmp_path: Path) -> None:
    vb = f"{SET} = {SET} And Not SecurityProtocolType.Tls"
    assert found(tmp_path, "A.vb", vb, f"{SET} = SecurityProtocolType.Tls") == {2: "fails TLSv1.0"}
    cs = f"{SET} &= ~SecurityProtocolType.Tls;"
    both = f"{SET} = SecurityProtocolType.Tls | SecurityProtocolType.Tls12;"
    assert found(tmp_path, "A.cs", cs, both) == {2: "allows TLSv1.0 TLSv1.2"}


def test_taking_away_leaves_what_was_assigned_further_up(tmp_path: Path) -> None:
    steps = [f"{SET} = SecurityProtocolType.Ssl3", "", f"{SET} = {SET} And Not SecurityProtocolType.Tls", ""]
    added = f"{SET} = {SET} Or SecurityProtocolType.Tls12"
    assert found(tmp_path, "A.vb", *steps, added) == {1: "allows SSLv3 TLSv1.2"}
    plain = ";\n".join((*steps, added)).replace("And Not ", "& ~").replace(" Or ", " | ") + ";"
    assert found(tmp_path, "A.cs", *plain.split("\n")) == {1: "allows SSLv3 TLSv1.2"}
    script = "\n".join((*steps, added)).replace("And Not ", "-band -bnot ").replace(" Or ", " -bor ")
    script = script.replace(SET, f"[Net.{SET}]".replace(".Sec", "]::Sec").removesuffix("]"))
    script = script.replace("SecurityProtocolType.", "[Net.SecurityProtocolType]::")
    assert told(scanned(tmp_path / "ps1", {"A.ps1": script})) == {
        "A.ps1:1 [Net.SecurityProtocolType]::Ssl3": "allows SSLv3 TLSv1.2"
    }


@pytest.mark.parametrize(("name", "end"), [("A.vb", ""), ("A.cs", ";")])
def test_what_calls_add_in_turn_is_one_setting(name: str, end: str, tmp_path: Path) -> None:
    calls = [f"Add(SecurityProtocolType.{version}){end}" for version in ("Tls", "Tls11", "Tls12")]
    assert found(tmp_path, name, *calls) == {1: "allows TLSv1.0 TLSv1.1 TLSv1.2", 2: "allows TLSv1.0 TLSv1.1 TLSv1.2"}
    apart = found(tmp_path, name, calls[0], f"Connect(){end}", f"Send(){end}", calls[2])
    assert apart == {1: "fails TLSv1.0", 4: "caps TLSv1.2"}


SSL3, TLS, TLS12 = (f"SecurityProtocolType.{version}" for version in ("Ssl3", "Tls", "Tls12"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([f"if (old) {SET} = {TLS};", f"{SET} = {TLS12};", "Go();"], {2: "caps TLSv1.2"}),
        (
            [
                f"if (old) {SET} = {TLS};",
                f"else {{ {SET} = SecurityProtocolType.Ssl3; }}",
                f"{SET} = {TLS12};",
                "Go();",
            ],
            {3: "caps TLSv1.2"},
        ),
        (
            [f"if (old) {{ {SET} = {TLS}; return; }}", f"{SET} = {TLS12};", "Go();"],
            {1: "fails TLSv1.0", 2: "caps TLSv1.2"},
        ),
        (
            [f"if (old) {{ {SET} = {TLS}; Go(); }}", f"{SET} = {TLS12};", "Go();"],
            {1: "fails TLSv1.0", 2: "caps TLSv1.2"},
        ),
        ([f"{SET} = {TLS12};", f"if (old) {SET} = {TLS};", "Go();"], {1: "caps TLSv1.2", 2: "fails TLSv1.0"}),
    ],
)
def test_what_a_branch_sets_may_be_replaced_behind_it(
    body: list[str], expected: dict[int, str], tmp_path: Path
) -> None:
    assert found(tmp_path, "A.cs", *body) == expected


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("h.Proxy = null;", {4: "caps TLSv1.2"}),
        ("Use(h);", {2: "fails TLSv1.0", 4: "caps TLSv1.2"}),
        ("h.SslProtocols = SslProtocols.Ssl3;", {2: "fails TLSv1.0", 3: "fails SSLv3", 4: "caps TLSv1.2"}),
        ("h = new HttpClientHandler();", {2: "fails TLSv1.0", 4: "caps TLSv1.2"}),
        (f"if (old) h.SslProtocols = {KIND}.Ssl3;", {4: "caps TLSv1.2"}),
        (f"if (old) h.SslProtocols = {KIND}.Ssl3; else h.SslProtocols = {KIND}.Tls11;", {4: "caps TLSv1.2"}),
    ],
)
def test_a_member_that_is_set_anew_before_its_object_is_used(
    between: str, expected: dict[int, str], tmp_path: Path
) -> None:
    new, first, last = (
        "var h = new System.Net.Http.HttpClientHandler();",
        f"h.SslProtocols = {KIND}.Tls;",
        f"h.SslProtocols = {KIND}.Tls12;",
    )
    assert found(tmp_path, "A.cs", new, first, between, last, "Use(h);") == expected


def test_objects_that_a_variable_gets_in_turn_are_several(tmp_path: Path) -> None:
    body = [f"h = new System.Net.Http.HttpClientHandler {{ SslProtocols = {KIND}.{one} }};" for one in ("Tls", "Tls12")]
    assert found(tmp_path, "A.cs", *body) == {1: "fails TLSv1.0", 2: "caps TLSv1.2"}


def test_visual_basic_replaces_behind_a_branch_as_well(tmp_path: Path) -> None:
    body = [f"If old Then {SET} = {TLS}", f"{SET} = {TLS12}", "Go()"]
    assert found(tmp_path, "A.vb", *body) == {2: "caps TLSv1.2"}


@pytest.mark.parametrize("flags", [("0x300", "0xC00"), ("0xC00", "0x300")])
def test_steps_that_may_fail_are_one_setting(flags: tuple[str, ...], tmp_path: Path) -> None:
    """Each of them in a `try`: what the last ones alone would come to is no finding of its own."""
    target = "<PropertyGroup><TargetFramework>net40</TargetFramework></PropertyGroup>"
    project = f"<Project Sdk='Microsoft.NET.Sdk'>{target}</Project>"
    body = "\n    ".join(f"try {{ {SET} |= (SecurityProtocolType){flag}; }} catch {{ }}" for flag in flags)
    said = told(scanned(tmp_path, {"A.cs": CS.format(body=body), "A.csproj": project}))
    every = {place: text for place, text in said.items() if "SecurityProtocolType)0x" in place}
    old = next(place for place in every if "0x300" in place)
    assert every == {old: "allows SSLv3 TLSv1.0 TLSv1.1 TLSv1.2"}


PS = "[Net.ServicePointManager]::SecurityProtocol"


def flag(version: str) -> str:
    return f"[Net.SecurityProtocolType]::{version}"


def added(name: str, version: str, condition: str = "") -> str:
    """What adds a version to the setting, on one line; `{flag}` and `{set}` in the condition are what they say."""
    kind, setting = f"SecurityProtocolType.{version}", SET
    if name.endswith(".ps1"):
        kind, setting = flag(version), PS
    condition = condition.format(flag=kind, set=setting)
    if name.endswith(".ps1"):
        change = f"{setting} = {setting} -bor {kind}"
        return f"if ({condition}) {{ {change} }}" if condition else change
    if name.endswith(".vb"):
        change = f"{setting} = {setting} Or {kind}"
        return f"If {condition} Then\n{change}\nEnd If" if condition else change
    change = f"{setting} = {setting} | {kind};"
    return f"if ({condition}) {{ {change} }}" if condition else change


def said(tmp_path: Path, name: str, *body: str) -> list[str]:
    """Verdicts and versions in the order of their places."""
    text = "\n".join(body)
    if not name.endswith(".ps1"):
        text = (VB if name.endswith(".vb") else CS).format(body=text)
    places = told(scanned(tmp_path, {name: text}))
    ordered = sorted(places, key=lambda place: int(place.partition(":")[2].partition(" ")[0]))
    return [places[place] for place in ordered if places[place] != "unresolved"]


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("A.ps1", "-not ({set} -band {flag})"),
        ("A.ps1", "-not {set}.HasFlag({flag})"),
        ("A.ps1", "({set} -band {flag}) -eq 0"),
        ("A.ps1", "({set} -band {flag}) -ne {flag}"),
        ("A.cs", "!{set}.HasFlag({flag})"),
        ("A.cs", "({set} & {flag}) == 0"),
        ("A.vb", "Not {set}.HasFlag({flag})"),
        ("A.vb", "({set} And {flag}) = 0"),
    ],
)
def test_flags_that_are_added_where_they_are_missing_are_one_setting(name: str, condition: str, tmp_path: Path) -> None:
    chain = [added(name, version, condition) for version in ("Tls", "Tls11", "Tls12")]
    assert said(tmp_path / "all", name, *chain) == ["allows TLSv1.0 TLSv1.1 TLSv1.2"] * 2
    other = [added(name, "Tls", condition), "Go-Now" if name == "A.ps1" else "Go()", added(name, "Tls12", condition)]
    assert said(tmp_path / "apart", name, *other) == ["fails TLSv1.0", "caps TLSv1.2"]


@pytest.mark.parametrize(
    ("name", "held", "condition"),
    [
        ("A.ps1", "$old = {}", "-not $old.HasFlag({flag})"),
        ("A.ps1", "$old = {}; Write-Verbose $old", "($OLD -band {flag}) -eq 0"),
        ("A.cs", "var old = {};", "!old.HasFlag({flag})"),
        ("A.cs", "SecurityProtocolType old = {};", "(old & {flag}) == 0"),
    ],
)
def test_a_variable_may_hold_what_was_set_before(name: str, held: str, condition: str, tmp_path: Path) -> None:
    setting, other = (PS, "$Wanted") if name == "A.ps1" else (SET, "Wanted.Protocol")
    more = [added(name, version, condition) for version in ("Tls11", "Tls12")]
    assert said(tmp_path / "kept", name, held.format(setting), *more) == ["allows TLSv1.1 TLSv1.2"]
    (found,) = [f for f in scanned(tmp_path / "kept", {}).findings if f.verdict != "unresolved"]
    assert (found.usage.condition, found.usage.note) == ("", "")
    said(tmp_path / "other", name, held.format(other), *more)
    assert {found.usage.condition for found in scanned(tmp_path / "other", {}).findings} != {""}


def test_a_text_that_asks_for_a_flag_makes_sure_of_it(tmp_path: Path) -> None:
    chain = [added("A.ps1", version, f"{PS} -notmatch '{version}'") for version in ("Tls11", "Tls12")]
    assert said(tmp_path, "A.ps1", *chain) == ["allows TLSv1.1 TLSv1.2"]


@pytest.mark.parametrize(
    ("name", "asks", "call"), [("A.ps1", "$x", "Go-Now"), ("A.cs", "x", "Go();"), ("A.vb", "x", "Go()")]
)
def test_what_is_added_further_out_joins_what_a_condition_adds(name: str, asks: str, call: str, tmp_path: Path) -> None:
    old, new, newest = added(name, "Tls11", asks), added(name, "Tls12"), added(name, "Tls13")
    assert said(tmp_path / "one", name, old, new) == ["allows TLSv1.1 TLSv1.2", "caps TLSv1.2"]
    assert said(tmp_path / "two", name, old, new, newest)[0] == "allows TLSv1.1 TLSv1.2 TLSv1.3"
    assert said(tmp_path / "apart", name, old, call, new) == ["fails TLSv1.1", "caps TLSv1.2"]
    before = added(name, "Tls")
    assert "fails" not in " ".join(said(tmp_path / "before", name, before, old, new))


def test_another_condition_does_not_make_sure_of_a_flag(tmp_path: Path) -> None:
    for name, condition in (
        ("A.ps1", f"-not ({PS} -band {flag('Ssl3')})"),
        ("A.ps1", f"{PS} -band {flag('Tls12')}"),
        ("A.vb", f"{SET}.HasFlag(SecurityProtocolType.Tls12)"),
        ("A.vb", f"Not {SET}.HasFlag(SecurityProtocolType.Tls12) AndAlso x"),
    ):
        first = f"{PS} = {flag('Tls11')}" if name == "A.ps1" else f"{SET} = SecurityProtocolType.Tls11"
        assert said(tmp_path / name, name, first, added(name, "Tls12", condition))[0] == "fails TLSv1.1"


ELSEWHERE = """using System.Net;
class A {{
  void Start() {{ ServicePointManager.SecurityProtocol = {set}; Run(); }}
  void Later() {{
    ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls11;
    Run();
  }}
}}
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("SecurityProtocolType.Tls12", "allows TLSv1.1 TLSv1.2"),
        ("SecurityProtocolType.Tls | SecurityProtocolType.Tls12", "allows TLSv1.1 TLSv1.2"),
        ("SecurityProtocolType.Tls", "fails TLSv1.1"),
        ("asked", "fails TLSv1.1"),
    ],
)
def test_what_another_function_sets_may_be_there_before(given: str, said: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"A.cs": ELSEWHERE.format(set=given)})
    assert told(report)["A.cs:5 SecurityProtocolType.Tls11"] == said
    (late,) = [f for f in report.findings if f.usage.place.region.line == 5]
    assert [place.region.line for place in late.usage.related] == ([3] if said.startswith("allows") else [])
    assert late.usage.assumed == (".NET Framework 4.8",)  # it starts from what that offers


def test_each_of_several_additions_is_told_with_its_own_condition(tmp_path: Path) -> None:
    flags = {"c.Tls10": "Tls", "c.Tls11": "Tls11"}
    added = [f"if ({flag}) {{ {SET} |= SecurityProtocolType.{word}; }}" for flag, word in flags.items()]
    report = scanned(tmp_path, {"A.cs": CS.format(body="\n    ".join([f"{SET} = 0;", *added, "Go();"]))})
    under = {f.usage.place.region.line - 3: (f.verdict, f.usage.condition) for f in report.findings}
    assert {line: under[line] for line in (2, 3)} == {2: ("fails", "c.Tls10"), 3: ("fails", "c.Tls11")}


def test_another_script_is_another_process(tmp_path: Path) -> None:
    add = "[Net.ServicePointManager]::SecurityProtocol {} [Net.SecurityProtocolType]::{}\nGet-Feed\n"
    files = {"a.ps1": add.format("+=", "Tls11"), "b.ps1": add.format("=", "Tls12")}
    assert told(scanned(tmp_path, files))["a.ps1:1 [Net.SecurityProtocolType]::Tls11"] == "fails TLSv1.1"


def test_nothing_is_taken_from_a_setting_that_is_empty(tmp_path: Path) -> None:
    """SystemDefault is 0, and stays it; older frameworks have flags to take away."""
    flags = "SecurityProtocolType.Tls12 | SecurityProtocolType.Tls13"
    gone = f"using System.Net;\nclass A {{ void B() {{\n  ServicePointManager.SecurityProtocol &= ~({flags});\n}} }}\n"
    assert told(scanned(tmp_path, {"A.cs": gone})) == {}
    project = (
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
        "<TargetFramework>net46</TargetFramework></PropertyGroup></Project>\n"
    )
    found = scanned(tmp_path, {"A.cs": gone, "A.csproj": project}).findings
    assert [f.verdict for f in found if f.usage.place.path == "A.cs"] == ["fails"]


@pytest.mark.parametrize(
    "condition",
    [
        "-not ([bool]({set} -band {flag}))",
        "![int]({set} -band {flag})",
        "-not (({set} -band {flag}) -ne 0)",
        "-not ([int]({set} -band {flag}) -gt 0)",
        "-not (({set} -band {flag}) -eq {flag})",
        "0 -eq ({set} -band {flag})",
        "[bool]({set} -band {flag}) -eq $false",
        "$false -eq {set}.HasFlag({flag})",
        "{set}.HasFlag({flag}) -ne $true",
        "({flag} -band {set}) -eq 0",
    ],
)
def test_a_script_may_ask_for_a_flag_in_many_ways(condition: str, tmp_path: Path) -> None:
    chain = [added("A.ps1", version, condition) for version in ("Tls", "Tls12")]
    assert said(tmp_path / "all", "A.ps1", *chain) == ["allows TLSv1.0 TLSv1.2"]


@pytest.mark.parametrize("kept", ["{0}", "{0} -ne $false", "{0} -eq $true", "-not ({0} -eq $false)", "{1} -ne 0"])
def test_a_script_may_ask_whether_a_flag_is_there(kept: str, tmp_path: Path) -> None:
    both = "({set} -band {flag})"
    step = added("A.ps1", "Tls12", kept.format(f"[bool]{both}", both))  # adds what is there
    assert said(tmp_path, "A.ps1", f"{PS} = {flag('Tls')}", step)[0] == "fails TLSv1.0"


@pytest.mark.parametrize("condition", ["-not $c.HasFlag({flag})", "-not ({set} -band {flag})"])
@pytest.mark.parametrize("beside", ["", 'Write-Verbose "adds one"; ', "# adds one\n"])
def test_what_only_tells_of_a_step_is_no_part_of_it(condition: str, beside: str, tmp_path: Path) -> None:
    steps = [added("A.ps1", version, condition) for version in ("Tls11", "Tls12")]
    steps = [step.replace("{ ", "{ " + beside).replace(" }", "; }") for step in steps]
    told = said(tmp_path, "A.ps1", f"$c = {PS}", steps[0], "Write-Verbose 'next'", steps[1])
    assert told[0] == "allows TLSv1.1 TLSv1.2"
    assert "fails" not in " ".join(told)


@pytest.mark.parametrize(
    "beside", ["; ", 'Console.WriteLine("adds one");', 'System.Diagnostics.Debug.WriteLine("adds");']
)
def test_what_only_tells_of_a_step_is_no_part_of_it_in_cs(beside: str, tmp_path: Path) -> None:
    steps = [added("A.cs", version, "!{set}.HasFlag({flag})") for version in ("Tls11", "Tls12")]
    steps = [step.replace("{ ", "{ " + beside) for step in steps]
    assert said(tmp_path, "A.cs", *steps) == ["allows TLSv1.1 TLSv1.2"]
    work = [step.replace("{ " + beside, "{ Go();") for step in steps]
    assert said(tmp_path, "A.cs", *work)[0] == "fails TLSv1.1"


STEPS = {
    "A.ps1": ("if (${asks}) {{ {adds} }}", "try {{ {adds} }} catch {{ Write-Warning 'no' }}", "Go-Now"),
    "A.cs": ("if ({asks}) {adds}", "try {{ {adds} }} catch (System.NotSupportedException) {{ Log(); }}", "Go();"),
    "A.vb": ("If {asks} Then\n{adds}\nEnd If", "Try\n{adds}\nCatch ex As NotSupportedException\nEnd Try", "Go()"),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("kind", [0, 1])
def test_an_old_version_that_a_newer_one_may_join_is_not_all(name: str, kind: int, tmp_path: Path) -> None:
    def step(asks: str, version: str) -> str:
        return STEPS[name][kind].format(asks=asks, adds=added(name, version))

    call = STEPS[name][2]
    every = "allows TLSv1.0 TLSv1.1 TLSv1.2"
    chain = said(tmp_path / "all", name, step("a", "Tls"), step("b", "Tls11"), step("c", "Tls12"))
    assert chain[0] == every
    assert "fails" not in " ".join(chain)
    plain = said(tmp_path / "first", name, added(name, "Tls"), step("b", "Tls12"))
    assert plain == ["allows TLSv1.0 TLSv1.2"]
    last = said(tmp_path / "last", name, added(name, "Tls"), step("b", "Tls11"), added(name, "Tls12"))
    assert last[0].startswith("allows TLSv1.0")
    assert "fails" not in " ".join(last)
    assert said(tmp_path / "apart", name, step("a", "Tls"), call, step("b", "Tls12"))[0] == "fails TLSv1.0"
    assert said(tmp_path / "old", name, step("a", "Tls"), step("b", "Tls11"))[0] == "fails TLSv1.0 TLSv1.1"


@pytest.mark.parametrize(
    ("name", "otherwise"),
    [
        ("A.ps1", "if ($a) {{ {old} }} else {{ {new} }}"),
        ("A.cs", "if (a) {{ {old} }} else {{ {new} }}"),
        ("A.vb", "If a Then\n{old}\nElse\n{new}\nEnd If"),
    ],
)
def test_what_the_other_branch_adds_joins_nothing(name: str, otherwise: str, tmp_path: Path) -> None:
    text = otherwise.format(old=added(name, "Tls"), new=added(name, "Tls12"))
    assert said(tmp_path, name, text) == ["fails TLSv1.0", "caps TLSv1.2"]


@pytest.mark.parametrize(
    ("name", "old", "end"),
    [("A.ps1", f"{PS} = {flag('Tls')}", ""), ("A.cs", f"{SET} = SecurityProtocolType.Tls", ";")],
)
def test_what_is_assigned_is_not_all_where_an_option_adds_to_it(name: str, old: str, end: str, tmp_path: Path) -> None:
    """There is a way to the newer version; what an option adds besides that is old has its own condition."""
    new, newest, oldest = (
        STEPS[name][0].format(asks=asks, adds=added(name, version))
        for asks, version in (("b", "Tls12"), ("c", "Tls13"), ("d", "Ssl3"))
    )
    assert said(tmp_path / "one", name, old + end, new) == ["allows TLSv1.0 TLSv1.2"]
    assert said(tmp_path / "used", name, old + end, STEPS[name][2], new)[0] == "fails TLSv1.0"
    every = said(tmp_path / "all", name, old + end, new, newest, oldest)
    assert every == ["allows TLSv1.0 TLSv1.2 TLSv1.3", "allows SSLv3 TLSv1.0 TLSv1.2 TLSv1.3"]
    assert said(tmp_path / "old", name, old + end, oldest)[0] == "fails TLSv1.0"


@pytest.mark.parametrize("change", ["{0} ^= {1}", "{0} = {0} ^ {1}"])
def test_a_flag_that_is_toggled_where_it_is_missing_is_added(change: str, tmp_path: Path) -> None:
    """On a framework that has it by itself, the line does not run."""
    flag = "SecurityProtocolType.Tls12"
    line = f"if (!{SET}.HasFlag({flag})) {{ {change.format(SET, flag)}; }}"
    project = (
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
        "<TargetFramework>net462</TargetFramework></PropertyGroup></Project>\n"
    )
    places = told(scanned(tmp_path, {"A.csproj": project, "A.cs": CS.format(body=line)}))
    assert [said for place, said in places.items() if place.startswith("A.cs:4")] == ["allows TLSv1.0 TLSv1.1 TLSv1.2"]


TOGGLES = {
    "A.ps1": [
        f"if ({PS} -band {{flag}}) {{{{ {PS} = {PS} -bxor {{flag}} }}}}",
        f"if (({PS} -band {{flag}}) -ne 0) {{{{ {PS} = {PS} -bxor {{flag}} }}}}",
        f"if ({PS}.HasFlag({{flag}})) {{{{ {PS} = {PS} -bxor {{flag}} }}}}",
    ],
    "A.vb": [
        f"If {SET}.HasFlag({{flag}}) Then\n{SET} = {SET} Xor {{flag}}\nEnd If",
        f"If ({SET} And {{flag}}) = {{flag}} Then {SET} = {SET} Xor {{flag}}",
        f"If ({SET} And {{flag}}) <> 0 Then {SET} = {SET} Xor {{flag}}",
    ],
    "A.cs": [
        f"if ({SET}.HasFlag({{flag}})) {{{{ {SET} = {SET} ^ {{flag}}; }}}}",
        f"if (({SET} & {{flag}}) != 0) {SET} ^= {{flag}};",
    ],
}


@pytest.mark.parametrize(("name", "change"), [(name, change) for name, every in TOGGLES.items() for change in every])
def test_a_flag_that_is_toggled_where_it_is_set_is_taken_away(name: str, change: str, tmp_path: Path) -> None:
    first = added(name, "Tls12")
    kinds = [flag(one) if name == "A.ps1" else f"SecurityProtocolType.{one}" for one in ("Ssl3", "Tls")]
    steps = [change.format(flag=kind) for kind in kinds]
    assert said(tmp_path, name, first, *steps) == ["caps TLSv1.2"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("A.ps1", f"if (-not ({PS} -band {{flag}})) {{{{ {PS} = {PS} -bxor {{flag}} }}}}"),
        ("A.vb", f"If Not {SET}.HasFlag({{flag}}) Then {SET} = {SET} Xor {{flag}}"),
    ],
)
def test_a_flag_that_is_toggled_where_it_is_not_set_is_added(name: str, change: str, tmp_path: Path) -> None:
    old, new = (flag(one) if name == "A.ps1" else f"SecurityProtocolType.{one}" for one in ("Tls", "Tls12"))
    start = f"{PS if name == 'A.ps1' else SET} = {old}"
    assert "allows TLSv1.0 TLSv1.2" in said(tmp_path, name, start, change.format(flag=new))


def test_a_script_may_keep_the_name_of_a_flag_in_a_variable(tmp_path: Path) -> None:
    setting = f"function Set-Tls($Version = 'Tls12') {{ {PS} = [Net.SecurityProtocolType]::$Version }}"
    chosen = f"if ($x) {{ $w = 'Tls' }} else {{ $w = 'Tls12' }}\n{PS} = [Net.SecurityProtocolType]::$w"
    assert said(tmp_path / "passed", "A.ps1", setting, "Set-Tls", "Set-Tls Tls11") == ["caps TLSv1.2", "fails TLSv1.1"]
    assert said(tmp_path / "chosen", "A.ps1", chosen) == ["fails TLSv1.0"]
    assert said(tmp_path / "asked", "A.ps1", f"{PS} = [Net.SecurityProtocolType]::$env:TLS") == []


ASKED = {
    "a.cs": (
        "using System; using System.Collections.Generic; using System.Net;\nclass A { void Up() {\n"
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;\n{}}}\n",
        "if ({}) ServicePointManager.SecurityProtocol |= "
        '(SecurityProtocolType)Enum.Parse(typeof(SecurityProtocolType), "{}");\n',
        'new List<string>(Enum.GetNames(typeof(SecurityProtocolType))).Contains("{}")',
    ),
    "a.vb": (
        "Imports System.Net\nClass A\nSub Up()\nServicePointManager.SecurityProtocol = SecurityProtocolType.Tls\n{}"
        "End Sub\nEnd Class\n",
        "If {} Then ServicePointManager.SecurityProtocol = ServicePointManager.SecurityProtocol Or "
        '[Enum].Parse(GetType(SecurityProtocolType), "{}")\n',
        '[Enum].GetNames(GetType(SecurityProtocolType)).Contains("{}")',
    ),
    "a.ps1": (
        "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls\n{}",
        "if ({}) {{ [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor "
        "[Enum]::Parse([Net.SecurityProtocolType], '{}') }}\n",
        "[Enum]::GetNames([Net.SecurityProtocolType]).Contains('{}')",
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_of_an_enumeration_uses_no_setting(name: str, tmp_path: Path) -> None:
    code, step, asked = ASKED[name]
    steps = "".join(step.format(asked.format(flag), flag) for flag in ("Tls11", "Tls12"))
    said = told(scanned(tmp_path, {name: code.replace("{}", steps)}))
    assert [verdict.partition(" ")[0] for verdict in said.values()][:2] == ["allows", "allows"]
    assert not any(verdict.startswith("fails") for verdict in said.values())


JAVA = """class Start {{
  void up(java.net.URL address) throws Exception {{
    {body}
  }}
}}
"""
PROPERTY = 'System.setProperty("https.protocols", "{}");'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([PROPERTY.format("TLSv1"), PROPERTY.format("TLSv1.2")], {4: "caps TLSv1.2"}),
        ([PROPERTY.format("TLSv1.2"), PROPERTY.format("TLSv1")], {4: "fails TLSv1.0"}),
        (
            [PROPERTY.format("TLSv1"), "address.openStream();", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        ([PROPERTY.format("TLSv1"), "int x = 1;", PROPERTY.format("TLSv1.2")], {5: "caps TLSv1.2"}),
        (
            [
                PROPERTY.format("TLSv1"),
                "// say which\n\n",
                'log.info("set " + address); System.setProperty("javax.net.ssl.trustStore", "a.jks");',
                'URL other = new URL("https://h"); x = null;',
                PROPERTY.format("TLSv1.1,TLSv1.2"),
            ],
            {9: "allows TLSv1.1 TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "int x = read(1);", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "log.info(address.getContent());", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "Object x = new Client();", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "int x = 1; if (x > y) {", PROPERTY.format("TLSv1.2"), "}"],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            [
                PROPERTY.format("TLSv1"),
                'if (proxy != null && !proxy.isEmpty()) { System.setProperty("https.proxyHost", proxy); }',
                PROPERTY.format("TLSv1.2"),
            ],
            {5: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "if (proxy == null) { return; }", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), "if (proxy == null) { address.openStream(); }", PROPERTY.format("TLSv1.2")],
            {3: "fails TLSv1.0", 5: "caps TLSv1.2"},
        ),
        (
            ['System.setProperty("https.protocols", "TLSV1".replace("V", "v"));', PROPERTY.format("TLSv1.2")],
            {4: "caps TLSv1.2"},
        ),
        (
            [PROPERTY.format("TLSv1"), 'System.setProperty("jdk.tls.client.protocols", "TLSv1.2");'],
            {3: "fails TLSv1.0", 4: "caps TLSv1.2"},
        ),
    ],
    ids=[
        "replaced",
        "the last one counts",
        "used between",
        "a declaration between",
        "what connects nothing between",
        "a call between",
        "a call in a line of a log",
        "an object of its own between",
        "replaced under a condition",
        "other properties under a condition between",
        "left between",
        "used between under a condition",
        "a call for the value",
        "another property",
    ],
)
def test_a_property_that_is_set_anew_before_anything_connects_says_nothing(
    body: list[str], expected: dict[int, str], tmp_path: Path
) -> None:
    report = scanned(tmp_path, {"Start.java": JAVA.format(body="\n    ".join(body))})
    places = {int(place.partition(":")[2].partition(" ")[0]): said for place, said in told(report).items()}
    assert places == expected


@pytest.mark.parametrize(
    ("name", "first", "between", "call"),
    [
        ("A.cs", f"{SET} = SecurityProtocolType.Tls;", 'string path = "a";\n// say which', "Go();"),
        ("A.vb", f"{SET} = SecurityProtocolType.Tls", 'Dim path As String = "a"\n\' say which', "Go()"),
        ("A.ps1", f"{PS} = {flag('Tls')}", "$path = pwd\n# say which", "Go-Now"),
    ],
)
@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((), "fails TLSv1.0"),
        (("Tls11",), "fails TLSv1.0 TLSv1.1"),
        (("Tls11", "Tls12"), "allows TLSv1.0 TLSv1.1 TLSv1.2"),
    ],
)
def test_what_is_replaced_before_anything_connects_is_related(
    name: str, first: str, between: str, call: str, later: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    """Whatever the later value is: the earlier one holds for nothing."""
    word = {"A.cs": "|", "A.vb": "Or", "A.ps1": "-bor"}[name]
    others = "".join(
        f" {word} {flag(version) if name == 'A.ps1' else f'SecurityProtocolType.{version}'}" for version in later
    )
    second = first.removesuffix(";") + others + (";" if name == "A.cs" else "")
    text = "\n".join((first, between, second, call))
    if name != "A.ps1":
        text = (VB if name == "A.vb" else CS).format(body=text)
    scan = scanned(tmp_path / "soon", {name: text})
    shown = [finding for finding in scan.findings if finding.level is not Level.NOTE]
    start = text[: text.index(first)].count("\n") + 1
    assert [one.usage.place.region.line for one in shown] == [start + 3]
    assert [place.region.line for place in shown[0].usage.related] == [start]
    assert said(tmp_path / "between", name, first, between, call, second, call) == ["fails TLSv1.0", expected]


@pytest.mark.parametrize(("name", "end", "note"), [("A.cs", ";", "//"), ("A.vb", "", "'"), ("A.ps1", "", "#")])
def test_a_list_of_examples_is_told_one_by_one(name: str, end: str, note: str, tmp_path: Path) -> None:
    every = ["Ssl3", "Tls", "Tls11", "Tls", "Tls11"]
    sets = [f"{PS} = {flag(one)}" if name == "A.ps1" else f"{SET} = SecurityProtocolType.{one}" for one in every]
    lines = [line for one in sets for line in (one + end, f"{note} say which", "")]
    expected = ["fails SSLv3", "fails TLSv1.0", "fails TLSv1.1", "fails TLSv1.0", "fails TLSv1.1"]
    assert said(tmp_path, name, *lines) == expected


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("A.cs", "h = new System.Net.Http.HttpClientHandler {{ SslProtocols = {} }};"),
        ("A.vb", "h = New System.Net.Http.HttpClientHandler With {{ .SslProtocols = {} }}"),
    ],
)
def test_an_initializer_replaces_nothing_of_an_object_before(name: str, form: str, tmp_path: Path) -> None:
    body = [form.format(f"System.Security.Authentication.SslProtocols.{version}") for version in ("Tls", "Tls12")]
    assert found(tmp_path, name, *body) == {1: "fails TLSv1.0", 2: "caps TLSv1.2"}


def under(tmp_path: Path, name: str, *body: str) -> dict[int, tuple[str, str]]:
    """What findings say of the condition, and beside, by line of the body."""
    text = (VB if name.endswith(".vb") else CS).format(body="\n    ".join(body)) if name != "A.ps1" else "\n".join(body)
    head = 0 if name == "A.ps1" else 3
    return {
        one.usage.place.region.line - head: (one.usage.condition, one.usage.note)
        for one in scanned(tmp_path, {name: text}).findings
        if one.verdict is not Verdict.UNRESOLVED
    }


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("A.cs", (f"if (o.Old) {SET} = SecurityProtocolType.Tls;",)),
        ("A.vb", (f"If o.Old Then {SET} = SecurityProtocolType.Tls",)),
        ("A.ps1", (f"if ($o.Old) {{ {PS} = {flag('Tls')} }}",)),
    ],
)
def test_a_setting_of_the_process_is_told_with_its_condition(name: str, body: tuple[str, ...], tmp_path: Path) -> None:
    assert under(tmp_path, name, *body) == {1: ("$o.Old" if name == "A.ps1" else "o.Old", "")}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "A.cs",
            (
                "switch (n) {",
                f"case 1: {SET} = SecurityProtocolType.Tls12; break;",
                f"case 2: case 3: {SET} = SecurityProtocolType.Tls; break;",
                f"default: {SET} = SecurityProtocolType.Tls11; break; }}",
            ),
        ),
        (
            "A.vb",
            (
                "Select Case n",
                f"Case 1 : {SET} = SecurityProtocolType.Tls12",
                f"Case 2, 3 : {SET} = SecurityProtocolType.Tls",
                f"Case Else : {SET} = SecurityProtocolType.Tls11",
                "End Select",
            ),
        ),
    ],
)
def test_each_arm_of_a_switch_is_told_with_its_labels(name: str, body: tuple[str, ...], tmp_path: Path) -> None:
    asked = {line: condition for line, (condition, _) in under(tmp_path, name, *body).items()}
    assert asked == {2: "n is 1", 3: "n is 2 or 3", 4: "n is something else"}


def test_what_runs_in_any_case_is_told_without_a_condition(tmp_path: Path) -> None:
    body = [f"try {{ {SET} = SecurityProtocolType.Tls; }} catch {{ }}"]
    assert under(tmp_path / "tried", "A.cs", *body) == {1: ("", "")}
    itself = [f"if (({SET} & SecurityProtocolType.Tls11) == 0) {SET} |= SecurityProtocolType.Tls;"]
    assert under(tmp_path / "itself", "A.cs", *itself)[1][0] == ""


OPTIONS = (("o.New", "Tls12"), ("o.Newest", "Tls13"))


@pytest.mark.parametrize(("name", "end"), [("A.cs", ";"), ("A.vb", "")])
def test_newer_versions_that_only_an_option_adds_are_told_with_it(name: str, end: str, tmp_path: Path) -> None:
    asks = "if ({}) " if end else "If {} Then "
    word = "|=" if end else f"= {SET} Or"
    steps = [f"{asks.format(one)}{SET} {word} SecurityProtocolType.{kind}{end}" for one, kind in OPTIONS]
    first = f"{SET} = SecurityProtocolType.Tls{end}"
    both = "TLS 1.2 only when o.New; TLS 1.3 only when o.Newest"
    assert under(tmp_path / "both", name, first, *steps) == {1: ("", both)}
    plain = f"{SET} {word} SecurityProtocolType.Tls12{end}"
    assert under(tmp_path / "one", name, first, plain, steps[1])[1] == ("", "TLS 1.3 only when o.Newest")


@pytest.mark.parametrize(
    ("value", "told_as"),
    [
        (f"x ? SecurityProtocolType.Tls : {SET}", "fails TLSv1.0"),
        (f"x ? SecurityProtocolType.Tls12 : {SET}", "caps TLSv1.2"),
        (f"Given() ?? {SET}", "unresolved"),
    ],
)
def test_an_arm_that_leaves_a_setting_as_it_is_sets_nothing(value: str, told_as: str, tmp_path: Path) -> None:
    """Not even on a framework whose own default fails: what relies on that is told by itself."""
    project = "<Project><PropertyGroup><TargetFrameworkVersion>v4.5</TargetFrameworkVersion></PropertyGroup></Project>"
    files = {"A.cs": CS.format(body=f"{SET} = {value};"), "A.csproj": project}
    found = told(scanned(tmp_path, files))
    assert [said for place, said in found.items() if place.startswith("A.cs:4 ")] == [told_as]
