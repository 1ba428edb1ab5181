"""Patients, their procedures and their states: who is followed, after what, and when they are next due for review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.days import local_day, next_at_wall

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, only_open, writing

USUAL_REMINDER = time(10)  # until somebody chooses another, or none
STATES = ("active", "paused", "in_hospital", "withdrawn", "deceased", "completed")
FOLLOWED = ("active", "paused", "in_hospital")
OVER = ("completed", "withdrawn", "deceased")  # nobody looks at their answers any more


class NotFound(LookupError):
    """Nobody with this id is in the care of the person who asks."""


class Moved(ValueError):
    """Another clinic follows this patient: nothing is changed here any more. .patient is the one here."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.id)
        self.patient = patient


@dataclass(frozen=True)
class Key:
    """A patient's primary key."""

    clinic_id: UUID
    patient_id: UUID


class Patient(Base):
    """A person who is followed. Empty phone only with a reason; zone and language are the patient's own.

    reminder_time: on the wall of the patient's zone, None for no reminders; remind_at: the next one.
    moved_to: the clinic that follows this patient since moved_at; what stands here is read and never changed.
    """

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
    email: Mapped[str] = mapped_column(sa.String(254), default="")
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
    state_by: Mapped[str] = mapped_column(sa.String(60))
    paused_until: Mapped[date | None]
    connected_at: Mapped[datetime | None] = mapped_column(Instant)
    review_due_at: Mapped[datetime | None] = mapped_column(Instant)
    review_is_urgent: Mapped[bool] = mapped_column(default=False)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    review_failures: Mapped[int] = mapped_column(default=0)
    review_failed_at: Mapped[datetime | None] = mapped_column(Instant)
    reminder_time: Mapped[time | None] = mapped_column(default=USUAL_REMINDER)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_to: Mapped[UUID | None]

    __table_args__ = (
        sa.UniqueConstraint("clinic_id", "record_number"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "enrolled_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("phone <> '' OR no_phone_reason <> ''", name="phone_or_reason"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("(state = 'paused') = (paused_until IS NOT NULL)", name="pause_ends"),
        sa.CheckConstraint("(moved_at IS NULL) = (moved_to IS NULL)", name="moved_pair"),
        sa.CheckConstraint("moved_to IS NULL OR state = 'completed'", name="moved_is_over"),
        sa.Index(
            "ix_patients_due",
            "review_is_urgent",
            "review_due_at",
            **only_open("review_due_at IS NOT NULL"),
        ),
        sa.Index("ix_patients_remind", "remind_at", **only_open("remind_at IS NOT NULL")),
    )

    @property
    def key(self) -> Key:
        """The primary key."""
        return Key(self.clinic_id, self.id)

    @property
    def state_shown_as(self) -> str:
        """What a page posts back to say that it has shown the patient in this state."""
        return f"{self.state}@{self.state_since.isoformat()}"

    @property
    def says_in_hospital(self) -> bool:
        """Whether "I am in hospital" was said on a phone and no nurse has confirmed it yet (safety 29)."""
        return self.state == "in_hospital" and self.state_by.startswith("device:")

    @property
    def asks_after_hospital(self) -> bool:
        """Whether a nurse finds out: no nurse has confirmed the hospital, or not since there was cause to ask again."""
        return self.state == "in_hospital" and not self.state_by.startswith("clinician:")

    @property
    def is_held(self) -> bool:
        """Only warning signs and fever are flagged while the patient is in such a state (safety 14)."""
        return self.state != "active"

    def today(self, now: datetime) -> date:
        """The patient's own calendar day."""
        return local_day(now, self.zone)

    def next_reminder(self, now: datetime) -> datetime | None:
        """When the patient is reminded next by the own wish; None while held, or when none is wished."""
        if self.is_held or self.reminder_time is None:
            return None
        return next_at_wall(self.reminder_time, self.zone, now)


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
    # The first day asked, if the patient was not followed when it was done.
    asked_from: Mapped[date | None]

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


def agree_to_helper(clinician: Clinician, patient: Patient, now: datetime) -> None:
    """Note that the patient agreed to a helper's access, asked by this clinician after the enrolment."""
    with writing():
        patient.consent_for_helper = True
        audit.note(patient.clinic_id, clinician.actor, "helper agreed to", now, patient.id)


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


def lock(key: Key) -> Patient:
    """The patient as the database has them now, held until the transaction ends.

    Whatever is decided from a patient's answers or flags is decided under this one lock: a review, a
    check-in, a look and a closing come one after the other.
    """
    return db.session.get_one(
        Patient, (key.clinic_id, key.patient_id), with_for_update=True, populate_existing=True
    )


def lock_here(key: Key) -> Patient:
    """The same, for what is changed only while this clinic follows the patient. Raises Moved."""
    patient = lock(key)
    if patient.moved_to is not None:
        raise Moved(patient)
    return patient


def current_procedure(patient: Patient) -> Procedure:
    """The procedure that the patient recovers from now."""
    return db.session.scalars(
        sa.select(Procedure).where(
            Procedure.clinic_id == patient.clinic_id,
            Procedure.patient_id == patient.id,
            Procedure.ended_on.is_(None),
        )
    ).one()
