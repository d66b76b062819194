"""What is not normal in a home is found, told with what it costs, and can be answered on the phone or by an action."""

from random import Random

import pytest
from homeassistant.exceptions import ServiceValidationError

from custom_components.sceop.core.slots import SLOT
from tests.household.warnings.conftest import HOUR, MORNING

pytestmark = pytest.mark.usefixtures("socket_enabled")

KNOW, ME, MUTE = "I know", "This was me", "Mute for a week"


def usual(start):
    """Return a home's power: little at night, more in the evening, and never twice the same."""
    chance = Random(start.timestamp())  # noqa: S311 - a home, not a secret
    base = 180 + chance.randrange(60)
    return base + (chance.randrange(1500) if 5 <= start.hour < 21 else chance.randrange(120))


def stuck(start):
    """Return the same home, in which something has been on since last night."""
    return usual(start) + (1800 if start >= MORNING - 12 * HOUR else 0)


async def ask(hass, action, **data):
    return await hass.services.async_call("sceop", action, data, blocking=True, return_response=action[:3] == "get")


async def test_an_ordinary_home_is_left_in_peace(hass, make_home, phone):
    home = await make_home(phone)
    await home.live(40, usual)
    await home.pass_by(minutes=5)
    assert phone.received == []
    assert hass.states.get("binary_sensor.my_home_unusual_consumption").state == "off"
    assert (await ask(hass, "get_anomalies"))["anomalies"] == []


async def test_what_does_not_stop_is_told_with_what_it_costs(hass, make_home, phone):
    home = await make_home(phone)
    await home.live(40, stuck)
    (note,) = phone.notes
    (told,) = (await ask(hass, "get_anomalies"))["anomalies"]
    assert (told["kind"], told["state"], told["name"], told["currency"]) == ("stuck", "open", "My home", "EUR")
    price = home.runtime.coordinator.prices.rules.import_price
    week = [price(MORNING - number * SLOT) for number in range(7 * 96)]
    assert told["cost_a_month"] == pytest.approx(float(sum(week) / len(week)) * told["wh_a_month"] / 1000, abs=0.01)
    assert told["look_at"].startswith("Look for a pump")
    assert note["title"] == told["what"] == "Something does not stop"
    assert f"€{told['cost_a_month']:,.2f} a month" in note["message"]
    assert phone.buttons == [KNOW, ME, MUTE]
    shown = hass.states.get("binary_sensor.my_home_unusual_consumption")
    assert shown.state == "on"
    assert [each["anomaly"] for each in shown.attributes["anomalies"]] == [told["anomaly"]]
    event = home.event.attributes
    assert (event["event_type"], event["anomaly"], event["kind"]) == ("unusual_consumption", told["anomaly"], "stuck")


async def test_a_phone_that_is_chosen_later_hears_of_what_goes_on(hass, make_home, make_phone):
    home, phone = await make_home(), await make_phone()
    await home.live(40, stuck)
    assert home.event.attributes["kind"] == "stuck"
    hass.config_entries.async_update_entry(
        home.entry, options=home.entry.options | {"warnings": {"targets": [phone.target]}}
    )
    await home.restart()
    await home.live(40, stuck)
    assert [note["title"] for note in phone.notes] == ["Something does not stop"]
    await home.restart()
    await home.live(40, stuck)
    assert len(phone.notes) == 1


@pytest.mark.parametrize(("button", "state"), [(KNOW, "acknowledged"), (ME, "this_was_me"), (MUTE, "muted")])
async def test_an_answer_on_the_phone_holds_over_a_restart(hass, make_home, phone, button, state):
    home = await make_home(phone)
    await home.live(40, stuck)
    await phone.press(button)
    assert phone.shown == []
    await home.restart()
    await home.live(40, stuck)
    (told,) = (await ask(hass, "get_anomalies"))["anomalies"]
    assert told["state"] == state
    assert (told["muted_until"] is not None) == (state == "muted")
    assert len(phone.notes) == 1
    assert hass.states.get("binary_sensor.my_home_unusual_consumption").state == "off"


async def test_what_has_ended_goes_from_the_phone_and_can_still_be_read(hass, make_home, phone, clock):
    home = await make_home(phone)
    await home.live(40, stuck)
    clock.tick(5 * HOUR)
    await home.live(40, lambda start: stuck(start) if start < MORNING else usual(start))
    assert phone.shown == []
    assert (await ask(hass, "get_anomalies"))["anomalies"] == []
    (told,) = (await ask(hass, "get_anomalies", with_what_is_over=True))["anomalies"]
    assert told["state"] == "over"


async def test_a_mute_keeps_its_reason_and_can_be_ended(hass, make_home, phone):
    home = await make_home(phone)
    await home.live(40, stuck)
    (told,) = (await ask(hass, "get_anomalies"))["anomalies"]
    await ask(hass, "answer_anomaly", anomaly=told["anomaly"], answer="mute", days=2, reason="The pool is filled")
    (told,) = (await ask(hass, "get_anomalies"))["anomalies"]
    assert (told["state"], told["reason"]) == ("muted", "The pool is filled")
    assert told["muted_until"] == "2026-06-12T10:00:00+00:00"
    await ask(hass, "answer_anomaly", anomaly=told["anomaly"], answer="reopen")
    (told,) = (await ask(hass, "get_anomalies"))["anomalies"]
    assert told["state"] == "open"
    assert len(phone.notes) == 1


async def test_an_answer_to_nothing_is_refused(hass, make_home, phone):
    await make_home(phone)
    with pytest.raises(ServiceValidationError, match="no anomaly 0123 at My home"):
        await ask(hass, "answer_anomaly", anomaly="0123", answer="acknowledge")
