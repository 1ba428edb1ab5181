"""Patients, their procedures and their states: who is followed, after what, and when they are next due for review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.days import local_day, start_of

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, only_open, writing

STATES = ("active", "paused", "in_hospital", "withdrawn", "deceased", "completed")
LONGEST_PAUSE_DAYS = 14


class NotFound(LookupError):
    """Nobody with this id is in the care of the person who asks."""


class EnrolmentError(ValueError):
    """The patient cannot be enrolled; the message is a sentence that says what to do."""


class Patient(Base):
    """A person who is followed. Empty phone only with a reason; zone and language are the patient's own."""

    __tablename__ = "patients"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    record_number: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(200))
    date_of_birth: Mapped[date]
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    no_phone_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_way: Mapped[str] = mapped_column(sa.String(20), default="call")
    contact_note: Mapped[str] = mapped_column(sa.String(300), default="")
    second_name: Mapped[str] = mapped_column(sa.String(200), default="")
    second_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    second_may_be_told: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(10))
    risks: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    long_standing_signs: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    answers_daily: Mapped[str] = mapped_column(sa.String(20))
    consent_on: Mapped[date]
    consent_words: Mapped[str] = mapped_column(sa.String(20))
    consent_by: Mapped[str] = mapped_column(sa.String(200))
    consent_for_helper: Mapped[bool] = mapped_column(default=False)
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    enrolled_by: Mapped[UUID]
    state: Mapped[str] = mapped_column(sa.String(20), default="active")
    state_since: Mapped[datetime] = mapped_column(Instant)
    paused_until: Mapped[date | None]
    connected_at: Mapped[datetime | None] = mapped_column(Instant)
    review_due_at: Mapped[datetime | None] = mapped_column(Instant)
    review_is_urgent: Mapped[bool] = mapped_column(default=False)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    review_failures: Mapped[int] = mapped_column(default=0)
    review_failed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.UniqueConstraint("clinic_id", "record_number"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "enrolled_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("phone <> '' OR no_phone_reason <> ''", name="phone_or_reason"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("(state = 'paused') = (paused_until IS NOT NULL)", name="pause_ends"),
        sa.Index("ix_patients_due", "review_due_at", **only_open("review_due_at IS NOT NULL")),
    )

    @property
    def is_held(self) -> bool:
        """Only warning signs and fever are flagged while the patient is in such a state (safety 14)."""
        return self.state != "active"

    def today(self, now: datetime) -> date:
        """The patient's own calendar day."""
        return local_day(now, self.zone)


class Procedure(Base):
    """One procedure with its levels and the answers given before it; ended_on is set when a later one starts."""

    __tablename__ = "procedures"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    performed_on: Mapped[date]
    levels: Mapped[list[str]] = mapped_column(sa.JSON)
    pathway: Mapped[str] = mapped_column(sa.String(60))
    baseline_pain: Mapped[int | None]
    baseline_mobility: Mapped[int | None]
    baseline_on: Mapped[date | None]
    baseline_by: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_on: Mapped[date | None]

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.CheckConstraint("baseline_pain BETWEEN 0 AND 10", name="baseline_pain"),
        sa.CheckConstraint("baseline_mobility BETWEEN 0 AND 5", name="baseline_mobility"),
        sa.CheckConstraint(
            "(baseline_pain IS NULL) = (baseline_on IS NULL)", name="baseline_dated"
        ),
        sa.Index(
            "uq_procedures_current",
            "clinic_id",
            "patient_id",
            unique=True,
            **only_open("ended_on IS NULL"),
        ),
    )


@dataclass(frozen=True)
class Key:
    """A patient's primary key."""

    clinic_id: UUID
    patient_id: UUID


def enrol(
    clinician: Clinician, person: Mapping[str, Any], procedure: Mapping[str, Any], now: datetime
) -> Patient:
    """Enrol a patient with the current procedure; both mappings hold columns. Raises EnrolmentError."""
    with writing() as session:
        _refuse_known(clinician.clinic_id, person["record_number"])
        patient = Patient(
            clinic_id=clinician.clinic_id,
            enrolled_at=now,
            enrolled_by=clinician.id,
            state_since=now,
            review_due_at=now,
            **person,
        )
        session.add(patient)
        session.flush()
        session.add(Procedure(clinic_id=patient.clinic_id, patient_id=patient.id, **procedure))
        audit.note(patient.clinic_id, clinician.actor, "enrolled", now, patient.id)
    return patient


