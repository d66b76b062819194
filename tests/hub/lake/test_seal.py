"""The lake holds what the books hold of closed days, whatever came late, was cut off or was taken away."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sceop_hub.core.slots import from_number, to_number
from sceop_hub.lake import files
from sceop_hub.lake.check import check
from sceop_hub.lake.files import LakeError
from sceop_hub.lake.seal import rebuild, seal
from sceop_hub.store import lake, retention
from tests.hub.lake.books import DAY, NOW, Books, lake_slots, slot_at, table

TODAY = to_number(NOW) // DAY


@pytest.fixture
def books(tmp_path):
    return Books(tmp_path)


def day_files(books):
    return sorted(path.parent.name for path in (books.data / "lake" / "readings").rglob("part.parquet"))


def closed(slots, today=TODAY):
    return {key: value for key, value in slots.items() if key[2] < today * DAY}


def no_power(_files):
    raise OSError("no power")


def test_closed_days_are_copied_and_the_running_one_is_not(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-11-18T22:00"), range(200))
    sealed = seal(books.data, NOW)
    assert day_files(books) == ["day=2026-11-18", "day=2026-11-19"]
    assert lake_slots(books.data) == closed(books.slots())
    assert (sealed.days, sealed.slots) == (2, 8 + 96)
    assert not check(books.data / "lake")


def test_a_row_says_when_it_was_received_and_whose_it_is(books):
    home = books.home(kind="organisation")
    first = slot_at("2026-11-19T10:00")
    books.record(home, "load.lift", first, [7] * 8, received=from_number(first + 12), quality="estimated", rev=3)
    seal(books.data, NOW)
    rows = table(books.data, "readings").to_pylist()
    assert rows[0] == {
        "household": home.public_id,
        "kind": "organisation",
        "channel": "load.lift",
        "slot_start": datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        "wh": 7,
        "quality": "estimated",
        "received_at": datetime(2026, 11, 19, 13, 0, tzinfo=UTC),
        "rev": 3,
        "day": "2026-11-19",
    }


batches = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["grid_import", "production"]),
        st.integers((TODAY - 3) * DAY, TODAY * DAY + 20),
        st.lists(st.one_of(st.none(), st.integers(0, 9999)), min_size=1, max_size=120),
        st.integers(0, 2),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_however_late_and_corrected_the_lake_follows_the_books(tmp_path_factory, batches):
    books = Books(tmp_path_factory.mktemp("books"))
    homes = [books.home(), books.home()]
    for home, channel, first, wh, rev, then_seal in batches:
        books.record(homes[home], channel, first, wh, rev=rev)
        if then_seal:
            seal(books.data, NOW)
    books.run(lambda connection: lake.mark_days(connection, range(TODAY - 4, TODAY)))  # as settling does
    seal(books.data, NOW)
    assert lake_slots(books.data) == closed(books.slots())
    assert not check(books.data / "lake")


def test_a_night_without_news_writes_nothing(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-19T00:00"), range(96))
    seal(books.data, NOW)
    file = books.data / "lake" / files.day_file(TODAY - 1)
    written = file.stat().st_ino
    assert seal(books.data, NOW).days == 0
    assert file.stat().st_ino == written


def test_a_day_that_is_touched_while_it_is_written_is_written_again(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-11-18T00:00"), range(192))
    touched = []

    def meanwhile(done, total):
        if not touched:
            touched.append(books.record(home, "grid_import", slot_at("2026-11-18T00:00"), [5] * 96, rev=1))

    seal(books.data, NOW, meanwhile)
    assert lake_slots(books.data) != closed(books.slots())
    seal(books.data, NOW)
    assert lake_slots(books.data) == closed(books.slots())


@pytest.mark.parametrize("damage", ["cut", "gone", "unlisted"])
def test_a_file_that_was_cut_off_or_lost_is_written_again_by_night(books, damage):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(192))
    seal(books.data, NOW)
    file = books.data / "lake" / files.day_file(TODAY - 1)
    match damage:
        case "cut":
            file.write_bytes(file.read_bytes()[:-20])
        case "gone":
            shutil.rmtree(file.parent)
        case _:
            (books.data / "lake" / files.CHECKSUMS).unlink()
    assert check(books.data / "lake")
    seal(books.data, NOW)
    assert lake_slots(books.data) == closed(books.slots())
    assert not check(books.data / "lake")


def test_a_changed_byte_is_found_by_its_checksum(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(192))
    seal(books.data, NOW)
    file = books.data / "lake" / files.day_file(TODAY - 1)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    assert [(damage.path, damage.kind) for damage in check(books.data / "lake")] == [
        (files.day_file(TODAY - 1), "changed")
    ]
    answer = command("check", books)
    assert (answer.returncode, "changed: readings/day=2026-11-19" in answer.stdout) == (1, True)
    assert command("check", books).returncode == 0
    assert lake_slots(books.data) == closed(books.slots())


def test_what_a_power_cut_left_between_file_and_checksums_is_written_again(books, monkeypatch):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(192))
    monkeypatch.setattr(files.Files, "save", no_power)
    with pytest.raises(OSError, match="no power"):
        seal(books.data, NOW)
    monkeypatch.undo()
    assert seal(books.data, NOW).days == 2
    assert not check(books.data / "lake")


def test_the_whole_lake_can_be_made_anew(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-10-01T00:00"), range(500))
    books.record(home, "grid_import", slot_at("2026-11-18T00:00"), range(192))
    books.roll_up()
    seal(books.data, NOW)
    before = (books.data / "lake" / files.CHECKSUMS).read_text()
    shutil.rmtree(books.data / "lake")
    rebuild(books.data, NOW)
    assert lake_slots(books.data) == closed(books.slots())
    assert (books.data / "lake" / files.CHECKSUMS).read_text() == before


def test_while_it_is_made_anew_every_day_can_be_read(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-10T00:00"), range(96 * 9))
    seal(books.data, NOW)
    whole = lake_slots(books.data)
    seen = []
    rebuild(books.data, NOW, lambda _done, _total: seen.append(lake_slots(books.data) == whole))
    assert seen == [True] * 9


def test_a_lake_of_other_books_is_made_anew(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-11-10T00:00"), range(96 * 8))
    seal(books.data, NOW)
    with books.open() as connection:  # as a restored backup would have it
        connection.execute("DELETE FROM history WHERE slot >= ?", (slot_at("2026-11-15T00:00"),))
        connection.execute("UPDATE history SET wh = 1")
    (books.data / "lake" / files.CHECKSUMS).unlink()
    seal(books.data, NOW)
    assert lake_slots(books.data) == books.slots()
    assert not check(books.data / "lake")


def test_days_that_the_books_gave_up_leave_the_lake(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-09-01T00:00"), range(96 * 3))
    books.roll_up()
    seal(books.data, NOW)
    books.run(retention.let_go, slot_at("2026-09-02T22:00"))
    seal(books.data, NOW)  # before the slots themselves are gone
    assert min(key[2] for key in lake_slots(books.data)) == slot_at("2026-09-02T22:00")
    while books.run(retention.remove):
        pass
    seal(books.data, NOW)
    assert lake_slots(books.data) == books.slots()


def test_daily_totals_wait_for_their_roll_ups_and_say_how_whole_they_are(books):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-10-24T22:00"), [10] * 150)
    assert seal(books.data, NOW).months == 0
    books.roll_up()
    seal(books.data, NOW)
    rows = table(books.data, "totals").to_pylist()
    totals = {row["day"].isoformat(): (row["wh"], row["slots"], row["slots_of_day"]) for row in rows}
    assert totals == {"2026-10-25": (1000, 100, 100), "2026-10-26": (500, 50, 96)}


def test_members_are_listed_without_their_names(books):
    home = books.home("The Green Door")
    seal(books.data, NOW)
    (row,) = table(books.data, "members").to_pylist()
    assert (row["household"], row["kind"], row["time_zone"]) == (home.public_id, "home", "Europe/Amsterdam")
    assert b"Green Door" not in b"".join(path.read_bytes() for path in (books.data / "lake").rglob("*.parquet"))


def forget(books, home):
    """Do what forgetting a member does to the books, at once."""
    with books.open() as connection:
        lake.forget(connection, home.public_id, NOW)
        for emptied in ("history", "fresh", "hour", "day", "month"):
            connection.execute(
                f"DELETE FROM {emptied} WHERE channel IN (SELECT id FROM channel WHERE household = ?)",  # noqa: S608 - our own words
                (home.id,),
            )
        connection.execute("DELETE FROM channel WHERE household = ?", (home.id,))
        connection.execute("UPDATE household SET public_id = 'x', name = '', forgotten = 1 WHERE id = ?", (home.id,))


def test_who_is_forgotten_is_in_no_file_any_more(books):
    stays, goes = books.home(), books.home()
    for home in (stays, goes):
        books.record(home, "grid_import", slot_at("2026-11-10T00:00"), range(300))
    books.record(goes, "grid_import", slot_at("2026-10-01T00:00"), range(50))
    books.roll_up()
    seal(books.data, NOW)
    assert holding(books, goes)
    forget(books, goes)
    assert seal(books.data, NOW).forgotten == 1
    assert holding(books, goes) == []
    assert lake_slots(books.data) == closed(books.slots())
    assert books.run(lake.forgetting) == []
    assert not check(books.data / "lake")


def test_forgetting_goes_on_after_a_crash(books, monkeypatch):
    goes = books.home()
    books.record(goes, "grid_import", slot_at("2026-11-10T00:00"), range(300))
    seal(books.data, NOW)
    forget(books, goes)
    monkeypatch.setattr(files.Files, "save", no_power)
    with pytest.raises(OSError, match="no power"):
        seal(books.data, NOW)
    monkeypatch.undo()
    assert books.run(lake.forgetting) == [goes.public_id]
    seal(books.data, NOW)
    assert holding(books, goes) == []
    assert books.run(lake.forgetting) == []


def test_a_damaged_file_does_not_hide_who_is_forgotten(books):
    stays, goes = books.home(), books.home()
    for home in (stays, goes):
        books.record(home, "grid_import", slot_at("2026-11-18T00:00"), range(192))
    seal(books.data, NOW)
    file = books.data / "lake" / files.day_file(TODAY - 1)
    file.write_bytes(file.read_bytes()[:200])
    forget(books, goes)
    seal(books.data, NOW)
    assert holding(books, goes) == []
    assert lake_slots(books.data) == closed(books.slots())


def holding(books, home):
    found = (path for path in (books.data / "lake").rglob("*") if path.is_file())
    return [path for path in found if home.public_id.encode() in path.read_bytes()]


def test_two_do_not_write_the_lake_at_once(books):
    with files.held(books.data), pytest.raises(LakeError, match="Another process"):
        seal(books.data, NOW)


def test_nothing_is_written_where_there_is_no_room(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(192))
    seal(books.data, NOW)
    file = books.data / "lake" / files.day_file(TODAY - 1)
    before = file.read_bytes()
    books.run(lambda connection: lake.mark_days(connection, [TODAY - 1]))
    answer = command("seal", books, room=False)
    assert answer.returncode == 2
    assert "can not be used" in answer.stderr
    assert file.read_bytes() == before
    assert seal(books.data, NOW).days == 1


LIMITED = """
import resource, signal, sys
import pyarrow.parquet
from sceop_hub.__main__ import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.exit(main(sys.argv[1:]))
"""


def command(what, books, *, room=True):
    return subprocess.run(
        [
            *([sys.executable, "-m", "sceop_hub"] if room else [sys.executable, "-c", LIMITED]),
            *("lake", what, "--data", str(books.data), "--now", NOW.isoformat()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
