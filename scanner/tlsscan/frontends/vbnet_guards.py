"""VB.NET: which conditions ask for an older runtime."""

import re

from tlsscan.clauses import turned
from tlsscan.frontends.windows import NAMED, OF_RUNTIME, OLD_WINDOWS, for_old_windows
from tlsscan.patterns import lazy

GUARDS = lazy(
    r"\bNET(?:11|20|30|35|4\d{1,2})\w*\b|\bNET(?:FRAMEWORK|FX|STANDARD|COREAPP)\w*|\bMONO\w*\b|_MyType\b"
    r"|\bEnvironment\.(?:OS)?Version\b|\bOSVersion\b|\bFrameworkDescription\b|\bIsOSPlatform\b|\bIsDefined\b"
    r"|\bGetNames\b|\bTryParse\b|\bGetMember\b"
    r"|\b(?:PlatformNotSupported|NotSupported|Argument|MissingField|MissingMember|TypeInitialization)Exception\b"
    rf"|{NAMED}|{OF_RUNTIME}",
    re.IGNORECASE,
)
OLD_SYMBOLS = lazy(rf"\b(?:NET(?:11|20|30|35|4\d{{1,2}})\b|MONO)|{OLD_WINDOWS}", re.IGNORECASE)
OLDER = lazy(r"\bnot\b|(?<![<=>])<=?(?![<>=])|\bis nothing\b|(?<![<>])= ?(?:false|nothing|0)\b", re.IGNORECASE)


def is_guard(condition: str) -> bool:
    """Whether a condition's text asks for an older runtime or a missing constant."""
    return GUARDS.search(condition) is not None or for_old_windows(condition) is not None


def asks_for_older(condition: str) -> bool:
    """Whether a guard holds on the older runtime: `NET45`, `Environment.Version.Major < 4`."""
    system = for_old_windows(condition)
    if system is not None:
        return system
    if inner := turned(condition):
        return not asks_for_older(inner)
    return (OLD_SYMBOLS.search(condition) is not None) != (OLDER.search(condition) is not None)
