"""Code inside other files: found where it stands in the file, and nothing else is code."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli_tools import SOURCE_ROOT, run
from tlsscan.candidate import Candidate
from tlsscan.extract import Extract, Extractor
from tlsscan.frontends import frontend
from tlsscan.hosts import MODULES, program
from tlsscan.languages import INSIDE, language_of
from tlsscan.model import Form, ProblemKind
from tlsscan.packs import load
from tlsscan.selfcheck import Checker, expectations
from tlsscan.source import SourceFile, decode

FIXTURES = SOURCE_ROOT.parent / "fixtures" / "templates"
FILES = sorted(FIXTURES.rglob("*")) if FIXTURES.is_dir() else []
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
BOOK = load()
EXTRACTOR = Extractor(BOOK, hashes=True)
CHECKER = Checker(BOOK)


def kind_of(path: Path) -> str:
    kind = language_of(os.fsencode(path.name))
    assert kind in INSIDE
    return kind


def extract(path: Path, data: bytes) -> Extract:
    path.write_bytes(data)
    found = EXTRACTOR.extract(Candidate(os.fsencode(path), kind_of(path)))
    return found if found is not None else Extract()


def places(found: Extract) -> list[tuple[int, int, int, str]]:
    """Line and columns of every argument of a site that is more than a mention, and its text."""
    rows = [a for site in found.sites if site.form is not Form.MENTION for a in site.arguments]
    assert all(row.region.line == row.region.end_line for row in rows)
    return sorted({(row.region.line, row.region.column, row.region.end_column, row.text) for row in rows})


def code(name: str, text: str) -> str:
    return program(kind_of(Path(name)), SourceFile(name, text.encode())).source.data.decode()


# -- the annotated files -----------------------------------------------------------------------------------------


@EACH
def test_marked_lines_permit_what_they_say_and_others_are_silent(path: Path) -> None:
    complaints = CHECKER.check_code(kind_of(path), path.name, path.read_text())
    assert [f"{path.name}:{line}: {text}" for line, text in complaints] == []


@EACH
def test_the_code_in_the_file_parses(path: Path) -> None:
    source = decode(path.name, path.read_bytes())
    assert isinstance(source, SourceFile)
    found = program(kind_of(path), source)
    unit = frontend(found.language).parse(found.source)
    everywhere = [(word.start(), word.end()) for word in re.finditer(rb"\S+", found.source.data)]
    assert [found.source.position(start).line for start, _ in unit.errors(everywhere)] == []
    assert not hasattr(unit, "root") or not unit.root.has_error


@EACH
def test_every_file_has_bad_fine_and_look_alike_lines(path: Path) -> None:
    text = path.read_text()
    marks = expectations(text)
    words = {word for mark in marks for word in mark.words}
    assert {"TLSv1.0", "TLSv1.1"} & words, "nothing bad"
    assert {"TLSv1.2", "default"} & words, "nothing fine"
    literals = {word for language in INSIDE[kind_of(path)] for word in BOOK.literals(language)}
    marked = {mark.line for mark in marks}
    silent = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if number not in marked and any(word in line for word in literals)
    ]
    assert silent, "no look-alike: an unmarked line that holds the name of a sink"


@pytest.mark.skipif(not FILES, reason="needs the checkout")
@pytest.mark.parametrize("kind", MODULES)
def test_every_kind_has_a_file(kind: str) -> None:
    assert kind in {kind_of(path) for path in FILES}


def test_hosts_and_kinds_are_the_same() -> None:
    assert MODULES.keys() == INSIDE.keys()


# -- places ------------------------------------------------------------------------------------------------------

ERB = "<p>é</p><% c = OpenSSL::SSL::SSLContext.new %>\n<i>😀 <%= c.ssl_version = :TLSv1 -%>\n"
JSP = '<%@ page import="javax.net.ssl.*" %>\n<b>😀 <%= SSLContext.getInstance("TLSv1") %></b>\n'
ASPX = (
    '<%@ Page Language="C#" %>\n<%@ Import Namespace="System.Net" %>\n'
    "<p>😀<% ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; %>\n"
)
RAZOR = "@using System.Net\n<p>😀 @{ ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; }\n"
CELL = r'"# \ud83d\ude00 \"\u00e9\"\n", "import ssl; ssl.SSLContext(ssl.PROTOCOL_TLSv1)"'
NOTEBOOK = '{"cells": [\n {"cell_type": "code",\n  "source": [\n   ' + CELL + "]}]}\n"
PLACES = {
    "a.erb": (ERB, (2, ":TLSv1")),
    "a.jsp": (JSP, (2, '"TLSv1"')),
    "a.aspx": (ASPX, (3, "SecurityProtocolType.Tls")),
    "a.cshtml": (RAZOR, (2, "SecurityProtocolType.Tls")),
    "a.ipynb": (NOTEBOOK, (4, "ssl.PROTOCOL_TLSv1")),
}
WRITTEN = {
    "plain": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.replace("\n", "\r\n").encode("utf-16-be"),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("name", PLACES)
def test_a_finding_stands_where_its_code_stands(tmp_path: Path, name: str, written: str) -> None:
    text, (number, value) = PLACES[name]
    data = WRITTEN[written](text)
    found = extract(tmp_path / name, data)
    line = text.split("\n")[number - 1]
    column = line.rindex(value) + 1
    assert (number, column, column + len(value), value) in places(found)
    (argument,) = [a for site in found.sites for a in site.arguments if a.text == value][:1]
    assert found.texts[number] == line
    assert argument.region.utf16 - argument.region.column == line[: column - 1].count("😀")
    if not written.startswith("utf-16"):
        assert data[argument.region.start : argument.region.end].decode() == value
    assert found.hashes[number]


def test_a_region_over_escapes_ends_where_its_last_escape_does(tmp_path: Path) -> None:
    text = r'{"cells": [{"cell_type": "code", "source": "import ssl\nssl.SSLContext(\"\\u0054LSv1\")"}]}'
    (argument,) = [a for site in extract(tmp_path / "a.ipynb", text.encode()).sites for a in site.arguments][:1]
    assert text[argument.region.start : argument.region.end] == r"\"\\u0054LSv1\""


def test_what_a_page_declares_reaches_its_statements_and_other_files_of_it(tmp_path: Path) -> None:
    text = (
        '<% a(); %><%! String OLD = "TLSv1"; %>\n<% SSLContext.getInstance(OLD); %><%@ page import="javax.net.ssl.*" %>'
    )
    found = extract(tmp_path / "a.jsp", text.encode())
    names = {name for site in found.sites for name in site.names}
    assert "javax.net.ssl.SSLContext.getInstance" in names
    assert "TLSv1" in repr([a.value for site in found.sites for a in site.arguments])


def scan(folder: Path, files: dict[str, str]) -> list[tuple[str, int, list[str], str]]:
    """Path, line, versions and the file that decides, of every finding in a tree."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    report = json.loads(run("-f", "json", "--level", "note", cwd=folder).out)
    return [
        (f["path"], f["region"]["line"], f["permitted"]["versions"], f["trace"][-1]["path"] if f["trace"] else "")
        for f in report["findings"]
    ]


