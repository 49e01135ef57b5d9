"""Runs the examples of rules: every marked line permits what it says, every other line is silent."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from tlsscan.bases import row_of
from tlsscan.defaults import uses_of
from tlsscan.errors import nearest
from tlsscan.extract import Extractor
from tlsscan.match import match
from tlsscan.model import Level, Permitted, Site, Usage
from tlsscan.outcomes import Match
from tlsscan.patterns import lazy
from tlsscan.policy import Policy, level, verdict
from tlsscan.products import Runtimes
from tlsscan.protocol import BY_TOKEN, Version, tokens
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Example, Rule
from tlsscan.source import SourceFile

MARK = lazy(
    r"(?:(?<!\S)'(?=\s)|#|//|--|/\*|<!--|@\*)\s*expect:\s*(?P<text>[^\n]*?)"
    r"\s*(?:\*/|-->|(?:-|--)?%>|\*@|(?:\\n)?\",?)?\s*$"
)
WORDS = frozenset({"none", "default", "unresolved"})
NAMES_1_2 = lazy(r"tls[ _-]?v?[ _-]?1[._-]?2(?!\d)", re.IGNORECASE)
FLOOR = Policy(Version.TLS1_2)
SUFFIXES = {
    "python": "py",
    "ruby": "rb",
    "php": "php",
    "csharp": "cs",
    "powershell": "ps1",
    "vbnet": "vb",
    "java": "java",
}


class Expectation(NamedTuple):
    """What a line permits: tokens of versions or one of WORDS, under claims (empty: the assumed runtimes)."""

    line: int
    words: tuple[str, ...]
    claims: tuple[tuple[str, str], ...] = ()


class BadMark(ValueError):
    """An `expect:` that is not understood, and its line in the code."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class Failure(NamedTuple):
    """A line of an example (or an example as a whole) that does not hold."""

    rule: str
    place: str
    text: str


def expectations(code: str) -> list[Expectation]:
    """The marks of annotated code. Raises BadMark for one that is not understood."""
    found: list[Expectation] = []
    for number, line in enumerate(code.splitlines(), start=1):
        mark = MARK.search(line)
        found.extend(_expectation(number, part) for part in (mark.group("text").split(";") if mark else ()))
    return found


def _expectation(line: int, text: str) -> Expectation:
    wanted, _, runtime = text.partition("@")
    words = tuple(sorted(word.strip() for word in wanted.split(",")))
    if not all(word in BY_TOKEN or word in WORDS for word in words):
        raise BadMark(line, f"{wanted.strip()!r} is neither versions nor none, default or unresolved")
    claims = []
    for claim in runtime.split(",") if runtime.strip() else ():
        product, _, version = claim.strip().partition("=")
        if not version:
            raise BadMark(line, f"{claim.strip()!r} is not PRODUCT=VERSION")
        claims.append((product, version))
    return Expectation(line, words, tuple(claims))


def said(permitted: Permitted) -> tuple[str, ...]:
    """What an outcome is called in an expectation."""
    if permitted.unresolved:
        return ("unresolved",)
    if permitted.default:
        return ("default",)
    return tuple(sorted(tokens(permitted.versions))) or ("none",)


