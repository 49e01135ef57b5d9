"""Code judged on the runtimes that claims allow, and the claims that are findings themselves."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tlsscan import packs
from tlsscan.claims import Claim, ClaimKind, Span, scope_of
from tlsscan.errors import UsageError
from tlsscan.grounds import Option
from tlsscan.model import Finding, Level, Origin, Place, Ruling, Verdict
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.scan import findings_of
from tlsscan.selfcheck import Checker
from tlsscan.terms import Terms
from tlsscan.values import Region
from tlsscan.verdicts import Court, known_of, named_of
from tree_scans import scanned

BOOK = packs.load()
CHECKER = Checker(BOOK)
TERMS = Terms()

JAVA = """import javax.net.ssl.SSLContext;
class Client {
  void a() throws Exception {
    SSLContext.getInstance("TLS");
    SSLContext.getInstance("TLSv1");
    SSLContext.getInstance("TLSv1.2");
  }
}
"""
PYTHON = """import ssl
default = ssl.SSLContext(ssl.PROTOCOL_TLS)
"""
PHP = """<?php
stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
"""
DOTNET = """using System.Net;
class Start { void Up() {
  ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
} }
"""
LANGUAGES = {"java": "java", "py": "python", "php": "php", "cs": "csharp"}


def claim(
    product: str, *spans: str | Span, kind: ClaimKind = ClaimKind.DEPLOYMENT, path: str = "Dockerfile", why: str = ""
) -> Claim:
    """A claim; a text is one version or series."""
    known = tuple(Span(span, span) if isinstance(span, str) else span for span in spans)
    text = f"{product} {' '.join(map(str, known))}"
    return Claim(product, known, text, kind, Place(path, Region(1, 1, 1, 9, 1, 9, 0, 8), text), scope_of(path), why)


def ruling(files: dict[str, str], *claims: Claim, named: Sequence[str] = (), assume: str = "current") -> Ruling:
    """What is found in files and claims."""

    def judge(path: str, runtimes: Runtimes) -> list[Finding]:
        return findings_of(CHECKER.on(LANGUAGES[path.rpartition(".")[2]], path, files[path], runtimes), BOOK, TERMS)

    known = known_of(claims, named, assume, BOOK)
    return Court(known, BOOK, lambda path: Origin()).ruling(files, judge, TERMS.at, TERMS.floor)


def told(ruled: Ruling, path: str = "") -> dict[int, str]:
    """Verdict and level by line, of what is no mere default that is fine."""
    return {
        finding.usage.place.region.line: f"{finding.verdict} {finding.level}"
        for finding in ruled.findings
        if finding.level is not Level.NONE and (finding.usage.place.path == path or not path)
    }


def at(ruled: Ruling, line: int, path: str) -> Finding:
    """The finding in a line."""
    return next(f for f in ruled.findings if f.usage.place.region.line == line and f.usage.place.path == path)


# -- code --------------------------------------------------------------------------------------------------------


def test_java_7_must_be_asked_for_tls_1_2() -> None:
    ruled = ruling({"C.java": JAVA}, claim("java", "7"))
    found = told(ruled, "C.java")
    assert found == {4: "fails error", 5: "fails error"}
    assert at(ruled, 4, "C.java").message.endswith("(on Java 7, Dockerfile:1)")
    assert [place.path for place in at(ruled, 4, "C.java").usage.claims] == ["Dockerfile"]


def test_on_a_java_that_switched_tls_1_0_off_its_name_fails_already() -> None:
    ruled = ruling({"C.java": JAVA}, claim("java", "8u291"))
    assert told(ruled) == {5: "fails error", 6: "caps note"}
    finding = at(ruled, 5, "C.java")
    assert finding.broken_already
    assert "on Java 8u291, Dockerfile:1" in finding.message


def test_a_series_is_its_newest_release() -> None:
    assert told(ruling({"C.java": JAVA}, claim("java", "8"))) == told(ruling({"C.java": JAVA}, claim("java", "8u291")))
    assert told(ruling({"c.php": PHP}, claim("php", "5.6")), "c.php")[2] == "fails error"
    assert floors(claim("python", "3", kind=ClaimKind.TEST)) == []


def test_a_bound_allows_what_lies_above_it() -> None:
    ruled = ruling({"C.java": JAVA}, claim("java", Span("8"), kind=ClaimKind.BYTECODE, path="pom.xml"))
    assert told(ruled, "C.java") == {4: "allows note", 5: "fails error", 6: "allows note"}
    assert "which pom.xml:1 allows" in at(ruled, 4, "C.java").message


def test_a_claim_without_effect_is_not_told() -> None:
    ruled = ruling({"C.java": JAVA}, claim("java", "7"))
    assert "Java 7" not in at(ruled, 5, "C.java").message


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("5.5", "fails error"),
        ("5.6.3", "allows warning"),
        ("5.6.40", "fails error"),
        ("7.1", "fails error"),
        ("7.2", "allows warning"),
        ("8.2", "allows warning"),
    ],
)
def test_the_meanings_of_a_php_constant(version: str, wanted: str) -> None:
    assert told(ruling({"c.php": PHP}, claim("php", version)), "c.php")[2] == wanted


def test_a_libcurl_before_7_61_takes_a_lowest_version_for_the_only_one() -> None:
    assert told(ruling({"c.php": PHP}, claim("libcurl", "7.60.0")), "c.php")[3] == "caps note"
    assert 3 not in told(ruling({"c.php": PHP}, claim("libcurl", "7.61.0")), "c.php")


@pytest.mark.parametrize(
    ("target", "wanted"),
    [("4.5", "allows warning"), ("4.6.1", "allows warning"), ("4.7", "caps note"), ("4.8", "caps note")],
)
def test_what_is_added_to_a_default_depends_on_the_target(target: str, wanted: str) -> None:
    ruled = ruling({"N.cs": DOTNET}, claim("netfx", target, kind=ClaimKind.PINNED, path="N.csproj"))
    assert told(ruled, "N.cs") == {3: wanted}


def test_what_merely_rests_on_a_default_is_told_at_the_claim() -> None:
    ruled = ruling({"p.py": PYTHON}, claim("python", "3.9", kind=ClaimKind.PINNED, path=".python-version"))
    assert told(ruled, "p.py") == {}
    finding = at(ruled, 1, ".python-version")
    assert (finding.verdict, finding.level) == (Verdict.ALLOWS, Level.WARNING)
    assert [(place.path, place.region.line) for place in finding.usage.related] == [("p.py", 2)]
    assert "Python 3.10 offers nothing older by default" in finding.remediation


def test_a_newer_runtime_makes_it_silent() -> None:
    assert told(ruling({"p.py": PYTHON}, claim("python", "3.10"))) == {}
    assert told(ruling({"C.java": JAVA}, claim("java", "17")), "Dockerfile") == {}


def test_the_nearest_claim_counts() -> None:
    files = {"old/C.java": JAVA, "new/C.java": JAVA}
    ruled = ruling(files, claim("java", "7", path="old/Dockerfile"), claim("java", "17", path="new/Dockerfile"))
    assert told(ruled, "old/C.java")[4] == "fails error"
    assert 4 not in told(ruled, "new/C.java")


def test_a_lower_bound_asserts_nothing_old() -> None:
    bound = claim("python", Span("2.7"), kind=ClaimKind.REQUIREMENT, path="setup.py")
    ruled = ruling({"p.py": PYTHON}, bound)
    assert told(ruled, "p.py") == {2: "allows note"}
    assert "which setup.py:1 allows" in at(ruled, 2, "p.py").message
    assert at(ruled, 2, "p.py").usage.tentative


def test_a_range_asserts_what_holds_on_all_of_it() -> None:
    bound = claim("php", Span("5.6.7", "7.2", below=True), kind=ClaimKind.REQUIREMENT, path="composer.json")
    assert told(ruling({"c.php": PHP}, bound), "c.php")[2] == "fails error"


def test_tests_are_no_deployment() -> None:
    matrix = claim("java", "7", "8", "17", kind=ClaimKind.TEST, path=".travis.yml")
    ruled = ruling({"C.java": JAVA}, matrix)
    assert told(ruled, "C.java")[4] == "fails note"
    assert "on Java 7, which .travis.yml:1 allows" in at(ruled, 4, "C.java").message
    assert told(ruled, ".travis.yml") == {1: "allows note"}


def test_an_update_that_is_named_is_all_there_is_and_one_that_is_not_may_be_there() -> None:
    assert told(ruling({"C.java": JAVA}, named=["java=6u111"]))[6] == "fails error"
    asked = at(ruling({"C.java": JAVA}, named=["java=6"]), 6, "C.java")
    assert asked.verdict is Verdict.ALLOWS
    assert "TLS 1.1 and TLS 1.2 with an update of the runtime only" in asked.message
    assert "with an update" not in at(ruling({"C.java": JAVA}, named=["java=6u121"]), 6, "C.java").message


def test_of_several_targets_the_worst_counts() -> None:
    several = claim("netfx", "4.5", "4.8", kind=ClaimKind.PINNED, path="N.csproj")
    ruled = ruling({"N.cs": DOTNET}, several)
    assert told(ruled, "N.cs") == {3: "allows warning"}
    assert "on .NET Framework 4.5, N.csproj:1" in at(ruled, 3, "N.cs").message


def test_a_version_on_the_command_line_counts_above_all() -> None:
    ruled = ruling({"C.java": JAVA}, claim("java", "17"), named=["java=7"])
    assert told(ruled, "C.java")[4] == "fails error"
    assert at(ruled, 4, "C.java").message.endswith("(on Java 7)")
    assert "Java 7 is named on the command line: it offers only TLS 1.0 by default" in ruled.claims


def test_a_highest_version_leaves_the_lower_end_to_the_runtime() -> None:
    assert told(ruling({"C.java": JAVA}, named=["java=7"]))[6] == "allows note"
    assert 6 not in told(ruling({"C.java": JAVA}, claim("java", "7")), "C.java")


def test_assumptions_may_be_old_or_missing() -> None:
    assert told(ruling({"c.php": PHP}, assume="oldest"))[2] == "fails error"
    assert told(ruling({"C.java": JAVA}, assume="none"))[4] == "fails note"
    assert told(ruling({"C.java": JAVA}, assume="oldest"))[4] == "fails error"
    assert told(ruling({"p.py": PYTHON}, assume="oldest")) == {2: "fails error"}
    assert told(ruling({"C.java": JAVA}, claim("java", "17"), assume="oldest"), "C.java") == {
        5: "fails error",
        6: "caps note",
    }
    assert at(ruling({"C.java": JAVA}, assume="oldest"), 4, "C.java").message.endswith("(on the oldest Java)")
    bound = claim("java", Span("7"), kind=ClaimKind.REQUIREMENT, path="pom.xml")
    found = at(ruling({"C.java": JAVA}, bound, assume="oldest"), 4, "C.java")
    assert (found.level, found.message.endswith("(on Java 7, pom.xml:1)")) == (Level.ERROR, True)
    assert ruling({"C.java": JAVA}, assume="none").assumed == ("nothing of Java is assumed (--assume none)",)
    assert ruling({"C.java": JAVA}, assume="oldest").assumed == (
        "the oldest Java is assumed (--assume oldest): it has nothing above TLS 1.0 of its own: "
        "TLS 1.2 needs an update",
    )


def test_claims_and_assumptions_are_told() -> None:
    ruled = ruling({"C.java": JAVA, "c.php": PHP}, claim("java", "11"))
    assert ruled.claims == ("Java 11 by Dockerfile:1 (deployment)",)
    assert [text.split(" is ")[0] for text in ruled.assumed] == ["libcurl 7.88.1 with OpenSSL", "PHP 8.2"]


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["java=7,openssl=1.0.2"], (("java", "7"), ("openssl", "1.0.2"))),
        (["java=8u181", "php=5.6"], (("java", "8u181"), ("php", "5.6"))),
    ],
)
def test_versions_on_the_command_line(texts: list[str], wanted: tuple[tuple[str, str], ...]) -> None:
    assert named_of(texts, BOOK) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jaava=7", "java"),
        ("java=>=7", "PRODUCT=VERSION"),
        ("java=7,java=8", "two versions of java"),
        ("java", "PRODUCT=VERSION"),
        ("java=x", "PRODUCT"),
    ],
)
def test_what_is_no_version(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        named_of([text], BOOK)


def test_the_versions_of_a_span_are_one_for_each_difference() -> None:
    edges = [(8, 0, 291), (9,), (11,), (11, 0, 11), (16,)]
    assert Option("java", Span("8", "8")).versions(edges) == ["8u291"]
    assert Option("java", Span("11.0.2")).versions(edges) == ["11.0.2", "11.0.11", "16"]
    assert Option("java", Span("", "9", below=True)).versions(edges) == ["0", "8u291"]


# -- claims ------------------------------------------------------------------------------------------------------


def floors(*claims: Claim) -> list[tuple[str, int, str]]:
    """The findings at claims, without any code."""
    return [
        (f.usage.place.path, f.usage.place.region.line, f"{f.verdict} {f.level}") for f in ruling({}, *claims).findings
    ]


@pytest.mark.parametrize(
    ("product", "version", "wanted"),
    [
        ("python", "2.7.8", "fails error"),
        ("python", "3.9", "allows note"),
        ("openssl", "1.0.0", "fails error"),
        ("java", "6", "fails error"),
        ("java", "7", "allows warning"),
        ("netfx", "3.5", "fails error"),
        ("netfx", "4.5.2", "allows warning"),
        ("netfx", "4.6.2", "allows note"),
        ("php", "5.6.40", "allows warning"),
        ("libcurl", "7.60.0", "allows note"),
        ("android", "15", "fails error"),
        ("windows", "6.1", "allows warning"),
    ],
)
def test_an_old_runtime_is_a_finding_where_it_is_declared(product: str, version: str, wanted: str) -> None:
    assert floors(claim(product, version)) == [("Dockerfile", 1, wanted)]


@pytest.mark.parametrize(
    "declared",
    [
        "python 3.12",
        "python 2.7",
        "java 8",
        "java 21",
        "netfx 4.8",
        "dotnet 8.0",
        "php 8.3",
        "ruby 3.3",
        "openssl 3.6",
        "libcurl 8.16.0",
    ],
)
def test_a_current_runtime_is_none(declared: str) -> None:
    product, version = declared.split()
    assert [found for found in floors(claim(product, version)) if not found[2].endswith("note")] == []


def test_lower_bounds_are_told_apart_from_deployments() -> None:
    bound = claim("python", Span("2.7"), kind=ClaimKind.REQUIREMENT, path="setup.py")
    ruled = ruling({}, bound)
    assert [(f.verdict, f.level) for f in ruled.findings] == [(Verdict.FAILS, Level.NOTE)]
    assert ruled.findings[0].message.startswith("python >=2.7 allows Python 2.7, which cannot be asked for TLS 1.2")
    assert floors(claim("python", "2.7.8", path="Dockerfile")) == [("Dockerfile", 1, "fails error")]


@pytest.mark.parametrize(
    ("kind", "said"), [(ClaimKind.TEST, "TLS 1.0 to TLS 1.3"), (ClaimKind.DEPLOYMENT, "TLS 1.0 to TLS 1.2")]
)
def test_what_tests_run_with_is_no_part_of_what_is_deployed(kind: ClaimKind, said: str) -> None:
    beside = claim("openssl", "1.0.2", kind=kind, path=".travis.yml")
    found = [f for f in ruling({}, claim("python", "3.7"), beside).findings if f.usage.place.path == "Dockerfile"]
    assert [f.message.partition(" by default")[0] for f in found] == [f"Python 3.7 offers {said}"]


def test_a_bare_number_does_not_speak_for_itself() -> None:
    bound = claim("android", Span("19"), kind=ClaimKind.REQUIREMENT, path="build.gradle")._replace(text="19")
    (found,) = ruling({}, bound).findings
    assert found.message.startswith("it allows Android API level 19, which offers")


def test_a_bound_below_which_nothing_is_missing_is_silent() -> None:
    assert floors(claim("python", Span("3.8"), kind=ClaimKind.REQUIREMENT)) == []
    assert floors(claim("java", Span("8"), kind=ClaimKind.BYTECODE)) == []


def test_a_more_binding_claim_answers_for_a_bound() -> None:
    bytecode = claim("java", Span("6"), kind=ClaimKind.BYTECODE, path="pom.xml")
    assert floors(bytecode) == [("pom.xml", 1, "fails note")]
    assert floors(bytecode, claim("java", "17")) == []


def test_the_openssl_beside_it_decides() -> None:
    ruled = ruling({}, claim("ruby", "2.1"), claim("openssl", "1.0.0"))
    messages = sorted(finding.message for finding in ruled.findings)
    assert [finding.level for finding in ruled.findings] == [Level.ERROR, Level.ERROR]
    assert messages[1].startswith("Ruby 2.1 cannot reach TLS 1.2: what runs on it cannot connect")
    assert "with openssl 1.0.0, Dockerfile:1" in messages[1]
    assert floors(claim("ruby", "2.1"), claim("openssl", "1.0.1")) == [("Dockerfile", 1, "allows note")] * 2


def test_a_series_beside_it_is_its_last_release() -> None:
    assert floors(claim("ruby", "2.1"), claim("openssl", "1.0")) == [("Dockerfile", 1, "allows note")] * 2


def test_a_library_is_judged_by_its_version_and_by_what_it_runs_on() -> None:
    old = claim("urllib3", "1.26.5", kind=ClaimKind.LOCKED, path="requirements.txt")
    assert floors(old) == []
    ruled = ruling({}, old, claim("python", "3.9", kind=ClaimKind.PINNED, path=".python-version"))
    finding = at(ruled, 1, "requirements.txt")
    assert (finding.verdict, finding.level) == (Verdict.ALLOWS, Level.NOTE)
    assert "with python 3.9, .python-version:1" in finding.message
    assert "urllib3 2 offers nothing older by default" in finding.remediation
    assert floors(claim("okhttp", "3.12.1", kind=ClaimKind.LOCKED)) == [("Dockerfile", 1, "allows note")]
    assert floors(claim("okhttp", "4.12.0", kind=ClaimKind.LOCKED)) == []


def test_code_that_asks_for_more_makes_a_weak_default_a_note() -> None:
    target = claim("netfx", "4.5", kind=ClaimKind.PINNED, path="N.csproj")
    assert told(ruling({}, target)) == {1: "allows warning"}
    ruled = ruling({"N.cs": DOTNET}, target)
    assert told(ruled, "N.csproj") == {1: "allows note"}
    assert ("N.cs", 3) in [(place.path, place.region.line) for place in at(ruled, 1, "N.csproj").usage.related]


def test_what_an_update_adds_to_an_old_runtime_has_to_be_asked_for() -> None:
    target = claim("netfx", "3.5", kind=ClaimKind.PINNED, path="N.csproj")
    (finding,) = ruling({}, target).findings
    assert (finding.verdict, finding.level) == (Verdict.FAILS, Level.ERROR)
    assert finding.message.startswith(
        ".NET Framework 3.5 has nothing above TLS 1.0 of its own: TLS 1.2 needs an update, and has to be asked for"
    )
    assert "KB3154517" in finding.message
    code = DOTNET.replace("|= SecurityProtocolType.Tls12", "= (SecurityProtocolType)3072")
    ruled = ruling({"N.cs": code}, target)
    assert told(ruled, "N.csproj") == {1: "allows note"}
    assert ("N.cs", 3) in [(place.path, place.region.line) for place in at(ruled, 1, "N.csproj").usage.related]
    assert "fails" not in told(ruled, "N.cs").get(3, "")
    assert at(ruling({}, claim("java", "6")), 1, "Dockerfile").message.startswith(
        "Java 6 has nothing above TLS 1.0 of its own"
    )


def test_what_a_setting_adds_to_is_more_on_an_older_target_of_a_library() -> None:
    bound = claim("netfx", Span("4.5"), kind=ClaimKind.REQUIREMENT, path="Lib.csproj")
    code = DOTNET.replace("|= ", "|= SecurityProtocolType.Tls11 | ")
    finding = at(ruling({"N.cs": code}, bound), 3, "N.cs")
    assert (finding.verdict, finding.level) == (Verdict.ALLOWS, Level.WARNING)
    assert "SSL 3.0 to TLS 1.2" in finding.message
    assert finding.message.endswith("(on .NET Framework 4.5, Lib.csproj:1)")
    replaced = at(ruling({"N.cs": code.replace("|= ", "= ")}, bound), 3, "N.cs")
    assert "TLS 1.1 and TLS 1.2" in replaced.message and "SSL 3.0" not in replaced.message


def test_what_a_library_targets_is_a_bound() -> None:
    bound = claim("netfx", Span("3.5"), kind=ClaimKind.REQUIREMENT, path="Lib.csproj")
    ruled = ruling({"N.cs": DOTNET}, bound)
    assert told(ruled, "Lib.csproj") == {1: "allows note"}
    assert told(ruled, "N.cs") == {3: "allows note"}


def test_a_product_is_called_what_it_was_called() -> None:
    (core,) = ruling({}, claim("dotnet", "3.1", path="N.csproj")).findings
    assert core.message.startswith(".NET Core 3.1 offers TLS 1.0 to TLS 1.3 by default")
    assert ".NET 5 offers nothing older" in core.remediation
    assert ".NET Core 3.1 by N.csproj:1 (deployment)" in ruling({}, claim("dotnet", "3.1", path="N.csproj")).claims
    assert ".NET 8.0 is named on the command line" in ruling({}, named=["dotnet=8.0"]).claims


@pytest.mark.parametrize(("version", "old"), [("2.1.3", True), ("2.1.4", False), ("2.2.0", False), ("1.9.2", True)])
def test_ssl_3_went_from_ruby_s_defaults_with_a_release_of_a_series(version: str, *, old: bool, tmp_path: Path) -> None:
    """https://www.ruby-lang.org/en/news/2014/10/27/changing-default-settings-of-ext-openssl/"""
    code = 'require "net/http"\nhttp = Net::HTTP.new("api.example.com", 443)\nhttp.use_ssl = true\nhttp.start\n'
    found = scanned(tmp_path, {"a.rb": code, ".ruby-version": f"{version}\n"}).findings
    told = [one.usage.permitted.versions for one in found if one.usage.rule == "runtimes/ruby"]
    assert [Version.SSLV3 in versions for versions in told] == [old]


