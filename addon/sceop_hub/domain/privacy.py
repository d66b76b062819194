"""Privacy: what may be shown of homes, decided in one place.

A sum is shown when at least `FEWEST_HOMES` homes stand behind it, or as many as its owner lowered that to, and none of
them is more than `largest_share` of it. Shares are measured over days, never per slot: one of 40 real homes exceeds 15%
in 29% of half hours, and of a month's energy in none.

All figures are sums over the same homes, or the difference of two would tell of the few that stand in only one. So a
home that is too large for one flow is left out of every figure; and where too many would have to go, the flow is
hidden instead, with every figure from which it follows. Teams cut the same homes into parts, each of which holds to
the rule, the homes of no shown team included.
"""

from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from ..core.channels import CONSUMPTION, FLOWS, GRID_EXPORT, GRID_IMPORT, SIGNS

FEWEST_HOMES = 15
LARGEST_SHARE = Fraction(15, 100)
"""Of a sum of fifteen homes; of fewer, one may be more."""

FEWEST_CHANGED = 3
"""Homes by which two figures of the same time may differ: never fewer, or their difference tells of them."""

MOST_LEFT_OUT = Fraction(1, 10)
"""Of the homes that have a flow; beyond that the flow is hidden rather than the homes left out."""

type Home = int
type Team = int
type MeanWh = Mapping[str, Fraction]
"""A home's mean energy a slot in each flow it has."""


def largest_share(fewest: int) -> Fraction:
    """Return how much of a sum one home may be: 15% of 15 homes, and 45% of 5."""
    return LARGEST_SHARE * FEWEST_HOMES / fewest


@dataclass(frozen=True, slots=True)
class Group:
    """The homes behind the community's figures, each with the flows that it was measured in.

    `sound` are the flows whose sum may be shown by itself; which figures may stand beside each other follows from them.
    `fewest` is the least number of homes to which all of them agreed.
    """

    flows: Mapping[Home, frozenset[str]]
    left_out: frozenset[Home]
    sound: frozenset[str]
    fewest: int = FEWEST_HOMES

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
        return max(self.fewest - len(self.flows), 0)

    def figures_of(self, homes: int, having: Mapping[str, int]) -> frozenset[str]:
        """Return what may be shown of a slot or moment in which this many homes report, and so many have each flow."""
        if homes < self.fewest:
            return frozenset()
        enough = frozenset(flow for flow in self.sound if having.get(flow, 0) >= self.fewest)
        return self.figures & _figures(enough, frozenset(flow for flow in FLOWS if having.get(flow)))


NOBODY = Group({}, frozenset(), frozenset())


def group(energy: Mapping[Home, MeanWh], fewest: int = FEWEST_HOMES) -> Group:
    """Choose the homes and flows that may be shown, from what each home measured over its last complete days."""
    homes, flows = dict(energy), FLOWS
    while True:
        kept, sound = _settle(homes, flows, fewest)
        if (kept, sound) == (homes, flows):
            break
        homes, flows = kept, sound
    measured = {home: frozenset(means) for home, means in homes.items()}
    return Group(measured, frozenset(energy.keys() - homes.keys()), frozenset(flows), fewest)


def renewed(before: Group, energy: Mapping[Home, MeanWh], fewest: int) -> Group:
    """Choose anew for another day. Who was not in the group before comes in with at least two others, or waits."""
    everyone = group(energy, fewest)
    entering = everyone.homes - before.homes
    if not before.shown or not 0 < len(entering) < FEWEST_CHANGED:
        return everyone
    known = group({home: means for home, means in energy.items() if home in before.homes}, fewest)
    return Group(known.flows, known.left_out | everyone.left_out, known.sound, fewest)


def shown_teams(
    teams: Mapping[Team, AbstractSet[Home]], homes: AbstractSet[Home], sound: Callable[[AbstractSet[Home]], bool]
) -> frozenset[Team]:
    """Choose the teams whose sums may stand beside the sum of all homes.

    The homes of no shown team follow as what remains; so they too must be sound, or there must be none of them. Of a
    team only the consumption is shown: every cut through it then holds the grid import of whole teams or the flow of a
    whole community, never a flow that few homes of a team have.
    """
    shown = [team for team in sorted(teams, key=lambda team: (-len(teams[team]), team)) if sound(teams[team])]
    while shown and (rest := homes - frozenset().union(*(teams[team] for team in shown))) and not sound(rest):
        shown.pop()
    return frozenset(shown)


def renewed_teams(
    before: Mapping[Team, AbstractSet[Home]], wanted: Mapping[Home, Team | None], homes: AbstractSet[Home]
) -> dict[Team, frozenset[Home]]:
    """Put homes into their teams for another day; into a team that was shown, fewer than three wait where they were."""
    was = {home: team for team, members in before.items() for home in members}
    teams = {home: wanted.get(home) for home in homes}
    for team, members in before.items():
        entering = {home for home in homes if teams[home] == team} - members
        if len(entering) < FEWEST_CHANGED:
            teams |= {home: was.get(home) for home in entering}
    existing = set(wanted.values()) - {None}
    return {team: frozenset(home for home in homes if teams[home] == team) for team in existing if team is not None}


def is_sound(energy: Mapping[Home, MeanWh], homes: AbstractSet[Home], fewest: int) -> bool:
    """Tell whether the consumption of these homes may be shown, and their grid import, which may follow from it."""
    parts = [
        {home: _consumption(energy[home]) for home in homes},
        {home: energy[home].get(GRID_IMPORT, Fraction()) for home in homes},
    ]
    return len(homes) >= fewest and not any(_too_large(part, fewest) for part in parts)


def _consumption(means: MeanWh) -> Fraction:
    return max(sum((SIGNS[flow] * mean for flow, mean in means.items()), Fraction()), Fraction())


def may_replace(changed: Iterable[int]) -> bool:
    """Tell whether a figure may be published anew.

    `changed` counts the homes that came, went or were corrected: for each part of the community that is shown or
    follows, and in it for each flow. Each must be none or enough, for every difference of figures is a sum of these.
    """
    counts = list(changed)
    return any(counts) and all(not count or count >= FEWEST_CHANGED for count in counts)


def _settle(
    homes: dict[Home, MeanWh], flows: tuple[str, ...], fewest: int
) -> tuple[dict[Home, MeanWh], tuple[str, ...]]:
    """Go through the flows once: leave out a few large homes, or hide the flow. A later flow may undo an earlier."""
    shown = []
    for flow in flows:
        parts = {home: means[flow] for home, means in homes.items() if flow in means}
        large = _too_large(parts, fewest)
        if len(parts) - len(large) >= fewest and len(large) <= len(parts) * MOST_LEFT_OUT:
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


def _too_large(parts: Mapping[Home, Fraction], fewest: int) -> set[Home]:
    """Return the homes that must go until none of the others is too large a part."""
    parts, share = dict(parts), largest_share(fewest)
    large: set[Home] = set()
    while total := sum(parts.values()):
        home = max(parts, key=lambda home: (parts[home], home))
        if parts[home] <= total * share:
            break
        large.add(home)
        del parts[home]
    return large
