"""Decisions about the community that pages take: which fields each form holds, and how it is taken."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from aiohttp import web

from ..auth.people import PERSON
from ..domain.profile import Mistake, Profile
from ..hub import HUB
from .form import Form, sent

NEEDED = (
    "zone",
    "retention_days",
    "event_target_percent",
    "event_ahead_h",
    "event_notice_min",
    "events_a_day",
    "events_a_week",
    "event_quiet_from",
    "event_quiet_to",
)
"""What no form may leave empty."""

type Read = Callable[[Form], Mapping[str, object]]


def name(form: Form) -> Mapping[str, object]:
    """Read what the community is called."""
    return {"name": form.text("name")}


def place(form: Form) -> Mapping[str, object]:
    """Read where it lives."""
    return {
        "zone": form.zone("zone"),
        "place": form.place(),
        "currency": form.text("currency").upper(),
    }


def community(form: Form) -> Mapping[str, object]:
    """Read all that a community is known by."""
    return {**name(form), **place(form), "language": form.text("language")}


def factors(form: Form) -> Mapping[str, object]:
    """Read what a kWh costs, earns and emits."""
    return {
        "price_per_kwh": form.number("price_per_kwh"),
        "feed_in_per_kwh": form.number("feed_in_per_kwh"),
        "carbon_g_per_kwh": form.whole("carbon_g_per_kwh"),
    }


def forecast(form: Form) -> Mapping[str, object]:
    """Read what forecasts go by: a limit, which is typed in kW, holidays, and whose weather.

    A region of the country that was chosen before says nothing of another one.
    """
    limit_kw = form.number("peak_limit_w")
    country = form.text("country") or None
    return {
        "peak_limit_w": None if limit_kw is None else round(limit_kw * 1000),
        "country": country,
        "subdivision": form.text("subdivision") or None if country == form.text("regions_of") else None,
        "weather_entity": form.text("weather_entity") or None,
    }


def events(form: Form) -> Mapping[str, object]:
    """Read which peaks become events, how often, and when members hear of them."""
    return {
        "events": form.text("events"),
        "event_severity": form.text("event_severity"),
        **{name: form.whole(name) for name in ("event_target_percent", "event_ahead_h", "event_notice_min")},
        **{name: form.whole(name) for name in ("events_a_day", "events_a_week")},
        **{name: form.clock(name) for name in ("event_quiet_from", "event_quiet_to")},
    }


def address(form: Form) -> Mapping[str, object]:
    """Read where members reach the hub."""
    return {"address": form.address("address")}


def admission(form: Form) -> Mapping[str, object]:
    """Read whether somebody has to let newcomers in."""
    return {"approval": form.ticked("approval")}


def notify(form: Form) -> Mapping[str, object]:
    """Read whose phone hears of alerts."""
    return {"notify": form.text("notify").removeprefix("notify.") or None}


def retention(form: Form) -> Mapping[str, object]:
    """Read how long slots are kept."""
    return {"retention_days": form.whole("retention_days")}


async def decide(request: web.Request, read: Read) -> Form:
    """Take the form's decisions, or none of them: then the mistakes say why.

    A field that is told from outside is shown but not sent; whoever sends it nevertheless is refused.
    """
    hub = request.app[HUB]
    form = await sent(request)
    decided = {field: value for field, value in read(form).items() if field not in hub.fixed or field in form.fields}
    for field in hub.fixed - form.fields.keys():
        form.mistakes.pop(field, None)
    missing = {field for field in NEEDED if field in decided and decided[field] is None}
    for field in missing:
        form.mistakes.setdefault(field, field)
    if not form.mistakes:
        try:
            await hub.change_profile(request[PERSON].key, **decided)
        except Mistake as mistake:
            form.mistakes[mistake.field] = mistake.reason
    return form


def texts(profile: Profile) -> dict[str, str]:
    """Return a profile as a form's fields show it."""
    place = profile.place
    return {
        "name": profile.name,
        "zone": profile.zone.key,
        "place": place.name if place else "",
        "latitude": _shown(place.latitude if place else None),
        "longitude": _shown(place.longitude if place else None),
        "currency": profile.currency,
        "language": profile.language,
        "price_per_kwh": _shown(profile.price_per_kwh),
        "feed_in_per_kwh": _shown(profile.feed_in_per_kwh),
        "carbon_g_per_kwh": _shown(profile.carbon_g_per_kwh),
        "retention_days": str(profile.retention_days),
        "fewest_homes": str(profile.fewest_homes),
        "address": profile.address or "",
        "notify": profile.notify or "",
        "peak_limit_w": _shown(None if profile.peak_limit_w is None else Decimal(profile.peak_limit_w) / 1000),
        "country": profile.country or "",
        "subdivision": profile.subdivision or "",
        "weather_entity": profile.weather_entity or "",
        "events": profile.events,
        "event_severity": profile.event_severity,
        "event_target_percent": str(profile.event_target_percent),
        "event_ahead_h": str(profile.event_ahead_h),
        "event_notice_min": str(profile.event_notice_min),
        "events_a_day": str(profile.events_a_day),
        "events_a_week": str(profile.events_a_week),
        "event_quiet_from": f"{profile.event_quiet_from:%H:%M}",
        "event_quiet_to": f"{profile.event_quiet_to:%H:%M}",
    }


def _shown(number: float | Decimal | None) -> str:
    return "" if number is None else f"{Decimal(str(number)):f}"
