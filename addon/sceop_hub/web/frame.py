"""The frame of every page: the reader's language, the menu, and the headers that keep the page to itself."""

from http import HTTPStatus

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from .. import __version__
from ..auth import csrf
from ..auth.people import PERSON, base
from ..domain.saying import Saying
from ..hub import HUB
from ..words import language_of, speaker, words
from .files import STAMP
from .menu import MENU

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

    Every template finds `t` (the words), `url` (a path as this reader's browser needs it), `static` (the same for a
    file of ours), `person` (who reads, or None), `lang`, `page`, `menu` with its `badges`, `community` (name,
    time_zone, currency) and `version`. For scripts, `script_words(key, …)` gives the sentences below keys. A page that
    is opened with `?said=KEY` begins with the word `said.KEY`: so a form that was sent tells what came of it.
    Every form holds `{{ csrf_field() }}`, an upload as its first field.
    """
    prefix, language = base(request), language_of(request)
    person, hub, speak = request.get(PERSON), request.app[HUB], speaker(language)
    menu = [entry for entry in MENU if person is not None and person.may(entry.permission)]
    said = f"said.{request.query.get('said', '')}"
    text = _TEMPLATES.get_template(f"{name}.html").render(
        t=speak,
        url=lambda path: f"{prefix}{path}",
        static=lambda name: f"{prefix}/static/{STAMP}/{name}",
        lang=language,
        base=prefix,
        version=__version__,
        person=person,
        page=name,
        menu=menu,
        badges={entry.page: entry.waiting(hub) for entry in menu if entry.waiting},
        said=speak(said) if said in words(language) else None,
        community={
            "name": hub.profile.name,
            "time_zone": hub.profile.zone.key,
            "currency": hub.profile.currency,
        },
        script_words=lambda *starts: {
            key.removeprefix(f"{start}."): text
            for start in starts
            for key, text in words(language).items()
            if key.startswith(f"{start}.")
        },
        csrf_token=lambda: csrf.token(request),
        csrf_field=lambda: csrf.field(request),
        **context,
    )
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def refusal(request: web.Request, sentence: Saying, status: int) -> web.Response:
    """Write the page that says why something was refused, for readers who asked for a page."""
    kinds = {HTTPStatus.FORBIDDEN: "forbidden", HTTPStatus.UNAUTHORIZED: "forbidden", HTTPStatus.NOT_FOUND: "missing"}
    return page(request, "refusal", status=status, kind=kinds.get(HTTPStatus(status), "failed"), sentence=sentence)
