"""VB.NET: what a field or a property holds when a method reads it."""

import re
from collections.abc import Sequence

from tlsscan.frontends.compiled import apart
from tlsscan.frontends.constructors import Setting, turns
from tlsscan.frontends.vbnet_names import Binding, Unit
from tlsscan.frontends.vbnet_text import METHODS, Block

OWN = frozenset({"me", "myclass"})
MAX_LINES = 400  # of a method in which calls are looked for


def met(unit: Unit, bindings: list[Binding], offset: int) -> list[Binding]:
    """The initializer, the constructors, then methods; alone what the method of the use itself has set before, or one
    that it calls in any case. What such a method of a constructor sets, that sets."""
    gone = apart(unit.source.data, offset, (binding.offset for binding in bindings), caseless=True)
    bindings = [binding for binding in bindings if binding.offset not in gone] or bindings
    owner = bindings[0].owner
    if len(bindings) < 2 or owner is None or not all(binding.owner is owner for binding in bindings):
        return bindings
    here = _set_before(unit, bindings, offset) or _set_by_calls(unit, bindings, offset)
    if here:
        return here
    shared = any(_is_shared(unit, binding) for binding in bindings)
    made = [block for block in constructors(unit, owner) if _is_shared_at(unit, block) == shared]
    counted = frozenset(block.start for block in made)
    settings = [_setting(unit, binding, made) for binding in bindings]
    bindings = [_plain(b) if one.constructor >= 0 else b for b, one in zip(bindings, settings, strict=True)]
    return [_in_turn(bindings[turn.place], turn.among) for turn in turns(settings, counted)]


def constructors(unit: Unit, owner: Block) -> list[Block]:
    """The constructors of a class that call no other one of it."""
    made = [block for block in unit.layout.opened.values() if block.what == "sub" and block.name.lower() == "new"]
    return [block for block in made if unit.type_around(block) is owner and not _chained(unit, block)]


def _chained(unit: Unit, constructor: Block) -> bool:
    """Whether a constructor begins with `Me.New(...)`."""
    last = min(constructor.head + 4, len(unit.layout.starts) - 1)
    for number in range(constructor.head + 1, last + 1):
        if unit.layout.starts[number] >= constructor.end:
            break
        for statement in unit.line(number).statements:
            for value in statement.parts[:1]:
                callee = value.parts[0] if value.what == "call" and value.parts else value
                if callee.what == "member" and callee.word.lower() == "new":
                    return callee.parts[0].word.lower() in OWN if callee.parts else False
    return False


def method_of(binding: Binding) -> Block | None:
    """The method that a binding stands in."""
    return next((block for block in binding.block.around() if block.what in METHODS), None)


def _set_before(unit: Unit, bindings: Sequence[Binding], offset: int) -> list[Binding]:
    """The bindings of the method around a use, from the last on that the use cannot be reached without."""
    method = unit.method(offset) if offset < len(unit.source.data) else None
    blocks = unit.blocks(offset) if method is not None else ()
    here = [b for b in bindings if method is not None and method_of(b) is method and _ends(b) <= offset]
    around = [i for i, b in enumerate(here) if b.operator == "=" and blocks[: len(b.blocks)] == b.blocks]
    return here[around[-1] :] if around else []


def _ends(binding: Binding) -> int:
    return binding.value.end if binding.value is not None else binding.offset


def _setting(unit: Unit, binding: Binding, made: list[Block]) -> Setting:
    method = method_of(binding)
    if method is None:
        return Setting(initial=True)
    certain = binding.operator == "=" and not _plain(binding).condition
    if method in made:
        return Setting(method.start, certain=certain)
    if len(made) == 1 and certain and _called(unit, made[0], method.name, made[0].end) >= 0:
        return Setting(made[0].start, certain=True)
    return Setting()


def _set_by_calls(unit: Unit, bindings: Sequence[Binding], offset: int) -> list[Binding]:
    """The bindings of a method that the method of a use calls before it in any case, if it sets the member."""
    here = unit.method(offset) if offset < len(unit.source.data) else None
    at, chosen = -1, None
    for binding in map(_plain, bindings if here is not None else ()):
        method = method_of(binding)
        if method is None or here is None or method is here or binding.operator != "=" or binding.condition:
            continue
        called = _called(unit, here, method.name, offset)
        at, chosen = (called, method) if called > at else (at, chosen)
    return [_plain(one) for one in bindings if method_of(one) is chosen] if chosen is not None else []


def _plain(binding: Binding) -> Binding:
    """A binding without the condition that its method has been called."""
    return binding._replace(condition="") if binding.condition.startswith("after ") else binding


def _called(unit: Unit, method: Block, name: str, before: int) -> int:
    """Where a method calls one of its own class in any case, the last time before a place; -1 if nowhere."""
    layout, found = unit.layout, -1
    word = re.escape(name.lower().encode(unit.encoding, "replace"))
    call = re.compile(rb"[ \t]*(?:call[ \t]+)?(?:me\.)?" + word + rb"[ \t]*(?:\([^()]*\))?[ \t]*\Z")
    for line in range(method.head + 1, min(layout.line_at(before), method.head + MAX_LINES)):
        text = layout.lowered[layout.starts[line] : layout.ends[line]]
        if layout.within[line] is method and layout.starts[line] < method.end and call.match(text):
            found = layout.starts[line]
    return found


def _in_turn(binding: Binding, among: bool) -> Binding:
    owner = binding.owner.name if binding.owner is not None else ""
    return binding._replace(among=True, condition=binding.condition or f"after {owner}()") if among else binding


def _is_shared(unit: Unit, binding: Binding) -> bool:
    """Whether a binding is that of a shared member: `Shared` or `Const` before its name, or in `Shared Sub New`."""
    method = method_of(binding)
    if method is None:
        start = unit.layout.starts[unit.layout.line_at(binding.offset)]
        words = unit.layout.lowered[start : binding.offset].split()
        return b"shared" in words or b"const" in words
    return method.name.lower() == "new" and _is_shared_at(unit, method)


def _is_shared_at(unit: Unit, constructor: Block) -> bool:
    return b"shared" in unit.layout.line_text(constructor.head).lower().split()