class Checker:
    """Runs code against the rules of a book."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._extractor = Extractor(book, hashes=False)
        self._products = set(book.products)

    def runtimes(self, claims: Iterable[tuple[str, str]]) -> Runtimes:
        """Claims over the assumed runtimes."""
        return Runtimes(dict(claims), {product: row.version for product, row in self._book.assumed.items()})

    def matches(self, language: str, path: str, code: str, claims: Iterable[tuple[str, str]] = ()) -> list[Match]:
        """The matches of code under claims, in program order."""
        return self.on(language, path, code, self.runtimes(claims))

    def on(self, language: str, path: str, code: str, runtimes: Runtimes) -> list[Match]:
        """The matches of code on some runtimes."""
        found = self._extractor.read(SourceFile(path, code.encode()), language)
        sites = found.sites if found is not None else ()
        spoken = sorted({site.language for site in sites})
        own = {language: [site for site in sites if site.language == language] for language in spoken}
        return [one for language in spoken for one in match(own[language], self._extractor.index(language), runtimes)]

    def check_code(self, language: str, path: str, code: str, rule: str = "") -> Iterator[tuple[int, str]]:
        """Line and complaint for everything in annotated code that does not hold (of one rule, if named)."""
        wanted = expectations(code)
        for claims in sorted({()} | {e.claims for e in wanted}):
            own = [e for e in wanted if e.claims == claims]
            elsewhere = {e.line for e in wanted if e.claims != claims}
            matches = self.matches(language, path, code, claims)
            yield from self._compare(own, elsewhere, matches, claims, rule)

    def _compare(
        self,
        wanted: list[Expectation],
        elsewhere: set[int],
        matches: list[Match],
        claims: tuple[tuple[str, str], ...],
        rule: str,
    ) -> Iterator[tuple[int, str]]:
        runtime = f" @ {', '.join('='.join(c) for c in claims)}" if claims else ""
        for expectation in wanted:
            here = [m for m in matches if _covers(m, expectation.line)]
            outcomes = {said(u.permitted) for m in here for u in m.usages}
            own = {u.rule for m in here for u in (*m.usages, *m.lower) if _stands_on(u, expectation.line)}
            if not here:
                yield expectation.line, f"expected {', '.join(expectation.words)}{runtime}, but nothing was found"
            elif expectation.words not in outcomes:
                got = " or ".join(", ".join(words) for words in sorted(outcomes))
                yield expectation.line, f"expected {', '.join(expectation.words)}{runtime}, got {got}"
            elif rule and own and rule not in own:
                yield expectation.line, f"found by {', '.join(sorted(own))}, not by this rule"
        marked = {e.line for e in wanted} | elsewhere
        for noisy in (m for m in matches if not any(_covers(m, line) for line in marked)):
            usage = _worst(noisy)
            if level(usage, verdict(usage.permitted, usage.newest, FLOOR.floor)) is not Level.NONE:
                text = f"{usage.rule} reports {', '.join(said(usage.permitted))} on an unmarked line{runtime}"
                yield usage.place.region.line, text

    def check_rule(self, rule: Rule) -> Iterator[Failure]:
        """Everything that is wrong with a rule's examples, and with a remedy that holds for one floor only."""
        remedies = (rule.remediation[:2], rule.remediation.client, rule.remediation.server)
        if any(said and said[0] == said[1] and NAMES_1_2.search(said[0]) for said in remedies):
            text = "the remedy names TLS 1.2 whatever the floor: write {floor} or {minor}, or another text for TLSv1.3"
            yield Failure(rule.id, rule.origin, text)
        if not rule.languages or rule.is_use:
            yield from self._check_uses(rule) if rule.is_use else self._check_floor(rule)
            return
        reported = fine = look_alike = False
        for number, example in enumerate(rule.examples):
            path = example.file or f"example{number}.{SUFFIXES[example.language]}"
            try:
                for line, text in self.check_code(example.language, path, example.code, rule.id):
                    yield Failure(rule.id, _place(rule, example, line), text)
                marks = expectations(example.code)
            except BadMark as error:
                yield Failure(rule.id, _place(rule, example, error.line), str(error))
                continue
            yield from self._unknown_products(rule, example, marks)
            reported = reported or any(self._reported(rule, example, path, mark) for mark in marks)
            fine = fine or any(not self._reported(rule, example, path, mark) for mark in marks)
            look_alike = look_alike or _has_look_alike(rule, example, {mark.line for mark in marks})
            yield from self._broken_fixes(rule, example, path)
        if not reported:
            yield Failure(rule.id, rule.origin, "no example line is reported at floor 1.2")
        if not fine:
            yield Failure(rule.id, rule.origin, "no marked example line is fine at floor 1.2")
        if not look_alike:
            yield Failure(rule.id, rule.origin, "no unmarked example line looks like a use (holds an anchor)")

    def _broken_fixes(self, rule: Rule, example: Example, path: str) -> Iterator[Failure]:
        """The fixes of an example that mend nothing: a line that is reported must be fine with its fix."""
        vocabularies = [rule.vocabulary, *(sink.vocabulary for sink in rule.sinks if sink.vocabulary is not None)]
        if not any(vocabulary.fixes for vocabulary in vocabularies):
            return
        from tlsscan.trying import broken

        for floor in (Version.TLS1_2, Version.TLS1_3):
            for line, text in broken(self, rule, example.language, path, example.code, floor):
                yield Failure(rule.id, _place(rule, example, line), f"with --min-tls {floor.label[4:]}, {text}")

    def sites(self, language: str, path: str, code: str) -> Sequence[Site]:
        """The sites of code."""
        found = self._extractor.read(SourceFile(path, code.encode()), language)
        return found.sites if found is not None else ()

    def _check_uses(self, rule: Rule) -> Iterator[Failure]:
        """The lines of a rule about uses of a default: each is marked, and nothing else is one."""
        marked = look_alike = False
        for number, example in enumerate(rule.examples):
            path = example.file or f"example{number}.{SUFFIXES[example.language]}"
            marks = {mark.line for mark in expectations(example.code)}
            found = self._extractor.read(SourceFile(path, example.code.encode()), example.language)
            uses = uses_of(found.sites if found is not None else (), self._book, {rule.id})
            lines = {use.place.region.line for use in uses}
            for line in sorted(marks ^ lines):
                text = "expected default, but nothing was found" if line in marks else "an unmarked line is a use"
                yield Failure(rule.id, _place(rule, example, line), text)
            marked = marked or bool(marks)
            look_alike = look_alike or _has_look_alike(rule, example, marks)
        if not marked:
            yield Failure(rule.id, rule.origin, "no example line is a use")
        if not look_alike:
            yield Failure(rule.id, rule.origin, "no unmarked example line looks like a use (holds an anchor)")

    def _check_floor(self, rule: Rule) -> Iterator[Failure]:
        """The lines of a rule about claims: a product, a version, and what that offers by default."""
        product = rule.sinks[0].name
        for example in rule.examples:
            for number, line in enumerate(example.code.splitlines(), start=1):
                place = _place(rule, example, number)
                words = line.partition("#")[0].split()
                marks = expectations(line)
                if len(words) != 2 or words[0] != product or not marks:
                    yield Failure(rule.id, place, f"not `{product} VERSION  # expect: ...`")
                    continue
                yield from self._unknown_products(rule, example, [mark._replace(line=number) for mark in marks])
                for mark in marks:
                    row = row_of(rule.base, self.runtimes([*mark.claims, (product, words[1])]))
                    got = ("unresolved",) if row is None else tuple(sorted(tokens(row.offered)))
                    if got != mark.words:
                        yield Failure(rule.id, place, f"expected {', '.join(mark.words)}, got {', '.join(got)}")

    def _unknown_products(self, rule: Rule, example: Example, marks: list[Expectation]) -> Iterator[Failure]:
        for line, product in ((mark.line, product) for mark in marks for product, _ in mark.claims):
            if product not in self._products:
                hint = nearest(product, self._products)
                text = f"no product {product!r} in the runtime tables" + (f" ({hint})" if hint else "")
                yield Failure(rule.id, _place(rule, example, line), text)

    def _reported(self, rule: Rule, example: Example, path: str, mark: Expectation) -> bool:
        for found in self.matches(example.language, path, example.code, mark.claims):
            for usage in (*found.usages, *found.lower):
                if usage.rule == rule.id and _covers(found, mark.line):
                    made = level(usage, verdict(usage.permitted, usage.newest, FLOOR.floor))
                    if made.rank >= Level.WARNING.rank:
                        return True
        return False


