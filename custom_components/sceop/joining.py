"""The door to a community: what was typed goes in, a membership or an error beside its field comes out."""

from collections.abc import Mapping
from contextlib import suppress
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
from .hub.address import AddressError, InsecureAddressError
from .hub.client import HubClient
from .hub.errors import (
    AnotherHub,
    CertificateChanged,
    CertificateUnknown,
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
from .hub.link import Door, LinkError, read
from .hub.wire import FEWEST_HOMES, Joining, Membership

CONF_ADDRESS = "address"
CONF_CODE = "code"
CONF_MEMBER_NAME = "member_name"

MOVE_SCHEMA = probatio.Schema({probatio.Required(CONF_ADDRESS): TextSelector()})
JOIN_SCHEMA = MOVE_SCHEMA.extend(
    {probatio.Optional(CONF_CODE): TextSelector(), probatio.Required(CONF_MEMBER_NAME): TextSelector()}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A hub that answers, and whose community it is."""

    address: URL
    community: str
    hub_id: str | None
    fewest_homes: int = FEWEST_HOMES

    def is_that_of(self, member: Membership) -> bool:
        """Tell whether this is a member's own hub: by its id or, where one of the two has none, by its address."""
        if self.hub_id is not None and member.hub_id is not None:
            return self.hub_id == member.hub_id
        return self.address == URL(member.address)


class CodeMissingError(ValueError):
    """There is an address, and no code to open its door with."""


async def look(hass: HomeAssistant, typed: str, member: Membership | None = None) -> Found | Problem:
    """Look who answers at an address or a link, without telling anything of this home."""
    try:
        door = _door(typed, member)
        health = await _client(hass, door).check(dt_util.utcnow())
    except (*_TYPED_WRONG, HubError) as error:
        return _problem(error)
    return Found(door.address, health.community, health.hub_id, health.fewest_homes)


async def join(
    hass: HomeAssistant,
    typed: Mapping[str, Any],
    request: str,
    site: str,
    time_zone: str,
    member: Membership | None = None,
) -> Membership | Problem:
    """Join the community of the hub at this address. `request` stays the same however often somebody tries."""
    try:
        door = _door(typed[CONF_ADDRESS], member)
        joining = Joining(
            code=_code(typed, door),
            request=request,
            site=site,
            name=" ".join(typed[CONF_MEMBER_NAME].split()),
            time_zone=time_zone,
            version=VERSION,
        )
        client = _client(hass, door)
        health = await client.check(dt_util.utcnow())
        joined = await client.join(joining, dt_util.utcnow())
    except (*_TYPED_WRONG, HubError) as error:
        return _problem(error)
    return replace(joined, hub_id=health.hub_id, pin=door.pin)


async def agree(hass: HomeAssistant, member: Membership, fewest: int) -> None:
    """Tell the hub to which figures this home agreed. If that is lost, a repair asks for it again."""
    with suppress(HubError):
        await HubClient.of(async_get_clientsession(hass), member).tell(agreed_fewest=fewest)


async def move(hass: HomeAssistant, typed: Mapping[str, Any], membership: Membership) -> Membership | Problem:
    """Find the same hub at another address, or with another certificate: it must know this home's token.

    The token is shown only to a hub that has the id of this home's own, where both have one.
    """
    try:
        door = _door(typed[CONF_ADDRESS], membership, same_hub=True)
        client = _client(hass, door, membership.token)
        health = await client.check(dt_util.utcnow())
        if membership.hub_id not in (None, health.hub_id):
            raise AnotherHub("The hub there is not the one that this home joined.")
        await client.me()
    except (*_TYPED_WRONG, HubError) as error:
        return _problem(error)
    return replace(membership, address=str(door.address), hub_id=health.hub_id, pin=door.pin)


async def follow(hass: HomeAssistant, found: Found, member: Membership) -> Membership | None:
    """Follow a member's hub to where it was found, if it is not any more where it was.

    The token is shown there only while the known address is silent, never over a way that is less protected, and the
    new address is kept only if the hub there knows the token. A pinned certificate is asked for there as well.
    """
    known = URL(member.address)
    if found.address == known or (known.scheme, found.address.scheme) == ("https", "http"):
        return None
    here = await look(hass, member.address, member)
    if isinstance(here, Found) and here.hub_id == member.hub_id:
        return None
    moved = await move(hass, {CONF_ADDRESS: str(found.address)}, member)
    return moved if isinstance(moved, Membership) else None


def _door(typed: str, member: Membership | None, *, same_hub: bool = False) -> Door:
    """Read what was typed; of its own hub a member goes on believing just the certificate that it was told of."""
    door = read(typed)
    if member is None or door.pin is not None or door.address.scheme != "https":
        return door
    return replace(door, pin=member.pin) if same_hub or door.address == URL(member.address) else door


def _code(typed: Mapping[str, Any], door: Door) -> str:
    code = str(typed.get(CONF_CODE) or door.code or "").strip().upper()
    if not code:
        raise CodeMissingError
    return code


def _client(hass: HomeAssistant, door: Door, token: str | None = None) -> HubClient:
    return HubClient(async_get_clientsession(hass), door.address, token, door.pin)


_TYPED_WRONG = (AddressError, InsecureAddressError, LinkError, CodeMissingError)

_PROBLEMS: Mapping[type[Exception], tuple[str, str]] = {
    AddressError: (CONF_ADDRESS, "address_invalid"),
    InsecureAddressError: (CONF_ADDRESS, "address_insecure"),
    LinkError: (CONF_ADDRESS, "link_broken"),
    CodeMissingError: (CONF_CODE, "code_missing"),
    CertificateUnknown: (CONF_ADDRESS, "certificate_unknown"),
    CertificateChanged: (CONF_ADDRESS, "certificate_changed"),
    AnotherHub: (CONF_ADDRESS, "another_hub"),
    HubUnreachable: (CONF_ADDRESS, "hub_unreachable"),
    NotAHub: (CONF_ADDRESS, "not_a_hub"),
    WrongVersion: (CONF_ADDRESS, "wrong_version"),
    ClockApart: (CONF_ADDRESS, "clock_apart"),
    TokenRefused: (CONF_ADDRESS, "another_hub"),
    HubStorageFull: ("base", "hub_storage_full"),
    HubBusy: ("base", "hub_busy"),
}


def _problem(error: Exception) -> Problem:
    """Find the field that a person has to look at."""
    placeholders = {"sentence": str(error)}
    if isinstance(error, InviteRefused):
        return Problem(CONF_CODE, error.problem.replace("-", "_"), placeholders)
    if isinstance(error, ClockApart):
        placeholders["apart"] = apart(error)
    where, key = _PROBLEMS.get(type(error), ("base", "hub_refused"))
    return Problem(where, key, placeholders)
