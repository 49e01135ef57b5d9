"""Which repository and revision a scan was about, for SARIF; without the credentials that an address may hold."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from tlsscan.discovery import git_top_level
from tlsscan.errors import UsageError
from tlsscan.git import Repository
from tlsscan.reporters import Provenance

SCHEMES = frozenset({"https", "http", "ssh", "git"})


def provenance_of(folder: str) -> Provenance:
    """The provenance of a work tree. Raises UsageError outside of one."""
    top = git_top_level(folder)
    if top is None:
        raise UsageError("this is no git work tree", place="--sarif-provenance", hint="leave the flag out")
    repository = Repository(top)
    branch = repository.symbolic("HEAD").removeprefix("refs/heads/")
    return Provenance(address(repository.remote()), repository.commit("HEAD") or "", branch)


def address(written: str) -> str:
    """The address of a remote as a URI, without user, password, query and fragment; empty for what is no address on a
    network, such as a folder."""
    scp = re.fullmatch(r"(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!/)([^\s]+)", written)
    if scp is not None and "://" not in written and len(scp[1]) > 1:
        return f"ssh://{scp[1]}/{quote(scp[2], safe='/~.')}"
    try:
        parts = urlsplit(written)
        port = f":{parts.port}" if parts.port is not None else ""
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]*:[0-9a-f:]*", host):
        return ""
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, host + port, quote(parts.path, safe="/~.%"), "", ""))
