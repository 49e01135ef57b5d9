"""Protocol versions and sets of them. Knows nothing of languages, rules or policy."""

from collections.abc import Iterable
from enum import IntEnum


class Version(IntEnum):
    """A version of SSL or TLS, oldest first."""

    SSLV2 = 0
    SSLV3 = 1
    TLS1_0 = 2
    TLS1_1 = 3
    TLS1_2 = 4
    TLS1_3 = 5

    @property
    def label(self) -> str:
        """As a person writes it: `TLS 1.0`."""
        return _LABELS[self]

    @property
    def token(self) -> str:
        """As packs, examples and reports write it: `TLSv1.0`."""
        return _TOKENS[self]


VersionSet = frozenset[Version]

_TOKENS = {
    Version.SSLV2: "SSLv2",
    Version.SSLV3: "SSLv3",
    Version.TLS1_0: "TLSv1.0",
    Version.TLS1_1: "TLSv1.1",
    Version.TLS1_2: "TLSv1.2",
    Version.TLS1_3: "TLSv1.3",
}
_LABELS = {
    Version.SSLV2: "SSL 2.0",
    Version.SSLV3: "SSL 3.0",
    Version.TLS1_0: "TLS 1.0",
    Version.TLS1_1: "TLS 1.1",
    Version.TLS1_2: "TLS 1.2",
    Version.TLS1_3: "TLS 1.3",
}
BY_TOKEN = {token: version for version, token in _TOKENS.items()}
FLOORS = {
    "1.0": Version.TLS1_0,
    "1.1": Version.TLS1_1,
    "1.2": Version.TLS1_2,
    "1.3": Version.TLS1_3,
}
NO_VERSIONS: VersionSet = frozenset()


def tokens(versions: Iterable[Version]) -> list[str]:
    """Pack tokens, oldest first: `["TLSv1.0", "TLSv1.2"]`."""
    return [v.token for v in sorted(versions)]


def in_words(versions: Iterable[Version]) -> str:
    """For a sentence: `TLS 1.0`, `TLS 1.0 and TLS 1.2`, `TLS 1.0 to TLS 1.3`, `no version`."""
    ordered = sorted(versions)
    if not ordered:
        return "no version"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0].label} to {ordered[-1].label}"
    labels = [v.label for v in ordered]
    if len(labels) == 1:
        return labels[0]
    return f"{', '.join(labels[:-1])} and {labels[-1]}"
