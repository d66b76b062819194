"""Joining: an invite opens the door once a place, and a lost answer costs none."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from tests.hub.harness import block, running, settings


async def test_an_invite_opens_the_door(hub):
    answer = await hub.ask_to_join()
    assert answer.status == 201
    assert answer.body["community"] == "Test community"
    assert (await hub.send(answer.body["token"], block())).status == 200


@pytest.mark.parametrize("typed", ["test-code", " TESTCODE ", "test code"])
async def test_a_code_is_read_as_people_type_it(hub, typed):
    assert (await hub.ask_to_join(code=typed)).status == 201


async def test_an_unknown_code_says_so(hub):
    answer = await hub.ask_to_join(code="NO-SUCH")
    assert (answer.status, answer.problem) == (404, "invite-unknown")
    assert "typing mistakes" in answer.detail


async def test_a_used_code_says_when_and_what_to_do(hub):
    await hub.invite("ONCE-ONLY", uses=1)
    await hub.join(code="ONCE-ONLY")
    hub.clock.pass_by(days=3)
    answer = await hub.ask_to_join(code="ONCE-ONLY")
    assert (answer.status, answer.problem) == (409, "invite-used")
    assert answer.detail == "This invite code was used on 20 November 2026. Ask your coordinator for a new one."


async def test_an_expired_code_says_when(hub):
    await hub.invite("TOO-LATE", life=timedelta(days=1))
    hub.clock.pass_by(days=1)
    answer = await hub.ask_to_join(code="TOO-LATE")
    assert (answer.status, answer.problem) == (410, "invite-expired")
    assert "21 November 2026" in answer.detail


async def test_asking_again_takes_no_second_place_and_gives_a_token_that_works(hub):
    await hub.invite("ONCE-ONLY", uses=1)
    request = uuid.uuid4().hex
    first, second = [await hub.ask_to_join(code="ONCE-ONLY", request=request) for _ in range(2)]
    assert first.body["household"] == second.body["household"]
    assert (await hub.send(first.body["token"], block())).status == 401
    assert (await hub.send(second.body["token"], block())).status == 200


async def test_a_request_whose_token_is_in_use_opens_nothing(hub):
    request = uuid.uuid4().hex
    token = await hub.join(request=request)
    await hub.send(token, block())
    answer = await hub.ask_to_join(request=request)
    assert (answer.status, answer.problem) == (409, "invite-used")
    assert (await hub.send(token, block())).status == 200


async def test_the_last_place_is_given_once_however_many_ask_at_once(hub):
    await hub.invite("ONE-PLACE", uses=1)
    answers = await asyncio.gather(*(hub.ask_to_join(code="ONE-PLACE") for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 19


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
        ({"kind": "castle"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "  \u200f "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"request": "short"}, "request"),
    ],
)
async def test_what_is_malformed_is_named(hub, said, sentence):
    answer = await hub.ask_to_join(**said)
    assert (answer.status, answer.problem) == (422, "invalid")
    assert sentence in answer.detail


async def test_a_home_is_never_shown_by_name_whatever_it_says(hub):
    token = await hub.join(name="Curious home", shown=True)
    async with hub.drawing(token, {"grid_import": 5}):
        figures = await hub.figures()
    assert figures["members"]["reporting"] == 1
    assert figures["organisations"] == []


async def test_no_code_stands_in_the_log_and_nobody_comes_in_until_a_person_invites(tmp_path, caplog):
    async with running(settings(tmp_path)) as hub:
        assert await hub.hub.store.read(lambda books: books.execute("SELECT COUNT(*) FROM invite").fetchone()) == (0,)
    assert "invite" not in caplog.text


async def test_a_site_that_joins_again_is_the_same_household_and_its_old_token_ends(hub):
    site = str(uuid.uuid4())
    first = await hub.ask_to_join(site=site, name="Before")
    await hub.send(first.body["token"], block())
    second = await hub.ask_to_join(site=site, name="After")
    assert second.body["household"] == first.body["household"]
    assert (await hub.send(first.body["token"], block())).status == 401
    assert (await hub.send(second.body["token"], block())).body == {"stored": 0, "unchanged": 2}


async def test_a_site_that_joins_again_still_needs_an_invite(hub):
    site = str(uuid.uuid4())
    await hub.join(site=site)
    assert (await hub.ask_to_join(site=site, code="NO-SUCH")).problem == "invite-unknown"


async def test_sites_of_their_own_are_households_of_their_own(hub):
    households = {(await hub.ask_to_join(site=str(uuid.uuid4()))).body["household"] for _ in range(3)}
    assert len(households) == 3
