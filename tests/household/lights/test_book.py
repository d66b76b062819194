"""What a site knows of its lights outlives power cuts, broken files and full disks."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from custom_components.sceop.storage import StrictStore
from custom_components.sceop.zones.book import MOST_FRESH
from tests.household.lights.conftest import LAMPS, MINUTE, MORNING, live, set_up, switch, zone
from tests.household.test_storage import REAL

RUNNING, HISTORY = "sceop.site.lights", "sceop.site.light_history"


def everything(entry):
    zone = entry.runtime_data.zones["lobby"]
    return zone.sessions(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


async def blink(hass, clock, times, lit=timedelta(minutes=3)):
    for _ in range(times):
        await switch(hass, "on", LAMPS)
        clock.tick(lit)
        await switch(hass, "off", LAMPS)
        clock.tick(lit)


@pytest.fixture
def writes(monkeypatch):
    """Count what goes to the disk."""
    keys = []
    whole = StrictStore.async_save

    async def save(self, data):
        keys.append(self.key)
        await whole(self, data)

    monkeypatch.setattr(StrictStore, "async_save", save)
    return keys


async def test_a_power_cut_costs_a_minute_at_most(hass, clock, lamps, make_site, hass_storage):
    entry = await make_site()
    await switch(hass, "on", LAMPS)
    await live(hass, clock, timedelta(minutes=30), step=timedelta(seconds=20))
    kept = json.loads(json.dumps(hass_storage[RUNNING]))
    seen = datetime.fromisoformat(kept["data"]["zones"]["lobby"]["diary"]["session"]["end"])
    assert timedelta() <= dt_util.utcnow() - seen <= MINUTE
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[RUNNING] = kept  # as if nothing had been written any more
    clock.tick(timedelta(hours=3))
    await set_up(hass, entry)
    first, _ = everything(entry)
    assert first.end == seen


async def test_one_write_a_minute_while_lit_and_none_while_dark(hass, clock, lamps, make_site, writes):
    await make_site()
    await switch(hass, "on", LAMPS)
    await live(hass, clock, timedelta(minutes=30), step=timedelta(seconds=10))
    assert 29 <= writes.count(RUNNING) <= 31
    await switch(hass, "off", LAMPS)
    await live(hass, clock, timedelta(minutes=5))
    writes.clear()
    await live(hass, clock, timedelta(hours=1))
    assert RUNNING not in writes


async def test_the_large_file_is_written_when_the_small_one_has_grown(
    hass, clock, lamps, make_site, writes, hass_storage
):
    entry = await make_site()
    await blink(hass, clock, MOST_FRESH)
    await live(hass, clock, MINUTE)
    assert HISTORY not in writes
    await blink(hass, clock, 1)
    await live(hass, clock, MINUTE)
    assert writes.count(HISTORY) == 1
    assert hass_storage[RUNNING]["data"]["zones"]["lobby"]["sessions"] == []
    await blink(hass, clock, 2)
    before = everything(entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert everything(entry) == before
    assert len(before) == MOST_FRESH + 3


async def test_sessions_are_kept_for_400_days(hass, clock, lamps, make_site, hass_storage):
    entry = await make_site()
    await blink(hass, clock, 3)
    clock.tick(timedelta(days=401))
    await blink(hass, clock, MOST_FRESH)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert len(everything(entry)) == MOST_FRESH
    kept = hass_storage[HISTORY]["data"]["zones"]["lobby"]
    assert min(session["start"] for session in kept) == everything(entry)[0].start.isoformat() > "2027"


async def test_a_session_that_only_the_large_file_saw_end_has_ended(hass, clock, lamps, make_site, hass_storage):
    entry = await make_site()
    await blink(hass, clock, MOST_FRESH + 1)
    await live(hass, clock, MINUTE)
    last = everything(entry)[-1]
    assert await hass.config_entries.async_unload(entry.entry_id)
    kept = hass_storage[HISTORY]["data"]["zones"]["lobby"][-1]
    hass_storage[RUNNING]["data"]["zones"]["lobby"]["diary"]["session"] = kept | {"parts": [], "end": kept["start"]}
    await set_up(hass, entry)
    assert everything(entry)[-1] == last


async def test_home_assistant_stops(hass, clock, lamps, make_site, hass_storage):
    await make_site()
    await switch(hass, "on", LAMPS)
    clock.tick(30)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    session = hass_storage[RUNNING]["data"]["zones"]["lobby"]["diary"]["session"]
    assert session["end"] == (MORNING + timedelta(seconds=30)).isoformat()


async def test_a_zone_that_was_removed_is_forgotten(hass, clock, lamps, make_site, hass_storage):
    entry = await make_site()
    await blink(hass, clock, 1)
    hass.config_entries.async_remove_subentry(entry, "lobby")
    await hass.async_block_till_done()
    assert entry.runtime_data.zones == {}
    assert not [key for key in hass_storage if "light" in key and key.startswith("sceop.")]


async def test_a_zone_that_was_removed_stands_in_no_book_of_the_others(hass, clock, lamps, make_site, hass_storage):
    ceiling, kitchen = LAMPS
    entry = await make_site(zones=[zone("lobby", [ceiling]), zone("kitchen", [kitchen])])
    for _ in range(MOST_FRESH + 1):
        await blink(hass, clock, 1)
    await live(hass, clock, 2 * MINUTE)
    assert hass_storage[HISTORY]["data"]["zones"].keys() == {"lobby", "kitchen"}
    hass.config_entries.async_remove_subentry(entry, "lobby")
    await hass.async_block_till_done()
    assert hass_storage[HISTORY]["data"]["zones"].keys() == {"kitchen"}
    assert hass_storage[RUNNING]["data"]["zones"].keys() == {"kitchen"}
    assert entry.runtime_data.zones["kitchen"].sessions(MORNING, dt_util.utcnow())


class TestFiles:
    """With files on a disk."""

    @pytest.fixture
    def hass_config_dir(self, hass_tmp_config_dir):
        return hass_tmp_config_dir

    @pytest.fixture(autouse=True)
    def _real_files(self, hass):
        assert hass.config.config_dir
        with pytest.MonkeyPatch.context() as patch:
            for name, method in REAL.items():
                patch.setattr(Store, name, method)
            yield

    @pytest.mark.parametrize(
        "broken",
        [
            '{"version": 1, "data": {"zones": {"lob',
            '{"version": 2, "minor_version": 1, "key": "x", "data": {"lamps": []}}',
            '{"version": 1, "minor_version": 1, "key": "x", "data": {"zones": {"lobby": {"diary": 7}}}}',
            '{"version": 1, "minor_version": 1, "key": "x", "data": []}',
            "[]",
            "",
        ],
    )
    @pytest.mark.parametrize("key", [RUNNING, HISTORY])
    @pytest.mark.usefixtures("lamps")
    async def test_a_file_that_cannot_be_read_is_set_aside_and_the_zone_begins_anew(
        self, hass, clock, make_site, key, broken, caplog
    ):
        file = Path(hass.config.path(".storage", key))
        await hass.async_add_executor_job(_put, file, broken)
        entry = await make_site()
        await switch(hass, "on", LAMPS)
        await live(hass, clock, timedelta(minutes=5))
        assert everything(entry)[0].seconds() == 300
        (aside,) = file.parent.glob(f"{key}.*-*")
        assert aside.read_text() == broken
        assert aside.name in caplog.text
        assert await hass.config_entries.async_unload(entry.entry_id)

    @pytest.mark.usefixtures("lamps")
    async def test_a_full_disk_loses_nothing_that_is_not_written(self, hass, clock, make_site, caplog):
        file = Path(hass.config.path(".storage", RUNNING))
        entry = await make_site()
        await hass.async_add_executor_job(lambda: file.mkdir(parents=True))
        await blink(hass, clock, 3)
        await live(hass, clock, timedelta(minutes=3))
        await entry.runtime_data.zones["lobby"]._book.save()
        assert caplog.text.count(f"{RUNNING} cannot be written") == 1
        await hass.async_add_executor_job(file.rmdir)
        await live(hass, clock, timedelta(minutes=2))
        before = everything(entry)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await set_up(hass, entry)
        assert everything(entry) == before
        assert len(before) == 3
        assert await hass.config_entries.async_unload(entry.entry_id)


def _put(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
