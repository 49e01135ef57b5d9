"""What a report says of fixes: that of a finding, and how many there are. Loaded where there are any."""

from collections.abc import Iterable

from tlsscan.display import clip, count, safe
from tlsscan.model import Finding, Fix

_COLUMNS = 400


def told(finding: Finding) -> str:
    """The fix of a finding in words: what is done, where, and by which flags; empty without one."""
    fix = finding.fix
    if fix is None:
        return ""
    flags = f"--fix --unsafe-fixes: {fix.unsafe}" if fix.unsafe else "--fix"
    return f"{clip(f'{_elsewhere(finding, fix)}{fix.text}', _COLUMNS)} ({flags})"


def _elsewhere(finding: Finding, fix: Fix) -> str:
    """The place of a fix that is not that of the finding."""
    place, edit = finding.usage.place, fix.edits[0]
    region = place.region
    if edit.path == place.path and region.line <= edit.region.line <= region.end_line:
        return ""
    return f"in {safe(edit.path)}:{edit.region.line}: "


def counted(findings: Iterable[Finding]) -> str:
    """How many findings have a fix, by the flags that it takes; empty if none has."""
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    unsafe = sum(bool(fix.unsafe) for fix in fixes)
    safe_ones = len(fixes) - unsafe
    parts = [f"{count(safe_ones, 'finding')} with --fix"] if safe_ones else []
    more = f"{unsafe} more" if parts else count(unsafe, "finding")
    parts += [f"{more} with --fix --unsafe-fixes, which may change more than versions"] if unsafe else []
    return ", ".join(parts)
