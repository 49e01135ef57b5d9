"""What is found on the runtimes that are known: in code, and in the claims themselves. Loaded only where something is
known: claims of the repository, or what the user says of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.bases import row_of, unclaimed
from tlsscan.cases import Case
from tlsscan.claims import Claim, ClaimKind, Claims, Span, is_above, scope_of
from tlsscan.claimwords import MOST_USES
from tlsscan.defaults import Use, about, products_of, uses_of
from tlsscan.errors import UsageError, nearest
from tlsscan.extract import add_lines
from tlsscan.floors import Floors, Verdicts, governs
from tlsscan.grounds import UNKNOWN, Known, Option, claims_of
from tlsscan.heeding import heeded
from tlsscan.model import Finding, Level, Origin, Place, ProblemKind, Ruling, Verdict
from tlsscan.policy import DEMOTED, Policy
from tlsscan.products import APART, Runtimes
from tlsscan.programs import SPOKEN, Programs, Search, folders_of
from tlsscan.protocol import Version
from tlsscan.records import NamedTuple
from tlsscan.reliance import resting, sentence
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Heeded, Rule
from tlsscan.source import Reader, SourceFile, decode
from tlsscan.standing import shortfall
from tlsscan.uncalled import has_word
from tlsscan.upgrading import upgraded
from tlsscan.values import Region
from tlsscan.worlds import Judge, judged

if TYPE_CHECKING:
    from tlsscan.frontends.speaker import Dialect

ANDROID = Span("29")  # the first with TLS 1.3
NO_LEVEL = "is taken for granted: no level that is understood is asked for beside"
NOT_BUILT = "no project here is compiled from this file"
NOT_CALLED = "nothing in the program calls what this stands in"


def named_of(texts: Iterable[str], book: Rulebook) -> tuple[tuple[str, str], ...]:
    """`java=7,openssl=1.0.2` as pairs. Raises UsageError for a product that no rule knows, what is no version, or none
    that the product ever had."""
    products, floors = book.products, book.floors()
    found: dict[str, str] = {}
    for part in (part for text in texts for part in text.split(",")):
        product, equals, version = part.strip().partition("=")
        if not equals or not version[:1].isdecimal() or not version.isascii() or version.endswith("="):
            raise UsageError(f"{part.strip()!r} is not PRODUCT=VERSION", place="--runtime", hint="java=7,openssl=1.0.2")
        if product not in products:
            hint = nearest(product, products) or "see rules/runtimes"
            raise UsageError(f"no rule knows a product {product!r}", place="--runtime", hint=hint)
        mistaken = floors[product].mistaken if product in floors else None
        if mistaken is not None and Runtimes({product: version}, {}).holds(mistaken.versions):
            text = f"there is no {floors[product].called(version)} {version}"
            raise UsageError(text, place="--runtime", hint=f"did you mean {mistaken.product}={version}?")
        if found.setdefault(product, version) != version:
            raise UsageError(f"two versions of {product}", place="--runtime", hint="one scan for each")
    return tuple(found.items())


def known_of(claims: Sequence[Claim], named: Iterable[str], assume: str, book: Rulebook) -> Known:
    """What is known of runtimes: claims, versions on the command line, and `assume`: current, oldest or none. Raises
    UsageError."""
    assumed = {product: row.version for product, row in book.assumed.items()}
    titles = {product: rule.library for product, rule in book.floors().items()}
    if claims or named:
        titles |= {product: title for product, title, _ in book.tables.get("configured", [])}
    called = {product: rule.called for product, rule in book.floors().items() if rule.former is not None}
    opened = frozenset(book.assumed) if assume == "none" else frozenset[str]()
    oldest = frozenset(book.assumed) if assume == "oldest" else frozenset[str]()
    versions = dict(named_of(named, book))
    under = frozenset([*book.tables.get("always", []), *book.tables.get("hosted", [])])
    least = {product: row.least for product, row in book.assumed.items() if row.least}
    return Known(Claims(claims), versions, assumed, opened, titles, called, oldest=oldest, under=under, least=least)


def written(dialects: "Mapping[str, Dialect]") -> dict[str, Claim]:
    """What the syntax of files says of the runtime that they are written for, by file; `>=3.1` is that or newer."""
    spans = {text: Span(text[2:]) if text.startswith(">=") else Span(text, text) for _, text, _ in dialects.values()}
    return {
        path: Claim(product, (spans[version],), step.text, ClaimKind.SYNTAX, Place(*step), path)
        for path, (product, version, step) in dialects.items()
    }


def on_android(paths: Iterable[str], modules: Mapping[str, Place], known: Known) -> dict[str, Claim]:
    """The Android that is taken for granted for files of Java in a module of it, by file; not where something nearer,
    or the user, says what Java they run on."""
    found: dict[str, Claim] = {}
    for path in paths if modules and "java" not in known.named else ():
        scope = max((folder for folder in modules if path.startswith(folder)), key=len, default=None)
        java = known.claims.around(path).get("java", ())
        if scope is None or not path.endswith(".java") or any(len(claim.scope) > len(scope) for claim in java):
            continue
        found[path] = Claim("android", (ANDROID,), "", ClaimKind.SYNTAX, modules[scope], path, why=NO_LEVEL)
    return found


class Court:
    """Judges code and claims."""

    def __init__(
        self,
        known: Known,
        book: Rulebook,
        origin: Callable[[str], Origin],
        search: Search | None = None,
        shown: Level = Level.WARNING,
    ) -> None:
        """`origin` tells where a file stands; nobody searches for claims whose finding is neither shown nor counts."""
        self._known = known
        self._book = book
        self._origin = origin
        self._search = search
        self._found: dict[frozenset[Claim], list[Use]] = {}
        self._rest: list[Use] | None = None
        self._programs = Programs(known.claims, search) if search is not None else None
        self._asks = min(shown, Level.WARNING, key=lambda level: level.rank)

    def ruling(
        self, homes: Mapping[str, Collection[str]], judge: Judge, policy: Callable[[str], Policy], floor: Version
    ) -> Ruling:
        """What is found in the code of files, and in the claims, under the policy of each file; `floor` is that where
        nothing else is said. With each file goes what `#if` asks in it."""
        found = judged(sorted(homes), judge, self._known._replace(floor=floor), homes)
        told_here = [finding for finding in found.findings if not _rests(finding)]
        methods = frozenset(f.usage.enclosing for f in told_here if f.usage.language in SPOKEN)
        told = Verdicts(found.resting, told_here, found.varying)
        if self._programs is not None:
            told = told._replace(runs=partial(self._programs.runs, methods), precedes=self._precedes)
            told = told._replace(comes_to=self._programs.comes_to)
        own = self._own(told, policy, floor)
        findings = self._apart(self._heeded(self._called(self._built(self._reopened(found.findings, homes, judge)))))
        findings = upgraded(findings, self._known, self._book.rule, floor)
        left = self._left(told, floor)
        claimed = tuple(dict.fromkeys(self._claimed(sorted(homes), own, floor, left)))
        return Ruling([*findings, *own], claimed, self._assumed(findings, floor, left))

    def _left(self, told: Verdicts, floor: Version) -> Mapping[str, str]:
        """By product for which no file stands, what there is to say of code that leaves its versions to it."""
        open_ = [*self._known.named, *sorted(self._known.oldest - self._known.named.keys())]
        if self._search is None or not open_:
            return {}
        if self._rest is None:
            rules = {rule.id: rule for rule in self._book.defaults() if not products_of(rule).isdisjoint(open_)}
            spoken = {language for rule in rules.values() for language in rule.languages}
            sites = self._search.relying(sorted(rules), spoken, [""], lambda folder: True)
            self._rest = uses_of(sites, self._book.with_defaults, rules)

        def decided(rule: Rule, path: str) -> bool:
            return any(governs(rule, finding) and told.runs(finding) for finding in told.findings)

        return {name: sentence(resting(name, self._rest, self._known, floor, decided)) for name in open_}

    def _reopened(self, findings: list[Finding], homes: Iterable[str], judge: Judge) -> list[Finding]:
        """Findings; what fails only because a claimed runtime has a version switched off, as it is without that, where
        something in the tree may switch it on again for the whole process."""
        opened = {base for finding in findings if (base := self._opens(finding))}
        lacking = [f for f in findings if f.broken_already and f.usage.base in opened]
        if not lacking:
            return findings
        plain = {_key(finding): finding for home in homes for finding in judge(home, self._known.runtimes())}
        others = {id(finding): plain.get(_key(finding), finding) for finding in lacking}
        return [others.get(id(finding), finding) for finding in findings]

    def _built(self, findings: list[Finding]) -> list[Finding]:
        """Findings; those in files that no project compiles are notes."""
        if self._search is None:
            return findings
        leaves_out = cache(self._search.compiled.leaves_out)
        return [
            finding._replace(level=Level.NOTE, message=f"{finding.message} ({NOT_BUILT})")
            if finding.level.rank > Level.NOTE.rank and leaves_out(finding.usage.place.path)
            else finding
            for finding in findings
        ]

    def _called(self, findings: list[Finding]) -> list[Finding]:
        """Findings; those in code of programs that none of these calls are notes."""
        programs = self._programs
        if programs is None:
            return findings
        idle = cache(programs.is_idle)
        return [
            finding._replace(level=Level.NOTE, message=f"{finding.message} ({NOT_CALLED})")
            if finding.level.rank > Level.NOTE.rank and finding.usage.language in SPOKEN and idle(finding.usage.place)
            else finding
            for finding in findings
        ]

    def _apart(self, findings: list[Finding]) -> list[Finding]:
        """Findings, which assume nothing of a product in whose place another one is claimed."""
        said = cache(self._said)

        def left(products: tuple[str, ...], path: str) -> tuple[str, ...]:
            return tuple(name for name in products if name in said(path) or APART.get(name) not in said(path))

        made: list[Finding] = []
        for finding in findings:
            usage, path = finding.usage, finding.usage.place.path
            if any(name in APART for name in usage.assumed + usage.unclaimed):
                usage = usage._replace(assumed=left(usage.assumed, path), unclaimed=left(usage.unclaimed, path))
            made.append(finding._replace(usage=usage))
        return made

    def _said(self, path: str) -> set[str]:
        """The products of which something is claimed for a file."""
        options = self._known.ground(path).options
        return {name for name, several in options.items() if any(option.is_said for option in several)}

    def _heeded(self, findings: list[Finding]) -> list[Finding]:
        """Findings; those of settings which nothing is known to heed on what a program runs on are a level lower."""
        search, programs = self._search, self._programs
        if search is None or programs is None:
            return findings

        def is_program(path: str) -> bool:
            return path not in self._known.written and programs.knows(path)

        def found(path: str, one: Heeded) -> bool:
            if is_program(path):
                return programs.holds(path, one)
            if one.references:
                return True
            where = path if path in self._known.written else ""  # a script is a process of its own
            return has_word(one.by, (text.data for text in search.texts((*SPOKEN, "powershell"), (where,))))

        return heeded(findings, self._book.rule, self._said, found, is_program)

    def _opens(self, finding: Finding) -> str:
        """The base of which a finding says that a list of what is switched off may leave old versions out of it."""
        rule = self._book.rule(finding.usage.rule)
        opens = bool(rule.vocabulary.guards) and finding.verdict in (Verdict.ALLOWS, Verdict.UNRESOLVED)
        return rule.base.id if opens else ""

    def _own(self, told: Verdicts, policy: Callable[[str], Policy], floor: Version) -> list[Finding]:
        """The findings in claims."""
        rules = self._book.floors()
        cases: list[tuple[str, Floors, Policy, Case]] = []
        under: dict[Policy, Floors] = {}
        for path in sorted({claim.place.path for claim in self._known.claims if self._known.judges(claim)}):
            at = policy(path)
            floors = under.setdefault(at, Floors(self._known, rules, at, told))
            cases += [(path, floors, at, case) for case in floors.cases(path)]
        asked = [case.claim for _, floors, _, case in cases if floors.most(case).rank >= self._asks.rank]
        if (key := frozenset(asked)) not in self._found:
            self._found[key] = self._uses(asked)
        uses = self._found[key]
        own: list[tuple[Claim, Finding]] = []
        for path, floors, at, case in cases:
            origin = self._origin(path)
            counts = floors.most(case).rank >= self._asks.rank
            every = [*uses, *(self._configured(case) if counts else ())]
            found = [use for use in every if self._is_like(use, origin, at) and floors.relies(case, use)]
            relying: Sequence[Use] = found
            if self._programs is not None:
                found = [use for use in found if self._programs.compiles(case.claim, use.place.path)]
                relying = found
                if counts:
                    relying = self._programs.secure(case.claim, self._programs.running(case.claim, found))
            quiet = self._quiet(case, met=bool(found)) if counts and not relying else ""
            made = floors.finding(case, origin, relying, quiet=quiet)
            own.append((case.claim, made if at.floor is floor else made._replace(floor=at.floor)))
        return _once(own)

    def _configured(self, case: Case) -> Sequence[Use]:
        """The uses of defaults that only the configuration of a program tells, as such of the base of its runtime."""
        rules = [rule for rule in about(self._book, case.rule) if rule.base.id == case.rule.base.id]
        return self._programs.configured(case.claim, rules) if self._programs is not None else ()

    def _is_like(self, use: Use, origin: Origin, policy: Policy) -> bool:
        """Whether a use stands in code that the claim's manifest is about: not in tests, unless that does, too."""
        area = self._origin(use.place.path)
        return not policy.demote or bool(DEMOTED & {*origin.areas}) or not DEMOTED & {*area.areas}

    def _uses(self, claims: Sequence[Claim]) -> list[Use]:
        """The uses of defaults in the files for which any of some claims counts."""
        floors = self._book.floors()
        rules = {rule.id: rule for claim in claims for rule in about(self._book, floors[claim.product])}
        if self._search is None or not rules:
            return []
        wanted = {claim.product: set[Claim]() for claim in claims}
        for claim in claims:
            wanted[claim.product].add(claim)

        scopes = {claim.scope for claim in claims}
        places = {place for claim in claims for place in claim.parts + claim.own}
        parts = tuple(place for place in places if place.endswith("/"))
        beside = {scope_of(place) for place in places}
        beginnings = [""] if any(map(is_above, scopes | beside)) else [*scopes, *beside]
        counting: dict[int, bool] = {}  # most folders share what counts for them with the one above

        def counts(around: Mapping[str, Collection[Claim]]) -> bool:
            if (known := counting.get(id(around))) is None:
                known = any(not own.isdisjoint(around.get(product, ())) for product, own in wanted.items())
                counting[id(around)] = known
            return known

        def holds(folder: str) -> bool:
            return counts(self._known.claims.around(folder)) or folder in beside or folder.startswith(parts)

        spoken = {language for rule in rules.values() for language in rule.languages}
        return uses_of(self._search.relying(sorted(rules), spoken, beginnings, holds), self._book.with_defaults, rules)

    def _precedes(self, claim: Claim, finding: Finding, use: Use) -> bool:
        """Whether a setting has been made before a use of a default; what is no setting of a whole process counts, if
        the program is compiled from it."""
        programs = self._programs
        if programs is None:
            return True
        fold = self._book.rule(finding.usage.rule).fold
        if fold is None or not fold.process:
            return programs.compiles(claim, finding.usage.place.path)
        return programs.precedes(claim, finding, use)

    def _quiet(self, case: Case, *, met: bool) -> str:
        """Why a claim matters to nothing that is here, in words; empty where it may. `met` if there is code in the
        libraries of a program which does, but which that does not name."""
        claim, search = case.claim, self._search
        if search is None or not all(map(search.whole, folders_of(claim))):
            return ""
        languages = case.rule.speaks if claim.packaged else ()
        if languages and not search.speaks(languages, folders_of(claim)) and not self._asks_for(claim):
            return f"there is no {case.rule.library} code here"
        if not case.rule.proven or case.limited:
            return ""
        through = bool(case.row.through)
        if met and self._programs is not None and self._programs.is_left_to_system(claim):
            return "a switch of the program leaves the versions to Windows"
        if self._programs is not None and self._programs.is_plain(claim):
            return "every address that is written in the program is one of http://, without TLS"
        if met:
            return f"no code that the program is known to use {'uses them' if through else 'leaves the versions to it'}"
        return f"no code here is known to {'use them' if through else 'leave the versions to it'}"

    def _asks_for(self, claim: Claim) -> bool:
        """Whether code is known that needs the product of a claim, in whatever language it is written."""
        own = (other for other in self._known.claims if other.product == claim.product)
        return any(other.kind in (ClaimKind.REQUIREMENT, ClaimKind.BYTECODE) for other in own)

    def _claimed(
        self, homes: Sequence[str], own: Iterable[Finding], floor: Version, left: Mapping[str, str]
    ) -> Iterator[str]:
        """Sentences about the claims that count for some code, or are findings themselves."""
        places = {finding.usage.place for finding in own}
        used = dict.fromkeys([*claims_of(self._known, homes), *(c for c in self._known.claims if c.place in places)])
        asked = set(self._book.products)
        for product, version in self._known.named.items():
            said = f"{self._known.called(product, version)} {version} is named on the command line"
            yield said + self._shortfall(product, floor) + left.get(product, "")
        several = Counter(claim.product for claim in used if claim.kind is ClaimKind.SYNTAX)
        for claim in sorted(used, key=lambda claim: (claim.product, claim.place.path, claim.place.region.start)):
            files = several.pop(claim.product, 0) if claim.kind is ClaimKind.SYNTAX else 1
            if files and claim.product in asked and claim.product not in self._known.named:
                where = f"{claim.place.path}:{claim.place.region.line}"
                more = f" and {files - 1} more file{'s' * (files > 2)}" if files > 1 else ""
                called = self._known.called(claim.product, claim.oldest)
                if claim.why == NO_LEVEL:
                    yield f"{called} {claim.says} {claim.why} {where}"
                    continue
                yield f"{called} {claim.says} by {where}{more} ({claim.kind.value})"

    def _shortfall(self, product: str, floor: Version) -> str:
        """What is wrong with a runtime for which no file stands."""
        rule = self._book.floors().get(product)
        runtimes = Runtimes(dict(self._known.named), self._known.supposed)
        row = row_of(rule.base, runtimes) if rule is not None else None
        return shortfall(row, floor) if row is not None else ""

    def _assumed(self, findings: Iterable[Finding], floor: Version, left: Mapping[str, str]) -> tuple[str, ...]:
        """Sentences about what is assumed of products that nothing is known of where libraries were met."""
        met: set[str] = set()
        for path, rule in {(finding.usage.place.path, finding.usage.rule) for finding in findings}:
            ground = self._known.ground(path).options
            base = self._book.rule(rule).base
            said = {name: several[0] for name, several in ground.items() if several[0].is_said}
            named = {name: one.span.low or UNKNOWN.low for name, one in said.items() if not _is_elsewhere(ground[name])}
            products = unclaimed(base, Runtimes(named, {}))
            met |= {name for name in products if name not in named}
        met |= {product for product, text in left.items() if text and product not in self._known.named}
        texts = (self._assumption(product, floor, left) for product in sorted(met))
        return tuple(filter(None, texts))

    def _assumption(self, product: str, floor: Version, left: Mapping[str, str]) -> str:
        row = self._book.assumed.get(product)
        if row is None:
            return ""
        if product in self._known.open:
            return f"nothing of {self._known.titles.get(product, product)} is assumed (--assume none)"
        if product in self._known.oldest:
            title = self._known.titles.get(product, product)
            said = f"the oldest {title} is assumed (--assume oldest)"
            return said + self._shortfall(product, floor) + left.get(product, "")
        return f"{row.title} is assumed" + (f" ({row.because})" if row.because else "")


