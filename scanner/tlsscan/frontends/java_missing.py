"""Java: what a handler of NoSuchAlgorithmException tells of the Java that reaches it."""

from tlsscan.patterns import lazy

_MADE = lazy(r"""\b(?:SSLContext\.getInstance\(\s*"(TLSv1\.[12])"\s*\)|getInstance\()""")
_CALLED = lazy(r"\b(\w+)\s*\(")
_HARMLESS = frozenset(  # calls that ask for no algorithm
    {
        *("getInstance", "init", "SecureRandom", "createSSLEngine", "setDefault"),
        *("getSocketFactory", "getServerSocketFactory", "setSSLSocketFactory", "setDefaultSSLSocketFactory"),
    }
)


def missing(tried: str) -> str:
    """What a handler's condition adds where all that can throw it is a context of one name, which every newer Java has:
    `SSLContext.getInstance("TLSv1.2")`."""
    made = list(_MADE.finditer(tried))
    if len(made) != 1 or not made[0][1] or not {found[1] for found in _CALLED.finditer(tried)} <= _HARMLESS:
        return ""
    return f' and this Java has no "{made[0][1]}"'
