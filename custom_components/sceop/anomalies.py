"""Anomalies: what is not normal at this site, looked for every hour, and what became of each."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from .archive import Archive
from .core.anomaly.anomaly import Anomaly
from .core.anomaly.look import anomalies
from .core.anomaly.verdict import Said, Verdict
from .core.channels import CONSUMPTION, FLOWS, LOAD
from .core.forecast.series import Series
from .core.ledger import Rules
from .core.warnings.findings import Answer, Finding, Findings, Mute
from .forecasting import ForecastCoordinator
from .terms import Terms
from .things import Thing
from .warnings.costs import Money, a_month
from .warnings.kept import Kept
from .warnings.terms import WarningTerms

_LOGGER = logging.getLogger(__name__)

DAYS = 60
"""How far back a look goes."""
MINUTE = 4
"""When the slots of an hour that has ended are known in any case."""
MUTED_FOR = timedelta(days=7)
type Listener = Callable[[], None]


class Anomalies:
    """The findings of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        archive: Archive,
        kept: Kept,
        things: Sequence[Thing],
        rules: Callable[[], Rules],
        forecast: ForecastCoordinator,
    ) -> None:
        self._hass, self._entry, self._archive, self._kept = hass, entry, archive, kept
        self._things, self._rules, self._forecast = things, rules, forecast
        self._listeners: list[Listener] = []
        self._looking = self._again = False
        self.looked_at: datetime | None = None
        """When the last look ended; None while nobody has looked since the start."""

    @property
    def findings(self) -> Findings:
        """What was found, and what became of it."""
        return self._kept.findings

    @property
    def open(self) -> list[Finding]:
        """What goes on, and nobody has said anything about."""
        return self.findings.open(dt_util.utcnow())

    @callback
    def start(self) -> None:
        """Look once the past is known, and after every hour."""
        self._entry.async_on_unload(self._archive.listen(self._go))
        self._entry.async_on_unload(
            async_track_utc_time_change(self._hass, self._hour, minute=MINUTE, second=self._second())
        )
        if self._archive.filled:
            self._go()

    async def look(self) -> None:
        """Look at everything that is known, away from the loop."""
        place = await self._forecast.where()
        channels = self._channels()
        known = [Verdict(Said.MINE, one.anomaly) for one in self.findings.each if one.answer is Answer.THIS_WAS_ME]
        rated_w = WarningTerms.from_options(self._entry.options, place.zone).rated_w
        found = await self._hass.async_add_executor_job(
            partial(anomalies, channels, place, self._forecast.sky, rated_w=rated_w, known=known)
        )
        now, seen_from = dt_util.utcnow(), {channel: series.start for channel, series in channels.items()}
        before, after = self.findings, self.findings.look(found, now, seen_from)
        self._kept.findings, self.looked_at = after, now
        if before != after:
            await self._kept.save()
        self._tell()

    async def answer(self, finding: Finding, answer: Answer, reason: str = "", days: float | None = None) -> None:
        """Take what a person says of one."""
        mute = None
        if answer is Answer.MUTE:
            until = dt_util.utcnow() + (MUTED_FOR if days is None else timedelta(days=days))
            mute = Mute(finding.anomaly.kind, finding.anomaly.channel, until, reason)
        self._kept.findings = self.findings.answered(finding, answer, mute)
        await self._kept.save()
        self._tell()

    def cost(self, anomaly: Anomaly) -> Money | None:
        """Return what it comes to in a month if it goes on."""
        currency = Terms.from_options(self._entry.options).currency or self._hass.config.currency
        return a_month(anomaly, self._rules(), currency, dt_util.utcnow())

    def name(self, channel: str) -> str:
        """Return how people here call what a channel measures: the one thing behind it, or else the site."""
        titles = [each.title for each in self._things if channel in {each.channel(flow) for flow in each.flows}]
        return titles[0] if len(titles) == 1 else self._entry.title

    @callback
    def listen(self, listener: Listener) -> CALLBACK_TYPE:
        """Call after every look and every answer; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _channels(self) -> Mapping[str, Series]:
        """Return the past of the flows, of single loads and of all together; lights have hours of their own."""
        looked_at = (
            channel
            for channel in self._archive.channels
            if channel in {*FLOWS, CONSUMPTION} or channel.startswith(f"{LOAD}.")
        )
        return {channel: self._archive.series(channel, DAYS) for channel in looked_at}

    def _second(self) -> int:
        """Several sites of one machine do not look in the same second."""
        return sum(self._entry.entry_id.encode()) % 60

    @callback
    def _hour(self, _now: datetime) -> None:
        """Look again; without its past a home has nothing that goes on, and what was found would seem to be over."""
        if self._archive.filled and self._archive.settled:
            self._go()

    @callback
    def _go(self) -> None:
        """Look, and after a look that runs once more: what has become known meanwhile is not in it."""
        self._again = self._looking
        if not self._looking:
            self._looking = True
            _task = self._entry.async_create_task(self._hass, self._look_once(), f"sceop anomalies {self._entry.title}")

    async def _look_once(self) -> None:
        try:
            await self.look()
        finally:
            self._looking = False
            if self._again:
                self._go()

    @callback
    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
