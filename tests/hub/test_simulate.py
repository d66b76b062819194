"""A simulated community lives through the wire: the same seed gives the same Wh, and nothing is sent twice for good."""

import asyncio
import json
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from sceop_hub.__main__ import main
from sceop_hub.app import utc_now
from sceop_hub.core.simulate.calendar import week_of
from sceop_hub.core.simulate.community import SEVILLE, community
from sceop_hub.core.simulate.foretold import BEFORE_MIDNIGHT, foretold
from sceop_hub.core.simulate.meters import SimulatedMeters
from sceop_hub.core.slots import Span, local_midnight, to_number
from sceop_hub.domain.weather import hour_of
from sceop_hub.progress import Progress
from sceop_hub.simulate import client, command, weather as telling
from sceop_hub.simulate.command import Plan, SimulationError
from sceop_hub.simulate.state import FILE, recall
from sceop_hub.store import database, members, weather
from sceop_hub.store.writer import StorageError
from sceop_hub.weather import trust
from tests.hub.harness import INVITE, running, settings

HOMES, DAYS, SEED = 3, 2, 5


@pytest.fixture
async def hub(tmp_path):
    async with running(settings(tmp_path / "hub"), utc_now) as hub:
        await hub.invite()
        yield hub


@pytest.fixture
def plan(hub, tmp_path):
    def plan(**more):
        asked = {
            "hub": hub.url,
            "state": tmp_path / "state",
            "invite": INVITE,
            "households": HOMES,
            "days": DAYS,
            "seed": SEED,
            "live": False,
        }
        return Plan(**(asked | more))

    return plan


def remembered(tmp_path):
    return json.loads((tmp_path / "state" / FILE).read_text())


def books(tmp_path):
    with closing(database.open_for_reading(tmp_path / "hub")) as connection:
        rows = connection.execute(
            "SELECT household.name, channel.name, slot, wh FROM reading JOIN channel ON channel.id = reading.channel"
            " JOIN household ON household.id = channel.household"
        )
        return {row[:3]: row[3] for row in rows}


def frozen_at(state):
    return None if state["frozen"] is None else datetime.fromisoformat(state["frozen"])


def expected(tmp_path):
    state = remembered(tmp_path)
    since = datetime.fromisoformat(state["since"])
    found = {}
    for site in community(SEED, HOMES, frozen=frozen_at(state)):
        meters = SimulatedMeters(site, week_of(since))
        end = datetime.fromisoformat(state["members"][site.name]["acknowledged"])
        for channel in meters.channels:
            for slot in meters.slots(channel, Span(since, end)):
                found[site.name, channel, to_number(slot.start)] = slot.wh
    return found


async def test_the_books_hold_what_the_seed_says(plan, tmp_path, capsys):
    await command.run(plan())
    assert books(tmp_path) == expected(tmp_path)
    assert "history complete" in capsys.readouterr().out


async def test_a_meter_that_froze_has_told_the_same_since_and_does_so_after_a_restart(plan, tmp_path):
    await command.run(plan(days=5, frozen_meter=True))
    first, froze = books(tmp_path), frozen_at(remembered(tmp_path))
    assert first == expected(tmp_path)
    last = f"Mill Street {HOMES}"
    told = {wh for (name, _, slot), wh in first.items() if name == last and slot > to_number(froze)}
    assert len(told) == 1
    assert len({wh for (name, _, slot), wh in first.items() if name == last and slot < to_number(froze)}) > 1
    await command.run(plan(days=5, invite=None))
    assert frozen_at(remembered(tmp_path)) == froze
    assert books(tmp_path) == expected(tmp_path)


async def test_a_street_that_remembers_nothing_of_a_frozen_meter_has_none(plan, tmp_path):
    await command.run(plan())
    memory = remembered(tmp_path)
    del memory["frozen"]
    (tmp_path / "state" / FILE).write_text(json.dumps(memory))
    names, now = list(memory["members"]), utc_now()
    assert recall(tmp_path / "state", SEED, names, since=now, frozen=now).frozen is None


async def test_a_second_start_goes_on_where_the_first_ended(plan, tmp_path, hub):
    await command.run(plan())
    first = books(tmp_path)
    await command.run(plan(invite=None))
    assert first.items() <= books(tmp_path).items()
    assert len(await hub.hub.store.read(members.everyone)) == HOMES + 1


async def test_it_lives_on_through_a_hub_that_goes_and_comes_back(tmp_path):
    told = settings(tmp_path / "hub")
    async with running(told, utc_now) as hub:
        await hub.invite()
        asked = Plan(hub.url, tmp_path / "state", INVITE, HOMES, 1, SEED, live=True)
        living = asyncio.create_task(command.run(asked))
        await all_report(hub)
    async with running(replace(told, port=int(hub.url.rsplit(":", 1)[1])), utc_now) as hub:
        await all_report(hub)
        assert not living.done()
        living.cancel()
        await living


