"""What a coordinator decides for forecasts: a limit, holidays, whose weather; and what all members are told."""

import html
import re

import pytest

from sceop_hub.domain.profile import HIGHEST_LIMIT_W
from sceop_hub.store import audit, notices
from tests.hub.browsing import browser
from tests.hub.harness import NOON


async def read(hub, path="/settings"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200
        return html.unescape(await answer.text())


async def actions(hub):
    return {note.action for note in await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(), 50))}


async def test_a_limit_is_typed_in_kw_and_shown_again_as_it_was_typed(hub):
    where = await hub.submit("/settings/forecast", {"peak_limit_w": "62,5", "country": "NL", "regions_of": ""})
    assert where == (303, "/settings?said=saved#forecast")
    profile = hub.hub.profile
    assert (profile.peak_limit_w, profile.country, profile.subdivision, profile.weather_entity) == (
        62_500,
        "NL",
        None,
        None,
    )
    page = await read(hub)
    assert 'value="62.5"' in page
    assert '<option value="NL" selected>' in page


async def test_regions_are_offered_once_the_country_is_known_and_go_with_it(hub):
    assert "field-subdivision" not in await read(hub)
    await hub.submit("/settings/forecast", {"country": "ES", "regions_of": ""})
    assert '<option value="AN">Andalucía</option>' in await read(hub)
    await hub.submit("/settings/forecast", {"country": "ES", "regions_of": "ES", "subdivision": "AN"})
    assert hub.hub.profile.subdivision == "AN"
    await hub.submit("/settings/forecast", {"country": "DE", "regions_of": "ES", "subdivision": "AN"})
    assert (hub.hub.profile.country, hub.hub.profile.subdivision) == ("DE", None)


async def test_what_can_not_be_is_said_where_it_stands_and_nothing_is_kept(hub):
    for typed, sentence in (
        ({"peak_limit_w": "0"}, "A limit is a number of kW above zero"),
        ({"peak_limit_w": "much"}, "A limit is a number of kW above zero"),
        ({"peak_limit_w": "9" * 12}, "A limit is a number of kW above zero"),
        ({"country": "QQ"}, "Choose a country from the list."),
        ({"country": "ES", "regions_of": "ES", "subdivision": "QQ"}, "Choose a region of the country"),
    ):
        status, page = await hub.submit("/settings/forecast", typed)
        assert (status, sentence in page) == (422, True), typed
    profile = hub.hub.profile
    assert (profile.peak_limit_w, profile.country, profile.weather_entity) == (None, None, None)


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "hi", "nl"])
async def test_who_types_too_great_a_limit_reads_the_greatest(hub, language):
    await hub.hub.change_profile("test", language=language)
    status, page = await hub.submit("/settings/forecast", {"peak_limit_w": "9" * 11})
    said = html.unescape(re.search(r'id="[^"]*peak_limit_w[^"]*error[^"]*"[^>]*>(.*?)</', page, re.DOTALL)[1])
    assert (status, re.sub(r"[^0-9]", "", said)) == (422, str(HIGHEST_LIMIT_W // 1000))
    status, _ = await hub.submit("/settings/forecast", {"peak_limit_w": str(HIGHEST_LIMIT_W // 1000)})
    assert (status, hub.hub.profile.peak_limit_w) == (303, HIGHEST_LIMIT_W)


async def test_the_weather_of_a_household_is_believed_while_the_box_is_ticked(hub):
    token = await hub.join()
    public_id = (await hub.get("/api/v1/me", Authorization=f"Bearer {token}")).body["household"]
    path = f"/households/{public_id}"
    assert re.search(r'name="trusted" value="yes">', await read(hub, path))
    for typed, on in (({"trusted": "yes"}, True), ({}, False)):
        assert (await hub.submit(f"{path}/weather", typed))[0] == 303
        assert bool(re.search(r'name="trusted" value="yes" checked>', await read(hub, path))) == on
        assert (await hub.get("/api/v1/me", Authorization=f"Bearer {token}")).body["weather"] is on
    assert {"household.trust_weather", "household.distrust_weather"} <= await actions(hub)


async def test_a_message_to_all_is_looked_at_before_it_is_sent(hub):
    async with browser(hub) as person:
        message = {"title": "Power off", "text": "On Thursday\nfrom 9 to 11."}
        looked = await person.submit("/alerts/tell", "/alerts", **message, step="look")
        assert (looked.status, "So members will read it" in looked.text) == (200, True)
        assert await hub.hub.store.read(lambda books: notices.recent(books, NOON)) == []
        sent = await person.submit("/alerts/tell", "/alerts", **message, step="tell")
        assert (sent.status, sent.leads_to) == (303, "/alerts?said=told#told")
        (notice,) = await hub.hub.store.read(lambda books: notices.recent(books, NOON))
        assert (notice.title, notice.text) == (message["title"], message["text"])
        page = (await person.open("/alerts?said=told")).text
        assert "Everybody is being told." in page
        assert page.count("Power off") == 1
    assert "notice.tell" in await actions(hub)


async def test_a_message_without_words_is_refused_where_it_stands(hub):
    async with browser(hub) as person:
        page = await person.submit("/alerts/tell", "/alerts", title="<b>Power</b>", text="  ", step="tell")
        assert page.status == 422
        assert "A message has a text" in page.text
        assert 'value="&lt;b&gt;Power&lt;/b&gt;"' in page.text
        assert await hub.hub.store.read(lambda books: notices.recent(books, NOON)) == []
