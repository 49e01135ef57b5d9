"""The page: read back as a browser reads it, with nothing in it but what this program wrote."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from report_builders import (
    ANY_TEXT,
    CRASH,
    NEEDLE,
    OPTIONS,
    PATH,
    RULE,
    RULES,
    finding,
    is_hidden,
    report,
    step,
    usage,
)
from tlsscan.model import Aside, AsideKind, Place, Verdict
from tlsscan.reporters.html import POLICY, render

VOID = {"meta"}
LEFT_OPEN = {"td", "th"}
MARKUP = st.lists(st.sampled_from(["<script>x</script>", "&lt;", '"', "'", "</pre>", "<!--", "]]>", "x", "::error::"]))
ODD = st.one_of(ANY_TEXT, MARKUP.map("".join))


class Page(HTMLParser):
    """The elements and the text of a page. Fails for what a browser would have to guess."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag not in VOID | LEFT_OPEN:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def values(self, tag: str, name: str) -> list[str]:
        return [value for has, key, value in self.attributes if (has, key) == (tag, name)]


KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "tr", "th", "td", "a"),
    *("code", "section", "strong", "pre", "ul", "li"),
}


def test_a_page_says_what_is_wrong_where_and_what_to_do() -> None:
    found = usage()._replace(trace=(step("app/settings.py", "OLD = ssl.PROTOCOL_TLSv1\n", "OLD"),))
    page = Page(render(report(finding(found), finding()), RULES, OPTIONS))
    assert "tlsscan: 2 errors in 1 file" in page.text
    assert f"{PATH}:3:22" in page.text
    assert f"3 | ctx = ssl.SSLContext({NEEDLE})\n" in page.text
    assert "value from app/settings.py:1:1" in page.text
    assert "help: Build the context with ssl.create_default_context()" in page.text
    assert "Found 2 findings (2 errors) in 1 file" in page.text
    assert page.values("section", "id") == ["finding-1", "finding-2"]
    assert page.values("a", "href")[:3] == ["#finding-1", "#finding-2", RULES[RULE].references[0]]


def test_it_loads_nothing_and_runs_nothing() -> None:
    page = Page(render(report(finding()), RULES, OPTIONS))
    assert page.values("meta", "content")[0] == POLICY
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert not {tag for tag, name, _ in page.attributes if name in ("src", "style") or name.startswith("on")}


def test_the_most_severe_come_first_and_gaps_are_told() -> None:
    made = report(finding(usage(path="b.py"), Verdict.ALLOWS), finding(usage(path="c.py")), problems=(CRASH,))
    page = Page(render(made, RULES, OPTIONS))
    assert page.text.index("c.py:3:22") < page.text.index("b.py:3:22")
    assert "Not analysed, so the scan is incomplete: 1 file" in page.text
    assert "tlsscan: the scan is incomplete" in Page(render(report(problems=(CRASH,)), RULES, OPTIONS)).text
    assert "tlsscan: no finding" in Page(render(report(), RULES, OPTIONS)).text


def test_what_is_set_aside_is_listed_if_asked_for() -> None:
    made = report()._replace(aside=(Aside(finding(), AsideKind.INLINE, "an <old> gate", None),))
    assert "an <old> gate" not in Page(render(made, RULES, OPTIONS)).text
    assert "suppressed: an <old> gate" in Page(render(made, RULES, OPTIONS._replace(show_suppressed=True))).text


@given(ODD.filter(bool), ODD, ODD)
def test_nothing_of_the_repository_is_obeyed(path: str, message: str, value: str) -> None:
    found = usage(path=path)._replace(
        value=value,
        api=value,
        open_by=value,
        note="https://evil.example/",
        related=(Place(path, usage().place.region, value),),
    )
    made = report(finding(found, message=message)._replace(remediation=message), problems=(CRASH._replace(path=path),))
    text = render(made, RULES, OPTIONS)
    page = Page(text)
    assert set(page.tags) <= KNOWN
    assert {name for _, name, _ in page.attributes} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel"),
    }
    assert set(page.values("a", "href")) <= {"#finding-1", *RULES[RULE].references}
    assert not any(is_hidden(char) for char in text.replace("\n", ""))
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines())
