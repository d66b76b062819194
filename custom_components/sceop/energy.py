"""What the Energy dashboard asks: the production that is expected, hour by hour."""

from datetime import datetime

import numpy as np
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .coordinator import SceopConfigEntry
from .core.channels import PRODUCTION
from .core.forecast.band import Band
from .core.slots import SLOT


async def async_get_solar_forecast(
    hass: HomeAssistant, config_entry_id: str
) -> dict[str, dict[str, float | int]] | None:
    """Return the energy of each hour of today and tomorrow; for the hours that are over, what the morning expected."""
    entry: SceopConfigEntry | None = hass.config_entries.async_get_entry(config_entry_id)
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    outlook = entry.runtime_data.forecast.data
    if outlook is None or (band := outlook.bands.get(PRODUCTION)) is None:
        return None
    expected = _slots(outlook.morning.bands[PRODUCTION]) | _slots(band)
    hours: dict[datetime, list[float]] = {}
    for start, wh in sorted(expected.items()):
        hours.setdefault(start.replace(minute=0), []).append(wh)
    return {"wh_hours": {hour.isoformat(): round(sum(slots)) for hour, slots in hours.items()}}


def _slots(band: Band) -> dict[datetime, float]:
    return {
        band.start + int(number) * SLOT: float(band.mid[number]) for number in np.flatnonzero(np.isfinite(band.mid))
    }
