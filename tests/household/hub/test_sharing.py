"""What may leave a home: its flows, the single loads that were ticked since they were, and nothing of a pause."""

from datetime import UTC, datetime, timedelta
from itertools import count, repeat

from hypothesis import given, strategies as st

from custom_components.sceop.core.channels import FLOWS, is_channel
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.core.wire import OLDEST
from custom_components.sceop.hub.sharing import Sharing

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOILER, HALL = "load.01jxboiler", "light.01jxhall"
CHANNELS = (*FLOWS, BOILER, HALL)

minutes = st.integers(0, 3 * 24 * 60)
choices = st.sets(st.sampled_from((BOILER, HALL)))


@st.composite
def sharings(draw):
    """Live through ticks, pauses and resumptions in any order; return the choice and its history."""
    sharing, history = Sharing(), []
    for at in sorted(draw(st.lists(minutes, max_size=8, unique=True))):
        now = FIRST + at * MINUTE
        match draw(st.sampled_from(("tick", "pause", "resume"))):
            case "tick":
                chosen = draw(choices)
                sharing = sharing.chosen(chosen, now)
                history.append((now, "tick", chosen))
            case "pause":
                sharing = sharing.pause(now)
                history.append((now, "pause", None))
            case "resume":
                sharing = sharing.resume(now)
                history.append((now, "resume", None))
    return sharing, history


def shared_all_of(history, channel, start):
    """Tell from the history alone whether a channel was shared in every minute of a slot, up to today's choice."""
    for minute in range(15):
        at, paused, ticked_since = start + minute * MINUTE, False, None
        for when, what, chosen in history:
            if what == "tick":
                ticked_since = (ticked_since or when) if channel in chosen else None
            elif when <= at:
                paused = what == "pause"
        if paused or (channel not in FLOWS and (ticked_since is None or at < ticked_since)):
            return False
    return True


def closed(numbers):
    return {channel: [ClosedSlot(FIRST + n * SLOT, n, "measured") for n in numbers] for channel in CHANNELS}


@given(sharings(), st.lists(st.integers(-4, 4 * 24 * 4), min_size=1, max_size=20, unique=True))
def test_exactly_what_was_shared_all_along_leaves_the_home(lived, numbers):
    sharing, history = lived
    told = sharing.select(closed(sorted(numbers)))
    names = {channel: channel for channel in FLOWS} | {each: share.name for each, share in sharing.shares.items()}
    expected = {
        names[channel]: kept
        for channel, slots in closed(sorted(numbers)).items()
        if (kept := [slot for slot in slots if shared_all_of(history, channel, slot.start)])
    }
    assert told == expected
    assert told.keys() <= sharing.channels


@given(sharings())
def test_it_survives_the_disk(lived):
    sharing, _ = lived
    assert Sharing.from_json(sharing.to_json()) == sharing


def test_who_joined_before_anybody_asked_shares_the_flows_alone():
    sharing = Sharing.from_json({"token": "secret"})
    assert sharing == Sharing(consent=0)
    assert sharing.select(closed([0])).keys() == set(FLOWS)


def test_a_name_tells_what_kind_of_thing_it_is_and_nothing_else():
    sharing = Sharing().chosen([BOILER, HALL], FIRST)
    load, light = sharing.shares[BOILER].name, sharing.shares[HALL].name
    assert load.startswith("load.")
    assert light.startswith("light.")
    assert is_channel(load)
    assert is_channel(light)
    assert "boiler" not in load
    assert Sharing().chosen([BOILER], FIRST).shares[BOILER].name != load


def test_a_name_lasts_as_long_as_its_tick_and_is_never_given_again():
    draw = map("{:08x}".format, count()).__next__
    before = Sharing().chosen([BOILER], FIRST, draw)
    both = before.chosen([BOILER, HALL], FIRST + SLOT, draw)
    assert both.shares[BOILER] == before.shares[BOILER]
    again = both.chosen([HALL], FIRST, draw).chosen([BOILER, HALL], FIRST, draw)
    assert again.shares[BOILER].name != before.shares[BOILER].name


def test_two_loads_never_travel_under_one_name():
    drawn = iter(["aa", "aa", "aa", "bb"])
    sharing = Sharing().chosen(["load.one", "load.two"], FIRST, drawn.__next__)
    assert {share.name for share in sharing.shares.values()} == {"load.aa", "load.bb"}
    assert len(sharing.chosen(["load.one", "light.two"], FIRST, repeat("aa").__next__).shares) == 2


def test_a_pause_is_remembered_for_as_long_as_the_hub_would_take_its_slots():
    sharing = Sharing().pause(FIRST).resume(FIRST + SLOT)
    assert len(sharing.pause(FIRST + OLDEST).pauses) == 2
    assert len(sharing.pause(FIRST + OLDEST + SLOT).pauses) == 1
