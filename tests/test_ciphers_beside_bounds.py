"""A security level in a list of ciphers opens nothing beyond the bounds that are set on the same object."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

LIST = "CURLOPT_SSL_CIPHER_LIST => 'DEFAULT:@SECLEVEL=0'"
CALL = "curl_setopt($h, CURLOPT_SSL_CIPHER_LIST, 'DEFAULT:@SECLEVEL=0');\n"
VERSION = "curl_setopt($h, CURLOPT_SSLVERSION, %s);\n"
ONLY_1_1 = "CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1"


@pytest.mark.parametrize(
    "code",
    [
        f"curl_setopt_array($h, [\n{LIST},\nCURLOPT_SSLVERSION => %s]);\n",
        f"$o = [{LIST}];\n\n$o[CURLOPT_SSLVERSION] = %s;\ncurl_setopt_array($h, $o);\n",
        CALL + "\n" + VERSION,
    ],
)
def test_a_handle_of_curl_speaks_what_its_version_says(code: str, tmp_path: Path) -> None:
    assert told(scanned(tmp_path, {"a.php": "<?php " + code % "CURL_SSLVERSION_TLSv1_2"})) == {}
    capped = scanned(tmp_path, {"a.php": "<?php " + code % ONLY_1_1})
    assert told(capped) == {f"a.php:3 {ONLY_1_1}": "fails TLSv1.1"}


def test_a_version_that_is_left_to_libcurl_bounds_nothing(tmp_path: Path) -> None:
    code = "<?php\n" + VERSION % "CURL_SSLVERSION_DEFAULT" + CALL
    place = "a.php:3 'DEFAULT:@SECLEVEL=0'"
    assert told(scanned(tmp_path, {"a.php": code})) == {place: "allows TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3"}
    assert told(scanned(tmp_path, {"a.php": "<?php\n\n" + CALL})).keys() == {place}


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        (
            "a.py",
            'from OpenSSL import SSL\nc = SSL.Context(SSL.TLSv1_METHOD)\nc.set_cipher_list(b"DEFAULT:@SECLEVEL=0")\n',
            {"a.py:2 SSL.TLSv1_METHOD": "fails TLSv1.0"},
        ),
        (
            "a.rb",
            "require 'openssl'\nc = OpenSSL::SSL::SSLContext.new\nc.ssl_version = :TLSv1_1\n"
            "c.ciphers = 'HIGH:@SECLEVEL=0'\n",
            {"a.rb:3 :TLSv1_1": "fails TLSv1.1"},
        ),
    ],
)
def test_the_other_words_of_the_list_are_no_versions(
    name: str, code: str, said: dict[str, str], tmp_path: Path
) -> None:
    assert told(scanned(tmp_path, {name: code})) == said
