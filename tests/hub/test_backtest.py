"""`sceop-hub backtest`: files of every kind become meters, and what is printed is what the hub itself would score."""

import csv
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import matplotlib as mpl
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st
from pyarrow import parquet

from sceop_hub.__main__ import main
from sceop_hub.backtest import published
from sceop_hub.backtest.groups import groups
from sceop_hub.backtest.reading import read
from sceop_hub.backtest.weatherfile import read_weather
from sceop_hub.imports.hints import Hints

MADRID, LONDON = ZoneInfo("Europe/Madrid"), ZoneInfo("Europe/London")
FIRST = datetime(2026, 9, 1, tzinfo=UTC)
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "backtest.ipynb"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def days(count, seed=3, step=timedelta(minutes=15)):
    """Return days that are like each other, with a peak in the evening."""
    chance = np.random.default_rng(seed)
    hour = np.arange(count * (timedelta(days=1) // step)) * (step / timedelta(hours=1)) % 24
    return np.round(60 + 200 * np.exp(-(((hour - 19) / 3) ** 2)) + chance.uniform(0, 20, len(hour))).astype(int)


def write_csv(path, wh, header="start,Verbrauch (Wh)", first=FIRST, step=timedelta(minutes=15)):
    rows = [f"{(first + n * step).isoformat()},{'' if value is None else value}" for n, value in enumerate(wh)]
    path.write_text("\n".join([header, *rows]))
    return path


def write_wide(path, homes, first=datetime(2026, 9, 1), step=timedelta(minutes=30)):  # noqa: DTZ001 - as such files are
    count = len(next(iter(homes.values())))
    times = pa.array([first + n * step for n in range(count)], pa.timestamp("ms"))
    parquet.write_table(pa.table({"start_local": times, **{name: pa.array(wh) for name, wh in homes.items()}}), path)
    return path


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "sceop_hub", "backtest", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def printed(out, figure, method):
    """Return a row of the table of the day that begins."""
    part = out.split(f"{figure}, the day that begins")[1]
    (found,) = re.findall(rf"^  {method} +(\S+) +(\S+) +(\S+) +(\S+) +(\S+)$", part.split("\n\n")[0], re.MULTILINE)
    return [None if cell == "-" else float(cell.rstrip("%")) for cell in found]


def test_a_file_of_a_home_is_tried_beside_plain_forecasts_with_time_and_memory(tmp_path):
    answer = run(write_csv(tmp_path / "meter.csv", days(20)), "--zone", "Europe/Madrid", "--days", "7")
    assert answer.returncode == 0, answer.stderr
    assert "meter.csv: 1 home, 2026-09-01 to 2026-09-21 (Europe/Madrid), steps of 15 min." in answer.stdout
    assert "7 midnights" in answer.stdout
    for method in ("forecast", "yesterday", "last week", "seven days"):
        nmae, nrmse, peak, hit, _ = printed(answer.stdout, "consumption", method)
        assert 0 < nmae < 0.2
        assert nmae <= nrmse
        assert peak < 0.1
        assert 0 <= hit <= 100
    assert re.search(r"One takes \d+ ms \(\d+ at most\)", answer.stdout)
    assert re.search(r"took \d+ MiB of memory", answer.stdout)
    assert "Forecasts 100%" in answer.stderr


def test_the_written_steps_come_to_the_errors_that_are_printed(tmp_path, capsys):
    out = tmp_path / "steps.csv"
    file = write_csv(tmp_path / "meter.csv", days(16))
    assert main(["backtest", str(file), "--zone", "Europe/Madrid", "--days", "4", "--out", str(out)]) == 0
    with out.open() as opened:
        rows = [row for row in csv.DictReader(opened) if row["truth_wh"]]
    day = [row for row in rows if row["day"] == str(datetime.fromisoformat(row["made"]).astimezone(MADRID).date())]
    assert len(day) == 4 * 96
    truth = np.array([float(row["truth_wh"]) for row in day])
    told = capsys.readouterr().out
    for column, method in (("mid_wh", "forecast"), ("last_week_wh", "last week"), ("seven_days_wh", "seven days")):
        error = np.abs(np.array([float(row[column]) for row in day]) - truth).sum() / truth.sum()
        assert printed(told, "consumption", method)[0] == pytest.approx(error, abs=5e-5)


def test_days_that_repeat_are_forecast_without_an_error(tmp_path, capsys):
    file = write_csv(tmp_path / "meter.csv", list(days(1)) * 21)
    assert main(["backtest", str(file), "--zone", "UTC", "--days", "5"]) == 0
    told = capsys.readouterr().out
    assert printed(told, "consumption", "yesterday")[:2] == [0, 0]
    assert printed(told, "consumption", "seven days")[3] == 100
    assert printed(told, "consumption", "forecast")[0] < 0.05


def test_a_table_with_a_column_a_home_is_summed_in_groups_that_the_seed_decides(tmp_path, capsys):
    homes = {f"home_{n:02}": days(15, n, timedelta(minutes=30)) for n in range(12)}
    file = str(write_wide(tmp_path / "wide.parquet", homes))
    told = []
    for seed in ("4", "4", "5"):
        assert main(["backtest", file, "--group-size", "3", "--seed", seed, "--zone", "UTC", "--days", "3"]) == 0
        told.append(
            [line for line in capsys.readouterr().out.splitlines() if "memory" not in line and "ms" not in line]
        )
    assert told[0] == told[1] != told[2]
    assert "5 groups of 3 homes, drawn with seed 4; figures are the means over them." in told[0]
    assert not any(len(set(group.homes)) < 3 for group in groups(tuple(homes), 3, 4))


def test_the_sum_of_a_group_is_that_of_its_homes_and_a_gap_of_one_among_many_is_none(tmp_path):
    homes = {f"home_{n:02}": [float(n + 1)] * 96 for n in range(20)}
    homes["home_00"][5] = None
    homes["home_01"][7] = homes["home_02"][7] = homes["home_03"][7] = None
    meters = read(write_wide(tmp_path / "wide.parquet", homes), Hints(), LONDON, NOW)
    sums = meters.together(list(homes), "consumption")
    assert sums.wh[0] == 210
    assert sums.wh[5] == pytest.approx(209 * 20 / 19)
    assert np.isnan(sums.wh[7])


@pytest.mark.parametrize(
    "names", [("Home 1", "Home 2"), ("Mill", "Rose", "Oak"), ("home_1 (Wh)", "home_2 (Wh)", "home_3 (Wh)")]
)
def test_a_csv_file_with_a_column_a_home_is_read_like_such_a_parquet_table(tmp_path, names):
    homes = {name: days(3, number, timedelta(minutes=30)) for number, name in enumerate(names)}
    times = [datetime(2026, 9, 1) + number * timedelta(minutes=30) for number in range(3 * 48)]  # noqa: DTZ001 - local
    rows = [
        ";".join([f"{time:%d.%m.%Y %H:%M}", *(str(wh[n]) for wh in homes.values())]) for n, time in enumerate(times)
    ]
    (tmp_path / "wide.csv").write_text("\n".join([";".join(["Time", *names]), *rows]))
    told = [
        read(file, Hints(unit="Wh"), LONDON, NOW)
        for file in (tmp_path / "wide.csv", write_wide(tmp_path / "wide.parquet", homes))
    ]
    assert sorted(told[0].homes) == sorted(told[1].homes) == sorted(names)
    for name in names:
        mine, other = (meters.series(name, "consumption") for meters in told)
        assert (mine.start, mine.step, list(mine.wh)) == (other.start, other.step, list(other.wh))


def test_a_column_of_something_else_is_no_home(tmp_path):
    rows = [
        f"{FIRST + number * timedelta(minutes=15):%Y-%m-%d %H:%M},{number % 90},{number % 7}" for number in range(192)
    ]
    (tmp_path / "odd.csv").write_text("\n".join(["Time,Grid import (Wh),Temperature", *rows]))
    assert len(read(tmp_path / "odd.csv", Hints(), LONDON, NOW).homes) == 1


def test_the_hour_that_spring_leaves_out_is_left_out_of_a_local_table(tmp_path):
    first = datetime(2026, 3, 28, 0, 0)  # noqa: DTZ001 - local, as the file has it
    homes = {"home_a": list(range(96 * 2)), "home_b": [1] * 96 * 2}
    meters = read(write_wide(tmp_path / "wide.parquet", homes, first), Hints(), LONDON, NOW)
    day = meters.series("home_a", "consumption")
    assert day.start == datetime(2026, 3, 28, tzinfo=UTC)
    assert list(day.wh[46:54]) == [46, 47, 48, 49, 52, 53, 54, 55]
    assert len(day) == 96 * 2 - 2
    assert "2 of them are in the hour" in meters.notes[0]


def test_hours_stay_hours(tmp_path):
    hours = days(3, step=timedelta(hours=1))
    meters = read(write_csv(tmp_path / "h.csv", hours, step=timedelta(hours=1)), Hints(), MADRID, NOW)
    assert meters.step == timedelta(hours=1)
    assert list(meters.series("h", "consumption").wh) == list(hours)


def test_behind_a_roof_load_is_what_was_used_and_import_is_not(tmp_path):
    rows = [f"{(FIRST + n * timedelta(hours=1)).isoformat()},{10 + n},{4},{1}" for n in range(30)]
    for name, used, net in (("load", 10, 6), ("grid import", 13, 9)):
        file = tmp_path / "roof.csv"
        exported = ",export (Wh)" if name != "load" else ",note"
        file.write_text("\n".join([f"start,{name} (Wh),solar (Wh){exported}", *rows]))
        meters = read(file, Hints(), MADRID, NOW)
        assert meters.series("roof", "consumption").wh[0] == used
        assert meters.series("roof", "net").wh[0] == net


curve = st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=5, max_size=5).map(tuple)


def past_of(*figures):
    """Write the past of a community as its hub gives it away."""
    lines = ["start,consumption_wh,production_wh,net_wh"]
    for number, row in enumerate(zip(*figures, strict=True)):
        start = (FIRST + number * timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines.append(",".join((start, *("" if wh is None else str(wh) for wh in row))))
    return "\n".join((*lines, ""))


@given(curve, curve, curve)
def test_a_community_s_past_is_read_as_its_hub_wrote_it(consumption, production, net):
    content = past_of(consumption, production, net).encode()
    assert published.is_published(content)
    rows = list(published.rows(content))
    assert [row.start for row in rows] == [round(FIRST.timestamp()) + 900 * n for n in range(5)]
    assert [(row.consumption, row.production, row.net) for row in rows] == list(
        zip(consumption, production, net, strict=True)
    )
    assert all(row.used is None or row.used - (row.production or 0) == row.net for row in rows)


def test_a_community_s_past_is_forecast_as_a_community(tmp_path, capsys):
    wh = tuple(map(int, days(16) * 20))
    made = tuple(900 if 40 <= number % 96 < 60 else 0 for number in range(len(wh)))
    file = tmp_path / "past.csv"
    file.write_text(past_of(wh, made, tuple(a - b for a, b in zip(wh, made, strict=True))))
    assert main(["backtest", str(file), "--zone", "Europe/Madrid", "--days", "2"]) == 0
    told = capsys.readouterr().out
    assert "the published sums of a community" in told
    for figure in ("consumption", "production", "net"):
        assert printed(told, figure, "forecast")[0] < 0.2


def test_a_community_s_past_that_somebody_changed_is_refused(tmp_path, capsys):
    file = tmp_path / "past.csv"
    file.write_text(past_of((1,), (2,), (3,)).replace("2026", "summer"))
    assert main(["backtest", str(file)]) == 2
    assert "Line 2 of this file of a hub's was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("time,temperature (°F),cloud cover (%),wind speed (mph)", "68,25,10", (20, 0.25, 4.4704)),
        ("time,temp_f,clouds,wind km/h", "32,0.5,36", (0, 0.5, 10)),
        ("Zeit;Temperatur (°C);Bewölkung (%);Wind (m/s)", "-3,5;100;7,5", (-3.5, 1, 7.5)),
        ("time,temperature,wind direction,wind_speed", "12,270,3", (12, None, 3)),
        ("time,temperature (K),cloud %,wind", "293.15,unavailable,", (20, None, None)),
        ("Zeitstempel;Lufttemperatur;Windgeschwindigkeit", "-3,5;7,5", (-3.5, None, 7.5)),
    ],
)
def test_weather_is_read_in_the_units_of_its_header(tmp_path, header, cells, expected):
    file, sign = tmp_path / "weather.csv", ";" if ";" in header else ","
    file.write_text("\n".join([header, *(f"2026-09-01 {hour:02}:00{sign}{cells}" for hour in range(14, 20))]))
    weather = read_weather(file, MADRID)
    assert weather.start == datetime(2026, 9, 1, 12, tzinfo=UTC)
    for known, value in zip((weather.temperature_c, weather.cloud, weather.wind_ms), expected, strict=True):
        assert len(known) == 6
        assert np.isnan(known[0]) if value is None else known[0] == pytest.approx(value)


