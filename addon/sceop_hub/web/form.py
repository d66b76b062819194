"""A form that was sent: its texts, each cut where no field of ours is that long."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from multidict import MultiMapping

from ..domain.refusal import Refusal

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form."""

    _fields: MultiMapping[object]

    def text(self, name: str) -> str:
        """Return what was typed, without spaces around it."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """Return what was typed, sign by sign."""
        value = self._fields.get(name, "")
        return value[:LONGEST] if isinstance(value, str) else ""

    def texts(self, name: str) -> Sequence[str]:
        """Return every value of a field that may be there several times."""
        return [value[:LONGEST] for value in self._fields.getall(name, []) if isinstance(value, str)]

    def whole(self, name: str) -> int:
        """Return a whole number."""
        text = self.text(name)
        if not text.isascii() or not text.isdigit() or len(text) > len("123456789"):
            raise Refusal("invalid", "“{text}” is no whole number.", text=text[:20])
        return int(text)


async def sent(request: web.Request) -> Form:
    """Return the form that a request carries."""
    return Form(await request.post())


def number_in(request: web.Request, name: str) -> int:
    """Return the number that stands in the path of a request."""
    text = request.match_info[name]
    if not text.isascii() or not text.isdigit() or len(text) > len("123456789012"):
        raise Refusal("not-found", "There is nothing at this address.")
    return int(text)
