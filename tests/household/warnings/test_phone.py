"""A warning arrives on a real phone's push channel, and what a person presses there comes back over its webhook."""

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.sceop.core.forecast.windows import Severity
from custom_components.sceop.warnings.answers import ident_of
from tests.household.hub.test_foresight import until
from tests.household.warnings.conftest import NOT_TODAY, REMIND, SHIFT, peak

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_peak_rings_two_hours_ahead_and_goes_when_it_is_over(make_home, phone):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=3, minutes=55)
    assert phone.received == []
    await home.pass_by(minutes=10)
    (note,) = phone.notes
    assert note["title"] == "Peak today, 18:00 to 20:00"
    assert note["message"].replace("\u00a0", " ") == (
        "Today, 18:00 to 20:00: your community may draw about 6.4 kW, and with a probability of 80% more than 5.0 kW."
    )
    assert phone.buttons == [SHIFT, REMIND, NOT_TODAY]
    assert note["data"]["url"] == note["data"]["clickAction"] == "/history?entity_id=event.my_home_warning"
    await home.pass_by(hours=4)
    assert phone.shown == []
    assert len(phone.notes) == 1


async def test_shift_now_reaches_automations_and_says_no_more(make_home, phone):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    await phone.press(SHIFT)
    (event,) = home.shifted
    assert event.data["config_entry_id"] == "site"
    assert (event.data["start"], event.data["power_w"]) == ("2026-06-10T16:00:00+00:00", 6400)
    assert home.event.attributes["event_type"] == "shift_now"
    assert phone.shown == []
    await home.expect(peak(18, 20, Severity.SEVERE))
    await home.pass_by(hours=4)
    assert len(phone.notes) == 1


async def test_who_wants_to_be_reminded_is_so_also_after_a_restart(make_home, phone):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    await phone.press(REMIND)
    await home.restart()
    await home.expect(peak(18, 20))
    await home.pass_by(hours=1, minutes=35)
    assert len(phone.notes) == 1
    await home.pass_by(minutes=10)
    _, again = phone.notes
    assert again["title"] == "Soon: peak 18:00 to 20:00"
    assert again["data"]["tag"] == phone.notes[0]["data"]["tag"]
    assert phone.buttons == [SHIFT, NOT_TODAY]


async def test_not_today_keeps_quiet_about_this_day_alone(make_home, phone):
    home = await make_home(phone)
    peaks = [peak(15, 16), peak(18, 20), peak(15, 16, day=11)]
    await home.expect(*peaks)
    await home.pass_by(hours=1, minutes=5)
    await phone.press(NOT_TODAY)
    await home.restart()
    await home.expect(*peaks)
    await home.pass_by(hours=23)
    assert [note["title"] for note in phone.notes] == ["Peak today, 15:00 to 16:00"]
    await home.pass_by(hours=2)
    assert len(phone.notes) == 2


async def test_what_one_answers_goes_from_the_phone_of_the_other(make_home, make_phone):
    kim, alex = await make_phone("Kim"), await make_phone("Alex")
    home = await make_home(kim, alex)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    assert len(kim.shown) == len(alex.shown) == 1
    await alex.press(SHIFT)
    assert kim.shown == alex.shown == []


async def test_a_restart_and_a_forecast_that_moves_repeat_nothing(make_home, phone):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    await home.restart()
    await home.expect(peak(17, 19))
    await home.pass_by(hours=1)
    await home.expect(peak(18, 21))
    await home.pass_by(hours=1)
    assert len(phone.notes) == 1


async def test_a_peak_that_is_not_expected_any_more_is_taken_back(make_home, phone):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    await home.expect()
    assert phone.shown == []


async def test_quiet_hours_pass_midnight(make_home, phone):
    home = await make_home(phone, quiet_from="22:00:00", quiet_to="07:00:00")
    await home.expect(peak(8, 9, day=11))
    await home.pass_by(hours=18, minutes=55)
    assert phone.received == []
    await home.pass_by(minutes=10)
    assert [note["title"] for note in phone.notes] == ["Peak today, 08:00 to 09:00"]


async def test_a_severe_one_may_break_them(make_home, phone):
    home = await make_home(phone, quiet_from="22:00:00", quiet_to="07:00:00", severe_break_quiet=True)
    await home.pass_by(hours=12)
    await home.expect(peak(8, 9, Severity.SEVERE, day=11))
    (note,) = phone.notes
    assert note["data"]["push"] == {"interruption-level": "time-sensitive"}


async def test_mild_ones_come_together_and_without_buttons(make_home, phone):
    home = await make_home(phone, digest_at="13:00:00")
    await home.expect(peak(15, 16, Severity.MILD), peak(18, 20, Severity.MILD))
    await home.pass_by(minutes=55)
    assert phone.received == []
    await home.pass_by(hours=8)
    (note,) = phone.notes
    assert note["title"] == "My home: today's small warnings"
    assert [line[:22] for line in note["message"].split("\n")] == ["• Today, 15:00 to 16:0", "• Today, 18:00 to 20:0"]
    assert phone.buttons == []


