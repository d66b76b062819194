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
    users: list[dict] = field(default_factory=list)
    """As `config/auth/list` tells them over the WebSocket."""
    asked_for_users: int = 0
    weather: list[dict] = field(default_factory=list)
    """The hours that `weather.home` tells, in the units that its state names."""
    units: dict = field(default_factory=lambda: {"temperature_unit": "°C", "wind_speed_unit": "m/s"})
    config: dict = field(
        default_factory=lambda: {
            "location_name": "Mill Street 1",
            "latitude": 37.39,
            "longitude": -5.99,
            "time_zone": "Europe/Madrid",
            "currency": "EUR",
        }
    )


def user(id_: str, *groups: str, **more) -> dict:
    """Return a user as Home Assistant's `config/auth.py` tells it."""
    return {
        "id": id_,
        "username": id_,
        "name": id_.title(),
        "is_owner": False,
        "is_active": True,
        "local_only": False,
        "system_generated": False,
        "group_ids": list(groups),
        "credentials": [{"type": "homeassistant"}],
    } | more


@asynccontextmanager
async def home_assistant():
    played = None

    @web.middleware
    async def known(request, handler):
        if not played.answers:
            raise web.HTTPBadGateway
        if request.path != "/api/websocket" and request.headers.get("Authorization") != f"Bearer {TOKEN}":
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

    async def websocket(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required", "ha_version": "2026.10.4"})
        said = await socket.receive_json()
        if said != {"type": "auth", "access_token": TOKEN}:
            await socket.send_json({"type": "auth_invalid", "message": "Invalid access token or password"})
            return socket
        await socket.send_json({"type": "auth_ok", "ha_version": "2026.10.4"})
        said = await socket.receive_json()
        assert said["type"] == "config/auth/list"
        played.asked_for_users += 1
        await socket.send_json({"id": said["id"], "type": "result", "success": True, "result": played.users})
        return socket

    app = web.Application(middlewares=[known])
    app.router.add_get("/api/websocket", websocket)
    app.router.add_get("/api/config", config)
    app.router.add_get("/api/services", services)
    app.add_routes(_weather(lambda: played))
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


def _weather(played):
    """Return the routes by which Home Assistant tells the weather."""

    async def states(_request):
        return web.json_response([{"entity_id": "weather.home"}, {"entity_id": "sun.sun"}])

    async def state(request):
        if request.match_info["entity"] != "weather.home":
            raise web.HTTPNotFound
        return web.json_response({"entity_id": "weather.home", "state": "sunny", "attributes": played().units})

    async def forecasts(request):
        asked = await request.json()
        if "return_response" not in request.query or asked != {"entity_id": "weather.home", "type": "hourly"}:
            raise web.HTTPBadRequest
        return web.json_response(
            {"changed_states": [], "service_response": {"weather.home": {"forecast": played().weather}}}
        )

    return [
        web.get("/api/states", states),
        web.get("/api/states/{entity}", state),
        web.post("/api/services/weather/get_forecasts", forecasts),
    ]
