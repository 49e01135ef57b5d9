"""The records that flow from frontends to reporters: sites, usages, findings, problems, a report."""

from collections.abc import Mapping

from tlsscan.annotations import Protocol
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.records import NamedTuple, StrEnum
from tlsscan.values import Region, Step, Value


class Form(StrEnum):
    """How a place in code sets something."""

    CALL = "call"
    NEW = "new"
    ASSIGN = "assign"
    PARAMETER = "parameter"
    OPTION = "option"
    SETTING = "setting"
    MENTION = "mention"
    DECLARATION = "declaration"  # sets nothing: it gives something of the file's own the name of a sink
    TAKING = "taking"  # sets nothing: it takes what another construct sets something on
    CLAIM = "claim"  # sets nothing: it says what the code runs on


SINK_FORMS = tuple(form for form in Form if form not in (Form.DECLARATION, Form.TAKING, Form.CLAIM))


class Construct(Protocol):
    """What a draft and a site have in common: enough to ask whether a sink wants them."""

    @property
    def form(self) -> Form:
        """How it sets something."""

    @property
    def names(self) -> tuple[str, ...]:
        """Possible qualified API names."""

    @property
    def option(self) -> tuple[str, ...]:
        """The key path of an entry."""

    @property
    def owner(self) -> tuple[str, ...]:
        """The call that an entry belongs to."""


class Argument(NamedTuple):
    """What fills one slot of a site. A call's argument has a `position` (from 0), a `name`, or both."""

    position: int | None
    name: str
    value: Value
    region: Region
    text: str


class Passed(NamedTuple):
    """How an argument of a caller reaches the slot of a site: the places on the way, the slot itself last; the file of
    the slot; whether it is certain that the caller calls that function, and the function's qualified name."""

    steps: tuple[Step, ...]
    home: str
    sure: bool
    function: str = ""


class Addressing(NamedTuple):
    """How an object is given addresses: `by` calls with the position of the address (or of a table) and, where others
    are set in the same way, its key; what makes it one without TLS (`like`, a pattern, or `bare`: it has no scheme);
    and after what (`unless`) it may connect to others all the same."""

    like: str
    by: tuple[tuple[str, int, str], ...]
    unless: tuple[str, ...] = ()
    bare: bool = False


PLAIN = "plain"  # in place of them where all addresses that the object is given are such ones
SETTLED = "="  # in place of them where all that is made of it gets a setting of its own
AGAIN = "+"  # in place of them, before what is caught where each call that is passed it is made again without it
RESTORED = "restored"  # beside them where what was set before is put back before anything can use it
UNUSED = "unused"  # beside them where it is kept, and nothing is done with it but that members are set
THROWN_AWAY = "-"  # in place of them where it is made in a `try` and not kept, or nothing that comes of it connects


class Site(NamedTuple):
    """A place where code sets something, as the frontend saw it. Syntax only, no opinion.

    `names` are possible qualified API names, most likely first; `?.x` when the receiver is unknown.
    `option` is the key path of an entry, outermost first, and `owner` the call it belongs to.
    `target` identifies the configured object inside the file (empty when unknown) and `blocks` are the
    enclosing blocks, outermost first: together they let several sites on one object fold.
    `guard` is the condition around the site when that asks for an older runtime or a missing constant,
    `condition` the nearest one, whatever it asks.
    `since` is the byte from which, up to the site, the statements of its block only set values (-1: not known).
    `passed` is set where a caller of the enclosing function fills the slot: then path, enclosing, guard and the region
    of the slot's argument are the caller's.
    `compiled` is what `#if` around the construct asks.
    `near` is what the text of the file holds of the words and signs that sinks ask for (`SinkIndex.placed`).
    `uses` are the members of what a call makes that the code uses, if it does nothing else with it.
    `defaults` are the parameters of the enclosing function that have one, as they are written.
    `alone` is how many of the innermost `blocks` hold nothing but the site and run or do not run by themselves: an `if`
    without other arms, what is tried.
    `used` is the last place before the site at which its object is put to use after an earlier site on it (-1: none).
    `receiver` is what `target` would be for the object that a call is made on, where a variable gets what it makes,
    `handed` that for the object that is passed to it, and `members` what is called on what it makes, where a sink asks.
    `wary` says that it may not run on each runtime: under any condition, where errors are handled, or in a file that
    asks for versions or names.
    `idle` says why nothing of the library is reached there, if that is known (one of DORMANT).
    `likely` is the side of which alone the text of the file speaks, where a sink leaves it open.
    `more` says that a call may pass more than its arguments here: `f(a, **others)`.
    """

    form: Form
    names: tuple[str, ...]
    text: str
    path: str
    language: str
    region: Region
    arguments: tuple[Argument, ...]
    operator: str = "="
    option: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    enclosing: str = ""
    target: str = ""
    blocks: tuple[int, ...] = ()
    guard: str = ""
    condition: str = ""
    passed: Passed | None = None
    near: tuple[str, ...] = ()
    since: int = -1
    uses: tuple[str, ...] = ()
    compiled: str = ""
    defaults: tuple[tuple[str, str], ...] = ()
    alone: int = 0
    used: int = -1
    receiver: str = ""
    handed: str = ""
    members: tuple[str, ...] = ()
    more: bool = False
    wary: bool = False
    idle: str = ""
    likely: str = ""

    @property
    def identity(self) -> str:
        """What identifies the object that it sets something on; its own place where nothing keeps that."""
        return self.target or f"@{self.region.start}"

    @property
    def variable(self) -> str:
        """The variable or attribute that its target is, whichever of the objects in it: `12:$this->x`, `3:$ch@40`."""
        word, at, number = self.target.partition(":")[2].rpartition("@")
        return word if at and word and number.isdigit() else f"{word}{at}{number}"

    @property
    def home(self) -> str:
        """The file that the construct itself stands in."""
        return self.passed.home if self.passed is not None else self.path


