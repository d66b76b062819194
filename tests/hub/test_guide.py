"""The first-run guide: from an empty hub to the click that begins to publish."""

import html
import json
import re
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.broadcast import BROADCAST
from sceop_hub.domain.profile import Place
from tests.hub.browsing import browser
from tests.hub.harness import running, settings
from tests.hub.playing import home_assistant, user

READS_PAGES = {"Accept": "text/html"}


@pytest.fixture
async def empty(tmp_path):
    async with running(settings(tmp_path, community=None, zone=None)) as hub:
        yield hub


async def arrive(hub, path="/"):
    """Open a page as a browser does; return where it ends up and what it reads."""
    async with hub.session.get(path, headers=READS_PAGES) as answer:
        assert answer.status == 200
        return answer.url.path_qs, html.unescape(await answer.text())


async def test_an_owner_of_an_empty_hub_is_led_through_every_step_to_the_end(empty):
    assert (await arrive(empty))[0] == "/guide/name"
    assert await empty.submit("/guide/name", {"name": "Mill Street"}) == (303, "/guide/place")
    place = {"zone": "Europe/Madrid", "place": "Seville", "latitude": "", "longitude": "", "currency": "eur"}
    assert (await empty.submit("/guide/place", place | {"latitude": "37"}))[0] == 422
    assert await empty.submit("/guide/place", place) == (303, "/guide/address")
    assert await empty.submit("/guide/address", {"address": "energy.example.org"}) == (303, "/guide/invite")
    status, where = await empty.submit("/guide/invite", {"uses": "12"})
    assert (status, where.partition("=")[0]) == (303, "/guide/invite?invite")
    _, page = await arrive(empty, where)
    code = re.search(r'data-testid="code">([A-Z0-9]{4}-[A-Z0-9]{4})<', page)[1]
    assert f"https://energy.example.org/join#code={code}" in page
    assert '<svg class="qr"' in page
    assert (await empty.ask_to_join(code=code)).status == 201
    assert await empty.submit("/guide/invite", {"next": "yes"}) == (303, "/guide/publish")
    _, page = await arrive(empty, "/guide/publish")
    assert "1 home has joined." in page
    assert "more homes with a complete day are needed" in page
    assert await empty.submit("/guide/publish") == (303, "/?said=published")
    assert empty.hub.profile.published_since == empty.clock()
    profile = empty.hub.profile
    assert (profile.name, profile.zone, profile.currency) == ("Mill Street", ZoneInfo("Europe/Madrid"), "EUR")
    assert (await arrive(empty))[0] == "/"


async def test_the_page_after_the_click_already_shows_what_the_click_began(empty):
    await empty.invite()
    for _ in range(15):
        await empty.join()
    await empty.figures()
    assert empty.app[BROADCAST].now.homes.published is False
    await empty.submit("/guide/publish")
    assert empty.app[BROADCAST].now.homes.published is True


async def test_the_guide_goes_on_where_it_was_left(empty):
    await empty.submit("/guide/name", {"name": "Mill Street"})
    assert (await arrive(empty, "/guide"))[0] == "/guide/place"
    assert await empty.submit("/guide/leave") == (303, "/")
    assert (await arrive(empty))[0] == "/"
    assert (await arrive(empty, "/guide"))[0] == "/guide/place"


async def test_nobody_is_led_away_from_a_hub_in_use(empty):
    await empty.invite()
    await empty.join()
    assert (await arrive(empty))[0] == "/"


async def test_the_place_is_filled_in_as_home_assistant_knows_it_but_not_to_the_metre(tmp_path):
    async with home_assistant() as played:
        played.config |= {"latitude": 37.391234, "longitude": -5.994321, "currency": "SEK"}
        async with running(settings(tmp_path, community=None, zone=None, home_assistant=played.at)) as hub:
            _, page = await arrive(hub, "/guide/place")
            assert "Filled in as Home Assistant knows it" in page
            assert re.search('<option value="Europe/Madrid" selected', page)
            for value in ("37.39", "-5.99", "SEK"):
                assert f'value="{value}"' in page
            await hub.submit(
                "/guide/place",
                {
                    "zone": "Europe/Madrid",
                    "place": "Seville",
                    "latitude": "37.39",
                    "longitude": "-5.99",
                    "currency": "SEK",
                },
            )
            assert hub.hub.profile.place == Place("Seville", 37.39, -5.99)
            assert "Filled in as Home Assistant" not in (await arrive(hub, "/guide/place"))[1]


