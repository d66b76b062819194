"""Repairs that ask something: whether this home agrees to figures of fewer homes. The others only want to be read."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .const import DOMAIN
from .flows.sharing import Typed, membership
from .hub.client import HubClient
from .hub.errors import HubError


async def async_create_fix_flow(
    hass: HomeAssistant, _issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the dialog of an issue: ours where a person decides, Home Assistant's own where they only read."""
    told = data or {}
    entry = hass.config_entries.async_get_entry(str(told.get("entry")))
    fewest = told.get("fewest_homes")
    if entry is None or not isinstance(fewest, int):
        return ConfirmRepairFlow()
    return FewerHomesFlow(entry, fewest)


class FewerHomesFlow(RepairsFlow):
    """Ask whether a home agrees that figures hold fewer homes. Without that its energy is in none of them."""

    def __init__(self, entry: ConfigEntry, fewest: int) -> None:
        super().__init__()
        self._entry, self._fewest = entry, fewest

    async def async_step_init(self, _typed: Typed = None) -> RepairsFlowResult:
        """Say what it means, and offer both answers."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        words = None if issue is None else issue.translation_placeholders
        return self.async_show_menu(step_id="init", menu_options=["agree", "stay_out"], description_placeholders=words)

    async def async_step_agree(self, _typed: Typed = None) -> RepairsFlowResult:
        """Tell the hub; with its answer the question is gone."""
        if (member := membership(self._entry)) is not None:
            try:
                client = HubClient.of(async_get_clientsession(self.hass), member)
                await client.tell(agreed_fewest=self._fewest)
            except HubError as error:
                return self.async_abort(reason="hub_silent", description_placeholders={"sentence": error.sentence})
        return self.async_create_entry(data={})

    async def async_step_stay_out(self, _typed: Typed = None) -> RepairsFlowResult:
        """Leave all as it is; the question stays, for whoever changes their mind."""
        return self.async_abort(reason="stays_out")
