"""What a load remembers survives a restart whole; a file that cannot be read costs the permission to act."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from hypothesis import given, strategies as st

from custom_components.sceop.core.plan.plan import Placement, Reason
from custom_components.sceop.diagnostics import async_get_config_entry_diagnostics
from custom_components.sceop.flexible.book import dump, load
from custom_components.sceop.flexible.memory import Memory, Phase
from tests.household.flexible.conftest import MINUTE, call, car, dishwasher, live, the
from tests.household.test_storage import REAL

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
amounts = st.floats(-1e6, 1e6)
placements = st.builds(
    Placement,
    id=st.text("abc", min_size=1),
    start=instants,
    wh=st.lists(st.integers(-5000, 5000), min_size=1).map(tuple),
    reasons=st.lists(st.sampled_from(Reason)).map(tuple),
    cost=amounts,
    cost_at_once=amounts,
    facts=st.dictionaries(st.sampled_from(["price", "pressure"]), amounts),
)
memories = st.builds(
    Memory,
    at=instants,
    phase=st.sampled_from([phase for phase in Phase if phase is not Phase.PLANNED]),
    may_act=st.booleans(),
    token=st.text("abc"),
    ready_by=st.none() | instants,
    place=st.none() | placements,
    started=st.none() | instants,
    by_hand=st.booleans(),
    taken_wh=amounts,
    wrote=st.none() | st.text(),
    was=st.none() | st.text(),
    drawn=st.lists(amounts).map(tuple),
    runs=st.lists(st.lists(st.integers()).map(tuple)).map(tuple),
    starts=st.lists(instants).map(tuple),
    saved_on=st.none() | st.dates(date(2026, 1, 1)),
    saved=amounts,
)


@given(memory=memories)
def test_a_memory_is_read_back_as_it_was(memory):
    assert load(json.loads(json.dumps(dump(memory)))) == memory


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir):
    return hass_tmp_config_dir


@pytest.fixture
def real_files(hass):
    """Let Home Assistant write, which its test plugin keeps it from."""
    with pytest.MonkeyPatch.context() as patch:
        for name, method in REAL.items():
            patch.setattr(Store, name, method)
        yield


@pytest.mark.usefixtures("real_files")
@pytest.mark.parametrize("text", ["", '{"version": 1, "minor_version": 1, "key": "x", "data": {"loads": {"a": 7}}}'])
async def test_a_file_that_cannot_be_read_is_set_aside(hass, make_home, text):
    file = Path(hass.config.path(".storage", "sceop.site.loads"))

    def put():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    await hass.async_add_executor_job(put)
    entry = await make_home(dishwasher())
    assert ("sceop", "loads_broken_site_sceop.site.loads") in ir.async_get(hass).issues
    assert the(entry).memory.told == "waiting"
    assert not the(entry).memory.may_act


@pytest.mark.usefixtures("real_files")
async def test_what_it_was_is_on_disk_before_anything_is_changed(hass, clock, make_home):
    file = Path(hass.config.path(".storage", "sceop.site.loads"))
    await call(hass, "input_boolean", "turn_on", entity_id="input_boolean.wallbox")
    await make_home(car(entity="input_boolean.wallbox"))
    kept = []

    async def note(event):
        if event.data["domain"] == "input_boolean":
            kept.append(json.loads(await hass.async_add_executor_job(file.read_text)))

    hass.bus.async_listen("call_service", note)
    await call(hass, "switch", "turn_on", entity_id="switch.car_plan_may_act")
    await live(hass, clock, 2 * MINUTE)
    page = kept[0]["data"]["loads"]["car"]
    assert (page["was"], page["wrote"]) == ("on", "off")


async def test_a_load_that_is_removed_leaves_nothing(hass, clock, make_home):
    entry = await make_home(dishwasher(), car())
    assert hass.config_entries.async_remove_subentry(entry, "car")
    await hass.async_block_till_done()
    await live(hass, clock, MINUTE)
    assert list(entry.runtime_data.planning.loads) == ["dishwasher"]
    assert hass.states.get("sensor.car_plan") is None


async def test_diagnostics_tell_how_loads_stand_and_not_what_they_are_called(hass, clock, make_home):
    entry = await make_home(dishwasher(entity="input_boolean.plug"))
    shown = await async_get_config_entry_diagnostics(hass, entry)
    assert shown["loads"]["run_once 1"]["state"] == "waiting"
    assert shown["loads"]["run_once 1"]["run_by"] == "input_boolean"
    assert "ishwasher" not in str(shown)
    assert "plug" not in str(shown)
