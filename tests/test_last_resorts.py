"""What C# gives a variable in a catch clause, for another attempt, is a last resort: one level lower."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned

HEAD = "using System.IO;\nusing System.Net.Security;\nusing System.Security.Authentication;\nclass A {{\n{}\n}}\n"
FIRST = "try {{ s.AuthenticateAsClient(h, null, {0}, false); {1}}} catch (IOException) {{ {0} = SslProtocols.Tls; {2}}}"


@pytest.mark.parametrize("name", ["p", "wanted"])
@pytest.mark.parametrize(
    "loop", [("while (true) {", "break; ", "", "}"), ("again:", "", "goto again; ", "")], ids=["while", "goto"]
)
def test_another_attempt_in_a_loop(name: str, loop: tuple[str, str, str, str], tmp_path: Path) -> None:
    before, done, again, after = loop
    body = f"void F(SslStream s, string h) {{ var {name} = SslProtocols.Tls12;\n{before}"
    body += FIRST.format(name, done, again) + after + " }"
    (found,) = scanned(tmp_path, {"A.cs": HEAD.format(body)}).findings
    assert (found.verdict, found.level) == ("fails", Level.WARNING)
    assert found.usage.condition == "IOException is caught"


def test_a_variable_that_the_first_attempt_does_not_use_is_no_last_resort(tmp_path: Path) -> None:
    body = (
        "void F(SslStream s, string h) { var p = SslProtocols.Tls12;\n"
        "try { Open(h, other_p, 0); } catch (IOException) { p = SslProtocols.Tls; }\n"
        "s.AuthenticateAsClient(h, null, p, false); }"
    )
    (found,) = scanned(tmp_path, {"A.cs": HEAD.format(body)}).findings
    assert (found.verdict, found.level) == ("fails", Level.ERROR)
