"""Sheets as suppliers write them: one series of slots in any of their shapes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

WORDS = {
    "grid_import": ("grid_import", "Bezug", "Import", "Consommation", "1-0:1.8.0", "Afname"),
    "grid_export": ("grid_export", "Einspeisung", "Export", "Injection", "1-0:2.8.0", "Teruglevering"),
    "production": ("production", "PV-Erzeugung", "Solar", "Production", "Generation", "Opwek"),
}
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y")
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p")


@dataclass(frozen=True)
class Shape:
    """How a file is written."""

    form: str = "wide"
    """wide, long, or by day."""
    delimiter: str = ";"
    decimal: str = "."
    date: str = "%Y-%m-%d"
    time: str = "%H:%M"
    apart: bool = False
    """Date and time have a column each."""
    zone: str = "UTC"
    offset: bool = False
    unit: str = "kWh"
    words: int = 0
    newest_first: bool = False
    ends: bool = False
    counter: bool = False
    preamble: int = 0
    encoding: str = "utf-8"


def write(series, first, seconds, shape) -> bytes:
    """Write series (channel -> Wh or None, one after the other from an instant on) in some shape."""
    lines = _by_day(series, first, seconds, shape) if shape.form == "by day" else _by_row(series, first, seconds, shape)
    above = [f"Supplier's data, part {number + 1}" for number in range(shape.preamble)]
    return "\r\n".join([*above, *lines, ""]).encode(shape.encoding)


def figure(wh, shape, seconds) -> str:
    if wh is None:
        return ""
    per = {"Wh": Decimal(1), "kWh": Decimal("0.001"), "MWh": Decimal("0.000001")}
    amount = wh * per[shape.unit] if shape.unit in per else Decimal(wh) * 3600 / seconds
    text = f"{amount:f}"
    if shape.unit == "kWh" and "." not in text:
        text += ".000"
    return text.replace(".", shape.decimal)


def _by_row(series, first, seconds, shape):
    channels = list(series)
    headers = {channel: WORDS[channel][shape.words] for channel in channels}
    quote = '"' if shape.decimal == shape.delimiter == "," else ""
    label = "Bis" if shape.ends else "Start"
    when = ["Datum", "Bis" if shape.ends else "Zeit"] if shape.apart else [label]
    if shape.form == "long":
        head = [*when, "Kanal", f"Wert ({shape.unit})"]
    else:
        about = "Zählerstand " if shape.counter else ""
        head = [*when, *(f"{about}{headers[channel]} ({shape.unit})" for channel in channels)]
    rows = []
    counted = dict.fromkeys(channels, 98_765_432)
    longest = max(map(len, series.values()))
    for index in range(longest + shape.counter):
        at = when_of(first + timedelta(seconds=seconds * (index + (shape.ends and not shape.counter))), shape)
        cells = {}
        for channel in channels:
            values = series[channel]
            if shape.counter:
                if index:
                    counted[channel] += values[index - 1]
                cells[channel] = figure(counted[channel], shape, seconds)
            else:
                cells[channel] = figure(values[index] if index < len(values) else None, shape, seconds)
        if shape.form == "long":
            rows += [[*at, headers[channel], f"{quote}{cells[channel]}{quote}"] for channel in channels]
        else:
            rows.append([*at, *(f"{quote}{cells[channel]}{quote}" for channel in channels)])
    if shape.newest_first:
        rows.reverse()
    return [shape.delimiter.join(cells) for cells in [head, *rows]]


def when_of(instant, shape):
    local = instant.astimezone(ZoneInfo(shape.zone))
    date, time = local.strftime(shape.date), local.strftime(shape.time)
    if shape.offset:
        time += local.strftime("%z")
    return [date, time] if shape.apart else [f"{date} {time}"]


def _by_day(series, first, seconds, shape):
    (channel,) = series
    values = dict(enumerate(series[channel]))
    start = first.astimezone(UTC)
    midnight = start.replace(hour=0, minute=0)
    steps = 86_400 // seconds
    columns = [(midnight + timedelta(seconds=seconds * index)).strftime("%H:%M") for index in range(steps)]
    head = [f"Datum {WORDS[channel][shape.words]} ({shape.unit})", *columns]
    quote = '"' if shape.decimal == shape.delimiter == "," else ""
    days = -(-((start - midnight).seconds // seconds + len(values)) // steps)
    offset = (start - midnight).seconds // seconds
    rows = []
    for day in range(days):
        cells = [values.get(day * steps + index - offset) for index in range(steps)]
        date = (midnight + timedelta(days=day)).strftime(shape.date)
        rows.append([date, *(f"{quote}{figure(wh, shape, seconds)}{quote}" for wh in cells)])
    if shape.newest_first:
        rows.reverse()
    return [shape.delimiter.join(cells) for cells in [head, *rows]]


def at(text) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
