"""The health of a site: whether its sources speak, its meters and its clock run on, and its prices come.

What is wrong becomes a repair issue that says since when and what to look at. What ends by itself takes its issue back.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from homeassistant.const import CONF_LATITUDE, CONF_LONGITUDE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from . import issues
from .const import DOMAIN
from .coordinator import SceopConfigEntry
from .core.sun import position
from .thing import PutBack, Replaced, ThingCoordinator
from .things import ThingKind

LONG = timedelta(hours=1)
"""How long a source may be silent or a price be late before a person hears of it."""
_STARTING = timedelta(minutes=5)
"""How long a source that was silent before a restart may take for its first answer."""
_SUNRISE = math.radians(0)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now, and the words that fill its issue."""

    name: str
    about: str
    words: Mapping[str, str]
    thing: str | None = None


@dataclass
class Health:
    """What a person was told of one site and is not over yet."""

    hass: HomeAssistant
    entry: SceopConfigEntry
    told: dict[tuple[str, str], Problem] = field(default_factory=dict)

    @callback
    def check(self) -> None:
        """Tell what is new, and take back what is over."""
        now = dt_util.utcnow()
        wrong = {(problem.name, problem.about): problem for problem in self._wrong(now)}
        for key, problem in wrong.items():
            if self.told.get(key) != problem:
                self._tell(problem)
        for name, about in self.told.keys() - wrong.keys():
            issues.take_back(self.hass, name, self.entry.entry_id, about)
        self.told = wrong
        for thing in self.entry.runtime_data.things.values():
            while thing.replaced:
                self._tell(_replaced(self.hass, thing, thing.replaced.pop(0)), until_read=True)
        self._tell_of_the_clock()

    @callback
    def close(self) -> None:
        """Take back what would be told again; a site that nobody reads has no health."""
        for name, about in self.told:
            issues.take_back(self.hass, name, self.entry.entry_id, about)

    def _wrong(self, now: datetime) -> Iterator[Problem]:
        for thing in self.entry.runtime_data.things.values():
            if (problem := self._silent(thing, now)) is not None:
                yield problem
        if (problem := self._unpriced(now)) is not None:
            yield problem

    def _silent(self, thing: ThingCoordinator, now: datetime) -> Problem | None:
        """Say that a source is silent.

        An inverter may sleep at night and for an hour after sunrise, and lamps may be off at the wall for as long as
        anybody likes.
        """
        silence, of = thing.silence, thing.thing
        if silence is None or now - silence.since < _STARTING or of.kind is ThingKind.LIGHT_ZONE:
            return None
        since = min(thing.read_until or silence.since, silence.since)
        key = ("source_silent", of.id)
        asleep = of.kind is ThingKind.PRODUCTION and (self._dark(now) or self._dark(now - LONG))
        if key not in self.told and (now - since < LONG or asleep):
            return None
        return Problem(*key, {"name": of.title, "since": _local(since), "sentence": silence.sentence}, of.id)

    def _unpriced(self, now: datetime) -> Problem | None:
        """Say that money waits for prices."""
        coordinator = self.entry.runtime_data.coordinator
        since = coordinator.figures.unpriced_since
        if since is None or now - since < LONG:
            return None
        words = {"name": self.entry.title, "since": _local(since)}
        if (sentence := coordinator.prices.problem) is None:
            return Problem("prices_late", "prices", words)
        return Problem("prices_missing", "prices", words | {"sentence": sentence})

    def _tell_of_the_clock(self) -> None:
        """Tell once of a clock that was put back, which all things notice."""
        seen = list[PutBack]()
        for thing in self.entry.runtime_data.things.values():
            if thing.put_back is not None:
                seen.append(thing.put_back)
                thing.put_back = None
        if seen:
            worst = max(seen, key=lambda back: back.shown - back.now)
            words = {
                "name": self.entry.title,
                "shown": _local(worst.shown),
                "now": _local(worst.now),
                "gap": str(round((worst.shown - worst.now) / timedelta(minutes=1))),
            }
            self._tell(Problem("clock_put_back", "clock", words), until_read=True)

    def _tell(self, problem: Problem, *, until_read: bool = False) -> None:
        entry_id = self.entry.entry_id
        issues.tell(
            self.hass, problem.name, entry_id, problem.about, problem.words, thing=problem.thing, until_read=until_read
        )

    def _dark(self, at: datetime) -> bool:
        minutes = np.array([at.timestamp() / 60])
        elevation, _ = position(minutes, self.entry.data[CONF_LATITUDE], self.entry.data[CONF_LONGITUDE])
        return bool(elevation[0] < _SUNRISE)


def watch(hass: HomeAssistant, entry: SceopConfigEntry) -> CALLBACK_TYPE:
    """Look at a site's health each time it was read; return how to stop that."""
    health = Health(hass, entry)
    health.check()
    stop = entry.runtime_data.coordinator.async_add_listener(health.check)

    @callback
    def close() -> None:
        stop()
        health.close()

    return close


def _replaced(hass: HomeAssistant, thing: ThingCoordinator, seen: Replaced) -> Problem:
    names = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    kind, _, _ = seen.flow.partition(".")
    words = {
        "name": _name(thing),
        "at": _local(seen.at),
        "flow": names.get(f"component.{DOMAIN}.entity.sensor.{kind}_energy.name", kind),
        "before": _kwh(seen.before_mwh),
        "after": _kwh(seen.after_mwh),
    }
    return Problem("meter_replaced", f"{thing.thing.id}_{seen.flow}", words, thing.thing.id)


def _name(thing: ThingCoordinator) -> str:
    """Name a thing with its site, for every site has a grid meter."""
    site = thing.config_entry
    return thing.thing.title if site is None else f"{thing.thing.title} ({site.title})"


def _local(instant: datetime) -> str:
    return f"{dt_util.as_local(instant):%Y-%m-%d %H:%M}"


def _kwh(mwh: int) -> str:
    return f"{mwh / 1_000_000:.3f}"
