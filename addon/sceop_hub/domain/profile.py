"""The profile: what a community's coordinator decided about it, once its hub runs."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from zoneinfo import ZoneInfo

from .address import AddressError, InsecureAddressError, address as checked_address
from .event.event import GRAVITY, HIGHEST_TARGET, LOWEST_TARGET
from .event.rule import MODES, Mode, Rule
from .forecast.kept import Severity
from .names import can_be_read
from .privacy import FEWEST_HOMES
from .refusal import Refusal

LONGEST_NAME = 80
SHORTEST_RETENTION, LONGEST_RETENTION = 35, 3660
"""Days: a month and some, so that every roll-up has closed; and ten years."""

LOWEST_FEWEST = 5

HIGHEST_PRICE = Decimal(1_000_000)
"""Of a kWh, in any currency: beyond it the comma is missing."""
PRICE_DIGITS = 6
HIGHEST_CARBON = 2000
"""Grams a kWh; a grid of nothing but lignite has 1,200."""

NOTIFY = re.compile(r"[a-z0-9_]{1,100}")
"""The last part of a Home Assistant action such as `notify.mobile_app_phone`."""

WEATHER = re.compile(r"weather\.[a-z0-9_]{1,100}")
"""An entity of Home Assistant's that tells the weather."""

HIGHEST_LIMIT_W = 1_000_000_000
"""Of all homes together: a gigawatt is a city."""

EVENTS_AHEAD_H = range(1, 49)
EVENT_NOTICE_MIN = range(15, 12 * 60 + 1)
EVENTS_A_DAY = range(1, 4)
EVENTS_A_WEEK = range(1, 15)
"""How often people take part before they tire of it is up to them; beyond this nobody does."""

SENTENCES = {
    "name": f"A community's name has 1 to {LONGEST_NAME} characters that can be seen.",
    "zone": "A time zone is named as in Europe/Amsterdam.",
    "place": f"A place has a name of 1 to {LONGEST_NAME} characters, a latitude from -90 to 90 and a longitude from"
    " -180 to 180, or neither.",
    "currency": "A currency is three capital letters such as EUR.",
    "price_per_kwh": "A price is a number such as 0.29, not below zero and with at most six digits after the point.",
    "feed_in_per_kwh": "A feed-in price is a number such as 0.08, not below zero and with at most six digits after the"
    " point.",
    "carbon_g_per_kwh": f"The grid's carbon is a whole number of grams, from 0 to {HIGHEST_CARBON}.",
    "retention_days": f"Slots are kept for {SHORTEST_RETENTION} to {LONGEST_RETENTION} days.",
    "fewest_homes": f"A figure holds at least {LOWEST_FEWEST} homes; {FEWEST_HOMES} is the rule.",
    "address": "An address is written as in https://energy.example.org, or http://192.168.1.20:8710 at home.",
    "address_insecure": "Plain http is for addresses inside the building. An address on the internet needs https.",
    "language": "A language is two small letters such as en.",
    "notify": "A notify target is written as Home Assistant does: notify.mobile_app_phone.",
    "country": "A country is two capital letters such as ES, of a country whose holidays are known.",
    "subdivision": "A region is written as its country does, such as AN for Andalusia, or left empty.",
    "peak_limit_w": f"A limit is a number of kW such as 250, above zero and at most"
    f" {HIGHEST_LIMIT_W // 1000:,}; or none.",
    "weather_entity": "A weather entity is written as Home Assistant does: weather.home.",
    "events": "Peaks become events in one of three ways: off, propose or automatic.",
    "event_severity": "A severity is mild, serious or severe.",
    "event_target_percent": f"A target is a whole number of percent, from {LOWEST_TARGET} to {HIGHEST_TARGET}.",
    "event_ahead_h": f"Members are told {EVENTS_AHEAD_H[0]} to {EVENTS_AHEAD_H[-1]} hours ahead.",
    "event_notice_min": f"Members are told at least {EVENT_NOTICE_MIN[0]} to {EVENT_NOTICE_MIN[-1]} minutes before, and"
    " not later than that.",
    "events_a_day": f"There are {EVENTS_A_DAY[0]} to {EVENTS_A_DAY[-1]} events a day at most.",
    "events_a_week": f"There are {EVENTS_A_WEEK[0]} to {EVENTS_A_WEEK[-1]} events in seven days at most.",
    "event_quiet_from": "A time of the day is written as in 22:00.",
    "event_quiet_to": "A time of the day is written as in 07:00.",
    "published_since": "Publishing begins at an instant in UTC, once.",
}


class Mistake(Refusal):
    """A decision that no community can take: the field it stands in, and which sentence says what to do."""

    def __init__(self, field: str, reason: str | None = None) -> None:
        self.field = field
        self.reason = reason or field
        super().__init__("invalid", SENTENCES[self.reason])


