"""Events: peaks that members are asked to lower, from the proposal to what homes saved together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from ... import events as acting
from ...auth.access import Permission
from ...auth.people import PERSON
from ...core.slots import SLOT, from_number, local_midnight, to_number
from ...domain.event.course import hottest
from ...domain.event.event import HIGHEST_TARGET, LONGEST, LONGEST_TEXT, LOWEST_TARGET, Event
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...shifting.page import PlanPage, plan_page
from ...shifting.room import SHIFTING
from ...shown_events import Page, Row, event_page, events_page
from ...words import language_of, speaker
from ..form import Form, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

SUGGESTED = timedelta(hours=2)
"""As long as people bear with most easily."""

DAY = timedelta(days=1)
SEVERITIES = ("mild", "serious", "severe")


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A slot of an event: what homes would have used together, and what they did."""

    start: datetime
    baseline_wh: int
    actual_wh: int


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day before: by which share of the baseline the same method was off in the same window."""

    day: datetime
    error: float


@routes.get("/events")
async def events(request: web.Request) -> web.Response:
    """Show events to come and those that were, and the form for a new one."""
    return await _show(request)


@routes.get("/events/list")
async def rows(request: web.Request) -> web.Response:
    """Give the list alone, for a page that is open while events go on."""
    return page(request, "events_list", **await _list(request))


@routes.post("/events")
async def create(request: web.Request) -> web.Response:
    """Make an event by hand."""
    hub, form = request.app[HUB], await sent(request)
    day, begin, finish = form.date("day"), form.clock("begin"), form.clock("finish")
    target = form.whole("target_percent")
    for name, value in (("day", day), ("begin", begin), ("finish", finish)):
        if value is None:
            form.mistakes[name] = name
    if target is None:
        form.mistakes["target_percent"] = "event_target_percent"
    if form.mistakes or day is None or begin is None or finish is None or target is None:
        return await _show(request, form)
    severity = next((one for one in SEVERITIES if one == form.text("severity")), "serious")
    start, end = _span(day, begin, finish, hub.profile.zone)
    try:
        made = await acting.create(
            hub,
            request[PERSON].key,
            start,
            end,
            target,
            form.text("text"),
            severity,  # type: ignore[arg-type] # one of those that there are
        )
    except Refusal as refusal:
        return await _show(request, form, refusal.saying)
    raise see(request, "/events", "event_told" if made.known else "event_made")


@routes.get("/events/{event}")
async def event(request: web.Request) -> web.Response:
    """Show how what homes saved together was reckoned."""
    hub = request.app[HUB]
    row = await event_page(hub, request.match_info["event"])
    if row.event.state in {"proposed", "expired"} and not request[PERSON].may(Permission.OPERATE):
        raise Refusal("not-found", "The hub knows no such event. It may be gone in the meantime.")
    together = row.together
    audit = {} if together is None or together.savings is None else dict(together.savings.audit)
    slots = _slots(row.event, audit)
    return page(
        request,
        "event",
        row=row,
        fewest=hub.profile.fewest_homes,
        slots=slots,
        curve={
            "starts": [int(slot.start.timestamp() * 1000) for slot in slots],
            "baseline": [slot.baseline_wh for slot in slots],
            "actual": [slot.actual_wh for slot in slots],
        },
        comparison=audit.get("comparison"),
        left_out=audit.get("left_out", 0),
        days=_days(audit, hub.profile.zone),
        may_decide=request[PERSON].may(Permission.OPERATE),
    )


@routes.post("/events/{event}/approve")
async def approve(request: web.Request) -> web.Response:
    """Approve a proposal."""
    made = await acting.approve(request.app[HUB], request[PERSON].key, request.match_info["event"])
    raise see(request, "/events", "event_told" if made.known else "event_approved")


@routes.post("/events/{event}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """Call an event off, or turn a proposal down."""
    made = await acting.cancel(request.app[HUB], request[PERSON].key, request.match_info["event"])
    raise see(request, "/events", "event_cancelled" if made.known else "event_declined")


async def _show(request: web.Request, form: Form | None = None, refused: Saying | None = None) -> web.Response:
    hub = request.app[HUB]
    found = await _list(request)
    shown: Page = found["found"]
    may = request[PERSON].may(Permission.OPERATE)
    curve = await plan_page(hub, request.app[SHIFTING]) if may else None
    mistakes = {} if form is None else form.sentences(speaker(language_of(request)))
    return page(
        request,
        "events",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistakes or refused else HTTPStatus.OK,
        **found,
        rule=shown.rule,
        values=_suggested(request, curve, shown) | (form.fields if form else {}),
        mistakes=mistakes,
        refused=refused,
        longest_text=LONGEST_TEXT,
        longest_hours=LONGEST // timedelta(hours=1),
        targets=(LOWEST_TARGET, HIGHEST_TARGET),
        foreseen=curve is not None and curve.forecast is not None,
    )


async def _list(request: web.Request) -> dict[str, Any]:
    """Return what the list shows; proposals are between coordinators until members hear of them."""
    hub, may = request.app[HUB], request[PERSON].may(Permission.OPERATE)
    found = await events_page(hub)

    def seen(rows: tuple[Row, ...]) -> list[Row]:
        return [row for row in rows if may or row.event.known]

    return {
        "found": found,
        "ahead": seen(found.ahead),
        "past": seen(found.past),
        "fewest": found.fewest,
        "may_decide": may,
    }


def _suggested(request: web.Request, curve: PlanPage | None, shown: Page) -> dict[str, str]:
    """Return what the form begins with: tomorrow's two hottest hours, as far as they are foreseen."""
    zone = request.app[HUB].profile.zone
    tomorrow = request.app[HUB].day() + DAY
    start = local_midnight(tomorrow, zone)
    first, end = start, local_midnight(tomorrow + DAY, zone)
    if curve is not None and curve.forecast is not None:
        begun = (start - curve.start) // SLOT
        first, end = hottest(start, end, lambda _first, _end: curve.expected[begun : begun + 100], SUGGESTED)
    else:
        first, end = (datetime.combine(tomorrow, time(hour), zone) for hour in (18, 20))
    return {
        "day": first.astimezone(zone).date().isoformat(),
        "begin": f"{first.astimezone(zone):%H:%M}",
        "finish": f"{end.astimezone(zone):%H:%M}",
        "target_percent": str(shown.rule.target_percent),
        "severity": "serious",
        "text": "",
    }


def _span(day: date, begin: time, finish: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between two times of a day; an end that is no later than the start is of the next day."""
    last = day if finish > begin else day + DAY
    start, end = datetime.combine(day, begin, zone), datetime.combine(last, finish, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _slots(found: Event, audit: dict[str, object]) -> list[SlotShown]:
    baseline, actual = audit.get("slots_wh"), audit.get("actual_wh")
    if not isinstance(baseline, list) or not isinstance(actual, list):
        return []
    first = to_number(found.start)
    return [
        SlotShown(from_number(first + at), round(was), round(came))
        for at, (was, came) in enumerate(zip(baseline, actual, strict=True))
    ]


def _days(audit: dict[str, object], zone: ZoneInfo) -> list[DayShown]:
    days, errors = audit.get("days"), audit.get("errors")
    if not isinstance(days, list) or not isinstance(errors, list):
        return []
    return [
        DayShown(datetime.combine(date.fromisoformat(day), time(12), zone), error)
        for day, error in zip(days, errors, strict=True)
    ][::-1]
