"""What conditions demand of the version of a runtime."""

import pytest

from tlsscan.demands import affirmed, demands, under
from tlsscan.javaversions import older_java
from tlsscan.products import Condition, Runtimes, parse_ranges
from tlsscan.rules import Key, Vocabulary

NAMES = Vocabulary(
    "demo",
    {},
    since=((Key("name", "*.SINCE_279"), Condition((("python", parse_ranges(">=2.7.9,<3 | >=3.4")),))),),
)


def said(condition: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(product, bound.operator, bound.version) for product, bound in demands(condition)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("PHP_VERSION_ID < 50600", [("php", "<", (5, 6, 0))]),
        ("\\PHP_VERSION_ID < 70200 && \\PHP_VERSION_ID >= 50600", [("php", "<", (7, 2, 0)), ("php", ">=", (5, 6, 0))]),
        ("not (PHP_VERSION_ID >= 50600)", [("php", "<", (5, 6, 0))]),
        ("50600 <= PHP_VERSION_ID", [("php", ">=", (5, 6, 0))]),
        ("PHP_MAJOR_VERSION < 7", [("php", "<", (7,))]),
        ("version_compare(PHP_VERSION, '5.6.7', '<')", [("php", "<", (5, 6, 7))]),
        ("$tls and !version_compare(phpversion(), '5.6', 'lt')", [("php", ">=", (5, 6))]),
        ("Build.VERSION.SDK_INT < Build.VERSION_CODES.LOLLIPOP", [("android", "<", (21,))]),
        ("SDK_INT >= 16 && SDK_INT < 22", [("android", ">=", (16,)), ("android", "<", (22,))]),
        ("PHP_VERSION_ID < 50600 || $old", []),
        ("not (SDK_INT >= 21 || forced)", [("android", "<", (21,))]),
        ("PHP_VERSION_ID < $least", []),
        ("version_compare($mine, '5.6', '<')", []),
        ("version_compare(PHP_VERSION, '5.5.19') >= 0", [("php", ">=", (5, 5, 19))]),
        ("version_compare(phpversion(), '5.6') === -1", [("php", "<", (5, 6))]),
        ("version_compare('5.6', PHP_VERSION, '>')", [("php", "<", (5, 6))]),
        ("PHP_VERSION >= '5.6'", [("php", ">=", (5, 6))]),
        ("(float)\\phpversion() >= 7.4", [("php", ">=", (7, 4))]),
        ("'5.6.0' > PHP_VERSION", [("php", "<", (5, 6, 0))]),
        ("sys.version_info < (2, 7, 9)", [("python", "<", (2, 7, 9))]),
        ("not (sys.version_info >= (3, 10))", [("python", "<", (3, 10))]),
        ("sys.version_info > (3,)", [("python", ">=", (3,))]),
        ("version_info <= (2, 7)", [("python", "<", (2, 7))]),
        ("sys.version_info[:2] <= (2, 7)", [("python", "<", (2, 8))]),
        ("sys.version_info[:3] > (2, 7, 8)", [("python", ">=", (2, 7, 9))]),
        ("sys.version_info[0:2] == (2, 6)", [("python", ">=", (2, 6)), ("python", "<", (2, 7))]),
        ("not (sys.version_info[:2] == (2, 6))", []),
        ("sys.version_info[:2] < (2, 7, 9)", []),
        ("sys.version_info == (2, 7)", []),
        ("(3, 0) > sys.version_info", [("python", "<", (3, 0))]),
        ("sys.version_info < (2, 7, 9, 'final', 0)", [("python", "<", (2, 7, 9))]),
        ("sys.version_info[0] == 2", [("python", "<", (3,))]),
        ("sys.version_info.major != 3", [("python", "<", (3,))]),
        ("sys.version_info[0] > 2 and ready", [("python", ">=", (3,))]),
        ("sys.version_info[1] < 7", []),
        ("sys.version[0] == '2'", [("python", "<", (3,))]),
        ("sys.version.startswith('2.7')", [("python", ">=", (2, 7)), ("python", "<", (2, 8))]),
        ("sys.version < '2.7.9'", [("python", "<", (3,))]),  # as texts, of which only the first number is sure
        ("sys.version < '3.7'", []),
        ("platform.python_version() >= '3.4'", [("python", ">=", (3,))]),
        ("not (platform.python_version() >= '2.7.9')", [("python", "<", (3,))]),
        ("not (platform.python_version() < '2.7.9')", []),
        ("ssl.OPENSSL_VERSION_INFO < (1, 0, 1)", [("openssl", "<", (1, 0, 1))]),
        ("ssl.OPENSSL_VERSION_INFO[:3] <= (1, 0, 1)", [("openssl", "<", (1, 0, 2))]),
        ("(1, 0, 1, 0, 15) > ssl.OPENSSL_VERSION_INFO", [("openssl", "<", (1, 0, 2))]),
        ("ssl.OPENSSL_VERSION_NUMBER < 0x10001000", [("openssl", "<", (1, 0, 1))]),
        ("not (OpenSSL::OPENSSL_VERSION_NUMBER >= 0x1000105f)", [("openssl", "<", (1, 0, 2))]),
        ("\\OPENSSL_VERSION_NUMBER >= 0x30000000", [("openssl", ">=", (3, 0, 0))]),
        ("sys.hexversion < 0x020709F0", [("python", "<", (2, 7, 9))]),
        ("sys.hexversion >= 0x03000000", [("python", ">=", (3, 0, 0))]),
        ("sys.hexversion > 0x020708f0", [("python", ">=", (2, 7, 9))]),
        ("six.PY2", [("python", "<", (3,))]),
        ("not PY3", [("python", "<", (3,))]),
        ("not (IS_PY2)", [("python", ">=", (3,))]),
        ("PY2_ONLY", []),
        ("PY2 or forced", []),
        ("forced or old and PY2", []),
        ("not (PY3 or forced)", [("python", "<", (3,))]),
        ("RUBY_VERSION < '2.0'", [("ruby", "<", (2, 0))]),
        ('ssl and "2.0.0" > RUBY_VERSION', [("ruby", "<", (2, 0, 0))]),
        ("RUBY_VERSION < '1.10'", []),
        ("RUBY_VERSION <= '1.9.3'", [("ruby", "<", (2, 0))]),
        ("old || RUBY_VERSION < '2.0'", []),
        ("ssl && RUBY_VERSION.to_f < 2.0", [("ruby", "<", (2, 0))]),
        ("RUBY_VERSION.to_i <= 1", [("ruby", "<", (2,))]),
        ("not (RUBY_VERSION.to_f <= 1.8)", [("ruby", ">=", (1, 9))]),
        ("Gem::Version.new(RUBY_VERSION) < Gem::Version.new('2.0')", [("ruby", "<", (2, 0))]),
        ("Gem::Version.new(RUBY_VERSION.dup) < Gem::Version.new('2.10')", [("ruby", "<", (2, 10))]),
        ("Gem::Version.new('2.0') > Gem::Version.new(RUBY_VERSION)", [("ruby", "<", (2, 0))]),
        ("Gem::Version.new(OpenSSL::VERSION) < Gem::Version.new('2.0')", []),
        ("RUBY_VERSION =~ /^1\\.8/", [("ruby", ">=", (1, 8)), ("ruby", "<", (1, 9))]),
        ("RUBY_VERSION is /\\A1\\./", [("ruby", "<", (2,))]),
        ("RUBY_VERSION =~ /1\\.8/", []),
        ('RUBY_VERSION.start_with?("1.")', [("ruby", "<", (2,))]),
        ("RUBY_VERSION == '1.8.7'", []),
    ],
)
def test_demands(condition: str, expected: list[tuple[str, str, tuple[int, ...]]]) -> None:
    assert said(condition) == expected


