"""The door to a community: what was typed goes in, a membership or an error beside its field comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import probatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector
from homeassistant.util import dt as dt_util
from yarl import URL

from .const import VERSION
from .flows import Problem
from .hub.address import AddressError, InsecureAddressError, parse
from .hub.client import HubClient
from .hub.errors import (
    ClockApart,
    HubBusy,
    HubError,
    HubStorageFull,
    HubUnreachable,
    InviteRefused,
    NotAHub,
    TokenRefused,
    WrongVersion,
)
from .hub.issues import apart
from .hub.wire import Joining, Membership

CONF_ADDRESS = "address"
CONF_CODE = "code"
CONF_MEMBER_NAME = "member_name"

MOVE_SCHEMA = probatio.Schema({probatio.Required(CONF_ADDRESS): TextSelector()})
JOIN_SCHEMA = MOVE_SCHEMA.extend(
    {probatio.Required(CONF_CODE): TextSelector(), probatio.Required(CONF_MEMBER_NAME): TextSelector()}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A hub that answers, and whose community it is."""

    address: URL
    community: str
    hub_id: str | None

    def is_that_of(self, member: Membership) -> bool:
        """Tell whether this is a member's own hub, by its id or, where it has none, by its address."""
        known = self.hub_id is not None and self.hub_id == member.hub_id
        return known or self.address == URL(member.address)


async def look(hass: HomeAssistant, typed: str) -> Found | Problem:
    """Look who answers at an address, without telling anything of this home."""
    try:
        address = parse(typed)
        health = await HubClient(async_get_clientsession(hass), address).check(dt_util.utcnow())
    except (AddressError, InsecureAddressError, HubError) as error:
        return _problem(error)
    return Found(address, health.community, health.hub_id)


async def join(
    hass: HomeAssistant, typed: Mapping[str, Any], request: str, site: str, time_zone: str
) -> Membership | Problem:
    """Join the community of the hub at this address. `request` stays the same however often somebody tries."""
    joining = Joining(
        code=typed[CONF_CODE].strip().upper(),
        request=request,
        site=site,
        name=" ".join(typed[CONF_MEMBER_NAME].split()),
        time_zone=time_zone,
        version=VERSION,
    )
    try:
        client = HubClient(async_get_clientsession(hass), parse(typed[CONF_ADDRESS]))
        health = await client.check(dt_util.utcnow())
        return replace(await client.join(joining, dt_util.utcnow()), hub_id=health.hub_id)
    except (AddressError, InsecureAddressError, HubError) as error:
        return _problem(error)


async def move(hass: HomeAssistant, typed: Mapping[str, Any], membership: Membership) -> Membership | Problem:
    """Find the same hub at another address: it must know this home's token."""
    try:
        address = parse(typed[CONF_ADDRESS])
        client = HubClient(async_get_clientsession(hass), address, membership.token)
        health = await client.check(dt_util.utcnow())
        await client.confirm()
    except (AddressError, InsecureAddressError, HubError) as error:
        return _problem(error)
    return replace(membership, address=str(address), hub_id=health.hub_id)


async def follow(hass: HomeAssistant, found: Found, member: Membership) -> Membership | None:
    """Follow a member's hub to where it was found, if it is not any more where it was.

    The token is shown there only while the known address is silent, never over a way that is less protected, and the
    new address is kept only if the hub there knows the token.
    """
    known = URL(member.address)
    if found.address == known or (known.scheme, found.address.scheme) == ("https", "http"):
        return None
    here = await look(hass, member.address)
    if isinstance(here, Found) and here.hub_id == member.hub_id:
        return None
    moved = await move(hass, {CONF_ADDRESS: str(found.address)}, member)
    return moved if isinstance(moved, Membership) else None


_PROBLEMS: Mapping[type[Exception], tuple[str, str]] = {
    AddressError: (CONF_ADDRESS, "address_invalid"),
    InsecureAddressError: (CONF_ADDRESS, "address_insecure"),
    HubUnreachable: (CONF_ADDRESS, "hub_unreachable"),
    NotAHub: (CONF_ADDRESS, "not_a_hub"),
    WrongVersion: (CONF_ADDRESS, "wrong_version"),
    ClockApart: (CONF_ADDRESS, "clock_apart"),
    TokenRefused: (CONF_ADDRESS, "another_hub"),
    HubStorageFull: ("base", "hub_storage_full"),
    HubBusy: ("base", "hub_busy"),
}


def _problem(error: AddressError | InsecureAddressError | HubError) -> Problem:
    """Find the field that a person has to look at."""
    placeholders = {"sentence": str(error)}
    if isinstance(error, InviteRefused):
        return Problem(CONF_CODE, error.problem.replace("-", "_"), placeholders)
    if isinstance(error, ClockApart):
        placeholders["apart"] = apart(error)
    where, key = _PROBLEMS.get(type(error), ("base", "hub_refused"))
    return Problem(where, key, placeholders)
