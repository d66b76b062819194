"""What files hold that can not be kept, or can be read in one way only: each has its sentence or its reason."""

import io
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sceop_hub.core.slots import to_number
from sceop_hub.domain.refusal import Refusal
from sceop_hub.imports import from_pages, greenbutton
from sceop_hub.imports.apply import Job, apply
from sceop_hub.imports.columns import channel_of
from sceop_hub.imports.decimals import LONGEST, amount_of, decimal_mark
from sceop_hub.imports.hints import Hints, Target
from sceop_hub.imports.report import lines, report_of
from sceop_hub.imports.stamps import Faulty, Stamp, date_of, kind_of, order_of, stamp_of, time_of
from sceop_hub.imports.understand import understand
from sceop_hub.processes import Ended
from sceop_hub.store import imports as books_of, retention
from tests.hub.imports.sheets import at
from tests.hub.imports.test_green_button import feed, meter
from tests.hub.lake.books import Books

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
FIRST = at("2026-11-01T00:00")
SECONDS = int(FIRST.timestamp())


def read(content, **said):
    return understand(content.encode() if isinstance(content, str) else content, Hints(**said), UTC_ZONE, NOW)


def slots(understood):
    return {series.channel: {slot.number: slot.wh for slot in series.slots} for series in understood.series}


def from_first(*wh):
    return {to_number(FIRST) + index: value for index, value in enumerate(wh)}


def faults(understood):
    return [(row.line, row.code) for row in understood.found.faults.rows]


STARTS = {
    "compact": ["20261101T0000Z", "20261101T0015Z", "20261101T0030Z"],
    "compact with seconds": ["20261101000000", "20261101001500", "20261101003000"],
    "seconds since 1970": [str(SECONDS + step) for step in (0, 900, 1800)],
    "milliseconds since 1970": [str((SECONDS + step) * 1000) for step in (0, 900, 1800)],
}


@pytest.mark.parametrize("starts", STARTS.values(), ids=STARTS)
def test_times_without_signs_between_their_parts_are_read(starts):
    found = read(
        "\n".join(["Start;Import (Wh)", *(f"{start};{wh}" for start, wh in zip(starts, (5, 6, 7), strict=True))])
    )
    assert slots(found) == {"grid_import": from_first(5, 6, 7)}


def test_a_compact_time_says_by_its_z_alone_that_it_is_utc():
    assert kind_of("20261101T0015") == "stamp"
    assert stamp_of("20261101T001530Z", "day-first") == Stamp(SECONDS + 930, 0)
    assert stamp_of("20261101T0015", "day-first") == Stamp(SECONDS + 900, None)


@pytest.mark.parametrize("text", ["20261301T0000", "20260230T0000Z"])
def test_a_compact_time_on_a_day_that_never_was_is_faulty(text):
    with pytest.raises(Faulty):
        stamp_of(text, "day-first")


@pytest.mark.parametrize("text", ["2026-11-01 00:00 EST", "2026-11-01 13:00 pm", "1 Foo 2026 00:00", "soon"])
def test_a_time_that_could_mean_several_or_none_is_not_guessed(text):
    assert stamp_of(text, "day-first") is None


def test_a_month_that_no_language_knows_makes_no_date():
    assert date_of("1 Foo 2026", "day-first") is None
    assert date_of("1 Nov 2026", "day-first") == SECONDS


@pytest.mark.parametrize(("text", "hour"), [("12:15 am", 0), ("12:15 pm", 12), ("1:15 p.m.", 13), ("13:15 pm", None)])
def test_halves_of_the_day_have_hours_from_one_to_twelve(text, hour):
    assert time_of(text) == (None if hour is None else hour * 3600 + 900)


ORDERS = {
    "a month can not be 13": (["11/12/2026", "11/13/2026"], "month-first"),
    "a month can not be 13 either way": (["12/11/2026", "13/11/2026"], "day-first"),
    "the second part counts up": (["11/01/2026", "11/01/2026", "11/02/2026", "11/03/2026"], "month-first"),
    "the first part counts up": (["01/11/2026", "01/11/2026", "02/11/2026"], "day-first"),
    "both count up": (["01/01/2026", "02/02/2026"], None),
    "points are written day first": (["01.02.2026"], "day-first"),
}


@pytest.mark.parametrize(("texts", "order"), ORDERS.values(), ids=ORDERS)
def test_the_order_of_days_and_months_is_told_by_what_can_be(texts, order):
    assert order_of(texts) == order


