"""Small repositories, end to end: the reports of two of several languages are compared byte for byte.

The reports in golden/ are written anew only with TLSSCAN_UPDATE=1 in the environment: read the difference.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from cli_tools import SOURCE_ROOT, run
from github_profile import complaints
from tlsscan.reporters import FORMATS

HERE = Path(__file__).parent
REPOS = SOURCE_ROOT.parent / "fixtures" / "repos"
GOLDEN = HERE / "golden"
SCHEMA = HERE / "data" / "sarif-schema-2.1.0.json"
SUFFIXES = {"full": "txt", "json": "json", "sarif": "sarif"}
FURTHER = {
    "concise": "concise.txt",
    "grouped": "grouped.txt",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "junit.xml",
    "markdown": "md",
    "html": "html",
    "jsonl": "jsonl",
    "csv": "csv",
    "cyclonedx": "cdx.json",
}
NAMES = ("crm", "webshop")
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
IGNORED = {
    "webshop": ("var/cache/Container.php", "<?php curl_setopt($ch, CURLOPT_SSLVERSION, 3);\n"),
    "crm": ("tmp/console.rb", "OpenSSL::SSL::SSLContext.new(:SSLv3)\n"),
}

pytestmark = pytest.mark.skipif(not REPOS.is_dir(), reason="needs the checkout")


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both repositories as git work trees, each with a file that git ignores."""
    top = tmp_path_factory.mktemp("repos")
    for name in NAMES:
        shutil.copytree(REPOS / name, top / name)
        git = ["git", "-C", str(top / name)]
        subprocess.run([*git, "init", "-q"], check=True, env={**os.environ, **QUIET})
        subprocess.run([*git, "add", "--all"], check=True, env={**os.environ, **QUIET})
        ignored, text = IGNORED[name]
        (top / name / ignored).parent.mkdir(parents=True)
        (top / name / ignored).write_text(text)
    return top


@pytest.mark.parametrize(
    ("name", "form"), [*((name, form) for name in NAMES for form in SUFFIXES), *(("webshop", form) for form in FURTHER)]
)
def test_the_report_is_the_one_that_was_read_and_kept(checkouts: Path, name: str, form: str) -> None:
    given = run("-f", form, "--level", "note", cwd=checkouts / name, env={"TLSSCAN_NO_FORK": ""})  # it adds a notice
    assert given.status == 1
    kept = GOLDEN / f"{name}.{(SUFFIXES | FURTHER)[form]}"
    if os.environ.get("TLSSCAN_UPDATE") == "1":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(given.out)
    assert given.out == kept.read_text()


def test_every_format_has_a_report_that_was_read() -> None:
    assert {*SUFFIXES, *FURTHER} == set(FORMATS)


@pytest.mark.parametrize("name", NAMES)
def test_the_sarif_is_valid_and_fit_for_code_scanning(name: str) -> None:
    log = json.loads((GOLDEN / f"{name}.sarif").read_text())
    assert list(Draft4Validator(json.loads(SCHEMA.read_text())).iter_errors(log)) == []
    assert complaints(log) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_formats_agree(name: str) -> None:
    report = json.loads((GOLDEN / f"{name}.json").read_text())
    run_object = json.loads((GOLDEN / f"{name}.sarif").read_text())["runs"][0]
    text = (GOLDEN / f"{name}.txt").read_text()
    in_json = [(f["uri"], f["region"]["line"], f"{f['rule']}/{f['verdict']}", f["level"]) for f in report["findings"]]
    in_sarif = [
        (*_place(result), result["ruleId"].removesuffix(f"-{result['level']}"), result["level"])
        for result in run_object["results"]
    ]
    assert in_sarif == in_json
    for finding in report["findings"]:
        assert f"--> {finding['path']}:{finding['region']['line']}:{finding['region']['column']}\n" in text


def _place(result: Any) -> tuple[str, int]:
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


