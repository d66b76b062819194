"""Alerts as a coordinator meets them: on the page, in the menu, on a phone."""

from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from sceop_hub.domain.alerts import CALM, Kind
from sceop_hub.domain.watch import LEAST_FREE
from sceop_hub.jobs.alerts import WATCH
from sceop_hub.store import members
from tests.hub.harness import Clock, block, running, settings
from tests.hub.playing import home_assistant

PHONE = "mobile_app_phone"


@pytest.fixture
async def played():
    async with home_assistant() as played:
        yield played


@asynccontextmanager
async def watched(folder, played, clock=None, **more):
    """A hub that tells a phone, in which one home was heard just now."""
    async with running(settings(folder, home_assistant=played.at, **more), clock) as hub:
        await hub.hub.change_profile("local", notify=PHONE)
        yield hub


async def look(hub, **later):
    hub.clock.pass_by(**later)
    await hub.app[WATCH].look()


async def text(hub, path="/alerts"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_silent_household_is_told_once_and_its_return_once(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        token = await hub.join(name="Number 7")
        await look(hub)
        assert played.sent == []
        await look(hub, hours=25)
        for _ in range(5):
            await look(hub, minutes=1)
        ((target, title, message),) = played.sent
        assert target == PHONE
        assert "Test community" in title
        assert "Number 7 has not been heard since 2026-11-20 13:00" in message
        assert "Number 7" in await text(hub)

        await hub.session.post(
            "/api/v1/readings", json={"blocks": [block()]}, headers={"Authorization": f"Bearer {token}"}
        )
        hub.hub.seen[1] = hub.clock()
        await look(hub)
        await look(hub, seconds=CALM.total_seconds())
        assert len(played.sent) == 2
        assert "Over:" in played.sent[1][2]


async def test_a_restart_tells_nothing_a_second_time(tmp_path, played):
    clock = Clock()
    async with watched(tmp_path, played, clock) as hub:
        await hub.invite()
        await hub.join()
        await look(hub, hours=25)
    async with watched(tmp_path, played, clock) as hub:
        await look(hub, minutes=1)
        assert [alert.finding.kind for alert in hub.app[WATCH].alerts] == [Kind.SILENT]
    assert len(played.sent) == 1


async def test_what_can_not_be_sent_now_is_sent_later(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        await hub.join()
        played.answers = False
        await look(hub, hours=25)
        assert played.sent == []
        assert "could not be sent" in await text(hub)
        played.answers = True
        await look(hub, minutes=1)
        assert len(played.sent) == 1
        assert "could not be sent" not in await text(hub)


async def test_many_alerts_make_one_message(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        for number in range(12):
            await hub.join(name=f"Home {number}")
        await look(hub, hours=25)
        ((_, _, message),) = played.sent
        assert "and 4 more" in message


async def test_what_somebody_knows_of_leaves_the_menus_count_and_what_is_muted_is_not_sent(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        await hub.join(name="Number 7")
        await look(hub, hours=25)
        assert hub.hub.alerts_waiting == 1
        subject = hub.app[WATCH].alerts[0].finding.subject
        status, where = await hub.submit("/alerts/acknowledge", {"kind": "silent", "subject": subject})
        assert (status, where) == (303, "/alerts?said=alert_acknowledged")
        assert hub.hub.alerts_waiting == 0

        await hub.submit("/alerts/mute", {"kind": "silent", "subject": subject})
        hub.hub.seen[1] = hub.clock()
        await look(hub)
        await look(hub, minutes=20)
        await look(hub, hours=30)
        assert "Number 7" not in "".join(message for _, _, message in played.sent[1:])
        assert "Tell me again" in await text(hub)
        await hub.submit("/alerts/unmute", {"kind": "silent", "subject": subject})
        await look(hub, minutes=1)
        assert "Number 7" in played.sent[-1][2]
        actions = await hub.hub.store.read(
            lambda books: [row[0] for row in books.execute("SELECT action FROM audit WHERE action LIKE 'alert.%'")]
        )
        assert actions == ["alert.acknowledge", "alert.mute", "alert.unmute"]


async def test_refused_readings_come_to_the_coordinators_eyes(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        token = await hub.join(name="Number 7")
        for _ in range(3):
            assert (await hub.send(token, block(start="2026-11-20T13:00:00Z"))).status == 422
        await look(hub)
        ((_, _, message),) = played.sent
        assert "Readings of Number 7 are being refused: its clock is not right" in message


async def test_a_household_that_is_gone_leaves_no_alert_behind(tmp_path, played):
    clock = Clock()
    async with watched(tmp_path, played, clock) as hub:
        await hub.invite()
        await hub.join()
        await look(hub, hours=25)
        await hub.hub.store.write(lambda books: books.execute("DELETE FROM household").rowcount)
        await look(hub, minutes=1)
        await look(hub, hours=24)
        assert hub.app[WATCH].alerts == []
        assert await hub.hub.store.read(lambda books: books.execute("SELECT COUNT(*) FROM alert").fetchone()) == (0,)


async def test_an_alert_that_nobody_could_mean_is_refused(hub):
    status, text = await hub.submit("/alerts/mute", {"kind": "'; DROP TABLE alert; --", "subject": "x"})
    assert (status, "no such kind" in text) == (422, True)


async def test_alerts_speak_the_coordinators_language_or_english(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        hub.hub.profile = replace(hub.hub.profile, language="xx")
        await hub.invite()
        await hub.join(name="Number 7")
        await look(hub, hours=25)
        assert len(played.sent) == 1


async def test_a_household_without_home_assistant_is_never_silent(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.hub.store.write(
            lambda books: members.add_by_hand(books, "Number 9", "home", "Europe/Amsterdam", hub.clock())
        )
        await look(hub, hours=30)
        assert played.sent == []


async def test_a_disk_that_fills_is_told_and_over_only_once_there_is_clearly_room(tmp_path, played, monkeypatch):
    free = LEAST_FREE - 1
    monkeypatch.setattr("sceop_hub.jobs.alerts.shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    async with watched(tmp_path, played) as hub:
        await look(hub)
        assert played.sent == []
        await look(hub, minutes=6)
        assert "The disk is nearly full: 511 MB are free." in played.sent[0][2]
        free = LEAST_FREE + 1
        await look(hub, minutes=1)
        await look(hub, minutes=20)
        assert len(played.sent) == 1
        free = 2 * LEAST_FREE
        await look(hub, minutes=1)
        await look(hub, minutes=16)
        assert "Over:" in played.sent[1][2]


async def test_a_hub_whose_clock_was_put_back_says_so(tmp_path, played):
    async with watched(tmp_path, played) as hub:
        await hub.invite()
        await hub.join()
        hub.hub.seen[1] = hub.clock()
        hub.clock.pass_by(hours=-1)
        await look(hub)
        await look(hub, minutes=6)
        assert "The hub's clock seems to be wrong." in played.sent[0][2]
