"""What the process of savings does: it reads as JSON which event is asked for, looks into the books, answers in JSON.

It writes nothing itself: the books have one writer, which is the server. Each home's figures are told to that home
alone; of homes together there is a sum only where none of a few follows from it.
"""

import os
import sqlite3
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from .. import calendars
from ..core.channels import GRID_EXPORT, GRID_IMPORT, PRODUCTION
from ..core.forecast.series import Series
from ..core.forecast.surroundings import Place, Weather
from ..core.slots import SLOT, Span, from_number, to_number
from ..domain.baseline.event import savings as saved
from ..domain.baseline.values import EventSavings, GroupAudit, GroupSavings, HomeAudit, HomeSavings
from ..domain.baseline.window import without
from ..domain.event.savings import Savings, Sum, why_not
from ..domain.forecast import making
from ..domain.privacy import Home, is_sound
from ..domain.publication import NOT_YET, Standing
from ..domain.weather import hour_of
from ..gentle import be_gentle
from ..store import database, events, figures, members, pasts, periods, weather
from .asked import Answer, Asked

DAY = timedelta(days=1)

PAST = timedelta(days=75)
"""How much of what homes used is read: the days that baselines are made of, and those by which they are judged."""

CAME_BACK = timedelta(hours=3)
"""For so long after an event a home makes up for it: boilers and batteries fill, dishes are washed."""

MEASURED_DAYS = 30
"""Over which it is seen how large a part of a sum each home is."""

DRAWN: Mapping[str, float] = {GRID_IMPORT: 1.0, GRID_EXPORT: -1.0, PRODUCTION: 1.0}
"""What a home takes when its sun is not looked at: who empties a battery into the peak helps, who has a bright day does
nothing for it."""


def main() -> int:
    """Reckon what is asked for, and say each home's as soon as it is known."""
    os.umask(0o077)
    be_gentle()
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    with closing(database.open_for_reading(Path(asked.data))) as books:
        for answer in answers(books, asked):
            sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
            sys.stdout.flush()
    return 0


def answers(books: sqlite3.Connection, asked: Asked) -> Iterator[Answer]:
    """Reckon each home that joined, then all of them that may be told of together."""
    joined = events.who_joined(books, asked.event)
    others = {who.id for who in members.active(books) if who.kind == "home"} - joined
    homes = _as_usual(books, drawn(books, joined | others, to_number(asked.start - PAST), to_number(asked.end)), asked)
    standing = _standing(books, asked)
    fewest = standing.group.fewest
    reckon = _Reckoning(homes, others & homes.keys(), asked, _weather(books, asked), fewest)
    found = reckon.of(joined & homes.keys())
    for home in sorted(joined):
        yield Answer(home=home, savings=_of_home(found.homes[home]) if home in found.homes else NOTHING_SENT)
    yield _together(books, asked, standing, reckon, found)


NOTHING_SENT = Savings("none", why="incomplete")
"""Of a home that never sent anything."""


class _Reckoning:
    """The same question for different homes."""

    def __init__(
        self,
        homes: Mapping[Home, Series],
        others: Collection[Home],
        asked: Asked,
        around: Weather | None,
        fewest: int,
    ) -> None:
        self._homes = homes
        self._others = others
        self._asked = asked
        self._weather = around
        self._fewest = fewest
        is_holiday = calendars.is_holiday(asked.country, asked.subdivision)
        self._place = Place(ZoneInfo(asked.zone), is_holiday, asked.latitude, asked.longitude)

    def of(self, joined: Collection[Home]) -> EventSavings:
        """Reckon what these homes saved, beside those that did not join."""
        asked = self._asked
        span = Span(asked.start, asked.end)
        return saved(self._homes, joined, self._others, span, asked.noticed, self._place, self._weather, self._fewest)


