"""The queue holds exactly what was put in and not yet taken out, however it is cut."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from custom_components.sceop.core.blocks import MOST_SLOTS
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub import queue

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
QUALITIES = ("measured", "estimated", "imported")


def slot(number, quality="measured"):
    return ClosedSlot(FIRST + number * SLOT, number % 97, quality)


def contents(waiting):
    return Counter(
        (block.channel, block.start + number * SLOT, wh, block.quality)
        for block in waiting
        for number, wh in enumerate(block.wh)
    )


@st.composite
def queues(draw):
    waiting, given_in, at = (), Counter(), dict.fromkeys(("grid_import", "production"), 0)
    for channel, gap, count, quality in draw(
        st.lists(
            st.tuples(st.sampled_from(tuple(at)), st.integers(0, 2), st.integers(1, 700), st.sampled_from(QUALITIES)),
            max_size=6,
        )
    ):
        first = at[channel] + gap
        at[channel] = first + count
        slots = [slot(number, quality) for number in range(first, first + count)]
        waiting = queue.with_slots(waiting, channel, slots)
        given_in.update((channel, each.start, each.wh, each.quality) for each in slots)
    return waiting, given_in


@given(queues())
def test_nothing_is_lost_or_doubled(made):
    waiting, given_in = made
    assert contents(waiting) == given_in
    assert queue.count(waiting) == given_in.total()
    assert all(1 <= len(block.wh) <= MOST_SLOTS for block in waiting)


@given(queues())
def test_it_survives_the_disk(made):
    waiting, _ = made
    assert queue.load(queue.dump(waiting)) == waiting


@given(queues(), st.data())
def test_what_is_taken_out_is_gone_and_nothing_else(made, data):
    waiting, given_in = made
    if not waiting:
        return
    block = data.draw(st.sampled_from(waiting))
    first = data.draw(st.integers(0, len(block.wh) - 1))
    last = data.draw(st.integers(first + 1, len(block.wh)))
    done = queue.part(block, start=block.start + first * SLOT, end=block.start + last * SLOT)
    left, gone = queue.without(waiting, (done,))
    assert contents(left) == given_in - contents((done,))
    assert gone == len(done.wh)


@given(queues(), st.data())
def test_several_go_together_and_what_is_not_there_is_no_matter(made, data):
    waiting, given_in = made
    done = tuple(data.draw(st.lists(st.sampled_from(waiting), unique_by=id))) if waiting else ()
    absent = queue.Block("battery_charge", FIRST, (1, 2))
    left, gone = queue.without(waiting, (*done, absent))
    assert contents(left) == given_in - contents(done)
    assert gone == queue.count(done)


@given(queues(), st.integers(-1, 4300), st.integers(0, 4300))
def test_only_the_old_and_the_future_go(made, number, count):
    waiting, given_in = made
    oldest, now = FIRST + number * SLOT, FIRST + (number + count) * SLOT
    kept = Counter({key: count for key, count in given_in.items() if oldest <= key[1] < now})
    assert contents(queue.within(waiting, oldest, now)) == kept


@given(st.integers(2, MOST_SLOTS))
def test_halves_make_a_whole(count):
    (block,) = queue.with_slots((), "grid_import", [slot(number) for number in range(count)])
    left, right = queue.halves(block)
    assert left.wh
    assert right.wh
    assert left.wh + right.wh == block.wh
    assert queue.end(left) == right.start


def test_a_long_silence_stays_small():
    waiting = ()
    for number in range(2000):
        waiting = queue.with_slots(waiting, "grid_import", [slot(number)])
        waiting = queue.with_slots(waiting, "production", [slot(number)])
    assert len(waiting) == 6
