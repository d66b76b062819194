"""Reachability: whether households that know the hub's address find this hub there, and nobody else.

The hub asks itself through the address that invites carry. A router that does not lead its own network back to itself
makes the last step fail for the hub and not for neighbours; the sentence says so.
"""

import asyncio
import json
import socket
import ssl
from collections.abc import Awaitable, Callable
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, Fingerprint

from . import tls
from .core.wire import HUB_NAME, PORT
from .domain.address import stays_at_home
from .domain.findings import Finding, Verdict

STEP_SECONDS = 5
MOST_BYTES = 65_536


async def reach(address: str, hub_id: str, pinned: str | None = None) -> list[Finding]:
    """Go the way of a household, step by step, as far as it leads. `pinned` is the certificate that invites carry."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme, PORT)
    except ValueError:
        host, port = "", 0
    if not host or parts.scheme not in {"http", "https"}:
        return [_found("name", "wrong", "nonsense", address=address)]
    steps: list[Callable[[], Awaitable[Finding | None]]] = [
        lambda: _name(host, port),
        lambda: _certificate(host, port, pinned) if parts.scheme == "https" else _without(host, address),
        lambda: _hub(address, hub_id, pinned),
    ]
    findings: list[Finding] = []
    for step in steps:
        if (finding := await step()) is not None:
            findings.append(finding)
            if finding.verdict == "wrong":
                break
    return findings


def _found(check: str, verdict: Verdict, word: str, **facts: str | int) -> Finding:
    return Finding("reach", check, verdict, word, facts)


async def _name(host: str, port: int) -> Finding:
    try:
        async with asyncio.timeout(STEP_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError, UnicodeError:  # a timeout is one, too
        return _found("name", "wrong", "unknown", host=host)
    addresses = sorted({str(address[4][0]) for address in found})
    if all(ip_address(address).is_loopback for address in addresses):
        return _found("name", "warning", "alone", host=host)
    return _found("name", "ok", "fine", host=host, addresses=", ".join(addresses))


async def _without(host: str, address: str) -> Finding | None:
    """Households speak plain HTTP at home only."""
    return None if stays_at_home(host) else _found("certificate", "wrong", "plain", address=address)


async def _certificate(host: str, port: int, pinned: str | None) -> Finding:
    trusting = tls.trusting_anybody() if pinned else ssl.create_default_context()
    try:
        async with asyncio.timeout(STEP_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=trusting, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return _found("certificate", "wrong", "refused", why=error.verify_message)
    except ssl.SSLError:
        return _found("certificate", "wrong", "no_tls", host=host, port=port)
    except OSError:
        return _found("certificate", "wrong", "closed", host=host, port=port)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
    writer.transport.abort()
    if pinned and sha256(shown).hexdigest() != pinned:
        return _found("certificate", "wrong", "another", host=host)
    return _found("certificate", "ok", "pinned" if pinned else "fine", host=host)


async def _hub(address: str, hub_id: str, pinned: str | None) -> Finding:
    trust = Fingerprint(bytes.fromhex(pinned)) if pinned else True
    timeout = ClientTimeout(total=STEP_SECONDS)
    try:
        async with (
            ClientSession(timeout=timeout) as session,
            session.get(f"{address.rstrip('/')}/healthz", ssl=trust, allow_redirects=False) as answer,
        ):
            said: Any = json.loads(await answer.content.read(MOST_BYTES))
    except ClientError, OSError:
        return _found("hub", "wrong", "silent", address=address)
    except ValueError:
        return _found("hub", "wrong", "stranger", address=address)
    if not isinstance(said, dict) or said.get("name") != HUB_NAME:
        return _found("hub", "wrong", "stranger", address=address)
    if said.get("id") != hub_id:
        return _found("hub", "wrong", "another", address=address, community=str(said.get("community"))[:80])
    return _found("hub", "ok", "fine", address=address)
