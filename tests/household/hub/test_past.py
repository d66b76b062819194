"""A home's past is told in pieces, up to the slot that it closes itself."""

from datetime import UTC, datetime, timedelta

from custom_components.sceop.core.slots import Span
from custom_components.sceop.hub.past import Told, next_week

START = datetime(2026, 6, 1, tzinfo=UTC)


async def test_it_is_told_a_week_at_a_time_up_to_its_end():
    asked, told = [], Told(START, START + timedelta(days=10))

    async def past(span):
        asked.append(span)
        return {}

    while told.until < told.end:
        slots, told = await next_week(past, told)
        assert slots == {}
    middle = START + timedelta(days=7)
    assert asked == [Span(START, middle), Span(middle, told.end)]


def test_how_far_it_came_survives_a_restart():
    told = Told(START, START + timedelta(days=10))
    assert Told.from_json(told.to_json()) == told
