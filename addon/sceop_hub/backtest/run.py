"""The trial of a file: groups of its homes, midnight after midnight, and a table of how it went."""

import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ..core.forecast.surroundings import Place
from ..domain.forecast.backtest import PLAIN, Method, Outcome, backtest, first_days, midnights, scores
from ..domain.forecast.kept import Score
from ..domain.forecast.making import Skies
from ..imports.hints import refused
from ..progress import Progress
from .figures import Tried, tried
from .groups import groups
from .meters import Meters
from .results import Results
from .table import counted, heading, memory, table

OURS = "forecast"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants to be tried."""

    file: str
    horizon: timedelta
    days: int
    group_size: int | None
    seed: int
    out: Path | None


@dataclass(slots=True)
class _Tally:
    """How one figure went: the scores of each group by method, over the day that begins and over the whole horizon."""

    day: dict[str, list[Score]] = field(default_factory=dict)
    whole: dict[str, list[Score]] = field(default_factory=dict)
    models: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def run(meters: Meters, asked: Asked, place: Place, skies: Skies) -> None:
    """Try, and print."""
    if (asked.group_size or 0) > len(meters.homes):
        raise refused(
            "The file has {homes}, fewer than a group of {size} needs.",
            homes=counted(len(meters.homes), "home"),
            size=asked.group_size,
        )
    drawn = groups(tuple(meters.homes), asked.group_size, asked.seed)
    works = [
        (group, one, midnights(one.truth, place, asked.days)) for group in drawn for one in tried(meters, group.homes)
    ]
    at = sorted({midnight for *_, some in works for midnight in some})
    if not works:
        raise refused("The file tells neither what was consumed nor what was produced.")
    if not at:
        raise refused(
            "The file holds no whole day with something before it, so there is nothing to forecast and compare."
        )
    _say(heading(meters, asked.file, place, drawn, asked.seed, at, asked.horizon))
    bar = Progress("Forecasts", sum(len(some) for *_, some in works), sys.stderr)
    tallies: dict[str, _Tally] = {}
    with ExitStack() as stack:
        results = None if asked.out is None else stack.enter_context(Results.opened(asked.out))
        for group, one, some in works:
            outcomes = _outcomes(one, some, place, skies, asked.horizon, tallies.setdefault(one.figure, _Tally()), bar)
            if results is not None:
                results.write(group.name, one.figure, outcomes[OURS], {name: outcomes[name] for name in PLAIN}, place)
    for figure, tally in tallies.items():
        _tell(figure, tally, asked.horizon)
    _say([memory(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)])
    if asked.out is not None:
        _say([f"Every step of it is written to {asked.out}."])


def _outcomes(
    one: Tried,
    at: Sequence[datetime],
    place: Place,
    skies: Skies,
    horizon: timedelta,
    tally: _Tally,
    bar: Progress,
) -> dict[str, list[Outcome]]:
    """Return what each method told at each midnight, and note how it turned out."""
    steps = horizon // one.truth.step

    def by(method: Method, midnight: datetime) -> Outcome:
        (outcome,) = backtest(one.truth, place, skies(midnight), midnights=[midnight], steps=steps, method=method)
        return outcome

    found: dict[str, list[Outcome]] = {OURS: [], **{name: [] for name in PLAIN}}
    for midnight in at:
        began = time.perf_counter()
        found[OURS].append(by(one.method, midnight))
        tally.seconds.append(time.perf_counter() - began)
        for name, method in PLAIN.items():
            found[name].append(by(method, midnight))
        bar.advance()
    for name, outcomes in found.items():
        tally.day.setdefault(name, []).append(scores(first_days(outcomes, place), place))
        tally.whole.setdefault(name, []).append(scores(outcomes, place))
    tally.models.update(str(outcome.told.band.model) for outcome in found[OURS])
    return found


def _tell(figure: str, tally: _Tally, horizon: timedelta) -> None:
    _say(table(f"{figure}, the day that begins with each forecast", tally.day))
    if horizon > timedelta(days=1):
        _say(table(f"{figure}, all {horizon // timedelta(hours=1)} h of each forecast", tally.whole, peaks=False))
    said = ", ".join(f"{model} {count}" for model, count in tally.models.most_common())
    mean, most = 1000 * sum(tally.seconds) / max(len(tally.seconds), 1), 1000 * max(tally.seconds, default=0)
    _say([f"How they were made: {said}. One takes {mean:.0f} ms ({most:.0f} at most).", ""])


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
