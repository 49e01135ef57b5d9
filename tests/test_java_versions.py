"""Java: a question about its version is a guard, however it is asked, and a claim answers it."""

from pathlib import Path

import pytest

from tlsscan.model import Level, Verdict
from tree_scans import scanned

CODE = """import java.net.*;
import javax.net.ssl.*;
import org.apache.commons.lang3.*;
class A {{
  {members}
  void f() throws Exception {{
    SSLContext c;
    {statements}
    c.init(null, null, null);
    HttpsURLConnection.setDefaultSSLSocketFactory(c.getSocketFactory());
  }}
}}
"""
TWO = 'if ({}) c = SSLContext.getInstance("TLSv1"); else c = SSLContext.getInstance("TLSv1.2");'
PROPERTY = 'System.getProperty("java.version")'
SUPPORTED = "SSLContext.getDefault().getSupportedSSLParameters().getProtocols()"
ASKED = {
    "plain": ("", TWO.format(f'{PROPERTY}.startsWith("1.6")')),
    "local": ("", f"String v = {PROPERTY};" + TWO.format('v.startsWith("1.6") || v.startsWith("1.7")')),
    "constant": (f"static final String V = {PROPERTY};", TWO.format('V.startsWith("1.6") || A.V.startsWith("1.7")')),
    "specification": ("", TWO.format('"1.6".equals(System.getProperty("java.specification.version"))')),
    "virtual machine": ("", TWO.format('System.getProperty("java.vm.specification.version").compareTo("1.7") <= 0')),
    "matched": ("", TWO.format(f'{PROPERTY}.matches("1\\\\.[67].*")')),
    "pattern": (f"String v = {PROPERTY};", TWO.format('java.util.regex.Pattern.matches("^1[.]6.*$", v)')),
    "counted": ("", TWO.format("Platform.JAVA_VERSION == 6")),
    "called": ("", TWO.format("PlatformDependent.javaVersion() < 8")),
    "commons": ("", TWO.format("SystemUtils.IS_JAVA_1_6")),
    "flag": (f'final boolean old = {PROPERTY}.startsWith("1.7");', TWO.format("this.old")),
    "method": (f'static boolean isOld() {{ return {PROPERTY}.startsWith("1.6"); }}', TWO.format("isOld()")),
    "ternary": ("", f'c = SSLContext.getInstance({PROPERTY}.startsWith("1.7") ? "TLSv1" : "TLSv1.2");'),
    "switch": (
        "",
        'switch (System.getProperty("java.specification.version")) {'
        ' case "1.5": case "1.6": c = SSLContext.getInstance("TLSv1"); break;'
        ' default: c = SSLContext.getInstance("TLSv1.2"); }',
    ),
    "switch on a local": (
        'static final String V = System.getProperty("java.specification.version");',
        'switch (V) { case "1.5", "1.6" -> { c = SSLContext.getInstance("TLSv1"); }'
        ' default -> { c = SSLContext.getInstance("TLSv1.2"); } }',
    ),
    "turned": (
        f"String v = {PROPERTY};",
        'String p = "TLSv1";if (!v.startsWith("1.6")) { p = "TLSv1.2"; } c = SSLContext.getInstance(p);',
    ),
    "supported protocols": (
        "",
        f"List<String> l = Arrays.asList({SUPPORTED});"
        'if (l.contains("TLSv1.2")) c = SSLContext.getInstance("TLSv1.2"); else c = SSLContext.getInstance("TLSv1");',
    ),
    "supported, denied": (
        f"static List<String> l = Arrays.asList({SUPPORTED});",
        'String p = "TLSv1.2"; if (!l.contains("TLSv1.2")) { p = "TLSv1"; } c = SSLContext.getInstance(p);',
    ),
    "supported, first that fits": (
        "static String best(final String[] all) { List<String> l = Arrays.asList(all);"
        'for (String w : new String[] {"TLSv1.2", "TLSv1"}) { if (l.contains(w)) { return w; } } return null; }',
        f"c = SSLContext.getInstance(best({SUPPORTED}));",
    ),
}


