"""Today and tomorrow for the card that draws them: what was so far, and what is expected of a home and a community."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import probatio
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from ..const import CONF_HUB, DOMAIN
from ..coordinator import SceopConfigEntry, SiteRuntime
from ..core.channels import CONSUMPTION, PRODUCTION
from ..core.hours import Interval
from ..hub.foreseen import CommunityForecast, Figure as Foreseen
from ..hub.foresight import Foresight
from ..outlook import BENT
from ..peak_windows import Whose
from .sites import MayRead, reader
from .two_days import Curve, Day, Expected, Figure, between, drawn, figure, passage, two_days, whole

_NET: Final = "net"
"""What a community draws from the grid less what it gives; its peaks are of this where it may be shown."""

_DAYS_BACK = 2.0
"""Enough for today, also when it has 25 hours."""


@websocket_command({probatio.Required("type"): f"{DOMAIN}/forecast", probatio.Required("site"): str})
@callback
def answer_forecast(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell of a site's today and tomorrow, as far as the user may read the sensors of the same."""
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, msg["site"])
    figures = tuple(readable(hass, entry, reader(connection.user)))
    if not figures:
        raise Unauthorized
    zone, now = ZoneInfo(entry.data["time_zone"]), dt_util.utcnow()
    within = whole(two_days(now, zone))
    expected = [_site(entry.runtime_data, figures, within)]
    if entry.runtime_data.hub is not None:
        expected.append(_community(entry.runtime_data.hub.foresight, within))
    connection.send_result(msg["id"], told(now, zone, expected) | {"joined": CONF_HUB in entry.data})


def readable(hass: HomeAssistant, entry: SceopConfigEntry, may_read: MayRead) -> Iterator[str]:
    """Return what a user may hear of: that of which this user may read the energy."""
    registry = er.async_get(hass)
    for name in (CONSUMPTION, PRODUCTION):
        entity = registry.async_get_entity_id("sensor", DOMAIN, f"{entry.unique_id}_{name}_energy")
        if entity is not None and may_read(entity):
            yield name


def _site(runtime: SiteRuntime, figures: Sequence[str], within: Interval) -> Expected:
    """Return what is expected of a home; nothing before its first forecast."""
    outlook = runtime.forecast.data
    known = [] if outlook is None else [name for name in figures if name in outlook.bands]
    if outlook is None or not known:
        return Expected(Whose.SITE)
    uses = CONSUMPTION in known
    return Expected(
        Whose.SITE,
        figures=tuple(
            figure(
                name,
                runtime.archive.series(name, _DAYS_BACK),
                [*([outlook.morning.bands[name]] if name in outlook.morning.bands else []), outlook.bands[name]],
                within,
            )
            for name in known
        ),
        windows=tuple(each.window for each in runtime.forecast.windows if uses and each.whose is Whose.SITE),
        peaks=tuple(found for peak in outlook.peaks if uses and (found := drawn(peak)) is not None),
        limits_consumption=BENT.isdisjoint(runtime.archive.channels),
    )


def _community(foresight: Foresight, within: Interval) -> Expected:
    """Return what a hub expects of its community, as far as that may be shown."""
    forecast, peaks = foresight.forecast, foresight.peaks
    figures = {} if forecast is None else forecast.figures
    return Expected(
        Whose.COMMUNITY,
        figures=tuple(
            _foreseen(name, figures[name], forecast, within)
            for name in (CONSUMPTION, PRODUCTION)
            if forecast is not None and name in figures
        ),
        windows=() if peaks is None else peaks.windows,
        peaks=() if peaks is None else peaks.days,
        limits_consumption=_NET not in figures,
    )


def _foreseen(name: str, figure: Foreseen, forecast: CommunityForecast, within: Interval) -> Figure:
    low, mid, high = (
        passage(Curve(forecast.start, forecast.step, watts), within) for watts in (figure.low, figure.mid, figure.high)
    )
    return Figure(name, None, low, mid, high, figure.model, figure.days)


def told(now: datetime, zone: ZoneInfo, expected: Sequence[Expected]) -> dict[str, Any]:
    """Return what a card draws, as it goes over the line."""
    days = two_days(now, zone)
    windows = [window for each in expected for window in _windows(each, whole(days))]
    return {
        "time_zone": zone.key,
        "now": now.isoformat(),
        "days": [told_day(day) for day in days],
        "figures": [_figure(each.whose, shown) for each in expected for shown in each.figures],
        "windows": sorted(windows, key=lambda each: str(each["start"])),
        "peaks": [peak for each in expected for peak in _peaks(each, days)],
    }


def told_day(day: Day) -> dict[str, Any]:
    """Return a day with the hours that are marked on it."""
    return {
        "date": day.date.isoformat(),
        "start": day.start.isoformat(),
        "end": day.end.isoformat(),
        "marks": [{"hour": hour, "at": at.isoformat()} for hour, at in day.marks],
    }


def _figure(whose: str, shown: Figure) -> dict[str, Any]:
    return {
        "whose": whose,
        "figure": shown.name,
        "actual": None if shown.actual is None else told_curve(shown.actual),
        "low": told_curve(shown.low),
        "mid": told_curve(shown.mid),
        "high": told_curve(shown.high),
        "model": str(shown.model),
        "days": round(shown.days, 1),
    }


def told_curve(curve: Curve) -> dict[str, Any]:
    """Return a curve."""
    return {"start": curve.start.isoformat(), "step": curve.step.total_seconds(), "watts": list(curve.watts)}


def _windows(expected: Expected, within: Interval) -> Iterator[dict[str, Any]]:
    for window in between(expected.windows, within):
        yield {
            "whose": expected.whose,
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "power_w": window.power_w,
            "limit_w": window.limit_w if expected.limits_consumption else None,
            "probability": window.probability,
            "severity": window.severity.value,
        }


def _peaks(expected: Expected, days: Sequence[Day]) -> Iterator[dict[str, Any]]:
    shown = {day.date for day in days}
    for peak in expected.peaks:
        if peak.day in shown:
            yield {
                "whose": expected.whose,
                "date": peak.day.isoformat(),
                "low_w": peak.low_w,
                "mid_w": peak.mid_w,
                "high_w": peak.high_w,
                "at": peak.at.isoformat(),
            }
