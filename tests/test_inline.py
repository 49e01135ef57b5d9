"""Suppressions in comments: which comments count, which lines they cover, what is wrong with them or left over."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_tools import run
from tlsscan.adopt import sifter
from tlsscan.arguments import scan_parser
from tlsscan.model import Level, Report
from tlsscan.scan import Request, scan
from tlsscan.suppressions import WORDS, directives
from tree_scans import rules

CONTEXT = "python/ssl-context-protocol"
CURL = "php/curl-setopt-sslversion"
RUBY = "ruby/openssl-context-version"


def scanned(folder: Path, files: Mapping[str, str], *flags: str) -> Report:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    given = scan_parser().parse_args([*flags])
    here = os.getcwd()
    os.chdir(folder)
    try:
        request = Request((".",), shown=Level.NOTE, jobs=1)
        return scan(request, rules(), sift=sifter(given, rules(), request.floor)).report
    finally:
        os.chdir(here)


def shown(report: Report) -> list[str]:
    return [f"{f.usage.place.path}:{f.usage.place.region.line}" for f in report.findings]


def asides(report: Report) -> list[str]:
    return [f"{a.finding.usage.place.path}:{a.finding.usage.place.region.line} {a.justification}" for a in report.aside]


def remarks(report: Report) -> list[str]:
    return [f"{r.path}:{r.region.line if r.region else 0} {r.kind}" for r in report.remarks]


def rule_at(report: Report) -> str:
    return report.findings[0].usage.rule


PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <!-- {} -->
    <TargetFramework>net35</TargetFramework>
  </PropertyGroup>
</Project>
"""
# One old setting of each language, on a line of its own; what surrounds it; comments of that language.
SAMPLES = {
    "a.py": ("import ssl\n{}", "ssl.SSLContext(ssl.PROTOCOL_TLSv1)", ("# {}",)),
    "a.rb": ("require 'openssl'\n{}", "OpenSSL::SSL::SSLContext.new(:TLSv1)", ("# {}",)),
    "a.php": ("<?php\n{}", "curl_setopt($ch, CURLOPT_SSLVERSION, 4);", ("// {}", "# {}", "/* {} */", "/** {} */")),
    "a.cs": (
        "using System.Net; class C {{ void M() {{\n{}\n}} }}",
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;",
        ("// {}", "/* {} */", "/// {}"),
    ),
    "A.java": (
        "class A {{ void m() throws Exception {{\n{}\n}} }}",
        'javax.net.ssl.SSLContext.getInstance("TLSv1").init(null, null, null);\nsocket.setEnabledProtocols("TLSv1");',
        ("// {}", "/* {} */"),
    ),
    "a.vb": (
        "Imports System.Net\nModule M\nSub A()\n{}\nEnd Sub\nEnd Module",
        "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls",
        ("' {}",),
    ),
    "a.ps1": (
        "{}",
        "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls",
        ("# {}", "<# {} #>"),
    ),
    "a.erb": ("<% require 'openssl' %>\n<%\n{}\n%>", "OpenSSL::SSL::SSLContext.new(:TLSv1)", ("# {}",)),
    "a.jsp": (
        '<%@ page import="java.net.*" %>\n<%\n{}\n%>',
        'System.setProperty("https.protocols", "TLSv1");',
        ("// {}", "/* {} */"),
    ),
    "a.aspx": (
        '<%@ Page Language="C#" %>\n<script runat="server">\nvoid M() {{\n{}\n}}\n</script>',
        "System.Net.ServicePointManager.SecurityProtocol = System.Net.SecurityProtocolType.Tls;",
        ("// {}", "/* {} */"),
    ),
    "a.cshtml": (
        "<p>hi</p>\n@{{\n{}\n}}",
        "System.Net.ServicePointManager.SecurityProtocol = System.Net.SecurityProtocolType.Tls;",
        ("// {}", "/* {} */", "@* {} *@"),
    ),
}
CASES = [
    (name, around, setting, comment) for name, (around, setting, comments) in SAMPLES.items() for comment in comments
]


