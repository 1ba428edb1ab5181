"""What the list of everybody reads is kept by each review, in its transaction, from the enrolment on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from recovery.records import moves, patients, summaries
from recovery.records.database import db, writing
from recovery.records.patients import Procedure
from recovery.records.summaries import PatientSummary
from recovery.rounds import review
from tests.people import MONDAY, a_patient, answers, check_in
from tests.rounds.work import open_flags, review_all

DAY = timedelta(days=1)


def kept(patient):
    """The summary as the database has it."""
    query = sa.select(PatientSummary).where(PatientSummary.patient_id == patient.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def answer(stage, pain=3, at=MONDAY, **columns):
    check_in(stage.ana, stage.device, answers(pain, **columns), at)


def test_from_the_enrolment_on_there_is_a_summary_that_tells_nothing_yet(stage):
    row = kept(stage.ana)
    assert (row.sorted_name, row.searched) == ("ana ruiz", f"ana ruiz {stage.ana.record_number}")
    assert row.as_of is row.procedure_id is row.answered_on is row.last is None
    assert row.pains == []


def test_a_review_keeps_the_last_pains_and_what_was_answered(stage):
    for ago, pain in ((3, 6), (2, 5), (0, 4)):
        answer(stage, pain, MONDAY - ago * DAY)
    review_all(MONDAY)
    row = kept(stage.ana)
    assert row.as_of == MONDAY
    assert row.procedure_id == patients.current_procedure(stage.ana).id
    assert row.answered_on == MONDAY.date()
    assert row.pains == [[7, 6], [8, 5], [10, 4]]
    assert (row.answered, row.asked) == (3, 10)
    assert (row.last.day, row.last.answer) == (10, 4)


def test_an_answer_is_told_by_the_next_round(stage):
    answer(stage, 3)
    review_all(MONDAY)
    answer(stage, 9, MONDAY + timedelta(hours=2))
    review_all(MONDAY + timedelta(hours=2))
    row = kept(stage.ana)
    assert row.pains == [[10, 9]]
    assert row.beyond_own > 0


def test_a_late_answer_takes_its_own_place(stage):
    answer(stage, 3)
    review_all(MONDAY)
    check_in(stage.ana, stage.device, answers(6), MONDAY - 2 * DAY, received=MONDAY)
    review_all(MONDAY)
    assert kept(stage.ana).pains == [[8, 6], [10, 3]]
    assert kept(stage.ana).answered_on == MONDAY.date()


def test_silence_begins_at_the_patients_own_midnight_and_as_the_flag_does(stage):
    answer(stage, 3)
    review_all(MONDAY)
    silent_at = kept(stage.ana).silent_at
    with writing():
        stage.ana.zone = "Asia/Tokyo"
        stage.ana.review_due_at = MONDAY
    review_all(MONDAY)
    assert kept(stage.ana).silent_at == silent_at - timedelta(hours=8)
    day = MONDAY
    while "gone_quiet" not in open_flags(stage.ana):
        day += DAY
        review_all(day)
    assert day - DAY < kept(stage.ana).silent_at <= day


def test_a_day_without_an_answer_counts_after_its_midnight(stage):
    answer(stage, 3)
    review_all(MONDAY)
    assert (kept(stage.ana).answered, kept(stage.ana).asked) == (1, 10)
    review_all(MONDAY + DAY)
    assert kept(stage.ana).asked == 10
    review_all(MONDAY + 2 * DAY)
    assert kept(stage.ana).asked == 11


def test_a_review_that_fails_leaves_the_summary_as_it_was(stage, monkeypatch):
    answer(stage, 3)
    review_all(MONDAY)
    answer(stage, 9, MONDAY + DAY)

    def fail(*_):
        raise RuntimeError("poisoned")

    monkeypatch.setattr(review, "_complete_if_over", fail)
    review_all(MONDAY + DAY)
    row = kept(stage.ana)
    assert (row.as_of, row.pains) == (MONDAY, [[10, 3]])
    assert stage.ana.review_failures == 1


def test_whoever_has_no_summary_gets_one_with_the_next_review(stage):
    with writing() as session:
        session.execute(sa.delete(PatientSummary))
    answer(stage, 3)
    review_all(MONDAY)
    row = kept(stage.ana)
    assert (row.sorted_name, row.pains) == ("ana ruiz", [[10, 3]])


def test_a_new_procedure_begins_a_new_course(stage):
    answer(stage, 8)
    review_all(MONDAY)
    first = patients.current_procedure(stage.ana)
    with writing() as session:
        first.ended_on = MONDAY.date()
        session.flush()
        key = {"clinic_id": first.clinic_id, "patient_id": first.patient_id, "id": uuid4()}
        told = {"performed_on": MONDAY.date(), "levels": ["L2"], "pathway": first.pathway}
        session.add(Procedure(**key, **told))
        stage.ana.review_due_at = MONDAY
    review_all(MONDAY)
    row = kept(stage.ana)
    assert row.procedure_id == key["id"]
    assert row.last is row.answered_on is None
    assert (row.pains, row.asked) == ([], 0)


def test_another_name_or_number_is_searched_for_at_once(stage):
    with writing():
        stage.ana.name, stage.ana.second_phone = "Ana Gómez", "+49 151 1"
    row = kept(stage.ana)
    assert row.sorted_name == "ana gomez"
    assert row.phones == "493023125200 491511"


@pytest.mark.parametrize("name", ["Ana " + "ß" * 190, "\ufdfa" * 200, "👩‍🦳 Ana"])
def test_no_name_is_too_long_or_too_strange_to_be_enrolled(stage, name):
    patient = a_patient(stage.dee, name, record_number="ß" * 60, phone="1" * 40)
    assert kept(patient).phones.startswith("1" * 40)


def test_the_database_itself_refuses_a_pain_without_its_place(stage):
    row = sa.update(PatientSummary).where(PatientSummary.patient_id == stage.ana.id)
    with pytest.raises(sa.exc.IntegrityError), writing() as session:
        session.execute(row.values(pain=3))


def test_dates_are_the_patients_own(stage):
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # Monday 23:30 in Berlin
    answer(stage, 3, late)
    review_all(late)
    assert kept(stage.ana).answered_on == date(2026, 3, 2)
    with writing():
        stage.ana.zone = "Asia/Tokyo"
    answer(stage, 3, late + timedelta(hours=1))
    review_all(late + timedelta(hours=1))
    assert kept(stage.ana).answered_on == date(2026, 3, 3)


def test_found_by_is_what_was_kept(stage):
    row = kept(stage.ana)
    assert {name: getattr(row, name) for name in summaries.found_by(stage.ana)} == (
        summaries.found_by(stage.ana)
    )


def test_what_a_closing_changes_is_told_by_the_next_round_and_not_at_midnight(stage):
    answer(stage, 3, temperature_c=38.6)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    told = moves.Closing({"fever": "other_illness"}, True, "A cold.")
    moves.close(stage.dee, flag, told, MONDAY + timedelta(hours=1))
    assert review_all(MONDAY + timedelta(hours=1)) == 1
    assert kept(stage.ana).as_of == MONDAY + timedelta(hours=1)
    assert review_all(MONDAY + timedelta(hours=2)) == 0
