"""Today and tomorrow for the card that draws them: what was so far, and what is expected of a home and its community."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..core.hours import Interval
from .outlook import Curve, Day, Expected, Figure, between, likeliest, outlook, whole


def told(now: datetime, zone: ZoneInfo, expected: Sequence[Expected]) -> dict[str, Any]:
    """Return what a card draws, as it goes over the line."""
    days = outlook(now, zone)
    return {
        "time_zone": zone.key,
        "now": now.isoformat(),
        "days": [_day(day) for day in days],
        "figures": [_figure(each.whose, figure) for each in expected for figure in each.figures],
        "windows": sorted(
            (window for each in expected for window in _windows(each, whole(days))), key=lambda each: each["start"]
        ),
        "peaks": [peak for each in expected for peak in _peaks(each, days)],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "start": day.start.isoformat(),
        "end": day.end.isoformat(),
        "marks": [{"hour": hour, "at": at.isoformat()} for hour, at in day.marks],
    }


def _figure(whose: str, figure: Figure) -> dict[str, Any]:
    return {
        "whose": whose,
        "figure": figure.name,
        "actual": None if figure.actual is None else _curve(figure.actual),
        "low": _curve(figure.low),
        "mid": _curve(figure.mid),
        "high": _curve(figure.high),
        "model": figure.model.value,
        "days": round(figure.days, 1),
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {"start": curve.start.isoformat(), "step": curve.step.total_seconds(), "watts": list(curve.watts)}


def _windows(expected: Expected, within: Interval) -> Iterator[dict[str, Any]]:
    for window in between(expected.windows, within):
        yield {
            "whose": expected.whose,
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "power_w": window.power_w,
            "limit_w": window.limit_w,
            "probability": window.probability,
            "severity": window.severity.value,
        }


def _peaks(expected: Expected, days: Sequence[Day]) -> Iterator[dict[str, Any]]:
    shown = {day.date for day in days}
    for peak in expected.peaks:
        if peak.day in shown and (at := likeliest(peak)) is not None:
            yield {
                "whose": expected.whose,
                "date": peak.day.isoformat(),
                "low_w": round(peak.low_w),
                "mid_w": round(peak.mid_w),
                "high_w": round(peak.high_w),
                "at": at.isoformat(),
            }
