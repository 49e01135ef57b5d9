"""git, asked in such a way that a hostile repository makes it run nothing. The only module that starts a program.

What `.git/config` and `.gitattributes` name is code: monitors, hooks, filters, text converters, transports. So only
commands are used that neither look at the work tree nor convert what they read (`cat-file`, `ls-tree`, `rev-parse`,
`diff-index --cached`, `merge-base`), with the settings that start programs overridden, and without the network.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from tlsscan.errors import UsageError
from tlsscan.records import NamedTuple

TIMEOUT = 60.0
LARGEST = 32 << 20  # of one file
SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.untrackedCache=false",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "credential.helper=",
    "protocol.allow=never",
    "diff.external=",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "safe.directory=*",  # whoever the files belong to: nothing of theirs is run
)
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # older versions know no other way to forbid a fetch
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
KEPT = ("GIT_INDEX_FILE",)  # in a hook of a partial commit git says in it what is to be committed
SHALLOW = "the history is cut short here: fetch more of it (git fetch --unshallow, or fetch-depth: 0 in a workflow)"
UNFETCHED = (
    "the history is cut short here: fetch more of it "
    "(git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*', or fetch-depth: 0 in a workflow)"
)
REGULAR = frozenset({"100644", "100755"})
SUBMODULE = "160000"


class Held(NamedTuple):
    """A file in a tree of git: its mode, and the id of its content."""

    mode: str
    id: str


class Change(NamedTuple):
    """A path that differs between a commit and the index: how it was (None: not there), how it is, its path before."""

    path: bytes
    before: Held | None
    after: Held | None
    was: bytes


class Repository:
    """The repository of a work tree, by the top of that."""

    def __init__(self, top: str) -> None:
        self.top = top
        self._program = _program()

    def _ask(self, *arguments: str, given: bytes = b"", fine: Sequence[int] = (0,)) -> bytes | None:
        """What git answers; None where its exit status is not a `fine` one. Raises UsageError if there is no answer."""
        command = [self._program, "--no-pager", "--no-optional-locks", "--literal-pathspecs"]
        for setting in SETTINGS:
            command += ["-c", setting]
        try:
            done = subprocess.run(
                [*command, *arguments],
                cwd=self.top,
                env=_environment(),
                input=given,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(f"git did not answer within {TIMEOUT:g} s", place=self.top) from None
        except OSError as error:
            raise UsageError(f"git cannot be started: {error.strerror}", place=self.top) from None
        return done.stdout if done.returncode in fine else None

    def _must(self, *arguments: str, given: bytes = b"") -> bytes:
        answer = self._ask(*arguments, given=given)
        if answer is None:
            raise UsageError(f"git cannot tell ({arguments[0]})", place=self.top, hint="is the repository whole?")
        return answer

    def commit(self, name: str) -> str | None:
        """The id of a commit by any of its names; None if there is none. Raises UsageError for what is no name."""
        if not name or name.startswith("-") or "\0" in name or "\n" in name:
            raise UsageError(f"{name!r} is no name of a commit", place="--diff")
        answer = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", fine=(0,))
        found = answer.decode("ascii", "replace").split()[-1:] if answer else []
        return found[0] if found and _is_id(found[0]) else None

    def is_shallow(self) -> bool:
        """Whether the history was fetched only in part."""
        return (self._ask("rev-parse", "--is-shallow-repository") or b"").strip() == b"true"

    def merge_base(self, one: str, other: str) -> str | None:
        """The last commit that two have in common."""
        answer = (self._ask("merge-base", one, other, fine=(0,)) or b"").decode("ascii", "replace").split()
        return answer[0] if answer else None

    def symbolic(self, name: str) -> str:
        """What a symbolic name stands for, in full; an empty text if it stands for nothing."""
        return (self._ask("symbolic-ref", "--quiet", name) or b"").decode("utf-8", "surrogateescape").strip()

    def remote(self, name: str = "origin") -> str:
        """The address of a remote as it was configured; an empty text if there is none."""
        answer = self._ask("config", "--local", "--no-includes", "--null", "--get", f"remote.{name}.url") or b""
        return answer.partition(b"\0")[0].decode("utf-8", "replace")

    def tree(self, commit: str) -> dict[bytes, Held]:
        """All files of a commit, by path."""
        found: dict[bytes, Held] = {}
        for line in self._must("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            head, tab, path = line.partition(b"\t")
            if tab:
                mode, _, name = head.decode("ascii").split()
                found[path] = Held(mode, name)
        return found

    def staged(self, commit: str | None) -> list[Change]:
        """What the index has otherwise than a commit (None: than nothing), renames found."""
        base = commit or self._empty_tree()
        flags = ("--cached", "--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--no-textconv")
        return list(_changes(self._must("diff-index", *flags, base, "--").split(b"\0")))

    def _empty_tree(self) -> str:
        return self._must("hash-object", "-t", "tree", "--stdin").decode("ascii").strip()

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of files by their ids, as they are stored; what is missing or too large is left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        asked = "".join(f"{name}\n" for name in wanted).encode("ascii")
        told = self._must("cat-file", "--batch-check", given=asked).decode("ascii", "replace").splitlines()
        sizes = [line.split() for line in told]
        small = [row[0] for row in sizes if len(row) == 3 and row[1] == "blob" and int(row[2]) <= LARGEST]
        if not small:
            return {}
        answer = self._must("cat-file", "--batch", given="".join(f"{name}\n" for name in small).encode("ascii"))
        return dict(_blobs(answer))


def _changes(parts: Sequence[bytes]) -> Iterator[Change]:
    at = 0
    while at + 1 < len(parts) and parts[at].startswith(b":"):
        before, after, old, new, status = parts[at][1:].decode("ascii").split()
        was = path = parts[at + 1]
        at += 2
        if status[0] in "RC":
            path = parts[at]
            at += 1
        if status[0] != "U":  # a conflict: told again as what it is besides
            yield Change(path, _held(before, old), _held(after, new), was)


def _held(mode: str, name: str) -> Held | None:
    return None if mode == "000000" else Held(mode, name)


def _blobs(answer: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        name, kind, *size = answer[at:end].decode("ascii").split()
        at = end + 1
        if kind == "blob" and size:
            yield name, answer[at : at + int(size[0])]
            at += int(size[0]) + 1


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(char in "0123456789abcdef" for char in text)


def _program() -> str:
    """The git of the user's path. What the path names relative to the working directory may be the repository's."""
    names = ("git.exe",) if os.name == "nt" else ("git",)
    for folder in os.get_exec_path():
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise UsageError("there is no git here", hint="--diff, --staged and --sarif-provenance ask it")


def _environment() -> dict[str, str]:
    given = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in KEPT}
    if "GIT_INDEX_FILE" in given:
        given["GIT_INDEX_FILE"] = os.path.abspath(given["GIT_INDEX_FILE"])
    return {**given, **ENVIRONMENT}
