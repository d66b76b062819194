"""The file that a backup is: a line that names the format, a header in JSON, and the database, packed and sealed.

    SCEOP backup 1
    {"hub": ..., "made_at": ..., "bytes": ..., "lock": null or {...}}
    frame, frame, ... last frame

A frame is its length in four bytes (the first bit marks the last one), a piece of the packed database, and a seal over
the header, the frame's number and the piece. So a file that was cut, changed or put together from two is noticed before
anything of it is believed. Without a passphrase the seal is SHA-256, against accidents; with one, the pieces are
encrypted with AES-256-GCM under a key that scrypt makes of the passphrase, against everybody.
"""

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from compression import zstd
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from ..domain.refusal import Refusal
from ..domain.saying import saying

MAGIC = b"SCEOP backup 1\n"
FAMILY = b"SCEOP backup "
LONGEST_HEADER = 8192
PIECE = 256 * 1024
_LAST = 1 << 31
_LENGTH = struct.Struct(">I")
_SEAL_BYTES = 32

# A guess costs 32 MiB and a tenth of a second on a desktop computer (RFC 7914 names these numbers for files).
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
_SCRYPT_ROOM = 64 * 1024 * 1024


class DamagedError(Refusal):
    """The file is no backup, or no whole one."""

    def __init__(self, sentence: str, /, **given: object) -> None:
        super().__init__("backup", saying(sentence, **given))


class PassphraseError(Refusal):
    """The backup is locked, and what was given does not open it."""

    def __init__(self, sentence: str, /, **given: object) -> None:
        super().__init__("passphrase", saying(sentence, **given))


