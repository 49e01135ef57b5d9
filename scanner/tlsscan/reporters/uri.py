"""Paths as relative URIs (RFC 3986), and addresses. Knows nothing of reports."""

from urllib.parse import quote

from tlsscan.patterns import lazy

OUTSIDE = "outside-root"
_ADDRESS = lazy(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%()-]+")


def is_address(text: str) -> bool:
    """Whether this is an address of a page, and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def relative_uri(path: str, root: str = "") -> str:
    """`path` (with /, undecodable bytes as surrogates) below `root`, percent-encoded; empty for the root itself."""
    return "/".join(quote(_raw(segment), safe="") for segment in segments(path, root))


def relative_path(path: str, root: str = "") -> str:
    """The same as a path, not encoded."""
    return "/".join(segments(path, root))


def segments(path: str, root: str = "") -> list[str]:
    """The parts of `path` below `root`.

    The result never is absolute and has no `..`: `..` is resolved while it stays below the top. A path that
    leads out cannot be said relative to the top; it becomes `outside-root/...` with `__` for each `..`,
    which names no file inside and keeps different paths different. A `root` with a slash before it is a folder below
    what `path` begins at: what does not lie in it leads out.
    """
    if root.startswith("/"):
        return _below(segments(path), root[1:].split("/"))
    absolute = path.startswith("/")
    given = path if absolute or not root else f"{root}/{path}"
    inside: list[str] = []
    climbed = 0
    for segment in given.split("/"):
        if segment == "..":
            if inside:
                inside.pop()
            else:
                climbed += 1
        elif segment not in ("", "."):
            inside.append(segment)
    return [OUTSIDE, *["__"] * climbed, *inside] if absolute or climbed else inside


def _below(path: list[str], folder: list[str]) -> list[str]:
    """A path as seen from a folder below where it begins."""
    if path[: len(folder)] == folder:
        return path[len(folder) :]
    return [OUTSIDE, *["__"] * len(folder), *path[path[:1] == [OUTSIDE] :]]


def _raw(segment: str) -> bytes:
    try:
        return segment.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate of a Windows name, which stands for no byte
        return segment.encode("utf-8", "surrogatepass")
