"""A file of patients as CSV: its encoding, its separator and its columns found out, its lines read one by one."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from recovery.clinical.import_columns import BY_NAME, COLUMNS

MOST_LINES = 5_000  # are enrolled in one transaction
LONGEST_CELL = 400  # more than any box takes: what is cut off was too long already
LONGEST_HEADER = 10_000
SEPARATORS = (",", ";", "\t")
# As spreadsheets write CSV: with or without a mark that it is UTF-8, or in the way of Western Europe's Windows.
ENCODINGS = ("utf-8-sig", "cp1252")
AT_ONE_GO = 65_536


class UnreadableFile(ValueError):
    """The file cannot be taken; .key says why, .values fill its sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Survey:
    """What is known of a file after one look at the whole of it."""

    sha256: str
    encoding: str
    separator: str
    columns: tuple[str, ...]
    lines: int


@dataclass(frozen=True)
class Line:
    """One patient's line: its number in the file, its filled boxes, and whether it has more boxes than columns."""

    number: int
    cells: Mapping[str, str]
    is_too_wide: bool


def survey(file: BinaryIO) -> Survey:
    """Read the whole file once, keeping nothing of it; raises UnreadableFile."""
    sha256, encoding = _fingerprint(file)
    separator, columns = _header(file, encoding)
    found = Survey(sha256, encoding, separator, columns, 0)
    count = 0
    for _line in lines(file, found):
        count += 1
        if count > MOST_LINES:
            raise UnreadableFile("too_many_lines", most=MOST_LINES)
    if not count:
        raise UnreadableFile("no_lines")
    return Survey(sha256, encoding, separator, columns, count)


def _fingerprint(file: BinaryIO) -> tuple[str, str]:
    """The hash of the file, and the first encoding that can read all of it."""
    digest = hashlib.sha256()
    readers = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    file.seek(0)
    while chunk := file.read(AT_ONE_GO):
        digest.update(chunk)
        if b"\0" in chunk:  # a workbook, or UTF-16
            raise UnreadableFile("not_text")
        _drop_those_that_fail(readers, chunk)
    _drop_those_that_fail(readers, b"", is_last=True)
    if not readers:
        raise UnreadableFile("not_text")
    return digest.hexdigest(), next(iter(readers))


def _drop_those_that_fail(
    readers: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, is_last: bool = False
) -> None:
    for name, reader in list(readers.items()):
        try:
            reader.decode(chunk, is_last)
        except UnicodeDecodeError:
            del readers[name]


@contextmanager
def _text(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The file from its beginning as text; it stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _header(file: BinaryIO, encoding: str) -> tuple[str, tuple[str, ...]]:
    with _text(file, encoding) as text:
        first = text.readline(LONGEST_HEADER)
    separator, names = max(
        ((each, _names(first, each)) for each in SEPARATORS),
        key=lambda found: len(set(found[1]) & set(BY_NAME)),
    )
    _refuse_unknown(names)
    return separator, names


def _names(first: str, separator: str) -> tuple[str, ...]:
    cells = next(csv.reader([first], delimiter=separator), [])
    return tuple("_".join(plain(cell).lower().split()) for cell in cells)


def _refuse_unknown(names: Sequence[str]) -> None:
    named = [name for name in names if name]
    if not set(named) & set(BY_NAME):
        raise UnreadableFile("no_header")
    if unknown := [name[:60] for name in named if name not in BY_NAME]:
        raise UnreadableFile("columns_unknown", names=unknown[:10], count=len(unknown))
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise UnreadableFile("columns_twice", names=twice, count=len(twice))
    needed = [column.name for column in COLUMNS if column.is_needed]
    if missing := [name for name in needed if name not in named]:
        raise UnreadableFile("columns_missing", names=missing, count=len(missing))


def lines(file: BinaryIO, found: Survey) -> Iterator[Line]:
    """The lines after the first, empty ones left out; raises UnreadableFile."""
    with _text(file, found.encoding) as text:
        records = _records(csv.reader(text, delimiter=found.separator, strict=True))
        next(records)
        for number, cells in records:
            if any(cell.strip() for cell in cells):
                yield _line(number, cells, found.columns)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it begins."""
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise UnreadableFile("line_unreadable", line=begins) from error


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line:
    # A line may end early: spreadsheets leave out what is empty at its end.
    read = {name: plain(cell) for name, cell in zip(columns, cells, strict=False) if name}
    beyond = [cell for name, cell in zip(columns, cells, strict=False) if not name]
    is_too_wide = any(cell.strip() for cell in (*beyond, *cells[len(columns) :]))
    return Line(number, {name: cell for name, cell in read.items() if cell}, is_too_wide)


def plain(cell: str) -> str:
    """What stands in a box, on one line and without what no letter is; never longer than any box may be."""
    # PostgreSQL refuses NUL, and UTF-8 a lone surrogate.
    kept = (c for c in cell if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())[:LONGEST_CELL]
