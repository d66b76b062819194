"""Links: the page that a notification opens, on the dashboard that this house draws by itself, where there is one."""

from homeassistant.components.lovelace.const import LOVELACE_DATA, ConfigNotFound
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..core.warnings.matter import Topic

STRATEGY = f"custom:{DOMAIN}"
DEFAULT_DASHBOARD = "lovelace"
VIEWS = {
    Topic.UPCOMING_PEAK: "forecast",
    Topic.UNUSUAL_CONSUMPTION: "forecast",
    Topic.SOLAR_FAULT: "solar",
    Topic.LIGHTS_AFTER_HOURS: "lights",
    Topic.HUB_MESSAGE: "community",
    Topic.PEAK_EVENT: "community",
    Topic.CHEER: "community",
}
"""The paths of the strategy's views; `frontend/www/views.js` draws them."""


async def link_to(hass: HomeAssistant, topic: Topic | None, entry_id: str, entity_id: str | None) -> str | None:
    """Return where to look: the view of a topic, or else the history of the event, which everybody may open."""
    view = "overview" if topic is None else VIEWS[topic]
    for path, dashboard in dict(hass.data[LOVELACE_DATA].dashboards if LOVELACE_DATA in hass.data else {}).items():
        try:
            config = await dashboard.async_load(force=False)
        except ConfigNotFound, HomeAssistantError:
            continue
        strategy = config.get("strategy", {})
        if strategy.get("type") != STRATEGY or strategy.get("site", entry_id) != entry_id:
            continue
        several = "site" not in strategy and len(hass.config_entries.async_entries(DOMAIN, include_ignore=False)) > 1
        return f"/{path or DEFAULT_DASHBOARD}/{f'{entry_id.lower()}-{view}' if several else view}"
    return None if entity_id is None else f"/history?entity_id={entity_id}"
