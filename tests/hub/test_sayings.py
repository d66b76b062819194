"""What the hub's own code says to people: English where it is raised, and the same in five more languages at a page."""

import ast
import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from sceop_hub.domain.refusal import Refusal
from sceop_hub.domain.saying import Saying, saying
from sceop_hub.words import LANGUAGES, sayings, speaker

HUB = Path(str(resources.files("sceop_hub")))
OTHERS = [language for language in LANGUAGES if language != "en"]

SAYERS = {
    "saying": 0,
    "refused": 0,
    "Refusal": 1,
    "RestoreError": 1,
    "BackupError": 0,
    "DamagedError": 0,
    "PassphraseError": 0,
    "NoLakeFileError": 0,
}
"""Whoever says something, and where the sentence stands among what they are called with."""

PASSED_ON = {
    "domain/refusal.py": "a refusal's own sentence becomes its saying",
    "backup/backups.py": "what the process for backups said; and the passphrase, for which the page has its own word",
    "backup/make.py": "a kind of refusal hands its sentence on",
    "backup/restore.py": "what is wrong with the file is what is wrong with the restore",
    "backup/sealed.py": "a kind of refusal hands its sentence on",
    "imports/from_pages.py": "what the process for imports said",
    "imports/hints.py": "a kind of refusal hands its sentence on",
    "imports/lakefile.py": "what is wrong with the file is what is wrong with the import",
    "imports/sheet.py": "a table of sayings, each of which is looked at here",
    "lake/parquet.py": "a kind of refusal hands its sentence on",
    "web/views/backups.py": "what became of the work that the page looks on",
}
"""Where a sentence is not written but was written elsewhere, and why that is well."""

FOR_PROGRAMS = {
    "api/limits.py": "only households send readings",
    "backtest/command.py": "said at the command line",
    "backtest/looking.py": "said at the command line",
    "backtest/meters.py": "said at the command line",
    "backtest/parquetfile.py": "said at the command line",
    "backtest/place.py": "said at the command line",
    "backtest/published.py": "said at the command line",
    "backtest/reading.py": "said at the command line",
    "backtest/results.py": "said at the command line",
    "backtest/run.py": "said at the command line",
    "backtest/skies.py": "said at the command line",
    "backtest/weatherfile.py": "said at the command line",
    "api/events.py": "only households answer events",
    "api/foresight.py": "only households tell the weather",
    "api/game.py": "only households play over the wire",
    "broadcast.py": "the script of an open page asks for the stream, and shows that it waits",
    "api/live.py": "only households open the live line",
    "api/plan.py": "only households ask for places in the plan",
    "api/probes.py": "probes are asked by programs",
    "api/wire.py": "only programs speak the wire",
    "auth/tokens.py": "only households have such tokens",
    "domain/event/answering.py": "only households answer events",
    "domain/readings.py": "only households send readings",
    "domain/reservation.py": "only households ask for places in the plan",
    "store/retention.py": "only households send readings",
}
"""Modules whose refusals no page can meet: they stay in English, as the wire is."""

NEVER_ON_A_PAGE = {
    "This reward cannot be had at this time. Look at the list again.": "a household redeems over the wire",
    "All pieces of this reward are taken. Your points are untouched.": "a household redeems over the wire",
    "This reward costs {cost} points, and you have {balance}. Your points are untouched.": "as above",
    "This request was for another reward. Name each attempt by a request of its own.": "as above",
    "This challenge is over. The next one is announced to everybody.": "a household joins over the wire",
    "A nickname has 1 to {longest} characters.": "a household chooses it over the wire",
    "A nickname holds no signs that are invisible or that turn the direction of writing. Type it anew instead of"
    " pasting it.": "a household chooses it over the wire",
    "A nickname holds no piled up marks. Choose a plainer one.": "a household chooses it over the wire",
    "A nickname needs at least one sign that can be seen.": "a household chooses it over the wire",
    "Another household has this nickname already. Choose another one.": "a household chooses it over the wire",
    "This request to join was answered and its token is in use. Start joining anew.": "households join over the wire",
    "This hub knows no such invite code. Check it for typing mistakes.": "households join over the wire",
    "No hub keeps its data in {data}. Name the folder that `sceop-hub serve` was given.": "said at the command line",
    "There is no folder {folder} for the backup. Make it first.": "said at the command line",
}
OF_THE_WIRE_TOO = {"store/invites.py": "a code is used over the wire, with the day on which it was used before"}


