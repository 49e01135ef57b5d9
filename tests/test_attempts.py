"""A loop that is left with the first value that works."""

from pathlib import Path

from tlsscan.model import Level, Verdict
from tree_scans import scanned

LOOP = """import java.security.*;
import java.util.*;
import javax.net.ssl.*;
class A {
  SSLContext make() throws Exception {
    for (String name : Arrays.asList(%s)) {
      try {
        return SSLContext.getInstance(name);
      } catch (NoSuchAlgorithmException missing) {
        %s
      }
    }
    return null;
  }
}
"""


def _told(tmp_path: Path, text: str) -> tuple[Verdict, Level, str]:
    (found,) = (f for f in scanned(tmp_path, {"A.java": text}).findings if f.verdict is not Verdict.CAPS)
    return found.verdict, found.level, found.message


def test_what_is_tried_after_a_failure_is_one_level_lower(tmp_path: Path) -> None:
    """An old name behind the newest is used where the runtime does not know that."""
    verdict, level, message = _told(tmp_path, LOOP % ('"TLSv1.3", "TLSv1.2", "TLSv1"', "log(missing);"))
    assert (verdict, level) == (Verdict.ALLOWS, Level.NOTE)
    assert "when NoSuchAlgorithmException is caught" in message


def test_the_first_is_used_in_any_case(tmp_path: Path) -> None:
    """An old name in front is what the context gets."""
    verdict, level, _ = _told(tmp_path, LOOP % ('"TLSv1", "TLSv1.2"', "log(missing);"))
    assert (verdict, level) == (Verdict.FAILS, Level.ERROR)


def test_a_loop_that_goes_on_uses_them_all(tmp_path: Path) -> None:
    """Without leaving the loop, each of them is used."""
    text = (
        (LOOP % ('"TLSv1.2", "TLSv1"', ""))
        .replace("return SSLContext", "use(SSLContext")
        .replace("(name);", "(name));")
    )
    assert _told(tmp_path, text)[:2] == (Verdict.ALLOWS, Level.WARNING)


def test_a_break_leaves_it_too(tmp_path: Path) -> None:
    """What is kept and left with is the first that works."""
    text = (LOOP % ('"TLSv1.2", "TLSv1"', "")).replace("return SSLContext", "kept = SSLContext")
    verdict, level, message = _told(tmp_path, text.replace("(name);", "(name);\n        break;"))
    assert (verdict, level) == (Verdict.FAILS, Level.WARNING)
    assert "when NoSuchAlgorithmException is caught" in message