def test_remedies_name_what_to_upgrade_to_and_what_helps_until_then() -> None:
    (java,) = ruling({}, claim("java", "7")).findings
    assert "Java 8 is the first to offer TLS 1.2 by default, Java 8u291, 11.0.11 and 16 offer" in java.remediation
    assert 'SSLContext.getInstance("TLSv1.2")' in java.remediation
    (netfx,) = ruling({}, claim("netfx", "3.5")).findings
    assert "3072, cast to" in netfx.remediation
    (java6,) = ruling({}, claim("java", "6")).findings
    assert "6u121" in java6.remediation


@pytest.mark.parametrize(
    ("product", "version", "said"),
    [
        ("python", "2.7.18", "Link Python with OpenSSL 1.0.1 or later; nothing in Python helps without it."),
        ("libcurl", "7.21.0", "Link libcurl with OpenSSL 1.0.1 or later."),
        ("php", "7.2", "Link PHP with OpenSSL 1.0.1 or later."),
        ("dotnet", "3.1", "Install OpenSSL 1.0.1 or later; .NET on Linux offers no more than that does."),
    ],
)
def test_where_an_old_openssl_is_the_cause_it_is_the_one_to_upgrade(product: str, version: str, said: str) -> None:
    ruled = ruling({}, claim(product, version), claim("openssl", "1.0.0"))
    (found,) = (f for f in ruled.findings if f.usage.rule == f"runtimes/{product}")
    assert found.verdict is Verdict.FAILS
    assert found.remediation == said


