"""Servers of a program that are given no certificate: what only runs with one is left out."""

from pathlib import Path

import pytest

from test_parts import project
from tlsscan.model import Level
from tree_scans import scanned

WRAPPER = """using System.Net.Security; using System.Security.Authentication;
namespace Talk { public class Wrapper {
  public void Secure(X509Certificate2 with) {
    new SslStream(inner).AuthenticateAsServer(with, false, SslProtocols.Tls, false);
  }
} }
"""
SERVER = """namespace Talk { public class Server {
  %s
  public X509Certificate2 Identity { get; set; }
  public void Start() { socket.Bind(address); socket.Listen(5); %s }
} }
"""
GETTER = 'public bool IsSecure { get { return scheme == "wss" && Identity != null; } }'
ASKS = "if (IsSecure) { new Wrapper().Secure(Identity); }"
MAIN = "using Talk;\nclass P { static void Main() { var one = new Server(); %s one.Start(); } }\n"


def level(tmp_path: Path, files: dict[str, str], path: str) -> Level:
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == path]
    assert ("nothing in the program calls" in found.message) == (found.level is Level.NOTE)
    return found.level


@pytest.mark.parametrize(
    ("getter", "asks", "main", "expected"),
    [
        (GETTER, ASKS, "", Level.NOTE),
        ("public bool IsSecure => Identity is not null && ready;", ASKS, "", Level.NOTE),
        (GETTER, "if (!IsSecure) return; new Wrapper().Secure(Identity);", "", Level.NOTE),
        (GETTER, ASKS, "one.Identity = null;", Level.NOTE),
        (GETTER, ASKS, "one.Identity = Load();", Level.ERROR),
        (GETTER, ASKS, "Load(ref one.Identity);", Level.ERROR),
        (GETTER, ASKS, 'one.Set("Identity", file);', Level.ERROR),
        (GETTER, "new Wrapper().Secure(Identity);", "", Level.ERROR),
        (GETTER.replace("&&", "||"), ASKS, "", Level.ERROR),
        (GETTER.replace("!=", "=="), ASKS, "", Level.ERROR),
        (GETTER.replace("Identity !=", "Other() !="), ASKS, "", Level.ERROR),
        ("public bool IsSecure { get { if (a) { return true; } return Identity != null; } }", ASKS, "", Level.ERROR),
    ],
)
def test_a_server_without_a_certificate_does_no_tls(
    getter: str, asks: str, main: str, expected: Level, tmp_path: Path
) -> None:
    server = SERVER % (getter, asks)
    files = {"A.csproj": project("Exe", "v4.8"), "P.cs": MAIN % main, "Server.cs": server, "Wrapper.cs": WRAPPER}
    assert level(tmp_path, files, "Wrapper.cs") is expected


@pytest.mark.parametrize(
    ("library", "second", "expected"),
    [
        ("App/Talk/", "", Level.NOTE),
        ("App/Talk/", "new Server { Identity = Load() }.Start();", Level.ERROR),
        ("Talk/", "", Level.ERROR),  # beside the program: others may use it, too
    ],
)
def test_a_library_in_the_folder_of_a_program_is_called_by_those_that_use_it(
    library: str, second: str, expected: Level, tmp_path: Path
) -> None:
    up = "..\\" if library.startswith("Talk") else ""
    files = {
        "App/App.csproj": project("Exe", "v4.8", f"{up}Talk\\Talk.csproj"),
        "App/P.cs": MAIN % "",
        "Two/Two.csproj": project("Exe", "v4.8", "..\\App\\App.csproj"),
        "Two/Q.cs": f"using Talk;\nclass Q {{ static void Main() {{ {second} }} }}\n",
        f"{library}Talk.csproj": project("Library", "v4.8"),
        f"{library}Server.cs": SERVER % (GETTER, ASKS),
        f"{library}Wrapper.cs": WRAPPER,
    }
    assert level(tmp_path, files, f"{library}Wrapper.cs") is expected
