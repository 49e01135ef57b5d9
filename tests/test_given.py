"""What the code around a place does with it: variables that have a value there, objects that never connect, functions
that only compare what they are given."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Role
from tree_scans import scanned, told

CONTEXT = "    context = SSL.Context(SSL.TLSv1_METHOD)\n    context.use_privatekey(key)\n"
TRIED = "  begin\n    OpenSSL::SSL::SSLContext.new(:TLSv1)\n  rescue\n"
CHECKED = "    context.check_privatekey()\n"


def python(tmp_path: Path, code: str, before: str = "import ssl\nfrom OpenSSL import SSL\n") -> dict[str, str]:
    return told(scanned(tmp_path, {"app/client.py": before + code}))


def ruby(tmp_path: Path, code: str) -> dict[str, str]:
    return told(scanned(tmp_path, {"app/client.rb": code}))


def only(found: dict[str, str]) -> str:
    assert len(found) == 1, found
    return next(iter(found.values()))


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (CHECKED, ""),
        ("    try:\n        context.check_privatekey()\n    except SSL.Error:\n        return False\n", ""),
        ("", ""),  # with a key alone it connects nothing, either
        (CHECKED + "    return context\n", "fails TLSv1.0"),
        (CHECKED + "    SSL.Connection(context, sock)\n", "fails TLSv1.0"),
        (CHECKED + "    self.context = context\n", "fails TLSv1.0"),
        (CHECKED + "    context.set_verify(SSL.VERIFY_PEER, callback)\n", "fails TLSv1.0"),
    ],
)
def test_a_context_that_only_checks_keys_connects_nothing(tmp_path: Path, rest: str, said: str) -> None:
    found = python(tmp_path, f"def check(self, key, sock):\n{CONTEXT}{rest}")
    assert list(found.values()) == ([said] if said else [])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("try:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\nexcept ssl.SSLError:\n    OLD = False\n", ""),
        ("ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n", "fails TLSv1.0"),
        ("names = ssl.SSLContext(ssl.PROTOCOL_TLSv1).get_ciphers()\n", ""),
        ("sock = ssl.SSLContext(ssl.PROTOCOL_TLSv1).wrap_socket(sock)\n", "fails TLSv1.0"),
        ("context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\ncontext.load_cert_chain(c)\n", "fails TLSv1.0"),  # of a module
        ("try:\n    ssl.SSLContext(protocol=ssl.PROTOCOL_TLSv1)\nexcept ssl.SSLError:\n    OLD = False\n", ""),
        ("try:\n    SSL.Context(method=SSL.TLSv1_METHOD)\nexcept ValueError:\n    OLD = False\n", ""),
        ("SSL.Context(method=SSL.TLSv1_METHOD)\n", "fails TLSv1.0"),
        ("try:\n    context = SSL.Context(method=SSL.TLSv1_METHOD)\nexcept ValueError:\n    pass\n", "fails TLSv1.0"),
        ("try:\n    unknown.Context(method=SSL.TLSv1_METHOD)\nexcept ValueError:\n    pass\n", "fails TLSv1.0"),
    ],
)
def test_a_context_that_is_thrown_away_in_a_try_is_a_question(tmp_path: Path, code: str, said: str) -> None:
    assert list(python(tmp_path, code).values()) == ([said] if said else [])


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("    ctx.set_default_verify_paths()\n", ""),
        ("    ctx.set_ciphers('ALL')\n    ctx.set_ecdh_curve('prime256v1')\n", ""),
        ("    ctx.set_ciphers('ALL')\n    ctx.wrap_socket(sock)\n", "fails TLSv1.0"),
        ("    ctx.set_default_verify_paths()\n    return ctx\n", "fails TLSv1.0"),
        ("    self.assertEqual(ctx.protocol, 3)\n", ""),
        ("    use(ctx.sslsocket_class)\n", "fails TLSv1.0"),
    ],
)
def test_a_context_that_is_only_prepared_connects_nothing(tmp_path: Path, rest: str, said: str) -> None:
    found = python(tmp_path, f"def check(sock):\n    ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n{rest}")
    assert list(found.values()) == ([said] if said else [])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def names\n  OpenSSL::SSL::SSLContext.new(:TLSv1).ciphers.map(&:first)\nend\n", ""),
        ("def names\n  context = OpenSSL::SSL::SSLContext.new(:TLSv1)\n  context.ciphers.size\nend\n", ""),
        ("def made\n  context = OpenSSL::SSL::SSLContext.new(:TLSv1)\n  context.ciphers = C\n  context\nend\n", "1.0"),
        (f"def old?\n{TRIED}    return false\n  end\n  true\nend\n", ""),
        (f"def made\n{TRIED}    nil\n  end\nend\n", "1.0"),
        ("def made\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nrescue\n  nil\nend\n", "1.0"),
    ],
)
def test_what_a_ruby_context_is_made_for(tmp_path: Path, code: str, said: str) -> None:
    assert list(ruby(tmp_path, code).values()) == ([f"fails TLSv{said}"] if said else [])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('ssl.wrap_socket(sock, server_side=True, ssl_version="TLSv1")\n', "fails"),
        ('ssl.SSLContext("TLSv1_2").wrap_socket(sock)\n', "fails"),
        ('ssl.wrap_socket(sock, ssl_version=getattr(ssl, "PROTOCOL_" + "TLSv1"))\n', "fails TLSv1.0"),
        ('ssl.wrap_socket(sock, ssl_version={"TLSv1": ssl.PROTOCOL_TLSv1_2}.get(v, v))\n', "caps TLSv1.2"),
        ('v = ""\nssl.wrap_socket(sock, ssl_version=v or ssl.PROTOCOL_TLSv1_2)\n', "caps TLSv1.2"),
    ],
)
def test_the_ssl_module_takes_no_text_as_its_protocol(tmp_path: Path, code: str, said: str) -> None:
    assert list(python(tmp_path, code).values()) == [said]


HELPER = """class Test(Case):
    def {name}(self, ssl_version=None):
        {body}
    def test_wrap(self):
        self.{name}(ssl_version=ssl.PROTOCOL_TLSv1)
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("made = wrap()\n        self.context.assert_called_with(ssl_version or DEFAULT)", ""),
        ("ssl_version = ssl_version or DEFAULT\n        assert made.version == ssl_version", ""),
        ("if ssl_version == 3:\n            self.fail()", ""),
        ("wrap(ssl_version)", "fails TLSv1.0"),
        ("self.context.assert_called_with(ssl_version)\n        wrap(ssl_version)", "fails TLSv1.0"),
        ("pass", "fails TLSv1.0"),
    ],
)
def test_a_helper_that_only_compares_its_argument_sets_nothing(tmp_path: Path, body: str, said: str) -> None:
    found = python(tmp_path, HELPER.format(name="_test_wrap", body=body))
    assert list(found.values()) == ([said] if said else [])


