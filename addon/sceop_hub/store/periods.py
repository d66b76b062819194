"""Periods: what households measured by local day, read from the roll-ups and exact in spite of them.

A day that changed since its roll-up was made is counted anew, and what is still fresh is added.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from ..core.channels import FLOWS
from ..core.slots import local_day, to_number
from ..domain.offsets import SLOTS_A_DAY
from ..domain.privacy import MeanWh
from .readings import HELD

_SUMS = f"""
WITH RECURSIVE
{HELD},
wanted AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS day, json_extract(value, '$[1]') AS first, json_extract(value, '$[2]') AS end
    FROM json_each(:days)
),
mine AS MATERIALIZED (
    SELECT id, household, name, zone IS :zone AS cut FROM channel
    WHERE household IN (SELECT value FROM json_each(:households))
),
pair AS MATERIALIZED (
    SELECT mine.id AS channel, wanted.day, wanted.first, wanted.end,
        wanted.first >= (SELECT slot FROM kept) AND (NOT mine.cut OR EXISTS (
            SELECT 1 FROM stale WHERE stale.channel = mine.id
            AND utc_day BETWEEN wanted.first / {SLOTS_A_DAY} AND (wanted.end - 1) / {SLOTS_A_DAY}
        )) AS changed
    FROM mine CROSS JOIN wanted
),
part (channel, day, wh, slots) AS (
    SELECT day.channel, day.day, day.wh, day.slots
    FROM pair CROSS JOIN day ON day.channel = pair.channel AND day.day = pair.day WHERE NOT pair.changed
    UNION ALL
    SELECT history.channel, pair.day, SUM(history.wh), COUNT(*)
    FROM pair CROSS JOIN history
    ON history.channel = pair.channel AND history.slot >= pair.first AND history.slot < pair.end
    WHERE pair.changed GROUP BY 1, 2
    UNION ALL
    SELECT fresh.channel, wanted.day, SUM(fresh.wh), COUNT(*)
    FROM held JOIN wanted ON held.slot >= wanted.first AND held.slot < wanted.end
    CROSS JOIN mine CROSS JOIN fresh ON fresh.slot = held.slot AND fresh.channel = mine.id
    GROUP BY 1, 2
),
total AS (
    SELECT mine.id AS channel, mine.household, mine.name, wanted.day, SUM(part.wh) AS wh, SUM(part.slots) AS slots,
        wanted.end - wanted.first AS whole
    FROM part JOIN mine ON mine.id = part.channel JOIN wanted USING (day)
    GROUP BY mine.id, wanted.day
)
"""  # noqa: S608 - put together from our own words

_MEANS = f"""{_SUMS}
SELECT household, name, SUM(wh), SUM(slots) FROM total
WHERE slots = whole AND name IN (SELECT value FROM json_each(:flows)) GROUP BY household, name
"""  # noqa: S608 - put together from our own words

_DAYS = f"""{_SUMS}
SELECT name, household, day, CAST(wh AS REAL) * whole / slots FROM total
WHERE 2 * slots >= whole AND name IN (SELECT value FROM json_each(:flows))
"""  # noqa: S608 - put together from our own words

_SHARES = f"""{_SUMS}
SELECT household, CAST(SUM(slots) AS REAL) / (COUNT(DISTINCT channel) * (SELECT SUM(end - first) FROM wanted))
FROM total WHERE name IN (SELECT value FROM json_each(:flows)) GROUP BY household
"""  # noqa: S608 - put together from our own words


def mean_wh(
    connection: sqlite3.Connection, homes: Iterable[int], days: Iterable[date], zone: ZoneInfo
) -> dict[int, MeanWh]:
    """Return each home's mean energy a slot in every flow, over those of the days that it measured completely."""
    means: dict[int, dict[str, Fraction]] = {}
    for home, flow, wh, slots in connection.execute(_MEANS, _asked(homes, days, zone)):
        means.setdefault(home, {})[flow] = Fraction(wh, slots)
    return dict(means)


def daily_wh(
    connection: sqlite3.Connection, homes: Iterable[int], days: Sequence[date], zone: ZoneInfo
) -> dict[str, dict[int, list[float | None]]]:
    """Return what each home that has a flow measured of it day by day; None where more than half of a day is missing.

    What is missing of the others counts as the rest of the day does: the last slots of yesterday come after midnight.
    """
    at = {day.toordinal(): place for place, day in enumerate(days)}
    found: dict[str, dict[int, list[float | None]]] = {}
    for flow, home, day, wh in connection.execute(_DAYS, _asked(homes, days, zone)):
        found.setdefault(flow, {}).setdefault(home, [None] * len(days))[at[day]] = wh
    return found


def completeness(
    connection: sqlite3.Connection, households: Sequence[int], days: Iterable[date], zone: ZoneInfo
) -> dict[int, float]:
    """Return which share of the days' slots each household told, over the flows that it told anything of in them."""
    found: dict[int, float] = dict(connection.execute(_SHARES, _asked(households, days, zone)).fetchall())
    return {household: found.get(household, 0.0) for household in households}


def _asked(households: Iterable[int], days: Iterable[date], zone: ZoneInfo) -> dict[str, object]:
    spans = {day.toordinal(): local_day(day, zone) for day in days}
    edges = [(day, to_number(span.start), to_number(span.end)) for day, span in spans.items()]
    return {
        "days": json.dumps(edges),
        "first": min((first for _, first, _ in edges), default=0),
        "end": max((end for *_, end in edges), default=0),
        "households": json.dumps(sorted(households)),
        "zone": zone.key,
        "flows": json.dumps(FLOWS),
    }
