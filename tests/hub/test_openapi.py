"""The document describes this hub: every way in, every problem, every limit, and nothing else."""

import asyncio
import re
from urllib.parse import quote

import jsonschema_rs
import pytest

from sceop_hub.api import openapi
from sceop_hub.api.limits import LIMITS, MOST_NAMED_CHANNELS
from sceop_hub.api.operations import MEANINGS, OPERATIONS
from sceop_hub.api.problems import STATUS
from sceop_hub.auth.access import ACCESS, Door
from sceop_hub.core.channels import FLOWS, is_channel
from tests.hub.harness import block, join_request

DESCRIBED = ("/api/v1/", "/healthz", "/readyz", "/metrics")


def walk(value):
    yield value
    if isinstance(value, dict):
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


async def test_every_way_into_the_wire_is_described_and_every_description_is_a_way(hub):
    served = {
        (route.method, route.resource.canonical)
        for route in hub.app.router.routes()
        if route.resource.canonical.startswith(DESCRIBED) and route.method != "HEAD"
    }
    assert {(operation.method, operation.path) for operation in OPERATIONS} == served


async def test_it_is_served_to_anybody_as_it_is_made(hub):
    answer = await hub.get("/api/v1/openapi.json")
    assert answer.status == 200
    assert answer.body == openapi.document()
    assert answer.body["openapi"].startswith("3.1")


def test_it_is_a_valid_document():
    schemas = openapi.document()["components"]["schemas"]
    for schema in schemas.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    referred = {each["$ref"].rpartition("/")[2] for each in walk(openapi.document()) if ref(each)}
    assert referred <= schemas.keys()


def test_every_problem_has_a_meaning_and_stands_in_it():
    told = openapi.document()["x-problems"]
    assert {urn.removeprefix("urn:sceop:problem:"): each["status"] for urn, each in told.items()} == {
        slug: int(STATUS[slug]) for slug in MEANINGS
    }
    assert {slug for operation in OPERATIONS for slug in operation.refuses} <= MEANINGS.keys()


def test_each_operation_says_who_may_take_it():
    for operation in OPERATIONS:
        told = openapi.document()["paths"][operation.path][operation.method.lower()]
        rule = ACCESS[operation.method, operation.path]
        assert told["security"] == ([] if rule is Door.ANYBODY else told["security"])
        assert ("401" in told["responses"]) == (rule is not Door.ANYBODY)


def test_each_operation_has_a_name_of_its_own():
    names = [
        each["operationId"] for each in walk(openapi.document()) if isinstance(each, dict) and "operationId" in each
    ]
    assert len(names) == len(set(names)) == len(OPERATIONS)


def test_the_channels_of_the_document_are_those_of_the_wire():
    pattern = openapi.document()["components"]["schemas"]["WireBlock"]["properties"]["channel"]["pattern"]
    names = (*FLOWS, "load.a", "light.hall_2", "load.", "load.A", "gas", "load.a\n", "xload.a", "light." + "x" * 41)
    for name in names:
        assert bool(re.search(pattern, name)) == is_channel(name) or name.endswith("\n"), name


def test_the_limits_are_stated():
    assert openapi.document()["x-limits"] == LIMITS
    blocks = openapi.document()["components"]["schemas"]["ReadingsRequest"]["properties"]["blocks"]
    assert blocks["maxItems"] == LIMITS["blocks_per_request"]
    wh = openapi.document()["components"]["schemas"]["WireBlock"]["properties"]["wh"]
    assert (wh["maxItems"], LIMITS["wh_per_slot"]) == (LIMITS["slots_per_block"], 250_000)


def test_the_messages_of_the_live_line_are_described():
    line = openapi.document()["paths"]["/api/v1/live"]["get"]["x-websocket"]
    power, complaint = (bundled(line[side]) for side in ("sends", "receives"))
    at = "2026-11-20T12:00:00Z"
    assert fits(power, {"type": "power", "at": at, "w": {"grid_import": 5, "production": None}})
    assert not fits(power, {"type": "power", "at": at, "w": {"grid_import": -5}})
    assert not fits(power, {"type": "shout", "at": at, "w": {}})
    assert fits(complaint, {"type": "problem", "detail": "What?"})


