"""A Java class whose `main` opens the address that it is given: any Java from 5 on runs it, without a compiler."""

import struct

NAME = "Ask"
VERSION = 49  # Java 5: the last without frames for the verifier
MOST_ON_STACK = 4
PUBLIC, PUBLIC_STATIC = 1, 9
UTF8, CLASS, METHOD, PAIR = 1, 7, 10, 12


class _Pool:
    """Constants of a class, each once, numbered from 1."""

    def __init__(self) -> None:
        self._entries: dict[bytes, int] = {}

    def _add(self, entry: bytes) -> int:
        return self._entries.setdefault(entry, len(self._entries) + 1)

    def text(self, text: str) -> int:
        return self._add(struct.pack(">BH", UTF8, len(text)) + text.encode())

    def type(self, name: str) -> int:
        return self._add(struct.pack(">BH", CLASS, self.text(name)))

    def method(self, owner: str, name: str, form: str) -> int:
        pair = self._add(struct.pack(">BHH", PAIR, self.text(name), self.text(form)))
        return self._add(struct.pack(">BHH", METHOD, self.type(owner), pair))

    def packed(self) -> bytes:
        return struct.pack(">H", len(self._entries) + 1) + b"".join(self._entries)


def class_file() -> bytes:
    """The bytes of `Ask.class`, whose `main(String[] a)` is `new URL(a[0]).openStream()`."""
    pool = _Pool()
    make = pool.method("java/net/URL", "<init>", "(Ljava/lang/String;)V")
    open_it = pool.method("java/net/URL", "openStream", "()Ljava/io/InputStream;")
    steps = [
        struct.pack(">BH", 0xBB, pool.type("java/net/URL")),  # new
        b"\x59\x2a\x03\x32",  # dup, aload_0, iconst_0, aaload
        struct.pack(">BH", 0xB7, make),  # invokespecial
        struct.pack(">BH", 0xB6, open_it),  # invokevirtual
        b"\x57\xb1",  # pop, return
    ]
    code = b"".join(steps)
    body = struct.pack(">HHI", MOST_ON_STACK, 1, len(code)) + code + struct.pack(">HH", 0, 0)
    method = struct.pack(">HHHH", PUBLIC_STATIC, pool.text("main"), pool.text("([Ljava/lang/String;)V"), 1)
    method += struct.pack(">HI", pool.text("Code"), len(body)) + body
    own, parent = pool.type(NAME), pool.type("java/lang/Object")
    head = struct.pack(">IHH", 0xCAFEBABE, 0, VERSION) + pool.packed()
    return head + struct.pack(">HHHHHH", PUBLIC, own, parent, 0, 0, 1) + method + struct.pack(">H", 0)