def test_constants_are_linked_in_both_directions(tmp_path: Path) -> None:
    page = "<%@ Page Language='C#' %>\n<%@ Import Namespace='System.Net' %>\n"
    files = {
        "Old.cs": "namespace A { class Old { public const SecurityProtocolType Tls = (SecurityProtocolType)192; } }",
        "a.aspx": page + "<% ServicePointManager.SecurityProtocol = A.Old.Tls; %>",
        "b.ashx": '<%@ WebHandler Language="C#" Class="B" %>\nusing System.Net;\n'
        "public class B { public const SecurityProtocolType Eleven = SecurityProtocolType.Tls11; }",
        "C.cs": "using System.Net; class C { void D() { ServicePointManager.SecurityProtocol = B.Eleven; } }",
    }
    assert scan(tmp_path, files) == [
        ("C.cs", 1, ["TLSv1.1"], "b.ashx"),
        ("a.aspx", 3, ["TLSv1.0"], "Old.cs"),
    ]


def test_callers_in_pages_are_found(tmp_path: Path) -> None:
    files = {
        "web/Http.java": "package web;\nimport javax.net.ssl.*;\npublic class Http {\n"
        "  public static SSLContext open(String protocol) throws Exception {\n"
        "    return SSLContext.getInstance(protocol);\n  }\n}\n",
        "web/a.jsp": '<%@ page import=\'web.Http\' %>\n<p>Http.open("SSLv3")</p>\n<%= Http.open("TLSv1") %>\n',
    }
    assert ("web/a.jsp", 3, ["TLSv1.0"]) in [row[:3] for row in scan(tmp_path, files)]


