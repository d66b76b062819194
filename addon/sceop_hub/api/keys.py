"""The keys under which handlers find what they share."""

from collections.abc import Callable

from aiohttp import web

from ..backup.beside import Backups
from ..broadcast import Broadcast
from ..hub import Hub
from ..jobs.alerts import Watch
from ..jobs.errands import Errands
from ..jobs.figures import Figures
from ..metrics import Metrics

BACKUPS = web.AppKey("backups", Backups)
METRICS = web.AppKey("metrics", Metrics)
RESTART: web.AppKey[Callable[[], None]] = web.AppKey("restart")
"""Stops the hub and starts it again; what was accepted before is answered."""
HUB = web.AppKey("hub", Hub)
BROADCAST = web.AppKey("broadcast", Broadcast)
FIGURES = web.AppKey("figures", Figures)
WATCH = web.AppKey("watch", Watch)
ERRANDS = web.AppKey("errands", Errands)
