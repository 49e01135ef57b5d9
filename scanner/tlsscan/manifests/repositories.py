"""Repositories of packages that shell commands switch on, beside those of a system: their packages take the place of
its own. Here they are only named; a table says what they bring."""

from collections.abc import Iterable, Iterator

from tlsscan.patterns import lazy

MOST = 40  # of one stage
_FLAGS = rb"(?:\s+-[\w=.-]+|\s*\\\r?\n)*"
_REST = rb"[^;&|\n]*(?:\\\r?\n[^;&|\n]*)*"
_ADDED = lazy(
    rb"(?P<ppa>\bppa:[\w.+-]+/[^\s\"';&|]+)"
    rb"|https?://(?P<url>[^\s\"'<>;&|,)\]]+)(?:[ \t]+(?P<suite>[a-z][\w-]*)(?=[ \t]+[a-z]))?"
    rb"|--enable-?repo(?:[=\s]+)[\"']?(?P<enabled>[^\s\"';&|]+)"
    rb"|\bconfig-manager" + _FLAGS + rb"\s+--(?:set-)?enabled?\s+(?P<set>" + _REST + rb")"
    rb"|\bmodule" + _FLAGS + rb"\s+(?:enable|install|switch-to)" + _FLAGS + rb"\s+(?P<streams>" + _REST + rb")"
    rb"|(?<=[\s\"'])@(?P<stream>[a-z]+:[\w.-]+)"
    rb"|\bamazon-linux-extras" + _FLAGS + rb"\s+(?:enable|install)" + _FLAGS + rb"\s+(?P<extras>" + _REST + rb")",
    having=[b"ppa:", b"://", b"repo", b"config-manager", b"module", b"@", b"amazon-linux-extras"],
)
_FILE = lazy(rb"(?:^|[\s\"'/])(?P<file>[\w.+-]+\.(?:repo|list|sources))\b")
_WORD = lazy(rb"[A-Za-z$@][^\s\"'\\,;&|=]*")
_OPEN = lazy(r"\$(?!\{\w+:?-)")
_LEADS = {"set": "", "enabled": "", "streams": "module:", "stream": "module:", "extras": "extras:"}


def added(data: bytes, start: int, end: int) -> Iterator[tuple[int, str]]:
    """What commands between two offsets switch on, and where: `ppa:ondrej/php`, an address with the suite of it that is
    used, the id of a repository; `module:php:7.4` and `extras:php7.4` of managers that have several versions."""
    for found in _ADDED.finditer(data, start, end):
        kind = next(name for name, text in found.groupdict().items() if text is not None)
        if kind == "url":
            suite = b"/" + found["suite"] if found["suite"] else b""
            yield found.start(), (found["url"].rstrip(b"/") + suite).decode("utf-8", "replace")
        elif kind == "ppa":
            yield found.start(), found["ppa"].decode("utf-8", "replace")
        else:
            for word in _WORD.finditer(data, *found.span(kind)):
                yield found.start(), _LEADS[kind] + word.group().decode("utf-8", "replace").lstrip("@")


def copied(data: bytes, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Files that tell a package manager of repositories, where an instruction puts some into an image."""
    for found in _FILE.finditer(data, start, end):
        yield found.start("file"), found["file"].decode("utf-8", "replace")


def listed(words: Iterable[str]) -> str:
    """Repositories as the end of a subject, which begins with the image; what follows a variable of which nothing is
    known, not even a default, is left out."""
    known = dict.fromkeys(_OPEN.split(word, maxsplit=1)[0] for word in words)
    return "".join(f" {word}" for word in [*known][:MOST] if word and " " not in word)
