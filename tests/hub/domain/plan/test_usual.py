"""What usually comes: a week's requests at the same local hours of the days to come, a seventh of each."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.plan.wants import Need, RunOnce
from sceop_hub.core.slots import to_number
from sceop_hub.domain.plan.kinds import kinds
from sceop_hub.domain.plan.places import Asked, Lately, Usual
from sceop_hub.domain.plan.usual import coming

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 20, 11, tzinfo=UTC)


def car(at, household=1, hours=10):
    return Asked(
        household,
        at,
        Need("car", 8000, 3700, 3700, interruptible=True, earliest=at, ready_by=at + timedelta(hours=hours)),
    )


def test_a_request_of_each_day_is_expected_once_a_day_again():
    asked = [car(NOW - timedelta(days=day) + timedelta(hours=7)) for day in range(1, 8)]
    expected = coming(asked, NOW, BERLIN)

    tomorrow = [one for one in expected if one.comes < NOW + timedelta(days=1)]
    assert sum(one.weight for one in tomorrow) == pytest.approx(1)
    assert {one.comes for one in tomorrow} == {NOW + timedelta(hours=7)}


def test_what_was_asked_longer_ago_than_a_week_is_not_expected():
    assert not coming([car(NOW - timedelta(days=7, minutes=1))], NOW, BERLIN)


def test_a_community_that_began_yesterday_expects_all_of_it():
    assert coming([car(NOW - timedelta(hours=20))], NOW, BERLIN, days=1)[0].weight == 1


def test_across_the_clock_change_people_ask_at_the_same_hour_of_the_wall():
    evening = datetime(2026, 3, 28, 18, 30, tzinfo=BERLIN).astimezone(UTC)
    after = datetime(2026, 3, 29, 18, 30, tzinfo=BERLIN).astimezone(UTC)
    (first, *_) = coming([car(evening)], evening + timedelta(minutes=1), BERLIN)

    assert first.comes == after
    assert first.request.earliest == after
    assert (after - evening) == timedelta(hours=23)


def test_a_home_that_does_not_use_its_places_is_expected_with_less():
    at = NOW - timedelta(hours=5)
    kept, broken = coming([car(at), car(at, household=2)], NOW, BERLIN, lately={2: Lately(kept=0.25)})[::2]

    assert broken.weight == kept.weight / 4


@given(
    hours=st.lists(st.integers(1, 167), max_size=30),
    now=st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001 - made an instant at once
)
def test_nothing_is_expected_in_the_past_and_nothing_beyond_two_days(hours, now):
    for one in coming([car(now - timedelta(hours=hour)) for hour in hours], now, BERLIN):
        assert now <= one.comes < now + timedelta(days=2)


def of_a_kind(count, weight=0.25):
    return [
        Usual(
            NOW + timedelta(minutes=minute),
            RunOnce("b", (200, 200), NOW + timedelta(minutes=minute), NOW + timedelta(hours=5)),
            weight,
        )
        for minute in range(count)
    ]


def test_requests_of_the_same_half_hour_flow_together():
    (kind,) = kinds(of_a_kind(8))
    slot = to_number(NOW)
    kind.lay(slot - 4, [1000] * 40)

    assert sum(kind.laid[1]) == 800
    assert kind.laid[0] >= slot


def test_who_was_expected_and_did_not_come_is_not_waited_for():
    (kind,) = kinds(of_a_kind(8))
    slot = to_number(NOW)
    kind.lay(slot + 1, [0] * 40)

    assert not kind.laid[1]
    assert not kind.waiting


def test_a_kind_never_lies_in_the_present_slot_as_it_is_still_to_come():
    (kind,) = kinds(of_a_kind(8))
    slot = to_number(NOW)
    kind.lay(slot, [-9000, *[0] * 40])

    assert kind.laid[0] == slot + 1
