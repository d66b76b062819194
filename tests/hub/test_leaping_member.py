"""A meter that breaks: the hub leaves the home out, says so, and forecasts the others as if it had never been."""

from datetime import timedelta

import numpy as np
import pytest

from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.core.slots import Span, from_number, to_number
from sceop_hub.domain.alerts import Kind
from sceop_hub.domain.forecast.load import consumption
from sceop_hub.jobs.alerts import WATCH
from sceop_hub.store import figures, forecasts
from tests.hub.street import FIRST, ZONE, lived, span_of, street

BREAKS = 16
"""A day, the first that the homes did not bring along."""
DAYS = 19
BROKEN = 0
HOMES = 20
TIMES = 100


def told(home, day):
    """Return what its meter says."""
    return [wh * (TIMES if home == BROKEN and day >= BREAKS else 1) for wh in lived(home, day)]


@pytest.mark.timeout(180)  # twenty members live through days over the wire
async def test_a_meter_that_counts_a_hundred_times_is_told_and_spoils_no_forecast_of_the_others(tmp_path):
    sound = range(1, HOMES)
    counted, errors, alone = [], [], []
    async with street(tmp_path, range(HOMES), BREAKS, told, lived) as community:
        for day in range(BREAKS, DAYS):
            await community.live(day)
            counted.append(community.counted)
            errors.append(await community.error(day + 1, sound))
            alone.append(error_alone(day + 1, sound))
        await _coordinator_hears_whose_it_is(community.hub)
        await _what_was_published_stays_and_is_not_learned_from(community.hub)
    assert counted == [20, 19, 19], "one day may be a glitch"
    assert np.mean(errors) <= 1.05 * np.mean(alone)
    assert (np.array(errors) <= 1.2 * np.array(alone)).all(), "nor that of any midnight"


def error_alone(day, homes):
    """Return how far the forecast is off that is made of these homes alone."""
    days = [np.sum([lived(home, past) for home in homes], axis=0) for past in range(day + 1)]
    known = Series(span_of(0).start, np.concatenate(days[:-1]).astype(float))
    mid = consumption(known, Place(ZONE), None, len(days[-1])).mid
    return np.abs(mid - days[-1]).sum() / days[-1].sum()


async def _coordinator_hears_whose_it_is(hub):
    await hub.app[WATCH].look()
    (alert,) = [one for one in hub.app[WATCH].alerts if one.finding.kind == Kind.BROKEN]
    assert dict(alert.finding.detail) == {"fault": "left_out"}
    async with hub.session.get("/alerts") as answer:
        page = await answer.text()
    assert "Home 0" in page
    assert "left out of all figures" in page


async def _what_was_published_stays_and_is_not_learned_from(hub):
    span = Span(span_of(BREAKS - 1).start, span_of(BREAKS + 2).end)
    first, end = to_number(span.start), to_number(span.end)
    learned = await hub.hub.store.read(lambda books: forecasts.published(books, first, end))
    shown = await hub.hub.store.read(lambda books: figures.curve(books, 0, span))
    assert len(shown) == 4 * 96
    days = {from_number(slot.slot).astimezone(ZONE).date() for slot in learned}
    assert days == {FIRST + timedelta(days=day) for day in (BREAKS - 1, BREAKS + 2)}
    assert {slot.homes for slot in learned} == {19, 20}
