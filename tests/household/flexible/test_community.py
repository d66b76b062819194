"""The community's plan at home: the whole set is told, places are kept to, and without a hub the home plans alone."""

from datetime import datetime, timedelta

import pytest
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from custom_components.sceop.hub import client
from custom_components.sceop.hub.errors import NotAHub
from custom_components.sceop.hub.places import MOST_SLOTS, read_places
from custom_components.sceop.hub.sharing import CONSENT
from custom_components.sceop.warnings.desk import SHIFT_NOW, SIGNAL
from tests.household.flexible.conftest import (
    EVENING,
    HOUR,
    MINUTE,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    call,
    car,
    dishwasher,
    live,
    live_until,
    switch,
    the,
)
from tests.household.hub.conftest import finished
from tests.household.hub.test_foresight import until

PLUG, WALLBOX = "input_boolean.plug", "input_boolean.wallbox"
PLACE_AT = NIGHT_BEGINS + HOUR
QUARTER, SECOND = 15 * MINUTE, timedelta(seconds=1)


@pytest.fixture
async def member(hass, hub, membership, make_home, monkeypatch):
    """Return what sets up a home in its community."""
    # The test clock fires every timer of the loop, also the one that waits for an answer to a heartbeat.
    monkeypatch.setattr(client, "HEARTBEAT_S", None)
    hub.clock = dt_util.utcnow
    entries = []

    async def make(*loads, consent=3, **kinds):
        entries.append(await make_home(*loads, data={"hub": membership | {"consent": consent}}, **kinds))
        await hub.until(lambda: hub.lines)
        return entries[0]

    yield make
    for entry in entries:
        await hass.config_entries.async_unload(entry.entry_id)


async def exchange(hass, clock, entry):
    """Let the home tell what it asks, hear the answer, and plan with it."""
    await finished(entry, "sceop shifting")  # the test clock would fire the timeout of a question under way
    await live(hass, clock, 2 * SECOND, SECOND)
    await finished(entry, "sceop shifting")
    for _ in range(5):
        await live(hass, clock, 11 * SECOND, 11 * SECOND)
        await finished(entry, "sceop shifting")
        await live(hass, clock, 2 * SECOND, SECOND)
        if entry.runtime_data.hub.shifting.told:
            break


async def pass_time(hass, clock, entry, end):
    while dt_util.utcnow() < end:
        await live_until(hass, clock, min(end, dt_util.utcnow() + QUARTER), QUARTER)
        await exchange(hass, clock, entry)


async def allow(hass, name):
    await call(hass, "switch", "turn_on", entity_id=f"switch.{name}_plan_may_act")


async def ready(hass):
    await call(hass, "button", "press", entity_id="button.dishwasher_start_when_best")


def at(start):
    def place(request):
        return {"id": request["id"], "start": start.isoformat(), "wh": request.get("profile") or []}

    return place


async def test_a_place_of_the_community_is_kept_to(hass, clock, hub, member):
    hub.reserve = at(PLACE_AT)
    entry = await member(dishwasher(entity=PLUG, switch_off=True))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    (asked,) = hub.reservations[-1]
    assert asked.keys() == {"id", "earliest", "ready_by", "profile"}
    assert asked["profile"] == [200] * 6
    assert datetime.fromisoformat(asked["earliest"]) == NIGHT_BEGINS
    assert datetime.fromisoformat(asked["ready_by"]) == NIGHT_ENDS
    memory = the(entry).memory
    assert (memory.place.start, memory.reserved, memory.told) == (PLACE_AT, True, "planned")
    shown = hass.states.get("sensor.dishwasher_next_start").attributes
    assert (shown["reserved"], shown["reasons"]) == (True, ["reserved"])
    assert float(hass.states.get("sensor.dishwasher_expected_saving_today").state) == 0.24
    await pass_time(hass, clock, entry, PLACE_AT + 2 * MINUTE)
    assert hass.states.get(PLUG).state == "on"
    assert hub.reservations[-1][0]["running"] is True
    await pass_time(hass, clock, entry, PLACE_AT + 2 * HOUR)
    assert hub.reservations[-1] == []


async def test_the_same_home_is_never_named_by_its_appliances(hass, clock, hub, member):
    entry = await member(dishwasher(entity=PLUG), car(entity=WALLBOX))
    await allow(hass, "dishwasher")
    await allow(hass, "car")
    await ready(hass)
    await exchange(hass, clock, entry)
    told = hub.reservations[-1]
    assert len(told) == 2
    for name in ("dishwasher", "car", "plug", "wallbox", entry.unique_id):
        assert name not in str(told).lower()
    assert all(request["id"].isalnum() and len(request["id"]) <= 40 for request in told)


@pytest.mark.parametrize("consent", [0, 2])
async def test_who_never_agreed_to_it_tells_nothing(hass, clock, hub, member, consent):
    entry = await member(dishwasher(entity=PLUG), consent=consent)
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    assert the(entry).memory.told == "planned"
    assert not hub.reservations


async def test_a_load_that_is_only_advised_promises_nothing(hass, clock, hub, member):
    entry = await member(dishwasher())
    await ready(hass)
    await exchange(hass, clock, entry)
    assert hub.reservations[-1] == []


async def test_a_hub_of_before_leaves_the_home_to_its_own_plan(hass, clock, hub, member):
    hub.plans = False
    entry = await member(dishwasher(entity=PLUG))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    memory = the(entry).memory
    assert (memory.told, memory.reserved) == ("planned", False)
    assert NIGHT_BEGINS <= memory.place.start < NIGHT_ENDS


