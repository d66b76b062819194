"""CSV: whatever shape a supplier chose, the same slots come back."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.refusal import Refusal
from sceop_hub.imports import MOST_BYTES, csvfile
from sceop_hub.imports.hints import Hints
from sceop_hub.imports.understand import understand
from tests.hub.imports.sheets import DATES, TIMES, Shape, at, write

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ANSWERED = Hints()


def read(content, zone=BERLIN, **said):
    if isinstance(content, str):
        content = content.encode()
    return understand(content, Hints(**said), zone, NOW)


def slots(understanding):
    return {series.channel: {slot.number: slot.wh for slot in series.slots} for series in understanding.series}


def expected(series, first, quarters=1):
    start = to_number(first)
    return {
        channel: {start + index: wh for index, wh in enumerate(values) if wh is not None}
        for channel, values in series.items()
    }


@st.composite
def series_with_gaps(draw):
    """Gaps are fewer than would look like rows of another distance; and no counter goes down.

    None are beside each other: where the end of an hour and the beginning of the same hour again are missing, nobody
    can tell which of the two the rest is.
    """
    values = draw(st.lists(st.integers(0, 9_999), min_size=60, max_size=130))
    gaps = draw(st.sets(st.integers(1, len(values) - 2), max_size=7))
    return [7, 3, *(None if index in gaps and index - 1 not in gaps else wh for index, wh in enumerate(values))]


amounts = series_with_gaps()
firsts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001 - hypothesis takes naive bounds
    lambda when: from_number(to_number(when.replace(tzinfo=UTC)))
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])


@st.composite
def shapes(draw):
    form = draw(st.sampled_from(["wide", "long", "by day"]))
    delimiter = draw(st.sampled_from([";", "\t", ",", "|"]))
    return Shape(
        form=form,
        delimiter=delimiter,
        decimal=draw(st.sampled_from(".,")),
        date=draw(st.sampled_from(DATES)),
        time=draw(st.sampled_from(TIMES)),
        apart=draw(st.booleans()) and form != "by day",
        zone="UTC" if form == "by day" else draw(zones),
        unit=draw(st.sampled_from(["Wh", "kWh", "MWh", "W"])),
        words=draw(st.integers(0, 5)),
        newest_first=draw(st.booleans()),
        ends=draw(st.booleans()) and form != "by day",
        preamble=draw(st.integers(0, 3)),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
    )


@settings(max_examples=50, deadline=None)
@given(
    series=st.fixed_dictionaries({"grid_import": amounts}, optional={"grid_export": amounts, "production": amounts}),
    first=firsts,
    shape=shapes(),
)
def test_a_series_comes_back_exactly_from_any_shape(series, first, shape):
    if shape.form == "by day":
        series = {"grid_import": series["grid_import"]}
    hints = {"dates": "month-first" if shape.date.startswith("%m") else "day-first", "decimal": shape.decimal}
    if shape.form == "by day":
        hints["unit"] = shape.unit
    found = read(write(series, first, 900, shape), ZoneInfo(shape.zone), **hints)
    assert slots(found) == expected(series, first)
    assert not found.found.faults.rows
    assert {slot.quality for each in found.series for slot in each.slots} == {"imported"}


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.integers(0, 9_999), min_size=60, max_size=120),
    first=firsts,
    zone=zones,
    decimal=st.sampled_from(".,"),
    unit=st.sampled_from(["Wh", "kWh"]),
)
def test_a_meters_counter_is_read_as_what_went_through_it(values, first, zone, decimal, unit):
    shape = Shape(counter=True, zone=zone, offset=True, decimal=decimal, unit=unit, date="%Y-%m-%d", time="%H:%M:%S")
    found = read(write({"grid_import": values}, first, 900, shape), decimal=decimal)
    assert slots(found) == expected({"grid_import": values}, first)
    assert "counter" in [note.code for note in found.found.notes]


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.integers(0, 40_000), min_size=30, max_size=80),
    first=firsts,
    minutes=st.sampled_from([1, 5, 30, 60]),
    zone=zones,
)
def test_other_intervals_keep_their_energy(values, first, minutes, zone):
    first = first.replace(minute=0)
    values = values[: len(values) - len(values) % 15]
    shape = Shape(unit="Wh", zone=zone, offset=True)
    found = read(write({"grid_import": values}, first, minutes * 60, shape))
    (series,) = found.series
    assert sum(slot.wh for slot in series.slots) == sum(values)
    assert len(series.slots) == len(values) * minutes // 15
    assert {slot.quality for slot in series.slots} == {"estimated" if minutes > 15 else "imported"}
    assert found.steps == {"grid_import": minutes * 60}


def local_day_file(day, zone, hours=30, **more):
    """A file of every quarter of an hour around a local midnight, on the clock of the people there."""
    first = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    values = [index + 1 for index in range(hours * 4)]
    return write({"grid_import": values}, first, 900, Shape(zone=zone.key, **more)), first, values


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("day", ["2026-10-25", "2026-03-29"])
def test_the_nights_of_the_clock_change_are_whole(day, ends, newest_first):
    content, first, values = local_day_file(at(day).date(), BERLIN, ends=ends, newest_first=newest_first)
    assert slots(read(content)) == expected({"grid_import": values}, first)


def test_an_hour_that_the_file_has_once_stays_a_gap_the_second_time():
    rows = [f"2026-10-25 {hour:02}:{minute:02};0.100" for hour in range(6) for minute in (0, 15, 30, 45)]
    found = read("\n".join(["Start;Import (kWh)", *rows]))
    numbers = sorted(slots(found)["grid_import"])
    assert len(numbers) == 24
    gap = [number for before, number in pairwise(numbers) if number != before + 1]
    assert [from_number(number) for number in gap] == [at("2026-10-25T02:00")]


def test_rows_of_the_hour_that_was_left_out_are_told_and_left_out():
    rows = [f"2026-03-29 {hour:02}:{minute:02};0.100" for hour in range(6) for minute in (0, 15, 30, 45)]
    found = read("\n".join(["Start;Import (kWh)", *rows]))
    assert len(slots(found)["grid_import"]) == 20
    assert [(row.line, row.code) for row in found.found.faults.rows] == [
        (line, "no_such_hour") for line in (10, 11, 12, 13)
    ]
    assert "hour_left_out" in [note.code for note in found.found.notes]


def test_a_year_in_standard_time_is_read_with_a_zone_without_summer_time():
    rows = [f"2026-03-29 {hour:02}:{minute:02};0.100" for hour in range(6) for minute in (0, 15, 30, 45)]
    found = read("\n".join(["Start;Import (kWh)", *rows]), zone=BERLIN)
    again = understand("\n".join(["Start;Import (kWh)", *rows]).encode(), Hints(zone="Etc/GMT-1"), BERLIN, NOW)
    assert len(slots(found)["grid_import"]) == 20
    assert len(slots(again)["grid_import"]) == 24


def test_24_o_clock_names_ends():
    found = read("Zeit;Bezug kWh\n1.11.2026 23:30;0,1\n1.11.2026 23:45;0,2\n1.11.2026 24:00;0,3\n")
    assert slots(found) == expected({"grid_import": [100, 200, 300]}, at("2026-11-01T22:15"))


HALF_HOURS = "Date,Start time,End time,Usage (kWh),Cost\n{}"


def test_columns_that_are_no_energy_are_left_out():
    rows = [f"11/0{day}/2026,{hour:02}:00,{hour:02}:59,0.25,$0.08" for day in (1, 2) for hour in range(24)]
    found = read(HALF_HOURS.format("\n".join(rows)), ZoneInfo("UTC"), dates="month-first")
    assert sum(slots(found)["grid_import"].values()) == 48 * 250
    assert [(column.header, column.meaning) for column in found.found.columns] == [
        ("Date", "date"),
        ("Start time", "time"),
        ("End time", "end"),
        ("Usage (kWh)", "grid_import"),
        ("Cost", "left-out"),
    ]


def test_rows_that_can_not_be_kept_are_told_with_line_and_reason():
    found = read(
        "Start;Import (Wh)\n"
        "2026-11-01 00:00;100\n2026-11-01 00:15;-5\n2026-11-01 00:30;many\n31.02.2026 00:45;7\n"
        "2026-11-01 00:45;9999999999\n2026-11-01 01:00;100\n2026-11-01 01:00;100\n2026-11-01 01:00;200\n"
        "1970-01-01 01:15;5\nTotal;300\n2026-11-01 01:15;\n2026-11-01 01:30;7\n2026-12-24 00:00;5\n",
        ZoneInfo("UTC"),
    )
    assert sorted((row.line, row.code) for row in found.found.faults.rows) == [
        (3, "negative"),
        (4, "no_figure"),
        (5, "no_such_time"),
        (6, "too_much"),
        (9, "contradicts"),
        (10, "too_early"),
        (11, "no_time"),
        (14, "future"),
    ]
    assert found.found.faults.duplicates == 1
    assert list(slots(found)["grid_import"].values()) == [100, 100, 7]


def test_a_column_for_both_directions_is_taken_apart():
    rows = [f"2026-11-01 00:{minute:02};{wh}" for minute, wh in ((0, 100), (15, -40), (30, 0), (45, -7))]
    found = read("\n".join(["Start;Net (Wh)", *rows]), ZoneInfo("UTC"))
    first = at("2026-11-01T00:00")
    assert slots(found) == expected({"grid_import": [100, 0, 0, 0], "grid_export": [0, 40, 0, 7]}, first)


def test_a_persons_word_for_a_column_weighs_more():
    rows = [f"2026-11-01 00:{minute:02};1;2" for minute in (0, 15, 30, 45)]
    text = "\n".join(["Start;A [Wh];B [Wh]", *rows])
    with pytest.raises(Refusal, match="as in A"):
        read(text)
    found = read(text, ZoneInfo("UTC"), channel="A [Wh]=production, B=load.heat_pump")
    assert {name: sum(values.values()) for name, values in slots(found).items()} == {
        "production": 4,
        "load.heat_pump": 8,
    }


def test_a_sensors_history_with_irregular_times_is_a_counter():
    rows = [f"sensor.grid,{100 + index / 10:.1f},2026-11-01T00:{index * 3:02}:0{index % 7}.123Z" for index in range(20)]
    found = read(
        "\n".join(["entity_id,state,last_changed", "sensor.grid,unavailable,2026-10-31T23:59:00.000Z", *rows]),
        channel="sensor.grid=grid_import",
        unit="kWh",
        values="counter",
    )
    assert [slot.quality for slot in found.series[0].slots] == ["estimated"] * 3
    assert 1490 <= sum(slots(found)["grid_import"].values()) <= 1510


def test_a_replaced_meter_leaves_one_gap():
    counts = [1000, 1001, 1002, 3, 4, 5]
    rows = [f"2026-11-01 {index // 4:02}:{index % 4 * 15:02};{count}" for index, count in enumerate(counts)]
    found = read("\n".join(["Zeit;Zählerstand Bezug (kWh)", *rows]), ZoneInfo("UTC"), values="counter")
    assert list(slots(found)["grid_import"].values()) == [1000] * 4
    assert [(row.line, row.code) for row in found.found.faults.rows] == [(5, "counts_back")]


def test_a_meter_that_showed_the_same_for_hours_counted_nothing_in_them():
    found = read(
        "Zeit;Zählerstand Bezug (Wh)\n2026-11-01 00:00;100\n2026-11-01 06:00;100\n2026-11-01 09:00;200\n",
        ZoneInfo("UTC"),
        values="counter",
    )
    assert slots(found)["grid_import"] == dict.fromkeys(
        range(to_number(at("2026-11-01T00:00")), to_number(at("2026-11-01T06:00"))), 0
    )


ROW = "2026-11-0{} {:02}:{:02};{}"
REFUSED = {
    "": "empty",
    "   \n\n": "empty",
    "hello world": "no columns in common",
    "a;b\nc;d\n": "No row of it has a time and a figure",
    "Start;x\n2026-11-01 00:00;5\n2026-11-01 00:15;6\n": "Nothing tells the unit of “x”",
    "Start;Import (kWh)\n2026-11-01 00:00;5\n": "A single row",
    "Start;Import (kWh)\n" + "\n".join(f"2026-{month:02}-01;5" for month in range(1, 9)): "rows are 744 h apart",
    "Start;Import (kWh)\n"
    + "\n".join(f"0{day}/0{day}/2026 00:00;5" for day in range(1, 9)): "day first or with the month first",
    "Start;Import (kWh)\n"
    + "\n".join(f"2026-11-01 0{hour}:00;1,{hour}00" for hour in range(1, 9)): "between thousands",
    "Start;Import (kWh);Import 2 (kWh)\n2026-11-01 00:00;1;2\n2026-11-01 00:15;1;2\n": "claim grid_import",
    "Start;Import (kWh)\n"
    + "\n".join(
        [
            *(ROW.format(1, hour, quarter * 15, 5) for hour in range(24) for quarter in range(4)),
            *(ROW.format(2, hour, 0, 5) for hour in range(24)),
        ]
    ): "Split the file",
    "x" * 200_000: "too long",
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.items(), ids=REFUSED.values())
def test_what_can_not_be_understood_is_said_in_a_sentence(content, sentence):
    with pytest.raises(Refusal, match=sentence) as refusal:
        read(content)
    assert refusal.value.problem == "import"
    assert refusal.value.sentence.endswith((".", "?"))


def test_a_file_with_more_figures_than_memory_is_for_is_to_be_split(monkeypatch):
    monkeypatch.setattr(csvfile, "MOST_FIGURES", 100)
    rows = [ROW.format(1, index // 4, index % 4 * 15, 5) for index in range(96)]
    text = "\n".join(["Start;Import (Wh);Export (Wh)", *(f"{row};1" for row in rows)])
    with pytest.raises(Refusal, match="more than 100 figures: split it"):
        read(text)
    with pytest.raises(Refusal, match="larger than 64 MiB"):
        read(b"x" * (MOST_BYTES + 1))


BYTES = {
    b"PK\x03\x04more": "spreadsheet",
    b"\x1f\x8bmore": "gzip",
    b"%PDF-1.7": "PDF",
    b"\x00\x01\x02\x03" * 50: "no text file",
    b"\xff\xfea": "cut off",
    b"PAR1 and nothing else": "damaged",
}


@pytest.mark.parametrize(("content", "sentence"), BYTES.items(), ids=BYTES.values())
def test_what_is_no_text_is_named(content, sentence):
    with pytest.raises(Refusal, match=sentence):
        read(content)


@settings(max_examples=150, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.lists(
            st.sampled_from(
                ["2026-11-01 00:00", "0,5", "1.234", "kWh", "Start", "24:00", "", '"', "31/31/2026", "1e9", "NaN", "-"]
            ),
            max_size=40,
        ).map(lambda cells: ";".join(cells).replace(";;", "\n").encode()),
    )
)
def test_nothing_in_a_file_breaks_the_reader(content):
    assert series_or_sentence(content)


def series_or_sentence(content):
    try:
        return understand(content, Hints(), BERLIN, NOW).series
    except Refusal as refusal:
        return refusal.sentence


def test_a_cell_that_would_turn_the_sentence_around_is_told_with_a_mark_in_its_place():
    found = read(
        "Start;Import (Wh)\n2026-11-01 00:00;100\n2026-11-01 00:15;\u202e7{x}\n"
        "2026-11-01 00:30;100\n2026-11-01 00:45;1\n"
    )
    assert [row.given for row in found.found.faults.rows] == [{"cell": "\ufffd7{x}"}]


@pytest.mark.parametrize("missing", [*range(20, 28)])
def test_a_gap_in_the_hour_that_passes_twice_stays_where_it_is(missing):
    first = datetime(2026, 11, 1, tzinfo=UTC)
    shape = Shape("wide", ";", ".", "%Y-%m-%d", "%H:%M", zone="America/New_York")
    series = {
        "grid_import": [*range(1, 81)],
        "production": [None if slot == missing else slot + 1 for slot in range(80)],
    }
    assert slots(read(write(series, first, 900, shape), ZoneInfo(shape.zone))) == expected(series, first)
