"""A site's forecast: there as soon as its past is, made anew each hour, and never a reason to fail."""

from datetime import timedelta

import pytest

from custom_components.sceop import importing
from custom_components.sceop.core.forecast.band import Model
from tests.household.test_importing import imported

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def entry(hass, make_entry, now, monkeypatch):
    monkeypatch.setattr(importing, "PAST", timedelta(days=9))
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await imported(entry)
    await finished(hass, entry, "sceop forecast")
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def finished(hass, entry, name):
    """Wait for what a site does in the background."""
    for task in list(entry._background_tasks):
        if task.get_name().startswith(name):
            await task
    await hass.async_block_till_done()


async def test_a_forecast_is_there_as_soon_as_the_past_was_imported(entry, now):
    outlook = entry.runtime_data.forecast.data
    assert outlook.made == now.replace(minute=0)
    assert outlook.model("consumption") is not Model.NOTHING
    for figure in ("consumption", "production"):
        today, tomorrow = outlook.energy(figure, 0), outlook.energy(figure, 1)
        assert 1000 < today.mid_wh < 100_000
        assert tomorrow.low_wh <= tomorrow.mid_wh <= tomorrow.high_wh
        assert len(outlook.curve(figure, 0)) == 96
