"""What an event saved: the baseline of each home that joined, what came instead, and how sure the difference is.

It needs numpy, and runs in a process beside the server (`settling/process.py`).
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np

from ...core.forecast.series import Series
from ...core.forecast.surroundings import Place, Weather
from ...core.slots import Span
from .comparison import FEWEST, compared, matched, nearest
from .group import together
from .home import alone
from .pooled import pooled
from .values import EventSavings, GroupSavings
from .window import window


def savings(
    homes: Mapping[int, Series],
    joined: Collection[int],
    others: Collection[int],
    span: Span,
    noticed: datetime,
    place: Place,
    weather: Weather | None = None,
    fewest: int = FEWEST,
) -> EventSavings:
    """Return what the homes that joined saved, each and together.

    `homes` are the pasts of all of them up to now, the event with its slots included. `others` were not asked, or said
    no: they teach, and are compared with, as no fewer than `fewest`. Take earlier events that a home joined out of its
    past before (`window.without`), with the hours in which what it had shifted came back.
    """
    if not homes:
        return EventSavings({}, GroupSavings("none", "incomplete", complete=False))
    told = pooled(window(homes, span, noticed, place, weather))
    at = {home: row for row, home in enumerate(told.window.homes)}
    rows = [at[home] for home in sorted(joined)]
    beside = matched(nearest(told.window), rows, [at[home] for home in others])
    factor, comparison = compared(told, beside, fewest)
    each = {told.window.homes[row]: alone(told, row, factor, comparison, beside) for row in rows}
    return EventSavings(each, together(told, np.array(rows, np.int64), factor, comparison))
