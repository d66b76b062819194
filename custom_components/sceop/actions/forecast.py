"""What is to come, as a response."""

from datetime import timedelta
from math import isfinite

from homeassistant.util.json import JsonObjectType, JsonValueType

from ..coordinator import SceopConfigEntry
from ..core.forecast.band import Band
from ..core.forecast.series import Floats
from ..core.slots import SLOT
from ..outlook import FIGURES, Outlook
from ..peak_windows import PeakWindow

MOST_HOURS = 48
_EDGES = ("low", "mid", "high")


def forecast_of(entry: SceopConfigEntry, hours: int) -> JsonObjectType:
    """Return what a site will use and produce in each slot of the next hours, and the peak windows. Null is unknown."""
    forecast = entry.runtime_data.forecast
    outlook, told = forecast.data, [_window(each) for each in forecast.windows]
    if outlook is None:
        return {"site": entry.title, "made": None, "models": {}, "steps": [], "windows": [*told]}
    end = outlook.made + timedelta(hours=hours)
    return {
        "site": entry.title,
        "made": outlook.made.isoformat(),
        "models": {figure: _model(outlook.bands[figure]) for figure in outlook.bands if figure in FIGURES},
        "steps": _steps(outlook, hours),
        "windows": [_window(each) for each in forecast.windows if each.end > outlook.made and each.start < end],
    }


def _model(band: Band) -> JsonObjectType:
    return {"model": band.model.value, "days_learned_from": round(band.days, 1)}


def _steps(outlook: Outlook, hours: int) -> list[JsonValueType]:
    count = timedelta(hours=hours) // SLOT
    figures = [figure for figure in FIGURES if figure in outlook.bands]
    return [
        {"start": (outlook.made + number * SLOT).isoformat()}
        | {figure: _energy(outlook.bands[figure], number) for figure in figures}
        for number in range(count)
    ]


def _energy(band: Band, number: int) -> JsonObjectType | None:
    """Return the Wh of a slot, or nothing where nothing is expected."""
    edges: dict[str, Floats] = {edge: getattr(band, edge) for edge in _EDGES}
    if number >= len(band.mid) or not isfinite(band.mid[number]):
        return None
    return {f"{edge}_wh": round(float(wh[number])) for edge, wh in edges.items()}


def _window(told: PeakWindow) -> JsonObjectType:
    window = told.window
    return {
        "whose": told.whose.value,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "power_w": window.power_w,
        "limit_w": window.limit_w,
        "probability": round(window.probability, 2),
        "severity": window.severity.value,
    }
