"""The integration's client and the hub, on one wire: what each says, the other understands."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from custom_components.sceop.core.blocks import Block
from custom_components.sceop.core.slots import to_number
from custom_components.sceop.hub import errors, wire
from custom_components.sceop.hub.sharing import Sharing
from tests.contract.conftest import joining
from tests.hub.harness import NOON

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
async def member(hub, household):
    membership = await household.client().join(joining(), NOON)
    return household.client(membership.token)


async def test_the_hub_says_who_it_is(hub, household):
    health = await household.client().check(NOON)
    assert (health.community, health.now) == ("Test community", NOON)


async def test_clocks_five_minutes_apart_are_noticed_before_joining(hub, household):
    with pytest.raises(errors.ClockApart) as found:
        await household.client().check(NOON + timedelta(minutes=5))
    assert found.value.apart == timedelta(minutes=5)


async def test_joining_gives_a_membership_that_the_hub_confirms(hub, household):
    membership = await household.client().join(joining(), NOON)
    assert (membership.community, membership.joined_at) == ("Test community", NOON)
    await household.client(membership.token).me()


async def test_who_comes_back_is_the_same_household_with_a_new_key(hub, household):
    await hub.invite("BACK-AGAIN", uses=1)
    before = await household.client().join(joining(), NOON)
    again = await household.client().join(joining(code="BACK-AGAIN", request="fedcba9876543210"), NOON)
    assert again.household == before.household
    await household.client(again.token).me()
    with pytest.raises(errors.TokenRefused):
        await household.client(before.token).me()


@pytest.mark.parametrize("problem", ["invite-unknown", "invite-used", "invite-expired"])
async def test_a_refused_invite_is_understood_with_the_hubs_sentence(hub, household, problem):
    await hub.invite("USED-CODE", uses=1)
    await hub.join(code="USED-CODE")
    await hub.invite("LATE-CODE", life=timedelta(days=1))
    hub.clock.pass_by(days=1)
    code = {"invite-unknown": "NO-SUCH", "invite-used": "USED-CODE", "invite-expired": "LATE-CODE"}[problem]
    with pytest.raises(errors.InviteRefused) as refused:
        await household.client().join(joining(code=code), NOON)
    assert refused.value.problem == problem
    assert refused.value.sentence.endswith(".")


async def test_readings_arrive_as_they_were_measured(hub, member):
    receipt = await member.send(
        (Block("grid_import", TEN, (12, None, 13)), Block("light.hall", TEN, (5,), "estimated"))
    )
    assert (receipt.stored, receipt.unchanged) == (3, 0)
    assert await hub.slots(1, "grid_import") == {to_number(TEN): 12, to_number(TEN) + 2: 13}
    assert await hub.slots(1, "light.hall") == {to_number(TEN): 5}


async def test_the_largest_request_of_a_household_is_welcome(hub, member):
    week = tuple(250_000 - number for number in range(672))
    blocks = tuple(Block(f"load.{number}", TEN - timedelta(days=7), week) for number in range(wire.BLOCKS_A_REQUEST))
    assert (await member.send(blocks)).stored == 672 * wire.BLOCKS_A_REQUEST


@given(wh=st.lists(st.none() | st.integers(0, 250_000), min_size=1, max_size=8), rev=st.integers(0, 9))
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_block_that_can_be_made_is_taken(hub, member, wh, rev):
    receipt = await member.send((Block("production", TEN - timedelta(days=2), tuple(wh), "imported", rev),))
    assert receipt.stored + receipt.unchanged == sum(value is not None for value in wh)


async def test_a_slot_in_the_hubs_future_is_a_matter_of_clocks(hub, member):
    with pytest.raises(errors.ClockRefused):
        await member.send((Block("grid_import", NOON, (1,)),))


async def test_what_the_hub_will_never_take_is_told_from_what_it_may_take_later(hub, member):
    with pytest.raises(errors.Refused, match="400 days"):
        await member.send((Block("grid_import", TEN - timedelta(days=500), (1,)),))
    with pytest.raises(errors.Refused, match="a channel is one of"):
        await member.send((Block("gas", TEN, (1,)),))


async def test_a_full_disk_at_the_hub_is_told_as_one(hub, member):
    await hub.hub.store.write(lambda books: books.execute("PRAGMA max_page_count = 1").fetchall())
    blocks = tuple(Block(f"load.{number}", TEN - timedelta(days=7), tuple(range(672))) for number in range(16))
    with pytest.raises(errors.HubStorageFull, match="Nothing of this request was kept"):
        await member.send(blocks)


async def test_a_forgotten_token_is_told_on_both_ways(hub, household):
    stranger = household.client("forgotten")
    with pytest.raises(errors.TokenRefused):
        await stranger.send((Block("grid_import", TEN, (1,)),))
    with pytest.raises(errors.TokenRefused):
        async with stranger.live():
            pass


async def test_power_is_heard_with_what_is_not_known(hub, member):
    async with member.live() as socket:
        await socket.send_json(wire.power(NOON, {"grid_import": 100, "production": None}))
        await socket.send_str("heard?")
        await socket.receive()
    assert hub.hub.live.power(NOON) == {1: {"grid_import": 100, "production": None}}


async def test_a_hub_of_another_version_and_what_is_no_hub_are_told_apart(hub, household, unused_tcp_port_factory):
    answers = {
        "/later": {"name": "sceop-hub", "wire": 2, "version": "9", "community": "x", "now": "2026-11-20T12:00:00Z"},
        "/other": {"name": "printer"},
    }

    async def answer(request):
        return web.json_response(answers["/" + request.path.split("/")[1]])

    app = web.Application()
    app.router.add_get("/{kind}/healthz", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = unused_tcp_port_factory()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        with pytest.raises(errors.WrongVersion, match="version 2"):
            await household.client(url=f"http://127.0.0.1:{port}/later").health()
        with pytest.raises(errors.NotAHub):
            await household.client(url=f"http://127.0.0.1:{port}/other").health()
    finally:
        await runner.cleanup()


async def test_an_address_with_nothing_behind_it_is_told(household, unused_tcp_port_factory):
    with pytest.raises(errors.HubUnreachable):
        await household.client(url=f"http://127.0.0.1:{unused_tcp_port_factory()}").health()


async def test_a_single_load_is_taken_under_the_name_that_was_drawn_for_it(hub, member):
    shares = Sharing().chosen(["load.01k8x", "light.01k8y"], TEN).shares
    for share in shares.values():
        assert (await member.send((Block(share.name, TEN, (5,)),))).stored == 1
        assert await hub.slots(1, share.name) == {to_number(TEN): 5}
