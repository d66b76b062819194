"""Readings: sent at least once, kept exactly once, refused whole with a sentence."""

import asyncio
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from sceop_hub.core.slots import to_number
from tests.hub.harness import block, running, settings

TEN = to_number(datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.fixture
async def token(hub):
    return await hub.join()


async def test_what_is_acknowledged_is_in_the_books(hub, token):
    answer = await hub.send(token, block(wh=[12, None, 13]))
    assert (answer.status, answer.body) == (200, {"stored": 2, "unchanged": 0})
    assert await hub.slots(1, "grid_import") == {TEN: 12, TEN + 2: 13}


async def test_a_gap_in_a_block_leaves_what_was_known(hub, token):
    await hub.send(token, block(wh=[12, 13]))
    answer = await hub.send(token, block(wh=[None, 99, 14]))
    assert answer.body == {"stored": 1, "unchanged": 1}
    assert await hub.slots(1, "grid_import") == {TEN: 12, TEN + 1: 13, TEN + 2: 14}


async def test_a_correction_wins_and_a_late_repeat_does_not_undo_it(hub, token):
    await hub.send(token, block(wh=[12], rev=0))
    assert (await hub.send(token, block(wh=[20], rev=2))).body == {"stored": 1, "unchanged": 0}
    assert (await hub.send(token, block(wh=[12], rev=0))).body == {"stored": 0, "unchanged": 1}
    assert (await hub.send(token, block(wh=[15], rev=1))).body == {"stored": 0, "unchanged": 1}
    assert await hub.slots(1, "grid_import") == {TEN: 20}


blocks = st.builds(
    lambda channel, quarter, wh, rev: block(
        channel, f"2026-11-20T0{quarter // 4}:{quarter % 4 * 15:02}:00Z", wh, rev=rev
    ),
    st.sampled_from(["grid_import", "production", "light.hall"]),
    st.integers(0, 12),
    st.lists(st.none() | st.integers(0, 5000), min_size=1, max_size=8),
    st.integers(0, 3),
)


@given(batches=st.lists(st.lists(blocks, min_size=1, max_size=4), min_size=1, max_size=4), repeats=st.integers(1, 3))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_sending_again_changes_nothing(tmp_path_factory, batches, repeats):
    async with running(settings(tmp_path_factory.mktemp("hub"))) as hub:
        await hub.invite()
        token = await hub.join()
        for batch in batches:
            await hub.send(token, *batch)
        once = [await hub.slots(1, channel) for channel in ("grid_import", "production", "light.hall")]
        for _ in range(repeats):
            for batch in batches:
                assert (await hub.send(token, *batch)).body["stored"] == 0
        assert once == [await hub.slots(1, channel) for channel in ("grid_import", "production", "light.hall")]


async def test_many_at_once_lose_nothing(hub):
    tokens = await asyncio.gather(*(hub.join(name=f"Home {number}") for number in range(40)))
    answers = await asyncio.gather(*(hub.send(token, block(wh=[number])) for number, token in enumerate(tokens)))
    assert {answer.status for answer in answers} == {200}
    assert sorted([(await hub.slots(number, "grid_import"))[TEN] for number in range(1, 41)]) == list(range(40))


async def test_a_packed_body_is_understood(hub, token):
    body = gzip.compress(json.dumps({"blocks": [block()]}).encode())
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip", "Content-Type": "application/json"}
    async with hub.session.post("/api/v1/readings", data=body, headers=headers) as answer:
        assert answer.status == 200


async def test_a_body_that_unpacks_too_large_is_refused(hub, token):
    body = gzip.compress(b" " * 50_000_000)
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip", "Content-Type": "application/json"}
    async with hub.session.post("/api/v1/readings", data=body, headers=headers) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["type"]) == (413, "urn:sceop:problem:too-large")


