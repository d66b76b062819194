"""Whether a peak window is now: of the site, or of its community."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.util import dt as dt_util

from .core.forecast.windows import Severity
from .entity import ForecastEntity

PEAK_NOW = BinarySensorEntityDescription(key="peak_now", translation_key="peak_now")

_WORST_LAST = tuple(Severity)


class PeakNow(ForecastEntity, BinarySensorEntity):
    """On in peak windows; it changes at their edges, not when somebody looks."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is now; unknown until anything is expected at all."""
        if self.coordinator.data is None and not self.coordinator.windows:
            return None
        return bool(self.coordinator.windows_now(dt_util.utcnow()))

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Say until when, whose it is, and how much it matters."""
        if not (windows := self.coordinator.windows_now(dt_util.utcnow())):
            return None
        return {
            "until": max(each.end for each in windows).isoformat(),
            "whose": sorted({each.whose.value for each in windows}),
            "severity": max((each.window.severity for each in windows), key=_WORST_LAST.index).value,
        }

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.is_on, self.extra_state_attributes)
