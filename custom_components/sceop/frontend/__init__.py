"""The dashboard: modules for the browser, and the questions that they ask of the sites."""

from pathlib import Path
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant

from ..const import DOMAIN, VERSION
from .forecast import answer_forecast
from .hours import answer_zone_hours
from .plan import answer_plan
from .sites import answer_sites
from .together import answer_community, answer_leaderboard, take_answer, take_part

MODULES: Final = Path(__file__).parent / "www"
URL: Final = f"/{DOMAIN}_static/{VERSION}"
"""The version stands in the path, so that no browser mixes the modules of two releases."""

COMMANDS: Final = (
    answer_sites,
    answer_zone_hours,
    answer_forecast,
    answer_plan,
    answer_community,
    answer_leaderboard,
    take_answer,
    take_part,
)
"""What cards ask, and what people answer on them."""


async def open_dashboard(hass: HomeAssistant) -> None:
    """Answer the cards' questions, and let every page load them. A Home Assistant without pages needs none."""
    for command in COMMANDS:
        websocket_api.async_register_command(hass, command)
    if "frontend" not in hass.config.components:
        return
    await hass.http.async_register_static_paths([StaticPathConfig(URL, str(MODULES), cache_headers=False)])
    add_extra_js_url(hass, f"{URL}/sceop.js")
