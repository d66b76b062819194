"""A member's life: what it sends, what it keeps while the hub is away, and what it tells its people."""

from datetime import timedelta

import pytest
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.hub import connection
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import NOW, meters
from tests.household.hub.conftest import CHANNELS, closed_since, finished, live_for, past_arrived, set_up

pytestmark = pytest.mark.usefixtures("now")

CONNECTED = "binary_sensor.my_home_hub_connected"
WAITING = "sensor.my_home_slots_waiting"
SENT = "sensor.my_home_last_sent"


def issue(hass, name):
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{name}_site")


@pytest.mark.parametrize("past", [connection.PAST], indirect=True)
async def test_the_past_comes_along(hass, hub, member, past):
    assert set(hub.slots()) == closed_since(member, NOW - past, NOW)
    assert {quality for quality, _ in hub.books.values()} == {"imported"}
    counters_mwh = meters(member).counters_mwh
    until, since = slot_of(NOW), slot_of(NOW - past)
    for channel, end in counters_mwh(until).items():
        moved = end // 1000 - counters_mwh(since)[channel] // 1000
        assert sum(wh for (name, _), wh in hub.slots().items() if name == channel) == moved
    assert hass.states.get(SENT).state == NOW.isoformat()


async def test_single_loads_stay_at_home(hass, member):
    hub, start = member.runtime_data.hub, slot_of(NOW)
    waiting = hub.outbox.waiting
    await hub.take({"load.boiler": [ClosedSlot(start - SLOT, 7, "measured")]})
    assert hub.outbox.waiting == waiting
    await hub.take({"production": [ClosedSlot(start - SLOT, 7, "measured")]})
    assert hub.outbox.waiting == waiting + 1


async def test_the_past_is_told_once(hass, hub, member):
    assert await hass.config_entries.async_reload(member.entry_id)
    await finished(member, "sceop past")
    requests = hub.requests
    async_fire_time_changed(hass)
    await finished(member, "sceop readings")
    assert hub.requests == requests


async def test_a_new_household_tells_it_again(hass, hub, member, past_slots):
    hub.books.clear()
    hub.households = {"household-2": "secret"}
    hass.config_entries.async_update_entry(
        member, data={**member.data, "hub": member.data["hub"] | {"household": "household-2"}}
    )
    await hass.async_block_till_done()
    await past_arrived(hass, hub, past_slots)
    assert len(hub.slots("household-2")) == past_slots


async def test_slots_arrive_within_minutes(hass, hub, member, freezer, past):
    await live_for(hass, freezer, member, timedelta(minutes=12))
    assert set(hub.slots()) == closed_since(member, NOW - past, dt_util.utcnow())
    assert dt_util.utcnow() - slot_of(dt_util.utcnow()) < timedelta(minutes=5)


