"""Check-ins are kept once, corrected by revisions, and never lose a warning sign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import sqlalchemy as sa

from recovery.records import checkins, courses, patients
from recovery.records.checkins import CheckIn
from recovery.records.database import db
from tests.people import MONDAY, a_patient, answers, check_in

ENTRY = UUID("7b0c0f5e-9a39-4a3f-8a53-0f2f3f0c9d11")


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn))


def test_the_same_check_in_posted_twice_is_stored_once_and_answered_the_same(stage):
    first = check_in(stage.ana, stage.device, answers(4), MONDAY, entry_id=ENTRY)
    again = check_in(stage.ana, stage.device, answers(4), MONDAY, entry_id=ENTRY)
    assert not first.is_repeat
    assert again.is_repeat
    assert again.checkin.revision == first.checkin.revision == 1
    assert count() == 1


def test_the_same_check_in_from_two_threads_at_once_is_stored_once(app, stage):
    ana, device, together = stage.ana, stage.device, Barrier(2)

    def post():
        with app.app_context():
            together.wait(10)
            stored = check_in(ana, device, answers(4), MONDAY, entry_id=ENTRY)
            return stored.is_repeat, stored.checkin.revision

    db.session.commit()
    with ThreadPoolExecutor(2) as pool:
        done = sorted(future.result(30) for future in [pool.submit(post), pool.submit(post)])
    assert done == [(False, 1), (True, 1)]
    assert count() == 1


def test_another_body_under_the_same_id_is_a_revision_and_the_first_is_kept(stage):
    check_in(stage.ana, stage.device, answers(4), MONDAY, entry_id=ENTRY)
    corrected = check_in(stage.ana, stage.device, answers(6), MONDAY, entry_id=ENTRY)
    assert not corrected.is_repeat
    rows = checkins.revisions_of(stage.device.key, ENTRY)
    assert [(row.revision, row.pain) for row in rows] == [(1, 4), (2, 6)]


def test_going_back_to_the_first_answer_is_a_correction_too(stage):
    for pain in (4, 6, 4):
        stored = check_in(stage.ana, stage.device, answers(pain), MONDAY, entry_id=ENTRY)
    assert (stored.checkin.revision, stored.is_repeat) == (3, False)


def test_a_frozen_older_post_that_arrives_again_is_only_a_repeat(stage):
    later = MONDAY + timedelta(hours=2)
    check_in(stage.ana, stage.device, answers(4), MONDAY, later, ENTRY)
    check_in(stage.ana, stage.device, answers(6), MONDAY + timedelta(minutes=5), later, ENTRY)
    again = check_in(stage.ana, stage.device, answers(4), MONDAY, later, ENTRY)
    assert (again.is_repeat, again.checkin.revision) == (True, 1)


def test_another_patients_id_is_simply_a_new_entry(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    check_in(stage.ana, stage.device, answers(4), MONDAY, entry_id=ENTRY)
    stored = check_in(bo, stage.dee, answers(7), MONDAY, entry_id=ENTRY)
    assert (stored.is_repeat, stored.checkin.revision) == (False, 1)


def test_a_check_in_makes_its_patient_due_and_a_sign_makes_it_urgent(stage):
    stage.ana.review_due_at = None
    db.session.commit()
    check_in(stage.ana, stage.device, answers(4), MONDAY)
    assert (stage.ana.review_due_at, stage.ana.review_is_urgent) == (MONDAY, False)
    check_in(stage.ana, stage.device, answers(4, ("wound",)), MONDAY + timedelta(hours=1))
    assert stage.ana.review_is_urgent


def test_a_correction_never_withdraws_a_sign_or_the_higher_temperature(stage):
    hot = answers(4, ("leg_weakness",), leg_weakness="both", temperature_c=38.6)
    check_in(stage.ana, stage.device, hot, MONDAY, entry_id=ENTRY)
    check_in(stage.ana, stage.device, answers(2, temperature_c=36.8), MONDAY, entry_id=ENTRY)
    procedure = patients.current_procedure(stage.ana)
    days = courses.days_of(courses.all_of(stage.ana, procedure), procedure, MONDAY.date())
    first, corrected = (entry.answers for entry in days[-1].entries)
    assert (first.temperature_c, first.pain, first.leg_weakness) == (38.6, None, "both")
    assert first.warning_signs == {"leg_weakness"}
    assert (corrected.temperature_c, corrected.pain) == (36.8, 2)


def test_several_entries_a_day_are_all_kept_in_the_order_given(stage):
    check_in(stage.ana, stage.device, answers(6), MONDAY + timedelta(hours=3))
    check_in(stage.ana, stage.device, answers(3), MONDAY)
    procedure = patients.current_procedure(stage.ana)
    days = courses.days_of(courses.all_of(stage.ana, procedure), procedure, MONDAY.date())
    assert [entry.answers.pain for entry in days[-1].entries] == [3, 6]
    assert len(days) == 11
    assert not days[-1].is_over
    assert days[-2].is_over


def test_a_note_is_unread_until_a_nurse_has_read_it(stage):
    check_in(stage.ana, stage.device, answers(3, note="May I bathe?"), MONDAY)
    assert [row.note for row in checkins.unread_notes(stage.clinic.id)] == ["May I bathe?"]
    checkins.mark_notes_read(stage.dee, stage.ana, MONDAY)
    assert checkins.unread_notes(stage.clinic.id) == []
