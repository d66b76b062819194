"""Who adds a SunSpec device learns at once what is there, and if it cannot be read, what to do."""

import asyncio
import json
from pathlib import Path

import probatio
import pytest
from homeassistant.components.modbus import async_get_unit
from modbus_connection import ModbusTlsParams
from pymodbus.constants import ExcCodes
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop import flows
from custom_components.sceop.flows import Problem
from custom_components.sceop.flows.sunspec import SunSpecForm
from custom_components.sceop.sources.sunspec_models import MODELS
from custom_components.sceop.things import FLOWS_OF, ThingKind
from tests.household.sources import sunspec_device as practice
from tests.household.sources.sunspec_device import practice_device

WORDS = json.loads((Path(flows.__file__).parents[1] / "translations" / "en.json").read_text())["config_subentries"]
KINDS = sorted(SunSpecForm.kinds)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def check(hass):
    async def check(device, kind=ThingKind.PRODUCTION, **typed):
        form = SunSpecForm()
        return await form.check(
            hass, kind, form.schema(hass, kind)({"host": " 127.0.0.1 ", "port": float(device.port)} | typed)
        )

    return check


def source(device, **more):
    there = {"type": "sunspec", "host": "127.0.0.1", "port": device.port, "unit_id": 1}
    return there | {"which": 1, "serial": "29301000", "swapped": False} | more


@pytest.mark.parametrize(
    ("kind", "model", "identity"),
    [
        (ThingKind.PRODUCTION, practice.inverter(), "sunspec Fronius 29301000 Inverter 1"),
        (ThingKind.GRID_METER, practice.meter(), "sunspec Fronius 29301000 Meter 1"),
        (ThingKind.SUBMETER, practice.float_meter(), "sunspec Fronius 29301000 FloatMeter 1"),
        (ThingKind.BATTERY, practice.battery(), "sunspec Fronius 29301000 Battery 1"),
    ],
)
async def test_a_device_that_answers_is_taken_with_its_flows(check, kind, model, identity):
    async with practice_device(practice.common(), model) as device:
        checked = await check(device, kind)
        assert checked.source == source(device)
        assert sorted(checked.flows) == sorted(FLOWS_OF[kind])
        assert checked.identity == identity


async def test_an_inverter_is_taken_though_it_tells_nothing_yet(check):
    asleep = practice.inverter(practice.NOT_IMPLEMENTED_16, 0, state=practice.SLEEPING)
    async with practice_device(practice.common(), asleep) as device:
        assert (await check(device)).source == source(device)


async def test_the_fields_show_what_was_typed(hass, check):
    async with practice_device(practice.common(), practice.meter()) as device:
        checked = await check(device, ThingKind.GRID_METER, swapped=True)
        shown = SunSpecForm().suggested(checked.source)
        assert shown == {"host": "127.0.0.1", "port": device.port, "unit_id": 1, "which": 1, "swapped": True}
        assert SunSpecForm().schema(hass, ThingKind.GRID_METER)(shown) == shown


async def test_who_has_several_is_asked_which(check):
    models = (
        *(practice.common(serial="one"), practice.inverter()),
        *(practice.common(name="", serial="two"), practice.meter(), practice.inverter(), practice.der_inverter()),
        *(practice.common("", "", ""), practice.inverter()),
    )
    async with practice_device(*models) as device:
        found = {"found": "1: Fronius Symo 8.2 one, 2: Fronius two, 3: model 103"}
        assert await check(device) == Problem("which", "sunspec_several", found)
        assert await check(device, which=4) == Problem("which", "sunspec_fewer", found)
        checked = await check(device, which=2)
        assert checked.source == source(device, which=2, serial="two")
        nameless = await check(device, which=3)
        assert nameless.identity == f"sunspec 127.0.0.1:{device.port}, unit 1 Inverter 1"


async def test_two_meters_with_one_number_are_two(check):
    async with practice_device(practice.common(), practice.meter(), practice.meter()) as device:
        first, second = [await check(device, ThingKind.GRID_METER, which=which) for which in (1, 2)]
        assert first.identity != second.identity


@pytest.mark.parametrize("kind", KINDS)
async def test_a_device_of_another_kind_is_named_so(check, kind):
    others = {
        ThingKind.PRODUCTION: practice.meter(),
        ThingKind.GRID_METER: practice.inverter(),
        ThingKind.SUBMETER: practice.battery(),
        ThingKind.BATTERY: practice.inverter(),
    }
    async with practice_device(practice.common(), others[kind]) as device:
        assert await check(device, kind) == Problem("base", "sunspec_other_kind")


async def test_what_is_not_sunspec_is_named_so(check):
    async with practice_device() as device:
        device.registers = dict.fromkeys(range(65536), 7)
        assert await check(device) == Problem("base", "sunspec_unknown")


async def test_a_device_that_refuses_says_so_itself(check):
    async with practice_device(practice.common(), practice.inverter()) as device:
        device.refusal = ExcCodes.DEVICE_FAILURE
        problem = await check(device)
        assert (problem.where, problem.key) == ("base", "sunspec_refused")
        device.refusal = ExcCodes.GATEWAY_NO_RESPONSE
        assert await check(device) == Problem("unit_id", "sunspec_silent")


async def test_a_wrong_unit_number_is_told_beside_it(check, freezer):
    async with practice_device(practice.common(), practice.inverter()) as device:
        device.answering.clear()
        checking = asyncio.create_task(check(device))
        await device.asked.wait()
        freezer.tick(11)
        assert await checking == Problem("unit_id", "sunspec_silent")
        device.answering.set()


@pytest.mark.parametrize("host", ["127.0.0.1", " ", "a..b", "\N{SNOWMAN}" * 70])
async def test_a_wrong_address_is_told_beside_it(check, host):
    async with practice_device() as device:
        await device.switch_off()
        problem = await check(device, host=host)
        assert problem == Problem("host", "sunspec_unreachable", {"address": f"{host.strip()}:{device.port}"})
        await device.switch_on()


async def test_an_address_that_is_used_otherwise_is_told(hass, check):
    async with practice_device(practice.common(), practice.inverter()) as device:
        other = MockConfigEntry(domain="modbus")
        async_get_unit(hass, other, ModbusTlsParams(host="127.0.0.1", port=device.port), 1)
        problem = await check(device)
        assert (problem.where, problem.key) == ("base", "sunspec_in_use")
        await other._async_process_on_unload(hass)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("typed", [{"port": 0}, {"port": 65536}, {"unit_id": 0}, {"unit_id": 248}, {"which": 0}])
async def test_what_cannot_be_is_refused_by_its_field(check, kind, typed):
    with pytest.raises(probatio.Invalid):
        await check(practice.PracticeDevice(), kind, **{"port": 502} | typed)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_field_and_every_problem_has_its_words(hass, kind):
    step = WORDS[kind]["step"]["sunspec"]
    fields = {str(field) for field in SunSpecForm().schema(hass, kind).schema} | {"name"}
    assert step["data"].keys() == step["data_description"].keys() == fields
    problems = {"fewer", "in_use", "other_kind", "refused", "several", "silent", "unknown", "unreachable"}
    assert {f"sunspec_{problem}" for problem in problems} == {
        key for key in WORDS[kind]["error"] if key.startswith("sunspec_")
    }


def test_every_kind_that_the_form_serves_has_its_models():
    assert MODELS.keys() == SunSpecForm.kinds
