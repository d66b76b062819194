"""Sums over things that come, go and fall silent."""

from hypothesis import given, strategies as st

from custom_components.sceop.core.tally import Part, Tally, count

STEPS = st.lists(
    st.fixed_dictionaries({}, optional={name: st.one_of(st.none(), st.integers(0, 9000)) for name in "abc"}),
    max_size=30,
)


def gather(*moments, signs=None, only_whole=False):
    tally = Tally()
    for moment in moments:
        parts = {name: Part((signs or {}).get(name, 1), total) for name, total in moment.items()}
        tally = count(tally, parts, only_whole=only_whole)
    return tally.highest_mwh


@given(STEPS, st.booleans())
def test_it_never_runs_backwards(moments, only_whole):
    shown = 0
    for number in range(len(moments)):
        now = gather(*moments[: number + 1], signs={"b": -1}, only_whole=only_whole)
        assert now >= shown
        shown = now


def test_it_begins_with_what_the_counters_show():
    assert gather({"a": 5000, "b": 1000}) == 6000
    assert gather({"a": 5000, "b": 9000}, signs={"b": -1}) == 0


def test_a_thing_that_is_added_makes_no_leap_and_one_that_is_removed_no_fall():
    assert gather({"a": 5000}, {"a": 5100, "b": 800_000}, {"a": 5200, "b": 800_050}, {"b": 800_060}) == 5260


def test_a_sum_goes_on_while_a_part_is_silent_and_catches_up():
    assert gather({"a": 0, "b": 0}, {"a": 100, "b": None}) == 100
    assert gather({"a": 0, "b": 0}, {"a": 100, "b": None}, {"a": 200, "b": 70}) == 270


def test_a_difference_waits_for_all_its_parts():
    silent = ({"a": 0, "b": 0}, {"a": 700, "b": None})
    assert gather(*silent, only_whole=True) == 0
    assert gather(*silent, {"a": 1000, "b": 500}, only_whole=True) == 1500


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.booleans())
def test_a_sum_that_lost_its_parts_goes_on_from_what_they_show_next(gathered, total, only_whole):
    taken_up = count(Tally({}, gathered, gathered), {"a": Part(1, total)}, only_whole=only_whole)
    assert taken_up.highest_mwh == gathered
    assert count(taken_up, {"a": Part(1, total + 7)}, only_whole=only_whole).highest_mwh == gathered + 7
