"""Switches: whether after-hours control may act in a zone, and the plan on a flexible load."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .coordinator import SceopConfigEntry
from .flexible import Load
from .flexible.terms import SIMULATED
from .flexible_entity import LoadEntity
from .zone_entity import ZoneEntity
from .zones import Zone

PARALLEL_UPDATES = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switch of every zone."""
    for zone in entry.runtime_data.zones.values():
        async_add_entities([AfterHoursControl(entry, zone)], config_subentry_id=zone.id)
    for load in entry.runtime_data.planning.loads.values():
        if load.hand is not None:
            async_add_entities([PlanMayAct(entry, load)], config_subentry_id=load.id)
        if load.terms.entity == SIMULATED:
            async_add_entities([SimulatedLoad(entry, load)], config_subentry_id=load.id)


class AfterHoursControl(ZoneEntity, SwitchEntity, RestoreEntity):
    """Off until a person allows it: nobody wants to be left in the dark by a house that was not asked."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: SceopConfigEntry, zone: Zone) -> None:
        super().__init__(entry, zone, "after_hours_control")

    @property
    @override
    def available(self) -> bool:
        """It is a wish, and does not need a lamp."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether after-hours control may act."""
        return self.zone.after_hours_control

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was wished before the restart."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is not None:
            self.zone.after_hours_control = last.state == STATE_ON

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Allow it."""
        self._allow(allowed=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Forbid it."""
        self._allow(allowed=False)

    def _allow(self, *, allowed: bool) -> None:
        self.zone.after_hours_control = allowed
        self.async_write_ha_state()


class PlanMayAct(LoadEntity, SwitchEntity):
    """Off until a person allows it: until then the plan advises, and switches nothing."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: SceopConfigEntry, load: Load) -> None:
        super().__init__(entry, load, "plan_may_act")

    @property
    @override
    def available(self) -> bool:
        """It is a wish, and does not need what it is about."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the plan may act; the load remembers it over a restart."""
        return self.load.memory.may_act

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Allow it."""
        self.load.allow(allowed=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Forbid it, and let what it changed be as it was."""
        self.load.allow(allowed=False)


class SimulatedLoad(LoadEntity, SwitchEntity, RestoreEntity):
    """A simulated appliance, to try a plan without hardware: it is on or off, and does nothing else."""

    _attr_entity_category = None
    _attr_is_on = False

    def __init__(self, entry: SceopConfigEntry, load: Load) -> None:
        super().__init__(entry, load, "simulated_load")

    @property
    @override
    def available(self) -> bool:
        """It is always there."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Be as it was before the restart."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is not None:
            self._attr_is_on = last.state == STATE_ON

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Run."""
        self._attr_is_on = True
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop."""
        self._attr_is_on = False
        self.async_write_ha_state()
