"""Every answer counts: also one that is given at once, with a hand on any lamp, or while a phone cannot be reached."""

import asyncio

import pytest
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.blueprints.conftest import KEEP, STAY, settle
from tests.household.lights.conftest import LAMPS


@pytest.mark.parametrize("answer", [KEEP, STAY])
async def test_an_answer_counts_while_another_phone_is_still_asked(evening, phone, hass, clock, answer):
    entry = MockConfigEntry(domain="mobile_app")
    entry.add_to_hass(hass)
    slow = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", "slow")}, name="Slow"
    )
    reached = asyncio.Event()

    async def ask(_call):
        await reached.wait()

    hass.services.async_register("notify", "mobile_app_slow", ask)
    await evening.automate(lights=LAMPS, phones=[phone.id, slow.id])
    await evening.light(brightness=200)
    await evening.pass_by(minutes=15, seconds=30)
    await phone.answer(answer)
    clock.tick(3)
    reached.set()
    await settle()
    await evening.pass_by(minutes=10)
    assert evening.burning == LAMPS


async def test_an_answer_counts_in_the_second_in_which_the_lights_are_dimmed(evening, phone, hass, clock):
    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light(brightness=200)
    while not phone.messages:
        clock.tick(1)
        async_fire_time_changed(hass)
        await settle()
    await phone.answer(STAY)
    await evening.pass_by(minutes=10)
    assert evening.levels == [200, 200]


async def test_a_dark_lamp_turned_up_is_an_answer(evening, phone):
    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light(brightness=60)
    await evening.pass_by(minutes=16)
    await evening.light(LAMPS[0], brightness=220)
    await evening.pass_by(minutes=10)
    assert evening.burning == LAMPS


@pytest.mark.parametrize(("warning", "level"), [("blink", 255), ("none", 255), ("none", 120)])
async def test_a_hand_on_the_brightness_is_an_answer_to_any_warning(evening, phone, warning, level):
    await evening.automate(lights=LAMPS, phones=[phone.id], warning=warning)
    await evening.light(brightness=200)
    await evening.pass_by(minutes=16)
    await evening.light(brightness=level)
    await evening.pass_by(minutes=10)
    assert evening.levels == [level, level]


async def test_an_answer_is_kept_when_the_question_cannot_be_taken_back(evening, phone, hass):
    async def fail(_call):
        raise HomeAssistantError("no push")

    await evening.automate(lights=LAMPS, phones=[phone.id])
    await evening.light(brightness=200)
    await evening.pass_by(minutes=16)
    hass.services.async_register("notify", "mobile_app_kim_s_phone", fail)
    await phone.answer(STAY)
    await evening.pass_by(minutes=45)
    assert evening.burning == LAMPS
