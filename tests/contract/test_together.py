"""Events and the game of a real hub, as the integration's own client asks for them and understands the answers."""

from datetime import timedelta

import pytest
from aiohttp import ClientSession

from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.errors import Declined, Refused
from custom_components.sceop.hub.invited import Answer, By, Stage, read_event
from sceop_hub import events
from tests.hub.harness import NOON

START, END = NOON + timedelta(hours=5), NOON + timedelta(hours=7)


@pytest.fixture
async def member(hub):
    async with ClientSession() as session:
        yield HubClient(session, hub.url, await hub.join())


@pytest.fixture
async def event(hub, member):
    return (await events.create(hub.hub, "local", START, END, 20, "It will be cold.")).id


async def test_an_event_is_understood_and_answered(member, event):
    (told,) = await member.events(NOON)
    assert (told.id, told.start, told.end, told.state) == (event, START, END, Stage.ANNOUNCED)
    assert (told.target_percent, told.text, told.answer, told.savings) == (20, "It will be cold.", None, None)
    for answer in (Answer.YES, Answer.YES, Answer.NO):
        await member.answer_event(event, answer, By.STANDING)
    (told,) = await member.events(NOON)
    assert (told.answer, told.by) == (Answer.NO, By.STANDING)


async def test_the_live_line_tells_the_same(member, event):
    async with member.live() as socket:
        message = await socket.receive_json()
        while message["type"] != "event":
            message = await socket.receive_json()
    (told,) = await member.events(NOON)
    assert read_event(message, NOON) == told
    assert told.id == event


async def test_what_the_hub_says_no_to_is_a_sentence(hub, member, event):
    with pytest.raises((Declined, Refused)) as unknown:
        await member.answer_event("nosuchevent", Answer.YES, By.DASHBOARD)
    with pytest.raises((Declined, Refused)) as early:
        await member.savings(event)
    hub.clock.pass_by(hours=8)
    with pytest.raises((Declined, Refused)) as late:
        await member.answer_event(event, Answer.YES, By.DASHBOARD)
    for refused in (unknown, early, late):
        assert refused.value.sentence.endswith(".")


async def test_the_game_is_understood(member):
    standing = await member.game(NOON)
    assert (standing.points, standing.rank, standing.cheers) == (0, None, ())
    assert standing.why_not is not None
    assert await member.challenges() == ()
    assert await member.rewards() == ()
    board = await member.leaderboard()
    assert board.rows == ()
    with pytest.raises((Declined, Refused)):
        await member.take_challenge("nosuchchallenge", joins=True)
    with pytest.raises((Declined, Refused)):
        await member.redeem("nosuchreward", "0123456789abcdef")
