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
    "api/foresight.py": "only households tell the weather",
