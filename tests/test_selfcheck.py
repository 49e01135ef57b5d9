"""The check of examples: everything that is wrong with one is told, at its place."""

import pytest

from core_builders import RUNTIMES
from tlsscan.packcheck import check
from tlsscan.packfiles import PackFile
from tlsscan.rulebook import Book, Rulebook
from tlsscan.selfcheck import BadMark, Expectation, check_rules, expectations

PACK = """\
schema: 1
library: demo
base: modern
evidence: wire
languages: python
vocabularies:
  words:
    values:
      "'TLSv1'": TLSv1.0
      "'TLSv1.2'":
        - {{when: {{lang: "<4"}}, effect: rejected}}
        - TLSv1.2
      "'auto'": default
rules:
  - id: demo/connect
    title: A connection
    configures: exactly
    vocabulary: words
    sinks:
      - {{call: lib.connect_tls, position: 0}}
    message: "{{api}} says {{versions}}"
    remediation: Do better.
    references: https://example.org/
    examples: {examples}
"""

GOOD = """\
import lib
lib.connect_tls("TLSv1")    # expect: TLSv1.0
lib.connect_tls("TLSv1.2")  # expect: TLSv1.2; none @ lang=3
lib.connect_tls("auto")     # expect: default; default @ lang=3
lib.connect_tls(mode)       # expect: unresolved
print("connect_tls")
"""
FIRST_LINE = 25  # of the code, in the pack


def block(code: str) -> str:
    return "|\n" + "".join(f"      {line}\n" for line in code.splitlines())


def rulebook(examples: str) -> Rulebook:
    files = [("demo", PACK.format(examples=examples)), ("runtimes", RUNTIMES)]
    return Rulebook(Book(check(PackFile(pack, "lib", f"{pack}/lib.yaml", text.encode()) for pack, text in files)))


def failures(code: str) -> list[tuple[str, str]]:
    count, _, found = check_rules(rulebook(block(code)))
    assert count == 1
    assert {failure.rule for failure in found} <= {"demo/connect"}
    return [(failure.place.removeprefix("demo/lib.yaml:"), failure.text) for failure in found]


def at(line: int) -> str:
    """The place of a line of the code, from 1."""
    return str(FIRST_LINE + line - 1)


def test_good_examples_have_no_failure() -> None:
    assert failures(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        (
            'connect_tls("TLSv1")    # expect: TLSv1.0',
            'connect_tls("TLSv1")  # expect: TLSv1.1',
            2,
            "expected TLSv1.1, got TLSv1.0",
        ),
        (
            'connect_tls("TLSv1")    # expect: TLSv1.0',
            'connect_tls("TLSv1")  # expect: TLSv1.0; default @ lang=5',
            2,
            "expected default @ lang=5, got TLSv1.0",
        ),
        ("# expect: unresolved", "# expect: none", 5, "expected none, got unresolved"),
        ("# expect: unresolved", "# expect: TLSv1.0, TLSv1.2", 5, "expected TLSv1.0, TLSv1.2, got unresolved"),
        ("none @ lang=3", "TLSv1.2 @ lang=3", 3, "expected TLSv1.2 @ lang=3, got none"),
        (
            'print("connect_tls")',
            'print("connect_tls")  # expect: default',
            6,
            "expected default, but nothing was found",
        ),
        (
            'print("connect_tls")',
            'print("connect_tls")\nlib.connect_tls("TLSv1")',
            7,
            "demo/connect reports TLSv1.0 on an unmarked line",
        ),
        ("# expect: unresolved", "# expect: TLSv1", 5, "'TLSv1' is neither versions nor none, default or unresolved"),
        ("# expect: unresolved", "# expect:", 5, "'' is neither versions nor none, default or unresolved"),
        ("none @ lang=3", "none @ lang", 3, "'lang' is not PRODUCT=VERSION"),
        ("none @ lang=3", "TLSv1.2 @ lung=3", 3, "no product 'lung' in the runtime tables (did you mean 'lang'?)"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, line: int, text: str) -> None:
    assert GOOD.count(old) == 1
    assert (at(line), text) in failures(GOOD.replace(old, new))


def test_noise_under_a_claim_is_told_with_the_claim() -> None:
    found = failures(GOOD + 'lib.connect_tls("auto")\n')
    assert found == [(at(7), "demo/connect reports default on an unmarked line @ lang=3")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('lib.connect_tls("auto")  # expect: default\nx = "connect_tls"\n', "no example line is reported at floor 1.2"),
        (
            'lib.connect_tls("TLSv1")  # expect: TLSv1.0\nx = "connect_tls"\n',
            "no marked example line is fine at floor 1.2",
        ),
        (
            'lib.connect_tls("TLSv1")  # expect: TLSv1.0\nlib.connect_tls("auto")  # expect: default\nx = 1\n',
            "no unmarked example line looks like a use (holds an anchor)",
        ),
    ],
)
def test_what_the_examples_of_a_rule_lack_is_told_at_the_rule(code: str, text: str) -> None:
    assert failures("import lib\n" + code) == [("15", text)]


