"""Whether a program of .NET does without TLS: by the addresses in its code, and by its configuration."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from tlsscan.asides import ASIDES, ASIDES_VB, blanked
from tlsscan.patterns import lazy

CONFIGURATIONS = ("App.config", "app.config", "Web.config", "web.config")
TRANSFORMS = tuple(f"{name}.{way}.config" for name in ("App", "Web") for way in ("Release", "Production", "Staging"))
_TEXTS_XML = lazy(rb"<!--[\s\S]*?-->|\bxmlns(?::\w+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')|(\"[^\"]*\"|'[^']*'|>[^<]*(?=<))")
_SECURE = lazy(rb"(?i)\bhttps\b")
_PLAIN = lazy(rb"(?i)\bhttp://(?!(?:[\w-]+\.)*(?:w3\.org|tempuri\.org|xmlsoap\.org|microsoft\.com)\b|schemas?\.|ns\.)")
_SHOWN = lazy(
    rb"(?i)(?:\b(?:Process\s*\.\s*Start|ProcessStartInfo|ShellExecute|LaunchUri\w*|OpenUrl|OpenLink|OpenBrowser|Browse"
    rb"|Redirect|MessageBox\s*\.\s*Show|MsgBox|WriteLine)\s*\(|\b(?:FileName|NavigateUri|NavigateUrl|HelpLink|ToolTip"
    rb"|Title)\s*=)\s*[@$]*$"
)
"""What shows an address to somebody, or has a browser open it."""
_BEFORE = 60  # bytes before a text in which that stands


def only_plain(files: Iterable[tuple[str, bytes]]) -> bool:
    """Whether texts of files (paths with contents) name addresses with `http://`, and none names `https`. The names of
    namespaces say nothing, nor do addresses that are only shown."""
    met = False
    for path, data in files:
        if b"http" not in data.lower():
            continue
        name = path.lower()
        texts = _TEXTS_XML if name.endswith(".config") else ASIDES_VB if name.endswith((".vb", ".vbhtml")) else ASIDES
        for found in texts.finditer(data):
            text = found[1]
            if not text or b"http" not in text.lower():
                continue
            if _SHOWN.search(data[max(found.start() - _BEFORE, 0) : found.start()]) is not None:
                continue
            if _SECURE.search(text) is not None:
                return False
            met = met or _PLAIN.search(text) is not None
    return met


_OTHER = lazy(rb"(?i)\b(?:Ftp|File)WebRequest\b")
_METHOD = lazy(rb"(?i)\bWebRequestMethods\s*\.\s*(?:Ftp|File)\b|;\s*\}|\bend\s+(?:sub|function)\b")
"""What says the protocol of a request below it, or ends the block."""
_LOCAL = lazy(
    rb"(?im)(?:^|[;{}])\s*(?:(?:await\s+)?using\s*\(?\s*)?(?:var|dim|using|(?:[\w.]+\.)?(?:Web|Http)Client)\s+(\w+)\s*"
    rb"(?:as\s+new\b|(?:as\s+[\w.]+\s*)?=\s*new\b)\s*[\w.]*[ \t]*(?:\([^()\n]*\))?[ \t\r]*(?:[;)]|$)"
)
"""A client that a local variable keeps."""
_MEMBER = lazy(rb"(\w+)\s*\.\s*\w+\s*=(?!=)")
"""What sets a member of a client."""
_DECLARED_HERE = (
    rb"(?im)(?:^|[;{}])\s*(?:using\s*\(?\s*)?(?:(?:var|dim)\s+|(?:[\w.]+\.)?\w+Client\s+)%s\b\s*(?:=\s*new\b|as\b)"
)
"""The declaration of a local variable for a client."""
_UNSENT = (
    rb"(?i)\b%s\b(?!\s*(?:=|as\b|\.\s*(?:[\w.]+\s*\+?=(?!=)|(?:Headers|Credentials|Encoding|Proxy|UseDefaultCredentials"
    rb"|QueryString|Dispose|DefaultRequestHeaders|Timeout)\b)))"
)
"""What is done with a client, but for what only prepares it."""


def is_other(data: bytes, at: int) -> bool:
    """Whether what a text says around an offset makes a request one for another protocol."""
    start, end = _line(data, at)
    if _OTHER.search(data, start, end) is not None:
        return True
    told = _METHOD.search(data, end, end + 1000)
    return told is not None and b"WebRequestMethods" in told.group() and b"Create" in data[start:end]


def is_unsent(data: bytes, at: int, *, basic: bool = False) -> bool:
    """Whether a local variable keeps a client that a text makes around an offset, or of which it sets a member there,
    and nothing is ever sent with it."""
    start, end = _line(data, at)
    local = next((found for found in _LOCAL.finditer(data, start, end) if found.start() < at < found.end()), None)
    if local is None:
        local = _MEMBER.match(data, at)
        if local is None or re.search(_DECLARED_HERE % re.escape(local[1]), data) is None:
            return False
    return re.search(_UNSENT % re.escape(local[1]), blanked(data, basic=basic)) is None


def _line(data: bytes, at: int) -> tuple[int, int]:
    end = data.find(b"\n", at)
    return data.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(data)


_KEYED = lazy(
    rb"<!--[\s\S]*?-->|(<add\s[^>]*>)|<setting\s[^>]*?\bname\s*=\s*[\"']([^\"']+)[\"'][^>]*>\s*<value>([^<]*)<"
)
_KEY = lazy(rb"\bkey\s*=\s*[\"']([^\"']+)[\"']")
_VALUE = lazy(rb"\bvalue\s*=\s*[\"']([^\"']*)[\"']")
_DECLARED = lazy(
    rb"DefaultSettingValue(?:Attribute)?\(\"([^\"\n]*)\"\)[^;{}]*?"
    rb"(?:\bProperty\s+(\w+)|public\s+[\w.:]+\s+(\w+)\s*\{)"
)
_OFF = lazy(rb"(?i)\s*(?:http://.*|false|0|no|off)\s*")


def switched_off(names: Collection[str], files: Iterable[tuple[str, bytes]]) -> frozenset[str]:
    """Those of some settings that files (paths with contents) give an address without TLS, or a no, and nothing else.
    What code gives a setting to begin with counts where no configuration has it."""
    said: dict[str, set[bool]] = defaultdict(set)
    begun: dict[str, set[bool]] = defaultdict(set)
    for path, data in files:
        if path.lower().endswith(".config"):
            for key, value in _keyed(data):
                said[key.decode("utf-8", "replace")].add(_OFF.fullmatch(value) is not None)
        elif b"DefaultSettingValue" in data:
            for found in _DECLARED.finditer(data):
                begun[(found[2] or found[3]).decode()].add(_OFF.fullmatch(found[1]) is not None)
    return frozenset(name for name in names if (said.get(name) or begun.get(name)) == {True})


def _keyed(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The settings in a configuration, with their values."""
    for found in _KEYED.finditer(data):
        if found[2]:
            yield found[2], found[3]
        elif found[1] and (key := _KEY.search(found[1])) and (value := _VALUE.search(found[1])):
            yield key[1], value[1]
