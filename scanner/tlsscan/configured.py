"""Clients of .NET that only the configuration of a program tells to use TLS: those of WCF, by the contracts of its
endpoints, and SmtpClient. By the text of configuration and code."""

import re
from collections.abc import Iterable, Iterator

from tlsscan.asides import blanked
from tlsscan.outline import Outline
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile, decode
from tlsscan.uncalled import Text
from tlsscan.values import Region

_COMMENT = lazy(rb"<!--[\s\S]*?-->")
_CLIENTS = lazy(rb"<client\b[^>]*>([\s\S]*?)</client>")
_ENDPOINT = lazy(rb"<endpoint\s[^>]*>")
_SECURE = lazy(rb"\baddress\s*=\s*[\"']\s*(?i:https):")
_CONTRACT = lazy(rb"\bcontract\s*=\s*[\"'](?:[\w.]+\.)?(\w+)[\"']")
_MAIL = lazy(rb"<network\s[^>]*\benableSsl\s*=\s*[\"'](?i:true)[\"']")
_PROXY = lazy(
    rb"\b[Cc]lass\s+(\w+)\s*(?::|\s[Ii]nherits\s)\s*(?:[\w.:]+[.:])?ClientBase\s*(?:<|\([Oo]f)\s*(?:[\w.:]+[.:])?(\w+)\s*[>)]"
)
"""A class of C# or Basic that is the client of a contract."""
_NEW = rb"\b[Nn]ew\s+(?:[\w.:]+[.:])?(%s)(?![\w.])(?!\s*\((?:[^()]*,|\s*[Nn]ew\b))"
"""What makes a client whose endpoint stands in the configuration: with no address beside the name of one."""
_FACTORY = rb"ChannelFactory\s*(?:<|\([Oo]f)\s*(?:[\w.:]+[.:])?%s\s*[>)]"
_OTHER_MAIL = (b"EnableSsl", b"MailKit")


class Told(NamedTuple):
    """What configuration tells: the contracts of endpoints with addresses of TLS, and whether mail is sent with it."""

    contracts: frozenset[bytes]
    mail: bool


class Made(NamedTuple):
    """Where code makes a client: in a file, by its name, with the class and the method around it."""

    path: str
    region: Region
    name: str
    enclosing: str


def told(configurations: Iterable[bytes]) -> Told:
    """What some configurations tell of clients."""
    contracts: set[bytes] = set()
    mail = False
    for data in configurations:
        text = _COMMENT.sub(b"", data)
        mail = mail or _MAIL.search(text) is not None
        endpoints = (found.group() for part in _CLIENTS.finditer(text) for found in _ENDPOINT.finditer(part[1]))
        named = (_CONTRACT.search(endpoint) for endpoint in endpoints if _SECURE.search(endpoint) is not None)
        contracts.update(found[1] for found in named if found is not None)
    return Told(frozenset(contracts), mail)


def made(said: Told, files: Iterable[Text]) -> Iterator[Made]:
    """The places where code makes clients of which that is told."""
    code = [file for file in files if file.path.lower().endswith((".cs", ".vb"))]
    names = {found[1] for file in code for found in _proxies(file) if found[2] in said.contracts}
    forms = [re.escape(name) for name in names] + [_FACTORY % re.escape(name) for name in said.contracts]
    wanted = re.compile(_NEW % b"|".join(forms)) if forms else None
    words = (*names, *((b"ChannelFactory",) if said.contracts else ()))
    for file in code:
        if wanted is not None and any(word in file.data for word in words):
            yield from _places(file, wanted)
        if said.mail and b"SmtpClient" in file.data and not any(word in file.data for word in _OTHER_MAIL):
            yield from _places(file, _SMTP)


_SMTP = lazy(rb"\b[Nn]ew\s+(?:System\.)?(?:Net\.)?(?:Mail\.)?(SmtpClient)\b(?![\w.])")


def _proxies(file: Text) -> Iterator[re.Match[bytes]]:
    return _PROXY.finditer(file.data) if b"ClientBase" in file.data else iter(())


def _places(file: Text, wanted: re.Pattern[bytes]) -> Iterator[Made]:
    source = decode(file.path, file.data)
    if not isinstance(source, SourceFile):
        return
    basic = file.path.lower().endswith(".vb")
    outline: Outline | None = None
    for found in wanted.finditer(blanked(source.data, basic=basic)):
        outline = outline or Outline(file.data, basic=basic)
        region = source.region(*found.span(1))
        number = outline.method(region.start)
        parts = (outline.owner(number), outline.blocks[number].name) if number >= 0 else ()
        name = found[1].partition(b"<")[0].partition(b"(")[0].decode("utf-8", "replace")
        yield Made(file.path, region, name.strip(), ".".join(parts))
