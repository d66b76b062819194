"""A hub that is found joins a site that a person picks; the site never hangs on the hub's app."""

from ipaddress import ip_address
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from homeassistant.components.hassio.const import DATA_COMPONENT
from homeassistant.components.hassio.discovery import HassIODiscovery
from homeassistant.components.hassio.handler import HassIO
from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.config_entries import SOURCE_HASSIO, SOURCE_IGNORE, SOURCE_ZEROCONF
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.discovery_flow import DiscoveryKey
from homeassistant.helpers.recorder import get_instance
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.flows.discovery import _url
from tests.household.conftest import NOW, SITE_ID
from tests.household.practice_hub import PracticeHub
from tests.household.test_joining import told
from tests.household.test_words import MANIFEST

APP = UUID("2f0f3c7e6f4b4f0d9f5e0c1d2b3a4c5d").hex
HUB_ID = "7b1f"


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


def announced(hub, **config):
    """Return what the Supervisor passes on of the app."""
    said = {"host": "127.0.0.1", "port": hub.port, "code": "ABCD-EFGH", "community": "Somewhere", "addon": "SCEOP hub"}
    return HassioServiceInfo(config=said | config, name="SCEOP hub", slug="local_sceop", uuid=APP)


def heard(hub, **properties):
    """Return what a hub in the network says of itself."""
    address = ip_address("127.0.0.1")
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=hub.port,
        hostname="hub.local.",
        type=MANIFEST["zeroconf"][0],
        name=f"Somewhere.{MANIFEST['zeroconf'][0]}",
        properties={"community": "Somewhere"} | properties,
    )


async def find(hass, info):
    source = SOURCE_HASSIO if isinstance(info, HassioServiceInfo) else SOURCE_ZEROCONF
    key = DiscoveryKey(domain=source, key=APP, version=1)
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source, "discovery_key": key}, data=info
    )
    return told(result, "config")


async def answer(hass, flow, **typed):
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], typed)
    return result if result["type"] is FlowResultType.CREATE_ENTRY else told(result, "config")


def typed_before(form):
    return {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }


def choices(form):
    ((_, selector),) = form["data_schema"].schema.items()
    return [option["value"] for option in selector.config["options"]]


async def join(hass, door):
    consent = await answer(hass, door, **typed_before(door) | {"member_name": "Number 5"})
    assert consent["step_id"] == "consent"
    return await answer(hass, consent, agree=True)


