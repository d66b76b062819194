"""The league between hubs: signed cards by file and address, each hub known by the key that it came with first."""

import json
import ssl
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, TCPConnector, web

from sceop_hub.domain.game.league import MOST_BYTES, Score
from sceop_hub.domain.refusal import Refusal
from sceop_hub.playing import leagues
from sceop_hub.playing.boards import leaderboard_page
from sceop_hub.store import audit, league
from tests import certificates
from tests.hub.harness import running, settings


@asynccontextmanager
async def two_hubs(folder, score=500):
    """Run two hubs that tell of themselves: this one, and another with a month behind it."""
    async with running(settings(folder / "one")) as hub, running(settings(folder / "two", community="Ash")) as other:
        for one, points in ((hub, 300), (other, score)):
            await leagues.publish(one.hub, "test", on=True)
            await tell(one, points)
        yield hub, other


async def tell(hub, points, month="2026-10"):
    await hub.hub.store.write(lambda books: league.tell(books, Score(month, points, "15-29")))


async def refused(work) -> str:
    with pytest.raises(Refusal) as refusal:
        await work
    return refusal.value.sentence


async def places(hub):
    page = await leaderboard_page(hub.hub)
    return [(one.rank, one.name, one.score, one.mine) for one in page.board.league]


@pytest.fixture
async def pair(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with two_hubs(tmp_path) as both:
        yield both


async def test_a_hub_tells_of_itself_once_its_coordinator_chose_to(tmp_path):
    async with running(settings(tmp_path)) as hub:
        assert (await hub.get("/api/v1/league")).status == 404
        await leagues.publish(hub.hub, "test", on=True)
        answer = await hub.get("/api/v1/league")
        assert answer.status == 200
        card, _ = leagues.opened(json.dumps(answer.body).encode())
        assert (card.hub, card.name, card.scores) == (hub.hub.id, "Test community", ())
        await leagues.publish(hub.hub, "test", on=False)
        assert (await hub.get("/api/v1/league")).status == 404
        notes = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(action="league"), 10))
        assert [note.action for note in notes] == ["league.close", "league.open"]


async def test_hubs_compare_once_one_has_the_others_card(pair):
    hub, other = pair
    assert await places(hub) == []
    await leagues.add(hub.hub, "test", await leagues.card_file(other.hub))
    assert await places(hub) == [(1, "Ash", 500, False), (2, "Test community", 300, True)]


async def test_a_hub_that_tells_nothing_of_itself_still_sees_the_others(pair):
    hub, other = pair
    await leagues.publish(hub.hub, "test", on=False)
    await leagues.add(hub.hub, "test", await leagues.card_file(other.hub))
    assert await places(hub) == []  # one alone is no league


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told | {"card": told["card"].replace("500", "900")},
        lambda told: told | {"signature": told["key"]},
        lambda told: told | {"key": "AAAA"},
        lambda told: {"card": told["card"]},
        lambda told: told | {"card": 5},
        lambda _: [],
    ],
)
async def test_a_card_that_was_changed_on_the_way_is_refused(pair, change):
    hub, other = pair
    told = json.loads(await leagues.card_file(other.hub))
    assert "changed on the way" in await refused(leagues.add(hub.hub, "test", json.dumps(change(told)).encode()))
    assert await places(hub) == []


async def test_another_key_is_refused_until_the_hub_was_removed(pair):
    hub, other = pair
    await leagues.add(hub.hub, "test", await leagues.card_file(other.hub))
    card, _ = leagues.opened(await leagues.card_file(other.hub))
    forged = leagues.signed(card, b"another key of somebody else 123")
    assert "signs with another key than before" in await refused(leagues.add(hub.hub, "test", forged))
    await leagues.remove(hub.hub, "test", other.hub.id)
    await leagues.add(hub.hub, "test", forged)
    assert len(await places(hub)) == 2


async def test_an_older_card_takes_no_newer_ones_place(pair):
    hub, other = pair
    older = await leagues.card_file(other.hub)
    other.clock.pass_by(days=1)
    await tell(other, 900, "2026-11")
    await leagues.add(hub.hub, "test", await leagues.card_file(other.hub))
    assert "A newer card" in await refused(leagues.add(hub.hub, "test", older))
    page = await leaderboard_page(hub.hub)
    assert [score.month for score in page.hubs[0].card.scores] == ["2026-10", "2026-11"]


async def test_a_hub_takes_no_card_of_its_own_nor_a_file_without_end(pair):
    hub, _ = pair
    assert "of this hub itself" in await refused(leagues.add(hub.hub, "test", await leagues.card_file(hub.hub)))
    assert "at most 64 KB" in await refused(leagues.add(hub.hub, "test", b"x" * (MOST_BYTES + 1)))
    with pytest.raises(Refusal, match="no such hub"):
        await leagues.remove(hub.hub, "test", "nobody")


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example.org/api/v1/league",
        "file:///etc/passwd",
        "https://",
        "https://a:b@x.org/",
        "https://[",
        "https://\u2100",
        "",
        "x",
    ],
)
async def test_a_card_is_fetched_from_nowhere_but_https(pair, url):
    hub, _ = pair
    assert "begins with https://" in await refused(leagues.fetch(hub.hub, "test", url))


@asynccontextmanager
async def served(folder, handler):
    """Serve something on https; give its address and a session that believes its certificate."""
    certificate, key = certificates.pair(folder)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate, key)
    app = web.Application()
    app.router.add_get("/api/v1/league", handler)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    believing = ssl.create_default_context(cafile=str(certificate))
    believing.check_hostname = False
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving).start()
        async with ClientSession(connector=TCPConnector(ssl=believing)) as session:
            yield f"https://127.0.0.1:{runner.addresses[0][1]}/api/v1/league", session
    finally:
        await runner.cleanup()


async def test_a_card_is_fetched_from_its_address_and_the_address_is_kept(pair, tmp_path):
    hub, other = pair

    async def card(_request):
        return web.Response(body=await leagues.card_file(other.hub))

    async with served(tmp_path, card) as (url, session):
        await leagues.fetch(hub.hub, "test", url, session)
        with pytest.raises(Refusal, match="did not answer"):
            await leagues.fetch(hub.hub, "test", url)  # nobody vouches for this certificate
    assert [known.url for known in (await leaderboard_page(hub.hub)).hubs] == [url]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda: web.Response(body=b"x" * (MOST_BYTES * 3)), "at most 64 KB"),
        (lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1/"}), "the answer was 302"),
        (lambda: web.Response(status=404), "the answer was 404"),
        (lambda: web.Response(text="<html>"), "no league file"),
    ],
)
async def test_what_is_no_card_is_refused_with_a_sentence(pair, tmp_path, answer, sentence):
    hub, _ = pair

    async def other(_request):
        return answer()

    async with served(tmp_path, other) as (url, session):
        assert sentence in await refused(leagues.fetch(hub.hub, "test", url, session))
    assert await places(hub) == []
