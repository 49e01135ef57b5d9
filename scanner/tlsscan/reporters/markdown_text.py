"""Text of the scanned repository as Markdown that shows it and obeys nothing in it. Knows nothing of findings."""

from collections.abc import Iterable, Iterator, Sequence

from tlsscan.display import clip
from tlsscan.patterns import lazy
from tlsscan.reporters.uri import is_address

# Words of prose. Anything else goes into a code span, where nothing is a link, a mention, a picture or a tag.
_WORD = lazy(r"""[("']?[A-Za-z]+(?:['-][A-Za-z]+)*[)"']?[.,;:!?]*|(?!\d+[.)]$)\(?\d+(?:\.\d+)*\)?[.,;:]*""")
_RUN = lazy("`+")
_STOP = lazy(r"""(?<=[\w)\]}"'])[.,;:]$""")
COLUMNS = 300
_NEAR = 8  # words in which a bracket has to close


def code(text: str, columns: int = COLUMNS) -> str:
    """A code span, on one line. A pipe stands between two spans: in a table it would end the cell."""
    return "&#124;".join(_span(part) for part in clip(text, columns).split("|"))


def prose(text: str, columns: int = 4 * COLUMNS) -> str:
    """A sentence: plain words as they are, everything else in code spans."""
    return " ".join(_pieces(clip(" ".join(text.split()), columns).split(" ")))


def link(address: str) -> str:
    """An address of a rule pack as a link; as code if it is none."""
    return f"<{address}>" if is_address(address) else code(address)


def _pieces(words: list[str]) -> Iterator[str]:
    odd: list[str] = []
    for number, word in enumerate(words):
        plain = _WORD.fullmatch(word) is not None
        if odd and (plain or _STOP.search(odd[-1])) and not _goes_on(odd, words[number:]):
            yield _marked(odd)
            odd = []
        if plain and not odd:
            yield word
        else:
            odd.append(word)
    if odd:
        yield _marked(odd)


def _goes_on(odd: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether odd words open a bracket that one of the next words closes: the arguments of a call stay together."""
    depth = _depth(odd)
    return depth > 0 and any(depth + _depth(rest[:count]) <= 0 for count in range(1, _NEAR + 1))


def _depth(words: Iterable[str]) -> int:
    return sum((letter in "([{") - (letter in ")]}") for word in words for letter in word)


def _marked(words: list[str]) -> str:
    """Odd words as one span; the stop at their end stays outside."""
    text = " ".join(words)
    stop = _STOP.search(text)
    return code(text[: stop.start()], len(text)) + stop[0] if stop else code(text, len(text))


def _span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in _RUN.findall(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") or (text[0] == text[-1] == " " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"
