"""The quality scale is true: every rule is answered, and what a machine can check of an answer is checked."""

import json
from dataclasses import replace

import pytest
import yaml
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.setup import async_setup_component

from checks.quality_scale import RULES
from tests.household.quality import code, guide
from tests.household.quality.house import HOUSEHOLD, ROOT, House

CHECKS = {
    rule: getattr(part, name)
    for part in (code, guide)
    for rule in RULES
    if hasattr(part, name := rule.replace("-", "_"))
}
"""Each rule by the function that bears its name."""

PROVED_BY = {
    "config-flow-test-coverage": [
        ("test_config_flow.py", "test_a_home_joins_a_community"),
        ("test_config_flow.py", "test_trying_again_repeats_the_same_request"),
        ("test_tariff_flow.py", "test_set_up_goes_from_one_subject_to_the_next"),
        ("test_thing_flow.py", "test_the_error_stands_beside_its_field_and_nothing_is_kept"),
        ("lights/test_flow.py", "test_what_is_wrong_is_told_beside_its_field"),
    ],
    "log-when-unavailable": [
        ("hub/test_membership.py", "test_the_log_tells_once_that_it_is_away_and_once_that_it_is_back"),
        ("test_site.py", "test_a_silent_meter_is_unavailable_and_not_zero"),
        ("sources/test_p1.py", "test_a_lost_connection_is_made_again_and_left_to_the_thing_to_tell"),
    ],
    "dynamic-devices": [("test_thing_flow.py", "test_a_meter_is_read_as_soon_as_it_is_added")],
    "stale-devices": [
        ("test_site.py", "test_a_thing_that_is_removed_takes_its_device_along_and_the_sums_go_on"),
        ("test_site.py", "test_a_removed_site_leaves_nothing"),
    ],
}
"""What only behaviour shows: tests elsewhere that would fail."""

WITHOUT = {
    "action-setup": "services.yaml",
    "action-exceptions": "services.yaml",
    "docs-actions": "services.yaml",
    "docs-triggers": "triggers.yaml",
    "docs-conditions": "conditions.yaml",
}
"""Rules that nobody may be exempt from once this file exists."""


@pytest.fixture(scope="module")
def house():
    return House.of(ROOT)


@pytest.fixture(scope="module")
def answers(house):
    rules = house.keys("quality_scale.yaml")["rules"]
    return {rule: answer if isinstance(answer, dict) else {"status": answer} for rule, answer in rules.items()}


def test_every_rule_is_answered(answers):
    assert answers.keys() == RULES
    assert {answer["status"] for answer in answers.values()} <= {"done", "exempt", "todo"}


def test_whoever_is_not_done_says_why_in_a_sentence(answers):
    silent = [rule for rule, answer in answers.items() if answer["status"] != "done" and not _argued(answer)]
    assert silent == []


def _argued(answer):
    return len(answer.get("comment", "").split()) >= 8


def test_every_rule_has_a_check_or_a_proof_elsewhere():
    assert CHECKS.keys() | PROVED_BY.keys() == RULES
    assert CHECKS.keys().isdisjoint(PROVED_BY)


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_what_is_done_is_true_and_what_is_not_yet_is_not(house, answers, rule):
    faults = list(CHECKS[rule](house))
    match answers[rule]["status"]:
        case "done":
            assert faults == []
        case "todo":
            assert faults, f"{rule} is done: say so"


@pytest.mark.parametrize("rule", sorted(PROVED_BY))
def test_the_tests_that_prove_a_rule_exist(house, rule):
    for file, name in PROVED_BY[rule]:
        assert f"def {name}(" in house.text(f"tests/household/{file}")


@pytest.mark.parametrize("rule", sorted(WITHOUT))
def test_nobody_is_exempt_from_what_exists(house, answers, rule):
    assert not (answers[rule]["status"] == "exempt" and house.keys(WITHOUT[rule]))


def lose(path):
    return lambda house: house.with_file(path, None)


def edit(path, old, new=""):
    return lambda house: house.edited(path, old, new)


def ours(name, old, new=""):
    return edit(f"{HOUSEHOLD}/{name}", old, new)


