"""Appearance: how several lights look and what they can do, taken together as a light group takes them."""

from collections.abc import Sequence
from typing import Any

from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_MAX_COLOR_TEMP_KELVIN,
    ATTR_MIN_COLOR_TEMP_KELVIN,
    ATTR_SUPPORTED_COLOR_MODES,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.const import ATTR_SUPPORTED_FEATURES, STATE_ON
from homeassistant.core import State

from .lamps import Look


def appearance(states: Sequence[State]) -> Look:
    """Return the mean of what the lit ones show, and all that any of them can do.

    A coloured lamp takes part with its brightness: a zone lights rooms, it paints none.
    """
    lit = [state for state in states if state.state == STATE_ON]
    offered = {ColorMode(mode) for modes in _all(states, ATTR_SUPPORTED_COLOR_MODES) for mode in modes}
    features = LightEntityFeature(0)
    for feature in _all(states, ATTR_SUPPORTED_FEATURES):
        features |= feature
    return Look(
        brightness=_mean(_all(lit, ATTR_BRIGHTNESS)),
        color_temp_kelvin=_mean(_all(lit, ATTR_COLOR_TEMP_KELVIN)),
        color_mode=_mode(offered),
        coldest_kelvin=max(_all(states, ATTR_MAX_COLOR_TEMP_KELVIN), default=6500),
        warmest_kelvin=min(_all(states, ATTR_MIN_COLOR_TEMP_KELVIN), default=2000),
        features=features & LightEntityFeature.TRANSITION,
    )


def _mode(offered: set[ColorMode]) -> ColorMode:
    """Return what a zone offers of what its lamps offer: white of a temperature, or else dimming, or else a switch."""
    if ColorMode.COLOR_TEMP in offered:
        return ColorMode.COLOR_TEMP
    return ColorMode.BRIGHTNESS if offered - {ColorMode.ONOFF, ColorMode.UNKNOWN} else ColorMode.ONOFF


def _all(states: Sequence[State], attribute: str) -> list[Any]:
    return [value for state in states if (value := state.attributes.get(attribute)) is not None]


def _mean(values: Sequence[int]) -> int | None:
    return sum(values) // len(values) if values else None
