"""Homes to plan for, out of numbers; and the plainest way to count what a plan costs and does."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from custom_components.sceop.core.plan.horizon import Horizon
from custom_components.sceop.core.plan.wants import Battery, Comfort, Need, RunOnce
from custom_components.sceop.core.slots import SLOT

START = datetime(2026, 10, 24, 16, 15, tzinfo=UTC)
SLOTS = st.integers(24, 100)


def at(slot):
    return START + slot * SLOT


def flat(slots=96, buy=0.3, sell=0.08, net=100.0, **more):
    return Horizon(START, np.full(slots, buy), np.full(slots, sell), np.full(slots, net), **more)


def cheap(*slots, length=96, **more):
    horizon = flat(length, **more)
    horizon.buy[list(slots)] = 0.1
    return horizon


def sunny(first=40, last=56, wh=-800.0, length=96, **more):
    horizon = flat(length, **more)
    horizon.net_wh[first:last] = wh
    return horizon


def drawn(placements, horizon):
    """Return the net draw of each slot, counted one by one."""
    net = dict(enumerate(horizon.net_wh))
    for placement in placements:
        for index, wh in enumerate(placement.wh):
            slot = round((placement.start - horizon.start) / SLOT) + index
            net[slot] = net.get(slot, 0.0) + wh
    return net


def paid(net, horizon):
    """Return what a net draw costs, slot by slot; where no price is known, at the mean of those that are."""
    total = 0.0
    for slot, wh in net.items():
        prices = horizon.buy if wh > 0 else horizon.sell
        price = prices[slot] if slot < len(prices) else np.mean(prices)
        total += wh * price / 1000
    return total


@st.composite
def horizons(draw, slots=SLOTS):
    count = draw(slots)
    seed = draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    buy = chance.choice([0.05, 0.2, 0.31, 0.4], count) + chance.uniform(0, 0.05, count)
    net = chance.integers(-1500, 900, count).astype(float)
    return Horizon(START, buy, np.full(count, draw(st.sampled_from([0.0, 0.04, 0.08]))), net)


@st.composite
def runs(draw, name="run", latest=60, longest=40):
    wh = tuple(draw(st.lists(st.integers(1, 900), min_size=1, max_size=6)))
    first = draw(st.integers(-4, latest))
    return RunOnce(name, wh, at(first), at(first + draw(st.integers(-3, longest))))


@st.composite
def needs(draw, name="need"):
    first = draw(st.integers(-4, 60))
    most = draw(st.integers(4, 11_000))
    least = draw(st.one_of(st.just(0), st.just(most), st.integers(0, most)))
    wh = draw(st.integers(1, max(most // 4, 1) * 30))
    return Need(name, wh, least, most, draw(st.booleans()), at(first), at(first + draw(st.integers(-3, 60))))


@st.composite
def batteries(draw, name="battery"):
    capacity = draw(st.integers(0, 15_000))
    reserve = draw(st.integers(0, capacity))
    efficiency = draw(st.sampled_from([0.7, 0.9, 1.0]))
    power = st.integers(0, 8000)
    return Battery(name, capacity, draw(st.integers(0, 16_000)), reserve, draw(power), draw(power), efficiency)


@st.composite
def rooms(draw, name="room"):
    low = draw(st.floats(15, 22))
    high = low + draw(st.floats(0.5, 4))
    gain = draw(st.sampled_from([-2.0, -0.8, 0.5, 1.5]))
    return Comfort(name, low, high, draw(st.floats(low, high)), 6000, gain, draw(st.floats(0, 0.2)), START, at(80))


def wants():
    kinds = [runs, needs]
    return st.tuples(*(st.one_of(*(kind(f"load{number}") for kind in kinds)) for number in range(4))).map(list)
