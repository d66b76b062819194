"""Peak events over the wire: announced, answered, run, and what they saved, told to each home alone and as sums."""

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sceop_hub import events, processes
from sceop_hub.core.slots import SLOT
from sceop_hub.domain.forecast.kept import PeakWindow
from sceop_hub.domain.refusal import Refusal
from sceop_hub.jobs import restored
from sceop_hub.jobs.events import EVENTS, PATIENCE
from sceop_hub.processes import Ended
from sceop_hub.shown_events import event_page, events_page
from sceop_hub.store import audit, database, events as books_of_events, figures, forecasts, members
from sceop_hub.store.writer import StorageError
from tests.hub.eventing import END, START, bearer, community, copied, past
from tests.hub.forecasting import AT_FIVE_PAST, forecast, forecasting_hub
from tests.hub.harness import NOON

HOMES, JOINED = 34, 18
SETTLED = END + timedelta(minutes=6)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The folder of a community that lived for some weeks and shows its figures, and the tokens of its homes."""
    folder = tmp_path_factory.mktemp("lived") / "hub"
    with ThreadPoolExecutor(1) as aside:
        return folder, aside.submit(asyncio.run, past(folder, HOMES)).result()


@pytest.fixture
async def street(lived, tmp_path):
    folder, tokens = lived
    async with community(copied(folder, tmp_path / "hub"), tokens=tokens) as street:
        yield street


async def made(street, start=START, end=END, target=20, text="") -> str:
    return (await events.create(street.hub.hub, "local", start, end, target, text)).id


async def joined(street, homes=range(JOINED)) -> str:
    """Make an event that homes join."""
    event = await made(street)
    for home in homes:
        assert (await street.answers(home, event)).status == 200
    return event


async def heard(line) -> dict:
    """Return what is told of an event next, whatever else is told before."""
    while (told := await line.receive_json())["type"] != "event":
        pass
    return told


async def lives(street, until=END, savers=range(JOINED), but=()):
    """Let the event pass, and all homes but some send what they used."""
    await street.look(START)
    await street.look(until)
    await street.all_send(NOON, START, but=but)
    await street.all_send(START, until, savers, but)


async def test_an_event_is_told_at_once_and_in_the_list_to_each_with_its_own_answer(street):
    async with street.hub.live(street.tokens[0]) as line:
        event = await made(street, text="The transformer is weak.")
        told = await heard(line)
        assert told == {
            "type": "event",
            "id": event,
            "start": "2026-11-20T17:00:00Z",
            "end": "2026-11-20T19:00:00Z",
            "announced": "2026-11-20T12:00:00Z",
            "state": "announced",
            "severity": "serious",
            "target_percent": 20,
            "text": "The transformer is weak.",
            "answer": None,
            "by": None,
            "joined": None,
            "savings": None,
        }
        assert {"type": "event"} | await street.event() == told
        await street.answers(0, event, "yes", "standing")
        await street.answers(1, event, "no", "dashboard")
        await street.look(START)
        told = await heard(line)
    assert (told["state"], told["answer"], told["by"]) == ("running", "yes", "standing")
    assert [(await street.event(home))["answer"] for home in range(3)] == ["yes", "no", None]
    async with street.hub.live(street.tokens[1]) as line:
        assert (await heard(line))["answer"] == "no", "whoever was away hears of it when the line opens"


async def test_the_last_answer_counts_and_the_same_again_changes_nothing(street):
    event = await made(street)
    told = [(await street.answers(0, event, answer)).body for answer in ("yes", "yes", "no", "yes")]
    assert [one["answer"] for one in told] == ["yes", "yes", "no", "yes"]
    street.hub.clock.pass_by(minutes=1)
    assert (await street.answers(0, event, "yes", "automation")).body["by"] == "notification"
    assert await street.hub.hub.store.read(lambda books: books_of_events.counts(books, NOON)) == {
        event: books_of_events.Counts(1, 0)
    }


async def test_how_many_joined_is_told_from_the_fewest_homes_on_once_a_quarter_of_an_hour(street):
    event = await joined(street, range(14))
    assert (await street.event())["joined"] is None
    await street.look()
    async with street.hub.live(street.tokens[0]) as line:
        assert (await heard(line))["joined"] is None
        assert (await street.answers(14, event)).body["joined"] == 15
        await street.look(NOON + timedelta(minutes=1))
        await street.look(NOON + SLOT)
        assert (await heard(line))["joined"] == 15
        await street.look(NOON + 2 * SLOT)
        await made(street, END + SLOT, END + 2 * SLOT)
        assert (await heard(line))["id"] != event, "nothing is told again that did not change"
    page = await events_page(street.hub.hub)
    assert (page.ahead[0].answers.yes, page.ahead[0].answers.no) == (15, None)


@pytest.mark.parametrize("minutes", [0, 90])
async def test_an_answer_after_the_end_is_refused_with_a_sentence(street, minutes):
    event = await made(street)
    street.hub.clock.now = END + timedelta(minutes=minutes)
    answer = await street.answers(0, event)
    assert (answer.status, answer.problem) == (409, "event-over")
    assert "ended at 2026-11-20 19:00 UTC" in answer.detail
    assert (await street.event())["answer"] is None


async def test_who_joins_while_it_runs_has_joined(street):
    event = await made(street)
    await street.look(START)
    street.hub.clock.now = END - timedelta(seconds=1)
    assert (await street.answers(0, event)).body["answer"] == "yes"


async def test_nobody_sees_or_answers_what_is_only_proposed_or_unknown(street):
    proposal = replace(
        await events.create(street.hub.hub, "local", START, END, 20), id="b", approved=False, announced=None
    )
    await street.hub.hub.store.write(lambda books: books_of_events.save(books, [replace(proposal, state="proposed")]))
    assert (await street.event())["id"] != "b"
    for event in ("b", "nobody", "%00"):
        assert (await street.answers(0, event)).problem == "not-found"
        assert (await street.ask(0, f"/{event}/savings")).problem == "not-found"


@pytest.mark.parametrize(
    "said", [{"answer": "maybe", "by": "standing"}, {"answer": "yes"}, {"answer": "yes", "by": "x"}]
)
async def test_an_answer_that_is_none_is_refused(street, said):
    event = await made(street)
    async with street.hub.session.put(
        f"/api/v1/events/{event}/answer", json=said, headers=bearer(street.tokens[0])
    ) as answer:
        assert answer.status == 422
    assert (await street.event())["answer"] is None


async def test_savings_are_there_within_15_minutes_of_the_end_told_to_each_home_alone(street):
    event = await joined(street)
    await lives(street)
    await street.look(END + timedelta(minutes=4))
    assert (await street.event())["state"] == "over", "not everybody had their turn"
    answer = await street.ask(0, f"/{event}/savings")
    assert (answer.problem, "15 minutes" in answer.detail) == ("not-found", True)
    async with street.hub.live(street.tokens[0]) as mine, street.hub.live(street.tokens[JOINED]) as other:
        assert [(await heard(line))["state"] for line in (mine, other)] == ["over", "over"]
        await street.look(SETTLED)
        told, others = await heard(mine), await heard(other)
    saved = told["savings"]
    assert (told["state"], others["savings"]) == ("settled", None)
    assert (saved["revision"], saved["final"], saved["call"]) == (1, False, "saved")
    assert saved["low_wh"] <= saved["mid_wh"] <= saved["high_wh"]
    assert 30 < saved["percent"] < 70, "who saves used half"
    found = (await street.ask(0, f"/{event}/savings")).body
    assert found["savings"] == saved
    assert found["baseline_wh"] - found["actual_wh"] == pytest.approx(saved["mid_wh"], abs=1)
    assert round(sum(found["audit"]["slots_wh"])) == pytest.approx(found["baseline_wh"], abs=1)
    assert sum(found["audit"]["actual_wh"]) == found["actual_wh"]
    assert found["audit"]["comparison"]["homes"] == HOMES - JOINED
    answer = await street.ask(JOINED, f"/{event}/savings")
    assert "did not join" in answer.detail


async def test_what_homes_saved_together_is_shown_with_its_interval_and_of_no_single_home(street):
    event = await joined(street)
    await lives(street)
    await street.look(SETTLED)
    (row,) = (await events_page(street.hub.hub)).past
    assert (row.event.id, row.answers.yes, row.answers.no) == (event, JOINED, None)
    assert row.together.homes == JOINED
    saved = row.together.savings
    assert saved.call == "saved"
    assert 0 < saved.low_wh <= saved.mid_wh <= saved.high_wh < saved.baseline_wh
    assert (await event_page(street.hub.hub, event)).together.savings.audit["homes"] == JOINED


@pytest.mark.parametrize(("homes", "why"), [(range(10), "few"), (range(HOMES - 4), "rest"), ((), "few")])
async def test_no_sum_is_told_from_which_that_of_a_few_homes_follows(street, homes, why):
    await joined(street, homes)
    await lives(street, savers=homes)
    await street.look(SETTLED)
    (row,) = (await events_page(street.hub.hub)).past
    assert (row.together.homes, row.together.savings, row.together.why) == (None, None, why)
    assert row.event.state == "settled"


async def test_all_homes_may_join_and_are_compared_with_nobody(street):
    await joined(street, range(HOMES))
    await lives(street, savers=range(HOMES))
    await street.look(SETTLED)
    (row,) = (await events_page(street.hub.hub)).past
    assert row.together.homes == HOMES
    assert row.together.savings.audit["comparison"]["homes"] == 0


async def test_of_a_home_that_is_offline_nothing_is_called_and_when_its_slots_come_it_is_reckoned_once_more(street):
    event = await joined(street)
    await lives(street, but=(0, 1, 2))
    await street.look(SETTLED)
    assert (await street.event())["state"] == "over", "there is time yet for the slots of the homes that joined"
    await street.look(END + PATIENCE)
    saved = (await street.event())["savings"]
    assert (saved["call"], saved["why"], saved["mid_wh"], saved["percent"]) == ("none", "incomplete", None, None)
    assert (await street.event(3))["savings"]["call"] == "saved"
    (row,) = (await events_page(street.hub.hub)).past
    assert row.together.homes == JOINED - 3
    await asyncio.gather(*(street.sends(home, NOON, END, 0.5) for home in range(3)))
    await street.look(END + timedelta(hours=23))
    assert (await street.event())["savings"]["revision"] == 1
    await street.look(END + timedelta(hours=24))
    saved = (await street.event())["savings"]
    assert (saved["call"], saved["revision"], saved["final"]) == ("saved", 2, True)
    (row,) = (await events_page(street.hub.hub)).past
    assert row.together.homes == JOINED
    await street.look(END + timedelta(hours=72))
    assert (await street.event())["savings"] == saved
    assert (await street.ask(0, f"/{event}/savings")).body["savings"] == saved


async def test_a_sum_is_not_told_anew_for_the_sake_of_one_home(street):
    await joined(street)
    await lives(street, but=(0,))
    await street.look(END + PATIENCE)
    (before,) = (await events_page(street.hub.hub)).past
    await street.sends(0, NOON, END, 0.5)
    await street.look(END + timedelta(hours=24))
    (after,) = (await events_page(street.hub.hub)).past
    assert after.together == before.together, "their difference would tell of that home"
    assert (await street.event())["savings"]["call"] == "saved"
    assert (after.event.revision, after.event.final) == (2, True)


async def test_a_sum_is_not_told_anew_without_a_home_that_was_forgotten(street):
    await joined(street)
    await lives(street, but=(0, 1, 2))
    await street.look(END + PATIENCE)
    (before,) = (await events_page(street.hub.hub)).past
    async with street.hub.session.delete("/api/v1/me", headers=bearer(street.tokens[3])) as answer:
        assert answer.status == 204
    await asyncio.gather(*(street.sends(home, NOON, END, 0.5) for home in range(3)))
    await street.look(END + timedelta(hours=24))
    (after,) = (await events_page(street.hub.hub)).past
    assert after.together == before.together, "with three who came, it would still tell of the one who left"


async def test_what_did_not_change_is_final_without_another_revision(street):
    await joined(street)
    await lives(street)
    await street.look(SETTLED)
    before = (await street.event())["savings"]
    async with street.hub.live(street.tokens[0]) as line:
        await heard(line)
        await street.look(END + timedelta(hours=24))
        assert (await heard(line))["savings"] == before | {"final": True}


async def test_an_event_that_is_called_off_while_it_runs_is_told_and_reckoned_never(street):
    event = await joined(street)
    await street.look(START)
    street.hub.clock.now = START + timedelta(minutes=30)
    async with street.hub.live(street.tokens[0]) as line:
        await heard(line)
        await events.cancel(street.hub.hub, "local", event)
        told = await heard(line)
    assert (told["state"], told["answer"]) == ("cancelled", "yes")
    answer = await street.answers(1, event)
    assert (answer.problem, "called off" in answer.detail) == ("event-over", True)
    await street.look(END + timedelta(days=2))
    assert ((await street.event())["state"], (await street.event())["savings"]) == ("cancelled", None)
    assert "called off" in (await street.ask(0, f"/{event}/savings")).detail
    with pytest.raises(Refusal, match="no longer open"):
        await events.approve(street.hub.hub, "local", event)


async def test_what_is_over_can_not_be_called_off(street):
    event = await made(street)
    street.hub.clock.now = END
    with pytest.raises(Refusal, match="over"):
        await events.cancel(street.hub.hub, "local", event)


async def test_an_event_of_one_slot_that_is_announced_a_minute_before_is_reckoned(street):
    now = START - timedelta(minutes=1)
    await street.look(now)
    event = await made(street, START, START + SLOT)
    assert (await street.event())["announced"] == "2026-11-20T16:59:00Z"
    for home in range(JOINED):
        await street.answers(home, event)
    await lives(street, START + SLOT)
    await street.look(START + SLOT + timedelta(minutes=6))
    assert (await street.event())["savings"]["mid_wh"] is not None
    assert len((await street.ask(0, f"/{event}/savings")).body["audit"]["slots_wh"]) == 1


async def test_two_events_do_not_share_a_moment_but_may_touch(street):
    await made(street)
    with pytest.raises(Refusal, match="already"):
        await made(street, START + SLOT, END + SLOT)
    after = await made(street, END, END + SLOT)
    await events.cancel(street.hub.hub, "local", after)
    assert await made(street, END, END + SLOT) != after


async def test_a_hub_that_was_away_at_the_event_settles_it_when_it_is_back(lived, tmp_path):
    folder, tokens = copied(lived[0], tmp_path / "hub"), lived[1]
    async with community(folder, tokens=tokens) as street:
        await joined(street)
    back = END + timedelta(hours=3)
    async with community(folder, back, tokens) as street:
        await street.look()
        assert (await street.event())["state"] == "over"
        await street.all_send(NOON, START)
        await street.all_send(START, END, range(JOINED))
        await street.look(back + timedelta(minutes=1))
        assert (await street.event())["savings"]["call"] == "saved"


async def test_what_is_settled_days_late_is_revised_half_a_day_after_that(street):
    await joined(street, range(2))
    await street.look(START)
    back = END + timedelta(days=3)
    await street.look(back)
    await street.look(back + timedelta(hours=11))
    assert (await street.event())["savings"] | {"why": "incomplete", "final": False} == (await street.event())[
        "savings"
    ]
    await asyncio.gather(*(street.sends(home, NOON, END, 0.5) for home in range(HOMES)))
    await street.look(back + timedelta(hours=12))
    saved = (await street.event())["savings"]
    assert (saved["revision"], saved["final"], saved["why"]) == (2, True, None)


async def test_what_homes_answered_and_the_hub_announced_survives_a_restart(lived, tmp_path):
    folder, tokens = copied(lived[0], tmp_path / "hub"), lived[1]
    async with community(folder, tokens=tokens) as street:
        event = await made(street)
        await street.answers(0, event)
        before = await street.event()
    async with community(folder, NOON + timedelta(hours=1), tokens) as street:
        await street.look()
        assert await street.event() == before


async def test_a_home_that_joined_the_community_meanwhile_may_join_and_is_too_young_for_a_call(street):
    event = await joined(street)
    await street.hub.invite("NEW")
    street.hub.clock.now = START - SLOT
    token = await street.hub.join(code="NEW")
    street.tokens = [*street.tokens, token]
    assert (await street.answers(HOMES, event)).status == 200
    await lives(street)
    await street.look(SETTLED)
    saved = (await street.event(HOMES))["savings"]
    assert (saved["call"], saved["mid_wh"]) == ("none", None)
    (row,) = (await events_page(street.hub.hub)).past
    assert (row.together.homes, row.answers.yes) == (JOINED, JOINED + 1)


async def test_a_home_that_is_paused_neither_answers_nor_counts(street):
    event = await joined(street)
    (first, *_) = await street.hub.hub.store.read(members.everyone)
    await street.hub.hub.store.write(lambda books: members.set_state(books, first.id, "paused"))
    assert (await street.answers(0, event, "no")).problem == "paused"
    await lives(street, but=(0,))
    await street.look(SETTLED)
    (row,) = (await events_page(street.hub.hub)).past
    assert (row.answers.yes, row.together.homes) == (JOINED - 1, JOINED - 1)
    await street.hub.hub.store.write(lambda books: members.set_state(books, first.id, "active"))
    assert (await street.event())["savings"] is None


async def test_what_was_done_by_hand_stands_in_the_log_without_a_households_name(street):
    event = await made(street)
    await events.cancel(street.hub.hub, "local", event)
    await events.cancel(street.hub.hub, "local", event)
    notes = await street.hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(action="event"), 9))
    assert [(note.action, note.subject) for note in notes] == [
        ("event.cancel", f"event:{event}"),
        ("event.create", f"event:{event}"),
    ]


async def test_when_reckoning_fails_it_is_said_once_and_tried_again(lived, tmp_path, caplog):
    tries = []

    async def fails(**_more):
        tries.append(1)
        return Ended(1, "Traceback\nMemoryError: too small")

    async with community(copied(lived[0], tmp_path / "hub"), tokens=lived[1], run=fails) as street:
        await joined(street)
        await lives(street)
        await street.look(SETTLED)
        first = len(tries)
        assert first >= 1
        await street.look(SETTLED + timedelta(minutes=4))
        assert len(tries) == first
        await street.look(SETTLED + timedelta(minutes=5))
        assert len(tries) == first + 1
        await street.look(END + timedelta(hours=10))
        await street.look(END + timedelta(hours=10, minutes=50))
        assert len(tries) == first + 2
        assert ((await street.event())["state"], street.hub.app[EVENTS].trouble) == (
            "over",
            "RuntimeError: MemoryError: too small",
        )
    assert caplog.text.count("MemoryError: too small") == 1


async def test_what_could_not_be_written_is_refused_and_done_once_it_can(lived, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    folder = copied(lived[0], tmp_path / "hub")
    async with community(folder, tokens=lived[1]) as street:
        event = await made(street)
        with closing(sqlite3.connect(folder / database.FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await street.answers(0, event)
            assert (answer.status, answer.problem, "send it again" in answer.detail) == (507, "storage", True)
            with pytest.raises(StorageError):
                await street.look(START)
            with pytest.raises(StorageError):
                await events.cancel(street.hub.hub, "local", event)
            other.execute("ROLLBACK")
        assert ((await street.event())["state"], (await street.event())["answer"]) == ("announced", None)
        assert (await street.answers(0, event)).status == 200
        await street.look()
        assert ((await street.event())["state"], (await street.event())["answer"]) == ("running", "yes")


async def test_a_household_that_is_forgotten_leaves_no_answer_and_no_savings_and_the_sum_stays(street):
    await joined(street)
    await lives(street)
    await street.look(SETTLED)
    (before,) = (await events_page(street.hub.hub)).past
    async with street.hub.session.delete("/api/v1/me", headers=bearer(street.tokens[0])) as answer:
        assert answer.status == 204
    left = await street.hub.hub.store.read(
        lambda books: [
            books.execute(f"SELECT COUNT(*) FROM {table} WHERE household = 1").fetchone()  # noqa: S608 - names from below
            for table in ("event_answer", "event_savings")
        ]
    )
    assert left == [(0,), (0,)]
    (after,) = (await events_page(street.hub.hub)).past
    assert after.together == before.together
    assert after.answers.yes == JOINED - 1


async def test_a_household_takes_its_answers_and_savings_along(street):
    event = await joined(street)
    await lives(street)
    await street.look(SETTLED)
    saved = (await street.event())["savings"]
    async with street.hub.session.get("/api/v1/me/export?of=events", headers=bearer(street.tokens[0])) as answer:
        told = json.loads(await answer.text())
    (row,) = [dict(zip(told["columns_of_events"], row, strict=True)) for row in told["events"]]
    assert (row["id"], row["start"], row["answer"], row["by"]) == (event, "2026-11-20T17:00:00Z", "yes", "notification")
    assert (row["call"], row["mid_wh"]) == (saved["call"], saved["mid_wh"])
    async with street.hub.session.get(
        "/api/v1/me/export?of=events&format=csv", headers=bearer(street.tokens[JOINED])
    ) as answer:
        assert len((await answer.text()).splitlines()) == 1


async def test_after_a_restore_no_sum_is_told_of_what_was_before(street):
    """Neighbours may remember a sum that the books have forgotten, of homes that are others now."""
    await joined(street)
    await lives(street)
    after = restored.to_number(SETTLED) + 1
    await street.hub.hub.store.write(lambda books: figures.begin_anew(books, after))
    await street.look(SETTLED)
    (row,) = (await events_page(street.hub.hub)).past
    assert (row.together.savings, row.together.why) == (None, "restored")
    assert (await street.event())["savings"]["call"] == "saved", "to a home its own figures are told as ever"


async def test_an_event_across_the_clock_change_is_reckoned_by_the_slots_of_its_span(tmp_path):
    night = datetime.fromisoformat("2026-10-25T00:00:00+00:00")
    async with community(tmp_path, night - timedelta(hours=6)) as street:
        street.tokens = [await street.hub.join(name=f"Home {number}") for number in range(3)]
        now = street.hub.clock()
        await street.all_send(now - timedelta(days=30), now)
        event = await made(street, night, night + timedelta(hours=2))
        await street.answers(0, event)
        await street.look(night + timedelta(hours=2))
        await street.all_send(now, night + timedelta(hours=2))
        await street.look(night + timedelta(hours=2, minutes=6))
        found = (await street.ask(0, f"/{event}/savings")).body
        assert len(found["audit"]["actual_wh"]) == 8
        assert found["actual_wh"] == sum(found["audit"]["actual_wh"])


def window(start, end, severity="serious"):
    return PeakWindow(start, end, 50_000, 40_000, 0.7, severity)


@asynccontextmanager
async def foretold(folder, *windows, **decided):
    """Run a hub whose newest forecast has these peaks."""
    async with forecasting_hub(folder, days=2) as hub:
        await hub.hub.change_profile("test", **decided)
        await forecast(hub)
        await foretell(hub, *windows)
        yield hub


async def foretell(hub, *windows):
    newest = await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock()))
    peaks = replace(newest.peaks, windows=windows)
    await hub.hub.store.write(lambda books: forecasts.save(books, replace(newest, peaks=peaks)))
    await hub.app[EVENTS].look()


EVENING = AT_FIVE_PAST.replace(hour=17, minute=0) + timedelta(days=1)
"""At 18:00 in Amsterdam, 18 hours after the forecast of just after midnight."""


async def test_a_predicted_peak_becomes_one_event_once_a_coordinator_approves_it_however_the_forecast_moves(tmp_path):
    async with foretold(tmp_path, window(EVENING, EVENING + 4 * SLOT, "severe")) as hub:
        token = await hub.join()
        assert hub.hub.events_waiting == 1
        (row,) = (await events_page(hub.hub)).ahead
        assert (row.event.state, row.event.severity, row.event.power_w) == ("proposed", "severe", 50_000)
        assert (await hub.get("/api/v1/events", **bearer(token))).body == {"events": []}
        await foretell(hub, window(EVENING + SLOT, EVENING + 6 * SLOT))
        (row,) = (await events_page(hub.hub)).ahead
        assert (row.event.start, row.event.severity) == (EVENING + SLOT, "serious")
        async with hub.live(token) as line:
            await hub.rounds.a_whole_one()
            hub.clock.pass_by(hours=9)
            event = await events.approve(hub.hub, "local", row.event.id)
            told = await heard(line)
        assert (event.state, told["id"], told["state"]) == ("announced", event.id, "announced")
        await foretell(hub, window(EVENING - SLOT, EVENING + SLOT), window(EVENING + 5 * SLOT, EVENING + 8 * SLOT))
        (told,) = (await hub.get("/api/v1/events", **bearer(token))).body["events"]
        assert told["start"] == (EVENING + SLOT).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert len((await events_page(hub.hub)).ahead) == 1


async def test_by_the_coordinators_rule_a_peak_becomes_an_event_by_itself_when_people_are_awake(tmp_path):
    rule = {"events": "automatic", "event_severity": "serious", "event_target_percent": 15}
    tomorrow = EVENING + timedelta(days=1)
    early = window(tomorrow, tomorrow + 4 * SLOT)
    async with foretold(tmp_path, window(EVENING, EVENING + 4 * SLOT), early, **rule) as hub:
        assert [row.event.state for row in (await events_page(hub.hub)).ahead] == ["proposed", "proposed"]
        hub.clock.now = AT_FIVE_PAST.replace(hour=6, minute=0) + timedelta(days=1)
        await hub.app[EVENTS].look()
        first, second = (await events_page(hub.hub)).ahead
        assert (first.event.state, first.event.target_percent) == ("announced", 15)
        assert (second.event.state, second.tells) == ("proposed", tomorrow - timedelta(hours=18))


async def test_of_a_forecast_that_is_old_or_may_not_be_shown_nothing_is_made(tmp_path):
    async with foretold(tmp_path, events="off") as hub:
        await hub.hub.change_profile("test", events="propose")
        newest = await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock()))
        peaks = replace(newest.peaks, windows=(window(EVENING, EVENING + 4 * SLOT),))
        await hub.hub.store.write(
            lambda books: forecasts.save(books, replace(newest, peaks=peaks, made=newest.made - timedelta(hours=4)))
        )
        await hub.app[EVENTS].look()
        assert (await events_page(hub.hub)).ahead == ()


async def test_savings_are_reckoned_by_a_process_beside_the_server(lived, tmp_path):
    folder = copied(lived[0], tmp_path / "hub")
    async with community(folder, tokens=lived[1], run=processes.run) as street:
        await joined(street, range(2))
        await lives(street)
        await street.look(SETTLED)
        assert street.hub.app[EVENTS].trouble is None
        assert (await street.event())["savings"]["call"] == "saved"


@pytest.mark.parametrize("sends", [False, True])
async def test_homes_that_are_new_and_alone_have_no_call_and_the_event_is_settled_all_the_same(tmp_path, sends):
    async with community(tmp_path) as street:
        street.tokens = [await street.hub.join(name=f"Home {number}") for number in range(2)]
        await joined(street, range(2))
        await street.look(END)
        if sends:
            await street.all_send(NOON, END)
        await street.look(END + PATIENCE)
        assert street.hub.app[EVENTS].trouble is None
        told = await street.event()
        assert (told["state"], told["savings"]["call"], told["savings"]["mid_wh"]) == ("settled", "none", None)
        assert told["savings"]["why"] == ("young" if sends else "incomplete")
        (row,) = (await events_page(street.hub.hub)).past
        assert row.together.why == "unpublished"
