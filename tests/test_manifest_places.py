"""Where a manifest lies decides what it is about: folders of tests, copies of somebody else's code, links."""

from pathlib import Path

import pytest

from cli_tools import run
from manifest_tools import claimed
from tlsscan.manifests.docker import context_of, kind_of
from tlsscan.model import Level
from tree_scans import scanned, told


def kinds(tmp_path: Path, *paths: str) -> list[str]:
    """What `runtimes` says of the Python and the PHP that manifests name: version, kind and place."""
    lines = run("runtimes", *paths, cwd=tmp_path).out.splitlines()
    words = [line.split() for line in lines if line.startswith(("  python ", "  php "))]
    return [f"{version} {kind} {place.rsplit(':', 3)[0]}" for _, version, kind, place, *_ in words]


@pytest.mark.parametrize("folder", ["vendor/acme/lib", "third_party/x", "web/node_modules/y"])
def test_what_a_copy_is_put_on_is_no_deployment(tmp_path: Path, folder: str) -> None:
    report = scanned(tmp_path, {f"{folder}/Dockerfile": "FROM python:2.7.8\n", "app.py": "import ssl\n"})
    assert all(finding.level is Level.NOTE for finding in report.findings)


def test_it_is_one_where_the_copy_itself_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "vendor/acme").mkdir(parents=True)
    (tmp_path / "vendor/acme/Dockerfile").write_text("FROM python:2.7.8\n")
    assert kinds(tmp_path) == ["2.7.8 build vendor/acme/Dockerfile"]
    assert kinds(tmp_path / "vendor") == ["2.7.8 deployment acme/Dockerfile"]


@pytest.mark.parametrize(
    "path", ["testrunner/Dockerfile", "docker/test-runners/php/7/Dockerfile", "test_images/a/b/c/Dockerfile"]
)
def test_images_below_folders_that_run_tests_are_for_tests(tmp_path: Path, path: str) -> None:
    report = scanned(tmp_path, {path: "FROM python:2.7.8\n"})
    assert [(finding.level, finding.message.partition(" on ")[0]) for finding in report.findings] == [
        (Level.NOTE, "it is tested")
    ]


@pytest.mark.parametrize("path", ["runner/Dockerfile", "testimonials/Dockerfile", "latest/Dockerfile"])
def test_others_are_not(tmp_path: Path, path: str) -> None:
    assert [f.level for f in scanned(tmp_path, {path: "FROM python:2.7.8\n"}).findings] == [Level.ERROR]


def test_a_link_to_a_dockerfile_tells_what_is_built_from_it(tmp_path: Path) -> None:
    (tmp_path / "packaging/docker").mkdir(parents=True)
    (tmp_path / "packaging/docker/Dockerfile").write_text("FROM php:7.1-fpm\n")
    (tmp_path / "composer.json").write_text('{"require": {"php": ">=5.6"}}')
    (tmp_path / "Dockerfile").symlink_to("packaging/docker/Dockerfile")
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    assert lines[0] == "./"
    assert kinds(tmp_path) == ["7.1 deployment packaging/docker/Dockerfile", ">=5.6 requirement composer.json"]
    report = scanned(tmp_path, {})
    assert list(told(report)) == ["packaging/docker/Dockerfile:1 php:7.1-fpm"]


def test_a_link_to_another_manifest_says_the_same_of_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "api/.python-version").write_text("3.6\n")
    (tmp_path / "web/.python-version").symlink_to("../api/.python-version")
    report = scanned(tmp_path, {"web/app.py": "import ssl\nctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"})
    assert [(f.usage.place.path, f.level) for f in report.findings] == [("api/.python-version", Level.WARNING)]


def test_a_link_out_of_the_tree_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM php:7.1-fpm\n")
    (tmp_path / "in/Dockerfile").symlink_to("../Dockerfile")
    assert kinds(tmp_path / "in") == []


