"""Reports to text. A reporter gets a finished report and reads no file; each is imported only when asked for."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

from tlsscan.annotations import TextIO, TypeAlias
from tlsscan.errors import UsageError, nearest
from tlsscan.model import Report
from tlsscan.records import NamedTuple

MAX_RESULTS = 5000
FORMATS = (
    *("full", "concise", "grouped", "json", "jsonl", "csv"),
    *("sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx"),
)
INVENTORIES = frozenset({"cyclonedx"})
"""Formats that tell all that is known, and not findings."""
STATISTICS = "statistics"
"""The form of `--statistics`, which no `--format` names."""
COLOURED = frozenset({"full", "concise", "grouped", STATISTICS})
OFFERING = frozenset({"full", "grouped"})
"""Formats that tell people how a finding may be fixed; that is tried when they ask for it."""
FIXING = frozenset({"json", "jsonl", "sarif"})
"""Formats whose fixes programs apply: these were tried."""
SUMMED_UP = frozenset({"full", "grouped", "markdown", "html", STATISTICS})
"""Formats that say themselves what must be said of the run."""


class RuleText(NamedTuple):
    """What a reporter may know of a rule. `title` is one line, `summary` and `remediation` are sentences."""

    id: str
    title: str
    summary: str = ""
    remediation: str = ""
    references: tuple[str, ...] = ()


class Provenance(NamedTuple):
    """A repository's address, and the commit and branch that its work tree has; empty what is not known."""

    uri: str
    revision: str
    branch: str


class Options(NamedTuple):
    """How to write a report.

    `sarif_root` is the path of the scan root below the top of the repository (`services/api`), or, with a slash before
    it (`/services`), that of a folder below the scan root at which paths begin; `category`
    tells several SARIF runs of one commit apart. `quiet` leaves only what must be said of the run,
    `verbose` adds what was skipped on purpose. An empty `tool_version` or `information_uri` is left out. `max_results`
    is the most that SARIF holds, 0 for all: code scanning keeps 5,000. `show_suppressed` lists what is set aside in
    texts, `sarif_suppressed` in SARIF, where code scanning would take it for open. SARIF names the `provenance`, and
    with `unsafe_fixes` the unsafe ones, too.
    """

    color: bool = False
    verbose: bool = False
    quiet: bool = False
    sarif_root: str = ""
    category: str = ""
    tool_version: str = ""
    information_uri: str = ""
    max_results: int = MAX_RESULTS
    show_suppressed: bool = False
    sarif_suppressed: bool = False
    provenance: Provenance | None = None
    unsafe_fixes: bool = False


Render: TypeAlias = Callable[[Report, Mapping[str, RuleText], Options], str]


def rule_text(rules: Mapping[str, RuleText], rule: str) -> RuleText:
    """What is known of `rule`; its id stands for the title when nothing is."""
    return rules.get(rule) or RuleText(rule, rule)


def prepare(formats: Iterable[str]) -> None:
    """Load the reporters of some formats ahead of time."""
    for format in formats:
        import_module(f"{__name__}.{format}")


def render(format: str, report: Report, rules: Mapping[str, RuleText], options: Options) -> str:
    """The report in one of `FORMATS`. Raises UsageError for any other format."""
    if format not in (*FORMATS, STATISTICS):
        raise UsageError(f"unknown format {format!r}", hint=nearest(format, FORMATS) or f"one of {', '.join(FORMATS)}")
    module_render: Render = import_module(f"{__name__}.{format}").render
    return module_render(report, rules, options)


def write(format: str, report: Report, rules: Mapping[str, RuleText], options: Options, stream: TextIO) -> None:
    r"""Writes the report to `stream`; what its encoding lacks becomes an escape (`\u2192`), never an error."""
    text = render(format, report, rules, options)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
