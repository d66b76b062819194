"""Settings: what the hub is told by flags, environment and the app's options, in this order of weight."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .core.wire import PORT
from .domain.address import AddressError, InsecureAddressError, address

DEFAULT_HOST = "127.0.0.1"
DEFAULT_COMMUNITY = "Our community"
DEFAULT_LOG_LEVEL = "info"
LOG_LEVELS = ("debug", "info", "warning")
"""No higher one: an invite for whoever has no shell is told as a warning."""


class SettingsError(Exception):
    """A setting that can not be used, with the sentence that says what to change."""


SUPERVISOR = "http://supervisor/core"
"""Where the Supervisor passes on to Home Assistant what an app asks; outside an app nobody has that name."""


@dataclass(frozen=True, slots=True)
class HomeAssistantAt:
    """Where Home Assistant answers, and the token that it knows the hub by."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the hub is told from outside. What is None there, the coordinator decides in the pages."""

    data: Path
    host: str
    port: int
    community: str | None
    zone: ZoneInfo | None
    log_level: str
    ingress_from: frozenset[str]
    home_assistant: HomeAssistantAt | None = None


def load(flags: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> Settings:
    """Bring together what was said; `flags` holds None where the command line was silent."""
    options = _options(flags.get("options"))

    def said(name: str) -> object:
        for value in (flags.get(name), environment.get(f"SCEOP_{name.upper()}"), options.get(name)):
            if value not in (None, "", []):
                return value
        return None

    data = said("data")
    if data is None:
        raise SettingsError("Say where the hub keeps its data: --data DIR, or SCEOP_DATA.")
    return Settings(
        data=Path(str(data)),
        host=str(said("host") or DEFAULT_HOST),
        port=_port(said("port")),
        community=_community(said("community")),
        zone=_zone(said("time_zone")),
        log_level=_log_level(said("log_level")),
        ingress_from=_addresses(said("ingress_from")),
        home_assistant=_home_assistant(
            environment.get("SUPERVISOR_TOKEN"), said("home_assistant"), said("home_assistant_token")
        ),
    )


def _options(path: object) -> dict[str, object]:
    """Read the app's options; a file that is named must be there and hold an object."""
    if path is None:
        return {}
    try:
        options = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The options file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"The options file {path} is not JSON: {error}.") from error
    if not isinstance(options, dict):
        raise SettingsError(f"The options file {path} must hold a JSON object.")
    return options


def _port(value: object) -> int:
    try:
        port = PORT if value is None else int(str(value))
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:  # noqa: PLR2004 - the last TCP port
        raise SettingsError(f"A port is a number from 0 to 65535, not {value!r}.")
    return port


def _community(value: object) -> str | None:
    if value is None:
        return None
    name = str(value).strip()
    if not 1 <= len(name) <= 80:  # noqa: PLR2004 - what a page's header has room for
        raise SettingsError("The community's name has 1 to 80 characters.")
    return name


def _zone(value: object) -> ZoneInfo | None:
    if value is None:
        return None
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"{value!r} is no time zone; write one such as Europe/Amsterdam.") from error


def _home_assistant(supervisor_token: str | None, url: object, token: object) -> HomeAssistantAt | None:
    """As an app, the hub asks through the Supervisor; alone, it needs an address and a long-lived token."""
    if url is None and token is None:
        return HomeAssistantAt(SUPERVISOR, supervisor_token) if supervisor_token else None
    if url is None or token is None:
        raise SettingsError(
            "Home Assistant needs both: its address as SCEOP_HOME_ASSISTANT, and a long-lived access token as"
            " SCEOP_HOME_ASSISTANT_TOKEN."
        )
    try:
        return HomeAssistantAt(address(str(url)), str(token))
    except AddressError as error:
        raise SettingsError(
            f"{url!r} is no address of Home Assistant; write one such as http://homeassistant.local:8123."
        ) from error
    except InsecureAddressError as error:
        raise SettingsError(f"{url!r}: the token would cross the internet for everybody to read; use https.") from error


def machine_zone(environment: Mapping[str, str] = os.environ) -> ZoneInfo:
    """Return the machine's own zone where that has a name; Home Assistant gives its own to every app."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(environment.get("TZ") or "UTC")
    return ZoneInfo("UTC")


def _log_level(value: object) -> str:
    level = DEFAULT_LOG_LEVEL if value is None else str(value).lower()
    if level not in LOG_LEVELS:
        raise SettingsError(f"The log level is one of {', '.join(LOG_LEVELS)}, not {value!r}.")
    return level


def _addresses(value: object) -> frozenset[str]:
    """Read addresses, given one by one or with commas between them."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    try:
        return frozenset(str(ip_address(str(part).strip())) for part in parts if str(part).strip())
    except ValueError as error:
        raise SettingsError(f"--ingress-from takes IP addresses: {error}.") from error
