"""`tlsscan explain`: what a rule means, or all of them."""

import os
from collections.abc import Sequence

from tlsscan import packs
from tlsscan.arguments import Parser, rules_flag
from tlsscan.console import OK
from tlsscan.errors import TlsscanError, UsageError, nearest
from tlsscan.explain import explain, page
from tlsscan.reporters.markdown_text import code, prose
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Rule

INDEX = "README.md"


def run(arguments: list[str]) -> int:
    """Print the page of a rule, or write those of all."""
    given = _parser().parse(arguments)
    if bool(given.rule) == given.all:
        raise UsageError("name a rule, or say --all", hint="see tlsscan rules")
    book = packs.load(given.rules, examples=True)
    rules = book.all() if given.all else [book.with_defaults.rule(_known(given.rule, book))]
    if given.output:
        _write(rules, given.output, given.format)
    elif given.format == "markdown":
        print("\n".join(page(rule, 2 if given.all else 1) for rule in rules), end="")
    else:
        print("\n".join(map(explain, rules)), end="")
    return OK


def _known(rule: str, book: Rulebook) -> str:
    """The id that is meant: a report's may end in the verdict, and it may be one that the rule had before."""
    known = book.with_defaults
    identifier = known.current(rule) or known.current(rule.rsplit("/", 1)[0])
    if identifier is None:
        raise UsageError(f"no rule {rule!r}", hint=nearest(rule, known.ids()) or "see tlsscan rules")
    return identifier


def _write(rules: Sequence[Rule], folder: str, form: str | None) -> None:
    """A page for each rule in a folder, by its id, and an index of them."""
    if form == "text":
        raise UsageError("pages in a folder are Markdown", place="--output", hint="leave out --format text")
    lines = ["# Rules", ""]
    for rule in rules:
        path = os.path.join(folder, *f"{rule.id}.md".split("/"))
        _put(path, page(rule))
        lines.append(f"- [{code(rule.id)}]({rule.id}.md): {prose(rule.title)}")
    _put(os.path.join(folder, INDEX), "\n".join(lines) + "\n")


def _put(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise TlsscanError(f"cannot write: {error.strerror}", place=path) from None


def _parser() -> Parser:
    """The parser of `tlsscan explain`."""
    parser = Parser("tlsscan explain", "Say what a rule means, from its pack.")
    parser.without_twin |= {"format", "output", "all"}
    add = parser.add_argument
    add("rule", nargs="?", default="", metavar="RULE", help="a rule id, as reports print it")
    add("--all", action="store_true", help="all rules")
    add("-f", "--format", choices=("text", "markdown"), help="format (default text; with -o markdown)")
    add("-o", "--output", default="", metavar="DIR", help="write a page for each rule into a folder (Markdown)")
    rules_flag(parser)
    return parser
