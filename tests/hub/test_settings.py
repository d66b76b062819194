"""Settings: flags before environment before options, and a sentence for every mistake."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.settings import SUPERVISOR, HomeAssistantAt, load, machine_zone
from sceop_hub.values import SettingsError


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
        ({"data": "d", "tls_certificate": "c.pem"}, "--tls-key is missing"),
        ({"data": "d", "tls_key": "k.pem"}, "--tls-certificate is missing"),
        ({"data": "d", "proxy_from": ["proxy.local"]}, "IP addresses or networks of reverse proxies"),
        ({"data": "d", "proxy_from": ["0.0.0.0/0"]}, "can not be everybody"),
        ({"data": "d", "log_format": "xml"}, "text, json"),
        ({"data": "d", "ingress_port": "-1"}, "0 to 65535"),
        ({"data": "d", "announce": "perhaps"}, "yes or no"),
        ({"data": "d", "backup_passphrase_file": "none.txt"}, "with the passphrase cannot be read"),
    ],
)
def test_a_mistake_is_a_sentence(flags, sentence):
    with pytest.raises(SettingsError, match=sentence):
        load(flags, {})


@pytest.mark.parametrize(("text", "sentence"), [("{", "not JSON"), ("[]", "JSON object")])
def test_options_that_are_none_are_a_sentence(tmp_path, text, sentence):
    with pytest.raises(SettingsError, match=sentence):
        load({"data": tmp_path, "options": options(tmp_path, text)}, {})


def test_an_option_that_the_hub_does_not_know_is_a_doubt_and_no_mistake(tmp_path):
    told = load({"data": tmp_path, "options": options(tmp_path, {"color": "Typo", "log_level": "info"})}, {})
    assert len(told.doubts) == 1
    assert "'color'" in told.doubts[0]
    assert "community" in told.doubts[0].partition("its options are")[2]


def test_the_apps_certificate_is_named_as_every_app_has_it(tmp_path):
    said = {"ssl": True, "certfile": "fullchain.pem", "keyfile": "privkey.pem"}
    told = load({"data": tmp_path, "options": options(tmp_path, said)}, {})
    assert (told.tls_certificate, told.tls_key) == (Path("/ssl/fullchain.pem"), Path("/ssl/privkey.pem"))
    without = load({"data": tmp_path, "options": options(tmp_path, said | {"ssl": False})}, {})
    assert (without.tls_certificate, without.tls_key, without.doubts) == (None, None, ())


def test_ssl_without_a_file_is_a_sentence(tmp_path):
    file = options(tmp_path, {"ssl": True, "certfile": "fullchain.pem", "keyfile": ""})
    with pytest.raises(SettingsError, match="keyfile names a file in /ssl"):
        load({"data": tmp_path, "options": file}, {})


def test_proxies_are_addresses_and_networks(tmp_path):
    told = load({"data": tmp_path, "proxy_from": ["192.168.1.5", "fd00::/64"]}, {})
    assert [str(network) for network in told.proxy_from] == ["192.168.1.5/32", "fd00::/64"]


def test_a_passphrase_comes_from_a_file_and_shows_nowhere(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("four words are easy\nnot this\n")
    told = load({"data": tmp_path, "backup_passphrase_file": file}, {})
    assert told.backup_passphrase == "four words are easy"
    assert "easy" not in repr(told)


def test_a_short_passphrase_is_a_sentence(tmp_path):
    with pytest.raises(SettingsError, match="at least 12 characters"):
        load({"data": tmp_path, "options": options(tmp_path, {"backup_passphrase": "secret"})}, {})


def test_an_app_reaches_home_assistant_through_the_supervisor(tmp_path):
    told = load({"data": tmp_path}, {"SUPERVISOR_TOKEN": "secret"})
    assert told.home_assistant == HomeAssistantAt(SUPERVISOR, "secret")
    assert "secret" not in repr(told)


def test_alone_the_hub_is_told_where_home_assistant_is(tmp_path):
    environment = {"SCEOP_HOME_ASSISTANT": "http://homeassistant.local:8123/", "SCEOP_HOME_ASSISTANT_TOKEN": "secret"}
    assert load({"data": tmp_path}, environment).home_assistant == HomeAssistantAt(
        "http://homeassistant.local:8123", "secret"
    )


@pytest.mark.parametrize(
    ("address", "token", "sentence"),
    [
        ("http://homeassistant.local:8123", "", "needs both"),
        ("", "secret", "needs both"),
        ("homeassistant", "secret", "is no address"),
        ("http://ha.example.org", "secret", "use https"),
    ],
)
def test_half_a_way_to_home_assistant_is_a_mistake(tmp_path, address, token, sentence):
    with pytest.raises(SettingsError, match=sentence):
        load({"data": tmp_path}, {"SCEOP_HOME_ASSISTANT": address, "SCEOP_HOME_ASSISTANT_TOKEN": token})


@pytest.mark.parametrize(("said", "expected"), [(None, False), ("yes", True), ("no", False), ("1", True)])
def test_whoever_sits_at_the_machine_is_an_owner_only_when_told_so(tmp_path, said, expected):
    environment = {} if said is None else {"SCEOP_LOCAL_OWNER": said}
    assert load({"data": tmp_path}, environment).local_owner is expected
    assert load({"data": tmp_path, "local_owner": "yes"}, environment).local_owner is True
