"""The action and the workflows: valid, pinned, and their steps run as a runner would."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from cli_tools import SOURCE_ROOT
from github_profile import complaints

ROOT = SOURCE_ROOT.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
README = ROOT / "README.md"
BAD = "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
GOOD = "import ssl\n\ncontext = ssl.create_default_context()\n"

pytestmark = pytest.mark.skipif(not ACTION.exists(), reason="needs the checkout")


def described() -> Any:
    return yaml.safe_load(ACTION.read_text())


def used(text: str) -> list[str]:
    return re.findall(r"uses: (\S+)(?: #.*)?$", text, re.MULTILINE)


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_what_others_publish_is_pinned_and_its_version_told(path: Path) -> None:
    for line in path.read_text().splitlines():
        if "uses: " in line and "uses: ./" not in line:
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_no_script_of_the_action_holds_an_expression() -> None:
    for step in described()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_do_nothing_that_a_job_does_not_ask_for(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert set(job["permissions"].items()) <= {("contents", "read"), ("security-events", "write")}


def checked(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_zizmor_has_nothing_to_say() -> None:
    if shutil.which("zizmor", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("needs zizmor")
    assert checked("zizmor", "--offline", "--quiet", "action.yml", ".github", ".pre-commit-hooks.yaml").stdout == ""


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-actions", [ACTION]),
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
    ],
)
def test_they_fit_their_schemas(schema: str, files: list[Path]) -> None:
    pytest.importorskip("check_jsonschema", reason="needs check-jsonschema")
    done = checked("check_jsonschema", "--builtin-schema", schema, *map(str, files))
    assert done.returncode == 0, done.stdout + done.stderr


# -- the snippets of the README -----------------------------------------------------------------------------------


def snippets() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)


SCHEMAS = {
    "runs-on:": "vendor.github-workflows",
    "reports:": "vendor.gitlab-ci",
    "CodeAnalysisLogs": "vendor.azure-pipelines",
}


@pytest.mark.parametrize("mark", SCHEMAS)
def test_every_snippet_fits_its_schema(mark: str, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="needs check-jsonschema")
    (snippet,) = [text for text in snippets() if mark in text]
    (tmp_path / "snippet.yml").write_text(snippet)
    transform = ["--data-transform", "azure-pipelines"] if "azure" in SCHEMAS[mark] else []
    done = checked("check_jsonschema", "--builtin-schema", SCHEMAS[mark], *transform, str(tmp_path / "snippet.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_of_the_snippet_exist() -> None:
    (snippet,) = [text for text in snippets() if "hooks:" in text]
    named = re.findall(r"- id: (\S+)", snippet)
    assert named == [hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    (used,) = yaml.safe_load(snippet)["repos"][0]["hooks"]
    assert used == {"id": "tlsscan"}, "both would tell each finding twice"


def test_the_snippets_stand_for_a_commit_of_this_repository() -> None:
    text = (ROOT / "README.md").read_text()
    assert "`ADDRESS`" in text
    assert "`OWNER/tlsscan`" in text
    assert "`COMMIT`" in text
    where = [word for snippet in snippets() for word in re.findall(r"(?:repo|rev|uses): (\S+)|install (\S+)", snippet)]
    named = {one or other for one, other in where}
    assert {word for word in named if not word.startswith("actions/")} == {
        "ADDRESS",
        "COMMIT",
        "OWNER/tlsscan@COMMIT",
        "git+ADDRESS@COMMIT",
    }


def test_the_workflow_of_the_readme_uses_known_inputs() -> None:
    (snippet,) = [text for text in snippets() if "runs-on:" in text]
    job = next(iter(yaml.safe_load(snippet)["jobs"].values()))
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    ours = [step for step in job["steps"] if "tlsscan" in step.get("uses", "")]
    assert ours
    assert set(ours[0].get("with", {})) <= set(described()["inputs"])


def test_it_has_the_inputs_and_outputs_that_workflows_ask_for() -> None:
    inputs = [
        "paths",
        "config",
        "min-tls",
        "fail-on",
        "format",
        "sarif-file",
        "upload-sarif",
        "category",
        "baseline",
        "diff-base",
        "args",
    ]
    assert set(inputs) <= set(described()["inputs"])
    assert list(described()["outputs"]) == ["sarif-file", "findings", "exit-code"]
    scan = next(step for step in described()["runs"]["steps"] if step.get("id") == "scan")
    used = re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(described()["runs"]))
    assert set(used) == set(described()["inputs"]), "each does something"
    assert all(f"${name}" in scan["run"] for name in scan["env"])


# -- a run ----------------------------------------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What a run of the action left."""

    failed: list[str]
    uploaded: list[dict[str, str]]
    outputs: dict[str, str]
    log: str
    summary: str


