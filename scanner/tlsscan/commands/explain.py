"""`tlsscan explain`: what a rule means."""

from tlsscan import packs
from tlsscan.arguments import Parser, rules_flag
from tlsscan.console import OK
from tlsscan.errors import UsageError, nearest
from tlsscan.explain import explain


def run(arguments: list[str]) -> int:
    """Print the page of a rule."""
    given = _parser().parse_args(arguments)
    book = packs.load(given.rules, examples=True)
    identifier = given.rule
    if identifier not in book.ids():
        identifier = identifier.rsplit("/", 1)[0]  # a report's id ends in the verdict
    if identifier not in book.ids():
        raise UsageError(f"no rule {given.rule!r}", hint=nearest(given.rule, book.ids()) or "see tlsscan rules")
    print(explain(book.rule(identifier)), end="")
    return OK


def _parser() -> Parser:
    """The parser of `tlsscan explain`."""
    parser = Parser("tlsscan explain", "Say what a rule means, from its pack.")
    parser.add_argument("rule", metavar="RULE", help="a rule id, as reports print it")
    rules_flag(parser)
    return parser
