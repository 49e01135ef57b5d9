"""The pages of rules: every one renders, and says what its pack says."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cli_tools import run
from tlsscan.explain import explain, page, sink_words
from tlsscan.packs import load
from tlsscan.rules import Rule

BOOK = load(examples=True)
PARSER = MarkdownIt("commonmark").enable("table")
EVERY_RULE = pytest.mark.parametrize("rule", [*BOOK.all(), *BOOK.defaults()], ids=lambda rule: rule.id)


def tokens(text: str) -> list[Token]:
    return [token for outer in PARSER.parse(text) for token in (outer, *(outer.children or []))]


def shown(text: str) -> str:
    """What a reader sees, without white space."""
    return "".join(
        "".join(token.content.split()) for token in tokens(text) if token.type in ("text", "code_inline", "fence")
    )


@EVERY_RULE
def test_a_page_renders_and_loses_nothing(rule: Rule) -> None:
    found = tokens(page(rule))
    assert {t.type for t in found} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "code_inline"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "fence", "softbreak"),
        *("link_open", "link_close"),
    }
    assert [t.tag for t in found if t.type == "heading_open"].count("h1") == 1
    assert [t.content.rstrip() for t in found if t.type == "fence"] == [e.code.rstrip() for e in rule.examples]
    assert [t.info for t in found if t.type == "fence"] == [e.language for e in rule.examples]
    assert [t.attrGet("href") for t in found if t.type == "link_open"] == [
        MarkdownIt().normalizeLink(address) for address in rule.references
    ]
    seen = shown(page(rule))
    for sink in rule.sinks if rule.languages else ():
        assert sink.witness or "".join(sink_words(sink).split()) in seen, "what only bears witness finds nothing"


@EVERY_RULE
def test_the_text_and_the_page_say_the_same(rule: Rule) -> None:
    text = explain(rule)
    assert "..." not in page(rule) or "..." in text
    plain = re.sub(r"[^\w]", "", text)
    for word in re.findall(r"\w+", shown(page(rule))):
        assert word in plain


def test_all_rules_in_one_document() -> None:
    given = run("explain", "--all", "-f", "markdown", cwd=Path("."))
    headings = re.findall(r"^## `(.*)`$", given.out, re.MULTILINE)
    assert headings == BOOK.ids()
    assert run("explain", "--all", cwd=Path(".")).out.count("\nWhat to do:\n") == len(headings)


def test_a_folder_has_a_page_for_each_rule_and_an_index(tmp_path: Path) -> None:
    given = run("explain", "--all", "-o", "pages", cwd=tmp_path)
    assert (given.status, given.out, given.err) == (0, "", "")
    index = (tmp_path / "pages" / "README.md").read_text()
    targets = [token.attrGet("href") for token in tokens(index) if token.type == "link_open"]
    assert targets == [f"{identifier}.md" for identifier in BOOK.ids()]
    for rule in BOOK.all():
        assert (tmp_path / "pages" / f"{rule.id}.md").read_text() == page(rule)


def test_an_id_of_a_report_or_of_before_is_understood(tmp_path: Path) -> None:
    pack = """\
schema: 1
library: acme
renamed:
  python/acme-old: python/ssl-context-protocol
"""
    (tmp_path / "own" / "python").mkdir(parents=True)
    (tmp_path / "own" / "python" / "acme.yaml").write_text(pack)
    first = run("explain", "python/ssl-context-protocol/fails", cwd=tmp_path)
    assert first.out.startswith("python/ssl-context-protocol: ")
    before = run("explain", "python/acme-old", "--rules", "own", cwd=tmp_path)
    assert (before.out, before.err) == (first.out, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--all", "python/ssl-context-protocol"], "name a rule, or say --all"),
        (["--all", "-f", "text", "-o", "x"], "--output: pages in a folder are Markdown (leave out --format text)"),
    ],
)
def test_mistakes(tmp_path: Path, words: list[str], told: str) -> None:
    given = run("explain", *words, cwd=tmp_path)
    assert given.status == 2
    assert told in given.err
