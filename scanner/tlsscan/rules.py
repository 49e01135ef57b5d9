"""What a loaded rule is: records only. Nothing here reads YAML, syntax trees or policy."""

from collections.abc import Callable, Sequence

from tlsscan.model import Addressing, Form, Kind, Role
from tlsscan.products import Condition, compare, version_key
from tlsscan.protocol import NO_VERSIONS, VersionSet
from tlsscan.records import NamedTuple


class Key(NamedTuple):
    """A vocabulary key in its own type: `3`, `'TLSv1'`, `:TLSv1`, `ssl.X` and `true` are five different keys.

    `type` is one of text, symbol, number, list (of numbers), bool, null, name and call (what a function of that name
    gives); a name is dotted, and may begin with `*.` for any qualification.
    """

    type: str
    value: str


class Meaning(NamedTuple):
    """What a vocabulary says of one value.

    Exactly one of `versions`, `number`, `default`, or an `effect` alone. `configures` overrides the sink's kind.
    `effect` is `ignored` or `rejected`, or `breaks`: rejected by a runtime that is only assumed, too. Under `when`, the
    first entry whose condition holds counts. `doubt` says under which runtimes, one of which is assumed, an effect
    would hold instead, or does; `elsewhere`, where it holds by an assumption alone, what the value is on others.
    """

    versions: VersionSet | None = None
    number: int | None = None
    default: bool = False
    configures: Kind | None = None
    effect: str = ""
    when: Condition | None = None
    note: str = ""
    doubt: str = ""
    elsewhere: str = ""


Meanings = tuple[Meaning, ...]


class Field(NamedTuple):
    """A bit field of a packed number with a kind of its own: curl's low and high 16 bits."""

    low: int
    high: int
    configures: Kind
    numbers: dict[int, Meanings]


class Syntax(NamedTuple):
    """How a text value lists versions: split at `separator` (any of its characters; `space` for white space),
    trimmed or not, cut at `until`, compared with or without regard to case. With `pattern` a text that is no word of
    the library is a regular expression, which stands for all the words that it fits as a whole.

    A word behind `add` joins the set, one behind `remove` leaves it, from left to right; a bare word joins it or, with
    `bare: replace`, is all that is left of it.
    """

    separator: str = ""
    trim: bool = False
    case: str = "sensitive"
    until: str = ""
    add: str = ""
    remove: str = ""
    bare: str = "add"
    pattern: bool = False


class Replacement(NamedTuple):
    """A value that may be written in the place of an older one of its type: what it `needs` to be known, and why it is
    `unsafe`, if it changes more than the versions. `bare`: the name is known everywhere, so it may also take the place
    of a plain number. `kept` is for the opposite: a value that is never replaced, since it is something else."""

    key: Key
    needs: Condition | None = None
    unsafe: str = ""
    bare: bool = False
    kept: bool = False


class Vocabulary(NamedTuple):
    """Value -> versions of one library. `flags` judges numbers bit by bit, `fields` cut a packed number.

    `unknown` is what a text means that has no entry: a list that holds a refused word is then refused as a whole; one
    that names nothing adds nothing. With `resembling` it counts only for texts that fit one of these patterns (`*` for
    anything, in any case); any other is not known.
    `guards` are the versions that a text switches off by naming them: those it leaves out become possible. `spans` is a
    method that gives all versions from its receiver to its argument: `V12.DownTo(V10)`. `fixes` are the values that
    may be written in the place of older ones. `since` is what must hold for a name to be there at all, `lacking` what
    it means where a claim says that it is not. `refused` is what a number means that has a flag, if that holds.
    """

    id: str
    entries: dict[Key, Meanings]
    flags: tuple[tuple[int, VersionSet], ...] = ()
    fields: tuple[Field, ...] = ()
    syntax: Syntax = Syntax()
    coerce: str = ""
    unknown: Meaning | None = None
    guards: VersionSet = NO_VERSIONS
    spans: str = ""
    fixes: tuple[Replacement, ...] = ()
    since: tuple[tuple[Key, Condition], ...] = ()
    resembling: tuple[str, ...] = ()
    lacking: Meaning | None = None
    refused: tuple[tuple[int, Meanings], ...] = ()


