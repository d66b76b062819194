"""A household about itself: all that the hub knows of it, what it decides, and everything it gave."""

import csv
import io
from datetime import UTC, datetime

import pytest

from sceop_hub.core.slots import to_number
from sceop_hub.store import members, retention
from tests.hub.books import refresh_all
from tests.hub.browsing import browser
from tests.hub.harness import Answer, block


def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


async def me(hub, token) -> dict:
    answer = await hub.get("/api/v1/me", **bearer(token))
    assert answer.status == 200, answer
    return answer.body


async def put(hub, token, **said) -> Answer:
    async with hub.session.put("/api/v1/me", json=said, headers=bearer(token)) as answer:
        return Answer(answer.status, await answer.json(content_type=None))


async def export(hub, token, kind=None):
    async with hub.session.get(
        "/api/v1/me/export", params={"format": kind} if kind else {}, headers=bearer(token)
    ) as answer:
        assert answer.status == 200
        return answer.headers, await answer.text()


async def test_a_household_reads_what_the_hub_knows_of_it(hub):
    answer = await hub.ask_to_join(name="Number 12", client={"name": "sceop", "version": "1.0"})
    assert await me(hub, answer.body["token"]) == {
        "household": answer.body["household"],
        "name": "Number 12",
        "kind": "home",
        "shown": False,
        "state": "active",
        "nickname": None,
        "team": None,
        "joined_at": "2026-11-20T12:00:00Z",
        "last_seen": None,
        "client": "sceop 1.0",
        "time_zone": "Europe/Amsterdam",
        "community": "Test community",
        "approval": False,
        "fewest_homes": 15,
        "agreed_fewest": 15,
        "in_figures": True,
        "weather": False,
    }


async def test_a_household_chooses_a_nickname_and_gives_it_up(hub):
    token = await hub.join()
    assert (await put(hub, token, nickname="  ☀️ Dach ")).body["nickname"] == "☀️ Dach"
    assert (await put(hub, token, agreed_fewest=10)).body["nickname"] == "☀️ Dach"
    assert (await put(hub, token, nickname=None)).body["nickname"] is None


async def test_no_two_households_have_nicknames_that_look_alike(hub):
    one, other = await hub.join(), await hub.join()
    await put(hub, one, nickname="Straße 1")
    answer = await put(hub, other, nickname="STRASSE1")
    assert (answer.status, answer.problem) == (409, "nickname-taken")
    assert (await put(hub, one, nickname="straße 1")).status == 200
    await put(hub, one, nickname=None)
    assert (await put(hub, other, nickname="STRASSE1")).status == 200


@pytest.mark.parametrize("name", ["", "x\u202ey", "\u0000", "x" * 41, "x" * 300, 5, ["a"]])
async def test_a_nickname_that_is_none_is_refused_and_the_old_one_stays(hub, name):
    token = await hub.join()
    await put(hub, token, nickname="Sunny")
    assert (await put(hub, token, nickname=name)).status == 422
    assert (await me(hub, token))["nickname"] == "Sunny"


async def test_a_household_that_does_not_agree_to_fewer_homes_stands_behind_no_figure(hub):
    token = await hub.join()
    await hub.hub.change_profile("test", fewest_homes=8)
    assert (await me(hub, token))["in_figures"] is False
    answer = await put(hub, token, agreed_fewest=8)
    assert (answer.body["agreed_fewest"], answer.body["fewest_homes"], answer.body["in_figures"]) == (8, 8, True)


@pytest.mark.parametrize("fewest", [4, 16, -1, "8", 1.5, None])
async def test_what_nobody_can_agree_to_is_refused(hub, fewest):
    assert (await put(hub, await hub.join(), agreed_fewest=fewest)).status == 422


async def test_an_organisation_gives_and_takes_its_consent_and_a_home_has_none_to_give(hub):
    office, home = await hub.join(kind="organisation"), await hub.join()
    assert (await put(hub, office, shown=True)).body["shown"] is True
    assert (await put(hub, office, shown=False)).body["shown"] is False
    assert (await put(hub, home, shown=True)).body["shown"] is False


async def test_the_program_that_speaks_for_a_household_tells_its_version(hub):
    token = await hub.join()
    assert (await put(hub, token, client={"name": "sceop", "version": "2.0"})).body["client"] == "sceop 2.0"
    assert (await put(hub, token, client={"name": "sceop\u202e", "version": "2.0"})).status == 422


async def test_nobody_reads_another(hub):
    await hub.join(name="One")
    other = await hub.join(name="Other")
    assert (await me(hub, other))["name"] == "Other"
    for headers in ({}, bearer("x"), bearer("")):
        assert (await hub.get("/api/v1/me", **headers)).status == 401


