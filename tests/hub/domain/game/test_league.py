"""The league: cards that tell of no home, and how hubs compare."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.game.league import Card, Score, band, read, score, table
from sceop_hub.domain.refusal import Refusal

MADE = datetime(2026, 11, 1, 12, tzinfo=UTC)


def card(hub="a", name="Elm Street", *scores, made=MADE):
    return Card(hub, name, made, scores or (Score("2026-10", 500, "15-29"),))


def test_a_card_is_read_as_it_was_written():
    assert read(card(name="Straße “7” 🌳").text()) == card(name="Straße “7” 🌳")


@pytest.mark.parametrize(
    "change",
    [
        {"league": 2},
        {"hub": "a b"},
        {"hub": ""},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "x\u202ey"},
        {"made": "2026-11-01T12:00:00"},
        {"made": 5},
        {"scores": [{"month": "2026-13", "score": 1, "homes": "15-29"}]},
        {"scores": [{"month": "20\uff12\uff16-10", "score": 1, "homes": "15-29"}]},
        {"scores": [{"month": "2026-10", "score": True, "homes": "15-29"}]},
        {"scores": [{"month": "2026-10", "score": 1e99, "homes": "15-29"}]},
        {"scores": [{"month": "2026-10", "score": -1, "homes": "15-29"}]},
        {"scores": [{"month": "2026-10", "score": 1, "homes": "<b>"}]},
        {"scores": [{"month": "2026-10", "score": 1, "homes": "15-29"}] * 2},
        {"scores": "x"},
        {"more": 1},
    ],
)
def test_what_no_hub_writes_is_refused(change):
    told = json.loads(card().text()) | change
    with pytest.raises(Refusal, match="no league file"):
        read(json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


@given(st.binary(max_size=60))
def test_noise_is_refused_and_breaks_nothing(noise):
    with pytest.raises(Refusal):
        read(noise)


def test_homes_are_told_as_a_band():
    assert [band(homes) for homes in (5, 14, 15, 29, 30, 10_000, 99_999)] == [
        "5-14",
        "5-14",
        "15-29",
        "15-29",
        "30-59",
        "10000+",
        "10000+",
    ]


def test_a_score_is_a_hundred_homes_and_none_of_too_few():
    assert score([10] * 20, 15, "2026-10") == Score("2026-10", 1000, "15-29")
    assert score([10] * 400, 15, "2026-10").score == 1000
    assert score([10] * 14, 15, "2026-10") is None
    assert score([], 0, "2026-10") is None
    assert score([-5] * 20, 15, "2026-10").score == 0


def test_hubs_are_ranked_by_the_latest_month_that_two_of_them_tell_and_equals_share_a_rank():
    cards = [
        card("a", "Elm", Score("2026-09", 900, "15-29"), Score("2026-10", 500, "15-29")),
        card("b", "Ash", Score("2026-10", 500, "60-119"), Score("2026-11", 10, "60-119")),
        card("c", "Oak", Score("2026-10", 700, "30-59")),
        card("d", "Fir", Score("2026-09", 999, "30-59")),
    ]
    for told in (cards, cards[::-1]):
        found = table(told, "b", "2026-12")
        assert [(one.rank, one.name, one.month, one.mine) for one in found] == [
            (1, "Oak", "2026-10", False),
            (2, "Ash", "2026-10", True),
            (2, "Elm", "2026-10", False),
        ]
    assert table(cards[:1], "a", "2026-12") == ()


def test_months_that_are_not_over_hide_nobody():
    months = [Score("2026-10", 500, "15-29"), Score("2099-12", 900, "15-29")]
    found = table([card("a", "Elm", *months), card("b", "Ash", *months)], "a", "2026-11")
    assert {one.month for one in found} == {"2026-10"}