class Where(NamedTuple):
    """A condition on another argument: its position or name, and the keys it may be, or the patterns (`*` for
    anything, in any case) that its text may fit. An `optional` one also holds where nothing is passed there."""

    position: int | None
    argument: str
    keys: tuple[Key, ...] = ()
    like: tuple[str, ...] = ()
    optional: bool = False


class Sink(NamedTuple):
    """An API slot that configures the version.

    `name` is the dotted API (or the option path, the setting, the parameter), `written` the same as its language
    writes it; `of` are the calls an option belongs to, `arity` the least number of arguments that the overload in
    question takes. `initial` is the number that flag operators start from, by condition; `bare` is what a call means
    that passes no argument, `means` what one means whatever it passes; `adds` says that a write joins what was set
    before instead of replacing it, `overloaded` that other overloads take something else in the same place; `order` is
    when the library applies the setting, whatever the code's order; a `presumed` role is that of most such objects,
    unless what takes one tells another.

    The others narrow where a sink is met: a `sure` one only where the code tells the receiver, an `untold` one only
    where it leaves that open, a `known` one only by values that the vocabulary knows, a `named` one only where a
    variable or the function around is called so, a `chained` one only on what a call gives and nothing keeps, an
    `outermost` option only under no other key. All conditions of `where` must hold and none of `unless`, where one
    that names no values holds of whatever is passed. `files` are patterns of files; the text of a file must hold
    something of `beside` and nothing of `without`; of the files that use its class, one must hold something of
    `users_hold`, and none anything of `users_without`. Of calls that tell a side, `object` is the argument whose side
    is told, not the receiver, and one of `members` must be called on what the call makes. `idle` are members of what
    the call makes that connect nothing: where no other is used, nothing is set. `settled` are calls that give what is
    made of it a setting of its own: where all of that gets one, this one is of no account, and a sink with `despite`
    is met only then, where one of these is done on the way. Of what is known to be done with it, some must be among
    `done` and all else be idle, and nothing among `undone`. A `witness` among uses of defaults is none itself: it
    tells of the object that it is called on whether that is one. `addressed` is how the object is given addresses:
    where all of them do without TLS, nothing is set.
    """

    form: Form
    name: str
    position: int | None = None
    argument: str = ""
    rest: bool = False
    of: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    arity: int = 0
    configures: Kind | None = None
    vocabulary_of: Callable[[], Vocabulary] | None = None
    role: Role | None = None
    effect: str = ""
    when: Condition | None = None
    initial: tuple[tuple[Condition | None, int], ...] = ()
    anchors: tuple[str, ...] = ()
    bare: Meanings = ()
    means: Meanings = ()
    adds: bool = False
    overloaded: bool = False
    presumed: bool = False
    sure: bool = False
    known: bool = False
    order: int = 0
    written: str = ""
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    chained: bool = False
    untold: bool = False
    outermost: bool = False
    witness: bool = False
    unless: tuple[Where, ...] = ()
    idle: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    users_hold: tuple[str, ...] = ()
    users_without: tuple[str, ...] = ()
    object: Where | None = None
    members: tuple[str, ...] = ()
    addressed: Addressing | None = None

    @property
    def vocabulary(self) -> Vocabulary | None:
        """What values mean to it, where that is not what they mean to its rule: made when it is first asked for."""
        return self.vocabulary_of() if self.vocabulary_of is not None else None


class Fold(NamedTuple):
    """How a rule's write joins other sites on the same object: a group name, what it resets, whether it is refused
    once the object is pinned to one version, whether the site makes a new object, and whether objects go by the text
    that the sink's `like` compares (the key of a registry). A setting of the whole `process` may be used between two
    writes: only writes on lines that follow each other join, or with nothing but values that are set between them. Of a
    `local` one, only writes of one function join: which of the others ran before is not known."""

    group: str
    resets: tuple[str, ...] = ()
    pinned: str = ""
    starts: bool = False
    like: bool = False
    process: bool = False
    local: bool = False


class Example(NamedTuple):
    """Annotated code of a rule: language, a file name, the text, and where it stands in the pack."""

    language: str
    file: str
    code: str
    line: int


