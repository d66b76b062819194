"""The mirror: what a published slot may hold beside the live sums that were shown during it.

Averaged over its quarter hour, the live sum is a figure of the same time as the slot. Where one home is in only one of
the two, because it sent late or because its line was down, their difference is that home's energy. So the live sum
holds the same homes for the whole of a quarter hour, the books remember which, and the slot differs from them by none
or by at least three.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass

from .privacy import FEWEST_CHANGED, Group, Home, Team

type Place = tuple[Team | None, str]
"""A flow in a part of the community."""


@dataclass(frozen=True, slots=True)
class LiveHomes:
    """The homes in the live sum of a quarter hour, each with its flows.

    `forgotten` says that there were others, of which nothing is known any more.
    """

    flows: Mapping[Home, frozenset[str]]
    forgotten: bool = False

    def within(self, group: Group) -> bool:
        """Tell whether all of them stand behind the figures of a group, in the flows that it was measured in."""
        return not self.forgotten and all(group.flows.get(home) == flows for home, flows in self.flows.items())


def beside(
    live: LiveHomes,
    group: Group,
    reported: AbstractSet[Home],
    teams: Mapping[Team, AbstractSet[Home]],
    matters: Collection[str],
    secrets: Mapping[Home, bytes],
) -> frozenset[Home] | None:
    """Return which of the homes that reported a slot it may hold; None where it has to wait for more of them.

    One or two that were not live are left out, among those that speak for themselves as among those entered by hand,
    who never are: of a team that is live but for them, they are what remains. Where one or two that were live are
    missing, others are left out with them, until they are three: in every part of the community that may be shown, and
    in each flow there. The homes' secrets choose these, so that nobody knows which they are, and they are the same at
    the next drawing. When the missing come, all three come, and so change the slot as three late homes do.

    A slot that had a forgotten home in its live sum is not drawn: it would lack that home alone.
    """
    if not live.within(group):
        return None
    part_of = {home: team for team, homes in teams.items() for home in homes}

    def places(home: Home) -> set[Place]:
        return {(part_of.get(home), flow) for flow in group.flows[home] if flow in matters}

    def crowds(homes: Iterable[Home]) -> Counter[Place]:
        return Counter(place for home in homes for place in places(home))

    def in_threes(homes: AbstractSet[Home]) -> AbstractSet[Home]:
        while few := _few(crowds(homes)):
            homes = {home for home in homes if not places(home) & few}
        return homes

    others = in_threes((reported & group.own) - live.flows.keys()) | in_threes(reported & group.by_hand)
    missing = set(live.flows.keys() - reported)
    while few := _few(crowds(missing)):
        place = min(few, key=str)
        there = [home for home in live.flows if home not in missing and place in places(home)]
        if not there:
            return None
        known = crowds(missing).keys()
        ranks = {home: (len(places(home) - known), -len(places(home) & few), secrets[home]) for home in there}
        missing.add(min(there, key=ranks.__getitem__))
    return frozenset(others | (live.flows.keys() - missing))


def _few(crowds: Mapping[Place, int]) -> set[Place]:
    return {place for place, homes in crowds.items() if homes < FEWEST_CHANGED}
