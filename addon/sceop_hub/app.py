"""The composition root: the one place that knows everyone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from aiohttp import web

from .api import envelope, events, foresight, game, live, me, plan, probes, routes
from .api.problems import problems
from .auth.doors import doors, hang_doors
from .auth.guards import GUARDS
from .backup.backups import BACKUPS, Backups
from .broadcast import BROADCAST, Broadcast
from .core.wire import MOST_BYTES
from .domain.forecast.kept import Forecast
from .domain.invites import make_code
from .domain.profile import Profile
from .hub import HUB, Hub
from .jobs.alerts import WATCH, Watch
from .jobs.backup import every_night
from .jobs.errands import ERRANDS, Errands
from .jobs.events import EVENTS, Events
from .jobs.figures import FIGURES, Figures, a_second
from .jobs.forecast import FORECASTING, Forecasting
from .jobs.forget import FORGETTING, Forgetting, forget_again
from .jobs.game import GAME, Game
from .jobs.plan import PLANNING, Planning
from .jobs.restored import take_note
from .jobs.seal import Sealing
from .jobs.upkeep import Upkeep
from .metrics import METRICS, Metrics
from .secrets import choose, new_id
from .settings import DEFAULT_COMMUNITY, Settings, machine_zone
from .shifting.room import SHIFTING, Shifting
from .store import accounts as accounts_in_books, profile
from .store.store import Store
from .web import pages, uploads
from .web.refused import refused
from .web.views.backups import RESTART

_LOGGER = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the time of the machine's clock."""
    return datetime.now(UTC)


def build(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    pause: Callable[[], Awaitable[None]] = a_second,
    restart: Callable[[], None] = lambda: None,
) -> web.Application:
    """Put the hub together; it opens its database when the application starts."""
    app = web.Application(middlewares=[envelope.envelope, problems, refused, doors], client_max_size=MOST_BYTES)
    app[METRICS], app[RESTART] = Metrics(), restart
    envelope.prepare(app)
    probes.prepare(app)
    app[live.CONNECTIONS], app[live.TOLD_OF_GAME] = {}, {}
    hang_doors(app, settings, clock)
    for found in (*(room.routes for room in (routes, foresight, plan, events, game, probes, me)), *pages.ALL):
        app.add_routes(found)

    async def running(app: web.Application) -> AsyncIterator[None]:
        store = Store(settings.data)
        try:
            identity = await store.write(lambda books: profile.hub_id(books, new_id()))
            told = {"name": settings.community, "zone": settings.zone}
            fixed = frozenset(name for name, value in told.items() if value is not None)
            hub = app[HUB] = Hub(identity, settings, store, clock, await _profile(settings, store), fixed=fixed)
            hub.member_listeners.append(partial(live.hang_up, app))
            hub.notice_listeners.append(partial(live.tell_notice, app))
            hub.event_listeners.append(partial(live.tell_event, app))
            broadcast = app[BROADCAST] = Broadcast()
            app[GUARDS].setup_code = await _tell_setup_code(hub)
            await forget_again(store, settings.data, clock())
            await take_note(store, settings.data, clock())
            forgetting = app[FORGETTING] = Forgetting(hub, partial(uploads.clear_exports, settings.data))
            figures = app[FIGURES] = Figures(hub, broadcast)
            await figures.renew()
            planning = app[PLANNING] = Planning(await _plan(app, hub, broadcast))
            backups = app[BACKUPS] = Backups(settings, clock)
            probes.watch(app, hub, backups)
            watch = app[WATCH] = Watch(hub, lambda: None if (last := backups.latest()) is None else last.made_at)
            forecasting = app[FORECASTING] = Forecasting(hub, partial(_foretell, app))
            app[EVENTS], app[GAME] = Events(hub), await _play(app, hub)
            errands = app[ERRANDS] = Errands(clock)
            await asyncio.to_thread(uploads.clear, settings.data)
            upkeep = Upkeep(hub)
            works = [
                asyncio.create_task(work)
                for work in (
                    figures.keep_renewing(pause),
                    watch.keep_looking(pause),
                    upkeep.keep(pause),
                    every_night(hub, backups, pause),
                    Sealing(hub).keep(pause),
                    forecasting.keep(pause),
                    planning.keep(pause),
                    app[EVENTS].keep(pause),
                    app[GAME].keep(pause),
                    forgetting.keep_forgetting(),
                    uploads.keep_young(settings.data, pause),
                )
            ]
            yield
            await errands.close()
            await backups.close()
            for work in works:
                work.cancel()
            await asyncio.wait(works)
            await upkeep.note_seen()
        finally:
            app[GUARDS].passwords.close()
            store.close()

    async def going(app: web.Application) -> None:
        app[BROADCAST].close()
        await live.say_goodbye(app)

    app.cleanup_ctx.append(running)
    app.on_shutdown.append(going)
    return app


async def _plan(app: web.Application, hub: Hub, broadcast: Broadcast) -> Shifting:
    """Put the community's plan together as it was before."""
    shifting = app[SHIFTING] = Shifting(hub, broadcast, partial(live.tell_places, app))
    await shifting.load()
    hub.member_listeners.append(shifting.left)
    return shifting


async def _play(app: web.Application, hub: Hub) -> Game:
    """Put the game together with everybody's place in it, so that nobody is told of none."""
    game_of_all = Game(hub, partial(live.tell_game, app))
    await game_of_all.once()
    return game_of_all


async def _foretell(app: web.Application, newest: Forecast) -> None:
    """Tell whoever goes by forecasts of a new one."""
    app[PLANNING].foreseen(newest)
    await live.tell_peaks(app, newest)


async def _profile(settings: Settings, store: Store) -> Profile:
    """Bring together what the coordinator decided and what is told from outside, which weighs more."""
    default = Profile(name=DEFAULT_COMMUNITY, zone=machine_zone())
    decided = await store.read(lambda books: profile.load(books, default))
    return replace(decided, name=settings.community or decided.name, zone=settings.zone or decided.zone)


async def _tell_setup_code(hub: Hub) -> str | None:
    """While nobody has an account, tell in the log what lets its reader make the first one.

    Through Home Assistant people come in without; and who tries the hub out on its own machine needs none.
    """
    told = hub.settings
    if told.ingress_from or told.local_owner or await hub.store.read(accounts_in_books.any_):
        return None
    code = make_code(choose)
    _LOGGER.warning("Nobody has an account yet. Open the hub's page /setup in a browser and enter the code %s", code)
    return code