@pytest.mark.parametrize(("name", "around", "setting", "comment"), CASES)
def test_every_language_has_its_comments(tmp_path: Path, name: str, around: str, setting: str, comment: str) -> None:
    setting = setting.splitlines()[0]
    plain = scanned(tmp_path / "plain", {name: around.format(setting)})
    if name == "A.java":
        setting = 'System.setProperty("https.protocols", "TLSv1");'
        plain = scanned(tmp_path / "java", {name: around.format(setting)})
    assert plain.findings, "the sample is one line that is reported"
    words = comment.format(f"tlsscan: ignore[{rule_at(plain)}] an old box")
    above = scanned(tmp_path / "above", {name: around.format(f"{words}\n{setting}")})
    assert (shown(above), remarks(above)) == ([], [])
    assert {text.partition(" ")[2] for text in asides(above)} == {"an old box"}
    behind = scanned(tmp_path / "behind", {name: around.format(f"{setting} {words}")})
    assert (shown(behind), remarks(behind)) == ([], [])
    apart = scanned(tmp_path / "apart", {name: around.format(f"{words}\n\n{setting}")})
    assert len(shown(apart)) == len(plain.findings)
    assert {text.rpartition(" ")[2] for text in remarks(apart)} == {"unused-suppression"}


HOSTED = {
    "a.erb": ("<%# {} %>", "<% OpenSSL::SSL::SSLContext.new(:TLSv1) %>"),
    "a.jsp": ("<%-- {} --%>", '<% System.setProperty("https.protocols", "TLSv1"); %>'),
    "a.cshtml": (
        "@* {} *@",
        "@{ System.Net.ServicePointManager.SecurityProtocol = System.Net.SecurityProtocolType.Tls; }",
    ),
}


@pytest.mark.parametrize("name", HOSTED)
def test_comments_of_a_page_count(tmp_path: Path, name: str) -> None:
    comment, setting = HOSTED[name]
    plain = scanned(tmp_path / "plain", {name: f"<p>\n{setting}\n</p>\n"})
    words = comment.format(f"tlsscan: ignore[{rule_at(plain)}] a box")
    for number, text in enumerate((f"<p>\n{words}\n{setting}\n", f"<p>\n{setting} {words}\n")):
        report = scanned(tmp_path / str(number), {name: text})
        assert (shown(report), remarks(report)) == ([], [])
        assert [text.partition(" ")[2] for text in asides(report)] == ["a box"]


def test_cells_of_notebooks_have_comments(tmp_path: Path) -> None:
    words = f'# tlsscan: ignore[{CONTEXT}] a \\"box\\"\\n'
    source = f'"import ssl\\n", "{words}", "ssl.SSLContext(ssl.PROTOCOL_TLSv1)"'
    cell = f'{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": [{source}]}}'
    text = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    report = scanned(tmp_path, {"a.ipynb": text})
    assert (shown(report), asides(report)) == ([], ['a.ipynb:1 a "box"'])


MANIFESTS = {
    "above": ("Dockerfile", "# {}\nFROM python:2.7.8\n", 2),
    "more comments between": ("Dockerfile", "# {}\n# as the vendor says\nFROM python:2.7.8\n", 3),
    "a continued line": ("Dockerfile", "# {}\nFROM \\\n  python:2.7.8\n", 3),
    "behind": ("azure-pipelines.yml", "container: 'python:2.7.8'  # {}\n", 1),
    "XML": ("Shop.csproj", PROJECT, 4),
    "Gradle": ("build.gradle", "plugins {{ id 'java' }}\nsourceCompatibility = '1.6' // {}\n", 2),
}


@pytest.mark.parametrize(("name", "text", "line"), MANIFESTS.values(), ids=MANIFESTS)
def test_manifests_have_comments(tmp_path: Path, name: str, text: str, line: int) -> None:
    plain = scanned(tmp_path / "plain", {name: text.format("here")})
    assert shown(plain) == [f"{name}:{line}"]
    words = f"tlsscan: ignore[{rule_at(plain)}] until the move"
    report = scanned(tmp_path / "set", {name: text.format(words)})
    assert (shown(report), asides(report), remarks(report)) == ([], [f"{name}:{line} until the move"], [])


@pytest.mark.parametrize(
    "text",
    [
        "# {}\n\nFROM python:2.7.8\n",
        "# {}\nLABEL a=b\nFROM python:2.7.8\n",
        "LABEL what='# {}'\nFROM python:2.7.8\n",
        "FROM python:2.7.8\n# {}\n",
    ],
)
def test_what_stands_elsewhere_in_a_manifest_suppresses_nothing(tmp_path: Path, text: str) -> None:
    report = scanned(tmp_path, {"Dockerfile": text.format("tlsscan: ignore[runtimes/python] x")})
    assert [place.partition(":")[0] for place in shown(report)] == ["Dockerfile"]