# -- what a script of PowerShell compiles ---------------------------------------------------------------------------

TYPE = """using System.Net;
public class X {
  public static void Go() {
    ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
  }
}
"""
MEMBER = (
    "public static void Go() { System.Net.ServicePointManager.SecurityProtocol = (System.Net.SecurityProtocolType)48; }"
)


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("Add-Type @'\n{}'@\n[X]::Go()\n", [5]),
        ('add-type -Language CSharp -TypeDefinition @"\n{}"@ -ErrorAction Stop\n', [5]),
        ("Add-Type -ReferencedAssemblies System.Net `\n  -TypeDefinition @'\n{}'@\n", [6]),
        ("$code = @'\n{}'@\nAdd-Type -TypeDefinition $code\n", [5]),
        ("$script:code = @'\n{}'@\n$script:code | Add-Type\n", [5]),
        ("$options = @{{\n  TypeDefinition = @'\n{}'@\n}}\nAdd-Type @options\n", [6]),
        ("Add-Type @'\nclass A {{ }}\n'@\nAdd-Type @'\n{}'@\n", [8]),
        ("Add-Type -Name N -MemberDefinition @'\n" + MEMBER.replace("{", "{{").replace("}", "}}") + "\n'@\n", [2]),
        ("# Add-Type @'\n{}'@\n", []),
        ("<#\nAdd-Type @'\n{}'@\n#>\nAdd-Type -AssemblyName System.Web\n", []),
        ("$help = @'\n{}'@\nWrite-Host $help\nAdd-Type -AssemblyName System.Web\n", []),
        ("Add-Type -Language VisualBasic @'\n{}'@\n", []),
    ],
)
def test_c_sharp_that_a_script_of_powershell_compiles(script: str, lines: list[int], tmp_path: Path) -> None:
    path = tmp_path / "a.ps1"
    path.write_text(script.format(TYPE))
    found = EXTRACTOR.extract(Candidate(os.fsencode(path), "powershell")) or Extract()
    sites = [site for site in found.sites if site.form is not Form.MENTION]
    assert [site.region.line for site in sites] == lines
    assert {site.language for site in sites} <= {"csharp"}


def test_what_a_script_says_itself_is_read_beside_what_it_compiles(tmp_path: Path) -> None:
    own = '[Net.ServicePointManager]::SecurityProtocol = "Tls11"\n'
    assert scan(tmp_path, {"a.ps1": f"Add-Type @'\n{TYPE}'@\n{own}"}) == [
        ("a.ps1", 5, ["TLSv1.0"], ""),
        ("a.ps1", 9, ["TLSv1.1"], ""),
    ]


def test_c_sharp_in_a_script_is_mended_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.ps1"
    path.write_text(f"Add-Type @'\n{TYPE}'@\n[X]::Go()\n")
    run("--fix", cwd=tmp_path)
    assert path.read_text() == f"Add-Type @'\n{TYPE.replace('Type.Tls', 'Type.Tls12')}'@\n[X]::Go()\n"


# -- what is code --------------------------------------------------------------------------------------------------


def test_erb_takes_what_its_tags_hold() -> None:
    text = "a <%= b %> <%% c %> <%# d %> <%- e -%> <%== f %> <%|= g do %> % h\n<% i # j %> k <% end %> <% l"
    assert [line.strip() for line in code("a.erb", text).splitlines()] == ["b", "e", "f", "g do", "i # j", "end"]


def test_a_handler_is_code_below_its_directive() -> None:
    assert "class A" in code("a.ashx", '<%@ WebHandler Language="C#" Class="A" %>\nclass A { string s = "<%"; }')
    assert "class A" in code("a.asmx", "<%@ WebService language='c#' Class='A' %>\nclass A { }")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('<%@ Page Language="VB" %><% x %>', "vbnet"),
        ("<%@ page language=vb %><% x %>", "vbnet"),
        ('<%@ Page Language="C#" %><% x %>', "csharp"),
        ('<%@ Control CodeBehind="a.ascx.vb" %><% x %>', "vbnet"),
        ('<%@ Control CodeFile="a.ascx.cs" %><% x %>', "csharp"),
        ("<% If x Then %><% End If %>", "vbnet"),
        ("<% if (x) { %><% } %>", "csharp"),
        ('<script runat="server" language="C#">x</script>', "csharp"),
        ('<%@ Page Language="JScript" %><% x %>', ""),
    ],
)
def test_the_language_of_a_page(text: str, language: str) -> None:
    assert program("aspnet", SourceFile("a.aspx", text.encode())).language == language


