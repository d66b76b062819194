"""Why a load was placed where it is, in the words of this Home Assistant."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from .coordinator import SceopConfigEntry
from .core.plan.plan import Placement, Reason
from .core.warnings import numbers
from .warnings.words import Words

MOST_REASONS = 2
"""Who asks why wants the reason, and not all that was weighed."""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The words, and the currency of the home where it is known what electricity costs."""

    words: Words
    currency: str | None

    @classmethod
    async def of(cls, hass: HomeAssistant, entry: SceopConfigEntry) -> Self:
        """Return those of a site."""
        planning = entry.runtime_data.planning
        words = await Words.of(hass, ZoneInfo(entry.data["time_zone"]))
        return cls(words, planning.currency if planning.priced else None)

    def why(self, place: Placement) -> str:
        """Return the first reasons as sentences."""
        return " ".join(self._sentence(reason, place) for reason in place.reasons[:MOST_REASONS])

    def _sentence(self, reason: Reason, place: Placement) -> str:
        price, at_once = place.facts.get("price"), place.facts.get("price_at_once")
        if reason is Reason.CHEAP and self.currency is not None and price is not None and at_once is not None:
            return self.words.say(
                "plan_cheap_price", price=self._money(price, self.currency), at_once=self._money(at_once, self.currency)
            )
        sun = place.facts.get("own_sun_share")
        if reason is Reason.OWN_SUN and sun is not None:
            return self.words.say("plan_own_sun_share", share=numbers.share(sun, self.words.language))
        return self.words.say(f"plan_{reason.value}")

    def _money(self, amount: float, currency: str) -> str:
        return numbers.money(Decimal(str(round(amount, 4))), currency, self.words.language)
