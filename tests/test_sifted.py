"""Java: what conditions in a loop, and removals, leave of the protocols that a socket supports."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

LOOP = """import java.util.*;
import javax.net.ssl.*;
class A {{
  void set(SSLSocket socket) {{
    List<String> kept = new ArrayList<>();
    for (String p : socket.getSupportedProtocols()) {{ {} }}
    socket.setEnabledProtocols(kept.toArray(new String[0]));
  }}
}}
"""
COPY = """import java.util.*;
import javax.net.ssl.*;
class A {{
  void set(SSLSocket socket) {{
    List<String> kept = new ArrayList<>(Arrays.asList(socket.getSupportedProtocols()));
    {}
    socket.setEnabledProtocols(kept.toArray(new String[0]));
  }}
}}
"""
DOCKERFILE = "FROM openjdk:7\n"
ALL = "TLSv1.0 TLSv1.1 TLSv1.2"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (LOOP.format("kept.add(p);"), f"allows SSLv3 {ALL}"),
        (LOOP.format("if (p != null) kept.add(p);"), f"allows SSLv3 {ALL}"),
        (LOOP.format('if (!p.startsWith("SSL")) { kept.add(p); }'), f"allows {ALL}"),
        (LOOP.format('if (p.startsWith("SSL")) continue; kept.add(p);'), f"allows {ALL}"),
        (LOOP.format('if (p.startsWith("SSL")) { log(p); } else { kept.add(p); }'), f"allows {ALL}"),
        (LOOP.format('if (p.startsWith("TLS")) kept.add(p);'), f"allows {ALL}"),
        (LOOP.format('if (!p.contains("SSL")) kept.add(p);'), f"allows {ALL}"),
        (LOOP.format('if (p.startsWith("TLSv1.")) kept.add(p);'), "allows TLSv1.1 TLSv1.2"),
        (
            LOOP.format('if (!p.equals("SSLv3") && !p.equals("TLSv1") && !"TLSv1.1".equals(p)) kept.add(p);'),
            "",
        ),
        (LOOP.format('if (p.contains("v1.2")) kept.add(p);'), "unresolved"),
        (LOOP.format('if (p.compareTo("TLSv1.1") > 0) kept.add(p);'), "unresolved"),
        (COPY.format('kept.remove("SSLv3");'), f"allows {ALL}"),
        (COPY.format('kept.removeIf(p -> p.startsWith("SSL"));'), f"allows {ALL}"),
        (COPY.format('kept.removeAll(Arrays.asList("SSLv3", "TLSv1", "TLSv1.1"));'), ""),
    ],
)
def test_conditions_leave_some_of_what_is_supported(code: str, said: str, tmp_path: Path) -> None:
    found = told(scanned(tmp_path, {"A.java": code, "Dockerfile": DOCKERFILE}))
    assert [words for place, words in found.items() if place.startswith("A.java")] == [said] * bool(said)


def test_what_is_supported_on_an_old_android_reaches_the_floor(tmp_path: Path) -> None:
    build = "plugins { id 'com.android.application' }\nandroid { defaultConfig { minSdkVersion 16 } }\n"
    found = told(scanned(tmp_path, {"A.java": LOOP.format("kept.add(p);"), "build.gradle": build}))
    (only,) = (words for place, words in found.items() if place.startswith("A.java"))
    assert only == f"allows SSLv3 {ALL}"