def test_weather_with_a_missing_night_has_a_gap(tmp_path):
    file = tmp_path / "weather.csv"
    file.write_text("time,temperature (°C)\n2026-09-01T20:00Z,15\n2026-09-01T21:00Z,14\n2026-09-02T06:00Z,12\n")
    weather = read_weather(file, MADRID)
    assert list(weather.temperature_c[:2]) == [15, 14]
    assert np.isnan(weather.temperature_c[2:10]).all()
    assert weather.temperature_c[10] == 12


def test_weather_of_another_time_is_refused_and_of_a_part_of_it_told(tmp_path, capsys):
    file, weather = str(write_csv(tmp_path / "meter.csv", days(3))), tmp_path / "weather.csv"
    for first, code, sentence in (
        (FIRST - timedelta(days=30), 2, "weather.csv tells no weather of the time of meter.csv"),
        (FIRST + timedelta(hours=36), 0, "weather.csv tells the weather of 50% of its hours."),
    ):
        hours = (first + n * timedelta(hours=1) for n in range(72))
        weather.write_text("\n".join(["time,temperature (°C)", *(f"{hour.isoformat()},12" for hour in hours)]))
        assert main(["backtest", file, "--zone", "UTC", "--weather", str(weather)]) == code
        said = capsys.readouterr()
        assert sentence in said.out + said.err


