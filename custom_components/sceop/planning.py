"""The household's plan at work: it is made anew when anything changes that it depends on, and its loads are told."""

import logging
from asyncio import Lock, Task
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .ahead import PROMISED, Pressure, cost_of, horizon, in_promised_wh, outside_at, spared
from .const import DOMAIN
from .core.ledger import Rules
from .core.plan.horizon import Horizon
from .core.plan.making import plan
from .core.plan.plan import Placement, Plan, Reason
from .core.plan.wants import Need, RunOnce, Want
from .core.slots import SLOT, slot_of
from .flexible import Load
from .flexible.memory import Phase
from .forecasting import ForecastCoordinator
from .hub.connection import HubConnection
from .hub.invited import Answer, Stage
from .hub.places import Place, Request
from .offers import offered
from .terms import Terms
from .warnings.desk import SHIFT_NOW, SIGNAL

_LOGGER = logging.getLogger(__name__)

SETTLE_S = 1.0
"""Things change together: a switch, its meter and what was ready. One plan follows from all of them."""
TICK_SECOND = 1
"""Once a minute, just after a slot may have begun."""
FULL = 1.0


class Planning(DataUpdateCoordinator[Plan | None]):
    """The plan of a site; a site without flexible loads has none, and answers what others ask all the same."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        loads: Mapping[str, Load],
        forecast: ForecastCoordinator,
        rules: Callable[[], Rules],
        hub: HubConnection | None,
    ) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{DOMAIN} plan {entry.title}")
        self.data = None
        self.loads = loads
        self._entry, self._forecast, self._rules = entry, forecast, rules
        self._shifting = hub.shifting if hub is not None and hub.plans else None
        self._events = None if hub is None else hub.together.events
        self._pressed: dict[str, Pressure] = {}
        self._making = Lock()
        self._soon: CALLBACK_TYPE | None = None
        self._slot: datetime | None = None
        self._task: Task[None] | None = None

    @property
    def currency(self) -> str:
        """The currency in which this home counts."""
        return Terms.from_options(self._entry.options).currency or self.hass.config.currency

    @property
    def priced(self) -> bool:
        """Whether it is known what electricity costs here; without that no money is shown."""
        return self._rules().import_price is not None

    @callback
    def open(self) -> None:
        """Begin to plan, and again whenever anything changes."""
        if not self.loads:
            return
        unload = self._entry.async_on_unload
        for load in self.loads.values():
            load.outside = self._outside
            unload(load.listen_wants(self.make_soon))
        unload(self._forecast.async_add_listener(self.make_soon))
        if self._shifting is not None:
            unload(self._shifting.listen(self.make_soon))
        if self._events is not None:
            unload(self._events.listen(self.make_soon))
        unload(async_dispatcher_connect(self.hass, SIGNAL, self._hear))
        unload(async_track_utc_time_change(self.hass, self._tick, second=TICK_SECOND))
        unload(self._stop)
        self.make_soon()

    @callback
    def press(self, why: str, start: datetime, end: datetime, level: float = FULL) -> None:
        """Let loads avoid a time as far as they can, such as a peak event that this home joined."""
        self._pressed[why] = _pressure(start, end, level)
        self.make_soon()

    @callback
    def release(self, why: str) -> None:
        """Let that time be like any other again."""
        if self._pressed.pop(why, None) is not None:
            self.make_soon()

    @callback
    def make_soon(self) -> None:
        """Make the plan anew in a moment, of everything that changes until then."""
        if self._soon is None and self.loads:
            self._soon = async_call_later(self.hass, SETTLE_S, self._make)

    @callback
    def _hear(self, entry_id: str, kind: str, facts: Mapping[str, Any]) -> None:
        """Shift before a peak as far as possible, when a person asked for that on the phone."""
        if entry_id == self._entry.entry_id and kind == SHIFT_NOW and "start" in facts and "end" in facts:
            start, end = (datetime.fromisoformat(str(facts[edge])) for edge in ("start", "end"))
            self.press(SHIFT_NOW, start, end, PROMISED)

    @callback
    def _make(self, _now: datetime) -> None:
        self._soon = None
        self._task = self._entry.async_create_task(self.hass, self.async_refresh(), f"sceop plan {self._entry.title}")

    @callback
    def _tick(self, now: datetime) -> None:
        """Look at every load once a minute, and plan anew after each slot in which anything is open."""
        for load in self.loads.values():
            load.look()
        if self._slot != slot_of(now):
            self._slot = slot_of(now)
            if any(load.memory.open for load in self.loads.values()):
                self.make_soon()

    @callback
    def _stop(self) -> None:
        if self._soon is not None:
            self._soon()
            self._soon = None

    def ahead(self) -> Horizon:
        """Return the slots ahead as they are known now."""
        outlook, now = self._forecast.data, dt_util.utcnow()
        bands = {} if outlook is None else outlook.bands
        return horizon(now, self._rules(), bands, self._forecast.sky, self._pressures(now))

    @override
    async def _async_update_data(self) -> Plan | None:
        """Think it over beside the event loop, one at a time, and tell the loads."""
        async with self._making:
            ahead = self.ahead()
            asking = {load.id: want for load in self.loads.values() if (want := load.want) is not None}
            running = {load.id: fixed for load in self.loads.values() if (fixed := load.fixed) is not None}
            made = await self.hass.async_add_executor_job(partial(self._plan, ahead, asking, running))
            own, kept, offers = made
            self._ask(offers)
            placed = {placement.id: placement for placement in kept.placements}
            reserved = {placement.id for placement in kept.placements if Reason.RESERVED in placement.reasons}
            for load, want in asking.items():
                self.loads[load].place(placed.get(want.id), reserved=want.id in reserved)
            return replace(kept, cost_at_once=own.cost_at_once)

    def _plan(
        self, ahead: Horizon, asking: Mapping[str, Want], running: Mapping[str, Placement]
    ) -> tuple[Plan, Plan, tuple[Request, ...]]:
        """Return the home's own plan, the one with the community's places, and what to ask the community for."""
        fixed = {placement.id: placement for placement in running.values()}
        wants = list(asking.values())
        own = plan(wants, ahead, fixed=fixed)
        at_once = {placement.id: placement for placement in own.placements}
        given = dict(self._given(ahead, asking, running, at_once))
        kept = plan(wants, ahead, fixed=fixed | given) if given else own
        return own, kept, tuple(self._offers(ahead, asking, running))

    def _given(
        self,
        ahead: Horizon,
        asking: Mapping[str, Want],
        running: Mapping[str, Placement],
        at_once: Mapping[str, Placement],
    ) -> Iterator[tuple[str, Placement]]:
        """Return the places that the community gave and that can be kept to."""
        for load, want in asking.items():
            if load in running or not isinstance(want, RunOnce | Need) or not self._takes_part(load):
                continue
            place = None if self._shifting is None else self._shifting.place(want.id)
            if place is None or (wh := still(place, want, ahead.start)) is None:
                continue
            own = at_once.get(want.id)
            start = max(place.start, ahead.start)
            if own is not None and in_promised_wh(ahead, start, wh) > in_promised_wh(ahead, own.start, own.wh):
                continue  # it was given before this home gave its word; what is asked next is not
            cost = cost_of(ahead, start, wh)
            yield (
                want.id,
                Placement(want.id, start, wh, (Reason.RESERVED,), cost, cost if own is None else own.cost_at_once),
            )

    def _offers(
        self, ahead: Horizon, asking: Mapping[str, Want], running: Mapping[str, Placement]
    ) -> Iterator[Request]:
        ahead = spared(ahead)
        for load, want in asking.items():
            if not isinstance(want, RunOnce | Need) or not self._takes_part(load):
                continue
            if load in running:
                yield Request(_left(want, running[load]), running=True)
            elif (offer := offered(want, ahead)) is not None:
                yield Request(offer)

    def _takes_part(self, load: str) -> bool:
        """Tell whether a load's energy is promised: only where the plan may act is a promise worth anything."""
        memory = self.loads[load].memory
        return not self.loads[load].advised and memory.phase in {Phase.READY, Phase.RUNNING}

    @callback
    def _ask(self, offers: tuple[Request, ...]) -> None:
        if self._shifting is not None:
            self._shifting.ask(offers)

    def _pressures(self, now: datetime) -> Iterator[Pressure]:
        """Return what presses: the community's curve, peak windows, and events that this home joined."""
        answer = None if self._shifting is None else self._shifting.answer
        if answer is not None:
            yield Pressure(answer.start, answer.pressure)
        yield from (_pressure(each.start, each.end, FULL) for each in self._forecast.windows if each.end > now)
        for event in () if self._events is None else self._events.each:
            if event.answer is Answer.YES and event.end > now and event.stage(now) is not Stage.CANCELLED:
                yield _pressure(event.start, event.end, PROMISED)
        yield from self._pressed.values()

    def _outside(self) -> float | None:
        """Return the temperature outside now, where a forecast knows it."""
        return outside_at(self._forecast.sky, dt_util.utcnow())


def still(place: Place, want: RunOnce | Need, now: datetime) -> tuple[int, ...] | None:
    """Return what is to come of a place, or None where the want cannot keep to it any more."""
    if place.start + len(place.wh) * SLOT > want.ready_by:
        return None
    if isinstance(want, RunOnce):
        fits = place.start >= now and sum(place.wh) == sum(want.wh)
        return want.wh if fits and len(place.wh) == len(want.wh) else None
    gone = max((now - place.start) // SLOT, 0)
    left = place.wh[gone:]
    most = want.max_w // 4 + 1
    return left if sum(left) >= want.wh - most and max(left, default=0) <= most else None


def _left(want: RunOnce | Need, running: Placement) -> RunOnce | Need:
    """Return what is left of a load that runs, in the very slots that it will take."""
    end = max(running.end, want.earliest + SLOT)
    if isinstance(want, RunOnce):
        return RunOnce(want.id, running.wh, want.earliest, end)
    return replace(want, interruptible=False, ready_by=end)


def _pressure(start: datetime, end: datetime, level: float) -> Pressure:
    first = slot_of(start)
    return Pressure(first, (level,) * max(-(-(end - first) // SLOT), 1))
