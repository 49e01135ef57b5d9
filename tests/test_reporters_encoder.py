"""The encoder mends two defects: of sarif-om's model, and of the serializer that is used with it."""

import pytest
import sarif_om as om

from tlsscan.reporters.encoder import build, encode


def test_a_warning_keeps_its_level() -> None:
    result = om.Result(message=om.Message(text="x"), level="warning")
    # `warning` is the default of the class, which makes the companion serializer leave it out.
    assert om.Result(message=None).level == "warning"
    assert encode(result)["level"] == "warning"


def test_a_suppression_writes_status() -> None:
    suppression = om.Suppression(kind="inSource", state="accepted", justification="legacy peer")
    assert not hasattr(suppression, "status")
    assert encode(suppression) == {"kind": "inSource", "status": "accepted", "justification": "legacy peer"}


def test_only_none_is_left_out() -> None:
    region = build(om.Region, start_line=0, source_language="", snippet=build(om.ArtifactContent, text=""))
    assert encode(region) == {"startLine": 0, "sourceLanguage": "", "snippet": {"text": ""}}


def test_what_is_built_has_no_defaults_of_the_model() -> None:
    assert encode(om.Location()) == {"id": -1}
    assert encode(build(om.Location)) == {}


def test_a_field_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="start_row"):
        build(om.Region, start_row=1)


def test_nested_lists_dicts_and_scalars() -> None:
    log = build(om.SarifLog, schema_uri="s", version="2.1.0", runs=[])
    assert encode({"a": [log, (1, True, None)]}) == {
        "a": [{"runs": [], "version": "2.1.0", "$schema": "s"}, [1, True, None]]
    }
