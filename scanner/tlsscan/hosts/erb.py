"""ERB: Ruby between `<%` and `%>`. `<%%` is text, `<%#` a comment; a `-` before `%>` belongs to the tag."""

from tlsscan.hosts import Program
from tlsscan.hosts.assembly import Assembly
from tlsscan.hosts.tags import tags
from tlsscan.source import SourceFile

MARKS = rb"%|#|\|?==?|-?"


def program(source: SourceFile) -> Program:
    """The Ruby of a template: each tag ends a line, since a comment in it ends there, too."""
    code = Assembly(source)
    for tag in tags(source.data, MARKS):
        if tag.mark not in (b"%", b"#"):
            code.take(tag.start, tag.end - source.data.endswith(b"-", tag.start, tag.end))
            code.words(b"\n")
    return Program("ruby", code.source())
