"""Outcomes: how an event went in one home, as far as the game is concerned.

Nothing is said of one evening in one home: its savings are nearly always within chance. So an outcome keeps the
savings with both signs, and `points` adds them up.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Word = Literal["kept", "more", "left", "missed", "paused"]
"""Joined, and not provably used more; joined, and used more; joined, and left once it ran; there, and not joined; not
there, not to be seen, or joined too late to count."""

type Answer = Literal["joined", "left", "late", "none"]
"""What a home had said: yes when it began and ever since; yes then, and no later; yes only later; neither."""

type Call = Literal["saved", "none", "more"]

LEAST_COMPLETE = 0.9
"""Of a home's slots in an event, and of the days by which it is ranked: beyond that, what is missing could have been
what decided. It leaves room for three days of a month, which a router that waits for its owner takes."""

AWAY_SHARE = 0.5
"""Of the median of a home's days. What stays on in an empty home (fridge, standby) is a fifth to two fifths of a day;
nobody who stays saves half of a whole day in an event of two hours."""

IDLE_W = 50
"""Below this a home's usual power in a window is that of a fridge: there is nothing to shift."""

SLOTS_AN_HOUR = 4

WHOLE = 8
"""Slots of an event that counts fully: two hours. A longer one counts no more, a shorter one by its length."""

LEFT_SHARE = -0.4
"""What leaving a running event counts as. One evening of one home is off by two fifths of its use on the mean
(`benchmarks/baseline.py`), so whoever watches the meter and leaves when it looks bad gains nothing.
"""

LEAST_TARGET = 0.1
"""An event that asks for less is held to this: or a target of one percent would make everybody a winner by chance."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a home saved in an event that it joined: measured against its baseline, with the half of its interval.

    `complete` is the share of its slots that was measured, `raised` says that its baseline seems to have been raised.
    """

    usual_wh: float
    saved_wh: float
    off_wh: float
    call: Call
    complete: float
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an event went in one home. Without savings nothing can be said, or it did not join."""

    household: int
    event: str
    start: datetime
    slots: int
    target: float
    word: Word
    saved: Saved | None = None

    @property
    def weight(self) -> float:
        """How much of a whole event it is."""
        return min(self.slots, WHOLE) / WHOLE

    @property
    def counted(self) -> Saved | None:
        """The savings, where they count."""
        return self.saved if self.word in {"kept", "more"} else None


def judge(
    household: int,
    event: str,
    start: datetime,
    slots: int,
    target: float,
    *,
    answer: Answer,
    there: bool,
    saved: Saved | None,
) -> Outcome:
    """Tell how an event went in a home.

    What stood when it began counts: who joins later has seen how it goes. `there` is False where the day shows nobody
    at home, or nothing at all.
    """

    def as_(word: Word) -> Outcome:
        return Outcome(household, event, start, slots, target, word, saved)

    if not there or answer == "late":
        return as_("paused")
    if answer != "joined":
        return as_("left" if answer == "left" else "missed")
    if saved is None or saved.complete < LEAST_COMPLETE or saved.usual_wh * SLOTS_AN_HOUR < IDLE_W * slots:
        return as_("paused")
    return as_("more" if saved.call == "more" else "kept")


def at_home(used_wh: float | None, usual_wh: float | None) -> bool:
    """Tell whether a day shows that somebody is there, by what is usual; a home without a past is believed."""
    if used_wh is None:
        return False
    return usual_wh is None or used_wh >= AWAY_SHARE * usual_wh
