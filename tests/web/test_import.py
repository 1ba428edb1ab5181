"""Enrolling from a file on its pages: what is refused and why, the preview, and that nothing happens unconfirmed."""

from __future__ import annotations

import csv
import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from recovery.clinical.import_columns import COLUMNS
from recovery.clinical.import_file import MOST_LINES
from recovery.records import accounts, imports, pathways, patients
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.records.imports import Import, ImportRow
from recovery.rounds import imports as rounds
from recovery.web import enrolment_columns
from recovery.web.enrolment_words import FILE_PROBLEMS
from tests.made_up_file import csv_of, people, person
from tests.people import MONDAY, a_clinic, a_nurse
from tests.web.desk import SAME, desk_of, rows_of, see, send, words

PAGE = "/clinic/import"


def upload(desk, content, name="march.csv", status=303, **fields):
    """Send a file; the address that it leads to, or what is wrong with it."""
    file = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"file": file, **fields})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = desk.post(PAGE, data=body, headers=SAME, content_type=kind)
    assert answer.status_code == status, words(answer.text)
    return answer.location if status == 303 else words(answer.text)


def work(app, now=MONDAY):
    with app.app_context():
        rounds.work_on_waiting(lambda: now)


def checked(app, desk, rows, **fields):
    address = upload(desk, csv_of(rows), **fields)
    work(app)
    return address


