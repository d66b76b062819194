"""Weather as people and Home Assistant put it: what a word for the sky means, and what no weather can be."""

from collections.abc import Mapping

COLDEST_C, HOTTEST_C, STRONGEST_MS = -90.0, 60.0, 120.0
"""Beyond what was ever measured on the ground a value is a mistake, or in another unit."""

CLOUDS: Mapping[str, float] = {
    "clear-night": 0.05,
    "sunny": 0.05,
    "windy": 0.2,
    "partlycloudy": 0.45,
    "windy-variant": 0.6,
    "cloudy": 0.9,
    "fog": 0.9,
    "lightning": 0.9,
    "hail": 0.95,
    "lightning-rainy": 0.95,
    "rainy": 0.95,
    "snowy": 0.95,
    "snowy-rainy": 0.95,
    "pouring": 1.0,
}
"""How much of the sky is covered, by Home Assistant's word for the weather, where it tells no number.

Home and hub read the same entity, so a word means the same to both.
"""
