"""What one value says that is no list and no choice: a word, a number, a name, flags cut out of a text."""

from collections.abc import Sequence

from tlsscan.lookup import Lens, is_own, lookup, members
from tlsscan.model import Kind
from tlsscan.numbers import Bits, number_of
from tlsscan.patterns import lazy
from tlsscan.protocol import NO_VERSIONS, Version, VersionSet
from tlsscan.reading import Reading, describe, from_bits, from_meaning, shown
from tlsscan.rules import Syntax
from tlsscan.texts import cut_words, resembles, terms, whole_words
from tlsscan.values import MAX_NESTING, Invocation, Mapping, Name, Operation, Text, Unknown, Value, strip

SETTING = lazy(r"[A-Za-z_][\w.:/-]{0,59}")  # the name of one


def single(value: Value, lens: Lens) -> Reading:
    """What one value says, or why nothing is known."""
    if isinstance(value, Unknown):
        return Reading(unresolved=value.reason, open_by=value.open_by)
    if isinstance(value, Invocation) and lookup(value, lens) is None:
        named = _spanned(value, lens)
        if named:
            return Reading(writes=((lens.kind, named),), known=True)
        if len(value.arguments) == 1 and members(Operation("members", (Name(value.names),)), lens):
            return single(strip(value.arguments[0])[0], lens)  # the member of an enumeration that has this value
        call = f"{shown(value.names)}({_asked(value)})"
        return Reading(unresolved=f"the result of {call} is not known", open_by=call)
    if isinstance(value, Mapping):
        return Reading(unresolved="a mapping is not a value that is known here")
    if isinstance(value, Text):
        return word(value, lens)
    meaning = lookup(value, lens)
    if meaning is not None:
        return from_meaning(meaning, lens)
    if isinstance(value, Name) and is_own(value, lens):
        return Reading(writes=((Kind.DEFAULT, NO_VERSIONS),), known=True, keeps=True)
    return unlisted(value, lens)


def _asked(call: Invocation) -> str:
    """What a call asks for by its first argument, if that is a word: the name of a setting."""
    first = strip(call.arguments[0])[0] if call.arguments else None
    return repr(first.text) if isinstance(first, Text) and SETTING.fullmatch(first.text) else ""


def _spanned(value: Invocation, lens: Lens) -> VersionSet:
    """`V12.DownTo(V10)`: every version from the one end to the other."""
    owners = tuple(name.rpartition(".")[0] for name in value.names if name.rpartition(".")[2] == lens.vocabulary.spans)
    if not owners or len(value.arguments) != 1:
        return NO_VERSIONS
    ends = [lookup(end, lens) for end in (Name(owners), strip(value.arguments[0])[0])]
    named = [version for end in ends if end is not None for version in end.versions or ()]
    if len(named) != len(ends):
        return NO_VERSIONS
    return frozenset(version for version in Version if min(named) <= version <= max(named))


def word(value: Text, lens: Lens) -> Reading:
    """A text that is one word."""
    meaning = lookup(value, lens)
    if meaning is not None:
        return from_meaning(meaning, lens)
    unknown = lens.vocabulary.unknown if not (lens.vocabulary.flags or lens.vocabulary.fields) else None
    if unknown is not None and resembles(value.text, lens.vocabulary.resembling):
        return from_meaning(unknown, lens)._replace(known=False)
    return unlisted(value, lens)


def unlisted(value: Value, lens: Lens) -> Reading:
    """A value without an entry: a number that flags or fields judge, or nothing that is known."""
    number = number_of(value, lens)
    if number is not None and (lens.vocabulary.flags or lens.vocabulary.fields):
        return from_bits(Bits(number), lens)
    if isinstance(value, Name) and value.names[0].endswith("()"):
        return Reading(unresolved=f"the result of {describe(value)} is not known", open_by=describe(value))
    if isinstance(value, Name):
        return Reading(unresolved=f"no fixed value of {describe(value)} was found", open_by=describe(value))
    return Reading(unresolved=f"{describe(value)} is not a value that this rule knows")


def signed(text: str, lens: Lens) -> Reading:
    """A text whose words join the set of versions and leave it, from left to right. A word that stands for the default
    begins with it: what follows is added to it and taken away from it."""
    syntax = lens.vocabulary.syntax
    alone = lens._replace(vocabulary=lens.vocabulary._replace(syntax=Syntax(case=syntax.case)), kind=Kind.ENABLED)
    held, removed = NO_VERSIONS, NO_VERSIONS
    known, default, unknown = False, False, ""
    for action, term in terms(text, syntax):
        found = word(Text(term), alone)
        named = frozenset(version for _, versions in found.writes for version in versions)
        known = known or found.known
        if action == "replace":
            held, removed, default, unknown = NO_VERSIONS, NO_VERSIONS, False, ""
        taken = action == "remove"
        if not taken and any(kind is Kind.DEFAULT for kind, _ in found.writes):
            removed, default = NO_VERSIONS, True
        held, removed = (held - named, removed | named) if taken else (held | named, removed - named)
        unknown = unknown or ("" if taken else found.unresolved)
    if not known or (unknown and not held and not default):
        return Reading(unresolved=unknown or "the text names no version")
    if not default:
        return Reading(writes=((lens.kind, held),), known=True, partial=bool(unknown))
    changes = ((Kind.DISABLED, removed), (Kind.WEAKENS, held))
    writes = tuple((kind, versions) for kind, versions in changes if versions)
    return Reading(writes=writes or ((Kind.DEFAULT, NO_VERSIONS),), known=True, partial=bool(unknown))


def unguarded(pieces: Sequence[str | None], lens: Lens) -> Reading:
    """What a list that switches versions off leaves possible: the guarded versions that it does not name; what it names
    is off."""
    syntax = lens.vocabulary.syntax
    named = NO_VERSIONS
    for each in whole_words(pieces, syntax):
        meaning = lookup(Text(each), lens)
        named |= (meaning.versions or NO_VERSIONS) if meaning is not None else NO_VERSIONS
    left = lens.vocabulary.guards - named
    if left and None in pieces:
        return Reading(unresolved="a part of the list is made at run time")
    writes = ((lens.kind, left), (Kind.DISABLED, named))
    return Reading(writes=tuple(pair for pair in writes if pair[1]), known=True, partial=None in pieces)


def cut_out(value: Operation, lens: Lens) -> Reading:
    """A text that is not known without a part that is: guarded versions that this part names become possible."""
    named = NO_VERSIONS
    left: Value = value
    for _ in range(MAX_NESTING):
        left, _steps = strip(left)
        if not isinstance(left, Operation) or left.operator != "without":
            break
        for cut in cut_words(left.operands[1].text) if isinstance(left.operands[1], Text) else ():
            meaning = lookup(Text(cut), lens)
            named |= (meaning.versions or NO_VERSIONS) if meaning is not None else NO_VERSIONS
        left = left.operands[0]
    opened = named & lens.vocabulary.guards
    if not opened:
        return Reading(unresolved="a text is changed at run time")
    return Reading(writes=((lens.kind, opened),), known=True)
