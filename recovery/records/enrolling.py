"""Enrolling: one patient with the current procedure, or many in batches within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from recovery.clinical.days import next_at_wall

from . import audit, pathways
from .accounts import Clinic, Clinician
from .database import KEEPING_KEYS, db, writing
from .patients import USUAL_REMINDER, Patient, Procedure


class EnrolmentError(ValueError):
    """The patient cannot be enrolled; .key says why (known_record_number, enrolled_as), .values fill its sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Newcomer:
    """A patient to be enrolled: the columns of the person and of the procedure, as they were read."""

    person: Mapping[str, Any]
    procedure: Mapping[str, Any]


def enrol(
    clinician: Clinician,
    person: Mapping[str, Any],
    procedure: Mapping[str, Any],
    now: datetime,
    *,
    is_another: bool = True,
) -> Patient:
    """Enrol a patient with the current procedure; both mappings hold columns. Raises EnrolmentError.

    is_another: nobody enrolled under another number, also if the name and the day of birth are the same.
    """
    with writing() as session:
        _refuse_known(clinician.clinic_id, person["record_number"])
        if not is_another:
            _refuse_namesake(clinician.clinic_id, person)
        patient = Patient(**first_columns(clinician, now), **person)
        session.add(patient)
        session.flush()
        patient.remind_at = patient.next_reminder(now)
        session.add(Procedure(clinic_id=patient.clinic_id, patient_id=patient.id, **procedure))
        audit.note(patient.clinic_id, clinician.actor, "enrolled", now, patient.id)
    return patient


def first_columns(clinician: Clinician, now: datetime) -> dict[str, Any]:
    """What a new patient's row holds beside the person's own columns, one by one or many at once."""
    return {
        "clinic_id": clinician.clinic_id,
        "enrolled_at": now,
        "enrolled_by": clinician.id,
        "state_since": now,
        "state_by": clinician.actor,
        "review_due_at": now,
    }


def _refuse_known(clinic_id: UUID, record_number: str) -> None:
    # Under the clinic's lock two enrolments of one number come one after the other.
    lock_numbers(clinic_id)
    known = sa.select(Patient.name).where(
        Patient.clinic_id == clinic_id, Patient.record_number == record_number
    )
    name = db.session.scalar(known)
    if name:
        raise EnrolmentError("known_record_number", number=record_number, name=name)


def _refuse_namesake(clinic_id: UUID, person: Mapping[str, Any]) -> None:
    for number in namesakes(clinic_id, [person]).values():
        raise EnrolmentError("enrolled_as", name=person["name"], number=number)


def namesakes(
    clinic_id: UUID, people: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, date | None], str]:
    """The record numbers of the clinic's patients who have the name and the day of birth of one of these."""
    known = sa.tuple_(Patient.name, Patient.date_of_birth)
    query = sa.select(Patient.name, Patient.date_of_birth, Patient.record_number).where(
        Patient.clinic_id == clinic_id,
        Patient.moved_to.is_(None),
        known.in_({(each["name"], each["date_of_birth"]) for each in people}),
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def lock_numbers(clinic_id: UUID) -> None:
    """Until the transaction ends nobody else is enrolled in this clinic, under any record number."""
    db.session.get_one(Clinic, clinic_id, with_for_update=KEEPING_KEYS)


def enrol_batch(
    clinician: Clinician, newcomers: Sequence[Newcomer], now: datetime, **details: Any
) -> None:
    """Enrol these patients as enrol does one; details: what their audit lines say beside it."""
    clinic_id, ids = clinician.clinic_id, [uuid4() for _ in newcomers]
    pairs = list(zip(ids, newcomers, strict=True))
    db.session.execute(sa.insert(Patient), [_patient(clinician, *pair, now) for pair in pairs])
    db.session.execute(sa.insert(Procedure), [_procedure(clinic_id, *pair) for pair in pairs])
    audit.note_each(clinic_id, clinician.actor, "enrolled", now, ids, **details)


def _patient(
    clinician: Clinician, patient_id: UUID, newcomer: Newcomer, now: datetime
) -> dict[str, Any]:
    zone = newcomer.person["zone"]
    return {
        **first_columns(clinician, now),
        **newcomer.person,
        "id": patient_id,
        "remind_at": next_at_wall(USUAL_REMINDER, zone, now),
    }


def _procedure(clinic_id: UUID, patient_id: UUID, newcomer: Newcomer) -> dict[str, Any]:
    key = {"clinic_id": clinic_id, "patient_id": patient_id, "pathway": pathways.VERTEBROPLASTY}
    return {**newcomer.procedure, **key}