async def test_everything_that_a_household_gave_comes_back(hub):
    token, other = await hub.join(), await hub.join()
    await hub.send(token, block("grid_import", wh=[1, None, 3, 4, 5, 6, 7, 8, 9, 10], start="2026-11-19T00:00:00Z"))
    await hub.send(token, block("grid_import", wh=[2], start="2026-11-19T00:00:00Z", rev=1, quality="estimated"))
    await hub.send(token, block("load.boiler", wh=[7], start="2026-11-20T11:45:00Z"))
    await hub.send(other, block("grid_import", wh=[99]))
    async with hub.session.get("/api/v1/me/export", headers=bearer(token)) as answer:
        body = await answer.json()
    slots = [dict(zip(body["columns"], slot, strict=True)) for slot in body["slots"]]
    assert [slot["wh"] for slot in slots] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 7]
    first, *_, last = slots
    assert first == {
        "channel": "grid_import",
        "start": "2026-11-19T00:00:00Z",
        "wh": 2,
        "quality": "estimated",
        "rev": 1,
        "received": "2026-11-20T12:00:00Z",
    }
    assert (last["channel"], last["received"]) == ("load.boiler", "2026-11-20T12:00:00Z")


async def test_the_csv_says_the_same_as_the_json(hub):
    token = await hub.join()
    await hub.send(token, block("grid_import", wh=list(range(600)), start="2026-11-10T00:00:00Z"), block(wh=[1]))
    headers, text = await export(hub, token, "csv")
    assert headers["Content-Type"].startswith("text/csv")
    assert "attachment" in headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(text)))
    async with hub.session.get("/api/v1/me/export", headers=bearer(token)) as answer:
        body = await answer.json()
    assert rows == [body["columns"], *([str(part) for part in slot] for slot in body["slots"])]
    assert len(rows) == 1 + 600 + 1


async def test_a_household_that_gave_nothing_gets_a_file_that_says_so(hub):
    token = await hub.join()
    assert (await export(hub, token, "csv"))[1] == "channel,start,wh,quality,rev,received\r\n"
    assert '"slots":[]' in (await export(hub, token))[1]


async def test_of_slots_that_are_not_kept_any_more_the_sums_of_their_hours_come_back(hub):
    token = await hub.join()
    await hub.send(token, block("grid_import", wh=list(range(1, 97)), start="2026-11-01T23:00:00Z"))
    await hub.send(token, block("grid_import", wh=[5, 6], start="2026-11-03T00:00:00Z"))
    gone = to_number(datetime(2026, 11, 2, 23, tzinfo=UTC))

    def pass_by(books):
        refresh_all(books, hub.hub.profile.zone)
        assert retention.let_go(books, gone)
        while retention.remove(books):
            pass

    await hub.hub.store.write(pass_by)
    async with hub.session.get("/api/v1/me/export", headers=bearer(token)) as answer:
        body = await answer.json()
    assert [slot[2] for slot in body["slots"]] == [5, 6]
    hours = [dict(zip(body["columns_of_hours"], hour, strict=True)) for hour in body["hours"]]
    assert hours[0] == {"channel": "grid_import", "start": "2026-11-01T23:00:00Z", "wh": 1 + 2 + 3 + 4, "slots": 4}
    assert (len(hours), sum(hour["wh"] for hour in hours)) == (24, sum(range(1, 97)))
    async with hub.session.get("/api/v1/me/export?format=csv&of=hours", headers=bearer(token)) as answer:
        rows = list(csv.reader(io.StringIO(await answer.text())))
    assert rows == [body["columns_of_hours"], *([str(part) for part in hour] for hour in body["hours"])]


@pytest.mark.parametrize("kind", ["xml", "", "CSV", "'; --"])
async def test_a_format_that_is_none_is_refused(hub, kind):
    async with hub.session.get(
        "/api/v1/me/export", params={"format": kind}, headers=bearer(await hub.join())
    ) as answer:
        assert answer.status == 422


async def test_who_waits_or_is_paused_reads_and_fetches_all_the_same(hub):
    token = await hub.join()
    await hub.send(token, block())
    for state in ("waiting", "paused"):
        await hub.hub.store.write(lambda books, state=state: members.set_state(books, 1, state))
        assert (await me(hub, token))["state"] == state
        assert "grid_import" in (await export(hub, token))[1]


async def test_a_nickname_is_text_on_the_pages(hub):
    token = await hub.join(name="Home")
    await put(hub, token, nickname="<i>'; --")
    async with browser(hub) as owner:
        assert "<bdi>&lt;i&gt;&#39;; --</bdi>" in (await owner.open("/households")).text
