"""Clients of .NET that only the configuration of a program tells to use TLS."""

from pathlib import Path

import pytest

from test_parts import project
from tlsscan.model import Level
from tree_scans import scanned

PROXY = """namespace S {
  [System.ServiceModel.ServiceContract] public interface IPay { [System.ServiceModel.OperationContract] void Pay(); }
  public partial class PayClient : System.ServiceModel.ClientBase<S.IPay>, S.IPay {
    public PayClient() { }
    public PayClient(string name) : base(name) { }
    public void Pay() { Channel.Pay(); }
  }
}
"""
PROXY_VB = """Namespace S
  Partial Public Class PayClient
    Inherits System.ServiceModel.ClientBase(Of S.IPay)
    Public Sub New()
    End Sub
  End Class
End Namespace
"""
ENDPOINT = """<configuration><system.serviceModel><client>
  <endpoint name="ep" address="{}" binding="basicHttpBinding" contract="S.IPay" />
</client></system.serviceModel></configuration>
"""
SECURE, PLAIN = "https://pay.example.com/a.svc", "http://pay.example.com/a.svc"
MAIL = """<configuration><system.net><mailSettings><smtp>
  <network host="a" {}/>
</smtp></mailSettings></system.net></configuration>
"""


def related(tmp_path: Path, files: dict[str, str], at: str) -> tuple[Level, list[str]]:
    """The level at a project, and what relies on its runtime."""
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.place.path == at]
    return found.level, [place.text for place in found.usage.related]


CLIENT = ["PayClient leaves the versions to it"]


@pytest.mark.parametrize(
    ("code", "address", "said"),
    [
        ("new S.PayClient().Pay();", SECURE, CLIENT),
        ('new S.PayClient("ep").Pay();', SECURE, CLIENT),
        ("new S.PayClient(Name) { Quiet = true };", SECURE, CLIENT),
        ("new S.PayClient().Pay();", PLAIN, []),
        ("// new S.PayClient().Pay();", SECURE, []),
        ("new S.PayClient(binding, address).Pay();", SECURE, []),
        ("new S.PayClient(new BasicHttpBinding(), address).Pay();", SECURE, []),
        ("var a = typeof(S.PayClient);", SECURE, []),
        ('new ChannelFactory<S.IPay>("ep").CreateChannel();', SECURE, ["ChannelFactory leaves the versions to it"]),
        ('new ChannelFactory<S.IOther>("ep").CreateChannel();', SECURE, []),
        (
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; new S.PayClient().Pay();",
            SECURE,
            ["ServicePointManager.SecurityProtocol asks for more than the default"],
        ),
    ],
)
def test_a_client_of_wcf_whose_endpoint_is_configured(code: str, address: str, said: list[str], tmp_path: Path) -> None:
    files = {
        "P.csproj": project("Exe", "v4.5"),
        "P.cs": f"using System.Net;\nclass P {{ static void Main() {{\n  {code}\n}} }}\n",
        "Reference.cs": PROXY,
        "App.config": ENDPOINT.format(address),
    }
    level = Level.WARNING if said and "leaves" in said[0] else Level.NOTE
    assert related(tmp_path, files, "P.csproj") == (level, said)


def test_only_the_configuration_of_the_program_counts(tmp_path: Path) -> None:
    files = {
        "App/P.csproj": project("Exe", "v4.5", "..\\Lib\\Lib.csproj"),
        "App/P.cs": "class P { static void Main() { new Payment().Go(); } }\n",
        "Lib/Lib.csproj": project("Library", "v4.5"),
        "Lib/Payment.cs": "public class Payment { public void Go() { new S.PayClient().Pay(); } }\n",
        "Lib/Reference.cs": PROXY,
        "Lib/App.config": ENDPOINT.format(SECURE),
    }
    assert related(tmp_path, files, "App/P.csproj") == (Level.NOTE, [])
    files["App/App.config"] = files.pop("Lib/App.config")
    assert related(tmp_path, files, "App/P.csproj") == (Level.WARNING, CLIENT)


def test_in_basic(tmp_path: Path) -> None:
    files = {
        "P.vbproj": project("Exe", "v4.5"),
        "P.vb": "Module P\n  Sub Main()\n    Dim a As New S.PayClient\n    a.Pay()\n  End Sub\nEnd Module\n",
        "Reference.vb": PROXY_VB,
        "app.config": ENDPOINT.format(SECURE),
    }
    assert related(tmp_path, files, "P.vbproj") == (Level.WARNING, CLIENT)


@pytest.mark.parametrize(
    ("network", "more", "said"),
    [
        ('enableSsl="true"', "", ["SmtpClient leaves the versions to it"]),
        ('enableSsl="false"', "", []),
        ("", "", []),
        ('enableSsl="true"', "client.EnableSsl = false;", []),
    ],
)
def test_mail_that_is_sent_with_tls_by_configuration(network: str, more: str, said: list[str], tmp_path: Path) -> None:
    body = f"var client = new SmtpClient(); {more} client.Send(a);"
    files = {
        "P.csproj": project("Exe", "v4.5"),
        "P.cs": f"using System.Net.Mail;\nclass P {{ static void Main() {{\n  {body}\n}} }}\n",
        "App.config": MAIL.format(network),
    }
    assert related(tmp_path, files, "P.csproj") == (Level.WARNING if said else Level.NOTE, said)
