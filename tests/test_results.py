"""C# and VB.NET: what a method of another file returns."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

HELPER = """using System.Net;
namespace Shop {{
    public static class TlsHelper {{
        public static SecurityProtocolType Wanted() {{ {0} }}
        public static SecurityProtocolType Wanted(string name) {{ return SecurityProtocolType.Tls12; }}
    }}
}}
"""
SETTING = "ServicePointManager.SecurityProtocol"
USE = """using System.Net;
namespace Shop.Web {{
    class Start {{ void Go() {{
        {0}
    }} }}
}}
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return SecurityProtocolType.Tls;", "fails TLSv1.0"),
        ("return SecurityProtocolType.Tls | SecurityProtocolType.Tls12;", "allows TLSv1.0 TLSv1.2"),
        ("var v = SecurityProtocolType.Tls11; v |= SecurityProtocolType.Tls; return v;", "fails TLSv1.0 TLSv1.1"),
        ("return SecurityProtocolType.SystemDefault;", ""),
    ],
)
def test_what_a_method_of_another_file_returns(body: str, said: str, tmp_path: Path) -> None:
    use = USE.format(f"{SETTING} = TlsHelper.Wanted();")
    report = scanned(tmp_path, {"TlsHelper.cs": HELPER.format(body), "Start.cs": use})
    assert told(report) == ({f"Start.cs:4 {'TlsHelper.Wanted()'}": said} if said else {})


def test_it_is_no_other_class_and_no_other_method(tmp_path: Path) -> None:
    helper = HELPER.format("return SecurityProtocolType.Tls;")
    for number, call in enumerate(("Other.Wanted()", "TlsHelper.Wished()")):
        use = USE.format(f"{SETTING} = {call};")
        report = scanned(tmp_path / str(number), {"TlsHelper.cs": helper, "Start.cs": use})
        assert told(report) == {f"Start.cs:4 {call}": "unresolved"}
    use = USE.format(f'{SETTING} = TlsHelper.Wanted("x");')
    report = scanned(tmp_path / "given", {"TlsHelper.cs": helper, "Start.cs": use})
    assert list(told(report).values()) == ["unresolved"]


def test_a_method_of_an_object_and_of_the_class_itself_in_another_part(tmp_path: Path) -> None:
    settings = """using System.Security.Authentication;
class Settings {
    private readonly bool old;
    public SslProtocols GetProtocols() => SslProtocols.Tls11;
}
partial class Client {
    SslProtocols Own()
    {
        return SslProtocols.Tls;
    }
}
"""
    use = """using System.Net.Security;
partial class Client {
    readonly Settings settings = new Settings();
    void Open(SslStream s) {
        s.AuthenticateAsClient("h", null, settings.GetProtocols(), false);
        s.AuthenticateAsClient("h", null, Own(), false);
    }
}
"""
    report = scanned(tmp_path, {"Settings.cs": settings, "Client.cs": use})
    assert told(report) == {
        "Client.cs:5 settings.GetProtocols()": "fails TLSv1.1",
        "Client.cs:6 Own()": "fails TLSv1.0",
    }


CHOOSING = """using System.Security.Authentication;
using System.Net.Security;
class A {
    static SslProtocols H(string p) {
        if (p == "old") return SslProtocols.Tls11;
        if (p == "older") return SslProtocols.Ssl3;
        return SslProtocols.None;
    }
    void O(SslStream s, string p) { s.AuthenticateAsClient("h", null, H(p), false); }
}
"""


def test_each_of_several_values_that_a_function_returns_is_told(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"A.cs": CHOOSING})
    assert told(report) == {"A.cs:9 H(p)": "fails TLSv1.1"}
    assert report.findings[0].message.endswith('(when p == "old"; SSL 3.0 when p == "older")')


VB_HELPER = """Imports System.Net
Namespace Shop
    Public Class TlsHelper
        Public Shared Function Wanted() As SecurityProtocolType
            {0}
        End Function
        Public Shared Function Wanted(name As String) As SecurityProtocolType
            Return SecurityProtocolType.Tls12
        End Function
    End Class
    Public Module Tools
        Public Function Old() As SecurityProtocolType
            Return SecurityProtocolType.Tls
        End Function
    End Module
End Namespace
"""


@pytest.mark.parametrize(
    ("body", "call", "said"),
    [
        ("Return SecurityProtocolType.Tls11", "TlsHelper.Wanted()", "fails TLSv1.1"),
        (
            "Return SecurityProtocolType.Tls Or SecurityProtocolType.Tls12",
            "TlsHelper.Wanted()",
            "allows TLSv1.0 TLSv1.2",
        ),
        ("Return SecurityProtocolType.Tls11", "Old()", "fails TLSv1.0"),
        ("Return SecurityProtocolType.Tls11", 'TlsHelper.Wanted("x")', "unresolved"),
        ("Return SecurityProtocolType.Tls11", "Other.Wanted()", "unresolved"),
    ],
)
def test_what_a_function_of_another_file_returns_in_vb(body: str, call: str, said: str, tmp_path: Path) -> None:
    lines = ("Imports System.Net", "Namespace Shop", "Class Start", "Sub Go()", f"{SETTING} = {call}")
    use = "\n".join((*lines, "End Sub", "End Class", "End Namespace", ""))
    report = scanned(tmp_path, {"TlsHelper.vb": VB_HELPER.format(body), "Start.vb": use})
    assert told(report) == {f"Start.vb:5 {call}": said}
