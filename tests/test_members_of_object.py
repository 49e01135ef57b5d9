"""What one object is told by several methods: what a caller leaves out stays as the object was made."""

from pathlib import Path

from tree_scans import scanned, told

CONNECTOR = """package shop;
import java.util.*;
import org.eclipse.jetty.util.ssl.SslContextFactory;
public class Connector {
  private List<String> supported;
  private List<String> excluded = Arrays.asList("SSL.*", "TLSv1", "TLSv1\\\\.1");
  public void setSupported(List<String> names) { this.supported = names; }
  public void setExcluded(List<String> names) { this.excluded = names; }
  void configure(SslContextFactory factory) {
    if (supported != null) {
      factory.setIncludeProtocols(array(supported));
    }
    if (excluded != null) {
      factory.setExcludeProtocols(array(excluded));
    }
  }
  String[] array(List<String> names) { return names.toArray(new String[0]); }
}
"""


def use(*calls: str) -> str:
    lines = "".join(f"    made.{call};\n" for call in calls)
    head = "package shop;\nimport java.util.*;\nclass Use {\n  void run() {\n    Connector made = new Connector();\n"
    return f"{head}{lines}  }}\n}}\n"


def verdicts(folder: Path, *calls: str) -> dict[str, str]:
    return told(scanned(folder, {"shop/Connector.java": CONNECTOR, "shop/Use.java": use(*calls)}))


OLD = 'setSupported(Arrays.asList("TLSv1.1", "TLSv1.2"))'


def test_what_nobody_sets_stays_as_it_was_made(tmp_path: Path) -> None:
    found = verdicts(tmp_path, OLD)
    assert found == {'shop/Use.java:6 Arrays.asList("TLSv1.1", "TLSv1.2")': "caps TLSv1.2"}


def test_what_another_call_sets_on_the_object_counts_instead(tmp_path: Path) -> None:
    found = verdicts(tmp_path, OLD, "setExcluded(Collections.emptyList())")
    assert found == {'shop/Use.java:6 Arrays.asList("TLSv1.1", "TLSv1.2")': "allows TLSv1.1 TLSv1.2"}


def test_a_condition_that_asks_more_than_whether_a_value_is_there_may_not_hold(tmp_path: Path) -> None:
    code = CONNECTOR.replace("if (excluded != null)", "if (excluded != null && strict)")
    files = {"shop/Connector.java": code, "shop/Use.java": use(OLD)}
    found = told(scanned(tmp_path, files))
    assert found['shop/Use.java:6 Arrays.asList("TLSv1.1", "TLSv1.2")'] == "allows TLSv1.1 TLSv1.2"
