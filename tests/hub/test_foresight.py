"""Foresight on the wire: the live line tells peaks and messages, and members who are trusted tell the weather."""

from datetime import timedelta

import pytest

from sceop_hub import notices, weather as trusting
from sceop_hub.domain.refusal import Refusal
from sceop_hub.domain.weather import Hour, hour_of
from sceop_hub.homeassistant import HomeAssistant
from sceop_hub.jobs.forecast import FORECASTING
from sceop_hub.store import members, weather
from tests.hub.forecasting import forecast, forecasting_hub
from tests.hub.harness import NOON, Answer, running, settings
from tests.hub.playing import home_assistant


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def put(hub, token, *hours, **when) -> Answer:
    body = {"hours": list(hours)} | when
    async with hub.session.put("/api/v1/weather", json=body, headers=bearer(token)) as answer:
        return Answer(answer.status, await answer.json(content_type=None))


def hour(ahead=1, **said):
    return {"start": (NOON + timedelta(hours=ahead)).isoformat(), "temperature_c": 5.5, "cloud": 0.5} | said


async def trusted(hub, *, on=True, **said):
    token = (await hub.ask_to_join(**said)).body
    household = await hub.hub.store.read(lambda books: members.record(books, token["household"]).household)
    await trusting.trust(hub.hub, "local", household, on=on)
    return token["token"], household


async def told_of(hub, ahead=1, at=None):
    first = hour_of(NOON) + ahead
    return await hub.hub.store.read(lambda books: weather.known(books, first, first + 1, at or hub.clock()))


async def test_the_peaks_are_told_when_the_line_opens_and_whenever_they_are_made_anew(tmp_path):
    async with forecasting_hub(tmp_path) as hub:
        token = await hub.join()
        async with hub.live(token) as socket:
            await forecast(hub)
            told = await socket.receive_json()
        assert told["type"] == "peaks"
        asked = (await hub.get("/api/v1/peaks", **bearer(token))).body
        assert told == {"type": "peaks"} | asked
        async with hub.live(token) as socket:
            assert await socket.receive_json() == told


async def test_a_message_of_the_coordinators_reaches_who_is_there_and_for_a_week_who_comes(hub):
    here, comes = await hub.join(), await hub.join()
    async with hub.live(here) as socket:
        await socket.send_str("heard?")
        await socket.receive_json()
        notice = await notices.tell(hub.hub, "local", " Tonight ", "The transformer is being changed.\nSwitch off.")
        told = await socket.receive_json()
    assert told == {
        "type": "notice",
        "id": notice.id,
        "at": "2026-11-20T12:00:00Z",
        "title": "Tonight",
        "text": "The transformer is being changed.\nSwitch off.",
    }
    hub.clock.pass_by(days=6)
    async with hub.live(comes) as socket:
        assert await socket.receive_json() == told
    hub.clock.pass_by(days=2)
    async with hub.drawing(comes, {"grid_import": 5}):
        pass  # the first that it hears is the answer to what it says


async def test_a_message_after_a_restored_backup_is_no_message_of_before(hub):
    lost = await notices.tell(hub.hub, "local", "Tonight", "The transformer is being changed.")
    again = await notices.tell(hub.hub, "local", "Tonight", "The transformer is being changed.")
    await hub.hub.store.write(lambda books: books.execute("DELETE FROM notice").rowcount)
    hub.clock.pass_by(minutes=1)
    new = await notices.tell(hub.hub, "local", "Tomorrow", "It is done.")
    assert len({lost.id, again.id, new.id}) == 3


@pytest.mark.parametrize(
    ("title", "text"), [("", "x"), ("x", " \n "), ("x" * 81, "x"), ("x", "y" * 1001), ("a\u202eb", "x")]
)
async def test_a_message_that_nobody_could_read_is_not_told(hub, title, text):
    with pytest.raises(Refusal):
        await notices.tell(hub.hub, "local", title, text)


async def test_weather_is_taken_from_whom_the_coordinator_trusts_and_from_nobody_else(hub):
    token = await hub.join()
    answer = await put(hub, token, hour())
    assert (answer.status, answer.problem) == (403, "weather-not-trusted")
    token, household = await trusted(hub)
    assert (await hub.get("/api/v1/me", **bearer(token))).body["weather"] is True
    assert (await put(hub, token, hour(wind_ms=3), hour(2, cloud=None))).body == {"stored": 2}
    assert await told_of(hub) == [Hour(hour_of(NOON) + 1, 5.5, 0.5, 3.0)]
    await trusting.trust(hub.hub, "local", household, on=False)
    assert (await put(hub, token, hour())).problem == "weather-not-trusted"
    assert await told_of(hub) == [], "what it told before is not believed either"
    assert (await hub.get("/api/v1/me", **bearer(token))).body["weather"] is False


async def test_a_forecast_of_the_weather_gives_way_to_a_newer_one_and_the_past_stays(hub):
    token, _ = await trusted(hub)
    await put(hub, token, hour(1, temperature_c=5))
    hub.clock.pass_by(minutes=50)
    await put(hub, token, hour(1, temperature_c=6))
    assert [one.temperature_c for one in await told_of(hub)] == [6]
    hub.clock.pass_by(hours=2)
    assert (await put(hub, token, hour(1, temperature_c=7))).body == {"stored": 0}
    assert [one.temperature_c for one in await told_of(hub)] == [6]