@pytest.mark.parametrize(
    "guarded",
    [
        "    if version is not None:\n        return ssl.SSLContext(version)\n",
        "    if version:\n        return ssl.SSLContext(version)\n",
        "    if version is None:\n        return None\n    else:\n        return ssl.SSLContext(version)\n",
        "    if not version or quick:\n        return None\n    return ssl.SSLContext(version)\n",
        "    options = {}\n    if version is not None and quick:\n        options['ssl_version'] = version\n"
        "    ssl.wrap_socket(sock, **options)\n",
    ],
)
def test_a_version_that_is_given_is_not_none(tmp_path: Path, guarded: str) -> None:
    code = f"def connect(version=None, quick=False):\n{guarded}\nconnect(None)\nconnect(version=None)\n"
    assert only(python(tmp_path, code)) == "unresolved"
    found = python(tmp_path, code + "connect(ssl.PROTOCOL_TLSv1)\n")
    assert only(found) == "fails TLSv1.0"


def test_without_a_guard_none_is_the_default(tmp_path: Path) -> None:
    code = "def connect(version=None):\n    return ssl.SSLContext(version)\nconnect(None)\n"
    assert python(tmp_path, code) == {}


@pytest.mark.parametrize("guard", ["if version", "unless version.nil?", "if version && quick", "if version.present?"])
def test_a_version_that_is_given_is_not_nil(tmp_path: Path, guard: str) -> None:
    code = f"def connect(version = nil)\n  http = Net::HTTP.new('h', 443)\n  http.ssl_version = version {guard}\nend\n"
    assert only(ruby(tmp_path, code)) == "unresolved"
    assert ruby(tmp_path, code.replace(guard, "")) == {}


