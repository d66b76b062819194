"""The plan for the card that draws it: what runs when, and against what prices, sun and peaks that was weighed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, Final
from zoneinfo import ZoneInfo

import probatio
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_ON
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from ..ahead import AHEAD
from ..const import DOMAIN
from ..coordinator import SceopConfigEntry, SiteRuntime
from ..core.channels import CONSUMPTION, PRODUCTION
from ..core.forecast.series import Floats
from ..core.hours import Interval
from ..core.plan.plan import Placement
from ..core.slots import SLOT
from ..flexible import Load, LoadKind
from ..flexible.hand import STARTERS, SWITCHES
from ..flexible.memory import Phase
from ..hub.invited import Answer
from ..peak_windows import Whose
from .forecast import readable, told_curve, told_day
from .sites import MayRead, entities_of, master, reader
from .two_days import between, days_of, figure

_SCRIPT: Final = "script"
_PRESS: Final = "press"
_MAY_ACT, _READY = "plan_may_act", "start_when_best"
"""The last parts of the unique ids of a load's switch and of its button."""


@websocket_command({probatio.Required("type"): f"{DOMAIN}/plan", probatio.Required("site"): str})
@callback
def answer_plan(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell of the loads that the user may read anything of, and of what their places were weighed against."""
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, msg["site"])
    may_read, may_act = reader(connection.user), master(connection.user)
    known, figures = entities_of(hass, entry, may_read), tuple(readable(hass, entry, may_read))
    loads = [load for load in entry.runtime_data.planning.loads.values() if known.get(load.id)]
    if not loads and not figures and not connection.user.permissions.access_all_entities(POLICY_READ):
        raise Unauthorized
    connection.send_result(
        msg["id"],
        _around(entry, figures) | {"loads": [_load(load, known[load.id], may_act) for load in loads]},
    )


def _around(entry: SceopConfigEntry, figures: tuple[str, ...]) -> dict[str, Any]:
    """Return the two days ahead: prices, own sun, how much room the community has, and peaks."""
    planning, now = entry.runtime_data.planning, dt_util.utcnow()
    zone, ahead = ZoneInfo(entry.data["time_zone"]), planning.ahead()
    within = ahead.start, ahead.start + AHEAD
    made = planning.data
    return {
        "time_zone": zone.key,
        "now": now.isoformat(),
        "start": ahead.start.isoformat(),
        "step": SLOT.total_seconds(),
        "slots": len(ahead),
        "days": [told_day(day) for day in days_of(within, zone)],
        "currency": planning.currency if planning.priced else None,
        "prices": _told(ahead.buy) if planning.priced else None,
        "sun": _sun(entry.runtime_data, within) if PRODUCTION in figures else None,
        "pressure": _pressure(entry.runtime_data, within),
        "windows": [
            {"whose": whose, "start": start.isoformat(), "end": end.isoformat()}
            for whose, start, end in _peaks(entry.runtime_data, within, now, reads_use=CONSUMPTION in figures)
        ],
        "made": None if made is None else made.made.isoformat(),
        "saving": None if made is None or not planning.priced else round(made.cost_at_once - made.cost, 2) + 0.0,
    }


def _told(values: Floats) -> list[float | None]:
    """Return numbers as they go over the line, where there is no NaN."""
    return [round(each, 4) + 0.0 if isfinite(each) else None for each in values.tolist()]


def _sun(runtime: SiteRuntime, within: Interval) -> dict[str, Any] | None:
    outlook = runtime.forecast.data
    if outlook is None or PRODUCTION not in outlook.bands:
        return None
    return told_curve(figure(PRODUCTION, None, [outlook.bands[PRODUCTION]], within).mid)


def _pressure(runtime: SiteRuntime, within: Interval) -> list[float | None] | None:
    """Return how full the community is in each slot, as its hub said last; None where it says nothing."""
    answer = None if runtime.hub is None else runtime.hub.shifting.answer
    if answer is None or not answer.pressure:
        return None
    shift = (within[0] - answer.start) // SLOT
    slots = (shift + number for number in range((within[1] - within[0]) // SLOT))
    return [round(answer.pressure[slot], 2) if 0 <= slot < len(answer.pressure) else None for slot in slots]


def _peaks(
    runtime: SiteRuntime, within: Interval, now: datetime, *, reads_use: bool
) -> Iterator[tuple[str, datetime, datetime]]:
    """Return peak windows, and the events that this home takes part in."""
    for window in between(runtime.forecast.windows, within):
        if reads_use or window.whose is not Whose.SITE:
            yield window.whose.value, window.window.start, window.window.end
    for event in between(() if runtime.hub is None else runtime.hub.together.events.each, within):
        if event.answer is Answer.YES and event.open(now):
            yield "event", event.start, event.end


def _load(load: Load, entities: Mapping[str, str], may_act: MayRead) -> dict[str, Any]:
    memory, place = load.memory, load.memory.place
    return {
        "load": load.id,
        "title": load.title,
        "kind": load.kind.value,
        "state": memory.told.value,
        "advised": load.advised,
        "by_hand": memory.by_hand,
        "ready_by": None if memory.ready_by is None or not memory.open else memory.ready_by.isoformat(),
        "place": None if place is None or not memory.open else _place(place),
        "controls": {
            "may_act": _control(entities, _MAY_ACT, may_act),
            "acts": memory.may_act,
            "ready": _control(entities, _READY, may_act) if memory.told in _AT_REST else None,
            "start": _start(load, may_act),
        },
    }


_AT_REST = frozenset({Phase.WAITING, Phase.DONE, Phase.OVERRIDDEN})


def _place(place: Placement) -> dict[str, Any]:
    return {
        "start": place.start.isoformat(),
        "wh": list(place.wh),
        "reasons": [reason.value for reason in place.reasons],
        "facts": {name: round(value, 4) for name, value in place.facts.items() if isfinite(value)},
        "saving": round(place.cost_at_once - place.cost, 2) + 0.0,
    }


def _control(entities: Mapping[str, str], key: str, may_act: MayRead) -> str | None:
    entity = entities.get(key)
    return entity if entity is not None and may_act(entity) else None


def _start(load: Load, may_act: MayRead) -> dict[str, str] | None:
    """Return how a person starts a load that waits for its time: what it runs by is turned on, as by hand."""
    hand = load.hand
    if hand is None or hand.state is None or load.kind not in _STARTED or load.memory.phase is not Phase.READY:
        return None
    domain = hand.domain
    if domain not in SWITCHES | STARTERS or not may_act(hand.name):
        return None
    service = SERVICE_TURN_ON if domain in SWITCHES or domain == _SCRIPT else _PRESS
    return {"domain": domain, "service": service, ATTR_ENTITY_ID: hand.name}


_STARTED = frozenset({LoadKind.RUN_ONCE, LoadKind.ENERGY_NEED})
