"""Java: what comparisons around a use say that a value is not."""

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
