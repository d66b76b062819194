"""The profile: what a coordinator decides is checked, kept, and written in the audit log."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings as limits, strategies as st

from sceop_hub.domain.address import AddressError, InsecureAddressError, address
from sceop_hub.domain.profile import Mistake, Place, Profile
from sceop_hub.domain.refusal import Refusal
from sceop_hub.store import database, profile as profiles
from tests.hub.harness import running, settings

PROFILE = Profile(name="Mill Street", zone=ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " Mill Street"),
        ("name", "x" * 81),
        ("name", "Mill\nStreet"),
        ("currency", "eur"),
        ("currency", "EURO"),
        ("price_per_kwh", Decimal("-0.01")),
        ("price_per_kwh", Decimal("NaN")),
        ("price_per_kwh", Decimal("0.1234567")),
        ("feed_in_per_kwh", Decimal("Infinity")),
        ("carbon_g_per_kwh", 2001),
        ("retention_days", 34),
        ("fewest_homes", 4),
        ("fewest_homes", 16),
        ("address", "energy.example.org"),
        ("address", "https://user@energy.example.org"),
        ("address", "https://energy.example.org/"),
        ("notify", "notify.phone; drop"),
        ("events", "sometimes"),
        ("event_severity", "dire"),
        ("event_target_percent", 0),
        ("event_target_percent", 91),
        ("event_ahead_h", 49),
        ("event_notice_min", 14),
        ("event_notice_min", 721),
        ("events_a_day", 0),
        ("events_a_week", 15),
        ("event_quiet_from", time(22, 0, 1)),
        ("event_quiet_to", time(7, tzinfo=UTC)),
        ("published_since", datetime(2026, 11, 20)),  # noqa: DTZ001 - the mistake
    ],
)
def test_what_no_community_can_be_is_refused_and_the_field_is_named(field, value):
    with pytest.raises(Mistake) as refused:
        replace(PROFILE, **{field: value})
    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")


def test_members_hear_of_an_event_no_later_than_they_may_hear_of_it():
    with pytest.raises(Mistake):
        replace(PROFILE, event_ahead_h=1, event_notice_min=60)


@pytest.mark.parametrize("place", [("", 1, 1), ("Here", 91, 1), ("Here", 1, -181), ("Here", 1, None), ("H", 1, "nan")])
def test_a_place_is_somewhere_on_earth(place):
    name, *where = place
    with pytest.raises(Mistake):
        Place(name, *[float(number) if isinstance(number, str) else number for number in where])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://Energy.Example.org/", "https://energy.example.org"),
        ("http://192.168.1.20:8710", "http://192.168.1.20:8710"),
        ("http://hub.local:8710/sceop/", "http://hub.local:8710/sceop"),
        ("http://[fd00::1]:8710", "http://[fd00::1]:8710"),
        ("http://100.101.102.103:8710", "http://100.101.102.103:8710"),
    ],
)
def test_an_address_is_kept_as_invites_tell_it(typed, meant):
    assert address(typed) == meant


@pytest.mark.parametrize(
    "typed", ["http://energy.example.org", "http://8.8.8.8:8710", "http://134744072", "http://8.526344"]
)
def test_plain_http_never_leaves_the_building(typed):
    with pytest.raises(InsecureAddressError):
        address(typed)


@pytest.mark.parametrize(
    "typed", ["", "x", "https://", "ftp://hub", "https://hub?x=1", "https://hub#x", "https://[::1"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(AddressError):
        address(typed)


@given(
    decided=st.fixed_dictionaries(
        {},
        optional={
            "zone": st.sampled_from([ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]),
            "place": st.none() | st.just(Place("Here", 1.5, -2.5)),
            "price_per_kwh": st.none() | st.decimals(0, 100, places=4),
            "carbon_g_per_kwh": st.none() | st.integers(0, 2000),
            "approval": st.booleans(),
            "event_quiet_from": st.times().map(lambda at: at.replace(second=0, microsecond=0)),
            "published_since": st.none() | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
        },
    )
)
@limits(deadline=None)
def test_decisions_come_back_from_the_books_as_they_were(decided):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as books:
        database.migrate(books)
        profiles.save(books, **decided)
        assert profiles.load(books, PROFILE) == replace(PROFILE, **decided)


async def test_a_decision_is_kept_and_written_down_once(tmp_path):
    async with running(settings(tmp_path, zone=None)) as running_hub:
        hub = running_hub.hub
        for _ in range(2):
            await hub.change_profile("local", zone=ZoneInfo("Asia/Kathmandu"), price_per_kwh=Decimal("0.31"))
        notes = await hub.store.read(
            lambda books: books.execute("SELECT who, detail FROM audit WHERE action = 'profile.change'").fetchall()
        )
        assert [(who, json.loads(detail)) for who, detail in notes] == [
            ("local", {"zone": "Asia/Kathmandu", "price_per_kwh": "0.31"})
        ]
    async with running(settings(tmp_path, zone=None)) as running_hub:
        assert running_hub.hub.profile.price_per_kwh == Decimal("0.31")
        assert running_hub.hub.profile.zone == ZoneInfo("Asia/Kathmandu")


async def test_a_mistake_changes_nothing_of_what_came_with_it(hub):
    with pytest.raises(Mistake):
        await hub.hub.change_profile("local", carbon_g_per_kwh=300, currency="euro")
    assert hub.hub.profile.carbon_g_per_kwh is None
    kept = await hub.hub.store.read(
        lambda books: books.execute("SELECT name FROM setting WHERE name <> 'hub_id'").fetchall()
    )
    assert ("carbon_g_per_kwh",) not in kept


async def test_what_is_told_from_outside_is_not_decided_in_the_pages(hub):
    with pytest.raises(Refusal) as refused:
        await hub.hub.change_profile("local", name="Another", carbon_g_per_kwh=300)
    assert refused.value.problem == "fixed"
    assert hub.hub.profile.name == "Test community"
    assert hub.hub.profile.carbon_g_per_kwh is None
