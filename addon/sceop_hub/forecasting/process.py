"""What the process of a forecast does: it reads as JSON what is asked, looks into the books, and answers in JSON.

It writes nothing itself: the books have one writer, which is the server.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import msgspec

from .. import calendars
from ..core.forecast.surroundings import Place, Weather
from ..core.slots import from_number, local_midnight, to_number
from ..domain.forecast import making
from ..domain.forecast.history import Change, Ratios, changes, history, homes_of_now, ratios
from ..domain.forecast.kept import MIDNIGHTS, SLOTS, Reason, State
from ..domain.privacy import Home, MeanWh
from ..domain.weather import hour_of
from ..gentle import be_gentle, gently
from ..store import database, figures, forecasts, periods, weather
from .asked import LEARNED_FROM, MEASURED_DAYS, Answer, Asked, Turned

DAY = timedelta(days=1)


def main() -> int:
    """Make what is asked for, and say each part as soon as it is made."""
    os.umask(0o077)
    be_gentle()
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    with closing(database.open_for_reading(Path(asked.data))) as books:
        for answer in answers(books, asked):
            sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
            sys.stdout.flush()
    return 0


def answers(books: sqlite3.Connection, asked: Asked) -> Iterator[Answer]:
    """Make the forecast of this hour, then those of midnights that lack one, then see how all of these did."""
    place = place_of(asked)
    start, complaints = asked.start, list[str]()
    first = to_number(asked.now - LEARNED_FROM)
    known = forecasts.changed(books)
    fresh = reckoned(books, first, known, place.zone)
    if fresh:
        yield Answer(changes=fresh)
    changed = known | fresh
    published = forecasts.published(books, first, to_number(start))
    past = history(published, changed, to_number(start), homes_of_now(published, figures.standings(books)))
    around = making.Surroundings(
        place, asked.limit_w, lambda at: _weather(books, past.first, at, asked.now, place.zone)
    )
    newest = making.forecast(past, around, start, asked.now, complaints.append)
    if newest is not None:
        yield Answer(forecast=newest)
    since = local_midnight(start.astimezone(place.zone).date() - 2 * MIDNIGHTS * DAY, place.zone)
    made = {one.start: one for one in forecasts.midnights(books, since)}
    if newest is not None and newest.midnight:
        made[start] = newest
    for midnight in making.missing(past, place, made) if asked.looks_back else ():
        began = perf_counter()
        one = making.forecast(past, around, midnight, asked.now, complaints.append)
        gently(perf_counter() - began)
        if one is not None:
            made[midnight] = one
            yield Answer(forecast=one)
    lately, turned = making.look_back(past, [made[at] for at in sorted(made)], changed, place)
    reason: Reason | None = None if newest is not None else "young" if making.may_tell(past) else "unpublished"
    yield Answer(
        turned=tuple(Turned(*one) for one in turned),
        state=State(asked.now, reason, lately),
        complaint=complaints[0] if complaints else None,
    )


def place_of(asked: Asked) -> Place:
    """Return where the community lives."""
    is_holiday = calendars.is_holiday(asked.country, asked.subdivision)
    return Place(ZoneInfo(asked.zone), is_holiday, asked.latitude, asked.longitude)


def reckoned(
    books: sqlite3.Connection, first: int, known: dict[int, Ratios], zone: ZoneInfo
) -> dict[int, dict[str, float]]:
    """Return by how much the mean home changed wherever that was not reckoned before; once is enough, for all time."""
    new = [change for change in changes(figures.standings(books), first) if change.since not in known]
    return {change.since: ratios(change, _means(books, change, zone)) for change in new}


def _means(books: sqlite3.Connection, change: Change, zone: ZoneInfo) -> dict[Home, MeanWh]:
    """Return what each home measured over the days before a change, where it tells of enough of them."""
    if change.tells_of_few:
        return {}
    day = from_number(change.since).astimezone(zone).date()
    days = [day - ago * DAY for ago in range(1, MEASURED_DAYS + 1)]
    return periods.mean_wh(books, change.before | change.after, days, zone)


def _weather(books: sqlite3.Connection, first: int, at: datetime, now: datetime, zone: ZoneInfo) -> Weather | None:
    """Return what was known of the weather at an instant: of the past its last word, of the coming days the forecast.

    The forecast that is made at this moment begins some minutes ago, and knows what was told since; but not that of a
    midnight, which is compared with others that know nothing later.
    """
    midnight = local_midnight(at.astimezone(zone).date(), zone) == at
    told_by = now if now - at < timedelta(hours=1) and not midnight else at
    begin, end = hour_of(from_number(first)), hour_of(from_number(to_number(at) + SLOTS)) + 1
    return making.weather(weather.known(books, begin, end, told_by))


if __name__ == "__main__":
    sys.exit(main())
