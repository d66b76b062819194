"""What a file of the published past tells of the weather is what was known at each instant."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from sceop_hub.domain.weather import Hour, hour_of
from sceop_hub.store import weather
from sceop_hub.store.database import migrate

BEGIN = datetime(2026, 3, 28, 20, tzinfo=UTC)
"""The night in which Spain's clocks go forward."""
FIRST = hour_of(BEGIN)
HOURS = 30
SOME = st.none() | st.floats(-20, 40)

WORDS = st.lists(
    st.tuples(st.sampled_from([weather.OWN, 1, 2, 3]), st.integers(0, 60 * HOURS), st.integers(0, HOURS), SOME),
    max_size=12,
)


@given(WORDS, st.integers(0, 60 * HOURS))
def test_at_every_instant_the_newest_of_all_words_is_what_was_known(words, minute):
    at = BEGIN + timedelta(minutes=minute)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as books:
        migrate(books)
        for source, made, hour, degrees in sorted(words, key=lambda word: word[1]):
            told = [Hour(FIRST + hour, degrees, 0.5, None)]
            weather.put(books, source, BEGIN + timedelta(minutes=made), told, ZoneInfo("Europe/Madrid"))
        spoken = weather.words(books, FIRST, FIRST + HOURS)
        newest = {hour.hour: hour for made, hour in spoken if made <= at.timestamp()}
        assert list(newest.values()) == weather.known(books, FIRST, FIRST + HOURS, at)