MARKS = {
    "both, the comma last": (["1.234,5"], ","),
    "both, the point last": (["1,234.5"], "."),
    "thousands twice by points": (["1.234.567"], ","),
    "thousands twice by commas": (["1,234,567"], "."),
    "two decimals": (["7", "0,25"], ","),
    "none": (["7", "8"], "."),
}


@pytest.mark.parametrize(("figures", "mark"), MARKS.values(), ids=MARKS)
def test_the_decimal_mark_is_told_by_figures_that_have_one_reading(figures, mark):
    assert decimal_mark(figures) == mark


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.5", 1500), (".5", 500), ("1e3", 1_000_000), ("1.5e3", 1_500_000), ("-2.5e-1", -250), ("1,234.5", 1_234_500)],
)
def test_figures_with_exponents_or_without_a_first_digit_are_exact(text, amount):
    assert amount_of(text, ".", Fraction(1000)) == amount


@pytest.mark.parametrize("text", ["1.2.3", "1.5.e3", "kWh", "9" * (LONGEST + 1)])
def test_what_only_looks_like_a_figure_is_none(text):
    assert amount_of(text, ".", Fraction(1000)) is None


def lake_file(*rows, columns=("household", "channel", "slot_start", "wh", "quality", "rev")):
    """A Parquet file with the columns of the lake's; a row's start is in seconds after the first."""
    table = {name: [row[index] for row in rows] for index, name in enumerate(columns)}
    if "slot_start" in table:
        table["slot_start"] = [FIRST + timedelta(seconds=seconds) for seconds in table["slot_start"]]
    out = io.BytesIO()
    pq.write_table(pa.table(table), out)
    return out.getvalue()


GOOD = ("home", "grid_import", 0, 100, "measured", 1)
LAKE_ROWS = {
    "no household": ((None, "grid_import", 900, 1, "measured", 0), "incomplete"),
    "an unknown quality": (("home", "grid_import", 900, 1, "guessed", 0), "incomplete"),
    "no channel": (("home", "attic", 900, 1, "measured", 0), "incomplete"),
    "no start of a slot": (("home", "grid_import", 901, 1, "measured", 0), "no_such_time"),
    "less than nothing": (("home", "grid_import", 900, -1, "measured", 0), "negative"),
    "a negative revision": (("home", "grid_import", 900, 1, "measured", -1), "negative"),
    "more than a street": (("home", "grid_import", 900, 10**12, "measured", 0), "too_much"),
    "the future": (("home", "grid_import", 86_400 * 60, 1, "measured", 0), "future"),
}


@pytest.mark.parametrize(("row", "code"), LAKE_ROWS.values(), ids=LAKE_ROWS)
def test_a_row_of_a_lake_file_that_can_not_be_kept_is_told(row, code):
    found = read(lake_file(GOOD, row))
    assert faults(found) == [(2, code)]
    assert slots(found) == {"grid_import": from_first(100)}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_a_slot_that_a_lake_file_has_several_times_the_highest_revision_is_kept(order):
    rows = [("home", "grid_import", 0, 100 + rev, "measured", rev) for rev in order]
    found = read(lake_file(*rows))
    assert [(slot.wh, slot.rev) for slot in found.series[0].slots] == [(102, 2)]
    assert found.found.faults.duplicates == 2


def test_a_lake_file_without_a_slot_to_keep_is_refused():
    with pytest.raises(Refusal, match="no slots that can be kept"):
        read(lake_file((None, "grid_import", 0, 1, "measured", 0)))


QUARTERS = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(15, 24 * 60, 15)]


def by_day(hours, header="Date"):
    cells = ";".join(str(index) for index in range(len(hours)))
    return f"{header};{';'.join(hours)}\n2026-11-01;{cells}\n2026-11-02;{cells}\n"


def test_columns_from_a_quarter_past_midnight_to_midnight_name_ends():
    found = read(by_day([*QUARTERS, "00:00"]), unit="Wh")
    assert slots(found)["grid_import"] == from_first(*range(96), *range(96))
    assert [note.code for note in found.found.notes if note.code == "channel_assumed"] == ["channel_assumed"]


def test_a_table_with_a_row_a_day_takes_the_channel_that_is_said():
    found = read(by_day([*QUARTERS, "24:00"]), unit="Wh", channel="production")
    assert slots(found)["production"] == from_first(*range(96), *range(96))
    assert "channel_assumed" not in [note.code for note in found.found.notes]


