"""Which runtime claim counts for a file."""

import pytest

from tlsscan.claims import Claim, ClaimKind, Claims, Span, nearest, scope_of
from tlsscan.model import Place
from tlsscan.values import Region

LINE = Region(1, 1, 1, 2, 1, 2, 0, 1)


def claim(path: str, kind: ClaimKind, *spans: Span, product: str = "java") -> Claim:
    return Claim(product, spans, "", kind, Place(path, LINE), scope_of(path))


def any_of(version: str) -> Span:
    return Span(version, version)


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (any_of("2.7"), ["2.7", "2.7.0", "2.7.18"], ["2.6.9", "2.8", "3.0", "2"]),
        (any_of("2.7.8"), ["2.7.8"], ["2.7.7", "2.7.9", "2.70.8"]),
        (Span("3.6"), ["3.6", "3.12", "4"], ["3.5.9", "2.7"]),
        (Span("3.6", "4", below=True), ["3.6", "3.99"], ["4", "4.0.1", "3.5"]),
        (Span("", "2", below=True), ["1.26.20", "0"], ["2", "2.0.0"]),
        (Span("5.6", "8.1"), ["5.6", "8.1.30"], ["5.5", "8.2"]),
    ],
)
def test_a_span_covers_versions(span: Span, inside: list[str], outside: list[str]) -> None:
    assert [v for v in [*inside, *outside] if span.covers(v, "python")] == inside


def test_java_versions_are_compared_as_java_counts_them() -> None:
    assert any_of("1.8").covers("8u291", "java")
    assert not any_of("1.7").covers("8u291", "java")
    assert any_of("8").meets(any_of("1.8.0_181"), "java")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (any_of("2.7"), "2.7"),
        (Span("3.6"), ">=3.6"),
        (Span("3.6", "4", below=True), ">=3.6,<4"),
        (Span("", "2", below=True), "<2"),
        (Span(), "any"),
    ],
)
def test_a_span_tells_itself(span: Span, text: str) -> None:
    assert str(span) == text


def test_the_oldest_version_of_a_claim() -> None:
    assert claim("pom.xml", ClaimKind.TEST, any_of("11"), any_of("1.8"), any_of("17")).oldest == "1.8"
    assert claim("pom.xml", ClaimKind.TEST, Span("", "11"), any_of("8")).oldest == ""


def test_the_nearest_folder_counts() -> None:
    top = claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("7"))
    own = claim("shop/Dockerfile", ClaimKind.DEPLOYMENT, any_of("17"))
    assert nearest([top, own], "java", "shop/src/A.java") == (own,)
    assert nearest([top, own], "java", "web/src/A.java") == (top,)
    assert nearest([own], "java", "shopping/A.java") == ()


def test_of_one_folder_the_most_binding_kind_counts() -> None:
    image = claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("11"))
    level = claim("pom.xml", ClaimKind.BYTECODE, Span("7"))
    assert nearest([level, image], "java", "src/A.java") == (image,)


def test_a_more_binding_claim_above_counts_unless_a_nearer_one_contradicts_it() -> None:
    image = claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("7"))
    old = claim("old/pom.xml", ClaimKind.BYTECODE, Span("6"))
    new = claim("new/pom.xml", ClaimKind.BYTECODE, Span("11"))
    claims = [image, old, new]
    assert nearest(claims, "java", "old/A.java") == (image,)
    assert nearest(claims, "java", "new/A.java") == (new,)


def test_a_less_binding_claim_above_counts_for_nothing() -> None:
    image = claim("shop/Dockerfile", ClaimKind.DEPLOYMENT, any_of("7"))
    level = claim("pom.xml", ClaimKind.BYTECODE, Span("11"))
    assert nearest([level, image], "java", "shop/A.java") == (image,)


def test_claims_of_one_kind_in_one_folder_that_differ_are_all_given() -> None:
    first = claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("8"))
    second = claim("Dockerfile.slim", ClaimKind.DEPLOYMENT, any_of("11"))
    assert nearest([first, second], "java", "A.java") == (first, second)


def test_what_cannot_load_the_bytecode_counts_for_nothing_beside_what_can() -> None:
    level = claim("pom.xml", ClaimKind.BYTECODE, Span("11"))
    old = claim("Dockerfile.old", ClaimKind.DEPLOYMENT, any_of("6u45"))
    new = claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("11"))
    assert nearest([level, old, new], "java", "src/A.java") == (new,)
    assert nearest([claim("pom.xml", ClaimKind.BYTECODE, Span("6")), old, new], "java", "src/A.java") == (old, new)
    assert nearest([claim("pom.xml", ClaimKind.BYTECODE, Span("17")), old], "java", "src/A.java") == (old,)


def test_other_products_do_not_count() -> None:
    assert nearest([claim("Dockerfile", ClaimKind.DEPLOYMENT, any_of("8"))], "python", "a.py") == ()


def test_an_app_for_android_runs_on_no_java_that_is_claimed_for_what_is_around_it() -> None:
    tool = claim(".mise.toml", ClaimKind.PINNED, any_of("17"))
    app = claim("app/build.gradle", ClaimKind.REQUIREMENT, Span("21"), product="android")
    server = claim("app/server/pom.xml", ClaimKind.DEPLOYMENT, any_of("8"))
    claims = Claims([tool, app, server])
    assert claims.around("app/src/A.java") == {"android": (app,)}
    assert claims.around("tool/A.java") == {"java": (tool,)}
    assert claims.around("app/server/A.java") == {"android": (app,), "java": (server,)}