def test_expressions_of_pages_are_written_out() -> None:
    text = '<%@ Page Language="C#" %><%= a %><%: b %><%# c %><%#: d %><% = e %><%$ f %><%-- g --%><% h(); %>'
    made = code("a.aspx", text)
    assert re.findall(r"Write\((.*?)\s*\n\);", made) == [" a", " b", " c", " d", " e"]
    assert " h();" in made
    assert not re.findall(r"\b[fg]\b", made)


def test_only_scripts_of_the_server_are_code() -> None:
    text = "<script>a</script><script Runat=Server>b;</script><script src=\"x\" runat='server'>c;</script><script d"
    made = code("a.aspx", text)
    assert "b;\nc;" in made
    assert "a\n" not in made


RAZOR_CASES = [
    ("<p>me@example.com @@x @* @y *@ @z.Foo(1)[2].Bar text</p>", ["Write(z.Foo(1)[2].Bar", ");"]),
    ("@if (a) { <b>don't } </b> x(); } else if (b) { y(); }\nelse { z(); } w();", None),
    ("@{ var a = x < y; <br> <text>} b;</text> c(); }", None),
    ("@{ var list = new List<string>(); @: d; { \n e(); }", None),
    ("@{ <script>if (a < b) { </b> }</script> f(); }", None),
    ("@{ <!-- } <p> --> <i title='}'>}</i> g(); }", None),
    ("@for (var i = 0; i < 2; i++) { <li>@i;</li> h(); } text", None),
    ("@do { i(); } while (a); text()", None),
    ("@try { j(); } catch (E e) { k(); } finally { l(); } while you wait()", None),
    ("@{ Func<int, object> m = @<b>n() @q(1)</b>; o(); }", None),
    ('@{ var s = @"}"""; var t = $"{u("}")}"; /* } */ var c = \'}\'; p(); } q()', None),
    ('@using (r(new { @class = "a", @for = 1 })) { @s(1) <p>@if (a) { t(); }</p> if (a) { @await u() } }', None),
    ("@v(1).w(x => { <p>y()</p> }, @<text>}) @z(2) </text>)[0] y()", None),
    ("@helper b(int c) { <b title='c => d'>@d(c)</b> e(); }\n<p>f()</p>", None),
    ("@{ <admin-input for='x => y' /> <text><div>g()</text> h(); } i()", None),
]
EXPECTED = {
    1: {"x", "y", "z"},
    2: {"c"},
    3: {"e"},
    4: {"f"},
    5: {"g"},
    6: {"h"},
    7: {"i"},
    8: {"j", "k", "l"},
    9: {"o", "q"},
    10: {"p", "u"},
    11: {"r", "s", "t", "u"},
    12: {"v", "w", "z"},
    13: {"b", "d", "e"},
    14: {"h"},
}


@pytest.mark.parametrize("number", range(len(RAZOR_CASES)))
def test_razor_knows_code_from_markup(number: int) -> None:
    text, lines = RAZOR_CASES[number]
    made = code("a.cshtml", text)
    if lines is not None:
        assert lines[0] in made
        assert all(word not in made for word in ("example", "@y", "text"))
        return
    called = set(re.findall(r"\b([a-z])\(", made)) - {"a"}
    assert called == EXPECTED[number]
    unit = frontend("csharp").parse(SourceFile("a.cs", made.encode()))
    assert not unit.root.has_error, made


def test_razor_directives() -> None:
    made = code("a.razor", '@page "/"\n@using System.Net\n@using A = B.C\n@inject D e\n<p>\n@code { int f = 1; }\n')
    assert "using System.Net;" in made
    assert "using A = B.C;" in made
    assert "int f = 1;" in made.split("Execute")[0]
    assert "inject" not in made


