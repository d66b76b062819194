"""Savings of an event as they are kept and told, without the arrays that they were reckoned with."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from ..privacy import FEWEST_CHANGED, Home, may_replace

type Call = Literal["saved", "none", "more"]
"""What can be said: less was used, more was, or neither is sure."""

type Why = Literal["unpublished", "restored", "few", "large", "rest", "incomplete"]
"""Why there is no sum of the homes that joined: nothing is published yet, a restore took back what was known of it, too
few homes joined, one of them is too large a part, too few remain beside them, or too little of the data came."""


@dataclass(frozen=True, slots=True)
class Savings:
    """What a home saved, or homes together, with the interval in which it lies; None where too little is known.

    `why` is why there is no call, `audit` is all that it was reckoned from.
    """

    call: Call
    low_wh: int | None = None
    mid_wh: int | None = None
    high_wh: int | None = None
    baseline_wh: int | None = None
    actual_wh: int | None = None
    why: str | None = None
    spread_wh: float | None = None
    """How far the method is off on a usual day, by which sums over events know their own interval."""
    raised: str | None = None
    """What lifted the home's own baseline by more than it ever varies: the days before, or the hours before notice."""
    audit: Mapping[str, object] = field(default_factory=dict)

    @property
    def percent(self) -> float | None:
        """What was saved, of what would have been used."""
        if self.mid_wh is None or self.baseline_wh is None or self.baseline_wh <= 0:
            return None
        return round(100 * self.mid_wh / self.baseline_wh, 1)


@dataclass(frozen=True, slots=True)
class Sum:
    """What homes saved together: how many stand behind it, or why there is none."""

    homes: int | None
    savings: Savings | None
    why: Why | None = None


def why_not(
    joined: AbstractSet[Home],
    counted: AbstractSet[Home],
    teams: Mapping[int, AbstractSet[Home]],
    fewest: int,
    sound: Mapping[str, bool],
) -> Why | None:
    """Return why a sum of homes that joined may not be shown; None where it may.

    `joined` are those of them that stand behind the community's figures, as all of `counted` do; `sound` says of the
    two parts, who joined and the rest, whether the rule holds in them. From the sums of the community and of its teams,
    and this one, no sum of a few homes may follow.
    """
    if not counted:
        return "unpublished"
    if len(joined) < fewest:
        return "few"
    if not sound["joined"]:
        return "large"
    rest = counted - joined
    if rest and not sound["rest"]:
        return "rest"
    circles = [*teams.values(), counted - frozenset().union(*teams.values())]
    parts = [part for circle in circles for part in (circle & joined, circle - joined)]
    return "rest" if teams and any(0 < len(part) < FEWEST_CHANGED for part in parts) else None


def may_follow(before: Mapping[Home, int | None], after: Mapping[Home, int | None]) -> bool:
    """Tell whether a sum may be told anew: where no home behind it changed, or at least three did.

    Each home comes with what it used; the difference of the two sums is that of those that changed.
    """
    changed = sum(before.get(home) != after.get(home) for home in before.keys() | after.keys())
    return changed == 0 or may_replace([changed])
