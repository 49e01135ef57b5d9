"""Gradle takes the newest version of a library that anything asks for."""

from pathlib import Path

import pytest

from manifest_tools import claimed, told_all
from tlsscan.claims import ClaimKind
from tlsscan.model import Level
from tree_scans import scanned

OKHTTP = "implementation 'com.squareup.okhttp3:okhttp:3.9.1'"
RETROFIT = "implementation 'com.squareup.retrofit2:retrofit:2.9.0'"


def build(*lines: str) -> dict[str, str]:
    return {"app/build.gradle": "\n".join(["dependencies {", *lines, "}"]) + "\n"}


@pytest.mark.parametrize(
    ("other", "version"),
    [
        (RETROFIT, "3.14.9"),
        ("implementation 'com.squareup.retrofit2:converter-gson:2.6.0'", "3.12"),
        ("api 'com.squareup.okhttp3:logging-interceptor:4.2.1'", "4.2.1"),
        ("implementation(platform('com.squareup.okhttp3:okhttp-bom:4.9.0'))", "4.9.0"),
    ],
    ids=["retrofit", "converter", "interceptor", "platform"],
)
def test_what_another_library_asks_for_counts_if_it_is_newer(other: str, version: str) -> None:
    assert told_all(build(OKHTTP, other)) == [f"okhttp {version} locked 3:{other.index(':', other.index(':') + 1) + 2}"]


@pytest.mark.parametrize(
    "other",
    [
        "implementation 'com.squareup.retrofit2:retrofit:2.2.0'",
        "implementation 'com.squareup.okhttp3:logging-interceptor:3.8.0'",
        "testImplementation 'com.squareup.okhttp3:logging-interceptor:4.2.1'",
        "configurations.all { resolutionStrategy.force 'com.squareup.okhttp3:okhttp:3.9.1' }\n" + RETROFIT,
        "implementation('com.squareup.retrofit2:retrofit:2.9.0') { exclude group: 'com.squareup.okhttp3' }",
        "implementation('com.squareup.retrofit2:retrofit:2.9.0') { exclude module: 'okhttp' }",
        "implementation 'com.squareup.retrofit2:retrofit:$retrofit'",
    ],
    ids=["asks for nothing", "older", "in tests", "forced", "excluded group", "excluded module", "not known"],
)
def test_it_does_not_where_it_asks_for_less_or_is_kept_from_it(other: str) -> None:
    assert {claim.says for claim in claimed(dict(build(OKHTTP, other)))} == {"3.9.1"}


def test_it_is_told_what_asks_for_it() -> None:
    [claim] = claimed(dict(build(OKHTTP, RETROFIT)))
    assert claim.why == "asked for by retrofit 2.9.0"


@pytest.mark.parametrize(("version", "least"), [("2.4.0", "3.10"), ("2.5.0", "3.12"), ("2.9.0", "3.14.9")])
def test_a_library_that_is_only_asked_for_by_another_is_that_or_newer(version: str, least: str) -> None:
    [claim] = claimed(dict(build(RETROFIT.replace("2.9.0", version))))
    assert (claim.product, claim.says, claim.kind) == ("okhttp", f">={least}", ClaimKind.REQUIREMENT)
    assert claim.why == f"asked for by retrofit {version}"


def test_a_library_that_is_asked_for_and_kept_out_is_not_claimed() -> None:
    kept_out = "implementation('com.squareup.retrofit2:retrofit:2.5.0') { exclude group: 'com.squareup.okhttp3' }"
    assert told_all(build(kept_out)) == []
    elsewhere = {"core/build.gradle": "dependencies {\n" + OKHTTP.replace("3.9.1", "4.9.0") + "\n}\n"}
    assert {claim.says for claim in claimed({**build(RETROFIT), **elsewhere})} == {"4.9.0"}


def test_the_package_of_another_name_has_a_version_of_its_own() -> None:
    own = "implementation 'com.squareup.okhttp:okhttp:2.7.5'"
    assert [claim.says for claim in claimed(dict(build(own, RETROFIT)))] == ["2.7.5"]


def test_maven_takes_what_the_project_itself_names() -> None:
    dependency = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
    own = dependency.format("com.squareup.okhttp3", "okhttp", "3.9.1")
    other = dependency.format("com.squareup.retrofit2", "retrofit", "2.9.0")
    pom = f"<project><dependencies>\n{own}\n{other}\n</dependencies></project>\n"
    assert [claim.says for claim in claimed({"pom.xml": pom})] == ["3.9.1"]


def test_a_catalog_of_versions_is_read_alike() -> None:
    catalog = """[versions]
okhttp = "3.10.0"
retrofit = "2.9.0"
[libraries]
okhttp = { module = "com.squareup.okhttp3:okhttp", version.ref = "okhttp" }
retrofit = { group = "com.squareup.retrofit2", name = "retrofit", version.ref = "retrofit" }
"""
    assert told_all({"gradle/libs.versions.toml": catalog}) == ["okhttp 3.14.9 locked 3:13 ./"]


@pytest.mark.parametrize(
    ("chain", "level"),
    [
        (".followRedirects(false).protocols(x).build()", Level.WARNING),
        (".protocols(x).followRedirects(false).build()", Level.WARNING),
        (".followRedirects(false).connectionSpecs(x).build()", Level.NOTE),
    ],
)
def test_what_another_library_calls_its_versions_sets_none_here(chain: str, level: Level, tmp_path: Path) -> None:
    code = f"""import okhttp3.OkHttpClient;
class A {{
  static OkHttpClient get(java.util.List x) {{ return new OkHttpClient.Builder(){chain}; }}
}}
"""
    files = {"build.gradle": f"dependencies {{\n{OKHTTP}\n}}\n", "src/main/java/A.java": code}
    (found,) = [f for f in scanned(tmp_path, files).findings if f.usage.rule == "runtimes/okhttp"]
    assert (found.usage.place.path, found.level) == ("build.gradle", level)
