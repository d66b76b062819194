"""Tallies: sums over the registers of several things, which never run backwards while things come and go.

A site's import is what all its meters counted; its consumption is what its flows leave. A sum of counters would fall
when a thing is removed and leap when one is added, so a tally gathers what flowed since it last looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """One register of a sum: how it counts, and what it shows if that is known now."""

    sign: int
    total_mwh: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What was gathered.

    `counted_mwh` says up to where each register is contained. Registers are not read in the same instant, so a
    difference may dip by a little; `highest_mwh` is what is shown.
    """

    counted_mwh: Mapping[str, int] = field(default_factory=dict)
    sum_mwh: int = 0
    highest_mwh: int = 0


def count(tally: Tally, parts: Mapping[str, Part], *, only_whole: bool) -> Tally:
    """Gather what flowed. A new tally begins with what its counters show, and never below zero.

    `only_whole` waits while a part is not known: of a difference, a part alone says nothing. Then the next whole
    moment catches up. A part that comes later counts from its first showing.
    """
    known = {name: part.total_mwh for name, part in parts.items() if part.total_mwh is not None}
    if not known or (only_whole and len(known) < len(parts)):
        return tally
    if tally != Tally():
        moved = sum(parts[name].sign * (total - tally.counted_mwh.get(name, total)) for name, total in known.items())
    else:
        moved = max(sum(parts[name].sign * total for name, total in known.items()), 0)
    still_there = {name: total for name, total in tally.counted_mwh.items() if name in parts}
    total = tally.sum_mwh + moved
    return Tally(still_there | known, total, max(tally.highest_mwh, total))