def test_an_unused_comment_of_a_manifest_is_told(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"Dockerfile": "# tlsscan: ignore[runtimes/python] x\nFROM python:3.12\n"})
    assert remarks(report) == ["Dockerfile:1 unused-suppression"]


# -- only comments ------------------------------------------------------------------------------------------------

NO_COMMENTS = {
    "a.py": (
        f'import ssl\n"""tlsscan: ignore[{CONTEXT}] x"""\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n'
        f'ssl.SSLContext(ssl.PROTOCOL_TLSv1, "tlsscan: ignore[{CONTEXT}] x")\n'
    ),
    "a.rb": (
        "require 'openssl'\nx = <<~A\n  # tlsscan: ignore[ruby/x]\nA\n"
        "OpenSSL::SSL::SSLContext.new(:TLSv1, '# tlsscan: ignore[ruby/x]')\n"
    ),
    "a.php": (
        "<?php\n$x = <<<A\n// tlsscan: ignore[php/x]\nA;\n"
        "curl_setopt($ch, CURLOPT_SSLVERSION, 4); echo '# tlsscan: ignore[x]';\n"
    ),
    "b.php": f"<!-- tlsscan: ignore[{CURL}] --><?php curl_setopt($ch, CURLOPT_SSLVERSION, 4);\n",
    "a.cs": (
        'using System.Net; class C { void M() {\nvar a = @"\n// tlsscan: ignore[dotnet/x]\n";\n'
        'ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; var b = "// tlsscan: ignore[dotnet/x]";\n} }'
    ),
    "A.java": (
        'class A { void m() {\nSystem.setProperty("https.protocols", "TLSv1"); '
        'var b = "// tlsscan: ignore[java/x]";\n} }'
    ),
    "a.vb": (
        "Imports System.Net\nModule M\nSub A()\n"
        'ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls : Dim b = "\' tlsscan: ignore[dotnet/x]"\n'
        "End Sub\nEnd Module\n"
    ),
    "a.ps1": (
        "$a = @'\n# tlsscan: ignore[dotnet/x]\n'@\n"
        "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls; $b = '# tlsscan: ignore[x]'\n"
    ),
    "a.erb": (
        "<!-- tlsscan: ignore[ruby/x] -->\n<% OpenSSL::SSL::SSLContext.new(:TLSv1, '# tlsscan: ignore[ruby/x]') %>\n"
    ),
}


@pytest.mark.parametrize("name", NO_COMMENTS)
def test_strings_heredocs_and_markup_are_no_comments(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {name: NO_COMMENTS[name]})
    assert report.findings
    assert (report.aside, report.remarks) == ((), ())


# -- which lines --------------------------------------------------------------------------------------------------

COVERED = {
    "the statement below, whatever lines it has": "{}\nc = ssl.SSLContext(\n    ssl.PROTOCOL_TLSv1,\n)\n",
    "more comments between": "{}\n# and some words\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "words before": "# some words: {}\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "the first line of a statement": "c = ssl.SSLContext(  {}\n    ssl.PROTOCOL_TLSv1,\n)\n",
    "the last line of a statement": "c = ssl.SSLContext(\n    ssl.PROTOCOL_TLSv1,\n)  {}\n",
    "the line of the value": "c = ssl.SSLContext(\n    ssl.PROTOCOL_TLSv1,  {}\n)\n",
    "above the value": "c = ssl.SSLContext(\n    {}\n    ssl.PROTOCOL_TLSv1,\n)\n",
    "in a function": "def f():\n    {}\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "the header of a block": "{}\nwith ssl.SSLContext(\n    ssl.PROTOCOL_TLSv1\n) as c:\n    pass\n",
}
LEFT = {
    "the block of a statement": "{}\nif x:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "a function": "{}\ndef f():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "the second statement below": "{}\nx = 1\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "a neighbour's value": "c = f(\n    1,  {}\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1),\n)\n",
    "the line before": "x = 1  {}\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "the end of a block": "if x:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n    y = 1  {}\n",
    "what stands above": "ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n{}\n",
}