def levels(tmp_path: Path, members: str, statements: str, image: str = "") -> list[Level]:
    files = {"A.java": CODE.format(members=members, statements=statements)}
    files |= {"Dockerfile": f"FROM {image}\nCOPY . /app\n"} if image else {}
    found = scanned(tmp_path, files).findings
    return [f.level for f in found if f.usage.place.path == "A.java" and f.level is not Level.NOTE]


@pytest.mark.parametrize("name", ASKED)
def test_what_only_an_older_java_than_the_assumed_one_comes_to_is_a_note(tmp_path: Path, name: str) -> None:
    members, statements = ASKED[name]
    found = scanned(tmp_path, {"A.java": CODE.format(members=members, statements=statements)}).findings
    (told,) = [one for one in found if "TLS 1.0" in one.message]
    assert (told.verdict, told.level) == (Verdict.FAILS, Level.NOTE)
    assert any("Java" in one for one in told.usage.assumed)
    assert "only where the runtime is older than the assumed one" in told.message


@pytest.mark.parametrize("name", ASKED)
def test_a_claim_that_denies_it_silences_what_is_never_run(tmp_path: Path, name: str) -> None:
    assert levels(tmp_path, *ASKED[name], "openjdk:17") == []


LISTS = ("supported protocols", "supported, denied", "supported, first that fits")


@pytest.mark.parametrize("name", ["plain", "local", "specification", "commons", "switch", "switch on a local", *LISTS])
def test_a_claim_that_affirms_it_leaves_no_excuse(tmp_path: Path, name: str) -> None:
    assert levels(tmp_path, *ASKED[name], "java:6") == [Level.ERROR]


@pytest.mark.parametrize(
    "members",
    [
        'List<String> l = Arrays.asList(setting.split(","));',  # what somebody wrote
        f'List<String> l = Arrays.asList({SUPPORTED}); void g() {{ l.remove("TLSv1.2"); }}',
        f"List<String> l = Arrays.asList({SUPPORTED}); void g(List<String> o) {{ l = o; }}",
        f"List<String> l = Arrays.asList({SUPPORTED.replace('Supported', 'Default')});",
    ],
    ids=["other", "removed", "set", "enabled"],
)
def test_a_list_that_may_hold_others_than_the_supported_protocols_asks_nothing_of_java(
    tmp_path: Path, members: str
) -> None:
    more = f"String[] all = {SUPPORTED};"
    assert levels(tmp_path, members + more, TWO.format('!l.contains("TLSv1.2")')) == [Level.ERROR]


@pytest.mark.parametrize(("least", "told"), [(14, True), (23, False)])
def test_android_has_the_supported_protocols_of_its_level(tmp_path: Path, least: int, told: bool) -> None:
    files = {
        "app/build.gradle": "apply plugin: 'com.android.application'\n"
        f"android {{ defaultConfig {{ minSdkVersion {least} }} }}\n",
        "app/src/main/java/A.java": CODE.format(
            members=ASKED["supported protocols"][0], statements=ASKED["supported protocols"][1]
        ),
    }
    found = [one.usage for one in scanned(tmp_path, files).findings if one.usage.place.path.endswith("A.java")]
    assert any(usage.value == '"TLSv1.2"' for usage in found)
    assert any(usage.value == '"TLSv1"' for usage in found) is told


SWITCH = (
    'switch (System.getProperty("java.specification.version")) {'
    ' case "1.6": log("old"); %s default: c = SSLContext.getInstance("TLSv1"); }'
)


@pytest.mark.parametrize("way", ["", "break;"])
def test_the_other_arm_of_a_switch_is_for_current_java(tmp_path: Path, way: str) -> None:
    assert levels(tmp_path, "", SWITCH % way) == [Level.ERROR]
    assert levels(tmp_path, "", SWITCH % way, "openjdk:17") == [Level.ERROR]


def test_what_holds_on_current_java_is_no_guard(tmp_path: Path) -> None:
    newer = f'if ({PROPERTY}.compareTo("1.7") >= 0) c = SSLContext.getInstance("TLSv1"); else c = null;'
    assert levels(tmp_path, "", newer) == [Level.ERROR]


@pytest.mark.parametrize("again", ['v = "1.6";', "v = other();"])
def test_a_variable_that_is_given_something_else_keeps_no_answer(tmp_path: Path, again: str) -> None:
    assert levels(tmp_path, f"String v = {PROPERTY};", again + TWO.format('v.startsWith("1.6")')) == [Level.ERROR]