def add(name, text):
    return lambda house: house.with_file(f"{HOUSEHOLD}/{name}", house.ours(name) + text)


def rename(old, new):
    """Call something else in every module."""

    def change(house):
        for name, _ in house.trees():
            if old in house.ours(name):
                house = house.edited(f"{HOUSEHOLD}/{name}", old, new)
        return house

    return change


def without(*path):
    """Take one text, or a branch of them, out of the English words."""

    def change(house):
        words = house.words()
        branch = words
        for key in path[:-1]:
            branch = branch[key]
        del branch[path[-1]]
        return house.with_file(f"{HOUSEHOLD}/translations/en.json", json.dumps(words))

    return change


def row(key, **kinds):
    def change(house):
        rows = [replace(each, **kinds) if each.key == key else each for each in house.descriptions]
        return replace(house, descriptions=tuple(rows))

    return change


LOUD = SensorEntityDescription(key="last_reading")
LISTENING = """
class Chatty(SiteEntity, SensorEntity):
    def __init__(self, entry):
        entry.async_on_unload(async_track_state_change_event(entry.hass, [], print))
"""
REGISTERING = """
async def async_setup_entry(hass, entry):
    hass.services.async_register("sceop", "dance", print)
"""
NEW = """
new_action:
  fields:
    zone:
      selector: {text: }
"""

