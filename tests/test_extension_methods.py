"""C#: an extension method is called on an object of the type that it extends."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

HEAD = "using System.Net.Http;\nusing System.Security.Authentication;\n"
EXTENSION = (
    f"{HEAD}static class Ext {{\n"
    " public static HttpClientHandler WithProtocols(this HttpClientHandler h, SslProtocols p) {\n"
    "  h.SslProtocols = p; return h;\n }\n}\n"
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("var h = new HttpClientHandler(); h.WithProtocols(SslProtocols.Tls);", {"SslProtocols.Tls": "fails TLSv1.0"}),
        ("new HttpClientHandler().WithProtocols(SslProtocols.Tls11);", {"SslProtocols.Tls11": "fails TLSv1.1"}),
        ("HttpClientHandler h = Make(); h.WithProtocols(SslProtocols.Tls);", {"SslProtocols.Tls": "fails TLSv1.0"}),
        ("var h = new Other(); h.WithProtocols(SslProtocols.Tls);", {"p": "unresolved"}),
        ("IBuilder b = Make(); b.WithProtocols(SslProtocols.Tls);", {"p": "unresolved"}),
        ("var h = new HttpClientHandler(); h.WithProtocols(SslProtocols.Tls, 1);", {"p": "unresolved"}),
        (
            "var h = new HttpClientHandler(); h.WithProtocols(SslProtocols.Tls12);",
            {"SslProtocols.Tls12": "caps TLSv1.2"},
        ),
    ],
)
@pytest.mark.parametrize("where", ["a.cs", "b.cs"])
def test_its_callers_are_those_of_the_type(where: str, code: str, expected: dict[str, str], tmp_path: Path) -> None:
    use = f"class Use {{ void Go() {{ {code} }} }}\n"
    files = {"a.cs": EXTENSION + use} if where == "a.cs" else {"a.cs": EXTENSION, "b.cs": HEAD + use}
    report = told(scanned(tmp_path, files))
    assert {place.partition(" ")[2]: said for place, said in report.items()} == expected
