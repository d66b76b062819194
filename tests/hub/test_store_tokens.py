"""Tokens are remembered, and forgotten as soon as what they mean may have changed."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from sceop_hub.store import database, members
from sceop_hub.store.store import Store
from tests.hub.books import add_households
from tests.hub.harness import NOON, block


@pytest.fixture
async def store(tmp_path):
    store = Store(tmp_path)
    await store.write(lambda books: add_households(books, 2))
    yield store
    store.close()


class Look:
    """Ask what a household is called, and count how often."""

    def __init__(self, household=1):
        self.asked = 0
        self._household = household

    def __call__(self, books):
        self.asked += 1
        row = books.execute("SELECT name FROM household WHERE id = ?", (self._household,)).fetchone()
        return row and row[0]


def rename(books):
    books.execute("UPDATE household SET name = 'Renamed' WHERE id = 1")


async def test_the_books_are_asked_once(store):
    look = Look()
    assert [await store.tokens.find("token", look, NOON) for _ in range(3)] == ["Home"] * 3
    assert look.asked == 1


async def test_what_changed_is_known_with_the_answer_to_the_change(store):
    look = Look()
    await store.tokens.find("token", look, NOON)
    await store.write(rename)
    assert await store.tokens.find("token", look, NOON) == "Renamed"


async def test_a_change_that_is_refused_changes_nothing(store):
    def refused(books):
        rename(books)
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        await store.write(refused)
    assert await store.tokens.find("token", Look(), NOON) == "Home"


async def test_being_heard_changes_nothing(store):
    look = Look()
    await store.tokens.find("token", look, NOON)
    await store.write(lambda books: books.execute("UPDATE household SET last_seen = 5"))
    await store.tokens.find("token", look, NOON)
    assert look.asked == 1


async def test_a_stranger_is_looked_up_each_time(store):
    look = Look(household=99)
    assert [await store.tokens.find("token", look, NOON) for _ in range(2)] == [None, None]
    assert look.asked == 2


async def test_a_minute_later_the_books_are_asked_again(store):
    look = Look()
    await store.tokens.find("token", look, NOON)
    await store.tokens.find("token", look, NOON + timedelta(minutes=1))
    assert look.asked == 2


async def test_what_another_process_changed_is_known_after_the_next_commit(store, tmp_path):
    look = Look()
    await store.tokens.find("token", look, NOON)
    with closing(sqlite3.connect(tmp_path / database.FILE)) as other, other:
        rename(other)
    await store.write(lambda _books: None)
    assert await store.tokens.find("token", look, NOON) == "Renamed"


async def test_what_was_read_before_a_change_is_not_remembered_after_it(store):
    def slow(books):
        name = Look()(books)
        store.tokens.forget()  # as a commit does that falls between the looking and the remembering
        return name

    await store.tokens.find("token", slow, NOON)
    look = Look()
    await store.tokens.find("token", look, NOON)
    assert look.asked == 1


async def test_a_token_that_was_renewed_is_refused_at_once(hub):
    token = await hub.join()
    assert (await hub.get("/api/v1/community", Authorization=f"Bearer {token}")).status == 200
    renewed = "UPDATE household SET token_hash = x'00'"
    await hub.hub.store.write(lambda books: books.execute(renewed))
    assert (await hub.get("/api/v1/community", Authorization=f"Bearer {token}")).status == 401
    assert await hub.hub.store.read(lambda books: members.by_token(books, token)) is None


async def test_a_channel_that_was_taken_away_is_not_written_to_again(hub):
    token = await hub.join()
    for slot in range(2):
        await hub.send(token, block(start=f"2026-11-20T10:{slot * 15:02}:00Z", wh=[1]))
    await hub.hub.store.write(lambda books: books.execute("DELETE FROM fresh"))
    await hub.hub.store.write(lambda books: books.execute("DELETE FROM channel"))
    assert (await hub.send(token, block(wh=[5]))).body == {"stored": 1, "unchanged": 0}
    assert len(await hub.slots(1, "grid_import")) == 1