@pytest.mark.parametrize("text", COVERED.values(), ids=COVERED)
def test_covered(tmp_path: Path, text: str) -> None:
    words = f"# tlsscan: ignore[{CONTEXT}] x".replace("# ", "" if text.startswith("#") else "# ", 1)
    report = scanned(tmp_path, {"a.py": "import ssl\n" + text.format(words)})
    assert (shown(report), len(report.aside), remarks(report)) == ([], 1, [])


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_not_covered(tmp_path: Path, text: str) -> None:
    report = scanned(tmp_path, {"a.py": "import ssl\n" + text.format(f"# tlsscan: ignore[{CONTEXT}] x")})
    assert (len(report.findings), len(report.aside), len(report.remarks)) == (1, 0, 1)


def test_braces_end_what_is_covered(tmp_path: Path) -> None:
    plain = 'class A { void m() {\n%sif (x) {\nSystem.setProperty("https.protocols", "TLSv1");\n}%s\n} }\n'
    rule = rule_at(scanned(tmp_path / "0", {"A.java": plain % ("", "")}))
    for number, (above, behind) in enumerate(
        ((f"// tlsscan: ignore[{rule}]\n", ""), ("", f" // tlsscan: ignore[{rule}]"))
    ):
        report = scanned(tmp_path / f"x{number}", {"A.java": plain % (above, behind)})
        assert len(report.findings) == 1, "a comment at a block does not speak of all that is in it"


def test_a_value_in_a_long_array_has_its_own_comment(tmp_path: Path) -> None:
    text = (
        "<?php\ncurl_setopt_array($ch, [\n    CURLOPT_URL => $u,\n"
        "    // tlsscan: ignore[{0}] the bank\n    CURLOPT_SSLVERSION => 4,\n]);\n"
        "curl_setopt_array($other, [\n    CURLOPT_SSLVERSION => 4,\n]);\n"
    )
    rule = rule_at(scanned(tmp_path / "plain", {"a.php": text.replace("// tlsscan: ignore[{0}] the bank", "")}))
    report = scanned(tmp_path, {"a.php": text.format(rule)})
    assert (shown(report), asides(report)) == (["a.php:8", "plain/a.php:5", "plain/a.php:8"], ["a.php:5 the bank"])


def test_a_comment_in_an_arm_that_is_read_by_itself_is_one(tmp_path: Path) -> None:
    text = (
        "using System.Net; class C { void M() {\nServicePointManager.SecurityProtocol =\n#if X\n"
        "SecurityProtocolType.Tls12; Go();\n#else\n// tlsscan: ignore[{}] x\nSecurityProtocolType.Tls;\n#endif\n}} }}\n"
    )
    rule = rule_at(scanned(tmp_path / "plain", {"a.cs": text.replace("{}", "x/y").replace("}}", "}")}, "--no-suppress"))
    report = scanned(tmp_path / "given", {"a.cs": text.replace("{}", rule).replace("}}", "}")})
    assert remarks(report) == ["a.cs:6 unused-suppression"], "the place is told where the other arm has it"


def test_of_a_long_statement_only_the_line_is_covered(tmp_path: Path) -> None:
    filler = "    CURLOPT_URL => $u,\n"
    text = "<?php\n{}curl_setopt_array($ch, [\n{}    CURLOPT_SSLVERSION => 4,\n]);{}\n"
    rule = rule_at(scanned(tmp_path / "plain", {"a.php": text.format("", "", "")}))
    words = f"// tlsscan: ignore[{rule}] x"
    for number, (above, behind) in enumerate(((f"{words}\n", ""), ("", f" {words}"))):
        for lines, count in ((5, 0), (40, 1)):
            given = {"a.php": text.format(above, filler * lines, behind)}
            report = scanned(tmp_path / f"{number}-{lines}", given)
            assert len(report.findings) == count


def test_what_does_not_parse_ends_what_is_covered(tmp_path: Path) -> None:
    text = (
        f"import ssl\n# tlsscan: ignore[{CONTEXT}] x\nx = (1 +\n\ndef f(:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
        "ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n"
    )
    assert scanned(tmp_path, {"a.py": text}).aside == ()


