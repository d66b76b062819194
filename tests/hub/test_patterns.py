"""Patterns and energy: sums of what was published, cut by the clocks that people live by."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.slots import from_number, local_day, to_number
from sceop_hub.domain import patterns
from sceop_hub.domain.publication import Drawing, Sum
from sceop_hub.store import database, figures, patterns as books_of_patterns
from tests.hub.harness import block
from tests.hub.test_now import HISTORY, SLOTS, live_there

ZONES = ["Europe/Amsterdam", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "UTC"]
FIRST = date(2026, 1, 1)


@dataclass(repr=False)
class Year:
    books: sqlite3.Connection
    known: dict[int, Sum]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A year and a quarter of published slots with gaps, known to a plain dict as well."""
    connection = database.open_for_writing(tmp_path_factory.mktemp("books"))
    known = {}
    first = to_number(datetime(2025, 12, 1, tzinfo=UTC))
    for slot in range(first, first + 460 * 96, 3):
        wh = {"consumption": slot * 7919 % 1000} | ({"production": slot % 50} if slot % 4 else {})
        known[slot] = Sum(15 + slot % 5, wh)
    connection.execute("BEGIN")
    figures.publish(connection, [0], [Drawing(slot, {0: part}, b"") for slot, part in known.items()])
    connection.execute("COMMIT")
    yield Year(connection, known)
    connection.close()


def within(known, start, end, zone):
    for slot, part in known.items():
        local = from_number(slot).astimezone(zone)
        if start <= local.date() < end:
            yield local, part


spans = st.tuples(st.integers(0, 370), st.integers(1, 60)).map(
    lambda found: (FIRST + timedelta(days=found[0]), FIRST + timedelta(days=sum(found)))
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(spans, zones, st.sampled_from(["consumption", "production"]))
def test_an_hour_of_the_week_is_the_mean_of_its_slots(year, span, zone, figure):
    cells = books_of_patterns.cells(year.books, 0, patterns.pieces(*span, zone), figure)
    found = patterns.heat(cells)
    expected = defaultdict(list)
    for local, part in within(year.known, *span, zone):
        if figure in part.wh:
            expected[local.weekday(), local.hour].append((part.wh[figure], part.homes))
    for weekday in range(7):
        for hour in range(24):
            parts = expected.get((weekday, hour), [])
            assert found.hours[weekday][hour] == len(parts) / 4
            if parts:
                assert found.wh[weekday][hour] == round(4 * sum(wh for wh, _ in parts) / len(parts))
                a_home = sum(Fraction(wh, homes) for wh, homes in parts) * 4 / len(parts)
                assert abs(found.home_wh[weekday][hour] - a_home) <= 0.51
            else:
                assert found.wh[weekday][hour] is None


@given(spans, zones)
def test_a_month_is_the_sum_of_its_slots_and_says_how_many_it_has(year, span, zone):
    runs = patterns.pieces(*span, zone)
    cells = books_of_patterns.cells(year.books, 0, runs, "consumption")
    found = patterns.months(cells, runs)
    expected = defaultdict(list)
    for local, part in within(year.known, *span, zone):
        expected[f"{local:%Y-%m}"].append(part)
    assert [month.month for month in found] == sorted(expected)
    days = [span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days)]
    for month in found:
        parts = expected[month.month]
        assert month.wh == sum(part.wh["consumption"] for part in parts)
        assert month.slots == len(parts)
        assert month.of == sum(len(local_day(day, zone)) for day in days if f"{day:%Y-%m}" == month.month)
        assert month.homes_least == min(part.homes for part in parts)


