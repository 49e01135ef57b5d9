"""Uses of defaults on runtimes for which no file stands: named on the command line, or taken for the oldest there is.
No finding has a place for them, so the summary tells them. Loaded only where something of that is asked for."""

from collections.abc import Callable, Sequence

from tlsscan.bases import row_of
from tlsscan.defaults import Use
from tlsscan.display import count
from tlsscan.grounds import Known
from tlsscan.products import Runtimes
from tlsscan.protocol import Version
from tlsscan.rules import Rule
from tlsscan.standing import Standing, standing

MOST = 3  # that are told of one product


def resting(
    product: str, uses: Sequence[Use], known: Known, floor: Version, governs: Callable[[Rule, str], bool]
) -> list[Use]:
    """The uses that leave their versions to a product of which no file says the version, and which offers old ones on
    the runtimes that are known of their file. `governs` tells whether a setting of the whole program decides for what
    a rule is about, in a file."""
    return [use for use in uses if any(_rests(rule, product, use, known, floor, governs) for rule in use.rules)]


def _rests(
    rule: Rule, product: str, use: Use, known: Known, floor: Version, governs: Callable[[Rule, str], bool]
) -> bool:
    path = use.place.path
    options = known.ground(path).options
    own = options.get(product, ())
    if product not in rule.base.products or not own or own[0].claim is not None:
        return False
    claimed = {name: several[0].versions(())[0] for name, several in options.items() if several[0].is_said}
    row = row_of(rule.base, Runtimes(claimed, known.supposed))
    return row is not None and standing(row, floor) is not Standing.FINE and not governs(rule, path)


def sentence(uses: Sequence[Use]) -> str:
    """What goes behind a sentence about a runtime: how many places leave the versions to it, the first named."""
    if not uses:
        return ""
    first = ", ".join(f"{use.api} in {use.place.path}:{use.place.region.line}" for use in uses[:MOST])
    more = ", ..." if uses[MOST:] else ""
    return f"; {count(len(uses), 'place')} {'leaves' if len(uses) == 1 else 'leave'} the versions to it ({first}{more})"
