"""What jobs of any service for tests say: versions, the machine, and what commands install."""

from tlsscan.claims import ClaimKind
from tlsscan.manifests import repositories
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.shell import by_managers, installed
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
    for node in document.walk():
        if node.key in _SCRIPTS and not node.mapping:
            for script in [node] if node.items is None else [item for item in node.items if item.items is None]:
                for managed in by_managers(data, script.start, script.end):
                    sheet.say(managed.name, managed.name, managed.version, (managed.start, managed.end), TEST)
                here = list(repositories.added(data, script.start, script.end))
                for package in installed(data, script.start, script.end):
                    if package.by == "system":
                        text = f"{package.name}={package.version}" if package.version else package.name
                        words = repositories.listed([*foreign, *(word for at, word in here if at < package.start)])
                        sheet.say(f"os:{on}{words}", "package", text, package.span, TEST)
                foreign += [word for _, word in here]
