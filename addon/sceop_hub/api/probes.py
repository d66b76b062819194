"""What those who watch over the hub ask: whether it can work, and how it fares."""

import asyncio
import collections
import shutil
import sqlite3

from aiohttp import web

from ..backup.backups import Backups
from ..domain.readings import Receipt
from ..domain.refusal import Refusal
from ..hub import HUB, Hub
from ..metrics import METRICS, Counter
from ..store.counts import Counts, counts
from ..store.writer import StorageError
from .envelope import UNDER_WAY
from .live import CONNECTIONS
from .wire import Ready, reply

PATIENCE_SECONDS = 5.0
TEXT = "text/plain; version=0.0.4; charset=utf-8"

SIZES = (1.0, 4.0, 16.0, 64.0, 256.0)
TIMES = (0.001, 0.005, 0.025, 0.1, 0.5, 2.0)

routes = web.RouteTableDef()


@routes.get("/readyz")
async def ready(request: web.Request) -> web.Response:
    """Say yes while the store answers to who reads and to who writes."""
    store = request.app[HUB].store
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await store.read(_alive)
            await store.write(_alive)
    except (sqlite3.Error, StorageError, TimeoutError) as error:
        raise Refusal("not-ready", "The hub's store does not answer. Look at its log, and at its disk.") from error
    return reply(Ready())


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Tell how the hub fares."""
    request.app[_SEEN].now = await request.app[HUB].store.read(counts)
    return web.Response(text=request.app[METRICS].text(), headers={"Content-Type": TEXT, "Cache-Control": "no-store"})


class _Seen:
    """What was counted in the books for this answer."""

    now = Counts()


_SEEN = web.AppKey("seen", _Seen)


SLOTS = web.AppKey("slots", Counter)


def count_slots(request: web.Request, receipt: Receipt) -> None:
    """Count what a household sent, without saying whose it was."""
    request.app[SLOTS].add(receipt.stored, kind="stored")
    request.app[SLOTS].add(receipt.unchanged, kind="unchanged")


def watch(app: web.Application, hub: Hub, backups: Backups) -> None:
    """Say what the hub's own counters are, beside those of requests."""
    seen, count = app[_SEEN], app[METRICS]
    folder = hub.settings.data
    sizes = count.histogram("sceop_commit_changes", "Changes that shared a transaction.", SIZES)
    times = count.histogram("sceop_commit_seconds", "How long transactions took, with the disk's flush.", TIMES)

    def committed(changes: int, seconds: float) -> None:
        sizes.add(changes)
        times.add(seconds)

    hub.store.hear(committed)
    count.gauge("sceop_households", "Households by their state.", lambda: dict(seen.now.households), "state")
    count.gauge("sceop_fresh_rows", "Slots that were not yet moved to the history.", lambda: seen.now.fresh)
    count.gauge("sceop_database_bytes", "Size of the database.", lambda: seen.now.database_bytes)
    count.gauge("sceop_disk_free_bytes", "Room left on its disk.", lambda: shutil.disk_usage(folder).free)
    count.gauge("sceop_websockets", "Households that are connected live.", lambda: len(app[CONNECTIONS]))
    count.gauge("sceop_requests_under_way", "Requests, streams and lines that last.", lambda: _lasting(app), "route")
    count.gauge("sceop_backup_age_seconds", "Age of the newest backup.", lambda: _age(hub, backups))
    count.gauge("sceop_alerts", "Alerts that nobody has looked at.", lambda: hub.alerts_waiting)


def prepare(app: web.Application) -> None:
    """Make room for what is seen; `watch` follows once the hub runs."""
    app[_SEEN] = _Seen()
    app[SLOTS] = app[METRICS].counter("sceop_slots_total", "Slots that households sent, by what became of them.")


def _lasting(app: web.Application) -> dict[str, float]:
    return dict(collections.Counter(app[UNDER_WAY].values()))


def _age(hub: Hub, backups: Backups) -> float | None:
    last = backups.latest()
    return None if last is None else (hub.clock() - last.made_at).total_seconds()


def _alive(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
