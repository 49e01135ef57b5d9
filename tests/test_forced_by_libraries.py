"""Libraries of Java that choose the versions themselves, whatever the Java below them offers."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

POM = """<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version>
<dependencies><dependency>
  <groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
</dependency></dependencies></project>
"""
MAILER = """import java.util.Properties;
import javax.mail.*;
class Mailer {{
  void send() throws Exception {{
    Properties p = new Properties();
    {}
    Session.getInstance(p).getTransport().connect();
  }}
}}
"""
DATABASE = """import java.sql.*;
class Database {{
  Connection open() throws SQLException {{
    return DriverManager.getConnection("jdbc:mysql://db/x?{}", "u", "p");
  }}
}}
"""
USED = (Level.WARNING, Level.ERROR)
STARTTLS = 'p.put("mail.smtp.starttls.enable", "true");'
SESSION = """import java.util.Properties;
class {} {{
  void set() {{ Properties p = new Properties(); p.put("mail.smtp.ssl.protocols", "TLSv1.2"); }}
}}
"""
OTHER = """import java.util.Properties;
class Other {
  void set() { System.setProperty("mail.smtp.ssl.protocols", "TLSv1.2"); }
}
"""


@pytest.mark.parametrize(
    ("package", "version", "set_there", "level"),
    [
        ("javax.mail:mail", "1.4.7", STARTTLS, Level.ERROR),
        ("com.sun.mail:javax.mail", "1.5.2", STARTTLS, Level.ERROR),
        ("com.sun.mail:javax.mail", "1.5.3", STARTTLS, None),
        ("javax.mail:javax.mail-api", "1.4.7", STARTTLS, None),
        ("javax.mail:mail", "1.4.7", 'p.put("mail.smtp.auth", "true");', Level.NOTE),
        ("javax.mail:mail", "1.4.7", f'{STARTTLS} p.put("mail.smtp.ssl.protocols", "TLSv1.2");', Level.NOTE),
    ],
)
def test_old_mail_enables_one_version_alone(
    package: str, version: str, set_there: str, level: Level | None, tmp_path: Path
) -> None:
    files = {"pom.xml": POM.format(*package.split(":"), version), "Mailer.java": MAILER.format(set_there)}
    found = [f for f in scanned(tmp_path, files).findings if f.usage.rule == "runtimes/javamail"]
    assert [one.level for one in found] == ([level] if level is not None else [])
    assert [place.path for one in found for place in one.usage.related] == ["Mailer.java"] * (level in USED)
    assert all((one.verdict is Verdict.FAILS) == (level is Level.ERROR) for one in found)


def test_mail_that_another_file_sets_the_versions_of_asks_for_more(tmp_path: Path) -> None:
    files = {"pom.xml": POM.format("javax.mail", "mail", "1.4.7"), "Mailer.java": MAILER.format(STARTTLS)}
    (found,) = (
        f for f in scanned(tmp_path, {**files, "Other.java": OTHER}).findings if f.usage.rule == "runtimes/javamail"
    )
    assert found.level is Level.NOTE


@pytest.mark.parametrize(
    ("other", "text", "level"),
    [
        ("Other.java", SESSION.format("Other"), Level.WARNING),
        ("src/test/java/OtherTest.java", SESSION.format("OtherTest"), Level.ERROR),
        ("src/test/java/OtherTest.java", OTHER.replace("Other", "OtherTest"), Level.ERROR),
    ],
)
def test_mail_of_another_session_decides_nothing(other: str, text: str, level: Level, tmp_path: Path) -> None:
    files = {"pom.xml": POM.format("javax.mail", "mail", "1.4.7"), "Mailer.java": MAILER.format(STARTTLS), other: text}
    (found,) = (f for f in scanned(tmp_path, files).findings if f.usage.rule == "runtimes/javamail")
    assert (found.level, [place.path for place in found.usage.related]) == (level, ["Mailer.java"])


@pytest.mark.parametrize(
    ("version", "address", "level", "verdict"),
    [
        ("5.1.37", "useSSL=true", Level.ERROR, Verdict.FAILS),
        ("5.1.40", "requireSSL=true", Level.ERROR, Verdict.FAILS),
        ("5.1.40", "useSSL=false", Level.NOTE, Verdict.FAILS),
        ("5.1.45", "useSSL=true", Level.WARNING, Verdict.ALLOWS),
        ("5.1.45", "useSSL=true&enabledTLSProtocols=TLSv1.2", Level.NOTE, Verdict.ALLOWS),
        ("8.0.18", "sslMode=REQUIRED", Level.WARNING, Verdict.ALLOWS),
        ("5.1.49", "useSSL=true", None, None),
        ("8.0.19", "sslMode=REQUIRED", None, None),
    ],
)
def test_old_drivers_of_mysql_offer_old_versions_alone(
    version: str, address: str, level: Level | None, verdict: Verdict | None, tmp_path: Path
) -> None:
    pom = POM.format("mysql", "mysql-connector-java", version)
    report = scanned(tmp_path, {"pom.xml": pom, "Database.java": DATABASE.format(address)})
    found = [f for f in report.findings if f.usage.rule == "runtimes/mysql-connector-java"]
    assert [(one.level, one.verdict) for one in found] == ([(level, verdict)] if level is not None else [])
