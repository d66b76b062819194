"""Checks of what the household ships: translations, icons, the quality scale, the core's copy, the version."""

import json

import pytest

from checks import (
    equal_cores,
    every_rule_answered,
    icons_for_all,
    one_app_config,
    one_version,
    pure_middles,
    same_keys_in_every_language,
)
from checks.quality_scale import RULES
from checks.versions import PLACES

HOUSEHOLD = "custom_components/sceop"
CORE = f"{HOUSEHOLD}/core"
ENGLISH = {"entity": {"sensor": {"peak": {"name": "Peak of {site}"}}}}


def language(name, texts):
    return {f"{HOUSEHOLD}/translations/{name}.json": json.dumps(texts, indent=1)}


def test_a_missing_translation_is_found(faults):
    (fault,) = faults(same_keys_in_every_language, language("en", ENGLISH) | language("de", {}))
    assert fault.endswith("entity.sensor.peak.name is missing here: translate it from en.json.")


def test_a_translation_of_nothing_is_found(faults):
    german = {"entity": {"sensor": {"peak": {"name": "Spitze {site}"}}}, "title": "x"}
    (fault,) = faults(same_keys_in_every_language, language("en", ENGLISH) | language("de", german))
    assert fault.endswith("title is not in en.json: remove it.")


def test_another_placeholder_is_found_where_it_stands(faults):
    german = {"entity": {"sensor": {"peak": {"name": "Spitze {ort}"}}}}
    (fault,) = faults(same_keys_in_every_language, language("en", ENGLISH) | language("de", german))
    assert fault.startswith(f"{HOUSEHOLD}/translations/de.json:5: entity.sensor.peak.name has other placeholders")


def test_equal_languages_pass(faults):
    assert faults(same_keys_in_every_language, language("en", ENGLISH) | language("de", ENGLISH)) == []


def test_an_entity_without_icon_and_an_icon_without_entity_are_found(faults):
    icons = {f"{HOUSEHOLD}/icons.json": json.dumps({"entity": {"sensor": {"paek": {"default": "mdi:x"}}}})}
    assert [fault.partition(": ")[2] for fault in faults(icons_for_all, language("en", ENGLISH) | icons)] == [
        "entity.sensor.peak is named in en.json and has no icon: give it one here.",
        "entity.sensor.paek has an icon and no name in en.json: name it there, or remove it here.",
    ]


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        (icons_for_all, [f"{HOUSEHOLD}/icons.json"]),
        (same_keys_in_every_language, [f"{HOUSEHOLD}/translations/en.json"]),
        (every_rule_answered, [f"{HOUSEHOLD}/quality_scale.yaml"]),
        (equal_cores, [CORE, "addon/sceop_hub/core"]),
        (pure_middles, [CORE, "addon/sceop_hub/core", "addon/sceop_hub/domain"]),
        (one_app_config, ["addon/config.yaml"]),
        (one_version, list(PLACES)),
    ],
)
def test_what_a_check_reads_is_there(faults, check, missing):
    assert faults(check, {"README.md": ""}) == [
        f"{path}:1: This is missing, and a check reads it: bring it back, or change the check." for path in missing
    ]


def test_there_are_54_rules():
    assert len(RULES) == 54


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("brands: finished", "brands is finished: it can be done, exempt or todo."),
        ("brands: todo", "brands is todo: say why in a comment."),
        ("brands: {status: exempt}", "brands is exempt: say why in a comment."),
        ("brads: done\n  brands: done", "There is no rule brads: remove it."),
        ("", "The rule brands is not answered: add it as done, exempt or todo."),
    ],
)
def test_a_rule_is_answered_and_argued(faults, answer, sentence):
    answers = "".join(f"  {rule}: done\n" for rule in RULES - {"brands"})
    (fault,) = faults(every_rule_answered, {f"{HOUSEHOLD}/quality_scale.yaml": f"rules:\n{answers}  {answer}\n"})
    assert fault.endswith(sentence)


def test_a_differing_copy_is_found(faults):
    files = {
        f"{CORE}/a.py": "1",
        f"{CORE}/b.py": "1",
        "addon/sceop_hub/core/a.py": "2",
        "addon/sceop_hub/core/c.py": "",
    }
    assert [fault.partition(":")[0] for fault in faults(equal_cores, files)] == [
        f"{CORE}/a.py",
        f"{CORE}/b.py",
        "addon/sceop_hub/core/c.py",
    ]


def test_a_differing_version_is_found(faults):
    files = {
        f"{HOUSEHOLD}/manifest.json": '{"domain": "sceop",\n"version": "0.1.0"}',
        "addon/config.yaml": "version: 0.1.0",
        "addon/pyproject.toml": '[project]\nversion = "0.2.0"',
        "addon/sceop_hub/__init__.py": '__version__ = "0.2.0"\n',
    }
    assert [fault.partition(" The ")[0] for fault in faults(one_version, files)] == [
        f"{HOUSEHOLD}/manifest.json:2:",
        "addon/config.yaml:1:",
    ]