async def test_it_speaks_the_language_of_home_assistant(hass, make_home, phone):
    hass.config.language = "de"
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    (note,) = phone.notes
    assert note["title"] == "Spitze heute, 18:00 bis 20:00 Uhr"
    assert "etwa 6,4\u00a0kW beziehen" in note["message"]
    assert "Wahrscheinlichkeit von 80\u00a0% mehr" in note["message"]
    assert "5,0\u00a0kW" in note["message"]
    assert phone.buttons == ["Jetzt verschieben", "Erinnern", "Heute nicht"]


async def test_a_phone_that_is_gone_is_told_of_once_and_keeps_none_of_the_others_waiting(hass, make_home, make_phone):
    kim, alex = await make_phone("Kim"), await make_phone("Alex")
    home = await make_home(kim, alex)
    assert await hass.config_entries.async_remove(kim.entry.entry_id)
    await hass.async_block_till_done()
    await home.expect(peak(15, 16), peak(18, 20))
    await home.pass_by(hours=5)
    assert len(alex.notes) == 2
    (issue,) = (each for each in ir.async_get(hass).issues.values() if each.domain == "sceop")
    assert (issue.translation_key, issue.translation_placeholders) == ("warning_target_gone", {"name": "Kim"})
    options = home.entry.options | {"warnings": {"targets": [alex.target]}}
    hass.config_entries.async_update_entry(home.entry, options=options)
    await hass.async_block_till_done()
    assert not [each for each in ir.async_get(hass).issues.values() if each.domain == "sceop"]


async def test_topics_that_nobody_chose_reach_automations_alone(make_home, phone):
    home = await make_home(phone, topics=["hub_message"])
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    assert phone.received == []
    assert home.event.attributes["event_type"] == "upcoming_peak"


async def test_a_press_on_somebody_elses_button_is_no_matter(make_home, phone, caplog):
    home = await make_home(phone)
    await home.expect(peak(18, 20))
    await home.pass_by(hours=4, minutes=5)
    (note,) = phone.notes
    ours = note["data"]["actions"][0]["action"].removesuffix("_SHIFT_NOW")
    kept = home.runtime.desk.memory
    forged = [
        *("OPEN", "", None, 7, ["SCEOP"], {"SCEOP": 1}, "SCEOP_0123456789AB_SHIFT_NOW", "SCEOP_x_SING"),
        *(f"{ours}_{verb}" for verb in ("SING", "shift_now", "TURN_OFF", "MUTE", "THIS_WAS_ME", "SHIFT_NOW\n")),
        f"{ours}_{'A' * 9000}",
        ident_of("another site", next(iter(kept.told))).join(("SCEOP_", "_SHIFT_NOW")),
    ]
    caplog.clear()
    for action in forged:
        await phone.send(action)
    assert home.shifted == []
    assert home.runtime.desk.memory == kept
    assert len(phone.received) == 1
    assert not [record for record in caplog.records if record.exc_info and "aiohttp" not in record.name]


async def test_a_phone_that_is_chosen_in_a_peak_hears_of_it_once(hass, make_home, make_phone, hub, membership):
    running = {"start": "2026-06-10T09:45:00Z", "end": "2026-06-10T11:00:00Z", "power_w": 64000, "limit_w": 50000}
    window = running | {"probability": 0.8, "severity": "serious"}
    hub.words = [{"type": "peaks", "made": "2026-06-10T10:00:00Z", "limit_w": 50000, "windows": [window], "days": []}]
    kim, alex = await make_phone("Kim"), await make_phone("Alex")
    home = await make_home(kim, hub=membership)
    await until(hass, lambda: kim.notes)
    options = home.entry.options | {"warnings": {"targets": [kim.target, alex.target]}}
    hass.config_entries.async_update_entry(home.entry, options=options)
    await until(hass, lambda: alex.notes)
    await home.restart()
    await until(hass, lambda: home.runtime.forecast.windows)
    await hass.async_block_till_done()
    assert (len(kim.notes), len(alex.notes)) == (1, 1)
    assert len(kim.shown) == len(alex.shown) == 1
    await alex.press(NOT_TODAY)
    assert kim.shown == alex.shown == []


async def test_not_today_after_midnight_is_the_day_that_has_begun(make_home, phone):
    home = await make_home(phone)
    peaks = [peak(23, 25), peak(18, 20, day=11), peak(18, 20, day=12)]
    await home.expect(*peaks)
    await home.pass_by(hours=12, minutes=30)
    await phone.press(NOT_TODAY)
    assert phone.shown == []
    await home.pass_by(hours=22)
    assert len(phone.notes) == 1
    await home.pass_by(hours=22)
    assert len(phone.notes) == 2
