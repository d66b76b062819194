"""The pages of the game in a real browser: challenges from template to progress, the board, rewards, the lobby."""

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from sceop_hub.domain.game.challenge import TEMPLATES, Template
from sceop_hub.domain.game.league import Card, Score
from sceop_hub.domain.game.points import Key, Row
from sceop_hub.jobs.game import GAME
from sceop_hub.playing import challenging, leagues, rewarding
from sceop_hub.playing.rewarding import Offer
from sceop_hub.store import game, league, teams
from tests.e2e.harness import DESKTOP, PHONE, picture, scrolls_sideways, watched
from tests.hub.harness import NOON, Clock, RunningHub, block, running, settings

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("game")]

ZONE = ZoneInfo("Europe/Amsterdam")
HOMES, IN_TEAM = 17, 15
PAST_DAYS = 40
"""Enough that a preview knows half of the weeks before each of its trials."""
SINCE = timedelta(days=6)
"""Before now, when the challenge that runs was announced."""
NICKNAMES = ("Zoë", "The Owls", "Number 7", "Sunflower")
SLOT = timedelta(minutes=15)


@dataclass
class Played:
    """A hub in the middle of its game."""

    hub: RunningHub
    running: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played(tmp_path_factory):
    async with running(settings(tmp_path_factory.mktemp("game"), zone=ZONE), Clock(NOON - SINCE)) as hub:
        await hub.invite()
        yield Played(hub, await _lived(hub))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def empty(tmp_path_factory):
    async with running(settings(tmp_path_factory.mktemp("empty"))) as hub:
        yield hub


async def _lived(hub) -> str:
    """Let homes live for two months, and try something together in the last days."""
    tokens = [await hub.join(name=f"Home {number}") for number in range(HOMES)]
    start = datetime.combine((hub.clock() - timedelta(days=PAST_DAYS)).date(), datetime.min.time(), UTC)
    await _measured(hub, tokens, start, hub.clock(), 1.0)
    await hub.hub.store.write(
        lambda books: books.execute("UPDATE household SET joined_at = ?", (int(start.timestamp()),))
    )
    north = await hub.hub.store.write(lambda books: teams.add(books, "North side", "street"))
    await hub.hub.store.write(
        lambda books: books.execute("UPDATE household SET team = ? WHERE id <= ?", (north, IN_TEAM))
    )
    found = await _announced(hub, "save_together", 14, "November together")
    await _announced(hub, "lights_out", 3, "Three quiet nights")
    for token in tokens[: HOMES - 1]:
        await hub.post(f"/api/v1/challenges/{found.id}/join", {}, token)
    await _earned(hub, tokens)
    before, hub.clock.now = hub.clock.now, NOON
    await _measured(hub, tokens, before, NOON, 0.96)
    await hub.publish()
    await _announced(hub, "solar_noon", 14, "Cook with the sun")
    await _offered(hub, tokens)
    await _in_a_league(hub)
    hub.app[GAME].ask()
    await hub.app[GAME].look()
    return found.id


async def _measured(hub, tokens, start, end, share):
    """Send what homes used: little at night, most in the evening, no two days and homes alike."""
    slots = (end - start) // SLOT
    for number, token in enumerate(tokens):
        wh = [
            round(share * _usual(at.hour) * (1 + (at.toordinal() * 7 + at.hour * 5 + number * 3) % 31 / 100))
            for at in (start + slot * SLOT for slot in range(slots))
        ]
        for first in range(0, slots, 672):
            at = (start + first * SLOT).strftime("%Y-%m-%dT%H:%M:%SZ")
            assert (await hub.send(token, block(start=at, wh=wh[first : first + 672]))).status == 200


def _usual(hour):
    return 60 + 25 * (hour >= 7) + 70 * (17 <= hour < 22)


async def _announced(hub, kind, days, title):
    known = TEMPLATES[kind]
    template = Template(kind, known.scope, known.goal, days, known.points, known.unit, known.hours)
    text = "Every light that is not left on counts."
    return await challenging.add(hub.hub, "local", template, title, text, hub.hub.day() + timedelta(days=1))


async def _earned(hub, tokens):
    rows = [
        (Row(Key(number + 1, "challenge", "x"), 0, 7 * number + 20), hub.clock() - timedelta(days=1))
        for number in range(HOMES)
    ]
    badges = [(HOMES, "first_event"), (HOMES, "planner"), (HOMES, "streak_4"), (HOMES - 1, "first_event")]

    def keep(books):
        game.book(books, rows, hub.clock())
        game.give_badges(books, badges, hub.clock())

    await hub.hub.store.write(keep)
    for token, name in zip(tokens[-len(NICKNAMES) :], NICKNAMES, strict=True):
        headers = {"Authorization": f"Bearer {token}"}
        async with hub.session.put("/api/v1/me/board", json={"on": True, "name": name}, headers=headers) as answer:
            assert answer.status == 200


