"""Privacy: what may be shown of homes, decided in one place.

A sum is shown when at least `FEWEST_HOMES` homes stand behind it and none of them is more than `LARGEST_SHARE` of it.
Shares are measured over days, never per slot: one of 40 real homes exceeds 15% in 29% of half hours, and of a month's
energy in none.

All figures are sums over the same homes, or the difference of two would tell of the few that stand in only one. So a
home that is too large for one flow is left out of every figure; and where too many would have to go, the flow is
hidden instead, with every figure from which it follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..core.channels import CONSUMPTION, FLOWS, GRID_EXPORT, GRID_IMPORT

FEWEST_HOMES = 15
LARGEST_SHARE = Fraction(15, 100)

MOST_LEFT_OUT = Fraction(1, 10)
"""Of the homes that have a flow; beyond that the flow is hidden rather than the homes left out."""

type Home = int
type MeanWh = Mapping[str, Fraction]
"""A home's mean energy a slot in each flow it has."""


@dataclass(frozen=True, slots=True)
class Group:
    """The homes behind the community's figures, each with the flows that it was measured in.

    `sound` are the flows whose sum may be shown by itself; which figures may stand beside each other follows from them.
    """

    flows: Mapping[Home, frozenset[str]]
    left_out: frozenset[Home]
    sound: frozenset[str]

    @property
    def homes(self) -> frozenset[Home]:
        """Who stands behind the figures."""
        return frozenset(self.flows)

    @property
    def figures(self) -> frozenset[str]:
        """What may be shown while all homes report."""
        return _figures(self.sound, frozenset().union(*self.flows.values()))

    @property
    def shown(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.sound)

    @property
    def needed(self) -> int:
        """How many more homes it takes. Where it is none and still nothing is shown, some are too large a part."""
        return max(FEWEST_HOMES - len(self.flows), 0)

    def figures_of(self, homes: int, having: Mapping[str, int]) -> frozenset[str]:
        """Return what may be shown of a slot or moment in which this many homes report, and so many have each flow."""
        if homes < FEWEST_HOMES:
            return frozenset()
        enough = frozenset(flow for flow in self.sound if having.get(flow, 0) >= FEWEST_HOMES)
        return self.figures & _figures(enough, frozenset(flow for flow in FLOWS if having.get(flow)))


NOBODY = Group({}, frozenset(), frozenset())


def group(energy: Mapping[Home, MeanWh]) -> Group:
    """Choose the homes and flows that may be shown, from what each home measured over its last complete days."""
    homes, flows = dict(energy), FLOWS
    while True:
        kept, sound = _settle(homes, flows)
        if (kept, sound) == (homes, flows):
            break
        homes, flows = kept, sound
    measured = {home: frozenset(means) for home, means in homes.items()}
    return Group(measured, frozenset(energy.keys() - homes.keys()), frozenset(flows))


def _settle(homes: dict[Home, MeanWh], flows: tuple[str, ...]) -> tuple[dict[Home, MeanWh], tuple[str, ...]]:
    """Go through the flows once: leave out a few large homes, or hide the flow. A later flow may undo an earlier."""
    shown = []
    for flow in flows:
        large = _too_large(homes, flow)
        having = _count(homes, flow)
        if having - len(large) >= FEWEST_HOMES and len(large) <= having * MOST_LEFT_OUT:
            homes = {home: means for home, means in homes.items() if home not in large}
            shown.append(flow)
    return homes, tuple(shown)


def _figures(sound: frozenset[str], existing: frozenset[str]) -> frozenset[str]:
    """Add consumption to the flows where no hidden flow follows from it.

    With every flow but the export shown, the export is what remains; so import is hidden with it, and of the two only
    their difference follows, which is a sum over all homes again.
    """
    hidden = existing - sound
    if not sound or not hidden:
        return sound | {CONSUMPTION} if sound else sound
    if hidden == {GRID_EXPORT}:
        return sound - {GRID_IMPORT} | {CONSUMPTION}
    return sound


def _count(homes: Mapping[Home, MeanWh], flow: str) -> int:
    return sum(flow in energy for energy in homes.values())


def _too_large(homes: Mapping[Home, MeanWh], flow: str) -> set[Home]:
    """Return the homes that must go until none of the others is too large a part of this flow."""
    parts = {home: means[flow] for home, means in homes.items() if flow in means}
    large: set[Home] = set()
    while total := sum(parts.values()):
        home = max(parts, key=lambda home: (parts[home], home))
        if parts[home] <= total * LARGEST_SHARE:
            break
        large.add(home)
        del parts[home]
    return large
