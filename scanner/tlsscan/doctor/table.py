"""What the runtimes of this machine answered, for people and for programs."""

from collections.abc import Sequence

from tlsscan.annotations import Any
from tlsscan.display import safe
from tlsscan.doctor.checks import Answer
from tlsscan.doctor.hello import Hello
from tlsscan.protocol import Version, in_words, tokens
from tlsscan.reporters.dump import dump

SCHEMA = "tlsscan-doctor/1"
_REFUSED = (
    "OpenSSL 3 may offer TLS 1.0 and 1.1 and yet refuse them: they need signatures with SHA-1, which no security level "
    "above 0 admits."
)


def offered(hello: Hello) -> str:
    """What a hello offers, in words; one without a list names the highest version only."""
    if hello.listed:
        return in_words(hello.listed)
    return f"up to {hello.highest.label}" if hello.highest is not None else "a version that is not known"


def state(answer: Answer, floor: Version) -> str:
    """How what was offered stands to a floor: `fails`, `allows`, `ok`; empty where nothing was."""
    hello = answer.hello
    if hello is None or hello.top is None:
        return ""
    if hello.top < floor:
        return "fails"
    return "allows" if any(version < floor for version in hello.listed) else "ok"


def text(answers: Sequence[Answer], floor: Version) -> str:
    """A table, a line for each program."""
    rows: list[tuple[str, ...]] = [
        ("runtime", "version", "TLS by", "offers by default", f"floor {floor.label}", "program")
    ]
    rows += [_row(answer, floor) for answer in answers]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += [f"{safe(answer.program)} ({answer.name}): {safe(answer.problem)}" for answer in answers if answer.problem]
    lines += [_REFUSED] if any(_may_refuse(answer, floor) for answer in answers) else []
    return "\n".join(lines) + "\n" if answers else "No runtime that can be asked is on the PATH.\n"


def _may_refuse(answer: Answer, floor: Version) -> bool:
    """Whether a library may refuse what it offers below a floor.

    Source: https://github.com/openssl/openssl/blob/openssl-3.0/CHANGES.md (security strength of SHA1 based signatures)
    """
    by = answer.facts.library if answer.facts else ""
    version = answer.facts.version if answer.facts and answer.name == "OpenSSL" else ""
    return state(answer, floor) == "allows" and ("OpenSSL 3" in by or "OpenSSL/3" in by or version.startswith("3."))


def _row(answer: Answer, floor: Version) -> tuple[str, ...]:
    version = safe(answer.facts.version) if answer.facts else "?"
    library = safe(answer.facts.library) if answer.facts else ""
    words = offered(answer.hello) if answer.hello is not None else "-"
    return (answer.name, version, library, words, state(answer, floor) or "-", safe(answer.program))


def document(answers: Sequence[Answer], floor: Version) -> str:
    """The same as JSON. `schema` is `tlsscan-doctor/1`; `answers` have `runtime`, `program`, `version`, `library` (null
    where it said nothing), `offers` (versions that the hello lists), `highest` (for hellos without a list, which name
    only that), `state` (`fails`, `allows`, `ok` or null) and `problem`."""
    plain = {"schema": SCHEMA, "floor": floor.token, "answers": [_plain(answer, floor) for answer in answers]}
    return dump(plain, indent=2)


def _plain(answer: Answer, floor: Version) -> dict[str, Any]:
    hello = answer.hello
    return {
        "runtime": answer.name,
        "program": safe(answer.program),
        "version": answer.facts.version if answer.facts else None,
        "library": answer.facts.library if answer.facts else None,
        "offers": tokens(hello.listed) if hello is not None else [],
        "highest": hello.top.token if hello is not None and hello.top is not None else None,
        "state": state(answer, floor) or None,
        "problem": safe(answer.problem),
    }
