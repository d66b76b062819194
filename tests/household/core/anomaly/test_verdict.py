"""What a person said of an anomaly holds for what is like it, and for nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.sceop.core.anomaly.anomaly import Anomaly, Kind
from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.anomaly.verdict import Said, Verdict, silenced
from tests.household.core.anomaly.homes import AMSTERDAM, BEGAN, HOUR, home, with_load

DAY = timedelta(days=1)
EVENING = Anomaly(
    kind=Kind.STUCK,
    channel="consumption",
    since=BEGAN + 60 * DAY + 18 * HOUR,
    until=BEGAN + 60 * DAY + 23 * HOUR,
    power_w=1000,
    wh_a_month=720_000,
    sureness=0.8,
)


def moved(anomaly, by):
    return replace(anomaly, since=anomaly.since + by, until=anomaly.until + by)


def covered(said, anomaly):
    return silenced(anomaly, [Verdict(said, EVENING)], AMSTERDAM)


@pytest.mark.parametrize("days", [1, 6, 7])
def test_what_was_me_is_normal_at_the_same_hours_of_such_days(days):
    like = moved(EVENING, days * DAY)
    workdays = [each.since.astimezone(AMSTERDAM.zone).weekday() < 5 for each in (EVENING, like)]
    assert covered(Said.MINE, like) == (workdays[0] == workdays[1])


def test_on_a_holiday_it_would_be_another_thing():
    like = moved(EVENING, 7 * DAY)
    day = like.since.astimezone(AMSTERDAM.zone).date()
    place = replace(AMSTERDAM, is_holiday=lambda other: other == day)
    assert not silenced(like, [Verdict(Said.MINE, EVENING)], place)


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENING, power_w=2000),
        replace(EVENING, power_w=-1000),
        replace(EVENING, until=EVENING.until + 12 * HOUR),
        moved(EVENING, -9 * HOUR),
        replace(EVENING, kind=Kind.UNUSUAL),
        replace(EVENING, channel="load.pump"),
    ],
)
def test_what_is_stronger_longer_elsewhere_or_at_other_hours_is_told(other):
    assert not covered(Said.MINE, moved(other, 7 * DAY))


def test_a_muted_kind_is_told_no_more_of_that_channel():
    assert covered(Said.MUTED, replace(moved(EVENING, 3 * DAY), power_w=9000))
    assert not covered(Said.MUTED, replace(EVENING, channel="load.pump"))


def test_what_was_acknowledged_is_still_shown():
    assert not covered(Said.ACKNOWLEDGED, EVENING)


def test_looking_learns_from_what_was_said():
    began = BEGAN + 66 * DAY + 12 * HOUR
    channels = {"grid_import": with_load(home(), 1200, began, 8 * HOUR)}
    (found,) = anomalies(channels, AMSTERDAM, None)
    assert anomalies(channels, AMSTERDAM, None, known=[Verdict(Said.MINE, found)]) == ()
    assert anomalies(channels, AMSTERDAM, None, known=[Verdict(Said.ACKNOWLEDGED, found)]) == (found,)
