"""An export never holds somebody who was forgotten while it was written."""

import pytest

from sceop_hub.lake.export import Wanted, export
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
