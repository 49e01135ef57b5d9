"""Python: what settings are by default: of a ConfigParser, and in tables inside of each other."""

from pathlib import Path

import pytest

from tree_scans import scanned

HEAD = (
    "import ssl\nfrom configparser import ConfigParser\nV = {'old': ssl.PROTOCOL_TLSv1, 'new': ssl.PROTOCOL_TLSv1_2}\n"
)
OLDEST, NEWER = "fails TLSv1.0", "caps TLSv1.2"


def verdict(folder: Path, code: str) -> tuple[str, str, str]:
    """What is told of the last line, under which condition, and what decides."""
    report = scanned(folder, {"a.py": HEAD + code})
    line = (HEAD + code).count("\n")
    (found,) = [f for f in report.findings if f.usage.place.region.line == line]
    versions = " ".join(one.token for one in sorted(found.usage.permitted.versions))
    return f"{found.verdict} {versions}".strip(), found.usage.condition, found.usage.open_by


@pytest.mark.parametrize(
    ("made", "used", "wanted"),
    [
        ("c = ConfigParser({'tls': 'old'})", "V[c.get('a', 'tls')]", OLDEST),
        ("c = ConfigParser({'tls': 'new'})", "V[c.get('a', 'tls')]", NEWER),
        ("c = ConfigParser(defaults={'TLS': 'old'})", "V[c.get('a', 'tls')]", OLDEST),
        ("c = ConfigParser({'tls': 'old'})", "V[c['a']['tls']]", OLDEST),
        ("c = ConfigParser()", "V[c['a'].get('tls', 'old')]", OLDEST),
        ("c = ConfigParser()", "V[c.get('a', 'tls', fallback='old')]", OLDEST),
        ("c = ConfigParser({'tls': '3'})", "c.getint('a', 'tls')", OLDEST),
        ("c = ConfigParser()\nc['DEFAULT'] = {'tls': 'old'}", "V[c.get('a', 'tls')]", OLDEST),
        ("c = ConfigParser()\nc.read_dict({'a': {'tls': 'old'}})", "V[c.get('a', 'tls')]", OLDEST),
        ("c = ConfigParser({'tls': 'PROTOCOL_TLSv1'})", "getattr(ssl, c.get('a', 'tls'))", OLDEST),
    ],
)
def test_what_a_parser_is_made_with_is_the_default(tmp_path: Path, made: str, used: str, wanted: str) -> None:
    code = f"{made}\nc.read('x.ini')\ndef run():\n    return ssl.SSLContext({used})\n"
    assert verdict(tmp_path, code) == (wanted, "tls is not set", "tls")


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("c = ConfigParser({'tls': 'old'})", "c.get('a', 'other')"),
        ("c = ConfigParser()\nd = ConfigParser()\nd['DEFAULT'] = {'other': 'old'}", "c.get('a', 'other')"),
        ("c = ConfigParser()\nc.update({'other': 'old'})", "c.get('a', 'other')"),
        ("c = ConfigParser()\nprint({'other': 'old'})", "c.get('a', 'other')"),
    ],
)
def test_another_option_has_no_default(tmp_path: Path, made: str, used: str) -> None:
    code = f"{made}\nc.read('x.ini')\ndef run():\n    return ssl.SSLContext(getattr(ssl, {used}))\n"
    assert verdict(tmp_path, code) == ("unresolved", "", "other")


@pytest.mark.parametrize(
    ("used", "decides"),
    [
        ("V[conf.get('tls', {}).get('kind', 'old')]", "kind"),
        ("conf.get('tls', {}).get('kind', ssl.PROTOCOL_TLSv1)", "kind"),
        ("conf.get('a', {}).get('tls', {}).get('kind', ssl.PROTOCOL_TLSv1)", "kind"),
        ("conf['tls'].get('kind', ssl.PROTOCOL_TLSv1)", "kind"),
        ("conf.get('tls', {'kind': ssl.PROTOCOL_TLSv1})['kind']", "tls"),
        ("conf.get('tls', {'kind': ssl.PROTOCOL_TLSv1}).get('kind')", "tls"),
    ],
)
def test_tables_inside_of_each_other_have_defaults(tmp_path: Path, used: str, decides: str) -> None:
    code = f"def context(conf):\n    return ssl.SSLContext({used})\n"
    told, condition, _ = verdict(tmp_path, code)
    assert (told, condition) == (OLDEST, f"{decides} is not passed")
    for given, wanted in (("old", OLDEST), ("new", NEWER)):
        if used.startswith("V["):
            assert verdict(tmp_path, f"{code}context({{'tls': {{'kind': '{given}'}}}})\n")[:2] == (wanted, "")
