"""Of a message only the one figure that was asked for is believed, however strange the message is."""

import json

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.sources.payloads import LONGEST, PayloadError, figure_in, steps
from custom_components.sceop.sources.topics import Figure, charge_in, energy_in, watts_in

KWH, WATTS, PERCENT = Figure("meter", "", "kWh"), Figure("meter", "", "W"), Figure("meter", "", "%")


@pytest.mark.parametrize(
    ("payload", "path", "figure"),
    [
        (b"1234.567", "", "1234.567"),
        (b" 12\n", "", "12"),
        (b"-3.5e2", "", "-3.5e2"),
        (b'"7.25"', '["total"]', None),
        (b'{"meter": {"power": 5}}', "meter.power", "5"),
        (b'{"ENERGY": {"Power": "17.50"}}', "$.ENERGY.Power", "17.50"),
        (b'[{"value": 0.1}]', "[0].value", "0.1"),
        (b'{"1.8.0": {"v": 3}}', '["1.8.0"].v', "3"),
        (b'{"0": 4}', "0", "4"),
        (b'{"a b": [[1, 2], [3, 4]]}', "a b[1][0]", "3"),
        (b'{"exact": 0.1000000000000000055}', "exact", "0.1000000000000000055"),
    ],
)
def test_a_path_leads_to_its_figure(payload, path, figure):
    if figure is None:
        with pytest.raises(PayloadError):
            figure_in(payload, path)
    else:
        assert figure_in(payload, path) == figure


@pytest.mark.parametrize(
    ("payload", "path", "key"),
    [
        (b"\xff\xfe12", "", "not_text"),
        (b"12", "power", "path_missing"),
        (b"{power: 12}", "power", "not_json"),
        (b'{"power": 12', "power", "not_json"),
        pytest.param(b"[" * 30_000 + b"]" * 30_000, "[0]", "path_needed", id="deep"),
        pytest.param(b"[" * 60_000, "[0]", "not_json", id="deep and cut off"),
        pytest.param(b"9" * (LONGEST + 1), "", "too_long", id="long"),
        (b"", "", "not_a_number"),
        (b"12 kWh", "", "not_a_number"),
        (b"1_000", "", "not_a_number"),
        ("١٢".encode(), "", "not_a_number"),
        (b"0x10", "", "not_a_number"),
        (b"NaN", "", "not_a_number"),
        (b"-Infinity", "", "not_a_number"),
        (b"1e400", "", "not_a_number"),
        (b"1e99999999999999999999", "", "not_a_number"),
        pytest.param(b"9" * 5_000, "", "not_a_number", id="many digits"),
        (b'{"p": NaN}', "p", "not_a_number"),
        (b'{"p": Infinity}', "p", "not_a_number"),
        (b'{"p": 1e400}', "p", "not_a_number"),
        (b'{"p": null}', "p", "not_a_number"),
        (b'{"p": null}', "p.q", "path_missing"),
        (b'{"p": true}', "p", "not_a_number"),
        (b'{"p": "on"}', "p", "not_a_number"),
        (b'{"p": {"q": 1}}', "p", "path_needed"),
        (b"[]", "[0]", "path_missing"),
        (b"[1]", "[1]", "path_missing"),
        (b'{"total": 5}', "", "path_needed"),
    ],
)
def test_what_is_no_figure_is_named(payload, path, key):
    with pytest.raises(PayloadError) as error:
        figure_in(payload, path)
    assert error.value.key == key
    assert "{" not in str(error.value).replace("{power", "")


@pytest.mark.parametrize("payload", ["12", b"12", bytearray(b"12")])
def test_a_message_may_come_as_text_or_as_bytes(payload):
    assert figure_in(payload, "") == "12"


def test_a_wrong_path_is_told_what_is_there():
    message = json.dumps({"ENERGY": {"Total": 1, "Power": 2}, "Time": "now"}).encode()
    for path, names in (("energy", "ENERGY, Time"), ("ENERGY.power", "Total, Power"), ("Time.x", "-")):
        with pytest.raises(PayloadError) as error:
            figure_in(message, path)
        assert error.value.gaps == {"path": path, "names": names}


def test_a_message_of_a_thousand_names_does_not_fill_the_dialog():
    message = json.dumps({f"{'long' * 50}{number}": number for number in range(200)}).encode()
    with pytest.raises(PayloadError) as error:
        figure_in(message, "power")
    assert len(str(error.value)) < 1000
    assert error.value.gaps["names"].endswith("...")


@pytest.mark.parametrize("path", ["meter..power", ".", "a.", "[0", "[]", "[-1]", "a[0]b", '["a]', "[1234567]"])
def test_what_is_no_path_leads_nowhere(path):
    assert steps(path) is None


@pytest.mark.parametrize(
    ("read", "payload", "figure", "amount"),
    [
        (energy_in, b"1234.5678", KWH, 1_234_567_800),
        (energy_in, b"0.0000019", KWH, 1),
        (watts_in, b"-250.4", WATTS, -250),
        (watts_in, b"1.25", Figure("meter", "", "kW"), 1250),
        (charge_in, b"81.5", PERCENT, 81.5),
    ],
)
def test_a_figure_is_counted_in_its_unit(read, payload, figure, amount):
    assert read(payload, figure) == amount


@pytest.mark.parametrize(
    ("read", "payload", "figure", "key"),
    [
        (energy_in, b"-1", KWH, "negative"),
        (energy_in, b"1000000000", KWH, "too_high"),
        (watts_in, b"2000001", WATTS, "too_high"),
        (watts_in, b"-2000001", WATTS, "too_high"),
        (charge_in, b"101", PERCENT, "not_percent"),
        (charge_in, b"-1", PERCENT, "not_percent"),
    ],
)
def test_what_no_meter_can_mean_is_refused(read, payload, figure, key):
    with pytest.raises(PayloadError) as error:
        read(payload, figure)
    assert error.value.key == key


@given(payload=st.binary(max_size=200), path=st.text(max_size=20))
def test_any_bytes_are_a_figure_or_are_named(payload, path):
    try:
        figure = figure_in(payload, path)
    except PayloadError as error:
        str(error).encode()
    else:
        assert figure.strip("+-.0123456789eE") == ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(document=_JSON, path=st.sampled_from(["", "a", "[0]", "a.b", "[0][1]"]))
def test_any_document_is_a_figure_or_is_named(document, path):
    try:
        figure_in(json.dumps(document).encode(), path)
    except PayloadError as error:
        str(error).encode()


@given(mwh=st.integers(0, 10**15 - 1))
def test_every_thousandth_of_a_watt_hour_arrives(mwh):
    message = f'{{"total": {mwh // 10**6}.{mwh % 10**6:06}}}'.encode()
    assert energy_in(message, Figure("meter", "total", "kWh")) == mwh
