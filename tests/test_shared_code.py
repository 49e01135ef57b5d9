"""Code that several projects share: what one place passes on to each of them is told once."""

from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.scan import Request, scan

PROJECT = """<Project ToolsVersion="4.0">
  <PropertyGroup>
    <TargetFrameworkVersion>v4.0</TargetFrameworkVersion>
  </PropertyGroup>
</Project>
"""
HANDSHAKE = """using System.Security.Authentication;
public class HandShake {
    public HandShake(string host, SslProtocols protocol) { Protocol = protocol; }
    public HandShake(string host) : this(host, SslProtocols.Ssl3) { }
    public SslProtocols Protocol { get; set; }
}
"""
CLIENT = """using System.Net.Security;
public class {name} {{
    private SslStream stream;
    public void Connect(HandShake shake) {{ stream.AuthenticateAsClient("host", null, shake.Protocol, false); }}
}}
"""


def test_what_is_passed_on_to_several_projects_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"Common/HandShake.cs": HANDSHAKE, "Common/Common.csproj": PROJECT}
    for name in ("Imap", "Pop"):
        files |= {f"{name}/{name}.cs": CLIENT.format(name=name), f"{name}/{name}.csproj": PROJECT}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    found = scan(Request((".",), jobs=1), packs.load()).report.findings
    code = [(f.usage.place.path, f.usage.place.region.line, f.verdict) for f in found if f.usage.language]
    assert code == [("Common/HandShake.cs", 4, "fails")]
