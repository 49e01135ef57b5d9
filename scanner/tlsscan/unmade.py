"""Classes of a program of .NET that its code names nowhere but in themselves: nothing makes an object of them, nor
calls what they have. By the text, and rather made than not: what is found by a base, by an attribute, by markup or by a
text, or where code looks for types by itself, may be made by somebody."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tlsscan.annotations import TypeAlias
from tlsscan.naming import SPACES, seeks
from tlsscan.outline import Block, Outline
from tlsscan.patterns import lazy
from tlsscan.uncalled import TRIGGERED

_DECLARED = (
    rb"(?i:\b(?:class|interface|struct|record|structure|module)\s+)%s\b(?:<[^{};]*?>)?[ \t]*(?:\([^{};]*?\))?\s*"
    rb"(?::([^{;]*)|((?:\s*(?i:inherits|implements)\s+[^\n]*\n)*))"
)
"""The declaration of a type in C# or Basic, with what it is made from."""
_WORD = lazy(rb"[^\W\d]\w*")
_GENERIC = lazy(rb"<[^{};]*>|(?i:\(of\b[^)]*\)|\b(?:inherits|implements|where\b[\s\S]*))|\w+\.")
_PROXIES = frozenset((b"SoapHttpClientProtocol", b"WebServicesClientProtocol", b"ClientBase"))
"""Bases of generated clients: only code makes these."""
_BASES = _PROXIES | {
    b"object", b"Object", b"IDisposable", b"IAsyncDisposable", b"ICloneable", b"Exception", b"EventArgs", b"WebClient",
    b"HttpClient", b"HttpClientHandler", b"DelegatingHandler",
}  # fmt: skip
"""What a class may be made from without anybody but code who makes one."""
_FOUND = lazy(
    rb"(?im)(?:^|[{};\]])[ \t]*\["
    rb"(?!\s*(?:Serializable|Obsolete|DllImport|MethodImpl|ThreadStatic|SuppressMessage)\b)\s*[a-z]"
    rb"|^[ \t]*<\s*\w+(?:\([^)\n]*\))?\s*>\s*_?\s*$|\(\s*this\s+\w"
    rb"|\b(?:void|int|Task|Task<int>|sub|function)\s+main\s*\("
    rb"|" + TRIGGERED + rb"|^[ \t]*(?:\w+[ \t]+)*?(?:module|partial[ \t]+(?:class|struct|record))\b"
)
"""What says that others find a class, or what it has, without its name; of a class in parts not all need be seen."""
_CONVENTION = lazy(
    r"(?i)^(?:Program|Startup|Global|App|Application|MyApplication|ThisAddIn|Settings)$"
    r"|(?:Controller|Hub|Middleware|ViewComponent|Attribute|Module|Function|Functions|Handler|Page)$"
)
_MARKUP = lazy(
    rb"\bSystem\.Windows\b(?!\.Forms)|\bAvalonia\b|\bXamarin\b|\bMicrosoft\.(?:Maui|UI)\b|\bWindows\.UI\b|\bUnityEngine\b",
    having=(
        b"System.Windows",
        b"Avalonia",
        b"Xamarin",
        b"Microsoft.Maui",
        b"Microsoft.UI",
        b"Windows.UI",
        b"UnityEngine",
    ),
)
"""Libraries for which markup, or an engine, makes objects."""


MOST_CLASSES = 3  # that lead to one
MOST_PLACES = 8  # where one is named, in classes that nothing makes

Place: TypeAlias = tuple[str, int]
"""A file and an offset in it."""


def heads(name: str, codes: Iterable[bytes]) -> list[bytes]:
    """What the declarations of a type in code without texts and comments are made from."""
    declared = re.compile(_DECLARED % re.escape(name.encode()), re.MULTILINE)
    return [head[1] or head[2] or b"" for code in codes for head in declared.finditer(code)]


def bases(head: bytes) -> set[bytes]:
    """The names of what a type is made from."""
    return set(_WORD.findall(_GENERIC.sub(b"", head)))