@pytest.mark.parametrize(
    ("wrong", "status", "problem", "sentence"),
    [
        (block(channel="gas"), 422, "invalid", "a channel is one of"),
        (block(channel="light.Hall'; DROP TABLE reading"), 422, "invalid", "a channel is one of"),
        (block(start="2026-11-20T10:01:00Z"), 422, "invalid", "full quarter"),
        (block(start="2026-11-20T10:00:00"), 422, "invalid", "start"),
        (block(start="yesterday"), 422, "invalid", "start"),
        (block(wh=[-1]), 422, "invalid", "says -1 Wh"),
        (block(wh=[250_001]), 422, "invalid", "says 250001 Wh"),
        (block(wh=[1.5]), 422, "invalid", "wh"),
        (block(wh=[]), 422, "invalid", "wh"),
        (block(wh=[1] * 673, start="2026-11-01T00:00:00Z"), 422, "invalid", "wh"),
        (block(step=60), 422, "invalid", "step"),
        (block(quality="guessed"), 422, "invalid", "quality"),
        (block(rev=-1), 422, "invalid", "rev"),
        (block(start="2026-11-20T12:00:00Z", wh=[1]), 422, "clock", "clocks of both machines"),
        (block(start="2025-10-01T00:00:00Z"), 422, "too-old", "400 days"),
        (block(start="0001-01-01T00:00:00Z"), 422, "too-old", "400 days"),
        (block(start="0001-01-01T00:00:00+05:45"), 422, "invalid", "no instant"),
        (block(start="9999-12-31T23:45:00Z", wh=[1] * 672), 422, "clock", "clocks of both machines"),
    ],
)
async def test_a_wrong_block_refuses_the_whole_batch_with_a_sentence(hub, token, wrong, status, problem, sentence):
    answer = await hub.send(token, block(wh=[7]), wrong)
    assert (answer.status, answer.problem) == (status, problem)
    assert sentence in answer.detail
    assert await hub.slots(1, "grid_import") == {}


async def test_a_clock_five_minutes_ahead_is_refused_until_the_time_has_come(hub, token):
    running_slot = block(start="2026-11-20T12:00:00Z", wh=[1])
    hub.clock.pass_by(minutes=10)
    answer = await hub.send(token, running_slot)
    assert answer.problem == "clock"
    assert "its 1 slots from 2026-11-20 12:00 UTC" in answer.detail
    assert "12:10:00 UTC" in answer.detail
    hub.clock.pass_by(minutes=3)
    assert (await hub.send(token, running_slot)).status == 200


async def test_too_many_blocks_are_refused(hub, token):
    answer = await hub.send(token, *[block()] * 65)
    assert (answer.status, answer.problem) == (413, "too-large")


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz"])
async def test_without_a_known_token_nothing_is_taken(hub, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    async with hub.session.post("/api/v1/readings", json={"blocks": [block()]}, headers=headers) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["type"]) == (401, "urn:sceop:problem:unauthorized")


async def test_a_body_that_is_not_packed_as_it_says_is_named(hub, token):
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip", "Content-Type": "application/json"}
    async with hub.session.post("/api/v1/readings", data=b"no gzip", headers=headers) as answer:
        assert answer.status in {400, 422}


async def test_a_token_of_strange_bytes_is_unknown(hub):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rsplit(":", 1)[1]))
    writer.write(b"GET /api/v1/community HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert b" 401 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_what_is_no_json_is_named(hub, token):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with hub.session.post("/api/v1/readings", data=b"{", headers=headers) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert problem["title"] == "Invalid"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/v2/join", 404), ("PUT", "/api/v1/join", 405)])
async def test_what_is_not_there_is_a_problem_too(hub, method, path, status):
    async with hub.session.request(method, path) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["status"]) == (status, status)
    assert "version 1 of the wire" in problem["detail"]


async def test_the_hub_tells_who_it_is_and_what_time_it_thinks_it_is(hub):
    answer = await hub.get("/healthz")
    assert answer.body["name"] == "sceop-hub"
    assert answer.body["wire"] == 1
    assert answer.body["now"] == "2026-11-20T12:00:00Z"