class BaseRow(NamedTuple):
    """What a library offers by default and can offer at most, under a condition.

    `server` is what its servers accept by default, where that differs; `patched` what an update that the version does
    not tell adds to what is possible, `shipped` that current systems have it. An `exact` row counts only where such a
    very version is claimed, not a series of them. `through` names what offers that, where other means offer more, and
    `chooser` who says what of it is offered, if the library leaves that to somebody.
    `note` and `remedy` are for people: what to know of it, and what helps short of an upgrade.
    """

    when: Condition | None
    offered: VersionSet
    possible: VersionSet
    server: VersionSet = NO_VERSIONS
    patched: VersionSet = NO_VERSIONS
    shipped: bool = False
    exact: bool = False
    through: str = ""
    chooser: str = ""
    note: str = ""
    remedy: str = ""
    references: tuple[str, ...] = ()


class Base(NamedTuple):
    """The versions of one library by product version; the first row that holds counts. `bundled` are products
    that bring their own of it: where one of them is claimed, no version need be assumed."""

    id: str
    title: str
    products: tuple[str, ...]
    rows: tuple[BaseRow, ...]
    bundled: tuple[str, ...] = ()


class Remedy(NamedTuple):
    """What to do, where TLS 1.2 is to be reached and where TLS 1.3 is; often the same text. `{floor}` and `{minor}` in
    it stand for that version (`TLS 1.2`) and its last digit (`2`). `default` is what to do instead where TLS 1.2 is
    to be reached and the value leaves the versions to a claimed runtime that offers older ones; empty for the same.
    `client` and `server` are both again where it is known that the setting is one of that side; none for the same."""

    modern: str
    newest: str
    default: str = ""
    client: tuple[str, ...] = ()
    server: tuple[str, ...] = ()


class Former(NamedTuple):
    """What people call the versions of a product before one: .NET was .NET Core before 5."""

    name: str
    before: str


class Mistaken(NamedTuple):
    """Versions that a product never had, and the product that who names them means."""

    versions: Condition
    product: str


class Heeded(NamedTuple):
    """What alone heeds a setting of a whole program on a product, by the words with which code calls that; the `note`
    says so. With `references` that is so only in programs that reference nothing beyond these assemblies and
    packages."""

    product: str
    by: tuple[str, ...]
    note: str
    references: tuple[str, ...] = ()


class Rule(NamedTuple):
    """One sink family with its vocabulary and its texts. `sides` are patterns of the text that a sink's `like`
    compares, or of the constants in its value, by the side of a connection that they tell. A use of a default is a
    rule, too: its sinks have no slot, and it is `governed` by rules about settings of the whole program that decide
    for it (`RULE CALL`: by what that call alone sets). A claimed product is `optional` if most of what uses it does
    without TLS, and matters only where that is `proven` if most programs on it connect to nothing; of one that is
    `relied`, all is silent but for that code. Of a `sole` one, nothing but code sets the versions: no property from
    outside does."""

    id: str
    title: str
    pack: str
    library: str
    languages: tuple[str, ...]
    configures: Kind
    vocabulary_of: Callable[[], Vocabulary]
    base_of: Callable[[], Base]
    role: Role
    sinks: Sequence[Sink]
    message: str
    remediation: Remedy
    references: tuple[str, ...]
    evidence: str
    examples: tuple[Example, ...]
    origin: str
    holes: str = "kept"
    fold: Fold | None = None
    note: str = ""
    sides: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    former: Former | None = None
    governed: tuple[str, ...] = ()
    mistaken: Mistaken | None = None
    optional: bool = False
    proven: bool = False
    relied: bool = False
    sole: bool = False
    speaks: tuple[str, ...] = ()
    heeded: tuple[Heeded, ...] = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """What values mean to it: made when it is first asked for, since what finds sites needs none."""
        return self.vocabulary_of()

    @property
    def base(self) -> Base:
        """What its library offers by default; as its vocabulary."""
        return self.base_of()

    @property
    def is_use(self) -> bool:
        """Whether it tells uses of a default, and finds nothing by itself."""
        return self.configures is Kind.DEFAULT and bool(self.languages)

    def called(self, version: str) -> str:
        """The library's name at a version."""
        former = self.former
        older = former is not None and compare(version_key(version), version_key(former.before)) < 0
        return former.name if former is not None and older else self.library
