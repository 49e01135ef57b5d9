"""The versions that a ClientHello offers (RFC 8446, 4.1.2; RFC 5246, E.2 for the form of SSL 2.0)."""

from collections.abc import Callable

from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.records import NamedTuple

NUMBERS = {
    0x0002: Version.SSLV2,
    0x0300: Version.SSLV3,
    0x0301: Version.TLS1_0,
    0x0302: Version.TLS1_1,
    0x0303: Version.TLS1_2,
    0x0304: Version.TLS1_3,
}
HANDSHAKE, CLIENT_HELLO, SUPPORTED_VERSIONS = 22, 1, 43
LONGEST = 1 << 16

Read = Callable[[int], bytes]
"""Reads so many bytes, or fewer where the stream ends."""


class BadHello(ValueError):
    """What was sent is no ClientHello, or not all of one."""


class Hello(NamedTuple):
    """The versions that a hello lists; one without a list names only the highest."""

    listed: VersionSet
    highest: Version | None

    @property
    def top(self) -> Version | None:
        """The newest version on offer."""
        return max(self.listed, default=self.highest)


class _Bytes:
    """Fields off a byte string."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) != size:
            raise BadHello("the hello is cut short")
        self._at += size
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def block(self, size: int) -> bytes:
        """A field behind its length, which has so many bytes."""
        return self.take(self.number(size))

    @property
    def more(self) -> bool:
        return self._at < len(self._data)


def read_hello(read: Read) -> Hello:
    """The hello that comes over a stream. Raises BadHello."""
    head = read(5)
    if len(head) < 5:
        raise BadHello("nothing was sent")
    if head[0] & 0x80 and head[2] == CLIENT_HELLO:
        return Hello(NO_VERSIONS, NUMBERS.get(int.from_bytes(head[3:5], "big")))
    message = b""
    while len(message) < LONGEST:
        if head[0] != HANDSHAKE:
            raise BadHello("what was sent is no TLS")
        message += read(int.from_bytes(head[3:5], "big"))
        if len(message) >= 4:
            if message[0] != CLIENT_HELLO:
                raise BadHello("the first message is no hello")
            size = int.from_bytes(message[1:4], "big")
            if len(message) >= 4 + size:
                return parse(message[4 : 4 + size])
        head = read(5)
        if len(head) < 5:
            raise BadHello("the hello is cut short")
    raise BadHello("the hello is too long")


def parse(body: bytes) -> Hello:
    """The hello whose message body this is. Raises BadHello."""
    fields = _Bytes(body)
    highest = NUMBERS.get(fields.number(2))
    fields.take(32)
    for size in (1, 2, 1):  # session, cipher suites, compressions
        fields.block(size)
    listed: VersionSet = NO_VERSIONS
    extensions = _Bytes(fields.block(2)) if fields.more else _Bytes(b"")
    while extensions.more:
        kind, data = extensions.number(2), _Bytes(extensions.block(2))
        if kind == SUPPORTED_VERSIONS:
            numbers = data.block(1)
            pairs = (int.from_bytes(numbers[at : at + 2], "big") for at in range(0, len(numbers) - 1, 2))
            listed = frozenset(NUMBERS[number] for number in pairs if number in NUMBERS)
    return Hello(listed, highest)
