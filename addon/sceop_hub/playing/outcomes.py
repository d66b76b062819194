"""How an event went in every home, from its answers, its savings, and what the day shows."""

import sqlite3
from collections.abc import Collection
from datetime import timedelta
from statistics import median

from ..core.channels import SIGNS
from ..domain.event.event import Event
from ..domain.event.savings import Savings
from ..domain.game import outcome
from ..domain.game.outcome import Answer, Outcome, Saved, judge
from ..hub import Hub
from ..store import events, game, periods

USUAL_DAYS = 28
LEAST_USUAL_DAYS = 7


def outcomes_of(books: sqlite3.Connection, hub: Hub, event: Event) -> list[Outcome]:
    """Judge how an event went in every home that was a member when it began."""
    homes = [one for one in game.people(books) if one.home and not one.by_hand and one.joined_at <= event.start]
    entered, answers = game.entered(books, event.id), events.answers(books, event.id)
    saved = events.all_savings(books, event.id)
    there = _there(books, hub, [one.household for one in homes], event)

    def answer(household: int) -> Answer:
        now = answers[household].choice if household in answers else "no"
        if household in entered:
            return "joined" if now == "yes" else "left"
        return "late" if now == "yes" else "none"

    return [
        judge(
            one.household,
            event.id,
            event.start,
            len(event.span),
            event.target_percent / 100,
            answer=answer(one.household),
            there=one.household in there,
            saved=_saved(saved.get(one.household)),
        )
        for one in homes
    ]


def _saved(told: Savings | None) -> Saved | None:
    if told is None:
        return None
    low, mid, high, usual = told.low_wh, told.mid_wh, told.high_wh, told.baseline_wh
    if low is None or mid is None or high is None or usual is None:
        return None
    complete = 0.0 if told.why == "incomplete" else 1.0
    return Saved(usual, mid, (high - low) / 2, told.call, complete, raised=bool(told.raised))


def _there(books: sqlite3.Connection, hub: Hub, homes: Collection[int], event: Event) -> set[int]:
    """Return the homes that were there on the day of an event, or on the day before where too little of it is over."""
    zone = hub.profile.zone
    day = event.start.astimezone(zone).date()
    days = [day - timedelta(days=back) for back in range(USUAL_DAYS + 1, -1, -1)]
    used: dict[int, list[float | None]] = {home: [None] * len(days) for home in homes}
    for flow, known in periods.daily_wh(books, homes, days, zone).items():
        for home, told in known.items():
            for place, wh in enumerate(told):
                if wh is not None:
                    used[home][place] = (used[home][place] or 0.0) + SIGNS[flow] * wh
    return {home for home, told in used.items() if _was_there(told)}


def _was_there(told: list[float | None]) -> bool:
    *past, yesterday, today = told
    known = [wh for wh in past if wh is not None]
    usual = median(known) if len(known) >= LEAST_USUAL_DAYS else None
    return outcome.at_home(yesterday if today is None else today, usual)
