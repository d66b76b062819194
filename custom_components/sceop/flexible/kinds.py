"""The kinds of flexible loads, each a type of subentry and a device of its own."""

from enum import StrEnum

from homeassistant.config_entries import ConfigEntry, ConfigSubentry


class LoadKind(StrEnum):
    """The types of subentries that a plan may move."""

    RUN_ONCE = "run_once"
    ENERGY_NEED = "energy_need"
    THERMOSTAT_BAND = "thermostat_band"
    FLEXIBLE_BATTERY = "flexible_battery"


def flexible(entry: ConfigEntry) -> list[ConfigSubentry]:
    """Return the subentries of a site that are flexible loads."""
    return [each for each in entry.subentries.values() if each.subentry_type in set(LoadKind)]
