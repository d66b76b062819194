"""Dialog steps of what a member shares: which single loads, for how long nothing, and the end of it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util

from ..const import CONF_HUB
from ..hub.client import HubClient
from ..hub.errors import HubError, Refused
from ..hub.sharing import CONSENT, Sharing
from ..hub.wire import Membership
from ..things import single_loads
from . import Problem

CONF_AGREE = "agree"
CONF_SHARES = "shares"
CONF_NICKNAME = "nickname"
NICKNAME_SCHEMA = probatio.Schema({probatio.Optional(CONF_NICKNAME): TextSelector()})

AGREE_SCHEMA = probatio.Schema({probatio.Required(CONF_AGREE, default=False): BooleanSelector()})

type Typed = dict[str, Any] | None


def membership(entry: ConfigEntry) -> Membership | None:
    """Return a site's membership, if it has one."""
    return None if (kept := entry.data.get(CONF_HUB)) is None else Membership.from_json(kept)


def shares_schema(loads: Mapping[str, str]) -> probatio.Schema:
    """Return the field in which they are ticked; no field where there are none."""
    if not loads:
        return probatio.Schema({})
    options = [SelectOptionDict(value=channel, label=name) for channel, name in loads.items()]
    ticks = SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
    return probatio.Schema({probatio.Optional(CONF_SHARES, default=[]): SelectSelector(ticks)})


class LeaveStep(ConfigEntryBaseFlow):
    """The end of a membership, wherever somebody asks for it."""

    @abstractmethod
    def member_entry(self) -> ConfigEntry:
        """Return the site that this dialog is about."""

    async def async_step_leave(self, typed: Typed = None) -> ConfigFlowResult:
        """Leave the community, once it is sure: its token goes now, what waits for it as soon as the site sees that."""
        entry = self.member_entry()
        if typed is None:
            return self.async_show_form(
                step_id="leave", description_placeholders={"community": entry.data[CONF_HUB]["community"]}
            )
        self.live_alone()
        return self.async_abort(reason="left")

    def live_alone(self) -> None:
        """Keep no trace of the membership."""
        entry = self.member_entry()
        alone = {key: value for key, value in entry.data.items() if key != CONF_HUB}
        self.hass.config_entries.async_update_entry(entry, data=alone)


class SharingSteps(LeaveStep):
    """What a member may change at any time; the site sets itself up anew with it."""

    async def async_step_sharing(self, _typed: Typed = None) -> ConfigFlowResult:
        """Show what can be changed."""
        member = self._member
        loads = ["shares"] if single_loads(self.member_entry()) else []
        pause = "resume" if member.sharing.paused else "pause"
        more = [] if member.sharing.consent >= CONSENT else ["take_part"]
        return self.async_show_menu(
            step_id="sharing",
            menu_options=[*more, *loads, "nickname", pause, "leave", "forget"],
            description_placeholders={"community": member.community},
        )

    async def async_step_take_part(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask who joined before there were plans, events and points whether they may be sent, too."""
        if typed is not None and typed[CONF_AGREE]:
            return self._keep(replace(self._member.sharing, consent=CONSENT), "takes_part")
        problem = None if typed is None else Problem(CONF_AGREE, "consent_missing")
        return self._ask_again("take_part", AGREE_SCHEMA, typed, problem)

    async def async_step_shares(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask which single loads and light zones go to the hub."""
        member, loads = self._member, single_loads(self.member_entry())
        if typed is not None:
            return self._keep(member.sharing.chosen(typed[CONF_SHARES], dt_util.utcnow()), "sharing_changed")
        ticked = {CONF_SHARES: [channel for channel in loads if channel in member.sharing.shares]}
        return self.async_show_form(
            step_id="shares",
            data_schema=self.add_suggested_values_to_schema(shares_schema(loads), ticked),
            description_placeholders={"community": member.community},
        )

    async def async_step_pause(self, typed: Typed = None) -> ConfigFlowResult:
        """Send nothing from now on, once it is sure."""
        if typed is not None:
            return self._keep(self._member.sharing.pause(dt_util.utcnow()), "paused")
        return self.async_show_form(step_id="pause", description_placeholders={"community": self._member.community})

    async def async_step_resume(self, typed: Typed = None) -> ConfigFlowResult:
        """Send again what is measured from now on."""
        if typed is not None:
            return self._keep(self._member.sharing.resume(dt_util.utcnow()), "resumed")
        since = dt_util.as_local(self._member.sharing.pauses[-1].start)
        return self.async_show_form(
            step_id="resume",
            description_placeholders={"community": self._member.community, "since": f"{since:%Y-%m-%d %H:%M}"},
        )

    async def async_step_nickname(self, typed: Typed = None) -> ConfigFlowResult:
        """Ask under which name the home may appear on boards; without one it does not."""
        problem, client = None, self._client
        try:
            if typed is None:
                typed = {CONF_NICKNAME: (await client.me()).nickname or ""}
            else:
                await client.tell(nickname=" ".join(typed.get(CONF_NICKNAME, "").split()) or None)
                return self._done("nickname_kept")
        except Refused as error:
            problem = Problem(CONF_NICKNAME, "nickname_refused", {"sentence": error.sentence})
        except HubError as error:
            problem = Problem("base", "hub_silent", {"sentence": error.sentence})
        return self._ask_again("nickname", NICKNAME_SCHEMA, typed, problem)

    async def async_step_forget(self, typed: Typed = None) -> ConfigFlowResult:
        """Let the hub erase all that it has of this home, and leave; only once the hub said so, this home does."""
        problem = None
        if typed is not None:
            try:
                await self._client.forget()
            except HubError as error:
                problem = Problem("base", "hub_silent", {"sentence": error.sentence})
            else:
                done = self._done("forgotten")
                self.live_alone()
                return done
        return self._ask_again("forget", probatio.Schema({}), typed, problem)

    @property
    def _client(self) -> HubClient:
        return HubClient.of(async_get_clientsession(self.hass), self._member)

    def _ask_again(
        self, step_id: str, schema: probatio.Schema, typed: Typed, problem: Problem | None
    ) -> ConfigFlowResult:
        words = {} if problem is None else dict(problem.placeholders)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, typed),
            errors={} if problem is None else {problem.where: problem.key},
            description_placeholders={"community": self._member.community, **words},
        )

    def _done(self, reason: str) -> ConfigFlowResult:
        return self.async_abort(reason=reason, description_placeholders={"community": self._member.community})

    @property
    def _member(self) -> Membership:
        member = membership(self.member_entry())
        assert member is not None  # the menu offers these steps to members only
        return member

    def _keep(self, sharing: Sharing, reason: str) -> ConfigFlowResult:
        entry, member = self.member_entry(), replace(self._member, sharing=sharing)
        self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HUB: member.to_json()})
        return self._done(reason)
