"""Warnings: told once, in time, not in the night, and taken back when they are over."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.core.warnings.matter import Matter, Topic
from custom_components.sceop.core.warnings.memory import Memory
from custom_components.sceop.core.warnings.peaks import peaks_ahead
from custom_components.sceop.core.warnings.quiet import Quiet, ring_at
from custom_components.sceop.core.warnings.rules import Rules
from custom_components.sceop.core.warnings.step import Announce, Clear, Digest, Ring, step

ZONE = ZoneInfo("Europe/Amsterdam")
NIGHT = Quiet(time(22), time(7), ZONE)
NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
RULES = Rules(ZONE, quiet=NIGHT)
EVERYTHING = frozenset(Topic)


def at(hour, minute=0, day=10):
    """Return an instant by the clock of the place."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def window(start, end, severity=Severity.SERIOUS, power_w=6000):
    return Window(start, end, power_w, 4000, 0.8, severity)


def fault(severity=Severity.SERIOUS, key="stuck", due=NOON, topic=Topic.UNUSUAL_CONSUMPTION):
    return Matter(topic, key, severity, due)


class Life:
    """A site through time: what is told, and when."""

    def __init__(self, rules=RULES, matters=(), own=(), community=()):
        self.rules, self.matters, self.own, self.community = rules, list(matters), list(own), list(community)
        self.memory, self.orders = Memory(), []

    def look(self, now):
        peaks = peaks_ahead(self.own, self.community, self.memory.peaks, self.rules.lead, self.rules.zone)
        made = step(self.memory, [*self.matters, *peaks], self.rules, now)
        self.memory = made.memory
        self.orders += [(now, order) for order in made.orders]
        return made

    def until(self, start, end):
        """Live as the integration does: look, sleep until it is said to be worth it, look again."""
        now = start
        while now is not None and now <= end:
            now = self.look(now).next
        return self

    def told(self, kind):
        return [(now, order) for now, order in self.orders if isinstance(order, kind)]

    def times(self, kind):
        return [now for now, _ in self.told(kind)]


def test_a_peak_is_told_two_hours_ahead_and_taken_back_when_it_is_over():
    life = Life(own=[window(at(18), at(20))]).until(at(9), at(23))
    assert life.times(Ring) == life.times(Announce) == [at(16)]
    assert life.times(Clear) == [at(20)]


def test_a_severe_peak_is_told_the_evening_before():
    life = Life(own=[window(at(18), at(20), Severity.SEVERE)]).until(at(9, day=9), at(23))
    assert life.times(Ring) == [at(19, day=9)]


def test_a_peak_that_is_found_late_is_told_at_once():
    assert Life(own=[window(at(18), at(20))]).until(at(17, 40), at(23)).times(Ring) == [at(17, 40)]


def test_what_is_due_in_the_night_is_told_in_the_morning():
    life = Life(matters=[fault(due=at(3))]).until(at(3), at(12))
    assert life.times(Ring) == [at(7)]
    assert life.times(Announce) == [at(3)]


def test_a_peak_of_the_early_morning_is_told_before_the_night():
    life = Life(own=[window(at(6), at(8))]).until(at(12, day=9), at(12))
    assert life.times(Ring) == [at(21, 30, day=9)]


def test_a_peak_right_after_the_night_is_told_before_it():
    life = Life(own=[window(at(7, 15), at(8))]).until(at(12, day=9), at(12))
    assert life.times(Ring) == [at(21, 30, day=9)]


def test_a_peak_that_is_found_in_the_night_does_not_wake_anybody():
    life = Life(own=[window(at(6), at(8))]).until(at(1), at(12))
    assert life.times(Ring) == [at(7)]


@pytest.mark.parametrize(("breaks", "rung"), [(True, at(1)), (False, at(7))])
def test_a_severe_peak_rings_in_the_night_only_where_that_is_wanted(breaks, rung):
    rules = replace(RULES, severe_break_quiet=breaks)
    assert Life(rules, own=[window(at(8), at(9), Severity.SEVERE)]).until(at(1), at(12)).times(Ring) == [rung]


def test_the_mild_ones_come_together_once_a_day():
    mild = [fault(Severity.MILD, "a", NOON), fault(Severity.MILD, "b", NOON + HOUR)]
    life = Life(matters=mild).until(at(9), at(23, day=13))
    assert [matter.key for _, digest in life.told(Digest) for matter in digest.matters] == ["a", "b"]
    assert life.times(Ring) == []


