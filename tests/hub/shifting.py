"""A community that shifts: four weeks behind it, a forecast, homes that reserve, events of every kind."""

from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from random import Random

from sceop_hub.core.slots import to_number
from sceop_hub.domain.event.event import Answer, Event
from sceop_hub.domain.event.savings import Savings, Sum as Together
from sceop_hub.domain.held import Held
from sceop_hub.domain.publication import Sum
from sceop_hub.shifting.room import SHIFTING
from sceop_hub.store import events, plan as books_of_plan
from tests.hub.forecasting import TODAY, beside, forecast, forecasting_hub, past

NOW = TODAY + timedelta(hours=13, minutes=6)
HOMES = 20
DAYS = 28
TARGET = 20
PERSON = "local"


def held(until=NOW):
    """Return what places held in the last nine days: dishes and cars of the night, that people asked for at eight."""
    found = {}
    for day in range(1, 10):
        midnight = to_number(TODAY) - 96 * day
        for slot in range(midnight + 4, midnight + 20):
            found[slot] = Held(300, 0)
        for slot in range(midnight + 80, midnight + 84):
            found[slot] = Held(0, 1200)
    return {slot: one for slot, one in found.items() if slot < to_number(until)}


def wishes(number: int, now=NOW) -> list[dict]:
    """Return what a home reserves: dishes for the evening, a car until the morning."""
    random = Random(number)  # noqa: S311 - for believable wishes

    def at(hours):
        return (now + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")

    return [
        {"id": "dish", "earliest": at(random.randint(4, 7)), "ready_by": at(18), "profile": [120, 60, 110, 50]},
        {
            "id": "car",
            "earliest": at(random.randint(3, 6)),
            "ready_by": at(18),
            "wh": random.randrange(600, 1500, 100),
            "min_w": 1400,
            "max_w": 7400,
            "interruptible": True,
        },
    ]


def settled(days_ago: int, saved: float, why=None, hour=16, slots=8) -> tuple[Event, Together]:
    """Return an event that is over, and what is told of it: with its arithmetic, or why there is none."""
    start = TODAY + timedelta(hours=hour) - timedelta(days=days_ago)
    event = Event(
        id=f"past{days_ago}",
        start=start,
        end=start + timedelta(minutes=15 * slots),
        severity="serious",
        target_percent=TARGET,
        made=start - timedelta(hours=20),
        state="settled",
        approved=True,
        announced=start - timedelta(hours=18),
        power_w=9100,
        limit_w=8000,
        probability=0.8,
        revision=2,
        final=True,
    )
    if why is not None:
        return event, Together(None, None, why)
    random = Random(days_ago)  # noqa: S311 - for believable figures
    baseline = [1700.0 + random.randint(-60, 60) for _ in range(slots)]
    actual = [float(round(wh * (1 - saved) + random.randint(-30, 30))) for wh in baseline]
    days = [(start.date() - timedelta(days=ago)).isoformat() for ago in range(1, 29)]
    errors = [round(random.uniform(-0.09, 0.09), 4) for _ in days]
    was, came = round(sum(baseline)), round(sum(actual))
    mid = was - came
    low, high = mid - round(0.085 * was), mid + round(0.09 * was)
    call = "saved" if low > 0 else "more" if high < 0 else "none"
    found = Savings(
        call,
        low,
        mid,
        high,
        was,
        came,
        "uncertain" if call == "none" else None,
        0.055 * was,
        audit={
            "homes": 17,
            "left_out": 1,
            "comparison": {"homes": 23, "ratio": 1.08, "trust": 0.315, "factor": 1.0252},
            "slots_wh": baseline,
            "actual_wh": actual,
            "days": days,
            "errors": errors,
        },
    )
    return event, Together(17, found)


def proposed(days_ahead=1, hour=16) -> Event:
    """Return what the forecast proposes."""
    start = TODAY + timedelta(days=days_ahead, hours=hour)
    return Event(
        id="proposal",
        start=start,
        end=start + timedelta(hours=2),
        severity="severe",
        target_percent=TARGET,
        made=NOW,
        power_w=9400,
        limit_w=8000,
        probability=0.7,
    )


PAST = (settled(2, 0.24), settled(5, 0.02), settled(9, 0.0, "few"), settled(13, -0.2))


def _sunny(one: Sum) -> Sum:
    """Return a slot with so much sun that some of it is fed in at noon."""
    used, made = one.wh["consumption"], 4 * one.wh["production"]
    drawn = {"grid_import": max(used - made, 0), "grid_export": max(made - used, 0)}
    return Sum(one.homes, {"consumption": used, "production": made, **drawn})


@asynccontextmanager
async def shifting_hub(folder, *, reserving=HOMES, happened=PAST, days=DAYS):
    """Run the community; its clock stands still in the early afternoon."""
    published = {slot: _sunny(one) for slot, one in past(days + 1, until=TODAY + timedelta(hours=13)).items()}
    run = beside(looks_back=False)
    async with forecasting_hub(folder, published=published, now=NOW, run=run) as hub:
        await hub.hub.change_profile(
            PERSON,
            peak_limit_w=9_000,
            price_per_kwh=Decimal("0.29"),
            feed_in_per_kwh=Decimal("0.08"),
            carbon_g_per_kwh=280,
        )
        await forecast(hub)
        tokens = [await hub.join(name=f"Home {number}") for number in range(reserving)]
        for number, token in enumerate(tokens):
            answer = await hub.post("/api/v1/plan", {"requests": wishes(number)}, token)
            assert answer.status == 200, answer

        def keep(books):
            books_of_plan.hold(books, held())
            for event, together in happened:
                events.save(books, [event])
                events.keep_savings(books, event, {}, together, (), event.end)

        await hub.hub.store.write(keep)
        await hub.app[SHIFTING].replan()
        yield hub


async def put(hub, event=None, answers=()) -> Event:
    """Put an event into the books, and let homes answer."""
    event = event or proposed()

    def keep(books):
        events.save(books, [event])
        for household, choice in answers:
            events.answer(books, event.id, household, Answer(choice, "dashboard", NOW))

    await hub.hub.store.write(keep)
    return event
