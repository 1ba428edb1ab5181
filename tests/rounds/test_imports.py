"""The import round checks files by the form's own rules, and enrols one in a single transaction or not at all."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tracemalloc
from datetime import timedelta

import pytest
import sqlalchemy as sa

import recovery
from recovery.clinical import enrolment
from recovery.clinical.import_columns import as_form
from recovery.records import (
    enrolling,
    heartbeats,
    import_work,
    imports,
    leases,
    pathways,
    patients,
    states,
)
from recovery.records.accounts import clinic_of
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.imports import ImportRow
from recovery.records.leases import LEASE, TRIES
from recovery.records.patients import Patient, Procedure
from recovery.rounds import imports as rounds
from recovery.rounds import scheduler
from tests.conftest import let_go, settings_for
from tests.made_up_file import people, person
from tests.people import MONDAY, a_clinic, a_nurse, set_stage
from tests.processes import ROOT
from tests.rounds.importing import checked, confirmed, send, work
from tests.web.desk import desk_of, see

DAY = timedelta(days=1)


def enrolled(clinic):
    """How many patients the clinic has."""
    query = sa.select(sa.func.count()).select_from(Patient).where(Patient.clinic_id == clinic.id)
    return db.session.scalar(query)


def staged_lines():
    return db.session.scalar(sa.select(sa.func.count()).select_from(ImportRow))


def bad(row):
    return [(each.line, each.problems[0]["key"]) for each in imports.bad_rows(row, 0, 100)]


def by_form(nurse, cells):
    """The same person, enrolled with the form."""
    read = enrolment.read(as_form(cells, {}), MONDAY, 90, ("en",))
    procedure = {**read.procedure, "pathway": pathways.VERTEBROPLASTY}
    return enrolling.enrol(nurse, read.person, procedure, MONDAY)


def columns_of(table, *left_out):
    return [c.key for c in sa.inspect(table).columns if c.key not in left_out]


def kept_of(patient):
    """Everything that is kept of a patient, without what is never the same of two."""
    row = [getattr(patient, name) for name in columns_of(Patient, "id", "record_number")]
    procedure = patients.current_procedure(patient)
    row += [getattr(procedure, name) for name in columns_of(Procedure, "id", "patient_id")]
    lines = db.session.scalars(sa.select(AuditLine).filter_by(patient_id=patient.id)).all()
    return row, [(line.actor, line.action, line.at) for line in lines]


def test_who_comes_from_a_file_is_kept_exactly_as_who_comes_from_the_form(stage):
    confirmed(stage.dee, [person(record_number="F-2")])
    work()
    one = by_form(stage.dee, person(record_number="F-1"))
    other = patients.find_by_record_number(stage.dee, "F-2")
    assert kept_of(other) == kept_of(one)
    assert other.review_due_at == MONDAY
    assert other.remind_at == other.next_reminder(MONDAY)


def test_nobody_is_enrolled_before_somebody_has_confirmed_it(stage):
    before = enrolled(stage.clinic)
    row = checked(stage.dee, people(3))
    assert (row.state, row.new, row.same, row.bad) == ("checked", 3, 0, 0)
    assert work(MONDAY + DAY) == 0
    assert enrolled(stage.clinic) == before


def test_a_confirmed_file_is_enrolled_by_whoever_confirmed_it_and_nothing_of_it_stays_behind(stage):
    finn = a_nurse(stage.clinic, "Dr Finn Harper")
    row = checked(stage.dee, people(450))
    imports.confirm(finn, row, 450, MONDAY)
    work()
    assert (row.state, row.applied_at, row.confirmed_by) == ("applied", MONDAY, finn.id)
    bo = patients.find_by_record_number(stage.dee, "N-00000")
    assert (bo.enrolled_by, bo.state_by) == (finn.id, finn.actor)
    assert staged_lines() == 0
    found = db.session.scalar(
        sa.select(sa.func.count()).select_from(Patient).where(*imports.patients_of(row))
    )
    assert found == 450
    lines = sa.select(sa.func.count()).select_from(AuditLine).where(AuditLine.action == "enrolled")
    assert db.session.scalar(lines.where(AuditLine.actor == finn.actor)) == 450


def test_a_bad_line_in_the_middle_is_named_and_nobody_can_be_enrolled(stage):
    rows = list(people(500))
    rows[250] = {**rows[250], "phone": "by pigeon"}
    rows[300] = {**rows[300], "consent_on": ""}
    rows[400] = {**rows[400], "record_number": rows[7]["record_number"]}
    before, row = enrolled(stage.clinic), checked(stage.dee, rows)
    assert bad(row) == [(252, "phone_unreadable"), (302, "consent_on_missing"), (402, "twice")]
    assert imports.bad_rows(row, 302, 9)[0].problems[0]["values"]["line"] == 9
    with pytest.raises(imports.NotConfirmable):
        imports.confirm(stage.dee, row, row.new, MONDAY)
    assert work() == 0
    assert enrolled(stage.clinic) == before


def test_the_same_people_again_are_nothing_to_do(stage):
    confirmed(stage.dee, people(30))
    work()
    before = enrolled(stage.clinic)
    again = checked(stage.dee, people(30), MONDAY + DAY)
    assert (again.state, again.new, again.same) == ("applied", 0, 30)
    assert again.confirmed_at is None
    assert (enrolled(stage.clinic), staged_lines()) == (before, 0)


def test_those_who_are_there_already_are_left_alone_and_the_others_are_enrolled(stage):
    confirmed(stage.dee, people(10))
    work()
    before = kept_of(patients.find_by_record_number(stage.dee, "N-00000"))
    row = confirmed(stage.dee, people(13), MONDAY + DAY)
    assert (row.new, row.same) == (3, 10)
    work(MONDAY + DAY)
    assert row.state == "applied"
    assert kept_of(patients.find_by_record_number(stage.dee, "N-00000")) == before


def test_a_known_number_with_other_values_is_bad_and_says_which(stage):
    by_form(stage.dee, person())
    row = checked(
        stage.dee, [person(phone="1234", levels="L1"), person(record_number="R-18", name="Cy")]
    )
    [line] = imports.bad_rows(row, 0, 9)
    assert line.problems[0]["values"] == {"number": "R-17", "columns": ["phone", "levels"]}


def test_a_spreadsheet_that_drops_zeros_enrols_nobody_a_second_time(stage):
    by_form(stage.dee, person(record_number="00123"))
    row = checked(stage.dee, [person(record_number="123"), person(record_number="00123")])
    assert (row.new, row.same, row.bad) == (0, 1, 1)
    [line] = imports.bad_rows(row, 0, 9)
    assert line.problems[0]["key"] == "enrolled_as"
    assert line.problems[0]["values"] == {"name": "Bo Berg", "number": "00123"}


def test_of_one_name_are_another_birth_another_clinic_and_who_has_moved_away(stage):
    by_form(stage.dee, person(date_of_birth="1941-02-04"))
    by_form(stage.eli, person())
    gone = by_form(stage.dee, person(record_number="R-0"))
    with writing():
        states.move_on(gone, stage.eli.clinic_id, stage.eli.actor, MONDAY)
    assert checked(stage.dee, [person(record_number="R-18")]).new == 1


def test_who_is_enrolled_under_another_number_after_the_confirmation_stops_all_of_it(stage):
    row = confirmed(stage.dee, people(300))
    by_form(stage.dee, {**[*people(300)][250], "record_number": "R-18"})
    before = enrolled(stage.clinic)
    rounds.work_on_waiting(lambda: MONDAY)
    assert (row.state, row.error, row.bad) == ("checked", "changed_meanwhile", 1)
    assert enrolled(stage.clinic) == before


def test_the_number_of_another_clinics_patient_is_free_here(stage):
    by_form(stage.eli, person())
    assert checked(stage.dee, [person()]).new == 1


def test_who_is_enrolled_after_the_confirmation_stops_all_of_it(stage):
    row = confirmed(stage.dee, people(300))
    by_form(stage.dee, [*people(300)][200])
    before = enrolled(stage.clinic)
    rounds.work_on_waiting(lambda: MONDAY)
    assert enrolled(stage.clinic) == before
    # It has been checked again, and is to be looked at and confirmed once more.
    assert (row.state, row.error) == ("checked", "changed_meanwhile")
    assert (row.new, row.same, row.confirmed_by) == (299, 1, None)
    imports.confirm(stage.dee, row, 299, MONDAY)
    work()
    assert (row.state, row.error, enrolled(stage.clinic)) == ("applied", "", before + 299)


def test_on_a_pathway_that_is_no_longer_approved_nobody_is_enrolled(stage):
    row = confirmed(stage.dee, people(2))
    with writing():
        clinic_of(stage.clinic.id).is_demo = False
    before = enrolled(stage.clinic)
    work()
    assert (row.state, row.error, enrolled(stage.clinic)) == ("refused", "not_approved", before)


def test_two_rounds_at_once_enrol_a_file_once(stage):
    row = confirmed(stage.dee, people(5))
    import_work.enrol(row, MONDAY)
    before = enrolled(stage.clinic)
    import_work.enrol(row, MONDAY)
    assert enrolled(stage.clinic) == before


def test_a_file_is_held_by_one_round_until_its_lease_is_over(stage):
    row = send(stage.dee, people(5))
    assert import_work.claim(MONDAY).id == row.id
    assert import_work.claim(MONDAY) is None
    assert import_work.claim(MONDAY + LEASE).id == row.id


def test_two_rounds_that_look_at_once_do_not_both_take_it(stage, monkeypatch):
    row, real = send(stage.dee, people(5)), leases.writing

    def after_another_round():
        monkeypatch.setattr(leases, "writing", real)
        assert import_work.claim(MONDAY).id == row.id
        return real()

    monkeypatch.setattr(leases, "writing", after_another_round)
    assert import_work.claim(MONDAY) is None
    assert row.tries == 1


def test_work_that_fails_is_tried_again_and_then_given_up_in_one_sentence(stage, monkeypatch):
    row = confirmed(stage.dee, people(5))
    before = enrolled(stage.clinic)

    def fail(*_args, **_details):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(enrolling, "enrol_batch", fail)
    for number in range(TRIES + 1):
        assert row.state == "waiting"
        assert work(MONDAY + number * LEASE) == 1
    assert (row.state, row.error, enrolled(stage.clinic)) == ("refused", "given_up", before)


@pytest.mark.parametrize("drop_at", [2, 4])
def test_a_file_that_is_dropped_while_it_is_checked_is_forgotten(
    stage, monkeypatch, caplog, drop_at
):
    row = send(stage.dee, people(500))
    unchecked, seen = import_work.unchecked, []

    def read_and_drop(of):
        seen.append((of.checked, len(found := unchecked(of))))
        if len(seen) == drop_at:
            imports.drop(row, stage.dee.actor, MONDAY)
        return found

    monkeypatch.setattr(import_work, "unchecked", read_and_drop)
    work()
    assert (row.state, row.checked_at, staged_lines()) == ("dropped", None, 0)
    assert seen == [(0, 200), (200, 200), (400, 100), (500, 0)][:drop_at]
    assert "could not be worked on" not in caplog.text


def test_what_nobody_decides_about_is_forgotten_after_some_days(stage):
    row = checked(stage.dee, people(3))
    work(MONDAY + import_work.KEPT_FOR)
    assert row.state == "checked"
    work(MONDAY + import_work.KEPT_FOR + DAY)
    assert (row.state, row.error, staged_lines()) == ("dropped", "too_old", 0)


def test_the_work_tells_how_far_it_is_and_that_it_lives(stage, monkeypatch):
    row = send(stage.dee, people(450))
    seen, beat = [], heartbeats.beat

    def note(*words):
        seen.append((row.state, row.checked, row.leased_until))
        beat(*words)

    monkeypatch.setattr(heartbeats, "beat", note)
    work()
    assert [count for _state, count, _until in seen] == [200, 400, 450]
    assert {state for state, _count, _until in seen} == {"checking"}
    assert seen[0][2] == MONDAY + LEASE


def test_it_stands_in_the_timetable(stage):
    assert rounds.NAME in {due.name for due in scheduler.TIMETABLE}
    row = send(stage.dee, people(2))
    scheduler.run_once(settings_for("sqlite://"), MONDAY)
    assert row.state == "checked"


def peak_of_enrolling(nurse, rows):
    confirmed(nurse, rows)
    db.session.remove()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_five_thousand_are_enrolled_with_hardly_more_memory_than_five_hundred(sqlite_app):
    with sqlite_app.app_context():
        few = peak_of_enrolling(set_stage().dee, people(500))
        lake = a_clinic("Lake Clinic")
        many = peak_of_enrolling(a_nurse(lake, "Nurse Fay"), people(5000))
        assert enrolled(lake) == 5000
        assert many < 1.5 * few, (few, many)


@pytest.mark.slow
def test_a_round_that_is_killed_in_the_middle_leaves_nothing_and_the_next_one_does_it(database_url):
    app = recovery.create_app(settings_for(database_url))
    with app.app_context():
        stage = set_stage()
        row = confirmed(stage.dee, people(1000))
        before = enrolled(stage.clinic)
        db.session.commit()
        words = [sys.executable, "-m", "tests.rounds.import_worker", database_url]
        assert subprocess.run(words, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
        db.session.expire_all()
        assert (row.state, row.tries, enrolled(stage.clinic)) == ("waiting", 1, before)
        assert work() == 0
        assert work(MONDAY + LEASE) == 1
        assert (row.state, enrolled(stage.clinic)) == ("applied", before + 1000)
        db.session.rollback()
    let_go(app)


@pytest.mark.slow
def test_five_thousand_are_checked_and_enrolled_while_the_page_tells_how_far_it_is(
    database_url, at, monkeypatch
):
    at(MONDAY)
    app, site = (recovery.create_app(settings_for(database_url)) for _ in range(2))
    with app.app_context():
        stage = set_stage()
        desk, before = desk_of(site, stage.dee), enrolled(stage.clinic)
        row = send(stage.dee, people(5000))
        page, told = f"/clinic/import/{row.id}", []

        def look(real):
            def act(*args, **details):
                with site.app_context():
                    told.append(
                        (re.search(r"<h2[^>]*>([^<]+)", see(desk, page))[1], enrolled(stage.clinic))
                    )
                return real(*args, **details)

            return act

        monkeypatch.setattr(heartbeats, "beat", look(heartbeats.beat))
        monkeypatch.setattr(enrolling, "enrol_batch", look(enrolling.enrol_batch))
        work()
        imports.confirm(stage.dee, row, 5000, MONDAY)
        work()
        lines, batches = 5000, 5000 // imports.BATCH
        steps = [f"{n} of {lines} lines are checked" for n in range(200, lines + 1, imports.BATCH)]
        # Whoever looks meanwhile waits for nothing, and sees nobody who is not enrolled for good.
        assert told == [
            *((step, before) for step in steps),
            *[(f"{lines} patients are being enrolled", before)] * batches,
        ]
        assert "5000 patients are enrolled" in see(desk, page)
        assert enrolled(stage.clinic) == before + lines
    for each in (app, site):
        let_go(each)