def test_a_person_may_say_that_times_are_ends():
    text = "Start;Import (Wh)\n2026-11-01 00:15;5\n2026-11-01 00:30;6\n2026-11-01 00:45;7\n"
    assert slots(read(text, labels="end")) == {"grid_import": from_first(5, 6, 7)}
    assert min(slots(read(text, labels="start"))["grid_import"]) == to_number(FIRST) + 1


def test_a_table_without_a_header_is_read_with_what_is_said():
    found = read("2026-11-01 00:00;5\n2026-11-01 00:15;6\n", unit="Wh", channel="grid_export")
    assert slots(found) == {"grid_export": from_first(5, 6)}
    assert [column.header for column in found.found.columns] == ["column 1", "column 2"]


def test_one_column_of_figures_is_the_channel_that_is_said():
    text = "Start;Import (Wh)\n2026-11-01 00:00;5\n2026-11-01 00:15;6\n"
    assert slots(read(text, channel="load.oven")) == {"load.oven": from_first(5, 6)}


def test_a_row_that_breaks_off_before_its_time_is_told():
    found = read("Import (Wh);Start\n5;2026-11-01 00:00\n6\n7;2026-11-01 00:15\n8;2026-11-01 00:30\n")
    assert faults(found) == [(3, "short")]
    assert slots(found) == {"grid_import": from_first(5, 7, 8)}


def test_a_name_that_tells_no_channel_is_left_out_and_told():
    rows = [f"2026-11-01 00:{minute};{name};5" for minute in ("00", "15") for name in ("grid_import", "sensor.attic")]
    found = read("\n".join(["Start;Channel;Value (Wh)", *rows]))
    assert slots(found) == {"grid_import": from_first(5, 5)}
    assert {"name": "sensor.attic"} in [note.given for note in found.found.notes if note.code == "name_left_out"]


def test_rows_of_a_long_file_last_as_long_as_its_first_thousand():
    starts = [FIRST.replace(month=10) + timedelta(minutes=15 * index) for index in range(2200)]
    ends = [start + timedelta(minutes=15 if index <= 1000 else 60) for index, start in enumerate(starts)]
    rows = [f"{start:%Y-%m-%d %H:%M},{end:%Y-%m-%d %H:%M},7" for start, end in zip(starts, ends, strict=True)]
    found = read("\n".join(["Start,End,Import (Wh)", *rows]))
    assert found.steps == {"grid_import": 900}
    assert list(slots(found)["grid_import"].values()) == [7] * 2200


COUNTER = "Zeit;Zählerstand Bezug (Wh)\n2026-11-01 00:00;100\n{}2026-11-01 00:15;150\n"


@pytest.mark.parametrize(
    ("row", "told", "duplicates"),
    [("2026-11-01 00:00;100\n", [], 1), ("2026-11-01 00:00;120\n", [(3, "contradicts")], 0)],
)
def test_a_counter_that_is_read_twice_at_once_counts_once(row, told, duplicates):
    found = read(COUNTER.format(row), values="counter")
    assert slots(found) == {"grid_import": from_first(50)}
    assert (faults(found), found.found.faults.duplicates) == (told, duplicates)


SUM = "Start;Net (Wh)\n2026-11-01 00:00;100\n2026-11-01 00:15;140\n"
TWO = "Start;Import (Wh);Export (Wh)\n2026-11-01 00:00;1;2\n2026-11-01 00:15;1;2\n"
REFUSED = {
    "No column of it says when": ("Start;Import (Wh)\n2026-11-01 00:00;5\na;6\nb;7\nc;8\n", {}),
    "not in order": (by_day([*QUARTERS[40:], *QUARTERS[:40]]), {"unit": "Wh"}),
    "several columns of figures": (TWO, {"channel": "production"}),
    "No column of it holds figures": (
        "Start;Import\n2026-11-01 00:00;5\n2026-11-01 00:15;a\n2026-11-01 00:30;b\n2026-11-01 00:45;c\n",
        {"channel": "production"},
    ),
    "Line 2 is the first that could not": ("Start;Import (Wh)\n31.02.2026 00:00;5\n31.02.2026 00:15;6\n", {}),
    "import the two registers": (SUM, {"values": "counter"}),
}


@pytest.mark.parametrize(("sentence", "case"), REFUSED.items(), ids=REFUSED)
def test_a_table_that_can_not_be_read_is_refused_with_its_sentence(sentence, case):
    content, said = case
    with pytest.raises(Refusal, match=sentence):
        read(content, **said)


