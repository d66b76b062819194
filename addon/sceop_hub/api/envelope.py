"""What surrounds every request: a name by which the log tells of it, its time, and patience that ends."""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from ..core.wire import HUB_NAME
from ..domain.refusal import Refusal
from ..logs import REQUEST
from ..metrics import METRICS, Counter, Histogram

_LOGGER = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 10.0
SLOWEST = 2048
"""Bytes a second of a body that is waited for: the slowest telephone line sends more."""

ID = web.RequestKey("id", str)
UNDER_WAY = web.AppKey("under_way", dict[object, str])
"""Connections whose request is being answered, with its route; the others may be closed for somebody else."""
REQUESTS = web.AppKey("requests", Counter)
TIMES = web.AppKey("times", Histogram)

_OPEN_ENDED = {"text/event-stream"}


def prepare(app: web.Application) -> None:
    """Give the application what its envelopes need."""
    metrics = app[METRICS]
    app[UNDER_WAY] = {}
    app[REQUESTS] = metrics.counter("sceop_requests_total", "Requests answered, by route and status.")
    app[TIMES] = metrics.histogram("sceop_request_seconds", "How long answers took, streams left out.")
    app.on_response_prepare.append(_name)


_RUN, _NUMBERS = secrets.token_hex(3), itertools.count(1)


@web.middleware
async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Surround a request; it stands in front of all other middlewares."""
    name = request[ID] = f"{_RUN}-{next(_NUMBERS):x}"
    REQUEST.set(name)  # each request runs in a context of its own
    began = time.perf_counter()
    resource = request.match_info.route.resource
    route = "none" if resource is None else resource.canonical
    with _under_way(request, route), _patience(request):
        answer = await handler(request)
    _leave_the_rest(request, answer)
    labels = {"method": request.method, "route": route}
    taken = time.perf_counter() - began
    if _LOGGER.isEnabledFor(logging.DEBUG):
        told = {**labels, "status": answer.status, "seconds": round(taken, 4)}
        _LOGGER.debug("%s %s: %d", request.method, route, answer.status, extra={"fields": told})
    request.app[REQUESTS].add(1, **labels, status=str(answer.status))
    if not isinstance(answer, web.WebSocketResponse) and answer.content_type not in _OPEN_ENDED:
        request.app[TIMES].add(taken, **labels)
    return answer


def _leave_the_rest(request: web.Request, answer: web.StreamResponse) -> None:
    """End a connection whose body was not wanted; what is packed is not unpacked just to be thrown away."""
    if not request.content.is_eof() and not answer.prepared:
        answer.force_close()
        if "Content-Encoding" in request.headers:
            request.content.set_exception(TimeoutError())


async def _name(request: web.Request, answer: web.StreamResponse) -> None:
    answer.headers["Server"] = HUB_NAME
    if (name := request.get(ID)) is not None:
        answer.headers["X-Request-Id"] = name


@contextmanager
def _under_way(request: web.Request, route: str) -> Iterator[None]:
    under_way = request.app[UNDER_WAY]
    under_way[request.protocol] = route
    try:
        yield
    finally:
        under_way.pop(request.protocol, None)


@contextmanager
def _patience(request: web.Request) -> Iterator[None]:
    """Give a body up that trickles in: whoever reads it gets a refusal. Most bodies came with their headers."""
    if request.content.is_eof() or not request.can_read_body:
        yield
        return
    watch = _Watch(request)
    try:
        yield
    finally:
        watch.end()


class _Watch:
    """Looks every ten seconds how much of a body came."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._seen = request.content.total_bytes
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.call_later(LOOK_EVERY_SECONDS, self._look)

    def end(self) -> None:
        self._next.cancel()

    def _look(self) -> None:
        content, transport = self._request.content, self._request.transport
        if content.is_eof() or transport is None:
            return
        came, self._seen = content.total_bytes - self._seen, content.total_bytes
        # While the hub itself is slow to take what came, the transport does not read, and nobody is to blame.
        if came < SLOWEST * LOOK_EVERY_SECONDS and _reads(transport):
            content.set_exception(
                Refusal(
                    "too-slow", "The request came too slowly, and was given up. Nothing of it was kept: send it again."
                )
            )
            return
        self._next = self._loop.call_later(LOOK_EVERY_SECONDS, self._look)


def _reads(transport: object) -> bool:
    is_reading = getattr(transport, "is_reading", None)
    return bool(is_reading()) if callable(is_reading) else True