ASKS = 'c = SSLContext.getInstance("TLSv1.2");'
LEFT = 'c = SSLContext.getInstance("TLS");'


@pytest.mark.parametrize(("image", "told"), [("java:6u45", [Level.ERROR]), ("java:6", []), ("java:6u121", [])])
def test_an_update_of_java_6_that_is_named_brings_no_more_than_it_does(
    tmp_path: Path, image: str, told: list[Level]
) -> None:
    assert levels(tmp_path, "", ASKS, image) == told


@pytest.mark.parametrize(
    ("image", "level"), [("openjdk:7-jre", Level.ERROR), ("openjdk:7", Level.ERROR), ("openjdk:7u221-jre", Level.NONE)]
)
def test_an_image_that_names_no_update_may_have_an_old_one(tmp_path: Path, image: str, level: Level) -> None:
    files = {"A.java": CODE.format(members="", statements=LEFT), "Dockerfile": f"FROM {image}\nCOPY . /app\n"}
    code = [found.level for found in scanned(tmp_path, files).findings if found.usage.place.path == "A.java"]
    assert max(code, key=lambda one: one.rank, default=Level.NONE) is level


TRIED = 'try {{ {tried} }} catch ({caught} e) {{ c = SSLContext.getInstance("TLSv1"); }}'
NEWER = 'c = SSLContext.getInstance("TLSv1.2");'
NOT_FOUND = "NoSuchAlgorithmException"


@pytest.mark.parametrize(
    ("tried", "caught", "image", "told"),
    [
        (NEWER, NOT_FOUND, "openjdk:17", []),
        (NEWER, NOT_FOUND, "openjdk:8", []),
        (NEWER, f"java.security.{NOT_FOUND}", "openjdk:17", []),
        ("c = SSLContext.getInstance(NEW);", NOT_FOUND, "openjdk:11", []),
        ('if (LOG.isInfoEnabled()) LOG.logEvent(new LogEntry().setText("x"));' + NEWER, NOT_FOUND, "openjdk:11", []),
        (f'if (LOG.isEnabledForInstance(INFO)) LOG.logEvent("x".formatted(1)); {NEWER}', NOT_FOUND, "openjdk:17", []),
        (NEWER, NOT_FOUND, "", []),
        (NEWER, NOT_FOUND, "java:6", [Level.WARNING]),
        (NEWER + 'KeyManagerFactory.getInstance("X");', NOT_FOUND, "openjdk:8", [Level.WARNING]),
        (NEWER + "check();", NOT_FOUND, "openjdk:8", [Level.WARNING]),
        ('c = SSLContext.getInstance("TLSv1.2", "Other");', NOT_FOUND, "openjdk:8", [Level.WARNING]),
        (NEWER, "Exception", "openjdk:8", [Level.WARNING]),
    ],
)
def test_a_handler_of_a_missing_context_never_runs_where_java_has_it(
    tmp_path: Path, tried: str, caught: str, image: str, told: list[Level]
) -> None:
    statements = TRIED.format(tried=tried, caught=caught)
    assert levels(tmp_path, 'static final String NEW = "TLSv1.2";', statements, image) == told


@pytest.mark.parametrize(
    "tried",
    ['"TLSv1.2"', "okhttp3.TlsVersion.TLS_1_2.javaName()", "TlsVersion.TLS_1_1.javaName()"],
    ids=["name", "okhttp", "1.1"],
)
@pytest.mark.parametrize(("least", "told"), [(14, True), (23, False)])
def test_a_handler_of_a_missing_context_never_runs_where_android_has_it(
    tmp_path: Path, tried: str, least: int, told: bool
) -> None:
    statements = TRIED.format(tried=f'Timber.w("x"); c = SSLContext.getInstance({tried});', caught=NOT_FOUND)
    files = {
        "app/build.gradle": "apply plugin: 'com.android.application'\n"
        f"android {{ defaultConfig {{ minSdkVersion {least} }} }}\n",
        "app/src/main/java/A.java": CODE.format(members="", statements=statements),
    }
    places = [found.usage for found in scanned(tmp_path, files).findings if found.usage.place.path.endswith("A.java")]
    assert any(usage.value == '"TLSv1"' for usage in places) is told