class Kind(StrEnum):
    """How a value relates to the versions that become permitted."""

    EXACTLY = "exactly"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    ENABLED = "enabled"
    DISABLED = "disabled"
    DEFAULT = "default"
    WEAKENS = "weakens"


class Role(StrEnum):
    """Which end of the connection a site configures."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"


class Evidence(StrEnum):
    """How a fact of a pack is known: seen on the wire, read in the source, in the package's documentation, or on a
    public page whose address is in the references."""

    WIRE = "wire"
    SOURCE = "source"
    DOCUMENTATION = "documentation"
    PAGE = "page"


class Confidence(StrEnum):
    """How sure the match between site and sink is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Higher is surer."""
        return ("low", "medium", "high").index(self)


class Permitted(NamedTuple):
    """Which versions may be negotiated, and how sure that is.

    `sure` are the versions that the site names, with those between its ends, or that a claim of the repository
    guarantees; the rest of `versions` comes from an assumed runtime. `open` says that a part of the value is
    unknown, so that more versions may be permitted. `taken` are versions that the site takes away, whatever else
    there is. `unresolved` is the reason why nothing is known, `rejected` why the runtime refuses the setting.
    `inherited` are the versions of a claimed runtime that the site itself does not name, `lacking` those that it names
    and a claimed runtime does not offer. `left` is what an assumed runtime offers above those that the site takes away.
    """

    versions: VersionSet = NO_VERSIONS
    sure: VersionSet = NO_VERSIONS
    open: bool = False
    default: bool = False
    unresolved: str = ""
    rejected: str = ""
    taken: VersionSet = NO_VERSIONS
    inherited: VersionSet = NO_VERSIONS
    lacking: VersionSet = NO_VERSIONS
    left: VersionSet = NO_VERSIONS

    def falls_short(self, floor: Version) -> bool:
        """Whether it is a default of which no version reaches the floor."""
        return self.default and bool(self.versions) and max(self.versions) < floor


class Place(NamedTuple):
    """A region of a file with a word about it."""

    path: str
    region: Region
    text: str = ""


class Area(StrEnum):
    """What a file is that is not the product's own code. A file may be several: the tests of a vendored library."""

    TEST = "test"
    EXAMPLE = "example"
    DOCUMENTATION = "documentation"
    VENDORED = "vendored"
    GENERATED = "generated"


class Origin(NamedTuple):
    """Where a file stands: its areas (none for the product's own code), and the package that vendored code is a copy
    of, with its version, both as far as the path tells them."""

    areas: tuple[Area, ...] = ()
    package: str = ""
    version: str = ""


class Naming(NamedTuple):
    """A place that names versions of a value which several statements put together. `common` are those of them that
    another one names, too; `condition` is what the place stands under, `asked` whether that asks for just these
    versions (None: what holds of the use holds there)."""

    place: Place
    versions: VersionSet
    origin: Origin = Origin()
    common: VersionSet = NO_VERSIONS
    condition: str | None = None
    asked: bool | None = None


NOTHING_USES = "nothing here uses it"  # a usage's doubt
NOTHING_CALLS = "nothing here calls the method around it"
STANDS_IN = "the test around it puts something in the place of what would connect"
OTHER_OVERLOAD = "the clients here that get such a factory make their sockets by another method of it"
DORMANT = frozenset({NOTHING_USES, NOTHING_CALLS, STANDS_IN, OTHER_OVERLOAD})
NOT_CURRENT = "only where the runtime is older than the assumed one"  # another
GUESSED, LOOSE, NAMED = 0, 1, 2  # what speaks for a library where the receiver is unknown: see `Usage.ground`


