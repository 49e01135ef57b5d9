"""`tlsscan doctor`: hellos, the listener, and runtimes that are not real."""

import io
import itertools
import json
import os
import shutil
import socket
import ssl
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tlsscan.cli import main
from tlsscan.doctor.checks import Answer, answers, found_on
from tlsscan.doctor.classfile import NAME, class_file
from tlsscan.doctor.hello import BadHello, Hello, parse, read_hello
from tlsscan.doctor.listener import HOST, Listener
from tlsscan.doctor.table import document, offered, state, text
from tlsscan.protocol import NO_VERSIONS, Version

TLS10, TLS11, TLS12, TLS13 = Version.TLS1_0, Version.TLS1_1, Version.TLS1_2, Version.TLS1_3
POSIX = pytest.mark.skipif(os.name != "posix", reason="the runtimes that are not real are shell scripts")


def body(legacy: int, *listed: int) -> bytes:
    """A ClientHello's body with a list of versions, if any are given."""
    fields = struct.pack(">H", legacy) + bytes(32) + b"\0" + struct.pack(">HH", 2, 0x002F) + b"\1\0"
    if not listed:
        return fields
    numbers = b"".join(struct.pack(">H", number) for number in listed)
    data = struct.pack(">B", len(numbers)) + numbers
    extensions = struct.pack(">HH", 0xFF01, 1) + b"\0" + struct.pack(">HH", 43, len(data)) + data
    return fields + struct.pack(">H", len(extensions)) + extensions


def records(message: bytes, *cuts: int) -> bytes:
    """A handshake message in one record, or cut into several."""
    whole = b"\1" + len(message).to_bytes(3, "big") + message
    ends = [0, *cuts, len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise(ends)]
    return b"".join(struct.pack(">BHH", 22, 0x0301, len(piece)) + piece for piece in pieces)


def read(data: bytes) -> Hello:
    return read_hello(io.BytesIO(data).read)


def test_a_list_of_versions_is_what_is_offered() -> None:
    hello = parse(body(0x0303, 0x0A0A, 0x0304, 0x0303))
    assert hello == Hello(frozenset({TLS12, TLS13}), TLS12)
    assert hello.top is TLS13


def test_without_a_list_the_highest_version_is_all_that_is_known() -> None:
    assert parse(body(0x0301)) == Hello(NO_VERSIONS, TLS10)
    assert offered(parse(body(0x0302))) == "up to TLS 1.1"


def test_a_hello_may_come_in_several_records() -> None:
    message = body(0x0303, 0x0304, 0x0303, 0x0302)
    assert read(records(message, 3, 20)) == parse(message)


def test_the_form_of_ssl_2() -> None:
    assert read(bytes([0x80, 46, 1, 3, 1]) + bytes(41)) == Hello(NO_VERSIONS, TLS10)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing was sent"),
        (b"GET / HTTP/1.1\r\n", "no TLS"),
        (records(body(0x0303, 0x0304))[:40], "cut short"),
        (struct.pack(">BHH", 22, 0x0301, 4) + b"\2\0\0\0", "no hello"),
        (records(body(0x0303)[:20]), "cut short"),
    ],
)
def test_what_is_no_hello(data: bytes, said: str) -> None:
    with pytest.raises(BadHello, match=said):
        read(data)


@pytest.mark.parametrize(
    ("lowest", "highest", "wanted"),
    [
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, "TLS 1.2 and TLS 1.3"),
        (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, "TLS 1.3"),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "up to TLS 1.2"),
    ],
)
def test_a_listener_reads_what_clients_offer(lowest: ssl.TLSVersion, highest: ssl.TLSVersion, wanted: str) -> None:
    context = ssl.create_default_context()
    context.minimum_version, context.maximum_version = lowest, highest
    with Listener() as listener, socket.create_connection((HOST, listener.port)) as client, pytest.raises(ssl.SSLError):
        context.wrap_socket(client, server_hostname="localhost")
    assert [offered(hello) for hello in listener.hellos] == [wanted]