async def test_what_the_hub_says_on_the_line_is_as_described(hub):
    receives = openapi.document()["paths"]["/api/v1/live"]["get"]["x-websocket"]["receives"]
    async with hub.live(await hub.join()) as socket:
        await socket.send_str("nonsense")
        assert fits(bundled(receives), await socket.receive_json())


async def test_a_household_may_have_many_channels_and_not_without_end(hub):
    token = await hub.join()
    named = [block(f"load.n{number}", wh=[1]) for number in range(MOST_NAMED_CHANNELS)]
    assert (await hub.send(token, *named)).status == 200
    assert (await hub.send(token, *named)).body == {"stored": 0, "unchanged": MOST_NAMED_CHANNELS}
    answer = await hub.send(token, block("grid_import", wh=[1]), block("light.one_more", wh=[1]))
    assert (answer.status, answer.problem) == (422, "too-many-channels")
    assert "at most 64" in answer.detail
    assert await hub.slots(1, "grid_import") == {}
    assert (await hub.send(token, block("grid_import", wh=[1]))).status == 200


@pytest.mark.parametrize("body", [b'{"code": "\xff"}', b'{"code": "\\ud800"}', b"\xef\xbb\xbf{}", b"[" * 100_000, b""])
async def test_bytes_that_are_no_text_are_named(hub, body):
    async with hub.session.post("/api/v1/join", data=body, headers={"Content-Type": "application/json"}) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["type"]) == (422, "urn:sceop:problem:invalid")
    assert len(problem["detail"]) < 300


