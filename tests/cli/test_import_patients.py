"""import-patients: the same rules at a terminal; with one bad line nobody is enrolled, and the exit says so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from recovery.records import accounts, imports
from recovery.records.database import db
from recovery.records.imports import Import, ImportRow
from recovery.records.patients import Patient
from tests.made_up_file import csv_of, people, person
from tests.people import MONDAY, a_clinic, a_nurse, a_patient, set_stage

BY = ("--clinic", "Hill Clinic", "--by", "dee@hill.example")


@pytest.fixture
def run(app, at):
    at(MONDAY)
    with app.app_context():
        set_stage()
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["import-patients", *map(str, words)])


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "patients.csv"
        path.write_bytes(content)
        return path

    return write


def count(app, table=Patient):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_file_is_enrolled_in_the_name_of_a_clinician(app, run, written):
    before = count(app)
    done = run(written(csv_of(people(250))), *BY)
    assert (done.exit_code, done.output) == (0, "250 patients are enrolled\n")
    assert (count(app), count(app, ImportRow)) == (before + 250, 0)
    with app.app_context():
        row = db.session.scalars(sa.select(Import)).one()
        some = db.session.scalars(sa.select(Patient).where(*imports.patients_of(row))).all()
    assert len(some) == 250


def test_every_bad_line_is_named_with_file_line_and_reason_and_nobody_is_enrolled(
    app, run, written
):
    rows = list(people(450))
    rows[100] |= {"phone": "by pigeon"}
    rows[400] |= {"consent_on": "", "name": "Bo\x1b[31m" + "x" * 300}
    before, path = count(app), written(csv_of(rows))
    done = run(path, *BY)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[:2] == [
        f"{path}, line 102, phone: Type the phone number in digits, such as 020 7946 0018. (by pigeon)",
        f"{path}, line 402, name: Shorten this to 200 letters. (Bo[31m{'x' * 54}…)",
    ]
    assert f"{path}, line 402, consent_on: Give the date of consent." in done.stderr
    assert "Nobody is enrolled: 2 lines are not right" in done.stderr
    assert (count(app), count(app, ImportRow)) == (before, 0)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(app, run, written):
    before = count(app)
    done = run(written(csv_of(people(3))), *BY, "--dry-run")
    assert done.exit_code == 0
    assert done.output == ("3 patients will be enrolled\nThis was a dry run: nothing was done.\n")
    assert (count(app), count(app, ImportRow)) == (before, 0)


def test_the_same_again_changes_nothing_and_says_so(app, run, written):
    path = written(csv_of(people(3)))
    run(path, *BY)
    before = count(app)
    done = run(path, *BY)
    assert (done.exit_code, count(app)) == (0, before)
    assert done.output == f"{path} was enrolled before. Nothing was changed.\n"
    done = run(written(csv_of(reversed([*people(3)]))), *BY)
    assert (done.exit_code, count(app)) == (0, before)
    assert "Nothing was changed\nEverybody in this file is enrolled already" in done.output


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(app, run, written):
    done = run(written(b"PK\x03\x04\x00"), *BY)
    assert (done.exit_code, count(app, Import)) == (1, 0)
    assert "patients.csv: This is no CSV file." in done.output
    assert run("nowhere.csv", *BY).exit_code == 2


def test_a_line_that_is_wrong_as_a_whole_is_named_without_a_box(run, written):
    path = written(csv_of([person()]).rstrip() + b",one more\r\n")
    done = run(path, *BY)
    assert f"{path}, line 2: This line has more boxes than" in done.stderr


def another_enrols_one(row):
    dee = accounts.find_by_email("dee@hill.example")
    a_patient(dee, "Bo Berg 0", record_number="N-00000")


def the_approval_ends(row):
    accounts.find_clinic("Hill Clinic").is_demo = False
    db.session.commit()


def another_drops_the_file(row):
    imports.drop(row, "clinician:1", MONDAY)


@pytest.mark.parametrize(
    ("meanwhile", "says"),
    [
        (another_enrols_one, "Nobody is enrolled: something has changed meanwhile."),
        (another_drops_the_file, "Nobody is enrolled: something has changed meanwhile."),
        (the_approval_ends, "Nobody was enrolled\nThe pathway is a draft."),
    ],
)
def test_when_something_changes_after_the_check_nobody_is_enrolled_and_the_exit_says_so(
    app, run, written, monkeypatch, meanwhile, says
):
    confirm = imports.confirm

    def confirmed(person, row, *others):
        meanwhile(row)
        confirm(person, row, *others)

    monkeypatch.setattr(imports, "confirm", confirmed)
    done = run(written(csv_of(people(3))), *BY)
    assert isinstance(done.exception, SystemExit)
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert count(app, ImportRow) == 0
    with app.app_context():
        assert not db.session.scalar(sa.select(Patient.id).filter_by(record_number="N-00001"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--clinic", "Hil", "--by", "dee@hill.example"), "There is no clinic named Hil."),
        (("--clinic", "Hill Clinic", "--by", ""), "There is no clinician with the address (empty)"),
        (("--clinic", "Hill Clinic", "--by", "eli@harbour.example"), "is no clinician of Hill"),
        (("--clinic", "Lake Clinic", "--by", "fay@lake.example"), "has approved its pathway"),
    ],
)
def test_only_a_clinician_of_a_clinic_that_may_enrol_does(app, run, written, words, says):
    with app.app_context():
        a_nurse(a_clinic("Lake Clinic", is_demo=False), "Nurse Fay")
    done = run(written(csv_of(people(1))), *words)
    assert done.exit_code == 1
    assert says in done.output
    assert count(app, Import) == 0
