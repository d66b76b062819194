"""A small client of the wire: it asks again until the hub answers, and stops when the hub says no."""

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

_LOGGER = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
TOLD_FROM = 1.0
"""A hub that is back by then was only restarted."""

TIMEOUT = ClientTimeout(total=60)


class RefusedByHubError(Exception):
    """The hub said no, with its own sentence."""


async def ask(
    session: ClientSession,
    path: str,
    body: Mapping[str, Any] | None = None,
    token: str | None = None,
    method: str = "POST",
) -> dict[str, Any]:
    """Send a request until the hub has answered it; a hub that is away or whose disk is full is asked again later."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    wait, told = FIRST_WAIT, False
    while True:
        try:
            async with session.request(method, path, json=body, headers=headers, timeout=TIMEOUT) as answer:
                document: dict[str, Any] = await answer.json(content_type=None)
                if answer.ok:
                    return document
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise RefusedByHubError(document.get("detail", answer.reason))
                trouble = str(document.get("detail", answer.reason))
        except (ClientError, TimeoutError, ValueError) as error:
            trouble = str(error) or type(error).__name__
        if wait >= TOLD_FROM and not told:
            _LOGGER.warning("The hub does not take what is sent: %s. It is asked again until it does.", trouble)
            told = True
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)