def text_of(desk, address):
    """A page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", see(desk, address)).split())


def count(app, table=patients.Patient):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(table))


def confirm(desk, address, shown, status=303):
    return send(desk, f"{address}/confirm", status, shown=shown)


def test_a_file_is_sent_looked_at_confirmed_and_enrolled(sqlite_app, desk):
    before = count(sqlite_app)
    address = upload(desk, csv_of(people(7)))
    assert "7 lines wait to be checked" in text_of(desk, address)
    work(sqlite_app)
    page = text_of(desk, address)
    assert "7 patients will be enrolled" in page
    assert "N-00003 李 小龍 3 3 February 1941" in page
    assert "Enrol all 7 patients" in page
    assert count(sqlite_app) == before
    confirm(desk, address, 7)
    assert "7 patients are being enrolled" in text_of(desk, address)
    assert count(sqlite_app) == before
    work(sqlite_app)
    assert "7 patients are enrolled" in text_of(desk, address)
    assert count(sqlite_app) == before + 7
    assert "7 patients are enrolled" in text_of(desk, PAGE)


def test_every_bad_line_is_named_with_its_box_its_reason_and_what_was_typed(sqlite_app, desk):
    rows = list(people(30))
    rows[10] |= {"phone": "by pigeon", "levels": "L1 L9"}
    rows[20] |= {"consent_by": "", "baseline_mobility": "7"}
    rows[25] |= {"record_number": "N-00001", "second_may_be_told": "ja"}
    address = checked(sqlite_app, desk, rows)
    page = text_of(desk, address)
    assert "Nobody is enrolled: 3 lines are not right" in page
    for told in (
        "Line 12 N-00010,",
        "phone Type the phone number in digits, such as 020 7946 0018. Typed: by pigeon",
        "levels L1 L9 is not allowed here. Allowed: T5, T6,",
        "Line 22 N-00020,",
        "consent_by Fill this box. Allowed: patient, representative.",
        "baseline_mobility 7 is not allowed here. Write a whole number from 0 to 5.",
        "Line 27 N-00001,",
        "Record number N-00001 stands in line 3 already.",
        "second_may_be_told ja is not allowed here. Allowed: yes, no.",
    ):
        assert told in page
    assert "Enrol all" not in page
    assert confirm(desk, address, 27, 409)
    work(sqlite_app)
    assert count(sqlite_app) == 1


def test_a_corrected_file_takes_the_place_of_the_one_that_it_corrects(sqlite_app, desk):
    address = checked(sqlite_app, desk, [person(phone="?"), person(record_number="R-18")])
    corrected = re.search(r'name="instead_of" value="([^"]+)"', see(desk, address))[1]
    refused = upload(desk, b"nothing", instead_of=corrected, status=422)
    assert f'name="instead_of" value="{corrected}"' in refused
    other = upload(desk, csv_of([person(), person(record_number="R-18")]), instead_of=corrected)
    work(sqlite_app)
    assert "This file was dropped" in text_of(desk, address)
    assert "2 patients will be enrolled" in text_of(desk, other)
    assert len(rows_of(sqlite_app, ImportRow)) == 2


def test_many_bad_lines_come_one_page_after_the_other(sqlite_app, desk):
    address = checked(sqlite_app, desk, [{**each, "phone": ""} for each in people(60)])
    first = see(desk, address)
    assert first.count("<h3>Line ") == 50
    further = re.search(r'href="([^"]+after=51)"', first)[1]
    second = see(desk, further)
    assert second.count("<h3>Line ") == 10
    assert "Line 52 " in second
    assert "after=" not in second


def test_the_same_file_again_changes_nothing_and_says_so(sqlite_app, desk):
    address = checked(sqlite_app, desk, people(3))
    confirm(desk, address, 3)
    work(sqlite_app)
    before = count(sqlite_app), count(sqlite_app, Import)
    again = upload(desk, csv_of(people(3)), name="april.csv")
    assert again.startswith(address)
    page = text_of(desk, again)
    assert "You have sent the same file before." in page
    assert "3 patients are enrolled" in page
    work(sqlite_app)
    assert (count(sqlite_app), count(sqlite_app, Import)) == before


def test_the_same_people_in_another_file_need_nothing(sqlite_app, desk):
    confirm(desk, checked(sqlite_app, desk, people(3)), 3)
    work(sqlite_app)
    page = text_of(desk, checked(sqlite_app, desk, reversed([*people(3)])))
    assert "Everybody in this file is enrolled already with the same values." in page
    address = checked(sqlite_app, desk, people(4))
    page = text_of(desk, address)
    assert "1 patient will be enrolled" in page
    assert "3 more are enrolled already with the same values: nothing is to be done." in page
    confirm(desk, address, 1)
    work(sqlite_app)
    page = text_of(desk, address)
    assert "1 patient is enrolled" in page
    assert "3 more were enrolled before, with the same values." in page


def test_the_same_undecided_file_again_is_checked_again(sqlite_app, desk):
    rows = [person(record_number="R-18")]
    with sqlite_app.app_context():
        dee = accounts.find_by_email("dee@hill.example")
    address = checked(sqlite_app, desk, rows)
    send(desk, "/clinic/enrol", **{**rows[0], "levels": ["T12", "L1"]})
    assert upload(desk, csv_of(rows)).startswith(address)
    work(sqlite_app)
    assert "Nothing was changed" in text_of(desk, address)
    assert len(rows_of(sqlite_app, patients.Patient, enrolled_by=dee.id)) == 2


def test_a_known_number_is_told_by_name_or_by_what_differs(sqlite_app, desk):
    confirm(desk, checked(sqlite_app, desk, [person()]), 1)
    work(sqlite_app)
    page = text_of(desk, checked(sqlite_app, desk, [person(name="Cy Cole", email="cy@x.example")]))
    assert "Record number R-17 belongs to Bo Berg, who was born" in page
    page = text_of(desk, checked(sqlite_app, desk, [person(phone="1234", risks="")]))
    assert "Record number R-17 is enrolled already, with something else in: phone, risks." in page


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04\x00", "This is no CSV file."),
        (b"Bo Berg;1941\n", "The first line must hold the names of the columns"),
        (csv_of([]), "Nobody is in this file"),
        (csv_of([person()]).replace(b"email", b"mail"), "This column is not known: mail."),
        (
            csv_of([person()]).replace(b"levels", b"").replace(b"consent_on", b""),
            "These columns are missing in the first line: levels, consent_on.",
        ),
        (csv_of([person()]).replace(b"email", b"phone"), "stands in the first line twice: phone."),
        (csv_of([person()]) + b'R-18,"Cy', "Line 3 cannot be read."),
        (csv_of(people(MOST_LINES + 1)), "More than 5000 patients are in this file."),
        (b"x" * 4 * 1024 * 1024, "The file is larger than 3 MB."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_a_sentence(sqlite_app, desk, content, says):
    assert says in upload(desk, content, status=422)
    assert count(sqlite_app, Import) == 0


def test_no_file_at_all_is_asked_for_again(desk):
    assert "Choose a file." in send(desk, PAGE, 422)
    assert "Choose a file." in upload(desk, b"", name="", status=422)
    assert all(text.endswith(".") for text in FILE_PROBLEMS.values())


def test_what_is_not_utf8_is_read_and_the_reader_is_warned(sqlite_app, desk):
    rows = [person(name="Zoë Müller"), person(record_number="R-18", phone="?")]
    address = upload(desk, csv_of(rows, ";", "cp1252"))
    work(sqlite_app)
    page = text_of(desk, address)
    assert "it was read as Western European (Windows-1252)" in page
    assert "Zoë Müller" in page


def test_a_formula_is_shown_and_kept_as_the_text_that_it_is(sqlite_app, desk):
    names = ["=HYPERLINK(1)", "+Bo", "-Bo", "@Bo", "<script>alert(1)</script>"]
    rows = [person(record_number=f"R-{n}", name=name) for n, name in enumerate(names)]
    address = checked(sqlite_app, desk, rows)
    assert "<script>alert" not in desk.get(address).text
    confirm(desk, address, 5)
    work(sqlite_app)
    for name in names:
        assert len(rows_of(sqlite_app, patients.Patient, name=name)) == 1


def test_the_template_has_every_column_and_nobody_in_it(desk):
    answer = desk.get(f"{PAGE}/template.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.mimetype == "text/csv"
    [names] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert names == [column.name for column in COLUMNS]
    assert "Nobody is in this file" in upload(desk, answer.data, status=422)


def test_where_a_comma_is_the_decimal_sign_the_template_has_semicolons(sqlite_app, stage):
    with sqlite_app.app_context():
        nurse = a_nurse(a_clinic("Klinik am See", language="de"), "Nurse Fay")
    answer = desk_of(sqlite_app, nurse).get(f"{PAGE}/template.csv")
    assert answer.data.decode("utf-8-sig").startswith("record_number;name;")


def test_every_column_is_explained_with_what_may_stand_there(desk):
    page = text_of(desk, PAGE)
    assert set(enrolment_columns.PURPOSES) == {column.name for column in COLUMNS}
    for column in COLUMNS:
        assert f" {column.name} " in page
        assert all(f" {value} " in page for value in column.allowed)
    assert "Empty: Europe/Berlin, as for your clinic." in page
    assert "at most 3 MB and 5000 patients" in page


def test_a_page_that_renews_itself_gets_its_middle_or_nothing_new(sqlite_app, desk):
    address = upload(desk, csv_of(people(3)))
    whole = desk.get(address)
    etag = re.search(r'data-renew="(\w+)"', whole.text)[1]
    assert 'http-equiv="refresh"' in whole.text
    headers = {"X-Renew": "1", "If-None-Match": f'"{etag}"'}
    assert desk.get(address, headers=headers).status_code == 304
    work(sqlite_app)
    middle = desk.get(address, headers=headers)
    assert middle.status_code == 200
    assert "<html" not in middle.text
    assert "3 patients will be enrolled" in words(middle.text)
    assert 'http-equiv="refresh"' not in desk.get(address).text


def test_how_far_the_check_is_stands_there_in_words_and_as_a_bar(sqlite_app, desk):
    address = upload(desk, csv_of(people(30)))
    with sqlite_app.app_context():
        row = db.session.scalars(db.select(Import)).one()
        row.state, row.checked = "checking", 20
        db.session.commit()
    page = see(desk, address)
    assert "20 of 30 lines are checked" in page
    assert '<progress class="work" max="30" value="20"' in page


def test_opening_a_page_that_names_patients_is_noted(sqlite_app, desk):
    address = upload(desk, csv_of(people(3)))
    desk.get(address)
    assert rows_of(sqlite_app, AuditLine, action="import opened") == []
    work(sqlite_app)
    desk.get(address)
    assert len(rows_of(sqlite_app, AuditLine, action="import opened")) == 1


def test_a_file_is_dropped_with_all_its_lines(sqlite_app, desk):
    address = checked(sqlite_app, desk, people(3))
    send(desk, f"{address}/drop")
    assert "nothing of its patients is kept" in text_of(desk, address)
    assert rows_of(sqlite_app, ImportRow) == []
    assert "This file has changed since you saw it." in confirm(desk, address, 3, 409)


@pytest.mark.parametrize(
    ("state", "error", "says"),
    [
        ("refused", "given_up", "The file could not be worked on."),
        ("refused", "not_approved", "The pathway is a draft."),
        ("dropped", "too_old", "Nobody had decided about it for 7 days."),
        ("checked", "changed_meanwhile", "Somebody in this file was enrolled while it waited"),
        ("arriving", "", "3 lines wait to be checked"),
    ],
)
def test_every_end_is_told_with_what_to_do(sqlite_app, desk, state, error, says):
    address = checked(sqlite_app, desk, people(3))
    with sqlite_app.app_context():
        row = db.session.scalars(db.select(Import)).one()
        row.state, row.error = state, error
        db.session.commit()
    assert says in text_of(desk, address)


def test_what_was_checked_long_ago_is_checked_again_first(sqlite_app, desk, at):
    address = checked(sqlite_app, desk, people(3))
    at(MONDAY + 2 * imports.CHECK_HOLDS)
    assert "so it is checked again" in confirm(desk, address, 3, 409)
    work(sqlite_app, MONDAY + 2 * imports.CHECK_HOLDS)
    confirm(desk, address, 3)


def test_another_clinic_finds_no_file_of_ours(sqlite_app, stage, desk):
    address = checked(sqlite_app, desk, people(3))
    eli = desk_of(sqlite_app, stage.eli)
    see(eli, address, 404)
    confirm(eli, address, 3, 404)
    send(eli, f"{address}/drop", 404)
    assert "march.csv" not in see(eli, PAGE)
    mine = upload(eli, csv_of(people(3)))
    assert not mine.startswith(address)
    upload(eli, csv_of(people(4)), instead_of=address.rpartition("/")[2], status=404)
    assert "3 patients will be enrolled" in text_of(desk, address)


def test_real_patients_are_not_imported_on_a_draft(sqlite_app, stage):
    with sqlite_app.app_context():
        nurse = a_nurse(a_clinic("Lake Clinic", is_demo=False), "Nurse Fay")
    fay = desk_of(sqlite_app, nurse)
    assert "Nobody can be enrolled yet" in see(fay, PAGE, 403)
    assert "Nobody can be enrolled yet" in upload(fay, csv_of(people(1)), status=403)
    with sqlite_app.app_context():
        pathways.approve(nurse, pathways.VERTEBROPLASTY, MONDAY)
    address = checked(sqlite_app, fay, people(1))
    with sqlite_app.app_context():
        db.session.execute(db.delete(pathways.PathwayCopy))
        db.session.commit()
    assert "Nobody can be enrolled yet" in confirm(fay, address, 1, 403)


def test_a_query_that_makes_no_sense_is_passed_over(sqlite_app, desk):
    address = checked(sqlite_app, desk, people(3))
    see(desk, f"{address}?after=-1")
    confirm(desk, address, "many", 409)
