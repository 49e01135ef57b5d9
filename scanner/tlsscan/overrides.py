"""Whether Java code gives a setter something of its own, by its text: a class that only wraps another overrides the
setter and hands on what it is given, which sets nothing by itself."""

import re


def gives(text: str, name: str) -> bool:
    """Whether some call of a setter, which is called on something, gets anything else than the parameter of a method of
    the same name."""
    squashed = "".join(text.split())
    called = re.escape(name)
    own = set(re.findall(rf"void{called}\((?:final)?[\w.]+?(?:\[\]|\.\.\.)(\w+)\)", squashed))
    return any(given not in own for given in re.findall(rf"\.{called}\((?:(\w+)\))?", squashed))
