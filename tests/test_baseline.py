"""The baseline: what was there is set aside, whatever becomes of it; what is new never is."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_tools import Run, run
from tlsscan.baseline import DEFAULT, Baseline, Entry, empty, load, save
from tlsscan.errors import UsageError
from tlsscan.protocol import Version

CONTEXT = "python/ssl-context-protocol"
OLD = "import ssl\n\n\ndef connect():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
NEW = "\n\ndef other():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n"
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def adopted(folder: Path, **files: str) -> Path:
    """A folder with files and a baseline of them."""
    for name, text in (files or {"a.py": OLD}).items():
        write(folder, name.replace("__", "/").replace("_py", ".py"), text)
    assert run("baseline", cwd=folder).status == 0
    return folder


def scan(folder: Path, *arguments: str, cwd: Path | None = None) -> Run:
    flags = ["-f", "json", "--baseline", str(folder / DEFAULT)]
    return run(*flags, *arguments, cwd=cwd or folder)


def places(given: Run) -> list[str]:
    return [f"{f['path']}:{f['region']['line']}" for f in json.loads(given.out)["findings"]]


def known(given: Run) -> list[str]:
    return [f"{f['path']}:{f['region']['line']}" for f in json.loads(given.out)["suppressed"]]


def remarks(given: Run) -> list[str]:
    return [r["text"] for r in json.loads(given.out)["remarks"]]


def entries(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / DEFAULT).read_text())["entries"]
    return found


def test_what_is_there_is_written_and_then_set_aside(tmp_path: Path) -> None:
    write(tmp_path, "src/a.py", OLD)
    written = run("baseline", cwd=tmp_path)
    assert (written.status, written.out) == (0, "")
    told = f"tlsscan: wrote {DEFAULT}: 1 entry (1 new, 0 gone); scan with --baseline {DEFAULT}\n"
    assert written.err.endswith(told)
    document = json.loads((tmp_path / DEFAULT).read_text())
    (entry,) = document.pop("entries")
    assert document == {"schema": "tlsscan-baseline/1", "root": ".", "floor": "TLSv1.2"}
    identity = entry.pop("identity")
    assert entry == {"path": "src/a.py", "rule": CONTEXT, "in": "connect", "note": ""}
    assert len(identity) == 32
    given = run("--baseline", DEFAULT, cwd=tmp_path)
    assert given.status == 0
    assert "Set aside: 1 in the baseline" in given.out
    write(tmp_path, "src/a.py", OLD + NEW)
    given = scan(tmp_path)
    assert (given.status, places(given), known(given), remarks(given)) == (1, ["src/a.py:9"], ["src/a.py:5"], [])


SURVIVES = {
    "moved down": ("a.py", "# a word\n\n" + OLD),
    "another file": ("lib/b.py", OLD),
    "indented": ("a.py", OLD.replace("    return", "        return")),
    "over lines": ("a.py", OLD.replace("(ssl.PROTOCOL_TLSv1)", "(\n        ssl.PROTOCOL_TLSv1,\n    )")),
    "named otherwise": (
        "a.py",
        OLD.replace("import ssl", "import ssl\nfrom ssl import SSLContext").replace("ssl.SSLContext(", "SSLContext("),
    ),
    "guarded": ("a.py", OLD.replace("    return", "    if not hasattr(ssl, 'PROTOCOL_TLS'):\n        return")),
}


@pytest.mark.parametrize("name", SURVIVES)
def test_an_entry_survives(tmp_path: Path, name: str) -> None:
    adopted(tmp_path)
    path, text = SURVIVES[name]
    (tmp_path / "a.py").unlink()
    write(tmp_path, path, text)
    given = scan(tmp_path, "--level", "note")
    assert (given.status, places(given), len(known(given)), remarks(given)) == (0, [], 1, [])


def test_another_floor_keeps_what_it_is(tmp_path: Path) -> None:
    adopted(tmp_path)
    given = scan(tmp_path, "--min-tls", "1.1")
    assert (places(given), len(known(given)), remarks(given)) == ([], 1, [])
    given = scan(tmp_path, "--min-tls", "1.0")
    assert (places(given), known(given), remarks(given)) == ([], [], []), "less is asked for: nothing is stale"


APPEARS = {
    "once more in the function": OLD.replace("    return", "    use(ssl.SSLContext(ssl.PROTOCOL_TLSv1))\n    return"),
    "in another function": OLD + OLD.replace("connect", "other"),
    "another version": OLD.replace("TLSv1)", "SSLv3)"),
}


@pytest.mark.parametrize("text", APPEARS.values(), ids=APPEARS)
def test_what_is_new_shows(tmp_path: Path, text: str) -> None:
    adopted(tmp_path)
    write(tmp_path, "a.py", text)
    given = scan(tmp_path)
    assert (given.status, len(places(given))) == (1, 1)


def test_a_copy_in_another_file_is_new_as_long_as_the_first_is_there(tmp_path: Path) -> None:
    adopted(tmp_path)
    write(tmp_path, "b.py", OLD)
    assert places(scan(tmp_path)) == ["b.py:5"]
    assert places(scan(tmp_path, "b.py")) == ["b.py:5"], "a.py is there, though it was not looked at"
    assert places(scan(tmp_path, "a.py")) == []


def test_a_file_that_was_not_understood_leaves_its_entries_alone(tmp_path: Path) -> None:
    adopted(tmp_path)
    write(tmp_path, "a.py", "import ssl\nssl.SSLContext((ssl.PROTOCOL_TLSv1 + ] )\n")
    write(tmp_path, "b.py", OLD)
    given = scan(tmp_path)
    assert "b.py:5" in places(given)
    assert remarks(given) == []


def test_entries_that_fit_nothing_are_told_and_pruned_on_request(tmp_path: Path) -> None:
    adopted(tmp_path, a_py=OLD, lib__b_py=OLD + NEW)
    write(tmp_path, "lib/b.py", OLD)
    given = scan(tmp_path)
    told = f"an entry fits no finding any more: {CONTEXT} in lib/b.py in other (--baseline-prune takes it out)"
    assert (given.status, remarks(given)) == (0, [told])
    assert remarks(scan(tmp_path, "a.py")) == []
    assert remarks(scan(tmp_path, "--baseline-prune", "a.py")) == []
    assert len(entries(tmp_path)) == 3, "lib/b.py was not looked at"
    given = scan(tmp_path, "--baseline-prune")
    assert (given.status, remarks(given)) == (0, [])
    notice = f"{tmp_path / DEFAULT}: took out {CONTEXT} in lib/b.py in other, which is found no more"
    assert notice in json.loads(given.out)["notices"]
    assert notice in given.err
    assert [(entry["path"], entry["in"]) for entry in entries(tmp_path)] == [
        ("a.py", "connect"),
        ("lib/b.py", "connect"),
    ]
    before = (tmp_path / DEFAULT).stat().st_mtime_ns
    assert "took out" not in scan(tmp_path, "--baseline-prune").err
    assert (tmp_path / DEFAULT).stat().st_mtime_ns == before


def test_what_moved_out_of_what_is_scanned_is_neither_stale_nor_pruned(tmp_path: Path) -> None:
    adopted(tmp_path, src__a_py=OLD, jobs__b_py=OLD + NEW)
    (tmp_path / "src").rename(tmp_path / "lib")
    write(tmp_path, "jobs/b.py", OLD)
    before = entries(tmp_path)
    for named in (["jobs/b.py"], ["lib/none.py", "jobs/b.py"]):
        write(tmp_path, "lib/none.py", "import ssl\n")
        given = scan(tmp_path, "--baseline-prune", *named)
        assert (given.status, remarks(given)) == (0, [])
    assert entries(tmp_path) == before, "of a file that was named nothing is known"
    given = scan(tmp_path, "jobs")
    told = [f"an entry fits no finding any more: {CONTEXT} in jobs/b.py in other (--baseline-prune takes it out)"]
    assert (given.status, remarks(given)) == (0, told)
    scan(tmp_path, "--baseline-prune", "jobs")
    assert [entry["path"] for entry in entries(tmp_path)] == ["jobs/b.py", "src/a.py"]
    given = scan(tmp_path, "--baseline-prune", "lib")
    assert (given.status, len(known(given))) == (0, 1), "the entry fits where the file is now"
    assert [entry["path"] for entry in entries(tmp_path)] == ["jobs/b.py", "lib/a.py"]
    (tmp_path / "lib" / "a.py").unlink()
    scan(tmp_path, "--baseline-prune", "jobs")
    assert [entry["path"] for entry in entries(tmp_path)] == ["jobs/b.py", "lib/a.py"]
    scan(tmp_path, "--baseline-prune", tmp_path.name, cwd=tmp_path.parent)
    assert [entry["path"] for entry in entries(tmp_path)] == ["jobs/b.py"]


def test_a_file_that_is_gone_is_stale_where_all_around_it_was_scanned(tmp_path: Path) -> None:
    adopted(tmp_path, a_py=OLD, lib__b_py=OLD)
    (tmp_path / "a.py").unlink()
    for cwd, path in ((tmp_path, "."), (tmp_path / "lib", ".."), (tmp_path.parent, tmp_path.name)):
        assert [text.partition(" (")[0] for text in remarks(scan(tmp_path, path, cwd=cwd))] == [
            f"an entry fits no finding any more: {CONTEXT} in a.py in connect"
        ]


@pytest.mark.parametrize("by", ["configuration", "flag"])
def test_entries_of_a_stricter_floor_are_stale_if_that_still_holds(tmp_path: Path, by: str) -> None:
    flags = ["--min-tls", "1.3"] if by == "flag" else []
    if by == "configuration":
        (tmp_path / "tlsscan.toml").write_text("min-tls = '1.3'\n")
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(OLD)
    assert run("baseline", *flags, cwd=tmp_path).status == 0
    (tmp_path / "b.py").write_text("x = 1\n")
    given = run("--baseline", DEFAULT, *flags, cwd=tmp_path)
    assert f"an entry fits no finding any more: {CONTEXT} in b.py" in given.out
    assert run("--baseline", DEFAULT, "--baseline-prune", *flags, cwd=tmp_path).status == 0
    assert [entry["path"] for entry in json.loads((tmp_path / DEFAULT).read_text())["entries"]] == ["a.py"]


def test_stale_entries_are_told_on_stderr_and_in_the_text(tmp_path: Path) -> None:
    adopted(tmp_path)
    write(tmp_path, "a.py", "import ssl\n")
    assert "an entry fits no finding any more" in scan(tmp_path).err
    assert "To tidy up:\n  .tlsscan-baseline.json: an entry fits" in run("--baseline", DEFAULT, cwd=tmp_path).out


def test_notes_and_what_was_not_scanned_survive_rewriting(tmp_path: Path) -> None:
    adopted(tmp_path, a_py=OLD, lib__b_py=OLD)
    document = json.loads((tmp_path / DEFAULT).read_text())
    for entry in document["entries"]:
        entry["note"] = f"see {entry['path']}"
    (tmp_path / DEFAULT).write_text(json.dumps(document))
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    write(tmp_path, "c.py", OLD + NEW)
    again = run("baseline", ".", "--exclude", "lib", cwd=tmp_path)
    assert "3 entries (2 new, 1 gone)" in again.err
    assert [(entry["path"], entry["in"], entry["note"]) for entry in entries(tmp_path)] == [
        ("c.py", "connect", "see a.py"),
        ("c.py", "other", ""),
        ("lib/b.py", "connect", "see lib/b.py"),
    ]
    listed = run("--baseline", DEFAULT, "--show-suppressed", "-f", "concise", cwd=tmp_path).out
    assert listed.splitlines()[0].endswith("[in the baseline: see a.py]")


def test_the_file_is_the_same_whatever_the_order_and_the_place(tmp_path: Path) -> None:
    adopted(tmp_path, a_py=OLD, lib__b_py=OLD + NEW)
    first = (tmp_path / DEFAULT).read_text()
    run("baseline", "-j", "1", "-o", DEFAULT, cwd=tmp_path)
    assert (tmp_path / DEFAULT).read_text() == first
    (tmp_path / DEFAULT).unlink()
    run("baseline", "..", "-o", f"../{DEFAULT}", cwd=tmp_path / "lib")
    assert (tmp_path / DEFAULT).read_text() == first


def test_paths_begin_at_the_top_of_the_work_tree(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    write(top, "src/a.py", OLD)
    subprocess.run(["git", "init", "-q", str(top)], check=True, env={**os.environ, **QUIET})
    (top / "ci").mkdir()
    assert run("baseline", "-o", "ci/known.json", cwd=top).status == 0
    document = json.loads((top / "ci/known.json").read_text())
    assert (document["root"], document["entries"][0]["path"]) == ("..", "src/a.py")
    for cwd, path in ((top, "."), (top / "src", "."), (tmp_path, "repo"), (top / "ci", "../src")):
        given = run("-f", "json", "--baseline", str(top / "ci/known.json"), path, cwd=cwd)
        assert (given.status, places(given), len(known(given)), remarks(given)) == (0, [], 1, [])


def test_what_a_configuration_leaves_out_of_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a.py", OLD)
    write(tmp_path, "b.py", OLD)
    write(tmp_path, "tlsscan.toml", "exclude = ['b.py']\n")
    write(tmp_path, "pyproject.toml", "[tool.tlsscan]\n")
    given = run("baseline", cwd=tmp_path)
    assert [entry["path"] for entry in entries(tmp_path)] == ["a.py"]
    assert "tlsscan: narrowed by tlsscan.toml: 1 file excluded\n" in given.err
    assert "tlsscan: the configuration is tlsscan.toml; pyproject.toml beside it does not hold\n" in given.err
    assert "narrowed" in run("baseline", "-q", cwd=tmp_path).err


def test_suppressed_findings_are_not_written(tmp_path: Path) -> None:
    write(tmp_path, "a.py", OLD.replace("TLSv1)", f"TLSv1)  # tlsscan: ignore[{CONTEXT}] x"))
    assert run("baseline", cwd=tmp_path).status == 0
    assert entries(tmp_path) == []
    write(tmp_path, "a.py", OLD + "# tlsscan: ignore\n")
    assert run("baseline", cwd=tmp_path).status == 2


def test_notes_are_written_only_if_asked(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "import os, ssl\n\nssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n")
    run("baseline", cwd=tmp_path)
    assert entries(tmp_path) == []
    run("baseline", "--level", "note", cwd=tmp_path)
    assert len(entries(tmp_path)) == 1


def test_ids_that_rules_had_before_still_fit(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "python"
    pack.mkdir(parents=True)
    (pack / "renames.yaml").write_text(f"schema: 1\nlibrary: renames\nrenamed:\n  python/ssl-protocol: {CONTEXT}\n")
    folder = adopted(tmp_path / "repo")
    text = (folder / DEFAULT).read_text()
    (folder / DEFAULT).write_text(text.replace(CONTEXT, "python/ssl-protocol"))
    given = scan(folder, "--rules", str(tmp_path / "packs"))
    assert (given.status, len(known(given))) == (0, 1)
    scan(folder, "--rules", str(tmp_path / "packs"), "--baseline-prune")
    assert (folder / DEFAULT).read_text() == text
    write(folder, "a.py", OLD.replace("TLSv1)", "TLSv1)  # tlsscan: ignore[python/ssl-protocol] x"))
    assert run("--rules", str(tmp_path / "packs"), cwd=folder).status == 0


def test_entries_of_rules_that_are_not_loaded_stay(tmp_path: Path) -> None:
    adopted(tmp_path)
    text = (tmp_path / DEFAULT).read_text().replace(CONTEXT, "shop/own-rule")
    (tmp_path / DEFAULT).write_text(text)
    given = scan(tmp_path, "--baseline-prune")
    assert (given.status, remarks(given)) == (1, [])
    assert (tmp_path / DEFAULT).read_text() == text


# -- files that are none ------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "schema": "tlsscan-baseline/1",
    "root": ".",
    "floor": "TLSv1.2",
    "entries": [{"path": "a.py", "rule": CONTEXT, "in": "f", "identity": "0" * 32, "note": ""}],
}
BROKEN = {
    "no JSON": ('{"schema": 1,\n  x}', ":2:3: this is no baseline: it is not JSON"),
    "bytes": (b"\xff\xfe\0", "it is not JSON"),
    "empty": ("", ":1:1: this is no baseline"),
    "deep": ("[" * 100_000, "it is not JSON"),
    "a list": ("[]", "it has no schema"),
    "another tool": ('{"results": {}}', "it has no schema"),
    "newer": (
        json.dumps({**GOOD, "schema": "tlsscan-baseline/2"}),
        "written by another version of tlsscan (this version",
    ),
    "root": (json.dumps({**GOOD, "root": "../x"}), "its root"),
    "absolute": (json.dumps({**GOOD, "root": "/etc"}), "its root"),
    "floor": (json.dumps({**GOOD, "floor": "high"}), "its floor"),
    "entries": (json.dumps({**GOOD, "entries": {}}), "no list of entries"),
    "entry": (json.dumps({**GOOD, "entries": ["x"]}), "entry 1 is no mapping"),
    "number": (json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "path": 1}]}), "entry 1 is no mapping of texts"),
    "identity": (
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "identity": "x"}]}),
        "no path, rule or identity",
    ),
    "key": (json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "nots": "x"}]}), "unknown key 'nots'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_baseline_is_refused_before_the_scan(tmp_path: Path, name: str) -> None:
    content, text = BROKEN[name]
    (tmp_path / "known.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    write(tmp_path, "a.py", OLD)
    for arguments in (("--baseline", "known.json"), ("baseline", "-o", "known.json")):
        given = run(*arguments, cwd=tmp_path)
        assert (given.status, given.out) == (2, "")
        assert given.err.startswith("tlsscan: error: known.json")
        assert text in given.err
        assert len(given.err.splitlines()) == 1
    assert (tmp_path / "known.json").read_bytes() == (content if isinstance(content, bytes) else content.encode())


def test_a_missing_baseline_says_how_to_write_one(tmp_path: Path) -> None:
    given = run("--baseline", "known.json", cwd=tmp_path)
    assert given.status == 2
    assert given.err == (
        "tlsscan: error: known.json: the baseline cannot be read: no such file or directory"
        " (`tlsscan baseline -o known.json` writes one)\n"
    )
    assert run("--baseline", ".", cwd=tmp_path).status == 2
    assert run("baseline", "-o", "no/such/folder.json", cwd=tmp_path).status == 2


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_no_link_is_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    write(folder, "a.py", OLD)
    for name in ("precious", "missing"):
        (folder / DEFAULT).unlink(missing_ok=True)
        (folder / DEFAULT).symlink_to(tmp_path / name)
        (tmp_path / "precious").write_text("precious")
        given = run("baseline", cwd=folder)
        assert given.status == 2
        assert "the baseline is a link" in given.err
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "missing").exists()


def test_a_baseline_that_isolation_makes_vain_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OLD)
    assert run("baseline", cwd=tmp_path).status == 0
    given = run("--isolated", "--baseline", DEFAULT, cwd=tmp_path)
    assert given.status == 1
    assert "Notice: --baseline does not hold: --isolated heeds none\n" in given.out
    assert "--baseline" not in run("--isolated", cwd=tmp_path).out


def test_no_suppress_applies_no_baseline(tmp_path: Path) -> None:
    adopted(tmp_path)
    assert places(scan(tmp_path, "--no-suppress")) == ["a.py:5"]


@pytest.mark.skipif(os.name != "posix", reason="needs free names")
def test_names_and_notes_forge_nothing(tmp_path: Path) -> None:
    name = b"x\n::error::\x1b[31m\xff.py"
    (tmp_path / os.fsdecode(name)).write_text(OLD)
    (tmp_path / "b.py").write_text(OLD)
    assert run("baseline", cwd=tmp_path).status == 0
    document = json.loads((tmp_path / DEFAULT).read_text())
    assert len(document["entries"]) == 2
    for entry in document["entries"]:
        entry["note"] = "\x1b[31m\n::error::x ##[group]"
    gone = {**document["entries"][0], "path": "gone\n::error::y\x1b.py", "in": "\u202e\n::z", "identity": "1" * 32}
    document["entries"].append(gone)
    (tmp_path / DEFAULT).write_text(json.dumps(document))
    for form in ("full", "concise", "json", "sarif"):
        flags = ["-f", form, "--show-suppressed", "--sarif-suppressed=include", "--baseline", DEFAULT]
        given = run(*flags, cwd=tmp_path)
        assert given.status == 0, "both names fit, whatever bytes they have"
        for text in (given.out, given.err):
            assert not {"\x1b", "\u202e"} & set(text)
            assert "##[" not in text
            assert not any(line.lstrip().startswith("::") for line in text.splitlines())


TEXTS = st.text(st.characters(codec=None), min_size=1)


@given(st.lists(st.builds(Entry, TEXTS, TEXTS, st.text(), st.just("a" * 32), st.text(st.characters(codec=None)))))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, made: list[Entry]) -> None:
    place = str(tmp_path_factory.getbasetemp() / "round.json")
    save(Baseline(place, "../..", Version.TLS1_1, tuple(made)))
    assert load(place) == Baseline(place, "../..", Version.TLS1_1, tuple(sorted(made)))
    assert Path(place).read_bytes().isascii()


@given(st.recursive(st.none() | st.integers() | st.text() | st.just("tlsscan-baseline/1"), st.lists))
def test_no_document_crashes_the_reader(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    place = tmp_path_factory.getbasetemp() / "odd.json"
    for document in (value, {"schema": value}, {**GOOD, "entries": [value]}, {**GOOD, "entries": [{"path": value}]}):
        place.write_text(json.dumps(document))
        with pytest.raises(UsageError):
            load(str(place))


def test_a_new_baseline_is_empty(tmp_path: Path) -> None:
    assert empty(str(tmp_path / DEFAULT), Version.TLS1_2).entries == ()
