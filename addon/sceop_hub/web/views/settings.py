"""Settings: what the community is and does, form by form; each is kept by itself."""

import asyncio
from http import HTTPStatus

from aiohttp import web

from ... import calendars, invitations
from ...auth import programs
from ...auth.access import Permission
from ...auth.people import PERSON
from ...domain.privacy import FEWEST_HOMES, largest_share
from ...domain.profile import LOWEST_FEWEST
from ...domain.refusal import Refusal
from ...homeassistant import HomeAssistant, HomeAssistantError
from ...hub import HUB
from ...jobs.alerts import WATCH
from ...jobs.forecast import FORECASTING
from ...settings import SUPERVISOR
from ...store import profile as profiles
from ...words import LANGUAGES, language_of, speaker
from .. import deciding
from ..choices import CURRENCIES, NAMES_OF_LANGUAGES, zone_choices
from ..form import Form, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

VIEWS = {
    "community": "/settings",
    "privacy": "/settings/privacy",
    "data": "/settings/data",
    "backups": "/settings/backups",
    "checks": "/settings/checks",
}


def settings_page(
    request: web.Request, view: str, form: Form | None = None, status: int = 200, **context: object
) -> web.Response:
    """Write a view of the settings; with what was typed and its mistakes where something could not be taken."""
    hub = request.app[HUB]
    values = deciding.texts(hub.profile) | (form.fields if form else {})
    say = speaker(language_of(request))
    mistakes = form.sentences(say) if form else {}
    return page(
        request,
        "settings",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else status,
        view=view,
        views=[(path, say(f"settings.view.{name}"), name == view) for name, path in VIEWS.items()],
        values=values,
        mistakes=mistakes,
        fixed=hub.fixed,
        as_app=hub.settings.home_assistant is not None and hub.settings.home_assistant.url == SUPERVISOR,
        profile=hub.profile,
        **context,
    )


@routes.get("/settings")
async def community(request: web.Request) -> web.Response:
    """Show what the community is."""
    return await _community(request)


@routes.post("/settings/community")
async def save_community(request: web.Request) -> web.Response:
    """Keep name, place and language."""
    return await _save(request, deciding.community, "community")


@routes.post("/settings/factors")
async def save_factors(request: web.Request) -> web.Response:
    """Keep what a kWh costs and emits."""
    return await _save(request, deciding.factors, "factors")


@routes.post("/settings/forecast")
async def save_forecast(request: web.Request) -> web.Response:
    """Keep what forecasts go by."""
    return await _save(request, deciding.forecast, "forecast")


@routes.post("/settings/events")
async def save_events(request: web.Request) -> web.Response:
    """Keep which peaks become events, and when members hear of them."""
    return await _save(request, deciding.events, "events")


@routes.get("/settings/weather-entities")
async def weather_entities(request: web.Request) -> web.Response:
    """Give the weather entities that Home Assistant has, for the page to suggest."""
    at = request.app[HUB].settings.home_assistant
    try:
        found = await HomeAssistant(at).weather_entities() if at else []
    except HomeAssistantError:
        found = []
    return page(request, "settings_suggestions", suggestions=found)


@routes.post("/settings/address")
async def save_address(request: web.Request) -> web.Response:
    """Keep where members reach the hub."""
    return await _save(request, deciding.address, "address")


@routes.post("/settings/admission")
async def save_admission(request: web.Request) -> web.Response:
    """Keep whether newcomers are let in one by one."""
    return await _save(request, deciding.admission, "admission")


@routes.post("/settings/notify")
async def save_notify(request: web.Request) -> web.Response:
    """Keep whose phone hears of alerts."""
    return await _save(request, deciding.notify, "notify")


@routes.post("/settings/notify/test")
async def try_notify(request: web.Request) -> web.Response:
    """Send a message now, so that nobody has to wait for something to go wrong."""
    hub = request.app[HUB]
    if hub.profile.notify is None or hub.settings.home_assistant is None:
        raise Refusal("invalid", "No phone is chosen yet. Choose a notify target of Home Assistant first.")
    say = speaker(hub.profile.language)
    try:
        await HomeAssistant(hub.settings.home_assistant).notify(
            hub.profile.notify, hub.profile.name, say("settings.notify.test_message")
        )
    except HomeAssistantError as error:
        form = Form()
        form.mistakes["notify"] = "notify_unsent"
        request.app[WATCH].trouble = str(error)
        return await _community(request, form)
    raise see(request, "/settings#notify", "notify_sent")