async def test_a_hub_that_is_away_for_hours_gets_everything_exactly_once(hass, hub, member, freezer, past, past_slots):
    await hub.close()
    began = dt_util.utcnow()
    await live_for(hass, freezer, member, timedelta(hours=2))
    assert int(hass.states.get(WAITING).state) == 8 * CHANNELS
    assert hass.states.get(CONNECTED).state == "off"
    assert await hass.config_entries.async_unload(member.entry_id)
    freezer.tick(timedelta(minutes=50))
    await set_up(hass, member)
    await live_for(hass, freezer, member, timedelta(hours=1))
    assert await hass.config_entries.async_unload(member.entry_id)
    assert len(hub.books) == past_slots
    await hub.open()
    await set_up(hass, member)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await finished(member, "sceop readings")
    await hub.until(lambda: hub.lines)
    assert set(hub.slots()) == closed_since(member, NOW - past, dt_util.utcnow())
    moved = {}
    for (channel, start), wh in hub.slots().items():
        if start >= slot_of(began):
            moved[channel] = moved.get(channel, 0) + wh
    counters_mwh, end = meters(member).counters_mwh, slot_of(dt_util.utcnow())
    for channel, wh in moved.items():
        counters = [counters_mwh(at)[channel] // 1000 for at in (slot_of(began), end)]
        assert wh == pytest.approx(counters[1] - counters[0], abs=1)
    assert hass.states.get(WAITING).state == "0"
    assert hass.states.get(CONNECTED).state == "on"


async def test_the_log_tells_once_that_it_is_away_and_once_that_it_is_back(hass, hub, member, freezer, caplog):
    caplog.set_level("INFO", "custom_components.sceop")
    await hub.close()
    await live_for(hass, freezer, member, timedelta(hours=2))
    await hub.open()
    for _ in range(3):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
        await finished(member, "sceop readings")
    await hub.until(lambda: hub.lines)
    await live_for(hass, freezer, member, timedelta(hours=1))
    told = [record.getMessage() for record in caplog.records if "hub of Mill Street" in record.getMessage()]
    assert len([text for text in told if "is away" in text]) == 1
    assert [text for text in told if "is away" not in text] == ["The hub of Mill Street is back"]


@pytest.mark.parametrize("failure", ["busy", "full", "broken", "captive portal", "hang up", "answer lost", "nonsense"])
async def test_whatever_fails_is_tried_again(hass, hub, member, freezer, failure):
    hub.failures.append(failure)
    await live_for(hass, freezer, member, timedelta(minutes=35))
    assert not hub.failures
    assert set(hub.slots()) >= closed_since(member, NOW, dt_util.utcnow() - SLOT)


async def test_a_wrong_clock_keeps_the_slots_and_asks_for_help(hass, hub, member, freezer):
    hub.failures.extend(["clock"] * 3)
    hub.clock = lambda: dt_util.utcnow() - timedelta(minutes=9)
    for _ in range(30):
        await live_for(hass, freezer, member, timedelta(minutes=1))
        if issue(hass, "clock_apart"):
            break
    assert issue(hass, "clock_apart").translation_placeholders["apart"] == "9"
    assert int(hass.states.get(WAITING).state) == CHANNELS
    hub.clock = dt_util.utcnow
    await live_for(hass, freezer, member, timedelta(minutes=45))
    assert issue(hass, "clock_apart") is None
    assert set(hub.slots()) >= closed_since(member, NOW, dt_util.utcnow() - SLOT)


async def test_a_clock_that_is_behind_is_told_although_the_hub_takes_everything(hass, hub, member, freezer):
    hub.clock = lambda: dt_util.utcnow() + timedelta(minutes=50)
    await live_for(hass, freezer, member, timedelta(minutes=20))
    assert issue(hass, "clock_apart").translation_placeholders["apart"] == "50"
    hub.clock = dt_util.utcnow
    await live_for(hass, freezer, member, timedelta(minutes=15))
    assert issue(hass, "clock_apart") is None


@pytest.mark.parametrize("health", [{}, {"name": "printer"}], ids=["agree again", "cannot be asked"])
async def test_without_a_measured_difference_it_is_only_tried_again(hass, hub, member, freezer, health):
    hub.failures.append("clock")
    hub.health = health
    await live_for(hass, freezer, member, timedelta(minutes=35))
    assert not hub.failures
    assert issue(hass, "clock_apart") is None
    assert set(hub.slots()) >= closed_since(member, NOW, dt_util.utcnow() - SLOT)


async def test_a_slot_that_is_refused_holds_nothing_back(hass, hub, member, freezer):
    bad = slot_of(NOW).isoformat().replace("+00:00", "Z")

    def objection(block):
        if block["channel"] == "production" and block["start"] <= bad:
            return f"The slot {bad} of production holds too much."
        return None

    hub.objection = objection
    await live_for(hass, freezer, member, timedelta(minutes=35))
    expected = closed_since(member, NOW, dt_util.utcnow()) - {("production", slot_of(NOW))}
    assert set(hub.slots()) >= expected - closed_since(member, dt_util.utcnow() - SLOT, dt_util.utcnow())
    assert ("production", slot_of(NOW)) not in hub.slots()
    assert hass.states.get(CONNECTED).state == "on"
    refused = issue(hass, "readings_refused").translation_placeholders
    shown = f"{dt_util.as_local(slot_of(NOW)):%Y-%m-%d %H:%M}"
    assert (refused["slots"], refused["channel"], refused["start"]) == ("1", "production", shown)
    assert refused["sentence"] == f"The slot {bad} of production holds too much."


async def test_a_refusal_stays_until_somebody_has_read_it(hass, hub, member, freezer, hass_client):
    assert await async_setup_component(hass, "repairs", {})
    hub.objection = lambda block: "No." if block["channel"] == "production" else None
    await live_for(hass, freezer, member, timedelta(minutes=12))
    hub.objection = lambda _block: None
    await live_for(hass, freezer, member, timedelta(minutes=15))
    browser = await hass_client()
    asked = {"handler": DOMAIN, "issue_id": "readings_refused_site"}
    form = await (await browser.post("/api/repairs/issues/fix", json=asked)).json()
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == issue(hass, "readings_refused").translation_placeholders
    end = await (await browser.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})).json()
    assert end["type"] == "create_entry"
    assert issue(hass, "readings_refused") is None