EXPECTED = {
    "crm": {
        ("Connector/Status.cshtml", 6): ("fails", ["SSLv3", "TLSv1.0"], "Connector/TlsPolicy.cs"),
        ("Connector/CrmService.cs", 12): ("fails", ["SSLv3", "TLSv1.0"], "Connector/TlsPolicy.cs"),
        ("Connector/CrmService.cs", 18): ("caps", ["TLSv1.2"], ""),
        ("Connector/CrmService.cs", 23): ("fails", ["TLSv1.0"], ""),
        ("Connector/CrmService.cs", 29): ("allows", ["TLSv1.1", "TLSv1.2"], "Connector/TlsPolicy.cs"),
        ("import/lib/import/archive_client.rb", 14): ("caps", ["TLSv1.2"], ""),
        ("import/nightly.rb", 5): ("fails", ["TLSv1.0"], ""),
        ("import/lib/import/erp_client.rb", 11): ("fails", ["TLSv1.0"], "import/lib/import/settings.rb"),
        ("import/lib/import/erp_client.rb", 25): ("fails", ["TLSv1.1"], ""),
        ("reports/mail.py", 11): ("allows", ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"], "reports/tls.py"),
        ("third_party/soap_client/soap_client.rb", 6): ("fails", ["SSLv3"], ""),
    },
    "webshop": {
        ("jobs/feeds/fetch.py", 10): ("fails", ["TLSv1.1"], "jobs/feeds/settings.py"),
        ("src/Labels/print_labels.php", 7): ("allows", ["TLSv1.1", "TLSv1.2", "TLSv1.3"], ""),
        ("src/Payment/PaymentClient.php", 11): (
            "allows",
            ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
            "src/Payment/PaymentConfig.php",
        ),
        ("src/Shipping/TrackingClient.php", 14): ("fails", ["TLSv1.1"], ""),
        ("src/Shipping/TrackingClient.php", 24): ("caps", ["TLSv1.2"], ""),
        ("stock/src/main/java/shop/stock/StockService.java", 9): (
            "fails",
            ["TLSv1.0", "TLSv1.1"],
            "stock/src/main/java/shop/stock/TlsSettings.java",
        ),
        ("stock/src/main/java/shop/stock/StockService.java", 16): (
            "allows",
            ["TLSv1.1", "TLSv1.2"],
            "stock/src/main/java/shop/stock/TlsSettings.java",
        ),
        ("stock/src/main/webapp/probe.jsp", 5): ("fails", ["TLSv1.1"], ""),
        ("vendor/oldgateway/sdk/lib/Transport.php", 11): ("fails", ["SSLv3"], ""),
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_person_would_say_of_the_repository(name: str) -> None:
    """Written by hand from the sources, so that rewriting the golden files cannot hide a mistake."""
    report = json.loads((GOLDEN / f"{name}.json").read_text())
    told = {
        (f["path"], f["region"]["line"]): (
            f["verdict"],
            f["permitted"]["versions"],
            f["trace"][-1]["path"] if f["trace"] and f["trace"][-1]["path"] != f["path"] else "",
        )
        for f in report["findings"]
    }
    assert told == EXPECTED[name]
    copies = {f["path"]: f["origin"]["package"] for f in report["findings"] if "vendored" in f["origin"]["areas"]}
    assert (
        copies
        == {
            "crm": {"third_party/soap_client/soap_client.rb": "soap_client"},
            "webshop": {"vendor/oldgateway/sdk/lib/Transport.php": "oldgateway/sdk"},
        }[name]
    )
    assert report["problems"] == []
    assert report["complete"] is True
    assert report["unread"] == {"crm": {}, "webshop": {".js": 1, ".kt": 1}}[name]


OLD = {
    ("dotnet/Orders.csproj", 5, "runtimes/netfx", "allows"),
    ("dotnet35/Billing.csproj", 5, "runtimes/netfx", "fails"),
    ("java6/Dockerfile", 1, "runtimes/java", "fails"),
    ("java7/Dockerfile", 5, "runtimes/java", "allows"),
    ("php/Dockerfile", 1, "runtimes/openssl", "fails"),
    ("php/Dockerfile", 2, "runtimes/libcurl", "fails"),
    ("php/Dockerfile", 2, "runtimes/php", "fails"),
    ("python/.python-version", 1, "runtimes/python", "fails"),
    ("python/Dockerfile", 1, "runtimes/python", "fails"),
    ("ruby/Dockerfile", 1, "runtimes/openssl", "fails"),
    ("ruby/Dockerfile", 3, "runtimes/ruby", "fails"),
}
"""What a notice of the end of TLS 1.0 says of old runtimes, each sentence in a folder."""


def test_runtimes_that_a_notice_warns_of_are_told_with_file_and_line() -> None:
    given = run("-f", "json", "--no-demote", cwd=REPOS / "runtimes-old")
    findings = json.loads(given.out)["findings"]
    told = {(f["path"], f["region"]["line"], f["rule"], f["verdict"]) for f in findings}
    assert (given.status, told) == (1, OLD)
    levels = {(f["path"], f["level"]) for f in findings if f["level"] != "error"}
    assert levels == {("dotnet/Orders.csproj", "warning"), ("java7/Dockerfile", "warning")}
    related = {(f["rule"], place["path"], place["region"]["line"]) for f in findings for place in f["related"]}
    assert related == {
        ("runtimes/java", "java7/src/Orders.java", 7),
        ("runtimes/libcurl", "php/orders.php", 5),
        ("runtimes/netfx", "dotnet/Orders.cs", 7),
        ("runtimes/netfx", "dotnet35/Billing.cs", 7),
        ("runtimes/openssl", "php/orders.php", 5),
        ("runtimes/openssl", "ruby/orders.rb", 7),
        ("runtimes/python", "python/main.py", 7),
        ("runtimes/ruby", "ruby/orders.rb", 7),
    }


def test_code_that_relies_on_an_old_runtime_is_told_in_each_format() -> None:
    given = run("-f", "full", "--no-demote", "python", cwd=REPOS / "runtimes-old")
    assert "= related: python/main.py:7:12: urllib2.urlopen leaves the versions to it\n" in given.out
    log = json.loads(run("-f", "sarif", "--no-demote", "python", cwd=REPOS / "runtimes-old").out)
    places = [
        (_place({"locations": [place]}), place["message"]["text"])
        for result in log["runs"][0]["results"]
        for place in result.get("relatedLocations", ())
    ]
    told = [place for place, text in places if "urllib2.urlopen leaves the versions to it" in text]
    assert [(path.removeprefix("fixtures/repos/runtimes-old/"), line) for path, line in told] == [("python/main.py", 7)]


def test_runtimes_of_today_are_silent() -> None:
    given = run("-f", "json", "--no-demote", cwd=REPOS / "runtimes-current")
    report = json.loads(given.out)
    assert (given.status, report["findings"]) == (0, [])
    claims = json.loads(run("runtimes", "-f", "json", cwd=REPOS / "runtimes-current").out)["claims"]
    products = {claim["product"] for claim in claims if not claim["product"].startswith("system-")}
    assert products == {"dotnet", "java", "libcurl", "netfx", "openssl", "php", "python", "ruby"}
    assert {"8", "21"} <= {claim["says"] for claim in claims if claim["product"] == "java"}
