"""Java: what the link phase asks of files: constants, what methods give, also those that nobody wrote. Loaded where a
name is open."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.frontends import java_generated as generated
from tlsscan.frontends.java_enums import constants, label
from tlsscan.frontends.java_names import parameters, qualified_class
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.speaker import Definition
from tlsscan.frontends.unit import Path, Unit, field, text_of
from tlsscan.spelled import as_defined
from tlsscan.values import TYPED, Name, Operation, Step

if TYPE_CHECKING:
    from tlsscan.frontends.java_calls import JavaCalls

ENUM = "enum_declaration"
Plainly: TypeAlias = Callable[[Unit, Iterable[str]], Iterator[Definition]]


def typed(name: str, types: tuple[str, ...], step: Step) -> Iterator[Definition]:
    """What a member's type is, for those who reach another member through it."""
    if any("." in one and not one.startswith("java.") for one in types):
        yield Definition(name, Operation(TYPED, (Name(types),)), step)


def definitions(frontend: "JavaCalls", unit: Unit, words: Iterable[str], plainly: Plainly) -> Iterator[Definition]:
    """Constants, and what methods without parameters return, for uses in other files."""
    every: list[str] = []
    for word in words:
        if word.endswith(")") and word[-2].isdigit():
            yield from _of_arguments(frontend, unit, word)
        else:
            every.append(word)
    built = {word: found for word in every if (found := _built(frontend, unit, word))}
    yield from built.values()
    plain = [word for word in every if not word.endswith("()") and word not in built]
    yield from plainly(unit, plain)
    for word in plain:
        for binding in unit.bindings(word) or ():
            if binding.owner and binding.names and binding.kind != "import":
                name = frontend.defined_name(unit, binding, word)
                if any(node.type == ENUM for node in binding.path):
                    yield from _accessors(frontend, unit, binding.path, name.rpartition(".")[0], word)
                yield from typed(name, binding.names, unit.step(binding.path[-1]))
    for word in (word for word in every if word.endswith("()")):
        yield from _of_nothing(frontend, unit, word)


def _of_nothing(frontend: "JavaCalls", unit: Unit, word: str) -> Iterator[Definition]:
    """What methods of a name give that have no parameters (`name()`)."""
    package, methods = frontend.names.header(unit).package, frontend.names.uses(unit, word[:-2]).methods
    unwritten = not methods and generated.may_make(unit.source.data, word[:-2])
    for simple in frontend.names.header(unit).types if unwritten else ():
        owner = frontend.names.type_named(unit, simple)[0]
        found = generated.made(frontend, unit, owner, word[:-2])
        if found is not None:
            yield found
    for path in methods:
        if parameters(path[-1]):
            continue
        owner = qualified_class(package, path)
        if any(node.type == ENUM for node in path[-4:]):
            yield from _accessors(frontend, unit, path, owner, word)
        yield from typed(f"{owner}.{word}", frontend.names.result(unit, path), unit.step(path[-1]))
        value = frontend.result_of(unit, path, frozenset({(word[:-2], path[-1].start_byte)}))
        if value is not None:
            yield Definition(f"{owner}.{word}", value, unit.step(path[-1]))


def _of_arguments(frontend: "JavaCalls", unit: Unit, word: str) -> Iterator[Definition]:
    """What methods of a name give that have so many parameters (`get(2)`), if their class has no other such."""
    name, count = word[:-3], int(word[-2])
    package, found = frontend.names.header(unit).package, defaultdict[str, list[Path]](list)
    for path in frontend.names.uses(unit, name).methods:
        if len(parameters(path[-1])) == count:
            found[qualified_class(package, path)].append(path)
    for owner, (path, *others) in found.items():
        spread = any(node.type == "spread_parameter" for node in parameters(path[-1]))
        active = frozenset({(name, path[-1].start_byte)})
        value = None if others or spread else frontend.result_of(unit, path, active)
        if value is not None:
            names = [text_of(field(node, "name")) for node in parameters(path[-1])]
            told = as_defined(value, frontend.enclosing(path), word, names)
            yield Definition(f"{owner}.{word}", told, unit.step(path[-1]))


def _built(frontend: "JavaCalls", unit: Unit, word: str) -> Definition | None:
    """A field that initializers of its class set in several branches."""
    own = [b for b in unit.bindings(word) or () if b.owner and b.kind == "value" and b.node is not None]
    one = len(own) > 1 and len({binding.scope for binding in own}) == 1
    if not one or any(frontend.function(binding.path) is not None for binding in own):
        return None
    first = own[0]
    level = next((i for i, node in enumerate(first.path) if node.start_byte == first.scope[0]), 0)
    value = Context(unit, first.path[:level]).member(first.owner, word, first.path[level]) if level else None
    return Definition(frontend.defined_name(unit, first, word), value, unit.step(first.path[-1])) if value else None


def _accessors(frontend: "JavaCalls", unit: Unit, path: Path, owner: str, word: str) -> Iterator[Definition]:
    """What an accessor gives for each constant of its enum."""
    level = next(i for i in range(len(path) - 1, 0, -1) if path[i].type == ENUM)
    body = field(path[level], "body")
    for constant in constants(body):
        value = frontend.held_by(unit, (*path[: level + 1], *filter(None, (body,)), constant), word.removesuffix("()"))
        if value is not None:
            yield Definition(f"{owner}.{label(constant)}.{word}", value, unit.step(constant))
