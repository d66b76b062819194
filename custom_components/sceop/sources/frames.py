"""Frames: whole telegrams, cut out of the stream of bytes that a smart meter's customer port sends.

A plain telegram begins with a slash and ends with an exclamation mark and, in newer meters, four digits; it holds no
byte above 127. An encrypted one is a frame of DLMS (the "general global cipher") that tells its length. So the stream
itself shows what it carries.
"""

import re

LONGEST = 16 * 1024
"""Bytes; four times the longest telegram seen, and all that a peer may make us keep."""
CIPHER = 0xDB
CIPHER_HEADER = 13
"""Bytes before the enciphered part: a tag, the meter's name with its length, and the length of the rest."""

_START = re.compile(rb"/|\xdb(?=\x08|\Z)")
_PLAIN = re.compile(rb"/[^/!\x80-\xff]*![0-9A-Fa-f]{0,4}\0?\r?\n")
_PLAIN_SO_FAR = re.compile(rb"/[^/!\x80-\xff]*(?:![0-9A-Fa-f]{0,4}\0?\r?)?")
_TWO_BYTES_OF_LENGTH = 0x82
_SHORTEST_CIPHER = 17
"""What is enciphered begins with five bytes of its own and ends with a signature of twelve."""


class Frames:
    """Cuts a stream into telegrams, wherever it begins and however it arrives."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived; return the telegrams that are whole now."""
        self._kept += data
        frames = list(iter(self._next, None))
        if len(self._kept) > LONGEST:
            self._kept.clear()
        return frames

    def _next(self) -> bytes | None:
        """Cut off the first whole telegram, and all that lies before it."""
        kept = self._kept
        while start := _START.search(kept):
            del kept[: start.start()]
            end = _end_of_cipher(kept) if kept[0] == CIPHER else _end_of_plain(kept)
            if end is None:
                return None
            if end:
                frame = bytes(kept[:end])
                del kept[:end]
                return frame
            del kept[0]
        kept.clear()
        return None


def _end_of_plain(kept: bytearray) -> int | None:
    """Return where the telegram ends, None while it may still become one, 0 when it will not."""
    if whole := _PLAIN.match(kept):
        return whole.end()
    return None if _PLAIN_SO_FAR.fullmatch(kept) else 0


def _end_of_cipher(kept: bytearray) -> int | None:
    """Return the same for a telegram that is encrypted, whose beginning tells its length."""
    if len(kept) < CIPHER_HEADER:
        return None
    end = CIPHER_HEADER + int.from_bytes(kept[CIPHER_HEADER - 2 : CIPHER_HEADER])
    if kept[CIPHER_HEADER - 3] != _TWO_BYTES_OF_LENGTH or not CIPHER_HEADER + _SHORTEST_CIPHER < end <= LONGEST:
        return 0
    return end if len(kept) >= end else None
