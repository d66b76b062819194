"""Dialog steps into a community: its hub, what this home would send there, and only then the first word to it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, override
from uuid import uuid4

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.helpers.selector import BooleanSelector
from homeassistant.util import dt as dt_util

from ..hub.sharing import CONSENT, Sharing
from ..hub.wire import FEWEST_HOMES, Membership
from ..joining import CONF_ADDRESS, CONF_MEMBER_NAME, JOIN_SCHEMA, MOVE_SCHEMA, Found, agree, join, look, move
from ..things import single_loads
from . import Problem
from .sharing import CONF_SHARES, LeaveStep, Typed, membership, shares_schema

CONF_AGREE = "agree"
AGREE = probatio.Schema({probatio.Required(CONF_AGREE, default=False): BooleanSelector()})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The site that would join, whether it is set up already or not."""

    id: str
    title: str
    time_zone: str
    entry: ConfigEntry | None

    @property
    def member(self) -> Membership | None:
        """The membership that it has."""
        return None if self.entry is None else membership(self.entry)


class JoiningSteps(LeaveStep, ConfigFlow):
    """Join, join again, move with the hub, or leave."""

    def __init__(self) -> None:
        self._request = str(uuid4())  # the same however often this flow tries to join
        self._door = "hub"
        self._at_the_door: dict[str, Any] = {}
        self._ticked: list[str] | None = None
        self._shown_fewest = FEWEST_HOMES

    @abstractmethod
    def newcomer(self) -> Newcomer:
        """Return the site that this dialog is about."""

    @abstractmethod
    def joined(self, member: Membership) -> ConfigFlowResult:
        """Keep the membership with the site, a new one or the one that this flow is about."""

    @override
    def member_entry(self) -> ConfigEntry:
        entry = self.newcomer().entry
        assert entry is not None  # only who is a member can leave
        return entry

    async def async_step_hub(self, typed: Typed = None) -> ConfigFlowResult:
        """Join a community, during set-up or later."""
        return await self._ask_at_the_door("hub", typed)

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Handle a hub that does not know this home any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, typed: Typed = None) -> ConfigFlowResult:
        """Join again with a new invite."""
        return await self._ask_at_the_door("reauth_confirm", typed)

    async def async_step_consent(self, typed: Typed = None) -> ConfigFlowResult:
        """Say what would be sent, and join once a person agreed; before that the hub hears nothing of this home.

        The ticks of loads are kept when the dialog comes back here; the agreement is given anew each time.
        """
        errors = {}
        if typed is not None:
            self._ticked = typed.get(CONF_SHARES, [])
            if typed[CONF_AGREE]:
                chosen = self._sharing().chosen(self._ticked, dt_util.utcnow())
                return await self._enter(replace(chosen, consent=CONSENT), self._shown_fewest)
            errors[CONF_AGREE] = "consent_missing"
        found = await look(self.hass, self._at_the_door[CONF_ADDRESS], self.newcomer().member)
        if isinstance(found, Problem):
            return self._show_the_door(found)
        self._shown_fewest = found.fewest_homes
        loads = single_loads(self.newcomer().entry)
        before = self._sharing().shares if self._ticked is None else self._ticked
        ticked = {CONF_SHARES: [channel for channel in loads if channel in before]}
        return self.async_show_form(
            step_id="consent",
            data_schema=self.add_suggested_values_to_schema(shares_schema(loads).extend(AGREE.schema), ticked),
            errors=errors,
            description_placeholders={
                "community": found.community,
                "address": str(found.address),
                "fewest": str(found.fewest_homes),
            },
        )

    async def async_step_reconfigure(self, _typed: Typed = None) -> ConfigFlowResult:
        """Offer what can be changed: a home alone may join, a member may move with the hub or leave."""
        if (member := self.newcomer().member) is None:
            return await self.async_step_hub()
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["move", "leave"],
            description_placeholders={"community": member.community},
        )

    async def async_step_move(self, typed: Typed = None) -> ConfigFlowResult:
        """Follow the hub to another address."""
        problem, member = None, self.newcomer().member
        assert member is not None  # the menu offers this step to members only
        if typed is not None:
            moved = await move(self.hass, typed, member)
            if isinstance(moved, Membership):
                return self.joined(moved)
            problem = moved
        return self._ask("move", MOVE_SCHEMA, {CONF_ADDRESS: member.address, **(typed or {})}, problem)

    async def _ask_at_the_door(self, step_id: str, typed: Typed) -> ConfigFlowResult:
        """Ask for hub, code and name. Who agreed to the present words for this hub already is not asked again."""
        self._door = step_id
        if typed is None:
            return self._show_the_door(None)
        self._at_the_door = typed
        found = await look(self.hass, typed[CONF_ADDRESS], self.newcomer().member)
        if not isinstance(found, Found):
            return self._show_the_door(found)
        sharing, member = self._sharing(), self.newcomer().member
        agreed = member is not None and found.is_that_of(member) and sharing.consent >= CONSENT
        return await (self._enter(sharing) if agreed else self.async_step_consent())

    async def _enter(self, sharing: Sharing, agreed_fewest: int = FEWEST_HOMES) -> ConfigFlowResult:
        """Join. Whatever the hub objects to was typed at the door, so that is where the dialog goes back to."""
        home = self.newcomer()
        joined = await join(self.hass, self._at_the_door, self._request, home.id, home.time_zone, home.member)
        if isinstance(joined, Problem):
            return self._show_the_door(joined)
        if agreed_fewest < FEWEST_HOMES:
            await agree(self.hass, joined, agreed_fewest)
        return self.joined(replace(joined, sharing=sharing))

    def _show_the_door(self, problem: Problem | None) -> ConfigFlowResult:
        home = self.newcomer()
        address = {} if home.member is None else {CONF_ADDRESS: home.member.address}
        return self._ask(
            self._door, JOIN_SCHEMA, {CONF_MEMBER_NAME: home.title, **address, **self._at_the_door}, problem
        )

    def _ask(
        self, step_id: str, schema: probatio.Schema, suggested: Mapping[str, Any], problem: Problem | None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={} if problem is None else {problem.where: problem.key},
            description_placeholders={} if problem is None else dict(problem.placeholders),
        )

    def _sharing(self) -> Sharing:
        """Return what the home shares already; who joins again goes on with it."""
        member = self.newcomer().member
        return Sharing() if member is None else member.sharing
