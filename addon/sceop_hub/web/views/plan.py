"""Plan: where there is room in the next two days, who reserves it, and what shifting could have saved and did."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from aiohttp import web

from ...api.wire import reply
from ...auth.access import Permission
from ...auth.people import PERSON
from ...core.slots import slot_of
from ...domain.community import Curve
from ...domain.potential import Moved, Potential
from ...hub import HUB
from ...shifting.looked_back import LookedBack, looked_back
from ...shifting.page import PlanPage, plan_page
from ...shifting.room import SHIFTING
from ..frame import HEADERS, page

routes = web.RouteTableDef()

SLOT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the last weeks: at least, about and at most; `name` is the last part of its word."""

    name: str
    unit: str
    cells: tuple[float | Decimal, ...]


@routes.get("/plan")
async def plan(request: web.Request) -> web.Response:
    """Show the page; its script asks for the curves."""
    hub = request.app[HUB]
    found, back = await plan_page(hub, request.app[SHIFTING]), await looked_back(hub)
    ahead = (slot_of(found.now) - found.start) // SLOT
    return page(
        request,
        "plan",
        found=found,
        back=back,
        highest=(_highest(found.shifted[ahead:]), _highest(found.at_once[ahead:])),
        usual=any(found.usual),
        could=_could(hub.profile.price_per_kwh is not None, back),
        percents=[round(100 * share) for share in (back.shares.low, back.shares.mid, back.shares.high)],
        did=_lines(_did(hub.profile.price_per_kwh is not None, back.plan.moved)),
        may_decide=request[PERSON].may(Permission.OPERATE),
        unpublished=_is_unpublished(found),
        is_priced=hub.profile.price_per_kwh is not None,
    )


@routes.get("/plan/data")
async def data(request: web.Request) -> web.Response:
    """Give the curves."""
    answer = reply(await plan_page(request.app[HUB], request.app[SHIFTING]))
    answer.headers.update(HEADERS)
    return answer


def _is_unpublished(found: PlanPage) -> bool:
    return not found.published or (found.forecast is None and found.reason == "unpublished")


def _highest(curve: Curve) -> int | None:
    return max((w for w in curve if w is not None), default=None)


def _could(priced: bool, back: LookedBack) -> list[Line]:  # noqa: FBT001 - whether anybody told a price
    """Return what could have been, figure by figure, for the three shares."""
    lines = [*_of("peak", back.peak, ("moved", "w"))]
    if back.peak.days and back.sun is not None:
        lines += _of("sun", back.sun, ("own_sun", "money" if priced else "", "co2"))
    elif back.peak.days:
        lines += _of("peak", back.peak, ("co2",))
    return lines


def _of(of: str, found: Potential, wanted: tuple[str, ...]) -> list[Line]:
    if not found.days:
        return []
    three = [dict(_figures(one)) for one in (found.low, found.mid, found.high)]
    return [
        Line(f"{of}_{name}", UNITS[name], tuple(one[name] for one in three))
        for name in wanted
        if name in three[0] and any(one[name] for one in three)
    ]


UNITS = {"moved": "wh", "w": "w", "own_sun": "wh", "money": "money", "co2": "mass"}


def _figures(one: Moved) -> list[tuple[str, float | Decimal]]:
    """Return the figures that are known, as they are shown."""
    known: list[tuple[str, float | Decimal]] = [
        ("moved", round(one.wh)),
        ("w", round(one.peak_w)),
        ("own_sun", round(one.own_sun_wh)),
    ]
    if one.money is not None:
        known.append(("money", Decimal(str(one.money)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)))
    if one.co2_g is not None:
        known.append(("co2", round(one.co2_g)))
    return known


def _did(priced: bool, one: Moved) -> list[tuple[str, float | Decimal]]:  # noqa: FBT001 - whether anybody told a price
    """Return what came of it; of sun, money and carbon where something did, for at one price all day nothing may."""
    always = {"moved", "w"}
    return [(name, value) for name, value in _figures(one) if name in always or (value and (priced or name != "money"))]


def _lines(figures: list[tuple[str, float | Decimal]]) -> list[Line]:
    return [Line(name, UNITS[name], (value,)) for name, value in figures]
