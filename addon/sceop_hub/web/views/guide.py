"""The first-run guide: from an empty hub to the first shared figure, one question a page.

It can be left and taken up again: what was answered is kept with each step, and the guide opens at the first one that
was not taken.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from aiohttp import web

from ... import invitations
from ...auth.access import Permission
from ...auth.people import PERSON
from ...domain.address import is_this_machine
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...homeassistant import HomeAssistant, HomeAssistantError
from ...hub import HUB
from ...jobs.figures import FIGURES
from ...store import profile as profiles
from ...words import language_of, speaker
from .. import deciding
from ..choices import CURRENCIES, currencies_of_zones, zone_choices, zones
from ..form import Form, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

STEPS = ("name", "place", "address", "invite", "publish")
SUGGESTED_USES = 20


async def lead_there(request: web.Request) -> None:
    """Send an owner who opens an empty hub to its guide, until they went through it or said that they need none."""
    hub, person = request.app[HUB], request.get(PERSON)
    reads_pages = "text/html" in request.headers.get("Accept", "")
    if not reads_pages or person is None or not person.may(Permission.OWN) or hub.profile.published_since is not None:
        return
    steps = await hub.store.read(profiles.guide)
    if not steps.left and "publish" not in steps.taken and not await hub.store.read(profiles.anybody_joined):
        raise see(request, "/guide")


@routes.get("/guide")
async def resume(request: web.Request) -> web.Response:
    """Open the first step that was not taken."""
    steps = await request.app[HUB].store.read(profiles.guide)
    raise see(request, f"/guide/{next((step for step in STEPS if step not in steps.taken), STEPS[-1])}")


@routes.get("/guide/{step}")
async def show(request: web.Request) -> web.Response:
    """Show one step."""
    step = request.match_info["step"]
    if step not in STEPS:
        raise web.HTTPNotFound
    return await _show(request, step)


@routes.post("/guide/name")
async def name(request: web.Request) -> web.Response:
    """Name the community."""
    return await _decide(request, "name", deciding.name)


@routes.post("/guide/place")
async def place(request: web.Request) -> web.Response:
    """Say where it lives. The language in which this is read is the one that messages will be written in."""
    language = language_of(request)
    return await _decide(request, "place", lambda form: {**deciding.place(form), "language": language})


@routes.post("/guide/address")
async def address(request: web.Request) -> web.Response:
    """Say where members reach the hub."""
    return await _decide(request, "address", deciding.address)


@routes.post("/guide/invite")
async def invite(request: web.Request) -> web.Response:
    """Make the first invite, or go on with it."""
    form = await sent(request)
    if form.text("next"):
        return await _go_on(request, "invite")
    uses = form.whole("uses")
    try:
        made = await invitations.make(request, uses=uses or 0)
    except Refusal as refusal:
        return await _show(request, "invite", form, refused=refusal.saying)
    raise see(request, "/guide/invite", invite=str(made.id))


@routes.post("/guide/publish")
async def publish(request: web.Request) -> web.Response:
    """Begin to publish: from now on the community sees itself, and the page that comes next already does."""
    hub, key = request.app[HUB], request[PERSON].key
    await hub.begin_publishing(key)
    await _take(request, "publish")
    await request.app[FIGURES].renew()
    raise see(request, "/", "published")


@routes.post("/guide/leave")
async def leave(request: web.Request) -> web.Response:
    """Go without the guide; the menu and the first page still lead to it."""
    hub = request.app[HUB]
    steps = await hub.store.read(profiles.guide)
    await hub.store.write(lambda books: profiles.save_guide(books, replace(steps, left=True)))
    raise see(request, "/")


async def _decide(request: web.Request, step: str, read: deciding.Read) -> web.Response:
    form = await deciding.decide(request, read)
    return await _show(request, step, form) if form.mistakes else await _go_on(request, step)


async def _go_on(request: web.Request, step: str) -> web.Response:
    await _take(request, step)
    raise see(request, f"/guide/{STEPS[STEPS.index(step) + 1]}")


async def _take(request: web.Request, step: str) -> None:
    hub = request.app[HUB]
    steps = await hub.store.read(profiles.guide)
    taken = profiles.GuideSteps(steps.taken | {step}, left=False)
    if taken != steps:
        await hub.store.write(lambda books: profiles.save_guide(books, taken))


async def _show(
    request: web.Request, step: str, form: Form | None = None, refused: Saying | None = None
) -> web.Response:
    hub, say = request.app[HUB], speaker(language_of(request))
    mistakes = form.sentences(say) if form else {}
    values = deciding.texts(hub.profile)
    told, suggest = False, ""
    if step == "place" and form is None:
        values, told, suggest = await _surroundings(request, values)
    if step == "name" and "name" not in await hub.store.read(profiles.decided) | hub.fixed:
        values["name"] = ""
    if form is not None:
        values |= form.fields
    steps = await hub.store.read(profiles.guide)
    return page(
        request,
        "guide",
        status=422 if mistakes or refused else 200,
        step=step,
        steps=[(name, say(f"guide.{name}.short"), name in steps.taken) for name in STEPS],
        number=STEPS.index(step) + 1,
        before=STEPS[STEPS.index(step) - 1] if step != STEPS[0] else None,
        values=values,
        mistakes=mistakes,
        refused=refused,
        fixed=hub.fixed,
        told_by_home_assistant=told,
        suggest=suggest,
        zones=zone_choices(hub.profile.zone.key),
        currencies=CURRENCIES,
        currencies_of_zones=currencies_of_zones() if suggest else {},
        found=_found(request) if step == "address" else None,
        uses=SUGGESTED_USES,
        made=_made(request) if step == "invite" else None,
        preview=await hub.publishing.preview() if step == "publish" else None,
        profile=hub.profile,
    )


async def _surroundings(request: web.Request, values: dict[str, str]) -> tuple[dict[str, str], bool, str]:
    """Fill in what Home Assistant knows of the place; without one, name what the browser may suggest.

    A community's place is no home's: two digits of a degree are a kilometre.
    """
    hub = request.app[HUB]
    decided = await hub.store.read(profiles.decided)
    if "currency" in decided:
        return values, False, ""
    asked = "currency" if "zone" in hub.fixed | decided else "zone currency"
    # What nobody chose is asked for: no money may stand in a wrong currency because a page was clicked away.
    usual = currencies_of_zones().get(hub.profile.zone.key, "") if asked == "currency" else ""
    values = values | {"currency": usual}
    if hub.settings.home_assistant is None:
        return values, False, asked
    try:
        found = await HomeAssistant(hub.settings.home_assistant).surroundings()
    except HomeAssistantError:
        return values, False, asked
    told = {
        "zone": found.zone if found.zone in zones() and "zone" not in hub.fixed else None,
        "latitude": None if found.latitude is None else f"{found.latitude:.2f}",
        "longitude": None if found.longitude is None else f"{found.longitude:.2f}",
        "currency": found.currency,
    }
    return values | {field: value for field, value in told.items() if value}, True, ""


def _found(request: web.Request) -> str | None:
    """Return where the browser found the hub, as a suggestion, unless only this machine finds it there."""
    try:
        found: str = invitations.hub_address(request)
    except Refusal:
        return None
    return None if is_this_machine(urlsplit(found).hostname or "") else found


def _made(request: web.Request) -> invitations.Made | None:
    asked = request.query.get("invite", "")
    try:
        return invitations.shown(request, int(asked[:18])) if asked.isdecimal() else None
    except Refusal:
        return None
