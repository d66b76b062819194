"""The demo's own home in Home Assistant: set up as its dialogs would, and shown where a visitor looks first."""

import asyncio
from collections.abc import Mapping
from typing import Any

from .processes import POLL_S
from .state import Refused
from .visitor import Api, Json

DOMAIN = "sceop"
NAME = "Mill Cottage"

DASHBOARD = "dashboard-sceop"

SHOWN_FLOWS = ("consumption", "production", "grid_import", "grid_export", "battery_charge", "battery_discharge")

FLOW = "/api/config/config_entries/flow"
OPTIONS_FLOW = "/api/config/config_entries/options/flow"


async def sites(api: Api) -> list[str]:
    """Return the config entries of the integration."""
    entries = await api.get(f"/api/config/config_entries/entry?domain={DOMAIN}")
    return [entry["entry_id"] for entry in entries]


async def entities(api: Api) -> dict[str, str]:
    """Return the site's own entities by what they show; those of its things stand beside them."""
    everything = await api.command("config/entity_registry/list")
    return {
        entity["translation_key"]: entity["entity_id"]
        for entity in everything
        if entity["platform"] == DOMAIN and entity["config_subentry_id"] is None
    }


async def set_up(api: Api, hub_url: str, invite: str) -> None:
    """Answer the config flow: a simulated home with solar, a battery and a pump left on, which joins the hub."""
    flow = await api.post(FLOW, {"handler": DOMAIN})
    await _answer(api, flow, {"next_step_id": "simulated"})
    await _answer(api, flow, {"name": NAME, "home": "pump_left_on"})
    await _answer(api, flow, {"next_step_id": "hub"})
    await _answer(api, flow, {"address": hub_url, "code": invite, "member_name": NAME})
    end = await _answer(api, flow, {"agree": True})
    if end["type"] != "create_entry":
        raise Refused(f"The home could not join the hub: {end.get('errors') or end.get('reason')}")
    await _show(api)
    await show_dashboard(api)


async def follow_hub(api: Api, site: str, hub_url: str) -> None:
    """Tell a site that is a member where its hub is now, if it is elsewhere than before."""
    flow = await api.post(FLOW, {"handler": DOMAIN, "entry_id": site})
    if flow["type"] == "menu":
        form = await _answer(api, flow, {"next_step_id": "move"})
        if _suggested(form, "address").rstrip("/") != hub_url:
            await _answer(api, flow, {"address": hub_url})
            return
    await api.delete(f"{FLOW}/{flow['flow_id']}")


async def show_dashboard(api: Api) -> None:
    """Put the dashboard that builds itself into the sidebar, where an interrupted start may have put it already."""
    if DASHBOARD not in {dashboard["url_path"] for dashboard in await api.command("lovelace/dashboards/list")}:
        await api.command(
            "lovelace/dashboards/create",
            url_path=DASHBOARD,
            title="SCEOP",
            icon="mdi:home-lightning-bolt",
            show_in_sidebar=True,
            require_admin=False,
        )
    await api.command("lovelace/config/save", url_path=DASHBOARD, config={"strategy": {"type": "custom:sceop"}})


async def _show(api: Api) -> None:
    """Put the home's power on the overview, and its energy on the energy page."""
    mine = await entities(api)
    power = [mine[f"{flow}_power"] for flow in SHOWN_FLOWS]
    overview = {"favorite_entities": power, "hide_suggested_entities": True, "welcome_banner_dismissed": True}
    await api.command("frontend/set_system_data", key="home", value=overview)
    grid = {
        "type": "grid",
        "stat_energy_from": mine["grid_import_energy"],
        "stat_energy_to": mine["grid_export_energy"],
        "stat_cost": mine["grid_import_cost"],
        "stat_compensation": mine["grid_export_compensation"],
        "cost_adjustment_day": 0,
    }
    solar = {
        "type": "solar",
        "stat_energy_from": mine["production_energy"],
        "config_entry_solar_forecast": await sites(api),
    }
    battery = {
        "type": "battery",
        "stat_energy_from": mine["battery_discharge_energy"],
        "stat_energy_to": mine["battery_charge_energy"],
    }
    await api.command("energy/save_prefs", energy_sources=[grid, solar, battery])


async def choose(api: Api, site: str, subject: str, answer: Mapping[str, object]) -> None:
    """Answer one of the dialogs behind a site's cogwheel."""
    flow = await api.post(OPTIONS_FLOW, {"handler": site})
    path = f"{OPTIONS_FLOW}/{flow['flow_id']}"
    await api.post(path, {"next_step_id": subject})
    end = await api.post(path, answer)
    if end["type"] != "create_entry":
        raise Refused(f"The site does not take what was chosen under {subject}: {end.get('errors')}")


async def chosen(api: Api, site: str, subject: str, field: str) -> str:
    """Return what one of these dialogs shows as chosen; nothing is empty."""
    flow = await api.post(OPTIONS_FLOW, {"handler": site})
    form = await api.post(f"{OPTIONS_FLOW}/{flow['flow_id']}", {"next_step_id": subject})
    await api.delete(f"{OPTIONS_FLOW}/{flow['flow_id']}")
    return _suggested(form, field)


async def warn(api: Api, site: str, phone: str) -> None:
    """Choose a phone for the site's warnings, as soon as Home Assistant offers it there."""
    while True:
        flow = await api.post(OPTIONS_FLOW, {"handler": site})
        form = await api.post(f"{OPTIONS_FLOW}/{flow['flow_id']}", {"next_step_id": "warnings"})
        await api.delete(f"{OPTIONS_FLOW}/{flow['flow_id']}")
        targets = next(field for field in form["data_schema"] if field["name"] == "targets")
        options = targets["selector"]["select"]["options"]
        if (target := next((each["value"] for each in options if each["label"] == phone), None)) is not None:
            return await choose(api, site, "warnings", {"targets": [target]})
        await asyncio.sleep(POLL_S)


async def automate(api: Api, blueprint: str, load: str) -> None:
    """Make an automation of the blueprint that turns a load off in peak events, unless there is one."""
    mine = await entities(api)
    inputs = {"windows": [mine["peak_event"]], "ahead": [mine["next_event"]], "switches": [load]}
    config = {"alias": "Shift the boiler", "use_blueprint": {"path": blueprint, "input": inputs}}
    await api.post("/api/config/automation/config/shift_the_boiler", config)


async def _answer(api: Api, flow: Mapping[str, Any], answer: Mapping[str, object]) -> Json:
    return await api.post(f"{FLOW}/{flow['flow_id']}", answer)


def _suggested(form: Mapping[str, Any], name: str) -> str:
    """Return what a form proposes for a field."""
    field = next(field for field in form["data_schema"] if field["name"] == name)
    return str(field.get("description", {}).get("suggested_value", field.get("default", "")))
