"""The lights of a simulated office: lit as it says, until a hand decides otherwise."""

from datetime import timedelta

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import Context
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from custom_components.sceop.core.lighting import Who
from custom_components.sceop.core.slots import SLOT, Span, slot_of
from tests.household.lights.conftest import MORNING, OFFICE, live, restart, switch, zone

LIGHT = "light.lobby"
SINCE = MORNING - timedelta(days=60)
CLEANERS = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "19:00:00", "to": "21:00:00"}]
DATA = {"simulated": {"kind": "office", "since": SINCE.isoformat()}}


def simulated(name="lobby"):
    made = zone(name, cleaning=CLEANERS)
    made["data"]["source"] = {"type": "simulated", "zone": name}
    return made


@pytest.fixture
async def site(clock, make_site, monkeypatch):
    async def no_meters(*_args):
        return None

    monkeypatch.setattr("custom_components.sceop.meters", no_meters)  # the office's own meters are not the subject
    return await make_site(zones=[simulated()], data=DATA)


def everything(site):
    return site.runtime_data.zones["lobby"].sessions(SINCE, dt_util.utcnow() + timedelta(days=1))


async def test_it_has_lived_through_60_days(hass, site):
    sessions = everything(site)
    assert sessions[0].start < SINCE + timedelta(days=4)
    assert {session.cause.who for session in sessions} == {Who.PERSON, Who.CLEANING}
    assert 60 < len(sessions) < 200
    cleaning = [session for session in sessions if session.cause.who is Who.CLEANING]
    assert {session.seconds() for session in cleaning} == {25 * 60}
    assert all(session.measured for session in sessions)


async def test_its_sessions_are_what_the_simulation_used(hass, site):
    lobby = site.runtime_data.zones["lobby"]
    sessions = everything(site)
    used_mws = lobby.lamps.used_mws(sessions[0].start, dt_util.utcnow())
    assert sum(part.mws for session in sessions for part in session.parts) == used_mws


async def test_it_is_lit_when_the_simulation_says(hass, clock, site):
    lobby = site.runtime_data.zones["lobby"]
    for _ in range(6):
        at = lobby.lamps.next_change(dt_util.utcnow())
        before = hass.states.get(LIGHT).state
        await live(hass, clock, at - dt_util.utcnow() - timedelta(seconds=1), step=timedelta(hours=6))
        assert hass.states.get(LIGHT).state == before
        await live(hass, clock, timedelta(seconds=1))
        assert hass.states.get(LIGHT).state != before


async def test_a_hand_wins_until_the_simulation_switches_next(hass, clock, site, hass_admin_user):
    assert hass.states.get(LIGHT).state == "on"
    await switch(hass, "off", [LIGHT], Context(user_id=hass_admin_user.id))
    assert hass.states.get(LIGHT).state == "off"
    await live(hass, clock, timedelta(hours=1))
    assert hass.states.get(LIGHT).state == "off"
    await restart(hass, site, clock, timedelta(minutes=5))
    lobby = site.runtime_data.zones["lobby"]
    assert hass.states.get(LIGHT).state == "off"
    await switch(hass, "on", [LIGHT], Context(user_id=hass_admin_user.id))
    assert (lobby.running.cause.id, lobby.watts) == (hass_admin_user.id, 320)
    await live(hass, clock, lobby.lamps.next_change(dt_util.utcnow()) - dt_util.utcnow(), step=timedelta(hours=1))
    assert hass.states.get(LIGHT).state == "off"


async def test_what_happened_while_home_assistant_was_off_is_known(hass, clock, site):
    before = everything(site)
    await restart(hass, site, clock, timedelta(days=2, hours=6))
    after = everything(site)
    assert len(after) >= len(before) + 3
    assert after[: len(before) - 1] == before[:-1]
    assert all((session.end - session.start).total_seconds() == session.seconds() for session in after)


async def test_its_counter_remembers(hass, site):
    source = site.runtime_data.things["lobby"].source
    now = dt_util.utcnow()
    reading = await source.read(now)
    edges = [slot_of(now) - number * SLOT for number in range(200)]
    counters = [past.counters_mwh["light"] for past in await source.recall(edges)]
    assert counters == sorted(counters, reverse=True)
    assert counters[0] <= reading.counters_mwh["light"]
    (slots,) = (await source.past(Span(edges[-1], edges[0]))).values()
    assert sum(slot.wh for slot in slots) == counters[0] // 1000 - counters[-1] // 1000
    assert {slot.quality for slot in slots} == {"imported"}


async def test_its_hours_can_be_changed(hass, site):
    context = {"source": SOURCE_RECONFIGURE, "subentry_id": "lobby"}
    flow = await hass.config_entries.subentries.async_init((site.entry_id, "light_zone"), context=context)
    assert "lights" not in flow["data_schema"].schema
    typed = {"name": "Lobby", "hours": [OFFICE[0] | {"to": "12:00:00"}], "holidays": "as_usual"}
    result = await hass.config_entries.subentries.async_configure(flow["flow_id"], typed)
    assert result["type"] is FlowResultType.ABORT
    await hass.async_block_till_done()
    data = site.subentries["lobby"].data
    assert (data["source"], data["hours"]) == ({"type": "simulated", "zone": "lobby"}, typed["hours"])
    assert hass.states.get("binary_sensor.lobby_lit_after_hours").state == "on"
