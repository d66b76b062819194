"""The page "Forecast": what it says of the days to come, and that its errors are those that anybody comes to."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sceop_hub.__main__ import main
from sceop_hub.core.slots import to_number
from sceop_hub.domain.forecast.kept import Peaks, PeakWindow
from sceop_hub.domain.weather import Hour, hour_of
from sceop_hub.store import forecasts, weather
from tests.hub.browsing import browser
from tests.hub.forecasting import TODAY, ZONE, beside, forecast, forecasting_hub, past
from tests.hub.harness import running, settings

METHODS = (("forecast", "model"), ("yesterday", "yesterday"), ("last week", "last_week"), ("seven days", "seven_days"))
SCORES = ("nmae", "nrmse", "peak_error", "peak_hit", "coverage")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a hub that published for two weeks shows shortly after midnight: its page, its curves, its past."""

    async def look():
        async with forecasting_hub(tmp_path_factory.mktemp("hub"), days=13) as hub, browser(hub) as person:
            await forecast(hub)
            page, past = (await person.open("/forecast")).text, await person.open("/forecast/past.csv")
            return page, (await hub.get("/forecast/data")).body, past

    return asyncio.run(look())


DAYS = 13


def clouds(day):
    """Return how much of the sky is covered on a day, other than on those around it."""
    return (0.1, 0.95, 0.6)[day % 3] if day % 7 else 1.0


def under_clouds(slots):
    """Return what would be published if roofs made the less, the more clouds there are."""
    first = to_number(TODAY) - 96 * DAYS
    for slot, part in slots.items():
        wh = dict(part.wh)
        wh["production"] = round(wh["production"] * (1 - 0.8 * clouds((slot - first) // 96)))
        wh["grid_import"] = max(wh["consumption"] - wh["production"], 0)
        wh["grid_export"] = max(wh["production"] - wh["consumption"], 0)
        yield slot, replace(part, wh=wh)


def tell_weather(books):
    """Tell at each midnight the clouds of the day that begins, and something else at noon."""
    for day in range(DAYS + 1):
        midnight = TODAY - timedelta(days=DAYS - day)
        for made, cloud in (
            (midnight - timedelta(minutes=5), clouds(day)),
            (midnight + timedelta(hours=12), 0.8 * clouds(day)),
        ):
            if made < TODAY:
                hours = [Hour(hour_of(midnight) + number, None, cloud, None) for number in range(24)]
                weather.put(books, weather.OWN, made, hours, ZONE)


@pytest.fixture(scope="module")
def told_of_clouds(tmp_path_factory):
    """What such a hub gives away that was told of the weather: the errors that it shows, its past and its weather."""

    async def look():
        published = dict(under_clouds(past(DAYS)))
        folder = tmp_path_factory.mktemp("hub")
        async with forecasting_hub(folder, published=published) as hub, browser(hub) as person:
            await hub.hub.store.write(tell_weather)
            await forecast(hub)
            files = [(await person.open(f"/forecast/{name}.csv")).text for name in ("past", "weather")]
            return (await hub.get("/forecast/data")).body["figures"], *files

    return asyncio.run(look())


def test_backtest_comes_to_the_errors_on_the_page_with_the_weather_as_it_was_known(told_of_clouds, tmp_path, capsys):
    figures, past_csv, weather_csv = told_of_clouds
    for name, text in (("past.csv", past_csv), ("weather.csv", weather_csv)):
        (tmp_path / name).write_text(text)
    blind = [str(tmp_path / "past.csv"), "--zone", "Europe/Amsterdam"]
    assert main(["backtest", *blind, "--weather", str(tmp_path / "weather.csv")]) == 0
    out = capsys.readouterr().out
    assert main(["backtest", *blind]) == 0
    without = capsys.readouterr().out
    for figure in ("consumption", "production", "net"):
        shown = [figures[figure]["lately"]["model"][score] for score in SCORES]
        assert row(out, figure, "forecast") == pytest.approx(shown, abs=0.00051)
    assert row(out, "production", "forecast")[0] < row(without, "production", "forecast")[0], "of use"


async def test_the_weather_is_given_away_as_far_as_forecasts_look(tmp_path):
    ahead = hour_of(TODAY) + 48
    async with forecasting_hub(tmp_path, published={}) as hub, browser(hub) as person:
        hours = [Hour(hour, 20.0, None, None) for hour in range(ahead, ahead + 120)]
        await hub.hub.store.write(lambda books: weather.put(books, weather.OWN, TODAY, hours, ZONE))
        lines = (await person.open("/forecast/weather.csv")).text.splitlines()[1:]
    last = [datetime.fromisoformat(line.split(",")[1]) for line in lines]
    assert last == [TODAY + timedelta(days=2)], "the hour in which a forecast that is made now ends"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("Z,", "Z,cloudy", 1), "Line 2 of this file of a hub's was changed"),
        (lambda text: f'{text}"{"x" * 200_000}"\n', "of this file of a hub's was changed"),
        (lambda text: f"{text}2026-01-01T00:00:00Z,9999-01-01T00:00:00Z,,1,\n", "too far apart"),
    ],
)
def test_weather_that_somebody_changed_is_refused(change, sentence, told_of_clouds, tmp_path, capsys):
    _, past_csv, weather_csv = told_of_clouds
    (tmp_path / "past.csv").write_text(past_csv)
    (tmp_path / "weather.csv").write_text(change(weather_csv))
    asked = ["backtest", str(tmp_path / "past.csv"), "--weather", str(tmp_path / "weather.csv")]
    assert main(asked) == 2
    assert sentence in capsys.readouterr().err