async def test_a_hub_that_is_away_costs_nothing(hass, clock, hub, member):
    hub.reserve = at(PLACE_AT)
    entry = await member(dishwasher(entity=PLUG, switch_off=True))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    assert the(entry).memory.reserved
    await hub.close()
    await live_until(hass, clock, NIGHT_ENDS, QUARTER)
    assert hass.states.get("sensor.dishwasher_plan").state == "done"


async def test_a_place_that_does_not_fit_is_not_kept_to(hass, clock, hub, member):
    hub.reserve = at(EVENING.replace(hour=4, second=0) + timedelta(days=1))  # done at 05:30, ready by 05:00
    entry = await member(dishwasher(entity=PLUG))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    assert hub.reservations[-1]
    assert not the(entry).memory.reserved


async def test_places_that_change_are_heard_on_the_line(hass, clock, hub, member):
    hub.reserve = at(PLACE_AT)
    entry = await member(dishwasher(entity=PLUG))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    hub.reserve = at(PLACE_AT + HOUR)
    shifting, token = entry.runtime_data.hub.shifting, the(entry).memory.token
    await hub.say({"type": "plan"} | hub.plan(hub.reservations[-1]))
    await until(hass, lambda: shifting.place(token).start != PLACE_AT)
    await live(hass, clock, 2 * SECOND)
    assert the(entry).memory.place.start == PLACE_AT + HOUR


async def test_a_person_who_starts_it_tells_the_hub_what_is_left(hass, clock, hub, member):
    entry = await member(dishwasher(entity=PLUG))
    await allow(hass, "dishwasher")
    await ready(hass)
    await exchange(hass, clock, entry)
    await switch(hass, "on", PLUG, person=True)
    await live(hass, clock, 31 * MINUTE)
    await exchange(hass, clock, entry)
    (asked,) = hub.reservations[-1]
    assert asked["running"] is True
    assert asked["profile"] == [200] * 4


GOOD = {
    "made": EVENING.isoformat(),
    "places": [{"id": "a", "start": PLACE_AT.isoformat(), "wh": [100]}],
    "start": EVENING.isoformat(),
    "step": 900,
    "pressure": [0.5],
}


def test_a_good_answer_is_read():
    read = read_places(GOOD, EVENING)
    assert read.places["a"].wh == (100,)
    assert read.pressure == (0.5,)


@pytest.mark.parametrize(
    "absurd",
    [
        {"step": 60},
        {"made": "yesterday"},
        {"made": "2026-06-10T18:00:00"},
        {"start": "2036-06-10T18:00:00+00:00"},
        {"places": None},
        {"places": [{"id": "a"}]},
        {"places": [{"id": "a", "start": EVENING.isoformat(), "wh": [100]}]},
        {"places": [{"id": "a", "start": PLACE_AT.isoformat(), "wh": [-1]}]},
        {"places": [{"id": "a", "start": PLACE_AT.isoformat(), "wh": []}]},
        {"places": GOOD["places"] * 30},
        {"pressure": [float("nan")]},
        {"pressure": [1] * (MOST_SLOTS + 1)},
        {"pressure": 5},
    ],
)
def test_an_absurd_answer_is_none(absurd):
    with pytest.raises(NotAHub):
        read_places(GOOD | absurd, EVENING)


async def test_an_event_that_this_home_joined_is_kept_free(hass, clock, hub, member):
    entry = await member(dishwasher(ready_by="23:30:00"), options={"currency": "EUR"})
    await ready(hass)
    await exchange(hass, clock, entry)
    assert the(entry).memory.place.start < EVENING + HOUR
    event = {
        "type": "event",
        "id": "a1",
        "start": EVENING.replace(second=0).isoformat(),
        "end": (EVENING.replace(second=0) + HOUR).isoformat(),
        "announced": (EVENING - 3 * HOUR).isoformat(),
        "state": "announced",
        "severity": "serious",
        "target_percent": 20,
        "answer": "yes",
        "by": "dashboard",
        "joined": None,
        "savings": None,
    }
    entry.runtime_data.hub.together.events.heard(event)
    await live(hass, clock, 2 * SECOND, SECOND)
    assert the(entry).memory.place.start >= EVENING.replace(second=0) + HOUR


async def test_who_shifts_now_shifts_past_the_peak(hass, clock, make_home):
    entry = await make_home(dishwasher(), options={"currency": "EUR"})
    await ready(hass)
    await live(hass, clock, 2 * SECOND, SECOND)
    assert the(entry).memory.place.start < EVENING + HOUR
    facts = {"start": EVENING.isoformat(), "end": (EVENING + 2 * HOUR).isoformat()}
    async_dispatcher_send(hass, SIGNAL, entry.entry_id, SHIFT_NOW, facts)
    await live(hass, clock, 2 * SECOND, SECOND)
    assert the(entry).memory.place.start >= EVENING.replace(second=0) + 2 * HOUR


async def test_a_member_of_before_is_asked_and_may_agree(hass, hub, member):
    entry = await member(dishwasher(entity=PLUG), consent=2)
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    menu = await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "sharing"})
    assert "take_part" in menu["menu_options"]
    form = await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "take_part"})
    form = await hass.config_entries.options.async_configure(form["flow_id"], {"agree": False})
    assert form["errors"] == {"agree": "consent_missing"}
    end = await hass.config_entries.options.async_configure(form["flow_id"], {"agree": True})
    assert end["reason"] == "takes_part"
    await hass.async_block_till_done()
    assert entry.data["hub"]["consent"] == CONSENT
    assert entry.runtime_data.hub.plans