@dataclass(frozen=True, slots=True)
class Place:
    """Where the community lives; the sun and the holidays follow from it."""

    name: str
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is nowhere on earth."""
        if not _readable(self.name) or (self.latitude is None) != (self.longitude is None):
            raise Mistake("place")
        if self.latitude is not None and self.longitude is not None:
            ok = isfinite(self.latitude) and abs(self.latitude) <= 90  # noqa: PLR2004 - the poles
            if not (ok and isfinite(self.longitude) and abs(self.longitude) <= 180):  # noqa: PLR2004 - the date line
                raise Mistake("place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A community as its coordinator describes it. `published_since` is the click with which its figures began."""

    name: str
    zone: ZoneInfo
    place: Place | None = None
    currency: str = "EUR"
    price_per_kwh: Decimal | None = None
    feed_in_per_kwh: Decimal | None = None
    carbon_g_per_kwh: int | None = None
    retention_days: int = 1100
    fewest_homes: int = FEWEST_HOMES
    approval: bool = False
    address: str | None = None
    """Where households reach the hub, as invites tell it."""
    notify: str | None = None
    """The Home Assistant notify target that hears of alerts."""
    language: str = "en"
    """What the hub speaks where no browser says what it would like: in alerts that it sends."""
    country: str | None = None
    """Whose holidays people keep, by its two letters; None where nobody said."""
    subdivision: str | None = None
    """The region, where holidays differ within the country."""
    peak_limit_w: int | None = None
    """What the homes together should not draw, such as by their transformer; None looks at their highest slots."""
    weather_entity: str | None = None
    """The entity of the coordinator's Home Assistant that tells the weather."""
    events: Mode = "propose"
    """Whether peaks become events: not at all, once a coordinator approves, or by themselves."""
    event_severity: Severity = "serious"
    """From which severity on they do so by themselves."""
    event_target_percent: int = 20
    """How much less each home that joins is asked to use."""
    event_ahead_h: int = 18
    event_notice_min: int = 60
    """So long before their start members are told of events, at the earliest and at the latest."""
    events_a_day: int = 1
    events_a_week: int = 3
    event_quiet_from: time = time(22)
    event_quiet_to: time = time(7)
    """When nobody is told of an event; the same time twice is never."""
    published_since: datetime | None = None

    @property
    def event_rule(self) -> Rule:
        """What was decided of events."""
        return Rule(
            mode=self.events,
            severity=self.event_severity,
            target_percent=self.event_target_percent,
            ahead=timedelta(hours=self.event_ahead_h),
            notice=timedelta(minutes=self.event_notice_min),
            a_day=self.events_a_day,
            a_week=self.events_a_week,
            quiet_from=self.event_quiet_from,
            quiet_to=self.event_quiet_to,
        )

    def __post_init__(self) -> None:
        """Refuse what no community can be."""
        _require(_readable(self.name), "name")
        _require(re.fullmatch("[A-Z]{3}", self.currency) is not None, "currency")
        _require(re.fullmatch("[a-z]{2}", self.language) is not None, "language")
        _require(_is_price(self.price_per_kwh), "price_per_kwh")
        _require(_is_price(self.feed_in_per_kwh), "feed_in_per_kwh")
        _require(self.carbon_g_per_kwh is None or 0 <= self.carbon_g_per_kwh <= HIGHEST_CARBON, "carbon_g_per_kwh")
        _require(SHORTEST_RETENTION <= self.retention_days <= LONGEST_RETENTION, "retention_days")
        _require(LOWEST_FEWEST <= self.fewest_homes <= FEWEST_HOMES, "fewest_homes")
        _require(self.notify is None or NOTIFY.fullmatch(self.notify) is not None, "notify")
        _require(self.country is None or re.fullmatch("[A-Z]{2}", self.country) is not None, "country")
        _require(
            self.subdivision is None or (self.country is not None and _readable(self.subdivision)),
            "subdivision",
        )
        _require(self.peak_limit_w is None or 0 < self.peak_limit_w <= HIGHEST_LIMIT_W, "peak_limit_w")
        _require(self.weather_entity is None or WEATHER.fullmatch(self.weather_entity) is not None, "weather_entity")
        _require(self.published_since is None or self.published_since.tzinfo is UTC, "published_since")
        self._check_events()
        if self.address is not None:
            _check_address(self.address)

    def _check_events(self) -> None:
        _require(self.events in MODES, "events")
        _require(self.event_severity in GRAVITY, "event_severity")
        _require(LOWEST_TARGET <= self.event_target_percent <= HIGHEST_TARGET, "event_target_percent")
        _require(self.event_ahead_h in EVENTS_AHEAD_H, "event_ahead_h")
        _require(
            self.event_notice_min in EVENT_NOTICE_MIN and self.event_notice_min < self.event_ahead_h * 60,
            "event_notice_min",
        )
        _require(self.events_a_day in EVENTS_A_DAY, "events_a_day")
        _require(self.events_a_week in EVENTS_A_WEEK, "events_a_week")
        _require(_is_whole_minute(self.event_quiet_from), "event_quiet_from")
        _require(_is_whole_minute(self.event_quiet_to), "event_quiet_to")


def _require(holds: bool, field: str) -> None:  # noqa: FBT001 - the first word of a sentence, not a switch
    if not holds:
        raise Mistake(field)


def _readable(name: str) -> bool:
    return 1 <= len(name) <= LONGEST_NAME and name == name.strip() and can_be_read(name)


def _is_whole_minute(at: time) -> bool:
    return at.tzinfo is None and at == at.replace(second=0, microsecond=0)


def _is_price(price: Decimal | None) -> bool:
    if price is None:
        return True
    if not price.is_finite() or not 0 <= price <= HIGHEST_PRICE:
        return False
    exponent = price.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= PRICE_DIGITS


def _check_address(text: str) -> None:
    try:
        same = checked_address(text) == text
    except InsecureAddressError as error:
        raise Mistake("address", "address_insecure") from error
    except AddressError as error:
        raise Mistake("address") from error
    _require(same, "address")
