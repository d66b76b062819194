"""Limits: how much the hub takes of anything, in one place for the handlers, the document and whoever reads it."""

from collections.abc import Iterable, Mapping, Set as AbstractSet

from ..core.channels import SIGNS
from ..core.slots import SLOT, SLOT_SECONDS
from ..core.wire import CLOCK_TOLERANCE, MOST_BLOCKS, MOST_BYTES, MOST_SLOTS, MOST_WH, OLDEST
from ..domain.refusal import Refusal
from ..domain.reservation import HORIZON, MOST_REQUESTS, MOST_W, PLANS_AT_ONCE, PLANS_PER_MINUTE

MOST_NAMED_CHANNELS = 64
"""Loads and light zones of one household, over all time: the largest building has that many, a stolen token no more."""

MOST_MESSAGE_BYTES = 16 * 1024
"""Of one message on the live line."""

MESSAGES_PER_SECOND = 1
MESSAGES_AT_ONCE = 30
"""On the live line: twenty times what a household has to say, and room for some that were held up."""

IDLE_SECONDS = 150
"""After which a live line is closed; a household that is there says something every minute."""

MOST_HOURS = 400
"""Of weather in one request: sixteen days, and some."""

MOST_PROFILE = HORIZON // SLOT
"""Slots of one run: a load that runs for longer than the plan reaches is no flexible one."""

MOST_PAGES_OF_ONE = 100
"""Of one person or program that are told of new figures at the same time: a screen on every floor, and no flood."""

MOST_PAGES = 1000
"""Of all together; each costs the hub a connection and a moment every ten seconds."""

LIMITS: Mapping[str, int] = {
    "request_bytes_unpacked": MOST_BYTES,
    "blocks_per_request": MOST_BLOCKS,
    "slots_per_block": MOST_SLOTS,
    "seconds_per_slot": SLOT_SECONDS,
    "wh_per_slot": MOST_WH,
    "oldest_slot_days": OLDEST.days,
    "clock_tolerance_seconds": int(CLOCK_TOLERANCE.total_seconds()),
    "named_channels_per_household": MOST_NAMED_CHANNELS,
    "weather_hours_per_request": MOST_HOURS,
    "plan_requests_per_household": MOST_REQUESTS,
    "plan_slots_ahead": MOST_PROFILE,
    "plan_watts_per_home": MOST_W["home"],
    "plan_watts_per_organisation": MOST_W["organisation"],
    "plans_at_once": PLANS_AT_ONCE,
    "plans_per_minute": PLANS_PER_MINUTE,
    "live_message_bytes": MOST_MESSAGE_BYTES,
    "live_messages_per_second": MESSAGES_PER_SECOND,
    "live_messages_at_once": MESSAGES_AT_ONCE,
    "live_idle_seconds": IDLE_SECONDS,
}
"""As the OpenAPI document states them, under `x-limits`."""


def check_named_channels(known: AbstractSet[str], new: AbstractSet[str]) -> None:
    """Refuse names without end: each channel is kept for as long as its household is."""
    known, new = _named(known), _named(new)
    if new and len(known) + len(new) > MOST_NAMED_CHANNELS:
        raise Refusal(
            "too-many-channels",
            f"A household has at most {MOST_NAMED_CHANNELS} loads and light zones; the hub knows {len(known)} of this"
            f" one and was sent {len(new)} more. Share fewer, or let the hub forget this household"
            " and join again.",
        )


def _named(channels: Iterable[str]) -> frozenset[str]:
    """Return the channels that a household chooses the names of."""
    return frozenset(channel for channel in channels if channel not in SIGNS)
