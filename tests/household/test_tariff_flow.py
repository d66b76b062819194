"""Typing what electricity costs: every choice is tried before it is kept, and what is wrong stands beside its field."""

import json
import string
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import AsyncMock

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlow
from homeassistant.core import SupportsResponse
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.sceop.config_flow import SceopConfigFlow
from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.tariff import Flat
from custom_components.sceop.flows.options import SiteOptionsFlow
from custom_components.sceop.flows.tariff import TariffSteps
from custom_components.sceop.terms import EntityMarket, HolidayPlace, PeriodTerms, SameAsImport, SpotTerms, Terms

FOLDER = Path(__file__).parents[2] / "custom_components/sceop"
TEXTS = json.loads((FOLDER / "translations/en.json").read_text())
EURO = {"unit_of_measurement": "EUR/kWh"}
PEAK = {
    "name": " Peak ",
    "price": 0.4,
    "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    "from": "07:00:00",
    "to": "23:00:00",
}
SHARING = {"sharing", "shares", "pause", "resume", "nickname", "forget"}
OF_THE_HUB = {"hub_silent", "nickname_refused"}
LATER = {"forecast", "warnings", "take_part", "together"}  # whoever sets a site up has no past and no community yet
OF_LATER = {"consent_missing", "quiet_half", "weather_missing", "weather_not_hourly"}
ADDED = {"surcharge": 0.1, "vat": 21}


@pytest.fixture(autouse=True)
def _options(monkeypatch, nothing_is_set_up):
    """Offer the options, and leave the set-up after them to other tests."""
    monkeypatch.setattr(SceopConfigFlow, "async_get_options_flow", staticmethod(lambda _entry: SiteOptionsFlow()))


@pytest.fixture
def entry(hass):
    hass.config.currency = "EUR"
    hass.config.country = "DE"
    entry = MockConfigEntry(domain=DOMAIN, title="My home", unique_id="site")
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def dialog(hass, entry):
    """Walk through the options by the names of menu entries; a form is answered with what it is given."""

    async def begin(*choices):
        step = await hass.config_entries.options.async_init(entry.entry_id)
        for choice in choices:
            step = await answer(step, next_step_id=choice)
        return step

    async def answer(step, **typed):
        result = await hass.config_entries.options.async_configure(step["flow_id"], typed)
        assert_told(result, "options")
        return result

    async def finish(step, *choices):
        for choice in choices:
            step = await answer(step, next_step_id=choice)
        await hass.async_block_till_done()
        assert step["type"] is FlowResultType.CREATE_ENTRY
        return Terms.from_options(entry.options)

    return SimpleNamespace(begin=begin, answer=answer, finish=finish)


@pytest.fixture
def nordpool(hass):
    """Stand in for the integration's action: it has no network here."""
    answers = SimpleNamespace(prices={"NL": [{"start": "", "end": "", "price": 50.0}]}, error=None)

    async def answer(call):
        if answers.error is not None:
            raise answers.error
        return answers.prices

    hass.services.async_register("nordpool", "get_prices_for_date", answer, supports_response=SupportsResponse.ONLY)
    other = MockConfigEntry(
        domain="nordpool", title="Nord Pool", entry_id="np", data={"areas": ["NL", "BE"], "currency": "EUR"}
    )
    mock_integration(hass, MockModule("nordpool", async_unload_entry=AsyncMock(return_value=True)))
    other.add_to_hass(hass)
    other.mock_state(hass, ConfigEntryState.LOADED)
    return answers


def assert_told(result, section):
    """Every field and every choice has its words, and nothing is left unfilled in them."""
    if result["type"] not in {FlowResultType.FORM, FlowResultType.MENU}:
        return
    texts = TEXTS[section]["step"][result["step_id"]]
    assert texts["title"]
    placeholders = dict(result["description_placeholders"] or {})
    texts["description"].format(**placeholders)
    if result["type"] is FlowResultType.MENU:
        assert set(result["menu_options"]) <= set(texts["menu_options"])
        return
    fields = set() if result["data_schema"] is None else {str(key) for key in result["data_schema"].schema}
    assert fields == set(texts.get("data", {})) == set(texts.get("data_description", {}))
    for key in (result["errors"] or {}).values():
        sentence = TEXTS[section]["error"][key]
        assert {name for _, name, _, _ in string.Formatter().parse(sentence) if name} <= placeholders.keys()


def suggested(form):
    return {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }


async def test_a_flat_price_and_what_export_earns(dialog, entry):
    form = await dialog.begin("tariff", "tariff_flat")
    assert suggested(form) == {"currency": "EUR"}
    menu = await dialog.answer(form, currency="EUR", price=0.3, demand_charge=4.5)
    assert menu["step_id"] == "export"
    form = await dialog.answer(menu, next_step_id="export_flat")
    terms = await dialog.finish(await dialog.answer(form, price=-0.01))
    assert entry.options == {
        "currency": "EUR",
        "tariff": {"kind": "flat", "price": "0.3", "demand_charge": "4.5"},
        "export": {"kind": "flat", "price": "-0.01"},
    }
    assert terms == Terms("EUR", Flat(Decimal("0.3")), Decimal("4.5"), Flat(Decimal("-0.01")))


async def test_a_form_shows_what_was_kept(dialog):
    form = await dialog.begin("tariff", "tariff_flat")
    await dialog.finish(await dialog.answer(form, currency="EUR", price=0.3, demand_charge=4.5), "export_same")
    assert suggested(await dialog.begin("tariff", "tariff_flat")) == {
        "currency": "EUR",
        "price": 0.3,
        "demand_charge": 4.5,
    }


async def test_each_subject_can_be_changed_alone(dialog):
    assert (await dialog.begin())["menu_options"] == ["tariff", "carbon", "forecast", "warnings"]
    form = await dialog.begin("tariff", "tariff_flat")
    await dialog.finish(await dialog.answer(form, currency="EUR", price=0.3), "export_same")
    assert (await dialog.begin())["menu_options"] == ["tariff", "export", "carbon", "forecast", "warnings"]
    form = await dialog.begin("tariff", "tariff_flat")
    terms = await dialog.finish(await dialog.answer(form, currency="EUR", price=0.4))
    assert (terms.tariff, terms.export) == (Flat(Decimal("0.4")), SameAsImport())
    terms = await dialog.finish(await dialog.begin("export", "export_none"))
    assert (terms.tariff, terms.export) == (Flat(Decimal("0.4")), None)


async def test_another_currency_asks_for_export_again(dialog):
    form = await dialog.begin("tariff", "tariff_flat")
    await dialog.finish(await dialog.answer(form, currency="EUR", price=0.3), "export_same")
    form = await dialog.begin("tariff", "tariff_flat")
    assert (await dialog.answer(form, currency="SEK", price=3))["step_id"] == "export"


async def test_a_currency_is_one_of_the_worlds(dialog):
    form = await dialog.begin("tariff", "tariff_flat")
    with pytest.raises(InvalidData, match="currency"):
        await dialog.answer(form, currency="EURO", price=0.3)


async def test_money_can_be_left_out_again(dialog, entry):
    form = await dialog.begin("tariff", "tariff_flat")
    await dialog.finish(await dialog.answer(form, currency="EUR", price=0.3), "export_same")
    assert await dialog.finish(await dialog.begin("tariff", "tariff_none")) == Terms()
    assert entry.options == {}


async def test_periods_are_kept_as_typed(dialog):
    form = await dialog.begin("tariff", "tariff_time_of_use")
    summer = {"season_from_month": "4", "season_from_day": 1, "season_to_month": "9", "season_to_day": 30}
    terms = await dialog.finish(
        await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK | summer]), "export_none"
    )
    assert isinstance(terms.tariff, PeriodTerms)
    (period,) = terms.tariff.periods
    assert (terms.tariff.base, period.name, period.amount) == (Decimal("0.2"), "Peak", Decimal("0.4"))
    assert period.weekdays == set(range(5))
    assert period.season is not None
    assert terms.holidays is None
    form = await dialog.begin("tariff", "tariff_time_of_use")
    assert suggested(form)["periods"] == [PEAK | summer | {"name": "Peak"}]


@pytest.mark.parametrize(
    ("periods", "error", "named"),
    [
        ([], "periods_missing", None),
        ([PEAK | {"weekdays": []}], "period_days", "Peak"),
        ([PEAK | {"name": "  "}], "period_name", None),
        ([PEAK | {"from": "07:10:00"}], "period_times", "Peak"),
        ([PEAK | {"season_from_month": "4"}], "period_season", "Peak"),
        (
            [PEAK | {"season_from_month": "4", "season_from_day": 31, "season_to_month": "9", "season_to_day": 1}],
            "period_season",
            "Peak",
        ),
        ([PEAK, PEAK | {"weekdays": ["sun"]}], "period_twice", "Peak"),
        ([PEAK, PEAK | {"name": "Noon", "from": "12:00:00", "to": "14:00:00"}], "period_hidden", "Noon"),
    ],
)
async def test_periods_must_make_sense(dialog, periods, error, named):
    form = await dialog.begin("tariff", "tariff_time_of_use")
    form = await dialog.answer(form, currency="EUR", base=0.2, periods=periods)
    assert form["errors"] == {"periods": error}
    assert named is None or form["description_placeholders"]["period"].strip() == named
    assert suggested(form)["periods"] == periods
    end = await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK])
    assert end["step_id"] == "export"