@pytest.mark.parametrize("digits", [400, 4250, 4400, 6000])
async def test_a_number_without_end_is_named_and_not_repeated(hub, digits):
    token = await hub.join()
    text = '{"blocks":[{"channel":"grid_import","start":"2026-11-20T10:00:00Z","wh":[' + "9" * digits + "]}]}"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    async with hub.session.post("/api/v1/readings", data=text, headers=headers) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["type"]) == (422, "urn:sceop:problem:invalid")
    assert len(problem["detail"]) < 300


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
async def test_only_json_is_read(hub, kind):
    async with hub.session.post("/api/v1/join", data=b"{}", headers={"Content-Type": kind} if kind else {}) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["type"]) == (415, "urn:sceop:problem:unsupported")
    assert "Content-Type: application/json" in problem["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method_is_a_problem_that_names_the_right_one(hub, method):
    async with hub.session.request(method, "/api/v1/join") as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "POST"
    assert problem["status"] == 405


async def test_a_plain_request_to_the_live_line_is_told_what_it_is(hub):
    answer = await hub.get("/api/v1/live", Authorization=f"Bearer {await hub.join()}")
    assert (answer.status, answer.problem) == (426, "upgrade")


@pytest.mark.parametrize(
    "said",
    [
        {"client": {"name": "x\u0000", "version": "1"}},
        {"client": {"name": "x", "version": "\u202e1"}},
        {"name": "Home\u0000"},
        {"name": "Home\u2066"},
        {"request": "0123456789abcdef\u0000"},
        {"request": "0123 456789abcdef"},
        {"site": "\u0000" * 40},
    ],
)
async def test_signs_that_nobody_sees_are_refused_in_every_text(hub, said):
    assert (await hub.ask_to_join(**said)).problem == "invalid"


SQL = ["'; DROP TABLE household; --", '" OR ""="', "1; ATTACH DATABASE 'x' AS y", "%", "_" * 20, "Robert'); --"]


@pytest.mark.parametrize("field", ["code", "name", "time_zone", "request", "site", "client", "kind"])
async def test_sql_in_any_field_is_only_text(hub, field):
    for text in SQL:
        padded = text.replace(" ", "/**/").ljust(32, "-") if field in {"request", "site"} else text
        said = {field: {"name": text, "version": text} if field == "client" else padded}
        answer = await hub.ask_to_join(**said)
        assert answer.status in {201, 404, 422}
        hub.clock.pass_by(minutes=1)
    token = await hub.join(name="Still here")
    assert (await hub.send(token, block(wh=[1]))).status == 200
    for text in SQL:
        assert (await hub.send(text, block())).status == 401
        for where in ("channel", "quality", "start"):
            assert (await hub.send(token, block() | {where: text})).status == 422
    tables = await hub.hub.store.read(
        lambda books: {name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    )
    assert {"household", "invite", "channel"} <= tables


async def test_sql_in_a_wish_or_a_question_is_only_text(hub):
    token = await hub.join()
    headers = {"Authorization": f"Bearer {token}"}
    for text in SQL:
        async with hub.session.put("/api/v1/me", json={"nickname": text}, headers=headers) as answer:
            assert answer.status in {200, 422}
            told = await answer.json(content_type=None)
        assert answer.status == 422 or told["nickname"] == text
        for path in ("/api/v1/me/export?format=", "/api/v1/community/energy?from=", "/api/v1/community/energy?circle="):
            assert (await hub.get(path + quote(text), **headers)).problem == "invalid"
    assert (await hub.send(token, block(wh=[1]))).status == 200


async def test_a_parameter_that_does_not_exist_is_named(hub):
    answer = await hub.get("/api/v1/community/energy?resolutoin=day", Authorization=f"Bearer {await hub.join()}")
    assert answer.problem == "invalid"
    assert "'resolutoin'" in answer.detail
    assert "resolution" in answer.detail
    twice = await hub.get("/api/v1/me/export?format=csv&format=json", Authorization=f"Bearer {await hub.join()}")
    assert twice.problem == "invalid"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/static/..%5c..%5csettings.py",
        "/static/now.js%00.png",
        "/api/v1/../../static/../__main__.py",
    ],
)
async def test_no_path_leads_out_of_what_is_served(hub, path):
    reader, writer = await raw(hub, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert re.match(rb"HTTP/1.1 40[0-9] ", head), head
    assert b"root:" not in body
    assert b"import" not in body


async def test_answers_are_as_they_are_described(hub):
    """The conversation of a household, each answer held to the schema of its status."""
    token = (joined := await hub.ask_to_join()).body["token"]
    conversation = [
        ("get", "/healthz", await hub.get("/healthz")),
        ("post", "/api/v1/join", joined),
        ("post", "/api/v1/join", await hub.ask_to_join(code="NO-SUCH")),
        ("post", "/api/v1/readings", await hub.send(token, block())),
        ("post", "/api/v1/readings", await hub.send(token, block(wh=[-1]))),
        ("post", "/api/v1/readings", await hub.send("wrong", block())),
        ("get", "/api/v1/community", await hub.get("/api/v1/community", Authorization=f"Bearer {token}")),
    ]
    for method, path, answer in conversation:
        content = openapi.document()["paths"][path][method]["responses"][str(answer.status)]["content"]
        ((_, told),) = content.items()
        assert fits(bundled(told["schema"]), answer.body), (path, answer)


def test_what_a_household_sends_is_as_described():
    schemas = openapi.document()["components"]["schemas"]
    assert fits(bundled(schemas["JoinRequest"]), join_request())
    assert fits(bundled(schemas["ReadingsRequest"]), {"blocks": [block()]})
    assert not fits(bundled(schemas["ReadingsRequest"]), {"blocks": [block(channel="gas")]})
    assert not fits(bundled(schemas["ReadingsRequest"]), {"blocks": [block(wh=[250_001])]})


def ref(value):
    return isinstance(value, dict) and "$ref" in value


def bundled(schema):
    """Give a schema what it refers to."""
    return {**schema, "components": openapi.document()["components"]}


def fits(schema, value):
    return jsonschema_rs.validator_for(schema).is_valid(value)


async def raw(hub, request):
    """Ask without a client that tidies the address up first."""

    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rsplit(":", 1)[1]))
    writer.write(request.encode())
    return reader, writer
