"""Durability: killed a hundred times under load, the hub holds every slot that it acknowledged, and none twice."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import Figure, at_least
from tests.hub.crashing import Notes, check, check_roll_ups, let_join, live_and_die

KILLS = 100
HOUSEHOLDS = 6


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
    ]
