"""What the card of the forecast hears of a community, as the hub tells it."""

import pytest

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.hub.foreseen import read_forecast
from tests.household.conftest import NOW

START = "2026-06-10T10:00:00Z"
PEAKS = {
    "type": "peaks",
    "made": START,
    "limit_w": 90_000,
    "windows": [
        {
            "start": "2026-06-10T16:00:00Z", "end": "2026-06-10T17:00:00Z", "power_w": 95_000, "limit_w": 90_000,
            "probability": 0.6, "severity": "serious",
        }
    ],
    "days": [{"day": "2026-06-11", "low_w": 80_000, "mid_w": 92_000, "high_w": 99_000, "at": "2026-06-11T16:30:00Z"}],
}  # fmt: skip


def forecast(**figures):
    return read_forecast({"made": START, "start": START, "step": 900, "figures": figures}, NOW)


def figure(*mid, model="learned"):
    return {"low": [None] * len(mid), "mid": list(mid), "high": list(mid), "model": model, "days": 12.5}


@pytest.fixture
def ask(hass, now, member, hass_ws_client, socket_enabled):
    async def ask():
        socket = await hass_ws_client(hass)
        await socket.send_json_auto_id({"type": f"{DOMAIN}/forecast", "site": member.entry_id})
        told = (await socket.receive_json())["result"]
        await socket.close()
        return told

    return ask


def of_the_community(told):
    return {
        what: [each for each in told[what] if each["whose"] == "community"] for what in ("figures", "windows", "peaks")
    }


async def test_before_the_hub_has_told_anything_there_is_nothing_of_the_community(ask):
    told = await ask()
    assert told["joined"]
    assert of_the_community(told) == {"figures": [], "windows": [], "peaks": []}


async def test_what_the_hub_expects_stands_beside_what_is_expected_of_the_home(ask, member):
    foresight = member.runtime_data.hub.foresight
    foresight.forecast = forecast(consumption=figure(50_000, None), production=figure(10, model="of_tomorrow"))
    foresight.heard(PEAKS)
    known = of_the_community(await ask())
    used, made = known["figures"]
    assert (used["figure"], used["actual"], used["mid"]["watts"]) == ("consumption", None, [50_000, None])
    assert (made["figure"], made["model"], made["days"]) == ("production", "of_tomorrow", 12.5)
    assert [(each["power_w"], each["limit_w"]) for each in known["windows"]] == [(95_000, 90_000)]
    assert [each["mid_w"] for each in known["peaks"]] == [92_000]


async def test_a_limit_of_net_load_is_not_drawn_over_what_is_used(ask, member):
    foresight = member.runtime_data.hub.foresight
    foresight.forecast = forecast(consumption=figure(50_000), net=figure(-20_000))
    foresight.heard(PEAKS)
    known = of_the_community(await ask())
    assert [each["figure"] for each in known["figures"]] == ["consumption"]
    assert [each["limit_w"] for each in known["windows"]] == [None]
