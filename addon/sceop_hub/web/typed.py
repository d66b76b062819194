"""What a person typed into a form: read field by field, with each mistake kept beside the field that it stands in."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..core.wire import PORT
from ..domain.address import AddressError, InsecureAddressError, address, stays_at_home
from ..domain.profile import Mistake, Place, Profile
from .words import Say

MOST_SIGNS = 500
"""Of one field: more than any of them needs, less than could trouble anybody."""


class Typed:
    """A form's fields. Reading one gives its value; a mistake is noted, and the value is then None."""

    def __init__(self, form: Mapping[str, object]) -> None:
        self.fields = {name: str(value)[:MOST_SIGNS] for name, value in form.items() if isinstance(value, str)}
        self.mistakes: dict[str, str] = {}
        """What is wrong, by field: the last part of the word `mistakes.<reason>`."""

    def text(self, name: str) -> str:
        """Return the text without spaces around it."""
        return self.fields.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        """Tell whether a box is ticked; browsers leave out those that are not."""
        return name in self.fields

    def number(self, name: str) -> Decimal | None:
        """Return a number with a point or a comma, or None where nothing stands."""
        return self._read(name, lambda text: Decimal(_plain(text)) if text else None)

    def whole(self, name: str) -> int | None:
        """Return a whole number, or None where nothing stands."""
        return self._read(name, lambda text: int(text) if text else None)

    def date(self, name: str) -> date | None:
        """Return a day as browsers send it, or None where none is chosen."""
        return self._read(name, lambda text: date.fromisoformat(text) if text else None)

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
        self.mistakes.setdefault("place", "place")
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
    }


def _shown(number: float | Decimal | None) -> str:
    return "" if number is None else f"{Decimal(str(number)):f}"


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
