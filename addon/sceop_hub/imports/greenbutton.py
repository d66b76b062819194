"""Green Button: the XML in which utilities hand out what their meters counted (NAESB ESPI, REQ.21).

An entry's links tell what belongs together: interval blocks lie below a meter reading, which is related to its type. A
document type is refused before anything in it is read, so that no entity can be blown up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..core.channels import GRID_EXPORT, GRID_IMPORT
from . import MOST_FIGURES
from .found import LONGEST_STEP, Column, Flow, Found, Point
from .hints import Hints, refused
from .vocabulary import NET

_DEEPEST = 60

_ESPI = "http://naesb.org/espi"
_ATOM = "http://www.w3.org/2005/Atom"

_WH, _WATT = 72, 38
"""Units of measure by their numbers in ESPI."""

_FORWARD, _NET, _REVERSE, _TOTAL = 1, 4, 19, 20
_CHANNELS = {0: GRID_IMPORT, _FORWARD: GRID_IMPORT, _TOTAL: GRID_IMPORT, _NET: NET, _REVERSE: GRID_EXPORT}
_BULK, _CUMULATIVE = 1, 3
"""Kinds of accumulation in which a value is what the register showed."""

_ESTIMATED = {"7", "8", "9", "13", "17"}
"""Reading qualities: manually edited, estimated by three methods, other."""

_ELECTRICITY = "0"
_LARGEST_POWER = 12


@dataclass(frozen=True, slots=True)
class _Type:
    """What a series of readings is."""

    unit: int = _WH
    power_of_ten: int = 0
    direction: int = _FORWARD
    seconds: int | None = None
    accumulation: int | None = None


@dataclass(slots=True)
class _Feed:
    """The entries of a file that matter, by their addresses."""

    types: dict[str, _Type] = field(default_factory=dict)
    type_of: dict[str, str] = field(default_factory=dict)
    """The type's address by that of the meter reading."""
    blocks: list[tuple[str, Element]] = field(default_factory=list)
    """With the address of the meter reading, as far as links tell it."""
    services: set[str] = field(default_factory=set)


def is_xml(content: bytes) -> bool:
    """Tell whether a file begins as XML does."""
    return content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") or content[:6] in (
        b"\xff\xfe<\0?\0",
        b"\xfe\xff\0<\0?",
    )


def read_green_button(content: bytes, hints: Hints) -> Found:
    """Read a Green Button file; its times are instants, so no zone is needed."""
    feed = _feed_of(_parse(content))
    if not feed.blocks:
        raise refused("This XML has no interval blocks: the hub reads Green Button files with interval data.")
    if feed.services and _ELECTRICITY not in feed.services:
        raise refused("This Green Button file is not about electricity.")
    found = Found("green-button", unit="Wh")
    flows: list[Flow] = []
    readings: dict[tuple[str, _Type], list[Element]] = {}
    for reading, block in feed.blocks:
        readings.setdefault((reading, _type_for(feed, reading)), []).append(block)
    for (_, kind), blocks in readings.items():
        channel = _channel(kind, hints)
        if channel is None:
            found.note("reading_left_out", unit=kind.unit, direction=kind.direction)
            continue
        flows.append(_flow(found, kind, channel, blocks))
    if not flows:
        raise refused("None of its readings is energy or power of the grid connection, in Wh or W.")
    found.flows = flows
    return found


def _flow(found: Found, kind: _Type, channel: str, blocks: Iterable[Element]) -> Flow:
    counter = kind.accumulation in (_BULK, _CUMULATIVE)
    points, number = [], 0
    for block in blocks:
        for reading in block.iter(_tag("IntervalReading")):
            number += 1
            if number > MOST_FIGURES:
                raise refused(
                    "It has more than {most} readings of a kind: split it, by year for example.", most=MOST_FIGURES
                )
            point = _point(reading, kind, number, counter=counter)
            if point is None:
                found.faults.add(number, "incomplete")
            elif not counter and not 0 < point.seconds <= LONGEST_STEP:
                found.faults.add(number, "too_long", seconds=point.seconds)
            else:
                points.append(point)
    if number and not points:
        raise refused(
            "None of its readings lasts an hour or less: a longer one does not tell when the energy flowed. Ask your"
            " supplier for quarter-hourly or hourly data."
        )
    found.columns.append(Column(f"flow direction {kind.direction}", channel))
    return Flow(None, channel, points, counter)


