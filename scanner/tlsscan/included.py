"""Files that give a value to whoever includes them, as names: `<=conf/app:php` for a path as reports show it,
`<~conf/app:php` for any that ends so. A name has no dots, since these part members. Knows nothing of TLS."""

import posixpath

from tlsscan.values import MAX_NESTING, Entry, Mapping, Name, Operation, Value, Via, strip

EXACT, ENDING = "<=", "<~"
_DOT = ":"


def exact(path: str) -> str:
    """The name of what the file at a path gives."""
    return EXACT + path.replace(".", _DOT)


def ending(tail: str) -> str:
    """The name of what a file gives whose path ends in a way."""
    return ENDING + tail.lstrip("/").replace(".", _DOT)


def is_file(name: str) -> bool:
    """Whether a name is that of what a file gives."""
    return name.startswith((EXACT, ENDING))


def is_of_file(value: Value) -> bool:
    """Whether a value is an entry of what a file gives."""
    root = value
    while isinstance(root, Operation) and root.operator == "item":
        root = strip(root.operands[0])[0]
    return root is not value and isinstance(root, Name) and is_file(root.names[0])


def last_of(name: str) -> str:
    """The last part of a file's path, as names have it."""
    return posixpath.basename(name[len(EXACT) :])


def means(used: str, defined: str) -> bool:
    """Whether what is used is what the file at a path gives."""
    wanted, path = used[len(EXACT) :], defined[len(EXACT) :]
    return path == wanted or (used.startswith(ENDING) and path.endswith(f"/{wanted}"))


def is_vague(name: str) -> bool:
    """Whether a name tells no more than the last part of a path: the nearest file of that name need not be meant."""
    return name.startswith(ENDING) and "/" not in name


def placed(value: Value, depth: int = 0) -> Value:
    """A table whose entries are known by where they stand."""
    if not isinstance(value, Mapping) or depth > MAX_NESTING:
        return value
    return Mapping(tuple(entry._replace(value=_at_entry(entry, depth)) for entry in value.entries))


def _at_entry(entry: Entry, depth: int) -> Value:
    inner = placed(entry.value, depth + 1)
    return Via(entry.place, inner) if entry.place is not None and not isinstance(inner, Mapping) else inner


def path_of(name: str) -> str:
    """A name as a message shows it."""
    return name[len(EXACT) :].replace(_DOT, ".")
