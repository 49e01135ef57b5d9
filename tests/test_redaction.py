"""With --redact no string literal leaves the machine but those that name a protocol."""

import json
from pathlib import Path

import pytest

from cli_tools import run
from report_builders import PATH, finding, report, step, usage
from tlsscan.identity import fingerprints
from tlsscan.model import Naming, Permitted, Place
from tlsscan.redaction import masked, redact
from tlsscan.reporters import FORMATS


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('connect("hunter2", "TLSv1")', 'connect("*******", "TLSv1")'),
        ("x = 'a' + 'tlsv1_1' + 'SSLv23'", "x = '*' + 'tlsv1_1' + 'SSLv23'"),
        ('enable("TLSv1.2,TLSv1.3")', 'enable("TLSv1.2,TLSv1.3")'),
        ('f("1.2", "TLS 1.2", "SSLv2Hello", "")', 'f("1.2", "TLS 1.2", "SSLv2Hello", "")'),
        (r'f("a\"b", "c")', 'f("****", "*")'),
        (r"f('a\\', 'b')", "f('***', '*')"),
        ('f("it\'s", 3)', 'f("****", 3)'),
        ('f("never closed', 'f("************'),
        ('f("tls-secret")', 'f("**********")'),
        ('"ssl://me:pass@host?x=TLSv1"', f'"{"*" * 26}"'),
        ("x = 192", "x = 192"),
        ("`ls`", "`**`"),
    ],
)
def test_literals_are_masked_character_for_character(code: str, shown: str) -> None:
    assert masked(code) == shown
    assert len(masked(code)) == len(code)


def test_names_of_options_stay_where_they_are_asked_for() -> None:
    assert masked("'crypto_method'", keep_keys=True) == "'crypto_method'"
    assert masked("'a b'", keep_keys=True) == "'***'"


SECRET = "hunter2 of acme"


def test_everything_that_comes_from_the_code_is_masked() -> None:
    quoted = f'"{SECRET}"'
    settings = f"OLD = {quoted}"
    place = Place(PATH, step(PATH, settings, "OLD").region, quoted)
    found = usage()._replace(
        api=f"f({quoted})",
        value=quoted,
        place=usage().place._replace(text=quoted),
        trace=(step(PATH, settings, settings),),
        related=(place,),
        named=(Naming(place, frozenset()),),
        condition=f"x == {quoted}",
        open_by=f"read({quoted})",
        passed=(step(PATH, settings, settings),),
        permitted=Permitted(unresolved=f"{quoted} is not known", rejected=quoted),
    )
    told = report(
        finding(found, message=f"f({quoted}) says {quoted}"), sources={PATH: f"a = {quoted}\n\nb({quoted})\n"}
    )
    hidden = redact(told)
    assert SECRET not in repr(hidden)
    assert hidden.findings[0].message == 'f("***************") says "***************"'
    assert hidden.texts == {PATH: {3: 'b("***************")'}}
    assert hidden.fingerprints == tuple(fingerprints(told.findings))


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_shows_a_secret(tmp_path: Path, form: str) -> None:
    code = f"import ssl\npassword = '{SECRET}'\nssl.SSLContext(ssl.PROTOCOL_TLSv1); login('{SECRET}')\n"
    (tmp_path / "a.py").write_text(code)
    given = run("--redact", "-f", form, cwd=tmp_path)
    assert given.status == 1
    assert SECRET not in given.out + given.err
    assert "ssl-context-protocol" in given.out
    plain = run("-f", form, cwd=tmp_path)
    if form == "json":
        told = [json.loads(one.out)["findings"][0]["fingerprint"] for one in (given, plain)]
        assert told[0] == told[1]
