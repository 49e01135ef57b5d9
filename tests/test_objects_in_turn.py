"""Settings of an object that a loop makes anew, and of one whose lowest version is not known."""

from pathlib import Path

import pytest

from tree_scans import scanned

OPTIONS = "(ssl.OP_NO_TLSv1, ssl.OP_NO_TLSv1_1, ssl.OP_NO_TLSv1_2, ssl.OP_NO_TLSv1_3)"
NEW = f"import ssl\nfor o in {OPTIONS}:\n    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    c.options |= o\n"
ONE = f"import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nfor o in {OPTIONS}:\n    c.options |= o\n"
INNER = (
    f"import ssl\nfor h in (1, 2):\n    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n    for o in {OPTIONS}:\n"
    "        c.options |= o\n"
)


def verdicts(tmp_path: Path, name: str, code: str) -> list[str]:
    return [one.verdict.value for one in scanned(tmp_path, {name: code}).findings]


def test_what_one_turn_takes_away_another_has(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.py", NEW) == ["caps"]


@pytest.mark.parametrize("code", [ONE, INNER])
def test_on_one_object_it_adds_up(code: str, tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.py", code) == ["fails"]


def test_a_block_makes_a_new_object_each_turn(tmp_path: Path) -> None:
    one, each = "c = OpenSSL::SSL::SSLContext.new", "[OpenSSL::SSL::OP_NO_TLSv1_2, OpenSSL::SSL::OP_NO_TLSv1_3]"
    code = "{}\n{}.each do |o|\n {}\n c.options |= o\nend\n"
    assert verdicts(tmp_path, "a.rb", "require 'openssl'\n" + code.format("", each, one)) == ["fails"]
    (finding,) = scanned(tmp_path, {"a.rb": "require 'openssl'\n" + code.format("", each, one)}).findings
    assert len(finding.usage.permitted.versions) == 2  # what lies above the one that is missing is not offered
    (finding,) = scanned(tmp_path, {"a.rb": "require 'openssl'\n" + code.format(one, each, "")}).findings
    assert len(finding.usage.permitted.versions) == 2


LEVEL = (
    "from OpenSSL import SSL\ndef f(version):\n    c = SSL.Context(SSL.TLS_CLIENT_METHOD)\n"
    '    c.set_cipher_list(b"@SECLEVEL=0:ALL")\n{}    return c\n'
)


def test_an_unknown_lowest_version_decides_what_a_security_level_opens(tmp_path: Path) -> None:
    bounded = LEVEL.format("    c.set_min_proto_version(version.value)\n")
    assert verdicts(tmp_path, "a.py", bounded) == ["unresolved"]
    maybe = LEVEL.format("    if version:\n        c.set_min_proto_version(version.value)\n")
    assert sorted(verdicts(tmp_path, "a.py", maybe)) == ["allows", "unresolved"]


APART = (
    "def a(m)\n c = OpenSSL::SSL::SSLContext.new\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1 unless m.include? :TLSv1\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1_1 unless m.include? :TLSv1_1\n"
    " c.options |= OpenSSL::SSL::OP_NO_TLSv1_2 unless m.include? :TLSv1_2\nend\n"
)


def test_what_conditions_take_away_one_by_one_is_not_known(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "a.rb", APART) == ["unresolved", "unresolved"]  # the oldest leaves all the others


def test_one_that_is_conditional_is_judged_with_what_is_not(tmp_path: Path) -> None:
    alone = (
        "def a(m)\n c = OpenSSL::SSL::SSLContext.new\n"
        " c.options |= OpenSSL::SSL::OP_NO_TLSv1_2 if m\n c.options |= OpenSSL::SSL::OP_NO_TLSv1_3\nend\n"
    )
    assert "fails" in verdicts(tmp_path, "a.rb", alone)


def test_so_it_is_in_ruby(tmp_path: Path) -> None:
    code = (
        "require 'openssl'\ndef f(s)\n [:TLSv1_2, :TLSv1].each do |v|\n  begin\n"
        "   c = OpenSSL::SSL::SSLContext.new\n   c.ssl_version = v\n   go(s, c)\n   break\n"
        "  rescue OpenSSL::SSL::SSLError\n  end\n end\nend\n"
    )
    (finding,) = scanned(tmp_path, {"a.rb": code}).findings
    assert (finding.verdict.value, finding.level.value) == ("allows", "note")


def test_what_a_block_gives_new_objects_is_one_at_a_time(tmp_path: Path) -> None:
    code = "[:TLSv1, :TLSv1_2].each do |v|\n c = OpenSSL::SSL::SSLContext.new\n c.ssl_version = v\nend\n"
    (finding,) = scanned(tmp_path, {"a.rb": code}).findings
    assert (finding.verdict.value, finding.usage.note) == ("allows", "one at a time, in a loop")