def _point(reading: Element, kind: _Type, number: int, *, counter: bool) -> Point | None:
    start, value = _int(reading, "start"), _int(reading, "value")
    seconds = _int(reading, "duration")
    seconds = kind.seconds if seconds is None else seconds
    if start is None or value is None or (seconds is None and not counter):
        return None
    scale = 10**9 * (3600 if kind.unit == _WH else seconds or 0)
    amount = value * scale * 10 ** max(kind.power_of_ten, 0) // 10 ** max(-kind.power_of_ten, 0)
    quality = next((each.text for each in reading.iter(_tag("quality"))), None)
    return Point(start, 0 if counter else seconds or 0, amount, number, quality in _ESTIMATED)


def _channel(kind: _Type, hints: Hints) -> str | None:
    if kind.unit not in (_WH, _WATT) or abs(kind.power_of_ten) > _LARGEST_POWER:
        return None
    channel = _CHANNELS.get(kind.direction)
    return hints.only() if hints.only() and channel == GRID_IMPORT else channel


def _type_for(feed: _Feed, reading: str) -> _Type:
    known = feed.types.get(feed.type_of.get(reading, ""))
    if known is not None:
        return known
    if len(feed.types) > 1:
        raise refused("Its links do not tell of which type its readings are: the file may have been cut or edited.")
    return next(iter(feed.types.values()), _Type())


def _feed_of(root: Element) -> _Feed:
    feed = _Feed()
    for entry in root.iter(f"{{{_ATOM}}}entry"):
        links = [(link.get("rel"), _address(link.get("href"))) for link in entry.iter(f"{{{_ATOM}}}link")]
        own = next((href for rel, href in links if rel == "self"), "")
        up = next((href for rel, href in links if rel == "up"), "")
        for kind in entry.iter(_tag("ReadingType")):
            feed.types[own] = _reading_type(kind)
        for _ in entry.iter(_tag("MeterReading")):
            for rel, href in links:
                if rel == "related":
                    feed.type_of.setdefault(own, href)
                    if "ReadingType" in href:
                        feed.type_of[own] = href
        for block in entry.iter(_tag("IntervalBlock")):
            feed.blocks.append((_above(up or own), block))
        for category in entry.iter(_tag("ServiceCategory")):
            feed.services |= {each.text or "" for each in category.iter(_tag("kind"))}
    return feed


def _reading_type(kind: Element) -> _Type:
    default = _Type()
    direction = _int(kind, "flowDirection")
    unit = _int(kind, "uom")
    return _Type(
        default.unit if unit is None else unit,
        _int(kind, "powerOfTenMultiplier") or 0,
        default.direction if direction is None else direction,
        _int(kind, "intervalLength"),
        _int(kind, "accumulationBehaviour"),
    )


def _above(address: str) -> str:
    """Return the meter reading's address from that of the blocks below it."""
    head, found, _ = address.partition("/IntervalBlock")
    return head if found else address


def _address(href: str | None) -> str:
    return (href or "").rstrip("/")


def _tag(name: str) -> str:
    return f"{{{_ESPI}}}{name}"


def _int(element: Element, name: str) -> int | None:
    text = next((each.text for each in element.iter(_tag(name))), None)
    try:
        return None if text is None else int(text.strip()[:20])
    except ValueError:
        return None


def _parse(content: bytes) -> Element:
    """Read XML without what makes XML dangerous: no document type, so no entities, and nothing fetched."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def opened(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise refused("This XML is nested deeper than any Green Button file.")
        builder.start(_clark(tag), {name: value for name, value in attributes.items() if name in ("rel", "href")})

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_clark(tag))

    def document_type(*_: Any) -> None:  # noqa: ANN401 - expat tells what it likes
        raise refused("This XML declares a document type, which no Green Button file does: the hub does not read it.")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = document_type
    parser.EntityDeclHandler = document_type
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat's way to say that this is all
    except expat.ExpatError as error:
        raise refused(
            "The XML breaks off or is not well formed (line {line}): download the file again.", line=error.lineno
        ) from error
    return builder.close()


def _clark(tag: str) -> str:
    return f"{{{tag}" if "}" in tag else tag
