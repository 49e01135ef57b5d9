"""`tlsscan rules`: the rules of all packs."""

from tlsscan import __version__, packs
from tlsscan.arguments import Parser, rules_flag
from tlsscan.catalogue import catalogue
from tlsscan.console import OK


def run(arguments: list[str]) -> int:
    """Print the rules."""
    given = _parser().parse(arguments)
    book = packs.load(given.rules)
    if given.format == "json":
        print(catalogue(book, __version__), end="")
        return OK
    rules = book.all()
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        print(f"{rule.id:{width}}  {rule.configures.value:9}  {rule.title}")
    return OK


def _parser() -> Parser:
    """The parser of `tlsscan rules`."""
    parser = Parser("tlsscan rules", "List all rules.")
    parser.without_twin.add("format")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="format (default text)")
    rules_flag(parser)
    return parser
