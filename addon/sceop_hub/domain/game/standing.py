"""Standings: who is ranked, and where. What cannot be seen is not ranked: missing is not zero."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..names import key as looks
from .outcome import LEAST_COMPLETE

RANKED_DAYS = 30
"""Complete local days before today, over which a home's data must be complete."""

LEAST_DAYS = 7
"""That are known of a home before it is ranked: a whole week of its life."""

type WhyNot = Literal["new", "incomplete", "organisation", "by_hand"]


@dataclass(frozen=True, slots=True)
class Player:
    """A household that could be ranked. `name` is the nickname under which it chose to stand on the board."""

    household: int
    points: int
    name: str | None
    team: int | None
    why_not: WhyNot | None


@dataclass(frozen=True, slots=True)
class Place:
    """A player's rank among all that are ranked, named or not."""

    player: Player
    rank: int


def why_not(*, home: bool, by_hand: bool, days: int, complete: float) -> WhyNot | None:
    """Return why a home is not ranked. `complete` is the share of slots that it told since its first, `days` ago."""
    if not home:
        return "organisation"
    if by_hand:
        return "by_hand"
    if days < LEAST_DAYS:
        return "new"
    return "incomplete" if complete < LEAST_COMPLETE else None


def ranked(players: Iterable[Player]) -> list[Place]:
    """Rank by points: as many points, the same rank, and the next one as far behind as there are before it.

    Equals stand in the order of their names, those without one behind.
    """
    order = sorted(
        (player for player in players if player.why_not is None),
        key=lambda one: (-one.points, one.name is None, looks(one.name or ""), one.name or "", one.household),
    )
    places: list[Place] = []
    for position, player in enumerate(order, start=1):
        tied = bool(places) and places[-1].player.points == player.points
        places.append(Place(player, places[-1].rank if tied else position))
    return places


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A team's rank by the mean points of its homes, rounded."""

    team: int
    rank: int
    points: int
    homes: int


def ranked_teams(places: Iterable[Place], names: Mapping[int, str], fewest: int) -> list[TeamPlace]:
    """Rank the teams of which at least the fewest homes are ranked."""
    members: dict[int, list[int]] = {}
    for place in places:
        team = place.player.team
        if team is not None and team in names:
            members.setdefault(team, []).append(place.player.points)
    means = {team: round(sum(points) / len(points)) for team, points in members.items() if len(points) >= fewest}
    order = sorted(means, key=lambda team: (-means[team], looks(names[team]), team))
    found: list[TeamPlace] = []
    for position, team in enumerate(order, start=1):
        tied = bool(found) and found[-1].points == means[team]
        found.append(TeamPlace(team, found[-1].rank if tied else position, means[team], len(members[team])))
    return found