def _is_elsewhere(options: Iterable[Option]) -> bool:
    """Whether all that is claimed of a product is where code is tested or built: nothing of what it runs on."""
    claims = [option.claim for option in options]
    return all(claim is not None and claim.kind in (ClaimKind.TEST, ClaimKind.BUILD) for claim in claims)


def _once(own: Iterable[tuple[Claim, Finding]]) -> list[Finding]:
    """The findings in claims: of what one image or machine has of a product one, which tells the other packages."""
    groups: dict[object, list[Finding]] = {}
    for claim, finding in own:
        comes = claim.packaged or claim.brought  # and is not named
        same = (claim.place.path, claim.system, claim.product, claim.spans, claim.kind, claim.scope)
        alone = not claim.system or (not comes and same in groups)
        groups.setdefault(claim if alone else same, []).append(finding)
    told: list[Finding] = []
    for group in groups.values():
        first = max(group, key=lambda finding: finding.level.rank)
        again = [f.usage.place._replace(text=f"likewise {f.usage.value}") for f in group if f is not first]
        related = (*first.usage.related, *again[:MOST_USES])
        told.append(first._replace(usage=first.usage._replace(related=related)) if again else first)
    return told


def _key(finding: Finding) -> tuple[str, Region, str]:
    return finding.usage.place.path, finding.usage.place.region, finding.usage.rule


