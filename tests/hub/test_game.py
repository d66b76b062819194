"""The game over real sockets: who earned what is told to that home, and what was bought is bought once."""

import asyncio
import sqlite3
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.domain.event.event import Answer, Event
from sceop_hub.domain.event.savings import Savings, Sum
from sceop_hub.domain.game.challenge import TEMPLATES, Template
from sceop_hub.domain.game.levels import Level
from sceop_hub.domain.game.points import Key, Row
from sceop_hub.domain.refusal import Refusal
from sceop_hub.jobs.game import GAME
from sceop_hub.playing import challenging, rewarding
from sceop_hub.playing.boards import leaderboard_page
from sceop_hub.playing.challenging import challenges_page, kiosk_challenge
from sceop_hub.playing.rewarding import Offer, rewards_page
from sceop_hub.store import audit, challenges, events, game, members, teams
from tests.hub.harness import Answer as Said, block, running, settings
from tests.hub.test_forget import forget_me

ZONE = ZoneInfo("Europe/Amsterdam")
REQUEST = "a-request-of-its-own-1"
FULL_DAYS = 40


def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


async def get(hub, path, token) -> dict:
    answer = await hub.get(f"/api/v1/{path}", **bearer(token))
    assert answer.status == 200, answer
    return answer.body


async def put(hub, path, token, **said) -> Said:
    async with hub.session.put(f"/api/v1/{path}", json=said, headers=bearer(token)) as answer:
        return Said(answer.status, await answer.json(content_type=None))


async def leave(hub, challenge, token) -> Said:
    async with hub.session.delete(f"/api/v1/challenges/{challenge}/join", headers=bearer(token)) as answer:
        return Said(answer.status, await answer.json(content_type=None))


async def looked(hub):
    """Let the game look once more."""
    hub.app[GAME].ask()
    await hub.app[GAME].look()


async def earn(hub, household, points, ref="x", kind="challenge"):
    """Put points into the ledger as if they had been won a day ago."""
    at = hub.clock() - timedelta(days=1)
    rows = [(Row(Key(household, kind, ref), 0, points), at)]
    await hub.hub.store.write(lambda books: game.book(books, rows, hub.clock()))


async def long_there(hub, count, wh=100, **said):
    """Let homes join that have been there for a while and measured every slot of forty days."""
    tokens = [await hub.join(**{"name": f"Home {number}"} | said) for number in range(count)]
    since = hub.clock() - timedelta(days=FULL_DAYS)
    await hub.hub.store.write(
        lambda books: books.execute("UPDATE household SET joined_at = ?", (int(since.timestamp()),))
    )
    start = datetime.combine((hub.clock() - timedelta(days=FULL_DAYS)).date(), datetime.min.time(), UTC)
    for token in tokens:
        await measured(hub, token, start, hub.clock(), wh)
    await hub.rounds.a_whole_one()
    return tokens


