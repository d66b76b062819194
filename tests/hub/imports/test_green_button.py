"""Green Button: what a utility hands out comes back exactly, and nothing in it can harm."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.slots import from_number
from sceop_hub.domain.refusal import Refusal
from sceop_hub.imports.hints import Hints
from sceop_hub.imports.understand import understand
from tests.hub.imports.sheets import at

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST = at("2026-11-01T00:00")

ENTRY = """<entry><link rel="self" href="{own}"/>{links}<content>{content}</content></entry>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">{}</feed>"""
POINT = "/espi/1_1/resource/Subscription/1/UsagePoint/1"


def entry(own, content, *links):
    return ENTRY.format(
        own=own, content=content, links="".join(f'<link rel="{rel}" href="{href}"/>' for rel, href in links)
    )


def usage_point(service=0):
    kind = f"<espi:ServiceCategory><espi:kind>{service}</espi:kind></espi:ServiceCategory>"
    return entry(POINT, f"<espi:UsagePoint>{kind}</espi:UsagePoint>")


def meter(number, values, first=FIRST, seconds=900, **kind):
    """A meter reading with its type and its blocks, a day each."""
    kind = {"uom": 72, "powerOfTenMultiplier": 0, "flowDirection": 1, "intervalLength": seconds} | kind
    own, its_type = f"{POINT}/MeterReading/{number}", f"/espi/1_1/resource/ReadingType/{number}"
    fields = "".join(f"<espi:{name}>{value}</espi:{name}>" for name, value in kind.items())
    start = int(first.timestamp())
    readings = [
        f"<espi:IntervalReading><espi:timePeriod><espi:duration>{seconds}</espi:duration><espi:start>"
        f"{start + index * seconds}</espi:start></espi:timePeriod><espi:value>{value}</espi:value>"
        "</espi:IntervalReading>"
        for index, value in enumerate(values)
        if value is not None
    ]
    blocks = [
        entry(
            f"{own}/IntervalBlock/{day}",
            f"<espi:IntervalBlock>{''.join(readings[day : day + 96])}</espi:IntervalBlock>",
            ("up", f"{own}/IntervalBlock"),
        )
        for day in range(0, len(readings), 96)
    ]
    return [
        entry(its_type, f"<espi:ReadingType>{fields}</espi:ReadingType>"),
        entry(own, "<espi:MeterReading/>", ("related", f"{own}/IntervalBlock"), ("related", its_type)),
        *blocks,
    ]


def feed(*entries):
    return FEED.format("".join(entries)).encode()


def read(content, **said):
    return understand(content, Hints(**said), ZoneInfo("UTC"), NOW)


def sums(understanding):
    return {series.channel: sum(slot.wh for slot in series.slots) for series in understanding.series}


values = st.lists(st.one_of(st.integers(0, 90_000), st.none()), min_size=1, max_size=200).filter(
    lambda values: any(value is not None for value in values)
)


@settings(max_examples=40, deadline=None)
@given(imported=values, exported=values, first=st.integers(1_100_000, 1_973_000))
def test_both_directions_come_back_exactly(imported, exported, first):
    start = from_number(first)
    content = feed(usage_point(), *meter(1, imported, start), *meter(2, exported, start, flowDirection=19))
    found = read(content)
    assert {series.channel: {slot.number: slot.wh for slot in series.slots} for series in found.series} == {
        channel: {first + index: wh for index, wh in enumerate(values) if wh is not None}
        for channel, values in (("grid_import", imported), ("grid_export", exported))
        if any(value is not None for value in values)
    }


@pytest.mark.parametrize(("power", "value"), [(3, 2), (0, 2000), (-3, 2_000_000)])
def test_values_are_counted_by_their_power_of_ten(power, value):
    assert sums(read(feed(*meter(1, [value] * 4, powerOfTenMultiplier=power)))) == {"grid_import": 8000}


def test_power_is_counted_over_its_interval():
    assert sums(read(feed(*meter(1, [1000] * 4, uom=38)))) == {"grid_import": 1000}


def test_a_register_is_read_as_what_went_through_it():
    found = read(feed(*meter(1, [5000, 5100, 5250, 5250], accumulationBehaviour=3)))
    assert [slot.wh for slot in found.series[0].slots] == [100, 150, 0]


def test_hours_are_split_and_said_to_be_estimates():
    found = read(feed(*meter(1, [1001, 3], seconds=3600)))
    assert sums(found) == {"grid_import": 1004}
    assert {slot.quality for slot in found.series[0].slots} == {"estimated"}


def test_what_is_neither_energy_nor_power_is_left_out_and_told():
    found = read(feed(*meter(1, [100] * 4), *meter(2, [3] * 4, uom=29)))
    assert sums(found) == {"grid_import": 400}
    assert [note.code for note in found.found.notes] == ["reading_left_out"]


def test_a_person_may_say_that_it_is_a_meter_of_something_else():
    assert sums(read(feed(*meter(1, [100] * 4)), channel="production")) == {"production": 400}


WHOLE = feed(usage_point(), *meter(1, [100] * 8))
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><feed xmlns="http://www.w3.org/2005/Atom">&c;</feed>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]><feed>&x;</feed>"""
UNLINKED = feed(
    *(
        part.replace("MeterReading/", "Somewhere/").replace("related", "via")
        for number in (1, 2)
        for part in meter(number, [1] * 4)
    )
)
REFUSED = {
    "document type": BOMB,
    "declares a document": OUTSIDE,
    "breaks off": WHOLE[: len(WHOLE) // 2],
    "no interval blocks": b"<html><body>Please log in</body></html>",
    "nested deeper": b"<a>" * 100 + b"</a>" * 100,
    "not about electricity": feed(usage_point(1), *meter(1, [100] * 4)),
    "lasts an hour or less": feed(*meter(1, [100] * 4, seconds=86_400)),
    "of which type": UNLINKED,
    "in Wh or W": feed(*meter(1, [3] * 4, uom=29)),
    "whole quarter": feed(*meter(1, [3], seconds=60)),
}


@pytest.mark.parametrize(("sentence", "content"), REFUSED.items(), ids=REFUSED)
def test_what_can_not_be_read_is_said_in_a_sentence(sentence, content):
    with pytest.raises(Refusal, match=sentence):
        read(content)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, len(WHOLE)), junk=st.binary(max_size=20))
def test_a_damaged_file_is_refused_or_read_but_never_breaks_the_reader(cut, junk):
    content = WHOLE[:cut] + junk + WHOLE[cut + len(junk) :]
    try:
        assert sum(sums(read(content)).values()) >= 0
    except Refusal as refusal:
        assert refusal.problem == "import"  # noqa: PT017 - either answer is right
