"""Words: what a warning says, in the language of this Home Assistant, with its numbers, its money and its clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..core.warnings import numbers
from ..core.warnings.matter import Matter, Topic

CATEGORY = "common"
"""The part of the translations that nothing but us reads."""
TWELVE_HOURS = frozenset({"AU", "CA", "PH", "US"})
"""Where people who read English write 6:00 PM."""
DATES = {
    "de": "{day}.{month}.",
    "es": "{day}/{month}",
    "fr": "{day}/{month}",
    "hi": "{day}/{month}",
    "nl": "{day}-{month}",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A title and a message."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language at one place."""

    texts: Mapping[str, str]
    language: str
    country: str | None
    zone: ZoneInfo

    @classmethod
    async def of(cls, hass: HomeAssistant, zone: ZoneInfo) -> Self:
        """Return those that this Home Assistant speaks; what a language lacks is told in English."""
        language = hass.config.language
        loaded = await async_get_translations(hass, language, CATEGORY, integrations=[DOMAIN])
        prefix = f"component.{DOMAIN}.{CATEGORY}."
        return cls(
            {key.removeprefix(prefix): text for key, text in loaded.items()}, language, hass.config.country, zone
        )

    def say(self, word: str, **gaps: str) -> str:
        """Return a text with its gaps filled."""
        return self.texts.get(word, word).format(**gaps)

    def tell(self, matter: Matter, now: datetime, *, again: bool = False) -> Told:
        """Return what is said of a matter."""
        match matter.topic:
            case Topic.UPCOMING_PEAK:
                return self._peak(matter, now, again=again)
            case Topic.LIGHTS_AFTER_HOURS:
                zone, since = str(matter.facts["zone"]), self._moment(str(matter.facts["since"]), now)
                return Told(self.say("lights_title", zone=zone), self.say("lights_text", zone=zone, since=since))
            case Topic.HUB_MESSAGE:
                return Told(str(matter.facts["title"]), str(matter.facts["text"]))
            case Topic.PEAK_EVENT:
                return self._event(matter, now)
            case Topic.CHEER:
                return self._cheer(matter, now)
        return self._anomaly(matter, now)

    def digest(self, matters: Sequence[Matter], site: str, now: datetime) -> Told:
        """Return what is said of several at once: a line for each."""
        lines = (self.tell(matter, now).message for matter in matters)
        return Told(self.say("digest_title", site=site), "\n".join(f"• {line}" for line in lines))

    def look_at(self, anomaly: str) -> str:
        """Return what a person should look at; an anomaly is named by its `words`."""
        return self.say(f"anomaly_{anomaly}_look")

    def title_of(self, anomaly: str) -> str:
        """Name an anomaly."""
        return self.say(f"anomaly_{anomaly}")

    def a_month(self, wh: int, cost: Decimal | None, currency: str | None) -> str | None:
        """Return what it comes to in a month, in money if that is known, or None where it comes to nothing."""
        if wh <= 0:
            return None
        if cost is not None and currency is not None:
            return numbers.money(cost, currency, self.language)
        return numbers.energy(wh, self.language)

    def _peak(self, matter: Matter, now: datetime, *, again: bool) -> Told:
        facts = matter.facts
        start, end = (datetime.fromisoformat(str(facts[edge])).astimezone(self.zone) for edge in ("start", "end"))
        gaps = {
            "start": self._clock(start),
            "end": self._clock(end),
            "power": numbers.power(float(facts["power_w"] or 0), self.language),
            "limit": numbers.power(float(facts["limit_w"] or 0), self.language),
            "probability": numbers.share(float(facts["probability"] or 0), self.language),
            "day": self._day(start.date(), now),
        }
        title = "peak_soon_title" if again else "peak_title"
        return Told(_sentence(self.say(title, **gaps)), _sentence(self.say(f"peak_{facts['whose']}", **gaps)))

    def span(self, start: datetime, end: datetime, now: datetime) -> str:
        """Return a stretch of time as people speak of it."""
        begin, finish = (each.astimezone(self.zone) for each in (start, end))
        gaps = {"day": self._day(begin.date(), now), "start": self._clock(begin), "end": self._clock(finish)}
        return self.say("event_span", **gaps)

    def _event(self, matter: Matter, now: datetime) -> Told:
        facts = matter.facts
        when, said = self._span(matter, now), str(facts["said"])
        target = facts["target_percent"]
        if said == "declined":
            return Told(self.say("event_declined_title", when=when), str(facts["sentence"]))
        gaps = {"when": when, "target": "" if target is None else numbers.share(float(target) / 100, self.language)}
        text = self.say(f"event_{said}" if target is not None else f"event_{said}_anyhow", **gaps)
        whole = " ".join(filter(None, (_sentence(text), str(facts["text"] or ""))))
        return Told(_sentence(self.say(f"event_{said}_title", **gaps)), whole)

    def _cheer(self, matter: Matter, now: datetime) -> Told:
        """Say good news; of a kind that this version does not know, only that there are some."""
        facts = matter.facts
        gaps = {name: str(value) for name, value in facts.items()}
        kind = gaps["kind"]
        if kind == "badge":
            gaps["name"] = self.texts.get(f"badge_{gaps.get('badge')}", gaps.get("badge", ""))
        try:
            if kind in {"saved", "took_part"}:
                gaps["when"] = self._span(matter, now)
                for edge in ("low", "mid", "high"):
                    gaps[edge] = numbers.energy(int(facts[f"{edge}_wh"] or 0), self.language)
            return Told(self.say("cheer_title"), _sentence(self.texts[f"cheer_{kind}"].format(**gaps)))
        except KeyError, OverflowError, ValueError:  # a hub may call anything by a name that is ours
            return Told(self.say("cheer_title"), self.say("cheer_other"))

    def _span(self, matter: Matter, now: datetime) -> str:
        start, end = (datetime.fromisoformat(str(matter.facts[edge])) for edge in ("start", "end"))
        return self.span(start, end, now)

    def _anomaly(self, matter: Matter, now: datetime) -> Told:
        facts = matter.facts
        anomaly, power_w = str(facts["words"]), int(facts["power_w"] or 0)
        gaps = {
            "name": str(facts["name"]),
            "power": numbers.power(abs(power_w), self.language),
            "since": self._moment(str(facts["since"]), now),
        }
        cost = None if facts["cost_a_month"] is None else Decimal(str(facts["cost_a_month"]))
        currency = facts["currency"]
        month = self.a_month(int(facts["wh_a_month"] or 0), cost, None if currency is None else str(currency))
        sentences = [self.say(f"anomaly_{anomaly}_text", **gaps)]
        sentences += [] if month is None else [self.say("anomaly_goes_on", amount=month)]
        return Told(self.title_of(anomaly), " ".join([*sentences, self.look_at(anomaly)]))

    def _moment(self, text: str, now: datetime) -> str:
        """Return a moment that lies back as people speak of it."""
        local = datetime.fromisoformat(text).astimezone(self.zone)
        if local.date() == now.astimezone(self.zone).date():
            return self._clock(local)
        return self.say("moment", day=self._day(local.date(), now), time=self._clock(local))

    def _day(self, day: date, now: datetime) -> str:
        today = now.astimezone(self.zone).date()
        names = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
        if day in names:
            return self.say(names[day])
        pattern = DATES.get(self.language.partition("-")[0])
        return day.isoformat() if pattern is None else pattern.format(day=day.day, month=day.month)

    def _clock(self, local: datetime) -> str:
        if self.language.partition("-")[0] == "en" and self.country in TWELVE_HOURS:
            return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon
        return f"{local:%H:%M}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
