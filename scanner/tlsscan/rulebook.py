"""From the checked data of packs to rules, built when they are first met. Knows nothing of YAML."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from tlsscan import rulebuild
from tlsscan.annotations import Any, SupportsIndex, overload
from tlsscan.model import Form, Kind, Role
from tlsscan.records import NamedTuple
from tlsscan.rulebuild import Plain
from tlsscan.rules import (
    Base,
    Field,
    Former,
    Key,
    Rule,
    Sink,
    Syntax,
    Vocabulary,
)
from tlsscan.sinktable import ANY, Named, Table, joined, table


def dotted(name: str) -> str:
    """A qualified name as the engine writes it: `A::B`, `\\A\\B` and `A.B` are all `A.B`."""
    return re.sub(r"::|\\+", ".", name).strip(".") if name != "*" else name


class Assumed(NamedTuple):
    """An assumed runtime: its version, its name for people, why that version, and the least one that is taken for
    granted beneath a claimed runtime."""

    version: str
    title: str
    because: str
    least: str = ""


class Literal(NamedTuple):
    """What makes a literal an anchor: one of some words stands in the file, too, and it is a word of its own."""

    words: tuple[str, ...] = ()
    whole: bool = True


class Sinks(Sequence[Sink]):
    """The sinks of a rule, each built when it is first asked for: a rule may have dozens, of which a file meets one."""

    def __init__(self, plain: Sequence[Plain], build: Callable[[Plain], Sink]) -> None:
        self._plain = plain
        self._build = build
        self._built: dict[int, Sink] = {}

    def __len__(self) -> int:
        return len(self._plain)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sinks) and tuple(self) == tuple(other)

    @overload
    def __getitem__(self, number: SupportsIndex) -> Sink: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Sink]: ...

    def __getitem__(self, number: SupportsIndex | slice) -> Sink | Sequence[Sink]:
        if isinstance(number, slice):
            return tuple(map(self.__getitem__, range(len(self))[number]))
        place = range(len(self))[number]
        if place not in self._built:
            self._built[place] = self._build(self._plain[place])
        return self._built[place]


class Head(NamedTuple):
    """What is known of a rule before it is built; `judges` is the product that a rule about claims judges."""

    id: str
    languages: tuple[str, ...]
    base: str
    judges: str = ""


def head_of(rule: Plain) -> Head:
    """The head of a rule that is there as data."""
    first = rule["sinks"][0]
    judges = first["name"] if first["form"] == Form.CLAIM.value else ""
    return Head(rule["id"], tuple(rule["languages"]), rule["base"], judges)


def sink_table(rules: Iterable[Plain], language: str) -> Table:
    """The table of the sinks of a language, of rules that are there as data."""
    ordered = sorted((rule for rule in rules if language in rule["languages"]), key=lambda rule: rule["id"])
    return table(language, (named for rule in ordered for named in _named(rule)))


def _named(rule: Plain) -> Iterator[Named]:
    """What a rule looks for: its sinks, and then what tells a side."""
    own = len(rule["sinks"])
    for number, sink in enumerate((*rule["sinks"], *rule.get("tells", ()))):
        argument = sink.get("argument") or _any_object(sink)
        yield Named(Form(sink["form"]), sink["name"], argument, rule["id"], number, number >= own)


def _any_object(sink: Plain) -> str:
    """What stands for the argument of a call that tells the side of whatever it is passed."""
    given: str = sink.get("object", {}).get("argument", "")
    return given if given == ANY else ""


class Book:
    """Checked data of packs, or their stored form: rules and vocabularies are then decoded one by one, when needed."""

    def __init__(self, plain: Plain, blob: memoryview | None = None) -> None:
        self.plain = plain
        self._blob = blob
        self._added: list[Plain] = []
        self._sinks: dict[str, Table] = {}
        rows = plain["rules"]
        if blob is None:
            self.heads = [head_of(rule) for rule in rows]
            self._rules: dict[str, Any] = {rule["id"]: rule for rule in rows}
        else:
            self.heads = [Head(row[0], tuple(row[1]), row[2], row[3]) for row in rows]
            self._rules = {row[0]: row[4:] for row in rows}

    @property
    def is_stored(self) -> bool:
        """Whether it is decoded from a compiled form."""
        return self._blob is not None

    def rule(self, identifier: str) -> Plain:
        """A rule as data. Raises KeyError."""
        return self._decoded(self._rules[identifier])

    def vocabulary(self, name: str) -> Plain:
        """A vocabulary as data."""
        return self._decoded(self.plain["vocabularies"][name])

    def base(self, name: str) -> Plain:
        """A base as data. Raises KeyError."""
        return self._decoded(self.plain["bases"][name])

    def sinks(self, language: str) -> Table:
        """The table of the sinks of a language."""
        if language not in self._sinks:
            self._sinks[language] = self._table(language)
        return self._sinks[language]

    def _table(self, language: str) -> Table:
        if self._blob is None:
            return sink_table([*self.plain["rules"], *self._added], language)
        stored = self.plain["sinks"].get(language)
        known = self._decoded(stored) if stored is not None else table(language, ())
        return joined(known, sink_table(self._added, language)) if self._added else known

    def tables(self) -> Plain:
        """The tables that say what images and packages bring, as data."""
        return self._decoded(self.plain["tables"])

    def defaults(self) -> Plain:
        """The uses that leave the versions to a library, as data: rules, and the literals that find them."""
        return self._decoded(self.plain["defaults"])

    def with_defaults(self) -> "Book":
        """The same with the uses of defaults among its rules."""
        uses = self.defaults()
        literals = {language: dict(rows) for language, rows in self.plain["literals"].items()}
        for language, rows in uses["literals"].items():
            own = literals.setdefault(language, {})
            own.update((literal, _joined(own.get(literal), row)) for literal, row in rows.items())
        made = Book({**self.plain, "literals": literals}, self._blob)
        made.heads = [*made.heads, *map(head_of, uses["rules"])]
        made._added = uses["rules"]
        made._rules = {**made._rules, **{rule["id"]: rule for rule in uses["rules"]}}
        return made

    def whole(self) -> Plain:
        """Everything, decoded."""
        return {
            **self.plain,
            "rules": [self.rule(head.id) for head in self.heads],
            "vocabularies": {name: self.vocabulary(name) for name in self.plain["vocabularies"]},
            "bases": {name: self.base(name) for name in self.plain["bases"]},
            "tables": self.tables(),
            "defaults": self.defaults(),
        }

    def _decoded(self, item: Any) -> Plain:
        if self._blob is None or isinstance(item, dict):
            plain: Plain = item
        else:
            plain = json.loads(str(self._blob[item[0] : item[1]], "ascii"))
        return plain


def _joined(one: Plain | None, other: Plain) -> Plain:
    """What makes a literal an anchor of either."""
    if one is None:
        return other
    words = [*dict.fromkeys([*one["words"], *other["words"]])] if one["words"] and other["words"] else []
    return {"words": words, "whole": one["whole"] and other["whole"]}


class _Later:
    """A part of a book by its name, made when it is first asked for; equal to what makes an equal part."""

    __slots__ = ("_make", "_name")

    def __init__(self, make: Callable[[str], Any], name: str) -> None:
        self._make = make
        self._name = name

    def __call__(self) -> Any:
        return self._make(self._name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Later) and bool(self() == other())

    def __hash__(self) -> int:
        return hash(self._name)


class Rulebook:
    """All loaded rules. Rules of a language are built on first use."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._vocabularies = {"": Vocabulary("", {})}
        self._bases: dict[str, Base] = {}
        self._rules: dict[str, Rule] = {}
        self._telling: dict[str, Sequence[Plain]] = {}
        self._tells: dict[tuple[str, int], Sink] = {}
        self.assumed = {
            product: Assumed(row["version"], row["title"], row.get("because", ""), row.get("least", ""))
            for product, row in book.plain["assumed"].items()
        }

    @property
    def is_stored(self) -> bool:
        """Whether it is a compiled form, and nothing besides."""
        return self._book.is_stored

    @property
    def data(self) -> Plain:
        """The checked data, for adding packs to it."""
        return self._book.whole()

    @cached_property
    def tables(self) -> Plain:
        """The tables that say what images and packages bring, as data."""
        return self._book.tables()

    @cached_property
    def languages(self) -> list[str]:
        """The languages that any rule is for."""
        return list(self._book.plain["literals"])

    @cached_property
    def _sorted(self) -> list[Head]:
        return sorted(self._book.heads)

    def literals(self, language: str) -> dict[str, Literal]:
        """What is looked for in the files of a language."""
        rows = self._book.plain["literals"].get(language, {})
        return {literal: Literal(tuple(row["words"]), row["whole"]) for literal, row in rows.items()}

    def sides(self, language: str) -> dict[Role, tuple[str, ...]]:
        """By side, the words by which a file of a language tells the side of what it leaves open."""
        rows = self._book.plain["sides"].get(language, {})
        return {Role(side): tuple(words) for side, words in rows.items()}

    def ids(self) -> list[str]:
        """All rule ids, sorted."""
        return sorted(head.id for head in self._book.heads)

    def current(self, identifier: str) -> str | None:
        """The id that a rule has today, by that or by one it had before; None if no rule has or had it."""
        identifier = self._book.plain.get("renamed", {}).get(identifier, identifier)
        return identifier if any(head.id == identifier for head in self._book.heads) else None

    def rule(self, identifier: str) -> Rule:
        """A rule by its id. Raises KeyError."""
        if identifier not in self._rules:
            plain = self._book.rule(identifier)
            self._telling[identifier] = plain.get("tells", [])
            self._rules[identifier] = self._build_rule(plain)
        return self._rules[identifier]

    def floors(self) -> dict[str, Rule]:
        """The rules that judge a claimed product itself, by product."""
        return {head.judges: self.rule(head.id) for head in self._book.heads if head.judges}

    @cached_property
    def products(self) -> list[str]:
        """Every product that some rule or table asks for, sorted."""
        products: list[str] = self._book.plain["products"]
        return products

    def for_language(self, language: str) -> list[Rule]:
        """The rules that apply to a language, by id."""
        return [self.rule(head.id) for head in self._sorted if language in head.languages]

    def sinks(self, language: str) -> Table:
        """The table of the sinks of a language; none of its rules is built for that."""
        return self._book.sinks(language)

    def resolve(self, identifier: str, number: int) -> tuple[Rule, Sink]:
        """A rule, and one of its sinks or of what tells a side: the numbers go on."""
        rule = self.rule(identifier)
        own = len(rule.sinks)
        return rule, rule.sinks[number] if number < own else self._tell(identifier, number - own)

    def _tell(self, identifier: str, number: int) -> Sink:
        """One of the calls by which a rule tells a side: there may be hundreds, of which a file meets few."""
        key = (identifier, number)
        if key not in self._tells:
            self._tells[key] = self._sink(self._telling[identifier][number])
        return self._tells[key]

    @cached_property
    def with_defaults(self) -> "Rulebook":
        """The same with the uses that leave the versions to a library among its rules: seldom asked for."""
        return Rulebook(self._book.with_defaults())

    def defaults(self) -> list[Rule]:
        """The uses that leave the versions to a library, by id."""
        return [self.with_defaults.rule(identifier) for identifier in sorted(r["id"] for r in self._uses)]

    @cached_property
    def _uses(self) -> list[Plain]:
        rules: list[Plain] = self._book.defaults()["rules"]
        return rules

    def all(self) -> list[Rule]:
        """Every rule, by id."""
        return [self.rule(identifier) for identifier in self.ids()]

    def _build_rule(self, plain: Plain) -> Rule:
        examples = plain["examples"] if isinstance(plain["examples"], list) else [plain["examples"]]
        language = next(iter(plain["languages"]), "")
        addressed = rulebuild.addressing_of(plain["addressed"]) if "addressed" in plain else None
        return Rule(
            id=plain["id"],
            title=plain["title"],
            pack=plain["pack"],
            library=plain["library"],
            former=Former(plain["former"]["name"], plain["former"]["before"]) if "former" in plain else None,
            governed=tuple(plain.get("governed", [])),
            optional=plain.get("optional", False),
            proven=plain.get("proven", False),
            relied=plain.get("relied", False),
            sole=plain.get("sole", False),
            speaks=tuple(plain.get("speaks", [])),
            heeded=tuple(map(rulebuild.heeded_of, plain.get("heeded", ()))),
            mistaken=rulebuild.mistaken_of(plain["product"], plain["mistaken"]) if "mistaken" in plain else None,
            languages=tuple(plain["languages"]),
            configures=Kind(plain["configures"]),
            vocabulary_of=_Later(self.vocabulary, plain["vocabulary"]),
            base_of=_Later(self._base, plain["base"]),
            role=Role(plain.get("role", "both")),
            sinks=Sinks(plain["sinks"], lambda sink: self._sink(sink)._replace(addressed=addressed)),
            message=plain["message"],
            remediation=rulebuild.remedy_of(plain["remediation"]),
            references=tuple(plain["references"]),
            evidence=plain["evidence"],
            examples=tuple(rulebuild.example_of(e, language) for e in examples),
            origin=plain["origin"],
            holes=plain.get("holes", "kept"),
            fold=rulebuild.fold_of(plain.get("fold")),
            note=plain.get("note", ""),
            sides=tuple((role, tuple(plain["sides"][role])) for role in Role if role in plain.get("sides", {})),
        )

    def _sink(self, plain: Plain) -> Sink:
        vocabulary = plain.get("vocabulary")
        return Sink(
            form=Form(plain["form"]),
            name=plain["name"],
            written=plain.get("written") or plain["name"],
            position=plain.get("position"),
            argument=plain.get("argument", ""),
            rest=plain.get("rest", False),
            of=tuple(dotted(name) for name in plain.get("of", [])),
            where=tuple(rulebuild.where_of(where) for where in plain.get("where", [])),
            unless=tuple(rulebuild.where_of(where) for where in plain.get("unless", [])),
            arity=plain.get("arity", 0),
            configures=Kind(plain["configures"]) if "configures" in plain else None,
            vocabulary_of=_Later(self.vocabulary, vocabulary) if vocabulary else None,
            role=Role(plain["role"]) if "role" in plain else None,
            effect=plain.get("effect", ""),
            when=rulebuild.condition_of(plain.get("when")),
            initial=rulebuild.initial_of(plain.get("initial")),
            anchors=tuple(plain["anchors"]),
            bare=rulebuild.meanings_of(plain["bare"]) if "bare" in plain else (),
            means=rulebuild.meanings_of(plain["means"]) if "means" in plain else (),
            adds=plain.get("adds", False),
            overloaded=plain.get("overloaded", False),
            presumed=plain.get("presumed", False),
            sure=plain.get("sure", False),
            known=plain.get("known", False),
            files=tuple(plain.get("files", [])),
            beside=tuple(plain.get("beside", [])),
            without=tuple(plain.get("without", [])),
            named=tuple(plain.get("named", [])),
            chained=plain.get("chained", False),
            untold=plain.get("untold", False),
            outermost=plain.get("outermost", False),
            witness=plain.get("witness", False),
            idle=tuple(plain.get("idle", [])),
            settled=tuple(plain.get("settled", [])),
            despite=tuple(plain.get("despite", [])),
            done=tuple(plain.get("done", [])),
            undone=tuple(plain.get("undone", [])),
            users_hold=tuple(plain.get("users", {}).get("hold", [])),
            users_without=tuple(plain.get("users", {}).get("without", [])),
            order=plain.get("order", 0),
            object=rulebuild.where_of(plain["object"]) if "object" in plain else None,
            members=tuple(plain.get("members", [])),
        )

    def vocabulary(self, name: str) -> Vocabulary:
        """A vocabulary by its full id, with what it includes; own entries win."""
        if name not in self._vocabularies:
            self._vocabularies[name] = self._build_vocabulary(name)
        return self._vocabularies[name]

    def _build_vocabulary(self, name: str) -> Vocabulary:
        plain = self._book.vocabulary(name)
        made = Vocabulary(name, {})
        for included in plain["include"]:
            other = self.vocabulary(included)
            made = Vocabulary(
                name,
                {**made.entries, **other.entries},
                other.flags or made.flags,
                other.fields or made.fields,
                other.syntax if other.syntax != Syntax() else made.syntax,
                other.coerce or made.coerce,
                other.unknown or made.unknown,
                other.guards or made.guards,
                other.spans or made.spans,
                (*made.fixes, *other.fixes),
                (*made.since, *other.since),
                other.resembling or made.resembling,
                other.lacking or made.lacking,
                (*made.refused, *other.refused),
            )
        own = {Key(*key): rulebuild.meanings_of(m) for keys, m, _ in plain.get("values", []) for key in keys}
        flags = tuple((n, rulebuild.versions_of(v)) for n, v, _ in plain.get("flags", []))
        fields = tuple(
            Field(
                f["bits"][0],
                f["bits"][1],
                Kind(f["configures"]),
                {n: rulebuild.meanings_of(m) for n, m, _ in f["numbers"]},
            )
            for f in plain.get("fields", [])
        )
        syntax = rulebuild.syntax_of(plain["syntax"]) if "syntax" in plain else made.syntax
        since = (*rulebuild.since_of(plain), *made.since)
        return Vocabulary(
            name,
            {**made.entries, **own},
            flags or made.flags,
            fields or made.fields,
            syntax,
            plain.get("coerce", "") or made.coerce,
            rulebuild.meanings_of(plain["unknown"])[0] if "unknown" in plain else made.unknown,
            rulebuild.versions_of(plain["guards"]) if "guards" in plain else made.guards,
            plain.get("spans", "") or made.spans,
            (*(fix for row in plain.get("fixes", []) for fix in rulebuild.replacements_of(row, since)), *made.fixes),
            since,
            tuple(plain.get("resembling", ())) or made.resembling,
            rulebuild.meaning_of(plain["lacking"]) if "lacking" in plain else made.lacking,
            (*((n, rulebuild.meanings_of(m)) for n, m, _ in plain.get("refused", [])), *made.refused),
        )

    def _base(self, name: str) -> Base:
        if name not in self._bases:
            plain = self._book.base(name)
            rows = tuple(rulebuild.row_of(row) for row in plain["rows"])
            self._bases[name] = Base(
                name, plain["title"], tuple(plain.get("products", [])), rows, tuple(plain.get("bundled", []))
            )
        return self._bases[name]
