"""The options that a Dockerfile or a compose file starts a JVM with, as sites: `-Dhttps.protocols=TLSv1.2`."""

from collections.abc import Iterator

from tlsscan.claims import ClaimKind
from tlsscan.manifests.codetext import blanked, without_comment_lines
from tlsscan.manifests.docker import kind_of, running
from tlsscan.model import Argument, Form, Site
from tlsscan.patterns import lazy
from tlsscan.sinks import SinkIndex
from tlsscan.source import SourceFile
from tlsscan.values import Text

_COMMENT = lazy(rb"(?<=\s)#[^\n]*")
_OPTION = lazy(rb"(?<![\w-])-D(?P<name>[A-Za-z_][\w.-]*)=(?P<value>[^\s\"'\\$%]*)(?![$%\\])")


def options_in(source: SourceFile, kind: str, index: SinkIndex) -> list[Site]:
    """The properties that what a manifest starts is given, as far as a rule is about them; not in an image for tests or
    development, nor what its build is given."""
    if kind_of(source.path) is not ClaimKind.DEPLOYMENT:
        return []
    return [site for site in _sites(source, kind) if index.candidates(site, ())]


def _sites(source: SourceFile, kind: str) -> Iterator[Site]:
    data = without_comment_lines(source.data)
    if kind == "compose":
        data = _COMMENT.sub(blanked, data)
    for start, end in running(data) if kind == "dockerfile" else [(0, len(data))]:
        for found in _OPTION.finditer(data, start, end):
            region = source.region(*found.span())
            name, value = found["name"].decode(), found["value"].decode("utf-8", "replace")
            given = Argument(None, "", Text(value), region, found.group().decode("utf-8", "replace"))
            yield Site(Form.SETTING, (name,), name, source.path, "java", region, (given,))
