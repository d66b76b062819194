"""Privacy: what may be shown of homes, decided in one place.

A sum is shown when at least `FEWEST_HOMES` homes stand behind it, or as many as its owner lowered that to, and none of
them is more than `largest_share` of it. Shares are measured over days, never per slot: one of 40 real homes exceeds 15%
in 29% of half hours, and of a month's energy in none.

All figures are sums over the same homes, or the difference of two would tell of the few that stand in only one. So a
home that is too large for one flow is left out of every figure; and where too many would have to go, the flow is
hidden instead, with every figure from which it follows. Teams cut the same homes into parts, each of which holds to
the rule, the homes of no shown team included.

A home that was entered by hand hides nobody from whoever imports its readings: who knows what it used subtracts it. To
neighbours all homes are unknown, to him those that speak for themselves. So every rule holds among all homes, and again
among those that speak for themselves, as if there were no others; where there are none of these, among all alone. As
homes entered by hand are never in the live sum, they stand beside the others by three at least, or not at all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
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
    `fewest` is the least number of homes to which all of them agreed. `by_hand` are those of them that somebody else
    speaks for.
    """

    flows: Mapping[Home, frozenset[str]]
    left_out: frozenset[Home]
    sound: frozenset[str]
    fewest: int = FEWEST_HOMES
    by_hand: frozenset[Home] = frozenset()

    @property
    def homes(self) -> frozenset[Home]:
        """Who stands behind the figures."""
        return frozenset(self.flows)

    @property
    def own(self) -> frozenset[Home]:
        """Those of them that speak for themselves."""
        return self.homes - self.by_hand

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

    def enough(self, homes: AbstractSet[Home]) -> bool:
        """Tell whether a sum of these homes may be shown."""
        return _enough(homes, self.by_hand, self.fewest)

    def figures_of(self, reported: Mapping[Home, Collection[str]]) -> frozenset[str]:
        """Return what may be shown of a slot or moment in which these homes reported these flows."""
        if not self.enough(reported.keys()):
            return frozenset()
        having = {flow: {home for home, flows in reported.items() if flow in flows} for flow in FLOWS}
        enough = frozenset(flow for flow in self.sound if self.enough(having[flow]))
        return self.figures & _figures(enough, frozenset(flow for flow in FLOWS if having[flow]))

    def by_themselves(self) -> Group:
        """Return the homes that speak for themselves without the others; where there are none, nothing is shown."""
        if not self.by_hand:
            return self
        flows = {home: self.flows[home] for home in self.own}
        return Group(flows, self.left_out - self.by_hand, self.sound if flows else frozenset(), self.fewest)


NOBODY = Group({}, frozenset(), frozenset())


def group(energy: Mapping[Home, MeanWh], fewest: int = FEWEST_HOMES, by_hand: AbstractSet[Home] = frozenset()) -> Group:
    """Choose the homes and flows that may be shown, from what each home measured over its last complete days.

    Nothing that is entered by hand changes which of the other homes stand behind the figures. While these are too few,
    those entered by hand are shown without them, if they are enough.
    """
    own = {home: means for home, means in energy.items() if home not in by_hand}
    alone = _choose(own, by_hand, fewest)
    if not alone.shown:
        entered = _choose({home: energy[home] for home in energy if home in by_hand}, by_hand, fewest)
        return entered if entered.shown or not own else alone
    while True:
        found = _choose(energy, by_hand, fewest)
        few = few_by_hand(found.flows, by_hand)
        if not few:
            return found
        energy = {home: means for home, means in energy.items() if home not in few}


def few_by_hand(flows: Mapping[Home, Collection[str]], by_hand: AbstractSet[Home]) -> frozenset[Home]:
    """Return the homes entered by hand that are too few, in some flow, to stand beside others.

    The live sum of the same time holds the others alone.
    """
    entered = flows.keys() & by_hand
    if len(entered) == len(flows):
        return frozenset()
    having = ({home for home in entered if flow in flows[home]} for flow in FLOWS)
    return frozenset().union(*(homes for homes in having if _few(homes)))


