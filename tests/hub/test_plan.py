"""The community's plan over real sockets: places are kept, given back, told anew, and betray nobody."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from sceop_hub.backup.make import make
from sceop_hub.backup.restore import finish, stage
from sceop_hub.core.slots import SLOT
from sceop_hub.shifting.room import SHIFTING
from sceop_hub.store import plan as books_of_plan
from sceop_hub.store.writer import StorageError
from tests.hub.harness import NOON, Clock, running, settings

DISH = {"profile": [400, 300, 200, 100]}
CAR = {"wh": 8000, "min_w": 1400, "max_w": 7400, "interruptible": True}


def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


def wire(instant) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def request(id_="a", now=NOON, hours=12, **more) -> dict:
    return {"id": id_, "earliest": wire(now), "ready_by": wire(now + timedelta(hours=hours))} | (more or DISH)


async def ask(hub, token, *requests):
    return await hub.post("/api/v1/plan", {"requests": list(requests)}, token)


async def told(hub, token) -> list:
    answer = await hub.get("/api/v1/plan", **bearer(token))
    assert answer.status == 200, answer
    return answer.body["places"]


async def placed(hub, token, *requests) -> list:
    answer = await ask(hub, token, *requests)
    assert answer.status == 200, answer
    return answer.body["places"]


async def kept(hub) -> dict:
    """Return what the books hold open, by household."""
    return await hub.hub.store.read(books_of_plan.open_requests)


def instant(text) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_household_gets_slots_in_its_window_for_all_of_its_energy(hub):
    token = await hub.join()
    answer = await ask(hub, token, request("dish"), request("car", **CAR))
    assert answer.status == 200
    assert (answer.body["made"], answer.body["start"], answer.body["step"]) == (wire(NOON), wire(NOON), 900)
    assert len(answer.body["pressure"]) == 192
    places = {place["id"]: place for place in answer.body["places"]}
    assert places["dish"]["wh"] == DISH["profile"]
    assert sum(places["car"]["wh"]) == CAR["wh"]
    for place in places.values():
        start = instant(place["start"])
        assert NOON <= start <= start + len(place["wh"]) * SLOT <= NOON + timedelta(hours=12)
    assert await told(hub, token) == answer.body["places"]


async def test_two_loads_of_one_window_do_not_run_at_once(hub):
    places = await placed(hub, await hub.join(), request("a"), request("b"))
    slots = [set(range(n, n + 4)) for n in ((instant(place["start"]) - NOON) // SLOT for place in places)]
    assert not slots[0] & slots[1]


async def test_the_same_set_again_changes_nothing(hub):
    token = await hub.join()
    first = await placed(hub, token, request("a"), request("b", **CAR))
    books = await kept(hub)
    for _ in range(2):
        assert await placed(hub, token, request("b", **CAR), request("a")) == first
        hub.clock.pass_by(minutes=3)
        await hub.rounds.a_whole_one()
    assert await kept(hub) == books


async def test_what_is_missing_from_the_set_gives_its_room_back(hub):
    token, other = await hub.join(), await hub.join()
    narrow = {"hours": 1}
    (first,) = await placed(hub, token, request(**narrow))
    assert await placed(hub, token) == []
    assert await kept(hub) == {}
    assert (await placed(hub, other, request(**narrow)))[0]["start"] == first["start"]


async def test_two_households_with_the_same_ids_are_two(hub):
    token, other = await hub.join(), await hub.join()
    mine = await placed(hub, token, request("a"))
    theirs = await placed(hub, other, request("a", **CAR))
    assert (await told(hub, token), await told(hub, other)) == (mine, theirs)
    await placed(hub, other)
    assert await told(hub, token) == mine


async def test_what_was_answered_is_there_after_a_restart(tmp_path):
    clock = Clock()
    async with running(settings(tmp_path), clock) as hub:
        await hub.invite()
        token = await hub.join()
        before = await placed(hub, token, request("a"), request("b", **CAR))
    async with running(settings(tmp_path), clock) as hub:
        assert await told(hub, token) == before
        assert await placed(hub, token, request("a"), request("b", **CAR)) == before


async def test_what_was_answered_survives_a_restored_backup(tmp_path):
    clock = Clock()
    async with running(settings(tmp_path), clock) as hub:
        await hub.invite()
        token = await hub.join()
        before = await placed(hub, token, request("a"))
        made = make(tmp_path, "manual", NOON)
        await placed(hub, token)
    stage(made.path, tmp_path, None, even_if_newer=True)
    assert finish(tmp_path)
    clock.pass_by(minutes=5)
    async with running(settings(tmp_path), clock) as hub:
        assert await told(hub, token) == before
        assert await placed(hub, token) == []


async def test_what_a_backup_brings_back_and_nobody_repeats_is_over_once_its_time_has_passed(tmp_path):
    clock = Clock()
    async with running(settings(tmp_path), clock) as hub:
        await hub.invite()
        token = await hub.join()
        await placed(hub, token, request("a"))
    clock.pass_by(days=3)
    async with running(settings(tmp_path), clock) as hub:
        await hub.rounds.a_whole_one()
        assert await told(hub, token) == []
        assert await kept(hub) == {}


async def test_hundreds_at_once_are_all_answered_and_all_in_the_books(hub):
    tokens = [await hub.join(name=f"Home {number}") for number in range(60)]
    sets = [(token, round_) for round_ in range(5) for token in tokens]
    answers = await asyncio.gather(*(ask(hub, token, request(f"r{round_}", **CAR)) for token, round_ in sets))
    assert {answer.status for answer in answers} == {200}
    open_now = await kept(hub)
    assert len(open_now) == 60
    for number, token in enumerate(tokens, 1):
        (place,) = await told(hub, token)
        (one,) = open_now[number]
        assert (place["id"], tuple(place["wh"]), instant(place["start"])) == (one.request.id, one.wh, one.start)


REFUSED = [
    (request() | {"ready_by": "2026-11-19T11:00:00Z", "earliest": "2026-11-19T10:00:00Z"}, "more than a day ago"),
    (request() | {"ready_by": "2026-11-22T12:15:00Z"}, "48 hours ahead"),
    (request() | {"ready_by": "2026-11-20T11:59:00Z"}, "before it may begin"),
    (request() | {"profile": []}, "profile"),
    (request() | {"profile": [0, 0]}, "no energy"),
    (request() | {"profile": [-1]}, "profile"),
    (request() | {"profile": [1] * 193}, "profile"),
    (request() | {"wh": 5}, "already"),
    (request() | {"profile": [40_000]}, "100000 W"),
    (request() | {"id": "Dishwasher"}, "id"),
    (request() | {"id": "x" * 41}, "id"),
    (request() | {"earliest": "0001-01-01T00:00:00+14:00"}, "instant"),
    (request(**CAR) | {"min_w": 8000}, "Check its power"),
    (request(**CAR) | {"min_w": 0, "max_w": 0}, "Check its power"),
    (request(**CAR) | {"wh": 0}, "no energy"),
    (request(**CAR) | {"wh": 48_000_000, "max_w": 5000}, "more than 48 hours"),
    (request(**CAR) | {"max_w": 150_000}, "100000 W"),
    (request(id_="b", **CAR), "'b'"),
    ({key: value for key, value in request(**CAR).items() if key != "max_w"}, "max_w"),
]


async def test_what_no_plan_can_hold_is_refused_with_a_sentence_and_nothing_changes(hub):
    token = await hub.join()
    before = await placed(hub, token, request("b"))
    for asked, sentence in REFUSED:
        answer = await ask(hub, token, asked, request("b"))
        assert (answer.status, answer.problem) == (422, "invalid"), asked
        assert sentence in answer.detail
        assert await told(hub, token) == before


async def test_more_requests_than_a_household_has_appliances_are_refused(hub):
    token = await hub.join()
    assert len(await placed(hub, token, *(request(f"r{number}") for number in range(20)))) == 20
    assert (await ask(hub, token, *(request(f"r{number}") for number in range(21)))).status == 422


async def test_who_asks_without_end_is_asked_to_wait(hub):
    token, other = await hub.join(), await hub.join()
    for _ in range(60):
        assert (await ask(hub, token)).status == 200
    answer = await ask(hub, token)
    assert (answer.status, answer.problem) == (429, "too-many")
    assert (await ask(hub, other)).status == 200
    hub.clock.pass_by(seconds=10)
    assert (await ask(hub, token)).status == 200


async def test_a_ready_by_that_has_just_passed_is_placed_at_once(hub):
    late = {"earliest": wire(NOON - timedelta(hours=3)), "ready_by": wire(NOON - timedelta(minutes=20))}
    (place,) = await placed(hub, await hub.join(), request("a") | late)
    assert (place["start"], place["wh"]) == (wire(NOON), DISH["profile"])


async def test_a_running_load_keeps_its_place_and_one_that_is_done_has_none(hub):
    token = await hub.join()
    (place,) = await placed(hub, token, request("a", hours=1))
    assert place["start"] == wire(NOON)
    (place,) = await placed(hub, token, request("a", hours=1) | {"running": True})
    assert place["start"] == wire(NOON)
    hub.clock.pass_by(minutes=30)
    left = request("a", hours=1) | {"profile": [200, 100], "running": True}
    (place,) = await placed(hub, token, left)
    held = [wh for at, wh in enumerate(place["wh"]) if instant(place["start"]) + at * SLOT >= hub.clock()]
    assert held == [200, 100]
    assert await placed(hub, token, left | {"profile": [0]}) == []


async def test_a_place_that_nobody_took_lapses_and_is_given_anew_while_there_is_time(hub):
    token = await hub.join()
    (first,) = await placed(hub, token, request("a", hours=3))
    assert first["start"] == wire(NOON)
    hub.clock.pass_by(minutes=14)
    await hub.rounds.a_whole_one()
    assert await told(hub, token) == [first]
    hub.clock.pass_by(minutes=2)
    await hub.rounds.a_whole_one()
    (second,) = await told(hub, token)
    assert instant(second["start"]) >= NOON + SLOT
    assert (await kept(hub))[1][0].start == instant(second["start"])


async def test_whoever_does_not_keep_its_word_until_the_end_gives_the_room_back(hub):
    token = await hub.join()
    await placed(hub, token, request("a", hours=1))
    for _ in range(6):
        hub.clock.pass_by(minutes=15)
        await hub.rounds.a_whole_one()
    assert await told(hub, token) == []
    assert await kept(hub) == {}


async def test_a_silent_household_is_not_given_one_place_after_the_other(hub):
    token = await hub.join()
    await placed(hub, token, request("a", hours=47))
    for _ in range(12):
        hub.clock.pass_by(minutes=15)
        await hub.rounds.a_whole_one()
    assert await kept(hub) == {}


async def test_a_household_that_repeats_keeps_what_it_has_open(hub):
    token = await hub.join()
    open_ = request("a", hours=47)
    await placed(hub, token, open_)
    for _ in range(12):
        hub.clock.pass_by(minutes=15)
        assert len(await placed(hub, token, open_)) == 1
        await hub.rounds.a_whole_one()
    assert len(await kept(hub)) == 1


async def test_a_changed_place_is_told_on_the_live_line_at_once(hub):
    token = await hub.join()
    (first,) = await placed(hub, token, request("a", hours=3))
    async with hub.live(token) as socket:
        assert (await socket.receive_json())["places"] == [first]
        hub.clock.pass_by(minutes=16)
        async with asyncio.timeout(20):
            message = await socket.receive_json()
    assert message["type"] == "plan"
    assert [place["id"] for place in message["places"]] == ["a"]
    assert message["places"] != [first]
    assert message["places"] == await told(hub, token)


async def test_who_connects_is_told_its_places_and_who_has_none_is_not(hub):
    token, other = await hub.join(), await hub.join()
    places = await placed(hub, token, request("a"))
    async with hub.live(token) as socket:
        message = await socket.receive_json()
    assert (message["type"], message["places"]) == ("plan", places)
    async with hub.drawing(other, {"grid_import": 5}):
        pass  # the first that it hears is the answer to what it says


@pytest.mark.parametrize("decision", ["pause", "remove", "forget", "revoke"])
async def test_the_room_of_whoever_leaves_returns(tmp_path, decision):
    clock = Clock()
    async with running(settings(tmp_path), clock) as hub:
        await hub.invite()
        answer = await hub.ask_to_join()
        token, other = answer.body["token"], await hub.join()
        (first,) = await placed(hub, token, request(hours=1))
        status, _ = await hub.submit(f"/households/{answer.body['household']}/{decision}")
        assert status == 303
        assert await kept(hub) == {}
        assert (await placed(hub, other, request(hours=1)))[0]["start"] == first["start"]
        assert (await ask(hub, token, request())).status in {401, 403}
    async with running(settings(tmp_path), clock) as hub:
        assert hub.app[SHIFTING].places(1) == ()


async def test_of_whom_the_hub_forgets_no_request_is_left(hub):
    token, other = await hub.join(), await hub.join()
    await placed(hub, token, request("mine", **CAR))
    await placed(hub, other, request("theirs"))
    async with hub.session.delete("/api/v1/me", headers=bearer(token)) as answer:
        assert answer.status == 204

    def look(books):
        return {
            table: [row[0] for row in books.execute(f"SELECT household FROM {table}")]  # noqa: S608 - names from below
            for table in ("plan_request", "plan_asked", "plan_lately")
        }

    found = await hub.hub.store.read(look)
    assert (found["plan_request"], found["plan_asked"]) == ([2], [2])
    assert 1 not in found["plan_lately"]


async def test_a_household_exports_what_it_asked_for(hub):
    token, other = await hub.join(), await hub.join()
    (place,) = await placed(hub, token, request("car", **CAR))
    mine = (await hub.get("/api/v1/me/export", **bearer(token))).body
    assert mine["columns_of_requests"] == ["id", "asked", "earliest", "ready_by", "wh", "w", "start"]
    asked = request("car", **CAR)
    assert mine["requests"] == [
        ["car", wire(NOON), asked["earliest"], asked["ready_by"], 8000, 7400, place["start"]],
    ]
    assert (await hub.get("/api/v1/me/export", **bearer(other))).body["requests"] == []
    async with hub.session.get("/api/v1/me/export?format=csv&of=requests", headers=bearer(token)) as answer:
        assert (await answer.text()).splitlines()[1].startswith("car,")


async def test_where_the_disk_is_full_nothing_is_promised(hub, monkeypatch):
    token = await hub.join()
    before = await placed(hub, token, request("a"))
    keep = books_of_plan.keep

    def full(*_given):
        raise StorageError("full") from sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(books_of_plan, "keep", full)
    answer = await ask(hub, token, request("a"), request("b", **CAR))
    assert (answer.status, answer.problem) == (507, "storage")
    assert await told(hub, token) == before
    assert (await kept(hub))[1][0].start == instant(before[0]["start"])
    monkeypatch.setattr(books_of_plan, "keep", keep)
    assert len(await placed(hub, token, request("a"), request("b", **CAR))) == 2


async def test_where_a_new_plan_can_not_be_kept_the_old_one_stays_and_it_is_tried_again(hub, monkeypatch, caplog):
    token = await hub.join()
    before = await placed(hub, token, request("a", hours=3))
    move, tried = books_of_plan.move, []

    def full(*_given):
        tried.append(1)
        raise StorageError("full")

    monkeypatch.setattr(books_of_plan, "move", full)
    hub.clock.pass_by(minutes=16)
    await hub.rounds.a_whole_one()
    assert await told(hub, token) == before
    assert tried
    monkeypatch.setattr(books_of_plan, "move", move)
    await hub.rounds.a_whole_one()
    assert await told(hub, token) != before
    assert sum("could not be made anew" in record.getMessage() for record in caplog.records) == 1


async def test_an_office_takes_more_than_a_home_and_is_told_as_one_of_many(hub):
    token = await hub.join(kind="organisation", name="Office")
    fleet = CAR | {"wh": 900_000, "max_w": 150_000}
    (place,) = await placed(hub, token, request("fleet", **fleet))
    assert sum(place["wh"]) == 900_000
    assert (await ask(hub, token, request("fleet", **(fleet | {"max_w": 1_100_000})))).status == 422


async def test_across_the_clock_change_every_slot_is_there_once(tmp_path):
    night = datetime(2026, 10, 24, 20, tzinfo=UTC)  # clocks in Amsterdam go back at one o'clock UTC
    async with running(settings(tmp_path), Clock(night)) as hub:
        await hub.invite()
        token = await hub.join()
        every = {"wh": 9 * 4 * 500, "min_w": 0, "max_w": 2000, "interruptible": True}
        (place,) = await placed(hub, token, request("a", night, 9, **every))
        assert (place["start"], place["wh"]) == (wire(night), [500] * 36)
        hub.clock.now = datetime(2026, 10, 25, 1, 1, tzinfo=UTC)
        answer = await ask(hub, token, request("a", night, 9, **every) | {"running": True, "wh": 16 * 500})
        (place,) = answer.body["places"]
        held = [wh for at, wh in enumerate(place["wh"]) if instant(place["start"]) + (at + 1) * SLOT > hub.clock()]
        assert held == [500] * 16
