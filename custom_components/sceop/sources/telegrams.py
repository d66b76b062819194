"""Telegrams: what smart meters send through their customer port, the P1 port.

One table serves the Dutch, Belgian, Luxembourgish, Swedish, Hungarian and Austrian dialects, because the lines about
electricity mean the same in all of them. Gas, water and messages are not looked at. A line that is not written exactly
as the standard has it is no line, so that nothing is guessed. The meter's clock is not used: it tells local time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dsmr_parser.exceptions import (  # type: ignore[import-untyped]  # it has no types
    DecryptionError,
    InvalidChecksumError,
    ParseError,
)
from dsmr_parser.parsers import (  # type: ignore[import-untyped]  # likewise
    CosemParser,
    MBusParser,
    TelegramParser,
    ValueParser,
)

from .frames import CIPHER, CIPHER_HEADER

KEY = re.compile(r"[0-9a-fA-F]{32}")

_ENCRYPTED_AND_SIGNED = 0x30

_NUMBER = r"\d{1,9}(?:\.\d{1,6})?"
_ENERGY, _POWER = rf"\({_NUMBER}\*k?Wh\)", rf"\({_NUMBER}\*k?W\)"
_NAME = r"\([0-9A-Za-z]{1,96}\)"
_AMOUNT, _TEXT = CosemParser(ValueParser(Decimal)), CosemParser(ValueParser(str))
_AMOUNT_OF_A_DAY = MBusParser(ValueParser(str), ValueParser(Decimal))


def _line(code: str, value: str) -> str:
    return rf"^{code}(?:\*255)?{value}\r?\n"


_IMPORT_TOTAL, _EXPORT_TOTAL = _line(r"1-\d:1\.8\.0", _ENERGY), _line(r"1-\d:2\.8\.0", _ENERGY)
_IMPORT_TARIFFS = tuple(_line(rf"1-\d:1\.8\.{tariff}", _ENERGY) for tariff in range(1, 5))
_EXPORT_TARIFFS = tuple(_line(rf"1-\d:2\.8\.{tariff}", _ENERGY) for tariff in range(1, 5))
_IMPORT_W, _EXPORT_W = _line(r"1-\d:1\.7\.0", _POWER), _line(r"1-\d:2\.7\.0", _POWER)
_IMPORT_PHASES = tuple(_line(rf"1-\d:{phase}1\.7\.0", _POWER) for phase in (2, 4, 6))
_EXPORT_PHASES = tuple(_line(rf"1-\d:{phase}2\.7\.0", _POWER) for phase in (2, 4, 6))
_RUNNING_QUARTER = _line(r"1-\d:1\.4\.0", _POWER)
_MONTH_PEAK = _line(r"1-\d:1\.6\.0", r"\(\d{12}[SW]?\)" + _POWER)
_SERIALS = tuple(_line(code, _NAME) for code in (r"\d-0:96\.1\.1", r"\d-0:42\.0\.0", r"\d-0:0\.0\.0"))
_VERSION = re.compile(r"^\d-\d:(?:0\.2\.8|96\.1\.4)\(", re.MULTILINE)
"""A meter that tells the version of its telegrams is of a generation that ends them with a checksum."""

_OBJECTS = [
    {"obis_reference": line, "value_parser": parser, "value_name": line}
    for parser, lines in (
        (_AMOUNT, (_IMPORT_TOTAL, *_IMPORT_TARIFFS, _EXPORT_TOTAL, *_EXPORT_TARIFFS, _RUNNING_QUARTER)),
        (_AMOUNT, (_IMPORT_W, _EXPORT_W, *_IMPORT_PHASES, *_EXPORT_PHASES)),
        (_AMOUNT_OF_A_DAY, (_MONTH_PEAK,)),
        (_TEXT, _SERIALS),
    )
    for line in lines
]
_LINES = tuple(str(entry["obis_reference"]) for entry in _OBJECTS)
_READER_PLAIN = TelegramParser({"checksum_support": False, "objects": _OBJECTS})
_READER_CHECKED = TelegramParser({"checksum_support": True, "objects": _OBJECTS})
_READER_CIPHERED = TelegramParser({"checksum_support": True, "general_global_cipher": True, "objects": _OBJECTS})

_MWH = {"kWh": 1_000_000, "Wh": 1_000}
_W = {"kW": 1_000, "W": 1}


class Flaw(StrEnum):
    """Why a telegram cannot be used."""

    GARBLED = "garbled"
    ENCRYPTED = "encrypted"
    KEY_WRONG = "key_wrong"
    NO_IMPORT = "no_import"


_SENTENCES = {
    Flaw.GARBLED: "The meter's telegrams arrive garbled. Check the cable and the settings of the reader.",
    Flaw.ENCRYPTED: "The meter encrypts its telegrams. Enter the key that your grid operator gives you.",
    Flaw.KEY_WRONG: "The key does not open the meter's telegrams. Compare it with the one from your grid operator.",
    Flaw.NO_IMPORT: "The telegrams hold no meter reading for electricity. Ask your grid operator to open the port.",
}


class UnreadableError(ValueError):
    """A telegram that cannot be used; its sentence tells what to do."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(_SENTENCES[flaw])
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Telegram:
    """What a meter says about electricity; None where it says nothing."""

    serial: str | None
    import_mwh: int
    export_mwh: int | None
    import_w: int | None
    export_w: int | None
    running_quarter_w: int | None
    month_peak_w: int | None
    checked: bool
    """It ended with a checksum, and that was right."""
    lines: frozenset[str]


