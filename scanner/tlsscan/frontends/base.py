"""What all frontends share: paths to anchors, names resolved backwards from their use, sites from drafts.

A frontend knows the syntax of one language and nothing of TLS. It names node kinds and fields only in
comparisons with `.type`, in tables whose names end in KINDS, and in calls of `field`: a contract test checks them
against the installed grammar.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence

from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.clauses import exclude, never
from tlsscan.frontends.branches import Branches
from tlsscan.frontends.grammars import Language, Node, Parser
from tlsscan.frontends.lowering import ABSENT, Context, Kinds, since, sole
from tlsscan.frontends.speaker import Definition, Dialect, Knows, Wish, anything
from tlsscan.frontends.unit import SNIPPET, Binding, Path, Unit, children, few, field, text_of
from tlsscan.model import PLAIN, Addressing, Argument, Form, Site
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile
from tlsscan.values import Callee, Choice, Operation, Unknown, Value, Via, is_loop, strip

if TYPE_CHECKING:
    from abc import ABC

    from tlsscan.frontends.kept import Style
else:
    ABC = object  # to look for what is abstract in thirty classes would take a fiftieth of a run on five files

SETTING_FORMS = frozenset({Form.CALL, Form.NEW, Form.OPTION, Form.ASSIGN})
MAX_RENAMES = 40  # new anchors found in one file


class Draft(NamedTuple):
    """A construct around an anchor, before its values are looked at: enough to ask whether any sink wants it."""

    form: Form
    names: tuple[str, ...]
    node: Node
    label: Node
    arguments: "tuple[RawArgument, ...]" = ()
    operator: str = "="
    option: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    target: str = ""
    caption: str = ""  # the API as a person reads it, where no single node (`label`) holds it
    receiver: str = ""
    more: bool = False

    def wants(self) -> tuple[str, ...]:
        """The names of the arguments, for sinks that are known by their argument."""
        return tuple(argument.name for argument in self.arguments if argument.name)


class RawArgument(NamedTuple):
    """One argument of a draft: the node that holds the value, its name if it has one, its position if it has one."""

    position: int | None
    name: str
    node: Node
    rest: bool = False
    value: Value | None = None


Wanted: TypeAlias = Callable[[Draft], Wish | bool | None]


class Frontend(Branches, ABC):
    """One language: from bytes and anchors to sites."""

    language = ""
    loop_kinds: frozenset[str] = frozenset()
    turn_kinds: frozenset[str] = frozenset()  # what runs once for each of several things
    plain_kinds: frozenset[str] = frozenset()  # statements that only set something, unless they hold one of the next
    acting_kinds: frozenset[str] = frozenset()  # what may run anything: calls, creations, jumps
    try_kinds: frozenset[str] = frozenset()  # whose first child is what is tried
    keeping: "Style | None" = None  # how an object keeps what its constructor is given
    compared_kinds: frozenset[str] = frozenset()  # what a condition may compare; none: nothing is said of its default
    sides_by_use = False  # whether what an object is passed to may tell its side of a connection
    follows_objects = False  # whether an object is followed to what takes it, wherever that is in the file
    tells_rest = False  # whether a value that later ones may replace is told with what leaves it
    defaults_outside = False  # whether the default of a parameter is evaluated where its function is defined
    prefixed_calls = False  # whether functions begin with the name of the library whose object they take first
    capital_calls = False  # whether methods are .NET's, which begin with a capital, as classes do
    bare_calls = False  # whether a member is called without parentheses
    definition_hint = rb"\s*(?::[^=\n]{0,80})?=[^=~]"  # what follows the word where a constant gets its value

    def __init__(self) -> None:
        self._parser = Parser(self.grammar())

    @staticmethod
    @abstractmethod
    def grammar() -> Language:
        """The tree-sitter grammar; imported only when a file of the language is parsed."""

    @abstractmethod
    def lower(self, context: Context, node: Node) -> Value:
        """The value of an expression node. What is not understood is Unknown with a reason."""

    @abstractmethod
    def bind(self, unit: Unit, path: Path) -> Iterable[Binding]:
        """The bindings that the identifier at the end of a path makes; none if it is a use."""

    @abstractmethod
    def drafts(self, unit: Unit, path: Path) -> Iterable[Draft]:
        """Drafts of the construct that the last node of `path` is; none if it is none."""

    def parse(self, source: SourceFile) -> Unit:
        """The file as a unit."""
        return Unit(self, source, self._parser.parse(source.data))

    def readings(self, unit: Unit) -> Sequence[Unit]:
        """All ways in which a file was read: one, unless something in it stands for either of two texts."""
        return (unit,)

    def qualify(self, unit: Unit, word: str) -> tuple[str, ...]:
        """Names that an unbound word may stand for: itself, and what wildcard imports may bring."""
        return (word,)

    def same_word(self, node: Node, name: str) -> bool:
        """Whether a leaf stands for a name although its text differs (`$name`, `@name`, `:name`)."""
        return text_of(node).lstrip("$@:") == name

    def sees(self, binding: Binding, path: Path) -> bool:
        """Whether a binding whose scope covers a use is visible there by its bare name."""
        return True

    def met(self, unit: Unit, bindings: list[Binding], path: Path) -> list[Binding]:
        """The bindings of a name that a use at the end of a path may meet, in the order in which they run."""
        return bindings

    def reached(self, unit: Unit, binding: Binding) -> Callee | None:
        """How callers reach the parameter that a binding is; None where nothing tells, as for those of lambdas."""
        kinds = self.function_kinds
        level = next((i for i in range(len(binding.path) - 1, -1, -1) if binding.path[i].type in kinds), None)
        listing = field(binding.path[level], "parameters") if level is not None else None
        if level is None or listing is None:
            return None
        items = children(listing)
        at = next((i for i, item in enumerate(items) if item.start_byte <= binding.offset <= item.end_byte), None)
        return self.called(unit, binding.path[: level + 1], items, at) if at is not None else None

    def called(self, unit: Unit, path: Path, parameters: Sequence[Node], at: int) -> Callee | None:
        """How callers reach one of the parameters of the function at the end of a path; None if they cannot."""
        return None

    def scope_range(self, node: Node | None, unit: Unit) -> tuple[int, int]:
        """The byte range of a scope node; the whole file for None."""
        if node is None:
            return (0, unit.root.end_byte + 1)
        return (node.start_byte, node.end_byte)

    # -- anchors -> sites ------------------------------------------------------------------------------------

    def sites(
        self, unit: Unit, anchors: Sequence[tuple[int, int]], wanted: Wanted, knows: Knows = anything
    ) -> Iterator[Site]:
        """The sites around the anchors (byte ranges) that some sink wants, in program order, each once.

        Where an import or an assignment renames what stands at an anchor, the new name becomes an anchor too. Of an
        object that is made at one, the attributes that are set are looked at: `context.options |= 0x8000000`.
        """
        unit.knows = knows
        seen: set[tuple[int, int, Form, str]] = set()
        found: list[Site] = []
        queue = [start for start, _ in anchors]
        renamed: set[str] = set()
        visited: set[int] = set()
        looked: set[tuple[int, bool]] = set()
        while queue:
            offset = queue.pop()
            if offset in visited:
                continue
            visited.add(offset)
            unit.begin()
            path = unit.path_at(offset)
            if "comment" in path[-1].type:
                continue
            found.extend(self._sites_on(unit, path, wanted, seen, looked))
            for word in self.renamed(unit, path):
                if word not in renamed and len(renamed) < MAX_RENAMES:
                    renamed.add(word)
                    queue.extend(few(unit.occurrences(word), word))
            queue.extend(unit.attributes_set(self.made(path)))
            if self.sides_by_use:
                queue.extend(unit.places_passed(self.made(path)))
        found.sort(key=lambda site: (site.region.start, site.region.end))
        targets = [site.target for site in found if site.target]
        if len(set(targets)) < len(targets):
            from tlsscan.frontends.using import with_uses

            yield from with_uses(unit, found)
            return
        yield from found

    def _sites_on(
        self,
        unit: Unit,
        path: Path,
        wanted: Wanted,
        seen: set[tuple[int, int, Form, str]],
        looked: set[tuple[int, bool]],
    ) -> Iterator[Site]:
        """The sites of the nodes of a path, from its end; where another path ran through a node, that was seen to."""
        for level in range(len(path), 0, -1):
            node, leaf = path[level - 1], level == len(path)
            if (node.id, leaf) in looked:
                break
            looked.add((node.id, leaf))
            for draft in self._drafts_at(unit, path[:level], leaf):
                key = (draft.node.start_byte, draft.node.end_byte, draft.form, ".".join(draft.option) or draft.names[0])
                wish = wanted(draft) if key not in seen else None
                if wish and not self.is_dead(path[:level]):
                    seen.add(key)
                    for site in self._site(unit, path[:level], draft, wish):
                        yield site
                        yield from self._taking(unit, path[:level], draft, wish, site, wanted)
            if node.type in self.function_kinds or node.type in self.class_kinds:
                break

    def _taking(
        self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool, site: Site, wanted: Wanted
    ) -> Iterator[Site]:
        """The sites of what takes the object of a site, where some sink leaves its side open."""
        if not self.follows_objects or draft.form not in SETTING_FORMS or isinstance(wish, bool) or not wish.open_sides:
            return
        if site.identity in unit.followed and (draft.form is Form.ASSIGN or draft.receiver == draft.target != ""):
            return
        unit.followed.add(site.identity)
        for around, taking in self.takers(unit, path, draft):
            asked = wanted(taking)
            made = self._taken(unit, around, taking, asked) if asked and not isinstance(asked, bool) else None
            if made is not None:
                passed, called = (site.identity, "") if taking.option[0] else ("", site.identity)
                yield made._replace(handed=passed, receiver=called)

    def _taken(self, unit: Unit, path: Path, draft: Draft, wish: Wish) -> Site | None:
        """The site of what takes an object: no more of it than tells a side."""
        arguments = [self._looked_at(unit, path, raw, wish) for raw in draft.arguments]
        if any(wish.refuses(one.position, one.name, one.value) for one in arguments):
            return None
        return Site(
            form=draft.form,
            names=draft.names,
            text="",
            path=unit.source.path,
            language=self.language,
            region=unit.region(draft.node),
            arguments=tuple(arguments),
            option=draft.option,
            members=self.members_called(unit, path) if wish.asks_members else (),
            more=draft.more,
            blocks=self._blocks_that_may_not_run(path),
        )

    def takers(self, unit: Unit, path: Path, draft: Draft) -> list[tuple[Path, Draft]]:
        """What takes the object of a draft at the end of a path, each as a draft at the end of its own path; its option
        is the argument that the object is, an empty text where the object is what a member is called on."""
        return []

    def _drafts_at(self, unit: Unit, path: Path, leaf: bool) -> Iterator[Draft]:
        yield from self.drafts(unit, path)
        if leaf:
            node = path[-1]
            name = self.defines(unit, path)
            if name:
                yield Draft(Form.DECLARATION, (name,), node, node)
            yield Draft(Form.MENTION, (text_of(node)[:SNIPPET],), node, node, (RawArgument(None, "", node),))

    def _site(self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool) -> Iterator[Site]:
        """The site of a draft, unless the value of an argument rules it out, or nothing ever runs it. Only wanted
        arguments are looked at."""
        compiled = self.compiled(unit, draft.node)
        if never(compiled):
            return
        unit.compiled = compiled
        arguments = self._arguments(unit, path, draft, wish)
        unit.compiled = ""
        if arguments is None:
            return
        end = self.ensured(unit, path) if draft.form is Form.ASSIGN else 0
        blocks = self._blocks_that_may_not_run(path[: end + 1] if end else path)
        kinds = Kinds(self.plain_kinds, self.acting_kinds, self.if_kinds, self.try_kinds)
        step = sole(path, end, kinds) if draft.form is Form.ASSIGN else 0
        yield Site(
            form=draft.form,
            names=draft.names,
            text=" ".join(_caption(unit, draft).split())[:SNIPPET],
            path=unit.source.path,
            language=self.language,
            region=unit.region(draft.node),
            arguments=tuple(arguments),
            operator=draft.operator,
            option=draft.option,
            owner=draft.owner,
            enclosing=self.enclosing(path),
            target=draft.target,
            receiver=draft.receiver,
            handed=self._handed(unit, path, draft, wish),
            members=self.members_called(unit, path) if not isinstance(wish, bool) and wish.asks_members else (),
            more=draft.more,
            blocks=blocks,
            alone=len(blocks) - len(self._blocks_that_may_not_run(path[: step + 1])) if step else 0,
            guard=self.guard(path) or self._compiled_for_older(compiled),
            condition=self._where(path[:end] if end else path),
            defaults=(*self.defaults(path), *self.unasked(Context(unit, path))),
            since=self.sets_since(path, draft, step or end),
            uses=self._used(unit, path, draft, wish) if not isinstance(wish, bool) and len(path) > 1 else (),
            compiled=compiled,
            wary=self.is_wary(unit, path),
            idle=self.idle(unit, path),
        )

    def _arguments(self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool) -> list[Argument] | None:
        """The arguments of a draft that are wanted; None if the value of one rules it out."""
        arguments: list[Argument] = []
        for raw in draft.arguments:
            made = self._looked_at(unit, path, raw, wish)
            if is_loop(made.value):
                made = made._replace(value=self._turned(unit, path, draft, made.value))
            gone = self.excluded(unit, path, raw.node) if draft.operator == "=" and raw.value is None else ()
            if gone:
                made = made._replace(value=Operation("except", (made.value, *gone)))
            if not isinstance(wish, bool) and wish.refuses(made.position, made.name, made.value):
                return None
            arguments.append(made)
        return arguments

    def sets_since(self, path: Path, draft: Draft, end: int) -> int:
        """The byte from which, up to a draft, the statements of its block only set values; -1 where that is not known.
        `end` is the level of its statement, if that is none of the plain ones."""
        return since(path, self.plain_kinds, self.acting_kinds, end) if draft.form is Form.ASSIGN else -1

    def idle(self, unit: Unit, path: Path) -> str:
        """Why nothing of a library is reached at the end of a path, in words of DORMANT; empty if it may be."""
        return ""

    def is_wary(self, unit: Unit, path: Path) -> bool:
        """Whether the end of a path may not run on each runtime: under any condition, where errors are handled, or in a
        file that asks for versions or names."""
        if self.wary_words is None:
            return False
        if unit.wary is None:  # asked for each site: a long file of many would be searched as often
            unit.wary = self.wary_words.search(unit.source.data) is not None
        if unit.wary or next(iter(self.conditions_around(path)), ""):
            return True
        if self._is_defined_under_condition(path) or next(iter(self.left_before(path)), ""):
            return True
        tries = (node.text or b"" for node in path if node.type in self.tried_kinds)
        return any(self.catching_words.search(text) for text in tries)

    def _used(self, unit: Unit, path: Path, draft: Draft, wish: Wish) -> tuple[str, ...]:
        """What sinks want to know of the uses of what a call makes, or sets something on."""
        if wish.addressing is not None and self.is_plain(unit, path, draft.target, wish.addressing):
            return (PLAIN,)
        settled = self.settled(unit, path, wish) if wish.settling else ()
        if settled:
            return settled
        return self.uses(unit, path) if wish.asks_uses else ()

    def _turned(self, unit: Unit, path: Path, draft: Draft, value: Value) -> Value:
        """What a loop around a draft goes through, as what it is for the object that each turn makes, or tries."""
        from tlsscan.frontends.turned import ends_at_success, in_turn, is_new_each_turn

        if ends_at_success(path, self.function_kinds):
            return in_turn(value, "until")
        root = draft.target.partition(":")[2].split(".")[0].partition("@")[0] if self.turn_kinds else ""
        made = unit.bindings(root) if root.isidentifier() else ()
        if made is None:  # too many to tell: what is not known to be kept from turn to turn adds up to nothing
            return in_turn(value, "apart")
        return in_turn(value, "apart") if is_new_each_turn(path, made, self.turn_kinds) else value

    def defaults(self, path: Path) -> tuple[tuple[str, str], ...]:
        """The parameters of the function around a path that have a default, each with that, as they are written, and
        the members of its class that a constructor gives such a parameter."""
        from tlsscan.frontends.kept import defaults_of, kept

        function, around = self.function(path), self.around_class(path)
        own = defaults_of(function) if function is not None else ()
        members = kept(around, self.function_kinds, self.keeping) if around is not None and self.keeping else ()
        return (*own, *members)

    def unasked(self, context: Context) -> tuple[tuple[str, str], ...]:
        """What is compared around a place, each with its default, or what it is in any case."""
        path = context.path
        forks = self.forks(path) if self.compared_kinds else ()
        if not forks:
            return ()
        from tlsscan.frontends.chosen import chosen

        asked = [(path[: level + 1], self.subject(path, level, condition)) for level, condition, *_ in forks]
        return tuple(pair for around, node in asked for pair in chosen(context, around, node, self.compared_kinds))

    def ensured(self, unit: Unit, path: Path) -> int:
        """The level of a conditional that only makes sure that a flag is set, and so runs like its assignment alone:
        `if (!P.HasFlag(F)) P |= F;`. 0 where there is none."""
        return 0

    def compiled(self, unit: Unit, node: Node) -> str:
        """What conditional compilation around a node asks; an empty text if it is compiled in any case."""
        return ""

    def _looked_at(self, unit: Unit, path: Path, raw: RawArgument, wish: Wish | bool) -> Argument:
        value: Value = Unknown("nobody asked")
        if isinstance(wish, bool) or wish.takes(raw.position, raw.name):
            value = raw.value if raw.value is not None else Context(unit, path).lower(raw.node)
            if raw.name and raw.position is None and self.only_compares(unit, path, raw.name):
                value = Unknown("the function that takes it only compares it")
            if isinstance(strip(value)[0], Choice):
                guards = [text for text in self.conditions_around(path) if self.is_guard(text)]
                value = _possible(value, guards) if guards else value
        text = " ".join(unit.text(raw.node).split())[:SNIPPET]
        return Argument(raw.position, raw.name, value, unit.region(raw.node), text)

    def excluded(self, unit: Unit, path: Path, node: Node) -> Sequence[Value]:
        """What a variable in a slot is not where it is used, by the comparisons around the use."""
        return ABSENT if self.is_given(text_of(node), (*self.conditions_around(path), *self.left_before(path))) else ()

    def _handed(self, unit: Unit, path: Path, draft: Draft, wish: Wish | bool) -> str:
        """The object that a call is passed where a sink looks for one."""
        if isinstance(wish, bool) or not self.sides_by_use:
            return ""
        given = (raw.node for raw in draft.arguments if wish.is_object(raw.position, raw.name))
        return next(filter(None, (self.object_at(unit, path, node) for node in given)), "")

    def object_at(self, unit: Unit, path: Path, node: Node | None) -> str:
        """What identifies the object that a node in a path names; empty where it names none."""
        return ""

    def is_plain(self, unit: Unit, path: Path, target: str, addressing: Addressing) -> bool:
        """Whether the object that a target identifies is given addresses, as far as is known all of one kind."""
        return False

    def members_called(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """What is called on what the call at the end of a path makes, wherever its variable is known."""
        return ()

    def uses(self, unit: Unit, path: Path) -> tuple[str, ...]:
        """The members of what the call at the end of a path makes, if the code does nothing else with it."""
        return ()

    def settled(self, unit: Unit, path: Path, wish: Wish) -> tuple[str, ...]:
        """Whether all that is made of what the call at the end of a path makes gets a setting of its own, by one of the
        calls that settle it, and nothing else is done with it but what is idle: `SETTLED`, with the name of each class
        that has to do so, and what is done on the way of what sinks ask for; nothing if not."""
        return ()

    def only_compares(self, unit: Unit, path: Path, word: str) -> bool:
        """Whether the end of a path calls a function of this file that only compares its argument of that name."""
        return False

    def renamed(self, unit: Unit, path: Path) -> Iterable[str]:
        """The new names of what stands at the end of a path: an import alias, the left side of a plain assignment."""
        return ()

    def defines(self, unit: Unit, path: Path) -> str:
        """The qualified name of what the leaf at the end of a path defines and may hide a library's: a class, a
        function, an attribute; empty if it defines none."""
        return ""

    def picked(self, path: Path, value: Value) -> Value:
        """What a loop goes through, where the statement at the end of a path keeps one of it, and the loop ends."""
        return value

    def made(self, path: Path) -> str:
        """The variable or attribute that gets the object made by a call of what stands at the end of a path."""
        return ""

    def written_for(self, unit: Unit) -> Dialect | None:
        """The runtime that alone can read a file, as its syntax shows; None for most."""
        return None

    # -- the link phase --------------------------------------------------------------------------------------

    def may_define(self, data: bytes, word: str) -> bool:
        """Whether the text of a file looks as if it defined a constant of that name."""
        name = word.encode()
        return name in data and re.search(re.escape(name) + self.definition_hint, data) is not None

    def definitions(self, unit: Unit, words: Iterable[str]) -> Iterator[Definition]:
        """Constants that the file defines under one of the words, for uses in other files."""
        for word in words:
            for binding in self.shared(unit, unit.bindings(word) or ()):
                if binding.kind != "value" or binding.node is None or binding.operator != "=" or binding.held:
                    continue
                value = Context(unit, binding.path, frozenset({(word, binding.offset)})).lower(binding.node)
                yield Definition(self.defined_name(unit, binding, word), value, unit.step(binding.path[-1]))

    def shared(self, unit: Unit, bindings: Sequence[Binding]) -> list[Binding]:
        """Those bindings of a name that other files may know."""
        return [binding for binding in bindings if binding.owner or self.function(binding.path) is None]

    def defined_name(self, unit: Unit, binding: Binding, word: str) -> str:
        """The qualified name of what a binding defines."""
        return ".".join(part for part in (self.module(unit), self.outer(binding), word) if part)

    def module(self, unit: Unit) -> str:
        """The dotted name that the file gives its definitions (a module, a package, a namespace)."""
        return ""

    def outer(self, binding: Binding) -> str:
        """The classes and modules around a binding, dotted."""
        names = [text_of(field(node, "name")) for node in binding.path if node.type in self.class_kinds]
        return ".".join(name.replace("::", ".") for name in names if name)


def _possible(value: Value, conditions: Sequence[str]) -> Value:
    """A value without the arms that other conditions rule out: what is told of the runtime holds everywhere."""
    if isinstance(value, Via):
        return value._replace(value=_possible(value.value, conditions))
    if not isinstance(value, Choice):
        return value
    left = [arm for arm in value.arms if not any(exclude(arm.condition, text) for text in conditions)]
    return Choice(tuple(arm._replace(value=_possible(arm.value, conditions)) for arm in left or value.arms))


def _caption(unit: Unit, draft: Draft) -> str:
    """What a person calls the API. A setting goes by its name: the text it stands in may hold passwords."""
    if draft.caption:
        return draft.caption
    return draft.names[0] if draft.form is Form.SETTING else unit.text(draft.label)