SPOILED = [
    ("action-setup", add("extra.py", REGISTERING)),
    ("action-exceptions", add("services.py", "\ndef f():\n    raise ValueError(1)\n")),
    ("appropriate-polling", ours("const.py", "timedelta(seconds=10)", "timedelta(seconds=1)")),
    ("brands", lose(f"{HOUSEHOLD}/brand/icon.png")),
    ("common-modules", add("extra.py", "\nclass Lonely(SensorEntity): ...\n")),
    ("config-flow", without("config", "step", "hub", "data_description", "code")),
    ("dependency-transparency", ours("manifest.json", "holidays>=0.106", "git+https://example.org/holidays")),
    ("dependency-transparency", add("extra.py", "\nimport pytest\n")),
    ("docs-actions", add("services.yaml", NEW)),
    ("docs-triggers", add("triggers.yaml", NEW)),
    ("docs-conditions", add("conditions.yaml", NEW)),
    ("docs-high-level-description", lose("docs/README.md")),
    ("docs-use-cases", edit("docs/README.md", "## What people use it for", "## Uses")),
    ("docs-installation-instructions", edit("docs/installing.md", "Add integration", "Add")),
    ("docs-removal-instructions", edit("docs/installing.md", "## Remove it cleanly", "## Nothing")),
    ("docs-installation-parameters", edit("docs/installing.md", "**Invite code**", "**Code**")),
    ("docs-configuration-parameters", edit("docs/tariffs.md", "**Added to each kWh**", "the addition")),
    ("docs-supported-devices", edit("docs/sources.md", "802", "801")),
    ("docs-supported-devices", edit("docs/sources.md", "## Modbus (SunSpec)", "## Modbus")),
    ("docs-supported-functions", edit("docs/entities.md", "`standby_load`", "`idle_load`")),
    ("docs-supported-functions", edit("docs/entities.md", "| `standby_load` | W |", "| `standby_load` | kW |")),
    ("docs-supported-functions", row("standby_load", entity_registry_enabled_default=False)),
    ("docs-supported-functions", edit("docs/lights.md", "**Time to answer**", "Time to answer")),
    ("docs-data-update", edit("docs/data.md", "every ten seconds", "often")),
    ("docs-known-limitations", lose("docs/limits.md")),
    ("docs-examples", edit("docs/examples.md", "triggers:", "trigger:")),
    ("docs-troubleshooting", edit("docs/troubleshooting.md", "the hub refused readings", "it refused")),
    ("docs-troubleshooting", add("extra.py", '\nURL = "https://example.org/troubleshooting.md#nowhere"\n')),
    ("entity-event-setup", add("extra.py", LISTENING)),
    ("entity-unique-id", ours("entity.py", "self._attr_unique_id = _unique_id(entry, description)", "pass")),
    ("has-entity-name", ours("zone_entity.py", "_attr_has_entity_name = True", "_attr_has_entity_name = False")),
    ("has-entity-name", ours("light.py", "_attr_name = None", '_attr_name = "Zone"')),
    ("runtime-data", ours("__init__.py", "entry.runtime_data =", "hass.data[DOMAIN] =")),
    ("test-before-configure", add("flows/extra.py", "\nclass BlindForm:\n    def schema(self): ...\n")),
    ("test-before-setup", ours("__init__.py", "async_config_entry_first_refresh", "async_refresh")),
    ("unique-config-entry", ours("config_flow.py", "async_set_unique_id", "async_think_of_an_id")),
    ("config-entry-unloading", ours("__init__.py", "async_unload_platforms", "async_forget_platforms")),
    ("entity-unavailable", ours("zone_entity.py", "def available", "def there")),
    ("integration-owner", ours("manifest.json", '"@sceop"', '"nobody"')),
    ("parallel-updates", ours("switch.py", "PARALLEL_UPDATES = 0", "")),
    ("reauthentication-flow", rename("async_step_reauth_confirm", "async_step_again")),
    ("test-coverage", edit("checks/branches.py", "BAR = 95", "BAR = 90")),
    (
        "devices",
        ours("entity.py", "self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, thing.thing.id)})", "pass"),
    ),
    ("diagnostics", ours("diagnostics.py", "REDACTED", "CLEAR")),
    ("discovery", rename("async_step_hassio", "async_step_hub_app")),
    ("discovery-update-info", without("config", "abort", "already_a_member")),
    ("entity-category", row("last_sent", entity_category=None)),
    ("entity-device-class", row("grid_import_power", device_class=None)),
    ("entity-disabled-by-default", lambda house: replace(house, descriptions=(*house.descriptions, LOUD))),
    ("entity-device-class", row("runtime_today", device_class=SensorDeviceClass.ENERGY)),
    ("entity-translations", without("entity", "sensor", "standby_load")),
    ("entity-translations", row("standby_load", translation_key="idle_load")),
    ("exception-translations", add("extra.py", '\nraise HomeAssistantError("Something went wrong")\n')),
    ("exception-translations", without("exceptions", "source_silent")),
    ("icon-translations", ours("icons.json", '"standby_load"', '"idle_load"')),
    ("reconfiguration-flow", ours("flows/thing.py", "async_step_reconfigure", "async_step_change")),
    ("repair-issues", without("issues", "clock_apart", "description")),
    ("async-dependency", add("extra.py", "\nimport requests\n")),
    ("async-dependency", add("extra.py", "\ntime.sleep(1)\n")),
    ("inject-websession", add("extra.py", "\nsession = aiohttp.ClientSession()\n")),
    ("strict-typing", edit("pyproject.toml", "strict = true", "strict = false")),
    ("strict-typing", add("extra.py", "\nx = y  # type: ignore[no-any-return]\n")),
]


@pytest.mark.parametrize(("rule", "spoil"), SPOILED, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(SPOILED)])
def test_a_check_finds_what_is_spoiled(house, rule, spoil):
    before, after = list(CHECKS[rule](house)), list(CHECKS[rule](spoil(house)))
    assert set(after) - set(before)


def test_every_check_can_fail(answers):
    never = CHECKS.keys() - {rule for rule, _ in SPOILED}
    assert never <= {rule for rule, answer in answers.items() if answer["status"] == "todo"}


def test_every_link_within_the_guide_leads_somewhere(house):
    assert list(guide.dead_links(house)) == []
    moved = house.edited("docs/tariffs.md", "## The Energy dashboard", "## Energy")
    assert "docs/dashboard.md leads to tariffs.md#the-energy-dashboard, which does not exist" in guide.dead_links(moved)


async def test_every_example_is_an_automation_that_home_assistant_takes(hass, house):
    for domain in ("automation", "light", "switch", "sensor", "sceop"):
        await async_setup_component(hass, domain, {})
    for text in guide.examples(house):
        told = yaml.safe_load(text)
        taken = await async_validate_config_item(hass, told["alias"], told)
        assert taken.validation_error is None
