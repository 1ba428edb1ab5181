"""Patients are found only in their own clinic's care, and their states begin and end as agreed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import patients, states
from recovery.records.database import Base, db, writing
from recovery.records.enrolling import EnrolmentError
from recovery.records.patients import NotFound
from recovery.records.states import StateRefused
from tests.people import MONDAY, a_patient


def test_eli_does_not_find_ana(stage):
    assert patients.find(stage.dee, stage.ana.id) == stage.ana
    with pytest.raises(NotFound):
        patients.find(stage.eli, stage.ana.id)
    with pytest.raises(NotFound):
        patients.find_by_record_number(stage.eli, stage.ana.record_number)


def test_a_record_number_is_unique_in_its_clinic_only(stage):
    number = stage.ana.record_number
    with pytest.raises(EnrolmentError, match="known_record_number"):
        a_patient(stage.dee, "Bo Lind", record_number=number)
    assert a_patient(stage.eli, "Bo Lind", record_number=number).record_number == number


def test_the_database_itself_refuses_a_patient_with_neither_phone_nor_reason(stage):
    with pytest.raises(IntegrityError):
        a_patient(stage.dee, "Bo Lind", phone="")


def test_a_state_that_nobody_knows_is_refused(stage):
    with pytest.raises(StateRefused, match="unknown_state"):
        states.change_state(stage.dee, stage.ana, "on holiday", None, MONDAY)


def test_a_pause_ends_within_fourteen_days_and_by_itself(stage):
    today = stage.ana.today(MONDAY)
    with pytest.raises(StateRefused, match="pause_end"):
        states.change_state(stage.dee, stage.ana, "paused", today + timedelta(days=15), MONDAY)
    states.change_state(stage.dee, stage.ana, "paused", today + timedelta(days=3), MONDAY)
    assert states.next_review(stage.ana, MONDAY) is not None
    with writing():
        states.resume_if_over(stage.ana, MONDAY + timedelta(days=2))
    assert stage.ana.state == "paused"
    with writing():
        states.resume_if_over(stage.ana, MONDAY + timedelta(days=3))
    assert stage.ana.state == "active"


def test_ana_in_hospital_is_not_reviewed_until_something_happens(stage):
    states.report_hospital(stage.ana, "device:1", MONDAY)
    assert stage.ana.state == "in_hospital"
    assert states.next_review(stage.ana, MONDAY) is None


def test_the_next_review_is_at_the_patients_own_midnight(stage):
    stage.ana.zone = "Pacific/Auckland"  # 22:00 on Monday there, 13 hours ahead of UTC
    due = states.next_review(stage.ana, MONDAY)
    assert due.isoformat() == "2026-03-02T11:00:00+00:00"
    db.session.rollback()


def test_a_patient_has_one_current_procedure(stage):
    first = patients.current_procedure(stage.ana)
    second = patients.Procedure(
        clinic_id=first.clinic_id,
        patient_id=first.patient_id,
        performed_on=date(2026, 3, 1),
        levels=["L2"],
        pathway="vertebroplasty",
    )
    with pytest.raises(IntegrityError), writing() as session:
        session.add(second)


def test_every_patient_owned_table_has_the_clinic_first_in_its_keys():
    apart = {"clinics", "throttles", "heartbeats", "alembic_version"}
    apart |= {"administrators", "installation_audit"}  # of the installation, in no clinic
    for table in (t for t in Base.metadata.tables.values() if t.name not in apart):
        assert next(iter(table.primary_key.columns)).name == "clinic_id", table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "clinic_id", f"{table.name}: {key.column_keys}"
        for unique in (c for c in table.constraints if isinstance(c, sa.UniqueConstraint)):
            first = next(iter(unique.columns)).name
            assert first == "clinic_id" or table.name == "clinicians", table.name
