"""A file of patients is read as spreadsheets write it, or refused with the one thing to mend."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import import_file
from recovery.clinical.import_file import LONGEST_CELL, MOST_LINES, UnreadableFile
from tests.made_up_file import BO, NAMES, csv_of, people, person


def read(content):
    file = io.BytesIO(content)
    found = import_file.survey(file)
    return found, list(import_file.lines(file, found))


def refused(content):
    with pytest.raises(UnreadableFile) as error:
        read(content)
    return error.value.key, error.value.values


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_any_usual_separator_and_any_script_is_read(separator, encoding):
    rows = [person(name=name, contact_note='says "no, thanks"; often') for name in NAMES]
    found, lines = read(csv_of(rows, separator, encoding))
    assert (found.separator, found.lines, len(found.sha256)) == (separator, len(NAMES), 64)
    assert [line.cells for line in lines] == rows
    assert [line.number for line in lines] == list(range(2, 2 + len(NAMES)))


def test_what_windows_writes_in_western_europe_is_read_and_known_as_such():
    found, [line] = read(csv_of([person(name="Zoë Müller €")], ";", "cp1252"))
    assert (found.encoding, line.cells["name"]) == ("cp1252", "Zoë Müller €")


def test_utf8_is_never_taken_for_it_even_where_a_letter_is_cut_by_the_block():
    rows = [person(name="é" * 150, record_number=str(n)) for n in range(400)]
    found, lines = read(csv_of(rows))
    assert found.encoding == "utf-8-sig"
    assert {line.cells["name"] for line in lines} == {"é" * 150}


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x00\x00workbook",
        csv_of([BO], encoding="utf-16"),
        csv_of([BO]) + b"R-18,\x00\n",
        csv_of([BO], encoding="cp1252").replace(b"Bo", b"B\x81"),  # in neither encoding
    ],
)
def test_what_is_no_text_is_refused(content):
    assert refused(content) == ("not_text", {})


def test_the_first_line_decides_which_columns_there_are():
    needed = [name for name in BO if name not in ("zone", "language")]
    rows = [{name: BO[name] for name in needed}]
    found, _lines = read(csv_of(rows, columns=reversed(needed)))
    assert found.columns == tuple(reversed(needed))
    loud = csv_of([BO]).replace(b"record_number", b" Record Number ").replace(b"name,", b"NAME,", 1)
    assert read(loud)[1][0].cells["record_number"] == "R-17"


@pytest.mark.parametrize(
    ("change", "key", "names"),
    [
        (lambda text: text.replace("levels", "level"), "columns_unknown", ["level"]),
        (lambda text: text.replace("email", "phone"), "columns_twice", ["phone"]),
        (lambda text: text.replace("consent_on", "", 1), "columns_missing", ["consent_on"]),
    ],
)
def test_wrong_columns_are_named(change, key, names):
    got = refused(change(csv_of([BO]).decode()).encode())
    assert got == (key, {"names": names, "count": 1})


@pytest.mark.parametrize("content", [b"", b"\n\n", b"Bo Berg,1941\n", b'"never closed'])
def test_a_file_without_its_first_line_is_refused(content):
    assert refused(content)[0] == "no_header"


def test_an_empty_file_and_one_with_too_many_are_refused():
    assert refused(csv_of([]))[0] == "no_lines"
    assert refused(csv_of([]) + b",,,\r\n\r\n")[0] == "no_lines"
    assert read(csv_of(people(MOST_LINES)))[0].lines == MOST_LINES
    too_many = refused(csv_of(people(MOST_LINES + 1)))
    assert too_many == ("too_many_lines", {"most": MOST_LINES})


def test_a_line_is_named_by_where_it_begins():
    rows = [person(contact_note="two\r\nlines"), person(record_number="R-18")]
    first, second = read(csv_of(rows))[1]
    assert (first.number, first.cells["contact_note"]) == (2, "two lines")
    assert second.number == 4


def test_an_open_quotation_mark_and_a_huge_box_name_their_line():
    text = csv_of(people(5)).decode()
    broken = text.replace("N-00002", '"N-00002', 1)
    assert refused(broken.encode()) == ("line_unreadable", {"line": 4})
    huge = text.replace("N-00003", "N" * 200_000, 1)
    assert refused(huge.encode()) == ("line_unreadable", {"line": 5})


def test_a_line_may_end_early_and_one_that_is_too_long_is_marked():
    header, line, _end = csv_of([BO]).decode().split("\r\n")
    short, wide = line.rstrip(","), f"{line},one more"
    lines = read("\n".join((header, short, wide, f"{line},, ,")).encode())[1]
    assert [each.is_too_wide for each in lines] == [False, True, False]
    assert lines[0].cells == lines[1].cells == BO


def test_a_box_is_kept_on_one_line_without_control_characters_and_cut_where_no_box_is_as_long():
    assert import_file.plain("  Bo\x1b[2J\x08\r\n Berg\t\u00a0X ") == "Bo[2J Berg X"
    assert import_file.plain("می‌خواهم") == "می‌خواهم"  # its joiner belongs to it
    assert len(import_file.plain("x" * 1000)) == LONGEST_CELL


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@given(st.lists(st.text(LETTERS, max_size=60), min_size=1))
def test_whatever_stands_in_the_boxes_is_read_as_it_was_typed(names):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([BO, *({**BO, "name": name}.values() for name in names)])
    lines = read(text.getvalue().encode())[1]
    assert [line.cells.get("name", "") for line in lines] == [*map(import_file.plain, names)]


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_it(content):
    for whole in (content, csv_of([]) + content):
        with suppress(UnreadableFile):
            assert read(whole)[1]