async def measured(hub, token, start, end, wh):
    slots = (end - start) // timedelta(minutes=15)
    for first in range(0, slots, 672):
        at = (start + first * timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert (await hub.send(token, block(start=at, wh=[wh] * min(672, slots - first)))).status == 200


# ---- what a home earned


async def test_a_newcomer_has_nothing_and_is_told_why_it_is_not_ranked(hub):
    token = await hub.join()
    await looked(hub)
    mine = await get(hub, "game", token)
    assert mine == {
        "points": 0,
        "rank": None,
        "of": 0,
        "streak": 0,
        "best_streak": 0,
        "badges": [],
        "level": None,
        "balance": 0,
        "why_not": "new",
        "cheers": [],
    }
    board = await get(hub, "leaderboard", token)
    assert (board["rows"], board["unranked"], board["why_not"]) == ([], 1, "new")


async def test_places_that_could_not_be_made_anew_are_made_with_the_next_look(hub, monkeypatch):
    token = await hub.join()
    await looked(hub)
    await earn(hub, 1, 50)

    def broken(*_given):
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as fault:
        fault.setattr(game, "balances", broken)
        hub.app[GAME].ask()
        hub.clock.pass_by(minutes=1)
        await hub.app[GAME].once()
    assert (await get(hub, "game", token))["points"] == 0
    hub.clock.pass_by(minutes=1)
    await hub.app[GAME].once()
    assert (await get(hub, "game", token))["points"] == 50


async def test_an_office_and_a_home_entered_by_hand_do_not_play(hub):
    office = await hub.join(kind="organisation")
    await hub.hub.store.write(
        lambda books: members.add_by_hand(books, "Paper", "home", "Europe/Amsterdam", hub.clock()).id
    )
    await looked(hub)
    assert (await get(hub, "game", office))["why_not"] == "organisation"
    assert hub.hub.table.players[2].why_not == "by_hand"
    found = await made(hub)
    refused = await hub.post(f"/api/v1/challenges/{found.id}/join", {}, office)
    assert (refused.status, refused.problem) == (403, "forbidden")


async def test_who_measured_nine_tenths_is_ranked_and_who_did_not_is_told_so(hub):
    full, gaps = await long_there(hub, 2)
    await hub.hub.store.write(
        lambda books: books.execute(
            "DELETE FROM history WHERE slot % 8 = 0 AND channel IN (SELECT id FROM channel WHERE household = 2)"
        )
    )
    await hub.hub.store.write(lambda books: books.execute("DELETE FROM fresh WHERE slot % 8 = 0 AND channel = 2"))
    await earn(hub, 1, 5)
    await earn(hub, 2, 500)
    hub.clock.pass_by(days=1)
    start = hub.clock() - timedelta(days=1)
    await measured(hub, full, start, hub.clock(), 100)
    await looked(hub)
    assert (await get(hub, "game", full))["rank"] == 1
    mine = await get(hub, "game", gaps)
    assert (mine["rank"], mine["why_not"], mine["points"], mine["of"]) == (None, "incomplete", 500, 1)


async def test_the_board_names_who_chose_it_and_counts_the_others(hub):
    tokens = await long_there(hub, 3)
    for household, points in ((1, 10), (2, 30), (3, 10)):
        await earn(hub, household, points)
    assert (await put(hub, "me/board", tokens[0], on=True)).problem == "nickname-needed"
    assert (await put(hub, "me/board", tokens[0], on=True, name="Zoë")).body == {"on": True, "name": "Zoë"}
    assert (await put(hub, "me/board", tokens[2], on=True, name="Anna")).status == 200
    await looked(hub)
    board = await get(hub, "leaderboard", tokens[0])
    rows = [(row["rank"], row["name"], row["points"], row["me"]) for row in board["rows"]]
    assert rows == [(2, "Anna", 10, False), (2, "Zoë", 10, True)]
    assert (board["unnamed"], board["unranked"], board["why_not"]) == (1, 0, None)
    assert (await get(hub, "leaderboard", tokens[1]))["why_not"] == "not_on_board"
    assert (await put(hub, "me/board", tokens[0], on=False)).body == {"on": False, "name": "Zoë"}
    await looked(hub)
    assert [row["name"] for row in (await get(hub, "leaderboard", tokens[0]))["rows"]] == ["Anna"]


async def test_who_gives_up_the_nickname_is_named_no_more(hub):
    (token,) = await long_there(hub, 1)
    await put(hub, "me/board", token, on=True, name="Zoë")
    await put(hub, "me", token, nickname=None)
    await looked(hub)
    assert (await get(hub, "leaderboard", token))["rows"] == []


async def test_a_nickname_that_another_has_is_refused_and_nothing_changes(hub):
    one, other = await long_there(hub, 2)
    await put(hub, "me/board", one, on=True, name="Zoë")
    refused = await put(hub, "me/board", other, on=True, name="zoë")
    assert (refused.status, refused.problem) == (409, "nickname-taken")
    await looked(hub)
    assert len((await get(hub, "leaderboard", one))["rows"]) == 1


async def test_a_team_of_too_few_homes_is_not_shown(hub):
    await long_there(hub, 3)
    await hub.hub.store.write(lambda books: [members.set_team(books, 1, teams.add(books, "Stairs", "team"))])
    await looked(hub)
    page = await leaderboard_page(hub.hub)
    assert (page.board.teams, page.fewest) == ((), 15)


async def test_what_changed_in_the_game_is_told_on_the_live_line_to_that_home_alone(hub):
    one, other = await long_there(hub, 2)
    await looked(hub)
    async with hub.drawing(one, {"grid_import": 5}) as mine, hub.drawing(other, {"grid_import": 5}) as theirs:
        await hub.app[GAME]._tell()
        before = [await heard(line) for line in (mine, theirs)]
        await earn(hub, 1, 40)
        await looked(hub)
        told = await heard(mine)
        assert (told["type"], told["points"], told["balance"]) == ("game", 40, 40)
        assert [badge["id"] for badge in told["badges"]] == ["first_challenge"]
        assert [cheer["facts"] for cheer in told["cheers"]] == [{"badge": "first_challenge"}]
        assert before[1]["rank"] == 1
        assert (await heard(theirs))["rank"] == 2


async def heard(line):
    async with asyncio.timeout(20):
        while (message := await line.receive_json())["type"] != "game":
            pass
        return message


# ---- events


def event(hub, id_="e1", hours_ago=2, **more):
    start = hub.clock().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours_ago)
    given = {
        "id": id_,
        "start": start,
        "end": start + timedelta(hours=2),
        "severity": "serious",
        "target_percent": 20,
        "made": start - timedelta(hours=6),
        "announced": start - timedelta(hours=6),
        "state": "announced",
        "approved": True,
        "origin": "hand",
    }
    return Event(**(given | more))


