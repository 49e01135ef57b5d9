"""What a constant condition keeps from running is not judged."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned, told

PYTHON = (
    "import ssl\nif {0}:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\nelse:\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)\n"
)
RUBY = "if {0}\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nelse\n  OpenSSL::SSL::SSLContext.new(:TLSv1_1)\nend\n"
JAVA = (
    "class A {{ void f() {{\nif ({0}) {{\n"
    '  System.setProperty("https.protocols", "TLSv1");\n}} else {{\n'
    '  System.setProperty("https.protocols", "TLSv1.1");\n'
    "}} }} }}\n"
)
PHP = (
    "<?php\nif ({0}) {{\n  curl_setopt($ch, CURLOPT_SSLVERSION, 3);\n}} else {{\n"
    "  curl_setopt($ch, CURLOPT_SSLVERSION, 2);\n}}\n"
)
CSHARP = (
    "using System.Net;\nclass A {{ void F() {{\nif ({0}) {{\n"
    "  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;\n}} else {{\n"
    "  ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls11;\n}} }} }}\n"
)
POWERSHELL = (
    "if ({0}) {{\n  [Net.ServicePointManager]::SecurityProtocol = 'Tls'\n}} else {{\n"
    "  [Net.ServicePointManager]::SecurityProtocol = 'Tls11'\n}}\n"
)


def lines(tmp_path: Path, name: str, code: str) -> list[int]:
    """The lines at which something is told."""
    return sorted(int(place.partition(":")[2].partition(" ")[0]) for place in told(scanned(tmp_path, {name: code})))


@pytest.mark.parametrize(
    ("name", "code", "never", "always", "first"),
    [
        ("a.py", PYTHON, "False", "True", 3),
        ("a.py", PYTHON, "0", "1", 3),
        ("a.rb", RUBY, "false", "true", 2),
        ("A.java", JAVA, "false", "true", 3),
        ("a.php", PHP, "FALSE", "1", 3),
        ("A.cs", CSHARP, "false", "true", 4),
        ("a.ps1", POWERSHELL, "$false", "$True", 2),
    ],
)
def test_only_the_branch_that_runs_is_judged(
    name: str, code: str, never: str, always: str, first: int, tmp_path: Path
) -> None:
    assert lines(tmp_path / "never", name, code.format(never)) == [first + 2]
    assert lines(tmp_path / "always", name, code.format(always)) == [first]
    assert lines(tmp_path / "x", name, code.format("$x" if name[2:] in ("php", "ps1") else "x")) == [first, first + 2]


def test_a_value_is_not_taken_from_a_branch_that_never_runs(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef f():\n  v = ssl.PROTOCOL_TLSv1_2\n  if 0:\n    v = ssl.PROTOCOL_TLSv1\n"
        "  return ssl.SSLContext(v)\n"
    )
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:6 v": "caps TLSv1.2"}


def test_zero_is_true_in_ruby(tmp_path: Path) -> None:
    assert lines(tmp_path, "a.rb", RUBY.format("0")) == [2, 4]


def test_a_function_that_is_never_defined_is_not_judged(tmp_path: Path) -> None:
    code = "import ssl\nif False:\n  def f():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n"
    assert lines(tmp_path, "a.py", code) == []


def test_the_unless_of_ruby_is_turned_round(tmp_path: Path) -> None:
    code = "unless true\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nend\nOpenSSL::SSL::SSLContext.new(:TLSv1_1) if false\n"
    assert lines(tmp_path, "a.rb", code) == []


SWITCHED = """<?php
define('OLD_TLS', false);
class Client {{
  const OLD = false;
  private $old = {declared};
  {set}
  function go($ch) {{
    if ({asked}) {{ curl_setopt($ch, CURLOPT_SSLVERSION, 3); }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("asked", "declared", "given", "told"),
    [
        ("OLD_TLS", "1", "", False),
        ("self::OLD", "1", "", False),
        ("!self::OLD", "1", "", True),
        ("$this->old", "false", "", False),
        ("!$this->old", "true", "", False),
        ("$this->old", "true", "", True),
        ("$this->old", "false", "function set($x) { $this->old = $x; }", True),
        ("$this->old", "false", "function set($x) { [$this->old, $y] = $x; }", True),
        ("$this->old", "false", "function &lend() { return f(&$this->old); }", True),
        ("$this->old", "false", "use Switches;", True),
        ("self::OLD", "1", "function f() { return defined('OLD_TLS'); }", False),
        ("OLD_TLS", "1", "function f() { return defined('OLD_TLS'); }", True),
        ("$this->other", "1", "protected $other = false;", True),
        ("$this->old === true", "false", "", False),
        ("true == $this->old", "false", "", False),
        ("$this->old !== false", "false", "", True),
        ("!empty($this->old)", "false", "", False),
        ("!empty($this->old) && $ch", "false", "", False),
        ("$this->old && strlen($ch)", "false", "", False),
        ("strlen($ch) && $this->old", "false", "", False),
        ("is_string($ch) and $this->old", "false", "", False),
        ("((!$this->old) && $ch)", "false", "", True),
        ("$this->old and $ch or $more", "false", "", True),
        ("$this->old && $ch ? 1 : 2", "false", "", True),
        ("!($this->old && $ch)", "false", "", True),
        ("f($ch && $this->old)", "false", "", True),
        ("f(']') || g('(') && $this->old", "false", "", True),
        ("$this->old", "false", "function close() { $this->old = false; }", False),
        ("$this->old", "false", "function close() { $this->old = false; $this->old = f(); }", True),
        ("$this->old", "false", "function close() { $this->old = false || f(); }", True),
        ("$this->old", "false", "function close() { $this->old = true; }", True),
        ("$this->second", "1, $second = false", "", False),
        ("static::$on", "1", "private static $on = false;", False),
        ("static::ON", "1", "const ON = false;", True),
    ],
)
def test_a_switch_of_php_that_nothing_turns_on_keeps_code_from_running(
    asked: str, declared: str, given: str, told: bool, tmp_path: Path
) -> None:
    code = SWITCHED.format(asked=asked, declared=declared, set=given)
    assert lines(tmp_path, "a.php", code) == ([8] if told else [])


@pytest.mark.parametrize(
    ("name", "code", "dead"),
    [
        ("a.py", "import ssl\ndef f():\n    return 1\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n", True),
        (
            "a.py",
            "import ssl\ndef f():\n    raise E()\n    for v in l:\n        ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
            True,
        ),
        ("a.py", "import ssl\ndef f():\n    if x:\n        return 1\n    ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n", False),
        ("a.py", "import ssl\nraise E()\nssl.SSLContext(ssl.PROTOCOL_TLSv1)\n", False),  # another cell of a notebook
        ("a.rb", "def f\n  return 1\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nend\n", True),
        ("a.rb", "def f\n  return 1 if x\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nend\n", False),
        ("a.rb", "def f\n  return 1\nrescue E\n  OpenSSL::SSL::SSLContext.new(:TLSv1)\nend\n", False),
    ],
)
def test_nothing_runs_behind_a_statement_that_leaves(tmp_path: Path, name: str, code: str, dead: bool) -> None:
    assert (lines(tmp_path, name, code) == []) is dead


SWITCHED_JAVA = """class A {{
  {declared}
  {given}
  void go({taken}) {{
    if ({asked}) {{ System.setProperty("https.protocols", "TLSv1"); }}
  }}
}}
"""
OFF = "private boolean old = false;"


@pytest.mark.parametrize(
    ("asked", "declared", "given", "told"),
    [
        ("OLD", "private static final boolean OLD = false;", "", False),
        ("A.OLD", "public static final boolean OLD = false;", "", False),
        ("!OLD", "static final boolean OLD = false;", "", True),
        ("OLD && more", "static final boolean OLD = false;", "", False),
        ("OLD || more", "static final boolean OLD = false;", "", True),
        ("OLD", "static final boolean OLD;", "static { OLD = false; }", True),
        ("B.OLD", "static final boolean OLD = false;", "", True),
        ("old", OFF, "", False),
        ("this.old", "private boolean old;", "", False),
        ("!old", "private Boolean old = true;", "", False),
        ("old", OFF.replace("private ", ""), "", True),
        ("old", OFF, "void set(boolean v) { this.old = v; }", True),
        ("old", OFF, "void turn() { old |= older(); }", True),
        ("old", '@Value("${old}") ' + OFF, "", True),
        ("old", f"/** @parameter expression=old */\n  {OFF}", "", True),
        ("old", f"/** Old peers. */\n  {OFF}", "", False),
        ("old", OFF, "@Setter int other;", True),
        ("old", OFF, "class B { private boolean old = true; }", True),
    ],
)
def test_a_switch_of_java_that_nothing_turns_on_keeps_code_from_running(
    asked: str, declared: str, given: str, told: bool, tmp_path: Path
) -> None:
    code = SWITCHED_JAVA.format(asked=asked, declared=declared, given=given, taken="")
    at = 5 + declared.count("\n")
    assert lines(tmp_path, "A.java", code) == ([at] if told else [])


LEFT_JAVA = """class A {{
  {declared}
  A() {{
    if ({asked}) {leaves}
    System.setProperty("https.protocols", "TLSv1");
    run(() -> System.setProperty("jdk.tls.client.protocols", "TLSv1"));
  }}
}}
"""
LEFT_PHP = """<?php
class A {{
  {declared}
  function go($ch) {{
    if ({asked}) {leaves}
    curl_setopt($ch, CURLOPT_SSLVERSION, 3);
  }}
}}
"""


@pytest.mark.parametrize(
    ("asked", "leaves", "declared", "dead"),
    [
        ("!old", "{ return; }", "private static final boolean old = false;", True),
        ("!this.old", "return;", "final boolean old = false;", True),
        ("!old", "{ log(); throw new E(); }", OFF, True),
        ("true", "return;", "", True),
        ("old", "return;", OFF, False),
        ("!old", "{ log(); }", OFF, False),
        ("!old", "{ return; } else { log(); }", OFF, False),
        ("!old", "return;", "final boolean old;", False),
        ("!old || more", "return;", OFF, False),
    ],
)
def test_nothing_of_java_runs_behind_a_switch_that_leaves(
    asked: str, leaves: str, declared: str, dead: bool, tmp_path: Path
) -> None:
    code = LEFT_JAVA.format(asked=asked, leaves=leaves, declared=declared)
    assert lines(tmp_path, "A.java", code) == ([] if dead else [5, 6])


@pytest.mark.parametrize(
    ("asked", "declared", "dead"),
    [
        ("!self::OLD", "const OLD = false;", True),
        ("!$this->old", "private $old = false;", True),
        ("$this->old", "private $old = false;", False),
        ("!$this->old", "public $old = false;", False),
    ],
)
def test_nothing_of_php_runs_behind_a_switch_that_leaves(asked: str, declared: str, dead: bool, tmp_path: Path) -> None:
    code = LEFT_PHP.format(asked=asked, leaves="{ return; }", declared=declared)
    assert lines(tmp_path, "a.php", code) == ([] if dead else [6])


def test_what_php_declares_behind_a_switch_that_leaves_is_there(tmp_path: Path) -> None:
    code = (
        "<?php\ndefine('OLD', false);\nif (!OLD) { return; }\n"
        "function f($ch) { curl_setopt($ch, CURLOPT_SSLVERSION, 3); }\n"
    )
    assert lines(tmp_path, "a.php", code) == [4]


def test_a_parameter_is_no_switch(tmp_path: Path) -> None:
    code = SWITCHED_JAVA.format(asked="old", declared=OFF, given="", taken="boolean old")
    assert lines(tmp_path, "A.java", code) == [5]


def test_a_choice_by_a_switch_is_none(tmp_path: Path) -> None:
    code = (
        'class A {{ static final boolean OLD = {}; void go() {{\nSystem.setProperty("https.protocols", '
        'OLD ? "TLSv1" : "TLSv1.1");\n}} }}\n'
    )
    for off, word in (("false", "TLSv1.1"), ("true", "TLSv1.0")):
        found = told(scanned(tmp_path / off, {"A.java": code.format(off)}))
        assert list(found.values()) == [f"fails {word}"]


PRIVATE = """import javax.net.ssl.*;
class A {{
  {mark} static void old(SSLSocket s) throws Exception {{
    s.setEnabledProtocols(new String[] {{"TLSv1"}});
  }}
  {more}
}}
"""


@pytest.mark.parametrize(
    ("mark", "more", "level"),
    [
        ("private", "", Level.NOTE),
        ("private", "// old(s)", Level.NOTE),
        ("private", "static void old(int x) {}", Level.NOTE),
        ('@SuppressWarnings("unused") private', "", Level.NOTE),
        ("private", "void go(SSLSocket s) throws Exception { old(s); }", Level.ERROR),
        ("private", "Object go() { return list.map(A::old); }", Level.ERROR),
        ("private", 'Object go() { return named("old"); }', Level.ERROR),
        ("private", "native void go();", Level.ERROR),
        ("@Subscribe private", "", Level.ERROR),
        ("protected", "", Level.ERROR),
    ],
)
def test_a_private_method_of_java_that_nothing_calls_is_a_note(
    mark: str, more: str, level: Level, tmp_path: Path
) -> None:
    (found,) = scanned(tmp_path, {"A.java": PRIVATE.format(mark=mark, more=more)}).findings
    assert (found.usage.place.region.line, found.level) == (4, level)
    assert ("nothing here calls the method" in found.message) is (level is Level.NOTE)
