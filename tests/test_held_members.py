"""Python: what methods give the members of what a member of their class holds."""

from pathlib import Path

import pytest

from tree_scans import scanned

HELD = """import ssl
import paho.mqtt.client as mqtt
class P:
    def __init__(self, config):
        self.config = config
        if self.config.version == "1.2":
            self.config.version = ssl.PROTOCOL_TLSv1_2
        elif self.config.version == "1.0":
            self.config.version = ssl.PROTOCOL_TLSv1
        self.c = mqtt.Client()
    def start(self):
        self.c.tls_set("ca.pem", tls_version={used})
{more}
"""


@pytest.mark.parametrize(
    ("used", "more", "expected"),
    [
        ("self.config.version", "", [("fails", 'self.config.version == "1.0"')]),
        ("self.version", "", [("unresolved", "")]),
        ("self.other.version", "", [("unresolved", "")]),
        ("self.version", "    version = ssl.PROTOCOL_TLSv1", [("fails", "")]),
        ("None", "class Q:\n    def up(self):\n        self.c.tls_set(tls_version=self.config.version)", []),
    ],
)
def test_a_member_of_what_a_member_holds(used: str, more: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.py": HELD.format(used=used, more=more)})
    assert [(f.verdict, f.usage.condition) for f in report.findings if f.usage.place.region.line < 14] == expected
