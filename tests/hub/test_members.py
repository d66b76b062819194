"""Members: approved, grouped, paused and removed by a coordinator, who sees how well each is heard and no kWh."""

import json
import re

import pytest

from sceop_hub.store import members, teams
from tests.hub.browsing import account, browser
from tests.hub.harness import block, running, settings


@pytest.fixture
async def owner(hub):
    """A browser at the hub's own machine."""
    async with browser(hub) as owner:
        yield owner


async def joined(hub, **said) -> tuple[str, str]:
    """Let a household join; return its token and its page."""
    answer = await hub.ask_to_join(**said)
    return answer.body["token"], f"/households/{answer.body['household']}"


async def decide(owner, page, action):
    return await owner.submit(f"{page}/{action}", page)


async def test_without_approval_whoever_has_an_invite_takes_part(hub):
    assert (await hub.ask_to_join()).body["state"] == "active"


async def test_with_approval_a_household_waits_and_keeps_its_readings(hub, owner):
    await hub.hub.change_profile("test", approval=True)
    answer = await hub.ask_to_join(name="Number 12")
    token, page = answer.body["token"], f"/households/{answer.body['household']}"
    assert answer.body["state"] == "waiting"
    refused = await hub.send(token, block())
    assert (refused.status, refused.problem) == (403, "waiting")
    assert "Keep its readings" in refused.detail
    assert (await hub.get("/api/v1/community", Authorization=f"Bearer {token}")).problem == "waiting"
    assert (await hub.get("/api/v1/me", Authorization=f"Bearer {token}")).body["state"] == "waiting"
    assert "One household waits" in (await owner.open("/households")).text
    await hub.figures()
    assert '<span class="count">1</span>' in (await owner.open("/")).text
    await decide(owner, page, "approve")
    assert (await hub.send(token, block())).status == 200


async def test_joining_again_is_no_way_around_approval_or_a_pause(hub, owner):
    site = "s" * 36
    _, page = await joined(hub, site=site)
    await decide(owner, page, "pause")
    again = await hub.ask_to_join(site=site)
    assert again.body["state"] == "paused"
    assert (await hub.send(again.body["token"], block())).problem == "paused"


async def test_a_paused_household_is_refused_until_it_is_resumed(hub, owner):
    token, page = await joined(hub)
    async with hub.live(token) as line:
        await decide(owner, page, "pause")
        assert (await line.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}
    refused = await hub.send(token, block())
    assert (refused.status, refused.problem) == (403, "paused")
    await decide(owner, page, "resume")
    assert (await hub.send(token, block())).status == 200


async def test_a_removed_household_is_unknown_and_comes_back_with_an_invite(hub, owner):
    site = "s" * 36
    token, page = await joined(hub, site=site, name="Number 12")
    await hub.send(token, block())
    await decide(owner, page, "remove")
    assert (await hub.send(token, block())).status == 401
    assert "Number 12" not in (await owner.open("/households")).text
    assert (await owner.open(page)).status == 404
    again = await hub.ask_to_join(site=site, name="Number 12")
    assert again.body["state"] == "active"
    assert (await hub.send(again.body["token"], block())).body == {"stored": 0, "unchanged": 2}


async def test_what_was_decided_meanwhile_is_not_overruled(hub, owner):
    _, page = await joined(hub)
    await decide(owner, page, "pause")
    await decide(owner, page, "approve")
    assert [who.state for who in await hub.hub.store.read(members.everyone)] == ["paused"]


async def test_the_page_says_who_is_heard_and_who_is_not(hub, owner):
    token, _ = await joined(hub, name="Heard", client={"name": "sceop", "version": "1.2.3"})
    await joined(hub, name="Never heard")
    await hub.send(token, block())
    text = (await owner.open("/households")).text
    assert "sceop 1.2.3" in text
    rows = re.findall(r'<tr data-testid="household".*?</tr>', text, re.DOTALL)
    assert ["Never yet" in row for row in rows] == [True, False]
    hub.clock.pass_by(hours=3)
    assert (await owner.open("/households")).text.count("Silent") == 2


async def test_who_needs_a_look_comes_first_and_number_2_before_number_10(hub, owner):
    tokens = {name: (await joined(hub, name=name))[0] for name in ("Number 10", "Number 2", "Number 1", "Number 3")}
    hub.clock.pass_by(hours=1)
    for name in ("Number 10", "Number 2"):
        await hub.send(tokens[name], block())
    text = (await owner.open("/households")).text
    assert re.findall(r"<bdi>(Number \d+)</bdi>", text) == ["Number 1", "Number 3", "Number 2", "Number 10"]


