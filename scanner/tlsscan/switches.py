"""Switches of .NET Framework by which a program leaves its versions to Windows, whatever it targets: in its
configuration, or in its code."""

from collections.abc import Iterable

from tlsscan.asides import without_comments
from tlsscan.patterns import lazy

_COMMENT = lazy(rb"<!--[\s\S]*?-->")
_CONFIGURED = lazy(
    rb"<AppContextSwitchOverrides\s[^>]*\bSwitch\.System\.Net\.DontEnableSystemDefaultTlsVersions\s*=\s*(?i:false)\b"
)
_SET = lazy(
    rb"\(\s*\"Switch\.System\.Net\.DontEnableSystemDefaultTlsVersions\"\s*,\s*(?:isEnabled\s*:\s*)?(?i:false)\s*\)"
)
_NAME = b"DontEnableSystemDefaultTlsVersions"


def left_to_system(files: Iterable[tuple[str, bytes]]) -> bool:
    """Whether any of some files (paths with contents) leaves the versions of the whole process to Windows."""
    return any(_NAME in data and _leaves(path.lower(), data) for path, data in files)


def _leaves(path: str, data: bytes) -> bool:
    if path.endswith(".config"):
        return _CONFIGURED.search(_COMMENT.sub(b"", data)) is not None
    return _SET.search(without_comments(data, basic=path.endswith((".vb", ".vbhtml")))) is not None
