"""Finds the files to scan, and tells what it left out. Opens only ignore files, `.git` and possible scripts."""

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from stat import S_ISDIR, S_ISREG

from tlsscan.candidate import Candidate
from tlsscan.errors import UsageError
from tlsscan.languages import (
    BY_NAME,
    BY_SUFFIX,
    MANIFEST,
    SCRIPT_SUFFIXES,
    SHEBANG_BYTES,
    UNREAD,
    classify,
    language_of_shebang,
    may_be_script,
)
from tlsscan.model import Problem, ProblemKind
from tlsscan.osfiles import problem_kind, read_head
from tlsscan.records import NamedTuple
from tlsscan.sieve import Barred, Exclusion, Listing, Sieve, exclude_rules, included, is_inside, with_slash
from tlsscan.worktree import Base, Scope, Trouble, WorkTree, scope_above, scope_at, top_level

SKIPPED_DIRECTORIES = frozenset(
    (
        b".git .hg .svn .bzr .jj node_modules bower_components .venv .tox .nox .mypy_cache .ruff_cache .pytest_cache"
        b" .hypothesis __pycache__ .eggs .gradle .idea .vs .terraform .direnv .ipynb_checkpoints"
    ).split()
)
"""Names of directories that are entered only when named: stores, caches and metadata of other programs.

Build outputs (`bin`, `obj`, `target`, `dist`) and vendored code (`vendor`, `third_party`) are scanned.
"""
ENVIRONMENT_DIRECTORIES = frozenset((b"venv", b"env"))
"""Skipped only when they hold a `pyvenv.cfg`, which makes them a Python environment."""
_SPECIAL = SKIPPED_DIRECTORIES | ENVIRONMENT_DIRECTORIES
BUILD_SCRIPTS = frozenset({".gradle", ".kts"})
"""Suffixes of a language that is not read, under which there are manifests, too."""
BATCH = 200
"""So many files are handed on together: enough to keep workers busy while the next ones are looked for."""


class Skipped(NamedTuple):
    """A directory that was not entered (it ends in `/`) or a source file that was left out.

    `reason` is `default`, `ignored`, `excluded`, or that of the `Barred` globs that name it.
    """

    path: str
    reason: str


def _opened(file: Candidate) -> bytes:
    return file.fs_path


class Discovery(NamedTuple):
    """What was found, sorted by the bytes of the paths.

    `unread` counts source files of languages that are not read, by suffix; `notices` are sentences. `roots` are the
    folders that were named, as paths show them, each with a slash at its end (empty: the working directory), and the
    one that named files are judged as parts of; `walked` only those all of which is scanned. `links` are the links to
    a manifest, by the path of that. `lead` is what
    may stand before the path of a file that is opened; `kinds` counts the files by language.
    """

    files: list[Candidate]
    problems: list[Problem]
    unread: dict[str, int]
    skipped: list[Skipped]
    notices: list[str]
    roots: list[str]
    walked: Sequence[str] = ()
    links: Mapping[str, Sequence[str]] = {}
    lead: bytes = b""
    kinds: Mapping[str, int] = {}

    def fs_paths(self, paths: Collection[str]) -> dict[str, bytes]:
        """How the file system calls the files of some paths, by path; those that are no files of it are left out."""
        found: dict[str, bytes] = {}
        for path in paths:
            for lead in (b"", self.lead):
                file = self.opened(lead + path.encode("utf-8", "surrogateescape"))
                if file is not None and file.path == path:
                    found[path] = file.fs_path
        return found

    def opened(self, fs_path: bytes) -> Candidate | None:
        """The file that the file system calls so; None if there is none."""
        at = bisect_left(self.files, fs_path, key=_opened)
        return self.files[at] if self.files[at : at + 1] and self.files[at].fs_path == fs_path else None


def discover(
    paths: Sequence[str], *, excludes: Sequence[str] = (), respect_ignore: bool = True, cwd: str | None = None
) -> Discovery:
    """The files to scan below `paths`, which are relative to `cwd` (by default the working directory).

    A file that is named is a candidate whatever the rules say, as long as its language is known. `excludes`
    are gitignore patterns relative to `cwd`, or to the named directory when that lies elsewhere. Raises UsageError.
    """
    walk = Walk(paths, excludes=excludes, respect_ignore=respect_ignore, cwd=cwd)
    for _ in walk.batches():
        pass
    return walk.finish()


