"""Manifests in the folders above what was named, up to the top of the work tree: what is scanned runs on them, too."""

import os
from collections.abc import Collection, Iterable, Iterator

from tlsscan.candidate import Candidate
from tlsscan.languages import ALSO_MANIFEST, MANIFEST
from tlsscan.manifestnames import manifest_kind, may_be_manifest
from tlsscan.worktree import top_level


def manifests_above(paths: Iterable[str], roots: Collection[str]) -> list[Candidate]:
    """The manifests that lie in the folder of a path or above it, but below none of the roots, which are scanned
    anyway. Paths and roots are as reports show them."""
    here = os.path.realpath(b".")
    inside = [os.path.realpath(os.fsencode(root or ".")) for root in roots]
    folders: dict[bytes, None] = {}
    for folder in dict.fromkeys(os.path.dirname(os.path.join(here, os.fsencode(path))) for path in paths):
        folders.update(dict.fromkeys(_upwards(os.path.realpath(folder))))
    found = [
        os.path.relpath(os.path.join(folder, name), here)
        for folder in folders
        if not any(folder == root or folder.startswith(os.path.join(root, b"")) for root in inside)
        for name in _manifests(folder)
    ]
    return [Candidate(path.replace(os.fsencode(os.sep), b"/"), MANIFEST) for path in sorted(found)]


def _upwards(folder: bytes) -> Iterator[bytes]:
    """A folder and those above it in its work tree; only itself outside of any."""
    top = top_level(folder)
    yield folder
    while top is not None and folder != top and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        yield folder


def _manifests(folder: bytes) -> list[bytes]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if _is_manifest(folder, entry)]
    except OSError:
        return []


def _is_manifest(folder: bytes, entry: "os.DirEntry[bytes]") -> bool:
    name = entry.name
    likely = (
        may_be_manifest(name, name.rfind(b".")) or name.endswith(ALSO_MANIFEST) or name.endswith((b".gradle", b".kts"))
    )
    return likely and bool(manifest_kind(folder + b"/", name)) and entry.is_file(follow_symlinks=False)