class Runner:
    """Runs the steps of a composite action as GitHub's runner does, with a temporary folder of its own."""

    def __init__(self, top: Path) -> None:
        self.temporary = top / "runner temp"
        self.temporary.mkdir()
        self.action = described()
        self.count = 0

    def run(self, workspace: Path, event: str = "push", same: bool = True, **given: str) -> Outcome:
        """All steps; `given` are inputs, with _ for -."""
        inputs = {name: str(spec.get("default", "")) for name, spec in self.action["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        self.count += 1
        context: dict[str, str] = {f"inputs.{name}": value for name, value in inputs.items()}
        context |= {"github.event_name": event, "github.repository": "o/r"}
        context["github.event.pull_request.head.repo.full_name"] = "o/r" if same else "fork/r"
        outcome = Outcome([], [], {}, "", "")
        for number, step in enumerate(self.action["runs"]["steps"]):
            condition = str(step.get("if", "${{ success() }}")).removeprefix("${{").removesuffix("}}")
            if not self._holds(condition, context, not outcome.failed):
                continue
            if "uses" in step:
                told = {key: self._filled(value, context) for key, value in step["with"].items()}
                outcome.uploaded.append({"uses": step["uses"], **told})
                continue
            outcome = self._step(step, number, workspace, context, outcome)
        told = {name: self._filled(spec["value"], context) for name, spec in self.action["outputs"].items()}
        return outcome._replace(outputs=told)

    def _step(self, step: Any, number: int, workspace: Path, context: dict[str, str], outcome: Outcome) -> Outcome:
        files = {
            name: self.temporary / f"{name} {self.count} {number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        script = self.temporary / f"{self.count}.{number}.sh"
        script.write_text(step["run"])
        own = {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(self.temporary),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        given = {key: self._filled(value, context) for key, value in step.get("env", {}).items()}
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TLSSCAN"))}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=workspace,
            env={**environment, **own, **{name: str(path) for name, path in files.items()}, **given},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, _, value = line.partition("=")
            context[f"steps.{step['id']}.outputs.{key}"] = value
        return outcome._replace(
            failed=[*outcome.failed, *([step["name"]] if done.returncode else [])],
            log=outcome.log + done.stdout + done.stderr,
            summary=outcome.summary + files["GITHUB_STEP_SUMMARY"].read_text(),
        )

    def _filled(self, text: str, context: Mapping[str, str]) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: context.get(match[1], ""), str(text))

    def _holds(self, condition: str, context: Mapping[str, str], good: bool) -> bool:
        """A condition in the part of the language that the action uses."""
        words = re.findall(r"'[^']*'|[\w.-]+(?:\(\))?|&&|\|\||==|!=|[()]", condition)
        known = {"&&": "and", "||": "or", "always()": "True", "success()": str(good)}
        plain = [
            word if word[0] in "'()" or word in ("==", "!=") else known.get(word) or repr(context.get(word, ""))
            for word in words
        ]
        return bool(eval(" ".join(plain), {"__builtins__": {}}))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    if os.name == "nt" or shutil.which("bash") is None:
        pytest.skip("needs bash")
    return Runner(tmp_path_factory.mktemp("action"))


def workspace(top: Path, **files: str) -> Path:
    folder = top / "work space"
    for name, text in files.items():
        (folder / "my app" / f"{name}.py").parent.mkdir(parents=True, exist_ok=True)
        (folder / "my app" / f"{name}.py").write_text(text)
    return folder


steps = pytest.mark.slow


@steps
def test_a_failing_gate_leaves_the_sarif_and_uploads_it(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, bad=BAD, good=GOOD)
    done = runner.run(here, paths="my app", sarif_file="t.sarif", category="nightly")
    assert done.failed == ["Gate"]
    assert done.outputs == {"sarif-file": "t.sarif", "findings": "1", "exit-code": "1"}
    (uploaded,) = done.uploaded
    assert uploaded["sarif_file"] == "t.sarif"
    log = json.loads((here / "t.sarif").read_text())
    assert log["runs"][0]["automationDetails"]["id"] == "tlsscan/nightly/"
    assert [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]] == [
        "my%20app/bad.py"
    ]
    assert complaints(log) == []
    assert "\n::error file=my app/bad.py,line=3,endLine=3,col=26,endColumn=44,title=" in done.log
    assert " --> my app/bad.py:3:26\n" in done.log
    assert done.summary.startswith("## tlsscan: 1 error in 1 file\n")


@steps
def test_the_log_has_the_format_that_is_asked_for(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, bad=BAD)
    done = runner.run(here, format="concise")
    assert (done.failed, done.outputs["findings"]) == (["Gate"], "1")
    assert "\nmy app/bad.py:3:26: error fails python/ssl-context-protocol " in f"\n{done.log}"
    assert " --> my app/bad.py" not in done.log
    assert "\n::error file=my app/bad.py,line=3," in done.log
    assert runner.run(here, format="github").log.count("::error file=my app/bad.py,line=3,") == 1
    done = runner.run(here, format="nope")
    assert (done.failed, done.outputs["exit-code"], done.uploaded) == (["Gate"], "2", [])
    assert "invalid choice 'nope'" in done.log


@steps
def test_a_folder_with_nothing_to_analyse_fails_unless_that_is_allowed(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, good=GOOD)
    (here / "empty").mkdir()
    assert runner.run(here, paths="empty").outputs["exit-code"] == "2"
    assert runner.run(here, paths="empty", strict="false").failed == []


@steps
def test_the_inventory_has_what_it_is_made_with(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, good=GOOD)
    assert runner.run(here, args="-o\nmy bill.cdx.json").failed == []
    assert json.loads((here / "my bill.cdx.json").read_text())["bomFormat"] == "CycloneDX"


@steps
def test_a_clean_run(runner: Runner, tmp_path: Path) -> None:
    done = runner.run(workspace(tmp_path, good=GOOD))
    assert done.failed == []
    assert done.outputs == {"sarif-file": "tlsscan.sarif", "findings": "0", "exit-code": "0"}
    assert len(done.uploaded) == 1
    assert done.summary.startswith("## tlsscan: no finding\n")


@steps
def test_a_mistake_in_the_settings_fails_and_uploads_nothing(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, bad=BAD)
    (here / "tlsscan.sarif").write_text("of an earlier run")
    done = runner.run(here, min_tls="1.5")
    assert done.failed == ["Gate"]
    assert done.outputs == {"sarif-file": "", "findings": "", "exit-code": "2"}
    assert done.uploaded == []
    assert "invalid choice '1.5'" in done.log


@steps
def test_forks_get_annotations_and_the_summary_only(runner: Runner, tmp_path: Path) -> None:
    done = runner.run(workspace(tmp_path, bad=BAD), event="pull_request", same=False)
    assert done.uploaded == []
    assert "::error file=" in done.log
    assert done.summary
    assert done.failed == ["Gate"]
    assert runner.run(workspace(tmp_path, bad=BAD), event="pull_request", upload_sarif="true").uploaded


@steps
def test_a_baseline_a_base_and_a_configuration(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, bad=BAD)
    bin = runner.temporary / "tlsscan" / "bin"
    if not bin.is_dir():
        runner.run(here)
    subprocess.run([bin / "tlsscan", "baseline", "-o", "known issues.json"], cwd=here, check=True)
    done = runner.run(here, baseline="known issues.json")
    assert (done.failed, done.outputs["findings"]) == ([], "0")
    git = ["git", "-C", str(here), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "my app"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    (here / "my app" / "new.py").write_text(BAD)
    done = runner.run(here, diff_base="HEAD")
    assert (done.failed, done.outputs["findings"]) == (["Gate"], "1")
    assert "--> my app/new.py:3:26" in done.log
    (here / "own config.toml").write_text('exclude = ["bad.py", "new.py"]\n')
    assert runner.run(here, config="own config.toml").outputs["findings"] == "0"


@steps
def test_inputs_are_arguments_and_nothing_else(runner: Runner, tmp_path: Path) -> None:
    here = workspace(tmp_path, bad=BAD)
    odd = '$(touch pwned)\n`touch pwned`\n"; touch pwned; "\n-rf'
    done = runner.run(here, paths=odd)
    assert done.outputs["exit-code"] == "2"
    assert not (here / "pwned").exists()
    done = runner.run(here, paths="my app/bad.py\n", args="--exit-zero\n", annotations="false", summary="false")
    assert done.failed == []
    assert done.outputs["findings"] == "1"
    assert "::error" not in done.log
    assert done.summary == ""
    assert runner.run(here, sarif_file="a\nfindings=9").failed == ["Scan"]
    assert runner.run(here, fail_on="never").failed == []
