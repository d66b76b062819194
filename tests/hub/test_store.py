"""The store: what is acknowledged survives, and one who fails does not take the others along."""

import asyncio
import sqlite3
from contextlib import closing
from importlib import resources

import pytest

from sceop_hub.store import database, migrations
from sceop_hub.store.store import Store
from sceop_hub.store.writer import StorageError, Writer


@pytest.fixture
def books(tmp_path):
    connection = database.open_for_writing(tmp_path)
    yield connection
    connection.close()


def test_a_commit_is_flushed_to_the_disk(books):
    assert books.execute("PRAGMA synchronous").fetchone() == (2,)
    assert books.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_writers_connection_has_these_settings_too(tmp_path):
    async def look():
        store = Store(tmp_path)
        try:
            return await store.write(lambda books: books.execute("PRAGMA synchronous").fetchone())
        finally:
            store.close()

    assert asyncio.run(look()) == (2,)


def test_a_reader_can_not_write(tmp_path, books):
    reader = database.open_for_reading(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM invite")
    reader.close()


def test_a_database_from_a_later_version_is_left_alone(tmp_path, books):
    books.execute("PRAGMA user_version = 999")
    with pytest.raises(database.NewerDatabaseError, match="newer version"):
        database.open_for_writing(tmp_path)


def test_a_migration_that_fails_leaves_nothing_behind(books, monkeypatch):
    steps = [*database._migrations(), "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER);"]
    monkeypatch.setattr(database, "_migrations", lambda: steps)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        database.migrate(books)
    assert books.execute("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'half'").fetchone() == (0,)
    assert books.execute("PRAGMA user_version").fetchone() == (len(steps) - 1,)


def at_schema(monkeypatch, data, schema):
    """Open the database as a hub did that knew only so many migrations."""
    steps = database._migrations()[:schema]
    with monkeypatch.context() as then:
        then.setattr(database, "_migrations", lambda: steps)
        return closing(database.open_for_writing(data))


def test_an_update_keeps_the_database_from_before_it(tmp_path, monkeypatch):
    with at_schema(monkeypatch, tmp_path, 1) as books:
        books.execute("INSERT INTO invite (code_hash, uses_left, created_at, expires_at) VALUES (x'05', 1, 0, 0)")
    database.open_for_writing(tmp_path).close()
    newest = database.newest_schema()
    with closing(sqlite3.connect(tmp_path / f"hub.db.before-{newest}")) as before:
        assert before.execute("PRAGMA user_version").fetchone() == (1,)
        assert before.execute("SELECT code_hash FROM invite").fetchall() == [(b"\x05",)]
        assert before.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_copies_from_before_updates_are_few_and_a_new_or_current_database_makes_none(tmp_path, monkeypatch):
    for schema in (1, 2, 3, 4, 4):
        at_schema(monkeypatch, tmp_path, schema).__enter__().close()
    assert sorted(path.name for path in tmp_path.glob("hub.db.*before*")) == ["hub.db.before-3", "hub.db.before-4"]


def test_an_update_without_room_for_its_copy_does_not_begin(tmp_path, monkeypatch):
    at_schema(monkeypatch, tmp_path, 1).__enter__().close()
    (tmp_path / f"hub.db.before-{database.newest_schema()}").mkdir()
    with pytest.raises(OSError, match="directory"):
        database.open_for_writing(tmp_path)
    with closing(sqlite3.connect(tmp_path / database.FILE)) as books:
        assert books.execute("PRAGMA user_version").fetchone() == (1,)
    assert not (tmp_path / "hub.db.copying").exists()


def test_migrations_are_numbered_without_a_hole():
    names = sorted(file.name for file in resources.files(migrations).iterdir() if file.name.endswith(".sql"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def add(number):
    def change(books):
        books.execute("INSERT INTO number VALUES (?)", (number,))
        if number < 0:
            raise ValueError(f"{number} is refused")
        return number

    return change


def numbers(books):
    return sorted(number for (number,) in books.execute("SELECT * FROM number"))


@pytest.fixture
def writer(tmp_path):
    connection = sqlite3.connect(tmp_path / "numbers.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE number (value INTEGER)")
    writer = Writer(connection)
    yield writer
    writer.close()


async def test_a_refused_change_takes_no_neighbour_along(writer):
    outcomes = await asyncio.gather(*(writer.write(add(number)) for number in (1, -2, 3)), return_exceptions=True)
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 3
    assert await writer.write(numbers) == [1, 3]


async def test_what_waits_shares_a_commit(writer, tmp_path):
    commits = []
    await writer.write(
        lambda books: books.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else 0)
    )
    await asyncio.gather(*(writer.write(add(number)) for number in range(300)))
    assert len(commits) < 150
    assert await writer.write(numbers) == list(range(300))


async def test_a_full_disk_is_told_and_over_when_there_is_room_again(writer):
    await writer.write(lambda books: books.execute("PRAGMA max_page_count = 2").fetchall())

    def large(books):
        books.execute("CREATE TABLE large AS SELECT randomblob(100000)")

    with pytest.raises(StorageError, match="full"):
        await writer.write(large)
    await writer.write(lambda books: books.execute("PRAGMA max_page_count = 100000").fetchall())
    await writer.write(add(1))
    assert await writer.write(numbers) == [1]


async def test_a_change_with_a_mistake_in_it_takes_no_neighbour_along(writer):
    def mistake(books):
        books.execute("INSERT INTO no_such_table VALUES (1)")

    outcomes = await asyncio.gather(
        writer.write(add(1)), writer.write(mistake), writer.write(add(3)), return_exceptions=True
    )
    assert isinstance(outcomes[1], sqlite3.OperationalError)
    assert await writer.write(numbers) == [1, 3]


async def test_a_disk_that_fails_in_the_middle_fails_all_that_waited_together(writer):
    await writer.write(lambda books: books.execute("PRAGMA max_page_count = 3").fetchall())
    outcomes = await asyncio.gather(
        *(writer.write(add(number)) for number in range(5)),
        writer.write(lambda books: books.execute("CREATE TABLE large AS SELECT randomblob(100000)")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[-1], StorageError)
    kept = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert await writer.write(numbers) == kept


async def test_changes_that_were_made_together_and_miscounted_fail_and_the_next_are_made(writer):
    def miscounted(books, items):
        books.executemany("INSERT INTO number VALUES (?)", [(item,) for item in items])
        return []

    with pytest.raises(ValueError, match="shorter"):
        await asyncio.wait_for(writer.write(add(1), miscounted, 1), 5)
    await asyncio.wait_for(writer.write(add(2)), 5)
    assert await writer.write(numbers) == [2]


def begun(writer, some):
    """Ask for changes, and go on before any of them is made."""
    return [asyncio.Task(writer.write(add(number)), eager_start=True) for number in some]


async def test_who_gives_up_waiting_leaves_the_change_behind_and_the_neighbours_their_answers(writer):
    waiting = begun(writer, range(3))
    waiting[1].cancel()
    first, given_up, last = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert (first, last) == (0, 2)
    assert isinstance(given_up, asyncio.CancelledError)
    assert await writer.write(numbers) == [0, 1, 2]


async def test_who_comes_first_is_answered_while_others_come_without_a_pause(writer):
    async with asyncio.timeout(5):
        (first,) = others = begun(writer, [0])

        def another() -> None:
            if not first.done():
                others.append(asyncio.ensure_future(writer.write(add(len(others)), slots=0)))
                loop.call_soon(another)

        loop = asyncio.get_running_loop()
        loop.call_soon(another)
        assert await first == 0
    assert await asyncio.gather(*others) == list(range(len(others)))


async def test_closing_writes_what_waits(tmp_path):
    connection = sqlite3.connect(tmp_path / "numbers.db", isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE number (value INTEGER)")
    writer = Writer(connection)
    waiting = begun(writer, range(50))
    writer.close()
    await asyncio.gather(*waiting)
    with closing(sqlite3.connect(tmp_path / "numbers.db")) as books:
        assert books.execute("SELECT COUNT(*) FROM number").fetchone() == (50,)
