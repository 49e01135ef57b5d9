"""What versions of products can and do offer, measured against a floor; the tables of `rules/runtimes`."""

import pytest

from tlsscan import packs
from tlsscan.bases import bounds, row_of
from tlsscan.model import Role
from tlsscan.products import Runtimes
from tlsscan.protocol import Version, tokens
from tlsscan.standing import Standing, Upgrade, standing, upgrade

BOOK = packs.load()
FLOORS = BOOK.floors()
ASSUMED = {product: row.version for product, row in BOOK.assumed.items()}
CANNOT, SHORT, LOW, FINE = Standing


def on(**claims: str) -> Runtimes:
    """Claims over what is assumed; `_` stands for a hyphen."""
    return Runtimes({name.replace("_", "-"): version for name, version in claims.items()}, ASSUMED)


@pytest.mark.parametrize(
    ("product", "version", "wanted"),
    [
        ("python", "2.7.8", CANNOT),
        ("python", "2.7.9", LOW),
        ("python", "3.3", CANNOT),
        ("python", "3.4", LOW),
        ("python", "3.9.18", LOW),
        ("python", "3.10", FINE),
        ("php", "5.5", SHORT),
        ("php", "5.6.40", SHORT),
        ("php", "7.1", SHORT),
        ("php", "7.2", LOW),
        ("php", "8.3", LOW),
        ("java", "6", CANNOT),
        ("java", "6u121", SHORT),
        ("java", "7", SHORT),
        ("java", "7u80", SHORT),
        ("java", "7u131", LOW),
        ("java", "8", LOW),
        ("java", "8u291", FINE),
        ("java", "11.0.10", LOW),
        ("java", "11.0.11", FINE),
        ("java", "17", FINE),
        ("android", "15", CANNOT),
        ("android", "16", SHORT),
        ("android", "21", LOW),
        ("netfx", "3.5", CANNOT),
        ("netfx", "4.0", SHORT),
        ("netfx", "4.5.2", SHORT),
        ("netfx", "4.6.1", LOW),
        ("netfx", "4.7", FINE),
        ("dotnet", "3.1", LOW),
        ("dotnet", "8.0", FINE),
        ("windows", "6.0", CANNOT),
        ("windows", "6.1", SHORT),
        ("windows", "10.0", LOW),
        ("openssl", "0.9.8", CANNOT),
        ("openssl", "1.0.0", CANNOT),
        ("openssl", "1.0.1e", LOW),
        ("openssl", "3.6.0", FINE),
        ("libcurl", "7.29.0", LOW),
        ("libcurl", "8.16.0", FINE),
        ("libcurl-nss", "7.40.0", SHORT),
        ("nss", "3.13", CANNOT),
    ],
)
def test_a_version_stands_to_tls_1_2(product: str, version: str, wanted: Standing) -> None:
    row = row_of(FLOORS[product].base, Runtimes({product: version}, ASSUMED))
    assert row is not None
    assert standing(row, Version.TLS1_2) is wanted


@pytest.mark.parametrize("product", ["python", "ruby", "php", "libcurl", "dotnet"])
def test_an_openssl_before_1_0_1_bounds_what_is_linked_with_it(product: str) -> None:
    old = {"python": "3.6", "ruby": "2.1", "php": "5.6", "libcurl": "7.40.0", "dotnet": "2.1"}[product]
    for openssl, wanted in (("0.9.8", CANNOT), ("1.0.0", CANNOT)):
        row = row_of(FLOORS[product].base, on(**{product: old, "openssl": openssl}))
        assert row is not None
        assert standing(row, Version.TLS1_2) is wanted
    row = row_of(FLOORS[product].base, on(**{product: old, "openssl": "1.0.1"}))
    assert row is not None
    assert standing(row, Version.TLS1_2) is not CANNOT


def test_a_version_without_a_row_is_not_judged() -> None:
    assert row_of(FLOORS["nss"].base, on(nss="3.90")) is None
    assert row_of(FLOORS["pypy"].base, on(pypy="2.7")) is None