def test_weather_of_a_year_that_can_not_be_meant_is_refused(tmp_path, capsys):
    weather = tmp_path / "weather.csv"
    weather.write_text("time,temperature\n2026-09-01 00:00,20\n2926-09-01 01:00,20\n")
    file = str(write_csv(tmp_path / "meter.csv", days(3)))
    assert main(["backtest", file, "--zone", "UTC", "--weather", str(weather)]) == 2
    assert "too far apart" in capsys.readouterr().err


def test_times_without_a_zone_say_which_they_are_read_in(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Madrid")
    file = str(write_csv(tmp_path / "meter.csv", days(3), first=FIRST.replace(tzinfo=None)))
    assert main(["backtest", file]) == 0
    assert "Its times name no zone and are read as those of Europe/Madrid." in capsys.readouterr().out
    assert main(["backtest", file, "--zone", "Europe/London"]) == 0
    assert "name no zone" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--horizon", "3h"], "The horizon is 24h to 168h"),
        (["--zone", "Nowhere"], "no time zone"),
        (["--country", "QQ"], "Nothing is known of the holidays of QQ"),
        (["--subdivision", "BY"], "needs the country too"),
        (["--latitude", "40"], "--longitude"),
        (["--latitude", "100", "--longitude", "0"], "between -90 and 90"),
        (["--latitude", "nan", "--longitude", "0"], "between -90 and 90"),
        (["--weather", "none.csv"], "none.csv can not be read"),
        (["--group-size", "20"], "The file has 1 home, fewer than a group of 20 needs."),
        (["--out", "nowhere/out.csv"], "There is no folder nowhere"),
    ],
)
def test_what_can_not_be_meant_is_a_sentence_and_exit_code_two(more, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["backtest", str(write_csv(tmp_path / "meter.csv", days(3))), *more]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.startswith("sceop-hub: ")


def test_files_that_can_not_be_used_say_why(tmp_path, capsys):
    (tmp_path / "text.csv").write_text("nothing\nof\nuse\n")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and then nothing")
    write_csv(tmp_path / "short.csv", days(1)[:50])
    for name, sentence in (
        ("absent.csv", "absent.csv can not be read"),
        ("text.csv", "columns"),
        ("cut.parquet", "damaged or cut off"),
        ("short.csv", "no whole day"),
    ):
        assert main(["backtest", str(tmp_path / name), "--zone", "UTC"]) == 2
        assert sentence in capsys.readouterr().err


def parquet_of(columns, names):
    with BytesIO() as file:
        parquet.write_table(pa.Table.from_arrays([pa.array(column) for column in columns], names=names), file)
        return file.getvalue()


HALF_HOURS = [datetime(2026, 9, 1) + n * timedelta(minutes=30) for n in range(96)]  # noqa: DTZ001 - local, as such files are
A_TABLE = parquet_of([HALF_HOURS, list(range(96))], ["start", "home"])
TWO_ALIKE = parquet_of([HALF_HOURS, list(range(96)), list(range(96))], ["start", "home", "home"])
OF_A_HUB = f"{published.HEADER},{','.join(published.ABOUT)}\n2026-09-01T00:00:00Z,1,2,3,UTC,37.4,-6,,\n"
ROWS = [f"{(FIRST + n * timedelta(minutes=15)).isoformat()},{n}" for n in range(96)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (bytes(range(256)) * 20, "no text file"),
        ("\n".join(["start,Wh", *ROWS]).encode() + bytes(range(256)), "no text file"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "a time and a figure"),
        ("\n".join(["start,Wh", *(f"{row}lots" for row in ROWS)]).encode(), "a time and a figure"),
        (A_TABLE[: len(A_TABLE) // 2], "damaged or cut off"),
        (bytes(byte ^ 0x5A if 100 < at < 200 else byte for at, byte in enumerate(A_TABLE)), "damaged or cut off"),
        (parquet_of([list(range(96))], ["home"]), "no column of times"),
        (parquet_of([HALF_HOURS, ["lots"] * 96], ["start", "home"]), "columns do not tell"),
        (parquet_of([[None] * 95 + [HALF_HOURS[0]], list(range(96))], ["start", "home"]), "at least two in a row"),
        (TWO_ALIKE, "named “home”"),
        (parquet_of([[datetime(1950, 1, 1), *HALF_HOURS[1:]], list(range(96))], ["start", "home"]), "too far apart"),  # noqa: DTZ001 - local
        (OF_A_HUB.replace("37.4", "north").encode(), "Line 2"),
        (OF_A_HUB.encode() + b"2026-09-01T00:15:00Z,1\r2,3\n", "Line 3"),
        (OF_A_HUB.replace("Z,1", "Z," + "9" * 400).encode(), "Line 2"),
    ],
)
@pytest.mark.parametrize("command", ["backtest", "anomalies"])
def test_a_damaged_file_is_one_sentence_and_exit_code_two(command, content, sentence, tmp_path, capsys):
    file = tmp_path / "damaged"
    file.write_bytes(content)
    assert main([command, str(file), "--zone", "UTC"]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert (said.err.count("\n"), said.out) == (1, "")


@pytest.mark.parametrize("command", ["backtest", "anomalies"])
def test_a_folder_is_no_file(command, tmp_path, capsys):
    assert main([command, str(tmp_path)]) == 2
    assert "Is a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "other",
    [lambda rows: [row for row in rows for _ in range(2)], lambda rows: [row[:19] + row[25:] for row in rows]],
    ids=["every row twice", "no time zone"],
)
def test_rows_that_come_twice_and_times_without_a_zone_are_read_all_the_same(other, tmp_path):
    wh = days(3)
    file = write_csv(tmp_path / "meter.csv", wh)
    head, *rows = file.read_text().splitlines()
    file.write_text("\n".join([head, *other(rows)]))
    series = read(file, Hints(), ZoneInfo("UTC"), NOW).series("meter", "consumption")
    assert (series.start, list(series.wh)) == (FIRST, list(wh))


def test_a_row_without_a_time_is_a_gap_in_a_table_and_told(tmp_path):
    file = tmp_path / "table.parquet"
    times = pa.array([*HALF_HOURS[:40], None, *HALF_HOURS[41:]], pa.timestamp("ms", "UTC"))
    file.write_bytes(parquet_of([times, list(range(96))], ["start", "home"]))
    meters = read(file, Hints(), MADRID, NOW)
    assert np.isnan(meters.series("home", "consumption").wh).nonzero()[0].tolist() == [40]
    assert meters.notes == ("1 rows have no time, or none that can be meant, and are left out.",)


def test_the_notebook_reads_what_was_written_and_comes_to_the_same_errors(tmp_path, capsys, monkeypatch):
    mpl.use("Agg")
    out = tmp_path / "steps.csv"
    homes = {f"home_{n:02}": days(12, n, timedelta(minutes=30)) for n in range(6)}
    file = str(write_wide(tmp_path / "wide.parquet", homes))
    assert main(["backtest", file, "--zone", "UTC", "--days", "4", "--group-size", "3", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    monkeypatch.setenv("SCEOP_BACKTEST", str(out))
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    names = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - our own notebook, as whoever opens it runs it
    import matplotlib.pyplot as plt  # noqa: PLC0415 - after its backend was chosen

    assert len(plt.get_fignums()) == 4
    plt.close("all")
    for method, name in (("forecast", "forecast"), ("last week", "last week"), ("seven days", "7-day mean")):
        assert names["errors"][name] == pytest.approx(printed(told, "consumption", method)[0], abs=5e-5)
    assert f"{names['coverage']:.1%}" in told


def stuck_home():
    """Four weeks of a home; on the last days something of 1.5 kW is left on for a day."""
    wh = days(28)
    wh[96 * 25 + 40 : 96 * 26 + 40] += 375
    return wh


def test_what_is_not_normal_in_a_file_is_found_once_with_when_it_was_told(tmp_path, capsys):
    out = tmp_path / "found.csv"
    file = write_csv(tmp_path / "meter.csv", stuck_home())
    assert main(["anomalies", str(file), "--zone", "UTC", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "meter, consumption: something runs on and on" in told
    with out.open() as opened:
        stuck = [row for row in csv.DictReader(opened) if row["kind"] == "stuck"]
    assert len(stuck) == 1
    since, until, first_told = (datetime.fromisoformat(stuck[0][name]) for name in ("since", "until", "told"))
    assert abs(since - (FIRST + timedelta(days=25, hours=10))) <= timedelta(hours=2)
    assert abs(until - (FIRST + timedelta(days=26, hours=10))) <= timedelta(hours=2)
    assert first_told == FIRST + timedelta(days=26)
    assert 1000 < int(stuck[0]["power_w"]) < 1700


def test_a_calm_home_has_nothing_to_tell(tmp_path, capsys):
    assert main(["anomalies", str(write_csv(tmp_path / "meter.csv", days(28))), "--zone", "UTC"]) == 0
    assert "Nothing was found that is not normal." in capsys.readouterr().out


def test_a_day_too_few_to_look_at_is_a_sentence(tmp_path, capsys):
    assert main(["anomalies", str(write_csv(tmp_path / "meter.csv", days(1)[:50])), "--zone", "UTC"]) == 2
    assert "no whole day" in capsys.readouterr().err


def test_where_nobody_measured_the_roof_consumption_is_what_the_grid_gave(tmp_path):
    rows = [f"{(FIRST + n * timedelta(hours=1)).isoformat()},{10 + n},{14}" for n in range(30)]
    file = tmp_path / "meter.csv"
    file.write_text("\n".join(["start,import (Wh),export (Wh)", *rows]))
    meters = read(file, Hints(), MADRID, NOW)
    assert list(meters.series("meter", "consumption").wh) == [10 + n for n in range(30)]
    assert meters.series("meter", "net") is None
    assert any("not what was made" in note for note in meters.notes)
