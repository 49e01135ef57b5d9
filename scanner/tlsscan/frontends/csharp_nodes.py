"""C#: parts of syntax trees. Which kinds of nodes there are, and where a node keeps what."""

import re
from collections.abc import Iterator

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import MAX_ITEMS, SNIPPET, Binding, Path, children, field, line_of, text_of
from tlsscan.frontends.windows import last_arm

CREATION_KINDS = frozenset({"object_creation_expression", "implicit_object_creation_expression"})
TARGETED_KINDS = frozenset({"implicit_object_creation_expression"})
TARGETING_KINDS = frozenset({"property_declaration", "method_declaration", "local_function_statement"})
MEMBER_KINDS = frozenset({"member_access_expression", "conditional_access_expression"})
CUT_KINDS = frozenset({"invocation_expression", "member_access_expression", "assignment_expression"})
NOT_RETURNING_KINDS = frozenset({"lambda_expression", "anonymous_method_expression", "local_function_statement"})
Receiver = tuple[tuple[str, ...], bool]
TYPE_KINDS = frozenset(
    {
        "class_declaration",
        "struct_declaration",
        "record_declaration",
        "interface_declaration",
        "enum_declaration",
        "delegate_declaration",
    }
)
ANY_TYPE_KINDS = frozenset({"implicit_type", "predefined_type"})  # in a pattern that only names what is switched on
MATCHING_KINDS = frozenset({"declaration_pattern", "recursive_pattern"})
LAMBDA_KINDS = frozenset({"lambda_expression", "anonymous_method_expression"})
METHOD_KINDS = frozenset({"method_declaration", "local_function_statement"})
TYPED_KINDS = frozenset(
    {
        "variable_declaration",
        "property_declaration",
        "parameter",
        "parameter_list",
        "foreach_statement",
        "declaration_expression",
        "declaration_pattern",
        "catch_declaration",
    }
)
TYPE_NAME_KINDS = frozenset({"identifier", "qualified_name", "alias_qualified_name", "nullable_type"})
PREPROC_KINDS = frozenset({"preproc_if", "preproc_elif", "preproc_else"})
INITIALIZER_KINDS = frozenset({"initializer_expression", "with_initializer", "anonymous_object_creation_expression"})


def targeted(path: Path) -> Iterator[Path]:
    """The paths to each `new()` that takes its type from the declaration, or the assignment, at the end of a path."""
    node = path[-1]
    if node.type == "assignment_expression":
        yield from _made_by(path, field(node, "right"))
    elif node.type == "variable_declaration":
        for part in children(node):
            if part.type == "variable_declarator":
                yield from _made_by((*path, part), assigned(part))
    elif node.type in TARGETING_KINDS:
        yield from _made_by(path, field(node, "value") or field(node, "body"))


def _made_by(path: Path, value: Node | None) -> Iterator[Path]:
    if value is not None and value.type == "arrow_expression_clause" and value.named_child_count:
        path, value = (*path, value), value.named_children[0]
    if value is not None and value.type in TARGETED_KINDS:
        yield (*path, value)


def chains(owner: Node) -> bool:
    """Whether a constructor of a class says which one of its base it calls, or which other one of its own."""
    body = field(owner, "body")
    made = [child for child in children(body) if child.type == "constructor_declaration"] if body is not None else []
    return any(part.type == "constructor_initializer" for one in made for part in one.children)


def declared_bare(path: Path) -> tuple[str, ...]:
    """The members and variables that a declaration gives the type at the end of a path, and no value."""
    at = len(path) - 1
    while at > 0 and path[at].type in TYPE_NAME_KINDS:
        at -= 1
    node = path[at]
    if at == len(path) - 1 or field(node, "type") != path[at + 1]:
        return ()
    if node.type == "property_declaration":
        return (text_of(field(node, "name")),) if property_value(node) is None else ()
    bare = (part for part in children(node) if part.type == "variable_declarator" and assigned(part) is None)
    return tuple(text_of(field(part, "name")) for part in bare) if node.type == "variable_declaration" else ()