def renewed(
    before: Group, energy: Mapping[Home, MeanWh], fewest: int, by_hand: AbstractSet[Home] = frozenset()
) -> Group:
    """Choose anew for another day. Who was not in the group before comes in with at least two others, or waits.

    So do newcomers beside whom nothing might be shown any more, such as three that are many times as large as the rest.
    """
    found = everyone = group(energy, fewest, by_hand)
    while before.shown:
        if _few(found.own - before.own):
            energy = {home: means for home, means in energy.items() if home in before.own or home in by_hand}
        elif _few(found.homes - before.homes) or not (found.shown or energy.keys() <= before.homes):
            energy = {home: means for home, means in energy.items() if home in before.homes}
        else:
            break
        found = group(energy, fewest, by_hand)
    return replace(found, left_out=(found.left_out | everyone.left_out) - found.homes)


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
    before: Mapping[Team, AbstractSet[Home]],
    wanted: Mapping[Home, Team | None],
    homes: AbstractSet[Home],
    by_hand: AbstractSet[Home] = frozenset(),
) -> dict[Team, frozenset[Home]]:
    """Put homes into their teams for another day; into a team that was shown, fewer than three wait where they were."""
    was = {home: team for team, members in before.items() for home in members}
    teams = {home: wanted.get(home) for home in homes}
    for team, members in before.items():
        entering = {home for home in homes if teams[home] == team} - members
        waiting = entering - by_hand if _few(entering - by_hand) else set()
        if _few(entering - waiting):
            waiting = entering
        teams |= {home: was.get(home) for home in waiting}
    existing = set(wanted.values()) - {None}
    return {team: frozenset(home for home in homes if teams[home] == team) for team in existing if team is not None}


def is_sound(
    energy: Mapping[Home, MeanWh], homes: AbstractSet[Home], fewest: int, by_hand: AbstractSet[Home] = frozenset()
) -> bool:
    """Tell whether the consumption of these homes may be shown, and their grid import, which may follow from it."""
    parts = [
        {home: _consumption(energy[home]) for home in homes},
        {home: energy[home].get(GRID_IMPORT, Fraction()) for home in homes},
    ]
    return _enough(homes, by_hand, fewest) and not any(_too_large(part, by_hand, fewest) for part in parts)


def _consumption(means: MeanWh) -> Fraction:
    return max(sum((SIGNS[flow] * mean for flow, mean in means.items()), Fraction()), Fraction())


def may_replace(changed: Iterable[int]) -> bool:
    """Tell whether a figure may be published anew.

    `changed` counts the homes that came, went or were corrected: for each part of the community that is shown or
    follows, and in it for each flow; all of them, and those that speak for themselves. Each must be none or enough, for
    every difference of figures is a sum of these.
    """
    counts = list(changed)
    return any(counts) and not any(0 < count < FEWEST_CHANGED for count in counts)


def _few(homes: Collection[Home]) -> bool:
    return 0 < len(homes) < FEWEST_CHANGED


def _enough(homes: AbstractSet[Home], by_hand: AbstractSet[Home], fewest: int) -> bool:
    return len(homes - by_hand or homes) >= fewest


def _choose(energy: Mapping[Home, MeanWh], by_hand: AbstractSet[Home], fewest: int) -> Group:
    """Leave out large homes, and hide flows, until no more of either is needed."""
    homes, flows = dict(energy), FLOWS
    while True:
        kept, sound = _settle(homes, flows, by_hand, fewest)
        if (kept, sound) == (homes, flows):
            break
        homes, flows = kept, sound
    measured = {home: frozenset(means) for home, means in homes.items()}
    left_out = frozenset(energy.keys() - homes.keys())
    return Group(measured, left_out, frozenset(flows), fewest, frozenset(homes.keys() & by_hand))


def _settle(
    homes: dict[Home, MeanWh], flows: tuple[str, ...], by_hand: AbstractSet[Home], fewest: int
) -> tuple[dict[Home, MeanWh], tuple[str, ...]]:
    """Go through the flows once: leave out a few large homes, or hide the flow. A later flow may undo an earlier.

    Whether it is hidden is up to the homes that speak for themselves, if any of them has it.
    """
    shown = []
    for flow in flows:
        parts = {home: means[flow] for home, means in homes.items() if flow in means}
        large = _too_large(parts, by_hand, fewest)
        counting = parts.keys() - by_hand or parts.keys()
        if len(counting - large) >= fewest and len(counting & large) <= len(counting) * MOST_LEFT_OUT:
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


def _too_large(parts: Mapping[Home, Fraction], by_hand: AbstractSet[Home], fewest: int) -> set[Home]:
    """Return the homes that must go until none of the others is too large a part."""
    own = _largest({home: part for home, part in parts.items() if home not in by_hand}, fewest)
    return own | _largest({home: part for home, part in parts.items() if home not in own}, fewest)


def _largest(parts: dict[Home, Fraction], fewest: int) -> set[Home]:
    share = largest_share(fewest)
    large: set[Home] = set()
    while total := sum(parts.values()):
        home = max(parts, key=lambda home: (parts[home], home))
        if parts[home] <= total * share:
            break
        large.add(home)
        del parts[home]
    return large