OPTIONS = "  let(:tls) { { ssl_version: :TLSv1 } }\n"


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("  it { expect(subject).to receive(:connect).with(host, tls) }\n", ""),
        ("  it { Net::HTTP.start('h', 443, tls) { } }\n", "fails TLSv1.0"),
        ("", "fails TLSv1.0"),
    ],
)
def test_what_a_let_names_goes_where_its_name_goes(tmp_path: Path, use: str, said: str) -> None:
    found = ruby(tmp_path, f"describe Client do\n{OPTIONS}{use}end\n")
    assert list(found.values()) == ([said] if said else [])


@pytest.mark.parametrize(
    ("arguments", "role"),
    [
        ("server_side=True, ssl_version=ssl.PROTOCOL_TLSv1", Role.SERVER),
        ("None, None, True, 0, ssl.PROTOCOL_TLSv1", Role.SERVER),
        ("server_side=flag, ssl_version=ssl.PROTOCOL_TLSv1", Role.BOTH),
        ("ssl_version=ssl.PROTOCOL_TLSv1", Role.CLIENT),
        ("ssl_version=ssl.PROTOCOL_TLSv1, **more", Role.BOTH),
    ],
)
def test_the_side_of_a_wrapped_socket(tmp_path: Path, arguments: str, role: Role) -> None:
    report = scanned(tmp_path, {"app/client.py": f"import ssl\nssl.wrap_socket(sock, {arguments})\n"})
    assert [finding.usage.role for finding in report.findings] == [role]


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("http = Net::HTTP.new('h', 443)\nhttp.ssl_version = :TLSv1\n", Role.CLIENT),
        ("context = OpenSSL::SSL::SSLContext.new\ncontext.ssl_version = :TLSv1\n", Role.BOTH),
        ("Excon.new('h', ssl_version: :TLSv1)\n", Role.CLIENT),
        ("connect(ssl_version: :TLSv1)\n", Role.CLIENT),
        ("configure(ssl_version: :TLSv1)\n", Role.BOTH),
    ],
)
def test_the_side_of_what_ruby_sets(tmp_path: Path, code: str, role: Role) -> None:
    report = scanned(tmp_path, {"app/client.rb": code})
    assert [finding.usage.role for finding in report.findings] == [role]


RUN = """\
def run(protocol, client_protocol=None):
{body}    return ssl.wrap_socket(sock, ssl_version={value})
def combo(server_protocol, client_protocol):
    return run(server_protocol, client_protocol=client_protocol)
"""
FILLED = "    if client_protocol is None:\n        client_protocol = protocol\n"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(FILLED, "client_protocol", id="if"),
        pytest.param(FILLED.replace("client_protocol is None", "not client_protocol"), "client_protocol", id="not"),
        pytest.param("", "client_protocol or protocol", id="or"),
        pytest.param("", "protocol if client_protocol is None else client_protocol", id="ternary"),
    ],
)
def test_what_is_taken_where_nothing_is_passed_is_not_taken_where_something_is(
    tmp_path: Path, body: str, value: str
) -> None:
    code = RUN.format(body=body, value=value)
    found = python(tmp_path, code + "combo(ssl.PROTOCOL_SSLv3, ssl.PROTOCOL_TLSv1_2)\n")
    assert only(found) == "caps TLSv1.2"
    assert only(python(tmp_path, code + "combo(ssl.PROTOCOL_TLSv1_2, ssl.PROTOCOL_TLSv1)\n")) == "fails TLSv1.0"


