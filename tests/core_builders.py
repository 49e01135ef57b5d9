"""What the tests of the core share: small packs, sites without a frontend, and versions in short."""

from tlsscan.match import match
from tlsscan.model import Argument, Form, Site
from tlsscan.outcomes import Match
from tlsscan.packcheck import check
from tlsscan.packfiles import PackFile
from tlsscan.products import Runtimes
from tlsscan.protocol import Version, VersionSet
from tlsscan.rulebook import Book, Rulebook
from tlsscan.sinks import SinkIndex
from tlsscan.values import Region, Step, Value, Via

SHORT = {
    "ssl3": Version.SSLV3,
    "1.0": Version.TLS1_0,
    "1.1": Version.TLS1_1,
    "1.2": Version.TLS1_2,
    "1.3": Version.TLS1_3,
}

RUNTIMES = """
schema: 1
assumed:
  lang: {version: "5", title: Lang 5, because: current}
bases:
  modern:
    title: a modern library
    products: [lang]
    rows:
      - when: {lang: ">=4"}
        offered: [TLSv1.2, TLSv1.3]
        possible: [TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3]
        evidence: wire
      - offered: [TLSv1.0]
        possible: [SSLv3, TLSv1.0]
        evidence: wire
"""

RULE = """
  - id: demo/{id}
    title: A rule
    configures: {configures}
    vocabulary: {vocabulary}
    sinks:
{sinks}
    message: "{{api}} says {{versions}}"
    remediation: Do better.
    references: https://example.org/
    examples: "x"
"""

HEAD = """
schema: 1
library: demo
base: modern
evidence: wire
languages: python
"""


def versions(text: str) -> VersionSet:
    """`1.0 1.2` as a set; `-` is the empty one."""
    return frozenset(SHORT[word] for word in text.split() if word != "-")


def rule(identifier: str, configures: str, vocabulary: str, sinks: str, extra: str = "") -> str:
    """The YAML of a rule with sinks, one a line."""
    lines = "\n".join(f"      - {line.strip()}" for line in sinks.strip().splitlines())
    made = RULE.format(id=identifier, configures=configures, vocabulary=vocabulary, sinks=lines)
    return made + "".join(f"    {line.strip()}\n" for line in extra.strip().splitlines())


def book(vocabularies: str, *rules: str) -> Rulebook:
    """A rulebook of one pack with the modern base."""
    text = f"{HEAD}\nvocabularies:\n{vocabularies}\nrules:\n{''.join(rules)}"
    files = [
        PackFile("demo", "lib", "demo/lib.yaml", text.encode()),
        PackFile("runtimes", "t", "runtimes/t.yaml", RUNTIMES.encode()),
    ]
    return Rulebook(Book(check(files)))


def runtimes(**claimed: str) -> Runtimes:
    """Claims over the assumed product of `RUNTIMES`."""
    return Runtimes(claimed, {"lang": "5"})


def at(line: int, column: int = 1) -> Region:
    """A region of ten columns on one line."""
    return Region(line, column, line, column + 10, column, column + 10, line * 100 + column, line * 100 + column + 10)


def via(value: Value, line: int = 90) -> Via:
    """A value behind a definition."""
    return Via(Step("a.py", at(line), "NAME = value"), value)


def call(name: str | tuple[str, ...], *values: Value, line: int = 1, target: str = "", **named: Value) -> Site:
    """A call with positional and named arguments."""
    names = (name,) if isinstance(name, str) else name
    arguments = [Argument(i, "", value, at(line, 20 + 20 * i), f"argument{i}") for i, value in enumerate(values)]
    arguments += [Argument(None, key, value, at(line, 200), key) for key, value in named.items()]
    return Site(Form.CALL, names, names[0], "a.py", "python", at(line), tuple(arguments), target=target)


def assign(
    name: str | tuple[str, ...],
    value: Value,
    line: int = 1,
    operator: str = "=",
    target: str = "",
    blocks: tuple[int, ...] = (),
    guard: str = "",
) -> Site:
    """An assignment to an attribute."""
    names = (name,) if isinstance(name, str) else name
    given = (Argument(None, "", value, at(line, 20), "value"),)
    return Site(
        Form.ASSIGN,
        names,
        names[0],
        "a.py",
        "python",
        at(line),
        given,
        operator,
        target=target,
        blocks=blocks,
        guard=guard,
    )


def matches(rules: Rulebook, *sites: Site, **claimed: str) -> list[Match]:
    """The matches of sites against a book."""
    return match(sites, SinkIndex("python", rules), runtimes(**claimed))