async def _offered(hub, tokens):
    offers = (
        Offer("voucher", "Two loaves at the baker", "Show this to the baker round the corner.", 40, 10),
        Offer("tree", "A tree in the park", "We plant it together in March.", 120, 3),
    )
    first, _ = [await rewarding.add(hub.hub, "local", offer) for offer in offers]
    for number, token in enumerate(tokens[-2:]):
        body = {"request": f"a-request-of-its-own-{number}"}
        assert (await hub.post(f"/api/v1/rewards/{first.id}/redeem", body, token)).status == 200
    await rewarding.hand_over(hub.hub, "local", 1)


async def _in_a_league(hub):
    await leagues.publish(hub.hub, "local", on=True)
    await hub.hub.store.write(lambda books: league.tell(books, Score("2026-10", 1240, "15-29")))
    other = Card("ash-court", "Ash Court", NOON, (Score("2026-10", 1180, "60-119"),))
    await leagues.add(hub.hub, "local", leagues.signed(other, b"a seed of thirty-two bytes long!"))


@asynccontextmanager
async def at(browser, hub, path, size=DESKTOP, **more):
    async with watched(browser, size, **more) as seen:
        await seen.page.goto(hub.url + path)
        yield seen
        assert seen.complaints == []


PAGES = {
    "challenges": "/challenges",
    "challenge-new": "/challenges/new?kind=lights_out",
    "challenge": "/challenges/{running}",
    "leaderboard": "/leaderboard",
    "rewards": "/rewards",
}


@pytest.mark.parametrize(
    ("name", "size", "scheme"), [("phone", PHONE, "dark"), ("desktop", DESKTOP, "light")], ids=["phone", "desktop"]
)
@pytest.mark.parametrize("shown", PAGES)
async def test_a_page_of_a_game_in_full_swing_fits_and_is_understood_by_all(played, browser, shown, name, size, scheme):
    async with at(browser, played.hub, PAGES[shown].format(running=played.running), size, scheme=scheme) as seen:
        await picture(seen.page, f"game-{shown}-{name}-{scheme}")
        violations = (await Axe().run(seen.page)).response["violations"]
        assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in violations] == []
        assert not await scrolls_sideways(seen.page)


@pytest.mark.parametrize("path", ["/challenges", "/leaderboard", "/rewards", "/challenges/new"])
async def test_a_page_of_a_game_that_has_not_begun_says_what_to_do(empty, browser, path):
    async with at(browser, empty, path, PHONE) as seen:
        await expect(seen.page.locator(".empty").first).to_be_visible()
        assert not await scrolls_sideways(seen.page)
        await picture(seen.page, f"game-empty{path.replace('/', '-')}")


async def test_a_goal_is_held_against_last_month_while_it_is_chosen(played, browser):
    async with at(browser, played.hub, "/challenges") as seen:
        await seen.page.get_by_test_id("template").filter(has_text="Save together").click()
        trials = seen.page.get_by_test_id("trial")
        await expect(trials).to_have_count(1)
        await seen.page.get_by_label("How many days").fill("7")
        await seen.page.get_by_label("How many days").press("Tab")
        await expect(trials).to_have_count(4)
        await seen.page.get_by_label("Goal", exact=True).fill("50")
        await seen.page.get_by_label("Goal", exact=True).press("Tab")
        await expect(seen.page.get_by_test_id("preview")).to_contain_text("reached 0 times out of 4")
        await seen.page.get_by_label("Title").fill("A quiet week")
        await seen.page.get_by_role("button", name="Announce it").click()
        await expect(seen.page.get_by_role("status")).to_contain_text("announced")
        card = seen.page.get_by_test_id("challenge").filter(has_text="A quiet week")
        await expect(card).to_have_attribute("data-state", "planned")
        await card.get_by_role("link").click()
        await seen.page.get_by_role("button", name="Call it off").click()
        await seen.page.get_by_role("dialog").get_by_role("button", name="Call it off").click()
        await expect(card).to_contain_text("Called off")


async def test_a_reward_waits_until_it_is_handed_over(played, browser):
    async with at(browser, played.hub, "/rewards") as seen:
        waiting = seen.page.get_by_test_id("waiting")
        await expect(waiting).to_contain_text("Two loaves at the baker")
        await waiting.get_by_role("button", name="Give the points back").click()
        await seen.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        await waiting.get_by_role("button", name="Handed over").click()
        await expect(waiting).to_have_count(0)
        await expect(seen.page.get_by_test_id("ledger-row")).to_have_count(2)
        await expect(seen.page.get_by_test_id("ledger-row").first).to_contain_text("Handed over")


async def test_the_screen_in_the_lobby_shows_the_challenge_that_runs(played, browser):
    async with watched(browser, {"width": 1920, "height": 1080}) as seen:
        await seen.page.clock.install(time=NOON)
        async with seen.page.expect_response("**/kiosk/challenge"):
            await seen.page.goto(f"{played.hub.url}/kiosk")
        scene = seen.page.get_by_test_id("kiosk-challenge")
        for _ in range(3):
            await seen.page.clock.fast_forward(20_000)
            if await scene.is_visible():
                break
        await expect(scene).to_contain_text("November together")
        await expect(scene).to_contain_text("of 5%")
        await expect(scene).to_contain_text("16 homes take part")
        await seen.page.emulate_media(reduced_motion="reduce")
        await picture(seen.page, "kiosk-challenge")
        assert seen.complaints == []