@pytest.mark.parametrize(
    "call", ["run(ssl.PROTOCOL_TLSv1)", "run(ssl.PROTOCOL_TLSv1, None)", "run(ssl.PROTOCOL_TLSv1, find())"]
)
def test_what_is_taken_where_nothing_is_passed_is_taken_where_nothing_may_be(tmp_path: Path, call: str) -> None:
    found = python(tmp_path, RUN.format(body=FILLED, value="client_protocol") + f"{call}\n")
    assert "fails TLSv1.0" in found.values()


@pytest.mark.parametrize(("base", "said"), [("object", ["Context"]), ("ClientContextFactory", ["method", "Context"])])
def test_the_member_of_a_class_of_nothing_is_none_of_a_library(tmp_path: Path, base: str, said: list[str]) -> None:
    """The context that is made of it is told, and on its side."""
    code = (
        "from OpenSSL import SSL\nfrom twisted.internet.ssl import ClientContextFactory\n"
        f"class Factory({base}):\n    method = SSL.TLSv1_METHOD\n"
        "    def context(self):\n        self.key = 1\n        return SSL.Context(self.method)\n"
    )
    found = scanned(tmp_path, {"app/client.py": code})
    assert [finding.usage.api.rpartition(".")[2] for finding in found.findings] == said


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("pass", ["fails TLSv1.0"]),
        ("def version(self): return ssl.PROTOCOL_TLS", []),
        ("def version(self, name): return NAMES[name]", []),
    ],
)
def test_what_a_method_of_the_base_returns_is_what_an_heir_without_it_gets(
    tmp_path: Path, own: str, said: list[str]
) -> None:
    code = (
        "import ssl\nclass Base(object):\n    def version(self):\n        return ssl.PROTOCOL_TLSv1\n"
        f"class Heir(Base):\n    {own}\n"
        "    def go(self, s):\n        return ssl.SSLContext(self.version()).wrap_socket(s)\n"
    )
    found = scanned(tmp_path, {"a.py": code}).findings
    assert [f"{one.verdict} TLSv1.0" for one in found if one.level is Level.ERROR] == said


@pytest.mark.parametrize(
    ("body", "before", "said"),
    [
        ("made = SSL.Context", "", ["fails TLSv1.0"]),
        ("made = None", "self.made = SSL.Context", ["fails TLSv1.0"]),
        ("def made(self, method): return method", "", []),
    ],
)
def test_a_function_that_a_class_keeps_under_a_name_is_called_by_it(
    tmp_path: Path, body: str, before: str, said: list[str]
) -> None:
    code = (
        "from OpenSSL import SSL\n"
        f"class Factory(object):\n    {body}\n    def __init__(self):\n        {before or 'pass'}\n"
        "    def getContext(self):\n        context = self.made(SSL.TLSv1_METHOD)\n"
        "        context.use_privatekey(self.key)\n        return context\n"
    )
    assert list(python(tmp_path, code).values()) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("import urllib2\n", ["fails SSLv3"]),
        ("import urllib.request\n", []),
        ("try:\n    import urllib2\nexcept ImportError:\n    import urllib.request as urllib2\n", []),
    ],
)
def test_a_module_that_python_3_lacks_says_on_which_python_a_file_runs(
    tmp_path: Path, before: str, said: list[str]
) -> None:
    """Python 3.6 and later takes another constant than that of `_ssl`."""
    code = "_ssl.PROTOCOL_SSLv23 = _ssl.PROTOCOL_SSLv3\n"
    assert list(python(tmp_path, code, f"import _ssl\n{before}").values()) == said


