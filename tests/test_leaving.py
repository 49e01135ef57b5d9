"""What follows an `if` that leaves early: for a newer runtime, it is as if it stood in the other arm."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

PHP = """<?php
function start($s) {{
    {}
    return stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT);
}}
"""
JAVA = """import android.os.Build;
class Client {{
    void start(javax.net.ssl.SSLSocket socket) {{
        {}
        socket.setEnabledProtocols(new String[] {{"TLSv1.1"}});
    }}
}}
"""
OURS = "return stream_socket_enable_crypto($s, true, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT);"


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [
        ("a.php", PHP.format(f"if (PHP_VERSION_ID >= 70200) {{ {OURS} }}"), Level.NOTE),
        ("a.php", PHP.format(f"if (defined('STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT')) {OURS}"), Level.NOTE),
        ("a.php", PHP.format("if (PHP_VERSION_ID >= 70200) { throw new Exception('no'); }"), Level.NOTE),
        ("a.php", PHP.format("if (PHP_VERSION_ID < 50600) { return false; }"), Level.ERROR),
        ("a.php", PHP.format("if (PHP_VERSION_ID >= 70200) { prepare($s); }"), Level.ERROR),
        ("a.php", PHP.format("if ($s === null) { return false; }"), Level.ERROR),
        ("a.php", f"<?php\nif (defined('LOADED')) {{ return; }}\n{PHP.format('').removeprefix('<?php')}", Level.ERROR),
        ("A.java", JAVA.format("if (Build.VERSION.SDK_INT >= 21) { modern(socket); return; }"), Level.WARNING),
        ("A.java", JAVA.format("if (Build.VERSION.SDK_INT < 16) { return; }"), Level.ERROR),
        ("A.java", JAVA.format("if (Build.VERSION.SDK_INT >= 21) { log(); } else { return; }"), Level.ERROR),
        ("A.java", JAVA.format("if (socket == null) return;"), Level.ERROR),
    ],
)
def test_what_an_early_end_leaves_to_older_runtimes(tmp_path: Path, name: str, code: str, level: Level) -> None:
    found = [f for f in scanned(tmp_path, {name: code}).findings if f.verdict is not Verdict.CAPS]
    assert [finding.level for finding in found] == [level]


def test_so_it_is_with_what_a_function_gives(tmp_path: Path) -> None:
    php = """<?php
function version() {
    if (defined('CURL_SSLVERSION_TLSv1_2')) { return CURL_SSLVERSION_TLSv1_2; }
    return CURL_SSLVERSION_TLSv1;
}
curl_setopt($ch, CURLOPT_SSLVERSION, version());
"""
    java = """import android.os.Build;
class Client {
    String[] names() {
        if (Build.VERSION.SDK_INT >= 20) { return new String[] {"TLSv1.2"}; }
        return new String[] {"TLSv1"};
    }
    void start(javax.net.ssl.SSLSocket socket) { socket.setEnabledProtocols(names()); }
}
"""
    levels = {f.usage.place.path: f.level for f in scanned(tmp_path, {"a.php": php, "Client.java": java}).findings}
    assert levels == {"a.php": Level.NOTE, "Client.java": Level.WARNING}