def test_a_whole_file_by_one_comment_at_its_top(tmp_path: Path) -> None:
    body = "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n\n\nssl.SSLContext(ssl.PROTOCOL_SSLv3)\n"
    report = scanned(tmp_path, {"a.py": f"# tlsscan: ignore-file[{CONTEXT}] a test server\n{body}"})
    assert (shown(report), len(report.aside)) == ([], 2)
    late = scanned(tmp_path, {"a.py": "\n" * 10 + f"# tlsscan: ignore-file[{CONTEXT}] a test server\n{body}"})
    assert (len(late.findings), remarks(late)) == (2, ["a.py:11 wrong-suppression"])


def test_arguments_of_callers_are_suppressed_where_they_stand(tmp_path: Path) -> None:
    helper = "import ssl\ndef connect(host, version):\n    return ssl.SSLContext(version)\n"
    use = "import ssl\nfrom lib import connect\nconnect('a', ssl.PROTOCOL_TLSv1)  # tlsscan: ignore[{}] a box\n"
    report = scanned(tmp_path, {"lib.py": helper, "use.py": use.format(CONTEXT)})
    assert (shown(report), asides(report)) == ([], ["use.py:3 a box"])


# -- ids, dates, mistakes -----------------------------------------------------------------------------------------


def one(tmp_path: Path, words: str, *flags: str) -> Report:
    return scanned(tmp_path, {"a.py": f"import ssl\n# {words}\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"}, *flags)


@pytest.mark.parametrize(
    "ids",
    [
        CONTEXT,
        f"{CONTEXT}/fails",
        f"{CONTEXT}/fails-warning",
        f"python/pyopenssl-context-method , {CONTEXT}",
    ],
)
def test_ids_that_fit(tmp_path: Path, ids: str) -> None:
    assert shown(one(tmp_path, f"tlsscan:ignore[{ids}]")) == []


def test_another_verdict_does_not_fit(tmp_path: Path) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}/allows] x")
    assert (len(report.findings), remarks(report)) == (1, ["a.py:2 unused-suppression"])


MISTAKES = {
    "tlsscan: ignore": "it names no rule, and all at once cannot be ignored (tlsscan: ignore[rule-id] reason)",
    "tlsscan: ignore all of it": "it names no rule, and all at once cannot be ignored",
    "tlsscan: ignore[] x": "its list of rules is empty",
    "tlsscan: ignore[python/ssl-context-protocol x": "its list of rules has no end",
    "tlsscan: ignore[python/ssl-context-protocoll] x": "did you mean 'python/ssl-context-protocol'?",
    "tlsscan: ignore[ssl-context-protocol] x": "'java/ssl-context-protocol' or 'python/ssl-context-protocol'",
    "tlsscan: ignore[*] x": "no rule has the id '*'",
    "tlsscan: ignore[python/ssl-context-protocol/failed] x": "'failed' is no verdict (did you mean 'fails'?)",
    "tlsscan: ignor[python/ssl-context-protocol] x": "(did you mean 'ignore'?)",
    "tlsscan: ignore[python/ssl-context-protocol] until=2027-13-01 x": "'2027-13-01' is no date (until=YYYY-MM-DD)",
    "tlsscan: ignore[python/ssl-context-protocol] until=soon": "'soon' is no date",
    "tlsscan: ignore[python/ssl-context-protocol] until 2027-01-01": "its date has no effect (write until=YYYY-MM-DD)",
    "tlsscan: ignore[python/ssl-context-protocol] Until: 2027-01-01": "its date has no effect",
    "tlsscan: ignore[python/ssl-context-protocol] until = soon": "'soon' is no date",
    "tlsscan: ignore[python/ssl-context-protocol] utnil=2027-01-01 x": "'utnil' has no effect (write until=YYYY-MM-DD)",
    "tlsscan: ignore[python/ssl-context-protocol] utnil 2027-01-01 x": "'utnil' has no effect",
    "tlsscan: ignore[python/ssl-context-protocol] - untill = soon": "'untill' has no effect",
    "tlsscan: ignore[python/ssl-context-protocol] expires=2027-01-01": "'expires' has no effect (write until=",
    "tlsscan: ignore[python/ssl-context-protocol] Expires: 01/31/2027 x": "'Expires' has no effect",
    "tlsscan: ignore[python/ssl-context-protocol] a box, valid-to='2027/01/31'": "'valid-to' has no effect",
    "tlsscan: ignore[python/ssl-context-protocol] until=2027-01-01 end: 2027-01-31": "'end' has no effect",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_mistakes_are_told_with_their_line_and_suppress_nothing(tmp_path: Path, words: str) -> None:
    report = one(tmp_path, words)
    assert (shown(report), remarks(report)) == (["a.py:3"], ["a.py:2 wrong-suppression"])
    assert MISTAKES[words] in report.remarks[0].text


@pytest.mark.parametrize("words", ["TLSSCAN: ignore[{}] x", "TLSScan:Ignore[{}] x", "Tlsscan: IGNORE-FILE[{}] x"])
def test_its_case_does_not_count(tmp_path: Path, words: str) -> None:
    report = one(tmp_path, words.format(CONTEXT))
    assert (shown(report), remarks(report)) == ([], [])


def test_in_other_case_a_mistake_is_one_all_the_same(tmp_path: Path) -> None:
    report = one(tmp_path, "TLSSCAN: ignore[python/gone] x")
    assert (shown(report), remarks(report)) == (["a.py:3"], ["a.py:2 wrong-suppression"])


@pytest.mark.parametrize("words", ["checked with tlsscan: fine", "tlsscan: see the wiki", "my-tlsscan: ignore"])
def test_prose_is_no_mistake(tmp_path: Path, words: str) -> None:
    assert remarks(one(tmp_path, words)) == []


def test_the_right_ids_of_a_list_hold_beside_a_wrong_one(tmp_path: Path) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}, python/gone] x")
    assert (shown(report), remarks(report)) == ([], ["a.py:2 wrong-suppression"])