def test_a_channel_with_signs_that_can_not_be_seen_is_refused():
    with pytest.raises(Refusal, match="can not be seen"):
        Hints(channel="grid_\u202eimport")


def test_a_header_with_a_channels_words_apart_is_that_channel():
    assert channel_of("Battery Charge", {}) == "battery_charge"


def test_green_button_readings_without_value_start_or_duration_are_told():
    whole = feed(*meter(1, [100] * 4)).decode()
    broken = whole.replace("<espi:value>100</espi:value>", "<espi:value>much</espi:value>", 1)
    found = read(broken)
    assert faults(found) == [(1, "incomplete")]
    assert sum(slots(found)["grid_import"].values()) == 300


def test_green_button_files_with_too_many_readings_are_to_be_split(monkeypatch):
    monkeypatch.setattr(greenbutton, "MOST_FIGURES", 7)
    assert len(slots(read(feed(*meter(1, [100] * 7))))["grid_import"]) == 7
    with pytest.raises(Refusal, match="more than 7 readings of a kind: split it"):
        read(feed(*meter(1, [100] * 8)))


def test_a_report_tells_gaps_doubles_and_rows_that_were_left_out():
    starts = [
        at(f"2026-{month}-01T{hour:02}:{minute}")
        for month in ("08", "10")
        for hour in range(24)
        for minute in ("00", "15")
    ]
    rows = [f"{start:%Y-%m-%d %H:%M};5" for start in starts]
    again = [rows[0]] * 3
    bad = [f"{FIRST + timedelta(minutes=15 * index):%Y-%m-%d %H:%M};-1" for index in range(105)]
    found = read("\n".join(["Start;Import (Wh)", *rows, *again, *bad]))
    report = report_of(found, "meter.csv", None, UTC_ZONE)
    told = list(lines(report, ["Say this too."]))
    (series,) = report.series
    assert [month.month for month in series.months] == ["2026-08", "2026-10"]
    assert (len(series.gaps), series.gap_count) == (20, 47)
    assert "    gap from 2026-08-01T00:30:00Z to 2026-08-01T01:00:00Z" in told
    assert "    and 27 more gaps" in told
    assert "  3 rows say the same twice" in told
    assert told[-2:] == ["  Say this too.", "  and 5 more rows were left out"]


@pytest.fixture
def books(tmp_path):
    return Books(tmp_path)


def job(content, target):
    return Job(read(content), b"digest", target, UTC_ZONE, "local", NOW)


def take_in(books, work, write=None):
    with books.open() as connection:
        return apply(connection, write or (lambda change: change(connection)), work, lambda _done, _of: None)


def test_a_file_of_several_households_is_not_taken_in_for_one(books):
    content = lake_file(GOOD, ("other", *GOOD[1:]))
    with pytest.raises(Refusal, match="speaks of 2 households"):
        take_in(books, job(content, Target(new="Number 7")))
    assert not books.slots()


TABLE = "Start;Import (Wh)\n2026-11-01 00:00;5\n2026-11-01 00:15;6\n"


def test_a_file_of_a_time_that_the_hub_gave_up_adds_nothing(books):
    home = books.home()
    books.run(retention.let_go, to_number(FIRST) + 2)
    outcome = take_in(books, job(TABLE, Target(household=home.public_id)))
    assert (outcome.stored, outcome.unchanged) == (0, 0)
    assert not books.slots()
    assert books.query("SELECT name FROM channel") == []


def test_a_household_that_leaves_while_its_file_is_taken_in_is_in_no_note(books):
    home = books.home()
    work = job(TABLE, Target(household=home.public_id))
    with books.open() as connection:

        def write(change):
            receipt = change(connection)
            connection.execute("UPDATE household SET state = 'removed' WHERE id = ?", (home.id,))
            return receipt

        apply(connection, write, work, lambda _done, _of: None)
        assert books_of.by_id(connection, home.id) is None
    assert books.query("SELECT * FROM audit WHERE action = 'import.apply'") == []


async def test_an_import_that_dies_without_a_word_points_to_the_log_and_that_tells(monkeypatch, tmp_path, caplog):
    async def dies(*_arguments, heard):
        heard('{"progress": [0, 1]}')
        return Ended(-9, "MemoryError")

    monkeypatch.setattr(from_pages, "run", dies)
    owner = from_pages.Importer("local", owns=True)
    with pytest.raises(Refusal, match="the hub's log tells more"):
        await from_pages.understand(tmp_path, tmp_path / "f", "f.csv", Hints(), Target(new="x"), owner)
    assert "MemoryError" in caplog.text
