"""Home Assistant beside the hub: what it knows of the place, and the phones that it can reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from .domain.weather import Hour, of_home_assistant
from .settings import HomeAssistantAt

TIMEOUT = ClientTimeout(total=10)


class HomeAssistantError(Exception):
    """Home Assistant did not do what it was asked, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What Home Assistant knows of the place where it runs; anything may be missing."""

    name: str | None
    latitude: float | None
    longitude: float | None
    zone: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class HomeAssistant:
    """The ways to Home Assistant's REST API that the hub takes."""

    at: HomeAssistantAt

    async def surroundings(self) -> Surroundings:
        """Return where Home Assistant says that it is."""
        said = await self._ask("GET", "config")
        told: Mapping[str, object] = said if isinstance(said, dict) else {}
        return Surroundings(
            _text(told.get("location_name")),
            _number(told.get("latitude")),
            _number(told.get("longitude")),
            _text(told.get("time_zone")),
            _text(told.get("currency")),
        )

    async def notify_targets(self) -> list[str]:
        """Return the notify targets that messages can be sent to, by the last part of their name."""
        said = await self._ask("GET", "services")
        domains = said if isinstance(said, list) else []
        services: Mapping[str, object] = next(
            (part.get("services", {}) for part in domains if part.get("domain") == "notify"), {}
        )
        return sorted(name for name in services if name != "send_message")

    async def notify(self, target: str, title: str, message: str) -> None:
        """Send a message; a later one with the same title stands beside it."""
        await self._ask("POST", f"services/notify/{target}", {"title": title, "message": message})

    async def weather_entities(self) -> list[str]:
        """Return the entities that tell the weather."""
        said = await self._ask("GET", "states")
        states = said if isinstance(said, list) else []
        names = (state.get("entity_id") for state in states if isinstance(state, dict))
        return sorted(name for name in names if isinstance(name, str) and name.startswith("weather."))

    async def weather(self, entity: str) -> list[Hour]:
        """Return the weather of the coming hours, in the hub's units."""
        state = await self._ask("GET", f"states/{entity}")
        units: Mapping[str, object] = _part(state, "attributes")
        said = await self._ask(
            "POST", "services/weather/get_forecasts?return_response", {"entity_id": entity, "type": "hourly"}
        )
        forecast = _part(_part(said, "service_response"), entity).get("forecast")
        hours = list(
            of_home_assistant(
                forecast if isinstance(forecast, list) else [],
                _text(units.get("temperature_unit")),
                _text(units.get("wind_speed_unit")),
            )
        )
        if not hours:
            raise HomeAssistantError(f"{entity} tells no weather of the coming hours.")
        return hours

    async def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {self.at.token}"}
        try:
            async with (
                ClientSession(timeout=TIMEOUT) as session,
                session.request(method, f"{self.at.url}/api/{path}", json=body, headers=headers) as answer,
            ):
                if answer.status == HTTPStatus.UNAUTHORIZED:
                    raise HomeAssistantError("Home Assistant does not know the hub's token any more.")
                if not answer.ok:
                    raise HomeAssistantError(f"Home Assistant answered {answer.status} to {path}.")
                return await answer.json()
        except (ClientError, TimeoutError, ValueError) as error:
            raise HomeAssistantError(f"Home Assistant at {self.at.url} does not answer.") from error


def _part(said: object, name: str) -> Mapping[str, object]:
    """Return a part of an answer; nothing where it is not there."""
    part = said.get(name) if isinstance(said, dict) else None
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
