"""What the hub tells a neighbour to press is what the integration's dialog calls it."""

import json
from pathlib import Path

import pytest

import custom_components.sceop
from sceop_hub.words import LANGUAGES, words

TRANSLATIONS = Path(custom_components.sceop.__file__).parent / "translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_an_invite_names_the_choice_in_the_dialog(language):
    dialogs = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    choice = dialogs["config"]["step"]["community"]["menu_options"]["hub"]
    assert choice in words(language)["join.step_open"]
