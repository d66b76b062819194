"""The log: one line an event, whatever a visitor wrote, and never a flood."""

import json
import logging

import pytest

from sceop_hub.logs import LONGEST, REQUEST, AsJson, AsText, NoFlood


def record(sentence="The hub %s", *given, name="hub", error=None):
    trace = None if error is None else (type(error), error, None)
    return logging.LogRecord(name, logging.WARNING, __file__, 1, sentence, given, trace)


@pytest.mark.parametrize("form", [AsText(), AsJson()])
@pytest.mark.parametrize("trick", ["/x\n2026-11-20 ERROR hub: forged", "/\r\x1b[2Jgone", "/\u202eright to left"])
def test_what_a_visitor_writes_begins_no_line_of_its_own(form, trick):
    line = form.format(record("A request to %s failed", trick))
    assert line.isprintable()
    assert "A request to" in line


def test_a_long_path_is_cut():
    assert len(AsText().format(record("%s", "x" * 100_000))) < LONGEST + 200


def test_json_holds_the_sentence_the_request_and_the_fields():
    token = REQUEST.set("ab-1")
    try:
        event = record("The hub %s", "starts")
        event.fields = {"route": "/healthz", "status": 200}
        said = json.loads(AsJson().format(event))
    finally:
        REQUEST.reset(token)
    assert said | {"event": "The hub starts", "request": "ab-1", "route": "/healthz", "level": "warning"} == said
    assert said["at"].endswith("Z")


def test_the_same_sentence_is_written_some_times_a_minute_and_then_counted():
    now = [0.0]
    most = NoFlood(3, clock=lambda: now[0])
    written = [bool(most.filter(record("Refused %s", n))) for n in range(10)]
    assert written == [True] * 3 + [False] * 7
    assert most.filter(record("Another sentence"))
    now[0] = 61
    later = record("Refused %s", 11)
    assert most.filter(later)
    assert "(and 7 times more in the minute before)" in AsText().format(later)


def test_sentences_without_end_take_no_memory_without_end():
    most = NoFlood(3, clock=lambda: 0.0)
    for number in range(5000):
        most.filter(record(f"sentence {number}"))
    assert len(most._seen) <= 1000