async def keep(hub, found):
    await hub.hub.store.write(lambda books: events.save(books, [found]))


async def answered(hub, found, household, choice, minutes_before):
    said = Answer(choice, "dashboard", found.start - timedelta(minutes=minutes_before))
    await hub.hub.store.write(lambda books: events.answer(books, found.id, household, said))


async def settle(hub, found, saved, revision=1):
    done = Event(
        **{name: getattr(found, name) for name in found.__slots__} | {"state": "settled", "revision": revision}
    )
    homes = {
        household: Savings("none", mid - 900, mid, mid + 900, 1000, 1000 - mid) for household, mid in saved.items()
    }

    def keep_them(books):
        events.save(books, [done])
        events.keep_savings(books, done, homes, Sum(None, None, "few"), (), hub.clock())

    await hub.hub.store.write(keep_them)
    await looked(hub)
    return done


async def points(hub, household):
    return {
        (entry.kind, entry.ref, entry.number): entry.amount
        for entry in await hub.hub.store.read(lambda books: game.ledger(books, household))
    }


async def test_an_answer_that_was_kept_pays_and_joining_alone_does_not(hub):
    await long_there(hub, 4)
    found = event(hub)
    await keep(hub, found)
    for household in (1, 2):
        await answered(hub, found, household, "yes", 30)
    await answered(hub, found, 3, "yes", -10)
    await looked(hub)
    await settle(hub, found, {1: 200, 2: 0, 3: 900})
    assert await points(hub, 1) == {("kept", "e1", 0): 10}
    assert [await points(hub, household) for household in (2, 3, 4)] == [{}, {}, {}]
    words = await hub.hub.store.read(
        lambda books: {one.household: one.word for one in game.outcomes(books, found.start)}
    )
    assert words == {1: "kept", 2: "kept", 3: "paused", 4: "missed"}


async def test_a_revision_is_booked_as_a_counter_row_and_looking_again_books_nothing(hub):
    await long_there(hub, 1)
    found = event(hub)
    await keep(hub, found)
    await answered(hub, found, 1, "yes", 30)
    await settle(hub, found, {1: 200})
    await settle(hub, found, {1: 100}, revision=2)
    await looked(hub)
    assert await points(hub, 1) == {("kept", "e1", 0): 10, ("kept", "e1", 1): -5}


async def test_who_leaves_once_it_runs_loses_by_it_whatever_the_meter_showed(hub):
    await long_there(hub, 1)
    first = event(hub, "e0", 30)
    await keep(hub, first)
    await answered(hub, first, 1, "yes", 30)
    await settle(hub, first, {1: 200})
    found = event(hub)
    await keep(hub, found)
    await answered(hub, found, 1, "yes", 30)
    await looked(hub)
    await answered(hub, found, 1, "no", -20)
    await settle(hub, found, {})
    assert sum((await points(hub, 1)).values()) == 0


