"""Enrolling many patients at once: rows in batches, nothing kept in memory, all within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from recovery.clinical.days import next_at_wall

from . import audit, pathways
from .accounts import Clinic, Clinician
from .database import db
from .patients import USUAL_REMINDER, Patient, Procedure, first_columns


@dataclass(frozen=True)
class Newcomer:
    """A patient to be enrolled: the columns of the person and of the procedure, as they were read."""

    person: Mapping[str, Any]
    procedure: Mapping[str, Any]


def lock_numbers(clinic_id: UUID) -> None:
    """Until the transaction ends nobody else is enrolled in this clinic, under any record number."""
    db.session.get_one(Clinic, clinic_id, with_for_update=True)


def enrol_batch(
    clinician: Clinician, newcomers: Sequence[Newcomer], now: datetime, **details: Any
) -> None:
    """Enrol these patients as patients.enrol does one; details: what their audit lines say beside it."""
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
