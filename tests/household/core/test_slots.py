"""Slots, and the days of 92, 96 and 100 of them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.slots import SLOT, Span, from_number, local_day, slot_of, to_number

MIDNIGHT = datetime(2026, 6, 10, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@pytest.mark.parametrize(
    ("day", "slots"), [(date(2026, 3, 29), 92), (date(2026, 6, 10), 96), (date(2026, 10, 25), 100)]
)
def test_a_local_day(day, slots):
    assert len(local_day(day, ZoneInfo("Europe/Amsterdam"))) == slots


@given(INSTANTS.map(datetime.date), ZONES)
def test_days_follow_each_other_without_a_gap(day, zone):
    assert local_day(day, ZoneInfo(zone)).end == local_day(day + timedelta(days=1), ZoneInfo(zone)).start


@given(INSTANTS)
def test_an_instant_lies_in_its_slot(instant):
    start = slot_of(instant)
    assert start <= instant < start + SLOT
    assert start.minute % 15 == start.second == start.microsecond == 0
    assert from_number(to_number(instant)) == start


def test_other_zones_name_the_same_slot():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    assert slot_of(datetime(2026, 6, 10, 12, 59, tzinfo=kathmandu)) == datetime(2026, 6, 10, 7, 0, tzinfo=UTC)


def test_an_instant_without_a_zone_is_none():
    with pytest.raises(ValueError, match="time zone"):
        slot_of(datetime(2026, 6, 10))  # noqa: DTZ001 - the point of the test


def test_a_span_is_its_slots():
    span = Span(MIDNIGHT, MIDNIGHT + timedelta(hours=1))
    assert list(span) == [MIDNIGHT + n * SLOT for n in range(4)]
    assert MIDNIGHT in span
    assert span.end not in span


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (MIDNIGHT, MIDNIGHT),
        (MIDNIGHT + SLOT, MIDNIGHT),
        (MIDNIGHT, MIDNIGHT + timedelta(minutes=20)),
        (MIDNIGHT + timedelta(seconds=1), MIDNIGHT + SLOT),
        (MIDNIGHT.replace(tzinfo=None), MIDNIGHT + SLOT),
        (MIDNIGHT, (MIDNIGHT + SLOT).astimezone(ZoneInfo("Europe/Amsterdam"))),
    ],
)
def test_no_span(start, end):
    with pytest.raises(ValueError, match=r"span|edge"):
        Span(start, end)
