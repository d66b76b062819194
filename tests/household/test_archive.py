"""The archive holds what flowed in each slot: what the recorder knows, and what closed since."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from sqlalchemy.exc import OperationalError

from custom_components.sceop import importing, recorded
from custom_components.sceop.archive import PATIENCE_S, Archive, Asked, Ring
from custom_components.sceop.core.forecast.band import Model
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT, Span
from custom_components.sceop.recorded import slots
from custom_components.sceop.sources.simulated import SimulatedSource
from custom_components.sceop.things import Thing, ThingKind
from tests.household.conftest import NOW, meters
from tests.household.recorded_home import BEGAN, WATTS, RecordedHome
from tests.household.test_forecasting import finished
from tests.household.test_importing import imported

START = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rows(start, length, amounts, at_first=1000.0):
    """Return rows as the recorder has them, the first of which says nothing; None is a row that is missing."""
    found, total = [{"start": (start - length).timestamp(), "sum": at_first}], at_first
    for number, amount in enumerate(amounts):
        total += amount or 0
        if amount is not None:
            found.append({"start": (start + number * length).timestamp(), "sum": total})
    return found


class TestRows:
    def test_three_fine_rows_are_a_slot_and_a_coarse_one_is_shared_out(self):
        span = Span(START, START + 2 * HOUR)
        fine = rows(START + HOUR, timedelta(minutes=5), [10] * 6)
        wh = slots(span, rows(START, HOUR, [400, 800]), fine)
        assert wh.tolist() == [100] * 4 + [30, 30, 200, 200]

    def test_what_flowed_over_a_gap_belongs_to_no_slot(self):
        wh = slots(Span(START, START + 4 * HOUR), rows(START, HOUR, [400, None, 800, 400]), [])
        assert np.isnan(wh[4:12]).all()
        assert wh[12:].tolist() == [100] * 4

    def test_what_runs_backwards_is_a_gap_and_rounding_is_not(self):
        wh = slots(Span(START, START + 3 * HOUR), rows(START, HOUR, [-1e-6, -5, 4]), [])
        assert wh[:4].tolist() == [0] * 4
        assert np.isnan(wh[4:8]).all()
        assert wh[8:].tolist() == [1] * 4

    def test_nothing_is_known_without_rows(self):
        assert np.isnan(slots(Span(START, START + HOUR), [], [])).all()


class TestRing:
    @given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5000)), max_size=60), st.integers(1, 400))
    def test_it_tells_the_newest_value_of_each_slot_within_reach(self, told, end):
        ring = Ring(DAY)
        kept = {}
        for number, wh in sorted(told):
            ring.put([(START + number * SLOT, wh)])
            kept[number] = wh
        wh = ring.before(START + end * SLOT, 96)
        for place, value in enumerate(wh):
            number = end - 96 + place
            taken = any(later > number and (later - number) % 96 == 0 for later in kept)
            assert np.isnan(value) if number not in kept or taken else value == kept[number]

    def test_what_was_closed_here_counts_before_what_the_recorder_knows(self):
        ring = Ring(DAY)
        ring.put([(START + SLOT, 7)])
        ring.fill(START, np.array([1.0, 2.0, 3.0]))
        ring.fill(START, np.array([np.nan, 2.0, 4.0]))
        wh = ring.before(START + 3 * SLOT, 3)
        assert np.isnan(wh[0])
        assert wh[1:].tolist() == [7, 4]

    def test_what_a_source_remembers_stands_until_the_recorder_knows_better(self):
        ring = Ring(DAY)
        ring.put([(START, 5)])
        remembered = [ClosedSlot(START + number * SLOT, 9, "estimated") for number in range(3)]
        assert ring.recall(remembered)
        assert not ring.recall(remembered)
        assert ring.before(START + 3 * SLOT, 3).tolist() == [5, 9, 9]
        ring.fill(START, np.array([np.nan, np.nan, 4.0]))
        assert ring.before(START + 3 * SLOT, 3).tolist() == [5, 9, 4]
        ring.fill(START, np.array([np.nan, 8.0, np.nan]))
        assert ring.before(START + 2 * SLOT, 2).tolist() == [5, 8]

    def test_what_the_recorder_has_no_rows_of_a_source_may_remember(self):
        ring = Ring(DAY)
        ring.fill(START, np.array([np.nan, 2.0]))
        assert ring.recall([ClosedSlot(START + number * SLOT, 9, "estimated") for number in range(2)])
        assert ring.before(START + 2 * SLOT, 2).tolist() == [9, 2]

    def test_a_clock_that_came_back_from_the_future_leaves_no_trace(self):
        ring = Ring(DAY)
        ring.put([(START + 3650 * DAY, 9)])
        assert np.isnan(ring.before(START + DAY, 96)).all()
        ring.put([(START, 5)])
        assert ring.before(START + SLOT, 1).tolist() == [5]


@pytest.mark.usefixtures("now")
class TestSlotsThatClose:
    @pytest.fixture
    def archive(self, hass):
        things = [
            Thing("meter", ThingKind.GRID_METER, "Meter", ("grid_import", "grid_export"), {}),
            Thing("roof", ThingKind.PRODUCTION, "Roof", ("production",), {}),
            Thing("Pump", ThingKind.SUBMETER, "Pump", ("load",), {}),
        ]
        return Archive(hass, "site", things)

    async def test_the_consumption_is_known_once_all_flows_are(self, archive):
        last = NOW.replace(minute=0) - SLOT
        await archive.take(
            {"grid_import": [ClosedSlot(last, 100, "measured")], "grid_export": [ClosedSlot(last, 20, "measured")]}
        )
        assert len(archive.series("consumption")) == 0
        await archive.take({"production": [ClosedSlot(last, 50, "measured")]})
        series = archive.series("consumption")
        assert (series.start, series.wh.tolist()) == (last, [130])

    async def test_a_load_is_told_by_its_channel(self, archive):
        last = NOW.replace(minute=0) - SLOT
        await archive.take({"load.pump": [ClosedSlot(last - SLOT, 3, "measured"), ClosedSlot(last, 4, "measured")]})
        assert archive.series("load.pump").wh.tolist() == [3, 4]
        assert archive.series("load.pump", 1 / 96).wh.tolist() == [4]

    async def test_what_things_remember_is_told_once_and_at_once(self, archive):
        told = []
        archive.listen(lambda: told.append(len(archive.series("load.pump"))))
        last = NOW.replace(minute=0) - SLOT
        past = {"load.pump": [ClosedSlot(last, 3, "estimated")], "load.sold": [ClosedSlot(last, 3, "estimated")]}
        archive.recall(past)
        archive.recall(past)
        assert told == [1]

    @pytest.mark.parametrize("last", ["recorder", "things"])
    async def test_half_a_past_is_told_to_nobody(self, archive, last):
        told = []
        archive.listen(lambda: told.append(len(archive.series("load.pump"))))
        archive.be_patient()
        past = {"load.pump": [ClosedSlot(NOW.replace(minute=0) - SLOT, 3, "estimated")]}
        if last == "things":
            await archive.fill()
        else:
            archive.recall(past)
        assert (told, archive.settled) == ([], False)
        if last == "things":
            archive.recall(past)
        else:
            await archive.fill()
        assert (told, archive.settled) == ([1], True)
        archive.close()

    async def test_things_that_remember_nothing_keep_nobody_waiting(self, archive):
        told = []
        archive.listen(lambda: told.append(archive.filled))
        archive.be_patient()
        await archive.fill()
        archive.asked(Asked.THINGS)
        assert told == [True]

    async def test_without_a_recorder_there_is_only_what_closed_since(self, archive):
        await archive.fill()
        assert archive.filled
        assert len(archive.series("grid_import")) == 0

    def test_of_a_channel_that_is_not_there_nothing_is_known(self, archive):
        assert len(archive.series("battery_charge")) == 0


class TestRecorder:
    @pytest.fixture(autouse=True)
    def _custom_integrations(self, recorder_mock, enable_custom_integrations):
        """Begin with the recorder, as Home Assistant does."""

    @pytest.mark.usefixtures("now")
    async def test_a_past_that_was_imported_is_there_as_soon_as_it_is(self, hass, make_entry, monkeypatch):
        monkeypatch.setattr(importing, "PAST", timedelta(days=3))
        entry = make_entry()
        assert await hass.config_entries.async_setup(entry.entry_id)
        await imported(entry)
        archive, counters_mwh = entry.runtime_data.archive, meters(entry).counters_mwh
        for flow in ("grid_import", "production", "battery_charge"):
            series = archive.series(flow)
            # The running hour is no hour of statistics yet; the first says when the past began.
            assert len(series) >= 3 * 96 - 8
            hours = series.wh[: len(series) // 4 * 4].reshape(-1, 4).sum(axis=1)
            for number in range(0, 60, 7):
                begin = series.start + number * HOUR
                flowed = (counters_mwh(begin + HOUR)[flow] - counters_mwh(begin)[flow]) / 1000
                assert hours[number] == pytest.approx(flowed, abs=1.01)
        used = archive.series("consumption")
        assert len(used) >= 3 * 96 - 8
        assert np.isfinite(used.wh[:280]).all()
        await hass.config_entries.async_unload(entry.entry_id)

    @pytest.mark.parametrize("silent", [False, True], ids=["late", "silent"])
    async def test_nobody_judges_by_half_a_past_and_nobody_waits_for_long(
        self, hass, freezer, make_entry, monkeypatch, silent
    ):
        freezer.move_to(NOW)
        monkeypatch.setattr(importing, "PAST", timedelta(days=3))
        remembered, answers = SimulatedSource.past, asyncio.Event()

        async def late(self, span):
            await answers.wait()
            return await remembered(self, span)

        monkeypatch.setattr(SimulatedSource, "past", late)
        entry = make_entry()
        assert await hass.config_entries.async_setup(entry.entry_id)
        await finished(hass, entry)
        runtime = entry.runtime_data
        runtime.forecast.make_soon()
        await finished(hass, entry)
        assert runtime.archive.filled
        assert (runtime.forecast.data, runtime.anomalies.looked_at) == (None, None)
        if silent:
            freezer.tick(PATIENCE_S)
            async_fire_time_changed(hass)
        else:
            answers.set()
            await imported(entry)
        await finished(hass, entry)
        assert (runtime.forecast.data.model("consumption") is Model.NOTHING) == silent
        assert runtime.anomalies.looked_at == dt_util.utcnow()
        await hass.config_entries.async_unload(entry.entry_id)

    async def test_after_a_restart_slots_are_what_they_were(self, hass, freezer):
        home = RecordedHome(hass, freezer)
        await home.set_up()
        await home.live(3 * HOUR + timedelta(minutes=6))
        lived = home.entry.runtime_data.archive.series("grid_import")
        await home.unload()
        await home.set_up()
        await home.entry.runtime_data.archive.fill()
        again = home.entry.runtime_data.archive.series("grid_import")
        assert lived.wh[-8:] == pytest.approx(WATTS / 4, abs=1)
        assert again.end == lived.end
        assert again.wh[-8:] == pytest.approx(lived.wh[-8:], abs=1.01)
        await home.unload()

    async def test_a_database_that_cannot_be_read_now_is_asked_again_ever_later(
        self, hass, freezer, monkeypatch, caplog
    ):
        home = RecordedHome(hass, freezer)
        await home.set_up()
        await home.live(2 * HOUR + timedelta(minutes=6))
        await home.unload()
        read, asked = recorded.statistics_during_period, []

        def busy(*told, **more):
            asked.append(dt_util.utcnow())
            if len(asked) <= 3:
                raise OperationalError("SELECT", {}, Exception("database is locked"))
            return read(*told, **more)

        monkeypatch.setattr(recorded, "statistics_during_period", busy)
        caplog.clear()
        await home.set_up()
        await finished(hass, home.entry)
        runtime = home.entry.runtime_data
        assert not runtime.archive.filled
        pauses = [30, 60, 120]
        for number, pause_s in enumerate(pauses, start=1):
            assert len(asked) == number
            assert runtime.anomalies.looked_at is None
            freezer.tick(pause_s)
            async_fire_time_changed(hass)
            await hass.async_block_till_done()
            await finished(hass, home.entry)
        assert runtime.archive.filled
        assert len(runtime.archive.series("grid_import")) >= 7
        assert runtime.forecast.data.model("consumption") is Model.LEVEL
        assert [record.levelname for record in caplog.records if "is asked again" in record.message] == ["WARNING"]
        await home.unload()

    async def test_what_fails_while_a_site_is_unloaded_is_not_asked_again(self, hass, freezer, monkeypatch):
        home = RecordedHome(hass, freezer)
        await home.set_up()
        await finished(hass, home.entry)
        archive, asked = home.entry.runtime_data.archive, []
        await home.unload()

        def busy(*_told, **_more):
            asked.append(dt_util.utcnow())
            raise OperationalError("SELECT", {}, Exception("database is locked"))

        monkeypatch.setattr(recorded, "statistics_during_period", busy)
        await archive.fill()
        freezer.tick(HOUR)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert len(asked) == 1

    async def test_of_what_was_purged_the_hours_are_left_and_are_learned_from(self, hass, freezer):
        home = RecordedHome(hass, freezer)
        await home.set_up()
        await home.live(3 * HOUR + timedelta(minutes=6))
        await home.unload()
        await hass.services.async_call(RECORDER, "purge", {"keep_days": 0}, blocking=True)
        await async_wait_recording_done(hass)
        assert await home.changes("sensor.my_home_grid_import_energy", BEGAN, "5minute") == {}
        await home.set_up()
        await finished(hass, home.entry)
        runtime = home.entry.runtime_data
        assert runtime.archive.series("grid_import").wh[:8] == pytest.approx([WATTS / 4] * 8, abs=1)
        assert runtime.forecast.data.energy("consumption", 1).mid_wh == pytest.approx(24 * WATTS, rel=0.1)
        await home.unload()
