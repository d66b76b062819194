"""The table: everybody's place as it was made last, from which pages and the wire tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .levels import Level
from .standing import Place, Player, TeamPlace
from .streaks import Streak


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody's place. `since` is when the year began in which points are counted."""

    made: datetime
    since: datetime
    players: Mapping[int, Player]
    places: tuple[Place, ...]
    teams: tuple[TeamPlace, ...]
    team_names: Mapping[int, str]
    streaks: Mapping[int, Streak]
    level: Level | None

    def rank(self, household: int) -> int | None:
        """Return a home's rank, where it is ranked."""
        return next((place.rank for place in self.places if place.player.household == household), None)

    @property
    def named(self) -> tuple[Place, ...]:
        """Those who chose to stand on the board."""
        return tuple(place for place in self.places if place.player.name is not None)

    @property
    def unranked(self) -> int:
        """How many homes are not ranked, because too little is known of them."""
        return sum(player.why_not in {"new", "incomplete"} for player in self.players.values())
