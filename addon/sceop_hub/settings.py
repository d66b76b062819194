"""Settings: what the hub is told by flags, environment and the app's options, in this order of weight."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import values
from .core.wire import PORT
from .domain.address import AddressError, InsecureAddressError, address
from .values import Networks, SettingsError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_COMMUNITY = "Our community"
DEFAULT_LOG_LEVEL = "info"
LOG_LEVELS = ("debug", "info", "warning")
"""No higher one: an invite for whoever has no shell is told as a warning."""

LOG_FORMATS = ("text", "json")

CERTIFICATES = Path("/ssl")
"""Where Home Assistant's apps find certificates; their options name files in it."""

_TOLD_BY_OPTIONS = frozenset(
    {
        "announce",
        "backup_passphrase",
        "backup_passphrase_file",
        "certfile",
        "community",
        "data",
        "home_assistant",
        "home_assistant_token",
        "host",
        "ingress_from",
        "ingress_port",
        "keyfile",
        "local_owner",
        "log_format",
        "log_level",
        "port",
        "proxy_from",
        "ssl",
        "time_zone",
        "tls_certificate",
        "tls_key",
    }
)


SUPERVISOR = "http://supervisor/core"
"""Where the Supervisor passes on to Home Assistant what an app asks; outside an app nobody has that name."""


@dataclass(frozen=True, slots=True)
class HomeAssistantAt:
    """Where Home Assistant answers, and the token that it knows the hub by."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SupervisorAt:
    """Where the Supervisor answers, and the token that it gave this app."""

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
    supervisor: SupervisorAt | None = None
    """There is one where the hub runs as an app."""
    ingress_port: int | None = None
    """A second port without TLS, for ingress and this machine's own Home Assistant; nobody else may reach it."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    proxy_from: Networks = ()
    """Reverse proxies, whose word on the visitor's address is believed."""
    log_format: str = LOG_FORMATS[0]
    announce: bool = True
    backup_passphrase: str | None = field(default=None, repr=False)
    doubts: tuple[str, ...] = ()
    """Sentences about what was told and is not used; they keep nobody from starting."""
    local_owner: bool = False
    """Whether somebody at the hub's own machine is an owner without signing in: for trying it out."""


def load(flags: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> Settings:
    """Bring together what was said; `flags` holds None where the command line was silent."""
    options = _options(flags.get("options"), Path(environment.get("SCEOP_CERTIFICATES") or CERTIFICATES))

    def said(name: str) -> object:
        for value in (flags.get(name), environment.get(f"SCEOP_{name.upper()}"), options.get(name)):
            if value not in (None, "", []):
                return value
        return None

    data = said("data")
    if data is None:
        raise SettingsError("Say where the hub keeps its data: --data DIR, or SCEOP_DATA.")
    certificate, key = _pair(said)
    return Settings(
        data=Path(str(data)),
        host=str(said("host") or DEFAULT_HOST),
        port=values.port(said("port"), PORT),
        community=values.community(said("community")),
        zone=values.zone(said("time_zone")),
        log_level=values.one_of(LOG_LEVELS, "The log level", said("log_level"), DEFAULT_LOG_LEVEL),
        ingress_from=values.addresses(said("ingress_from")),
        home_assistant=_home_assistant(
            environment.get("SUPERVISOR_TOKEN"), said("home_assistant"), said("home_assistant_token")
        ),
        supervisor=SupervisorAt(SUPERVISOR.removesuffix("/core"), token)
        if (token := environment.get("SUPERVISOR_TOKEN"))
        else None,
        ingress_port=None if said("ingress_port") is None else values.port(said("ingress_port")),
        tls_certificate=certificate,
        tls_key=key,
        proxy_from=values.networks(said("proxy_from")),
        log_format=values.one_of(LOG_FORMATS, "The log's format", said("log_format"), LOG_FORMATS[0]),
        announce=values.yes("announce", said("announce"), default=True),
        backup_passphrase=values.passphrase(said("backup_passphrase_file"), said("backup_passphrase")),
        doubts=tuple(_unknown(options)),
        local_owner=values.yes("local_owner", said("local_owner"), default=False),
    )


def _options(path: object, certificates: Path) -> dict[str, object]:
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
    return _certificates_of_the_app(options, certificates)


def _certificates_of_the_app(options: dict[str, object], folder: Path) -> dict[str, object]:
    """Read `ssl`, `certfile` and `keyfile` as every app has them: names of files in one folder, used with `ssl` on."""
    if values.yes("ssl", options.get("ssl"), default=False):
        for ours, theirs in (("tls_certificate", "certfile"), ("tls_key", "keyfile")):
            if not (name := options.get(theirs)):
                raise SettingsError(f"With the option ssl on, the option {theirs} names a file in {CERTIFICATES}.")
            options.setdefault(ours, str(folder / str(name)))
    return options


def _unknown(options: Mapping[str, object]) -> list[str]:
    return [
        f"The option {name!r} is none of the hub's and changes nothing; its options are"
        f" {', '.join(sorted(_TOLD_BY_OPTIONS))}."
        for name in sorted(options.keys() - _TOLD_BY_OPTIONS)
    ]


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


def _pair(said: Callable[[str], object]) -> tuple[Path | None, Path | None]:
    """Return the certificate's file and its key's: both or neither."""
    certificate, key = said("tls_certificate"), said("tls_key")
    if (certificate is None) != (key is None):
        missing = "--tls-key" if key is None else "--tls-certificate"
        raise SettingsError(f"TLS takes a certificate and its key: {missing} is missing.")
    return (None, None) if certificate is None else (Path(str(certificate)), Path(str(key)))
