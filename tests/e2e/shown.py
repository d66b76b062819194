"""What Home Assistant tells the cards of the plan and of the community; the household's tests hold it to this."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.frontend.forecast import told_day
from custom_components.sceop.frontend.two_days import days_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 21, 15, 20, tzinfo=UTC)
START = datetime(2026, 11, 21, 15, 15, tzinfo=UTC)
SLOTS = 192
CHEAP = (1, 5)
"""Local hours."""


def instant(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC).isoformat()


def hours():
    for slot in range(SLOTS):
        local = (START + slot * SLOT).astimezone(AMSTERDAM)
        yield local.hour + local.minute / 60


def a_place(start, wh, *reasons, saving=0.0, **facts):
    return {"start": start, "wh": wh, "reasons": list(reasons), "facts": facts, "saving": saving}


def a_load(load, title, **more):
    controls = {"may_act": f"switch.{load}_plan_may_act", "acts": True, "ready": None, "start": None}
    return {
        "load": load, "title": title, "kind": "run_once", "state": "waiting", "advised": False, "by_hand": False,
        "ready_by": None, "place": None, "controls": controls | more.pop("controls", {}),
    } | more  # fmt: skip


DISHWASHER = a_load(
    "dishwasher", "Dishwasher", state="planned", ready_by=instant(22, 7),
    place=a_place(instant(22, 1, 30), [200] * 6, "cheap", "reserved", saving=0.24, price=0.1, price_at_once=0.3),
    controls={"start": {"domain": "switch", "service": "turn_on", "entity_id": "switch.dishwasher"}},
)  # fmt: skip
CAR = a_load(
    "car", "Car <b>of</b> Ada & Bo", kind="energy_need", state="planned", ready_by=instant(22, 7, 30),
    place=a_place(instant(22, 1), [925] * 4 + [0] * 4 + [925] * 5, "cheap", saving=1.66, price=0.1, price_at_once=0.3),
)  # fmt: skip
BATTERY = a_load(
    "battery", "Battery", kind="flexible_battery", state="planned",
    place=a_place(instant(22, 11), [600] * 8 + [0] * 16 + [-500] * 10, "own_sun", saving=0.4, own_sun_share=0.9),
)  # fmt: skip
WASHER = a_load("washer", "Washing machine", controls={"ready": "button.washer", "acts": False}, advised=True)


def a_plan(*loads, **more):
    """Return the plan of a home with a cheap night, some sun, and a peak in the evening that it helps with."""
    return {
        "time_zone": "Europe/Amsterdam",
        "now": NOW.isoformat(),
        "start": START.isoformat(),
        "step": 900,
        "slots": SLOTS,
        "days": [told_day(day) for day in days_of((START, START + SLOTS * SLOT), AMSTERDAM)],
        "currency": "EUR",
        "prices": [0.1 if CHEAP[0] <= hour < CHEAP[1] else 0.3 for hour in hours()],
        "sun": {
            "start": START.isoformat(),
            "step": 900,
            "watts": [round(2400 * max(1 - ((hour - 12.5) / 4) ** 2, 0)) for hour in hours()],
        },
        "pressure": [round(0.35 + 0.7 * math.exp(-(((hour - 18.5) / 1.7) ** 2)), 2) for hour in hours()],
        "windows": [
            {"whose": "community", "start": instant(21, 18), "end": instant(21, 20)},
            {"whose": "event", "start": instant(22, 18), "end": instant(22, 20)},
        ],
        "made": NOW.isoformat(),
        "saving": 2.3,
        "loads": list(loads),
    } | more


INVITED = {
    "event": "e1", "start": instant(22, 18), "end": instant(22, 20), "severity": "serious", "target_percent": 20,
    "answer": None, "by": None, "joined": 31, "savings": None, "text": "Soup <i>together</i> in the yard.",
    "state": "announced", "answer_waits": False, "declined": None,
}  # fmt: skip
SAVINGS = {
    "low_wh": -600, "mid_wh": 200, "high_wh": 1000, "percent": 4.0, "call": "none", "revision": 0, "final": True,
    "why": None,
}  # fmt: skip
SETTLED = INVITED | {
    "event": "e0", "start": instant(20, 18), "end": instant(20, 20), "answer": "yes", "by": "notification",
    "state": "settled", "savings": SAVINGS, "text": "",
}  # fmt: skip
SAVED = {"low_wh": -200, "mid_wh": 900, "high_wh": 2000, "events": 3, "waiting": 0, "called": False}
GAME = {
    "points": 120, "rank": 3, "of": 48, "streak": 4, "balance": 80, "badges": ["first_event", "planner", "streak_4"],
    "why_not": None, "level": {"number": 2, "points": 640, "next": 1000, "title": None},
}  # fmt: skip
CHALLENGE = {
    "id": "c1", "kind": "save_together", "title": "Five percent in November", "text": "All of us.",
    "start": instant(1, 0), "end": instant(30, 0), "state": "running", "scope": "community", "goal": 5,
    "unit": "percent", "progress": 2.0, "joined": False, "mine": None, "percent": 40,
}  # fmt: skip


def a_community(**more):
    return {
        "time_zone": "Europe/Amsterdam", "now": NOW.isoformat(), "joined": True, "acts": True,
        "events": [INVITED, SETTLED], "saved": SAVED, "game": GAME, "challenges": [CHALLENGE],
    } | more  # fmt: skip


def a_row(rank, name, *badges, me=False, points=None):
    return {
        "rank": rank,
        "name": name,
        "points": 400 - 20 * rank if points is None else points,
        "badges": [*badges],
        "me": me,
    }


def a_board(*rows, on_board=True, **more):
    board = {
        "site": "Orchard House", "made": (NOW - timedelta(hours=3)).isoformat(), "since": instant(1, 0),
        "rows": list(rows), "groups": [], "league": [], "unranked": 4, "why_not": None,
    }  # fmt: skip
    return {
        "time_zone": "Europe/Amsterdam", "now": NOW.isoformat(), "joined": True, "on_board": on_board,
        "board": board | more,
    }  # fmt: skip