def test_a_date_holds_to_its_end_and_then_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = f"tlsscan: ignore[{CONTEXT}] until=2027-01-31 the box goes"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1801439999")  # 2027-01-31 23:59:59 UTC
    report = one(tmp_path, words)
    assert (shown(report), asides(report), remarks(report)) == ([], ["a.py:3 the box goes"], [])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1801440000")
    report = one(tmp_path, words)
    assert (shown(report), remarks(report)) == (["a.py:3"], ["a.py:2 expired-suppression"])
    assert report.remarks[0].text == f"the suppression of {CONTEXT} ended with 2027-01-31"


@pytest.mark.parametrize(
    "written", ["until = 2020-01-31", "UNTIL=2020-01-31", "Until =2020-01-31", "a box (until=2020-01-31)"]
)
def test_a_date_may_be_written_in_some_ways(tmp_path: Path, written: str) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}] {written}")
    assert (shown(report), remarks(report)) == (["a.py:3"], ["a.py:2 expired-suppression"])


@pytest.mark.parametrize(
    "reason",
    [
        "until the box goes",
        "ticket: OPS-2027-01",
        "ticket=OPS-1",
        "host: 10.10.10.10",
        "version=1.2.3",
        "agreed on 2027-01-01 with the bank",
        "expires with the contract",
    ],
)
def test_other_reasons_are_none_of_its_keys(tmp_path: Path, reason: str) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}] {reason}")
    assert (asides(report), remarks(report)) == ([f"a.py:3 {reason}"], [])


