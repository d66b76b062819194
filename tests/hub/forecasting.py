"""A hub whose community has been publishing for some weeks, out of the air: forecasts read nothing else."""

import asyncio
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from math import pi, sin
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.privacy import Group
from sceop_hub.domain.publication import COMMUNITY, Drawing, Sum
from sceop_hub.forecasting.asked import Asked
from sceop_hub.forecasting.process import answers
from sceop_hub.jobs.forecast import FORECASTING
from sceop_hub.processes import Ended
from sceop_hub.store import database, figures, members, profile
from tests.hub.harness import Clock, running, settings

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = datetime(2026, 11, 19, 23, tzinfo=UTC)
"""A local midnight in Amsterdam."""
AT_FIVE_PAST = TODAY + timedelta(minutes=6)
HOMES = 20


def usual(slot: int, random: Random) -> dict[str, int]:
    """Return what the homes do in a slot: an evening, some sun, and chance."""
    hour = from_number(slot).astimezone(ZONE).hour + from_number(slot).minute / 60
    used = round(HOMES * (60 + 40 * max(0.0, sin((hour - 14) / 8 * pi))) * random.uniform(0.9, 1.1))
    made = round(HOMES * 30 * max(0.0, sin((hour - 8) / 10 * pi)) * random.uniform(0.7, 1.0)) if 8 < hour < 18 else 0
    return {
        "consumption": used,
        "production": made,
        "grid_import": max(used - made, 0),
        "grid_export": max(made - used, 0),
    }


def past(days, until=TODAY, seed=0):
    """Return published slots of so many days before an instant."""
    random = Random(seed)  # noqa: S311 - for a believable past
    end = to_number(until)
    return {slot: Sum(HOMES, usual(slot, random)) for slot in range(end - 96 * days, end)}


def publish(books, published):
    """Let homes stand behind figures, and these figures be published."""
    flows = frozenset({"grid_import", "grid_export", "production"})
    if not figures.standings(books):
        figures.set_renewed(books, TODAY.toordinal() + 1000)  # nobody measures these homes, so nobody decides of them
        figures.turn_back(books, to_number(TODAY), TODAY.toordinal() + 2000)
        homes = [members.add_by_hand(books, "Home", "home", ZONE.key, TODAY).id for _ in range(HOMES)]
        figures.add_standing(books, 0, Group(dict.fromkeys(homes, flows), frozenset(), flows), {})
        profile.save(books, published_since=min(map(from_number, published), default=TODAY))
    figures.publish(books, [COMMUNITY], [Drawing(slot, {COMMUNITY: part}, b"") for slot, part in published.items()])


@asynccontextmanager
async def forecasting_hub(folder, days=4, published=None, now=AT_FIVE_PAST, run=None, **told):
    """Run a hub that published for so many days, and knows at this moment what was published before today."""
    clock = Clock(now)
    async with running(settings(folder, **told), clock) as first:
        await first.hub.store.write(lambda books: publish(books, past(days) if published is None else published))
    async with running(settings(folder, **told), clock) as hub:
        await hub.invite()
        await hub.settled()
        hub.app[FORECASTING]._run = run or beside()
        yield hub


def beside(*, looks_back=True):
    """Return what does the work of the process in a thread: gentle as that is, a busy machine leaves it waiting."""

    def work(given, heard):
        asked = msgspec.structs.replace(msgspec.json.decode(given, type=Asked), looks_back=looks_back)
        with closing(database.open_for_reading(Path(asked.data))) as books:
            for answer in answers(books, asked):
                heard(msgspec.json.encode(answer).decode())

    async def run(*, given, heard, **_more):
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(work, given, lambda line: loop.call_soon_threadsafe(heard, line))
        return Ended(0, "")

    return run


async def forecast(hub):
    """Make what is due now, once all that may be published is."""
    await hub.settled()
    await hub.app[FORECASTING].once()
