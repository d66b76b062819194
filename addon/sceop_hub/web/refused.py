"""Refusals as a person sees them: a page with the sentence, or the way to the door."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from ..api.problems import MISTAKE, STATUS, disk
from ..auth.people import came_through_ingress
from ..auth.tokens import HOUSEHOLD
from ..domain.refusal import Refusal
from ..domain.saying import Saying, saying
from ..hub import HUB
from ..store import accounts
from ..store.writer import StorageError
from .frame import refusal as refusal_page

_LOGGER = logging.getLogger(__name__)


@web.middleware
async def refused(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a person with a page; a program gets the problem document, which is made further out."""
    if not _wants_page(request):
        return await handler(request)
    try:
        return await handler(request)
    except Refusal as refusal:
        if request.get(HOUSEHOLD) is not None:
            raise
        return await _page(request, refusal)
    except StorageError as error:
        return await _page(request, disk(error))
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        answer = refusal_page(request, _of_the_server(error), error.status)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except Exception:
        _LOGGER.exception("The page %s failed", request.path)
        return await _page(request, MISTAKE)


def _wants_page(request: web.Request) -> bool:
    """Tell whether a person with a browser asked."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")


def _of_the_server(error: web.HTTPException) -> Saying:
    """Say what the web server itself refused."""
    match error.status:
        case HTTPStatus.NOT_FOUND:
            return saying("The hub has nothing at this address. Check it, or start from the first page.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return saying("What was sent is larger than any form of this hub. Load the page again and send less.")
        case _:
            return saying("This is not how the pages of the hub ask for it. Load the page again.")


async def _page(request: web.Request, refusal: Refusal) -> web.StreamResponse:
    """Say what was refused; who is not signed in yet is led to the door."""
    if refusal.problem == "sign-in" and request.method == "GET" and not came_through_ingress(request):
        anybody = await request.app[HUB].store.read(accounts.any_)
        door = f"/login?{urlencode({'to': request.path_qs})}" if anybody else "/setup"
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": door, "Cache-Control": "no-store"})
    answer = refusal_page(request, refusal.saying, STATUS[refusal.problem])
    if refusal.wait is not None:
        answer.headers["Retry-After"] = str(refusal.wait)
    return answer