async def test_what_was_told_later_was_not_known_before(hub):
    token, _ = await trusted(hub)
    hub.clock.pass_by(minutes=30)
    await put(hub, token, hour())
    assert await told_of(hub, at=NOON) == []


async def test_what_was_known_at_midnight_stays_known_when_more_is_told_of_the_day(hub):
    token, _ = await trusted(hub)
    await put(hub, token, hour(20, temperature_c=5))
    hub.clock.pass_by(hours=1)
    await put(hub, token, hour(20, temperature_c=6))
    eve = hub.clock()
    hub.clock.pass_by(hours=18)
    await put(hub, token, hour(20, temperature_c=7))
    assert [one.temperature_c for one in await told_of(hub, 20)] == [7]
    assert [one.temperature_c for one in await told_of(hub, 20, at=eve)] == [6]
    assert await told_of(hub, 20, at=NOON) == [], "the last word of a day takes the place of those before it"


async def test_weather_that_was_forecast_before_is_known_from_then_on(hub):
    token, _ = await trusted(hub)
    made = NOON - timedelta(hours=30)
    assert (await put(hub, token, hour(-31), hour(-20), made=made.isoformat())).body == {"stored": 1}, "one was over"
    assert await told_of(hub, -20, at=made - timedelta(seconds=1)) == []
    assert len(await told_of(hub, -20, at=made)) == 1
    await put(hub, token, hour(2, temperature_c=7))
    await put(hub, token, hour(2, temperature_c=3), made=made.isoformat())
    assert [one.temperature_c for one in await told_of(hub, 2)] == [7], (
        "what was said later counts, not what came later"
    )


async def test_weather_that_is_forecast_in_the_time_to_come_was_forecast_now(hub):
    token, _ = await trusted(hub)
    await put(hub, token, hour(), made=(NOON + timedelta(days=3)).isoformat())
    assert len(await told_of(hub)) == 1
    assert (await put(hub, token, hour(), made="0001-01-01T00:00:00+14:00")).status == 422


@pytest.mark.parametrize("made", ["0001-01-01T00:00:00Z", "0001-01-01T10:00:00Z", "1800-01-01T00:00:00Z"])
async def test_weather_that_was_forecast_before_there_were_hubs_is_no_mistake_of_the_hubs(hub, made):
    token, _ = await trusted(hub)
    old = {"start": made, "cloud": 0.5}
    assert await put(hub, token, old, hour(), made=made) == Answer(200, {"stored": 0})


async def test_the_coordinators_own_weather_is_believed_before_a_members(hub):
    token, _ = await trusted(hub)
    own = [Hour(hour_of(NOON) + 1, 20.0, 0.1, 2.0)]
    await hub.hub.store.write(lambda books: weather.put(books, weather.OWN, hub.clock(), own, hub.hub.profile.zone))
    hub.clock.pass_by(minutes=5)
    await put(hub, token, hour())
    assert await told_of(hub) == own


async def test_what_the_coordinators_own_weather_does_not_tell_members_do(hub):
    token, _ = await trusted(hub)
    own = [Hour(hour_of(NOON) + 1, 20.0, None, None)]
    await hub.hub.store.write(lambda books: weather.put(books, weather.OWN, hub.clock(), own, hub.hub.profile.zone))
    await put(hub, token, hour(cloud=0.25, wind_ms=3))
    assert await told_of(hub) == [Hour(hour_of(NOON) + 1, 20.0, 0.25, 3.0)]


async def test_one_of_three_who_lies_last_is_not_believed(hub):
    honest = [await trusted(hub) for _ in range(2)]
    liar, _ = await trusted(hub)
    await put(hub, honest[0][0], hour(temperature_c=5, cloud=0.4))
    await put(hub, honest[1][0], hour(temperature_c=6, cloud=0.5, wind_ms=3))
    hub.clock.pass_by(minutes=10)
    await put(hub, liar, hour(temperature_c=40, cloud=0, wind_ms=None))
    assert await told_of(hub) == [Hour(hour_of(NOON) + 1, 6.0, 0.4, 3.0)]


async def test_who_fell_silent_half_a_day_ago_does_not_weigh_against_a_newer_forecast(hub):
    (silent, _), (speaks, _) = await trusted(hub), await trusted(hub)
    await put(hub, silent, hour(20, temperature_c=10))
    await put(hub, speaks, hour(20, temperature_c=4))
    assert [one.temperature_c for one in await told_of(hub, 20)] == [7]
    hub.clock.pass_by(hours=13)
    await put(hub, speaks, hour(20, temperature_c=5))
    assert [one.temperature_c for one in await told_of(hub, 20)] == [5]


