"""Uses of defaults: code that sets no version at all (`requests.get`, `new HttpClient()`), and so has those of the
runtime. They are no findings: a finding at a claim tells them as related places. Loaded only where something is claimed
or named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import reduce

from tlsscan.annotations import TypeAlias
from tlsscan.model import Argument, Confidence, Form, Place, Site
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Rule, Sink
from tlsscan.sinks import SinkIndex, fits
from tlsscan.slots import argument_at, argument_of, is_excepted, is_meant
from tlsscan.spelled import known_lead
from tlsscan.values import (
    MAX_NESTING,
    Choice,
    Invocation,
    Name,
    Operation,
    Parameter,
    Text,
    Unknown,
    Value,
    parts,
    strip,
)

Plainly: TypeAlias = "frozenset[str] | None"
"""Whether something does without TLS: the settings that have to say so (it surely does if there are none); None where
nothing says so."""

_GIVEN = "value"  # what a setter calls what it is given
_SURELY: frozenset[str] = frozenset()
_SETTING = lazy(r"(?:^|\.)(?:My)?Settings\.(?:Default\.)?(\w+)$")
_KEEPS = lazy(r"(?:^|\.)(?:Parse|ToBoolean|Uri|Format|Concat|\w*Combine)$")
"""What these make of a text means what the text does, or begins with it."""

_FOLDERS = frozenset(
    {
        "GetDirectoryName", "GetFullPath", "GetTempPath", "GetTempFileName", "GetFolderPath", "GetCurrentDirectory",
        "MapPath", "StartupPath", "ExecutablePath", "BaseDirectory", "CurrentDirectory", "DirectoryPath",
    }
)  # fmt: skip
"""What gives the beginning of a path of a file."""


class Use(NamedTuple):
    """A place that leaves the versions to a library, with the rules that say so; `addressed` where an address decides
    whether there is TLS at all; `enclosing` is the method around it."""

    place: Place
    api: str
    rules: tuple[Rule, ...]
    addressed: bool = False
    enclosing: str = ""
    settings: frozenset[str] = _SURELY


def about(book: Rulebook, claimed: Rule) -> list[Rule]:
    """The uses of defaults that depend on the version of a product that is claimed, by the rule about its claims."""
    return [rule for rule in book.defaults() if depends(rule, claimed)]


def depends(rule: Rule, claimed: Rule) -> bool:
    """Whether what a rule is about depends on the product of a rule about claims."""
    return rule.base.id == claimed.base.id or claimed.sinks[0].name in products_of(rule)


def products_of(rule: Rule) -> set[str]:
    """The products on whose versions it depends what a rule's base offers."""
    conditions = (row.when for row in rule.base.rows if row.when is not None)
    return {*rule.base.products, *(name for when in conditions for name, _ in when.products)}


def uses_of(sites: Iterable[Site], book: Rulebook, ids: Collection[str]) -> list[Use]:
    """The uses among sites, by place; the book has them among its rules. An object on which something is set is not
    left to a default, and one of which all witnesses say that it does without TLS does not matter; nor does what all
    callers that are known use without."""
    indices: dict[str, SinkIndex] = {}
    met: dict[Site, list[tuple[Rule, Sink]]] = {}
    set_on: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    plain = Plain()
    every_site = list(sites)
    for language in {site.language for site in every_site}:
        indices[language] = SinkIndex(language, book)
    for site in (site for site in every_site if site.passed is not None):
        plain.ask(site, indices[site.language])
    for site in (site for site in every_site if site.passed is None):
        every = list(_met(site, indices[site.language], plain))
        own = {rule.id: (rule, sink) for rule, sink in every if rule.is_use and rule.id in ids}
        if own:
            met[site] = list(own.values())
        elif site.target and any(not rule.is_use for rule, _ in every):
            set_on[site.path, site.target].add((site.region.start, site.region.end))
    clients = {name: _clients(rule) for name, rule in {r.id: r for own in met.values() for r, _ in own}.items()}
    found = {
        (site.path, site.region.start): Use(
            Place(site.path, site.region),
            _api(site, own[0][1]),
            tuple(rule for rule, _ in own),
            any(_is_addressed(sink, clients[rule.id]) for rule, sink in own),
            site.enclosing,
            plain.rests_on(site, [sink for _, sink in own]) or _SURELY,
        )
        for site, own in met.items()
        if (not _is_kept(site) or (site.path, site.target) not in set_on) and plain.holds(site) != _SURELY
    }
    return [found[key] for key in sorted(found)]


