"""The form of a tariff's periods, and what can be wrong with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..core.tariff import OnHolidays, Period
from ..core.timetable import hidden, on_the_quarter
from ..terms import (
    CONF_BEGIN,
    CONF_END,
    CONF_NAME,
    CONF_ON_HOLIDAYS,
    CONF_PERIODS,
    CONF_PRICE,
    CONF_SEASON,
    CONF_WEEKDAYS,
    WEEKDAYS,
    period,
)
from . import Problem
from .amounts import as_number, as_text
from .market import PRICE

MIDNIGHT = "00:00:00"
MONTHS = tuple(str(month) for month in range(1, 13))
DAY = NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX, min=1, max=31))


async def periods_selector(hass: HomeAssistant) -> ObjectSelector:
    """Return the list of periods, each edited in a dialog of its own.

    Inside that dialog the frontend translates the names of fields but not of choices, so these come with their labels.
    """
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])

    def choices(key: str, values: Sequence[str]) -> list[SelectOptionDict]:
        prefix = f"component.{DOMAIN}.selector.{key}.options"
        return [SelectOptionDict(value=value, label=texts.get(f"{prefix}.{value}", value)) for value in values]

    days = SelectSelector(
        SelectSelectorConfig(options=choices("weekday", WEEKDAYS), multiple=True, mode=SelectSelectorMode.LIST)
    )
    month = SelectSelector(SelectSelectorConfig(options=choices("month", MONTHS), mode=SelectSelectorMode.DROPDOWN))
    on_holidays = SelectSelector(
        SelectSelectorConfig(options=choices("on_holidays", list(OnHolidays)), mode=SelectSelectorMode.DROPDOWN)
    )
    first_month, first_day, last_month, last_day = CONF_SEASON
    return ObjectSelector(
        ObjectSelectorConfig(
            multiple=True,
            label_field=CONF_NAME,
            description_field=CONF_PRICE,
            translation_key="period",
            fields={
                CONF_NAME: ObjectSelectorField(selector=TextSelector(), required=True),
                CONF_PRICE: ObjectSelectorField(selector=PRICE, required=True),
                CONF_WEEKDAYS: ObjectSelectorField(selector=days, required=True, default=list(WEEKDAYS)),
                CONF_BEGIN: ObjectSelectorField(selector=TimeSelector(), required=True, default=MIDNIGHT),
                CONF_END: ObjectSelectorField(selector=TimeSelector(), required=True, default=MIDNIGHT),
                CONF_ON_HOLIDAYS: ObjectSelectorField(selector=on_holidays, default=OnHolidays.AS_USUAL.value),
                first_month: ObjectSelectorField(selector=month),
                first_day: ObjectSelectorField(selector=DAY),
                last_month: ObjectSelectorField(selector=month),
                last_day: ObjectSelectorField(selector=DAY),
            },
        )
    )


def kept_periods(typed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return periods as the options keep them: money as text, nothing that is empty."""
    return [
        {key: value for key, value in one.items() if value is not None}
        | {CONF_NAME: " ".join(one[CONF_NAME].split()), CONF_PRICE: as_text(one[CONF_PRICE])}
        for one in typed
    ]


def shown_periods(kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return kept periods as the form shows them."""
    return [{**one, CONF_PRICE: as_number(one[CONF_PRICE])} for one in kept]


def check_periods(kept: Sequence[Mapping[str, Any]]) -> Sequence[Period] | Problem:
    """Return the periods, or the first thing that is wrong with them."""
    if not kept:
        return Problem(CONF_PERIODS, "periods_missing")
    periods: list[Period] = []
    for one in kept:
        try:
            read = period(one)
        except ValueError:
            return _problem("period_season", one[CONF_NAME])
        if (fault := _fault(read, periods)) is not None:
            return _problem(fault, read.name)
        periods.append(read)
    never = next(hidden(periods), None)
    return periods if never is None else _problem("period_hidden", never)


def _fault(one: Period, others: Sequence[Period]) -> str | None:
    """Return the key of what is wrong with a period beside those before it."""
    if not one.name:
        return "period_name"
    if one.name in {other.name for other in others}:
        return "period_twice"
    if not one.weekdays:
        return "period_days"
    return None if on_the_quarter(one) else "period_times"


def _problem(key: str, name: str) -> Problem:
    return Problem(CONF_PERIODS, key, {"period": name})
