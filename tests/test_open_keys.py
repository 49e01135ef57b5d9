"""Which setting a call is about may be said by a constant of another file."""

from pathlib import Path

from tree_scans import scanned, told


def test_the_name_of_a_property_is_a_constant_of_another_class(tmp_path: Path) -> None:
    files = {
        "a/Keys.java": 'package a;\npublic class Keys {\n  public static final String PROTOCOLS = "https.protocols";\n'
        '  public static final String TITLE = "title";\n}\n',
        "b/Use.java": "package b;\nimport a.Keys;\nclass Use { void f() {\n"
        '  System.setProperty(Keys.PROTOCOLS, "TLSv1");\n  System.setProperty(Keys.TITLE, "TLSv1");\n'
        '  System.setProperty(Keys.GONE, "TLSv1");\n} }\n',
        "b/Plain.java": "package b;\nimport static a.Keys.PROTOCOLS;\nclass Plain { void f() {\n"
        '  System.setProperty(PROTOCOLS, "TLSv1.1");\n} }\n',
    }
    assert told(scanned(tmp_path, files)) == {
        'b/Use.java:4 "TLSv1"': "fails TLSv1.0",
        'b/Plain.java:4 "TLSv1.1"': "fails TLSv1.1",
    }


def test_an_option_of_curl_is_a_constant_of_another_class(tmp_path: Path) -> None:
    files = {
        "Opt.php": "<?php\nclass Opt { const VERSION = CURLOPT_SSLVERSION; const NUMBER = 32; const TIMEOUT = 13; }\n",
        "use.php": "<?php\ncurl_setopt($ch, Opt::VERSION, 4);\ncurl_setopt($other, Opt::NUMBER, 3);\n"
        "curl_setopt($ch, Opt::TIMEOUT, 4);\n",
    }
    found = told(scanned(tmp_path, files))
    assert {place: said.partition(" ")[0] for place, said in found.items()} == {
        "use.php:2 4": "allows",
        "use.php:3 3": "fails",
    }


def test_an_option_of_pycurl_is_a_constant_of_another_module(tmp_path: Path) -> None:
    files = {
        "keys.py": "VERSION = 32\nTIMEOUT = 13\n",
        "use.py": "import keys, pycurl\nc = pycurl.Curl()\nc.setopt(keys.VERSION, pycurl.SSLVERSION_SSLv3)\n"
        "c.setopt(keys.TIMEOUT, 1)\nc.setopt(pycurl.FOLLOWLOCATION, 1)\n",
    }
    assert told(scanned(tmp_path, files)) == {"use.py:3 pycurl.SSLVERSION_SSLv3": "fails SSLv3"}


def test_the_condition_around_an_entry_tells_its_key(tmp_path: Path) -> None:
    code = (
        "import ssl\ndef go(sock, given):\n    kw = {}\n    for k, v in given.items():\n"
        "        if k == 'ssl_version':\n            kw[k] = ssl.PROTOCOL_TLSv1\n        else:\n            kw[k] = v\n"
        "    return ssl.wrap_socket(sock, **kw)\n"
    )
    assert told(scanned(tmp_path, {"a.py": code})) == {"a.py:6 ssl.PROTOCOL_TLSv1": "fails TLSv1.0"}
    assert told(scanned(tmp_path, {"a.py": code.replace("'ssl_version'", "'keyfile'")})) == {}
