"""Challenges: what the community tries together, made from templates after a look at the last month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from ...auth.access import Permission
from ...auth.people import PERSON
from ...core.slots import local_midnight
from ...domain.game import challenge as rules
from ...domain.game.challenge import KINDS, SCOPES, TEMPLATES, Hours, Kind, Scope, Template
from ...domain.game.progress import Trial
from ...domain.game.rewards import LONGEST_TEXT, LONGEST_TITLE
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB, Hub
from ...playing import challenging
from ...playing.challenging import ChallengeRow, Preview
from ...words import language_of, speaker
from ..days import A_MOMENT, day, last_day
from ..form import Form, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

LIMITS = {
    "goal": (rules.LOWEST_GOAL, rules.HIGHEST_GOAL),
    "days": (1, rules.LONGEST_DAYS),
    "points": (rules.LOWEST_POINTS, rules.HIGHEST_POINTS),
    "title": LONGEST_TITLE,
    "text": LONGEST_TEXT,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A challenge with its last day, and how many days are left of it."""

    row: ChallengeRow
    last: datetime
    left: int


@dataclass(frozen=True, slots=True)
class TrialShown:
    """Days of the last month, and what a challenge would have come to in them."""

    first: datetime
    last: datetime
    trial: Trial
    reached: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a challenge with such a goal would have been last month; `best` is the most that came by itself."""

    preview: Preview
    trials: tuple[TrialShown, ...]
    goal: int
    best: float | None


@routes.get("/challenges")
async def challenges(request: web.Request) -> web.Response:
    """Show what runs, what comes and what was."""
    hub = request.app[HUB]
    found = await challenging.challenges_page(hub)
    shown = [_shown(hub, row) for row in found.rows]
    return page(
        request,
        "challenges",
        running=[one for one in shown if one.row.state == "running"],
        planned=[one for one in reversed(shown) if one.row.state == "planned"],
        past=[one for one in shown if one.row.state in {"over", "cancelled"}],
        templates=found.templates,
        fewest=found.fewest,
        may_decide=request[PERSON].may(Permission.OPERATE, change=True),
    )


@routes.get("/challenges/new")
async def new(request: web.Request) -> web.Response:
    """Show the form of a challenge, filled in from a template."""
    template = TEMPLATES[_kind(request.query.get("kind", KINDS[0]))]
    return await _form(request, template, _filled(request, template))


@routes.get("/challenges/preview")
async def preview(request: web.Request) -> web.Response:
    """Show what a challenge would have been last month, without the rest of the page."""
    kind = _kind(request.query.get("kind", ""))
    try:
        look = await _look(request.app[HUB], TEMPLATES[kind], Form(request.query))
    except Refusal as refusal:
        return page(request, "challenge_preview", kind=kind, look=None, refused=refusal.saying)
    return page(request, "challenge_preview", kind=kind, look=look, refused=None)


@routes.post("/challenges")
async def add(request: web.Request) -> web.Response:
    """Announce a challenge."""
    hub, form = request.app[HUB], await sent(request)
    template = TEMPLATES[_kind(form.text("kind"))]
    try:
        made = await challenging.add(
            hub, request[PERSON].key, _template(form, template), form.text("title"), _lines(form), _first(form)
        )
    except Refusal as refusal:
        return await _form(request, template, form.fields, refusal.saying)
    raise see(request, f"/challenges#challenge-{made.id}", "challenge_added")


@routes.get("/challenges/{challenge}")
async def challenge(request: web.Request) -> web.Response:
    """Show one challenge, and what may still be decided of it."""
    return await _one(request)


@routes.post("/challenges/{challenge}")
async def edit(request: web.Request) -> web.Response:
    """Change the words of a challenge, or let it last longer."""
    form = await sent(request)
    try:
        await challenging.edit(
            request.app[HUB],
            request[PERSON].key,
            request.match_info["challenge"],
            form.text("title"),
            _lines(form),
            day(form, "last"),
        )
    except Refusal as refusal:
        if refusal.problem == "not-found":
            raise
        return await _one(request, form.fields, refusal.saying)
    raise see(request, "/challenges", "saved")


@routes.post("/challenges/{challenge}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """Call a challenge off."""
    await challenging.cancel(request.app[HUB], request[PERSON].key, request.match_info["challenge"])
    raise see(request, "/challenges", "challenge_cancelled")


async def _form(
    request: web.Request, template: Template, fields: Mapping[str, str], mistake: Saying | None = None
) -> web.Response:
    hub = request.app[HUB]
    try:
        look = await _look(hub, template, Form(fields))
    except Refusal:
        look = await _look(hub, template, Form())
    return page(
        request,
        "challenge_new",
        kind=template.kind,
        kinds=KINDS,
        scopes=SCOPES,
        unit=template.unit,
        hours=template.hours,
        fields=fields,
        limits=LIMITS,
        earliest=(hub.day() + timedelta(days=1)).isoformat(),
        mistake=mistake,
        look=look,
        status=200 if mistake is None else 422,
    )


async def _one(
    request: web.Request, fields: Mapping[str, str] | None = None, mistake: Saying | None = None
) -> web.Response:
    hub, wanted = request.app[HUB], request.match_info["challenge"]
    found = await challenging.challenges_page(hub)
    row = next((one for one in found.rows if one.challenge.id == wanted), None)
    if row is None:
        raise Refusal("not-found", "There is no such challenge any more. Load the list again.")
    one = row.challenge
    known = {"title": one.title, "text": one.text, "last": last_day(one.end, hub.profile.zone).isoformat()}
    return page(
        request,
        "challenge",
        shown=_shown(hub, row),
        fields=known | dict(fields or {}),
        limits=LIMITS,
        fewest=found.fewest,
        mistake=mistake,
        status=200 if mistake is None else 422,
    )


async def _look(hub: Hub, template: Template, form: Form) -> Look:
    """Return what the part of the page about last month is written from."""
    zone = hub.profile.zone
    goal = form.needed("goal") if form.text("goal") else template.goal
    days = form.needed("days") if form.text("days") else template.days
    found = await challenging.preview(hub, template.kind, goal, days, _hours(form, template))
    known = [one.progress.value for one in found.trials if one.progress.value is not None]
    trials = tuple(
        TrialShown(local_midnight(one.first, zone), local_midnight(one.last, zone), one, one.progress.reaches(goal))
        for one in found.trials
    )
    return Look(found, trials, goal, max(known, default=None))


def _shown(hub: Hub, row: ChallengeRow) -> Shown:
    last = last_day(row.challenge.end, hub.profile.zone)
    return Shown(row, row.challenge.end - A_MOMENT, max((last - hub.day()).days + 1, 0))


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refusal("invalid", "Choose the kind of challenge and who takes part from the lists.")


def _scope(text: str) -> Scope:
    for scope in SCOPES:
        if scope == text:
            return scope
    raise Refusal("invalid", "Choose the kind of challenge and who takes part from the lists.")


def _template(form: Form, template: Template) -> Template:
    """Return a template as the coordinator changed it."""
    return Template(
        template.kind,
        _scope(form.text("scope")),
        form.needed("goal"),
        form.needed("days"),
        form.needed("points"),
        template.unit,
        _hours(form, template),
    )


def _hours(form: Form, template: Template) -> Hours | None:
    if template.hours is None or not form.text("from_hour"):
        return template.hours
    return Hours(form.needed("from_hour"), form.needed("to_hour"))


def _first(form: Form) -> date:
    first = day(form, "first")
    if first is None:
        raise Refusal("invalid", "Choose the day on which the challenge begins.")
    return first


def _lines(form: Form) -> str:
    """Return the text with its lines as our own files end them."""
    return form.text("text").replace("\r\n", "\n")


def _filled(request: web.Request, template: Template) -> dict[str, str]:
    say = speaker(language_of(request))
    hours = template.hours
    return {
        "title": say(f"challenges.kind.{template.kind}.title"),
        "text": say(f"challenges.kind.{template.kind}.text"),
        "scope": template.scope,
        "goal": str(template.goal),
        "days": str(template.days),
        "points": str(template.points),
        "first": (request.app[HUB].day() + timedelta(days=1)).isoformat(),
        **({} if hours is None else {"from_hour": str(hours.start), "to_hour": str(hours.end)}),
    }