def test_a_mild_peak_stands_in_the_digest_of_its_day():
    life = Life(own=[window(at(18), at(20), Severity.MILD)]).until(at(12, day=8), at(23))
    assert len(life.told(Digest)) == 1
    (now,) = life.times(Digest)
    assert now == at(8)


def test_a_digest_waits_for_a_forecast_that_a_start_has_still_to_make():
    start = at(8, 5)
    made = step(Memory(digested=date(2026, 6, 9)), [], RULES, start, certain={Topic.HUB_MESSAGE})
    mild = peaks_ahead([window(at(18), at(20), Severity.MILD)], [], {}, RULES.lead, ZONE)
    later = step(made.memory, mild, RULES, start + MINUTE)
    assert [type(order) for order in (*made.orders, *later.orders)] == [Digest]
    assert step(later.memory, mild, RULES, start + HOUR).orders == ()


def test_without_a_digest_the_mild_ones_are_told_alone():
    life = Life(replace(RULES, digest=None), [fault(Severity.MILD)]).until(NOON, NOON + DAY)
    assert (life.times(Ring), life.told(Digest)) == ([NOON], [])


def test_a_digest_in_the_quiet_hours_comes_after_them():
    life = Life(replace(RULES, digest=time(6)), [fault(Severity.MILD, due=at(1))]).until(at(1), at(12))
    assert life.times(Digest) == [at(7)]


def test_who_wanted_to_hear_again_does_so_shortly_before():
    life = Life(own=[window(at(18), at(20))])
    life.until(at(9), at(16))
    life.memory = life.memory.remind(next(iter(life.memory.told)))
    life.until(at(16, 5), at(23))
    assert life.times(Ring) == [at(16), at(17, 45)]
    assert life.told(Ring)[-1][1].again


def test_a_reminder_outlives_a_restart_and_a_forecast_that_moves():
    life = Life(own=[window(at(18), at(20))])
    life.until(at(9), at(16))
    life.memory = Memory.from_json(life.memory.remind(next(iter(life.memory.told))).to_json())
    life.own = [window(at(18, 30), at(20))]
    life.until(at(16, 5), at(23))
    assert life.times(Ring) == [at(16), at(18, 15)]


def test_a_reminder_that_nobody_could_send_in_time_is_dropped():
    life = Life(own=[window(at(18), at(20))])
    life.until(at(9), at(16))
    life.memory = life.memory.remind(next(iter(life.memory.told)))
    life.until(at(18, 30), at(19))
    assert life.times(Ring) == [at(16)]


def test_what_a_person_has_answered_is_taken_back_and_never_told_again():
    life = Life(own=[window(at(18), at(20))])
    life.until(at(9), at(16))
    life.memory = life.memory.hush(next(iter(life.memory.told)))
    life.look(at(16, 5))
    assert life.times(Clear) == [at(16, 5)]
    life.own = [window(at(18), at(20), Severity.SEVERE)]
    life.until(at(16, 10), at(23))
    assert life.times(Ring) == [at(16)]


def test_not_today_of_one_day_does_not_take_back_that_of_another():
    days = (10, 11, 12)
    life = Life(own=[window(at(18, day=day), at(19, day=day)) for day in days])
    life.memory = life.memory.without_peaks_on(date(2026, 6, 11)).without_peaks_on(date(2026, 6, 10))
    life.memory = Memory.from_json(life.memory.to_json())
    life.until(at(8), at(23, day=12))
    assert life.times(Ring) == [at(16, day=12)]
    assert life.memory.no_peaks_on == frozenset()


def test_not_today_leaves_what_was_asked_to_be_said_again_of_another_day():
    life = Life(own=[window(at(18, day=day), at(19, day=day), Severity.SEVERE) for day in (10, 11)])
    life.until(at(8), at(20))
    (tomorrow,) = (key for key, told in life.memory.told.items() if told.span[0] == at(18, day=11))
    life.memory = life.memory.remind(tomorrow).without_peaks_on(date(2026, 6, 10))
    life.until(at(20, 5), at(23, day=11))
    assert life.told(Ring)[-1][1].again


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_not_today_is_the_day_of_the_clock_on_the_wall_also_when_that_changes(day):
    def hour(number, of):
        return datetime.combine(of, time(number), ZONE).astimezone(UTC)

    tomorrow = day + DAY
    edges = [(hour(0, day), hour(1, day)), (hour(22, day), hour(23, day)), (hour(1, tomorrow), hour(2, tomorrow))]
    life = Life(replace(RULES, quiet=None), own=[window(*edge) for edge in edges])
    life.memory = life.memory.without_peaks_on(day)
    life.until(hour(0, day) - 3 * HOUR, hour(12, tomorrow))
    assert life.times(Ring) == [hour(1, tomorrow) - 2 * HOUR]