def test_a_claim_that_denies_a_condition_leaves_nothing_and_an_assumption_gives_way() -> None:
    assert under(Runtimes({"php": "7.1"}, {}), "PHP_VERSION_ID < 50600") is None
    assert under(Runtimes({"php": "5.5"}, {}), "PHP_VERSION_ID < 50600") is not None
    assumed = under(Runtimes({}, {"php": "8.2"}), "PHP_VERSION_ID < 50600")
    assert assumed is not None and assumed.version("php") == ("5.5.99", False)
    assert under(Runtimes({}, {}), "SDK_INT < 21") == Runtimes({}, {})


PROPERTY = 'System.getProperty("java.version")'


@pytest.mark.parametrize(
    ("condition", "holds", "older"),
    [
        (f'{PROPERTY}.startsWith("1.6")', "6u45", True),
        (f'{PROPERTY}.startsWith("1.6") || {PROPERTY}.startsWith("1.7")', "6 7", True),
        (f'not ({PROPERTY}.startsWith("1.6") || {PROPERTY}.startsWith("1.7"))', "5 8 11 17", False),
        (f'!{PROPERTY}.startsWith("1.6")', "5 7 8 11 17", False),
        ('"1.6".equals(System.getProperty("java.specification.version"))', "6", True),
        ('System.getProperty("java.specification.version", "1.6").equals("1.7")', "7", True),
        (f'{PROPERTY}.compareTo("1.7") < 0', "5 6", True),
        (f'"1.7".compareTo({PROPERTY}) <= 0', "7 8 11 17", False),
        (f'{PROPERTY}.indexOf("1.7") != -1', "7", True),
        (f"Double.parseDouble({PROPERTY}.substring(0, 3)) < 1.7", "5 6", True),
        ('1.8 <= Float.parseFloat(System.getProperty("java.specification.version"))', "8 11 17", False),
        ('Float.parseFloat(System.getProperty("java.class.version")) < 51.0', "5 6", True),
        ("SystemUtils.IS_JAVA_1_6", "6", True),
        ("!SystemUtils.IS_JAVA_1_6", "5 7 8 11 17", False),
        ("SystemUtils.isJavaVersionAtLeast(JavaVersion.JAVA_1_8)", "8 11 17", False),
        ("not (SystemUtils.isJavaVersionAtLeast(160))", "5", True),
        ("SystemUtils.JAVA_VERSION_FLOAT < 1.7f", "5 6", True),
        ("Runtime.version().feature() >= 11", "11 17", False),
        (f'{PROPERTY}.startsWith("1.7") && legacy', "7", True),
    ],
)
def test_the_versions_of_java_for_which_a_condition_holds(condition: str, holds: str, older: bool) -> None:
    claimed = [version for version in ("5", "6", "6u45", "7", "8", "11", "17") if version != "6u45" or "6u45" in holds]
    met = [version for version in claimed if under(Runtimes({"java": version}, {}), condition) is not None]
    assert met == (holds.split() if "6u45" not in holds else ["6", "6u45"])
    assert older_java(condition) is older


