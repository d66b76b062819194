"""Meters: what files say of homes, on one grid of equal steps, whatever they were written in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from ..core.channels import CONSUMPTION, GRID_EXPORT, GRID_IMPORT, PRODUCTION, SIGNS
from ..core.forecast.series import Floats, Series
from ..imports.hints import refused
from .published import NET

FIGURES = (CONSUMPTION, PRODUCTION, NET)

ENOUGH_METERS = 0.9
"""The share of a group's meters that must be known in a step, for its sum to stand for all of them."""

LONGEST = timedelta(days=30 * 366)
"""Between the first step and the last: nobody has meters of quarter hours that are older."""

type Flows = Mapping[str, Floats]
"""Wh by channel, or by figure where the file has that; all of the same length."""


@dataclass(frozen=True, slots=True, eq=False)
class Meters:
    """Homes by their names, each with its flows from `start` on; `published` is a file of sums that a hub wrote."""

    start: datetime
    step: timedelta
    homes: Mapping[str, Flows]
    notes: tuple[str, ...] = ()
    published: bool = False

    def __len__(self) -> int:
        """Count the steps."""
        return len(next(iter(next(iter(self.homes.values())).values())))

    def series(self, home: str, figure: str) -> Series | None:
        """Return a figure of one home."""
        wh = figure_of(self.homes[home], figure)
        return None if wh is None else Series(self.start, wh, self.step)

    def together(self, names: Sequence[str], figure: str) -> Series | None:
        """Return a figure of several homes; of those that have it, nine in ten must be known in a step."""
        parts = [wh for name in names if (wh := figure_of(self.homes[name], figure)) is not None]
        if not parts:
            return None
        known = np.sum([np.isfinite(part) for part in parts], axis=0)
        total = np.sum([np.nan_to_num(part) for part in parts], axis=0)
        enough = known >= ENOUGH_METERS * len(parts)
        wh = np.divide(total * len(parts), known, out=np.full(len(total), np.nan), where=enough & (known > 0))
        return Series(self.start, wh, self.step)

    def channels(self, home: str) -> dict[str, Series]:
        """Return all that is known of one home, with the consumption where that is to be told."""
        found = {name: Series(self.start, wh, self.step) for name, wh in self.homes[home].items()}
        used = self.series(home, CONSUMPTION)
        return found if used is None else {CONSUMPTION: used, **found}


def figure_of(flows: Flows, figure: str) -> Floats | None:
    """Return a figure of flows, or None where they do not tell it. Less than nothing is used by nobody.

    Who exports makes something; where that was not measured, what was drawn from the grid is all that is known.
    """
    if figure in flows:
        return flows[figure]
    if figure == CONSUMPTION and gives_what_it_hides(flows):
        return flows.get(GRID_IMPORT)
    if figure == CONSUMPTION and GRID_IMPORT in flows:
        used: Floats = np.sum([sign * flows[name] for name, sign in SIGNS.items() if name in flows], axis=0)
        return np.asarray(np.maximum(used, 0))
    if figure == NET and PRODUCTION in flows:
        if CONSUMPTION in flows:
            return flows[CONSUMPTION] - flows[PRODUCTION]
        return flows[GRID_IMPORT] - flows[GRID_EXPORT] if {GRID_IMPORT, GRID_EXPORT} <= flows.keys() else None
    return None


def gives_what_it_hides(flows: Flows) -> bool:
    """Tell whether something is exported that no meter saw being made."""
    return GRID_EXPORT in flows and PRODUCTION not in flows and CONSUMPTION not in flows


@dataclass(slots=True)
class Points:
    """One flow of one home as a file has it: when each step starts, in seconds since 1970, and its Wh."""

    home: str
    channel: str
    starts: np.ndarray
    wh: Floats


def check_span(span: timedelta) -> None:
    """Refuse a file of so many years: each of their steps would take memory, and one of its rows is a slip."""
    if span > LONGEST:
        raise refused("Its first row and its last lie too far apart: one of them names a year that can not be meant.")


def on_one_grid(points: Iterable[Points], seconds: int, notes: Sequence[str], *, published: bool = False) -> Meters:
    """Put flows beside each other; where one says nothing, there is a gap."""
    known = [each for each in points if len(each.starts)]
    if not known:
        raise refused("Nothing of it can be read as energy.")
    first = min(int(each.starts.min()) for each in known)
    count = (max(int(each.starts.max()) for each in known) - first) // seconds + 1
    check_span(timedelta(seconds=(count - 1) * seconds))
    homes: dict[str, dict[str, Floats]] = {}
    astray = 0
    for each in known:
        place, rest = np.divmod(each.starts - first, seconds)
        astray += int((rest != 0).sum())
        wh = np.full(count, np.nan)
        wh[place[rest == 0]] = each.wh[rest == 0]
        homes.setdefault(each.home, {})[each.channel] = wh
    if astray:
        notes = (*notes, f"{astray:,} rows do not lie on the file's own steps, and are left out.")
    if any(map(gives_what_it_hides, homes.values())):
        notes = (*notes, "It tells what was exported and not what was made: consumption is what the grid gave.")
    return Meters(datetime.fromtimestamp(first, UTC), timedelta(seconds=seconds), homes, tuple(notes), published)
