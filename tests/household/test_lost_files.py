"""A file that is cut off, empty, edited or too new costs what it held, is kept, and a person reads what that means."""

import json
from pathlib import Path
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.hub.outbox import outbox_store
from custom_components.sceop.storage import books_store
from tests.household.test_storage import REAL

pytestmark = pytest.mark.usefixtures("now")

NEWER = '{"version": 7, "minor_version": 1, "key": "x", "data": {"all": "different"}}'
BROKEN = {
    "empty": "",
    "cut off": '{"version": 1, "minor_version": 1, "key": "x", "data": {"registers": {"grid',
    "no JSON": "\x00\x00\x00\x00",
    "another JSON": "[]",
    "an empty one": "{}",
    "without a version": '{"data": {}}',
    "of another form": '{"version": 1, "minor_version": 1, "key": "x", "data": {"registers": 7, "blocks": [{}]}}',
}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir):
    return hass_tmp_config_dir


@pytest.fixture
async def home(hass, make_entry, membership, hub):
    """A member of a community, whose files are on a disk."""
    await hub.close()
    with pytest.MonkeyPatch.context() as patch:
        for name, method in REAL.items():
            patch.setattr(Store, name, method)
        entry = make_entry(hub=membership)
        yield entry
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)


def put(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


async def begin(hass, entry, key, text):
    """Set a site up that finds this in one of its files."""
    file = Path(hass.config.path(".storage", key))
    await hass.async_add_executor_job(put, file, text)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return file


def told(hass):
    issues = ir.async_get(hass).issues
    return {issue.translation_key: issue for (domain, _), issue in issues.items() if domain == DOMAIN}


def set_aside(hass):
    return [path.name for path in Path(hass.config.path(".storage")).glob("*.broken-*")]


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("held", ["books", "outbox"])
async def test_what_cannot_be_read_is_set_aside_and_said(hass, home, held, text, caplog):
    file = await begin(hass, home, f"sceop.site.{held}", text)
    (aside,) = file.parent.glob(f"{file.name}.*")
    assert aside.name.startswith(f"{file.name}.broken-")
    assert aside.read_text() == text
    ((problem, issue),) = told(hass).items()
    assert problem == f"{held}_broken"
    assert issue.translation_placeholders["aside"] == aside.name
    assert issue.is_persistent
    assert [record.levelname for record in caplog.records if aside.name in record.getMessage()] == ["ERROR"]
    assert home.runtime_data.coordinator.last_update_success


@pytest.mark.parametrize("held", ["books", "outbox"])
async def test_what_a_newer_version_wrote_waits_under_a_name_that_says_so(hass, home, held):
    file = await begin(hass, home, f"sceop.site.{held}", NEWER)
    (aside,) = file.parent.glob(f"{file.name}.*")
    assert aside.name.startswith(f"{file.name}.version-7-")
    assert aside.read_text() == NEWER
    assert told(hass).keys() == {f"{held}_newer"}
    assert await hass.config_entries.async_unload(home.entry_id)
    assert json.loads(file.read_text())["version"] == 1


async def test_prices_that_are_none_keep_no_site_from_starting(hass, home):
    assert await hass.config_entries.async_setup(home.entry_id)
    assert await hass.config_entries.async_unload(home.entry_id)
    store = books_store(hass, home.entry_id)
    books = await store.async_load()
    await store.async_save(books | {"prices": {"sensor.price EUR": {"1000": "much"}}})
    assert await hass.config_entries.async_setup(home.entry_id)
    assert told(hass).keys() == {"books_broken"}


async def test_the_next_start_reads_what_was_written_since(hass, home):
    await begin(hass, home, "sceop.site.books", "")
    assert await hass.config_entries.async_unload(home.entry_id)
    before = set_aside(hass)
    assert await hass.config_entries.async_setup(home.entry_id)
    assert set_aside(hass) == before
    assert len(before) == 1
    kept = await outbox_store(hass, home.entry_id).async_load()
    assert kept["household"] == home.data["hub"]["household"]


async def test_a_removed_site_takes_what_was_set_aside_along(hass, home):
    file = await begin(hass, home, "sceop.site.books", "")
    await hass.config_entries.async_remove(home.entry_id)
    await hass.async_block_till_done()
    assert [path.name for path in file.parent.iterdir() if path.name.startswith("sceop.")] == []
    assert told(hass) == {}


async def test_a_removed_thing_takes_its_memory_along(hass, home):
    hass.states.async_set("sensor.heat_pump", "7", {"unit_of_measurement": "kWh", "device_class": "energy"})
    source = {"type": "entity", "energy": {"load": ["sensor.heat_pump"]}, "power": {}}
    pump = ConfigSubentry(
        data=MappingProxyType({"source": source, "flows": ["load"]}),
        subentry_id="PUMP",
        subentry_type="submeter",
        title="Heat pump",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(home, pump)
    file = await begin(hass, home, "sceop.site.pump.counters", "")
    assert told(hass).keys() == {"counters_broken"}
    await hass.config_entries.async_reload(home.entry_id)
    assert file.exists()
    hass.config_entries.async_remove_subentry(home, "PUMP")
    await hass.async_block_till_done()
    assert [path.name for path in file.parent.glob("sceop.site.pump.*")] == []
    assert told(hass) == {}
    assert hass.states.get("binary_sensor.heat_pump_source") is None