def test_what_would_not_do_with_any_openssl_has_to_be_upgraded_as_well() -> None:
    ruled = ruling({}, claim("python", "2.7.8"), claim("openssl", "0.9.8"))
    (found,) = (f for f in ruled.findings if f.usage.rule == "runtimes/python")
    assert found.remediation.startswith("Link Python with OpenSSL 1.0.1 or later")
    assert "Python 2.7.9 and 3.4 are the first" in found.remediation


def test_nobody_is_sent_to_a_series_that_falls_short_again() -> None:
    (php,) = ruling({}, claim("php", "5.5")).findings
    assert "PHP 7.2 is the first to offer TLS 1.2 by default." in php.remediation
    assert "5.6" not in php.remediation
    (python,) = ruling({}, claim("python", "2.7.8")).findings
    assert "Python 2.7.9 and 3.4 are the first that can be asked for TLS 1.2" in python.remediation


def test_a_version_on_the_command_line_silences_what_the_repository_says_of_it() -> None:
    old = claim("python", "2.7.8")
    assert floors(old) == [("Dockerfile", 1, "fails error")]
    assert told(ruling({}, old, named=["python=3.12"])) == {}
    ruled = ruling({}, claim("python", "2.7.18"), named=["openssl=1.0.0"])
    assert told(ruled) == {1: "fails error"}
    assert "with OpenSSL 1.0.0, named on the command line" in ruled.findings[0].message
    eased = ruling({}, claim("ruby", "2.1"), claim("openssl", "1.0.0"), named=["openssl=3.0"])
    assert [finding for finding in eased.findings if finding.level is Level.ERROR] == []


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("java=6u45", "Java 6u45 is named on the command line: it cannot reach TLS 1.2"),
        (
            "java=6",
            "Java 6 is named on the command line: it has nothing above TLS 1.0 of its own: TLS 1.2 needs an update",
        ),
        ("python=2.7.8", "Python 2.7.8 is named on the command line: it cannot be asked for TLS 1.2"),
        ("python=2.7.18,openssl=1.0.0", "Python 2.7.18 is named on the command line: it cannot reach TLS 1.2"),
        ("java=8u181", "Java 8u181 is named on the command line: it offers TLS 1.0 to TLS 1.2 by default"),
        ("java=17", "Java 17 is named on the command line"),
    ],
)
def test_what_is_wrong_with_a_runtime_of_the_command_line_is_told(named: str, said: str) -> None:
    assert ruling({}, named=[named]).claims[0] == said


