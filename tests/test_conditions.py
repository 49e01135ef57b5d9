"""Conditions as texts: which of them ask for an old version by name."""

import pytest

from core_builders import assign, book, call, matches, rule, versions
from tlsscan.conditions import asks_for, asks_for_flag, named_in, only_names_versions
from tlsscan.values import Arm, Choice, Text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("CURL_SSLVERSION_TLSv1_0", "1.0"),
        ("CURL_SSLVERSION_TLSv1", "1.0"),
        ("TLS1_1_VERSION", "1.1"),
        ("SslProtocols.Tls12", "1.2"),
        ("'TLS 1.3'", "1.3"),
        ("tlsv1.2 or SSLv3", "ssl3 1.2"),
        ("SSLv23", "-"),
        ("SslProtocols.Tls", "-"),
        ("CURLOPT_SSLVERSION", "-"),
        ("TLSv14", "-"),
        ("tls10000", "-"),
        ("Kind.Tls1OrSsl3Implicit", "ssl3 1.0"),
    ],
)
def test_versions_named_in_a_text(text: str, named: str) -> None:
    assert named_in(text) == versions(named)


@pytest.mark.parametrize(
    ("condition", "asks"),
    [
        ("STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT === $options['crypto_method']", True),
        ("$v == 'TLSv1'", True),
        ("case SSLv3", True),
        ("options['ssl3']", True),
        ("(options.ssl3)", True),
        ("options[:ssl3]", True),
        ('opts.get("tls-1.0", False)', True),
        ("$options['legacy']", True),
        ("options['tls1_2']", False),
        ("options['ssl_version']", False),
        ("not (options['ssl3'])", False),
        ("!MF and v is V.SSLv3", True),
        ("not (x) and $v == 'TLSv1'", True),
        ("not ($v == 'TLSv1') and x == 1", False),
        ('cl.hasOption("tls1")', True),
        ('cl.hasOption("tls12")', False),
        ('cl.hasOption("tls-version")', False),
        ("case '1.0'", True),
        ("case 'tls:1.0'", True),
        ("case 'starttls:1.0'", True),
        ("$version === '1.2'", False),
        ("case 'tlsv1.0'", True),
        ('"TLSv1".equals(protocol)', True),
        ("protocol in ('TLSv1', 'TLSv1.1')", True),
        ("$version -eq 'Tls10'", True),
        ('p is "Tls"', True),
        ("p == SslProtocols.Tls", True),
        ("p is SecurityProtocolType.Tls", True),
        ("p is 'tls'", False),  # how to connect, not with what
        ("p is SmtpSecurity.Tls", False),
        ("p is Secure.TLS beside TLS11", True),
        ("p is Secure.Tls beside Tls2Way", False),
        ("p is Secure.Ssl beside Ssl3", False),
        ("p is Secure.Auto or Secure.Tls beside Tls11", False),
        ("p == SslProtocols.Tls.ToString()", True),
        ("case STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", False),
        ("$v == 'TLSv1.2'", False),
        ("$v != 'TLSv1'", False),
        ("not ($v == 'TLSv1')", False),
        ("not (case 'TLSv1')", False),
        ("defined('CURL_SSLVERSION_TLSv1') == true", False),
        ("$mode === 'legacy'", False),
        ("$forceTLSv1", True),
        ("settings.FORCE_TLSV1", True),
        ("site_settings.FORCE_TLSV1", True),
        ("FORCE_TLSV1", False),  # a constant of the code
        ("lib.SUPPORTS_TLSV1", False),
        ("legacy", True),
        ("self.legacy_tls and host", True),
        ("cfg.allow_old_ssl_tls()", True),
        ("$this->allowOldTls", True),
        ("Conf.old_tls?", True),
        ("not (legacy)", False),
        ("!legacy", False),
        ("old", False),
        ("bold", False),
        ("threshold", False),
        ("legacy(x)", False),
        ("kind is Kind.Tls1Explicit or Kind.Tls1Implicit", True),
        ("kind is Kind.Tls1, Kind.Tls11", True),
        ("kind is Kind.Auto or Kind.Tls1", False),
        ("kind is Kind.Tls1 or something else", False),
        ("kind is Kind.Auto, Kind.Tls1", False),
        ("", False),
    ],
)
def test_a_condition_asks_for_a_version_by_comparing_with_its_name(condition: str, asks: bool) -> None:
    assert asks_for(condition, versions("1.0 1.2")) == asks
    assert not asks_for(condition, versions("-"))


