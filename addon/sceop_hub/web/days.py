"""Days in forms: a first and a last one as people choose them, for spans that end where the next day begins."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..domain.refusal import Refusal
from .form import Form

A_MOMENT = timedelta(minutes=1)
"""Before an end lies its last day."""


def day(form: Form, name: str) -> date | None:
    """Return a day that is chosen, or None; what is no day is refused."""
    found = form.date(name)
    if name in form.mistakes:
        raise Refusal("invalid", "“{text}” is no day.", text=form.text(name)[:20])
    return found


def last_day(end: datetime, zone: ZoneInfo) -> date:
    """Return the last local day of a span that ends at an instant."""
    return (end - A_MOMENT).astimezone(zone).date()