def read_telegram(frame: bytes, key: str | None) -> Telegram:
    """Read a telegram, encrypted or not; raise UnreadableError when nothing in it may be believed."""
    if frame[0] == CIPHER:
        if key is None:
            raise UnreadableError(Flaw.ENCRYPTED)
        if frame[CIPHER_HEADER] != _ENCRYPTED_AND_SIGNED:
            raise UnreadableError(Flaw.GARBLED)
        # The checksum inside proves the telegram; the key with which it is signed, few people are told.
        return _read(_parse(_READER_CIPHERED, frame.hex(), key, authentication_key=None), checked=True)
    try:
        text, checksum = frame.decode("ascii").rsplit("!", 1)
    except ValueError as error:
        raise UnreadableError(Flaw.GARBLED) from error
    checked = bool(checksum.strip("\0\r\n"))
    if _VERSION.search(text) and not checked:
        raise UnreadableError(Flaw.GARBLED)
    reader = _READER_CHECKED if checked else _READER_PLAIN
    return _read(_parse(reader, f"{text}!{checksum.upper()}"), checked=checked)


def _parse(reader: TelegramParser, text: str, *key: str, **keys: str | None) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = reader.parse(text, *key, throw_ex=True, **keys)
    except DecryptionError as error:
        raise UnreadableError(Flaw.KEY_WRONG) from error
    except (InvalidChecksumError, ParseError, ValueError) as error:  # a ValueError is a checksum like "02S"
        raise UnreadableError(Flaw.GARBLED) from error
    return parsed


def agrees(before: Telegram | None, after: Telegram) -> bool:
    """Tell whether a telegram may follow another, which is the only proof that old meters without a checksum give.

    A digit that was garbled on the way moves a counter by more than a house can use between two telegrams, or back.
    """
    if before is None or (before.serial, before.lines) != (after.serial, after.lines):
        return False
    pairs = ((before.import_mwh, after.import_mwh), (before.export_mwh or 0, after.export_mwh or 0))
    return all(0 <= later - earlier <= _MWH["kWh"] for earlier, later in pairs)


def _read(parsed: Mapping[str, Any], *, checked: bool) -> Telegram:
    found = {line: parsed[line] for line in _LINES if line in parsed}

    def mwh(*lines: str) -> int | None:
        amounts = [int(found[line].value * _MWH[found[line].unit]) for line in lines if line in found]
        return sum(amounts) if amounts else None

    def watts(*lines: str) -> int | None:
        amounts = [int(found[line].value * _W[found[line].unit]) for line in lines if line in found]
        return sum(amounts) if amounts else None

    imported = _first(mwh(_IMPORT_TOTAL), mwh(*_IMPORT_TARIFFS))
    if imported is None:
        raise UnreadableError(Flaw.NO_IMPORT)
    import_w = _first(watts(_IMPORT_W), watts(*_IMPORT_PHASES))
    export_w = _first(watts(_EXPORT_W), watts(*_EXPORT_PHASES))
    net_w = None if import_w is None else import_w - (export_w or 0)
    return Telegram(
        serial=next((str(found[line].value) for line in _SERIALS if line in found), None),
        import_mwh=imported,
        export_mwh=_first(mwh(_EXPORT_TOTAL), mwh(*_EXPORT_TARIFFS)),
        import_w=None if net_w is None else max(net_w, 0),
        export_w=None if net_w is None else max(-net_w, 0),
        running_quarter_w=watts(_RUNNING_QUARTER),
        month_peak_w=watts(_MONTH_PEAK),
        checked=checked,
        lines=frozenset(found),
    )


def _first(*amounts: int | None) -> int | None:
    return next((amount for amount in amounts if amount is not None), None)
