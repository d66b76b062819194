"""The door to a community: what was typed goes in, a membership or an error beside its field comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import probatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector
from homeassistant.util import dt as dt_util

from .const import VERSION
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
class Problem:
    """What hinders the joining: the field, the sentence's key, and what fills its gaps."""

    where: str
    key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)


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
        await client.check(dt_util.utcnow())
        return await client.join(joining, dt_util.utcnow())
    except (AddressError, InsecureAddressError, HubError) as error:
        return _problem(error)


async def move(hass: HomeAssistant, typed: Mapping[str, Any], membership: Membership) -> Membership | Problem:
    """Find the same hub at another address: it must know this home's token."""
    try:
        address = parse(typed[CONF_ADDRESS])
        client = HubClient(async_get_clientsession(hass), address, membership.token)
        await client.check(dt_util.utcnow())
        await client.confirm()
    except (AddressError, InsecureAddressError, HubError) as error:
        return _problem(error)
    return replace(membership, address=str(address))


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
