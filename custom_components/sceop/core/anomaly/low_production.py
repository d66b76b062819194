"""Low production: a plant makes nothing, less than it used to, or less than any sound one of its rating.

All three are held against the light that fell, so a dark month is no fault: where it was measured as it was, else clear
sky with what the clouds leave of it; and where nothing is known of clouds, against the best days only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from .. import sun
from ..forecast.series import Floats
from ..forecast.sky import through_clouds
from ..forecast.surroundings import Place, Weather
from ..slots import EPOCH
from .anomaly import Cause, Kind
from .flow import HOUR, KNOWN, Bools, Flow, grid, highest_before, month
from .sighting import Sighting, Spell, beyond, joined, sighting
from .spike import runs

LIT = np.radians(15.0)
"""The sun is so high that even under thick clouds a plant makes something."""

DEAD_SHARE = 0.01
DEAD_W = 5.0
"""Of the most that it made or is rated for; an inverter that waits shows a few W."""
DEAD = 5 * HOUR
"""So many hours of light without anything."""
NEVER = 30 * HOUR
"""And so many where nobody has seen it make anything."""

DARK = np.radians(-6.0)
NIGHT_SHARE = 0.02
"""What makes more than this in the dark is no solar plant."""

LATELY, BEFORE = 7, 28
TIMES_MEASURED, TIMES_CLOUD = 0.7, 0.6
"""One string of three, and what is lost to a dirty pane in a bad year. Clouds say less than an instrument."""

FITS = 0.6
"""How the plant's days and the weather's go together, as a correlation, for the weather to be that of the plant."""

BEST_OF = 14
TIMES_BEST = 0.6
"""Of two weeks without a word about the weather the best day is nearly clear."""

PERFORMANCE = 0.6
"""What a sound plant makes of the light on level ground, per W of its rating, at least: losses leave three quarters
(IEC 61724's performance ratio), and the worst roof that anybody builds on gets four fifths of that light."""
UNSOUND = 0.5 * PERFORMANCE
RATED_OVER, RATED_FEWEST = 30, 14
LEAST_LIGHT_WH = 1500.0
"""A day under clear sky, per m2. Below it low roofs lie in the shade all day."""

LEAST_WH = 200.0
"""A day, under clear sky: of less than that nothing can be said."""

PAUSE_DAYS = 14
PAUSE_DEAD_DAYS = 2
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What fell on level ground, in W/m2, and how well that is known."""

    clear: Floats
    fell: Floats
    elevation: Floats
    measured: Bools
    clouded: Bools


def low_production(of: Flow, place: Place, weather: Weather | None, rated_w: int | None) -> list[Sighting]:
    """Find where a solar plant made far less than the light allowed. Without a place nothing is known of the light."""
    if place.latitude is None or place.longitude is None or not len(of):
        return []
    light = _light(of, place.latitude, place.longitude, weather)
    total = float(np.nansum(of.watts))
    if total > 0 and float(np.nansum(of.watts[light.elevation < DARK])) > NIGHT_SHARE * total:
        return []
    days = _days(of, light)
    found = [*_dead(of, light, days, rated_w or 0), *_less(of, days)]
    return [*found, *_rated(of, days, place, rated_w)] if rated_w else found


def _light(of: Flow, latitude: float, longitude: float, weather: Weather | None) -> Light:
    half = of.step / 2
    first = (of.start + half - EPOCH) / timedelta(minutes=1)
    minutes: Floats = first + np.arange(len(of), dtype=np.float64) * (of.step / timedelta(minutes=1))
    elevation, _ = sun.position(minutes, latitude, longitude)
    beam, diffuse = sun.clear_sky(elevation)
    clear: Floats = beam * np.maximum(np.sin(elevation), 0) + diffuse
    unknown = np.full(len(of), np.nan)
    cloud = unknown if weather is None else _hourly(of, weather.start, weather.cloud)
    measures = None if weather is None else weather.irradiance_wm2
    irradiance = unknown if weather is None or measures is None else _hourly(of, weather.start, measures)
    measured, clouded = ~np.isnan(irradiance), ~np.isnan(cloud)
    dimmed = clear * through_clouds(np.where(clouded, cloud, 0.0))
    return Light(clear, np.where(measured, irradiance, dimmed), elevation, measured, clouded)


def _hourly(of: Flow, start: datetime, values: Floats) -> Floats:
    seconds = (of.start - start) // SECOND + np.arange(len(of)) * (of.step // SECOND)
    hours = seconds // (HOUR // SECOND)
    inside = (hours >= 0) & (hours < len(values))
    taken = np.full(len(of), np.nan)
    taken[inside] = values[hours[inside]]
    return taken


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """Wh of local days, NaN where too little of a day is known, or it still lasts."""

    made: Floats
    clear: Floats
    fell: Floats
    measured: Bools
    clouded: Bools


def _days(of: Flow, light: Light) -> _Days:
    known = ~np.isnan(of.watts)
    hours = of.step / HOUR

    def summed(values: Floats) -> Floats:
        sums: Floats = np.nansum(grid(of, values), axis=1) * hours
        return sums

    clear = summed(light.clear)
    seen = summed(np.where(known, light.clear, 0.0))
    enough = (seen >= 0.9 * clear) & (clear > 0)
    enough[-1] &= of.at.step[-1] == of.a_day - 1
    made, fell, all_of = (
        np.where(enough, summed(np.where(known, values, 0.0)), np.nan) for values in (of.watts, light.fell, light.clear)
    )
    told, clouded = (
        summed(np.where(where, light.clear, 0.0)) >= 0.8 * clear
        for where in (light.measured, light.measured | light.clouded)
    )
    return _Days(made, all_of, fell, told, clouded)


def _dead(of: Flow, light: Light, days: _Days, rated_w: int) -> list[Sighting]:
    lit = np.flatnonzero(light.elevation > LIT)
    peak = highest_before(of, of.watts, 12 * HOUR)[of.rows, of.at.step]
    bars = np.maximum(DEAD_SHARE * np.fmax(np.nan_to_num(peak), rated_w), DEAD_W)
    spells = []
    for first, last in runs(of.watts[lit] <= bars[lit]):
        made_before = peak[lit[first]] > bars[lit[first]]
        needed = of.steps(DEAD if made_before else NEVER)
        if last - first >= needed:
            spells.append(Spell(int(lit[first]), int(lit[last - 1]) + 1, int(lit[first + needed - 1])))
    return [_nothing(of, days, spell) for spell in joined(spells, PAUSE_DEAD_DAYS * of.a_day)]


def _nothing(of: Flow, days: _Days, spell: Spell) -> Sighting:
    row, hours = int(of.rows[spell.begin]), (spell.end - spell.begin) * (of.step / HOUR)
    before = days.made[max(row - BEFORE, 0) : row]
    lost = float(np.nanmean(before)) / 24 if (~np.isnan(before)).any() else 0.0
    return sighting(Kind.LOW_PRODUCTION, of, spell, lost, beyond(hours, DEAD / HOUR / 2), cause=Cause.NOTHING)


def _less(of: Flow, days: _Days) -> list[Sighting]:
    count = len(days.made)
    share, usual, times = (np.full(count, np.nan) for _ in range(3))
    for day in range(BEFORE, count):
        if day >= LATELY + BEFORE - 1 and _explains(days, slice(day - LATELY - BEFORE + 1, day + 1)):
            lately = slice(day - LATELY + 1, day + 1)
            before = slice(day - LATELY - BEFORE + 1, day - LATELY + 1)
            share[day], usual[day] = (_share(days.made[each], days.fell[each]) for each in (lately, before))
            times[day] = TIMES_MEASURED if days.measured[before].all() and days.measured[lately].all() else TIMES_CLOUD
        elif day >= BEST_OF + BEFORE - 1:
            ratio = days.made[day - BEST_OF - BEFORE + 1 : day + 1] / days.clear[day - BEST_OF - BEFORE + 1 : day + 1]
            before_best, best = ratio[:BEFORE], ratio[BEFORE:]
            if (~np.isnan(best)).sum() >= BEST_OF // 2 and (~np.isnan(before_best)).sum() >= BEFORE // 2:
                share[day], usual[day], times[day] = np.nanmax(best), np.nanquantile(before_best, 0.75), TIMES_BEST
    spells = []
    after = 0
    low = np.flatnonzero((share < usual * times) & (usual * days.clear >= LEAST_WH))
    while (place := np.searchsorted(low, after)) < len(low):
        seen = int(low[place])
        stops = np.flatnonzero(share[seen:] > usual[seen] * (1 + times[seen]) / 2)
        after = seen + (int(stops[0]) if len(stops) else count - seen)
        spells.append(Spell(max(seen - LATELY + 1, 0), after, seen))
    found = []
    for spell in joined(spells, PAUSE_DAYS):
        part = slice(spell.begin, spell.end)
        lost = float(np.nanmean(usual[spell.seen] * days.fell[part] - days.made[part])) / 24
        sureness = beyond(float(usual[spell.seen]), float(share[spell.seen] / times[spell.seen]))
        found.append(sighting(Kind.LOW_PRODUCTION, of, _steps(of, spell), max(lost, 0.0), sureness, cause=Cause.LESS))
    return found


def _rated(of: Flow, days: _Days, place: Place, rated_w: int) -> list[Sighting]:
    """Hold the last weeks against the rating; as it may never have been otherwise, since the running month began."""
    last = slice(max(len(days.made) - RATED_OVER, 0), None)
    made, fell, clear = days.made[last], days.fell[last], days.clear[last]
    known = ~np.isnan(made)
    if known.sum() < RATED_FEWEST or float(np.nanmean(clear)) < LEAST_LIGHT_WH:
        return []
    # Without a word about the weather a month has some clear days.
    performance = _share(made, fell) if _explains(days, last) else float(np.sort((made / clear)[known])[-5:].mean())
    performance *= 1000 / rated_w
    if performance >= UNSOUND:
        return []
    lost = float(np.nanmean(np.maximum(PERFORMANCE * rated_w / 1000 * fell - made, 0.0))) / 24
    first = max((month(of.end, place) - of.start) // of.step, 0)
    sureness = beyond(UNSOUND, max(performance, 0.01))
    found = sighting(Kind.LOW_PRODUCTION, of, Spell(first, len(of), len(of) - 1), lost, sureness, cause=Cause.RATED)
    return [found]


def _explains(days: _Days, part: slice) -> bool:
    """Tell whether the weather is known and fits the plant: that of another place explains none of its days."""
    made, clear = days.made[part], days.clear[part]
    known = ~np.isnan(made)
    if not days.clouded[part][known].all() or known.sum() < RATED_FEWEST:
        return False
    ours, theirs = ((values / clear)[known] for values in (made, days.fell[part]))
    if float(np.std(ours)) == 0 or float(np.std(theirs)) == 0:
        return False
    return float(np.corrcoef(ours, theirs)[0, 1]) >= FITS


def _share(made: Floats, fell: Floats) -> float:
    known = ~np.isnan(made) & ~np.isnan(fell)
    light = float(fell[known].sum())
    return float(made[known].sum()) / light if light > 0 and known.mean() >= KNOWN else float("nan")


def _steps(of: Flow, days: Spell) -> Spell:
    rows = of.rows
    begin, end, seen = (int(np.searchsorted(rows, row)) for row in (days.begin, days.end, days.seen + 1))
    return Spell(begin, end, seen - 1)