@pytest.mark.parametrize("declared", ["ruby 3.3", "php 8.2", "python 3.9", "java 8u181", "netfx 4.6", "openssl 3.0"])
def test_defaults_that_offer_old_versions_as_well_are_notes(declared: str) -> None:
    product, version = declared.split()
    assert floors(claim(product, version)) == [("Dockerfile", 1, "allows note")]


def test_where_libcurl_is_built_on_nss_openssl_is_none_of_its_business() -> None:
    code = "<?php\ncurl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1);\n"
    ruled = ruling({"c.php": code}, claim("openssl", "1.0.0"), claim("libcurl-nss", "7.29.0"))
    found = at(ruled, 2, "c.php")
    assert (found.verdict, found.level) == (Verdict.ALLOWS, Level.WARNING)
    assert "OpenSSL" not in found.message
    assert "TLS 1.0 to TLS 1.2" in found.message
    assert found.usage.assumed == ()
    assert not any(text.startswith("libcurl") for text in ruled.assumed)


ANDROID = "app/A.java"


@pytest.mark.parametrize("least", ["16", "21", "29"])
def test_on_android_a_context_of_an_old_name_offers_what_others_offer(least: str) -> None:
    """So what is too old is said of the API level, and of the name that it shuts TLS 1.3 out where there is that; what
    a socket enables counts as it does anywhere."""
    code = JAVA.replace(
        "  }", '    ((javax.net.ssl.SSLSocket) open()).setEnabledProtocols(new String[] {"TLSv1"});\n  }', 1
    )
    app = claim("android", Span(least), kind=ClaimKind.REQUIREMENT, path="app/build.gradle")
    tool = claim("java", "17", kind=ClaimKind.PINNED, path=".java-version")
    expected = {5: "caps note", 6: "caps note", 7: "fails error"}
    assert told(ruling({ANDROID: code}, app, tool), ANDROID) == expected


