"""What the server asks of the process that reckons savings, and what that answers, a line each."""

from datetime import datetime

from msgspec import Struct

from ..domain.event.savings import Savings, Sum


class Asked(Struct, frozen=True):
    """Which event, when members were told of it, and where; `published` says whether figures of homes may be shown."""

    data: str
    event: str
    start: datetime
    end: datetime
    noticed: datetime
    now: datetime
    zone: str
    latitude: float | None
    longitude: float | None
    country: str | None
    subdivision: str | None
    published: bool


class Answer(Struct, frozen=True):
    """What a home saved, or the homes together: in the last line, with the homes that stand behind it."""

    home: int | None = None
    savings: Savings | None = None
    together: Sum | None = None
    counted: tuple[int, ...] = ()
