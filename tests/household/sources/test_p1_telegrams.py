"""Telegrams of every dialect are read exactly, and nothing that was garbled on the way is believed."""

from contextlib import suppress

import pytest
from hypothesis import example, given, strategies as st

from custom_components.sceop.sources.frames import LONGEST, Frames
from custom_components.sceop.sources.telegrams import Flaw, UnreadableError, agrees, read_telegram
from tests.household.sources.reader import KEY, encrypted, telegram

OLD = ("dsmr_2_2", "austria_q3d")
NEW = ("dsmr_4", "dsmr_5", "belgium", "luxembourg")


def any_telegram():
    return st.one_of(
        st.sampled_from(NEW).map(telegram),
        st.sampled_from(OLD).map(lambda name: telegram(name, checksum=False)),
        st.sampled_from(NEW).map(lambda name: encrypted(telegram(name))),
    )


def flaw(frame, key=None):
    with pytest.raises(UnreadableError) as refused:
        read_telegram(frame, key)
    return refused.value.flaw


@pytest.mark.parametrize(
    ("name", "serial", "import_mwh", "export_mwh", "import_w", "export_w"),
    [
        ("dsmr_2_2", "30303030303030303031", 269_000_000, 32_000_000, 980, 0),
        ("dsmr_4", "30303030303030303033", 3_016_829_000, 0, 2027, 0),
        ("dsmr_5", "30303030303030303035", 6_825_000, 2_445_000, 0, 1244),
        ("belgium", "30303030303030303038", 124_202_000, 19_752_000, 0, 345),
        ("luxembourg", "53414730303030303030303031", 256_012_000, 11_950_000, 1300, 0),
        ("austria_q3d", "1EBZ0000000001", 7_125_332_800, 10_000, 202, 0),
    ],
)
def test_each_dialect_is_read_exactly(name, serial, import_mwh, export_mwh, import_w, export_w):
    read = read_telegram(telegram(name, checksum=name in NEW), None)
    assert read.serial == serial
    assert (read.import_mwh, read.export_mwh) == (import_mwh, export_mwh)
    assert (read.import_w, read.export_w) == (import_w, export_w)
    assert read.checked == (name in NEW)


def test_a_belgian_meter_tells_its_quarter_hour_and_the_highest_of_the_month():
    read = read_telegram(telegram("belgium"), None)
    assert (read.running_quarter_w, read.month_peak_w) == (2351, 4875)


@given(st.lists(st.integers(0, 999_999_999), min_size=4, max_size=4))
def test_every_tariff_counts_to_the_last_watt_hour(wh):
    texts = [f"{one // 1000:06}.{one % 1000:03}*kWh" for one in wh]
    codes = ("1.8.1", "1.8.2", "2.8.1", "2.8.2")
    read = read_telegram(telegram("dsmr_5", **dict(zip(codes, texts, strict=True))), None)
    assert (read.import_mwh, read.export_mwh) == (sum(wh[:2]) * 1000, sum(wh[2:]) * 1000)


def test_a_meter_without_export_has_none():
    read = read_telegram(telegram("dsmr_5", **{"2.8.1": None, "2.8.2": None}), None)
    assert read.export_mwh is None


def test_power_is_what_remains_when_both_directions_are_told():
    read = read_telegram(telegram("dsmr_5", **{"1.7.0": "00.300*kW", "2.7.0": "01.000*kW"}), None)
    assert (read.import_w, read.export_w) == (0, 700)


def test_power_is_summed_over_the_phases_where_no_total_is_told():
    read = read_telegram(telegram("dsmr_5", **{"1.7.0": None, "2.7.0": None}), None)
    assert (read.import_w, read.export_w) == (0, 1412 + 210 - 378)


def test_power_that_is_not_told_is_not_zero():
    without = {f"{code}.7.0": None for code in (1, 2, 21, 41, 61, 22, 42, 62)}
    read = read_telegram(telegram("dsmr_5", **without), None)
    assert (read.import_w, read.export_w) == (None, None)


@given(st.sampled_from(NEW), st.integers(1), st.integers(1, 127))
def test_one_changed_byte_is_never_believed(name, where, change):
    sound = bytearray(telegram(name))
    sound[where % (len(sound) - 6)] ^= change
    frames = Frames().feed(bytes(sound))
    for frame in frames:
        with pytest.raises(UnreadableError):
            read_telegram(frame, None)


