"""Hints: what a person says about a file where it does not speak for itself, and for whom it is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..core.channels import FLOWS, is_channel
from ..core.quantities import ENERGY_UNITS, POWER_UNITS
from ..domain.names import can_be_read
from ..domain.refusal import Refusal
from ..domain.saying import Saying, saying

UNITS = (*ENERGY_UNITS, *POWER_UNITS)

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "unit": UNITS,
    "values": ("energy", "counter", "power"),
    "dates": ("day-first", "month-first"),
    "labels": ("start", "end"),
    "decimal": (",", "."),
}


LONGEST_NAME = 80


def refused(sentence: str | Saying, /, **given: object) -> Refusal:
    """Return the refusal of a file or of what was said about it."""
    return Refusal("import", saying(sentence, **given))


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person said; None where the file is to speak for itself.

    `channel` is one channel, or pairs such as `Bezug=grid_import, Netz=grid_export` for a file with several columns.
    """

    zone: str | None = None
    unit: str | None = None
    channel: str | None = None
    values: str | None = None
    dates: str | None = None
    labels: str | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        """Refuse what can not be meant."""
        if not (self.channel or "").isprintable():
            raise refused("The channel has signs that can not be seen: write it anew.")
        for name, allowed in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise refused(
                    "{hint} is one of {choices}; “{value}” is none of them.",
                    hint=name,
                    choices=", ".join(allowed),
                    value=value,
                )
        if self.zone is not None:
            self.clock()
        for channel in (*self.named().values(), *filter(None, [self.only()])):
            if not is_channel(channel):
                raise refused(
                    "“{channel}” is no channel: name one of {flows}, load.<name> or light.<zone>.",
                    channel=channel,
                    flows=", ".join(FLOWS),
                )

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """Read a form or the flags of a command; what is empty was not said."""
        said = {field.name: str(given.get(field.name) or "").strip() or None for field in fields(cls)}
        return cls(**said)

    def clock(self) -> ZoneInfo | None:
        """Return the zone in which the file's times are to be read, if one was named."""
        if self.zone is None:
            return None
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise refused("“{zone}” is no time zone; write one such as Europe/Amsterdam.", zone=self.zone) from error

    def only(self) -> str | None:
        """Return the channel of a file that has but one."""
        return self.channel if self.channel and "=" not in self.channel else None

    def named(self) -> dict[str, str]:
        """Return the channels by the columns that hold them, in small letters."""
        if not self.channel or "=" not in self.channel:
            return {}
        pairs = (part.rpartition("=") for part in self.channel.split(",") if part.strip())
        return {column.strip().casefold(): channel.strip() for column, _, channel in pairs}


@dataclass(frozen=True, slots=True)
class Target:
    """For whom a file is: a household of this hub, or one to be made by hand; neither, if the file itself says it."""

    household: str | None = None
    new: str | None = None

    def __post_init__(self) -> None:
        """Refuse to be asked for both, and a name that is none."""
        if self.household and self.new:
            raise refused("Choose a household of this hub or the name of a new one, not both.")
        if not all(name is None or can_be_read(name) for name in (self.household, self.new)):
            raise refused("A name has signs that can be seen, and no others.")
        if self.new is not None and not 1 <= len(self.new.strip()) <= LONGEST_NAME:
            raise refused("A household's name has 1 to {longest} signs.", longest=LONGEST_NAME)
