"""The built-in rules: every example holds, and every pack keeps to the form."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tlsscan.packfiles import pack_files
from tlsscan.packs import load
from tlsscan.rules import Rule
from tlsscan.selfcheck import Checker

RULES = Path(__file__).parents[1] / "rules"
BOOK = load(directory=str(RULES))
FILES = sorted(RULES.glob("*/*.yaml"))
SEVERITY = re.compile(r"\b(critical|severe|severity|(high|medium|low)[- ](risk|priority)|vulnerab\w*|insecure)\b", re.I)

USES = BOOK.defaults()
EVERY_RULE = pytest.mark.parametrize("rule", BOOK.all(), ids=[rule.id for rule in BOOK.all()])
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(BOOK)


@EVERY_RULE
def test_examples(rule: Rule, checker: Checker) -> None:
    assert [f"{failure.place}: {failure.text}" for failure in checker.check_rule(rule)] == []


@pytest.mark.parametrize("rule", USES, ids=[rule.id for rule in USES])
def test_uses_of_defaults(rule: Rule) -> None:
    checker = Checker(BOOK.with_defaults)
    assert [f"{failure.place}: {failure.text}" for failure in checker.check_rule(rule)] == []
    assert rule.references
    assert rule.title == rule.title.strip(".")


def test_every_file_was_loaded() -> None:
    assert [(file.pack, file.stem) for file in pack_files(str(RULES))] == [(p.parent.name, p.stem) for p in FILES]
    with_rules = {tuple(rule.origin.split(":")[0].split("/")[-2:]) for rule in [*BOOK.all(), *USES]}
    texts = {(p.parent.name, p.name): p.read_text(encoding="utf-8") for p in FILES}
    holding = {name for name, text in texts.items() if re.search(r"(?m)^(rules|floors|defaults):", text)}
    assert with_rules == holding


def test_ids_are_unique() -> None:
    written = [found for path in FILES for found in re.findall(r"(?m)^  - id: (\S+)", path.read_text(encoding="utf-8"))]
    assert sorted(written) == sorted([*BOOK.ids(), *(rule.id for rule in USES)])
    assert len(set(written)) == len(written)


@EVERY_RULE
def test_a_rule_proves_and_explains_itself(rule: Rule) -> None:
    assert rule.evidence in ("wire", "source", "documentation", "page")
    assert rule.references
    assert [address for address in rule.references if not address.startswith("https://")] == []
    remedy = rule.remediation
    remedies = [remedy.modern, remedy.newest, *filter(None, [remedy.default]), *remedy.client, *remedy.server]
    texts = (rule.title, rule.message, *remedies)
    assert [text for text in texts if text != text.strip() or not text] == []
    assert not rule.title.endswith(".")
    assert not rule.message.endswith(".")
    assert [text for text in remedies if not text.endswith((".", ")"))] == []
    assert "{api}" in rule.message or "{versions}" in rule.message or "{value}" in rule.message


@EVERY_RULE
def test_a_rule_states_facts_and_leaves_opinions_to_the_policy(rule: Rule) -> None:
    remedy = rule.remediation
    remedies = (remedy.modern, remedy.newest, remedy.default, *remedy.client, *remedy.server)
    for text in (rule.id, rule.title, rule.message, *remedies, rule.note):
        assert not SEVERITY.search(text), text


@pytest.mark.parametrize("rule", [rule for rule in BOOK.all() if rule.languages], ids=lambda rule: rule.id)
def test_anchors_stand_in_what_they_find(rule: Rule) -> None:
    """Every anchor is a part of a line that some example of its rule marks or must not report."""
    code = "\n".join(example.code for example in rule.examples).lower()
    found = {anchor for sink in rule.sinks for anchor in sink.anchors if anchor.lower() in code}
    assert found, "no anchor of the rule stands in its examples"


@EVERY_FILE
def test_files_are_written_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\t" not in text.replace("\\t", "")
    assert [number for number, line in enumerate(lines, 1) if line != line.rstrip()] == []
    odd = [number for number, line in enumerate(_outside_blocks(lines), 1) if (len(line) - len(line.lstrip())) % 2]
    assert odd == []


def _outside_blocks(lines: list[str]) -> list[str]:
    """The lines with those of block scalars made empty: code has an indentation of its own."""
    kept: list[str] = []
    block = -1
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if block >= 0 and (not line.strip() or indent > block):
            kept.append("")
            continue
        block = indent if re.search(r"[|>][+-]?$", line.split(" #")[0]) else -1
        kept.append(line)
    return kept


@EVERY_FILE
def test_another_reader_of_yaml_sees_the_same(path: Path) -> None:
    """The pure-Python parser agrees with the one written in C, and no key is lost to a number's notation."""
    data = path.read_bytes()
    pure, compiled = yaml.load(data, Loader=yaml.SafeLoader), yaml.load(data, Loader=yaml.CSafeLoader)
    assert pure == compiled
    assert _keys(pure)


def _keys(node: Any) -> int:
    if isinstance(node, dict):
        return len(node) + sum(map(_keys, node.values()))
    return sum(map(_keys, node)) if isinstance(node, list) else 0
