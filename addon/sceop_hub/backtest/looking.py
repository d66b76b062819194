"""Looking through a file for what is not normal: a look at each midnight, as a home looks hour by hour."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from ..core.anomaly.anomaly import Anomaly, Kind
from ..core.anomaly.look import anomalies
from ..core.blocks import wire_time
from ..core.forecast.series import Series
from ..core.forecast.surroundings import Place
from ..domain.forecast.backtest import before, midnights
from ..domain.forecast.making import Skies
from ..imports.hints import refused
from ..progress import Progress
from .meters import Meters

PAST = timedelta(days=90)
"""As much as a home looks at."""

A_MONTH = 30

WHAT = {
    Kind.STUCK: "something runs on and on",
    Kind.STANDBY: "what never goes away has grown",
    Kind.FROZEN: "the meter shows the same again and again",
    Kind.SPIKE: "the meter showed more than can have flowed",
    Kind.BACKWARDS: "the meter ran backwards",
    Kind.UNUSUAL: "far more or less than usual for hours",
    Kind.LOW_PRODUCTION: "the sun would have allowed far more",
    Kind.NIGHT_CYCLING: "something large heats again and again at night",
}
HEADER = (
    "home",
    "kind",
    "cause",
    "channel",
    "since",
    "until",
    "told",
    "power_w",
    "wh_a_month",
    "sureness",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An anomaly of a home as it was last seen, and when it was told first."""

    home: str
    told: datetime
    anomaly: Anomaly


def look_through(
    meters: Meters, file: str, place: Place, skies: Skies, rated_w: int | None, days: int, out: Path | None
) -> None:
    """Look, and print what was found."""
    looks = {home: _looks(meters.channels(home), place, days) for home in meters.homes}
    if not any(looks.values()):
        raise refused("The file holds no whole day with something before it, so nothing can be compared.")
    bar = Progress("Looks", sum(map(len, looks.values())), sys.stderr)
    found: list[Seen] = []
    for home, at in looks.items():
        found += _seen(home, meters.channels(home), at, place, skies, rated_w, bar)
    most = max(map(len, looks.values()))
    for line in _lines(found, meters, file, place, most):
        sys.stdout.write(f"{line}\n")
    if out is not None:
        _write(found, out)
        sys.stdout.write(f"All of it is written to {out}.\n")


def _looks(channels: dict[str, Series], place: Place, days: int) -> list[datetime]:
    """Return the ends of the last days that are known: at each of them it is looked at what was."""
    longest = max(channels.values(), key=len)
    return [midnight + timedelta(days=1) for midnight in midnights(longest, place, days)]


def _seen(
    home: str,
    channels: dict[str, Series],
    at: Sequence[datetime],
    place: Place,
    skies: Skies,
    rated_w: int | None,
    bar: Progress,
) -> Iterator[Seen]:
    known: dict[object, Seen] = {}
    for now in at:
        past = {name: _part(series, now) for name, series in channels.items()}
        for anomaly in anomalies(past, place, skies(now), rated_w=rated_w):
            told = known[anomaly.key].told if anomaly.key in known else now
            known[anomaly.key] = Seen(home, told, anomaly)
        bar.advance()
    yield from known.values()


def _part(series: Series, now: datetime) -> Series:
    """Return what a home would know at an instant."""
    past = before(series, now)
    first = max(0, len(past) - PAST // past.step)
    return replace(past, start=past.start + first * past.step, wh=past.wh[first:])


def _lines(found: Sequence[Seen], meters: Meters, file: str, place: Place, most: int) -> Iterator[str]:
    homes = f"{len(meters.homes):,} home{'' if len(meters.homes) == 1 else 's'}"
    yield f"{file}: {homes}, steps of {meters.step // timedelta(minutes=1)} min ({place.zone.key})."
    yield from meters.notes
    yield f"Looked at the end of each of the last {most} days, at what was known by then."
    yield ""
    if not found:
        yield "Nothing was found that is not normal."
        return
    for seen in sorted(found, key=lambda seen: (seen.home, seen.anomaly.since)):
        one = seen.anomaly
        since, until, told = (
            f"{instant.astimezone(place.zone):%Y-%m-%d %H:%M}" for instant in (one.since, one.until, seen.told)
        )
        yield f"{seen.home}, {one.channel}: {WHAT[one.kind]}"
        yield (
            f"  {since} to {until}, told {told}; {one.power_w:,} W, {one.wh_a_month / 1000:,.0f} kWh a month if it goes"
            f" on; {one.sureness:.0%} sure"
        )
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(seen.anomaly.kind for seen in found).most_common())
    a_month = len(found) / len(meters.homes) / most * A_MONTH
    yield ""
    yield f"{len(found):,} in all ({kinds}): {a_month:.2f} a home and month."


def _write(found: Sequence[Seen], out: Path) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            _rows(found, file)
    except OSError as error:
        raise refused("{name} can not be written: {why}.", name=out, why=error.strerror) from error


def _rows(found: Sequence[Seen], file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(HEADER)
    for seen in found:
        one = seen.anomaly
        instants = (wire_time(instant) for instant in (one.since, one.until, seen.told))
        first = (seen.home, one.kind, one.cause or "", one.channel)
        writer.writerow((*first, *instants, one.power_w, one.wh_a_month, round(one.sureness, 3)))