@pytest.mark.parametrize("known", [True, False], ids=["the same household", "a new household"])
async def test_a_refused_token_keeps_the_slots_and_asks_for_an_invite(hass, hub, member, freezer, past, known):
    if not known:
        hub.sites.clear()
    hub.failures.append("unauthorized")
    await live_for(hass, freezer, member, timedelta(hours=1))
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert int(hass.states.get(WAITING).state) == 4 * CHANNELS
    end = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"address": hub.address, "code": "ABCD-EFGH", "member_name": "Number 5"}
    )
    assert end["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    await finished(member, "sceop past")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await finished(member, "sceop readings")
    again = member.data["hub"]["household"]
    assert (again == "household-1") == known
    assert set(hub.slots(again)) == closed_since(member, (NOW if known else dt_util.utcnow()) - past, dt_util.utcnow())
    recent = [quality for (who, _, start), (quality, _) in hub.books.items() if who == again and start >= slot_of(NOW)]
    assert set(recent) == {"measured"}
    assert hass.states.get(WAITING).state == "0"


async def test_who_comes_back_to_its_household_leaves_no_gap(hass, hub, member, freezer, past):
    joined = member.data["hub"]
    await live_for(hass, freezer, member, timedelta(hours=1))
    hass.config_entries.async_update_entry(
        member, data={key: kept for key, kept in member.data.items() if key != "hub"}
    )
    await hass.async_block_till_done()
    await live_for(hass, freezer, member, timedelta(hours=2))
    before = dict(hub.books)
    back = joined | {"joined_at": dt_util.utcnow().isoformat()}
    hass.config_entries.async_update_entry(member, data={**member.data, "hub": back})
    await hass.async_block_till_done()
    await finished(member, "sceop past")
    await live_for(hass, freezer, member, timedelta(minutes=20))
    assert set(hub.slots("household-1")) >= closed_since(member, NOW - past, dt_util.utcnow() - SLOT)
    assert {key: hub.books[key] for key in before} == before


async def test_an_edge_between_joining_and_setting_up_belongs_to_the_past(
    hass, hub, make_entry, membership, past, freezer
):
    entry = make_entry()
    await set_up(hass, entry)
    await live_for(hass, freezer, entry, timedelta(minutes=7))
    joined = dt_util.utcnow()
    await live_for(hass, freezer, entry, timedelta(minutes=2))
    assert slot_of(joined) < slot_of(dt_util.utcnow())
    member = membership | {"joined_at": joined.isoformat()}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "hub": member})
    await hass.async_block_till_done()
    await finished(entry, "sceop past")
    async_fire_time_changed(hass)
    await finished(entry, "sceop readings")
    assert set(hub.slots()) == closed_since(entry, dt_util.utcnow() - past, joined + SLOT)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_past_that_a_source_cannot_tell_now_is_told_later(
    hass, hub, make_entry, membership, past_slots, freezer, monkeypatch
):
    past, asked = SimulatedSource.past, []

    async def silent(_self, span):
        asked.append(span)
        raise SourceError("The archive is closed.")

    monkeypatch.setattr(SimulatedSource, "past", silent)
    entry = make_entry(hub=membership)
    await set_up(hass, entry)
    await hub.until(lambda: hub.lines)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=30))
    await hass.async_block_till_done()
    assert len(asked) == 2
    monkeypatch.setattr(SimulatedSource, "past", past)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await past_arrived(hass, hub, past_slots)
    assert len(hub.books) == past_slots
    await hass.config_entries.async_unload(entry.entry_id)


