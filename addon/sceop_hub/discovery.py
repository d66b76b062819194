"""Being found: by this machine's Home Assistant through the Supervisor, or by every one in the network.

As an app, the hub has no way into the local network but its port, and the Supervisor passes its word on. By itself, it
announces itself with multicast DNS. Neither is needed to live, so what fails is told in the log and tried again.
"""

import asyncio
import ipaddress
import json
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout

from .backup.restore import KEEP
from .domain.invites import make_code
from .durable import write_json
from .hub import Hub
from .secrets import choose
from .store import invites
from .store.announced import standing
from .store.writer import StorageError

if TYPE_CHECKING:
    from zeroconf import ServiceInfo

_LOGGER = logging.getLogger(__name__)

SERVICE = "sceop"
TYPE = "_sceop-hub._tcp.local."
TIMEOUT = ClientTimeout(total=10)
TRY_AGAIN_SECONDS = 300.0
CODE_LIFE = timedelta(days=7)

_CODE = "announced-code.json"


@asynccontextmanager
async def announced(hub: Hub, port: int, ingress_port: int | None = None) -> AsyncIterator[None]:
    """Let the hub be found for as long as this lasts, in the way that fits where it runs."""
    told = hub.settings
    if not told.announce:
        yield
    elif told.supervisor is not None:
        telling = asyncio.create_task(keep_telling(hub, ingress_port or port, socket.gethostname()))
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.wait([telling])
    elif addresses := await asyncio.to_thread(addresses_of, told.host):
        async with _in_the_network(service(hub, port, addresses)):
            yield
    else:
        yield


async def keep_telling(
    hub: Hub,
    port: int,
    host: str,
    pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(TRY_AGAIN_SECONDS),
) -> None:
    """Tell the Supervisor until it has heard."""
    while not await _told(hub, {"host": host, "port": port, "community": hub.profile.name, "id": hub.id}):
        await pause()


async def _told(hub: Hub, config: Mapping[str, str | int]) -> bool:
    supervisor = hub.settings.supervisor
    assert supervisor is not None  # whoever announces has looked
    try:
        code = await _code(hub)
        body = {"service": SERVICE, "config": {**config, **({} if code is None else {"code": code})}}
        async with (
            ClientSession(timeout=TIMEOUT, headers={"Authorization": f"Bearer {supervisor.token}"}) as session,
            session.post(f"{supervisor.url}/discovery", json=body) as answer,
        ):
            if answer.ok:
                _LOGGER.info("The Supervisor tells Home Assistant of this hub")
                return True
            # It would say the same again.
            final = answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST}
            _LOGGER.warning("The Supervisor did not take the announcement of this hub: %s", answer.status)
            return final
    except (ClientError, OSError, StorageError, sqlite3.Error) as error:
        _LOGGER.warning("The Supervisor could not be told of this hub, which is tried again: %s", error)
        return False


async def _code(hub: Hub) -> str | None:
    """Return the single-use invite for this machine's home; None once it came in.

    It stays the same over restarts: the Supervisor would take another one for news, and Home Assistant go on showing
    the old one.
    """
    file = hub.settings.data / KEEP / _CODE
    code = _kept(file)
    if code is not None:
        known = code
        match await hub.store.read(lambda books: standing(books, known, hub.clock())):
            case "open":
                return code
            case "used":
                return None
    code = make_code(choose)
    new = invites.NewInvite(code, 1, CODE_LIFE, by=invites.ANNOUNCED)
    await hub.store.write(lambda books: invites.add(books, new, hub.clock()))
    file.parent.mkdir(exist_ok=True)
    write_json(file, code)
    return code


def _kept(file: Path) -> str | None:
    try:
        return str(json.loads(file.read_text(encoding="utf-8")))
    except OSError, ValueError:
        return None


def service(hub: Hub, port: int, addresses: list[str]) -> ServiceInfo:
    """Say what the network is told. A name is one for each hub, whatever its community is called."""
    from zeroconf import ServiceInfo  # noqa: PLC0415 - an app never needs it, and it costs several megabytes

    tls = "0" if hub.settings.tls_certificate is None else "1"
    return ServiceInfo(
        TYPE,
        f"SCEOP hub {hub.id}.{TYPE}",
        port=port,
        properties={"id": hub.id, "tls": tls, "path": "/", "community": _short(hub.profile.name)},
        parsed_addresses=addresses,
        server=f"sceop-hub-{hub.id}.local.",
    )


@asynccontextmanager
async def _in_the_network(said: ServiceInfo) -> AsyncIterator[None]:
    from zeroconf import Error  # noqa: PLC0415 - as above
    from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415 - as above

    try:
        network = AsyncZeroconf(interfaces=said.parsed_addresses())
        repeating = asyncio.ensure_future(await network.async_register_service(said, allow_name_change=True))
    except (OSError, Error) as error:
        _LOGGER.warning("The network could not be told of this hub: %s. Homes join by its address all the same", error)
        yield
        return
    try:
        yield
    finally:
        repeating.cancel()
        with suppress(OSError, Error):
            await network.async_unregister_all_services()
            await network.async_close()


def addresses_of(host: str) -> list[str]:
    """Return the addresses at which others find this host; none where it listens for this machine alone."""
    from ifaddr import get_adapters  # noqa: PLC0415 - comes with zeroconf, and only where that is used

    try:
        *_, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        own = ipaddress.ip_address(address[0])
    except OSError, ValueError:
        return []
    if not own.is_unspecified:
        return [] if own.is_loopback else [str(own)]
    plain = [ip.ip for adapter in get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return [ip for ip in plain if not ipaddress.ip_address(ip).is_loopback]


def _short(text: str) -> str:
    """Keep to the 255 bytes that a property may have."""
    return text.encode()[:200].decode(errors="ignore")