def test_a_listener_outlives_clients_that_say_nothing() -> None:
    with Listener() as listener:
        socket.create_connection((HOST, listener.port)).close()
        with socket.create_connection((HOST, listener.port)) as client:
            client.sendall(records(body(0x0301)))
            assert client.recv(7)[:1] == b"\x15"
    assert listener.hellos == [Hello(NO_VERSIONS, TLS10)]


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java here")
def test_any_java_runs_the_class(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.class").write_bytes(class_file())
    with Listener() as listener:
        address = f"https://{HOST}:{listener.port}/"
        subprocess.run(["java", "-cp", str(tmp_path), NAME, address], capture_output=True, timeout=60, check=False)
    assert len(listener.hellos) == 1


@pytest.mark.skipif(shutil.which("php") is None, reason="no PHP here")
def test_php_says_what_it_is_linked_with(tmp_path: Path) -> None:
    php = shutil.which("php") or ""
    (tmp_path / "php").symlink_to(php)
    told = subprocess.run([php, "-i"], capture_output=True, text=True, check=True).stdout
    linked = [line.partition(" => ")[2] for line in told.splitlines() if line.startswith("OpenSSL Library Version")]
    (answer,) = [answer for answer in answers(str(tmp_path)) if answer.name == "PHP streams"]
    assert answer.facts is not None
    assert answer.facts.library == (linked[0] if linked else "no openssl")


def test_the_class_is_one() -> None:
    data = class_file()
    assert data[:8] == bytes.fromhex("cafebabe00000031")
    assert b"java/net/URL" in data


# -- runtimes that are not real --------------------------------------------------------------------------------------

SENDS = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as client:
    client.sendall(bytes.fromhex(sys.argv[3]))
    client.recv(7)
"""


def fake(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def sends(folder: Path, hello: bytes, host: str, port: str) -> str:
    """A line of shell that sends a hello."""
    (folder / "sends.py").write_text(SENDS, encoding="utf-8")
    return f"{sys.executable} {folder / 'sends.py'} {host} {port} {records(hello).hex()}"


def by_name(found: list[Answer]) -> dict[str, Answer]:
    return {answer.name: answer for answer in found}


@POSIX
def test_runtimes_are_asked(tmp_path: Path) -> None:
    old = sends(tmp_path, body(0x0301), "$3", "$4")
    fake(tmp_path, "python2", f'case "$2" in *OPENSSL*) echo 2.7.8; echo OpenSSL 0.9.8o;; *) {old};; esac')
    new = sends(tmp_path, body(0x0303, 0x0304, 0x0303, 0x0302, 0x0301), "127.0.0.1", '"${3#*:}"')
    fake(tmp_path, "openssl", f'if [ "$1" = version ]; then echo OpenSSL 3.0.2 15 Mar 2022; else {new}; fi')
    fake(tmp_path, "ruby", "echo ruby: no such thing >&2; exit 3")
    fake(tmp_path, "curl", "while :; do :; done")
    fake(tmp_path, "dotnet", "echo 'Microsoft.NETCore.App 8.0.11 [/usr/share/dotnet]'")
    found = by_name(list(answers(str(tmp_path), timeout=5.0)))
    assert found["Python"].facts == ("2.7.8", "OpenSSL 0.9.8o")
    assert found["Python"].hello == Hello(NO_VERSIONS, TLS10)
    assert found["OpenSSL"].hello == Hello(frozenset({TLS10, TLS11, TLS12, TLS13}), TLS12)
    assert found["Ruby"].problem == "ruby: no such thing"
    assert found["curl"].problem == "it did not end within 5 s"
    assert found[".NET"].facts == ("8.0.11", "")
    assert [state(found[name], TLS12) for name in ("Python", "OpenSSL", "Ruby", ".NET")] == ["fails", "allows", "", ""]
    rows = text(list(found.values()), TLS12).splitlines()
    assert any(row.split()[:2] == ["Python", "2.7.8"] and "up to TLS 1.0" in row and "fails" in row for row in rows)
    assert rows[-1].startswith("OpenSSL 3 may offer TLS 1.0 and 1.1 and yet refuse them")
    assert "refuse" not in text([found["Python"]], TLS12)
    told = json.loads(document(list(found.values()), TLS12))
    assert told["schema"] == "tlsscan-doctor/1"
    own = next(answer for answer in told["answers"] if answer["runtime"] == "OpenSSL")
    assert (own["offers"], own["state"]) == (["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"], "allows")


@POSIX
def test_the_command_says_what_it_starts_and_fails_on_what_falls_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = sends(tmp_path, body(0x0302), "$3", "$4")
    fake(tmp_path, "python3", f'case "$2" in *OPENSSL*) echo 3.6.1; echo OpenSSL 1.0.0;; *) {old};; esac')
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor"]) == 1
    out, err = capsys.readouterr()
    assert "up to TLS 1.1" in out
    assert f"starts {tmp_path / 'python3'}" in err
    assert main(["doctor", "--min-tls", "1.1", "-q"]) == 0
    assert capsys.readouterr().err == ""


@POSIX
def test_nothing_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "-q"]) == 0
    assert "No runtime that can be asked" in capsys.readouterr().out


@POSIX
def test_a_program_counts_once(tmp_path: Path) -> None:
    fake(tmp_path, "python3", "exit 0")
    (tmp_path / "python").symlink_to(tmp_path / "python3")
    assert list(found_on(f"{tmp_path}:{tmp_path}", ("python3", "python"))) == [str(tmp_path / "python3")]
