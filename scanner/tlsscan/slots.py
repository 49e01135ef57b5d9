"""Sites meet sinks: which rule a site may belong to, and what fills the slot that the rule reads."""

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from tlsscan.languages import CASELESS, same_word
from tlsscan.model import (
    AGAIN,
    GUESSED,
    LOOSE,
    NAMED,
    PLAIN,
    RESTORED,
    SETTLED,
    THROWN_AWAY,
    UNUSED,
    Argument,
    Confidence,
    Form,
    Kind,
    Site,
)
from tlsscan.products import Runtimes
from tlsscan.reading import Reading
from tlsscan.records import NamedTuple
from tlsscan.reporting import reports
from tlsscan.rules import Rule, Sink, Vocabulary, Where
from tlsscan.sinks import SinkIndex, asks_users, fits, libraries, users_sign
from tlsscan.sinktable import CALLED
from tlsscan.values import Listing, Name, Null, Operation, Parameter, Value, is_callers, strip


class Hit(NamedTuple):
    """A site with the sink it met, and what its value may be read as."""

    site: Site
    rule: Rule
    sink: Sink
    argument: Argument
    confidence: Confidence
    ground: int = NAMED
    readings: tuple[Reading, ...] = ()
    built: bool = False
    """Whether several statements put the value together."""
    sided: bool = False
    """Whether what is done with the object tells the side."""

    @property
    def kind(self) -> Kind:
        """What its value configures."""
        return self.sink.configures or self.rule.configures

    @property
    def vocabulary(self) -> Vocabulary:
        """What its value is read by."""
        return self.sink.vocabulary or self.rule.vocabulary

    @property
    def certain(self) -> bool:
        """Whether it is known what the site writes, so that it can fold with others."""
        one = len(self.readings) == 1
        return one and not self.readings[0].unresolved and not self.readings[0].effect and not self.sink.effect


def _ground(site: Site, sink: Sink, confidence: Confidence) -> int:
    """What speaks for a sink's library: the receiver, or the file; nothing need if any receiver will do."""
    words = libraries(sink, site.language)
    path = sink.form is Form.ASSIGN and sink.name.startswith("*.") and sink.name.count(".") > 2  # `*.auth.ssl.version`
    told = (bool(sink.of) and not words) or path  # it belongs to what has such names, of any library
    if confidence is Confidence.HIGH or told or any(word in site.near for word in words):
        return NAMED
    return GUESSED if words else LOOSE


OTHERWISE = "what is done with the object is something else"
ANOTHER = "its other arguments, or its file, are not those of the setting"
"""Why nothing is set where a call is not the overload, or the use, that a sink means."""


def slots_at(site: Site, index: SinkIndex, runtimes: Runtimes, *, asked: bool = False) -> Iterator[Hit]:
    """The slots of a site that sinks read, before their values are looked at; if `asked`, those, too, of calls whose
    callers say what it is that they set: `curl_setopt($handle, $option, $value)`."""
    for rule, sink, confidence in met_by(site, index, runtimes):
        argument = filler_of(site, sink, runtimes, asked=asked)
        if isinstance(argument, Argument):
            unsure = site.passed is not None and not site.passed.sure and confidence is Confidence.HIGH
            unsure = unsure or (sink.overloaded and confidence is Confidence.HIGH)
            ground = _ground(site, sink, confidence)
            yield Hit(site, rule, sink, argument, Confidence.MEDIUM if unsure else confidence, ground)


def met_by(site: Site, index: SinkIndex, runtimes: Runtimes) -> list[tuple[Rule, Sink, Confidence]]:
    """The sinks that a site may be, by its names."""
    candidates = index.candidates(site, [argument.name for argument in site.arguments if argument.name])
    if site.form is Form.MENTION and not candidates:
        candidates = index.mentioned(site.arguments[0].value, runtimes, site.near)
    if not site.uses:
        return candidates
    if any(sure is Confidence.HIGH and _is_idle(site, sink) for _, sink, sure in candidates):
        return [one for one in candidates if one[1].name != "*"]  # it is known, whatever its arguments are called
    return candidates


