"""`--fix`: rounds of fixes and scans until nothing is left to mend; then files are written, or the difference is."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator

from tlsscan.console import say
from tlsscan.display import count, safe
from tlsscan.mending import Look, Mender
from tlsscan.model import Finding, Fix, Report
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.scan import Request, Scan
from tlsscan.scanning import Mended
from tlsscan.writing import Refused, checked, rewrite

ROUNDS = 10  # more than fixes that overlap, or make others possible, ever take
MOST_TOLD = 50


class Done(NamedTuple):
    """A finding that a fix mends."""

    path: bytes
    finding: Finding
    fix: Fix


def mend(look: Look, first: tuple[Scan, Report], request: Request, book: Rulebook, given: Namespace) -> Mended:
    """Fix what can be fixed. With a bare `--diff` the difference is printed, and nothing is written; what came from
    stdin goes to stdout."""
    now, (result, report) = request, first
    before: dict[bytes, bytes] = {}
    done: list[Done] = []
    for _ in range(ROUNDS):
        mender = Mender(result, report, book, now)
        trial = mender.trial(unsafe=given.unsafe_fixes)
        if not trial.contents:
            break
        before.update((path, mender.before(path)) for path in trial.contents if path not in before)
        names = {file.path: file.fs_path for file in result.found.files}
        for number, fix in sorted(trial.fixes.items()):
            done.append(Done(names[fix.edits[0].path], report.findings[number], fix))
        now = now._replace(overlay={**now.overlay, **trial.contents})
        result, report = look(now)
    after = {path: now.overlay[path] for path in before if now.overlay[path] != before[path]}
    if request.contents is not None:
        _print_content(after, request)
    elif given.fix_diff:
        return _preview(Mended(report, result), before, after, done, look, now, given)
    else:
        return _write(Mended(report, result, bool(after), failed=False), before, after, done, look, request, given)
    _tell(done, "fixed", given)
    return Mended(report, result, bool(after), failed=False)


def _preview(
    made: Mended,
    before: dict[bytes, bytes],
    after: dict[bytes, bytes],
    done: list[Done],
    look: Look,
    now: Request,
    given: Namespace,
) -> Mended:
    """Print what would be written; what would not is told, and reported as it is."""
    roots = list(_roots(now))
    lost: set[bytes] = set()
    for path in sorted(after):
        try:
            checked(path, roots)
        except Refused as error:
            lost.add(path)
            say(f"tlsscan: {safe(_shown(path))} would not be fixed: {error}")
    left = {path: content for path, content in after.items() if path not in lost}
    _print_difference(before, left)
    _tell([one for one in done if one.path not in lost], "would fix", given)
    if not lost:
        return made._replace(changed=bool(left))
    overlay = {path: content for path, content in now.overlay.items() if path not in lost}
    result, report = look(now._replace(overlay=overlay))
    return Mended(report, result, bool(left), failed=True)


def _write(
    made: Mended,
    before: dict[bytes, bytes],
    after: dict[bytes, bytes],
    done: list[Done],
    look: Look,
    request: Request,
    given: Namespace,
) -> Mended:
    """Write the files; where one cannot be written, all is looked at once more as it is then."""
    roots = list(_roots(request))
    lost: set[bytes] = set()
    written: set[bytes] = set()
    try:
        for path in sorted(after):
            try:
                rewrite(path, before[path], after[path], roots)
                written.add(path)
            except Refused as error:
                lost.add(path)
                say(f"tlsscan: {safe(_shown(path))} is not fixed: {error}")
    except BaseException:  # an interruption: somebody must know which files are new
        _tell([one for one in done if one.path in written], "interrupted; fixed", given)
        raise
    _tell([one for one in done if one.path not in lost], "fixed", given)
    if not lost:
        return made
    result, report = look(request)
    return Mended(report, result, len(lost) < len(after), failed=True)


def _roots(request: Request) -> Iterator[bytes]:
    """The real places below which files may be written: what was named."""
    for path in request.paths:
        yield os.path.realpath(os.fsencode(path))


def _tell(done: Iterable[Done], verb: str, given: Namespace) -> None:
    """Say what was mended."""
    every = list(done)
    if not every or (given.quiet and given.fix_diff):  # the difference tells it
        return
    for one in every[:MOST_TOLD]:
        say(f"tlsscan: {verb} {safe(_shown(one.path))}:{one.fix.edits[0].region.line}: {safe(one.fix.text)}")
    if len(every) > MOST_TOLD:
        say(f"tlsscan: and {len(every) - MOST_TOLD} more")
    files = len({one.path for one in every})
    say(f"tlsscan: {verb} {count(len(every), 'finding')} in {count(files, 'file')}")


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _print_content(after: dict[bytes, bytes], request: Request) -> None:
    """What stdin held, as it is to be."""
    for path, content in (request.contents or {}).items():
        sys.stdout.flush()
        sys.stdout.buffer.write(after.get(path, content))
        sys.stdout.buffer.flush()


def _print_difference(before: dict[bytes, bytes], after: dict[bytes, bytes]) -> None:
    """The difference that fixes make, as `patch` and `git apply` take it."""
    from tlsscan.patch import put_out
    from tlsscan.unified import difference

    note = put_out(b"".join(difference(path, before[path], after[path]) for path in sorted(after)))
    if note:
        say(f"tlsscan: {note}")
