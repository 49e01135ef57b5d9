"""The JSON report: everything, in a documented shape, valid wherever it is read."""

import json

from hypothesis import given

from report_builders import (
    ANY_TEXT,
    BINARY,
    CRASH,
    NEEDLE,
    OPTIONS,
    PARTLY,
    PATH,
    RULE,
    RULES,
    SOURCE,
    finding,
    report,
    step,
    usage,
)
from report_schema import misfits
from tlsscan.identity import fingerprint
from tlsscan.model import Area, Confidence, Edit, Fix, Narrowing, Origin, Permitted, Place, Role, Verdict
from tlsscan.protocol import Version
from tlsscan.reporters.json import render

_SETTINGS = "OLD = ssl.PROTOCOL_TLSv1\n"


def _rich() -> str:
    found = usage()._replace(
        permitted=Permitted(frozenset({Version.TLS1_2, Version.TLS1_0}), frozenset({Version.TLS1_0}), open=True),
        role=Role.CLIENT,
        confidence=Confidence.MEDIUM,
        trace=(step("app/settings.py", _SETTINGS, "OLD = ssl.PROTOCOL_TLSv1"),),
        related=(Place("app/b.py", step("app/b.py", "x y", "y").region, "also set here"),),
        enclosing="connect",
        condition="legacy",
        guarded=True,
        open_by="TLS_VERSION",
        note="a note",
        assumed=("openssl",),
        origin=Origin((Area.TEST, Area.VENDORED), "acme/sdk", "1.2"),
    )
    edit = Edit(PATH, found.place.region, "ssl.PROTOCOL_TLSv1_2")
    fix = Fix((edit,), "write ssl.PROTOCOL_TLSv1_2 for ssl.PROTOCOL_TLSv1", "it is shared")
    told = report(finding(found, Verdict.ALLOWS)._replace(demoted=True, fix=fix), problems=(CRASH, PARTLY, BINARY))
    told = told._replace(unread={".rs": 1, ".go": 2}, assumed=("python 3.13",), hidden=3, notices=("cut",))
    narrowing = Narrowing("tlsscan.toml", "exclude", "2 files excluded", 2)
    told = told._replace(configuration="tlsscan.toml", narrowed=(narrowing,))
    told = told._replace(demoted={Area.TEST: 2})
    return render(told, RULES, OPTIONS)


def test_a_finding_says_everything() -> None:
    document = json.loads(_rich())
    assert misfits(document) == []
    assert document["findings"] == [
        {
            "fingerprint": fingerprint(finding(usage()._replace(enclosing="connect")), 1),
            "rule": RULE,
            "title": "Protocol of an ssl.SSLContext",
            "verdict": "allows",
            "level": "warning",
            "message": "ssl.SSLContext accepts only TLS 1.0",
            "remediation": RULES[RULE].remediation,
            "references": list(RULES[RULE].references),
            "broken_already": False,
            "demoted": True,
            "floor": None,
            "path": PATH,
            "uri": PATH,
            "region": {
                "line": 3,
                "column": 22,
                "end_line": 3,
                "end_column": 40,
                "utf16_column": 22,
                "utf16_end_column": 40,
                "start_byte": SOURCE.index(NEEDLE),
                "end_byte": SOURCE.index(NEEDLE) + len(NEEDLE),
            },
            "api": "ssl.SSLContext",
            "value": NEEDLE,
            "language": "python",
            "enclosing": "connect",
            "role": "client",
            "confidence": "medium",
            "condition": "legacy",
            "guarded": True,
            "open_by": "TLS_VERSION",
            "note": "a note",
            "assumed": ["openssl"],
            "claims": [],
            "tentative": False,
            "newest": "TLSv1.3",
            "permitted": {
                "versions": ["TLSv1.0", "TLSv1.2"],
                "sure": ["TLSv1.0"],
                "open": True,
                "default": False,
                "unresolved": "",
                "rejected": "",
            },
            "origin": {"areas": ["test", "vendored"], "package": "acme/sdk", "version": "1.2"},
            "trace": [
                {
                    "path": "app/settings.py",
                    "uri": "app/settings.py",
                    "region": {
                        "line": 1,
                        "column": 1,
                        "end_line": 1,
                        "end_column": 25,
                        "utf16_column": 1,
                        "utf16_end_column": 25,
                        "start_byte": 0,
                        "end_byte": 24,
                    },
                    "text": "OLD = ssl.PROTOCOL_TLSv1",
                }
            ],
            "passed": [],
            "related": [
                {
                    "path": "app/b.py",
                    "uri": "app/b.py",
                    "region": {
                        "line": 1,
                        "column": 3,
                        "end_line": 1,
                        "end_column": 4,
                        "utf16_column": 3,
                        "utf16_end_column": 4,
                        "start_byte": 2,
                        "end_byte": 3,
                    },
                    "text": "also set here",
                }
            ],
            "fix": {
                "text": "write ssl.PROTOCOL_TLSv1_2 for ssl.PROTOCOL_TLSv1",
                "safe": False,
                "unsafe": "it is shared",
                "edits": [
                    {
                        "path": PATH,
                        "uri": PATH,
                        "region": {
                            "line": 3,
                            "column": 22,
                            "end_line": 3,
                            "end_column": 40,
                            "utf16_column": 22,
                            "utf16_end_column": 40,
                            "start_byte": SOURCE.index(NEEDLE),
                            "end_byte": SOURCE.index(NEEDLE) + len(NEEDLE),
                        },
                        "text": "ssl.PROTOCOL_TLSv1_2",
                    }
                ],
            },
        }
    ]


