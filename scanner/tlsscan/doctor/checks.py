"""What is asked of each runtime: its version, the library that it does TLS with, and a connection to the listener."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryDirectory

from tlsscan.doctor.classfile import NAME, class_file
from tlsscan.doctor.hello import Hello
from tlsscan.doctor.listener import HOST, Listener
from tlsscan.records import NamedTuple

TIMEOUT = 30.0  # seconds for one program
MOST_OUTPUT = 1 << 16
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

_PYTHON_SAYS = "import sys, ssl; print(sys.version.split()[0]); print(ssl.OPENSSL_VERSION)"
_PYTHON_ASKS = """
import sys
try:
    from http.client import HTTPSConnection
except ImportError:
    from httplib import HTTPSConnection
HTTPSConnection(sys.argv[1], int(sys.argv[2]), timeout=10).request("GET", "/")
"""
_RUBY_SAYS = (
    "puts RUBY_VERSION; puts defined?(OpenSSL::OPENSSL_LIBRARY_VERSION) ? OpenSSL::OPENSSL_LIBRARY_VERSION : "
    'OpenSSL::OPENSSL_VERSION; puts "openssl gem #{OpenSSL::VERSION}"'
)
_RUBY_ASKS = "h = Net::HTTP.new(ARGV[0], ARGV[1].to_i); h.use_ssl = true; h.open_timeout = 10; h.get('/')"
_PHP_SAYS = (  # OPENSSL_VERSION_TEXT is what it was built with
    'echo PHP_VERSION, "\\n"; extension_loaded("openssl") or die("no openssl");'
    '$openssl = new ReflectionExtension("openssl"); ob_start(); $openssl->info(); $told = ob_get_clean();'
    'echo preg_match("/Library Version => (.+)/", $told, $found) ? $found[1] : OPENSSL_VERSION_TEXT, "\\n";'
)
_PHP_ASKS = '@file_get_contents("https://$argv[1]:$argv[2]/");'
_PHP_CURL_SAYS = (
    'function_exists("curl_version") or die("the curl extension is not loaded");'
    '$v = curl_version(); echo $v["version"], "\\n", $v["ssl_version"], "\\n";'
)
_PHP_CURL_ASKS = '$c = curl_init("https://$argv[1]:$argv[2]/"); curl_setopt($c, CURLOPT_TIMEOUT, 10); @curl_exec($c);'
_POWERSHELL_ASKS = "try { Invoke-WebRequest -TimeoutSec 10 https://{host}:{port}/ } catch { exit 0 }"


class Ran(NamedTuple):
    """What a program printed, and its exit status; None where it did not end by itself or could not be started."""

    status: int | None
    out: str


class Facts(NamedTuple):
    """A runtime's own words: its version, and the library that it does TLS with."""

    version: str
    library: str = ""


class Check(NamedTuple):
    """A runtime: the programs that may be it, how to ask it what it is, how to make it connect, and what to say where
    it cannot be made to."""

    name: str
    programs: Sequence[str]
    says: Sequence[str]
    facts: Callable[[str], Facts | None]
    asks: Sequence[str] = ()
    cannot: str = ""


class Answer(NamedTuple):
    """What is known of one program of this machine."""

    name: str
    program: str
    facts: Facts | None
    hello: Hello | None
    problem: str = ""


def _lines(text: str) -> Facts | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not re.match(r"\d", lines[0]):
        return None
    return Facts(lines[0], ", ".join(lines[1:3]))


def _java(text: str) -> Facts | None:
    version = re.search(r"java\.version = (\S+)", text) or re.search(r'version "([^"]+)"', text)
    vendor = re.search(r"java\.vendor = ([^\n]+)", text)
    return Facts(version[1], f"JSSE, {vendor[1].strip()}" if vendor else "JSSE") if version else None


def _curl(text: str) -> Facts | None:
    found = re.search(r"^curl (\S+)", text)
    library = re.search(r"(\S*(?:SSL|TLS|NSS|Schannel|SecureTransport)\S*)", text)
    return Facts(found[1], library[1] if library else "") if found else None


def _openssl(text: str) -> Facts | None:
    found = re.match(r"(\w+) (\S+)", text)
    linked = re.search(r"\(Library: (\w+ \S+)", text)
    return Facts(found[2], linked[1] if linked else f"{found[1]} {found[2]}") if found else None


def _dotnet(text: str) -> Facts | None:
    found = re.findall(r"Microsoft\.NETCore\.App (\S+)", text)
    return Facts(", ".join(found)) if found else None