@pytest.mark.parametrize(
    "condition",
    [
        f'{PROPERTY}.startsWith("1.6") || legacy',
        f'{PROPERTY}.startsWith("1")',
        f"{PROPERTY}.equals(wanted)",
        'v.startsWith("1.6")',
        'System.getProperty("java.vendor").startsWith("1.6")',
    ],
)
def test_what_is_no_plain_question_about_java_demands_nothing(condition: str) -> None:
    for version in ("6", "17"):
        assert under(Runtimes({"java": version}, {}), condition) is not None


def test_java_that_is_only_assumed_is_one_for_which_a_condition_holds() -> None:
    for condition, version in ((f'{PROPERTY}.startsWith("1.6")', "6"), ("SystemUtils.IS_JAVA_1_7", "7")):
        assumed = under(Runtimes({}, {"java": "17"}), condition)
        assert assumed is not None and assumed.version("java") == (version, False)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("PY2", True),
        ("verify and sys.version_info < (2, 7, 9)", True),
        ("sys.version_info < (2, 7)", False),
        ("PY2 and not (hasattr(ssl, 'PROTOCOL_TLSv1_2'))", False),
        ("PY2 and OSError is caught", False),
        ("PY2 and not (hasattr(ssl, 'SINCE_279'))", True),
        ("PY2 and hasattr(ssl, 'SINCE_279')", False),
        ("AttributeError is caught and SINCE_279 is missing", True),
        ("AttributeError is caught and SINCE_279, OTHER is missing", False),
        ("sys.version < '2.7'", False),  # as texts: it may not be all that it asks
        ("PHP_VERSION_ID < 50600", False),
        ("verify", False),
    ],
)
def test_claims_affirm_a_condition_that_asks_for_nothing_else(condition: str, told: bool) -> None:
    assert affirmed(Runtimes({"python": "2.7.6"}, {"php": "5.4"}), condition, NAMES) is told


def test_what_is_granted_beneath_a_claimed_runtime_denies_what_is_older() -> None:
    beneath = Runtimes({"python": "3.9"}, {"openssl": "3.0"}, granted={"openssl": "1.0.1"})
    assert under(beneath, "ssl.OPENSSL_VERSION_INFO < (1, 0, 1)") is None
    assert under(beneath, "ssl.OPENSSL_VERSION_INFO < (3, 0)") == beneath
    assert under(beneath._replace(granted={}), "ssl.OPENSSL_VERSION_INFO < (1, 0, 1)") is not None


def test_of_python_and_ruby_a_late_version_is_assumed() -> None:
    assumed = under(Runtimes({}, {"python": "3.12", "ruby": "3.3"}), "six.PY2 and RUBY_VERSION < '2.0'")
    assert assumed is not None and assumed.assumed == {"python": "2.99", "ruby": "1.99"}
