"""Challenges in the books: circles by what was published, a home by its own readings, and who wins with whom."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, from_number, to_number
from sceop_hub.domain.game.challenge import TEMPLATES, Template, made
from sceop_hub.domain.game.progress import Progress
from sceop_hub.playing.trying import Trying, circles_progress, own_progress, wins
from sceop_hub.store import challenges, readings, teams
from tests.hub.books import new_books

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BEGAN = datetime(2026, 4, 1, tzinfo=UTC)
REACHED, MISSED = Progress(20.0), Progress(1.0)


def challenge(scope):
    template = Template("save_together", scope, 5, 7, 40, TEMPLATES["save_together"].unit)
    return made("c", template, ("Save", ""), date(2026, 5, 11), NOW, ZONE)


def publish(books, circle, homes, until, wh):
    """Publish a circle slot by slot; `wh` tells of each slot what a home uses, None where there is a gap."""
    for slot in range(to_number(BEGAN), to_number(until)):
        used = wh(from_number(slot))
        books.execute(
            "INSERT INTO published (circle, slot, homes, consumption) VALUES (?, ?, ?, ?)",
            (circle, slot, homes, None if used is None else used * homes),
        )


def test_a_circle_comes_as_far_as_what_was_published_of_it_however_many_homes_stand_behind_it():
    found = challenge("community")
    with new_books() as books:
        publish(books, 0, 20, found.start, lambda _at: 100)
        for slot in range(to_number(found.start), to_number(found.end)):
            books.execute("INSERT INTO published (circle, slot, homes, consumption) VALUES (0, ?, 35, 2800)", (slot,))
        assert circles_progress(books, ZONE, found, found.end) == {0: Progress(20.0)}


def test_a_slot_that_was_not_published_is_a_gap_and_not_a_saving():
    found = challenge("community")
    with new_books() as books:
        publish(books, 0, 20, found.end, lambda at: 100 if at < found.start or at.hour < 18 else None)
        assert circles_progress(books, ZONE, found, found.end) == {0: Progress(None, "incomplete")}


def test_a_team_that_is_not_published_has_no_progress():
    found = challenge("group")
    with new_books() as books:
        shown, hidden = teams.add(books, "A", "team"), teams.add(books, "B", "team")
        publish(books, shown, 15, found.end, lambda at: 100 if at < found.start else 90)
        came = circles_progress(books, ZONE, found, found.end)
    assert came == {shown: Progress(10.0), hidden: Progress(None, "no_past")}


def test_a_home_that_is_told_without_one_of_its_flows_is_not_known_in_that_slot():
    start = to_number(BEGAN)
    with new_books() as books:
        readings.record(books, 1, [Block("grid_import", BEGAN, (100, 100, 100))], NOW)
        readings.record(books, 1, [Block("production", BEGAN, (50, None, 10))], NOW)
        assert challenges.own_use(books, 1, start, start + 9) == {start: 150.0, start + 2: 110.0}
        assert challenges.own_use(books, 2, start, start + 9) == {}


def test_a_home_is_judged_by_its_own_readings_alone():
    found = challenge("home")
    with new_books() as books:
        for household, wh in ((1, 80), (2, 100)):
            for day in range(47):
                at = BEGAN + timedelta(days=day)
                used = tuple(wh if at + place * SLOT >= found.start else 100 for place in range(96))
                readings.record(books, household, [Block("grid_import", at, used)], at + timedelta(days=1))
        end = BEGAN + timedelta(days=47)
        assert own_progress(books, ZONE, found, 1, end) == Progress(20.0)
        assert own_progress(books, ZONE, found, 2, end) == Progress(0.0)
        assert circles_progress(books, ZONE, found, end) == {}


def test_what_was_reckoned_for_the_quarter_of_an_hour_before_is_not_told_in_the_next():
    found, trying = challenge("community"), Trying()
    later = found.start + timedelta(days=1)
    with new_books() as books, new_books() as others:
        publish(others, 0, 20, later, lambda at: 100 if at < found.start else 90)

        def meanwhile(_statement):
            books.set_trace_callback(None)
            assert trying.circle(others, ZONE, found, 0, later) == Progress(10.0)

        books.set_trace_callback(meanwhile)
        assert trying.circle(books, ZONE, found, 0, found.start) == Progress(None, "too_early")
        assert trying.circle(others, ZONE, found, 0, later) == Progress(10.0)


@pytest.mark.parametrize(
    ("scope", "own", "circles", "team", "won"),
    [
        ("home", REACHED, {}, None, True),
        ("home", MISSED, {0: REACHED}, None, False),
        ("community", MISSED, {0: REACHED}, None, True),
        ("community", REACHED, {0: MISSED}, None, False),
        ("community", Progress(0.0), {0: REACHED}, None, False),
        ("community", Progress(None, "away"), {0: REACHED}, None, False),
        ("group", MISSED, {7: REACHED, 8: MISSED}, 7, True),
        ("group", MISSED, {7: REACHED, 8: MISSED}, 8, False),
        ("group", REACHED, {7: REACHED}, None, False),
    ],
)
def test_a_circle_wins_for_those_who_did_their_part(scope, own, circles, team, won):
    assert wins(challenge(scope), own, circles, team) is won
