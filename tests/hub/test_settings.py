"""Settings: flags before environment before options, and a sentence for every mistake."""

import json
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.settings import SettingsError, load, machine_zone


def options(tmp_path, text):
    file = tmp_path / "options.json"
    file.write_text(text if isinstance(text, str) else json.dumps(text))
    return file


def test_flags_weigh_more_than_environment_and_that_more_than_options(tmp_path):
    file = options(tmp_path, {"community": "Options", "log_level": "debug", "time_zone": "Europe/Paris"})
    told = load(
        {"data": tmp_path, "options": file, "community": "Flags"},
        {"SCEOP_COMMUNITY": "Environment", "SCEOP_LOG_LEVEL": "warning"},
    )
    assert (told.community, told.log_level, told.zone) == ("Flags", "warning", ZoneInfo("Europe/Paris"))


def test_silence_gives_the_defaults(tmp_path):
    told = load({"data": tmp_path}, {})
    assert (told.host, told.port, told.ingress_from) == ("127.0.0.1", 8710, frozenset())


def test_what_is_not_told_is_the_coordinators_to_decide(tmp_path):
    told = load({"data": tmp_path, "options": options(tmp_path, {"time_zone": "", "community": ""})}, {})
    assert (told.community, told.zone) == (None, None)


def test_the_machines_zone_is_heard():
    assert machine_zone({"TZ": "Europe/Madrid"}) == ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize("machine", [":/etc/localtime", "Nowhere/At_All"])
def test_a_machine_whose_zone_has_no_name_is_no_mistake(machine):
    assert machine_zone({"TZ": machine}) == ZoneInfo("UTC")


def test_ingress_addresses_come_one_by_one_or_with_commas(tmp_path):
    expected = frozenset({"172.30.32.2", "::1"})
    assert load({"data": tmp_path, "ingress_from": ["172.30.32.2", "::1"]}, {}).ingress_from == expected
    assert load({"data": tmp_path}, {"SCEOP_INGRESS_FROM": "172.30.32.2, ::1"}).ingress_from == expected


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({}, "where the hub keeps its data"),
        ({"data": "d", "port": "eighty"}, "0 to 65535"),
        ({"data": "d", "port": "70000"}, "0 to 65535"),
        ({"data": "d", "time_zone": "Mars/Olympus"}, "no time zone"),
        ({"data": "d", "log_level": "loud"}, "debug, info"),
        ({"data": "d", "community": "x" * 81}, "1 to 80"),
        ({"data": "d", "ingress_from": ["homeassistant"]}, "IP addresses"),
        ({"data": "d", "options": "none.json"}, "cannot be read"),
    ],
)
def test_a_mistake_is_a_sentence(flags, sentence):
    with pytest.raises(SettingsError, match=sentence):
        load(flags, {})


@pytest.mark.parametrize(("text", "sentence"), [("{", "not JSON"), ("[]", "JSON object")])
def test_options_that_are_none_are_a_sentence(tmp_path, text, sentence):
    with pytest.raises(SettingsError, match=sentence):
        load({"data": tmp_path, "options": options(tmp_path, text)}, {})