@given(spans, zones, st.sampled_from(["slot", "hour", "day", "month"]))
def test_energy_by_any_period_is_the_sum_of_the_slots_in_it(year, span, zone, resolution):
    cut = patterns.periods(*span, zone, resolution)
    assert cut[0].start == local_day(span[0], zone).start
    assert cut[-1].end == local_day(span[1], zone).start
    assert all(before.end == after.start for before, after in pairwise(cut))
    found = books_of_patterns.energy(year.books, 0, cut)
    for position, period in enumerate(cut):
        parts = [year.known[number] for slot in period if (number := to_number(slot)) in year.known]
        if not parts:
            assert position not in found
            continue
        made = [part.wh["production"] for part in parts if "production" in part.wh]
        assert found[position].wh["consumption"] == sum(part.wh["consumption"] for part in parts)
        assert found[position].wh.get("production") == (sum(made) if made else None)
        assert found[position].slots["production"] == len(made)
        assert found[position].homes_most == max(part.homes for part in parts)


@pytest.mark.parametrize(
    ("month", "season"), [(12, "winter"), (2, "winter"), (3, "spring"), (8, "summer"), (9, "autumn"), (11, "autumn")]
)
def test_a_month_lies_in_its_season(month, season):
    assert patterns.season_of(2026 * 12 + month - 1) == season


async def test_the_page_of_patterns_is_given_the_week_and_the_months(hub):
    await live_there(hub, 16, ("grid_import", "production"))
    found = (await hub.get("/patterns/data?from=2026-11-19&to=2026-11-21&figure=production")).body
    assert (found["published"], found["first"], found["from"], found["to"]) == (
        True,
        "2026-11-19",
        "2026-11-19",
        "2026-11-21",
    )
    assert found["heat"]["wh"][3][5] == 4 * sum(range(100, 116))  # Thursday, from five to six
    assert found["heat"]["home_wh"][3][5] == round(4 * sum(range(100, 116)) / 16)
    assert found["heat"]["hours"][4][12] == 0.75  # Friday, of whose noon three quarters are settled
    assert found["heat"]["wh"][0][0] is None
    assert found["months"] == [
        {
            "month": "2026-11",
            "wh": sum(range(100, 116)) * 147,
            "slots": 147,
            "of": 192,
            "homes_least": 16,
            "homes_most": 16,
        }
    ]
    assert [season["season"] for season in found["seasons"]] == ["autumn"]
    assert set(found["figures"]) == {"consumption", "grid_import", "production"}
    assert [(circle["id"], circle["homes"]) for circle in found["teams"]] == [(0, 16)]


async def test_a_household_can_ask_for_the_energy_of_a_day(hub):
    tokens = await live_there(hub, 15)
    path = "/api/v1/community/energy?from=2026-11-19&to=2026-11-21&resolution=day"
    found = (await hub.get(path, Authorization=f"Bearer {tokens[0]}")).body
    assert found["starts"] == ["2026-11-18T23:00:00Z", "2026-11-19T23:00:00Z"]
    assert found["wh"]["consumption"] == [sum(range(100, 115)) * 96, sum(range(100, 115)) * 51]
    assert (found["of"], found["slots"]["consumption"]) == ([96, 96], [96, 51])
    assert found["wh"]["production"] == [None, None]


@pytest.mark.parametrize(
    "question",
    [
        "from=2026-11-21&to=2026-11-19",
        "from=2026-11-19&to=2026-11-19",
        "from=2026-01-01&to=2026-11-19&resolution=slot",
        "from=yesterday",
        "from=0001-01-01",
        "to=0001-01-01",
        "to=9999-12-31",
        "resolution=week",
        "circle=-1",
    ],
)
async def test_a_span_that_is_none_is_refused_with_a_sentence(hub, question):
    token = await hub.join()
    answer = await hub.get(f"/api/v1/community/energy?{question}", Authorization=f"Bearer {token}")
    assert (answer.status, answer.problem) == (422, "invalid")


async def test_before_anything_is_published_patterns_are_empty(hub):
    await hub.send(await hub.join(), block("grid_import", HISTORY, [100] * SLOTS))
    found = (await hub.get("/patterns/data")).body
    assert (found["published"], found["first"], found["months"], found["seasons"]) == (False, None, [], [])