def git_top_level(path: str) -> str | None:
    """The top of the git work tree that holds `path`, as an absolute real path; None outside of any."""
    real = os.path.realpath(os.fsencode(path))
    top = top_level(real if os.path.isdir(real) else os.path.dirname(real))
    return None if top is None else os.fsdecode(top)


class Walk:
    """One discovery, file by file: `batches`, and when they are exhausted `finish`.

    Paths are bytes with `/`, as they are opened: `lead` plus the path from the working directory. A directory is its
    `prefix`: its path with a slash at the end, empty for the working directory itself.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        excludes: Sequence[str] = (),
        respect_ignore: bool = True,
        cwd: str | None = None,
        within: str = "",
        barred: Sequence[Barred] = (),
        held: Collection[bytes] | None = None,
        include: Sequence[str] = (),
        force: bool = False,
        none: bool = False,
    ) -> None:
        """Look at the named paths only; see `discover`. Of files that are named, only those are taken that a walk of
        the folder `within` would meet, if there is one. What is `held` is known otherwise than from disk; then no path
        means none. Raises UsageError."""
        self.cwd = _posix(os.path.realpath(os.fsencode(cwd or os.getcwd())))
        self.lead = b"" if cwd is None else with_slash(self.cwd)
        self.excludes = exclude_rules(excludes)
        self.barred = barred
        self.include = included(include, self.cwd)
        self.force = force
        self.respect_ignore = respect_ignore
        self.found: dict[bytes, Candidate] = {}
        self._finished: Discovery | None = None
        self.unread: dict[bytes, str] = {}
        self.problems: dict[tuple[bytes, ProblemKind], str] = {}
        self.skipped: dict[bytes, str] = {}
        self.notices: list[str] = []
        self.troubles: list[Trouble] = []
        self.trees: list[WorkTree] = []
        self.roots: list[bytes] = []
        self.escaping: list[tuple[str, bytes, bytes]] = []
        self.links: dict[bytes, list[bytes]] = {}
        self.within = self._folder(within) if within else b""
        self._fresh: list[Candidate] = []
        self.held = held or ()
        for path in paths or ((".",) if held is None and not none else ()):
            self._add(path)

    def batches(self) -> Iterator[list[Candidate]]:
        """The files to scan as they are found, each once, some hundred at a time."""
        for root in self.roots:
            yield from self._walk(with_slash(self._from_cwd(root)) if root != self.cwd else self.lead, root)
        for path, lexical, real in self.escaping:
            if any(is_inside(real, root) for root in self.roots):
                self._add_named(path, real)
            else:
                self._tell(lexical, ProblemKind.OUTSIDE, "leads out of the working directory")
                self.notices.append(f"{path} was not scanned: it leads out of the working directory")
        if self._fresh:
            yield self._batch()

    def _batch(self) -> list[Candidate]:
        fresh, self._fresh = self._fresh, []
        return fresh

    def _add(self, path: str) -> None:
        """Take one path of the command line."""
        if not path:
            raise UsageError("a path is empty")
        if self.held and os.fsencode(path) in self.held:
            self._add_named(path, _posix(os.path.normpath(os.path.join(self.cwd, os.fsencode(path)))))
            return
        joined = os.path.join(os.fsdecode(self.cwd), path)
        named = os.path.normpath(joined)
        try:
            target = os.path.realpath(os.fsencode(joined), strict=True)
            status = os.lstat(target)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else ""
            raise UsageError((reason or "not a path").lower(), place=path) from error
        real, lexical = _posix(target), _posix(os.fsencode(named))
        escapes = (os.path.islink(named) or is_inside(lexical, self.cwd)) and not is_inside(real, self.cwd)
        if S_ISDIR(status.st_mode):
            if self.force and (reason := self._left_out(with_slash(real))):
                self.skipped[with_slash(self._from_cwd(real))] = reason
                return
            if escapes:
                place = os.fsdecode(target)
                raise UsageError("leads out of the working directory", place=path, hint=f"name {place} itself")
            self.roots.append(real)
        elif escapes:
            self.escaping.append((path, lexical, real))
        else:
            self._add_named(path, real)

    def _folder(self, within: str) -> bytes:
        real = _posix(os.path.realpath(os.path.join(self.cwd, os.fsencode(within))))
        if not os.path.isdir(real):
            raise UsageError("no such folder", place=f"--within {within}")
        return real

    def finish(self) -> Discovery:
        """Everything in its final order, after the last batch."""
        if self._finished is None:
            self._finished = self._finish()
        return self._finished

    def _finish(self) -> Discovery:
        self._tell_troubles()
        shown = self._shown
        unread: dict[str, int] = {}
        for suffix in sorted(self.unread.values()):
            unread[suffix] = unread.get(suffix, 0) + 1
        return Discovery(
            files=[self.found[path] for path in sorted(self.found)],
            problems=[Problem(shown(path), kind, text) for (path, kind), text in sorted(self.problems.items())],
            unread=unread,
            skipped=[Skipped(shown(p), reason) for p, reason in sorted(self.skipped.items()) if p not in self.found],
            notices=self.notices,
            roots=sorted({self._root(real) for real in (*self.roots, *([self.within] if self.within else []))}),
            walked=sorted(map(self._root, self.roots)),
            links={shown(path): sorted(map(shown, links)) for path, links in sorted(self.links.items())},
            lead=self.lead,
            kinds=Counter(file.language for file in self.found.values()),
        )

    def _walk(self, root: bytes, real_root: bytes) -> Iterator[list[Candidate]]:
        from tlsscan.manifestnames import manifest_kind, may_be_manifest

        scope = scope_above(real_root, len(root), self.troubles) if self.respect_ignore else None
        if scope is not None:
            self.trees.append(scope.tree)
        base = Base(b"", len(self.lead) if is_inside(real_root, self.cwd) else len(root))
        excludes = [Exclusion(self.excludes, base, "excluded")] if self.excludes else []
        excludes += [Exclusion(one.globs.rules, one.base(root, real_root), one.reason) for one in self.barred]
        stack = [(root, scope)]
        while stack:
            prefix, scope = stack.pop()
            listing = self._list(prefix, may_be_manifest, manifest_kind)
            if self.respect_ignore:
                scope = self._scope_of(prefix, listing, scope)
            entered = listing.directories
            if not _SPECIAL.isdisjoint(entered):
                entered = [name for name in entered if not self._is_skipped(prefix, name)]
            if excludes or (scope is not None and (scope.rules or scope.tracked_only)):
                stack += self._sift(prefix, listing, entered, Sieve(prefix, scope, excludes))
            else:
                stack += self._all(prefix, entered, scope)
            if self.include is not None:
                self._drop_others(prefix, listing, with_slash(real_root) + prefix[len(root) :])
            self._keep(prefix, listing, real_root)
            if len(self._fresh) >= BATCH:
                yield self._batch()

    def _list(
        self,
        prefix: bytes,
        may_be_manifest: Callable[[bytes, int], bool],
        manifest_kind: Callable[[bytes, bytes], str],
    ) -> Listing:
        """What a directory holds that may matter; most entries of a tree cost one look-up and one type test."""
        listing = Listing([], [], [], [])
        sources, directories, plain, others = listing
        try:
            with os.scandir(prefix or b".") as entries:
                for entry in entries:
                    name = entry.name
                    dot = name.rfind(b".")
                    language = BY_SUFFIX[name[dot:]] if dot > 0 else BY_NAME.get(name)
                    if language is None:
                        if entry.is_dir(follow_symlinks=False):
                            directories.append(name)
                            continue
                        if may_be_manifest(name, dot) and manifest_kind(prefix, name):
                            language = MANIFEST
                    if language is not None and entry.is_file(follow_symlinks=False):
                        sources.append((name, language))
                    elif language is not None and entry.is_dir(follow_symlinks=False):
                        directories.append(name)
                    elif (dot <= 0 or name[dot:] in SCRIPT_SUFFIXES) and entry.is_file(follow_symlinks=False):
                        plain.append(name)
                    elif language is not None or entry.is_symlink():
                        others.append((name, language))
        except OSError as error:
            self._tell(prefix, problem_kind(error), f"cannot be listed: {error.strerror}")
        return listing

    def _scope_of(self, prefix: bytes, listing: Listing, scope: Scope | None) -> Scope | None:
        """The scope of a directory's entries, given that of the directory itself."""
        if b".git" in listing.directories or b".git" in listing.plain:
            inner = scope_at(prefix or b".", Base(b"", len(prefix)), self.troubles)
            if inner is not None:
                self.trees.append(inner.tree)
                scope = inner
        if b".gitignore" in listing.plain and scope is not None and not scope.tracked_only:
            scope = scope.with_file(prefix + b".gitignore", Base(b"", len(prefix)), self.troubles)
        return scope

    def _is_skipped(self, prefix: bytes, name: bytes) -> bool:
        if name in SKIPPED_DIRECTORIES or (
            name in ENVIRONMENT_DIRECTORIES and os.path.lexists(prefix + name + b"/pyvenv.cfg")
        ):
            self.skipped[prefix + name + b"/"] = "default"
            return True
        return False

    def _sift(
        self, prefix: bytes, listing: Listing, entered: list[bytes], sieve: Sieve
    ) -> list[tuple[bytes, Scope | None]]:
        """Drop from the listing what rules leave out; the directories to enter, with their scopes."""
        if not sieve.speaks_of(listing, entered):
            return self._all(prefix, entered, sieve.scope)
        listing.sources[:] = [source for source in listing.sources if self._stays(prefix, source[0], sieve)]
        listing.plain[:] = [name for name in listing.plain if may_be_script(name) and not sieve.reason(name)]
        listing.others[:] = [other for other in listing.others if not sieve.reason(other[0])]
        return [
            (prefix + name, sieve.scope_below(name))
            for name in [name + b"/" for name in entered]
            if self._stays(prefix, name, sieve)
        ]

    def _drop_others(self, prefix: bytes, listing: Listing, real: bytes) -> None:
        """Drop from the listing the files that `--include` does not name."""
        included = self.include
        assert included is not None
        for name, language in listing.sources:
            if language not in UNREAD and not included.name(real + name):
                self.skipped[prefix + name] = "not included"
        listing.sources[:] = [source for source in listing.sources if included.name(real + source[0])]
        listing.plain[:] = [name for name in listing.plain if included.name(real + name)]
        listing.others[:] = [other for other in listing.others if included.name(real + other[0])]

    def _all(self, prefix: bytes, entered: list[bytes], scope: Scope | None) -> list[tuple[bytes, Scope | None]]:
        return [(prefix + name + b"/", scope) for name in entered]

    def _stays(self, prefix: bytes, name: bytes, sieve: Sieve) -> bool:
        reason = sieve.reason(name)
        if reason and classify(name) not in UNREAD:
            self.skipped[prefix + name] = reason
        return not reason

    def _keep(self, prefix: bytes, listing: Listing, real_root: bytes) -> None:
        files, fresh, hidden = self.found, self._fresh, self._hidden(prefix)
        for name, language in listing.sources:
            path = prefix + name
            if language in UNREAD or path in files:
                self._add_file(path, language)
            else:
                candidate = files[path] = Candidate(path, language, hidden)
                fresh.append(candidate)
        for name in listing.plain:
            if may_be_script(name) and (found := _language_inside(prefix + name)):
                self._add_file(prefix + name, found)
        for name, known in listing.others:
            self._judge_other(prefix + name, known, real_root)

    def _add_file(self, path: bytes, language: str) -> None:
        if language in UNREAD:
            self.unread[path] = language
            if language not in BUILD_SCRIPTS or not _is_manifest(path):
                return
            language = MANIFEST
        if path not in self.found:
            candidate = self.found[path] = Candidate(path, language, self._hidden(path))
            self._fresh.append(candidate)

    def _hidden(self, path: bytes) -> int:
        """How much of a path is not shown."""
        return len(self.lead) if self.lead and path.startswith(self.lead) else 0

    def _add_named(self, path: str, real: bytes) -> None:
        """A file of the command line, by its real path."""
        file = self._from_cwd(real)
        if (self.within or self.force) and (reason := self._left_out(real)):
            self.skipped[file] = reason
            return
        if file not in self.held and not os.path.isfile(file):
            self._tell(file, ProblemKind.NOT_REGULAR, "is not a regular file")
            self.notices.append(f"{path} was not scanned: it is not a regular file")
            return
        name = os.path.basename(real)
        language = classify(name) or (MANIFEST if _is_manifest(file) else None)
        if language is None and may_be_script(name):
            language = _language_inside(file)
        if language is None:
            if not self.within:
                self.notices.append(f"{path} was not scanned: its language is not known")
            return
        if language in UNREAD:
            self.notices.append(f"{path} was not scanned: {UNREAD[language]} is not read yet")
        self._add_file(file, language)

    def _left_out(self, real: bytes) -> str:
        """Why a walk of the folder `within` (or of the working directory) would not meet a file: `outside`, or as
        `Skipped` says; else nothing."""
        within = self.within or self.cwd
        top = with_slash(within)
        if not real.startswith(top):
            return "outside" if self.within else self._barred_by(real)
        base = with_slash(self.cwd) if is_inside(within, self.cwd) else top
        prefix = top[len(base) :]
        *folders, name = real[len(top) :].split(b"/")
        for folder in folders:
            if self._is_skipped(self._from_cwd(base + prefix), folder):
                return "default"
            if self._is_excluded(prefix, folder + b"/"):
                return "excluded"
            prefix += folder + b"/"
        if name and self._is_excluded(prefix, name):
            return "excluded"
        return self._barred_by(real)

    def _barred_by(self, real: bytes) -> str:
        if self.include is not None and not real.endswith(b"/") and not self.include.name(real):
            return "not included"
        return next((one.reason for one in self.barred if one.globs.name(real)), "")

    def _is_excluded(self, prefix: bytes, name: bytes) -> bool:
        return self.excludes is not None and bool(self.excludes.ignores(prefix, name))

    def _judge_other(self, path: bytes, language: str | None, real_root: bytes) -> None:
        """Tell of a link or special file that hides source; a link inside the root to a known file hides nothing."""
        is_source = language is not None and language not in UNREAD
        if not os.path.islink(path):
            if is_source:
                self._tell(path, ProblemKind.NOT_REGULAR, "is not a regular file")
            return
        target = _posix(os.path.realpath(path))
        try:
            mode = os.stat(path).st_mode
        except OSError:
            if is_source:
                self._tell(path, ProblemKind.NOT_REGULAR, "is a link that leads nowhere")
            return
        if not is_source and not S_ISDIR(mode):
            return
        if not is_inside(target, real_root):
            self._tell(path, ProblemKind.OUTSIDE, "is a link that leads out of the scanned directory")
        elif language == MANIFEST and S_ISREG(mode) and _is_manifest(target):
            self.links.setdefault(self._from_cwd(target), []).append(path.removeprefix(b"./"))
        elif S_ISREG(mode) and classify(os.path.basename(target)) is None:
            self._tell(path, ProblemKind.NOT_REGULAR, "is a link to a file that is not scanned under its own name")

    def _tell(self, path: bytes, kind: ProblemKind, text: str) -> None:
        self.problems[self._from_cwd(path.removeprefix(b"./")), kind] = text

    def _tell_troubles(self) -> None:
        for path, text in self.troubles:
            self._tell(path, ProblemKind.IGNORE_RULES, f"its rules are not applied: {text}")
        for tree in self.trees:
            if tree.trouble:
                text = f"what git tracks is not known, so ignored files are scanned too: the index {tree.trouble}"
                self._tell(tree.index_path, ProblemKind.IGNORE_RULES, text)

    def _from_cwd(self, real: bytes) -> bytes:
        """An absolute real path as it is opened."""
        inside = real != self.cwd and is_inside(real, self.cwd)
        return self.lead + real[len(with_slash(self.cwd)) :] if inside else real

    def _root(self, real: bytes) -> str:
        """A named folder as the paths of its files show it."""
        return "" if real == self.cwd else self._shown(with_slash(self._from_cwd(real)))

    def _shown(self, path: bytes) -> str:
        """A path as reports show it; see `Candidate.path`."""
        return path.removeprefix(self.lead).decode("utf-8", "surrogateescape") or "."


def _is_manifest(path: bytes) -> bool:
    from tlsscan.manifestnames import kind_of_path

    return bool(kind_of_path(path))


def _language_inside(path: bytes) -> str | None:
    """The language of a file by its `#!` line; None also when it cannot be read."""
    try:
        return language_of_shebang(read_head(path, SHEBANG_BYTES))
    except OSError:
        return None


def _posix(path: bytes) -> bytes:
    return path.replace(os.fsencode(os.sep), b"/")