def returned(body: Node) -> Iterator[tuple[str, Node]]:
    """The expressions that a body gives, each with the condition it stands under; nested functions left out."""
    if body.type != "block":
        yield "", body.named_children[0] if body.type == "arrow_expression_clause" and body.named_child_count else body
        return
    stack: list[tuple[str, Node]] = [("", body)]
    for _ in range(MAX_ITEMS):
        if not stack:
            return
        condition, node = stack.pop()
        if node.type == "return_statement":
            value = argument_value(node)
            if value is not None:
                yield condition, value
            continue
        if node.type == "switch_statement":
            stack.extend(reversed(list(_sections(node))))
            continue
        around = field(node, "condition")
        condition = line_of(around)[:SNIPPET] if around is not None else condition
        inside = [child for child in children(node) if child.type not in NOT_RETURNING_KINDS and child != around]
        other = node.children_by_field_name("alternative") if around is not None else []
        stack.extend(
            (f"not ({condition})" if child in other else condition, child)
            for child in reversed(inside)
            if not child.type.endswith("_expression")
        )


def _sections(switch: Node) -> Iterator[tuple[str, Node]]:
    """The sections of a switch, each with what it asks: `version is Versions.Old`."""
    body = field(switch, "body")
    for labels, section in sections_of(body) if body is not None else ():
        yield section_text(switch, labels), section


def section_text(switch: Node, labels: list[Node]) -> str:
    """What a section asks, with what is switched on."""
    own, body = _asked_by(switch, labels), field(switch, "body")
    if body is None or not any(label.type == "default" for label in labels):
        return own
    cases = [_asked_by(switch, others) for others, _ in sections_of(body) if others != labels]
    return last_arm(own, cases, each=_subject(switch) == "true")


def arm_text(switch: Node, arm: Node) -> str:
    """The same of an arm of a switch expression."""
    own = _asked_by(switch, arm.named_children[:1])
    if arm.named_children[0].type != "discard":
        return own
    arms = [one for one in children(switch) if one.type == arm.type and one != arm and one.named_child_count > 0]
    return last_arm(own, [_asked_by(switch, one.named_children[:1]) for one in arms], each=_subject(switch) == "true")


def _asked_by(switch: Node, labels: list[Node]) -> str:
    """What some labels of a `switch` ask: those of `switch (true)` what stands behind `when`."""
    subject = _subject(switch)
    plain: list[str] = []
    asked: list[str] = []
    for label in labels:
        following = label.next_named_sibling
        if following is None or following.type != "when_clause" or not following.named_child_count:
            plain.append("something else" if label.type == "default" else line_of(label))
            continue
        more = line_of(following.named_children[0])
        if label.type == "declaration_pattern" and children(label)[0].type in ANY_TYPE_KINDS:
            word = re.escape(line_of(children(label)[-1]))
            asked.append(re.sub(rf"(?<![\w.\"']){word}(?![\w\"'])", lambda _: subject, more))
        else:
            asked.append(more if subject == "true" else f"{subject} is {line_of(label)} && {more}")
    return " or ".join([f"{subject} is {' or '.join(plain)}", *asked] if plain else asked)[:SNIPPET]


def _subject(switch: Node) -> str:
    """What is switched on."""
    text = line_of(field(switch, "value") or next(iter(switch.named_children), None))
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def pattern_value(label: Node) -> Node:
    """The constant of a label."""
    return label.named_children[0] if label.type == "constant_pattern" and label.named_child_count else label


def sections_of(body: Node) -> Iterator[tuple[list[Node], Node]]:
    """The sections of a switch's body that hold statements, each with all its labels: to the grammar, `case A: case B:`
    are two sections."""
    asked: list[Node] = []
    for section in children(body):
        labels = [child for child in section.children if child.type.endswith("_pattern") or child.type == "default"]
        asked += labels
        if len(children(section)) > sum(label.is_named for label in labels):
            yield asked, section
            asked = []


