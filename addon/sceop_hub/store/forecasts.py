"""Forecasts in the books: as they were made, and how they turned out."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..core.forecast.peak_of_day import PeakOfDay
from ..core.slots import from_number, to_number
from ..domain.community import FIGURES as FLOWS
from ..domain.forecast.history import Ratios, Slot
from ..domain.forecast.kept import (
    DayScore,
    Expected,
    Figure,
    Forecast,
    Lately,
    Peaks,
    PeakWindow,
    Score,
    State,
)
from ..domain.publication import COMMUNITY

EVERY_HOUR_FOR = timedelta(days=3)
SOME_HOURS_FOR = timedelta(days=28)
SOME_SLOTS = 6 * 4
"""Of older forecasts those of every sixth hour are kept for some weeks, and those of midnights with the slots."""

SLOTS_AN_HOUR = 4

_FIELDS = "start, made, midnight, afterwards, homes, peaks"
_TOLD = "model, days, low, mid, high, peak_w, peak"


def save(connection: sqlite3.Connection, forecast: Forecast) -> None:
    """Keep a forecast, in the place of one that began with the same slot."""
    start = to_number(forecast.start)
    connection.execute("DELETE FROM forecast_figure WHERE start = ?", (start,))
    connection.execute("DELETE FROM forecast WHERE start = ?", (start,))
    connection.execute(
        f"INSERT INTO forecast ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own column names
        (
            start,
            int(forecast.made.timestamp()),
            forecast.midnight,
            forecast.afterwards,
            forecast.homes,
            json.dumps(asdict(forecast.peaks), default=_written),
        ),
    )
    connection.executemany(
        f"INSERT INTO forecast_figure (start, figure, {_TOLD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own column names
        [
            (
                start,
                figure,
                told.model,
                told.days,
                *(json.dumps(curve) for curve in (told.low, told.mid, told.high)),
                told.peak_w,
                None if told.peak_at is None else to_number(told.peak_at),
            )
            for figure, told in forecast.figures.items()
        ],
    )


def latest(connection: sqlite3.Connection, now: datetime) -> Forecast | None:
    """Return the forecast that began last, but for what a clock that had gone wrong made of a time to come."""
    found = _forecasts(connection, "WHERE start <= ? ORDER BY start DESC LIMIT 1", to_number(now))
    return found[0] if found else None


def expected_since(connection: sqlite3.Connection, slot: int) -> Forecast | None:
    """Return what was last expected, before it came, of the slots from one on."""
    found = _forecasts(connection, "WHERE start <= ? AND NOT afterwards ORDER BY start DESC LIMIT 1", slot)
    return found[0] if found else None


def first_hours(connection: sqlite3.Connection, figure: Figure, first: int, end: int) -> dict[int, int]:
    """Return what was told of slots of a span in the hour before each, by the forecasts that are still kept."""
    rows = connection.execute(
        "SELECT start, mid FROM forecast JOIN forecast_figure USING (start)"
        " WHERE figure = ? AND start >= ? AND start < ? AND NOT afterwards ORDER BY start",
        (figure, first, end),
    )
    told = ((slot, wh) for start, mid in rows for slot, wh in enumerate(json.loads(mid)[:SLOTS_AN_HOUR], start))
    return {slot: wh for slot, wh in told if wh is not None}


def midnights(connection: sqlite3.Connection, since: datetime) -> list[Forecast]:
    """Return the forecasts made at local midnights from an instant on, the oldest first."""
    return _forecasts(connection, "WHERE midnight AND start >= ? ORDER BY start", to_number(since))


def scores(connection: sqlite3.Connection, since: datetime) -> dict[tuple[datetime, Figure], DayScore]:
    """Return how the forecasts of midnights turned out."""
    rows = connection.execute(
        "SELECT start, figure, score FROM forecast_figure WHERE start >= ? AND score IS NOT NULL", (to_number(since),)
    )
    return {(from_number(start), figure): DayScore(**json.loads(score)) for start, figure, score in rows}


def save_scores(connection: sqlite3.Connection, found: Iterable[tuple[datetime, Figure, DayScore]]) -> None:
    """Keep how forecasts turned out."""
    connection.executemany(
        "UPDATE forecast_figure SET score = ? WHERE start = ? AND figure = ?",
        [(json.dumps(asdict(score)), to_number(start), figure) for start, figure, score in found],
    )


def state(connection: sqlite3.Connection) -> State | None:
    """Return how far forecasting is; None before it was ever tried."""
    row = connection.execute("SELECT looked, reason, scores FROM forecast_state").fetchone()
    if row is None:
        return None
    looked, reason, kept = row
    lately = {
        figure: Lately(**{method: Score(**score) for method, score in found.items()})
        for figure, found in json.loads(kept).items()
    }
    return State(datetime.fromtimestamp(looked, UTC), reason, lately)


def save_state(connection: sqlite3.Connection, now: State) -> None:
    """Keep how far forecasting is."""
    lately = json.dumps({figure: asdict(found) for figure, found in now.lately.items()})
    connection.execute(
        "INSERT OR REPLACE INTO forecast_state (id, looked, reason, scores) VALUES (1, ?, ?, ?)",
        (int(now.looked.timestamp()), now.reason, lately),
    )


def thin(connection: sqlite3.Connection, now: datetime, kept_from: int) -> None:
    """Let go of forecasts that nobody looks back on; those of midnights go with the slots that they were made of."""
    hourly, some = (to_number(now - kept) for kept in (EVERY_HOUR_FOR, SOME_HOURS_FOR))
    gone = [
        start
        for (start,) in connection.execute(
            f"SELECT start FROM forecast WHERE start < ? OR start > ? OR (NOT midnight AND (start < ? OR (start < ? AND start % {SOME_SLOTS} <> 0)))",  # noqa: E501, S608 - our own number
            (kept_from, to_number(now), some, hourly),
        )
    ]
    connection.executemany("DELETE FROM forecast_figure WHERE start = ?", [(start,) for start in gone])
    connection.executemany("DELETE FROM forecast WHERE start = ?", [(start,) for start in gone])


def published(connection: sqlite3.Connection, first: int, end: int) -> list[Slot]:
    """Return what was published of the community, slot by slot, but for days that tell little of homes."""
    columns = ", ".join(FLOWS)
    rows = connection.execute(
        f"SELECT slot, homes, {columns} FROM published WHERE circle = ? AND slot >= ? AND slot < ?"  # noqa: S608 - our own column names
        " AND NOT EXISTS (SELECT 1 FROM doubtful WHERE slot >= doubtful.first AND slot < doubtful.end) ORDER BY slot",
        (COMMUNITY, first, end),
    )
    return [
        Slot(slot, homes, {flow: wh for flow, wh in zip(FLOWS, values, strict=True) if wh is not None})
        for slot, homes, *values in rows
    ]


def changed(connection: sqlite3.Connection) -> dict[int, Ratios]:
    """Return by how much the mean home changed, at each slot for which that was reckoned."""
    return {since: json.loads(kept) for since, kept in connection.execute("SELECT since, ratios FROM forecast_change")}


def save_changes(connection: sqlite3.Connection, found: Mapping[int, Ratios]) -> None:
    """Keep what was reckoned; once it is told, it does not change."""
    connection.executemany(
        "INSERT OR IGNORE INTO forecast_change (since, ratios) VALUES (?, ?)",
        [(since, json.dumps(ratios)) for since, ratios in found.items()],
    )


def _forecasts(connection: sqlite3.Connection, which: str, *given: int) -> list[Forecast]:
    rows = connection.execute(f"SELECT {_FIELDS} FROM forecast {which}", given).fetchall()  # noqa: S608 - our own words
    return [
        Forecast(
            from_number(start),
            datetime.fromtimestamp(made, UTC),
            bool(midnight),
            bool(afterwards),
            homes,
            _figures(connection, start),
            _peaks(json.loads(peaks)),
        )
        for start, made, midnight, afterwards, homes, peaks in rows
    ]


def _figures(connection: sqlite3.Connection, start: int) -> dict[Figure, Expected]:
    rows = connection.execute(
        f"SELECT figure, {_TOLD} FROM forecast_figure WHERE start = ?",  # noqa: S608 - our own column names
        (start,),
    )
    return {
        figure: Expected(
            model,
            days,
            tuple(json.loads(low)),
            tuple(json.loads(mid)),
            tuple(json.loads(high)),
            peak_w,
            None if peak is None else from_number(peak),
        )
        for figure, model, days, low, mid, high, peak_w, peak in rows
    }


def _peaks(kept: Mapping[str, Any]) -> Peaks:
    return Peaks(
        kept["figure"],
        kept["limit_w"],
        tuple(
            PeakWindow(**(window | {edge: datetime.fromisoformat(window[edge]) for edge in ("start", "end")}))
            for window in kept["windows"]
        ),
        tuple(
            PeakOfDay(**(day | {"day": date.fromisoformat(day["day"]), "at": datetime.fromisoformat(day["at"])}))
            for day in kept["days"]
        ),
    )


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not to be written: {value!r}")