def addresses(site: Site, index: SinkIndex) -> list[Argument]:
    """The arguments of a use, or of what tells of one, by which callers may say that it does without TLS."""
    found: dict[Argument, None] = {}
    for sink in _excepting(site, index):
        given = (argument_of(site, where) for where in sink.unless)
        found.update((argument, None) for argument in given if argument is not None and not is_excepted(site, sink))
    return list(found)


def _excepting(site: Site, index: SinkIndex) -> Iterator[Sink]:
    """The sinks of uses that a site surely meets and that do not mean some values."""
    names = [argument.name for argument in site.arguments if argument.name]
    for rule, sink, confidence in index.candidates(site, names):
        if rule.is_use and sink.unless and confidence is Confidence.HIGH:
            yield sink


def _clients(rule: Rule) -> frozenset[str]:
    """The classes whose methods are given addresses."""
    return frozenset(sink.name.rpartition(".")[0] for sink in rule.sinks if sink.witness)


def _is_addressed(sink: Sink, clients: Collection[str]) -> bool:
    """Whether an address decides if a use is with TLS: that which it is given, or its methods are."""
    return sink.name in clients or any(text.startswith("http:") for where in sink.unless for text in where.like)


class Plain:
    """What is made and then used without TLS alone, as far as calls on it tell: by the variable that keeps it, or the
    place where it is made and used at once. And what is used so by all callers."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Plainly] = {}
        self._chained: list[tuple[Site, Plainly]] = []
        self._asked: dict[tuple[str, int], list[tuple[Plainly, bool]]] = defaultdict(list)

    def ask(self, site: Site, index: SinkIndex) -> None:
        """What a caller says of a use, or hands on that its own callers say."""
        open_ = any(holds_parameter(argument.value) for argument in site.arguments)
        for sink in _excepting(site, index):
            self._asked[site.home, site.region.start].append((_said(site, sink), open_))

    def says(self, site: Site, sink: Sink) -> Plainly:
        """Whether a use is none of those that a sink means, or none for any caller that is known."""
        own = _said(site, sink)
        told = self._asked.get((site.path, site.region.start), []) if sink.unless and own is None else []
        closed = [plain for plain, open_ in told if plain is not None or not open_]
        return reduce(_both, closed) if closed else own

    def add(self, site: Site, plain: Plainly) -> None:
        """What a call tells of the object that it is called on."""
        key = (site.path, site.target)
        if site.target:
            self._kept[key] = _both(plain, self._kept.get(key, _SURELY))
        else:
            self._chained.append((site, plain))

    def holds(self, site: Site) -> Plainly:
        """Whether that is so of what a site makes."""
        if site.form is not Form.NEW:
            return None
        around = (told for call, told in self._chained if call.path == site.path and _is_around(call, site))
        return next(around, self._kept.get((site.path, site.target)) if site.target else None)

    def rests_on(self, site: Site, sinks: Iterable[Sink]) -> Plainly:
        """The settings that say whether a use does without TLS, as far as any do."""
        made = self.holds(site)
        return made if made is not None else reduce(_both, (self.says(site, sink) for sink in sinks))


def _both(one: Plainly, other: Plainly) -> Plainly:
    return one | other if one is not None and other is not None else None


def _said(site: Site, sink: Sink) -> Plainly:
    """Whether a site itself says that it is none of those that a sink means."""
    if is_excepted(site, sink):
        return _SURELY
    given = [argument for argument in (argument_of(site, where) for where in sink.unless) if argument is not None]
    if any(is_path(argument.value) for argument in given):
        return _SURELY
    told = [settings_of(argument.value) for argument in given]
    return next((settings for settings in told if settings), None)


def settings_of(value: Value, depth: int = 0) -> Plainly:
    """The settings of a program's configuration that a value is, or begins with; None if that is not so."""
    value, _ = strip(value)
    if depth > MAX_NESTING:
        return None
    if isinstance(value, Unknown):
        return frozenset({value.open_by}) if value.open_by else None
    if isinstance(value, Name):
        named = filter(None, map(_SETTING.search, value.names))
        return next((frozenset({found[1]}) for found in named), None)
    if isinstance(value, Choice):
        return reduce(_both, (settings_of(arm.value, depth + 1) for arm in value.arms))
    if isinstance(value, Operation) and value.operator == "join" and value.operands:
        return settings_of(value.operands[0], depth + 1)
    if not isinstance(value, Invocation) or not value.arguments:
        return None
    first, name = value.arguments[0], value.names[0]
    if name.endswith(("AppSettings", "AppSettings.Get")):
        key = strip(first)[0]
        return frozenset({key.text}) if isinstance(key, Text) else None
    return settings_of(first, depth + 1) if _KEEPS.search(name) is not None else None


