"""What is added to a list in one arm of a conditional is not there beside what the other arm adds."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

CODE = """import javax.net.ssl.*;
import java.util.*;
class A {{
  void set(SSLEngine e, boolean b, boolean c, String x) {{
    List<String> l = new ArrayList<>();
    {body}
    e.setEnabledProtocols(l.toArray(new String[0]));
  }}
}}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('if (b) { l.add("TLSv1"); } else { l.add("TLSv1.2"); }', "fails TLSv1.0"),
        ('if (b) { l.add("TLSv1"); } else { l.add(x); }', "fails TLSv1.0"),
        ('l.add("TLSv1.2"); if (b) { l.add("TLSv1"); } else { l.add("TLSv1.3"); }', "allows TLSv1.0 TLSv1.2"),
        ('if (b) { l.add("TLSv1"); } if (c) { l.add("TLSv1.2"); }', "allows TLSv1.0 TLSv1.2"),
        (
            'for (String p : x.split(" ")) { if (p.isEmpty()) { l.add("TLSv1"); } else { l.add("TLSv1.2"); } }',
            "allows TLSv1.0 TLSv1.2",
        ),
    ],
    ids=["either", "either, one not known", "beside what both have", "two conditionals", "in a loop"],
)
def test_either_is_added(body: str, expected: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, {"A.java": CODE.format(body=body)})
    assert expected in told(report).values()
    assert len(set(told(report).values())) == 1


def test_the_condition_is_told_once(tmp_path: Path) -> None:
    body = 'if (b) { l.add("TLSv1"); } else { l.add("TLSv1.2"); }'
    [found] = [f for f in scanned(tmp_path, {"A.java": CODE.format(body=body)}).findings if f.verdict == "fails"]
    assert found.usage.condition == "b"


MANY = 'if ({}) {{ l.add("TLSv1.2"); }} else {{ l.add("{}"); }}'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('if (b) { l.add("TLSv1.3"); } else { l.add("TLSv1.1"); } l.add("TLSv1.2");', ["allows TLSv1.1 TLSv1.2"]),
        ('if (b) { l.add("TLSv1.3"); l.add("TLSv1.2"); } else { l.add("TLSv1"); }', ["fails TLSv1.0"]),
        (
            'if (b) { l.add("TLSv1.2"); } else if (c) { l.add("TLSv1.1"); } else { l.add("TLSv1"); }',
            ["fails TLSv1.1", "fails TLSv1.0"],
        ),
        (
            " ".join(MANY.format(f"x.contains({at})", "TLSv1" if at == 2 else "TLSv1.3") for at in range(6)),
            ["allows TLSv1.0 TLSv1.2 TLSv1.3"],
        ),
    ],
    ids=["before what both have", "two at once", "a chain", "many conditionals"],
)
def test_what_arms_add_is_told_of_each(body: str, expected: list[str], tmp_path: Path) -> None:
    assert sorted(told(scanned(tmp_path, {"A.java": CODE.format(body=body)})).values()) == sorted(expected)


def test_arms_of_one_chain_are_told_by_their_own_conditions(tmp_path: Path) -> None:
    body = 'if (b) { l.add("TLSv1.2"); } else if (c) { l.add("TLSv1.1"); } else { l.add("TLSv1"); }'
    found = [f.usage.condition for f in scanned(tmp_path, {"A.java": CODE.format(body=body)}).findings]
    assert sorted(found) == ["c", "not (b) and not (c)"]