def _powershell(text: str) -> Facts | None:
    found = re.search(r"PowerShell (\d\S*)", text)
    return Facts(found[1]) if found else None


_PYTHON = ("-c", _PYTHON_ASKS, "{host}", "{port}")
_RUBY = ("-rnet/http", "-e", _RUBY_ASKS, "{host}", "{port}")
_ADDRESS = "https://{host}:{port}/"
CHECKS = (
    Check("Python", ("python3", "python", "python2"), ("-c", _PYTHON_SAYS), _lines, _PYTHON),
    Check("PyPy", ("pypy3", "pypy"), ("-c", _PYTHON_SAYS), _lines, _PYTHON),
    Check("Ruby", ("ruby",), ("-ropenssl", "-e", _RUBY_SAYS), _lines, _RUBY),
    Check("JRuby", ("jruby",), ("-ropenssl", "-e", _RUBY_SAYS), _lines, _RUBY),
    Check("PHP streams", ("php",), ("-r", _PHP_SAYS), _lines, ("-r", _PHP_ASKS, "--", "{host}", "{port}")),
    Check("PHP curl", ("php",), ("-r", _PHP_CURL_SAYS), _lines, ("-r", _PHP_CURL_ASKS, "--", "{host}", "{port}")),
    Check("Java", ("java",), ("-XshowSettings:properties", "-version"), _java, ("-cp", "{folder}", NAME, _ADDRESS)),
    Check("PowerShell", ("pwsh",), ("--version",), _powershell, ("-NoProfile", "-Command", _POWERSHELL_ASKS)),
    Check(".NET", ("dotnet",), ("--list-runtimes",), _dotnet, (), "it runs built programs only: not asked"),
    Check("OpenSSL", ("openssl",), ("version",), _openssl, ("s_client", "-connect", "{host}:{port}")),
    Check("curl", ("curl",), ("--version",), _curl, ("-s", "-m", "10", _ADDRESS)),
)


def found_on(path: str, names: Sequence[str]) -> Iterator[str]:
    """The programs of some names on a search path, each file once."""
    known: set[str] = set()
    for name in names:
        for folder in path.split(os.pathsep):
            for suffix in os.environ.get("PATHEXT", "").split(os.pathsep) if os.name == "nt" else ("",):
                file = os.path.join(folder, name + suffix)
                if folder and os.path.isfile(file) and os.access(file, os.X_OK) and os.path.realpath(file) not in known:
                    known.add(os.path.realpath(file))
                    yield file


def answers(path: str, timeout: float = TIMEOUT) -> Iterator[Answer]:
    """What the runtimes on a search path answer."""
    environment = {name: value for name, value in os.environ.items() if name not in PROXIES}
    for check in CHECKS:
        for program in found_on(path, check.programs):
            yield _asked(check, program, environment, timeout)


def _asked(check: Check, program: str, environment: Mapping[str, str], timeout: float) -> Answer:
    said = _run([program, *check.says], environment, timeout)
    facts = check.facts(said.out) if said.status == 0 else None
    if facts is None:
        return Answer(check.name, program, None, None, _trouble(said))
    if not check.asks:
        return Answer(check.name, program, facts, None, check.cannot)
    with TemporaryDirectory(prefix="tlsscan-") as folder, Listener() as listener:
        with open(os.path.join(folder, f"{NAME}.class"), "wb") as stream:
            stream.write(class_file())
        places = {"{host}": HOST, "{port}": str(listener.port), "{folder}": folder}
        words = [_filled(word, places) for word in check.asks]
        ran = _run([program, *words], environment, timeout)
    hello = listener.hellos[0] if listener.hellos else None
    return Answer(check.name, program, facts, hello, "" if hello else f"it sent no hello: {_trouble(ran)}")


def _filled(word: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word


def _run(command: Sequence[str], environment: Mapping[str, str], timeout: float) -> Ran:
    """A program's output, with what it says on stderr; it gets no input, and is ended when its time is over."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        return Ran(None, error.strerror or "cannot be started")
    try:
        out, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        return Ran(None, f"it did not end within {timeout:.0f} s")
    return Ran(process.returncode, out[:MOST_OUTPUT].decode("utf-8", "replace"))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and what it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, 9)
    process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=5)


def _trouble(ran: Ran) -> str:
    """The line that tells most of what went wrong: the last of a traceback, else the first."""
    lines = [line.strip() for line in ran.out.splitlines() if line.strip()]
    if not lines:
        return "it said nothing" if ran.status == 0 else f"exit status {ran.status}"
    return lines[-1 if lines[0].startswith("Traceback") else 0][:200]
