"""JSON text that is safe in a log: ASCII, no control but the newlines of its own. Knows no document."""

import json

from tlsscan.annotations import Any


def dump(document: Any, indent: int | None = None) -> str:
    """`document` as JSON with a newline at its end; on one line without `indent`."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(document, indent=indent, separators=separators, allow_nan=False)
    # DEL json leaves as it is; `##[` and `##vso[` would be commands to a CI agent. Both can only stand in strings.
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023") + "\n"
