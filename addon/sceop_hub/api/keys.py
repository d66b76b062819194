"""The keys under which handlers find what they share."""

from aiohttp import web

from ..broadcast import Broadcast
from ..hub import Hub
from ..jobs.alerts import Watch

HUB = web.AppKey("hub", Hub)
BROADCAST = web.AppKey("broadcast", Broadcast)
WATCH = web.AppKey("watch", Watch)
