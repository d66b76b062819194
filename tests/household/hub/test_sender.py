"""At least once on the wire, exactly once in the books: whatever fails, in whatever order."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.contact import Contact
from custom_components.sceop.hub.outbox import Outbox, outbox_store
from custom_components.sceop.hub.recognition import Recognition
from custom_components.sceop.hub.sender import Sender
from custom_components.sceop.hub.standing import StandingWatch
from custom_components.sceop.hub.wire import Membership
from tests.household.practice_hub import ANSWERS

FIRST = datetime(2026, 2, 1, tzinfo=UTC)
"""Long enough before the test's now for all the slots that close in it."""

TOO_MUCH = 90


class Household:
    """A home's outbox and sender, with a hub to send to and a restart that keeps only what is on disk."""

    def __init__(self, hass, entry, hub):
        self.hass, self.entry, self.hub = hass, entry, hub
        self.key, self.name = uuid4().hex, uuid4().hex
        hub.households[self.name] = self.key
        hub.failures.clear()
        self.closed, self.next = Counter(), 0

    async def start(self):
        self.outbox = Outbox(outbox_store(self.hass, self.key), self.key, self.name)
        await self.outbox.load()
        member = Membership(self.hub.address, self.name, self.key, "Mill Street", joined_at=dt_util.utcnow())
        client = HubClient.of(async_get_clientsession(self.hass), member)
        standing = StandingWatch(self.hass, self.entry, client, self.outbox, member)
        self.sender = Sender(
            self.hass,
            self.entry,
            client,
            Recognition(client, member.hub_id),
            standing,
            self.outbox,
            Contact("Mill Street"),
            Random(1),  # noqa: S311 - a chance that repeats
        )

    async def close_slots(self, count):
        numbers = range(self.next, self.next + count)
        slots = [ClosedSlot(FIRST + n * SLOT, n % TOO_MUCH, "measured") for n in numbers]
        self.next += count
        await self.outbox.add({"grid_import": slots, "production": slots})
        for channel in ("grid_import", "production"):
            self.closed.update((channel, slot.start, slot.wh) for slot in slots)

    async def send(self):
        await self.sender.empty()
        self.sender.stop()

    def arrived(self):
        return Counter((channel, start, wh) for (channel, start), wh in self.hub.slots(self.name).items())


@pytest.fixture
def household(hass, make_entry, hub, now):
    entry = make_entry()
    return lambda: Household(hass, entry, hub)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("close"), st.integers(1, 900)),
        st.tuples(
            st.just("fail"),
            st.sampled_from(["hang up", "answer lost", "nonsense", *ANSWERS]),
        ),
        st.tuples(st.just("send"), st.none()),
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("away"), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
async def test_the_hub_ends_up_with_exactly_what_was_closed(household, events):
    home = household()
    await home.start()
    for event, detail in events:
        match event:
            case "close":
                await home.close_slots(detail)
            case "fail":
                home.hub.failures.append(detail)
            case "send":
                await home.send()
            case "restart":
                home.sender.stop()
                await home.start()
            case "away":
                await home.hub.close()
                await home.send()
                await home.hub.open()
    home.hub.failures.clear()
    await home.send()
    assert home.arrived() == home.closed
    assert home.outbox.waiting == 0
    assert ir.async_get(home.hass).async_get_issue(DOMAIN, f"readings_refused_{home.entry.entry_id}") is None


async def refused_with(home, objection, count=672):
    """Close a week, let the hub object, and return the slots that did not arrive."""
    home.hub.objection = objection
    await home.start()
    await home.close_slots(count)
    await home.send()
    assert home.outbox.waiting == 0
    return home.closed - home.arrived()


async def test_of_a_week_only_the_refused_slots_are_given_up(household, hass):
    def too_much(block):
        start = datetime.fromisoformat(block["start"])
        for number, wh in enumerate(block["wh"]):
            if wh == TOO_MUCH - 1 and block["channel"] == "production":
                return f"{wh} Wh in the slot {start + number * SLOT} is more than a home can use."
        return None

    lost = await refused_with(household(), too_much)
    assert {(channel, wh) for channel, _, wh in lost} == {("production", TOO_MUCH - 1)}
    assert lost.total() == 672 // TOO_MUCH
    told = ir.async_get(hass).async_get_issue(DOMAIN, "readings_refused_site").translation_placeholders
    assert told["slots"] == "1"


async def test_a_channel_that_the_hub_does_not_want_costs_few_requests(household, hass):
    home = household()
    lost = await refused_with(
        home, lambda block: "This hub keeps no production." if block["channel"] == "production" else None, 2000
    )
    assert {channel for channel, _, _ in lost} == {"production"}
    assert lost.total() == 2000
    assert home.hub.requests < 30


async def test_what_is_too_large_goes_in_pieces(household, hass):
    home = household()
    home.hub.most_slots = 100
    assert not await refused_with(home, lambda _block: None)
    assert ir.async_get(hass).async_get_issue(DOMAIN, "readings_refused_site") is None


async def test_a_slot_that_is_too_large_alone_is_given_up(household, hass):
    home = household()
    home.hub.most_slots = 0
    assert (await refused_with(home, lambda _block: None, 5)).total() == 10
    told = ir.async_get(hass).async_get_issue(DOMAIN, "readings_refused_site").translation_placeholders
    assert (told["slots"], told["sentence"]) == ("1", "At most 0 slots.")


@pytest.mark.parametrize("answer", sorted(ANSWERS.keys() - {"clock"}))
async def test_no_answer_that_may_pass_costs_a_slot(household, hass, caplog, answer):
    home = household()
    await home.start()
    await home.close_slots(5)
    home.hub.failures.extend([answer] * 3)
    for _ in range(3):
        await home.send()
        assert home.outbox.waiting == 10
    assert not home.hub.failures
    assert len([record for record in caplog.records if "is away" in record.getMessage()]) == 1
    await home.send()
    assert home.arrived() == home.closed
    assert home.outbox.waiting == 0
    assert ir.async_get(hass).async_get_issue(DOMAIN, "readings_refused_site") is None


async def test_nothing_is_sent_with_a_refused_token(household):
    home = household()
    await home.start()
    await home.close_slots(3)
    home.hub.households.clear()
    await home.send()
    home.sender.slots_closed()
    home.sender.send_now()
    assert home.sender._cancel is None
    assert home.outbox.waiting == 6


async def test_a_second_start_waits_for_the_first(household):
    home = household()
    await home.start()
    await home.close_slots(3)
    home.sender._sending = True
    home.sender._start(FIRST)
    assert home.sender._task is None


async def test_homes_send_at_moments_of_their_own(household):
    home = household()
    await home.start()
    phases = {
        Sender(home.hass, home.entry, None, None, None, home.outbox, Contact("Mill Street"), dice)._phase
        for dice in map(Random, range(100))
    }
    assert len(phases) == 100
    assert min(phases) >= 0
    assert max(phases) <= 180


async def test_slots_older_than_the_hub_takes_are_not_kept(household, freezer):
    home = household()
    await home.start()
    await home.close_slots(96)
    freezer.move_to(FIRST + timedelta(days=400, hours=12))
    await home.close_slots(0)
    assert home.outbox.waiting == 96