def test_what_is_left_over_is_told_even_where_nothing_speaks_of_tls(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.py": f"# tlsscan: ignore[{CONTEXT}] x\nprint(1)\n"})
    assert remarks(report) == ["a.py:1 unused-suppression"]
    assert report.remarks[0].text == f"nothing here is suppressed by {CONTEXT}"


def test_of_single_files_nothing_is_said_to_be_of_no_use(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text("import ssl\ndef connect(host, version):\n    return ssl.SSLContext(version)\n")
    words = f"# tlsscan: ignore[{CONTEXT}] a box"
    (tmp_path / "use.py").write_text(
        f"import ssl\nfrom lib import connect\nconnect('a', ssl.PROTOCOL_TLSv1)  {words}\n"
    )
    for paths in (("use.py",), (".",)):
        given = run(*paths, "-f", "concise", cwd=tmp_path)
        assert (given.status, given.out, "nothing here" in given.err) == (0, "", False)
    assert run("baseline", "--no-suppress", cwd=tmp_path).status == 0
    (tmp_path / "use.py").write_text("import ssl\nfrom lib import connect\nconnect('a', ssl.PROTOCOL_TLSv1)\n")
    before = (tmp_path / ".tlsscan-baseline.json").read_text()
    given = run("use.py", "--baseline", ".tlsscan-baseline.json", "--baseline-prune", "-f", "concise", cwd=tmp_path)
    assert (given.status, "fits no finding" in given.err) == (0, False)
    assert (tmp_path / ".tlsscan-baseline.json").read_text() == before


def test_what_may_still_be_of_use_is_not_told(tmp_path: Path) -> None:
    text = f"import ssl\n# tlsscan: ignore[{CONTEXT}] x\nssl.SSLContext((ssl.PROTOCOL_TLSv1 + ] )\n"
    report = scanned(tmp_path, {"a.py": text})
    assert report.problems
    assert remarks(report) == []


def test_a_reason_can_be_demanded(tmp_path: Path) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}]", "--require-reason")
    assert (shown(report), remarks(report)) == (["a.py:3"], ["a.py:2 wrong-suppression"])
    assert report.remarks[0].text.endswith("it gives no reason, and --require-reason demands one")
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}] a box", "--require-reason")
    assert (shown(report), remarks(report)) == ([], [])


def test_no_suppress_reads_no_comment(tmp_path: Path) -> None:
    report = one(tmp_path, f"tlsscan: ignore[{CONTEXT}] x", "--no-suppress")
    assert (shown(report), report.aside) == (["a.py:3"], ())
    assert remarks(one(tmp_path, "tlsscan: ignore", "--no-suppress")) == []


# -- the program ---------------------------------------------------------------------------------------------------


def test_exit_status_and_summaries(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)  # tlsscan: ignore[{CONTEXT}] a box\n")
    good = run("a.py", cwd=tmp_path)
    assert good.status == 0
    assert "No finding but those set aside in 1 file (python 1).\n" in good.out
    assert "Set aside: 1 suppressed (--show-suppressed lists them)\n" in good.out
    listed = run("a.py", "--show-suppressed", "-f", "concise", cwd=tmp_path)
    assert listed.out.endswith("[suppressed at a.py:2: a box]\n")
    assert "1 suppressed" in listed.err
    path.write_text("import ssl\n# tlsscan: ignore\nprint(ssl)\n")
    wrong = run("a.py", "-q", "-f", "json", cwd=tmp_path)
    assert wrong.status == 2
    assert "tlsscan: a.py:2: a suppression is not understood: it names no rule" in wrong.err
    assert run("a.py", "--no-suppress", cwd=tmp_path).status == 0
    path.write_text(f"# tlsscan: ignore[{CONTEXT}]\n")
    assert run("a.py", cwd=tmp_path).status == 0
    assert run("a.py", cwd=tmp_path, env={"SOURCE_DATE_EPOCH": "x"}).status == 0
    path.write_text(f"# tlsscan: ignore[{CONTEXT}] until=2030-01-01\n")
    assert "SOURCE_DATE_EPOCH: 'x' is not a number" in run("a.py", cwd=tmp_path, env={"SOURCE_DATE_EPOCH": "x"}).err


@pytest.mark.skipif(os.name != "posix", reason="needs free names")
def test_names_and_reasons_forge_nothing(tmp_path: Path) -> None:
    name = "x\n::error title=pwn::.py"
    (tmp_path / name).write_text(
        f"import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)  # tlsscan: ignore[{CONTEXT}] \x1b[31m::error "
        "##[group]\u202e\n"
        "# tlsscan: ignore[\x1b[2J/x]\n"
    )
    for form in ("full", "concise", "json", "sarif"):
        given = run("-f", form, "--show-suppressed", "--sarif-suppressed=include", cwd=tmp_path)
        for text in (given.out, given.err):
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert not any(line.lstrip().startswith("::") for line in text.splitlines())
            assert "##[" not in text


@given(st.text(alphabet=st.one_of(st.characters(codec=None), st.sampled_from("tlscan:ignore[]/-,=until \n#*"))))
def test_whatever_a_comment_says_it_is_read(text: str) -> None:
    for found in (*directives(text), *directives(f"tlsscan: ignore{text}")):
        assert found.mistake or (found.word in WORDS and found.ids)
        assert 0 <= found.start < found.end <= len(text) + len("tlsscan: ignore")
        assert "\n" not in found.reason