def filler_of(site: Site, sink: Sink, runtimes: Runtimes, *, asked: bool = False) -> Argument | str:
    """What fills a sink's slot at a site, or why nothing is set there; `asked` is that of `slots_at`."""
    if sink.when is not None and not sink.effect and not runtimes.holds(sink.when):
        return "it exists under other versions of the runtime only"
    if not is_meant(site, sink, asked=asked):
        return ANOTHER
    if without := _without_effect(site, sink):
        return without
    argument = _bare(site) if sink.bare else _whole(site) if sink.means else argument_at(site, sink)
    if argument is None:
        return "nothing is passed in the place that would decide"
    if restores(site, argument.value):
        return "it puts back what was there before"
    if _forwards(site, argument.value):
        return "it hands its parameter on: whoever calls it sets the version, and is looked at instead"
    return argument


def _without_effect(site: Site, sink: Sink) -> str:
    """Why what is done with what a site sets or makes leaves it without an effect; empty where it may have one."""
    if SETTLED in site.uses and sink.settled:
        return "whatever is made of it here has a setting of its own, which is looked at instead"
    if PLAIN in site.uses and sink.addressed is not None:
        return "all addresses that the object is given are those of connections without TLS"
    if RESTORED in site.uses:
        return "what was there before is put back before anything can use it"
    if _is_idle(site, sink):
        return "what is made there never comes to a connection: the code does nothing with it that could make one"
    return "" if _is_used_so(site, sink) else OTHERWISE


def _is_idle(site: Site, sink: Sink) -> bool:
    """Whether what is made there is thrown away, or only what a sink calls idle is done with it."""
    return bool(site.uses and sink.idle) and all(use == THROWN_AWAY or use in sink.idle for use in site.uses)


def is_tried_without(hit: Hit) -> bool:
    """Whether each call that is passed what is made there is made again without it once that has failed."""
    return bool(hit.sink.idle) and any(use.startswith(AGAIN) for use in hit.site.uses)


def is_unused(site: Site, sink: Sink) -> bool:
    """Whether nothing but what is idle is done with what is made there, and members of it are set, or not even that."""
    return bool(sink.idle) and UNUSED in site.uses and all(use == UNUSED or use in sink.idle for use in site.uses)


def _is_done(site: Site, words: Collection[str]) -> bool:
    """Whether one of some words is known to be done with what is made there."""
    done = (f"{use.removeprefix(SETTLED)}(" if use.startswith(SETTLED) else use for use in site.uses)
    return bool(words) and any(use in words for use in done)


def _is_used_so(site: Site, sink: Sink) -> bool:
    """Whether what is done with what is made there is what a sink means."""
    if _is_done(site, sink.undone) or (sink.done and not _is_all_done(site, sink)):
        return False
    return not sink.despite or (SETTLED in site.uses and _is_done(site, sink.despite))


def _is_all_done(site: Site, sink: Sink) -> bool:
    """Whether it is known what is done with what is made there: what a sink asks for, beside what is idle."""
    done = set(site.uses) - set(sink.idle)
    return bool(done) and done <= set(sink.done)


def _forwards(site: Site, value: Value) -> bool:
    """Whether a method hands its parameter on to the method of that name of something else: whoever calls it sets."""
    base, _ = strip(value)
    if isinstance(base, Operation) and base.operator == "except":
        base, _ = strip(base.operands[0])
    if site.form not in CALLED or not isinstance(base, Parameter):
        return False
    if "." not in site.names[0] and base.callee is not None and base.callee.kind == "method":
        return False  # a function of no class: calls of the method are none of it, but its callers are asked
    return base.function.rpartition(".")[2] == site.names[0].rpartition(".")[2]


def restores(site: Site, value: Value) -> bool:
    """Whether a site is `X = old`, where `old` is what X held before: nothing is set anew."""
    inner, steps = strip(value)
    if not steps or site.form is not Form.ASSIGN or site.operator != "=" or not isinstance(inner, Name):
        return False
    names = [site.names, inner.names]
    own, given = [[n.lower() for n in ns] for ns in names] if site.language in CASELESS else names
    return any("." in name and not name.startswith("?") and name in given for name in own)


def argument_at(site: Site, sink: Sink) -> Argument | None:
    """What fills the sink's slot at a site."""
    if site.form not in CALLED:
        return site.arguments[0] if site.arguments else None
    if sink.rest and sink.position is not None:
        return rest_of(site, sink.position)
    for argument in site.arguments:
        if argument.name and same_word(argument.name, sink.argument, site.language):
            return argument
        if argument.position is not None and argument.position == sink.position:
            return argument
    return None