def cells(*texts: str) -> str:
    rows = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in texts]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4})


def test_notebook_lines_that_are_not_python() -> None:
    text = cells(
        "%matplotlib inline\nif a:\n    !ls \\\n  -l\nb = !ls\n%time c = 1\nd = %time e()\nf?\n?f\n",
        "x = ('%s'\n  % y)\ng != 1\n%%not_at_the_top\n",
        "%%bash\nrm\n",
        "%%timeit -n 3\nh()\n",
        "%%writefile i.py\nj = 1\n",
        "%%writefile i.txt\nk = 1\n",
    )
    made = code("a.ipynb", text)
    assert [line.rstrip() for line in made.splitlines() if line.strip()] == [
        "0", "if a:", "    0", "b = 0", "0;    c = 1", "d =       e()", "0", "0",
        "x = ('%s'", "  % y)", "g != 1", "0", "0", "h()", "0", "j = 1",
    ]  # fmt: skip


def test_notebooks_of_old_formats_and_odd_ones() -> None:
    cell = '{"cell_type": "code", "input": X}'
    lists = cell.replace("X", '["b\\n", "c"]')
    old = '{"worksheets": [{"cells": [' + cell.replace("X", '"a"') + "," + lists + "]}]}"
    assert code("a.ipynb", old).split() == ["a", "b", "c"]
    twice = '{"cells": [{"source": "a", "cell_type": "markdown", "source": ["b"], "cell_type": "code"}]}'
    assert code("a.ipynb", twice).split() == ["b"]
    odd = '{"cells": [' + cell.replace("X", '[1, null, ["a"], {"source": "b"}, "c"]')
    odd += ', {"cell_type": 1, "source": "d"}]}'
    assert code("a.ipynb", odd).split() == ["c"]
    shown = '"outputs": [{"source": "a", "cell_type": "code"}]'
    outputs = '{"cells": [{"cell_type": "code", ' + shown + ', "source": "b"}], "source": "c"}'
    assert code("a.ipynb", outputs).split() == ["b"]
    assert code("a.ipynb", '{"cells": {"cell_type": "code", "source": "a"}}').split() == []


@pytest.mark.parametrize(
    ("kernel", "cells_read"),
    [("Python", {"a", "b", "f"}), ("C#", {"a", "b", "d"}), ("pwsh", {"a", "b", "e"})],
)
def test_cells_in_the_language_of_the_notebook_are_read(kernel: str, cells_read: set[str]) -> None:
    own = {"Python": "python", "C#": "csharp", "pwsh": "pwsh"}[kernel]
    rows = [
        {"source": "a = 1"},
        {"source": "b = 1", "metadata": {"vscode": {"languageId": own}}},
        {"source": "c = 1", "metadata": {"polyglot_notebook": {"kernelName": "fsharp"}}},
        {"source": "#!csharp\nd = 1"},
        {"source": "#!pwsh\ne = 1"},
        {"source": "%%time\nf = 1"},
        {"source": "%%bash\ng = 1"},
    ]
    told = {"cells": [{"cell_type": "code", **row} for row in rows], "metadata": {"kernelspec": {"language": kernel}}}
    made = program("jupyter", SourceFile("a.ipynb", json.dumps(told).encode()))
    found = set(re.findall(r"\b([a-g]) = 1", made.source.data.decode()))
    assert made.language == {"Python": "python", "C#": "csharp", "pwsh": "powershell"}[kernel]
    assert cells_read <= found
    assert "c" not in found
    assert made.language == "python" or found == cells_read | {"f", "g"}


@pytest.mark.parametrize("place", ['"kernelspec": {"language": "R"}', '"language_info": {"name": "R"}'])
def test_a_notebook_of_another_kernel_is_told(tmp_path: Path, place: str) -> None:
    text = cells("ssl.SSLContext(ssl.PROTOCOL_TLSv1)").replace('"metadata": {}', f'"metadata": {{{place}}}')
    found = extract(tmp_path / "a.ipynb", text.encode())
    assert found.sites == ()
    assert [(p.kind, p.text) for p in found.problems] == [(ProblemKind.FOREIGN, "holds code of r, which is not read")]