@pytest.mark.parametrize(
    ("condition", "parameter", "default", "asks"),
    [
        ("proto == 'tlsv1'", "proto", '"tlsv1"', False),
        ("proto.lower() == 'tlsv1'", "proto", "'TLSv1'", False),
        ("proto in ('tlsv1', 'ssl3')", "proto", "'tlsv1'", False),
        ("version == :TLSv1", "version", ":TLSv1", False),
        ("proto == 'tlsv1'", "proto", "'tlsv1_2'", True),
        ("proto == 'tlsv1'", "proto", "None", True),
        ("proto == 'tlsv1'", "proto", "''", True),
        ("self.proto == 'tlsv1'", "proto", "'tlsv1'", True),
        ("other == 'tlsv1'", "proto", "'tlsv1'", True),
    ],
)
def test_nobody_asks_for_what_is_the_default_of_a_parameter(
    condition: str, parameter: str, default: str, asks: bool
) -> None:
    assert asks_for(condition, versions("1.0"), [(parameter, default)]) == asks


RULES = book(
    """
  words:
    values:
      "'TLSv1'": TLSv1.0
      "'TLSv1.2'": TLSv1.2
""",
    rule("exact", "exactly", "words", "{call: lib.connect_tls, position: 0}\n{assign: lib.Context.old_tls}"),
)


def test_what_was_asked_for_is_guarded_as_an_arm_and_around_a_site() -> None:
    either = Choice((Arm("v == 'TLSv1'", False, Text("TLSv1")), Arm("not (v == 'TLSv1')", False, Text("TLSv1.2"))))
    (found,) = matches(RULES, call("lib.connect_tls", either))
    assert [(usage.guarded, usage.condition) for usage in found.usages] == [
        (True, "v == 'TLSv1'"),
        (False, "not (v == 'TLSv1')"),
    ]
    site = assign("lib.Context.old_tls", Text("TLSv1"))
    (asked,) = matches(RULES, site._replace(condition="case 'TLSv1'"))
    assert [(usage.guarded, usage.condition) for usage in asked.usages] == [(True, "case 'TLSv1'")]
    (default,) = matches(RULES, site._replace(condition="v == 'TLSv1'", defaults=(("v", "'TLSv1'"),)))
    assert [(usage.guarded, usage.condition) for usage in default.usages] == [(False, "")]
    (free,) = matches(RULES, site._replace(condition="mode == 'legacy'"))
    assert [(usage.guarded, usage.condition) for usage in free.usages] == [(False, "")]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        (":TLSv1", True),
        ("'TLSv1.1'", True),
        (":TLSv1_2 'TLSv1.2'", True),
        ('"1.0", "1.1"', True),
        (":SSLv23_client", True),
        ("1", True),
        ("2", False),
        ("'production'", False),
        ("version == 'TLSv1'", False),
        ("else", False),
        ("", False),
    ],
)
def test_patterns_that_only_name_versions(text: str, only: bool) -> None:
    assert only_names_versions(text) is only


@pytest.mark.parametrize(
    ("condition", "asks"),
    [
        ("(p & SslProtocols.Tls) != 0", True),
        ("wanted.HasFlag(SslProtocols.Tls)", True),
        ("($p -band [Net.SecurityProtocolType]::Tls) -ne 0", True),
        ("!NETSTANDARD and (p & SslProtocols.Tls) != 0", True),
        ("!wanted.HasFlag(SslProtocols.Tls)", False),
        ("not ((p & A) != 0)", False),
        ("(p & A) == 0", False),
        ("(a && b) != 0", False),
    ],
)
def test_a_condition_that_asks_for_a_flag(condition: str, asks: bool) -> None:
    assert asks_for_flag(condition) is asks


def test_a_flag_for_old_peers_that_is_set_by_itself_asks_for_nothing() -> None:
    assert asks_for("legacy", versions("1.0"), [("legacy", "False")])
    assert not asks_for("legacy", versions("1.0"), [("legacy", "True")])
    assert not asks_for("self.legacy", versions("1.0"), [("self.legacy", "True")])
