"""The CBOM: valid by the schemas of CycloneDX, the same each time, and all that a scan knows of protocols."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli_tools import PATIENCE, environment, run

pytest.importorskip("cyclonedx", reason="needs the extra [cbom]")

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

GOLDEN = Path(__file__).parent / "golden" / "webshop.cdx.json"
CODE = """\
import ssl
import sys

old = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
fine = ssl.create_default_context()
fine.minimum_version = ssl.TLSVersion.TLSv1_3
unknown = ssl.SSLContext(getattr(ssl, sys.argv[1]))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(CODE)
    return tmp_path


def bill(tree: Path, *flags: str, env: dict[str, str] | None = None) -> Any:
    given = run("-f", "cyclonedx", "--exit-zero", *flags, cwd=tree, env=env)
    assert given.status == 0, given.err
    for version in (SchemaVersion.V1_6, SchemaVersion.V1_7):
        assert JsonStrictValidator(version).validate_str(given.out) is None
    return json.loads(given.out)


def lines(document: Any) -> dict[str, list[int]]:
    """The lines of each protocol."""
    return {
        component["name"]: [place["line"] for place in component["evidence"]["occurrences"]]
        for component in document.get("components", ())
        if component["type"] == "cryptographic-asset"
    }


def component(document: Any, name: str) -> Any:
    (found,) = [one for one in document["components"] if one["name"] == name]
    return found


def test_the_report_that_was_kept_is_valid() -> None:
    text = GOLDEN.read_text()
    for version in (SchemaVersion.V1_6, SchemaVersion.V1_7):
        assert JsonStrictValidator(version).validate_str(text) is None


def test_it_tells_where_each_version_is_used_also_where_all_is_well(tree: Path) -> None:
    document = bill(tree)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert lines(document) == {"TLS": [7], "TLSv1.0": [4], "TLSv1.3": [6]}
    assert component(document, "TLSv1.3") == {
        "bom-ref": "crypto/protocol/tls@1.3",
        "type": "cryptographic-asset",
        "name": "TLSv1.3",
        "cryptoProperties": {"assetType": "protocol", "protocolProperties": {"type": "tls", "version": "1.3"}},
        "evidence": {
            "occurrences": [
                {
                    "location": "a.py",
                    "line": 6,
                    "symbol": "fine.minimum_version",
                    "additionalContext": "python/ssl-context-minimum; permitted by the code",
                }
            ]
        },
    }
    unknown = component(document, "TLS")
    assert unknown["cryptoProperties"]["protocolProperties"] == {"type": "tls"}
    assert "version not known: " in unknown["evidence"]["occurrences"][0]["additionalContext"]


def test_ssl_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.rb").write_text("require 'openssl'\nOpenSSL::SSL::SSLContext.new(:SSLv3)\n")
    (found,) = bill(tmp_path)["components"]
    assert found["name"] == "SSLv3"
    assert found["cryptoProperties"]["protocolProperties"] == {"type": "tls", "version": "SSL 3.0"}


def test_nothing_in_it_is_random_or_a_time_unless_that_is_given(tree: Path) -> None:
    outs = [
        run("-f", "cyclonedx", cwd=tree, env={"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": ""}).out for seed in "123"
    ]
    assert len(set(outs)) == 1
    document = json.loads(outs[0])
    assert "serialNumber" not in document
    assert "timestamp" not in document["metadata"]
    dated = bill(tree, env={"SOURCE_DATE_EPOCH": "1767225600"})
    assert dated["metadata"].pop("timestamp") == "2026-01-01T00:00:00Z"
    assert dated == document


def test_an_assumed_runtime_is_told_apart_from_the_code(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nc = ssl.create_default_context()\nc.options |= ssl.OP_NO_TLSv1_3\n")
    (place,) = component(bill(tmp_path), "TLSv1.2")["evidence"]["occurrences"]
    assert place["additionalContext"].endswith("offered by default by the runtime that is assumed")


def test_runtimes_and_libraries_that_are_declared_are_components(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12.1-slim\n")
    (tmp_path / "requirements.txt").write_text("urllib3==1.26.5\n")
    (tmp_path / "tox.ini").write_text("[tox]\nenvlist = py38\n")
    document = bill(tmp_path)
    told = {(one["type"], one["name"], one.get("version"), one.get("scope")) for one in document["components"]}
    assert ("platform", "Python", "3.12.1", None) in told
    assert ("library", "urllib3", "1.26.5", None) in told
    assert ("platform", "Python", "3.8", "excluded") in told
    (place,) = component(document, "urllib3")["evidence"]["occurrences"]
    assert place == {"location": "requirements.txt", "line": 1, "additionalContext": "locked"}


def test_what_an_image_is_configured_with_is_no_component(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n")
    names = [one["name"] for one in bill(tmp_path)["components"] if one["type"] != "cryptographic-asset"]
    assert names == ["Python"]


def test_a_range_is_no_version(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n")
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup(python_requires='>=3.6')\n")
    found = component(bill(tmp_path), "Python")
    assert "version" not in found
    assert found["properties"] == [{"name": "tlsscan:versions", "value": ">=3.6"}]


def test_what_is_named_on_the_command_line_takes_the_place_of_claims(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12.1-slim\n")
    found = component(bill(tmp_path, "--runtime", "python=2.7.18"), "Python")
    assert (found["version"], "evidence" in found) == ("2.7.18", False)


def test_what_only_tests_use_is_no_part_of_what_runs(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("import ssl\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    (found,) = bill(tmp_path)["components"]
    assert found["scope"] == "excluded"
    assert found["evidence"]["occurrences"][0]["additionalContext"].endswith("; test")


def test_what_is_set_aside_is_used_all_the_same_and_what_is_not_asked_for_is_left_out(tree: Path) -> None:
    text = CODE.replace("TLSv1)\n", "TLSv1)  # tlsscan: ignore[python/ssl-context-protocol] x\n")
    (tree / "a.py").write_text(text)
    assert lines(bill(tree))["TLSv1.0"] == [4]
    assert "TLSv1.0" not in lines(bill(tree, "--ignore", "python/ssl-context-protocol"))


def test_a_bare_mention_is_no_use(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ssl\ndef f(:\n    ssl.PROTOCOL_TLSv1\n")
    assert "components" not in bill(tmp_path)


def test_an_incomplete_scan_says_so(tree: Path) -> None:
    (tree / "b.py").write_bytes(b"\xff\xfe\x00\xd8x")
    assert bill(tree, "--allow-incomplete")["metadata"]["properties"] == [
        {"name": "tlsscan:complete", "value": "false"}
    ]


def test_without_what_makes_it_the_run_says_what_to_install(tree: Path) -> None:
    code = "import sys\nsys.modules['cyclonedx'] = None\nfrom tlsscan.cli import main\nsys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "-o", "cyclonedx=out.json", "a.py"]
    done = subprocess.run(words, cwd=tree, env=environment(), capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"cyclonedx-python-lib, which is not installed (pip install cyclonedx-python-lib" in done.stderr
    assert not (tree / "out.json").exists()


def test_the_variable_of_the_environment_chooses_it(tree: Path) -> None:
    assert json.loads(run(cwd=tree, env={"TLSSCAN_FORMAT": "cyclonedx"}).out)["bomFormat"] == "CycloneDX"
