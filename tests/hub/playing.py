"""A small Home Assistant to talk to: what the hub asks of its REST API, over a real socket."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from sceop_hub.settings import HomeAssistantAt

TOKEN = "a-long-lived-token"


@dataclass
class PlayedHomeAssistant:
    at: HomeAssistantAt
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """Target, title and message of everything that a phone was told."""
    answers: bool = True
    config: dict = field(
        default_factory=lambda: {
            "location_name": "Mill Street 1",
            "latitude": 37.39,
            "longitude": -5.99,
            "time_zone": "Europe/Madrid",
            "currency": "EUR",
        }
    )


@asynccontextmanager
async def home_assistant():
    played = None

    @web.middleware
    async def known(request, handler):
        if not played.answers:
            raise web.HTTPBadGateway
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized
        return await handler(request)

    async def config(_request):
        return web.json_response(played.config)

    async def services(_request):
        notify = {"mobile_app_phone": {}, "notify": {}, "send_message": {}}
        return web.json_response(
            [{"domain": "light", "services": {"turn_on": {}}}, {"domain": "notify", "services": notify}]
        )

    async def notify(request):
        body = await request.json()
        played.sent.append((request.match_info["target"], body["title"], body["message"]))
        return web.json_response([])

    app = web.Application(middlewares=[known])
    app.router.add_get("/api/config", config)
    app.router.add_get("/api/services", services)
    app.router.add_post("/api/services/notify/{target}", notify)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        played = PlayedHomeAssistant(HomeAssistantAt(url, TOKEN))
        yield played
    finally:
        await runner.cleanup()
