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
_LABEL = lazy(
    rb"(?i)\b(?:lb|label|link)\w*\s*\.\s*(?:Text|Content)\s*=\s*[@$]*$|label\w*\s*\.\s*(?:Text|Content)\s*=\s*[@$]*$"
)
"""A label that has an address as its text, by the label's name: what somebody types into stands otherwise."""
_NAMESPACE = lazy(rb"(?:\bXNamespace\s+\w+\s*=|\bXNamespace\s*\.\s*Get\s*\(|Namespace\s*:?=)\s*[@$]*$")
"""What takes the name of a namespace, which is no address."""
_DECLARING = lazy(rb"(?i)\bxmlns(?::[\w.-]{1,80})?[ \t]{0,9}=[ \t]{0,9}[\\\"']{1,3}[^\\\"'<>]{0,2000}")
"""The declaration of one in a text that holds XML."""
_SPENT = lazy(
    rb"(?i)\bWebRequest\s*\.\s*Create(?:Http|Default)?\s*\(\s*(?:new\s+Uri\s*\(\s*)?[@$]*$"
    rb"|\bnew\s+(?:[\w.]+\.)?(?:Web|Http)Client\s*(?:\(\s*\))?\s*\)?\s*\.\s*\w+\s*\(\s*(?:new\s+Uri\s*\(\s*)?[@$]*$"
)
"""What takes an address on the spot: it is none of other requests."""
_SCHEME = lazy(rb"[@$]*\"://\"")
"""What asks an address for its scheme, or joins one to it: addresses come with any."""
_PAGES = (".cshtml", ".vbhtml", ".razor", ".aspx", ".ascx", ".master")
_FETCHED = lazy(rb"(?i)[\s\"'](?:href|src|srcset|action|content|cite|poster|data-[\w-]{1,40})=$")
"""An attribute of a page: what it names, a browser fetches."""
_BEFORE = 60  # bytes before a text in which that stands


def only_plain(files: Iterable[tuple[str, bytes]]) -> bool:
    """Whether texts of files (paths with contents) name addresses with `http://`, and none names `https`, nor is any
    address asked for the scheme that it brings. The names of namespaces say nothing, nor do addresses that are only
    shown, or fetched by the browser that shows a page, nor what one request alone is made with: where others go to
    stands elsewhere."""
    met = False
    for path, data in files:
        if b"http" not in data.lower():
            continue
        name = path.lower()
        texts = _TEXTS_XML if name.endswith(".config") else ASIDES_VB if name.endswith((".vb", ".vbhtml")) else ASIDES
        for found in texts.finditer(data):
            text = found[1]
            if text and _SCHEME.fullmatch(text) is not None:
                return False
            if not text or b"http" not in text.lower():
                continue
            before = data[max(found.start() - _BEFORE, 0) : found.start()]
            shown = (_SHOWN, _LABEL, _NAMESPACE, *((_FETCHED,) if name.endswith(_PAGES) else ()))
            if any(pattern.search(before) is not None for pattern in shown):
                continue
            text = _DECLARING.sub(b"", text) if b"xmlns" in text.lower() else text
            if _SECURE.search(text) is not None:
                return False
            met = met or (_PLAIN.search(text) is not None and _SPENT.search(before) is None)
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


_ADDRESSED = lazy(rb"(?i)\bCreate(?:Http|Default)?\s*\(\s*(?:new\s+Uri\s*\(\s*)?(\w+)\s*[,)]")
_GIVEN = rb"\b%s\s*\.\s*(\w+)\s*\(\s*(?:new\s+Uri\s*\(\s*)?(?:(\w+)\s*[,)])?"
_DISPOSED = (b"Dispose", b"Close")
_REFUSED = (
    rb"\bif\s*\(\s*(?:!\s*%s\s*\.\s*StartsWith\s*\(\s*\"http://\"[^()]*\)"
    rb"|%s\s*\.\s*Substring\s*\(\s*0\s*,\s*7\s*\)(?:\s*\.\s*ToLower(?:Invariant)?\s*\(\s*\))?\s*!=\s*\"http://\")\s*\)"
    rb"\s*(?:\{[^{}]*\b(?:continue|return|throw|break)\b[^;{}]*;\s*\}|(?:continue|return|throw|break)\b[^;{}]*;)"
)
_GIVEN_ANEW = rb"\b%s\s*\+?=(?!=)"


def is_refused_unless_plain(data: bytes, at: int) -> bool:
    """Whether C# leaves before a request that it makes around an offset, or before all those of the client that a local
    variable keeps there, unless the address begins with `http://`."""
    start, end = _line(data, at)
    local = next((found for found in _LOCAL.finditer(data, start, end) if found.start() < at < found.end()), None)
    if local is None:
        created = _ADDRESSED.search(data, start, end)
        return created is not None and _is_refused(data, created[1], created.start())
    calls = [call for call in re.finditer(_GIVEN % re.escape(local[1]), data) if call[1] not in _DISPOSED]
    return bool(calls) and all(call[2] and _is_refused(data, call[2], call.start()) for call in calls)


def _is_refused(data: bytes, name: bytes, at: int) -> bool:
    """Whether a check of what a variable begins with stands before an offset, in a block around it, and nothing gives
    the variable another value between them."""
    word = re.escape(name)
    checks = re.finditer(_REFUSED.replace(b"%s", word), data[:at])
    return any(
        re.search(_GIVEN_ANEW % word, data[check.end() : at]) is None and _is_inside(data[check.end() : at])
        for check in checks
    )


def _is_inside(between: bytes) -> bool:
    """Whether code does not leave the block in which it begins."""
    depth = 0
    for brace in re.findall(rb"[{}]", blanked(between)):
        depth += 1 if brace == b"{" else -1
        if depth < 0:
            return False
    return True


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
