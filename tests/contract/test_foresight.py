"""What a hub foresees, as the integration's own client understands it: forecasts, peaks, messages, and weather."""

import pytest
from aiohttp import ClientSession

from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.errors import HubError
from custom_components.sceop.hub.foreseen import read_notice, read_peaks
from custom_components.sceop.sky import HOUR, Hour
from sceop_hub import notices, weather as trusting
from sceop_hub.store import members
from tests.hub.forecasting import AT_FIVE_PAST, forecast, forecasting_hub

SOON = AT_FIVE_PAST.replace(minute=0) + HOUR
HOURS = {SOON: Hour(5.5, 0.25, None), SOON + HOUR: Hour(None, None, 4.0)}


@pytest.fixture
async def foreseeing(tmp_path):
    """Run a hub whose community has a past that is published, but no forecast yet."""
    async with forecasting_hub(tmp_path) as hub:
        yield hub


@pytest.fixture
async def joined(foreseeing):
    return (await foreseeing.ask_to_join()).body


@pytest.fixture
async def member(foreseeing, joined):
    async with ClientSession() as session:
        yield HubClient(session, foreseeing.url, joined["token"])


async def test_before_the_first_forecast_there_is_none(member):
    assert await member.forecast(AT_FIVE_PAST) is None
    peaks = await member.peaks(AT_FIVE_PAST)
    assert (peaks.made, peaks.windows, peaks.days) == (None, (), ())


async def test_a_forecast_is_understood(foreseeing, member):
    await forecast(foreseeing)
    told, peaks = await member.forecast(AT_FIVE_PAST), await member.peaks(AT_FIVE_PAST)
    assert told.figures
    for figure in told.figures.values():
        assert len(figure.mid) == 192
        assert figure.days > 0
    assert (told.made, told.step) == (peaks.made, HOUR / 4)
    assert peaks.days[0].low_w <= peaks.days[0].mid_w <= peaks.days[0].high_w


async def test_the_live_line_tells_the_same(foreseeing, member):
    await forecast(foreseeing)
    await notices.tell(foreseeing.hub, "local", "Works", "The street is closed.")
    async with member.live() as socket:
        told = await socket.receive_json()
        assert told["type"] == "peaks"
        assert read_peaks(told, AT_FIVE_PAST) == await member.peaks(AT_FIVE_PAST)
        notice = read_notice(await socket.receive_json(), AT_FIVE_PAST)
    assert (notice.title, notice.text) == ("Works", "The street is closed.")


async def test_weather_is_taken_from_whom_the_coordinator_trusts_with_it(foreseeing, member, joined):
    assert not (await member.me()).weather
    with pytest.raises(HubError) as refused:
        await member.tell_weather(HOURS)
    assert "weather" in refused.value.sentence
    household = await foreseeing.hub.store.read(lambda books: members.record(books, joined["household"]).household)
    await trusting.trust(foreseeing.hub, "local", household, on=True)
    assert (await member.me()).weather
    await member.tell_weather(HOURS)
