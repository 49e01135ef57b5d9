"""What jobs of any service for tests say: versions, the machine, and what commands install."""

from tlsscan.claims import ClaimKind
from tlsscan.manifests import repositories
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.shell import by_managers, installed, one_by_one, without_comments
from tlsscan.manifests.tree import Node

TEST = ClaimKind.TEST
GRAMMARS = {"dotnet": "series"}  # the others are named like their products
_SCRIPTS = frozenset(
    (
        "run",
        "command",
        "script",
        "before_script",
        "after_script",
        "before_install",
        "install",
        "bash",
        "override",
        "pre",
    )
)
"""Keys under which commands stand."""


def say(sheet: Sheet, product: str, node: Node, text: str = "") -> None:
    """Note a version of a product that a test runs on."""
    sheet.say(product, GRAMMARS.get(product, product), text or node.text, node.span, TEST)


def say_host(sheet: Sheet, node: Node) -> None:
    """Note the machine that a test runs on."""
    sheet.say("image", "host", node.text, node.span, TEST)


def installs(sheet: Sheet, data: bytes, document: Node, on: str = "") -> None:
    """Note the packages of the system that commands install, and what version managers are told to. `on` is the image
    that they run on, or `host:` and the name of the machine: its release tells versions that names do not."""
    foreign: list[str] = []
    scripts = [script for node in document.walk() if node.key in _SCRIPTS for script in _scripts(node)]
    data = _commands(data, scripts)
    for script in scripts:
        for managed in by_managers(data, script.start, script.end):
            sheet.say(managed.name, managed.name, managed.version, (managed.start, managed.end), TEST)
        here = list(repositories.added(data, script.start, script.end))
        for package in installed(data, script.start, script.end):
            if package.by == "system":
                text = f"{package.name}={package.version}" if package.version else package.name
                words = repositories.listed([*foreign, *(word for at, word in here if at < package.start)])
                sheet.say(f"os:{on}{words}", "package", text, package.span, TEST)
        foreign += [word for _, word in here]


def _scripts(node: Node) -> list[Node]:
    """The scripts that stand under a key."""
    if node.items is None:
        return [node]
    return [] if node.mapping else [item for item in node.items if item.items is None]


def _commands(data: bytes, scripts: list[Node]) -> bytes:
    """A file whose scripts have no comments, and a mark at the end of each command that ends with its line."""
    if not any(b"#" in (text := data[script.start : script.end]) or b"\n" in text for script in scripts):
        return data
    changed = bytearray(data)
    for script in scripts:
        text = without_comments(data[script.start : script.end])
        changed[script.start : script.end] = one_by_one(text) if "\n" in script.text.rstrip("\n") else text
    return bytes(changed)
