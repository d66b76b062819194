"""Actions: what a person, a script or a dashboard may ask of a site. The next one is a function and a line below."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import probatio
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry

from .actions.anomalies import LONGEST_MUTE_DAYS, anomalies_of, answer_anomaly
from .actions.balance import balance_of
from .actions.events import answer, events_of, savings_of
from .actions.export import export_from_hub
from .actions.forecast import MOST_HOURS, forecast_of
from .actions.game import board_of, challenges_of, redeem, rewards_of, take_challenge
from .actions.history import MOST_DAYS, import_history
from .actions.plan import mark_ready, plan_load
from .actions.sessions import sessions_of
from .const import DOMAIN
from .coordinator import SceopConfigEntry
from .core.warnings.findings import Answer
from .hub.invited import IDENT, Answer as Reply, By

type Respond = Callable[[HomeAssistant, Mapping[str, Any]], Awaitable[ServiceResponse]]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its name, what it asks for, who answers it, and whether that is all it does."""

    name: str
    answer: Respond
    schema: probatio.Schema
    supports_response: SupportsResponse = SupportsResponse.ONLY


def _site(hass: HomeAssistant, data: Mapping[str, Any]) -> SceopConfigEntry:
    """Return the site that was chosen, or the only one."""
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, data.get(ATTR_CONFIG_ENTRY_ID))
    return entry


async def _get_balance(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return balance_of(_site(hass, data))


async def _get_forecast(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return forecast_of(_site(hass, data), data["hours"])


async def _get_sessions(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return sessions_of(hass, data)


async def _get_anomalies(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await anomalies_of(hass, _site(hass, data), with_what_is_over=data["with_what_is_over"])


async def _answer_anomaly(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    await answer_anomaly(_site(hass, data), data)
    return None


async def _import_history(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await import_history(hass, _site(hass, data), data["days"], data.get("device_id"))


async def _plan_load(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await plan_load(hass, _site(hass, data), data)


async def _mark_ready(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    await mark_ready(hass, data)
    return None


async def _export_from_hub(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await export_from_hub(hass, _site(hass, data))


async def _get_events(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return events_of(_site(hass, data))


async def _answer_event(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    await answer(_site(hass, data), data.get("event"), Reply(data["answer"]), By.AUTOMATION)
    return None


async def _get_savings(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await savings_of(_site(hass, data), data)


async def _get_leaderboard(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await board_of(_site(hass, data))


async def _get_challenges(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await challenges_of(_site(hass, data))


async def _join_challenge(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    await take_challenge(_site(hass, data), data)
    return None


async def _get_rewards(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await rewards_of(_site(hass, data))


async def _redeem_reward(hass: HomeAssistant, data: Mapping[str, Any]) -> ServiceResponse:
    return await redeem(_site(hass, data), data)


_ident = cv.matches_regex(rf"{IDENT.pattern}\Z")
"""An id of the hub's; it goes into an address."""

SITE = probatio.Schema({probatio.Optional(ATTR_CONFIG_ENTRY_ID): str})

ACTIONS = (
    Action(
        "get_anomalies",
        _get_anomalies,
        SITE.extend({probatio.Optional("with_what_is_over", default=False): cv.boolean}),
    ),
    Action(
        "answer_anomaly",
        _answer_anomaly,
        SITE.extend(
            {
                probatio.Required("anomaly"): cv.string,
                probatio.Required("answer"): probatio.In([*Answer]),
                probatio.Optional("reason"): cv.string,
                probatio.Optional("days"): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0.1, max=LONGEST_MUTE_DAYS)
                ),
            }
        ),
        SupportsResponse.NONE,
    ),
    Action("get_balance", _get_balance, SITE),
    Action("get_events", _get_events, SITE),
    Action(
        "answer_event",
        _answer_event,
        SITE.extend({probatio.Optional("event"): _ident, probatio.Required("answer"): probatio.In([*Reply])}),
        SupportsResponse.NONE,
    ),
    Action("get_savings", _get_savings, SITE.extend({probatio.Required("event"): _ident})),
    Action("get_leaderboard", _get_leaderboard, SITE),
    Action("get_challenges", _get_challenges, SITE),
    Action(
        "join_challenge",
        _join_challenge,
        SITE.extend({probatio.Required("challenge"): _ident, probatio.Optional("leave", default=False): cv.boolean}),
        SupportsResponse.NONE,
    ),
    Action("get_rewards", _get_rewards, SITE),
    Action(
        "redeem_reward",
        _redeem_reward,
        SITE.extend({probatio.Required("reward"): _ident}),
        SupportsResponse.OPTIONAL,
    ),
    Action("export_from_hub", _export_from_hub, SITE, SupportsResponse.OPTIONAL),
    Action(
        "get_forecast",
        _get_forecast,
        SITE.extend(
            {
                probatio.Optional("hours", default=MOST_HOURS): probatio.All(
                    probatio.Coerce(int), probatio.Range(min=1, max=MOST_HOURS)
                )
            }
        ),
    ),
    Action(
        "get_sessions",
        _get_sessions,
        probatio.Schema(
            {
                **cv.TARGET_FIELDS,
                probatio.Optional("since"): cv.datetime,
                probatio.Optional("until"): cv.datetime,
            }
        ),
    ),
    Action(
        "import_history",
        _import_history,
        SITE.extend(
            {
                probatio.Optional("device_id"): probatio.All(cv.ensure_list, [str]),
                probatio.Optional("days", default=60): probatio.All(
                    probatio.Coerce(int), probatio.Range(min=1, max=MOST_DAYS)
                ),
            }
        ),
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "plan_load",
        _plan_load,
        SITE.extend(
            {
                probatio.Exclusive("device_id", "what"): cv.string,
                probatio.Exclusive("energy_kwh", "what"): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0.01, max=200)
                ),
                probatio.Exclusive("profile", "what"): probatio.All(
                    cv.ensure_list,
                    [probatio.All(probatio.Coerce(int), probatio.Range(min=0, max=25_000))],
                    probatio.Length(min=1, max=96),
                ),
                probatio.Optional("hours", default=1.0): probatio.All(
                    probatio.Coerce(float), probatio.Range(min=0.25, max=24)
                ),
                probatio.Optional("earliest"): cv.datetime,
                probatio.Optional("ready_by"): cv.datetime,
            }
        ),
    ),
    Action(
        "mark_ready",
        _mark_ready,
        probatio.Schema(
            {
                probatio.Required("device_id"): probatio.All(cv.ensure_list, [cv.string]),
                probatio.Optional("ready_by"): cv.datetime,
            }
        ),
        SupportsResponse.NONE,
    ),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they are there before any site is."""

    async def answer(action: Action, call: ServiceCall) -> ServiceResponse:
        return await action.answer(hass, call.data)

    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN, action.name, partial(answer, action), action.schema, supports_response=action.supports_response
        )