async def test_periods_that_share_hours_are_told_before_they_are_kept(dialog, entry):
    evening = PEAK | {"name": "Evening", "from": "18:00:00", "to": "23:30:00"}
    form = await dialog.begin("tariff", "tariff_time_of_use")
    sure = await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK, evening])
    assert sure["step_id"] == "tariff_overlap"
    assert sure["description_placeholders"] == {"periods": "- Peak / Evening"}
    assert not entry.options
    terms = await dialog.finish(await dialog.answer(sure), "export_none")
    assert isinstance(terms.tariff, PeriodTerms)
    assert [period.name for period in terms.tariff.periods] == ["Peak", "Evening"]


async def test_holidays_are_asked_for_only_where_they_count(dialog):
    form = await dialog.begin("tariff", "tariff_time_of_use")
    form = await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK | {"holidays": "like_sunday"}])
    assert form["step_id"] == "tariff_holidays"
    assert suggested(form) == {"country": "DE"}
    form = await dialog.answer(form, country="DE")
    assert form["step_id"] == "tariff_region"
    terms = await dialog.finish(await dialog.answer(form, subdivision="BY"), "export_none")
    assert terms.holidays == HolidayPlace("DE", "BY")
    form = await dialog.begin("tariff", "tariff_time_of_use")
    form = await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK | {"holidays": "never"}])
    again = await dialog.answer(form, country="DE")
    assert suggested(again) == {"subdivision": "BY"}
    assert (await dialog.finish(await dialog.answer(again))).holidays == HolidayPlace("DE", None)


async def test_a_country_without_parts_is_asked_for_none(dialog):
    form = await dialog.begin("tariff", "tariff_time_of_use")
    form = await dialog.answer(form, currency="EUR", base=0.2, periods=[PEAK | {"holidays": "never"}])
    terms = await dialog.finish(await dialog.answer(form, country="NL"), "export_none")
    assert terms.holidays == HolidayPlace("NL", None)


async def test_the_choices_inside_a_period_come_with_their_words(dialog):
    form = await dialog.begin("tariff", "tariff_time_of_use")
    (periods,) = (field for key, field in form["data_schema"].schema.items() if key == "periods")
    fields = periods.serialize()["selector"]["object"]["fields"]
    assert set(fields) == set(TEXTS["selector"]["period"]["fields"])
    for name in ("weekdays", "holidays", "season_from_month", "season_to_month"):
        for option in fields[name]["selector"]["select"]["options"]:
            assert option["label"] != option["value"]


async def test_an_entity_must_show_a_price_before_it_is_kept(hass, dialog):
    typed = {"currency": "EUR", "entity_id": "sensor.price", **ADDED}
    form = await dialog.begin("tariff", "tariff_entity")
    for state, unit, error in (
        (None, None, "entity_missing"),
        ("unavailable", "EUR/kWh", "entity_silent"),
        ("cheap", "EUR/kWh", "entity_no_number"),
        ("0.1", None, "unit_unknown"),
        ("0.1", "kW", "unit_unknown"),
        ("0.1", "SEK/kWh", "unit_currency"),
    ):
        if state is not None:
            hass.states.async_set("sensor.price", state, {} if unit is None else {"unit_of_measurement": unit})
        form = await dialog.answer(form, **typed)
        assert form["errors"] == {"entity_id": error}
    hass.states.async_set("sensor.price", "8.1", {"unit_of_measurement": "ct/kWh"})
    terms = await dialog.finish(await dialog.answer(form, **typed), "export_none")
    assert terms.tariff == SpotTerms(EntityMarket("sensor.price"), Decimal("0.1"), Decimal("1.21"))


async def test_export_and_carbon_entities_are_tried_too(hass, dialog):
    form = await dialog.begin("tariff", "tariff_flat")
    menu = await dialog.answer(form, currency="EUR", price=0.3)
    form = await dialog.answer(menu, next_step_id="export_entity")
    form = await dialog.answer(form, entity_id="sensor.export", **ADDED)
    assert form["errors"] == {"entity_id": "entity_missing"}
    hass.states.async_set("sensor.export", "0.1", EURO)
    terms = await dialog.finish(await dialog.answer(form, entity_id="sensor.export", **ADDED))
    assert terms.export == SpotTerms(EntityMarket("sensor.export"), Decimal("0.1"), Decimal("1.21"))
    hass.states.async_set("sensor.co2", "350", EURO)
    form = await dialog.answer(await dialog.begin("carbon", "carbon_entity"), entity_id="sensor.co2")
    assert form["errors"] == {"entity_id": "unit_carbon"}
    hass.states.async_set("sensor.co2", "350", {"unit_of_measurement": "gCO2eq/kWh"})
    terms = await dialog.finish(await dialog.answer(form, entity_id="sensor.co2"))
    assert terms.carbon == EntityMarket("sensor.co2")