async def test_a_home_that_was_offline_during_the_event_keeps_its_streak(hub):
    tokens = await long_there(hub, 1)
    for number, hours in enumerate((15 * 24, 8 * 24, 26)):
        found = event(hub, f"e{number}", hours)
        await keep(hub, found)
        await answered(hub, found, 1, "yes", 30)
        await settle(hub, found, {1: 200} if number != 1 else {})
    assert (await get(hub, "game", tokens[0]))["streak"] == 2


async def test_an_event_that_began_while_the_hub_was_away_counts_who_had_answered_before(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await long_there(hub, 1)
        found = event(hub)
        await keep(hub, found)
        await answered(hub, found, 1, "yes", 5)
    async with running(settings(tmp_path), hub.clock) as hub:
        await settle(hub, found, {1: 200})
        assert await points(hub, 1) == {("kept", "e1", 0): 10}


# ---- challenges


async def made(hub, kind="save_together", days=7, **more):
    known = TEMPLATES[kind]
    template = Template(kind, more.pop("scope", known.scope), more.pop("goal", 5), days, 50, known.unit, known.hours)
    first = hub.hub.day() + timedelta(days=1)
    return await challenging.add(hub.hub, "test", template, "Together", "Save", first)


async def live_through(hub, tokens, end, wh):
    """Let homes use so much until an instant."""
    start = hub.clock()
    hub.clock.now = end
    for token, used in zip(tokens, wh, strict=True):
        await measured(hub, token, start, end, used)


async def test_each_home_is_told_its_own_progress_and_wins_by_it_alone(hub):
    tokens = await long_there(hub, 2)
    found = await made(hub, scope="home")
    for token in tokens:
        assert (await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)).body["joined"] is True
    assert (await hub.post(f"/api/v1/challenges/{found.id}/join", {}, tokens[0])).status == 200
    await live_through(hub, tokens, found.start, (100, 100))
    await live_through(hub, tokens, found.end, (80, 100))
    told = [(await get(hub, "challenges", token))["challenges"][0] for token in tokens]
    assert [(one["state"], one["progress"], one["mine"]) for one in told] == [("over", 20.0, 20.0), ("over", 0.0, 0.0)]
    hub.clock.pass_by(hours=7)
    await looked(hub)
    assert await points(hub, 1) == {("challenge", found.id, 0): 50}
    assert await points(hub, 2) == {}
    await looked(hub)
    assert sum((await points(hub, 1)).values()) == 50
    kinds = [cheer["kind"] for cheer in (await get(hub, "game", tokens[0]))["cheers"]]
    assert sorted(kinds) == ["badge", "challenge"]


async def test_a_challenge_of_the_community_says_nothing_while_nothing_is_published(hub):
    (token,) = await long_there(hub, 1)
    await made(hub)
    (told,) = (await get(hub, "challenges", token))["challenges"]
    assert (told["progress"], told["why"], told["state"]) == (None, "too_early", "planned")
    hub.clock.pass_by(days=3)
    (told,) = (await get(hub, "challenges", token))["challenges"]
    assert (told["progress"], told["why"]) == (None, "no_past")
    page = await challenges_page(hub.hub)
    assert page.rows[0].joined is None
    assert (await kiosk_challenge(hub.hub)).title == "Together"