def test_html_around_php_is_no_code(tmp_path: Path) -> None:
    setting = "curl_setopt($c, CURLOPT_SSLVERSION, 3)"
    text = f"<p>{setting};</p>\n<? {setting}; ?>\n<script>'<?= {setting} ?>' // {setting}</script>\n"
    text += f"<?php if ($a {{ ?>\n{setting}; CURL_SSLVERSION_TLSv1_0\n<?php }} ?>\n"
    (tmp_path / "a.phtml").write_text(text)
    found = EXTRACTOR.extract(Candidate(os.fsencode(tmp_path / "a.phtml"), "php"))
    assert found is not None
    assert [site.region.line for site in found.sites if site.form is Form.CALL] == [2, 3]
    assert not [site for site in found.sites if site.region.line == 5]


# -- hostile input -------------------------------------------------------------------------------------------------

BROKEN = r'{"cells": [{"cell_type": "code", "source": ["import ssl\n", "ssl.SSLContext(ssl.PROTOCOL_TLSv1)"]}, '


def test_a_broken_notebook_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    found = extract(tmp_path / "a.ipynb", (BROKEN + "\n<<<<<<< HEAD\n ssl.PROTOCOL_SSLv3").encode())
    assert [(p.kind, p.region.line if p.region else 0) for p in found.problems] == [(ProblemKind.PARSE_ERROR, 1)]
    assert [(site.form, site.region.line) for site in found.sites if site.form is Form.MENTION][-1] == (Form.MENTION, 3)
    column = BROKEN.index("ssl.PROTOCOL") + 1
    assert (1, column, column + 18, "ssl.PROTOCOL_TLSv1") in places(found)


