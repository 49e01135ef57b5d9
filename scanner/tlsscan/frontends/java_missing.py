"""Java: what a handler of NoSuchAlgorithmException tells of the Java that reaches it."""

from tlsscan.patterns import lazy

_MADE = lazy(
    r"""\b(?:SSLContext\.getInstance\(\s*(?:"TLSv1\.([12])"|(?:\w+\.)*TLS_1_([12])\.javaName\(\))\s*\)|getInstance\()"""
)
_CALLED = lazy(r"\b(\w+)\s*\(")
_HARMLESS = frozenset(  # calls that ask for no algorithm
    {
        *("getInstance", "init", "SecureRandom", "createSSLEngine", "setDefault"),
        *("getSocketFactory", "getServerSocketFactory", "setSSLSocketFactory", "setDefaultSSLSocketFactory"),
        *("javaName", "v", "d", "i", "w", "e", "log", "trace", "debug", "info", "warn", "error", "println"),
    }
)


def missing(tried: str) -> str:
    """What a handler's condition adds where all that can throw it is a context of one name, which every newer Java has:
    `SSLContext.getInstance("TLSv1.2")`."""
    made = list(_MADE.finditer(tried))
    minor = made[0][1] or made[0][2] if len(made) == 1 else ""
    if not minor or not {found[1] for found in _CALLED.finditer(tried)} <= _HARMLESS:
        return ""
    return f' and this Java has no "TLSv1.{minor}"'