class Usage(NamedTuple):
    """A site that met a sink: the versions it permits, and how that was concluded. No opinion.

    `newest` is the newest version that the base offers (for the verdict `caps`); `condition` is the arm
    that was judged, `asked` says that it holds only where an old version was asked for by name; `assumed` are the
    products whose assumed version took part, `unclaimed` those of which `newest` is assumed. `named` tells where the
    versions are named, if several statements put the value together; it is empty otherwise. `passed` is the way from
    the place through parameters to the slot, which comes last. `claims` are the places in manifests that decide what is
    permitted; if they only allow the runtime on which this holds, it is `tentative`. `base` names the table that says
    what is offered by default.
    `ground` says why the rule's library is meant: it is named there, any receiver will do, or that is a guess.
    `doubt` says where the value would be ignored, one of which is assumed; `elsewhere` what it is on others.
    `compiled` is what `#if` around the setting asks. `vocabulary` is the id of that in which the value was read.
    `idle` says that the setting reopens no old version, though it might: it leaves no connection to the default.
    `undone` is what is permitted once a later setting has replaced this one, if nothing can use it until then.
    """

    rule: str
    place: Place
    api: str
    value: str
    language: str
    permitted: Permitted
    newest: Version
    role: Role
    confidence: Confidence
    trace: tuple[Step, ...] = ()
    related: tuple[Place, ...] = ()
    enclosing: str = ""
    condition: str = ""
    guarded: bool = False
    open_by: str = ""
    note: str = ""
    assumed: tuple[str, ...] = ()
    vocabulary: str = ""
    unclaimed: tuple[str, ...] = ()
    named: tuple[Naming, ...] = ()
    origin: Origin = Origin()
    passed: tuple[Step, ...] = ()
    asked: bool = False
    base: str = ""
    claims: tuple[Place, ...] = ()
    tentative: bool = False
    ground: int = NAMED
    doubt: str = ""
    undone: Permitted | None = None
    compiled: str = ""
    idle: bool = False
    elsewhere: str = ""


class Verdict(StrEnum):
    """What the policy says of a usage."""

    FAILS = "fails"
    ALLOWS = "allows"
    CAPS = "caps"
    UNRESOLVED = "unresolved"
    OK = "ok"


class Level(StrEnum):
    """SARIF's levels, least first."""

    NONE = "none"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for none to 3 for error."""
        return list(Level).index(self)


class Edit(NamedTuple):
    """A stretch of a file, and what is to stand there instead."""

    path: str
    region: Region
    text: str


class Fix(NamedTuple):
    """What mends a finding: edits, in words as well. `unsafe` says what else they may change, or is empty."""

    edits: tuple[Edit, ...]
    text: str
    unsafe: str = ""


class Finding(NamedTuple):
    """A usage that the policy objects to. `message` and `remediation` are final text.

    `demoted` says that the level is lower than the verdict's because of where the usage stands. `floor` is set where
    it is another one than that of the report. `fix` is there if one was asked for and is known. `shutting` is the
    message for the case that whatever is too old comes with the runtime: the code itself still shuts a newer one out.
    """

    usage: Usage
    verdict: Verdict
    level: Level
    message: str
    remediation: str
    broken_already: bool = False
    demoted: bool = False
    floor: Version | None = None
    fix: Fix | None = None
    shutting: str = ""


class AsideKind(StrEnum):
    """Why a finding is set aside: a comment in the code, the baseline, or code that did not change."""

    INLINE = "inline"
    BASELINE = "baseline"
    UNCHANGED = "unchanged"


class Aside(NamedTuple):
    """A finding that neither shows nor fails the run. `justification` is what somebody wrote about it, if anything,
    and `place` where."""

    finding: Finding
    kind: AsideKind
    justification: str = ""
    place: Place | None = None


class RemarkKind(StrEnum):
    """What is amiss with something that sets findings aside."""

    WRONG = "wrong-suppression"
    EXPIRED = "expired-suppression"
    UNUSED = "unused-suppression"
    STALE = "stale-baseline-entry"


class Remark(NamedTuple):
    """A word about something that sets findings aside, or fails to. What is wrong with it makes the run exit 2."""

    kind: RemarkKind
    path: str
    text: str
    region: Region | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether it is a mistake, and not just something to tidy up."""
        return self.kind is RemarkKind.WRONG


class Ruling(NamedTuple):
    """Findings, and sentences about the claims and the assumptions that they rest on."""

    findings: list[Finding]
    claims: tuple[str, ...]
    assumed: tuple[str, ...]


class ProblemKind(StrEnum):
    """Why a file was not analysed, or only in part."""

    CRASH = "crash"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    UNDECODABLE = "undecodable"
    PARSE_ERROR = "parse-error"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    FOREIGN = "other-language"
    REPLACED = "replaced-characters"
    TRUNCATED = "too-many-findings"
    IGNORE_RULES = "ignore-rules"
    NOT_REGULAR = "not-regular"
    BINARY = "binary"
    OUTSIDE = "link-out-of-root"


