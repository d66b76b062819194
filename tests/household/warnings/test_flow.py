"""The dialog of warnings offers whatever can be told, and keeps what is gone by its name."""

from zoneinfo import ZoneInfo

import pytest
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.sceop.warnings.delivery import choices
from custom_components.sceop.warnings.terms import WarningTerms
from tests.household.warnings.conftest import peak

pytestmark = pytest.mark.usefixtures("socket_enabled")

REST = {
    "topics": ["upcoming_peak"],
    "lead_minutes": 60,
    "severe_break_quiet": True,
    "one_digest": False,
    "digest_at": "07:30:00",
}


async def begin(hass):
    menu = await hass.config_entries.options.async_init("site")
    assert "warnings" in menu["menu_options"]
    return await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "warnings"})


async def answer(hass, form, **typed):
    result = await hass.config_entries.options.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result


async def test_what_was_chosen_holds_from_then_on(hass, make_home, phone):
    home = await make_home()
    form = await begin(hass)
    typed = REST | {"targets": [f"phone:{phone.entry.entry_id}"], "quiet_from": "22:00:00", "quiet_to": "07:00:00"}
    end = await answer(hass, form, **typed)
    assert end["type"] is FlowResultType.CREATE_ENTRY
    assert end["data"]["tariff"] == home.entry.options["tariff"]
    terms = WarningTerms.from_options(home.entry.options, ZoneInfo("Europe/Amsterdam"))
    assert terms.rules.severe_break_quiet
    assert (terms.rules.digest, str(terms.rules.quiet.begin)) == (None, "22:00:00")
    await home.expect(peak(14, 15))
    await home.pass_by(minutes=55)
    assert phone.received == []
    await home.pass_by(minutes=10)
    assert len(phone.notes) == 1


async def test_half_a_night_is_refused_at_the_half_that_is_missing(hass, make_home, phone):
    await make_home(phone)
    again = await answer(hass, await begin(hass), **REST, targets=[], quiet_from="22:00:00")
    assert again["errors"] == {"quiet_to": "quiet_half"}
    again = await answer(hass, again, **REST, targets=[], quiet_to="06:00:00")
    assert again["errors"] == {"quiet_from": "quiet_half"}


async def test_what_is_gone_keeps_its_name_until_somebody_takes_it_out(hass, make_home, phone):
    home = await make_home(phone)
    assert await hass.config_entries.async_remove(phone.entry.entry_id)
    await hass.async_block_till_done()
    end = await answer(hass, await begin(hass), **REST, targets=[phone.target["target"]])
    assert end["data"]["warnings"]["targets"] == [phone.target]
    end = await answer(hass, await begin(hass), **REST, targets=[])
    assert home.entry.options["warnings"]["targets"] == []
    with pytest.raises(InvalidData):
        await answer(hass, await begin(hass), **REST, targets=[phone.target["target"]])


async def test_everything_that_can_be_told_is_offered_once(hass, make_phone, push):
    kim = await make_phone("Kim")
    async_mock_service(hass, "notify", "mail_to_kim")
    hass.states.async_set("notify.speaker", "unknown", {"friendly_name": "Speaker"})
    offered = [(each.id, each.name) for each in choices(hass)]
    assert offered == [
        (f"phone:{kim.entry.entry_id}", "Kim"),
        ("entity:notify.speaker", "Speaker"),
        ("action:mail_to_kim", "notify.mail_to_kim"),
    ]
