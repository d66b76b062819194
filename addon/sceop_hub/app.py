"""The composition root: the one place that knows everyone."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from .api import live, routes
from .api.keys import HUB
from .api.problems import problems
from .auth.secrets import choose
from .core.wire import MOST_BYTES
from .domain.invites import DEFAULT_LIFE, make_code
from .hub import Hub
from .jobs.figures import a_second, keep_renewing
from .settings import Settings
from .store import invites
from .store.store import Store
from .web import pages
from .web.events import BROADCAST, Broadcast

_LOGGER = logging.getLogger(__name__)

FIRST_INVITE_USES = 100


def utc_now() -> datetime:
    """Return the time of the machine's clock."""
    return datetime.now(UTC)


def build(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    pause: Callable[[], Awaitable[None]] = a_second,
) -> web.Application:
    """Put the hub together; it opens its database when the application starts."""
    app = web.Application(middlewares=[problems], client_max_size=MOST_BYTES)
    app[live.CONNECTIONS] = set()
    app.add_routes(routes.routes)
    app.add_routes(pages.routes)

    async def running(app: web.Application) -> AsyncIterator[None]:
        hub = app[HUB] = Hub(settings, Store(settings.data), clock)
        broadcast = app[BROADCAST] = Broadcast()
        await _invite_the_first(hub)
        renewing = asyncio.create_task(keep_renewing(hub, broadcast, pause))
        yield
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        hub.store.close()

    async def going(app: web.Application) -> None:
        app[BROADCAST].close()
        await live.say_goodbye(app)

    app.cleanup_ctx.append(running)
    app.on_shutdown.append(going)
    return app


async def _invite_the_first(hub: Hub) -> None:
    """On the very first start, tell an invite in the log: whoever runs the app has no shell to make one."""
    if await hub.store.read(invites.exist):
        return
    invite = invites.NewInvite(make_code(choose), FIRST_INVITE_USES, DEFAULT_LIFE)
    await hub.store.write(lambda books: invites.add(books, invite, hub.clock()))
    _LOGGER.info(
        "The first invite code: %s (for up to %d households, %d days)", invite.code, invite.uses, invite.life.days
    )
