"""Ruby: tests that put something in the place of what would connect. Loaded for files that hold words of mocks."""

from tlsscan.frontends.grammars import Node
from tlsscan.frontends.unit import Path, field, text_of
from tlsscan.patterns import lazy

EXAMPLES = frozenset({"it", "specify", "example", "scenario", "test", "should"})
_CONNECTS = (
    r":(?:new|open|start|connect|call|run|perform|request|execute|send_request|get2?|post2?|put|delete|head|patch)\b"
)
_CLASS = r"\b[A-Z]\w*(?:::[A-Z]\w*)*"
_STANDS_IN = lazy(
    rf"\b(?:expect|allow)\(\s*{_CLASS}\s*\)\s*\.to\s+receive\(?\s*{_CONNECTS}"
    rf"|{_CLASS}(?:\.any_instance)?\.(?:should_receive|expects|stubs?|stub!)\(?\s*{_CONNECTS}"
    r"|\bstub_request\b|\bstub_http_request\b"
)
_GOES_ON = lazy(r"\b(?:and_call_original|and_call_through|allow_net_connect!|WebMock\.disable!)")


def is_mocked(path: Path) -> bool:
    """Whether the end of a path stands in an example that says what a class gives when it is asked to connect: of other
    objects it is not known what they are."""
    example = next((node for node in reversed(path) if _is_example(node)), None)
    text = text_of(example)
    return _STANDS_IN.search(text) is not None and _GOES_ON.search(text) is None


def _is_example(node: Node) -> bool:
    if node.type == "method":
        return text_of(field(node, "name")).startswith("test_")
    return node.type == "call" and field(node, "block") is not None and text_of(field(node, "method")) in EXAMPLES
