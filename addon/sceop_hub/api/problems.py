"""Problems: every refusal leaves the wire as an RFC 9457 document with a sentence that says what to do."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from ..auth.tokens import HOUSEHOLD
from ..core.wire import MOST_BYTES
from ..domain.refusal import Refusal
from ..hub import HUB
from ..store.writer import StorageError

_LOGGER = logging.getLogger(__name__)

STATUS = {
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "sign-in": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "fixed": HTTPStatus.CONFLICT,
    "waiting": HTTPStatus.FORBIDDEN,
    "paused": HTTPStatus.FORBIDDEN,
    "weather-not-trusted": HTTPStatus.FORBIDDEN,
    "too-many": HTTPStatus.TOO_MANY_REQUESTS,
    "nickname-taken": HTTPStatus.CONFLICT,
    "insecure-address": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not-found": HTTPStatus.NOT_FOUND,
    "event-over": HTTPStatus.CONFLICT,
    "event-taken": HTTPStatus.CONFLICT,
    "challenge-over": HTTPStatus.CONFLICT,
    "reward-closed": HTTPStatus.CONFLICT,
    "reward-gone": HTTPStatus.CONFLICT,
    "too-few-points": HTTPStatus.CONFLICT,
    "nickname-needed": HTTPStatus.CONFLICT,
    "league": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invite-unknown": HTTPStatus.NOT_FOUND,
    "invite-used": HTTPStatus.CONFLICT,
    "invite-expired": HTTPStatus.GONE,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-many-channels": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unsupported": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "upgrade": HTTPStatus.UPGRADE_REQUIRED,
    "clock": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too-old": HTTPStatus.UNPROCESSABLE_ENTITY,
    "storage": HTTPStatus.INSUFFICIENT_STORAGE,
    "backup": HTTPStatus.UNPROCESSABLE_ENTITY,
    "import": HTTPStatus.UNPROCESSABLE_ENTITY,
    "export": HTTPStatus.UNPROCESSABLE_ENTITY,
    "passphrase": HTTPStatus.UNPROCESSABLE_ENTITY,
    "newer": HTTPStatus.CONFLICT,
    "busy": HTTPStatus.CONFLICT,
    "too-slow": HTTPStatus.REQUEST_TIMEOUT,
    "not-ready": HTTPStatus.SERVICE_UNAVAILABLE,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}


_HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.UPGRADE_REQUIRED: {"Connection": "Upgrade", "Upgrade": "websocket"},
}
"""What HTTP itself wants said with a refusal."""


class Problem(msgspec.Struct, frozen=True):
    """What every refusal says: a word for programs in `type`, and in `detail` a sentence for people."""

    type: str
    title: str
    status: int
    detail: str


def problem(slug: str, sentence: str, status: int | None = None) -> web.Response:
    """Write the problem document."""
    status = int(status or STATUS[slug])
    document = Problem(f"urn:sceop:problem:{slug}", slug.replace("-", " ").capitalize(), status, sentence)
    answer = web.Response(
        body=msgspec.json.encode(document), status=status, content_type="application/problem+json", charset="utf-8"
    )
    answer.headers.update(_HEADERS.get(status, {}))
    return answer


MISTAKE = Refusal("internal", "The hub made a mistake; its log tells more. Nothing of this request was kept.")


def disk(error: StorageError) -> Refusal:
    """Say that nothing could be written, and why."""
    cause = error.__cause__ or error
    return Refusal(
        "storage",
        "The hub could not write to its disk ({why}). Nothing of this request was kept: send it again later.",
        why=getattr(cause, "strerror", None) or cause,
    )


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever went wrong into a problem document."""
    try:
        return await handler(request)
    except Refusal as refusal:
        if household := request.get(HOUSEHOLD):
            hub = request.app[HUB]
            hub.refusals.note(household.public_id, refusal.problem, hub.clock())
        answer = problem(refusal.problem, refusal.sentence)
        if refusal.wait is not None:
            answer.headers["Retry-After"] = str(refusal.wait)
        return answer
    except StorageError as error:
        full = disk(error)
        return problem(full.problem, full.sentence)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        answer = problem(*_of_the_server(error, request.path), error.status)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception:
        _LOGGER.exception("A request to %s failed", request.path)
        return problem(MISTAKE.problem, MISTAKE.sentence)


def _of_the_server(error: web.HTTPException, path: str) -> tuple[str, str]:
    """Say what the web server itself refused."""
    match error.status:
        case HTTPStatus.NOT_FOUND:
            return "not-found", f"This hub has nothing at {path[:200]}. It speaks version 1 of the wire."
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return "too-large", f"A request holds at most {MOST_BYTES} bytes, unpacked."
        case _:
            return "unsupported", f"{error.reason}: this is not how version 1 of the wire asks for {path[:200]}."