def _covers(found: Match, line: int) -> bool:
    """Whether a line holds one of the writes that a match is about."""
    regions = [place.region for u in (found.usages[0], found.lower[0]) for place in (u.place, *u.related)]
    return any(region.line <= line <= region.end_line for region in regions)


def _stands_on(usage: Usage, line: int) -> bool:
    region = usage.place.region
    return region.line <= line <= region.end_line


def _worst(found: Match) -> Usage:
    return max(found.usages, key=lambda u: level(u, verdict(u.permitted, u.newest, FLOOR.floor)).rank)


def _has_look_alike(rule: Rule, example: Example, marked: set[int]) -> bool:
    words = {anchor for sink in rule.sinks for anchor in sink.anchors}
    names = {key.value.rsplit(".", 1)[-1] for key in rule.vocabulary.entries if key.type in ("name", "text", "symbol")}
    for number, line in enumerate(example.code.splitlines(), start=1):
        if number not in marked and any(word in line for word in words | {n for n in names if len(n) > 3}):
            return True
    return False


def _place(rule: Rule, example: Example, line: int) -> str:
    path = rule.origin.rsplit(":", 1)[0]
    return f"{path}:{example.line + line}"


def _is_under(origin: str, folder: str) -> bool:
    path = origin.rpartition(":")[0]
    return path == folder or path.startswith(os.path.join(folder, ""))


class Checked(NamedTuple):
    """How many rules were checked, how many uses of defaults (which `rules` does not list), and what is wrong."""

    rules: int
    uses: int
    failures: list[Failure]


def check_rules(book: Rulebook, under: str = "") -> Checked:
    """Check the rules and run their examples. `under` narrows to pack files below a folder."""
    checker, uses = Checker(book), Checker(book.with_defaults)
    rules = [rule for rule in [*book.all(), *book.defaults()] if not under or _is_under(rule.origin, under)]
    made = [(uses if rule.is_use else checker).check_rule(rule) for rule in rules]
    number = sum(rule.is_use for rule in rules)
    return Checked(len(rules) - number, number, [failure for failures in made for failure in failures])
