"""What a person told of a site's forecasts: whose weather is looked at, and how much the connection bears."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

CONF_FORECAST = "forecast"
CONF_WEATHER = "weather"
CONF_LIMIT_W = "limit_w"


@dataclass(frozen=True, slots=True)
class ForecastOptions:
    """All of it may be left out."""

    weather: str | None = None
    """The weather entity."""
    limit_w: int | None = None
    """Above this the site runs hot; without it, in its highest twentieth."""

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of a site's entry."""
        told = options.get(CONF_FORECAST, {})
        return cls(weather=told.get(CONF_WEATHER), limit_w=told.get(CONF_LIMIT_W))