def said_in(file: Path) -> Iterator[ast.expr]:
    """Give every sentence that a module says."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            place = SAYERS.get(name)
            if place is not None and len(call.args) > place:
                yield call.args[place]


SAID = {
    name: list(said_in(file))
    for file in sorted(HUB.rglob("*.py"))
    if (name := file.relative_to(HUB).as_posix()) not in FOR_PROGRAMS and not name.startswith("domain/saying")
}
SENTENCES = {
    one.value
    for sentences in SAID.values()
    for one in sentences
    if isinstance(one, ast.Constant) and one.value not in NEVER_ON_A_PAGE
}


def braces(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)\}", text))


def test_every_sentence_that_a_page_can_meet_is_written_out_so_that_it_can_be_said_in_every_language():
    pieced = {name for name, sentences in SAID.items() if any(not isinstance(one, ast.Constant) for one in sentences)}
    assert pieced == PASSED_ON.keys() | OF_THE_WIRE_TOO.keys()


def test_what_is_said_to_programs_alone_is_still_said():
    assert [name for name in FOR_PROGRAMS if not any(said_in(HUB / name))] == []
    everything = {one.value for sentences in SAID.values() for one in sentences if isinstance(one, ast.Constant)}
    assert NEVER_ON_A_PAGE.keys() - everything == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_what_the_code_says_and_nothing_that_it_no_longer_says(language):
    assert sayings(language).keys() == SENTENCES


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_is_filled_with_the_same_in_every_language_and_is_not_english(language):
    for english, own in sayings(language).items():
        assert braces(own) == braces(english), english
        assert own.strip() not in {"", english}, english


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_stand_in_order_so_that_two_files_can_be_laid_side_by_side(language):
    text = (HUB / "words" / "sayings" / f"{language}.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_a_refusal_speaks_english_to_programs_and_the_readers_language_at_a_page():
    refusal = Refusal("invalid", "There is a team “{name}” already. Choose another name.", name="Elm {street}")
    assert refusal.sentence == str(refusal) == "There is a team “Elm {street}” already. Choose another name."
    assert speaker("de")(refusal.saying) == "Ein Team „Elm {street}“ gibt es schon. Wähle einen anderen Namen."


def test_what_was_said_by_a_sentence_in_a_sentence_is_said_in_the_readers_language_too():
    lost = [saying("more households ({n})", n=2), saying("{n} readings more", n=5)]
    told = saying("The present database holds what this backup does not: {lost}. That would be lost.", lost=lost)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Saying) == told
    assert "weitere Haushalte (2); 5 Messwerte mehr" in speaker("de")(told)
    assert "more households (2); 5 readings more" in speaker("en")(told)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("left\u202eright", "left\ufffdright"),
        ("\u2066a\u2069\x07", "\ufffda\ufffd\ufffd"),
        ("two\nlines", "two lines"),
        ("क्‍ष खانه‌ی", "क्‍ष खانه‌ی"),
        ("{0.__class__} {text}", "{0.__class__} {text}"),
    ],
)
def test_what_fills_a_sentence_neither_turns_it_around_nor_is_filled_itself(given, said):
    assert str(saying("“{text}” is no whole number.", text=given)) == f"“{said}” is no whole number."


def test_a_sentence_with_nothing_given_is_said_sign_by_sign():
    assert str(Refusal("invalid", "{0} is no name, and {x} is none.")) == "{0} is no name, and {x} is none."
