"""Changes come from our own pages only: each form carries a token that no foreign page can know.

The token follows from who reads the page and from a key that lives as long as the hub runs. Who is nobody yet, at the
door where people sign in, is known by a cookie.
"""

import hmac
import re
import secrets
from hashlib import sha256

from aiohttp import BodyPartReader, MultipartReader, web
from markupsafe import Markup

from ..domain.refusal import Refusal
from . import cookies
from .people import PERSON

KEY = web.AppKey("csrf_key", bytes)
HEADER = "X-CSRF-Token"
FIELD = "csrf"
COOKIE = "sceop_visitor"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_SENDS = web.RequestKey("visitor_cookie", str)
"""The cookie that the answer must set, because its page for nobody in particular holds a token."""
_UPLOAD = web.RequestKey("upload", MultipartReader)
_VISITOR = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_BYTES = 128


def new_key() -> bytes:
    """Return the key of a hub that starts."""
    return secrets.token_bytes(32)


def token(request: web.Request) -> str:
    """Return the token of whoever reads this page."""
    person = request.get(PERSON)
    if person is not None:
        return _sign(request, f"person {person.key} {person.session or ''}")
    known = request.cookies.get(COOKIE, "")
    if not _VISITOR.fullmatch(known):
        known = request[_SENDS] = request.get(_SENDS) or secrets.token_urlsafe(32)
    return _sign(request, f"visitor {known}")


def field(request: web.Request) -> Markup:
    """Return the hidden field that every form holds, an upload's as its first."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token(request))


async def check(request: web.Request) -> None:
    """Refuse a change that does not come from one of our pages."""
    if request.method in SAFE:
        return
    given = request.headers.get(HEADER) or await _from_form(request)
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or not hmac.compare_digest(
        given.encode(errors="replace"), token(request).encode()
    ):
        raise Refusal(
            "forbidden",
            "This change did not come from a page of the hub, or the page was opened before the hub started anew."
            " Load the page again and repeat it.",
        )


async def upload(request: web.Request) -> MultipartReader:
    """Return the parts of an upload, without the token that came first; each is read as it arrives."""
    return request.get(_UPLOAD) or await request.multipart()


async def send_cookie(request: web.Request, answer: web.StreamResponse) -> None:
    """Set the cookie by which a visitor is known again."""
    if visitor := request.get(_SENDS):
        cookies.send(request, answer, COOKIE, visitor)


async def _from_form(request: web.Request) -> str:
    if request.content_type == "application/x-www-form-urlencoded":
        return str((await request.post()).get(FIELD, ""))
    if request.content_type != "multipart/form-data":
        return ""
    try:
        parts = request[_UPLOAD] = await request.multipart()
        first = await parts.next()
        if isinstance(first, BodyPartReader) and first.name == FIELD:
            return (await first.read_chunk(_MOST_BYTES)).decode(errors="replace")
    except (ValueError, AssertionError) as error:
        raise Refusal("invalid", "The upload is not packed as its Content-Type says.") from error
    return ""


def _sign(request: web.Request, who: str) -> str:
    return hmac.new(request.app[KEY], who.encode(errors="surrogatepass"), sha256).hexdigest()
