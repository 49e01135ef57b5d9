"""`tlsscan check-rules`: are the packs right?"""

import os
import sys

from tlsscan import packs
from tlsscan.arguments import Parser, rules_flag
from tlsscan.console import OK, TROUBLE
from tlsscan.display import count
from tlsscan.errors import UsageError
from tlsscan.selfcheck import check_rules


def run(arguments: list[str]) -> int:
    """Validate the packs and run their examples."""
    given = _parser().parse(arguments)
    extra, under = list(given.rules), ""
    if given.path:
        home, real = os.path.realpath(packs.builtin_directory()), os.path.realpath(given.path)
        if home in (real, *_parents(real)):
            under = os.path.normpath(os.path.join(packs.LABEL, os.path.relpath(real, home)))
        else:
            under = os.path.dirname(given.path) or "." if os.path.isfile(given.path) else given.path
            extra.append(under)
    book = packs.load(extra, examples=True)
    checked = check_rules(book, under)
    for failure in checked.failures:
        print(f"{failure.place}: {failure.rule}: {failure.text}")
    if not checked.rules + checked.uses:
        raise UsageError("no rule there", place=given.path)
    told = [count(checked.rules, "rule")] if checked.rules else []
    told += [count(checked.uses, "use of a default", "uses of defaults")] if checked.uses else []
    print(f"{' and '.join(told)} checked, {count(len(checked.failures), 'failure')}", file=sys.stderr)
    return TROUBLE if checked.failures else OK


def _parents(path: str) -> list[str]:
    found = [os.path.dirname(path)]
    while found[-1] != os.path.dirname(found[-1]):
        found.append(os.path.dirname(found[-1]))
    return found


def _parser() -> Parser:
    """The parser of `tlsscan check-rules`."""
    parser = Parser("tlsscan check-rules", "Validate rule packs and run every example.")
    parser.add_argument("path", nargs="?", default="", metavar="PATH", help="a folder of packs, or one pack")
    rules_flag(parser)
    return parser
