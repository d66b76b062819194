"""Every warning has its words, with numbers, money and times as people of the language write them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from custom_components.sceop import anomalies
from custom_components.sceop.core.anomaly.anomaly import Anomaly, Cause, Kind
from custom_components.sceop.core.forecast.windows import Severity
from custom_components.sceop.core.ledger import Rules
from custom_components.sceop.core.warnings.matter import Matter, Topic
from custom_components.sceop.warnings.answers import Verb
from custom_components.sceop.warnings.costs import Money, a_month
from custom_components.sceop.warnings.words import Words
from tests.household.warnings.conftest import MORNING

FOLDER = Path(anomalies.__file__).parent
ENGLISH = json.loads((FOLDER / "translations" / "en.json").read_text())["common"]
ZONE = ZoneInfo("Europe/Amsterdam")
RULES = sorted((FOLDER / "core" / "anomaly").glob("*.py"))
CAUSES = {
    Kind.FROZEN: {Cause.SAME, Cause.NOTHING},
    Kind.BACKWARDS: {Cause.COUNTER, Cause.BALANCE},
    Kind.UNUSUAL: {Cause.MORE, Cause.LESS},
    Kind.LOW_PRODUCTION: {Cause.NOTHING, Cause.LESS, Cause.RATED},
}


def anomaly(kind=Kind.STUCK, cause=None, channel="consumption", wh_a_month=100_000):
    return Anomaly(kind, channel, MORNING - timedelta(days=1), MORNING, 140, wh_a_month, 0.9, cause)


def test_every_anomaly_has_its_title_its_text_and_what_to_look_at():
    for kind in Kind:
        for cause in CAUSES.get(kind, {None}):
            words = anomaly(kind, cause).words
            for key in (f"anomaly_{words}", f"anomaly_{words}_text", f"anomaly_{words}_look"):
                assert ENGLISH[key]


@pytest.mark.parametrize("kind", CAUSES)
def test_no_rule_has_a_cause_that_has_no_words(kind):
    told = [path.read_text() for path in RULES if f"Kind.{kind.name}, of" in path.read_text()]
    assert told
    used = {Cause[name] for text in told for name in re.findall(r"Cause\.([A-Z]+)", text)}
    assert used <= CAUSES[kind]


def test_every_button_has_its_words():
    assert {f"answer_{verb}" for verb in Verb} <= ENGLISH.keys()


@pytest.mark.parametrize("path", sorted((FOLDER / "translations").glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("key", ["peak_home", "peak_community", "calendar_mild", "calendar_serious"])
def test_what_exceeds_the_limit_is_told_as_a_chance_and_not_of_the_power_which_may_lie_below(path, key):
    text = json.loads(path.read_text())["common"][key]
    between = min(re.findall(r"(?<={limit}).*(?={probability})|(?<={probability}).*(?={limit})", text), key=len)
    assert not re.search(r"[.;:,(\u0964]", between)


def told(language, country=None, *, cost=4.2, since=MORNING - timedelta(days=1)):
    texts = json.loads((FOLDER / "translations" / f"{language}.json").read_text())["common"]
    facts = {
        "words": "stuck",
        "name": "Pump",
        "power_w": 1400,
        "since": since.isoformat(),
        "wh_a_month": 14_000,
        "cost_a_month": cost,
        "currency": "EUR",
    }
    matter = Matter(Topic.UNUSUAL_CONSUMPTION, "a", Severity.SERIOUS, MORNING, facts=facts)
    return Words(texts, language, country, ZONE).tell(matter, MORNING).message.replace("\u00a0", " ")


def test_in_english():
    assert told("en").startswith("Pump: since yesterday 12:00 about 1.4 kW more")
    assert "€4.20 a month" in told("en")
    assert "14 kWh a month" in told("en", cost=None)
    assert "yesterday 12:00 PM" in told("en", "US")
    assert "since 10:15 AM about" in told("en", "US", since=MORNING.replace(hour=8, minute=15))
    assert "since 2026-06-03 12:00 about" in told("en", since=MORNING - timedelta(days=7))


def test_in_german():
    assert told("de").startswith("Pump: Seit gestern 12:00 Uhr laufen etwa 1,4 kW mehr")
    assert "4,20 € im Monat" in told("de")
    assert "Seit 3.6. 12:00 Uhr" in told("de", since=MORNING - timedelta(days=7))


def rules(bought, sold=None):
    return Rules(
        zone=ZONE,
        flows=frozenset(),
        import_price=None if bought is None else lambda _slot: Decimal(bought),
        export_price=None if sold is None else lambda _slot: Decimal(sold),
        carbon=None,
        demand_per_kw=None,
    )


def test_what_a_month_costs():
    assert a_month(anomaly(), rules("0.3"), "EUR", MORNING) == Money(Decimal("30.00"), "EUR")
    assert a_month(anomaly(), rules(None), "EUR", MORNING) is None
    assert a_month(anomaly(wh_a_month=0), rules("0.3"), "EUR", MORNING) is None


def test_what_a_plant_does_not_make_would_at_least_have_been_sold():
    lost = anomaly(Kind.LOW_PRODUCTION, Cause.LESS, "production")
    assert a_month(lost, rules("0.3", "0.08"), "EUR", MORNING) == Money(Decimal("8.00"), "EUR")
    assert a_month(lost, rules("0.3"), "EUR", MORNING) == Money(Decimal("30.00"), "EUR")


def test_what_nobody_would_have_paid_for_is_no_money_lost():
    lost = anomaly(Kind.LOW_PRODUCTION, Cause.LESS, "production")
    assert a_month(lost, rules("0.3", "-0.01"), "EUR", MORNING) is None
    assert a_month(anomaly(), rules("-0.02"), "EUR", MORNING) is None
