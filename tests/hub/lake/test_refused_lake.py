"""The lake's files that are gone, foreign or not wanted: each is told, or taken out of the way."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sceop_hub.lake import files, parquet
from sceop_hub.lake.check import check
from sceop_hub.lake.seal import seal
from sceop_hub.store import lake
from tests.hub.lake.books import DAY, NOW, Books, lake_slots, slot_at

TODAY = slot_at("2026-11-20T00:00") // DAY


@pytest.fixture
def books(tmp_path):
    return Books(tmp_path)


def content_of(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


FOREIGN = {
    "has no column “wh”": (content_of(household=["a"]), ("household", "wh"), 10),
    "more than 2 rows": (content_of(wh=[1, 2, 3]), ("wh",), 2),
    "damaged, cut off": (content_of(wh=[1, 2, 3])[:-9], ("wh",), 10),
}


@pytest.mark.parametrize(("sentence", "case"), FOREIGN.items(), ids=FOREIGN)
def test_a_file_that_is_none_of_a_lake_is_refused_with_the_reason(sentence, case):
    with pytest.raises(parquet.NoLakeFileError, match=sentence):
        parquet.rows_of(*case)


def test_as_many_rows_as_are_allowed_are_read():
    assert list(parquet.rows_of(content_of(wh=[1, 2, 3]), ("wh",), 3)) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("content", [None, b"PAR1 and nothing else"])
def test_a_file_that_can_not_be_read_has_nothing_written_beside_its_rows(tmp_path, content):
    file = tmp_path / "part.parquet"
    if content is not None:
        file.write_bytes(content)
    assert parquet.metadata(file) == {}


def test_a_file_that_is_gone_is_neither_sound_nor_whole(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(96))
    seal(books.data, NOW)
    name = files.day_file(TODAY - 2)
    with files.held(books.data) as held:
        assert (held.sound(name), held.whole(name)) == (True, True)
        (held.folder / name).unlink()
        assert (held.sound(name), held.whole(name)) == (False, False)


def test_what_was_left_unfinished_is_cleared_away(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(96))
    seal(books.data, NOW)
    left = (books.data / "lake" / files.day_file(TODAY - 2)).with_name(".part.parquet.new")
    left.write_bytes(b"half")
    with files.held(books.data):
        assert not left.exists()


def test_days_without_somebody_who_is_forgotten_are_not_written_anew(books):
    stays, goes = books.home(), books.home()
    books.record(stays, "grid_import", slot_at("2026-11-17T00:00"), range(96))
    books.record(goes, "grid_import", slot_at("2026-11-18T00:00"), range(96))
    seal(books.data, NOW)
    untouched = books.data / "lake" / files.day_file(TODAY - 3)
    before = untouched.stat().st_ino
    with books.open() as connection:
        lake.forget(connection, goes.public_id, NOW)
    seal(books.data, NOW)
    assert untouched.stat().st_ino == before
    assert not (books.data / "lake" / files.day_file(TODAY - 2)).exists()
    assert {home for home, *_ in lake_slots(books.data)} == {stays.public_id}


def test_a_day_that_has_not_ended_leaves_the_lake(books):
    books.record(books.home(), "grid_import", slot_at("2026-11-18T00:00"), range(96))
    seal(books.data, NOW)
    before = lake_slots(books.data)
    early = books.data / "lake" / files.day_file(TODAY + 1)
    early.parent.mkdir()
    early.write_bytes((books.data / "lake" / files.day_file(TODAY - 2)).read_bytes())
    seal(books.data, NOW)
    assert not early.exists()
    assert lake_slots(books.data) == before
    assert not check(books.data / "lake")
