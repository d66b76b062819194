"""A simulated home with a pump that does not stop: found as soon as its past is known, whatever home it is and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from custom_components.sceop.core.anomaly.anomaly import Kind
from custom_components.sceop.core.anomaly.look import anomalies
from custom_components.sceop.core.channels import CONSUMPTION, FLOWS
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.surroundings import Place
from custom_components.sceop.core.simulate.community import CELLAR_PUMP_W, SEVILLE
from custom_components.sceop.core.simulate.meters import SimulatedMeters
from custom_components.sceop.core.slots import Span, slot_of
from custom_components.sceop.sources.simulated import LEFT_ON, PAST, SiteKind, draw

SET_UP = [datetime(2026, 1 + number, 3 + 2 * number, 2 * number, 7 * number % 60, tzinfo=UTC) for number in range(12)]


def found(kind, now):
    """Return what the first look finds in a home that is set up now."""
    data = {
        "simulated": {"kind": kind, "since": (now - PAST).isoformat()},
        "latitude": SEVILLE.latitude,
        "longitude": SEVILLE.longitude,
    }
    meters = SimulatedMeters(draw(data, str(UUID(int=now.month << 96)), SEVILLE.zone), now - PAST)
    past = Span(slot_of(now - PAST), slot_of(now))
    wh = {flow: [slot.wh for slot in meters.slots(flow, past)] for flow in meters.channels}
    channels = {flow: Series(past.start, np.array(each, np.float64)) for flow, each in wh.items()}
    assert set(channels) <= set(FLOWS)
    return anomalies(channels, Place(SEVILLE.zone, latitude=SEVILLE.latitude, longitude=SEVILLE.longitude))


@pytest.mark.parametrize("now", SET_UP, ids=str)
def test_the_first_look_finds_the_pump(now):
    pump = found(SiteKind.PUMP_LEFT_ON, now)[-1]
    assert (pump.kind, pump.channel) == (Kind.STUCK, CONSUMPTION)
    assert abs(pump.since - (now - LEFT_ON)) < timedelta(hours=3)
    assert now - pump.until < timedelta(minutes=15)
    assert pump.power_w == pytest.approx(CELLAR_PUMP_W, rel=0.15)
    assert pump.sureness > 0.9


def test_a_sound_home_of_the_same_seed_is_told_nothing_of():
    assert [found(SiteKind.SOLAR_BATTERY, now) for now in SET_UP[:4]] == [()] * 4
