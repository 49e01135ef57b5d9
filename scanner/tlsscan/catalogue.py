r"""All rules as one JSON object, for other programs: what is looked for, and by what each fact is known.

`schema` is `tlsscan-rules/1`; the number grows when a field is removed or changes its meaning, and a reader must ignore
fields it does not know. Keys:

- `tool`: `name`, `version`.
- `rules`, by id, each with `id`, `title`, `pack`, `library`, `languages`, `kind` (how a value relates to what becomes
  permitted: `exactly`, `minimum`, `maximum`, `enabled`, `disabled`, `default`, `weakens`), `role` (`client`, `server`,
  `both`), `base` (what the library offers by default), `evidence` (`wire`, `source`, `documentation`, `page`),
  `references`, `origin` (rule file and line), `remediation` (by floor: `TLSv1.2`, `TLSv1.3`), `note`,
  `fixes` (what `--fix` writes in the place of older values, in words; empty: nothing);
  `sinks`: `form`, `api` (as the language writes it; `*` is any), `position` (from 0, or null), `argument`, `kind` and
  `role` (the rule's, where the sink has none of its own), `text` (the sink in words, with its conditions).
"""

from tlsscan.annotations import Any
from tlsscan.explain import fixes_of, sink_words
from tlsscan.policy import remedy
from tlsscan.protocol import Version
from tlsscan.reporters.dump import dump
from tlsscan.rulebook import Rulebook
from tlsscan.rules import Rule, Sink

SCHEMA = "tlsscan-rules/1"
FLOORS = (Version.TLS1_2, Version.TLS1_3)


def catalogue(book: Rulebook, version: str) -> str:
    """The document, indented, with a newline at its end."""
    rules = [_rule(rule) for rule in book.all()]
    return dump({"schema": SCHEMA, "tool": {"name": "tlsscan", "version": version}, "rules": rules}, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "pack": rule.pack,
        "library": rule.library,
        "languages": list(rule.languages),
        "kind": rule.configures.value,
        "role": rule.role.value,
        "base": rule.base.title,
        "evidence": rule.evidence,
        "references": list(rule.references),
        "origin": rule.origin,
        "remediation": {floor.token: remedy(rule, floor) for floor in FLOORS},
        "note": rule.note,
        "fixes": list(fixes_of(rule)),
        "sinks": [_sink(rule, sink) for sink in rule.sinks],
    }


def _sink(rule: Rule, sink: Sink) -> dict[str, Any]:
    return {
        "form": sink.form.value,
        "api": sink.written,
        "position": sink.position,
        "argument": sink.argument,
        "kind": (sink.configures or rule.configures).value,
        "role": (sink.role or rule.role).value,
        "text": sink_words(sink),
    }