async def test_the_page_says_how_complete_the_readings_are_and_no_energy(hub, owner):
    token, page = await joined(hub)
    await hub.send(token, block(start="2026-11-18T23:00:00Z", wh=[987] * 96))
    await hub.send(token, block(start="2026-11-17T23:00:00Z", wh=[987] * 48))
    text = (await owner.open("/households")).text
    complete = float(re.search(r'<data value="([\d.]+)" data-unit="percent"', text)[1])
    assert complete == pytest.approx(0.75)
    for path in ("/households", page):
        shown = (await owner.open(path)).text
        assert "987" not in shown
        assert not re.search(r"\bk?Wh\b", shown)


async def test_households_are_grouped_and_teams_taken_apart(hub, owner):
    _, page = await joined(hub)
    made = await owner.submit("/teams", "/households", name=" North  side ", kind="building")
    assert made.leads_to == "/households?said=saved#teams"
    (team,) = await hub.hub.store.read(teams.all_)
    assert (team.name, team.kind) == ("North side", "building")
    await owner.submit(f"{page}/team", page, team=str(team.id))
    assert "North side" in (await owner.open("/households")).text
    await owner.submit(f"/teams/{team.id}/rename", "/households", name="South side")
    assert [team.name for team in await hub.hub.store.read(teams.all_)] == ["South side"]
    await owner.submit(f"/teams/{team.id}/delete", "/households")
    assert [who.team for who in await hub.hub.store.read(members.everyone)] == [None]


@pytest.mark.parametrize(
    ("name", "kind"), [("", "team"), ("x" * 61, "team"), ("a\u202eb", "team"), ("North", "castle"), ("taken", "team")]
)
async def test_what_no_team_can_be_is_said(hub, owner, name, kind):
    await owner.submit("/teams", "/households", name="Taken", kind="team")
    page = await owner.submit("/teams", "/households", name=name, kind=kind)
    assert page.status == 422
    assert len(await hub.hub.store.read(teams.all_)) == 1


@pytest.mark.parametrize("team", ["99", "x", "-1", "1; DROP TABLE team"])
async def test_nobody_is_put_into_a_team_that_is_not_there(hub, owner, team):
    _, page = await joined(hub)
    assert (await owner.submit(f"{page}/team", page, team=team)).status in {404, 422}


async def test_a_household_without_home_assistant_is_entered_by_hand(hub, owner):
    made = await owner.submit("/households", name="Number 7", kind="home")
    assert made.status == 303
    (who,) = await hub.hub.store.read(members.everyone)
    assert (who.name, who.state, who.kind) == ("Number 7", "active", "home")
    assert "By hand" in (await owner.open("/households")).text


@pytest.mark.parametrize("name", ["", "  ", "a\u202eb", "\x00"])
async def test_a_household_entered_by_hand_has_a_name(hub, owner, name):
    assert (await owner.submit("/households", name=name, kind="home")).status == 422
    assert await hub.hub.store.read(members.everyone) == []


async def test_names_are_shown_as_text_and_kept_apart_from_the_sentence(hub, owner):
    await joined(hub, name="<img src=x onerror=alert(1)> שמש")
    text = (await owner.open("/households")).text
    assert "<img src=x" not in text
    assert "<bdi>&lt;img src=x onerror=alert(1)&gt; שמש</bdi>" in text


async def test_a_viewer_sees_no_members(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as viewer:
        await account(hub, "Vic", "viewer")
        await viewer.sign_in("Vic")
        for path in ("/households", "/households/1", "/invites", "/audit", "/accounts"):
            assert (await viewer.open(path)).status == 403
        assert "/households" not in (await viewer.open("/")).text


@pytest.mark.parametrize("path", ["/households/none", "/households/%00", "/households/'%20OR%201=1%20--"])
async def test_a_household_that_is_not_there_is_said_so(owner, path):
    assert (await owner.open(path)).status == 404


@pytest.mark.parametrize("state", ["waiting", "paused"])
async def test_an_organisation_is_shown_by_name_only_while_it_takes_part(hub, state):
    token = await hub.join(name="Office", kind="organisation", shown=True)
    await hub.send(token, block(wh=[400]))
    assert [shown["name"] for shown in (await hub.figures())["organisations"]] == ["Office"]
    await hub.hub.store.write(lambda books: members.set_state(books, 1, state))
    figures = await hub.figures()
    assert figures["organisations"] == []
    assert figures["members"]["organisations"] == 0
    assert "Office" not in json.dumps((await hub.get("/now/today")).body)
