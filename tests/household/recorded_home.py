"""A home whose meter is a sensor, lived through minute by minute with a recorder that compiles statistics."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.simulated_site import SIMULATED_TERMS
from tests.household.conftest import PLACE, SITE_ID
from tests.household.statistics import ENERGY, RecordedSensors

METER = "sensor.p1_import"
OURS = "sensor.grid_meter_grid_import_energy", "sensor.my_home_grid_import_energy", "sensor.my_home_consumption_energy"
COST = "sensor.my_home_grid_import_cost"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEGAN = datetime(2026, 6, 10, 10, tzinfo=UTC)
WATTS = 600


class RecordedHome(RecordedSensors):
    """One grid meter that counts 600 W, and whatever happens to it."""

    def __init__(self, hass, freezer):
        super().__init__(hass, freezer)
        freezer.move_to(BEGAN)
        self.offset_wh = 4_000_000
        self.unit = "kWh"
        self.away = False
        self.add(METER, ENERGY, lambda _now: None)
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title="My home",
            unique_id=SITE_ID,
            entry_id="site",
            data=PLACE,
            options=SIMULATED_TERMS | {"currency": "EUR"},
            subentries_data=[
                {
                    "subentry_type": "grid_meter",
                    "subentry_id": "meter",
                    "title": "Grid meter",
                    "unique_id": None,
                    "data": {
                        "source": {"type": "entity", "energy": {"grid_import": [METER]}, "power": {}},
                        "flows": ["grid_import"],
                    },
                }
            ],
        )
        self.entry.add_to_hass(hass)
        self.show()

    @staticmethod
    def flowed_wh(now):
        return int(WATTS * ((now - BEGAN) / HOUR))

    def show(self, now=None):
        """Show what the meter counts, in the unit that it has today."""
        if self.away:
            self.hass.states.async_set(METER, "unavailable", {})
            return
        wh = self.offset_wh + self.flowed_wh(now or datetime.now(UTC))
        value = {"Wh": Decimal(wh), "kWh": Decimal(wh) / 1000}[self.unit]
        self.hass.states.async_set(METER, str(value), ENERGY | {"unit_of_measurement": self.unit})

    async def set_up(self):
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        assert self.entry.state is ConfigEntryState.LOADED
        await self.hass.async_block_till_done()

    async def unload(self):
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)

    async def passed(self):
        """Read, as every ten seconds, what the meter shows now."""
        await self.hass.async_block_till_done()
        if self.entry.state is ConfigEntryState.LOADED:
            await self.entry.runtime_data.coordinator.async_refresh()
            await self.hass.async_block_till_done()

    async def live(self, time):
        await self.until(datetime.now(UTC) + time, 2 * MINUTE)

    def value(self, name):
        return float(self.hass.states.get(name).state)

    def told(self):
        issues = ir.async_get(self.hass).issues.values()
        return {issue.translation_key for issue in issues if issue.domain == DOMAIN and issue.active}

    async def assert_true_statistics(self, *names, lost_wh=0):
        """No hour shows more than what flows in one, none less than nothing, and all together what flowed."""
        for name in names or OURS:
            changes = await self.changes(name, BEGAN - HOUR, "5minute")
            assert changes, name
            step = WATTS / 12
            assert min(changes.values()) >= 0, (name, changes)
            missing = self.flowed_wh(datetime.now(UTC)) - sum(changes.values())
            assert missing >= -1, (name, changes)
            assert missing <= lost_wh + step, (name, changes)

    async def assert_whole_statistics(self, *names):
        """Everything that flowed is there, nothing twice, and nothing runs back."""
        for name in names or OURS:
            changes = await self.changes(name, BEGAN - HOUR, "5minute")
            assert min(changes.values()) >= 0, (name, changes)
            flowed = self.flowed_wh(datetime.now(UTC))
            assert flowed - WATTS / 12 <= sum(changes.values()) <= flowed + 1, name
