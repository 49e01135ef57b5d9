"""Uses of defaults: code that sets no version at all (`requests.get`, `new HttpClient()`), and so has those of the
runtime. They are no findings: a finding at a claim tells them as related places. Loaded only where something is claimed
or named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from tlsscan.model import Argument, Confidence, Form, Place, Site
from tlsscan.records import NamedTuple
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Rule, Sink
from tlsscan.sinks import SinkIndex
from tlsscan.slots import argument_of, is_excepted, is_meant
from tlsscan.values import MAX_NESTING, Name, Parameter, Unknown, Value, parts, strip

_GIVEN = "value"  # what a setter calls what it is given


class Use(NamedTuple):
    """A place that leaves the versions to a library, with the rules that say so; `addressed` where an address decides
    whether there is TLS at all; `enclosing` is the method around it."""

    place: Place
    api: str
    rules: tuple[Rule, ...]
    addressed: bool = False
    enclosing: str = ""


def about(book: Rulebook, claimed: Rule) -> list[Rule]:
    """The uses of defaults that depend on the version of a product that is claimed, by the rule about its claims."""
    return [rule for rule in book.defaults() if depends(rule, claimed)]


def depends(rule: Rule, claimed: Rule) -> bool:
    """Whether what a rule is about depends on the product of a rule about claims."""
    conditions = (row.when for row in rule.base.rows if row.when is not None)
    products = {*rule.base.products, *(name for when in conditions for name, _ in when.products)}
    return rule.base.id == claimed.base.id or claimed.sinks[0].name in products


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
        indices[language] = SinkIndex(language, book.sink_keys(language))
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
            all(_is_addressed(sink, clients[rule.id]) for rule, sink in own),
            site.enclosing,
        )
        for site, own in met.items()
        if (not _is_kept(site) or (site.path, site.target) not in set_on) and not plain.holds(site)
    }
    return [found[key] for key in sorted(found)]


def addresses(site: Site, index: SinkIndex) -> list[Argument]:
    """The arguments of a use, or of what tells of one, by which callers may say that it does without TLS."""
    found: dict[Argument, None] = {}
    for sink in _excepting(site, index):
        given = (argument_of(site, where) for where in sink.unless if where.like)
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
        self._kept: dict[tuple[str, str], bool] = {}
        self._chained: list[tuple[Site, bool]] = []
        self._asked: dict[tuple[str, int], list[tuple[bool, bool]]] = defaultdict(list)

    def ask(self, site: Site, index: SinkIndex) -> None:
        """What a caller says of a use, or hands on that its own callers say."""
        open_ = any(holds_parameter(argument.value) for argument in site.arguments)
        for sink in _excepting(site, index):
            self._asked[site.home, site.region.start].append((is_excepted(site, sink), open_))

    def excepts(self, site: Site, sink: Sink) -> bool:
        """Whether a use is none of those that a sink means, or none for any caller that is known."""
        told = self._asked.get((site.path, site.region.start), []) if sink.unless else []
        closed = [excepted for excepted, open_ in told if not open_]
        return is_excepted(site, sink) or (bool(closed) and all(closed))

    def add(self, site: Site, excepted: bool) -> None:
        """What a call tells of the object that it is called on."""
        key = (site.path, site.target)
        if site.target:
            self._kept[key] = excepted and self._kept.get(key, True)
        else:
            self._chained.append((site, excepted))

    def holds(self, site: Site) -> bool:
        """Whether that is so of what a site makes."""
        if site.form is not Form.NEW:
            return False
        around = (told for call, told in self._chained if call.path == site.path and _is_around(call, site))
        return next(around, bool(site.target) and self._kept.get((site.path, site.target), False))


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
    variable = site.target.rpartition(":")[2]
    after = site.text.removeprefix(variable)
    return site.form is not Form.CALL or not after.startswith((".", ":", "->")) or after == site.text


def _api(site: Site, sink: Sink) -> str:
    """What is used, as the code calls it; in full where that does not tell, or is but the last word of the name."""
    last = sink.name.rpartition(".")[2]
    short = site.form is not Form.NEW and site.text == last
    return sink.written if short or last.lower() not in site.text.lower() else site.text


def _met(site: Site, index: SinkIndex, plain: Plain) -> Iterator[tuple[Rule, Sink]]:
    names = [argument.name for argument in site.arguments if argument.name]
    for rule, sink, confidence in index.candidates(site, names):
        if sink.witness:
            if confidence is Confidence.HIGH:
                plain.add(site, plain.excepts(site, sink))
        elif rule.is_use and _hands_on(site):
            continue
        elif not rule.is_use or (
            confidence is Confidence.HIGH and is_meant(site, sink) and not plain.excepts(site, sink)
        ):
            yield rule, sink
