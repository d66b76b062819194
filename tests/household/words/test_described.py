"""Every action, trigger and condition is described, named and drawn."""

import json
from pathlib import Path

import pytest
import yaml

from custom_components.sceop import condition, services, trigger

FOLDER = Path(services.__file__).parent
ENGLISH = json.loads((FOLDER / "translations" / "en.json").read_text())
ICONS = json.loads((FOLDER / "icons.json").read_text())
FIELDS = {action.name: {str(key) for key in action.schema.schema} for action in services.ACTIONS}
AIM = {"entity_id", "device_id", "area_id", "floor_id", "label_id"}


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("services", {action.name for action in services.ACTIONS}),
        ("triggers", set(trigger.TRIGGERS)),
        ("conditions", set(condition.CONDITIONS)),
    ],
)
def test_each_has_its_words_and_its_icon(file, names):
    described = {
        name: one for name, one in yaml.safe_load((FOLDER / f"{file}.yaml").read_text()).items() if name[0] != "."
    }
    assert described.keys() == ENGLISH[file].keys() == ICONS[file].keys() == names
    for name, one in described.items():
        words = ENGLISH[file][name]
        assert words["name"]
        assert words["description"]
        assert one["fields"].keys() == words["fields"].keys()
        assert all(field["name"] and field["description"] for field in words["fields"].values())


def test_what_an_action_takes_is_what_it_shows():
    described = yaml.safe_load((FOLDER / "services.yaml").read_text())
    for name, fields in FIELDS.items():
        assert fields - (AIM if "target" in described[name] else set()) == described[name]["fields"].keys()