def _rests(finding: Finding) -> bool:
    """Whether a place is told at the claim on the runtime alone."""
    return finding.level is Level.NONE and finding.verdict is not Verdict.OK


class Shown(NamedTuple):
    """Of a manifest the lines around findings, and GitHub's hashes of their lines."""

    texts: dict[int, str]
    hashes: dict[int, str]


def shown(
    findings: Iterable[Finding], names: Callable[[Collection[str]], Mapping[str, bytes]], *, hashes: bool
) -> dict[str, Shown]:
    """What reports show of the manifests in which findings stand; `names` tells how the file system calls paths."""
    regions: dict[str, list[Region]] = {}
    for finding in findings:
        if not finding.usage.language and finding.level is not Level.NONE:
            regions.setdefault(finding.usage.place.path, []).append(finding.usage.place.region)
    reader, paths = Reader(), names(regions) if regions else {}
    told: dict[str, Shown] = {}
    for path, own in regions.items():
        raw = reader.read(paths.get(path) or path.encode("utf-8", "surrogateescape"))
        source = decode(path, raw) if not isinstance(raw, ProblemKind) else None
        if isinstance(source, SourceFile):
            found = Shown({}, {})
            add_lines(found.texts, source, own)
            if hashes:
                from tlsscan.linehash import line_hashes

                text = source.content.decode("utf-8", "replace")
                found.hashes.update(line_hashes(text, {region.line for region in own}))
            told[path] = found
    return told
