"""Every word that a person can come to read exists, and the manifest says what the code says."""

import json
import re
from pathlib import Path

import pytest

from custom_components.sceop import joining
from custom_components.sceop.const import DOMAIN, VERSION
from custom_components.sceop.sources.simulated import SiteKind

FOLDER = Path(joining.__file__).parent
ENGLISH = json.loads((FOLDER / "translations" / "en.json").read_text())
MANIFEST = json.loads((FOLDER / "manifest.json").read_text())


def test_every_problem_at_the_door_has_its_sentence():
    keys = {key for _, key in joining._PROBLEMS.values()} | {
        "hub_refused",
        "invite_unknown",
        "invite_used",
        "invite_expired",
    }
    later = {"quiet_half", "weather_missing", "weather_not_hourly"}  # asked only of whoever has a site already
    sharing = {"hub_silent", "nickname_refused"}  # only of whoever is a member
    terms = ENGLISH["options"]["error"].keys() - sharing - later  # what electricity costs is asked at set-up too
    assert keys | terms | {"name_missing", "name_taken", "consent_missing"} == ENGLISH["config"]["error"].keys()


def test_every_kind_of_home_has_its_name():
    assert {kind.value for kind in SiteKind} == ENGLISH["selector"]["home"]["options"].keys()


def test_every_field_is_explained():
    for step in ENGLISH["config"]["step"].values():
        assert step.get("data", {}).keys() == step.get("data_description", {}).keys()


def texts(words, above=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from texts(value, f"{above}.{key}")
        else:
            yield f"{above}.{key}", value


def test_there_are_six_languages():
    assert {path.stem for path in (FOLDER / "translations").glob("*.json")} == {"en", "de", "fr", "nl", "es", "hi"}


@pytest.mark.parametrize("language", ["de", "fr", "nl", "es", "hi"])
def test_a_language_says_everything_that_english_says_in_its_own_words(language):
    english = dict(texts(ENGLISH))
    own = dict(texts(json.loads((FOLDER / "translations" / f"{language}.json").read_text())))
    assert own.keys() == english.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", own[key])) == sorted(re.findall(r"{\w+}", text)), key
        assert own[key].strip(), key
        assert len(text.split()) < 4 or own[key] != text, key


def test_the_manifest():
    assert (MANIFEST["domain"], MANIFEST["version"]) == (DOMAIN, VERSION)
    assert list(MANIFEST) == ["domain", "name", *sorted(MANIFEST.keys() - {"domain", "name"})]
