"""SCEOP: a home's electricity, understood at home and shared with a community as far as the home wants."""

from collections.abc import Mapping
from random import SystemRandom

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import flexible, issues, zones
from .anomalies import Anomalies
from .archive import Archive
from .const import CONF_HUB, DOMAIN, MOST_W, PLATFORMS
from .coordinator import SceopConfigEntry, SiteCoordinator, SiteRuntime
from .entity import make_devices
from .forecasting import ForecastCoordinator
from .frontend import open_dashboard
from .health import watch
from .hub import issues as hub_issues
from .hub.connection import HubConnection
from .hub.foresight import notices_store
from .hub.outbox import outbox_store
from .hub.promises import promises_store
from .hub.wire import Membership
from .importing import import_past
from .planning import Planning
from .services import async_setup_services
from .sources.memory import memory_store
from .sources.simulated import CONF_SIMULATED, meters
from .sources.table import create
from .storage import books_store, remove_all
from .thing import ThingCoordinator
from .things import ThingKind, things_of
from .warnings.desk import Desk
from .warnings.kept import Kept, warnings_store

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Bring what all sites share: their actions and their dashboard."""
    async_setup_services(hass)
    await open_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SceopConfigEntry) -> bool:
    """Set up a site. It works alone, and goes on while a meter or the hub is away."""
    assert entry.unique_id is not None  # every site is given one by the config flow
    site_id = entry.unique_id
    hub = await _connect(hass, entry)
    lit = await _zones(hass, entry)
    things = await _things(hass, entry, site_id, lit)
    archive = Archive(hass, site_id, [thing.thing for thing in things.values()])
    coordinator = SiteCoordinator(
        hass,
        entry,
        things,
        takers=(archive.take,) if hub is None else (archive.take, hub.take),
        rewinders=() if hub is None else (hub.outbox.come_back,),
    )
    await coordinator.async_config_entry_first_refresh()
    loads = await flexible.create(hass, entry)
    parts = [(thing.thing.id, thing.thing.title) for thing in things.values()]
    parts += [(load.id, load.title) for load in loads.values()]
    device_id = make_devices(hass, entry, site_id, parts)
    forecast = ForecastCoordinator(hass, entry, archive, SystemRandom())
    planning = Planning(hass, entry, loads, forecast, lambda: coordinator.prices.rules, hub)
    kept = await Kept.of(hass, entry.entry_id)
    own = [thing.thing for thing in things.values()]
    anomalies = Anomalies(hass, entry, archive, kept, own, lambda: coordinator.prices.rules, forecast)
    desk = Desk(hass, entry, kept, anomalies, lit, forecast)
    entry.runtime_data = SiteRuntime(
        site_id=site_id,
        device_id=device_id,
        coordinator=coordinator,
        hub=hub,
        zones=lit,
        archive=archive,
        forecast=forecast,
        anomalies=anomalies,
        desk=desk,
        planning=planning,
    )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    async def save(_event: Event) -> None:
        await coordinator.async_save()
        await forecast.save()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, save))
    # A coordinator reads only while somebody listens; slots must close even when every entity is disabled.
    entry.async_on_unload(coordinator.async_add_listener(lambda: None))
    entry.async_on_unload(entry.add_update_listener(_reload))
    entry.async_on_unload(watch(hass, entry))
    await forecast.open(None if hub is None else hub.foresight)
    entry.async_on_unload(coordinator.listen_prices(planning.make_soon))
    planning.open()
    anomalies.start()
    desk.start(None if hub is None else hub.foresight, None if hub is None else hub.together)
    entry.async_on_unload(archive.close)
    archive.be_patient()
    _reading = entry.async_create_background_task(hass, archive.fill(), f"sceop archive {entry.title}")
    _importing = entry.async_create_background_task(hass, import_past(hass, entry), f"sceop import {entry.title}")
    if hub is not None:
        entry.async_on_unload(hub.stop)
        hub.start(coordinator.past, coordinator.power, forecast.weather)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SceopConfigEntry) -> bool:
    """Write down what waits and where the meters stand, and unload a site.

    A slot that closed just now may still be on its way to the disk; what comes after must not read the file before.
    """
    if (hub := entry.runtime_data.hub) is not None:
        await hub.outbox.save()
    await entry.runtime_data.coordinator.async_save()
    await entry.runtime_data.forecast.save()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: SceopConfigEntry) -> None:
    """Leave nothing of a removed site behind, and no heat pump as its plan had set it."""
    await flexible.leave(hass, entry)
    await books_store(hass, entry.entry_id).async_remove()
    for thing in entry.subentries:
        await memory_store(hass, entry.entry_id, thing).async_remove()
    await warnings_store(hass, entry.entry_id).async_remove()
    await zones.remove(hass, entry.entry_id)
    await _forget_hub(hass, entry)
    await remove_all(hass, entry.entry_id)
    issues.forget(hass, entry.entry_id)


async def _reload(hass: HomeAssistant, entry: SceopConfigEntry) -> None:
    """Set the site up anew after any change; the one place that does."""
    hass.config_entries.async_schedule_reload(entry.entry_id)


async def _zones(hass: HomeAssistant, entry: SceopConfigEntry) -> dict[str, zones.Zone]:
    """Return the site's light zones, which follow their lamps from now on; or none, and no traces."""
    lit = [thing for thing in things_of(entry) if thing.kind is ThingKind.LIGHT_ZONE]
    if not lit:
        await zones.remove(hass, entry.entry_id)
    return {thing.id: await zones.create(hass, entry, thing) for thing in lit}


async def _things(
    hass: HomeAssistant, entry: SceopConfigEntry, site_id: str, lit: Mapping[str, zones.Zone]
) -> dict[str, ThingCoordinator]:
    """Return the site's things, each with the source that its subentry names."""
    simulation = await meters(hass, entry.data, site_id) if CONF_SIMULATED in entry.data else None
    return {
        thing.id: ThingCoordinator(hass, entry, thing, await create(hass, entry, thing, simulation, lit), MOST_W)
        for thing in things_of(entry)
    }


async def _connect(hass: HomeAssistant, entry: SceopConfigEntry) -> HubConnection | None:
    """Return the site's connection to its community, with what waits in its outbox; or nothing, and no traces."""
    if (kept := entry.data.get(CONF_HUB)) is None:
        await _forget_hub(hass, entry)
        return None
    return await HubConnection.create(hass, entry, Membership.from_json(kept), SystemRandom())


async def _forget_hub(hass: HomeAssistant, entry: SceopConfigEntry) -> None:
    """Remove what waited for a hub, and what was wrong with it."""
    await outbox_store(hass, entry.entry_id).async_remove()
    await notices_store(hass, entry.entry_id).async_remove()
    await promises_store(hass, entry.entry_id).async_remove()
    hub_issues.clear_all(hass, entry.entry_id)
