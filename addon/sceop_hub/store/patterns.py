"""Patterns in the books: published slots summed by the hours, weekdays and months that people live."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from ..core.slots import Span, to_number
from ..domain.community import FIGURES
from ..domain.patterns import WHOLE, Cell, CircleName, Piece
from ..domain.publication import Circle

_RUNS = """
run AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS end,
        json_extract(value, '$[2]') AS ahead, json_extract(value, '$[3]') AS month
    FROM json_each(:runs)
)
"""

_CELLS = """
WITH {runs}
SELECT run.month, ((slot + run.ahead) / 96 + 3) % 7, (slot + run.ahead) % 96 / 4,
    COUNT(*), SUM({figure}), SUM(CAST({figure} AS REAL) / homes), MIN(homes), MAX(homes)
FROM run CROSS JOIN published ON circle = :circle AND slot >= run.first AND slot < run.end
WHERE {figure} IS NOT NULL
GROUP BY 1, 2, 3
"""
"""The first of January 1970 was a Thursday, which is 3 where Monday is 0."""

_PERIODS = f"""
SELECT period.key, MIN(homes), MAX(homes), {", ".join(f"SUM({figure}), COUNT({figure})" for figure in FIGURES)}
FROM json_each(:periods) AS period
CROSS JOIN published ON circle = :circle
AND slot >= json_extract(period.value, '$[0]') AND slot < json_extract(period.value, '$[1]')
GROUP BY period.key
"""  # noqa: S608 - our own column names


def cells(connection: sqlite3.Connection, circle: Circle, runs: Iterable[Piece], figure: str) -> list[Cell]:
    """Return what was published of a figure, by month, weekday and hour."""
    query = _CELLS.format(runs=_RUNS, figure=_own(figure))
    return [Cell(*row) for row in connection.execute(query, _asked(circle, runs))]


def first_published(connection: sqlite3.Connection, circle: Circle) -> int | None:
    """Return the first slot of a circle that was published."""
    (slot,) = connection.execute("SELECT MIN(slot) FROM published WHERE circle = ?", (circle,)).fetchone()
    return None if slot is None else int(slot)


def circles(connection: sqlite3.Connection, first: int, end: int) -> list[CircleName]:
    """Return the circles of which anything was published in these slots, the community first."""
    rows = connection.execute(
        "SELECT id, name, kind FROM team WHERE EXISTS"
        " (SELECT 1 FROM published WHERE circle = team.id AND slot >= ? AND slot < ?) ORDER BY name",
        (first, end),
    )
    return [WHOLE, *(CircleName(*row) for row in rows)]


def homes(connection: sqlite3.Connection, circle: Circle, first: int, end: int) -> int:
    """Return how many homes the last published of these slots holds."""
    row = connection.execute(
        "SELECT homes FROM published WHERE circle = ? AND slot >= ? AND slot < ? ORDER BY slot DESC LIMIT 1",
        (circle, first, end),
    ).fetchone()
    return 0 if row is None else int(row[0])


def known_figures(connection: sqlite3.Connection, circle: Circle, first: int, end: int) -> list[str]:
    """Return the figures of which any slot was published."""
    counts = ", ".join(f"COUNT({figure})" for figure in FIGURES)
    row = connection.execute(
        f"SELECT {counts} FROM published WHERE circle = ? AND slot >= ? AND slot < ?",  # noqa: S608 - our own column names
        (circle, first, end),
    ).fetchone()
    return [figure for figure, count in zip(FIGURES, row, strict=True) if count]


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """What was published of a period: each figure's sum, and over how many slots."""

    homes_least: int
    homes_most: int
    wh: dict[str, int]
    slots: dict[str, int]


def energy(connection: sqlite3.Connection, circle: Circle, spans: Sequence[Span]) -> dict[int, PeriodSum]:
    """Return the sums of those of the periods of which anything was published, by their position."""
    edges = json.dumps([(to_number(span.start), to_number(span.end)) for span in spans])
    found = {}
    for position, least, most, *rest in connection.execute(_PERIODS, {"circle": circle, "periods": edges}):
        sums = dict(zip(FIGURES, rest[::2], strict=True))
        slots = dict(zip(FIGURES, rest[1::2], strict=True))
        known = {figure: wh for figure, wh in sums.items() if wh is not None}
        found[int(position)] = PeriodSum(least, most, known, slots)
    return found


def _asked(circle: Circle, runs: Iterable[Piece]) -> dict[str, object]:
    return {"circle": circle, "runs": json.dumps([astuple(run) for run in runs])}


def _own(figure: str) -> str:
    """Return the figure's column; a name that is none never reaches the database."""
    if figure not in FIGURES:
        raise ValueError(f"not a figure: {figure}")
    return figure