@pytest.mark.parametrize(
    ("product", "version", "reaches", "clean"),
    [
        ("python", "2.7.8", "2.7.9 3.4", "3.10"),
        ("python", "3.9", "3.10", "3.10"),
        ("java", "6", "8", "8u291 11.0.11 16"),
        ("java", "7", "8", "8u291 11.0.11 16"),
        ("java", "8u181", "8u291", "8u291 11.0.11 16"),
        ("java", "9", "11", "11.0.11 16"),
        ("java", "11.0.9", "11.0.11", "11.0.11 16"),
        ("java", "13", "16", "16"),
        ("netfx", "3.5", "4.6", "4.7"),
        ("netfx", "4.5.2", "4.6", "4.7"),
        ("php", "5.5", "7.2", ""),
        ("php", "5.6.40", "7.2", ""),
        ("php", "8.2", "", ""),
        ("openssl", "1.0.0", "1.0.1", "3.6"),
        ("android", "19", "20", ""),
        ("libcurl", "7.60.0", "7.61.0", "8.16.0"),
        ("windows", "6.1", "6.2", ""),
    ],
)
def test_what_to_upgrade_to(product: str, version: str, reaches: str, clean: str) -> None:
    base = FLOORS[product].base
    assert upgrade(base, product, version, Version.TLS1_2, on()) == Upgrade(
        tuple(reaches.split()), tuple(clean.split()), "Windows" if product == "netfx" else ""
    )


@pytest.mark.parametrize("product", sorted(FLOORS))
def test_no_later_release_of_what_is_upgraded_to_falls_short_again(product: str) -> None:
    base = FLOORS[product].base
    for floor in (Version.TLS1_2, Version.TLS1_3):
        for version in upgrade(base, product, "0", floor, on()).reaches:
            newest = f"{version.partition('.')[0].partition('u')[0]}.9999"
            row = row_of(base, on(**{product: newest}))
            assert row is not None
            assert standing(row, floor) in (LOW, FINE)


def test_a_higher_floor_asks_for_more() -> None:
    assert upgrade(FLOORS["java"].base, "java", "8u181", Version.TLS1_3, on()) == Upgrade(("8u291", "11"), ())
    row = row_of(FLOORS["netfx"].base, on(netfx="3.5"))
    assert row is not None
    assert standing(row, Version.TLS1_3) is CANNOT


def test_what_a_program_targets_is_not_what_is_installed() -> None:
    """12288 is refused by an old framework, but what targets it may run on a new one, which takes its place."""
    assert Version.TLS1_3 in bounds(FLOORS["netfx"].base, on(netfx="4.6.1")).possible
    assert tokens(bounds(FLOORS["netfx"].base, on(netfx="4.6.1")).offered) == ["TLSv1.0", "TLSv1.1", "TLSv1.2"]


def test_servers_may_differ() -> None:
    base = FLOORS["java"].base
    assert tokens(bounds(base, on(java="7"), Role.CLIENT).offered) == ["TLSv1.0"]
    assert tokens(bounds(base, on(java="7"), Role.SERVER).offered) == ["TLSv1.0", "TLSv1.1", "TLSv1.2"]


def test_what_an_update_adds_is_possible() -> None:
    """Code that asks for TLS 1.2 on Java 6 or .NET 3.5 may run on an updated one."""
    assert Version.TLS1_2 in bounds(FLOORS["java"].base, on(java="6")).possible
    assert Version.TLS1_2 in bounds(FLOORS["netfx"].base, on(netfx="3.5")).possible


def test_where_answers_change_is_collected_but_not_for_exact_rows() -> None:
    asked: dict[str, set[tuple[int, ...]]] = {}
    bounds(FLOORS["java"].base, on(java="6")._replace(asked=asked))
    assert (8, 0, 291) in asked["java"]
    assert (7, 0, 131) not in asked["java"]


def test_a_maximum_above_the_default_switches_on_what_lies_between() -> None:
    from tlsscan.model import Kind
    from tlsscan.semantics import State, Write, permitted, write

    java7 = bounds(FLOORS["java"].base, on(java="7"), Role.CLIENT)
    state = write(State(), Write(Kind.MAXIMUM, frozenset({Version.TLS1_2})))
    assert tokens(permitted(state, java7).versions) == ["TLSv1.0", "TLSv1.1", "TLSv1.2"]
