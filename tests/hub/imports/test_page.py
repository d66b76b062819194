"""The page about imports shows files that the hub really reads."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sceop_hub import imports
from sceop_hub.core.channels import is_channel
from sceop_hub.imports.hints import Hints
from sceop_hub.imports.understand import understand
from sceop_hub.words import words

PAGE = Path(__file__).parents[3] / "docs" / "import.md"
EXAMPLE = re.compile(r"<!-- import: (?P<said>.*?) -->\n```\w+\n(?P<file>.*?)```", re.DOTALL)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FOUND = [(found["said"], found["file"]) for found in EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]


def test_the_page_has_an_example_of_each_kind():
    assert len(FOUND) == 6
    assert PAGE.read_text(encoding="utf-8").count("```csv") + PAGE.read_text(encoding="utf-8").count("```xml") == 6


@pytest.mark.parametrize(("said", "file"), FOUND, ids=[said for said, _ in FOUND])
def test_an_example_comes_to_what_the_page_says(said, file):
    pairs = dict(part.split(" ", 1) for part in said.split("; "))
    hints = {name: value for name, value in pairs.items() if name in Hints.__dataclass_fields__}
    understood = understand(file.encode(), Hints(**hints), ZoneInfo("Europe/Amsterdam"), NOW)
    kwh = {series.channel: Decimal(sum(slot.wh for slot in series.slots)) / 1000 for series in understood.series}
    assert kwh == {name: Decimal(value) for name, value in pairs.items() if name not in hints}
    assert not understood.found.faults.rows


def test_every_reason_has_its_sentence():
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(imports.__file__).parent.glob("*.py"))
    notes = set(re.findall(r'\.note\("(\w+)"', sources))
    refused = set(re.findall(r'faults\.add\([^"]*"(\w+)"', sources)) | {"contradicts", "overlaps"}
    sentences = words("en")
    assert notes == {key.removeprefix("imports.note.") for key in sentences if key.startswith("imports.note.")}
    assert refused == {key.removeprefix("imports.refused.") for key in sentences if key.startswith("imports.refused.")}


@pytest.mark.parametrize(("said", "file"), FOUND, ids=[said for said, _ in FOUND])
def test_what_a_column_is_taken_for_is_a_word_or_a_channel(said, file):
    pairs = dict(part.split(" ", 1) for part in said.split("; "))
    hints = {name: value for name, value in pairs.items() if name in Hints.__dataclass_fields__}
    understood = understand(file.encode(), Hints(**hints), ZoneInfo("Europe/Amsterdam"), NOW)
    meanings = [column.meaning for column in understood.found.columns]
    known = {key.removeprefix("imports.meaning.") for key in words("en") if key.startswith("imports.meaning.")}
    assert [one for one in meanings if one.replace("-", "_") not in known and not is_channel(one)] == []
