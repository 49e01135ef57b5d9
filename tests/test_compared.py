"""Java and PHP: what comparisons and flags around a use say of a value there."""

from pathlib import Path

from tlsscan.model import Level, Verdict
from tree_scans import scanned


def test_what_a_comparison_around_a_use_excludes_is_not_met(tmp_path: Path) -> None:
    options = """package shop;
public class Options {
    public static final String DEFAULT = "TLS";
    private String protocol = DEFAULT;
    public String getProtocol() { return protocol; }
}
"""
    use = """package shop;
import javax.net.ssl.*;
class Use {
    void other(SSLSocket socket, Options options) {
        if (options.getProtocol().equals(Options.DEFAULT)) { return; }
        socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        set(socket, options);
    }
    void set(io.netty.handler.ssl.SslContextBuilder builder, Options options) {
        if (options.getProtocol().equals(Options.DEFAULT)) {
            builder.protocols("TLSv1.3", "TLSv1.2");
        } else {
            builder.protocols(options.getProtocol());
        }
    }
    void name(String version) throws Exception {
        String chosen = "TLSv1.1";
        if (!"TLSv1.1".equals(chosen)) { SSLContext.getInstance(chosen); }
        if (chosen == version) { SSLContext.getInstance(chosen); }
    }
}
"""
    found = scanned(tmp_path, {"shop/Options.java": options, "shop/Use.java": use}).findings
    bad = [(f.usage.place.region.line, f.verdict) for f in found if f.level.rank > Level.NOTE.rank]
    assert bad == [(19, Verdict.FAILS)]


def test_a_flag_that_is_called_after_a_version_asks_for_it_unless_it_is_set_by_itself(tmp_path: Path) -> None:
    code = """import javax.net.ssl.SSLSocket;
class Factory {
    boolean ssl3;
    private boolean tls10 = true;
    void passed(SSLSocket socket, boolean useSSL3Only) {
        if (useSSL3Only) { socket.setEnabledProtocols(new String[] {"SSLv3"}); }
    }
    void called(SSLSocket socket, Settings settings) {
        if (isUseSSL3Only(settings)) { socket.setEnabledProtocols(new String[] {"SSLv3"}); }
    }
    void held(SSLSocket socket) {
        if (this.ssl3) { socket.setEnabledProtocols(new String[] {"SSLv3"}); }
    }
    void usual(SSLSocket socket) {
        if (tls10) { socket.setEnabledProtocols(new String[] {"TLSv1"}); }
    }
    void denied(SSLSocket socket, Settings settings) {
        if (!settings.isTls12Enabled()) { socket.setEnabledProtocols(new String[] {"TLSv1"}); }
    }
}
"""
    found = scanned(tmp_path, {"Factory.java": code}).findings
    levels = {finding.usage.place.region.line: finding.level for finding in found}
    assert levels == {6: Level.WARNING, 9: Level.WARNING, 12: Level.WARNING, 15: Level.ERROR, 18: Level.ERROR}


def test_so_it_is_with_an_item_of_an_array(tmp_path: Path) -> None:
    code = """import javax.net.ssl.SSLSocket;
class Client {
    static final String DEFAULT = "TLSv1";
    private String name = DEFAULT;
    void setName(String given) { name = given; }
    void set(SSLSocket socket) {
        if (!name.equals("TLSv1")) { socket.setEnabledProtocols(new String[] {name}); }
    }
    void other(SSLSocket socket) {
        if (name.equals("TLSv1.2")) { return; }
        socket.setEnabledProtocols(new String[] {name});
    }
}
"""
    found = scanned(tmp_path, {"Client.java": code}).findings
    assert [f.usage.place.region.line for f in found if f.level.rank > Level.NOTE.rank] == [11]


def test_php_compares_alike(tmp_path: Path) -> None:
    code = """<?php
class Client {
    const DEFAULT = CURL_SSLVERSION_SSLv2;
    private $version = self::DEFAULT;
    function set($ch) {
        if ($this->version === self::DEFAULT) {
            curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
        } else {
            curl_setopt($ch, CURLOPT_SSLVERSION, $this->version);
        }
    }
    function other($ch) {
        if ($this->version !== CURL_SSLVERSION_TLSv1_2) {
            curl_setopt($ch, CURLOPT_SSLVERSION, $this->version);
        }
    }
}
"""
    found = scanned(tmp_path, {"a.php": code}).findings
    assert [f.usage.place.region.line for f in found if f.level.rank > Level.NOTE.rank] == [14]
