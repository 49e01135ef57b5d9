"""Cases of PHP's switch, which run into those after them where nothing leaves."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.leaving import leaves
from tlsscan.frontends.php_text import brief
from tlsscan.frontends.unit import field, text_of

CASE_KINDS = frozenset({"case_statement", "default_statement"})
MAX_CASES = 12  # that lead to one


def labelled(case: Node) -> str:
    """The condition under which a case runs: its own label, with those of the cases before it that run into it."""
    own = field(case, "value")
    if own is None:
        return "default"
    labels, before = [brief(text_of(own))], case.prev_named_sibling
    while before is not None and before.type == "case_statement" and _runs_on(before) and len(labels) < MAX_CASES:
        labels.insert(0, brief(text_of(field(before, "value"))))
        before = before.prev_named_sibling
    if len(labels) == 1:
        return f"case {labels[0]}"
    block = case.parent
    switch = block.parent if block is not None else None
    subject = brief(text_of(field(switch, "condition"))) if switch is not None else ""
    return f"{subject} is {' or '.join(labels)}"


def run_into(case: Node) -> list[Node]:
    """The cases that run after one as nothing between them leaves, the next first."""
    found: list[Node] = []
    while _runs_on(case) and len(found) < MAX_CASES:
        following = case.next_named_sibling
        if following is None or following.type not in CASE_KINDS:
            break
        found.append(following)
        case = following
    return found


def _runs_on(case: Node) -> bool:
    """Whether a case does not end by leaving the switch."""
    held = [child for child in case.named_children if "comment" not in child.type]
    last = held[-1] if held else None
    return last is None or last == field(case, "value") or not leaves(last)
