"""The key under which every handler finds the running hub."""

from aiohttp import web

from ..hub import Hub

HUB = web.AppKey("hub", Hub)