async def test_a_challenge_that_is_edited_while_it_runs_keeps_its_goal_and_what_was_won(hub):
    (token,) = await long_there(hub, 1)
    found = await made(hub, scope="home")
    await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)
    await live_through(hub, [token], found.start + timedelta(days=1), [50])
    last = found.end.astimezone(ZONE).date() + timedelta(days=6)
    changed = await challenging.edit(hub.hub, "test", found.id, "Go on", "Longer", last)
    assert (changed.goal, changed.points, changed.announced) == (found.goal, found.points, found.announced)
    await live_through(hub, [token], found.end, [50])
    hub.clock.pass_by(hours=7)
    await looked(hub)
    assert await points(hub, 1) == {("challenge", found.id, 0): 50}
    (told,) = (await get(hub, "challenges", token))["challenges"]
    assert (told["title"], told["state"]) == ("Go on", "running")
    start, hub.clock.now = hub.clock(), changed.end
    await measured(hub, token, start, changed.end, 400)
    hub.clock.pass_by(hours=7)
    await looked(hub)
    assert await points(hub, 1) == {("challenge", found.id, 0): 50}
    with pytest.raises(Refusal, match="is over"):
        await challenging.edit(hub.hub, "test", found.id, "x", "", None)
    notes = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(action="challenge"), 10))
    assert [note.action for note in notes] == ["challenge.edit", "challenge.add"]


async def test_a_challenge_that_was_called_off_pays_nobody_and_cannot_be_joined(hub):
    (token,) = await long_there(hub, 1)
    found = await made(hub, scope="home")
    await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)
    await challenging.cancel(hub.hub, "test", found.id)
    await live_through(hub, [token], found.end + timedelta(hours=7), [10])
    await looked(hub)
    assert await points(hub, 1) == {}
    refused = await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)
    assert (refused.status, refused.problem) == (409, "challenge-over")


async def test_a_home_that_left_a_challenge_wins_nothing_and_what_is_unknown_is_not_found(hub):
    (token,) = await long_there(hub, 1)
    found = await made(hub, scope="home")
    await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)
    assert (await leave(hub, found.id, token)).body["joined"] is False
    assert await hub.hub.store.read(lambda books: challenges.joined(books, found.id)) == frozenset()
    for answer in (await hub.post("/api/v1/challenges/nope/join", {}, token), await leave(hub, "nope", token)):
        assert (answer.status, answer.problem) == (404, "not-found")


async def test_the_preview_is_of_what_was_published_and_says_so_where_nothing_is(hub):
    found = await challenging.preview(hub.hub, "save_together", 5, 7)
    assert (found.published, found.reached) == (False, 0)
    assert {one.progress.why for one in found.trials} == {"no_past"}


# ---- rewards


async def offered(hub, **more):
    given = {"kind": "voucher", "title": "Cinema", "text": "", "cost": 30, "stock": 1} | more
    return await rewarding.add(hub.hub, "test", Offer(**given))


async def redeem(hub, reward, token, request=REQUEST) -> Said:
    return await hub.post(f"/api/v1/rewards/{reward.id}/redeem", {"request": request}, token)


async def test_the_same_request_buys_once_however_often_it_is_sent(hub):
    token = await hub.join()
    await earn(hub, 1, 100)
    reward = await offered(hub, stock=9)
    answers = await asyncio.gather(*(redeem(hub, reward, token) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["redemption"]["id"] for answer in answers}) == 1
    told = await get(hub, "rewards", token)
    assert (told["balance"], told["rewards"][0]["left"], len(told["redeemed"])) == (70, 8, 1)


async def test_the_last_piece_goes_to_one_home_however_many_ask_at_once(hub):
    tokens = [await hub.join() for _ in range(8)]
    for household in range(1, 9):
        await earn(hub, household, 100)
    reward = await offered(hub)
    answers = await asyncio.gather(*(redeem(hub, reward, token) for token in tokens))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert {answer.problem for answer in answers if answer.status == 409} == {"reward-gone"}
    page = await rewards_page(hub.hub)
    assert (page.rewards[0].reward.left, page.rewards[0].waiting, len(page.ledger)) == (0, 1, 1)


async def test_points_are_spent_once_however_many_requests_come_at_once(hub):
    token = await hub.join()
    await earn(hub, 1, 100)
    reward = await offered(hub, stock=50)
    answers = await asyncio.gather(*(redeem(hub, reward, token, f"{REQUEST}-{number}") for number in range(12)))
    assert sorted(answer.status for answer in answers) == [200] * 3 + [409] * 9
    assert {answer.problem for answer in answers if answer.status == 409} == {"too-few-points"}
    assert (await get(hub, "rewards", token))["balance"] == 10


