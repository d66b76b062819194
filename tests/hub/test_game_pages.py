"""The pages of the game as coordinators and viewers meet them: forms that decide, and who sees which."""

import json
from datetime import timedelta

import aiohttp
import pytest

from sceop_hub.domain.game.league import Card, Score
from sceop_hub.playing import challenging, leagues
from sceop_hub.store import audit, challenges, league, rewards
from tests.hub.browsing import account, browser
from tests.hub.harness import NOON, running, settings
from tests.hub.test_game import earn, long_there, looked

REQUEST = "a-request-of-its-own-1"
CHALLENGE = {
    "kind": "lights_out",
    "title": "Quiet nights",
    "text": "Lights off.\r\nScreens too.",
    "scope": "community",
    "goal": "10",
    "days": "7",
    "points": "40",
    "from_hour": "23",
    "to_hour": "5",
    "first": "2026-11-21",
}
REWARD = {"kind": "tree", "title": "A tree", "text": "In March.", "cost": "30", "stock": "2", "first": "", "last": ""}


@pytest.fixture
async def owner(hub):
    """A browser at the hub's own machine."""
    async with browser(hub) as owner:
        yield owner


async def all_challenges(hub):
    return await hub.hub.store.read(challenges.all_)


async def all_rewards(hub):
    return await hub.hub.store.read(rewards.all_)


async def announced(hub, owner, **more):
    page = await owner.submit("/challenges", "/challenges/new", **CHALLENGE | more)
    assert page.status == 303, page.text
    return (await all_challenges(hub))[0]


async def test_a_challenge_is_announced_as_the_form_says(hub, owner):
    found = await announced(hub, owner)
    assert (found.kind, found.title, found.text) == ("lights_out", "Quiet nights", "Lights off.\nScreens too.")
    assert (found.scope, found.goal, found.points, found.hours.start, found.hours.end) == ("community", 10, 40, 23, 5)
    assert found.start.isoformat() == "2026-11-20T23:00:00+00:00"
    text = (await owner.open("/challenges")).text
    assert "Quiet nights" in text
    assert "23:00\N{EN DASH}05:00" in text
    assert "7 days left" not in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"goal": "51"}, "A goal is a whole number from 1 to 50"),
        ({"goal": "much"}, "“much” is no whole number"),
        ({"days": "93"}, "A challenge lasts 1 to 92 days"),
        ({"first": "2026-11-20"}, "A challenge begins tomorrow or later"),
        ({"first": ""}, "Choose the day on which the challenge begins"),
        ({"first": "soon"}, "“soon” is no day"),
        ({"first": "9999-12-31"}, "A challenge begins tomorrow or later"),
        ({"scope": "planet"}, "who takes part from the lists"),
        ({"title": "\u200b"}, "A title has 1 to 80 characters"),
        ({"from_hour": "5"}, "do not end where they begin"),
    ],
)
async def test_a_challenge_that_cannot_be_is_refused_beside_what_was_typed(hub, owner, wrong, sentence):
    page = await owner.submit("/challenges", "/challenges/new", **CHALLENGE | wrong)
    assert page.status == 422
    assert sentence in page.text
    assert "Screens too." in page.text
    assert await all_challenges(hub) == []


async def test_the_preview_follows_the_goal_and_refuses_what_is_none(hub, owner):
    page = await owner.open("/challenges/preview?kind=save_together&goal=5&days=7")
    assert (page.status, "not published yet" in page.text) == (200, True)
    await hub.publish()
    assert "Too little is known" in (await owner.open("/challenges/preview?kind=save_together&goal=5&days=7")).text
    assert "no whole number" in (await owner.open("/challenges/preview?kind=save_together&goal=x")).text
    assert (await owner.open("/challenges/preview?kind=nothing")).status == 422


async def test_a_challenge_under_way_changes_its_words_and_moves_its_end_later_only(hub, owner):
    found = await announced(hub, owner)
    hub.clock.pass_by(days=2)
    path = f"/challenges/{found.id}"
    page = await owner.submit(path, title="Quieter nights", text="", last="2026-11-30")
    assert page.status == 303
    (changed,) = await all_challenges(hub)
    assert (changed.title, changed.text, changed.goal) == ("Quieter nights", "", 10)
    assert changed.end - found.end == timedelta(days=3)
    refused = await owner.submit(path, title="Quieter nights", text="", last="2026-11-25")
    assert (refused.status, "never shorter" in refused.text) == (422, True)
    assert (await owner.submit(f"{path}/cancel", path)).status == 303
    assert "Called off" in (await owner.open("/challenges")).text
    assert "it stays as it was" in (await owner.open(path)).text
    assert (await owner.open("/challenges/nothing")).status == 404