async def test_the_office_tells_whoever_trusts_it_what_was_known_of_the_weather_at_each_midnight(
    plan, hub, monkeypatch
):
    monkeypatch.setattr(telling, "ASKED_EVERY_S", 0.1)
    living = asyncio.create_task(command.run(plan(live=True)))
    await all_report(hub)
    office = next(each for each in await hub.hub.store.read(members.everyone) if each.name == "Mill House")
    assert await weather_at(hub, utc_now()) == [], "nobody trusted it yet"
    await trust(hub.hub, "local", office, on=True)
    async with asyncio.timeout(30):
        while True:
            known = await weather_at(hub, utc_now())
            if known and known[-1].hour >= hour_of(utc_now()) + 70:
                break
            await asyncio.sleep(0.05)
    yesterday = local_midnight(utc_now().astimezone(SEVILLE.zone).date(), SEVILLE.zone) - timedelta(days=1)
    known, said = await weather_at(hub, yesterday), foretold(SEVILLE, yesterday - BEFORE_MIDNIGHT)
    wanted = [(hour_of(hour.start), hour.celsius, hour.cloud) for hour in said]
    assert [(hour.hour, hour.temperature_c, hour.cloud) for hour in known][-72:] == wanted
    living.cancel()
    await living


async def weather_at(hub, at):
    return await hub.hub.store.read(lambda books: weather.known(books, 0, hour_of(at) + 100, at))


async def all_report(hub):
    """Wait until every member has told its power."""
    async with asyncio.timeout(30), hub.session.get("/now/events") as stream:
        async for line in stream.content:
            if line.startswith(b"data: ") and json.loads(line[6:])["members"]["reporting"] == HOMES + 1:
                return
    raise AssertionError("the stream ended before all reported")


async def test_another_community_in_the_same_folder_is_refused(plan):
    await command.run(plan())
    with pytest.raises(SimulationError, match="remembers another community"):
        await command.run(plan(households=4))


@pytest.mark.parametrize("text", ["{", "{}", '{"seed": 5, "members": {}}'])
async def test_a_memory_that_can_not_be_read_is_a_sentence(plan, tmp_path, text):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE).write_text(text)
    with pytest.raises(SimulationError, match=r"can not be read|remembers another"):
        await command.run(plan())


async def test_an_address_without_a_scheme_is_a_sentence(plan):
    with pytest.raises(SimulationError, match="begins with http"):
        await command.run(plan(hub="127.0.0.1:8710"))


async def test_a_hub_that_is_away_is_told_once(plan, caplog, hear, monkeypatch, unused_tcp_port):
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(client, "TOLD_FROM", 0.02)
    waiting = asyncio.create_task(command.run(plan(hub=f"http://127.0.0.1:{unused_tcp_port}")))
    told = hear("is asked again until it does")
    await asyncio.wait_for(told.wait(), 20)
    waiting.cancel()
    await waiting
    assert caplog.text.count("is asked again until it does") == 1


async def test_a_full_hub_is_asked_until_there_is_room(plan, hub, tmp_path, hear, monkeypatch):
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(client, "TOLD_FROM", 0.02)
    told = hear("does not take")
    await hub.hub.store.write(lambda books: books.execute("PRAGMA max_page_count = 20").fetchall())
    moving_in = asyncio.create_task(command.run(plan()))
    await asyncio.wait_for(told.wait(), 20)
    async with asyncio.timeout(20):
        await _make_room(hub.hub.store)
        await moving_in
    assert books(tmp_path) == expected(tmp_path)


async def _make_room(store):
    """Lift the limit; readings that do not fit and share the transaction take the change down with them."""
    while True:
        with suppress(StorageError):
            return await store.write(lambda books: books.execute("PRAGMA max_page_count = 100000").fetchall())


async def test_without_an_invite_nobody_moves_in(plan):
    with pytest.raises(SimulationError, match="invite code is needed"):
        await command.run(plan(invite=None))


async def test_a_wrong_invite_is_the_hubs_own_sentence(plan):
    with pytest.raises(SimulationError, match="no such invite"):
        await command.run(plan(invite="NO-SUCH"))


async def test_a_hub_that_forgot_its_members_is_a_sentence(plan, tmp_path):
    await command.run(plan())
    state = remembered(tmp_path)
    for member in state["members"].values():
        member["token"] = "forgotten"
        member["acknowledged"] = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:00:00Z")
    (tmp_path / "state" / FILE).write_text(json.dumps(state))
    with pytest.raises(SimulationError, match="does not know"):
        await command.run(plan())


def test_tokens_are_for_their_owner_only(tmp_path):
    asyncio.run(_simulate_alone(tmp_path))
    assert (tmp_path / "state" / FILE).stat().st_mode & 0o077 == 0


async def _simulate_alone(tmp_path):
    async with running(settings(tmp_path / "hub"), utc_now) as hub:
        await hub.invite()
        await command.run(Plan(hub.url, tmp_path / "state", INVITE, 1, 1, SEED, live=False))


def test_the_command_line_says_what_went_wrong(tmp_path, capsys):
    assert main(["simulate", "--hub", "http://127.0.0.1:9", "--state", str(tmp_path)]) == 2
    assert "invite code is needed" in capsys.readouterr().err


class Terminal(StringIO):
    def isatty(self):
        return True


def test_progress_is_a_bar_on_a_terminal():
    out = Terminal()
    progress = Progress("Sending", 2, out)
    progress.advance()
    progress.advance()
    assert "Sending [################                ]  50%" in out.getvalue()
    assert out.getvalue().endswith("100%\n")


def test_progress_is_a_line_now_and_then_elsewhere():
    out = StringIO()
    progress = Progress("Sending", 1000, out)
    for _ in range(1000):
        progress.advance()
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "Sending 100%"