HOSTILE = {
    "tags.erb": b"<%" * 100_000 + b"ssl_version",
    "nested.erb": b"<% <% " * 100_000 + b"ssl_version" + b" %>" * 100_000,
    "scripts.aspx": b'<script "' * 100_000 + b"SecurityProtocol",
    "servers.aspx": b"<script runat=server>" * 50_000 + b"SecurityProtocol",
    "comments.jsp": b"<%--" * 100_000 + b"SSLContext",
    "elements.jspx": b"<jsp:scriptlet>" * 50_000 + b"SSLContext",
    "cdata.jspx": b"<jsp:scriptlet>" + b"<![CDATA[" * 100_000 + b"SSLContext.getInstance</jsp:scriptlet>",
    "imports.jsp": b"<%@ page " + b'import="' * 100_000 + b"SSLContext.getInstance %>",
    "braces.cshtml": b"@{" * 100_000 + b"SecurityProtocol",
    "markup.cshtml": b"@{<p>" * 50_000 + b"SecurityProtocol",
    "quotes.cshtml": b"@{" + b'\\"' * 200_000 + b"SecurityProtocol",
    "comments.cshtml": b"@{" + b"/*@*" * 100_000 + b"SecurityProtocol",
    "parentheses.cshtml": b"@(" * 100_000 + b"SecurityProtocol",
    "parentheses.vbhtml": b"@(" * 100_000 + b"SecurityProtocol",
    "blocks.vbhtml": b"@Code\n" * 100_000 + b"SecurityProtocol",
    "ifs.vbhtml": b"@If x Then\n@<p>\n" * 50_000 + b"SecurityProtocol",
    "deep.ipynb": b"[" * 1_000_000 + b'"SSLContext"',
    "unclosed.ipynb": b'{"cells": [' + b'{"source": [' * 100_000 + b'"ssl.SSLContext',
    "escapes.ipynb": b'{"cells": [{"cell_type": "code", "source": "ssl.SSLContext(' + b"\\u0020" * 100_000 + b'3)"}]}',
    "lines.ipynb": b'{"cells": [{"cell_type": "code", "source": "' + b"\\n" * 2_000_000 + b'ssl.SSLContext"}]}',
    "tags.jspx": b"<%x%>" * 1_000_000 + b"<% SSLContext.getInstance %>",
    "spaces.ipynb": b'{"cells": [{"cell_type": "code", "source": "%time -n' + b" " * 1_000_000 + b'ssl.SSLContext"}]}',
    "numbers.ipynb": b"[" + b"1," * 500_000 + b'"SSLContext"]',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(tmp_path: Path, name: str) -> None:
    begun = time.process_time()
    extract(tmp_path / name, HOSTILE[name])
    assert time.process_time() - begun < 8


def test_a_large_notebook_is_read_all_the_same(tmp_path: Path) -> None:
    picture = b'{"cells": [{"cell_type": "code", "outputs": [{"image/png": "' + b"A" * 5_000_000 + b'"}], "source": '
    data = picture + b'"import ssl\\nssl.SSLContext(ssl.PROTOCOL_TLSv1)"}]}'
    found = extract(tmp_path / "a.ipynb", data)
    assert found.problems == ()
    (argument,) = [a for site in found.sites for a in site.arguments][:1]
    assert data[argument.region.start : argument.region.end] == b"ssl.PROTOCOL_TLSv1"


def test_too_much_code_is_searched_for_literals(tmp_path: Path) -> None:
    text = "<% a = 1 %>\n" * 300_000 + "<% OpenSSL::SSL::SSLContext.new(:TLSv1_1) %>"
    found = extract(tmp_path / "a.erb", text.encode())
    assert [problem.kind for problem in found.problems] == [ProblemKind.TOO_LARGE]
    assert [site.form for site in found.sites] == [Form.MENTION]


def test_too_large_a_file_is_searched_for_literals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tlsscan.extract.HOST_LIMIT", 3_000_000)
    data = b'{"cells": ["' + b"A" * 4_000_000 + b'", "ssl.PROTOCOL_TLSv1 SSLContext"'
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    found = Extractor(BOOK, hashes=False).extract(Candidate(os.fsencode(path), "jupyter"))
    assert found is not None
    assert [problem.kind for problem in found.problems] == [ProblemKind.TOO_LARGE]
    assert [site.form for site in found.sites] == [Form.MENTION]


PIECES = {  # parted by two spaces
    "a.erb": '<%  %>  <%=  -%>  <%#  <%%  %%>  a  "',
    "a.jsp": '<%  %>  <%!  <%@ page import="  <%--  --%>  <jsp:scriptlet>  </jsp:scriptlet>  <![CDATA[  ]]>  &lt;'
    '  &#xD800;  "  a  é',
    "a.aspx": "<%  %>  <%=  <%@ Page Language='C#' %>  <%@ Import Namespace='A' %>  <script runat=server>  </script>"
    "  \"  '  <%--  --%>  a;  é",
    "a.ashx": "<%  %>  <%@ WebHandler Language='C#' %>  class A { }",
    "a.cshtml": '@  @{  }  {  (  )  @(  <p>  </p>  <br>  @:  "  \'  @"  $"  //  /*  @*  *@  @if (a)  else  @functions {'
    "  a.b  <!--  -->  <script>  </script>  ;  é  =",
    "a.vbhtml": '@  @Code  End Code  @If a Then  End If  @<p>  </p>  (  )  "  é',
    "a.ipynb": '{  }  [  ]  :  ,  "cells"  "cell_type"  "code"  "source"  "a\\n"  "%time x"  "\\ud83d\\ude00"  "\\u12"'
    '  "é"  1  null  "metadata"  "language_info"  "name"',
}


@pytest.mark.parametrize("name", PIECES)
@settings(max_examples=150)
@given(data=st.data())
def test_any_text_gives_a_program_whose_parts_stand_in_the_file(name: str, data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from([*PIECES[name].split("  "), "\n"]), max_size=30)))
    if name.endswith(".ipynb"):
        text = f'{{"cells":[{{"cell_type":"code","source":[{text}]}}]}}'
    file = SourceFile(name, text.encode())
    made = program(kind_of(Path(name)), file).source
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(made.data))] * 2)))
    region = made.region(start, end)
    assert region == file.region(region.start, region.end)
    assert 0 <= region.start <= region.end <= len(file.data)
    for word in re.finditer(rb"\w+", made.data):
        there = made.region(*word.span())
        if "\\" not in text and "%time" not in text and there.end - there.start == len(word.group()):
            assert file.data[there.start : there.end] == word.group()


def test_what_does_not_parse_is_told_once(tmp_path: Path) -> None:
    text = "<% c.ssl_version = :TLSv1_1 if ) ( [ %>\n<p>ssl_version TLSv1</p>\n" * 50
    found = extract(tmp_path / "a.erb", text.encode())
    assert [problem.kind for problem in found.problems] == [ProblemKind.PARSE_ERROR]
