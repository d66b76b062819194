"""The balance of a site at this moment, as a response."""

from decimal import Decimal

from homeassistant.core import HomeAssistant
from homeassistant.util.json import JsonObjectType

from ..coordinator import SceopConfigEntry, SiteCoordinator
from ..core.channels import CONSUMPTION, consumption
from ..core.figures import Figures


def balance_of(entry: SceopConfigEntry) -> JsonObjectType:
    """Return what flows, what the day came to, and what cannot be seen. What is not known is null, never zero."""
    coordinator = entry.runtime_data.coordinator
    balance, figures = coordinator.data, coordinator.figures
    titles = {name: thing.thing.title for name, thing in coordinator.things.items()}
    answers = coordinator.answers
    flows: JsonObjectType = {
        flow: {
            "power_w": balance.watts.get(flow) if answers else None,
            "slot_wh": balance.running_wh.get(flow) if answers else None,
            "missing": [titles[thing] for thing in balance.silent.get(flow, ())],
        }
        for flow in coordinator.flows
    }
    return {
        "site": entry.title,
        "at": balance.at.isoformat(),
        "slot_start": figures.slot_start.isoformat(),
        "flows": flows,
        CONSUMPTION: {
            "power_w": balance.consumption_w if answers else None,
            "slot_wh": consumption(dict(balance.running_wh)) if answers else None,
        },
        "today": _today(coordinator, figures, coordinator.hass),
        "silent": [titles[name] for name, thing in coordinator.things.items() if not thing.last_update_success],
    }


def _today(coordinator: SiteCoordinator, figures: Figures, hass: HomeAssistant) -> JsonObjectType:
    rules, today = coordinator.prices.rules, figures.today
    buys, sells = rules.import_price is not None, rules.export_price is not None
    return {
        "since": today.start.isoformat(),
        "energy_wh": {flow: today.wh.get(flow) for flow in (*coordinator.flows, CONSUMPTION)},
        "self_sufficiency": _share(today.self_sufficiency),
        "self_consumption": _share(today.self_consumption),
        "currency": coordinator.terms.currency or hass.config.currency,
        "cost": _money(today.paid) if buys else None,
        "earnings": _money(today.credited) if sells else None,
        "savings": _money(today.savings) if buys else None,
    }


def _share(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)


def _money(amount: Decimal) -> float:
    """Round for the eye: JSON knows no decimals, and nobody adds these up into a bill."""
    return float(round(amount, 4))
