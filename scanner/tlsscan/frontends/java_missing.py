"""Java: what a handler of NoSuchAlgorithmException tells of the Java that reaches it."""

import re

from tlsscan.patterns import lazy

_MADE = lazy(
    r"""\b(?:SSLContext\.getInstance\(\s*(?:"TLSv1\.([12])"|(?:\w+\.)*TLS_1_([12])\.javaName\(\))\s*\)|getInstance\()"""
)
_NAMED = lazy(r"\bSSLContext\.getInstance\(\s*(?:\w+\.)?([A-Z][A-Z0-9_]*)\s*\)")
_PLAIN = lazy(r"(?:set|log|Log|getLog)\w*|is\w*Enabled\w*|format(?:ted)?|if")
"""What calls that ask for no algorithm are called."""
_CALLED = lazy(r"\b(\w+)\s*\(")
_HARMLESS = frozenset(  # calls that ask for no algorithm
    {
        *("getInstance", "init", "SecureRandom", "createSSLEngine", "setDefault"),
        *("getSocketFactory", "getServerSocketFactory", "setSSLSocketFactory", "setDefaultSSLSocketFactory"),
        *("javaName", "v", "d", "i", "w", "e", "log", "trace", "debug", "info", "warn", "error", "println"),
    }
)


def missing(tried: str, text: bytes) -> str:
    """What a handler's condition adds where all that can throw it is a context of one name, which every newer Java has:
    `SSLContext.getInstance("TLSv1.2")`, also by a constant of the file."""
    named = _NAMED.search(tried)
    if named is not None:
        value = re.search(rb"\b" + named[1].encode() + rb"\s*=\s*(\"[^\"]*\")\s*;", text)
        tried = tried.replace(named[0], f"SSLContext.getInstance({value[1].decode()})") if value is not None else tried
    made = list(_MADE.finditer(tried))
    minor = made[0][1] or made[0][2] if len(made) == 1 else ""
    called = {found[1] for found in _CALLED.finditer(tried)} - _HARMLESS
    if not minor or not all(map(_PLAIN.fullmatch, called)):
        return ""
    return f' and this Java has no "TLSv1.{minor}"'