@pytest.mark.parametrize(
    ("rest", "level"),
    [
        ("return 1", Level.NOTE),
        ("ctx.verify_mode = ssl.CERT_NONE", Level.NOTE),
        ("ctx.verify_mode = 0\n    assert ctx.verify_mode == 0", Level.NOTE),
        ("ctx.verify_mode = 0\n    self.assertEqual(ctx.verify_mode, 0)", Level.NOTE),
        ("self.assertIsInstance(ctx, ssl.SSLContext)", Level.NOTE),
        ("ctx.options |= ssl.OP_NO_SSLv3\n    assert ctx.options", Level.NOTE),
        ("ctx.options |= ssl.OP_NO_TLSv1\n    ctx.options &= ~ssl.OP_NO_TLSv1\n    assert ctx.options", Level.NOTE),
        ("self.assertRaises(OSError, connect, ctx)", Level.ERROR),
        ("assert connect(ctx)", Level.ERROR),
        ("ctx.options |= ssl.OP_NO_SSLv3\n    return ctx", Level.ERROR),
        ("return ctx", Level.ERROR),
        ("return lambda: ctx", Level.ERROR),
        ("self.ctx = ctx", Level.ERROR),
        ("return connect(**locals())", Level.ERROR),
        ("ctx.options |= ssl.OP_NO_SSLv2\n    connect(ctx)", Level.ERROR),
        ("global ctx", Level.ERROR),
        ("ctx = ssl.create_default_context()\n    return ctx", Level.NOTE),
        ("ctx.verify_mode = 0\n    connect(1)\n    ctx = ssl.create_default_context()\n    return ctx", Level.NOTE),
        ("connect(ctx)\n    ctx = ssl.create_default_context()\n    return ctx", Level.ERROR),
        ("ctx = wrapped(ctx)\n    return ctx", Level.ERROR),
        ("if self:\n        ctx = ssl.create_default_context()\n    return ctx", Level.ERROR),
    ],
)
def test_a_context_that_nothing_uses_is_a_note(tmp_path: Path, rest: str, level: Level) -> None:
    code = f"import ssl\ndef f(self):\n    ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n    {rest}\n"
    (finding,) = scanned(tmp_path, {"app/client.py": code}).findings
    assert finding.level is level
    assert ("nothing here uses it" in finding.message) == (level is Level.NOTE)


@pytest.mark.parametrize(
    ("rest", "level"),
    [
        ("1", Level.NOTE),
        ("connect(ctx)", Level.ERROR),
        ("connect(binding)", Level.ERROR),
        ("lambda { ctx }", Level.ERROR),
        ("connect(ctx:)", Level.ERROR),
        ("# made", Level.ERROR),
        ("rescue\n    nil", Level.ERROR),
        ("", Level.ERROR),
    ],
)
def test_a_ruby_context_that_nothing_uses_is_a_note(tmp_path: Path, rest: str, level: Level) -> None:
    code = f"require 'openssl'\ndef f\n  ctx = OpenSSL::SSL::SSLContext.new(:TLSv1)\n  {rest}\nend\n"
    (finding,) = scanned(tmp_path, {"app/client.rb": code}).findings
    assert finding.level is level


def test_contexts_that_one_variable_gets_in_turn_are_examples_each_told(tmp_path: Path) -> None:
    names = ("SSLv2", "TLSv1", "TLSv1_1", "TLSv1_2", "TLS")
    code = "import ssl\n" + "".join(f"ctx = ssl.SSLContext(ssl.PROTOCOL_{name})\n" for name in names)
    found = scanned(tmp_path, {"a.py": f"{code}ctx.wrap_socket(sock)\n"}).findings
    assert [f.usage.place.region.line for f in found if f.level is Level.ERROR] == [2, 3, 4]
