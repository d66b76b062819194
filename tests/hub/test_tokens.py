"""Tokens of programs: shown once, good for their scopes, ended when an owner says so; and those of households."""

import asyncio
import re

import pytest

from sceop_hub.store import members, visitors
from tests.hub.browsing import browser, program
from tests.hub.harness import block, running, settings


async def get(hub, path, token):
    async with hub.session.get(path, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False) as answer:
        return answer.status, dict(answer.headers)


@pytest.fixture
async def owner(hub):
    """A browser at the hub's own machine."""
    async with browser(hub) as owner:
        yield owner


async def made(owner, *scopes, name="Dashboard") -> str:
    page = await owner.submit("/accounts/tokens", "/accounts", name=name, scopes=list(scopes))
    assert page.leads_to == "/accounts?said=token_made#tokens", page.text
    return re.search(r"sceop_[\w-]{43}", (await owner.open("/accounts")).text)[0]


async def test_a_token_is_shown_to_who_made_it_and_later_to_nobody(hub, owner, tmp_path):
    token = await made(owner, "community")
    hub.clock.pass_by(minutes=16)
    assert token not in (await owner.open("/accounts")).text
    held = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    assert token.encode() not in held


async def test_a_screen_whose_key_was_revoked_is_shown_nothing_more_after_an_hour(hub, owner):
    token = await made(owner, "community")
    await hub.figures()
    headers = {"Authorization": f"Bearer {token}"}
    async with asyncio.timeout(20), hub.session.get("/now/events", headers=headers) as stream:
        assert await stream.content.readline() == b"event: now\n"
        await owner.submit("/accounts/tokens/1/revoke", "/accounts")
        hub.clock.pass_by(hours=1)
        await stream.content.read()  # to its end
    assert (await get(hub, "/now/events", token))[0] == 401


async def test_a_token_reads_what_its_scope_says_and_sets_no_cookie(hub, owner):
    token = await made(owner, "community")
    status, headers = await get(hub, "/api/v1/community", token)
    assert status == 200
    assert (await get(hub, "/now/today", token))[0] == 200
    assert (await get(hub, "/households", token))[0] == 403
    assert (await get(hub, "/account", token))[0] == 403
    assert "Set-Cookie" not in headers


async def test_reading_is_not_changing(hub):
    reads, changes = await program(hub, "admit"), await program(hub, "admit:change")
    for token, expected in ((reads, 403), (changes, 303)):
        headers = {"Authorization": f"Bearer {token}"}
        async with hub.session.post(
            "/invites", data={"uses": 1, "days": 1}, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == expected


async def test_a_token_ends_when_an_owner_says_so(hub, owner):
    token = await made(owner, "community")
    assert (await get(hub, "/", token))[0] == 200
    await owner.submit("/accounts/tokens/1/revoke", "/accounts")
    assert (await get(hub, "/", token))[0] == 401


async def test_the_page_says_when_a_token_was_used_last(hub, owner):
    token = await made(owner, "community")
    assert (await hub.hub.store.read(visitors.programs))[0].used_at is None
    await get(hub, "/now/today", token)
    assert (await hub.hub.store.read(visitors.programs))[0].used_at == hub.clock()


@pytest.mark.parametrize("scopes", [[], ["own"], ["own:change"], ["community:change"], ["everything"], ["'; --"]])
async def test_no_token_is_made_for_what_is_not_given_away(hub, owner, scopes):
    page = await owner.submit("/accounts/tokens", "/accounts", name="Dashboard", scopes=scopes)
    assert page.status == 422
    assert await hub.hub.store.read(visitors.programs) == []


@pytest.mark.parametrize("name", ["", "x" * 61, "dash\u202eboard", "\x00"])
async def test_a_program_has_a_name_that_can_be_read(owner, name):
    assert (await owner.submit("/accounts/tokens", "/accounts", name=name, scopes=["community"])).status == 422


@pytest.mark.parametrize("token", ["sceop_", "sceop_" + "x" * 43, "x", "sceop_' OR 1=1 --", "é"])
async def test_a_token_that_was_never_made_opens_nothing(hub, token):
    assert (await get(hub, "/", token))[0] == 401


async def test_whoever_shows_a_token_is_nobody_else(hub):
    """At the hub's own machine the same request without a token is an owner's."""
    assert (await get(hub, "/accounts", await program(hub, "community")))[0] == 403


async def test_a_kiosk_sees_the_community_and_nothing_else(hub, tmp_path):
    key = await program(hub, "community", "members", "operate:change")
    async with running(settings(tmp_path / "other", local_owner=False)) as other, browser(other) as screen:
        assert (await screen.open(f"/kiosk/enter?key={key}")).status == 403
        key = await program(other, "community", "members", "operate:change")
        assert (await screen.open(f"/kiosk/enter?key={key}")).leads_to == "/kiosk"
        assert key not in (await screen.open("/kiosk")).text
        assert (await screen.open("/kiosk")).status == 200
        assert (await screen.open("/households")).status == 403
        await other.hub.store.write(lambda books: visitors.revoke_program(books, 1, other.clock()))
        assert (await screen.open("/kiosk")).leads_to == "/setup"


async def renewed(hub, token) -> str:
    answer = await hub.post("/api/v1/me/token", None, token)
    assert answer.status == 200, answer
    return answer.body["token"]


async def test_a_households_old_token_works_until_the_new_one_is_used(hub):
    old = await hub.join()
    await hub.send(old, block())
    new = await renewed(hub, old)
    assert (await hub.send(old, block())).status == 200
    assert (await hub.send(new, block())).status == 200
    assert (await hub.send(old, block())).status == 401
    assert (await hub.send(new, block())).status == 200


async def test_a_household_that_was_away_for_days_comes_back_with_the_token_it_has(hub):
    old = await hub.join()
    await hub.send(old, block())
    new = await renewed(hub, old)
    hub.clock.pass_by(days=3)
    assert (await hub.send(old, block())).status == 200
    assert (await hub.send(new, block())).status == 200
    assert (await hub.send(old, block())).status == 401


async def test_a_household_whose_answer_was_lost_asks_again(hub):
    old = await hub.join()
    await hub.send(old, block())
    lost, new = await renewed(hub, old), await renewed(hub, old)
    assert (await hub.send(lost, block())).status == 401
    assert (await hub.send(new, block())).status == 200


async def test_a_stolen_token_is_worth_nothing_once_the_household_renewed_its_own(hub):
    stolen = await hub.join()
    await hub.send(stolen, block())
    mine = await renewed(hub, stolen)
    await hub.send(mine, block())
    for path in ("/api/v1/me", "/api/v1/me/export", "/api/v1/community"):
        assert (await get(hub, path, stolen))[0] == 401


async def test_a_coordinator_ends_a_stolen_token_and_its_open_line(hub, owner):
    token = await hub.join()
    (who,) = await hub.hub.store.read(members.everyone)
    async with hub.live(token) as socket:
        await owner.submit(f"/households/{who.public_id}/revoke", f"/households/{who.public_id}")
        assert (await socket.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}
    assert (await hub.send(token, block())).status == 401


async def test_a_household_has_one_line_and_the_new_one_stays(hub):
    token = await hub.join()
    async with hub.live(token) as former:
        await former.send_str("heard?")
        await former.receive()
        async with hub.live(token) as line:
            assert (await former.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}
            await line.send_str("heard?")
            assert (await line.receive_json())["type"] == "problem"
