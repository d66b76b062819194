"""A meter that breaks: the hub leaves the home out, says so, and forecasts the others as if it had never been."""

from datetime import timedelta

import numpy as np

from sceop_hub.core.slots import Span, from_number, to_number
from sceop_hub.domain.alerts import Kind
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


async def test_a_meter_that_counts_a_hundred_times_is_told_and_spoils_no_forecast_of_the_others(tmp_path):
    sound = range(1, HOMES)
    errors = {}
    for name, homes in (("without", sound), ("with", range(HOMES))):
        async with street(tmp_path / name, homes, BREAKS, told, lived) as community:
            errors[name], counted = [], []
            for day in range(BREAKS, DAYS):
                await community.live(day)
                counted.append(community.counted)
                errors[name].append(await community.error(day + 1, sound))
            if name == "with":
                assert counted == [20, 19, 19], "one day may be a glitch"
                await _coordinator_hears_whose_it_is(community.hub)
                await _what_was_published_stays_and_is_not_learned_from(community.hub)
    assert np.mean(errors["with"]) <= 1.05 * np.mean(errors["without"])
    assert (np.array(errors["with"]) <= 1.2 * np.array(errors["without"])).all(), "nor that of any midnight"


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