async def test_a_reward_that_cannot_be_had_is_refused_with_what_would_help(hub):
    token = await hub.join()
    await earn(hub, 1, 10)
    dear = await offered(hub)
    late = await offered(hub, start=hub.clock() + timedelta(days=1))
    answer = await redeem(hub, dear, token)
    assert answer.detail == "This reward costs 30 points, and you have 10. Your points are untouched."
    assert (await redeem(hub, late, token)).problem == "reward-closed"
    assert (await hub.post("/api/v1/rewards/nope/redeem", {"request": REQUEST}, token)).status == 404
    for request in ("short", "x" * 65, "with space and more", None):
        assert (await redeem(hub, dear, token, request)).status == 422


async def test_a_request_for_another_reward_is_refused_rather_than_answered_with_the_first(hub):
    token = await hub.join()
    await earn(hub, 1, 100)
    one, other = await offered(hub), await offered(hub)
    assert (await redeem(hub, one, token)).status == 200
    assert (await redeem(hub, other, token)).status == 422


async def test_a_coordinator_hands_over_once_or_gives_the_points_back(hub):
    token = await hub.join(name="Number 12")
    await earn(hub, 1, 100)
    reward = await offered(hub, stock=3)
    done = [(await redeem(hub, reward, token, f"{REQUEST}-{n}")).body["redemption"]["id"] for n in range(2)]
    await rewarding.hand_over(hub.hub, "test", done[0])
    await rewarding.give_back(hub.hub, "test", done[1])
    for again in (rewarding.hand_over, rewarding.give_back):
        with pytest.raises(Refusal, match="already"):
            await again(hub.hub, "test", done[1])
    told = await get(hub, "rewards", token)
    assert (told["balance"], told["rewards"][0]["left"]) == (70, 2)
    assert [one["state"] for one in told["redeemed"]] == ["returned", "handed"]
    page = await rewards_page(hub.hub)
    assert [(row.name, row.title, row.state) for row in page.ledger] == [
        ("Number 12", "Cinema", "returned"),
        ("Number 12", "Cinema", "handed"),
    ]
    assert (page.spent, page.earned) == (30, None)


async def test_a_reward_is_edited_without_giving_away_what_was_taken(hub):
    token = await hub.join()
    await earn(hub, 1, 100)
    reward = await offered(hub, stock=2)
    await redeem(hub, reward, token)
    with pytest.raises(Refusal, match="1 pieces are taken"):
        await rewarding.edit(hub.hub, "test", reward.id, Offer("voucher", "Cinema", "", 30, 0))
    changed = await rewarding.edit(hub.hub, "test", reward.id, Offer("voucher", "Theatre", "", 50, 5))
    assert (changed.title, changed.cost, changed.stock, changed.left) == ("Theatre", 50, 5, 4)
    with pytest.raises(Refusal, match="Let it end"):
        await rewarding.remove(hub.hub, "test", reward.id)


async def test_a_reward_that_can_be_had_is_cheered_once(hub):
    (token,) = await long_there(hub, 1)
    await earn(hub, 1, 30, kind="kept")
    await offered(hub)
    await looked(hub)
    await looked(hub)
    cheers = (await get(hub, "game", token))["cheers"]
    assert [cheer["kind"] for cheer in cheers if cheer["kind"] == "reward"] == ["reward"]


# ---- leaving


async def test_a_home_that_leaves_takes_its_game_along_and_the_ledger_of_rewards_still_adds_up(hub):
    one, other = await long_there(hub, 2)
    for household in (1, 2):
        await earn(hub, household, 100)
    found = await made(hub, scope="home")
    await hub.post(f"/api/v1/challenges/{found.id}/join", {}, one)
    await put(hub, "me/board", one, on=True, name="Zoë")
    reward = await offered(hub, stock=5)
    await redeem(hub, reward, one)
    await looked(hub)
    assert await forget_me(hub, one) == 204
    await looked(hub)
    tables = game.OF_A_HOUSEHOLD
    left = await hub.hub.store.read(
        lambda books: {
            table: books.execute(f"SELECT COUNT(*) FROM {table} WHERE household = 1").fetchone()[0]  # noqa: S608 - from above
            for table in tables
        }
    )
    assert left == dict.fromkeys(tables, 0)
    page = await rewards_page(hub.hub)
    assert [(row.household, row.name, row.cost) for row in page.ledger] == [(None, None, 30)]
    assert page.rewards[0].reward.left == 4
    mine = await get(hub, "game", other)
    assert (mine["rank"], mine["of"]) == (1, 1)
    assert (await get(hub, "leaderboard", other))["rows"] == []