@given(st.sampled_from(NEW), st.integers(0), st.integers(1, 255))
@example("dsmr_4", 72, 22)  # this makes a checksum of "02S"
def test_one_changed_byte_of_an_encrypted_telegram_changes_no_figure(name, where, change):
    sound = bytearray(encrypted(telegram(name)))
    (whole,) = Frames().feed(bytes(sound))
    told = read_telegram(whole, KEY)
    place = where % (len(sound) - 12)  # the signature is not looked at; the checksum proves the rest
    sound[place] ^= change
    for frame in Frames().feed(bytes(sound)):
        with suppress(UnreadableError):
            assert read_telegram(frame, KEY) == told


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_bytes_that_only_look_like_a_telegram_break_nothing(inside, key):
    header = b"\xdb\x08SAG\0\0\0\0\1\x82" + (len(inside) + 5).to_bytes(2) + b"\x30\0\0\0\1"
    for frame in Frames().feed(header + inside + b"/" + key + b"!\r\n"):
        with pytest.raises(UnreadableError):
            read_telegram(frame, KEY)


def test_the_key_opens_what_a_meter_encrypts():
    assert read_telegram(encrypted(telegram("luxembourg")), KEY) == read_telegram(telegram("luxembourg"), None)


def test_each_flaw_is_told_apart():
    assert flaw(encrypted(telegram("luxembourg"))) is Flaw.ENCRYPTED
    assert flaw(encrypted(telegram("luxembourg")), KEY.replace("0", "f")) is Flaw.KEY_WRONG
    assert flaw(telegram("dsmr_5")[:-6] + b"0000\r\n") is Flaw.GARBLED
    assert flaw(telegram("dsmr_5", checksum=False)) is Flaw.GARBLED
    assert flaw(telegram("luxembourg", **{"1.8.0": None})) is Flaw.NO_IMPORT


def test_gas_and_water_are_not_electricity():
    read = read_telegram(telegram("belgium"), None)
    assert not any("24" in line or "96.1.0" in line for line in read.lines)


def test_without_a_checksum_only_agreement_is_proof():
    before = read_telegram(telegram("dsmr_2_2", checksum=False), None)

    def after(**lines):
        return read_telegram(telegram("dsmr_2_2", checksum=False, **lines), None)

    assert agrees(before, after(**{"1.8.1": "00185.010*kWh"}))
    assert not agrees(None, before)
    assert not agrees(before, after(**{"1.8.1": "00985.010*kWh"}))
    assert not agrees(before, after(**{"1.8.1": "00184.990*kWh"}))
    assert not agrees(before, after(**{"1.8.2": None}))
    assert not agrees(before, after(**{"96.1.1": "30303030303030303039"}))


@given(st.lists(any_telegram(), max_size=4), st.lists(st.integers(1, 700), min_size=1))
def test_telegrams_are_found_however_they_arrive(telegrams, cuts):
    stream, frames, found = b"".join(telegrams), Frames(), []
    while stream:
        for cut in cuts:
            found += frames.feed(stream[:cut])
            stream = stream[cut:]
    assert found == telegrams


@given(any_telegram(), st.data())
def test_the_end_of_a_telegram_or_noise_before_the_first_is_thrown_away(sent, data):
    half = sent[data.draw(st.integers(1, len(sent))) :]
    noise = data.draw(st.lists(st.integers(128, 255).filter(lambda byte: byte != 0xDB), max_size=50).map(bytes))
    assert sent in Frames().feed((b"" if sent[0] == 0xDB else half) + noise + sent)


def test_a_telegram_that_broke_off_does_not_spoil_the_next():
    assert Frames().feed(telegram("dsmr_5")[:400] + telegram("dsmr_5")) == [telegram("dsmr_5")]


@given(st.sampled_from([b"/endless", b"no beginning", b"\xdb\x08", b"/half!"]))
def test_endless_bytes_are_not_kept(piece):
    frames = Frames()
    for _ in range(4 * LONGEST // len(piece)):
        assert frames.feed(piece) == []
        assert len(frames._kept) <= LONGEST
    assert frames.feed(b"\0\xff" + telegram("dsmr_4")) == [telegram("dsmr_4")]