async def test_a_reward_is_offered_changed_and_handed_over(hub, owner):
    (token,) = await long_there(hub, 1)
    await earn(hub, 1, 100)
    assert (await owner.submit("/rewards", **REWARD)).status == 303
    (found,) = await all_rewards(hub)
    path = f"/rewards/{found.id}"
    assert (
        await owner.submit(path, **REWARD | {"stock": "3", "last": "2026-12-24", "first": "2026-11-20"})
    ).status == 303
    (changed,) = await all_rewards(hub)
    assert (changed.stock, changed.start) == (3, found.start)
    assert changed.end.isoformat() == "2026-12-24T23:00:00+00:00"
    assert (await hub.post(f"/api/v1/rewards/{found.id}/redeem", {"request": REQUEST}, token)).status == 200
    await looked(hub)
    assert hub.hub.rewards_waiting == 1
    text = (await owner.open("/rewards")).text
    assert "1 reward is to be handed over" in text
    assert "2 of 3 left" in text
    refused = await owner.submit(f"{path}/remove", path)
    assert (refused.status, "stays in the books" in refused.text) == (422, True)
    assert (await owner.submit("/rewards/redemptions/1/hand-over", "/rewards")).status == 303
    assert hub.hub.rewards_waiting == 0
    assert "to be handed over" not in (await owner.open("/rewards")).text
    assert (await owner.submit("/rewards/redemptions/1/give-back", "/rewards")).status == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cost": "0"}, "A reward costs 1 to"),
        ({"stock": "-1"}, "“-1” is no whole number"),
        ({"kind": "car"}, "Choose the kind of reward"),
        ({"last": "2026-11-01"}, "A reward ends after it begins"),
        ({"last": "9999-12-31", "title": ""}, "A title has 1 to 80"),
    ],
)
async def test_a_reward_that_cannot_be_is_refused_beside_what_was_typed(hub, owner, wrong, sentence):
    page = await owner.submit("/rewards", **REWARD | wrong)
    assert (page.status, sentence in page.text, "In March." in page.text) == (422, True, True)
    assert await all_rewards(hub) == []


async def upload(owner, content):
    form = aiohttp.FormData()
    form.add_field("csrf", await owner.csrf("/leaderboard"))
    form.add_field("file", content, filename="card.json", content_type="application/json")
    async with owner.session.post("/leaderboard/league/file", data=form, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_hubs_exchange_their_cards_as_files(hub, owner):
    assert (await owner.open("/leaderboard/card")).status == 404
    assert (await owner.submit("/leaderboard/league", "/leaderboard", open="yes")).status == 303
    await hub.hub.store.write(lambda books: league.tell(books, Score("2026-10", 300, "15-29")))
    own = await owner.open("/leaderboard/card")
    assert "attachment" in own.headers["Content-Disposition"]
    assert leagues.opened(own.text.encode())[0].hub == hub.hub.id
    seed = b"a seed of thirty-two bytes long!"
    other = leagues.signed(Card("ash", "Ash <b>Court</b>", NOON, (Score("2026-10", 500, "60-119"),)), seed)
    assert (await upload(owner, other))[0] == 303
    text = (await owner.open("/leaderboard")).text
    assert "Ash &lt;b&gt;Court" in text
    assert "about 60\N{EN DASH}119 homes" in text
    changed = json.dumps(json.loads(other) | {"signature": "AAAA"}).encode()
    for wrong, sentence in (
        (own.text.encode(), "the card of this hub itself"),
        (changed, "changed on the way"),
        (b"x" * 70_000, "at most 64 KB"),
        (b"", "no league file"),
    ):
        status, text = await upload(owner, wrong)
        assert (status, sentence in text) == (422, True)
    assert (await owner.submit("/leaderboard/league/ash/remove", "/leaderboard")).status == 303
    assert "Ash" not in (await owner.open("/leaderboard")).text


async def test_a_card_is_fetched_by_https_only(owner):
    page = await owner.submit("/leaderboard/league/address", "/leaderboard", address="http://127.0.0.1/api/v1/league")
    assert (page.status, "begins with https://" in page.text) == (422, True)


async def test_a_viewer_sees_the_game_and_decides_nothing(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ben:
        await account(hub, "Ada", "owner")
        await account(hub, "Ben", "viewer")
        await ben.sign_in("Ben")
        for path in ("/challenges", "/leaderboard"):
            page = await ben.open(path)
            assert page.status == 200
            assert 'action="/challenges' not in page.text
            assert 'action="/leaderboard' not in page.text
            assert "/challenges/new" not in page.text
        for path in ("/rewards", "/challenges/new", "/leaderboard/card"):
            assert (await ben.open(path)).status == 403


async def test_why_homes_are_not_ranked_is_counted(hub, owner):
    for _ in range(2):
        await hub.join()
    await hub.join(kind="organisation")
    await looked(hub)
    text = (await owner.open("/leaderboard")).text
    assert "3 members are not ranked" in text
    assert "2 homes are new" in text
    assert "1 organisation is no home" in text
    assert "Nobody stands on the board yet" in text


async def test_what_is_noted_of_the_game_is_said_by_name_and_in_words(hub, owner):
    found = await announced(hub, owner)
    await owner.submit("/rewards", **REWARD)
    text = (await owner.open("/audit")).text
    for said in ("Quiet nights", "Announced a challenge", "Lights out after hours", "A tree", "A tree is planted"):
        assert said in text
    notes = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(), 10))
    assert [(note.who, note.subject) for note in notes][1] == ("local", f"challenge:{found.id}")


async def test_the_lobby_is_told_the_challenge_that_runs_and_nothing_of_single_homes(hub, owner):
    found = await announced(hub, owner)
    assert json.loads((await owner.open("/kiosk/challenge")).text)["title"] is None
    hub.clock.now = found.start + timedelta(hours=1)
    told = json.loads((await owner.open("/kiosk/challenge")).text)
    assert (told["title"], told["kind"], told["goal"], told["unit"]) == ("Quiet nights", "lights_out", 10, "percent")
    assert (told["value"], told["joined"]) == (None, None)
    assert (await challenging.kiosk_challenge(hub.hub)).end == found.end
