"""Quiet hours: when no phone shall ring, read on the clock of the people who sleep."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..hours import Hours, Interval, Window
from ..tariff import EVERY_DAY

BEFORE_THE_NIGHT = timedelta(minutes=30)
"""How long before quiet hours something is told that would come too late after them."""
IN_TIME = timedelta(minutes=30)
"""How long before something begins a word still helps."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Every night from one time to another; the same time twice is no night at all."""

    begin: time
    finish: time
    zone: ZoneInfo

    def around(self, instant: datetime) -> Interval | None:
        """Return the quiet hours in which an instant lies, or None."""
        if self.begin == self.finish:
            return None
        hours = Hours((Window(EVERY_DAY, self.begin, self.finish),), self.zone)
        spans = hours.within(instant, instant + timedelta(seconds=1))
        return next(((start, end) for start, end in spans if start <= instant < end), None)


def ring_at(due: datetime, start: datetime | None, quiet: Quiet | None) -> datetime:
    """Return when a phone rings for what is due: after the quiet hours, or before them where that is too late."""
    night = None if quiet is None else quiet.around(due)
    if night is None:
        return due
    begin, end = night
    return begin - BEFORE_THE_NIGHT if start is not None and end > start - IN_TIME else end
