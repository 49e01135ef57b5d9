"""What decides which findings count: it gets everything that is known of a run, and says what is set aside and why."""

from collections.abc import Callable, Mapping, Sequence

from tlsscan.annotations import TYPE_CHECKING, TypeAlias
from tlsscan.discovery import Discovery
from tlsscan.model import Aside, Finding, Problem, Remark
from tlsscan.records import NamedTuple

if TYPE_CHECKING:
    from tlsscan.suppressions import Ignore


class Evidence(NamedTuple):
    """A run before anything is set aside: all findings in final order, those below the shown level too; the
    suppressions in the comments of each file; what was not analysed; what there was to scan, and whether it was single
    files: what others make of these is not known then."""

    findings: "Sequence[Finding]"
    ignores: "Mapping[str, Sequence[Ignore]]"
    problems: "Sequence[Problem]"
    found: Discovery
    alone: bool = False


class Sifted(NamedTuple):
    """The findings that count, in their order; those that are set aside; what is amiss with that, and what was
    done."""

    findings: "Sequence[Finding]"
    aside: "Sequence[Aside]" = ()
    remarks: "Sequence[Remark]" = ()
    notices: Sequence[str] = ()


Sift: TypeAlias = Callable[[Evidence], Sifted]
