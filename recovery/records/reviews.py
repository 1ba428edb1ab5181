"""Reviews: claiming the patients who are due, and noting that one was, or could not be, reviewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from .checkins import CheckIn
from .database import db, is_postgresql
from .patients import Patient
from .states import next_review

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
)
SHOWN_FROM_FAILURE = 2


def is_anybody_due(now: datetime) -> bool:
    """Whether there is anything to claim: asked first, so that idle rounds never take SQLite's one write lock."""
    due = sa.select(Patient.id).where(Patient.review_due_at <= now).limit(1)
    return db.session.scalar(due) is not None


def claim_due(now: datetime) -> Patient | None:
    """Lock the patient who is due first, urgent ones before others; None when none is due.

    Part of one review's transaction: a killed process frees the row at once, and a check-in that lands
    meanwhile waits for the lock and makes the patient due again.
    """
    return _claim(now, is_urgent=True) or _claim(now, is_urgent=False)


def _claim(now: datetime, is_urgent: bool) -> Patient | None:
    # One index serves each of the two questions; sorting by urgency would sort everybody due, every time.
    query = (
        sa.select(Patient)
        .where(Patient.review_is_urgent.is_(is_urgent), Patient.review_due_at <= now)
        .order_by(Patient.review_due_at)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query.with_for_update(skip_locked=True) if is_postgresql() else query)


def mark_reviewed(patient: Patient, now: datetime) -> None:
    """The patient is reviewed: their new check-ins are checked, and the next moment is set."""
    db.session.execute(
        sa.update(CheckIn)
        .where(
            CheckIn.clinic_id == patient.clinic_id,
            CheckIn.patient_id == patient.id,
            CheckIn.checked_at.is_(None),
        )
        .values(checked_at=now)
        .execution_options(synchronize_session=False)
    )
    patient.reviewed_at, patient.review_is_urgent = now, False
    patient.review_failures, patient.review_failed_at = 0, None
    patient.review_due_at = next_review(patient, now)


def mark_failed(patient: Patient, now: datetime) -> None:
    """The review failed: try again after 1, 5 and 30 minutes, then hourly."""
    wait = RETRY_AFTER[min(patient.review_failures, len(RETRY_AFTER) - 1)]
    patient.review_failures += 1
    patient.review_failed_at, patient.review_due_at = now, now + wait


def could_not_be_checked(clinic_id: UUID) -> list[Patient]:
    """The patients whose review has failed at least twice: their answers must be read by a person."""
    query = sa.select(Patient).where(
        Patient.clinic_id == clinic_id, Patient.review_failures >= SHOWN_FROM_FAILURE
    )
    return list(db.session.scalars(query.order_by(Patient.review_failed_at)))


def count_failing() -> int:
    """How many patients of all clinics could not be checked."""
    query = sa.select(sa.func.count()).select_from(Patient)
    return db.session.scalar(query.where(Patient.review_failures >= SHOWN_FROM_FAILURE)) or 0