@routes.get("/settings/notify-targets")
async def notify_targets(request: web.Request) -> web.Response:
    """Give the notify targets that Home Assistant has, for the page to suggest."""
    at = request.app[HUB].settings.home_assistant
    try:
        found = await HomeAssistant(at).notify_targets() if at else []
    except HomeAssistantError:
        found = []
    return page(request, "settings_suggestions", suggestions=found)


@routes.post("/settings/kiosk")
async def make_kiosk(request: web.Request) -> web.Response:
    """Make a link for the screen in the lobby; like every key, it is shown this once."""
    hub, who = request.app[HUB], request[PERSON].key
    where = invitations.hub_address(request)
    name = speaker(language_of(request))("settings.kiosk.program")
    _, token = await hub.store.write(lambda books: programs.make(books, who, name, ["community"], hub.clock()))
    link = f"{where}/kiosk/enter?key={token}"
    return settings_page(request, "kiosk", link=link, qr=invitations.qr(link))


SENT_FROM = {
    "/settings/community": "/settings",
    "/settings/factors": "/settings",
    "/settings/forecast": "/settings",
    "/settings/events": "/settings",
    "/settings/address": "/settings",
    "/settings/admission": "/settings",
    "/settings/notify": "/settings",
    "/settings/notify/test": "/settings",
    "/settings/kiosk": "/settings",
    "/settings/retention": "/settings/data",
    "/settings/import": "/settings/data",
    "/settings/export": "/settings/data",
    "/settings/backups/passphrase": "/settings/backups",
    "/settings/reach": "/settings/checks",
}
"""Where the form of an address stands: whoever opens the address by hand, after a mistake was shown there, finds it."""


async def back(request: web.Request) -> web.Response:
    """Lead to the form."""
    raise see(request, SENT_FROM[request.path])


for path in SENT_FROM:
    routes.get(path)(back)


@routes.get("/settings/privacy")
async def privacy(request: web.Request) -> web.Response:
    """Show how few homes may stand behind a figure, and who agreed to that."""
    return await _privacy(request)


@routes.post("/settings/privacy")
async def save_privacy(request: web.Request) -> web.Response:
    """Change how few homes may stand behind a figure. Fewer needs a second look, and then each member's consent."""
    hub, form = request.app[HUB], await sent(request)
    fewest = form.whole("fewest_homes")
    if fewest is not None and fewest < hub.profile.fewest_homes and not form.ticked("understood"):
        form.mistakes["understood"] = "fewest_understood"
    if not form.mistakes:
        form = await deciding.decide(request, lambda form: {"fewest_homes": form.whole("fewest_homes") or 0})
    if form.mistakes:
        return await _privacy(request, form)
    raise see(request, "/settings/privacy", "saved")


async def _save(request: web.Request, read: deciding.Read, section: str) -> web.Response:
    form = await deciding.decide(request, read)
    if form.mistakes:
        return await _community(request, form)
    raise see(request, f"/settings#{section}", "saved")


async def _community(request: web.Request, form: Form | None = None) -> web.Response:
    hub = request.app[HUB]
    known = await asyncio.to_thread(calendars.countries)
    typed = (form.fields.get("country") if form else None) or hub.profile.country or ""
    return settings_page(
        request,
        "community",
        form,
        countries=[(country, country) for country in known],
        regions=await asyncio.to_thread(calendars.regions, typed),
        forecasting=request.app[FORECASTING],
        zones=zone_choices(hub.profile.zone.key),
        languages=[(name, NAMES_OF_LANGUAGES[name]) for name in LANGUAGES],
        currencies=CURRENCIES,
        reachable=hub.settings.home_assistant is not None,
        watch=request.app[WATCH],
        owns=request[PERSON].may(Permission.OWN),
    )


async def _privacy(request: web.Request, form: Form | None = None) -> web.Response:
    hub = request.app[HUB]
    fewest = hub.profile.fewest_homes
    agreed, homes = await hub.store.read(lambda books: profiles.agreement(books, fewest))
    return settings_page(
        request,
        "privacy",
        form,
        agreed=agreed,
        homes=homes,
        rule=FEWEST_HOMES,
        choices=[(number, _percent(number)) for number in range(FEWEST_HOMES, LOWEST_FEWEST - 1, -1)],
        share=_percent(fewest),
        may_change=request[PERSON].may(Permission.OWN),
    )


def _percent(fewest: int) -> int:
    """Return the largest part of a sum that one home may be, in percent: it grows as the homes become fewer."""
    return round(largest_share(fewest) * 100)
