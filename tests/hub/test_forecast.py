"""Forecasts of the community: made beside the server, kept with their time, scored when the truth arrives."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sceop_hub import forecasts as pages
from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.forecast.backtest import backtest, first_days, midnights, scores
from sceop_hub.domain.profile import Place as Surroundings
from sceop_hub.domain.publication import COMMUNITY, Drawing, Sum
from sceop_hub.jobs.forecast import Forecasting
from sceop_hub.processes import Ended, run
from sceop_hub.store import figures, forecasts
from tests.hub.forecasting import HOMES, TODAY, ZONE, beside, forecast, forecasting_hub, past


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def hub(tmp_path):
    async with forecasting_hub(tmp_path) as hub:
        yield hub


async def test_at_midnight_the_coming_two_days_are_told_in_slots_with_a_band(tmp_path):
    async with forecasting_hub(tmp_path, days=2, run=run) as hub:
        await forecast(hub)
        await _look_at_two_days(hub)


async def _look_at_two_days(hub):
    told = (await hub.get("/api/v1/forecast", **bearer(await hub.join()))).body
    assert told["start"] == "2026-11-19T23:00:00Z"
    assert told["made"] == "2026-11-19T23:06:00Z"
    assert told["step"] == 900
    assert told["figures"].keys() == {"consumption", "production", "net"}
    for figure in told["figures"].values():
        low, mid, high = (np.array(figure[name], dtype=float) for name in ("low", "mid", "high"))
        assert len(mid) == 192
        assert (low <= mid).all()
        assert (mid <= high).all()
        assert figure["days"] > 0
    evening = told["figures"]["consumption"]["mid"][4 * 18]
    assert 0.5 < evening / (4 * HOMES * 100) < 1.5


async def test_the_last_28_midnights_are_made_afterwards_of_what_was_known_then_and_scored(tmp_path):
    async with forecasting_hub(tmp_path, days=33) as hub:
        await forecast(hub)
        await _look_back_on_28(hub)


async def _look_back_on_28(hub):
    kept = await hub.hub.store.read(lambda books: forecasts.midnights(books, TODAY - timedelta(days=40)))
    assert [one.start.astimezone(ZONE).hour for one in kept] == [0] * 29
    assert [one.afterwards for one in kept] == [True] * 28 + [False]
    state = await hub.hub.store.read(forecasts.state)
    for figure in ("consumption", "production", "net"):
        lately = state.lately[figure]
        assert lately.model.midnights == lately.yesterday.midnights == lately.last_week.midnights == 28
        assert 0 < lately.model.nmae < 1
        assert 0 < lately.model.coverage <= 1
    night = (await pages.page(hub.hub)).figures["consumption"].nights[-1]
    assert (night.afterwards, night.score.nmae is not None, len(night.band.truth)) == (True, True, 96)
    assert None not in night.band.truth


async def test_the_error_on_the_page_is_what_a_backtest_finds_in_the_file_that_the_hub_gives_away(hub):
    await forecast(hub)
    async with hub.session.get("/api/v1/community/slots.csv", headers=bearer(await hub.join())) as answer:
        header, *rows = (await answer.text()).splitlines()
    assert header.startswith("start,consumption_wh,production_wh,net_wh,zone,")
    values = [row.split(",") for row in rows]
    start = datetime.fromisoformat(values[0][0])
    series = Series(start.astimezone(UTC), np.array([float(row[1]) if row[1] else np.nan for row in values]))
    place = Place(ZONE)
    told = backtest(series, place, None, midnights=midnights(series, place, 28), steps=192)
    page = await pages.page(hub.hub)
    assert page.figures["consumption"].lately.model == scores(first_days(told, place), place)


async def test_the_command_finds_the_same_error_in_that_file_without_being_told_where_the_community_is(hub, tmp_path):
    place = Surroundings("Amsterdam", 52.4, 4.9)
    await hub.hub.change_profile("test", country="NL", place=place)
    await forecast(hub)
    file = tmp_path / "past.csv"
    file.write_text(await pages.csv(hub.hub))
    told = await run("backtest", str(file), "--out", str(tmp_path / "told.csv"), heard=(heard := []).append)
    assert told.code == 0, told.complaint
    page = await pages.page(hub.hub)
    lines = [line.split() for line in heard if line.startswith("  forecast")]
    assert "(Europe/Amsterdam)" in heard[0]
    for line, figure in zip(lines[::2], ("consumption", "production", "net"), strict=True):
        error = page.figures[figure].lately.model
        assert line[1:3] == [f"{error.nmae:.4f}", f"{error.nrmse:.4f}"], figure


async def test_a_forecast_made_afterwards_knows_nothing_of_what_came_later(tmp_path):
    known = past(6)
    other = {
        slot: part
        if from_number(slot) < TODAY - timedelta(days=3)
        else Sum(part.homes, {k: 3 * v for k, v in part.wh.items()})
        for slot, part in known.items()
    }
    made = []
    for folder, published in (("one", known), ("other", other)):
        async with forecasting_hub(tmp_path / folder, published=published) as hub:
            await forecast(hub)
            made.append(await hub.hub.store.read(lambda books: forecasts.midnights(books, TODAY - timedelta(days=40))))
    one, other = made
    early = [at for at, night in enumerate(one) if night.start <= TODAY - timedelta(days=3)]
    assert len(early) == 3
    for at in early:
        assert one[at].figures == other[at].figures
    assert one[-1].figures != other[-1].figures


async def test_every_hour_there_is_a_new_one_and_between_hours_none(hub):
    starts = []

    async def told(one):
        starts.append(one.start)

    forecasting = Forecasting(hub.hub, told)

    await forecasting.once()
    hub.clock.pass_by(minutes=30)
    await forecasting.once()
    hub.clock.pass_by(minutes=30)
    await hub.settled()
    await forecasting.once()
    assert starts == [TODAY, TODAY + timedelta(hours=1)]


async def test_a_midnight_that_was_forecast_is_scored_the_day_after(hub):
    await forecast(hub)
    hub.clock.pass_by(days=1)
    tomorrow = past(1, until=TODAY + timedelta(days=1), seed=5)
    await hub.hub.store.write(
        lambda books: figures.publish(
            books, [COMMUNITY], [Drawing(slot, {COMMUNITY: part}, b"") for slot, part in tomorrow.items()]
        )
    )
    await hub.settled()
    await forecast(hub)
    found = await hub.hub.store.read(lambda books: forecasts.scores(books, TODAY))
    assert found[TODAY, "consumption"].nmae > 0
    (night,) = [one for one in (await pages.page(hub.hub)).figures["consumption"].nights if one.band.start == TODAY]
    assert night.afterwards is False
    error = sum(abs(mid - wh) for mid, wh in zip(night.band.mid, night.band.truth, strict=True))
    assert night.score.nmae == pytest.approx(error / sum(night.band.truth))
    assert night.score.true_peak_w == 4 * max(night.band.truth)


async def test_where_nothing_is_published_nothing_is_forecast_and_the_page_says_why(tmp_path):
    async with forecasting_hub(tmp_path, published={}) as hub:
        await hub.hub.store.write(lambda books: books.execute("DELETE FROM standing"))
        await hub.hub.publishing.load()
        await forecast(hub)
        page = await pages.page(hub.hub)
        assert (page.reason, page.figures) == ("unpublished", {})
        told = (await hub.get("/api/v1/forecast", **bearer(await hub.join()))).body
        assert (told["made"], told["figures"]) == (None, {})


async def test_where_import_alone_is_published_nothing_is_forecast_and_the_page_says_that_it_is_not_published(tmp_path):
    known = {slot: Sum(part.homes, {"grid_import": part.wh["grid_import"]}) for slot, part in past(3).items()}
    async with forecasting_hub(tmp_path, published=known) as hub:
        await forecast(hub)
        page = await pages.page(hub.hub)
        assert (page.reason, page.figures) == ("unpublished", {})


@pytest.mark.parametrize("days", [0, 1 / 24, 1 / 2])
async def test_of_an_hour_nothing_is_told_and_the_page_says_that_it_is_young(tmp_path, days):
    end = to_number(TODAY)
    known = {slot: part for slot, part in past(1).items() if slot >= end - 96 * days}
    async with forecasting_hub(tmp_path, published=known, run=beside(looks_back=False)) as hub:
        await forecast(hub)
        page = await pages.page(hub.hub)
        assert (page.reason, page.figures) == ("young", {})


@pytest.mark.parametrize("what", ["zeros", "a month of gaps", "one slot of each day"])
async def test_a_poor_past_gives_a_plain_forecast_or_none_and_nothing_in_the_log(tmp_path, what, caplog):
    known = past(60)
    if what == "zeros":
        known = {slot: Sum(HOMES, dict.fromkeys(part.wh, 0)) for slot, part in known.items()}
    elif what == "a month of gaps":
        known = {slot: part for slot, part in known.items() if not 20 <= (to_number(TODAY) - slot) / 96 < 50}
    else:
        known = {slot: part for slot, part in known.items() if slot % 96 == 40}
    async with forecasting_hub(tmp_path, published=known, run=beside(looks_back=False)) as hub:
        await forecast(hub)
        told = (await hub.get("/api/v1/forecast", **bearer(await hub.join()))).body
        for figure in told["figures"].values():
            assert None not in figure["mid"]
    assert [record.message for record in caplog.records if record.name.startswith("sceop_hub.jobs")] == []


async def test_a_process_that_breaks_off_is_one_line_in_the_log_and_tried_again_the_next_hour(hub, caplog):
    tried = []

    async def breaks(**_more):
        tried.append(hub.clock())
        return Ended(1, "Traceback (most recent call last):\n  somewhere\nMemoryError: no more")

    async def told(_one):
        raise AssertionError

    forecasting = Forecasting(hub.hub, told, run=breaks)
    for _ in range(3):
        await forecasting.once()
        hub.clock.pass_by(minutes=1)
    assert len(tried) == 1
    assert (await pages.page(hub.hub)).reason == "failed"
    hub.clock.pass_by(hours=1)
    await hub.settled()
    await forecasting.once()
    lines = [record.getMessage() for record in caplog.records if "forecast" in record.getMessage()]
    assert (len(tried), len(lines)) == (2, 1)
    assert "MemoryError: no more" in lines[0]


async def test_a_process_that_hangs_is_ended_and_the_next_hour_has_a_forecast(hub, monkeypatch, caplog):
    monkeypatch.setattr("sceop_hub.jobs.forecast.LONGEST_S", 0.01)
    hangs = asyncio.Event()

    async def hang(**_more):
        await hangs.wait()

    starts = []

    async def told(one):
        starts.append(one.start)

    forecasting = Forecasting(hub.hub, told, run=hang)
    await forecasting.once()
    assert [record.getMessage() for record in caplog.records if "its process hung" in record.getMessage()] != []
    monkeypatch.undo()
    forecasting._run = beside(looks_back=False)
    hub.clock.pass_by(hours=1)
    await hub.settled()
    await forecasting.once()
    assert starts == [TODAY + timedelta(hours=1)]


async def test_a_forecast_that_became_old_says_so(hub):
    await forecast(hub)
    hub.clock.pass_by(hours=5)
    assert (await pages.page(hub.hub)).reason == "stale"


async def test_a_forecast_that_was_made_while_the_past_was_being_published_is_made_again_of_all_of_it(hub):
    asked = []

    async def hears(given, **_more):
        asked.append(json.loads(given)["looks_back"])
        return Ended(0, "")

    async def told(_one):
        raise AssertionError

    forecasting, publishing = Forecasting(hub.hub, told, run=hears), hub.hub.publishing

    async def look(*, behind, after):
        hub.clock.pass_by(minutes=after)
        await hub.rounds.a_whole_one()
        publishing.behind = behind
        await forecasting.once()
        return list(asked)

    assert await look(behind=True, after=1) == []
    assert await look(behind=True, after=5) == [], "it waits a while"
    assert await look(behind=True, after=6) == [False]
    assert await look(behind=True, after=5) == [False]
    assert await look(behind=False, after=1) == [False, True]
    assert await look(behind=True, after=1) == [False, True]
    assert await look(behind=False, after=1) == [False, True]


async def test_a_clock_that_was_ahead_leaves_no_forecast_that_hides_the_later_ones(hub):
    await forecast(hub)
    newest = await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock()))
    ahead = replace(newest, start=newest.start + timedelta(days=365))
    await hub.hub.store.write(lambda books: forecasts.save(books, ahead))
    assert await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock())) == newest
    await hub.hub.store.write(lambda books: forecasts.thin(books, hub.clock(), 0))
    assert await hub.hub.store.read(lambda books: forecasts.latest(books, ahead.start)) == newest


async def test_the_first_forecast_waits_until_a_hub_that_starts_has_settled(hub):
    await hub.rounds.a_whole_one()
    assert await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock())) is None


async def test_forecasts_of_hours_thin_out_and_those_of_midnights_stay(hub):
    await forecast(hub)
    newest = await hub.hub.store.read(lambda books: forecasts.latest(books, hub.clock()))

    def fill(books):
        for hour in range(24 * 40):
            start = TODAY - timedelta(hours=hour)
            midnight = start.astimezone(ZONE).hour == 0
            forecasts.save(books, replace(newest, start=start, midnight=midnight))
        forecasts.thin(books, TODAY, to_number(TODAY - timedelta(days=35)))
        return [from_number(start) for (start,) in books.execute("SELECT start FROM forecast ORDER BY start")]

    left = await hub.hub.store.write(fill)
    ages = [(TODAY - start) / timedelta(days=1) for start in left]
    assert sum(age <= 3 for age in ages) == 73
    assert [round(age) for age in ages if age > 28] == list(range(34, 27, -1)), "of midnights in summer time"
    assert 24 * 4 < sum(3 < age <= 28 for age in ages) <= 26 * 5


async def test_the_peaks_of_the_coming_days_are_told(hub):
    await hub.hub.change_profile("test", peak_limit_w=1)
    await forecast(hub)
    told = (await hub.get("/api/v1/peaks", **bearer(await hub.join()))).body
    assert told["limit_w"] == 1
    assert [day["day"] for day in told["days"]] == ["2026-11-20", "2026-11-21"]
    for day in told["days"]:
        assert day["low_w"] <= day["mid_w"] <= day["high_w"]
    assert told["windows"], "all of it lies above one watt"
    assert all(window["start"] < window["end"] and 0 <= window["probability"] <= 1 for window in told["windows"])


async def test_another_limit_is_looked_at_at_once(hub):
    await forecast(hub)
    await hub.hub.change_profile("test", peak_limit_w=5_000_000)
    await forecast(hub)
    told = (await hub.get("/api/v1/peaks", **bearer(await hub.join()))).body
    assert (told["limit_w"], told["windows"]) == (5_000_000, [])


def test_the_server_loads_neither_numpy_nor_the_holidays():
    code = "import sys, sceop_hub.app; print({'numpy', 'holidays', 'pyarrow'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