@pytest.mark.usefixtures("nothing_is_set_up")
async def test_the_app_is_joined_by_the_site_that_is_picked(hass, hub, make_entry):
    entry = make_entry()
    form = await find(hass, announced(hub))
    assert form["step_id"] == "discovered"
    assert form["description_placeholders"] == {"community": "Mill Street", "address": hub.address}
    (progress,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert progress["context"]["title_placeholders"] == {"name": "Mill Street"}
    assert choices(form) == ["site", "new"]
    door = await answer(hass, form, site="site")
    assert typed_before(door) == {"address": hub.address, "code": "ABCD-EFGH", "member_name": "My home"}
    assert not hub.joined
    assert (await join(hass, door))["reason"] == "joined"
    assert entry.unique_id == SITE_ID
    assert entry.data["hub"]["address"] == hub.address
    assert hub.joined[0]["site"] == SITE_ID


async def new_site(hass, form):
    menu = await answer(hass, form, site="new")
    name = await answer(hass, menu, next_step_id="simulated")
    community = await answer(hass, name, name="Garden House", home="plain")
    return await answer(hass, community, next_step_id="hub")


@pytest.mark.usefixtures("nothing_is_set_up")
async def test_a_new_site_joins_with_an_identity_of_its_own(hass, hub, make_entry, membership):
    make_entry(hub=membership | {"address": "http://127.0.0.1:1"})
    form = await find(hass, announced(hub))
    assert choices(form) == ["new"]
    end = await join(hass, await new_site(hass, form))
    site = end["result"]
    assert site.source == SOURCE_HASSIO
    assert UUID(site.unique_id).version == 4
    assert site.unique_id != APP
    assert site.data["hub"]["token"] in hub.tokens()


@pytest.mark.usefixtures("nothing_is_set_up")
async def test_a_site_that_was_found_may_stay_alone(hass, hub):
    menu = await answer(hass, await find(hass, announced(hub)), site="new")
    name = await answer(hass, menu, next_step_id="simulated")
    community = await answer(hass, name, name="Garden House", home="plain")
    end = await answer(hass, community, next_step_id="not_now")
    assert "hub" not in end["data"]
    assert not hub.joined


@pytest.fixture
async def supervisor(hass, socket_enabled):
    """A Supervisor that does not know the announcement any more, as after the app was removed."""
    asked = []

    async def gone(request):
        asked.append(request.path)
        return web.json_response({"result": "error", "message": "Discovery not found"}, status=404)

    app = web.Application()
    app.router.add_get("/discovery/{uuid}", gone)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    hass.data[DATA_COMPONENT] = HassIO(hass.loop, async_get_clientsession(hass), address)
    yield SimpleNamespace(asked=asked)
    await runner.cleanup()


async def test_removing_the_app_leaves_the_site_with_all_it_has(hass, hub, supervisor, now):
    hub.clock = lambda: NOW
    end = await join(hass, await new_site(hass, await find(hass, announced(hub))))
    site = end["result"]
    await hass.async_block_till_done()
    do_adhoc_statistics(hass, start=NOW.replace(minute=5))
    await async_wait_recording_done(hass)
    entities = {each.entity_id for each in er.async_entries_for_config_entry(er.async_get(hass), site.entry_id)}
    statistics = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    mine = [each for each in statistics if each["statistic_id"] in entities]
    assert mine

    tied = MockConfigEntry(domain=DOMAIN, source=SOURCE_HASSIO, unique_id=APP, title="Tied to the app")
    tied.add_to_hass(hass)
    await HassIODiscovery(hass).async_process_del({"service": DOMAIN, "uuid": APP})
    await hass.async_block_till_done()
    assert supervisor.asked == [f"/discovery/{APP}"]
    assert hass.config_entries.async_get_entry(tied.entry_id) is None, "what is tied to the app goes with it"

    assert hass.config_entries.async_get_entry(site.entry_id) is site
    after = er.async_entries_for_config_entry(er.async_get(hass), site.entry_id)
    assert {each.entity_id for each in after} == entities
    await async_wait_recording_done(hass)
    assert await get_instance(hass).async_add_executor_job(list_statistic_ids, hass) == statistics
    await hass.config_entries.async_unload(site.entry_id)


@pytest.mark.usefixtures("nothing_is_set_up")
class TestMembersOfIt:
    """Nobody joins the hub of his own site twice; the site follows where its hub has moved."""

    @pytest.fixture
    async def elsewhere(self, hub):
        """The same hub at another address."""
        hub.health = {"id": HUB_ID}
        elsewhere = PracticeHub(health=hub.health, households=hub.households)
        await elsewhere.open()
        yield elsewhere
        await elsewhere.close()

    async def test_it_is_known_by_its_address(self, hass, hub, make_entry, membership):
        entry = make_entry(hub=membership)
        end = await find(hass, announced(hub))
        assert (end["reason"], end["description_placeholders"]) == ("already_a_member", {"community": "Mill Street"})
        assert entry.data["hub"] == membership

    async def test_a_hub_that_moved_is_followed(self, hass, hub, elsewhere, make_entry, membership):
        entry = make_entry(hub=membership | {"hub_id": HUB_ID})
        await hub.close()
        assert (await find(hass, announced(elsewhere)))["reason"] == "already_a_member"
        assert entry.data["hub"] == membership | {"hub_id": HUB_ID, "address": elsewhere.address}
        assert elsewhere.shown == ["secret"]

    async def test_who_only_says_to_be_the_hub_is_shown_no_token(self, hass, hub, elsewhere, make_entry, membership):
        entry = make_entry(hub=membership | {"hub_id": HUB_ID})
        await hub.close()
        assert (await find(hass, heard(elsewhere)))["reason"] == "already_a_member"
        assert entry.data["hub"]["address"] == hub.address
        assert elsewhere.shown == []

    async def test_not_while_it_still_answers_where_it_was(self, hass, hub, elsewhere, make_entry, membership):
        entry = make_entry(hub=membership | {"hub_id": HUB_ID})
        assert (await find(hass, announced(elsewhere)))["reason"] == "already_a_member"
        assert entry.data["hub"]["address"] == hub.address

    async def test_not_to_where_nobody_knows_this_home(self, hass, hub, elsewhere, make_entry, membership):
        entry = make_entry(hub=membership | {"hub_id": HUB_ID})
        await hub.close()
        elsewhere.households = {}
        assert (await find(hass, announced(elsewhere)))["reason"] == "already_a_member"
        assert entry.data["hub"]["address"] == hub.address

    async def test_not_from_a_protected_way_to_an_open_one(self, hass, elsewhere, make_entry, membership):
        entry = make_entry(hub=membership | {"hub_id": HUB_ID, "address": "https://127.0.0.1:1"})
        assert (await find(hass, announced(elsewhere)))["reason"] == "already_a_member"
        assert entry.data["hub"]["address"] == "https://127.0.0.1:1"

    async def test_another_hub_is_offered_to_who_is_alone(self, hass, elsewhere, make_entry, membership):
        make_entry(hub=membership | {"hub_id": "another"})
        assert choices(await find(hass, heard(elsewhere))) == ["new"]


@pytest.mark.usefixtures("nothing_is_set_up")
@pytest.mark.parametrize("info", [announced, heard])
async def test_a_hub_is_shown_once(hass, hub, info):
    hub.health = {"id": HUB_ID}
    assert (await find(hass, info(hub)))["type"] is FlowResultType.FORM
    again = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_HASSIO if info is announced else SOURCE_ZEROCONF}, data=info(hub)
    )
    assert again["reason"] == "already_in_progress"