@pytest.mark.parametrize(
    "said",
    [
        {"cloud": 50},
        {"wind_ms": -1},
        {"temperature_c": 300},
        {"start": "2026-11-20T13:00:00"},
        {"start": "9999-12-31T23:59:59-14:00"},
    ],
)
async def test_weather_that_can_not_be_is_refused(hub, said):
    token, _ = await trusted(hub)
    assert (await put(hub, token, hour(**said))).status == 422


async def test_the_weather_that_a_member_told_is_in_its_export_and_in_nobody_elses(hub):
    (token, _), (other, _) = await trusted(hub), await trusted(hub)
    await put(hub, token, hour(wind_ms=3), hour(2, cloud=None))
    hub.clock.pass_by(minutes=10)
    await put(hub, token, hour(2, temperature_c=6, cloud=None))
    told = (await hub.get("/api/v1/me/export", **bearer(token))).body
    assert told["columns_of_weather"] == ["start", "temperature_c", "cloud", "wind_ms", "told"]
    assert told["weather"] == [
        ["2026-11-20T13:00:00Z", 5.5, 0.5, 3.0, "2026-11-20T12:00:00Z"],
        ["2026-11-20T14:00:00Z", 6.0, None, None, "2026-11-20T12:10:00Z"],
    ]
    assert (await hub.get("/api/v1/me/export", **bearer(other))).body["weather"] == []
    async with hub.session.get("/api/v1/me/export?format=csv&of=weather", headers=bearer(token)) as answer:
        rows = (await answer.text()).splitlines()
    assert rows[1:] == [
        "2026-11-20T13:00:00Z,5.5,0.5,3.0,2026-11-20T12:00:00Z",
        "2026-11-20T14:00:00Z,6.0,,,2026-11-20T12:10:00Z",
    ]


async def test_of_whom_is_forgotten_no_weather_is_left(hub):
    token, household = await trusted(hub)
    await put(hub, token, hour())
    async with hub.session.delete("/api/v1/me", headers=bearer(token)) as answer:
        assert answer.status == 204
    assert await told_of(hub) == []
    assert await hub.hub.store.read(lambda books: weather.trusts(books, household.id)) is False


async def test_of_whom_the_coordinator_trusts_no_longer_no_weather_is_left(hub):
    token, household = await trusted(hub)
    await put(hub, token, hour())
    assert await told_of(hub) != []
    await trusting.trust(hub.hub, "local", household, on=False)
    assert await told_of(hub) == []


async def test_a_country_whose_holidays_nobody_knows_is_refused(hub):
    for said, field in (({"country": "XX"}, "country"), ({"country": "ES", "subdivision": "ZZ"}, "subdivision")):
        with pytest.raises(Refusal) as refused:
            await hub.hub.change_profile("local", **said)
        assert refused.value.field == field
    await hub.hub.change_profile("local", country="ES", subdivision="AN")
    assert (hub.hub.profile.country, hub.hub.profile.subdivision) == ("ES", "AN")


async def test_the_weather_of_the_coordinators_home_assistant_is_read_every_hour_in_its_own_units(tmp_path, caplog):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        played.units = {"temperature_unit": "°F", "wind_speed_unit": "mph"}
        played.weather = [
            {"datetime": "2026-11-20T13:00:00+00:00", "temperature": 50, "wind_speed": 10, "cloud_coverage": 40},
            {"datetime": "2026-11-20T14:00:00+00:00", "condition": "cloudy"},
        ]
        await hub.hub.change_profile("local", weather_entity="weather.home")
        await forecast(hub)
        (hour,) = await told_of(hub)
        assert (round(hour.temperature_c, 6), hour.cloud, round(hour.wind_ms, 4)) == (10.0, 0.4, 4.4704)
        assert [one.cloud for one in await told_of(hub, 2)] == [0.9]
        played.weather = []
        for _ in range(2):
            hub.clock.pass_by(hours=1)
            await forecast(hub)
        assert "tells no weather" in hub.app[FORECASTING].weather_trouble
        played.weather = [{"datetime": "2026-11-20T16:00:00+00:00", "temperature": 32}]
        hub.clock.pass_by(hours=1)
        await forecast(hub)
        assert hub.app[FORECASTING].weather_trouble is None
        assert [one.temperature_c for one in await told_of(hub, 4)] == [pytest.approx(0)]
    assert sum("The weather could not be read" in record.getMessage() for record in caplog.records) == 1


async def test_weather_that_is_told_by_half_hours_is_read(tmp_path):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        played.weather = [
            {"datetime": f"2026-11-20T13:{minute}:00+00:00", "temperature": degrees}
            for minute, degrees in (("00", 10), ("30", 12))
        ]
        await hub.hub.change_profile("local", weather_entity="weather.home")
        await forecast(hub)
        assert hub.app[FORECASTING].weather_trouble is None
        assert [one.temperature_c for one in await told_of(hub)] == [12]


async def test_a_weather_entity_that_is_gone_is_a_sentence(tmp_path):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        await hub.hub.change_profile("local", weather_entity="weather.elsewhere")
        await forecast(hub)
        assert hub.app[FORECASTING].weather_trouble == "Home Assistant answered 404 to states/weather.elsewhere."
        assert await HomeAssistant(played.at).weather_entities() == ["weather.home"]
