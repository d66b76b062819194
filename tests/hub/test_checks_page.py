"""The check-up on the page: the hub's own look at itself, and at its address."""

import asyncio
import html
import os
import threading

from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.lake import files
from sceop_hub.store import database
from tests.hub.harness import running, settings


async def read(hub, path="/settings/checks"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200
        return html.unescape(await answer.text())


async def test_a_check_up_runs_beside_the_server_and_stays_on_the_page(hub):
    assert "No check-up was made" in await read(hub)
    assert await hub.submit("/settings/checks") == (303, "/settings/checks")
    await hub.app[ERRANDS].latest("checks").finished()
    page = await read(hub)
    assert "The hub can write in" in page
    assert 'data-verdict="wrong"' not in page
    assert "every 1s" not in await read(hub, "/settings/checks/state")


async def test_what_is_wrong_is_said(hub):
    (hub.hub.settings.data / database.FILE).chmod(0o666)
    await hub.submit("/settings/checks")
    await hub.app[ERRANDS].latest("checks").finished()
    assert 'data-verdict="warning"' in await read(hub)


async def test_the_hub_finds_itself_at_its_address_or_says_why_not(hub):
    status, page = await hub.submit("/settings/reach", {"address": hub.url})
    assert (status, "This hub answers at" in page) == (200, True)
    status, page = await hub.submit("/settings/reach", {"address": "http://127.0.0.1:1"})
    assert (status, 'data-verdict="wrong"' in page) == (200, True)
    status, page = await hub.submit("/settings/reach", {"address": "http://energy.example.org"})
    assert (status, "must begin with https" in page) == (200, True)


def test_a_hub_that_stops_does_not_wait_for_a_check_up(tmp_path):
    sums, waited = tmp_path / files.FOLDER / files.CHECKSUMS, []

    def give_up_waiting():
        waited.append(sums)
        os.close(os.open(sums, os.O_RDWR))

    async def stop_meanwhile():
        async with running(settings(tmp_path)) as hub:
            await hub.rounds.a_whole_one()
            sums.parent.mkdir()
            os.mkfifo(sums)  # who reads it waits for a writer, and none comes
            await hub.submit("/settings/checks")
            await hub.rounds.a_whole_one()

    patience = threading.Timer(10, give_up_waiting)
    patience.start()
    asyncio.run(stop_meanwhile())
    patience.cancel()
    assert not waited