async def test_a_silent_home_assistant_leaves_the_suggestion_to_the_browser(tmp_path):
    async with home_assistant() as played:
        played.answers = False
        async with running(settings(tmp_path, community=None, zone=None, home_assistant=played.at)) as hub:
            assert 'data-suggest="zone currency"' in (await arrive(hub, "/guide/place"))[1]


async def test_the_currency_is_asked_for_where_nothing_tells_it(empty):
    _, page = await arrive(empty, "/guide/place")
    assert re.search('<input id="field-currency"[^>]* value="" [^>]*required', page)
    known = json.loads(re.search('id="currencies-of-zones">(.*?)<', page)[1])
    expected = {
        "Europe/Madrid": "EUR",
        "Europe/London": "GBP",
        "Europe/Stockholm": "SEK",
        "Asia/Calcutta": "INR",
        "America/Indianapolis": "USD",
        "Africa/Cairo": None,
    }
    assert {zone: known.get(zone) for zone in expected} == expected
    place = {"zone": "Africa/Cairo", "place": "", "latitude": "", "longitude": "", "currency": ""}
    assert (await empty.submit("/guide/place", place))[0] == 422


async def test_the_currency_is_that_of_a_time_zone_that_is_told_from_outside(tmp_path):
    async with running(settings(tmp_path, zone=ZoneInfo("Europe/London"))) as hub:
        assert re.search('<input id="field-currency"[^>]* value="GBP"', (await arrive(hub, "/guide/place"))[1])


async def test_what_is_told_from_outside_is_passed_by(hub):
    _, page = await arrive(hub, "/guide/name")
    assert re.search('<input id="field-name"[^>]* disabled', page)
    assert await hub.submit("/guide/name") == (303, "/guide/place")
    assert await hub.submit("/guide/place", {"place": "", "currency": "EUR"}) == (303, "/guide/address")
    assert hub.hub.profile.name == "Test community"


async def test_no_invite_is_made_for_an_address_that_would_betray_its_code(empty):
    status, page = await empty.submit("/guide/address", {"address": "http://energy.example.org"})
    assert (status, "must begin with https" in page) == (422, True)
    assert (await empty.submit("/guide/invite", {"uses": "0"}))[0] == 422


async def test_a_step_that_does_not_exist_is_not_found(empty):
    async with empty.session.get("/guide/nowhere") as answer:
        assert answer.status == 404


async def test_behind_home_assistants_ingress_every_way_leads_back_there(tmp_path):
    inside = {"X-Remote-User-Id": "ada", "X-Remote-User-Name": "ada", "X-Ingress-Path": "/api/hassio_ingress/x"}
    async with home_assistant() as played:
        played.users = [user("ada", "system-admin")]
        told = settings(
            tmp_path,
            community=None,
            zone=None,
            home_assistant=played.at,
            ingress_from=frozenset({"127.0.0.1"}),
            local_owner=False,
        )
        async with running(told) as hub, browser(hub, **inside) as ada:
            assert (await ada.open("/")).leads_to == "/api/hassio_ingress/x/guide"
            page = await ada.submit("/guide/name", name="Mill Street")
            assert page.leads_to == "/api/hassio_ingress/x/guide/place"
            for path in ("/guide/address", "/settings", "/settings/data", "/settings/backups", "/alerts"):
                text = (await ada.open(path)).text
                addresses = re.findall('(?:href|src|action|hx-get|hx-post)="([^"#][^"]*)"', text)
                assert [address for address in addresses if not address.startswith("/api/hassio_ingress/x/")] == []
