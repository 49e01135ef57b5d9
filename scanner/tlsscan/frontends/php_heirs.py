"""PHP: members that a class made from another one may give a value of its own. Knows nothing of TLS.

What the methods of a class read by `$this->x`, `static::$x` or `static::X` is what the class of the object declares;
that class may stand in another file. So it is a parameter, whose default is what the class itself says.
"""

from collections.abc import Iterator
from itertools import islice

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import Context
from tlsscan.frontends.php_names import PhpNames
from tlsscan.frontends.unit import children, field, text_of
from tlsscan.values import (
    OVERRIDDEN,
    Callee,
    Choice,
    Name,
    Null,
    Number,
    Parameter,
    Step,
    Text,
    Value,
    Via,
    strip,
)

LATE = frozenset({"$this", "static"})
ELEMENTS = {"property_declaration": "property_element", "const_declaration": "const_element"}
MAX_DECLARED = 300  # members of one class that are looked through
PLAIN = (Name, Null, Number, Text)


def overridable(frontend: PhpNames, context: Context, scope: Node, word: str, found: Value | None) -> Value | None:
    """What a method reads of its object's class, given what its own class has (None: nothing): what classes made from
    that one declare, too; unless none can."""
    around = frontend.around_class(context.path)
    if around is None or not _is_open(frontend, context, around, text_of(scope).lower()):
        return found
    declared = next(_declared(around, word), None)
    if declared is not None and _is_closed(declared[0]):
        return found
    name = f"{frontend.full_name(context.unit, text_of(field(around, 'name')), around.start_byte)}.{word}"
    made = Parameter(name, 0, word, None, Callee(name, "property", 0, takes=OVERRIDDEN))
    if found is None:
        bare = around.type == "trait_declaration" or _has(around, "abstract_modifier")
        lonely = declared is not None or (bare and not frontend.own_names(context.unit, context.path)[1:])
        return made if lonely else None
    return _with_heirs(found, made, context.unit.step(declared[1]) if declared is not None else None)


def owners(frontend: PhpNames, context: Context) -> tuple[str, ...]:
    """The classes of which the one around a place declares a member anew: those that this file shows."""
    names = dict.fromkeys(frontend.own_names(context.unit, context.path))
    for name in tuple(names)[:-1]:
        names.update(dict.fromkeys(frontend.made_above(context.unit, name)))
    return tuple(names)


def _is_open(frontend: PhpNames, context: Context, around: Node, scope: str) -> bool:
    """Whether another class may decide what is read of a class through `scope`."""
    if around.type == "trait_declaration":
        return scope in LATE or scope == "self"
    return around.type == "class_declaration" and scope in LATE and not _has(around, "final_modifier")


def _declared(around: Node, word: str) -> Iterator[tuple[Node, Node]]:
    """The declaration of a member in a class, and the part of it that is the member's own."""
    body = field(around, "body")
    for one in islice(children(body), MAX_DECLARED) if body is not None else ():
        for part in children(one) if one.type in ELEMENTS else ():
            if part.type == ELEMENTS[one.type] and text_of(children(part)[0]).lstrip("$") == word:
                yield one, part


def _is_closed(declaration: Node) -> bool:
    """Whether no other class declares a member anew."""
    private = any(text_of(part).lower() == "private" for part in children(declaration))
    return private or _has(declaration, "final_modifier")


def _has(node: Node, kind: str) -> bool:
    return any(part.type == kind for part in children(node))


def _with_heirs(found: Value, made: Parameter, declared: Step | None) -> Value:
    """What a member holds, with a parameter in the place of what its declaration gives it."""
    if isinstance(found, Choice):
        return Choice(tuple(arm._replace(value=_with_heirs(arm.value, made, declared)) for arm in found.arms))
    given = isinstance(found, Via) and (declared is None or found.step.region == declared.region)
    return made._replace(default=found) if given and isinstance(strip(found)[0], PLAIN) else found