def _bare(site: Site) -> Argument | None:
    """What stands for the argument of a call that passes none: the call."""
    return None if site.arguments or site.more else _whole(site)


def _whole(site: Site) -> Argument:
    """The call in place of an argument."""
    return Argument(None, "", Null(), site.region, site.text)


def rest_of(site: Site, position: int) -> Argument | None:
    """All positional arguments from a position on, as one list."""
    given = [a for a in site.arguments if a.position is not None and a.position >= position]
    if len(given) <= 1:
        return given[0] if given else None
    first, last = given[0], given[-1]
    region = first.region._replace(
        end_line=last.region.end_line,
        end_column=last.region.end_column,
        end_utf16=last.region.end_utf16,
        end=last.region.end,
    )
    return Argument(
        first.position, "", Listing(tuple(a.value for a in given)), region, ", ".join(a.text for a in given)
    )


def only_reports(site: Site, sink: Sink) -> bool:
    """Whether an entry or an argument that no API vouches for is handed to an assertion, a log or the like."""
    if site.form is not Form.OPTION and (sink.name != "*" or site.form not in CALLED):
        return False
    names = site.owner if site.form is Form.OPTION else site.names
    return any(map(reports, names))


def is_meant(site: Site, sink: Sink, *, asked: bool = False) -> bool:
    """Whether a call is the overload that a sink means, its other arguments are what the sink demands, or may be if
    callers are `asked`, and its file is, too."""
    if sink.files and not any(fnmatchcase(site.path, pattern) for pattern in sink.files):
        return False
    if not _stands_among(site, sink) or (sink.chained and site.target.rpartition(":")[2]):
        return False
    if sink.named and not _is_named(site, sink.named):
        return False
    if sink.arity > len(site.arguments) and sink.arity > _last_of(site) + 1:  # VB.NET may leave arguments away
        return False
    may = asked and "*" not in sink.name
    if not all(_where_holds(site, where) or (may and _callers_say(site, where)) for where in sink.where):
        return False
    return not is_excepted(site, sink)


def _last_of(site: Site) -> int:
    """The position of the last argument; -1 where none has one."""
    return max((argument.position for argument in site.arguments if argument.position is not None), default=-1)


def is_excepted(site: Site, sink: Sink) -> bool:
    """Whether a call is one of those that a sink does not mean."""
    return any(_where_holds(site, where) for where in sink.unless)


def _stands_among(site: Site, sink: Sink) -> bool:
    """Whether the text of the file, and those of its users, hold what a sink demands, and nothing that it excludes."""
    if not (sink.beside or sink.without or asks_users(sink)):
        return True
    near = set(site.near)
    if asks_users(sink) and users_sign(sink) not in near:
        return False
    return (not sink.beside or not near.isdisjoint(sink.beside)) and near.isdisjoint(sink.without)


def _is_named(site: Site, patterns: Collection[str]) -> bool:
    """Whether the variable that gets what a site makes, or the function around it, is called like one of some
    patterns."""
    called = (
        text.rpartition(".")[2].replace("_", "").lower() for text in (site.target.rpartition(":")[2], site.enclosing)
    )
    return any(_is_like(name, pattern) for name in called for pattern in patterns)


def _is_like(name: str, pattern: str) -> bool:
    """Whether a name is like a pattern; one that only asks for a word inside is not worth a regular expression."""
    word = pattern.strip("*")
    if pattern == f"*{word}*" and word.isalnum():
        return word in name
    return fnmatchcase(name, pattern)


def _where_holds(site: Site, where: Where) -> bool:
    argument = argument_of(site, where)
    if argument is None:
        return where.optional and not site.more
    return fits(argument.value, where)


def _callers_say(site: Site, where: Where) -> bool:
    """Whether callers pass the constant that a condition is about."""
    argument = argument_of(site, where)
    return argument is not None and bool(where.keys) and is_callers(argument.value)


def argument_of(site: Site, where: Where) -> Argument | None:
    """The argument that a condition is about; of what is no call, the value counts as the first."""
    if site.form not in CALLED and where.position == 0:
        return site.arguments[0] if site.arguments else None
    for argument in site.arguments:
        named = bool(where.argument) and same_word(argument.name, where.argument, site.language)
        if named or (argument.position is not None and argument.position == where.position):
            return argument
    return None
