"""`tlsscan why`: what a scan makes of one line, and how it comes to that."""

import os
import re

from tlsscan import packs
from tlsscan.adopt import sifter
from tlsscan.arguments import Parser, scan_parser, wants_color
from tlsscan.console import OK
from tlsscan.discovery import git_top_level
from tlsscan.errors import UsageError
from tlsscan.model import Level, Problem, ProblemKind
from tlsscan.output import rule_text_of
from tlsscan.patterns import lazy
from tlsscan.reporters import account
from tlsscan.reporters.account import Told
from tlsscan.scan import scan
from tlsscan.scanning import request_of, with_rules
from tlsscan.settings import settle
from tlsscan.sifting import Evidence, Sifted
from tlsscan.source import Reader, SourceFile, decode
from tlsscan.suppressions import Ignore
from tlsscan.terms import Terms
from tlsscan.verdicts import named_of
from tlsscan.why import Spot, account_of, failed_comments

_SPOT = lazy(r"(.+?):([0-9]{1,9})(?::([0-9]{1,9}))?", re.DOTALL)
_FORMATS = ("full", "json")
_REFUSED = {
    "ignore": "ignored by",
    "select": "not selected by",
    "role": "left out for its role by",
    "confidence": "less certain than asked for by",
}


def run(arguments: list[str]) -> int:
    """Scan the tree of a file, and print the account of a line of it."""
    given = _parser().parse(arguments)
    if not given.paths:
        raise UsageError("which line? name it as FILE:LINE", hint="tlsscan why src/client.py:14")
    if given.format not in (None, *_FORMATS):
        raise UsageError(f"there is no {given.format} here", place="--format", hint=f"one of {', '.join(_FORMATS)}")
    if given.fix or given.unsafe_fixes:
        raise UsageError("a question changes nothing", place="--fix", hint="tlsscan --fix PATH")
    file, line, column = _spot(given.paths[0])
    trees = given.paths[1:] or [_tree(file)]
    given.paths, given.nothing = trees, False
    settings = settle(given)
    book = packs.load(given.rules)
    request = request_of(with_rules(settings, book), hashes=False)
    spot = Spot(_shown(file), line, column)
    shown = request.shown
    request = request._replace(paths=(*trees, spot.path), shown=Level.NOTE)
    given.baseline_prune = False  # a question changes nothing
    sift = sifter(given, book, request.floor)
    ignores: list[Ignore] = []

    def kept(evidence: Evidence) -> Sifted:
        ignores.extend(evidence.ignores.get(spot.path, ()))
        return sift(evidence)

    found = scan(request, book, sift=kept)
    named = dict(named_of(request.runtimes, book))
    made = account_of(spot, found, shown, book, _text(file, spot.path), named)
    made = made._replace(
        told=tuple(_refused(told, request.asked()) for told in made.told),
        notes=(*made.notes, *failed_comments(spot, found.report.remarks, ignores)),
    )
    texts = {
        told.finding.usage.rule: rule_text_of(book.rule(told.finding.usage.rule), request.floor) for told in made.told
    }
    if given.format == "json":
        print(account.document(made, texts), end="")
    else:
        print(account.text(made, texts, wants_color(given.color)), end="")
    return OK


def _refused(told: Told, terms: Terms) -> Told:
    """What is told of a finding, and who does not want it."""
    why = None if told.finding.level is Level.NONE else terms.refusal(told.finding)
    return told if why is None else told._replace(shown=f"no, {_REFUSED[why.reason]} {why.name}")


def _spot(word: str) -> tuple[str, int, int]:
    found = _SPOT.fullmatch(word)
    if found is None or int(found[2]) < 1:
        raise UsageError("is no FILE:LINE or FILE:LINE:COLUMN", place=word, hint="tlsscan why src/client.py:14")
    if not os.path.isfile(found[1]):
        raise UsageError("no such file", place=found[1])
    return found[1], int(found[2]), int(found[3] or 0)


def _tree(file: str) -> str:
    """What a scan would usually be of: the working directory, or for a file elsewhere its work tree or its folder."""
    if not os.path.relpath(os.path.realpath(file)).startswith(".."):
        return "."
    return git_top_level(file) or os.path.dirname(os.path.realpath(file))


def _shown(file: str) -> str:
    """The file as reports show it."""
    real = os.path.realpath(os.fsencode(file))
    inside = os.path.relpath(real, os.path.realpath(b"."))
    path = real if inside.startswith(b"..") else inside
    return path.replace(os.fsencode(os.sep), b"/").decode("utf-8", "surrogateescape")


def _text(file: str, path: str) -> SourceFile | None:
    raw = Reader().read(os.fsencode(file))
    if isinstance(raw, ProblemKind):
        return None
    source = decode(path, raw)
    return None if isinstance(source, Problem) else source


def _parser() -> Parser:
    """The parser of `tlsscan why`: that of a scan, whose first path is the place."""
    parser = scan_parser()
    parser.without_twin |= {"format", "output"}
    parser.prog = "tlsscan why"
    parser.usage = "tlsscan why [options] FILE:LINE[:COLUMN] [PATH ...]"
    parser.description = (
        "What a scan makes of one line, and how it comes to that. PATH is what is scanned (default: the working "
        "directory, or the work tree of a file elsewhere). The options are those of a scan; --format is full or json."
    )
    return parser
