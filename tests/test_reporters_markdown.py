"""The Markdown report, rendered by a parser: nothing of the scanned repository is more than text in it."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from report_builders import ANY_TEXT, CRASH, OPTIONS, PARTLY, PATH, RULE, RULES, finding, is_hidden, report, step, usage
from tlsscan.display import safe
from tlsscan.model import Narrowing, Problem, ProblemKind, Verdict
from tlsscan.reporters import markdown
from tlsscan.reporters.markdown import CUT, LIMIT, ROWS, render
from tlsscan.reporters.markdown_text import code, link, prose

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OUR_TAGS = ["<details><summary>Why</summary>", "</details>"]
ODD = st.one_of(
    ANY_TEXT,
    st.sampled_from(
        [
            "x\n# pwned.py",
            "a|b.py",
            "a\\|b|.py",
            "`x`.py",
            "``` `` `",
            "` ",
            "<script>alert(1)</script>.py",
            "<img src=x onerror=y>",
            "@octocat",
            "a@octocat.example",
            "![i](https://evil.example/x.png)",
            "[l](javascript:x)",
            "<https://evil.example>",
            "https://evil.example",
            "www.evil.example",
            "#1",
            "owner/repo#1",
            "GH-1",
            ":tada:",
            "&#64;octocat",
            "&lt;b&gt;",
            "1. one",
            "1) one",
            "- one",
            "+ one",
            "> one",
            "***a***",
            "~~a~~",
            "$x$",
            "\u202etxt.py",
            "</details>",
            "<!-- x",
            "[x]: y",
            "a\\",
        ]
    ),
    st.text(alphabet="a`|\\ @#<>[]()!*_~&;:/.-1"),
)


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def rendered(text: str) -> list[Token]:
    return list(flat(PARSER.parse(text)))


def obeyed(tokens: list[Token]) -> list[str]:
    """What a renderer, or a filter of GitHub behind it, would do beyond showing text."""
    found = []
    linked = 0
    for token in tokens:
        linked += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type in ("image", "html_inline", "code_block", "fence", "s_open", "strong_open", "blockquote_open"):
            found.append(f"{token.type} {token.content}")
        if token.type == "html_block" and token.content.strip() not in OUR_TAGS:
            found.append(token.content)
        if token.type == "link_open" and token.attrGet("href") not in RULES[RULE].references:
            found.append(f"link {token.attrGet('href')}")
        if (
            token.type == "text"
            and not linked
            and any(sign in token.content for sign in ("@", "www.", "://", "#1", "GH-1", ":tada:"))
        ):
            found.append(f"text {token.content}")
    return found


def places(tokens: list[Token]) -> list[str]:
    """The place of every row of the table."""
    return [
        "".join(child.content for child in token.children or [])
        for before, token in pairwise(tokens)
        if before.type == "td_open" and token.type == "inline"
    ][2::5]


def test_what_a_reader_sees() -> None:
    trace = (step("app/tls.py", "V = ssl.PROTOCOL_TLSv1\n", "V = ssl.PROTOCOL_TLSv1"),)
    found = report(finding(usage()._replace(trace=trace)), finding(usage(path="b.py"), Verdict.ALLOWS, "permits more"))
    text = render(found._replace(assumed=("CPython 3.12 is assumed",)), RULES, OPTIONS)
    assert text.startswith(
        "## tlsscan: 1 error, 1 warning in 2 files\n\n"
        "Found 2 findings (1 error, 1 warning) in 2 files; scanned 5 files (python 3, ruby 2). "
        "The floor is TLS 1.2.\n\n"
        "| Level | Verdict | Place | Setting | Permits |\n"
        "|---|---|---|---|---|\n"
        "| error | fails | `app/client.py:3` | `ssl.SSLContext` | TLS 1.0 |\n"
        "| warning | allows | `b.py:3` | `ssl.SSLContext` | TLS 1.0 |\n\n"
        "### What to do\n\n"
        "- Build the context with `ssl.create_default_context()` and let both sides negotiate."
        " See <https://docs.python.org/3/library/ssl.html>\n"
        "  - `app/client.py:3`, `b.py:3`\n\n"
        "<details><summary>Why</summary>\n\n"
        "- `app/client.py:3` fails (`python/ssl-context-protocol`): `ssl.SSLContext` accepts only TLS 1.0\n"
        "  - value from `app/tls.py:1`: `V = ssl.PROTOCOL_TLSv1`\n"
        "- `b.py:3` allows (`python/ssl-context-protocol`): permits more\n\n"
        "</details>\n\n"
        "- Findings by language: python 2\n"
        "- Assumed: CPython 3.12 is assumed\n"
    )
    assert obeyed(rendered(text)) == []


def test_nothing_found_and_gaps() -> None:
    assert render(report(), RULES, OPTIONS).startswith("## tlsscan: no finding\n\nNo setting below TLS 1.2 found in 5")
    text = render(report(problems=(CRASH, PARTLY)), RULES, OPTIONS)
    assert text.startswith("## tlsscan: the scan is incomplete\n")
    assert "**Not analysed**: 1 file\n\n- `lib/odd.py`: the worker ended with signal 11\n" in text
    assert "Analysed only in part: 1 file\n\n- `web/a.rb`: syntax error\n" in text


def test_what_the_configuration_leaves_out_is_told() -> None:
    narrowed = (Narrowing(".tlsscan.toml", "exclude", "3 files excluded", 3),)
    text = render(report()._replace(configuration=".tlsscan.toml", narrowed=narrowed), RULES, OPTIONS)
    assert "- Narrowed by `.tlsscan.toml`: 3 files excluded\n" in text


def test_the_most_severe_fifty_have_a_row() -> None:
    notes = [finding(usage(path=f"n{number:03}.py"), Verdict.CAPS) for number in range(ROWS)]
    text = render(report(*notes, finding(usage(path="worst.py"))), RULES, OPTIONS)
    rows = places(rendered(text))
    assert len(rows) == ROWS
    assert rows[0] == "worst.py:3"
    assert "*And 1 more, no more severe than these.*" in text


def test_what_is_too_long_is_cut_between_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "\u202e" * 4000
    found = [
        finding(usage(path=f"{number}/{odd}"), message=odd)._replace(remediation=f"do {number} " * 400)
        for number in range(60)
    ]
    text = render(report(*found), RULES, OPTIONS)
    assert len(text) <= LIMIT
    monkeypatch.setattr(markdown, "LIMIT", 30_000)
    text = render(report(*found), RULES, OPTIONS)
    assert 20_000 < len(text) <= 30_000
    assert text.endswith(f"\n\n{CUT}\n")
    assert obeyed(rendered(text)) == []


@settings(max_examples=300)
@given(st.lists(st.tuples(ODD.filter(bool), ODD, ODD), min_size=1, max_size=3))
def test_nothing_in_names_and_messages_is_obeyed(given: list[tuple[str, str, str]]) -> None:
    found = [
        finding(usage(path=path)._replace(api=api, trace=(step(path, "a b", "b")._replace(text=api),)), message=message)
        for path, message, api in given
    ]
    lost = [Problem(path, ProblemKind.PARSE_ERROR, message) for path, message, _ in given]
    made = report(*found, problems=tuple(lost))._replace(notices=tuple(message for _, message, _ in given))
    text = render(made, RULES, OPTIONS)
    assert not any(is_hidden(char) for char in text.replace("\n", ""))
    tokens = rendered(text)
    assert obeyed(tokens) == []
    assert [token.type for token in tokens].count("heading_open") == 2
    assert [token.type for token in tokens].count("table_open") == 1
    rows = places(tokens)
    assert [row.strip() for row in rows] == [safe(f"{path}:3").replace("\\t", " ").strip() for path, _, _ in given]


@given(ODD)
def test_prose_and_code_show_their_text(text: str) -> None:
    for made in (code(text), prose(text)):
        assert "\n" not in made
        shown = "".join(
            token.content for token in rendered(f"x {made}") if token.type in ("text", "code_inline") and token.content
        )
        assert "".join(shown.removeprefix("x").split()) == "".join(safe(" ".join(text.split("\t"))).split()) or (
            shown.endswith("...") or "\\" in safe(text)
        )


def test_plain_words_stay_plain() -> None:
    text = 'Set it to "a" (no white space), or TLS 1.2; see ssl.X.'
    assert prose(text) == 'Set it to "a" (no white space), or TLS 1.2; see `ssl.X`.'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Use c.wrap_socket(sock, server_hostname=host) instead.",
            "Use `c.wrap_socket(sock, server_hostname=host)` instead.",
        ),
        ("Use f.x(a, b, c), and f.y(d).", "Use `f.x(a, b, c)`, and `f.y(d)`."),
        ("An open f.x(a, says nothing.", "An open `f.x(a`, says nothing."),
    ],
)
def test_the_arguments_of_a_call_stay_together(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize("address", ["javascript:x", "https://a b", "https://a>b", "x"])
def test_only_an_address_is_a_link(address: str) -> None:
    assert link(address) == code(address)
    assert link("https://a.example/x_(y)") == "<https://a.example/x_(y)>"


def test_places_are_code() -> None:
    assert f"`{PATH}:3`" in render(report(finding()), RULES, OPTIONS)