async def test_carbon_may_be_one_figure_or_none(dialog):
    form = await dialog.begin("carbon", "carbon_fixed")
    assert (await dialog.finish(await dialog.answer(form, grams=350))).carbon == 350
    assert suggested(await dialog.begin("carbon", "carbon_fixed")) == {"grams": 350}
    assert (await dialog.finish(await dialog.begin("carbon", "carbon_none"))).carbon is None


async def test_nord_pool_is_offered_to_those_who_have_it(hass, dialog, nordpool):
    assert "tariff_nordpool" in (await dialog.begin("tariff"))["menu_options"]
    nordpool_entry = hass.config_entries.async_get_entry("np")
    nordpool_entry.mock_state(hass, ConfigEntryState.SETUP_RETRY)
    assert "tariff_nordpool" not in (await dialog.begin("tariff"))["menu_options"]


async def test_nord_pool_must_answer_before_it_is_kept(dialog, entry, nordpool):
    typed = {"currency": "EUR", "area": "np/NL", **ADDED}
    form = await dialog.begin("tariff", "tariff_nordpool")
    nordpool.error = ServiceValidationError("No connection.")
    form = await dialog.answer(form, **typed)
    assert form["errors"] == {"area": "nordpool_silent"}
    assert form["description_placeholders"]["sentence"] == "No connection."
    nordpool.error, nordpool.prices = None, {"NL": []}
    form = await dialog.answer(form, **typed)
    assert form["errors"] == {"area": "nordpool_empty"}
    form = await dialog.answer(form, **typed | {"currency": "GBP"})
    assert form["errors"] == {"area": "nordpool_currency"}
    nordpool.prices = {
        "NL": [{"start": "2026-06-10T00:00:00+02:00", "end": "2026-06-10T00:15:00+02:00", "price": 50.0}]
    }
    menu = await dialog.answer(form, **typed)
    form = await dialog.answer(menu, next_step_id="export_nordpool")
    await dialog.finish(await dialog.answer(form, area="np/NL", surcharge=-0.02, vat=0))
    assert entry.options["tariff"] == {
        "kind": "nordpool",
        "entry": "np",
        "area": "NL",
        "surcharge": "0.1",
        "vat": "21",
    }
    assert entry.options["export"]["surcharge"] == "-0.02"
    assert suggested(await dialog.begin("export", "export_nordpool"))["area"] == "np/NL"


async def test_set_up_goes_from_one_subject_to_the_next(hass):
    class Flow(TariffSteps, ConfigFlow):
        async def async_step_user(self, _typed=None):
            return await self.async_step_tariff()

        async def async_tariff_done(self, options):
            return self.async_create_entry(title="Mine", data={}, options=options)

    mock_platform(hass, f"{DOMAIN}.config_flow", None)

    async def answer(step, **typed):
        result = await hass.config_entries.flow.async_configure(step["flow_id"], typed)
        assert_told(result, "config")
        return result

    with mock_config_flow(DOMAIN, Flow):
        step = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        step = await answer(step, next_step_id="tariff_flat")
        step = await answer(step, currency="EUR", price=0.3)
        step = await answer(step, next_step_id="export_flat")
        step = await answer(step, price=0.1)
        assert step["step_id"] == "carbon"
        step = await answer(step, next_step_id="carbon_fixed")
        end = await answer(step, grams=300)
    assert set(end["options"]) == {"currency", "tariff", "export", "carbon"}


def test_set_up_and_options_say_the_same():
    steps = {key: text for key, text in TEXTS["options"]["step"].items() if key not in {"init", *LATER, *SHARING}}
    assert steps == {key: TEXTS["config"]["step"][key] for key in steps}
    errors = {key: text for key, text in TEXTS["options"]["error"].items() if key not in OF_THE_HUB | OF_LATER}
    assert errors.items() <= TEXTS["config"]["error"].items()


def test_every_sentence_about_terms_can_be_said():
    sources = "".join(path.read_text() for part in ("flows", "prices") for path in (FOLDER / part).glob("*.py"))
    assert [key for key in TEXTS["options"]["error"] if f'"{key}"' not in sources] == []
