"""The form of a smart meter that is read through its customer port (P1)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import probatio
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_TYPE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..core.channels import GRID_EXPORT, GRID_IMPORT
from ..sources.p1 import CONF_KEY, Address, connected
from ..sources.telegrams import KEY, Flaw, Telegram, UnreadableError, read_telegram
from ..things import ThingKind
from . import Checked, Problem

TYPE = "p1"
PATIENCE = timedelta(seconds=25)
"""Two telegrams of the slowest meters, and a little."""
TRIES = 3
"""One telegram may be garbled on a long cable; three in a row are not."""
_PORT = 23
"""What most readers that are sold listen on."""

_FIELDS = {
    Flaw.GARBLED: "base",
    Flaw.NO_IMPORT: "base",
    Flaw.ENCRYPTED: CONF_KEY,
    Flaw.KEY_WRONG: CONF_KEY,
}


class P1Form:
    """Asks where the reader listens, and waits for a telegram, which itself shows of which kind the meter is."""

    type = TYPE
    kinds = frozenset({ThingKind.GRID_METER})

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self._patience = patience

    def schema(self, hass: HomeAssistant, kind: ThingKind) -> probatio.Schema:  # noqa: ARG002  # one kind, one form
        """Return the fields."""
        return probatio.Schema(
            {
                probatio.Required(CONF_HOST): TextSelector(),
                probatio.Required(CONF_PORT, default=_PORT): NumberSelector(
                    NumberSelectorConfig(min=1, max=65535, step=1, mode=NumberSelectorMode.BOX)
                ),
                probatio.Optional(CONF_KEY): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
            }
        )

    def suggested(self, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields of a meter that is there already."""
        return {field: source[field] for field in (CONF_HOST, CONF_PORT, CONF_KEY) if field in source}

    async def check(
        self,
        hass: HomeAssistant,  # noqa: ARG002  # the contract
        kind: ThingKind,  # noqa: ARG002  # likewise
        typed: Mapping[str, Any],
    ) -> Checked | Problem:
        """Wait for a telegram; it shows which flows the meter counts."""
        key = "".join(typed.get(CONF_KEY, "").split()) or None
        if key is not None and not KEY.fullmatch(key):
            return Problem(CONF_KEY, "p1_key_malformed")
        address = Address(typed[CONF_HOST].strip(), int(typed[CONF_PORT]))
        if not _is_host(address.host):
            return Problem(CONF_HOST, "p1_host_invalid")
        try:
            telegram = await self._first(address, key)
        except UnreadableError as error:
            return Problem(_FIELDS[error.flaw], f"p1_{error.flaw}")
        except TimeoutError:
            return Problem("base", "p1_silent", {"address": str(address)})
        except OSError as error:
            return Problem(CONF_HOST, "p1_unreachable", {"address": str(address), "sentence": str(error)})
        source = {CONF_TYPE: TYPE, CONF_HOST: address.host, CONF_PORT: address.port}
        flows = (GRID_IMPORT,) if telegram.export_mwh is None else (GRID_IMPORT, GRID_EXPORT)
        return Checked(source | ({CONF_KEY: key} if key else {}), flows, f"p1 {telegram.serial or address}")

    async def _first(self, address: Address, key: str | None) -> Telegram:
        """Return the first telegram that can be read."""
        refused = 0
        async with connected(address, self._patience) as line:
            while True:
                for frame in await line.next():
                    try:
                        return read_telegram(frame, key)
                    except UnreadableError as error:
                        refused += 1
                        if refused == TRIES or error.flaw is Flaw.ENCRYPTED:
                            raise


def _is_host(text: str) -> bool:
    """Tell whether the domain name system could have such a name."""
    try:
        return bool(text.encode("idna"))
    except UnicodeError:
        return False


P1_FORM = P1Form()