@pytest.mark.parametrize("folder", ["my-ci", "test", "dev", "a/tests/b"])
def test_only_what_stands_below_the_named_path_counts(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder / "ci").mkdir(parents=True)
    (tmp_path / folder / "Dockerfile").write_text("FROM python:2.7.8\n")
    (tmp_path / folder / "docker-compose.yml").write_text("services: {a: {image: 'php:5.6'}}\n")
    (tmp_path / folder / "ci/Dockerfile").write_text("FROM python:2.7.7\n")
    expected = ["5.6 deployment docker-compose.yml", "2.7.8 deployment Dockerfile", "2.7.7 test ci/Dockerfile"]
    assert sorted(kinds(tmp_path / folder)) == sorted(expected)
    named = [line.replace(f" {folder}/", " ") for line in kinds(tmp_path, folder)]
    assert sorted(named) == sorted(expected)
    named = [line.replace(f" {tmp_path}/{folder}/", " ") for line in kinds(Path("/"), f"{tmp_path}/{folder}")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".circleci/Dockerfile", "test"),
        (".circleci/images/primary/Dockerfile", "test"),
        ("circleci/Dockerfile", "test"),
        ("travisci/docker/x/Dockerfile", "test"),
        (".github/docker/Dockerfile", "test"),
        (".gitlab/build/a/b/Dockerfile", "test"),
        (".buildkite/Dockerfile", "test"),
        ("buildkite/Dockerfile", "test"),
        (".azure-pipelines/docker/Dockerfile", "test"),
        ("integration/Dockerfile", "test"),
        ("acceptance/docker/Dockerfile", "test"),
        ("docker-compose.integration.yml", "test"),
        ("Dockerfile.integration", "test"),
        ("services/integration/Dockerfile", "deployment"),
        ("integrations/Dockerfile", "deployment"),
        ("jenkins/Dockerfile", "deployment"),
        ("github/Dockerfile", "deployment"),
        ("docker/gitlab/Dockerfile", "deployment"),
        ("fibonacci/Dockerfile", "deployment"),
        ("k8s/integration-deployment.yaml", "deployment"),
    ],
)
def test_images_of_continuous_integration_are_for_tests(path: str, kind: str) -> None:
    assert kind_of(path).value == kind


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("docker/src/main/docker/Dockerfile", ""),
        ("docker/src/main/resources/Dockerfile", ""),
        ("a/docker/src/main/resources/Dockerfile", "a/"),
        ("svc/src/main/docker/Dockerfile", "svc/"),
        ("svc/src/main/resources/Dockerfile", "svc/src/main/resources/"),
        ("src/main/docker/Dockerfile", ""),
        ("docker/main/Dockerfile", ""),
    ],
)
def test_a_dockerfile_is_about_what_its_module_is_for(path: str, scope: str) -> None:
    assert context_of(path) == scope


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docs/examples/apm/dockerfiles/web/Dockerfile", "deployment"),
        ("examples/apm/docker/Dockerfile", "deployment"),
        ("docs/docker/Dockerfile", "deployment"),
        ("examples/docker-compose/Dockerfile", "deployment"),
    ],
)
def test_the_image_of_an_example_is_what_the_example_runs_on(tmp_path: Path, path: str, kind: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("FROM python:2.7.8\n")
    assert kinds(tmp_path) == [f"2.7.8 {kind} {path}"]


def test_an_example_does_not_say_what_the_code_outside_of_it_is_put_on(tmp_path: Path) -> None:
    (tmp_path / "examples/web").mkdir(parents=True)
    (tmp_path / "examples/web/Dockerfile").write_text("FROM python:2.7.8\n")
    (tmp_path / "examples/web/docker-compose.yml").write_text(
        "services: {web: {build: {context: ../.., dockerfile: examples/web/Dockerfile}}}\n"
    )
    assert kinds(tmp_path) == ["2.7.8 test examples/web/Dockerfile"]


@pytest.mark.parametrize(
    ("machines", "wanted"),
    [
        (("ubuntu-24.04", "macos-14"), "TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3"),
        (("macos-14", "ubuntu-24.04"), "TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3"),
        (("ubuntu-24.04", "ubuntu-22.04"), "TLS 1.2, TLS 1.3"),
    ],
)
def test_one_variable_for_jobs_on_several_machines(tmp_path: Path, machines: tuple[str, str], wanted: str) -> None:
    step = 'steps: [{uses: ruby/setup-ruby@v1, with: {ruby-version: "${{ env.R }}"}}]'
    jobs = "".join(f"  {name[:3]}{at}: {{runs-on: {name}, {step}}}\n" for at, name in enumerate(machines))
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(f'env: {{R: "3.1"}}\njobs:\n{jobs}')
    lines = run("runtimes", cwd=tmp_path).out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("  ruby 3.1")]
    assert lines[at + 1].partition("offers ")[2].removesuffix(" by default") == wanted


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docker/builder/Dockerfile", "build"),
        ("page-builder/Dockerfile", "deployment"),
        ("build/Dockerfile", "deployment"),
    ],
)
def test_an_image_to_build_on_lies_in_a_folder_of_that_name(tmp_path: Path, path: str, kind: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("FROM python:2.7.8\n")
    assert kinds(tmp_path) == [f"2.7.8 {kind} {path}"]


ANDROID = (
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="x">'
    '<uses-sdk android:minSdkVersion="14" /></manifest>\n'
)


@pytest.mark.parametrize(
    ("build", "levels"),
    [
        ("android {\n  defaultConfig {\n    minSdkVersion 21\n  }\n}\n", {"21"}),
        ("android {\n  defaultConfig {\n    versionCode 1\n  }\n}\n", {"14"}),
    ],
)
def test_the_android_that_a_build_asks_for_takes_the_place_of_its_manifests(build: str, levels: set[str]) -> None:
    files = {"app/build.gradle": build, "app/src/main/AndroidManifest.xml": ANDROID}
    assert {claim.oldest for claim in claimed(dict(files))} == levels
    apart = {**files, "old/AndroidManifest.xml": ANDROID, "old/build.gradle": "android { }\n"}
    assert {claim.oldest for claim in claimed(apart)} == levels | {"14"}


def test_what_a_lock_file_of_composer_copies_of_its_manifest_is_told_once() -> None:
    lock = '{"packages": [], "platform": {"php": ">=5.3.0"}, "platform-dev": []}\n'
    files = {"composer.json": '{"require": {"php": ">=5.3.0"}}\n', "composer.lock": lock, "sub/composer.lock": lock}
    assert [claim.place.path for claim in claimed(dict(files))] == ["composer.json", "sub/composer.lock"]
    other = {**files, "composer.json": '{"require": {"php": ">=5.4"}}\n'}
    assert [claim.place.path for claim in claimed(other)] == ["composer.json", "composer.lock", "sub/composer.lock"]