def test_not_today_holds_for_the_peaks_of_that_day_alone():
    life = Life(own=[window(at(hour, day=day), at(hour + 1, day=day)) for day in (10, 11) for hour in (11, 18)])
    life.until(at(8), at(9))
    life.memory = life.memory.without_peaks_on(date(2026, 6, 10))
    life.until(at(9, 1), at(23, day=11))
    assert life.times(Ring) == [at(9), at(9, day=11), at(16, day=11)]
    assert at(9, 1) in life.times(Clear)


def test_a_phone_that_is_chosen_while_something_is_shown_hears_of_it_once():
    life = Life(replace(RULES, hearers=frozenset("a")), own=[window(at(18), at(20))]).until(at(9), at(17))
    life.memory = Memory.from_json(life.memory.to_json())
    life.rules = replace(RULES, hearers=frozenset("ab"))
    life.until(at(17), at(19))
    assert [(now, order.only) for now, order in life.told(Ring)] == [(at(16), None), (at(17), {"b"})]
    life.rules = replace(RULES, hearers=frozenset("b"))
    life.look(at(19))
    life.rules = replace(RULES, hearers=frozenset("ab"))
    life.look(at(19))
    assert len(life.told(Ring)) == 2


def test_a_phone_that_is_chosen_hears_nothing_of_what_was_answered_or_in_the_night():
    life = Life(matters=[fault(key="answered"), fault(key="open")])
    life.look(NOON)
    life.memory = life.memory.hush("answered")
    life.rules = replace(RULES, hearers=frozenset("a"))
    life.until(at(23), at(12, day=11))
    told = [(now, order.matter.key, order.only) for now, order in life.told(Ring)[2:]]
    assert told == [(at(7, day=11), "open", {"a"})]


def test_a_peak_that_has_become_graver_is_told_again():
    life = Life(own=[window(at(18), at(20))]).until(at(9), at(17))
    life.own = [window(at(18), at(20), Severity.SEVERE)]
    life.until(at(17), at(23))
    assert life.times(Ring) == [at(16), at(17)]
    life.own = [window(at(18), at(20))]
    life.until(at(17, 30), at(23))
    assert len(life.told(Ring)) == len(life.told(Announce)) == 2


def test_what_vanishes_is_taken_back_and_is_no_news_when_it_returns():
    life = Life(matters=[fault()]).until(NOON, NOON + HOUR)
    life.matters = []
    life.look(NOON + HOUR)
    assert life.times(Clear) == [NOON + HOUR]
    life.matters = [fault()]
    life.look(NOON + 2 * HOUR)
    assert life.times(Ring) == [NOON]


def test_while_a_source_has_not_spoken_nothing_of_it_is_taken_back():
    life = Life(matters=[fault()]).until(NOON, NOON)
    assert step(life.memory, [], RULES, NOON + HOUR, certain=()).orders == ()


def test_a_topic_that_nobody_wants_reaches_automations_alone():
    life = Life(matters=[fault(topic=Topic.LIGHTS_AFTER_HOURS)]).until(NOON, NOON + DAY)
    assert (life.times(Announce), life.told(Ring)) == ([NOON], [])


def test_the_home_and_its_community_have_one_peak_where_theirs_meet():
    (both,) = peaks_ahead([window(at(18), at(20))], [window(at(19), at(21))], {}, HOUR, ZONE)
    assert (both.facts["whose"], both.start, both.end, both.severity) == ("both", at(18), at(21), Severity.SERIOUS)
    assert both.facts["probability"] == 0.8


@pytest.mark.parametrize(("own", "others", "whose"), [("mild", "severe", "community"), ("severe", "serious", "home")])
def test_where_theirs_meet_the_graver_one_is_told_of_with_its_own_figures(own, others, whose):
    home = window(at(18), at(20), Severity(own), power_w=6000)
    community = window(at(19), at(21), Severity(others), power_w=63000)
    (told,) = peaks_ahead([home], [community], {}, HOUR, ZONE)
    graver = home if whose == "home" else community
    assert (told.facts["whose"], told.severity, told.facts["power_w"]) == (whose, graver.severity, graver.power_w)
    assert (told.facts["start"], told.facts["end"]) == (graver.start.isoformat(), graver.end.isoformat())
    assert (told.start, told.end) == (at(18), at(21))


