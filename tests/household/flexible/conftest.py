"""A home with flexible loads, run by helpers and switches of this Home Assistant, whose clock the tests move."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from tests.household.conftest import PLACE, SITE_ID

EVENING = datetime(2026, 6, 10, 18, 0, 30, tzinfo=UTC)
"""A Wednesday, eight in the evening in Amsterdam."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = {"name": "Night", "price": "0.10", "from": "01:00:00", "to": "05:00:00"}
"""Local hours: 23:00 to 03:00 UTC in summer."""
TERMS = {"currency": "EUR", "tariff": {"kind": "time_of_use", "base": "0.30", "periods": [NIGHT]}}
NIGHT_BEGINS = datetime(2026, 6, 10, 23, tzinfo=UTC)
NIGHT_ENDS = datetime(2026, 6, 11, 3, tzinfo=UTC)
DISHWASHER = {"energy_kwh": 1.2, "hours": 1.5, "ready_by": "07:00:00"}
CAR = {"max_kw": 4.0, "ready_by": "07:00:00", "amount": "fixed", "energy_kwh": 8.0}


@pytest.fixture
def clock(freezer):
    freezer.move_to(EVENING)
    return freezer


@pytest.fixture
async def helpers(clock, hass):
    """What runs loads, and what tells how they stand."""
    named = {"plug": None, "loaded": None, "wallbox": None, "plugged": None}
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": named})
    assert await async_setup_component(hass, "input_button", {"input_button": {"start": None}})
    assert await async_setup_component(
        hass, "input_number", {"input_number": {"amps": {"min": 0, "max": 16, "step": 1, "initial": 16}}}
    )
    await hass.async_block_till_done()


@pytest.fixture
def make_home(hass, helpers):
    """Return what sets up a home with loads."""

    async def make(*loads, options=TERMS, data=None, zone="Europe/Amsterdam"):
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="My home",
            unique_id=SITE_ID,
            options=options,
            data=PLACE | {"time_zone": zone} | (data or {}),
            subentries_data=loads,
            entry_id="site",
        )
        entry.add_to_hass(hass)
        return await set_up(hass, entry)

    return make


def load(kind, name, **data):
    return {"subentry_id": name, "subentry_type": kind, "title": name.capitalize(), "unique_id": None, "data": data}


def dishwasher(**data):
    return load("run_once", "dishwasher", **DISHWASHER | data)


def car(**data):
    return load("energy_need", "car", **CAR | data)


def the(entry, name="dishwasher"):
    return entry.runtime_data.planning.loads[name]


async def set_up(hass, entry):
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()
    return entry


async def restart(hass, entry, clock, away):
    assert await hass.config_entries.async_unload(entry.entry_id)
    clock.tick(away)
    await set_up(hass, entry)


async def live(hass, clock, time, step=MINUTE):
    """Let time pass, and every timer ring."""
    await live_until(hass, clock, dt_util.utcnow() + time, step)


async def live_until(hass, clock, end, step=MINUTE):
    while (now := dt_util.utcnow()) < end:
        clock.tick(min(step, end - now))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


async def switch(hass, how, entity, *, person=False):
    context = Context(user_id=MockUser(is_owner=True).add_to_hass(hass).id) if person else Context()
    await hass.services.async_call(
        "input_boolean", f"turn_{how}", {"entity_id": entity}, blocking=True, context=context
    )
    await hass.async_block_till_done()


async def call(hass, domain, service, **data):
    answer = await hass.services.async_call(domain, service, data, blocking=True)
    await hass.async_block_till_done()
    return answer
