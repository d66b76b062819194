"""A whole site on the four days that have another length: its meter, its money, its sessions and the simulation."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.lighting import Share
from custom_components.sceop.core.simulate.meters import SimulatedMeters
from custom_components.sceop.core.slots import SLOT, Span, local_midnight
from custom_components.sceop.simulated_site import SIMULATED_TERMS
from custom_components.sceop.sources.simulated import draw
from tests.household.conftest import PLACE, SITE_ID
from tests.household.lights.conftest import LAMPS, set_up, switch, zone

DAYS = [
    ("Europe/Amsterdam", date(2026, 3, 29), 23),
    ("Europe/Amsterdam", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/New_York", date(2026, 11, 1), 25),
]
METER = "sensor.main_meter"
GRID = {
    "subentry_id": "grid",
    "subentry_type": "grid_meter",
    "title": "Grid meter",
    "unique_id": None,
    "data": {
        "source": {"type": "entity", "energy": {"grid_import": [METER]}, "power": {}},
        "flows": ["grid_import"],
    },
}
NIGHT = [{"days": ["sun"], "from": "01:00:00", "to": "05:00:00"}]
FIVE_MINUTES = timedelta(minutes=5)


@pytest.mark.parametrize(("place", "day", "hours"), DAYS)
async def test_a_site_counts_the_day_as_people_there_live_it(hass, clock, lamps, place, day, hours):
    midnight = local_midnight(day, ZoneInfo(place))
    clock.move_to(midnight)
    show(hass, 0)
    site = MockConfigEntry(
        domain=DOMAIN,
        title="My office",
        unique_id=SITE_ID,
        data=PLACE | {"time_zone": place},
        options=SIMULATED_TERMS | {"currency": "EUR"},
        subentries_data=[GRID, zone(hours=NIGHT)],
    )
    site.add_to_hass(hass)
    await set_up(hass, site)
    coordinator, closed = site.runtime_data.coordinator, []

    async def take(slots):
        closed.extend(slots.get("grid_import", ()))

    coordinator._takers = (take,)
    await switch(hass, "on", LAMPS, brightness=255)
    for step in range(1, 12 * hours + 1):
        clock.tick(FIVE_MINUTES)
        show(hass, 50 * step)  # 600 W
        async_fire_time_changed(hass)
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert [slot.start for slot in closed] == [midnight + n * SLOT for n in range(4 * hours)]
    assert {slot.wh for slot in closed} == {150}
    assert coordinator.figures.import_cost == Decimal("0.15") * hours
    session = site.runtime_data.zones["lobby"].running
    assert session.seconds() == hours * 3600
    assert session.mwh() == 100_000 * hours
    assert session.seconds(Share.CONTRACTED) == (hours - 20) * 3600


def show(hass, wh):
    hass.states.async_set(METER, str(wh), {"device_class": "energy", "unit_of_measurement": "Wh"})


@pytest.mark.parametrize(("place", "day", "hours"), DAYS)
def test_a_simulated_site_has_every_quarter_hour_of_the_day(place, day, hours):
    midnight = local_midnight(day, ZoneInfo(place))
    span = Span(midnight, midnight + timedelta(hours=hours))
    data = PLACE | {"time_zone": place, "simulated": {"kind": "office"}}
    meters = SimulatedMeters(draw(data, SITE_ID, ZoneInfo(place)), midnight - timedelta(days=7))
    for channel in meters.channels:
        slots = meters.slots(channel, span)
        assert [slot.start for slot in slots] == list(span)
        began, ended = (meters.counters_mwh(edge)[channel] // 1000 for edge in (span.start, span.end))
        assert sum(slot.wh for slot in slots) == ended - began