class Severity(StrEnum):
    """What a problem does to the run: `incomplete` makes it exit 2, `degraded` is told, `skipped` is told with -v."""

    INCOMPLETE = "incomplete"
    DEGRADED = "degraded"
    SKIPPED = "not source"


PROBLEM_SEVERITY = {
    ProblemKind.CRASH: Severity.INCOMPLETE,
    ProblemKind.TIMEOUT: Severity.INCOMPLETE,
    ProblemKind.UNREADABLE: Severity.INCOMPLETE,
    ProblemKind.VANISHED: Severity.INCOMPLETE,
    ProblemKind.UNDECODABLE: Severity.INCOMPLETE,
    ProblemKind.PARSE_ERROR: Severity.DEGRADED,
    ProblemKind.TOO_DEEP: Severity.DEGRADED,
    ProblemKind.TOO_LARGE: Severity.DEGRADED,
    ProblemKind.FOREIGN: Severity.DEGRADED,
    ProblemKind.REPLACED: Severity.DEGRADED,
    ProblemKind.TRUNCATED: Severity.DEGRADED,
    ProblemKind.IGNORE_RULES: Severity.DEGRADED,
    ProblemKind.NOT_REGULAR: Severity.SKIPPED,
    ProblemKind.BINARY: Severity.SKIPPED,
    ProblemKind.OUTSIDE: Severity.SKIPPED,
}


class Problem(NamedTuple):
    """A file that was not analysed, or not wholly: never a silent skip."""

    path: str
    kind: ProblemKind
    text: str
    region: Region | None = None

    @property
    def severity(self) -> Severity:
        """What it does to the run."""
        return PROBLEM_SEVERITY[self.kind]


class Narrowing(NamedTuple):
    """What the configuration of the scanned repository (`source`) leaves out of its own scan, by a key: in words, and
    how many files or findings that are."""

    source: str
    key: str
    text: str
    number: int = 0


class Piece(NamedTuple):
    """A stretch of a line that is too long to be kept: `first` code points stand before it, and `more` says that the
    line goes on behind it."""

    line: int
    first: int
    text: str
    more: bool = False


class Product(NamedTuple):
    """A runtime or library of which something is claimed: the word of the packs (`openssl`), what people call it, its
    version if one is named (of a range none), and what is said of it in words (`>=3.6`). `places` are manifests, each
    with the kind of the claim as its text. What is `aside` is there for tests or builds only."""

    word: str
    name: str
    version: str
    says: str
    places: tuple[Place, ...] = ()
    aside: bool = False


class Inventory(NamedTuple):
    """What a scan knows beside findings: every place that it understood, also where all is well, and the products that
    are claimed."""

    usages: tuple[Usage, ...]
    products: tuple[Product, ...]


class Report(NamedTuple):
    """Everything a reporter may say, in final order.

    `files` counts the scanned files by language, or by kind where they hold code between other text; `unread` those of
    source languages that this program cannot read, by suffix; `assumed` are sentences about the assumed runtimes that
    took part; `texts`
    maps a path to its lines around findings (line number -> text) for code frames and snippets, and
    `line_hashes` maps (path, line) to GitHub's primaryLocationLineHash. `hidden` counts the findings below the
    shown level, `demoted` those of them that would be shown but for the area they stand in. `fingerprints` are those of
    the findings, then of those set aside, where their texts no longer give them. `aside` are the findings at the shown
    level that were set aside, and `remarks` what is to be said of the means by which that is done. `configuration` is
    the file that holds for the run, if there is one, and `narrowed` what it leaves out: that is told even when little
    else is. `claims` are sentences about the claims on runtimes that took part.
    `pieces` are what there is of long lines around findings, by path. `inventory` is there only for a format that
    wants it.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files: dict[str, int]
    unread: dict[str, int]
    assumed: tuple[str, ...]
    floor: Version
    texts: dict[str, dict[int, str]]
    line_hashes: dict[tuple[str, int], str]
    hidden: int = 0
    notices: tuple[str, ...] = ()
    demoted: Mapping[Area, int] = {}
    fingerprints: tuple[str, ...] = ()
    aside: tuple[Aside, ...] = ()
    remarks: tuple[Remark, ...] = ()
    configuration: str = ""
    narrowed: tuple[Narrowing, ...] = ()
    claims: tuple[str, ...] = ()
    pieces: Mapping[str, tuple[Piece, ...]] = {}
    inventory: Inventory | None = None

    @property
    def incomplete(self) -> bool:
        """True when a file that should have been analysed was not."""
        return any(p.severity is Severity.INCOMPLETE for p in self.problems)
