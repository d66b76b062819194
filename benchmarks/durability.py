"""Durability: killed a hundred times under load, the hub holds all that it acknowledged once, and hides every home."""

import asyncio
import random
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import wraps
from pathlib import Path

from hypothesis import Phase, settings

from benchmarks.harness import Figure, at_least
from tests.hub.crashing import Notes, check, check_roll_ups, let_join, live_and_die

KILLS = 100
HOUSEHOLDS = 6

LIVES = 250
"""Of communities whose every published figure a watcher combines; script/test lives 15."""


def measure() -> Sequence[Figure]:
    """Kill the hub at random acknowledgements, and look after each death what is there."""
    notes, chance = Notes(), random.Random()  # noqa: S311 - chance decides when to kill, not who gets in
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        let_join(data, HOUSEHOLDS)
        for _ in range(KILLS):
            live_and_die(data, notes, HOUSEHOLDS, chance)
            held = check(data, notes)
            survived += 1
        check_roll_ups(data)
    print(f"{len(notes.acknowledged):,} slots were acknowledged, {held:,} are there")
    return [
        at_least("kills after which all that was acknowledged is there once", survived, KILLS),
        at_least("slots acknowledged", len(notes.acknowledged), 1000),
        at_least("lives of a community in which nobody was singled out", _lives_without_betrayal(), LIVES),
    ]


def _lives_without_betrayal() -> int:
    """Give the tests' own property many more lives; return how many it saw, or 0 where one of them betrays a home."""
    found_is_enough = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain}]
    settings.register_profile("durability", max_examples=LIVES, phases=found_is_enough, print_blob=True)
    settings.load_profile("durability")
    from tests.hub.test_singling_out import test_no_life_of_a_community_singles_out_a_home as lives  # noqa: PLC0415 - reads the profile that was just loaded

    handle = lives.hypothesis  # type: ignore[attr-defined]  # Hypothesis gives it to each of its tests
    live, lived = handle.inner_test, 0

    @wraps(live)
    def one(**how: object) -> None:
        nonlocal lived
        asyncio.run(live(**how))
        lived += 1

    handle.inner_test = one
    try:
        lives()
    except AssertionError:
        traceback.print_exc(file=sys.stdout)
        return 0
    return lived
