"""Exports: nobody is in one who was forgotten while it was written, and one that can not be written says why."""

import pytest

from sceop_hub.domain.refusal import Refusal
from sceop_hub.lake.export import Wanted, beside_export, export
from sceop_hub.processes import Ended
from sceop_hub.store import forgetting
from sceop_hub.web import uploads
from tests.hub.lake.books import DAY, NOW, Books, slot_at

FIRST = slot_at("2026-11-17T00:00:00")


@pytest.fixture
def books(tmp_path):
    return Books(tmp_path)


def two_homes(books):
    leaving, staying = books.home("Leaving"), books.home("Staying")
    for home in (leaving, staying):
        books.record(home, "grid_import", FIRST, [7] * 2 * DAY)
    return leaving, staying


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("by", ["books", "folder"])
def test_who_is_forgotten_while_an_export_is_written_is_not_in_it(books, kind, by):
    """Where the file is taken away after its last look at the books, that alone has to be enough."""
    leaving, staying = two_homes(books)
    out = uploads.export(books.data, kind)
    out.parent.mkdir()
    days = []

    def forget_on_the_first_day(done, _of):
        days.append(done)
        if len(days) == 1:
            if by == "folder":
                uploads.clear_exports(books.data)
            else:
                books.run(forgetting.begin, leaving.id, leaving.public_id, NOW)

    rows = export(books.data, out, Wanted(None, None, kind), forget_on_the_first_day)
    assert days == [1, 2, 1, 2], "it was written twice"
    assert rows == (4 if by == "folder" else 2) * DAY
    held = out.read_bytes()
    assert staying.public_id.encode() in held
    assert (leaving.public_id.encode() in held) == (by == "folder")
    assert list(out.parent.iterdir()) == [out]


def test_an_export_that_is_there_goes_with_whom_it_may_hold(books):
    two_homes(books)
    out = uploads.export(books.data, "csv")
    out.parent.mkdir()
    export(books.data, out, Wanted(None, None, "csv"))
    uploads.clear_exports(books.data)
    assert list(out.parent.iterdir()) == []


async def test_an_export_that_can_not_be_written_says_why_and_not_how_far_it_was(books, tmp_path):
    two_homes(books)
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(Refusal, match=r"^The file could not be written: The data in .* can not be used: .*taken'$"):
        await beside_export(books.data, taken, None, None, "csv")


def test_a_process_that_was_ended_gives_no_reason_and_its_trace_is_none():
    assert Ended(2, "Days done 50%\nsceop-hub: The disk is full.").reason == "The disk is full."
    assert Ended(-9, "Days done 50%").reason == ""
    assert Ended(1, "Traceback\nValueError: no sceop-hub: here").reason == ""