async def test_points_survive_a_restart(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        (token,) = await long_there(hub, 1)
        await earn(hub, 1, 70)
    async with running(settings(tmp_path), hub.clock) as hub:
        await hub.rounds.a_whole_one()
        mine = await get(hub, "game", token)
        assert (mine["points"], mine["rank"], mine["balance"]) == (70, 1, 70)


async def ask(hub, token, *requests) -> dict:
    answer = await hub.post("/api/v1/plan", {"requests": list(requests)}, token)
    assert answer.status == 200, answer
    return answer.body


def wish(hub, id_="a", wh=(300, 300), hours=3, **more):
    now = hub.clock()
    times = {"earliest": now.isoformat(), "ready_by": (now + timedelta(hours=hours)).isoformat()}
    return {"id": id_, **times, "profile": list(wh)} | more


async def test_a_place_that_was_kept_pays_once_the_day_is_over_and_the_meter_shows_it(hub):
    keeper, boaster = await long_there(hub, 2)
    today = hub.hub.day()
    for token in (keeper, boaster):
        wished = wish(hub)
        (place,) = (await ask(hub, token, wished))["places"]
        hub.clock.now = max(hub.clock(), datetime.fromisoformat(place["start"]))
        await ask(hub, token, wished | {"running": True})
    hub.clock.pass_by(days=1)
    for token, wh in ((keeper, 400), (boaster, 5)):
        assert (await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[wh] * 40, rev=1))).status == 200
    await looked(hub)
    assert await points(hub, 1) == {("place", today.isoformat(), 0): 2}
    assert await points(hub, 2) == {}


async def test_a_place_that_passed_without_anything_is_not_kept(hub):
    (token,) = await long_there(hub, 1)
    (place,) = (await ask(hub, token, wish(hub)))["places"]
    hub.clock.now = datetime.fromisoformat(place["start"]) + timedelta(minutes=16)
    await hub.rounds.a_whole_one()
    kept = await hub.hub.store.read(lambda books: books.execute("SELECT wh, kept FROM game_place").fetchall())
    assert kept == [(600, 0)]


async def test_a_household_exports_its_ledger(hub):
    token = await hub.join()
    await earn(hub, 1, 100)
    reward = await offered(hub)
    await redeem(hub, reward, token)
    told = await get(hub, "me/export", token)
    assert told["columns_of_points"] == ["at", "kind", "ref", "number", "amount"]
    assert [row[-1] for row in told["points"]] == [100, -30]


async def test_a_year_begins_anew_and_what_there_is_to_spend_stays(hub):
    (token,) = await long_there(hub, 1)
    await earn(hub, 1, 70)
    hub.clock.now = datetime(2027, 1, 1, 1, tzinfo=UTC)
    await looked(hub)
    mine = await get(hub, "game", token)
    assert (mine["points"], mine["balance"]) == (0, 70)
    assert (await get(hub, "leaderboard", token))["since"] == "2026-12-31T23:00:00Z"
    assert date(2027, 1, 1) == hub.hub.day()


async def test_sums_of_points_are_told_in_steps_and_a_wrong_clock_stops_no_level(hub):
    for home in range(1, 16):
        await hub.join(name=f"Number {home}")
        await earn(hub, home, 7)
    assert (await rewards_page(hub.hub)).earned == 100
    ahead = hub.clock().date() + timedelta(days=400)
    await hub.hub.store.write(lambda books: game.set_level(books, ahead, Level(1, 0, 150)))
    await looked(hub)
    day, found = await hub.hub.store.read(game.level)
    assert (day < ahead, found.points) == (True, 100)
