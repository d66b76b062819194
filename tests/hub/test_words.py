"""What the pages say: every word they use exists, and none stands anywhere else."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from sceop_hub.web.files import STATIC_FILES
from sceop_hub.words import LANGUAGES, words

TEMPLATES = {
    str(file.relative_to(folder)): file.read_text(encoding="utf-8")
    for folder in [Path(str(resources.files("sceop_hub.web"))) / "templates"]
    for file in sorted(folder.rglob("*.html"))
}
ENGLISH = words("en")
NAMES = {"SCEOP", "UTC"}
MOST_WORDS_OF_A_NAME = 3  # such short ones may be the same in two languages


def has(key: str) -> bool:
    return key in ENGLISH or f"{key}.other" in ENGLISH


def scripts_from(name: str, seen: set[str]) -> Iterator[str]:
    """Give a script of ours with all that it imports."""
    if name in seen or name.startswith("vendor/"):
        return
    seen.add(name)
    text = STATIC_FILES[name].read_text(encoding="utf-8")
    yield text
    for imported in re.findall(r'(?:from|import)\s*\(?"\./([^"]+)"', text):
        yield from scripts_from(imported, seen)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_of_a_page_exists(name):
    used = re.findall(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""", TEMPLATES[name])
    assert [key for key in used if not has(key)] == []


@pytest.mark.parametrize("name", [name for name, text in TEMPLATES.items() if 'id="words"' in text])
def test_every_word_of_a_page_s_scripts_exists(name):
    page = TEMPLATES[name]
    told = re.search(r'id="words">\{\{ script_words\(([^)]*)\)', page)
    prefixes = re.findall(r'"([\w.]+)"', told[1])
    seen: set[str] = set()
    text = "\n".join(
        part for script in re.findall(r'static\("([\w-]+\.js)"\)', page) for part in scripts_from(script, seen)
    )
    used = re.findall(r'\bwords\("(\w+)"', text)
    assert used
    assert [key for key in used if not any(has(f"{prefix}.{key}") for prefix in prefixes)] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_stands_in_a_template(name):
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|[\w-]+=\"[^\"]*\"|<[^>]*>", " ", TEMPLATES[name], flags=re.DOTALL)
    assert set(re.findall(r"[^\W\d_]{2,}", text)) - NAMES == set()


def test_a_sentence_about_a_number_is_said_of_one_and_of_many():
    of_many = [key.removesuffix(".other") for key in ENGLISH if key.endswith(".other")]
    assert [key for key in of_many if f"{key}.one" not in ENGLISH] == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_language_says_everything_that_english_says_in_its_own_words(language):
    own = words(language)
    assert own.keys() == ENGLISH.keys()
    for key, sentence in ENGLISH.items():
        assert own[key].strip(), key
        assert sorted(re.findall(r"\{(\w+)\}", own[key])) == sorted(re.findall(r"\{(\w+)\}", sentence)), key
        assert len(sentence.split()) <= MOST_WORDS_OF_A_NAME or own[key] != sentence, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_filled_in(language):
    for key, sentence in words(language).items():
        given = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "7")
        assert not set("{}") & set(sentence.format_map(given)), key
