"""The frame of every page: the reader's language, the menu, and the headers that keep the page to itself."""

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from .. import __version__
from ..api.keys import HUB
from ..auth import csrf
from ..auth.people import PERSON, base
from .menu import MENU
from .words import language_of, speaker, words

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Nothing a page loads comes from elsewhere, and no script or style stands inside it."""

_TEMPLATES = Environment(
    loader=PackageLoader(__package__), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
)


def page(request: web.Request, name: str, /, *, status: int = 200, **context: object) -> web.Response:
    """Write the page `templates/<name>.html`, or a part of one for htmx.

    Every template finds `t` (the words), `url` (a path as this reader's browser needs it), `person` (who reads, or
    None), `lang`, `page`, `menu`, `community` (name, time_zone) and `version`. For scripts, `script_words(prefix)`
    gives the sentences below a key. Every form holds `{{ csrf_field() }}`, an upload as its first field.
    """
    prefix, language = base(request), language_of(request)
    person, hub = request.get(PERSON), request.app[HUB]
    text = _TEMPLATES.get_template(f"{name}.html").render(
        t=speaker(language),
        url=lambda path: f"{prefix}{path}",
        lang=language,
        base=prefix,
        version=__version__,
        person=person,
        page=name,
        menu=[entry for entry in MENU if person is not None and person.may(entry.permission)],
        community={"name": hub.profile.name, "time_zone": hub.profile.zone.key},
        script_words=lambda start: {
            key.removeprefix(f"{start}."): text for key, text in words(language).items() if key.startswith(f"{start}.")
        },
        csrf_token=lambda: csrf.token(request),
        csrf_field=lambda: csrf.field(request),
        **context,
    )
    answer = web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
    if visitor := request.get(csrf.VISITOR):
        answer.set_cookie(csrf.COOKIE, visitor, httponly=True, samesite="Strict", secure=request.secure)
    return answer
