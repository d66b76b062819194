"""Settings as a coordinator uses them: forms that keep what they are told, and say what is wrong where it stands."""

import html
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, CookieJar

from sceop_hub.domain.profile import Place
from sceop_hub.web.views.settings import SENT_FROM
from tests.hub.harness import running, settings
from tests.hub.playing import home_assistant

PLACE = {"zone": "Europe/Madrid", "place": "Seville", "latitude": "37.39", "longitude": "-5.99", "currency": "eur"}


@pytest.fixture
async def free(tmp_path):
    """A hub that is told nothing from outside."""
    async with running(settings(tmp_path, community=None, zone=None)) as hub:
        yield hub


async def read(hub, path="/settings"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200
        return html.unescape(await answer.text())


async def test_a_community_is_described_and_the_page_says_so(free):
    where = await free.submit("/settings/community", {"name": "Mill Street", "language": "es", **PLACE})
    assert where == (303, "/settings?said=saved#community")
    profile = free.hub.profile
    assert (profile.name, profile.zone, profile.currency) == ("Mill Street", ZoneInfo("Europe/Madrid"), "EUR")
    assert profile.place == Place("Seville", 37.39, -5.99)
    page = await read(free, "/settings?said=saved")
    assert "Saved." in page
    assert 'value="Mill Street"' in page
    assert 'value="37.39"' in page


async def test_a_mistake_is_shown_where_it_stands_with_everything_that_was_typed(free):
    typed = {"name": "Mill Street", "language": "en", **PLACE, "latitude": "north"}
    status, page = await free.submit("/settings/community", typed)
    assert status == 422
    assert "Nothing was saved yet" in page
    assert "A latitude is a number such as 52.37." in page
    assert 'value="north"' in page
    assert 'value="Mill Street"' in page
    assert free.hub.profile.name != "Mill Street"


async def test_what_is_told_from_outside_is_shown_but_not_sent(hub):
    page = await read(hub)
    assert re.search(r'<input id="field-name"[^>]* disabled', page)
    assert "This is set where the hub is started" in page
    rest = {name: value for name, value in PLACE.items() if name != "zone"}
    assert (await hub.submit("/settings/community", {"language": "en", **rest}))[0] == 303
    assert hub.hub.profile.currency == "EUR"
    status, page = await hub.submit("/settings/community", {"name": "Mine", "language": "en", **rest})
    assert (status, hub.hub.profile.name) == (409, "Test community")


async def test_factors_take_a_comma_and_may_be_left_empty(free):
    await free.submit("/settings/factors", {"price_per_kwh": "0,31", "feed_in_per_kwh": "", "carbon_g_per_kwh": "250"})
    profile = free.hub.profile
    assert (profile.price_per_kwh, profile.feed_in_per_kwh, profile.carbon_g_per_kwh) == (Decimal("0.31"), None, 250)


async def test_an_address_on_the_internet_must_be_secure(free):
    status, page = await free.submit("/settings/address", {"address": "http://energy.example.org"})
    assert (status, "must begin with https" in page) == (422, True)
    await free.submit("/settings/address", {"address": "energy.example.org"})
    assert free.hub.profile.address == "https://energy.example.org"


async def test_approval_is_a_box_that_can_be_ticked_and_cleared(free):
    await free.submit("/settings/admission", {"approval": "yes"})
    assert free.hub.profile.approval
    await free.submit("/settings/admission")
    assert not free.hub.profile.approval


async def test_figures_of_fewer_homes_need_a_second_look_and_show_who_agreed(hub):
    await hub.join()
    status, page = await hub.submit("/settings/privacy", {"fewest_homes": "8"})
    assert (status, "Tick the box" in page) == (422, True)
    assert hub.hub.profile.fewest_homes == 15
    await hub.submit("/settings/privacy", {"fewest_homes": "8", "understood": "yes"})
    assert hub.hub.profile.fewest_homes == 8
    page = await read(hub, "/settings/privacy")
    assert "at least 8 homes, of which none is more than 28%" in page
    assert "0 of 1 home agreed" in page
    await hub.submit("/settings/privacy", {"fewest_homes": "15"})
    assert hub.hub.profile.fewest_homes == 15
    assert (await hub.submit("/settings/privacy", {"fewest_homes": "4", "understood": "yes"}))[0] == 422


async def test_text_of_any_kind_stays_text(free):
    for name in ("'; DROP TABLE setting; --", "<script>alert(1)</script>", "Ωmega {name} %s"):
        assert (await free.submit("/settings/community", {"name": name, "language": "en", **PLACE}))[0] == 303
        assert free.hub.profile.name == name
        async with free.session.get("/settings") as answer:
            assert "<script>alert" not in await answer.text()


async def test_a_phone_is_chosen_among_those_that_home_assistant_has_and_tried(tmp_path):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        targets = await read(hub, "/settings/notify-targets")
        assert re.findall('value="([^"]+)"', targets) == ["mobile_app_phone", "notify"]
        await hub.submit("/settings/notify", {"notify": "notify.mobile_app_phone"})
        assert (await hub.submit("/settings/notify/test"))[1] == "/settings?said=notify_sent#notify"
        assert [(target, title) for target, title, _ in played.sent] == [("mobile_app_phone", "Test community")]
        played.answers = False
        status, page = await hub.submit("/settings/notify/test")
        assert (status, "did not take the message" in page) == (422, True)
        assert re.findall("value=", await read(hub, "/settings/notify-targets")) == []


async def test_without_home_assistant_the_page_says_how_to_name_it(free):
    assert "SCEOP_HOME_ASSISTANT_TOKEN" in await read(free)
    assert (await free.submit("/settings/notify/test"))[0] == 422


async def test_a_screen_in_the_lobby_gets_a_link_that_opens_its_page(hub):
    status, page = await hub.submit("/settings/kiosk")
    assert status == 200
    link = html.unescape(re.search(r'data-testid="kiosk-link">([^<]+)<', page)[1])
    assert link.startswith(f"{hub.url}/kiosk/enter?key=sceop_")
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as screen, screen.get(link) as answer:
        assert (answer.status, answer.url.path) == (200, "/kiosk")


@pytest.mark.parametrize("path", SENT_FROM)
async def test_the_address_of_a_form_leads_to_the_form(hub, path):
    async with hub.session.get(path) as answer:
        assert (answer.status, answer.url.path) == (200, SENT_FROM[path])
