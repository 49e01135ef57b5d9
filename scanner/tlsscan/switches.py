"""Switches in the configuration of a program of .NET Framework that leave its versions to Windows, whatever it
targets."""

from collections.abc import Iterable

from tlsscan.patterns import lazy

_COMMENT = lazy(rb"<!--[\s\S]*?-->")
_SWITCHED = lazy(
    rb"<AppContextSwitchOverrides\s[^>]*\bSwitch\.System\.Net\.DontEnableSystemDefaultTlsVersions\s*=\s*(?i:false)\b"
)


def left_to_system(configurations: Iterable[bytes]) -> bool:
    """Whether any of some configurations leaves the versions of the whole process to Windows."""
    return any(_SWITCHED.search(_COMMENT.sub(b"", data)) is not None for data in configurations)
