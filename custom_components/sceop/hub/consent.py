"""Standing consent: whether this home wants to be asked about peak events, joins them all, or wants to hear of none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from ..core.hours import Hours, Window
from ..core.tariff import EVERY_DAY
from .invited import MOST_PERCENT, PeakEvent

CONF_TOGETHER: Final = "together"
CONF_JOINING: Final = "joining"
CONF_NOT_FROM: Final = "not_from"
CONF_NOT_UNTIL: Final = "not_until"
CONF_MOST_PERCENT: Final = "most_percent"
CONF_CHEER_AT_ONCE: Final = "cheer_at_once"
CONF_ON_BOARD: Final = "on_board"


class Joining(StrEnum):
    """What a person said once and for all."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was chosen. Whoever joins always is still asked where an event wants too much, or comes at a bad time."""

    zone: ZoneInfo
    joining: Joining = Joining.ASK
    most_percent: int = MOST_PERCENT
    bad_hours: tuple[time, time] | None = None
    cheer_at_once: bool = False

    def holds_for(self, event: PeakEvent) -> bool:
        """Tell whether this home joins an event without a question."""
        if self.joining is not Joining.ALWAYS or (event.target_percent or 0) > self.most_percent:
            return False
        if self.bad_hours is None or self.bad_hours[0] == self.bad_hours[1]:
            return True
        hours = Hours((Window(EVERY_DAY, *self.bad_hours),), self.zone)
        around = hours.within(event.start - timedelta(days=1), event.end + timedelta(days=1))
        return not any(start < event.end and event.start < end for start, end in around)

    @property
    def asks(self) -> bool:
        """Whether somebody wants to be asked at all."""
        return self.joining is not Joining.NEVER

    @classmethod
    def from_options(cls, options: Mapping[str, Any], zone: ZoneInfo) -> Self:
        """Read the options of a site's entry; who never chose is asked."""
        kept = options.get(CONF_TOGETHER, {})
        edges = (kept.get(CONF_NOT_FROM), kept.get(CONF_NOT_UNTIL))
        return cls(
            zone,
            Joining(kept.get(CONF_JOINING, Joining.ASK)),
            int(kept.get(CONF_MOST_PERCENT, MOST_PERCENT)),
            (time.fromisoformat(edges[0]), time.fromisoformat(edges[1])) if edges[0] and edges[1] else None,
            bool(kept.get(CONF_CHEER_AT_ONCE, False)),
        )
