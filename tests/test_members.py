"""C# members behind members: the types that other files tell of them lead to the value."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tree_scans import scanned, told

CLUSTER = """
namespace Db {
    public class Cluster { internal readonly TlsPolicy tlsPolicy; public TlsPolicy Lazy => tlsPolicy ?? Make(); }
    public class Node { public Cluster Cluster { get; private set; } }
}
"""
POLICY = """
using System.Security.Authentication;
namespace Db {
    public class TlsPolicy {
        public SslProtocols protocols = SslProtocols.Tls;
        public SslProtocols Later { get; set; }
    }
}
"""
USE = """
using System.Net.Security;
namespace Db.Net {{
    class Connection {{
        Node node;
        void Open(SslStream s, Cluster cluster) {{ {} }}
    }}
}}
"""
FILES: Mapping[str, str] = {"Cluster.cs": CLUSTER, "TlsPolicy.cs": POLICY}
AUTHENTICATE = 's.AuthenticateAsClient("h", null, {}, false);'


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("cluster.tlsPolicy.protocols", "fails TLSv1.0"),
        ("cluster.Lazy.protocols", "fails TLSv1.0"),
        ("node.Cluster.tlsPolicy.protocols", "fails TLSv1.0"),
        ("this.node.Cluster.tlsPolicy.protocols", "fails TLSv1.0"),
        ("node.Cluster.tlsPolicy.Later", "unresolved"),
        ("node.Other.tlsPolicy.protocols", "unresolved"),
    ],
)
def test_the_type_of_a_member_leads_on(tmp_path: Path, value: str, said: str) -> None:
    report = scanned(tmp_path, {**FILES, "Use.cs": USE.format(AUTHENTICATE.format(value))})
    assert told(report) == {f"Use.cs:6 {value}": said}


def test_a_variable_keeps_a_member(tmp_path: Path) -> None:
    code = "var kept = node.Cluster.tlsPolicy; " + AUTHENTICATE.format("kept.protocols")
    report = scanned(tmp_path, {**FILES, "Use.cs": USE.format(code)})
    assert told(report) == {"Use.cs:6 kept.protocols": "fails TLSv1.0"}


def test_two_types_that_may_be_meant_leave_it_open(tmp_path: Path) -> None:
    other = CLUSTER.replace("TlsPolicy", "Policy")
    report = scanned(
        tmp_path, {**FILES, "Other.cs": other, "Use.cs": USE.format(AUTHENTICATE.format("cluster.tlsPolicy.protocols"))}
    )
    assert told(report) == {"Use.cs:6 cluster.tlsPolicy.protocols": "unresolved"}


def test_what_a_setter_is_given_is_no_constant_of_another_file(tmp_path: Path) -> None:
    setter = """
    using System.Security.Authentication;
    class Box { public static SslProtocols value = SslProtocols.Tls; }
    """
    use = "class C { SslProtocols Q { set { new SslStream(s).AuthenticateAsClient(h, null, value, true); } } }"
    report = scanned(tmp_path, {"Box.cs": setter, "Use.cs": f"using System.Net.Security;\n{use}\n"})
    assert told(report) == {"Use.cs:2 value": "unresolved"}


@pytest.mark.parametrize(
    ("passed", "said"), [("Default", {}), ("Tls11", {"Use.cs:4 SslProtocols.Tls11": "fails TLSv1.1"})]
)
def test_a_value_that_is_replaced_is_not_that_of_the_caller(tmp_path: Path, passed: str, said: dict[str, str]) -> None:
    handler = """
    using System.Net.Http;
    using System.Security.Authentication;
    public static class Handlers {
        public static void Apply(HttpClientHandler handler, SslProtocols chosen) {
            if (chosen == SslProtocols.Default) chosen = SslProtocols.Tls13 | SslProtocols.Tls12;
            handler.SslProtocols = chosen;
        }
    }
    """
    use = f"""using System.Net.Http;
    using System.Security.Authentication;
    class User {{
        void Use(HttpClientHandler h) {{ Handlers.Apply(h, SslProtocols.{passed}); }}
    }}
    """
    report = scanned(tmp_path, {"Handlers.cs": handler, "Use.cs": use})
    assert {place: text for place, text in told(report).items() if text != "unresolved"} == said


HANDED = """using System.Net.Security;
using System.Security.Authentication;
namespace N {
  public class Wire {
    public SslProtocols Wanted { get; set; }
    void Go(SslStream s) { s.AuthenticateAsClient("h", null, Wanted, false); }
  }
  public class Client {
    public SslProtocols Versions { get; init; }
    public SslProtocols Mine { get; private set; }
    void Up(SslStream s) { new Wire { Wanted = Versions }.Go(s); new Wire { Wanted = Mine }.Go(s); }
  }
}
"""
SETTING = """using System.Security.Authentication;
using N;
class Program {
  Client a = new Client { Versions = SslProtocols.Tls };
  void B(Wire w) { w.Wanted = SslProtocols.Tls11; }
  void C(object w) { w.Wanted = SslProtocols.Ssl3; }
  void D(Other w) { w.Wanted = SslProtocols.Ssl3; }
  void E(Wire w) { w.Wanted = SslProtocols.Tls12; }
}
"""


def test_what_a_property_is_set_to_elsewhere_is_told_there(tmp_path: Path) -> None:
    """Also through the property of another class; not where the receiver is of another class, or not known."""
    report = scanned(tmp_path, {"Wire.cs": HANDED, "Program.cs": SETTING})
    assert {place: said for place, said in told(report).items() if "caps" not in said and said != "unresolved"} == {
        "Program.cs:4 SslProtocols.Tls": "fails TLSv1.0",
        "Program.cs:5 SslProtocols.Tls11": "fails TLSv1.1",
    }
    assert not [f for f in report.findings if f.usage.place.path == "Wire.cs"]


INITIAL = """using System.Net.Security;
using System.Security.Authentication;
namespace N {{
  public class Options {{ public SslProtocols Versions {{ get; set; }} = SslProtocols.{initial}; }}
  public class Wire {{
    public void Go(SslStream s, Options o) {{ s.AuthenticateAsClient("h", null, o.Versions, false); }}
  }}
}}
"""
OTHERS = """using System.Security.Authentication;
using N;
class Program {
  Options a = new Options { Versions = SslProtocols.Tls };
  void B(Options o) { o.Versions = SslProtocols.Tls12; }
  void C(Other o) { o.Versions = SslProtocols.Ssl3; }
}
"""


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(("initial", "own"), [("Tls12", {}), ("Tls11", {"fails TLSv1.1"}), ("None", {})])
def test_what_others_set_replaces_what_a_property_has_at_first(
    initial: str, own: dict[str, str], apart: bool, tmp_path: Path
) -> None:
    first, second = INITIAL.format(initial=initial).split("  public class Wire", 1)
    wire = "using System.Net.Security;\nnamespace N {\n  public class Wire" + second
    files = {"Options.cs": f"{first}}}\n", "Wire.cs": wire} if apart else {"Wire.cs": INITIAL.format(initial=initial)}
    report = scanned(tmp_path, {**files, "Program.cs": OTHERS})
    said = {place: text for place, text in told(report).items() if text.partition(" ")[0] in ("fails", "allows")}
    assert said.pop("Program.cs:4 SslProtocols.Tls") == "fails TLSv1.0"
    assert [*said.values()] == [*own]  # once: not where the property is declared, too
    assert {f.usage.condition for f in report.findings if f.usage.place.path == "Wire.cs"} <= {"Versions is not set"}


def test_what_a_property_has_at_first_counts_in_an_operation(tmp_path: Path) -> None:
    code = INITIAL.format(initial="Tls11").replace("o.Versions, false", "o.Versions | SslProtocols.Tls, false")
    report = scanned(tmp_path, {"Wire.cs": code})
    assert told(report) == {"Wire.cs:6 o.Versions | SslProtocols.Tls": "fails TLSv1.0 TLSv1.1"}


HERE = """using System.Net.Security;
using System.Security.Authentication;
class Go {{
  void Use(SslStream s, Far given, Far other, bool old) {{
    {code}
    s.AuthenticateAsClient("h", null, far.Versions, false);
  }}
  void Elsewhere(Far o) {{ o.Versions = SslProtocols.Ssl3; }}
}}
"""
FAR = """using System.Security.Authentication;
public class Far { public SslProtocols Versions { get; set; } = SslProtocols.Tls; }
"""


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("var far = new Far(); far.Versions = SslProtocols.Tls12;", ""),
        ("var far = new Far { Versions = SslProtocols.Tls12 };", ""),
        ("var far = given; far.Versions = SslProtocols.Tls12;", ""),
        ("var far = new Far(); far.Versions = SslProtocols.Tls12; far.Versions = SslProtocols.Tls11;", "fails TLSv1.1"),
        ("var far = given; if (old) { far.Versions = SslProtocols.Tls12; }", "fails TLSv1.0"),
        ("var far = given; other.Versions = SslProtocols.Tls12;", "fails TLSv1.0"),
        ("var far = given; far.Versions = SslProtocols.Tls12; far = other;", "fails TLSv1.0"),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_what_a_function_sets_itself_is_all_that_its_object_has(
    code: str, verdict: str, apart: bool, tmp_path: Path
) -> None:
    use = HERE.format(code=code)
    report = scanned(tmp_path, {"Use.cs": use, "Far.cs": FAR} if apart else {"Use.cs": use + FAR})
    said = {place: text for place, text in told(report).items() if place.startswith("Use.cs:6 ")}
    assert list(said.values()) == [verdict or "caps TLSv1.2"]


PART = "using Lib;\nnamespace N.Cfg;\npublic sealed class Part : Base {{ internal Part() {{ Versions = {}; }} }}\n"
WHOLE = "using Lib;\nnamespace N.Cfg;\npublic sealed class Whole : Base<Part> {{ {} }}\n"
READER = """using System.Net;
using N.Cfg;
namespace N;
public class Client {
    public Whole Own { get; } = new Whole();
    public void Go() { ServicePointManager.SecurityProtocol = Own.Parts.Versions; }
}
"""


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("public Whole() { Parts = new Part(); }", "allows TLSv1.0 TLSv1.2"),
        ("public Whole() { Parts = Make(); }", "unresolved"),
        ("public Whole() { Parts = new Part(); Parts = new Other(); }", "unresolved"),
        ("public void Up() { Parts = new Part(); }", "unresolved"),
    ],
)
def test_a_member_that_a_base_declares_has_the_type_of_what_a_constructor_makes(
    made: str, said: str, tmp_path: Path
) -> None:
    """Also where the members of the base are known to no file."""
    kept = "SecurityProtocolType.Tls | SecurityProtocolType.Tls12"
    files = {"Part.cs": PART.format(kept), "Whole.cs": WHOLE.format(made), "Client.cs": READER}
    assert told(scanned(tmp_path, files)) == {"Client.cs:6 Own.Parts.Versions": said}


FIELD = """using System.Net.Security;
using System.Security.Authentication;
{kind} class Mail {{
    {field} = SslProtocols.Tls;
    public void Open(SslStream s) {{ s.AuthenticateAsClient("h", null, Kept, false); }}
}}
"""


@pytest.mark.parametrize(
    ("kind", "field", "condition"),
    [
        ("public", "public SslProtocols Kept", "Kept is not set"),
        ("public", "public static SslProtocols Kept", "Kept is not set"),
        ("public", "public static readonly SslProtocols Kept", ""),
        ("public", "public const SslProtocols Kept", ""),
        ("public", "private SslProtocols Kept", ""),
        ("public", "internal SslProtocols Kept", ""),
        ("internal", "public SslProtocols Kept", ""),
    ],
)
def test_a_field_that_any_code_may_set_is_told_as_such(kind: str, field: str, condition: str, tmp_path: Path) -> None:
    (found,) = scanned(tmp_path, {"Mail.cs": FIELD.format(kind=kind, field=field)}).findings
    assert (found.verdict, found.usage.condition) == ("fails", condition)


def test_what_others_set_a_field_to_is_told_there(tmp_path: Path) -> None:
    use = "using System.Security.Authentication;\nclass Use { void Up() { Mail.Kept = SslProtocols.Tls11; } }\n"
    files = {"Mail.cs": FIELD.format(kind="public", field="public static SslProtocols Kept"), "Use.cs": use}
    found = told(scanned(tmp_path, files))
    assert found == {"Mail.cs:5 Kept": "fails TLSv1.0", "Use.cs:2 SslProtocols.Tls11": "fails TLSv1.1"}
