"""Books in memory, and a model of them that is nothing but a dictionary."""

import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, from_number, to_number
from sceop_hub.store import database, readings, rollups, settle

CHANGES = {
    "Europe/Amsterdam": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "America/Havana": (datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Asia/Kathmandu": (datetime(2026, 11, 30, 18, 15, tzinfo=UTC),),
    "UTC": (datetime(2026, 12, 1, tzinfo=UTC),),
}
"""When clocks change, of which one does so at midnight and one by half an hour; elsewhere, when a month begins."""


@contextmanager
def new_books(households=2):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as books:
        database.migrate(books)
        add_households(books, households)
        yield books


@dataclass
class Model:
    """What the books should hold: by household, channel and slot the value that won, with its revision and delay."""

    slots: dict[tuple[int, str, int], tuple[int, int, int]] = field(default_factory=dict)

    def record(self, household, blocks, received):
        stored = given = 0
        for block in blocks:
            for slot, wh in enumerate(block.wh, to_number(block.start)):
                if wh is None:
                    continue
                given += 1
                known = self.slots.get((household, block.channel, slot))
                if known is None or known[1] < block.rev:
                    late = max((received - from_number(slot + 1)) // SLOT, 0)
                    self.slots[household, block.channel, slot] = (wh, block.rev, late)
                    stored += 1
        return stored, given - stored

    def by(self, key):
        """Sum Wh and count slots by household, channel and whatever `key` makes of a slot's start."""
        wh, count = Counter(), Counter()
        for (household, channel, slot), (value, *_) in self.slots.items():
            named = household, channel, key(slot)
            wh[named] += value
            count[named] += 1
        return {named: (wh[named], count[named]) for named in count}


@st.composite
def batches(draw, around):
    """Return what one household sends in one request: few slots or many, anew or again, with gaps."""
    return [
        Block(
            draw(st.sampled_from(("grid_import", "production", "load.boiler"))),
            around + SLOT * draw(st.integers(0, 120)),
            tuple(_values(draw(st.randoms(use_true_random=False)), draw(st.sampled_from((1, 2, 7, 8, 9, 40, 120))))),
            "measured",
            draw(st.integers(0, 2)),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]


def _values(random, width):
    return (None if random.random() < 0.1 else random.randrange(300) for _ in range(width))


def settle_all(books, before):
    done = 0
    while (done := settle.settle(books, before, done)) is not None:
        pass


def refresh_all(books, zone):
    while rollups.refresh(books, zone):
        pass


def names(books):
    return {id_: (household, name) for id_, household, name in books.execute("SELECT id, household, name FROM channel")}


def add_households(books, count):
    books.execute("INSERT INTO invite (id, code_hash, uses_left, created_at, expires_at) VALUES (1, x'00', 1, 0, 0)")
    for number in range(1, count + 1):
        books.execute(
            "INSERT INTO household (id, public_id, name, kind, shown, time_zone, client, joined_at, invite, request,"
            " token_hash) VALUES (?1, ?1, 'Home', 'home', 0, 'UTC', '', 1, 1, ?1, ?2)",
            (number, str(number).encode()),
        )


def record(books, model, household, batch, received):
    receipt = readings.record(books, household, batch, received)
    assert (receipt.stored, receipt.unchanged) == model.record(household, batch, received)


def after(around):
    """Return an instant at which all that `batches` makes has ended."""
    return around + timedelta(days=3, minutes=7)
