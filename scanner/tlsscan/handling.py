"""What the name of a call says that it does with an object: prepare it, make another of it, or put it to use.

Nothing here knows a library. A name that says nothing of the kind puts the object to use: `get`, `connect`, `upload`.
"""

from enum import Enum

from tlsscan.patterns import lazy
from tlsscan.reporting import reports

WORDS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# First words of names: of what looks at an object, changes it, hands it on or ends it, ...
PREPARING = lazy(
    r"set|setup|setopt|setsockopt|setattr|get|getattr|hasattr|delattr|is|are|has|have|can|add|append|push|insert|put|extend"
    r"|load|reload|use|enable|disable|allow|deny|permit|forbid|prefer|ignore|check|configure|config|init|initialize|apply"
    r"|update|register|unregister|remove|clear|reset|flush|copy|clone|dup|deepcopy|freeze|to|as|from|inspect|respond"
    r"|instance|isinstance|issubclass|type|id|len|bool|str|repr|hash|hashcode|equals|compare|validate|verify|ensure|require"
    r"|assert|expect|restrict|harden|limit|override|tap|then|call|yield|cast|close|finish|stop|shutdown|disconnect|quit"
    r"|dispose|release|destroy|del|free|unset|mark|attach|detach|describe|dump|log|trace|debug|print|on|off"
)
# ... of what makes something of it, ...
MAKING = lazy(r"new|make|build|create|prepare|from|of|wrap|adapter|handler|factory|partial|closing")
# ... and those that leave no doubt, where little else says that something is called.
ACTING = lazy(
    r"connect|reconnect|start|open|get|post|put|delete|head|patch|request|send|call|run|execute|perform|fetch|handshake"
    r"|login|authenticate|download|upload|read|write|query|search|accept|listen|serve|wrap|urlopen"
)
TELLING = lazy(r"stats|count|size|name|versions?|options?|opts|config|settings|info|callback|timeout")  # last words
SETTING = lazy(r"set|setopt|unset|add|append|enable|disable|reset|is|has|free|close")  # behind a library's name
ALONE = frozenset({"get", "put", "call"})  # words that stand for an action where they are the whole name


class Handling(Enum):
    """What a call does with an object."""

    PREPARES = "prepares"
    MAKES = "makes"
    USES = "uses"


def handled(name: str, *, passed: bool = False, prefixed: bool = False) -> Handling:
    """What a call of that name does with the object that it is a method of, or that is `passed` to it; `prefixed` says
    that the name may begin with that of a library, whose object it is: `curl_setopt(handle, ...)`."""
    words = [word.lower() for word in WORDS.findall(name)]
    if words[1:] and words[-1] == "async":  # .NET's name for what waits for an answer
        return Handling.USES
    if not words or name.endswith("?") or TELLING.fullmatch(words[-1]):
        return Handling.PREPARES
    if not passed and len(words) == 1 and words[0] in ALONE:
        return Handling.USES
    if PREPARING.fullmatch(words[0]) or reports(name) or (prefixed and SETTING.fullmatch("".join(words[1:2]))):
        return Handling.PREPARES
    if words[0] == "wrap" and not passed:
        return Handling.USES
    makes = MAKING.fullmatch(words[0]) or (passed and name.lstrip("_")[:1].isupper())
    return Handling.MAKES if makes else Handling.USES


def acts(name: str) -> bool:
    """Whether a name says without doubt that something is done: `connect`, `start_tls`."""
    first = WORDS.search(name)
    return first is not None and ACTING.fullmatch(first.group().lower()) is not None