def arguments_of(node: Node) -> list[Node]:
    """The arguments of a call or a constructor, in order."""
    listing = field(node, "arguments") or next((c for c in node.children if c.type == "argument_list"), None)
    return [child for child in children(listing) if child.type == "argument"] if listing is not None else []


def split_member(node: Node) -> tuple[Node | None, str]:
    """`a.B`, `a?.B`: the receiver and the member's word."""
    if node.type == "conditional_access_expression":
        bound = next((child for child in node.named_children[1:] if child.type == "member_binding_expression"), None)
        return field(node, "condition"), dotted(text_of(field(bound, "name"))) if bound is not None else ""
    return field(node, "expression"), dotted(text_of(field(node, "name")))


def type_node(binding: Binding) -> Node | None:
    """The declared type of a variable, or the result type of a method."""
    for node in reversed(binding.path[-3:]):
        if node.type in METHOD_KINDS:
            return result_type(node)
        if node.type in TYPED_KINDS:
            return field(node, "type")
        if node.type in TYPE_KINDS:
            return None
    return None


def matched(path: Path) -> Node | None:
    """What `x is T name` holds against the pattern at the end of a path; None of another construct's pattern."""
    at = len(path) - 2
    at -= at > 0 and path[at].type == "negated_pattern"
    asks = at > 0 and path[at].type == "is_pattern_expression" and path[-1].type in MATCHING_KINDS
    return field(path[at], "expression") if asks else None


def result_type(function: Node) -> Node | None:
    """The declared type of what a method or a property gives."""
    return field(function, "returns") or field(function, "type")


def anonymous_entries(node: Node) -> Iterator[tuple[Node, Node]]:
    """The `name = value` pairs of an anonymous object."""
    given = [child for child in node.children[:MAX_ITEMS] if child.is_named or child.type == "="]
    for index in range(1, len(given) - 1):
        if given[index].type == "=":
            yield given[index - 1], given[index + 1]


def cut_by_directive(node: Node) -> Node | None:
    """The `#if` that a statement ends in, when its arms hold the semicolon: the grammar then joins what follows."""
    for _ in range(8):
        if node.type not in CUT_KINDS or not node.named_child_count:
            return None
        node = node.named_children[0]
        if node.type == "preproc_if":
            return node
    return None


def throws(node: Node | None) -> bool:
    """Whether an arm gives no value but an exception."""
    return node is not None and node.type == "throw_expression"


def dotted(text: str) -> str:
    """A name as reports write it: without `global::`, type arguments and white space."""
    text = "".join(text.split()).removeprefix("global::").replace("::", ".")
    for _ in range(8):
        if "<" not in text:
            break
        text = re.sub(r"<[^<>]*>", "", text)
    return text


def assigned(node: Node) -> Node | None:
    """What stands behind the `=` among a node's children."""
    after = False
    for child in node.children[:MAX_ITEMS]:
        if after and child.is_named and "comment" not in child.type:
            return child
        after = after or child.type == "="
    return None


def argument_value(node: Node) -> Node | None:
    """The expression of an argument, behind its name and `ref`."""
    last = node.children[-1] if node.child_count else None
    if last is not None and last.type in ("this", "base"):  # no named nodes
        return last
    given = children(node)
    return given[-1] if given else None


def is_out(node: Node) -> bool:
    """Whether an argument is set by the call: `out x`."""
    return bool(node.child_count) and any(child.type == "out" for child in node.children[:3])


def property_value(node: Node) -> Node | None:
    """The initializer of a property, the body of its getter, or None for one that others fill."""
    value = field(node, "value")
    if value is not None:
        return value
    accessors = field(node, "accessors")
    for accessor in children(accessors) if accessors is not None else []:
        if text_of(field(accessor, "name")) == "get":
            return field(accessor, "body")
    return None
