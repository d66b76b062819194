"""Reports: what a dry run says it understood, for people on a page and on a terminal."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from ..core.blocks import wire_time
from ..core.slots import from_number, local_midnight, to_number
from .found import Column, Note, Refused
from .understanding import Series, Understanding

MOST_GAPS = 20


@dataclass(frozen=True, slots=True)
class Month:
    """What a series comes to in a month, over how many of its slots."""

    month: str
    wh: int
    slots: int
    of: int


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """One channel of one household; gaps are the first ones, from their first slot up to the end of their last."""

    household: str | None
    channel: str
    slots: int
    estimated: int
    wh: int
    months: tuple[Month, ...]
    gaps: tuple[tuple[str, str], ...]
    gap_count: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that a person should see before a file is taken in."""

    file: str
    kind: str
    household: str | None
    columns: tuple[Column, ...]
    unit: str
    zone: str
    step_seconds: int | None
    first: str
    last: str
    slots: int
    series: tuple[SeriesReport, ...]
    duplicates: int
    refused: tuple[Refused, ...]
    refused_count: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an import: slots that are new or corrected, and slots that the books held already."""

    stored: int
    unchanged: int
    households: int


def report_of(understood: Understanding, file: str, household: str | None, zone: ZoneInfo) -> Report:
    """Say what was understood of a file; months are those of a zone."""
    found = understood.found
    steps = {step for step in understood.steps.values() if step}
    return Report(
        file=file,
        kind=found.kind,
        household=household,
        columns=tuple(found.columns),
        unit=found.unit,
        zone=found.zone,
        step_seconds=steps.pop() if len(steps) == 1 else None,
        first=_time(min(series.slots[0].number for series in understood.series)),
        last=_time(max(series.slots[-1].number for series in understood.series) + 1),
        slots=understood.slots(),
        series=tuple(_series(series, zone) for series in understood.series),
        duplicates=found.faults.duplicates,
        refused=tuple(sorted(found.faults.rows)),
        refused_count=found.faults.count,
        notes=tuple(found.notes),
    )


def _series(series: Series, zone: ZoneInfo) -> SeriesReport:
    gaps = list(_gaps(series))
    return SeriesReport(
        household=series.household,
        channel=series.channel,
        slots=len(series.slots),
        estimated=sum(slot.quality == "estimated" for slot in series.slots),
        wh=sum(slot.wh for slot in series.slots),
        months=tuple(_months(series, zone)),
        gaps=tuple(gaps[:MOST_GAPS]),
        gap_count=len(gaps),
    )


def _gaps(series: Series) -> Iterator[tuple[str, str]]:
    for before, after in pairwise(series.slots):
        if after.number > before.number + 1:
            yield _time(before.number + 1), _time(after.number)


def _months(series: Series, zone: ZoneInfo) -> Iterator[Month]:
    numbers = [slot.number for slot in series.slots]
    day = from_number(numbers[0]).astimezone(zone).date().replace(day=1)
    done = 0
    while done < len(numbers):
        after = _next_month(day)
        start, end = (to_number(local_midnight(edge, zone)) for edge in (day, after))
        upto = bisect_left(numbers, end)
        if upto > done:
            yield Month(f"{day:%Y-%m}", _sum(series, done, upto), upto - done, end - start)
        day, done = after, upto


def _sum(series: Series, first: int, end: int) -> int:
    return sum(slot.wh for slot in series.slots[first:end])


def _next_month(day: date) -> date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


def _time(number: int) -> str:
    return wire_time(from_number(number))


def lines(report: Report, say: Sequence[str]) -> Iterator[str]:
    """Write a report for a terminal; `say` holds the sentences of its notes and refused rows."""
    step = "" if report.step_seconds is None else f", {report.step_seconds / 60:g} minutes apart"
    yield f"{report.file}: {report.kind}, {report.slots:,} slots{step}"
    yield f"  from {report.first} to {report.last}, times read in {report.zone}, unit {report.unit}"
    for column in report.columns:
        yield f"  column {column.header!r}: {column.meaning}"
    for series in report.series:
        whose = "" if series.household is None else f"{series.household} "
        estimated = f", {series.estimated:,} of them estimated" if series.estimated else ""
        yield f"  {whose}{series.channel}: {series.slots:,} slots, {series.wh / 1000:,.3f} kWh{estimated}"
        for month in series.months:
            yield f"    {month.month}: {month.wh / 1000:,.3f} kWh, {month.slots} of {month.of} slots"
        for start, end in series.gaps:
            yield f"    gap from {start} to {end}"
        if series.gap_count > len(series.gaps):
            yield f"    and {series.gap_count - len(series.gaps)} more gaps"
    if report.duplicates:
        yield f"  {report.duplicates} rows say the same twice"
    for sentence in say:
        yield f"  {sentence}"
    if report.refused_count > len(report.refused):
        yield f"  and {report.refused_count - len(report.refused)} more rows were left out"
