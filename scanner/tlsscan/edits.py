"""Edits to the content of a file: made, held against each other, and what they do to places behind them."""

from collections.abc import Iterable

from tlsscan.model import Edit
from tlsscan.source import wide_encoding


def edited(raw: bytes, edits: Iterable[Edit]) -> bytes | None:
    """The content of a file with edits made, in its encoding and with its byte order mark; None where an edit does not
    fit."""
    encoding = wide_encoding(raw)
    mark = len(raw) - len(raw.decode(encoding).removeprefix("\ufeff").encode(encoding)) if encoding else 0
    data = raw[mark:].decode(encoding).encode() if encoding else raw
    for edit in sorted(set(edits), key=lambda edit: edit.region.start, reverse=True):
        if not 0 <= edit.region.start <= edit.region.end <= len(data):
            return None
        data = data[: edit.region.start] + edit.text.encode() + data[edit.region.end :]
    return raw[:mark] + data.decode().encode(encoding) if encoding else data


def clash(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be made."""
    if one.path != other.path or one == other:
        return False
    return one.region.start <= other.region.end and other.region.start <= one.region.end


def moved(at: int, edits: Iterable[Edit]) -> int:
    """Where a byte of a file is after edits to it."""
    before = (edit for edit in edits if edit.region.start < at)
    return at + sum(len(edit.text.encode()) - (min(edit.region.end, at) - edit.region.start) for edit in before)