def is_path(value: Value, depth: int = 0) -> bool:
    """Whether a value begins with what gives a folder or a file of the machine itself."""
    value, _ = strip(value)
    if depth > MAX_NESTING:
        return False
    if isinstance(value, Choice):
        return bool(value.arms) and all(is_path(arm.value, depth + 1) for arm in value.arms)
    if isinstance(value, Operation) and value.operator == "join" and value.operands:
        return is_path(value.operands[0], depth + 1)
    if isinstance(value, Invocation):
        last = value.names[0].rpartition(".")[2]
        return last in _FOLDERS or (last == "Combine" and any(is_path(one, depth + 1) for one in value.arguments[:1]))
    return isinstance(value, Name) and any(name.rpartition(".")[2] in _FOLDERS for name in value.names)


def _is_around(call: Site, made: Site) -> bool:
    """Whether a call is made on what another site makes: the text before its name is that, perhaps in parentheses."""
    return call.region.start <= made.region.start <= call.region.start + 1 and made.region.end <= call.region.end


def holds_parameter(value: Value, depth: int = 0) -> bool:
    """Whether callers decide a part of a value."""
    if isinstance(value, Parameter):
        return value.callee is not None
    return depth < MAX_NESTING and any(holds_parameter(part, depth + 1) for part in parts(value))


def _hands_on(site: Site) -> bool:
    """Whether a property gives what another one of its name has, or sets that to whatever it is set to itself: who
    does that is looked at."""
    if site.form is not Form.ASSIGN or not site.arguments:
        return False
    given, _ = strip(site.arguments[0].value)
    if isinstance(given, Unknown):
        return given.open_by == _GIVEN
    own = [name for name in site.names if not name.startswith("?")]
    return isinstance(given, Name) and (given.names[-1].lower() == _GIVEN or any(name in own for name in given.names))


def _is_kept(site: Site) -> bool:
    """Whether a variable keeps what a call makes, so that more may be set on it; else a call's target is what it is
    called on."""
    variable = site.variable.rpartition(":")[2]
    after = site.text.removeprefix(variable)
    return site.form is not Form.CALL or not after.startswith((".", ":", "->")) or after == site.text


def _is_beside(site: Site, sink: Sink) -> bool:
    """Whether a call surely is no witness: what it is given begins otherwise than a sink demands."""
    given = ((where, argument_of(site, where)) for where in sink.where if where.like)
    told = ((where, one.value) for where, one in given if one is not None and known_lead(one.value)[0])
    return any(not fits(value, where) for where, value in told)


def _api(site: Site, sink: Sink) -> str:
    """What is used, as the code calls it; in full where that does not tell, or is but the last word of the name."""
    last = sink.name.rpartition(".")[2]
    short = site.form is not Form.NEW and site.text == last
    return sink.written if short or last.lower() not in site.text.lower() else site.text


def _is_entry(site: Site) -> bool:
    """Whether a site is an entry of a table that a call spreads: the call is a site of its own."""
    return site.form is Form.CALL and any(given.name and given.region == site.region for given in site.arguments)


def _may_be_set(site: Site, candidates: Iterable[tuple[Rule, Sink, Confidence]]) -> bool:
    """Whether what a call spreads may hold the version: `ssl.wrap_socket(sock, **options)`."""
    return site.more and any(
        not rule.is_use and sure is Confidence.HIGH and sink.argument and argument_at(site, sink) is None
        for rule, sink, sure in candidates
    )


def _met(site: Site, index: SinkIndex, plain: Plain) -> Iterator[tuple[Rule, Sink]]:
    names = [argument.name for argument in site.arguments if argument.name]
    candidates = index.candidates(site, names)
    unknown = _is_entry(site) or _may_be_set(site, candidates)
    for rule, sink, confidence in candidates:
        if sink.witness:
            if confidence is Confidence.HIGH and not _is_beside(site, sink):
                plain.add(site, plain.says(site, sink))
        elif confidence is not Confidence.HIGH or (rule.is_use and (unknown or _hands_on(site))):
            continue
        elif not rule.is_use or (is_meant(site, sink) and plain.says(site, sink) != _SURELY):
            yield rule, sink