def test_what_is_told_of_a_peak_of_both_is_all_of_the_home():
    own, others = window(at(18), at(20)), replace(window(at(18), at(20)), power_w=63000, limit_w=47000, probability=0.9)
    (both,) = peaks_ahead([own], [others], {}, HOUR, ZONE)
    told = (both.facts["power_w"], both.facts["limit_w"], both.facts["probability"])
    assert told == (own.power_w, own.limit_w, own.probability)


def test_a_peak_of_one_alone_is_not_that_of_both():
    apart = peaks_ahead([window(at(8), at(9))], [window(at(18), at(20))], {}, HOUR, ZONE)
    assert [each.facts["whose"] for each in apart] == ["home", "community"]


def test_two_peaks_that_were_one_are_still_the_one_that_was_told():
    life = Life(own=[window(at(16), at(21))]).until(at(9), at(14))
    life.own = [window(at(16), at(17)), window(at(19), at(21))]
    life.until(at(14), at(23))
    assert life.times(Ring) == [at(14)]


def test_a_peak_keeps_its_name_when_it_moves_and_another_takes_its_place():
    (morning,) = peaks_ahead([window(at(9), at(10))], [], {}, HOUR, ZONE)
    moved = {morning.key: (at(14), at(15))}
    names = [each.key for each in peaks_ahead([window(at(9), at(10)), window(at(14), at(15))], [], moved, HOUR, ZONE)]
    assert names[1] == morning.key
    assert len(set(names)) == 2


def minutes(clock):
    return clock.replace(second=0, microsecond=0, fold=0)


clocks = st.times().map(minutes)
zones = st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe"]).map(ZoneInfo)
instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE)
severities = st.sampled_from(Severity)


@given(begin=clocks, finish=clocks, zone=zones, instant=instants)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(begin, finish, zone, instant):
    clock = instant.astimezone(zone).time()
    night = begin <= clock < finish if begin < finish else clock >= begin or clock < finish
    leaps = {instant.astimezone(zone).utcoffset(), (instant + DAY).astimezone(zone).utcoffset()}
    leaps.add((instant - DAY).astimezone(zone).utcoffset())
    if begin != finish and len(leaps) == 1:
        assert (Quiet(begin, finish, zone).around(instant) is not None) == night


@given(begin=clocks, finish=clocks, zone=zones, due=instants, ahead=st.none() | st.integers(0, 2000))
def test_nothing_rings_in_quiet_hours(begin, finish, zone, due, ahead):
    quiet = Quiet(begin, finish, zone)
    start = None if ahead is None else due + ahead * MINUTE
    rung = ring_at(due, start, quiet)
    whole_day = quiet.around(due) is not None and (rung < due or quiet.around(rung) is not None)
    if not whole_day:
        assert quiet.around(rung) is None


shifts = st.lists(st.integers(-3, 3), min_size=1, max_size=30)


@given(shifts=shifts, hour=st.integers(8, 18), length=st.integers(2, 8), restarts=st.sets(st.integers(0, 30)))
def test_a_peak_that_wanders_with_every_forecast_is_told_once(shifts, hour, length, restarts):
    life = Life()
    start, quarter = at(hour), timedelta(minutes=15)
    for number, shift in enumerate(shifts):
        if number in restarts:
            life.memory = Memory.from_json(life.memory.to_json())
        begin = start + shift * quarter
        life.own = [window(begin, begin + length * quarter)]
        life.look(at(6) + number * 20 * MINUTE)
    assert len(life.told(Ring)) <= 1
    assert len(life.told(Announce)) <= 1


matters = st.lists(
    st.builds(
        Matter,
        st.sampled_from(Topic),
        st.sampled_from("abcdef"),
        severities,
        instants,
    ),
    max_size=6,
    unique_by=lambda matter: matter.key,
)


@given(
    rounds=st.lists(matters, max_size=12), start=instants, gaps=st.lists(st.integers(1, 3000), min_size=12, max_size=12)
)
def test_nobody_hears_the_same_twice_at_the_same_gravity(rounds, start, gaps):
    life, now = Life(replace(RULES, topics=EVERYTHING)), start
    for found, gap in zip(rounds, gaps, strict=False):
        life.matters = found
        life.memory = Memory.from_json(life.memory.to_json())
        life.until(now, now)
        now += gap * MINUTE
    rung = [(order.matter.key, order.matter.severity) for _, order in life.told(Ring)]
    rung += [(matter.key, matter.severity) for _, order in life.told(Digest) for matter in order.matters]
    assert len(rung) == len(set(rung))
    assert all(NIGHT.around(now) is None for now in life.times(Ring) + life.times(Digest))
    days = [now.astimezone(ZONE).date() for now in life.times(Digest)]
    assert len(days) == len(set(days))
