"""The forecast's own rhythm: every hour, with the slots of the hour before, beside the server and in its spare time.

So the one of midnight follows the day that closed. A limit or a place that was decided anew is looked at at once. Where
it fails, the log has one line, the last forecast stays until it is old, and the next hour tries again.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from ..core.slots import from_number
from ..domain.forecast.kept import Forecast, State
from ..domain.weather import hour_of
from ..forecasting.asked import Answer, Asked
from ..homeassistant import HomeAssistant, HomeAssistantError
from ..hub import Hub
from ..processes import Ended, run
from ..store import forecasts, retention, weather

_LOGGER = logging.getLogger(__name__)

PROGRAM = "sceop_hub.forecasting.process"

REST_AT_START_S = 20
"""A hub that starts has more urgent things to do: all households connect again."""

PATIENCE = timedelta(minutes=10)
"""How long the forecast of an hour waits until all slots of before are published, such as after an import.

Made of some of them, it is made again of all; until then none is made of midnights that lie back, for these are made
once.
"""

LONGEST_S = 2 * 3600
"""After an import a small computer makes 28 midnights within minutes; what takes hours hangs, and is ended."""

type Run = Callable[..., Awaitable[Ended]]
type Told = Callable[[Forecast], Awaitable[None]]


class Forecasting:
    """When forecasts are made, and what came of it."""

    def __init__(self, hub: Hub, told: Told, run: Run = run, rest_s: float = REST_AT_START_S) -> None:
        self._hub = hub
        self._told = told
        self._run = run
        self._rest_s = rest_s
        self._done: object = None
        self._early = False
        self._waiting_since: datetime | None = None
        self._complained: str | None = None
        self._weather_hour = -1
        self._work: asyncio.Task[None] | None = None
        self.weather_trouble: str | None = None
        """Why Home Assistant's weather could not be read."""

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Make forecasts for as long as the hub runs; `pause` waits between two looks, for which no work is waited."""
        tell_time = asyncio.get_running_loop().time
        begin = tell_time() + self._rest_s
        try:
            while True:
                if tell_time() >= begin and (self._work is None or self._work.done()):
                    self._work = asyncio.create_task(self.once())
                await pause()
        finally:
            if self._work is not None:
                self._work.cancel()
                await asyncio.wait([self._work])

    async def once(self) -> None:
        """Do what is due, if anything is."""
        now = self._hub.clock()
        try:
            await self._hear_weather(now)
            behind = self._hub.publishing.behind
            mark = self._mark(now)
            if mark is None or (mark == self._done and (behind or not self._early)):
                return
            if behind and mark != self._done and self._waits(now):
                return
            self._done, self._early, self._waiting_since = mark, behind, None
            await self._forecast(now, self.start(now), looks_back=not behind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the hub goes on, and says once what it was
            self._complain(f"{type(error).__name__}: {error}")

    def start(self, now: datetime) -> datetime:
        """Return the local hour up to which all slots are settled: the next forecast begins there."""
        settled = self._hub.publishing.settled(now)
        return settled - timedelta(minutes=settled.astimezone(self._hub.profile.zone).minute)

    def _waits(self, now: datetime) -> bool:
        """Tell whether it is worth waiting until all is published."""
        if self._waiting_since is None or self._waiting_since > now:
            self._waiting_since = now
        return now - self._waiting_since < PATIENCE

    def _mark(self, now: datetime) -> object:
        """Return what tells one forecast from the next; None while there is nothing to forecast."""
        hub, publishing = self._hub, self._hub.publishing
        if not publishing.standing.group.shown:
            return None
        about = hub.profile
        decided = (about.zone, about.place, about.country, about.subdivision, about.peak_limit_w)
        return self.start(now), decided, publishing.standing.group.figures

    async def _forecast(self, now: datetime, start: datetime, *, looks_back: bool) -> None:
        hub, about = self._hub, self._hub.profile
        place = about.place
        asked = Asked(
            data=str(hub.settings.data),
            now=now,
            start=start,
            zone=about.zone.key,
            latitude=None if place is None else place.latitude,
            longitude=None if place is None else place.longitude,
            country=about.country,
            subdivision=about.subdivision,
            limit_w=about.peak_limit_w,
            looks_back=looks_back,
        )
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        keeping = asyncio.create_task(self._keep_lines(lines, start))
        try:
            async with asyncio.timeout(LONGEST_S):
                ended = await self._run(
                    program=PROGRAM, given=msgspec.json.encode(asked).decode(), heard=lines.put_nowait
                )
            lines.put_nowait(None)
            await keeping
        except TimeoutError as error:
            raise TimeoutError(f"its process hung for {LONGEST_S} seconds") from error
        finally:
            keeping.cancel()
        if ended.code:
            self._complain(ended.complaint.rpartition("\n")[2] or f"it ended with {ended.code}")
            await hub.store.write(lambda books: _note_failure(books, now))
        else:
            await hub.store.write(lambda books: _thin(books, now))

    async def _keep_lines(self, lines: asyncio.Queue[str | None], start: datetime) -> None:
        """Keep what the process says as it says it."""
        store = self._hub.store
        while (line := await lines.get()) is not None:
            answer = msgspec.json.decode(line, type=Answer)
            await store.write(lambda books, answer=answer: _keep(books, answer))  # type: ignore[misc] # bound at once
            if answer.forecast is not None and answer.forecast.start == start:
                await self._told(answer.forecast)
            if answer.complaint is not None:
                self._complain(answer.complaint)
            elif answer.state is not None:
                self._complained = None

    async def _hear_weather(self, now: datetime) -> None:
        """Read the weather of the coordinator's Home Assistant once an hour; without it forecasts go on as well."""
        hub, entity = self._hub, self._hub.profile.weather_entity
        if entity is None or hub.settings.home_assistant is None:
            self.weather_trouble = None
            return
        if self._weather_hour == (hour := hour_of(now)):
            return
        self._weather_hour = hour
        try:
            hours = await HomeAssistant(hub.settings.home_assistant).weather(entity)
        except HomeAssistantError as error:
            if self.weather_trouble is None:
                _LOGGER.warning("The weather could not be read: %s Forecasts are made without it", error)
            self.weather_trouble = str(error)
            return
        self.weather_trouble = None
        await hub.store.write(lambda books: weather.put(books, weather.OWN, now, hours, hub.profile.zone))

    def _complain(self, reason: str) -> None:
        """Say once what is wrong; the same is not said again until it was right in between."""
        if reason != self._complained:
            _LOGGER.warning("A forecast could not be made as it should be: %s. It is tried again every hour", reason)
        self._complained = reason


FORECASTING = web.AppKey("forecasting", Forecasting)


def _keep(books: sqlite3.Connection, answer: Answer) -> None:
    if answer.changes is not None:
        forecasts.save_changes(books, answer.changes)
    if answer.forecast is not None:
        forecasts.save(books, answer.forecast)
    if answer.turned:
        forecasts.save_scores(books, ((one.start, one.figure, one.score) for one in answer.turned))
    if answer.state is not None:
        forecasts.save_state(books, answer.state)


def _note_failure(books: sqlite3.Connection, now: datetime) -> None:
    before = forecasts.state(books)
    forecasts.save_state(books, State(now, "failed", {} if before is None else before.lately))


def _thin(books: sqlite3.Connection, now: datetime) -> None:
    kept = retention.kept_from(books)
    forecasts.thin(books, now, kept)
    weather.let_go(books, hour_of(from_number(kept)))