async def test_power_goes_out_every_ten_seconds(hass, hub, member, freezer):
    await hub.until(lambda: hub.power)
    assert hub.power[0] == {
        "type": "power",
        "at": "2026-06-10T10:07:00Z",
        "w": dict(member.runtime_data.coordinator.data.watts),
    }
    for number in range(2, 5):
        freezer.tick(10)
        await member.runtime_data.coordinator.async_refresh()
        async_fire_time_changed(hass)
        await hub.until(lambda: len(hub.power) >= number)  # noqa: B023 - awaited before the number changes
    assert hub.power[3]["at"] == "2026-06-10T10:07:30Z"


async def test_silent_meters_tell_no_power(hass, hub, member, freezer, monkeypatch):
    async def silent(_self, _at):
        raise SourceError("The cable is out.")

    await hub.until(lambda: hub.power)
    coordinator = member.runtime_data.coordinator
    with monkeypatch.context() as broken:
        broken.setattr(SimulatedSource, "read", silent)
        freezer.tick(10)
        await coordinator.async_refresh()
        assert coordinator.power() is None
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    await coordinator.async_refresh()
    freezer.tick(10)
    async_fire_time_changed(hass)
    await hub.until(lambda: len(hub.power) > 1)
    assert len(hub.power) == 2


async def test_the_live_line_comes_back(hass, hub, member, freezer):
    (line,) = hub.lines
    await line.send_json({"type": "notice", "detail": "Nothing that this version understands."})
    await line.close()
    await hub.until(lambda: not hub.lines)
    await finished(member, "sceop live")
    assert hass.states.get(CONNECTED).state == "off"
    freezer.tick(11)
    async_fire_time_changed(hass)
    await hub.until(lambda: hub.lines)
    await hub.until(lambda: len(hub.power) > 1)
    assert hass.states.get(CONNECTED).state == "on"


async def test_a_live_line_that_is_refused_asks_for_an_invite(hass, hub, make_entry, membership):
    hub.households.clear()
    entry = make_entry(hub=membership)
    await set_up(hass, entry)
    await finished(entry, "sceop live")
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_home_works_while_its_hub_is_away(hass, hub, make_entry, membership):
    await hub.close()
    entry = make_entry(hub=membership)
    await set_up(hass, entry)
    assert int(hass.states.get("sensor.my_home_consumption_power").state) > 0
    assert hass.states.get(CONNECTED).state == "off"
    await finished(entry, "sceop past")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_who_leaves_sends_nothing_and_keeps_no_traces(hass, hub, member, freezer, hass_storage):
    await hub.close()
    await live_for(hass, freezer, member, timedelta(minutes=30))
    ir.async_create_issue(
        hass,
        DOMAIN,
        "clock_apart_site",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="clock_apart",
    )
    hass.config_entries.async_update_entry(
        member, data={key: kept for key, kept in member.data.items() if key != "hub"}
    )
    await hass.async_block_till_done()
    assert member.runtime_data.hub is None
    assert issue(hass, "clock_apart") is None
    assert "sceop.site.outbox" not in hass_storage
    assert "sceop.site.books" in hass_storage
    entities = er.async_entries_for_config_entry(er.async_get(hass), member.entry_id)
    assert {CONNECTED, WAITING, SENT}.isdisjoint(entity.entity_id for entity in entities)


async def test_a_removed_member_leaves_nothing(hass, hub, member, hass_storage):
    await hass.config_entries.async_remove(member.entry_id)
    assert not [key for key in hass_storage if key.startswith("sceop.")]


async def test_member_entities(hass, hub, member, snapshot):
    for name in (CONNECTED, WAITING, SENT):
        assert hass.states.get(name) == snapshot(name=f"{name}-state")
        assert er.async_get(hass).async_get(name) == snapshot(name=f"{name}-entry")
