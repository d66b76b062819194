"""Sheets: the bytes of a text file become rows of cells, whatever signs it was written and divided with."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ..domain.saying import saying
from .hints import refused

DELIMITERS = (";", "\t", "|", ",")
"""In this order: a comma may also be the decimal mark of a file that is divided otherwise."""

LONGEST_LINE = 100_000
_LOOKED_AT = 200
_AT_ONCE = 1 << 20
_ENOUGH = 0.5
"""The share of the most regular cells with which an earlier sign wins: commas may divide as many, inside of figures."""

_MAGIC = {
    b"PK\x03\x04": saying("This file is a spreadsheet or an archive: save it as CSV, or unpack it first."),
    b"\x1f\x8b": saying("This file is packed with gzip: unpack it first."),
    b"\xd0\xcf\x11\xe0": saying("This file is an old Excel workbook: save it as CSV first."),
    b"%PDF": saying("This file is a PDF: ask your supplier for the data as CSV or Green Button."),
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text file that is divided into cells by one sign. It is read again each time, and never held as text."""

    content: bytes
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Go through the lines that say something, with their numbers; cells come without blanks around them."""
        reader = csv.reader(_opened(self.content, self.encoding), delimiter=self.delimiter)
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield reader.line_num, stripped
        except csv.Error as error:
            raise refused(
                "Line {line} can not be divided into cells ({why}). Is it a CSV file?", line=reader.line_num, why=error
            ) from error


def sheet_of(content: bytes) -> Sheet:
    """Read a text file, or say what it is instead."""
    encoding = _encoding(content)
    lines = list(islice((line for line in _opened(content, encoding) if line.strip()), _LOOKED_AT))
    if not lines:
        raise refused("The file is empty.")
    if max(map(len, lines)) > LONGEST_LINE:
        raise refused("The file's lines are too long for a table: is this a CSV file?")
    return Sheet(content, encoding, _delimiter(lines))


def _opened(content: bytes, encoding: str, errors: str = "replace") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, errors, newline="")


def _encoding(content: bytes) -> str:
    """Return how a file is written: marked, or UTF-8, or what older programs write."""
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise refused(what)
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if (marked is None or marked == "utf-8-sig") and b"\0" in content:
        raise refused("This is no text file. The hub reads CSV, Green Button (XML) and the Parquet files of its lake.")
    text = _opened(content, marked or "utf-8", "strict")
    try:
        while text.read(_AT_ONCE):
            pass
    except UnicodeDecodeError as error:
        if marked is not None:
            raise refused(
                "The file says that it is {marked} and is not: it may have been cut off.", marked=marked
            ) from error
        return "cp1252"
    return marked or "utf-8"


def _delimiter(lines: list[str]) -> str:
    """Return the sign that divides most lines into the same number of cells."""
    cells = {sign: _regular_cells(lines, sign) for sign in DELIMITERS}
    most = max(cells.values())
    if not most:
        raise refused(
            "The file's lines have no columns in common: a CSV file divides them by commas, semicolons, tabs or bars."
        )
    return next(sign for sign in DELIMITERS if cells[sign] >= _ENOUGH * most)


def _regular_cells(lines: list[str], sign: str) -> int:
    """Count the cells of those lines that a sign divides alike."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
    except csv.Error:
        return 0
    return max((width * count for width, count in widths.items() if count > 1), default=0)