def row(out, figure, method):
    part = out.split(f"{figure}, the day that begins")[1].split("\n\n")[0]
    cells = re.search(rf"^  {method} +(.+)$", part, re.MULTILINE)[1].split()
    return [None if cell == "-" else float(cell.rstrip("%")) / (100 if "%" in cell else 1) for cell in cells]


def test_the_errors_on_the_page_are_those_that_backtest_prints_of_its_past(told, tmp_path, capsys):
    _, data, past = told
    file = tmp_path / "past.csv"
    file.write_text(past.text)
    assert main(["backtest", str(file), "--zone", "Europe/Amsterdam"]) == 0
    out = capsys.readouterr().out
    assert "12 midnights" in out
    for figure in ("consumption", "production", "net"):
        for method, name in METHODS:
            shown = [data["figures"][figure]["lately"][name][score] for score in SCORES]
            printed = row(out, figure, method)
            assert [value is None for value in shown] == [value is None for value in printed]
            for one, other, digits in zip(shown, printed, (4, 4, 4, 3, 3), strict=True):
                assert one is None or abs(one - other) <= 0.51 * 10**-digits


def test_it_says_what_it_was_made_of_and_what_was_made_afterwards(told):
    page, data, past = told
    assert "It knows 13 days." in page
    assert "12 of them were made afterwards" in page
    assert 'data-testid="band-chart"' in page
    assert len(data["figures"]["consumption"]["errors"]) == 12
    assert past.headers["Content-Disposition"] == 'attachment; filename="community-past.csv"'


def test_nothing_that_is_not_a_number_reaches_the_page_or_its_curves(told):
    page, data, _ = told
    assert not re.search(r"\b(nan|None|Infinity)\b", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert "NaN" not in str(data)


async def test_windows_say_in_words_how_likely_and_how_grave_they_are(tmp_path):
    async with forecasting_hub(tmp_path, days=8) as hub:
        await forecast(hub)
        windows = tuple(
            PeakWindow(
                TODAY + timedelta(hours=4 * n), TODAY + timedelta(hours=4 * n + 2), 9000 + n, 8000, odds, severity
            )
            for n, (odds, severity) in enumerate([(0.95, "severe"), (0.6, "serious"), (0.3, "mild")])
        )

        def keep(books):
            newest = forecasts.latest(books, hub.clock())
            forecasts.save(books, replace(newest, peaks=Peaks("net", 8000, windows, ())))

        await hub.hub.store.write(keep)
        async with browser(hub) as person:
            page = (await person.open("/forecast")).text
    shown = page.split('data-testid="window"')[1:]
    assert len(shown) == 3
    words = [("Almost certain", "Severe"), ("Rather likely", "Serious"), ("Possible", "Mild")]
    for number, (one, (odds, severity)) in enumerate(zip(shown, words, strict=True)):
        assert odds in one
        assert severity in one
        assert f'<data value="{9000 + number}" data-unit="w">' in one


async def test_without_published_figures_it_says_why_it_is_empty(tmp_path):
    async with running(settings(tmp_path)) as hub, browser(hub) as person:
        page = (await person.open("/forecast")).text
        assert "Nothing of the homes is shown yet" in page
        assert "band-chart" not in page
        assert (await hub.get("/forecast/data")).body["figures"] == {}
        (header,) = (await person.open("/forecast/past.csv")).text.splitlines()
        assert header.startswith("start,consumption_wh,production_wh,net_wh,")


async def test_with_less_than_a_day_it_says_when_the_first_forecast_comes(tmp_path):
    async with forecasting_hub(tmp_path, days=0) as hub, browser(hub) as person:
        await forecast(hub)
        assert "Less than a day of the community is known" in (await person.open("/forecast")).text


async def test_after_one_day_it_forecasts_and_has_nothing_to_compare_yet(tmp_path):
    async with forecasting_hub(tmp_path, days=1) as hub, browser(hub) as person:
        await forecast(hub)
        page = (await person.open("/forecast")).text
        assert "It knows one day." in page
        assert "None of its days is over yet" in page


async def test_a_forecast_that_became_old_says_so(tmp_path):
    async with forecasting_hub(tmp_path, days=8) as hub, browser(hub) as person:
        await forecast(hub)
        hub.clock.pass_by(hours=6)
        assert "This forecast is old" in (await person.open("/forecast")).text


def test_each_night_stands_beside_plain_forecasts_as_far_as_the_past_before_it_reaches(told):
    _, data, _ = told
    for figure in ("consumption", "production", "net"):
        found = data["figures"][figure]["errors"]
        assert [one["last_week"] is None for one in found] == [True] * 6 + [False] * 6, "the past begins with them"
        assert all(one[name] is not None for one in found for name in ("forecast", "yesterday", "seven_days"))


async def test_the_first_night_that_is_shown_has_the_week_before_it(tmp_path):
    async with forecasting_hub(tmp_path, days=36, run=beside(looks_back=False)) as hub:
        await forecast(hub)
        first = TODAY - timedelta(days=28)

        def keep(books):
            newest = forecasts.latest(books, hub.clock())
            forecasts.save(books, replace(newest, start=first, afterwards=True))

        await hub.hub.store.write(keep)
        (found,) = (await hub.get("/forecast/data")).body["figures"]["consumption"]["errors"]
        assert found["day"] == first.astimezone(ZONE).date().isoformat()
        assert None not in found.values()
