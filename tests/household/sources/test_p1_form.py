"""Who adds a smart meter learns at once whether it can be read, and if not, what to do."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.sceop import flows
from custom_components.sceop.flows import Checked, Problem
from custom_components.sceop.flows.p1 import P1Form
from custom_components.sceop.sources.telegrams import Flaw
from custom_components.sceop.things import ThingKind
from tests.household.sources.reader import KEY, PracticeReader, encrypted, telegram

WORDS = json.loads((Path(flows.__file__).parents[1] / "translations" / "en.json").read_text())["config_subentries"]


@pytest.fixture
async def reader(socket_enabled):
    reader = PracticeReader()
    await reader.open()
    yield reader
    await reader.close()


@pytest.fixture
def check(hass, reader):
    async def check(*pieces, patience=10, **typed):
        checking = hass.async_create_task(
            P1Form(timedelta(seconds=patience)).check(
                hass, ThingKind.GRID_METER, {"host": " 127.0.0.1 ", "port": float(reader.port)} | typed
            )
        )
        if pieces:
            await reader.connected()
            await reader.send(*pieces)
        return await checking

    return check


async def test_a_meter_that_answers_is_taken_with_the_flows_that_it_counts(check, reader):
    checked = await check(telegram("dsmr_5")[300:], telegram("dsmr_5"))
    source = {"type": "p1", "host": "127.0.0.1", "port": reader.port}
    assert checked == Checked(source, ("grid_import", "grid_export"), "p1 30303030303030303035")
    assert P1Form().suggested(source) == {"host": "127.0.0.1", "port": reader.port}


async def test_a_meter_without_export_gets_no_such_flow(check):
    checked = await check(telegram("dsmr_5", **{"2.8.1": None, "2.8.2": None}))
    assert checked.flows == ("grid_import",)


async def test_the_key_may_be_written_in_groups(check):
    checked = await check(encrypted(telegram("luxembourg")), key="00010203 04050607 08090A0B 0C0D0E0F")
    assert checked.source["key"] == KEY.upper()
    assert P1Form().suggested(checked.source)["key"] == KEY.upper()


async def test_a_meter_that_tells_no_number_is_known_by_its_address(check, reader):
    checked = await check(telegram("dsmr_5", **{"96.1.1": None}))
    assert checked.identity == f"p1 127.0.0.1:{reader.port}"


async def test_an_encrypted_meter_asks_for_its_key(check):
    assert await check(encrypted(telegram("luxembourg"))) == Problem("key", "p1_encrypted")


async def test_a_wrong_key_is_said_beside_it(check):
    sent = [encrypted(telegram("luxembourg"), counter) for counter in range(3)]
    assert await check(*sent, key="f" * 32) == Problem("key", "p1_key_wrong")


async def test_a_key_of_another_length_is_said_before_anybody_is_asked(check):
    assert await check(key="1234") == Problem("key", "p1_key_malformed")


@pytest.mark.parametrize("host", [" ", "a" * 64 + ".example", "meter..example"])
async def test_an_address_is_needed(check, host):
    assert await check(host=host) == Problem("host", "p1_host_invalid")


async def test_a_garbled_telegram_is_forgiven_three_are_not(check):
    garbled = telegram("dsmr_5")[:-6] + b"0000\r\n"
    assert isinstance(await check(garbled, garbled, telegram("dsmr_5")), Checked)


async def test_three_garbled_telegrams_are_a_bad_cable(check):
    assert await check(*[telegram("dsmr_5")[:-6] + b"0000\r\n"] * 3) == Problem("base", "p1_garbled")


async def test_telegrams_without_electricity_are_told(check):
    closed = telegram("luxembourg", **{"1.8.0": None})
    assert await check(closed, closed, closed) == Problem("base", "p1_no_import")


async def test_silence_is_told(check, reader):
    silent = {"address": f"127.0.0.1:{reader.port}"}
    assert await check(patience=0.1) == Problem("base", "p1_silent", silent)


async def test_nobody_there_is_told(check, reader):
    await reader.close()
    problem = await check()
    assert (problem.where, problem.key) == ("host", "p1_unreachable")
    assert "Connect call failed" in problem.placeholders["sentence"]


def test_every_problem_has_its_sentence():
    others = {"p1_host_invalid", "p1_key_malformed", "p1_silent", "p1_unreachable"}
    errors = WORDS["grid_meter"]["error"]
    assert {key for key in errors if key.startswith("p1_")} == {f"p1_{flaw}" for flaw in Flaw} | others


def test_every_field_is_explained(hass):
    step = WORDS["grid_meter"]["step"]["p1"]
    fields = {str(field) for field in P1Form().schema(hass, ThingKind.GRID_METER).schema}
    assert {"name", *fields} == step["data"].keys() == step["data_description"].keys()
