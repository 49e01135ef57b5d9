"""Whether a program of .NET uses any of some clients of its library, by the words with which code calls these. What
only a comment says is none, nor what nothing in the program calls, nor a class of the code itself: not one that goes by
the name of a client, nor one made from it that does TLS by itself."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from tlsscan.asides import with_texts
from tlsscan.methods import Methods, is_basic
from tlsscan.naming import seeks
from tlsscan.outline import Block, Outline
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.unmade import bases, heads

MOST = 100  # places of words that are looked at: of more, one counts as used
_BY_ITSELF = b"AuthenticateAsClient"
_OF_BASE = lazy(rb"(?i)\b(?:base|mybase)\s*\.")
_PARTIAL = lazy(rb"(?i)\bpartial\b")
_SPACE = lazy(rb"(?i)\bnamespace\s+([\w.]+)")
_QUALIFIED = lazy(rb"(?:(\w+)\s*)?\.\s*\Z")
_MADE_FROM = lazy(rb"(?i)^[ \t]*inherits\b[^\n]*\Z|[^\n]*\b(?:class|record)\b[^\n]*\Z", re.MULTILINE)
_SENDS = lazy(
    rb"\.\s*((?:GetResponse|GetRequestStream|BeginGet|Download|Upload|OpenRead|OpenWrite|Send|Post|Put|Get\w*Async)\w*)\s*\("
)
"""Calls of what clients inherit that make requests."""
_REFLECTS = lazy(rb"(?i)\b(?:GetMethods?|GetRuntimeMethods?|CallByName)\s*\(|\bInvokeMember\b|\bDeclaredMethods\b")
"""What calls methods that it need not name."""
_HEAD = 400  # bytes behind the first line of a class of Basic that say what it is made from
_BEFORE = 100  # bytes before a word that tell what qualifies it


class _Own(NamedTuple):
    """A class of the code itself that is no client, whatever it is called: its file, its block, its namespace."""

    path: str
    block: Block
    space: bytes

    def holds(self, path: str, at: int) -> bool:
        """Whether something stands in it."""
        return path == self.path and self.block.start <= at < self.block.end


def uses(words: Sequence[str], code: Methods, called: Callable[[str, int], bool]) -> bool:
    """Whether a program uses any of the clients that some words are of; `called` tells whether it may come to an offset
    of a file."""
    places: list[tuple[str, int, bytes]] = []
    for place in _places(words, code.code):
        places.append(place)
        if len(places) > MOST:
            return True
    if not places:
        return False
    clients = {word.partition(".")[0].lower().encode() for word in words}
    own = [one for path in {path for path, _, _ in places} for one in _own(path, clients, code)]
    return any(not _is_own(path, at, word, own, code) and called(path, at) for path, at, word in places)


def reflects(data: bytes) -> bool:
    """Whether code may make objects of classes, or call methods, that it does not name."""
    return seeks(data) or _REFLECTS.search(data) is not None


def _places(words: Sequence[str], code: Mapping[str, bytes]) -> Iterator[tuple[str, int, bytes]]:
    """Where words stand in files, but for comments, each with the first part of what stands there."""
    wanted = re.compile(rb"(?i)\b(?:%s)\b" % b"|".join(re.escape(word).encode() for word in words))
    for path, data in code.items():
        if wanted.search(data) is not None:
            plain = path.lower().endswith((".cs", ".vb"))
            said = with_texts(data, basic=is_basic(path)) if plain else data
            yield from ((path, found.start(), found[0].partition(b".")[0].lower()) for found in wanted.finditer(said))


def _own(path: str, clients: set[bytes], code: Methods) -> Iterator[_Own]:
    """The classes of a file that are no clients, but go by the name of one or are made from one."""
    outline = code.outline(path)
    left = MOST
    for block in (block for block in outline.blocks if block.kind == "type"):
        head = outline.code[block.start : block.start + len(block.header) + _HEAD]
        made_from = {base.lower() for said in heads(block.name, [head]) for base in bases(said)}
        derived = bool(made_from & clients)
        named = block.name.lower().encode() in clients
        if not (derived or named) or _PARTIAL.search(block.header) is not None:
            continue
        left -= 1
        if left < 0:
            return
        if not derived or _is_by_itself(block, outline, code):
            yield _Own(path, block, _space(outline, block.start))


def _is_by_itself(block: Block, outline: Outline, code: Methods) -> bool:
    """Whether a class that is made from a client does TLS by itself, and nobody has it do what that does."""
    text = outline.code[block.start : block.end]
    if _BY_ITSELF not in text or _OF_BASE.search(text) is not None:
        return False
    own = (one for one in outline.blocks if one.kind == "method" and outline.owner(one.inside) == block.name)
    has = {one.name.encode() for one in own}
    name = block.name.encode()
    users = [code.outline(path).code for path, data in code.code.items() if name.lower() in data.lower()]
    return all(found[1] in has for user in users for found in _SENDS.finditer(user))


def _space(outline: Outline, at: int) -> bytes:
    """The namespace around an offset; empty where none is named."""
    return next((found[1] for found in reversed([*_SPACE.finditer(outline.code, 0, at)])), b"")


def _is_own(path: str, at: int, word: bytes, own: Sequence[_Own], code: Methods) -> bool:
    """Whether a word means a class of the code itself, or only says what such a one is made from."""
    text = code.code[path]
    for one in own:
        if one.holds(path, at) and _MADE_FROM.search(text, max(text.rfind(b"\n", 0, at), 0), at) is not None:
            return True
        if one.block.name.lower().encode() == word and _means(one, path, at, code):
            return True
    return False


def _means(own: _Own, path: str, at: int, code: Methods) -> bool:
    """Whether the name of a class of the code itself means that where it stands."""
    text = code.code[path]
    qualified = _QUALIFIED.search(text[max(at - _BEFORE, 0) : at])
    if qualified is not None:
        return bool(own.space) and qualified[1] == own.space.rpartition(b".")[2]
    if not own.space:
        return True
    space = re.escape(own.space)
    sees = rb"(?i)\bnamespace\s+%s(?![\w])|\b(?:using|imports)\s+%s\s*(?:[;,]|$)" % (space, space)
    return re.search(sees, code.outline(path).code, re.MULTILINE) is not None