def test_the_run_is_told() -> None:
    document = json.loads(_rich())
    del document["findings"]
    problems = document.pop("problems")
    assert document == {
        "schema": "tlsscan-report/1",
        "tool": {"name": "tlsscan", "version": "0.1.0"},
        "floor": "TLSv1.2",
        "complete": False,
        "files": {"python": 3, "ruby": 2},
        "unread": {".go": 2, ".rs": 1},
        "assumed": ["python 3.13"],
        "claims": [],
        "hidden": 3,
        "demoted": {"test": 2},
        "notices": ["cut"],
        "configuration": "tlsscan.toml",
        "narrowed": [{"source": "tlsscan.toml", "key": "exclude", "text": "2 files excluded", "count": 2}],
        "suppressed": [],
        "remarks": [],
    }
    assert [(p["path"], p["kind"], p["severity"]) for p in problems] == [
        ("lib/odd.py", "crash", "incomplete"),
        ("web/a.rb", "parse-error", "degraded"),
        ("logo.png", "binary", "not source"),
    ]
    assert problems[0]["region"] is None
    assert problems[1]["region"]["line"] == 2


def test_no_finding_is_a_whole_document() -> None:
    document = json.loads(render(report(), RULES, OPTIONS))
    assert document["findings"] == []
    assert document["complete"] is True


def test_no_text_is_a_command_to_a_ci_agent_and_none_is_changed() -> None:
    text = render(report(finding(usage()._replace(value="###[x] ##vso[y]"))), RULES, OPTIONS)
    assert "##" not in text
    assert json.loads(text)["findings"][0]["value"] == "###[x] ##vso[y]"


def test_a_path_of_other_bytes_is_percent_encoded() -> None:
    path = "a \udcff\n.py"
    [found] = json.loads(render(report(finding(usage(path=path))), RULES, OPTIONS))["findings"]
    assert found["uri"] == "a%20%FF%0A.py"
    assert found["path"] == "a \\udcff\\n.py"


@given(ANY_TEXT.filter(bool), ANY_TEXT)
def test_any_text_gives_ascii_json_without_lone_surrogates(path: str, value: str) -> None:
    found = finding(usage(path=path)._replace(value=value, condition=value), message=value)
    text = render(report(found), RULES, OPTIONS)
    assert text.isascii()
    assert all(char == "\n" or " " <= char < "\x7f" for char in text)
    assert "##" not in text
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    assert misfits(json.loads(text)) == []