class _Seal(Protocol):
    def close(self, number: int, *, last: bool, piece: bytes) -> bytes: ...

    def open(self, number: int, *, last: bool, frame: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in front, readable without the passphrase."""

    facts: dict[str, Any]
    line: bytes

    @property
    def lock(self) -> dict[str, Any] | None:
        """Return how the file is locked, if it is."""
        return self.facts.get("lock")


def write(target: BinaryIO, facts: dict[str, Any], source: Iterable[bytes], passphrase: str | None) -> None:
    """Write a whole file; `facts` become its header."""
    lock = None if passphrase is None else {"kdf": "scrypt", **_SCRYPT, "salt": os.urandom(16).hex()}
    header = Header({**facts, "lock": lock}, json.dumps({**facts, "lock": lock}).encode() + b"\n")
    target.write(MAGIC + header.line)
    seal = _seal(header, passphrase)
    number, waiting = 0, b""
    for piece in _pieces(_packed(source)):
        if waiting:
            _write_frame(target, seal.close(number, last=False, piece=waiting), last=False)
            number += 1
        waiting = piece
    _write_frame(target, seal.close(number, last=True, piece=waiting), last=True)


def read_header(source: BinaryIO) -> Header:
    """Read what stands in front."""
    magic = source.read(len(MAGIC))
    if magic != MAGIC:
        if magic.startswith(FAMILY):
            raise DamagedError("This backup was written by a newer version of the hub. Update the hub first.")
        raise DamagedError("This file is no backup of a hub.")
    line = source.readline(LONGEST_HEADER)
    try:
        facts = json.loads(line)
    except ValueError as error:
        raise DamagedError("The backup's header is damaged.") from error
    if not isinstance(facts, dict) or not line.endswith(b"\n"):
        raise DamagedError("The backup's header is damaged.")
    return Header(facts, line)


def read(source: BinaryIO, header: Header, passphrase: str | None) -> Iterator[bytes]:
    """Give the content behind a header that was read; it is whole only when this ends without an error."""
    if header.lock is not None and not passphrase:
        raise PassphraseError("This backup is locked. Give the passphrase that it was made with.")
    seal = _seal(header, passphrase if header.lock is not None else None)
    unpacking = zstd.ZstdDecompressor()
    number, last = 0, False
    while not last:
        frame, last = _read_frame(source)
        piece = seal.open(number, last=last, frame=frame)
        number += 1
        try:
            yield from _unpacked(unpacking, piece)
        except zstd.ZstdError as error:
            raise DamagedError("The backup is damaged: its content can not be unpacked.") from error
    if not unpacking.eof or source.read(1):
        raise DamagedError("The backup is damaged: its end is not where it should be.")


class _Checked:
    """The seal of a file without a passphrase: it tells damage, not malice."""

    def __init__(self, header: Header) -> None:
        self._header = hashlib.sha256(header.line).digest()

    def close(self, number: int, *, last: bool, piece: bytes) -> bytes:
        return piece + self._digest(number, last=last, piece=piece)

    def open(self, number: int, *, last: bool, frame: bytes) -> bytes:
        piece, digest = frame[:-_SEAL_BYTES], frame[-_SEAL_BYTES:]
        if digest != self._digest(number, last=last, piece=piece):
            raise DamagedError("The backup is damaged in its part {part}. Take another one.", part=number + 1)
        return piece

    def _digest(self, number: int, *, last: bool, piece: bytes) -> bytes:
        return hashlib.sha256(self._header + _nonce(number, last=last) + piece).digest()


class _Encrypted:
    """The seal of a file with a passphrase."""

    def __init__(self, header: Header, passphrase: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only locked files need it

        self._header = header.line
        self._cipher = AESGCM(_key(header, passphrase))

    def close(self, number: int, *, last: bool, piece: bytes) -> bytes:
        return self._cipher.encrypt(_nonce(number, last=last), piece, self._header)

    def open(self, number: int, *, last: bool, frame: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            return self._cipher.decrypt(_nonce(number, last=last), frame, self._header)
        except (InvalidTag, ValueError) as error:
            if number == 0:
                raise PassphraseError(
                    "The passphrase does not open this backup, or its beginning is damaged."
                ) from error
            raise DamagedError(
                "The backup is damaged in its part {part}. Take another one.", part=number + 1
            ) from error


def _seal(header: Header, passphrase: str | None) -> _Seal:
    return _Checked(header) if passphrase is None else _Encrypted(header, passphrase)


def _key(header: Header, passphrase: str) -> bytes:
    """Make the key of this file alone: the salt is its own, so numbers may serve as nonces."""
    lock = header.lock or {}
    if {name: lock.get(name) for name in _SCRYPT} != _SCRYPT or lock.get("kdf") != "scrypt":
        raise DamagedError("The backup is locked in a way that this version of the hub does not know. Update the hub.")
    try:
        salt = bytes.fromhex(str(lock.get("salt")))
    except ValueError as error:
        raise DamagedError("The backup's header is damaged.") from error
    secret = passphrase.encode(errors="surrogatepass")
    return hashlib.scrypt(secret, salt=salt, **_SCRYPT, maxmem=_SCRYPT_ROOM, dklen=32)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _packed(source: Iterable[bytes]) -> Iterator[bytes]:
    packing = zstd.ZstdCompressor()
    for part in source:
        yield packing.compress(part)
    yield packing.flush()


def _unpacked(unpacking: zstd.ZstdDecompressor, piece: bytes) -> Iterator[bytes]:
    """Unpack in bites: what a piece swells to is anybody's guess."""
    yield unpacking.decompress(piece, PIECE)
    while not unpacking.needs_input and not unpacking.eof:
        yield unpacking.decompress(b"", PIECE)


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    gathered = bytearray()
    for part in parts:
        gathered += part
        while len(gathered) >= PIECE:
            yield bytes(gathered[:PIECE])
            del gathered[:PIECE]
    if gathered:
        yield bytes(gathered)


def _write_frame(target: BinaryIO, frame: bytes, *, last: bool) -> None:
    target.write(_LENGTH.pack(len(frame) | (_LAST if last else 0)))
    target.write(frame)


def _read_frame(source: BinaryIO) -> tuple[bytes, bool]:
    front = _whole(source.read, _LENGTH.size)
    (marked,) = _LENGTH.unpack(front)
    length = marked & ~_LAST
    if not 0 < length <= PIECE + _SEAL_BYTES:
        raise DamagedError("The backup is damaged: a part of it has an impossible length.")
    return _whole(source.read, length), bool(marked & _LAST)


def _whole(take: Callable[[int], bytes], length: int) -> bytes:
    taken = take(length)
    if len(taken) != length:
        raise DamagedError("The backup ends too early: it was not copied whole. Copy it again, or take another one.")
    return taken