def test_what_code_names_and_a_claimed_runtime_switches_off_stays_a_note(tmp_path: Path) -> None:
    code = """class Client {
  void old(javax.net.ssl.SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1", "TLSv1.2", "TLSv1.3"}); }
  void fine(javax.net.ssl.SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1.3"}); }
}
"""
    factory = """import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
class Factory {
  Object make(javax.net.ssl.SSLSocketFactory s) {
    return new SSLConnectionSocketFactory(s, new String[] {"TLSv1", "TLSv1.2", "TLSv1.3"}, null, null);
  }
}
"""
    report = scanned(tmp_path, {"Dockerfile": "FROM eclipse-temurin:17-jre\n", "A.java": code, "B.java": factory})
    found = {f.usage.place.path: f for f in report.findings if f.usage.place.path.endswith(".java")}
    assert {path: (f.verdict, f.level, f.usage.place.region.line) for path, f in found.items()} == {
        "A.java": (Verdict.ALLOWS, Level.NOTE, 2),
        "B.java": (Verdict.ALLOWS, Level.NOTE, 4),
    }
    assert "not on Java 17, Dockerfile:1, which has them switched off" in found["B.java"].message


@pytest.mark.parametrize(
    ("least", "level", "said"),
    [
        ("11", Level.WARNING, "may still be negotiated"),
        ("17", Level.NOTE, "not on Java 17, pom.xml:1, which has them switched off"),
    ],
)
def test_a_bound_above_which_every_runtime_has_switched_off_what_code_names_makes_it_a_note(
    tmp_path: Path, least: str, level: Level, said: str
) -> None:
    pom = f"<project><properties><java.version>{least}</java.version></properties></project>"
    code = (
        "class A { void f(javax.net.ssl.SSLSocket s) {"
        ' s.setEnabledProtocols(new String[] {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}); } }'
    )
    report = scanned(tmp_path, {"pom.xml": pom, "A.java": code})
    (found,) = (finding for finding in report.findings if finding.usage.place.path == "A.java")
    assert (found.verdict, found.level) == (Verdict.ALLOWS, level)
    assert said in found.message


