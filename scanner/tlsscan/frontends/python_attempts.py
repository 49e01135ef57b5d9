"""Python: where each call that is passed an object is tried, and called again without it once that has failed:
`except URLError: urlopen(url)`; and what runs only where an attempt before it failed. Knows nothing of TLS."""

from collections.abc import Collection, Iterator, Sequence

from tlsscan.clauses import caught
from tlsscan.frontends.base import Frontend
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, Unit, children, field, line_of, text_of

MAX_CALLS = 20  # of one function in a handler
MAX_BEFORE = 30  # statements before one that are looked at
LEAVING = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})


def without_it(frontend: Frontend, unit: Unit, path: Path, uses: Sequence[Path]) -> str:
    """What is caught where a call is made again without what the call at the end of a path makes, which the `uses` pass
    on, or, where there are none, the call itself; empty unless that is so for all of them."""
    every = {_caught(frontend, unit, use) for use in (uses or [path])}
    return every.pop() if len(every) == 1 else ""


def failed_before(frontend: Frontend, path: Path) -> str:
    """What has been caught wherever the end of a path runs, as a condition: an attempt before it returns unless it
    fails to connect, and handlers go on from that. An empty text if there is none."""
    attempts = (node for node in before(path, frontend.function_kinds) if node.type == "try_statement")
    error = next(filter(None, (_failure(frontend, attempt) for attempt in attempts)), "")
    return caught(error) if error else ""


def before(path: Path, functions: Collection[str]) -> Iterator[Node]:
    """The statements before the end of a path in its function, the nearest first: of each block around it some."""
    for level in range(len(path) - 1, 0, -1):
        if path[level].type in functions:
            return
        if path[level - 1].type not in ("block", "module"):
            continue
        sibling = path[level].prev_named_sibling
        for _ in range(MAX_BEFORE):
            if sibling is None:
                break
            yield sibling
            sibling = sibling.prev_named_sibling


def _failure(frontend: Frontend, attempt: Node) -> str:
    """What the handlers catch that go on behind a `try` which returns; empty if any catches more than failures."""
    if _last(field(attempt, "body")) != "return_statement":
        return ""
    handlers = [child for child in children(attempt) if child.type in frontend.handler_kinds]
    going = [_error(frontend, one) for one in handlers if _last(children(one)[-1]) not in LEAVING]
    return going[0] if going and all(map(frontend.is_failure, going)) else ""


def _last(block: Node | None) -> str:
    """The kind of the last statement of a block."""
    return block.named_children[-1].type if block is not None and block.named_children else ""


def _caught(frontend: Frontend, unit: Unit, use: Path) -> str:
    """What the handler catches that calls again, without it, what is passed the object at the end of a path."""
    taking = next((at for at in range(len(use) - 2, 0, -1) if field(use[at], "arguments") == use[at + 1]), 0)
    if not taking or use[taking].type != "call":
        return ""
    for level in range(taking - 1, 0, -1):
        if use[level].type in frontend.function_kinds:
            break
        if use[level].type == "try_statement" and field(use[level], "body") == use[level + 1]:
            handlers = (child for child in children(use[level]) if child.type in frontend.handler_kinds)
            again = (one for one in handlers if _calls_without(unit, one, use[taking], _slot(use[taking + 2])))
            return next((_error(frontend, one) for one in again), "")
    return ""


def _calls_without(unit: Unit, handler: Node, call: Node, slot: str) -> bool:
    """Whether a handler makes a call with fewer arguments, none of them in a slot, and no other one of its function."""
    made = [_arguments(one) for one in _calls(unit, handler, text_of(field(call, "function")))]
    most = len(_arguments(call))
    return bool(made) and all(len(given) < most and slot not in map(_slot, given) for given in made)


def _slot(argument: Node) -> str:
    """The name of an argument; where it has none, one that no other has."""
    return text_of(field(argument, "name")) if argument.type == "keyword_argument" else str(argument.start_byte)


def _calls(unit: Unit, handler: Node, called: str) -> Iterator[Node]:
    word = called.rpartition(".")[2]
    places = unit.occurrences(word, handler.start_byte, handler.end_byte) if word.isidentifier() else ()
    for count, offset in enumerate(places):
        if count > MAX_CALLS:
            return
        yield from (
            node
            for node in unit.path_at(offset)[-3:]
            if node.type == "call" and text_of(field(node, "function")) == called
        )


def _arguments(call: Node) -> list[Node]:
    given = field(call, "arguments")
    return children(given) if given is not None else []


def _error(frontend: Frontend, handler: Node) -> str:
    """What a handler catches, as its condition says."""
    condition = frontend.condition(handler)
    handled = frontend.handled(condition) if condition is not None and condition.is_named else None
    return line_of(handled) if handled is not None else "an exception"
