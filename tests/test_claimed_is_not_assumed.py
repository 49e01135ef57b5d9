"""Of what is claimed nothing is assumed, nor of what comes with it."""

from pathlib import Path

import pytest

from tree_scans import scanned

RUBY = {"a.rb": "c = OpenSSL::SSL::SSLContext.new\nc.min_version = :TLS1_1\nc.max_version = :TLS1_2\n"}
PYTHON = {"a.py": "import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"}


@pytest.mark.parametrize(("code", "claim"), [(RUBY, ".ruby-version"), (PYTHON, ".python-version")])
def test_what_is_claimed_is_not_assumed(code: dict[str, str], claim: str, tmp_path: Path) -> None:
    version = "3.0.0" if claim == ".ruby-version" else "3.8.1"
    (tmp_path / "claimed").mkdir()
    (tmp_path / "open").mkdir()
    told = scanned(tmp_path / "claimed", {**code, claim: f"{version}\n"})
    assert told.findings
    assert [one.usage.assumed for one in told.findings if one.usage.assumed] == []
    assert told.assumed == ()
    unknown = scanned(tmp_path / "open", code)
    assert [one.usage.assumed for one in unknown.findings if one.usage.assumed]
    assert unknown.assumed


@pytest.mark.parametrize(
    ("target", "assumed"), [("net6.0-windows", ()), ("net6.0-windows;net48", ()), ("", (".NET Framework 4.8",))]
)
def test_of_what_another_product_runs_in_the_place_of_nothing_is_assumed(
    target: str, assumed: tuple[str, ...], tmp_path: Path
) -> None:
    setting = "ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls11;"
    files = {"P.cs": f"using System.Net;\nclass P {{ static void Main() {{ {setting} }} }}\n"}
    if target:
        several = "s" if ";" in target else ""
        files["A.csproj"] = (
            '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
            f"<TargetFramework{several}>{target}</TargetFramework{several}></PropertyGroup></Project>\n"
        )
    report = scanned(tmp_path, files)
    (found,) = [one for one in report.findings if one.usage.language]
    assert found.usage.assumed == assumed
    assert bool(report.assumed) is bool(assumed)
