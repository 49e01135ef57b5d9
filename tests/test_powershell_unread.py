"""A parameter that nobody reads sets nothing."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

SCRIPT = """Param (
  [String] $Computername = 'server.example.org',
  $SecurityProtocol = 'Tls'
)
{}
Invoke-RestMethod -Uri "https://$Computername/x"
"""


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("New-Session -Computername $Computername", []),
        ("[Net.ServicePointManager]::SecurityProtocol = $securityprotocol", ["fails TLSv1.0"]),
        ("New-Session @PSBoundParameters", ["fails TLSv1.0"]),
        ("New-Session -Protocol ${SecurityProtocol}", ["fails TLSv1.0"]),
        ('New-Session -Text "with $SecurityProtocol"', ["fails TLSv1.0"]),
    ],
)
def test_a_parameter_of_a_script(tmp_path: Path, use: str, said: list[str]) -> None:
    assert list(told(scanned(tmp_path, {"a.ps1": SCRIPT.format(use)})).values()) == said
