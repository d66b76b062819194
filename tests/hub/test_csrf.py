"""Changes come from our own pages: a foreign page can send a form, but not know what it must hold."""

import re

import pytest
from aiohttp import FormData

from sceop_hub.auth import access, csrf
from sceop_hub.auth.access import Permission
from tests.hub.harness import running, settings


@pytest.fixture
async def hub(tmp_path, monkeypatch):
    """A hub with one route that changes something."""

    async def change(request):
        uploaded = b""
        if request.content_type == "multipart/form-data":
            parts = await csrf.upload(request)
            while (part := await parts.next()) is not None:
                uploaded += await part.read()
        return csrf.web.Response(text=f"changed {uploaded.decode()}")

    monkeypatch.setattr(access, "ACCESS", access.ACCESS | {("POST", "/change"): Permission.OWN})
    monkeypatch.setattr("sceop_hub.auth.doors.ACCESS", access.ACCESS)

    def with_route(app):
        app.router.add_post("/change", change)

    async with running(settings(tmp_path), change=with_route) as hub:
        yield hub


async def token_of(hub):
    async with hub.session.get("/") as page:
        return re.search("([0-9a-f]{64})", await page.text())[1]


async def change(hub, data=None, **headers):
    async with hub.session.post("/change", data=data, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_form_of_ours_changes_something(hub):
    assert await hub.submit("/change", {"a": "b"}) == (200, "changed ")


async def test_a_header_serves_as_well_as_a_field(hub):
    assert (await change(hub, **{csrf.HEADER: await token_of(hub)}))[0] == 200


@pytest.mark.parametrize("data", [None, {"a": "b"}, {"csrf": "0" * 64}, {"csrf": "ключ"}])
async def test_a_form_without_the_token_changes_nothing(hub, data):
    status, text = await change(hub, data)
    assert status == 403
    assert "Load the page again" in text


async def test_a_page_from_elsewhere_changes_nothing_even_with_the_token(hub):
    status, _ = await change(hub, **{csrf.HEADER: await token_of(hub), "Sec-Fetch-Site": "cross-site"})
    assert status == 403


def upload(*fields):
    form = FormData()
    for name, value, *more in fields:
        form.add_field(name, value, **(more[0] if more else {}))
    return form


async def test_an_upload_carries_the_token_first(hub):
    file = ("file", b"1,2,3", {"filename": "a.csv"})
    token = ("csrf", await token_of(hub), {"content_type": "text/plain"})
    assert await change(hub, upload(token, file)) == (200, "changed 1,2,3")
    assert (await change(hub, upload(file, token)))[0] == 403
    assert (await change(hub, b"--x\r\nnonsense", **{"Content-Type": "multipart/form-data"}))[0] in {403, 422}
