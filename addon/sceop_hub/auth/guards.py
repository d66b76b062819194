"""What stands at the doors while the hub runs: brakes, the thread for passwords, secrets that are shown once."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

from ..domain.reservation import PLANS_AT_ONCE, PLANS_PER_MINUTE
from ..settings import Settings
from .ingress import Administrators
from .passwords import Passwords
from .throttle import Allowance, Brake

SHOWN_FOR = timedelta(minutes=15)
MOST_SHOWN = 200


@dataclass(slots=True)
class ShownOnce:
    """Secrets that were just made: the books hold only their digests, and whoever made them must see them once."""

    clock: Callable[[], datetime]
    _secrets: OrderedDict[str, tuple[datetime, str]] = field(default_factory=OrderedDict)

    def keep(self, what: str, secret: str) -> None:
        """Keep a secret for a moment."""
        self._secrets[what] = (self.clock(), secret)
        while len(self._secrets) > MOST_SHOWN:
            self._secrets.popitem(last=False)

    def get(self, what: str) -> str | None:
        """Return a secret while it may be shown."""
        made_at, secret = self._secrets.get(what, (None, None))
        if made_at is None or abs(self.clock() - made_at) >= SHOWN_FOR:
            self._secrets.pop(what, None)
            return None
        return secret


@dataclass(slots=True)
class Guards:
    """Everything that the doors remember; nothing of it outlives the hub's run."""

    administrators: Administrators
    passwords: Passwords
    shown: ShownOnce
    names: Brake
    """By the name that signs in: a short wait, for others could cause it."""
    addresses: Brake
    """By the address that signs in or sets up."""
    codes: Brake
    """By the address that joins with a code that is none."""
    wrong_codes: Allowance
    """Of all addresses together, so that nobody tries codes from many of them."""
    joins: Allowance
    plans: Allowance
    """By the household that asks for places."""
    setup_code: str | None = None
    """What the log tells while nobody has an account."""


GUARDS = web.AppKey("guards", Guards)


def guards(settings: Settings, clock: Callable[[], datetime]) -> Guards:
    """Post the guards of a hub that starts."""
    return Guards(
        administrators=Administrators(settings.home_assistant, clock),
        passwords=Passwords(),
        shown=ShownOnce(clock),
        names=Brake(clock, longest=30),
        addresses=Brake(clock, longest=900),
        codes=Brake(clock, longest=300),
        wrong_codes=Allowance(clock, most=300, a_second=1),
        plans=Allowance(clock, most=PLANS_AT_ONCE, a_second=PLANS_PER_MINUTE / 60),
        joins=Allowance(clock, most=2000, a_second=5),
    )


def neighbourhood(address: str | None) -> str:
    """Return what an address is counted by: in IPv6 one line has a whole network of them."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)