@pytest.mark.usefixtures("nothing_is_set_up")
async def test_a_hub_that_is_ignored_stays_unseen(hass, hub):
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=APP, title="Mill Street").add_to_hass(hass)
    assert (await find(hass, announced(hub)))["reason"] == "already_configured"


@pytest.mark.parametrize("health", [None, {"name": "printer"}, {"wire": 2}], ids=["silent", "no hub", "another wire"])
async def test_what_is_no_hub_is_not_shown(hass, hub, health):
    if health is None:
        await hub.close()
    hub.health = health or {}
    assert (await find(hass, announced(hub)))["reason"] == "hub_silent"


async def test_an_announcement_that_leads_to_the_internet_in_the_open_is_not_followed(hass):
    stranger = SimpleNamespace(port=8710)
    assert (await find(hass, announced(stranger, host="8.8.8.8")))["reason"] == "hub_silent"


@pytest.mark.usefixtures("nothing_is_set_up")
async def test_a_hub_in_the_network_brings_no_code(hass, hub, make_entry):
    make_entry()
    form = await find(hass, heard(hub, id=HUB_ID, path="/", code=str(uuid4())))
    door = await answer(hass, form, site="site")
    assert typed_before(door) == {"address": hub.address, "member_name": "My home"}


@pytest.mark.parametrize(
    ("host", "tls", "path", "address"),
    [
        ("192.168.1.5", False, "", "http://192.168.1.5:8710"),
        ("192.168.1.5", True, "/sceop", "https://192.168.1.5:8710/sceop"),
        ("fd00::5", False, "", "http://[fd00::5]:8710"),
        ("192.168.1.5", False, "@8.8.8.8", "http://192.168.1.5:8710"),
        ("192.168.1.5", False, "//8.8.8.8/x", "http://192.168.1.5:8710/x"),
    ],
)
def test_an_announced_address_is_written_as_it_was_meant(host, tls, path, address):
    assert _url(host, 8710, tls=tls, path=path) == address


def test_the_manifest_listens_for_hubs():
    assert MANIFEST["zeroconf"] == ["_sceop-hub._tcp.local."]