class Unmade:
    """Classes of a program, and whether nothing makes or names them."""

    def __init__(
        self, code: Mapping[str, bytes], outline: Callable[[str], Outline], closed: Callable[[str], bool]
    ) -> None:
        """`closed` tells whether a type is made from what the code itself declares alone, and nobody else calls it."""
        self._code = code
        self._outline = outline
        self._closed = closed
        self._named: dict[str, Sequence[Place] | None] = {}
        self._sought: bool | None = None

    def has(self, path: str, at: int, own: Callable[[str], bool], left: int = MOST_CLASSES) -> bool:
        """Whether what stands at an offset of a file is in a class that nothing makes or names, but for classes of
        which the same is true, and which are in no file that is the program's `own`."""
        outline = self._outline(path)
        types = (outline.blocks[number] for number in outline.around(at) if outline.blocks[number].kind == "type")
        return any(self._is_unmade(block, outline, own, left) for block in types)

    def _is_unmade(self, block: Block, outline: Outline, own: Callable[[str], bool], left: int) -> bool:
        places = self._places(block, outline)
        if not places or not left or places[MOST_PLACES:]:
            return places == ()
        return all(not own(path) and self.has(path, at, own, left - 1) for path, at in places)

    def named(self, path: str, at: int) -> Sequence[Place] | None:
        """Where else the class is named in which something stands; None where others may make it all the same."""
        outline = self._outline(path)
        types = (outline.blocks[number] for number in outline.around(at) if outline.blocks[number].kind == "type")
        block = next(types, None)
        return None if block is None else self._places(block, outline)

    def _places(self, block: Block, outline: Outline) -> Sequence[Place] | None:
        if block.name not in self._named:
            plain = self._is_plain(block, outline) and not self._is_spoken_of(block.name)
            self._named[block.name] = tuple(self._outside(block, outline)) if plain else None
        return self._named[block.name]

    def _is_plain(self, block: Block, outline: Outline) -> bool:
        """Whether only code that names a class can make one."""
        code = outline.code[block.start : block.end]
        made_from = set[bytes]().union(*map(bases, heads(block.name, [code])))
        if made_from & _PROXIES:
            return True
        if _CONVENTION.search(block.name) is not None or _FOUND.search(code) is not None or self._is_sought():
            return False
        return all(base in _BASES or self._closed(base.decode()) for base in made_from)

    def _is_sought(self) -> bool:
        """Whether the program looks for types by itself, or others may make objects for it."""
        if self._sought is None:
            self._sought = any(_MARKUP.search(data) is not None or seeks(data) for data in self._code.values())
        return self._sought

    def _is_spoken_of(self, name: str) -> bool:
        """Whether a text is the name of a class, or markup holds it."""
        for path, data in self._code.items():
            word, kind = _word(name, path), path.lower().rpartition(".")[2]
            if kind not in ("cs", "vb"):
                said = word
            elif name.encode() in data or (kind == "vb" and name.lower().encode() in data.lower()):
                said = re.compile(rb"\"(?:[\w.+]+[.+])?%s(?:\s*,[^\"\n]*)?\"" % word.pattern, word.flags)
            else:
                continue
            if said.search(data) is not None:
                return True
        return False

    def _outside(self, block: Block, home: Outline) -> Iterator[Place]:
        """Where code names a class elsewhere than in that itself; one of the same name is another one."""
        name = block.name
        for path, data in self._code.items():
            basic = path.lower().endswith((".vb", ".vbhtml"))
            if name.encode() not in data and not (basic and name.lower().encode() in data.lower()):
                continue
            outline = self._outline(path)
            spaces = [found.span() for found in SPACES.finditer(outline.code)]
            for found in _word(name, path).finditer(outline.code):
                at = found.start()
                inside = outline is home and block.start <= at < block.end
                if not inside and not any(start <= at < end for start, end in spaces):
                    yield path, at


def _word(name: str, path: str) -> re.Pattern[bytes]:
    basic = path.lower().endswith((".vb", ".vbhtml"))
    return re.compile(rb"\b%s\b" % re.escape(name.encode()), re.IGNORECASE if basic else 0)