def _refuse_known(clinic_id: UUID, record_number: str) -> None:
    known = sa.select(Patient.name).where(
        Patient.clinic_id == clinic_id, Patient.record_number == record_number
    )
    name = db.session.scalar(known)
    if name:
        raise EnrolmentError(
            f"Record number {record_number} belongs to {name}. Check the number, or open that patient."
        )


def in_care_of(clinician: Clinician) -> sa.Select[Patient]:
    """The patients whom this clinician may see; every page starts from here, never from an id."""
    return sa.select(Patient).where(Patient.clinic_id == clinician.clinic_id)


def find(clinician: Clinician, patient_id: UUID) -> Patient:
    """That patient among those in this clinician's care; raises NotFound."""
    patient = db.session.scalar(in_care_of(clinician).where(Patient.id == patient_id))
    if patient is None:
        raise NotFound(patient_id)
    return patient


def find_by_record_number(clinician: Clinician, record_number: str) -> Patient:
    """The patient with this record number among those in this clinician's care; raises NotFound."""
    patient = db.session.scalar(in_care_of(clinician).where(Patient.record_number == record_number))
    if patient is None:
        raise NotFound(record_number)
    return patient


def get(key: Key) -> Patient:
    """The patient with this key, for those whose right to it is settled already (a device, a round)."""
    return db.session.get_one(Patient, (key.clinic_id, key.patient_id))


def current_procedure(patient: Patient) -> Procedure:
    """The procedure that the patient recovers from now."""
    return db.session.scalars(
        sa.select(Procedure).where(
            Procedure.clinic_id == patient.clinic_id,
            Procedure.patient_id == patient.id,
            Procedure.ended_on.is_(None),
        )
    ).one()


def change_state(
    clinician: Clinician, patient: Patient, state: str, until: date | None, now: datetime
) -> None:
    """Put a patient into another state; a pause needs its last day, at most 14 days ahead (safety 14)."""
    if state not in STATES:
        raise EnrolmentError("Choose one of the states.")
    latest = patient.today(now) + timedelta(days=LONGEST_PAUSE_DAYS)
    if state == "paused" and (until is None or not patient.today(now) < until <= latest):
        raise EnrolmentError(
            f"Give the day on which the pause ends, at the latest {latest:%d %B %Y}."
        )
    with writing():
        _set_state(patient, state, until if state == "paused" else None, now)
        audit.note(
            patient.clinic_id,
            clinician.actor,
            "state changed",
            now,
            patient.id,
            state=state,
            until=str(until),
        )


def report_hospital(patient: Patient, actor: str, now: datetime) -> None:
    """The patient says "I am in hospital"; a nurse confirms it on the patient page (safety 29)."""
    with writing():
        _set_state(patient, "in_hospital", None, now)
        audit.note(patient.clinic_id, actor, "says in hospital", now, patient.id)


def resume_if_over(patient: Patient, now: datetime) -> None:
    """End a pause whose last day has passed; part of a review's transaction."""
    if patient.paused_until and patient.today(now) >= patient.paused_until:
        _set_state(patient, "active", None, now)
        audit.note(patient.clinic_id, "computer", "pause ended", now, patient.id)


def complete(patient: Patient, now: datetime) -> None:
    """End the pathway after its last day; part of a review's transaction."""
    _set_state(patient, "completed", None, now)
    audit.note(patient.clinic_id, "computer", "pathway completed", now, patient.id)


def _set_state(patient: Patient, state: str, until: date | None, now: datetime) -> None:
    patient.state, patient.state_since, patient.paused_until = state, now, until
    patient.review_due_at = now


def next_review(patient: Patient, now: datetime) -> datetime | None:
    """The next moment at which anything could change without an answer: the patient's next midnight."""
    if patient.state == "paused" and patient.paused_until:
        return start_of(patient.paused_until, patient.zone)
    if patient.is_held:
        return None
    return start_of(patient.today(now) + timedelta(days=1), patient.zone)
