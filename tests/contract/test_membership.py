"""What a household and its hub say about each other: standing, wishes, keys, and an end that leaves nothing."""

import csv
import io
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web

from custom_components.sceop.core.blocks import Block
from custom_components.sceop.hub import errors, link
from custom_components.sceop.hub.client import HubClient
from sceop_hub import tls
from sceop_hub.domain import invites as invite_links
from sceop_hub.store import members
from tests.certificates import pair
from tests.contract.conftest import joining
from tests.hub.harness import INVITE, NOON, settings

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
SLOT = (Block("grid_import", TEN, (12, None, 13)),)


@pytest.fixture
async def joined(household):
    return await household.client().join(joining(), NOON)


@pytest.fixture
async def member(household, joined):
    return household.client(joined.token)


async def in_state(hub, state):
    await hub.hub.store.write(lambda books: members.set_state(books, 1, state))


async def test_a_member_hears_how_it_stands(member):
    me = await member.me()
    assert (me.standing, me.fewest_homes, me.agreed_fewest, me.nickname) == ("active", 15, 15, None)
    assert me.client == "sceop-integration 1"
    assert not me.renew_token


@pytest.mark.parametrize("state", ["waiting", "paused"])
async def test_who_is_not_taken_hears_why_and_may_still_ask(hub, household, member, state):
    await in_state(hub, state)
    with pytest.raises(errors.NotAdmitted) as shut:
        await member.send(SLOT)
    assert shut.value.standing == state
    assert shut.value.sentence.endswith(".")
    with pytest.raises(errors.NotHeard):
        async with member.live():
            pass
    assert (await member.me()).standing == state
    await in_state(hub, "active")
    assert (await member.send(SLOT)).stored == 2


async def test_who_was_removed_is_not_known_any_more(hub, member):
    await in_state(hub, "removed")
    for ask in (member.me, lambda: member.send(SLOT)):
        with pytest.raises(errors.TokenRefused):
            await ask()


async def test_a_home_says_to_how_few_it_agreed_and_how_it_is_called(member):
    assert (await member.tell(agreed_fewest=5)).agreed_fewest == 5
    me = await member.tell(nickname="The hedgehogs 🦔")
    assert (me.nickname, me.agreed_fewest) == ("The hedgehogs 🦔", 5)
    assert (await member.tell(nickname=None)).nickname is None
    assert (await member.tell(client={"name": "sceop-integration", "version": "2"})).client == "sceop-integration 2"


async def test_a_nickname_that_somebody_has_is_refused_with_a_sentence(household, member):
    other = joining(request="fedcba9876543210", site="7f1c2d3e-4b5a-4c6d-8e7f-112233445566")
    neighbour = household.client((await household.client().join(other, NOON)).token)
    await neighbour.tell(nickname="Hedgehogs")
    with pytest.raises(errors.Refused) as refused:
        await member.tell(nickname="hedgehogs")
    assert refused.value.sentence.endswith(".")


async def test_a_new_key_ends_the_old_one_with_its_first_use_and_not_before(hub, household, member):
    new = household.client(await member.renew())
    hub.clock.pass_by(days=3)
    assert (await member.me()).standing == "active"
    assert (await new.me()).standing == "active"
    with pytest.raises(errors.TokenRefused):
        await member.me()


async def test_a_key_that_was_lost_on_the_way_is_given_again(household, member):
    lost = household.client(await member.renew())
    new = household.client(await member.renew())
    assert (await new.send(SLOT)).stored == 2
    with pytest.raises(errors.TokenRefused):
        await lost.me()


async def test_everything_that_was_given_can_be_fetched(member):
    await member.send(SLOT)
    async with member.export() as pieces:
        text = b"".join([piece async for piece in pieces]).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["channel"], row["start"], row["wh"]) for row in rows] == [
        ("grid_import", "2026-11-20T10:00:00Z", "12"),
        ("grid_import", "2026-11-20T10:30:00Z", "13"),
    ]


async def test_who_is_forgotten_is_a_stranger(household, member):
    await member.send(SLOT)
    await member.forget()
    with pytest.raises(errors.TokenRefused):
        await member.me()
    with pytest.raises(errors.TokenRefused):
        await member.send(SLOT)


async def test_the_hub_tells_by_its_identity_and_how_few_homes_it_shows(hub, household):
    health = await household.client().check(NOON)
    assert (health.hub_id, health.fewest_homes) == (hub.hub.id, 15)


@pytest.mark.parametrize("write", [invite_links.link, invite_links.page], ids=["link", "page"])
async def test_the_link_of_an_invite_leads_to_the_hub_and_to_no_other_certificate(tmp_path, hub, write):
    certificate, key = pair(tmp_path)
    told = settings(tmp_path, tls_certificate=certificate, tls_key=key)
    pin = tls.certificate_sha256(told)

    async def health(_request):
        return web.json_response(await (await hub.session.get("/healthz")).json())

    app = web.Application()
    app.router.add_get("/healthz", health)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls.context(told, datetime.now(UTC)))
    await site.start()
    address = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with ClientSession() as session:
            door = link.read(write(address, INVITE, pin))
            assert (str(door.address), door.code, door.pin) == (address, INVITE, pin)
            assert (await HubClient(session, door.address, pin=door.pin).health()).hub_id == hub.hub.id
            with pytest.raises(errors.CertificateChanged):
                await HubClient(session, door.address, pin="ab" * 32).health()
            with pytest.raises(errors.CertificateUnknown):
                await HubClient(session, door.address).health()
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("write", [invite_links.link, invite_links.page], ids=["link", "page"])
@pytest.mark.parametrize(
    "address", ["http://192.168.1.5:8710", "https://hub.example.org", "https://hub.example.org/sceop"]
)
def test_every_link_that_the_hub_writes_is_read_as_it_was_meant(write, address):
    door = link.read(write(address, "ABCD-EFGH", None))
    assert (str(door.address), door.code, door.pin) == (address, "ABCD-EFGH", None)


async def test_a_slot_that_passes_twice_is_corrected(hub, member):
    await member.send((Block("grid_import", TEN, (12,)),))
    assert (await member.send((Block("grid_import", TEN, (20,)),))).stored == 0
    assert (await member.send((Block("grid_import", TEN, (20,), rev=1),))).stored == 1
    assert list((await hub.slots(1, "grid_import")).values()) == [20]
