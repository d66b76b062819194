"""Names that people choose: every script and emoji, and nothing that plays with the eye."""

import unicodedata
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.domain.names import LONGEST, key, nickname, site_name
from sceop_hub.domain.profile import Mistake, Profile
from sceop_hub.domain.refusal import Refusal
from sceop_hub.imports.hints import Target
from sceop_hub.store import teams
from tests.hub.books import new_books


@pytest.mark.parametrize(
    "name",
    [
        "Sunny side",
        "☀️ Dach",
        "👩‍👩‍👧 & 🐕",
        "🇳🇱",
        "שמש",
        "بيت الشمس",
        "می‌خواهم",
        "सूरज घर",
        "Ségolène",
        "太陽",
        "O'Neil <3",
        "'; DROP TABLE household; --",
    ],
)
def test_a_nickname_of_any_script_or_of_emoji_is_taken_as_it_is(name):
    assert nickname(f" {name}  ") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["क्‍ष घर", "خانه‌ی ما", "👩‍👩‍👧 & 🐕"])
def test_homes_teams_and_communities_may_be_called_what_is_not_written_without_joiners(name):
    assert site_name(name) == name
    assert Profile(name=name, zone=ZoneInfo("UTC")).name == name
    assert Target(new=name).new == name
    with new_books() as books:
        teams.add(books, name, "street")
        assert [team.name for team in teams.all_(books)] == [name]


@pytest.mark.parametrize("name", ["left\u202eright", "zero\u200bwidth", "\u200d\u200c", "bell\x07"])
def test_nothing_that_nobody_sees_is_the_name_of_a_home_a_team_or_a_community(name):
    with pytest.raises(Refusal):
        site_name(name)
    with pytest.raises(Mistake):
        Profile(name=name, zone=ZoneInfo("UTC"))
    with new_books() as books, pytest.raises(Refusal):
        teams.add(books, name, "street")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " \t ",
        "x" * 41,
        "left\u202eright",
        "\u2066isolated\u2069",
        "mark\u200f",
        "mark\u200e",
        "zero\u200bwidth",
        "\ufeffbom",
        "nul\x00",
        "bell\x07",
        "escape\x1b[31m",
        "soft\xadhyphen",
        "private\ue000",
        "lone\ud800",
        "unassigned\U000e0fff",
        "tag\U000e0041",
        "z" + "\u0301" * 6,
        "\u200d\u200c",
        "\u200d",
    ],
)
def test_signs_that_nobody_sees_or_that_turn_the_text_are_refused(name):
    with pytest.raises(Refusal):
        nickname(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sunny", "sUNNY"),
        ("Straße", "STRASSE"),
        ("Sunny side", "Sunnyside"),
        ("ﬁne", "fine"),
        ("\uff21da", "Ada"),
        ("☀️", "☀"),
    ],
)
def test_names_that_look_alike_are_the_same(one, other):
    assert key(nickname(one)) == key(nickname(other))


@given(st.text(max_size=60))
def test_what_is_taken_can_be_shown_and_stays_what_it_is(text):
    try:
        taken = nickname(text)
    except Refusal:
        return
    assert nickname(taken) == taken
    assert 1 <= len(taken) <= LONGEST
    assert key(taken)
    taken.encode()
    assert not any(
        unicodedata.bidirectional(sign) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI"} for sign in taken
    )
