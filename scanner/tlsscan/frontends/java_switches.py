"""Java: what an arm of `switch (System.getProperty("java.specification.version"))` asks, as an `if` would ask it."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, children, text_of
from tlsscan.javaversions import asks_number, asks_text

_LEAVE = frozenset({"break_statement", "return_statement", "throw_statement", "continue_statement", "yield_statement"})


def asked_by_arm(subject: str, path: Path, level: int) -> str:
    """What the arm at a level of a path asks of the version of Java; empty where its switch is on something else."""
    is_text = asks_text(subject)
    if not is_text and not asks_number(subject):
        return ""
    form = "{}.equals({})" if is_text else "{} == {}"
    body, arm = path[level - 1], path[level]
    reached = [label for part in _leading_to(body, arm) for label in _labels(part)]
    if None not in reached:
        return " || ".join(form.format(subject, label) for label in reached)
    others = [label for part in children(body) for label in _labels(part) if label is not None and label not in reached]
    return f"not ({' || '.join(form.format(subject, label) for label in others)})" if others else ""


def _leading_to(body: Node, arm: Node) -> list[Node]:
    """An arm, and those before it that fall through to it."""
    found = [arm]
    for part in reversed([part for part in children(body) if part.end_byte <= arm.start_byte]):
        if part.type != "switch_block_statement_group" or _leaves(part):
            break
        found.append(part)
    return found[::-1]


def _leaves(group: Node) -> bool:
    last = group.named_children[-1] if group.named_children else None
    if last is not None and last.type == "block" and last.named_children:
        last = last.named_children[-1]
    return last is not None and last.type in _LEAVE


def _labels(arm: Node) -> list[str | None]:
    """The labels of an arm; None for `default`."""
    labels = [part for part in arm.named_children if part.type == "switch_label"]
    return [text_of(value) for label in labels for value in children(label)] + [
        None for label in labels if not children(label)
    ]