@pytest.mark.parametrize(
    ("compiled", "tested", "level"),
    [
        ("21", "21", Level.NOTE),
        ("17", "21", Level.NOTE),
        ("11", "21", Level.WARNING),  # Java 11.0.10 may run it
        ("21", "8", Level.WARNING),  # another module's
    ],
)
def test_what_it_is_tested_on_does_not_load_what_is_compiled_for_a_newer_one(
    tmp_path: Path, compiled: str, tested: str, level: Level
) -> None:
    pom = f"<project><properties><maven.compiler.release>{compiled}</maven.compiler.release></properties></project>"
    workflow = "on: push\njobs:\n  b:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-java@v4\n"
    workflow += f"        with:\n          java-version: {tested}\n      - run: mvn test\n"
    code = """class A {
  void f(javax.net.ssl.SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1", "TLSv1.2"}); }
}
"""
    files = {"pom.xml": pom, "A.java": code, ".github/workflows/ci.yml": workflow}
    (found,) = (finding for finding in scanned(tmp_path, files).findings if finding.usage.place.path == "A.java")
    assert found.level is level


def test_android_shuts_a_newer_version_out_by_the_name_of_a_context(tmp_path: Path) -> None:
    code = (
        "import javax.net.ssl.*;\nclass App {\n"
        '  SSLContext old() throws Exception { return SSLContext.getInstance("TLSv1"); }\n'
        '  SSLContext plain() throws Exception { return SSLContext.getInstance("TLS"); }\n'
        '  void one(SSLSocket s) { s.setEnabledProtocols(new String[] {"TLSv1.2"}); }\n}\n'
    )
    build = "android { defaultConfig { minSdkVersion 26 } }\n"
    report = scanned(tmp_path, {"build.gradle": build, "App.java": code})
    found = {finding.usage.place.region.line: finding for finding in report.findings}
    assert {line: finding.verdict for line, finding in found.items()} == {3: Verdict.CAPS, 5: Verdict.CAPS}
    assert {finding.level for finding in found.values()} == {Level.NOTE}
    assert "offers TLS 1.0 to TLS 1.2 as a client: TLS 1.3 is shut out" in found[3].message
    assert not found[5].usage.assumed


@pytest.mark.parametrize(("name", "found"), [("TLSv1", []), ("SSLv3", []), ("TLSv1.0", ["fails"])])
def test_what_only_serves_may_be_called_after_what_is_switched_off(tmp_path: Path, name: str, found: list[str]) -> None:
    code = (
        "import javax.net.ssl.*;\nclass Server {\n    SSLServerSocketFactory made() throws Exception {\n"
        f'        SSLContext context = SSLContext.getInstance("{name}");\n        context.init(null, null, null);\n'
        "        return context.getServerSocketFactory();\n    }\n}\n"
    )
    report = scanned(tmp_path, {"Dockerfile": "FROM eclipse-temurin:21\n", "Server.java": code})
    assert [finding.verdict for finding in report.findings if finding.usage.place.path == "Server.java"] == found
