"""What is expected of the slots to come: the forecast, what it was off by, and a margin for what nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest

from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.domain.plan.curve import HORIZON
from sceop_hub.domain.plan.expecting import CARRIED, MARGIN, Expecting
from sceop_hub.domain.plan.places import Outlook

START = datetime(2026, 3, 20, 11, tzinfo=UTC)
NOW = to_number(START)


def outlook(w=4000.0, sigma=0.0, slots=192):
    return Outlook(START, [w] * slots, [sigma] * slots, 9000)


def test_an_error_is_carried_on_and_fades():
    expecting = Expecting(outlook())
    expecting.learn(NOW, 2000)
    base, _ = expecting.ahead(NOW)

    assert base[:3] == [2000, round(1000 + 1000 * CARRIED), round(1000 + 1000 * CARRIED**2)]
    assert base[60] == 1000


def test_the_margin_is_on_all_slots_but_the_one_whose_power_is_known():
    expecting = Expecting(outlook(sigma=400))
    assert expecting.ahead(NOW)[1] == [round(MARGIN * 100)] * HORIZON

    expecting.learn(NOW, 1000)
    assert expecting.ahead(NOW)[1] == [0, *[round(MARGIN * 100)] * (HORIZON - 1)]


def test_beyond_the_forecast_its_last_day_comes_again():
    told = [float(at) for at in range(96)] + [1000.0 + at for at in range(96)]
    base, _ = Expecting(Outlook(START, told, [0.0] * 192, 1)).ahead(NOW + 190)

    assert base[:4] == [round(one / 4) for one in (1094, 1095, 1000, 1001)]


def test_a_forecast_of_a_few_slots_is_repeated_without_end():
    assert Expecting(outlook(slots=4)).ahead(NOW + 500)[0] == [1000] * HORIZON


def test_a_slot_that_ended_counts_without_what_was_reserved_in_it():
    expecting = Expecting(outlook())
    expecting.past.append((NOW, 300))
    expecting.learn_closed(NOW, 1800)

    assert expecting.off == 500


def test_a_slot_that_ended_says_nothing_where_nobody_knows_what_was_reserved():
    expecting = Expecting(outlook())
    expecting.learn_closed(NOW, 1800)

    assert expecting.off == 0


def test_late_news_of_an_older_slot_does_not_displace_newer():
    expecting = Expecting(outlook())
    expecting.learn(NOW + 2, 1500)
    expecting.learn(NOW, 9000)

    assert expecting.off == 500


def test_a_new_forecast_begins_without_the_errors_of_the_last():
    expecting = Expecting(outlook())
    expecting.learn(NOW, 9000)
    expecting.foresee(Outlook(START + SLOT, [8000.0] * 192, [0.0] * 192, 9000))

    assert expecting.ahead(NOW + 1)[0][0] == 2000


def test_the_same_forecast_again_goes_on_with_what_came_since_it_was_made():
    expecting = Expecting(outlook())
    expecting.learn(NOW, 2000)
    expecting.foresee(outlook())

    assert expecting.ahead(NOW)[0][0] == 2000


@pytest.mark.parametrize("passed", [0, 1, 5])
def test_an_error_fades_as_slots_pass(passed):
    expecting = Expecting(outlook())
    expecting.learn(NOW, 2000)

    assert expecting.ahead(NOW + passed)[0][0] == round(1000 + 1000 * CARRIED**passed)


def test_slots_are_those_of_the_outlook():
    told = [400.0 * at for at in range(192)]
    at = START + timedelta(hours=3)

    assert Expecting(Outlook(START, told, [0.0] * 192, 1)).told(to_number(at)) == 100.0 * ((at - START) // SLOT)
