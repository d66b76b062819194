"""The night's backup."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta

from ..backup.backups import Backups
from ..backup.folder import Backup
from ..domain.refusal import Refusal
from ..hub import Hub

_LOGGER = logging.getLogger(__name__)

HOUR = time(2, 20)
"""Where the community lives: most sleep, and what else runs by night has had its turn at midnight."""

TRY_AGAIN = timedelta(hours=1)


def due(now: datetime, latest: Backup | None, started: datetime) -> bool:
    """Tell whether a night went by since the last backup, or since the hub first started without any.

    `now` carries the community's zone.
    """
    tonight = datetime.combine(now.date(), HOUR, now.tzinfo)
    last_night = tonight if tonight <= now else datetime.combine(now.date() - timedelta(days=1), HOUR, now.tzinfo)
    return (started if latest is None else latest.made_at) < last_night


async def every_night(hub: Hub, backups: Backups, pause: Callable[[], Awaitable[None]]) -> None:
    """Make a backup each night, and a missed one as soon as the hub runs again."""
    started, not_before = hub.clock(), hub.clock()
    while True:
        await pause()
        now = hub.clock()
        # Where it is further away, the clock went back meanwhile.
        if now < not_before <= now + TRY_AGAIN or backups.busy is not None:
            continue
        try:
            latest = await asyncio.to_thread(backups.latest)
            if not due(now.astimezone(hub.profile.zone), latest, started):
                not_before = now + timedelta(minutes=1)
                continue
            await backups.make("nightly")
        except Refusal as refusal:
            _LOGGER.warning("The night's backup was not made: %s", refusal.sentence)
        except Exception:
            _LOGGER.exception("The night's backup was not made; it is tried again in an hour")
        not_before = now + TRY_AGAIN
