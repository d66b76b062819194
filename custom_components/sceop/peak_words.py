"""What is said of a peak window, in the language of this Home Assistant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .core.warnings import numbers
from .peak_windows import PeakWindow, Whose

CATEGORY = "common"
"""The part of the translations that nothing but us reads."""


@dataclass(frozen=True, slots=True)
class PeakWords:
    """The words of one language."""

    texts: Mapping[str, str]
    language: str

    @classmethod
    async def of(cls, hass: HomeAssistant) -> Self:
        """Return those that this Home Assistant speaks; what a language lacks is told in English."""
        language, prefix = hass.config.language, f"component.{DOMAIN}.{CATEGORY}."
        loaded = await async_get_translations(hass, language, CATEGORY, integrations=[DOMAIN])
        return cls({key.removeprefix(prefix): text for key, text in loaded.items()}, language)

    def title(self, told: PeakWindow, community: str | None) -> str:
        """Say whose window it is, which must stand first: a calendar cuts the rest off, and how grave it is."""
        whose = self._say("calendar_site") if told.whose is Whose.SITE else community
        return self._say(f"calendar_title_{told.window.severity}", whose=whose or self._say("calendar_a_community"))

    def text(self, told: PeakWindow) -> str:
        """Say how high it is expected to come, and how likely that is."""
        window = told.window
        return self._say(
            f"calendar_{window.severity}",
            power=numbers.power(window.power_w, self.language),
            limit=numbers.power(window.limit_w, self.language),
            probability=numbers.share(window.probability, self.language),
        )

    def _say(self, word: str, **gaps: str) -> str:
        return self.texts.get(word, word).format(**gaps)
