"""An anomaly, as whoever tells of it takes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What may be wrong."""

    STUCK = "stuck"
    """Something runs on and on."""
    STANDBY = "standby"
    """What never goes away has grown."""
    FROZEN = "frozen"
    """A meter shows the same again and again."""
    SPIKE = "spike"
    """A meter showed more than can have flowed."""
    BACKWARDS = "backwards"
    """A meter ran backwards."""
    UNUSUAL = "unusual"
    """For hours there was far more, or far less, than was to be expected."""
    LOW_PRODUCTION = "low_production"
    """The sun would have allowed far more."""
    NIGHT_CYCLING = "night_cycling"
    """Something large heats again and again while everybody sleeps."""


class Cause(StrEnum):
    """What of a kind it is, where that decides what to look at."""

    SAME = "same"
    """Frozen: the same value again and again."""
    NOTHING = "nothing"
    """Frozen, or of a plant: nothing at all."""
    COUNTER = "counter"
    """Backwards: this counter fell."""
    BALANCE = "balance"
    """Backwards: the meters together say that less than nothing was used."""
    MORE = "more"
    """Unusual: far more."""
    LESS = "less"
    """Unusual: far less; of a plant: less than it used to make of the same sun."""
    RATED = "rated"
    """Of a plant: less than any sound one of its rating makes."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing that is not normal. The same kind, channel and start are the same anomaly, told again."""

    kind: Kind
    channel: str
    since: datetime
    until: datetime
    """The end of the last step in which it was seen; until it lies back, it goes on."""
    power_w: int
    """How much more than normal, on the mean; of production, how much less."""
    wh_a_month: int
    """What it comes to in 30 days if it goes on."""
    sureness: float
    """From 0 to 1."""
    cause: Cause | None = None

    @property
    def key(self) -> tuple[Kind, str, datetime]:
        """What makes two the same."""
        return self.kind, self.channel, self.since

    @property
    def words(self) -> str:
        """The key of the texts that say what it is and what to look at."""
        return self.kind if self.cause is None else f"{self.kind}_{self.cause}"
