"""Razor pages: C# or VB after `@`, with markup again inside the code."""

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.jsp import class_name
from tlsscan.hosts.razor_csharp import CSharpPage
from tlsscan.hosts.razor_vb import VbPage
from tlsscan.source import SourceFile


def program(source: SourceFile) -> Program:
    """The class that is made of a page: by its suffix of VB, else of C#."""
    code = Assembly(source)
    name = class_name(source.path)
    if source.path.lower().endswith(".vbhtml"):
        vb = VbPage(source)
        code.words(b"Imports System\n")
        code.add(vb.imports)
        code.words(b"Class " + name + b"\n")
        code.add(vb.members)
        code.words(b"Sub Execute()\n")
        code.add(vb.statements)
        code.words(b"End Sub\nEnd Class\n")
        return Program("vbnet", code.source())
    page = CSharpPage(source)
    code.words(b"using System;\n")
    code.add(page.imports)
    code.words(b"class " + name + b" {\n")
    code.add(page.members)
    code.words(b"void Execute() {\n")
    code.add(page.statements)
    code.words(b"}\n}\n")
    return Program("csharp", code.source())
