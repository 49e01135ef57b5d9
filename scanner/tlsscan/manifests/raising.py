"""Which version of a library a build of Gradle has, where another one asks for a newer one than the build does."""

from collections.abc import Iterable

from tlsscan.annotations import TYPE_CHECKING
from tlsscan.claims import ClaimKind
from tlsscan.products import version_key

if TYPE_CHECKING:
    from tlsscan.manifests.sheet import Statement
    from tlsscan.manifests.tables import Tables


def raised(statements: "Iterable[Statement]", tables: "Tables") -> "list[Statement]":
    """Statements; of what Gradle chooses, the newest version that anything beside it asks for. Of a library that no
    build names itself that is the least that there is: something else may ask for a newer one."""
    every = list(statements)
    asked: dict[tuple[str, str], tuple[str, Statement]] = {}
    for statement in filter(_chosen, every):
        wish = tables.asked(statement.subject, statement.text)
        if wish is not None:
            key = (statement.scope, wish[0])
            asked[key] = max(asked.get(key, ("", statement)), (wish[1], statement), key=lambda one: version_key(one[0]))
    own = {tables.package(statement.subject) for statement in every}
    least = [_at_least(subject, *wish) for (_, subject), wish in asked.items() if tables.package(subject) not in own]
    return [*(_as_asked(one, asked.get((one.scope, one.subject))) for one in every), *least]


def _at_least(subject: str, version: str, by: "Statement") -> "Statement":
    text, why = f"[{version},)", _why(by)
    return by._replace(subject=subject, grammar="maven", text=text, kind=ClaimKind.REQUIREMENT, why=why)


def _why(by: "Statement") -> str:
    return f"asked for by {by.subject.rpartition(':')[2]} {by.text}"


def _chosen(statement: "Statement") -> bool:
    exact = statement.text[:1].isdecimal() and "+" not in statement.text
    return statement.grammar == "gradle" and statement.kind is ClaimKind.LOCKED and exact


def _as_asked(statement: "Statement", wish: "tuple[str, Statement] | None") -> "Statement":
    if wish is None or not _chosen(statement) or version_key(wish[0]) <= version_key(statement.text):
        return statement
    version, by = wish
    return statement._replace(text=version, place=by.place, why=_why(by))