@pytest.mark.parametrize(
    ("remedy", "fine"),
    [
        ("Set lib.TLS1_2.", False),
        ("Say {floor} or TLSv1.2.", False),
        ("Pass Tls12 | Tls13.", False),
        ("Use Policy-Min-TLS-1-2.", False),
        ("Set lib.TLS1_{minor}, from lib 1.2 on.", True),
        ("Write TLS 1.25.", True),
        ("{TLSv1.2: Set lib.TLS1_2., TLSv1.3: 'Set lib.TLS1_3, not lib.TLS1_2.'}", True),
        ("{TLSv1.2: Set it., TLSv1.3: Raise it., server: Set lib.TLS1_2.}", False),
    ],
)
def test_a_remedy_for_one_floor_only_is_told(remedy: str, fine: bool) -> None:
    text = PACK.format(examples=block(GOOD)).replace("Do better.", remedy)
    files = [("demo", text), ("runtimes", RUNTIMES)]
    _, _, found = check_rules(Rulebook(Book(check(PackFile(p, "lib", f"{p}/lib.yaml", t.encode()) for p, t in files))))
    assert [failure.text.startswith("the remedy names TLS 1.2 whatever the floor") for failure in found] == [True] * (
        not fine
    )


@pytest.mark.parametrize(
    ("fixes", "wanted"),
    [
        ("[\"'TLSv1.2'\"]", []),
        ("[{keep: \"'TLSv1'\"}]", []),
        # With the assumed runtime it means something else.
        (
            "[lib.NEWER]",
            [(at(2), "with --min-tls 1.2, the fix does not help: write lib.NEWER for lib.OLDER")],
        ),
    ],
)
def test_a_fix_that_does_not_help_is_told(fixes: str, wanted: list[tuple[str, str]]) -> None:
    entries = (
        "      lib.OLDER: TLSv1.0\n      lib.NEWER: [{when: {lang: '>=3'}, versions: TLSv1.0}, {versions: TLSv1.2}]\n"
    )
    text = PACK.replace("rules:\n", f"{entries}    fixes: {fixes}\nrules:\n".replace("{", "{{").replace("}", "}}"), 1)
    code = GOOD.replace('connect_tls("TLSv1") ', "connect_tls(lib.OLDER) ")
    files = [("demo", text.format(examples=block(code))), ("runtimes", RUNTIMES)]
    *_, found = check_rules(Rulebook(Book(check(PackFile(p, "lib", f"{p}/lib.yaml", t.encode()) for p, t in files))))
    shifted = [(str(int(line) + 3), said) for line, said in wanted]
    assert [(failure.place.rpartition(":")[2], failure.text) for failure in found] == shifted


def test_examples_in_a_list_have_their_own_lines_languages_and_files() -> None:
    second = "- {language: python, file: tests/b.py, code: 'import lib; lib.connect_tls(\"TLSv1\")  # expect: TLSv1.1'}"
    first = "- code: |\n" + "".join(f"          {line}\n" for line in GOOD.splitlines())
    _, _, found = check_rules(rulebook(f"\n      {first}      {second}\n"))
    assert [(failure.place, failure.text) for failure in found] == [
        ("demo/lib.yaml:33", "expected TLSv1.1, got TLSv1.0")
    ]


def test_a_line_that_another_rule_finds_does_not_prove_this_one() -> None:
    more = """\
  - id: demo/other
    title: Another
    configures: exactly
    vocabulary: words
    sinks:
      - {call: lib.other_tls, position: 0}
    message: "{api}"
    remediation: Do better.
    references: https://example.org/
    examples: |
      import lib
      lib.connect_tls("TLSv1")  # expect: TLSv1.0
      lib.other_tls("auto")     # expect: default
      lib.other_tls
"""
    text = PACK.format(examples=block(GOOD)) + more
    files = [("demo", text), ("runtimes", RUNTIMES)]
    book = Rulebook(Book(check(PackFile(pack, "lib", f"{pack}/lib.yaml", given.encode()) for pack, given in files)))
    _, _, found = check_rules(book)
    line = text.splitlines().index('      lib.connect_tls("TLSv1")  # expect: TLSv1.0', FIRST_LINE + 6) + 1
    assert [(failure.rule, failure.place, failure.text) for failure in found] == [
        ("demo/other", f"demo/lib.yaml:{line}", "found by demo/connect, not by this rule"),
        ("demo/other", "demo/lib.yaml:32", "no example line is reported at floor 1.2"),
    ]


def test_a_part_of_the_rules() -> None:
    book = rulebook(block(GOOD))
    assert [check_rules(book, under)[0] for under in ("", "demo", "demo/lib.yaml", "dem", "other")] == [1, 1, 1, 0, 0]


# -- marks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("x  # expect: TLSv1.0", [Expectation(1, ("TLSv1.0",))]),
        ("x // expect: TLSv1.2, TLSv1.0 ", [Expectation(1, ("TLSv1.0", "TLSv1.2"))]),
        ("x /* expect: none */", [Expectation(1, ("none",))]),
        ("x <!-- expect: default -->", [Expectation(1, ("default",))]),
        ("x -- expect: unresolved", [Expectation(1, ("unresolved",))]),
        (
            "x # expect: TLSv1.0; none @ java=8u291, openssl=3",
            [Expectation(1, ("TLSv1.0",)), Expectation(1, ("none",), (("java", "8u291"), ("openssl", "3")))],
        ),
        ("\n\nx # expect: none", [Expectation(3, ("none",))]),
        ("x # I expect: nothing", []),
        ('"# expected: TLSv1.0"', []),
        ("x", []),
    ],
)
def test_marks(line: str, wanted: list[Expectation]) -> None:
    assert expectations(line) == wanted


def test_a_bad_mark_knows_its_line() -> None:
    with pytest.raises(BadMark) as caught:
        expectations("x\ny # expect: TLS\n")
    assert caught.value.line == 2
