"""Refusals as a person sees them: a page with the sentence, or the way to the door."""

from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from ..api.problems import STATUS
from ..auth.people import came_through_ingress
from ..auth.tokens import HOUSEHOLD
from ..domain.refusal import Refusal
from ..hub import HUB
from ..store import accounts
from .frame import refusal as refusal_page
from .words import language_of, speaker


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
    except web.HTTPNotFound:
        nowhere = speaker(language_of(request))("refusal.nowhere")
        return refusal_page(request, nowhere, HTTPStatus.NOT_FOUND)


def _wants_page(request: web.Request) -> bool:
    """Tell whether a person with a browser asked."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")


async def _page(request: web.Request, refusal: Refusal) -> web.StreamResponse:
    """Say what was refused; who is not signed in yet is led to the door."""
    if refusal.problem == "sign-in" and request.method == "GET" and not came_through_ingress(request):
        anybody = await request.app[HUB].store.read(accounts.any_)
        door = f"/login?{urlencode({'to': request.path_qs})}" if anybody else "/setup"
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": door, "Cache-Control": "no-store"})
    answer = refusal_page(request, refusal.sentence, STATUS[refusal.problem])
    if refusal.wait is not None:
        answer.headers["Retry-After"] = str(refusal.wait)
    return answer
