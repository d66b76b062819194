"""Standing: what the hub knows of this home, asked now and then, and what follows from it at home."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import CONF_HUB, VERSION
from . import issues, wire
from .client import HubClient
from .errors import HubError, NotAdmitted, TokenRefused
from .outbox import Outbox
from .wire import Me, Membership

_LOGGER = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
TOKEN_LASTS = timedelta(days=90)
"""After that it is changed for a new one: what a forgotten backup holds opens nothing then."""


class StandingWatch:
    """Asks after readings were taken, so that a hub that is away is not asked more than it must be."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: HubClient, outbox: Outbox, member: Membership
    ) -> None:
        self._hass, self._entry, self._client = hass, entry, client
        self._outbox, self._member = outbox, member
        self._next: datetime | None = None

    async def look(self) -> None:
        """Ask if it is time. A hub that can not answer is asked again with the next readings."""
        now = dt_util.utcnow()
        if self._next is not None and now < self._next:
            return
        try:
            await self._follow(await self._client.me(), now)
        except TokenRefused, NotAdmitted:
            raise
        except HubError as error:
            _LOGGER.debug("The hub could not be asked for the standing of %s: %s", self._entry.title, error)
        else:
            self._next = now + EVERY

    async def _follow(self, me: Me, now: datetime) -> None:
        if me.standing != "active":
            raise NotAdmitted("Its coordinator decides about that.", me.standing)
        self._tell_of_fewer_homes(me)
        if me.client != f"{wire.CLIENT} {VERSION}":
            await self._client.tell(client=wire.client(VERSION))
        if me.renew_token or now - (self._member.renewed_at or self._member.joined_at) >= TOKEN_LASTS:
            await self._renew(now)

    def _tell_of_fewer_homes(self, me: Me) -> None:
        if me.fewest_homes < me.agreed_fewest:
            issues.raise_fewer_homes(self._hass, self._entry, self._member.community, me)
        else:
            issues.clear_fewer_homes(self._hass, self._entry.entry_id)

    async def _renew(self, now: datetime) -> None:
        """Change the token. The new one is on disk before it is used, for with its first use the old one ends."""
        token = await self._client.renew()
        try:
            await self._outbox.keep_token(token, instead_of=self._member.token)
        except OSError:
            return  # it was told; the old token works on, and the next look tries again
        adopt(self._hass, self._entry, replace(self._member, token=token, renewed_at=now))


def adopt(hass: HomeAssistant, entry: ConfigEntry, member: Membership) -> None:
    """Write the membership into the entry; the site sets itself up anew with it."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HUB: member.to_json()})
