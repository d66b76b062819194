"""A form that was sent: read field by field, with each mistake kept beside the field that it stands in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web

from ..core.wire import PORT
from ..domain.address import AddressError, InsecureAddressError, address, stays_at_home
from ..domain.profile import Mistake, Place
from ..domain.refusal import Refusal
from ..words import Say

MOST_SIGNS = 1000
"""Of one field: more than any of them needs, less than could trouble anybody."""
MOST_DIGITS = 12
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)
"""Calendars end with the years 1 and 9999. A day beyond these is far enough off to be refused by any rule."""


async def sent(request: web.Request) -> Form:
    """Return the form that a request carries."""
    return Form(await request.post())


class Form:
    """A form's fields. Reading one gives its value; a mistake is noted, and the value is then None."""

    def __init__(self, fields: Mapping[str, object] | None = None) -> None:
        self._all = [(name, text[:MOST_SIGNS]) for name, text in (fields or {}).items() if isinstance(text, str)]
        self.fields = dict(reversed(self._all))
        """The texts as they were typed; of a field that is there several times, the first."""
        self.mistakes: dict[str, str] = {}
        """What is wrong, by field: the last part of the word `mistakes.<reason>`."""

    def text(self, name: str) -> str:
        """Return the text without spaces around it."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """Return what was typed, sign by sign."""
        return self.fields.get(name, "")

    def texts(self, name: str) -> Sequence[str]:
        """Return every value of a field that may be there several times."""
        return [text for field, text in self._all if field == name]

    def ticked(self, name: str) -> bool:
        """Tell whether a box is ticked; browsers leave out those that are not."""
        return name in self.fields

    def number(self, name: str) -> Decimal | None:
        """Return a number with a point or a comma, or None where nothing stands."""
        return self._read(name, lambda text: _number(text) if text else None)

    def whole(self, name: str) -> int | None:
        """Return a whole number, or None where nothing stands."""
        return self._read(name, lambda text: _whole(text) if text else None)

    def needed(self, name: str) -> int:
        """Return a whole number without which the form says nothing: where there is none, it is refused."""
        text = self.text(name)
        try:
            return _whole(text)
        except ValueError as error:
            raise Refusal("invalid", "“{text}” is no whole number.", text=text[:20]) from error

    def date(self, name: str) -> date | None:
        """Return a day as browsers send it, or None where none is chosen."""
        return self._read(name, lambda text: _day(text) if text else None)

    def clock(self, name: str) -> time | None:
        """Return a time of the day as browsers send it, or None where none is chosen."""
        return self._read(name, lambda text: _clock(text) if text else None)

    def zone(self, name: str) -> ZoneInfo | None:
        """Return a time zone."""
        return self._read(name, ZoneInfo)

    def address(self, name: str) -> str | None:
        """Return the address as invites tell it; without a scheme, https is meant, or http inside the building."""
        return self._read(name, lambda text: address(_with_scheme(text)) if text else None)

    def place(self) -> Place | None:
        """Return the place out of its three fields, or None where all are empty."""
        latitude, longitude = self.number("latitude"), self.number("longitude")
        name = self.text("place")
        if not name and latitude is None and longitude is None:
            return None
        with suppress(Mistake):
            return Place(
                name, None if latitude is None else float(latitude), None if longitude is None else float(longitude)
            )
        try:
            Place(name)
        except Mistake:
            self.mistakes["place"] = "place"
        else:
            if not {"latitude", "longitude"} & self.mistakes.keys():
                self.mistakes["latitude"] = "position"
        return None

    def sentences(self, say: Say) -> dict[str, str]:
        """Return what is wrong in words, by field."""
        return {field: say(f"mistakes.{reason}") for field, reason in self.mistakes.items()}

    def _read[T](self, name: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(self.text(name))
        except InsecureAddressError:
            self.mistakes[name] = f"{name}_insecure"
        except AddressError, InvalidOperation, ValueError, ZoneInfoNotFoundError, OSError:
            self.mistakes[name] = name
        return None


def _day(text: str) -> date:
    return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)


def _clock(text: str) -> time:
    found = time.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError("a time of the community's own day has no offset")
    return found


def number_in(request: web.Request, name: str) -> int:
    """Return the number that stands in the path of a request."""
    try:
        return _whole(request.match_info[name])
    except ValueError as error:
        raise Refusal("not-found", "There is nothing at this address.") from error


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


def _number(text: str) -> Decimal:
    number = Decimal(_plain(text))
    if not number.is_finite():
        raise ValueError(f"{text!r} is no number that anything amounts to")
    return number


def _plain(text: str) -> str:
    """Write a number with a point; with both signs, the last one parts the whole from the rest."""
    bare = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace("'", "")
    if bare.rfind(",") > bare.rfind("."):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", "")


def _with_scheme(text: str) -> str:
    if "://" in text:
        return text
    host = text.partition("/")[0]
    name, _, port = host.rpartition(":") if host.count(":") == 1 else (host, "", "")
    if not stays_at_home(name or host):
        return f"https://{text}"
    return f"http://{text}" if port else f"http://{host}:{PORT}{text.removeprefix(host)}"
