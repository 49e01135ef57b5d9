"""Uses of defaults on runtimes for which no file stands: named on the command line, or taken for the oldest there is.
No finding has a place for them, so the summary tells them. Loaded only where something of that is asked for."""

from collections.abc import Callable, Sequence

from tlsscan.bases import row_of
from tlsscan.defaults import Use, products_of
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
    options = known.ground(use.place.path).options
    own = options.get(product, ())
    if product not in products_of(rule) or not own or own[0].claim is not None:
        return False
    claimed = {name: several[0].versions(())[0] for name, several in options.items() if several[0].is_said}
    stands = _standing(rule, Runtimes(claimed, known.supposed), floor)
    usual = {**known.supposed, product: known.assumed.get(product, "")}
    other = _standing(rule, Runtimes({name: v for name, v in claimed.items() if name != product}, usual), floor)
    matters = product in rule.base.products or stands.value < other.value
    return stands is not Standing.FINE and matters and not governs(rule, use.place.path)


def _standing(rule: Rule, runtimes: Runtimes, floor: Version) -> Standing:
    row = row_of(rule.base, runtimes)
    return standing(row, floor) if row is not None else Standing.FINE


def sentence(uses: Sequence[Use]) -> str:
    """What goes behind a sentence about a runtime: how many places leave the versions to it, the first named."""
    if not uses:
        return ""
    first = ", ".join(f"{use.api} in {use.place.path}:{use.place.region.line}" for use in uses[:MOST])
    more = ", ..." if uses[MOST:] else ""
    return f"; {count(len(uses), 'place')} {'leaves' if len(uses) == 1 else 'leave'} the versions to it ({first}{more})"
