"""`tlsscan runtimes`: what a repository says of the runtimes of its code."""

from tlsscan import packs
from tlsscan.arguments import Parser, jobs_flag, rules_flag, runtime_flag
from tlsscan.console import OK, TROUBLE, say
from tlsscan.model import Severity


def run(arguments: list[str]) -> int:
    """Print the claims by folder."""
    given = _parser().parse(arguments)
    from tlsscan.claiming import read_claims
    from tlsscan.runtimes import as_json, as_text
    from tlsscan.verdicts import named_of

    book = packs.load(given.rules)
    named = dict(named_of(given.runtime, book))
    told = read_claims(
        given.paths or ["."], book, excludes=given.exclude, respect_ignore=not given.no_ignore, jobs=given.jobs
    )
    json = given.format == "json"
    print(as_json(told.claims, book, named) if json else as_text(told.claims, told.files, book, named), end="")
    for problem in told.problems:
        say(f"tlsscan: {problem.path}{f':{problem.region.line}' if problem.region else ''} {problem.text}")
    return TROUBLE if any(problem.severity is Severity.INCOMPLETE for problem in told.problems) else OK


def _parser() -> Parser:
    """The parser of `tlsscan runtimes`."""
    parser = Parser(
        "tlsscan runtimes",
        "Say which runtimes, libraries and system images manifests declare for each folder,\n"
        "and what those offer by default. Reads manifests only.",
        "tlsscan runtimes [options] [PATH ...]",
    )
    parser.without_twin.add("format")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: .)")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="format (default text)")
    runtime_flag(parser.add_argument)
    parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="leave out; may be repeated")
    parser.add_argument("--no-ignore", action="store_true", help="read what .gitignore leaves out, too")
    jobs_flag(parser.add_argument)
    rules_flag(parser)
    return parser
