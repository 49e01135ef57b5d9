"""What a run is made of besides this program: the interpreter, the packs and the grammars. For reports of mistakes."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from tlsscan import packs
from tlsscan.packfiles import pack_files


def versions() -> Iterator[tuple[str, str]]:
    """Names and versions, a line each."""
    yield "Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    files = pack_files(packs.builtin_directory(), packs.LABEL)
    names = sorted({file.pack for file in files})
    yield "rules", f"{packs.content_key(files)} ({len(files)} files: {', '.join(names)})"
    try:
        needed = requires("tlsscan") or []
    except PackageNotFoundError:  # run from a checkout
        return
    for line in sorted(needed, key=str.lower):
        name = line.split(";")[0].split("[")[0].strip().rstrip("0123456789.,<>=!~* ")
        if "extra ==" not in line:
            try:
                yield name, version(name)
            except PackageNotFoundError:
                yield name, "is missing"