def drawn(books: sqlite3.Connection, homes: Collection[Home], first: int, end: int) -> dict[Home, Series]:
    """Return what homes drew, slot by slot; not known where a flow that a home has by then is missing."""
    found: dict[Home, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    metered: set[Home] = set()
    for home, flow, slots in pasts.pasts(books, homes, first, end):
        if flow not in DRAWN or not slots:
            continue
        metered |= {home} if flow == GRID_IMPORT else set()
        part = np.full(end - first, np.nan)
        at, wh = np.array(slots, dtype=np.float64).T
        part[at.astype(np.int64) - first] = wh
        if flow != GRID_IMPORT:
            part[: int(at.min()) - first] = 0.0  # before a home had its panels, nothing of them is missing
        found[home] = found.get(home, 0.0) + DRAWN[flow] * part
    return {home: Series(from_number(first), wh) for home, wh in found.items() if home in metered}


def _as_usual(books: sqlite3.Connection, homes: Mapping[Home, Series], asked: Asked) -> dict[Home, Series]:
    """Leave out of the past what homes did in earlier events, and the hours in which it came back."""
    start, after = to_number(asked.start), CAME_BACK // SLOT
    events_of = events.lived_through(books, to_number(asked.start - PAST), start)
    return {
        home: without(
            past,
            [
                Span(from_number(first), from_number(min(end + after, start)))
                for first, end in events_of.get(home, ())
                if first < start
            ],
        )
        for home, past in homes.items()
    }


def _together(
    books: sqlite3.Connection, asked: Asked, standing: Standing, reckon: _Reckoning, found: EventSavings
) -> Answer:
    """Return what homes saved together, of which nothing about a few follows, or why there is no such sum."""
    group = standing.group
    days = _days_before(asked)
    energy = periods.mean_wh(books, group.homes, days, ZoneInfo(asked.zone))
    asked_for = frozenset(found.homes) & group.homes
    counted = frozenset(home for home in asked_for if found.homes[home].complete) & energy.keys()

    def sound(homes: frozenset[Home]) -> bool:
        return is_sound(energy, homes & energy.keys(), group.fewest, group.by_hand)

    parts = {"joined": sound(counted), "rest": sound(group.homes - counted)}
    why = why_not(counted, group.homes, standing.teams, group.fewest, parts)
    if group.homes and figures.begun_anew(books) > to_number(asked.start):
        why = "restored"
    elif why == "few" and len(asked_for) >= group.fewest:
        why = "incomplete"
    if why is not None:
        return Answer(together=Sum(None, None, why))
    all_of_them = found.group if counted == found.homes.keys() else reckon.of(counted).group
    return Answer(together=Sum(len(counted), _of_group(all_of_them)), counted=tuple(sorted(counted)))


def _standing(books: sqlite3.Connection, asked: Asked) -> Standing:
    """Return who stood behind the community's figures when the event began."""
    standings = figures.standings(books) if asked.published else []
    number = bisect_right(standings, to_number(asked.start), key=lambda standing: standing.since)
    return standings[number - 1] if number else NOT_YET


def _days_before(asked: Asked) -> list[date]:
    day = asked.start.astimezone(ZoneInfo(asked.zone)).date()
    return [day - ago * DAY for ago in range(1, MEASURED_DAYS + 1)]


def _weather(books: sqlite3.Connection, asked: Asked) -> Weather | None:
    """Return the last word on the weather of each hour."""
    begin, end = hour_of(asked.start - PAST), hour_of(asked.end) + 1
    return making.weather(weather.known(books, begin, end, asked.now))


def _of_home(found: HomeSavings) -> Savings:
    return Savings(
        found.call,
        found.low_wh,
        found.mid_wh,
        found.high_wh,
        found.baseline_wh,
        found.actual_wh,
        found.why,
        found.spread_wh,
        found.raised,
        _written(found.audit),
    )


def _of_group(found: GroupSavings) -> Savings:
    return Savings(
        found.call,
        found.low_wh,
        found.mid_wh,
        found.high_wh,
        found.baseline_wh,
        found.actual_wh,
        found.why,
        found.spread_wh,
        audit=_written(found.audit),
    )


def _written(audit: HomeAudit | GroupAudit | None) -> dict[str, object]:
    """Return what was reckoned with as JSON has it."""
    return {} if audit is None else msgspec.to_builtins(audit, str_keys=True)


if __name__ == "__main__":
    sys.exit(main())
