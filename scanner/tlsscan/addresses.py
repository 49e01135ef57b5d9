"""Whether a program of .NET knows addresses without TLS alone: by the texts of its code and its configuration."""

from collections.abc import Iterable

from tlsscan.patterns import lazy

CONFIGURATIONS = ("App.config", "app.config", "Web.config", "web.config")
_TEXTS = lazy(rb"(@\"(?:[^\"]|\"\")*\"|\"(?:\\.|[^\"\\\n])*\")|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*[\s\S]*?\*/")
_TEXTS_VB = lazy(rb"(\"[^\"\n]*\")|'[^\n]*")
_TEXTS_XML = lazy(rb"<!--[\s\S]*?-->|\bxmlns(?::\w+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')|(\"[^\"]*\"|'[^']*'|>[^<]*(?=<))")
_SECURE = lazy(rb"(?i)\bhttps\b")
_PLAIN = lazy(rb"(?i)\bhttp://(?!(?:[\w-]+\.)*(?:w3\.org|tempuri\.org|xmlsoap\.org|microsoft\.com)\b|schemas?\.|ns\.)")


def only_plain(files: Iterable[tuple[str, bytes]]) -> bool:
    """Whether texts of files (paths with contents) name addresses with `http://`, and none names `https`. The names of
    namespaces say nothing."""
    met = False
    for path, data in files:
        if b"http" not in data.lower():
            continue
        name = path.lower()
        texts = _TEXTS_XML if name.endswith(".config") else _TEXTS_VB if name.endswith((".vb", ".vbhtml")) else _TEXTS
        for text in (found[1] for found in texts.finditer(data) if found[1]):
            if _SECURE.search(text) is not None:
                return False
            met = met or _PLAIN.search(text) is not None
    return met
