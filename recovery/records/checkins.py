"""Check-ins: one row for each revision of what a patient answered, never altered, and the days that rules read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.answers import Answers
from recovery.clinical.days import Given

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .devices import Device
from .patients import Key, Patient, Procedure, lock
from .stand_ins import name_source
from .whereabouts import lock_followed


class CheckIn(Base):
    """One revision of one check-in. warning_signs: null "not answered", [] "none of these"."""

    __tablename__ = "checkins"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[UUID]
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    day: Mapped[date]
    given_at: Mapped[datetime] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    is_late: Mapped[bool] = mapped_column(default=False)
    pain: Mapped[int | None]
    mobility: Mapped[int | None]
    temperature_c: Mapped[float | None]
    temperature_unit: Mapped[str] = mapped_column(sa.String(1), default="C")
    temperature_instead: Mapped[str | None] = mapped_column(sa.String(20))
    warning_signs: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    leg_weakness: Mapped[str | None] = mapped_column(sa.String(10))
    wound_unseen: Mapped[bool] = mapped_column(default=False)
    paracetamol: Mapped[bool | None]
    answered_by: Mapped[str | None] = mapped_column(sa.String(20))
    answered_name: Mapped[str] = mapped_column(sa.String(200), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    pain_place: Mapped[str | None] = mapped_column(sa.String(10))
    pain_onset: Mapped[str | None] = mapped_column(sa.String(10))
    fall: Mapped[bool | None]
    incomplete: Mapped[bool] = mapped_column(default=False)
    device_id: Mapped[UUID | None]
    clinician_id: Mapped[UUID | None]
    pathway_version: Mapped[str] = mapped_column(sa.String(60))
    advice_key: Mapped[str] = mapped_column(sa.String(60))
    note_read_at: Mapped[datetime | None] = mapped_column(Instant)
    note_read_by: Mapped[UUID | None]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
        ),
        sa.ForeignKeyConstraint(["clinic_id", "device_id"], ["devices.clinic_id", "devices.id"]),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "note_read_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("(device_id IS NULL) <> (clinician_id IS NULL)", name="one_source"),
        sa.CheckConstraint(
            "(note_read_at IS NULL) = (note_read_by IS NULL)", name="note_read_pair"
        ),
        sa.CheckConstraint("pain BETWEEN 0 AND 10", name="pain"),
        sa.CheckConstraint("mobility BETWEEN 0 AND 5", name="mobility"),
        sa.Index("ix_checkins_by_day", "clinic_id", "patient_id", "procedure_id", "day"),
        sa.Index(
            "ix_checkins_unread_notes",
            "clinic_id",
            sqlite_where=sa.text("note <> '' AND note_read_at IS NULL"),
            postgresql_where=sa.text("note <> '' AND note_read_at IS NULL"),
        ),
    )

    @property
    def shown_as(self) -> str:
        """What a page posts back to say that it has shown this revision."""
        return f"{self.entry_id}.{self.revision}"

    @property
    def answers(self) -> Answers:
        """This revision's answers as the rules take them."""
        columns = {name: getattr(self, name) for name in Answers.__dataclass_fields__}
        signs = columns["warning_signs"]
        columns["warning_signs"] = None if signs is None else frozenset(signs)
        return Answers(**columns)


@dataclass(frozen=True)
class Stored:
    """What became of a post: the revision that holds it, and whether it stood there already."""

    checkin: CheckIn
    is_repeat: bool


@dataclass(frozen=True)
class Judged:
    """Answers with their day, the pathway version that judged them and what the patient was told on screen.

    is_urgent: the advice could not wait, so the review should not either. answered_name: who answered on the
    telephone; it is no answer, and no reason for a new revision.
    """

    answers: Answers
    given: Given
    pathway_version: str
    advice_key: str
    is_urgent: bool = False
    answered_name: str = ""


def record(
    key: Key, entry_id: UUID, judged: Judged, source: Device | Clinician, now: datetime
) -> Stored:
    """Keep a check-in, once, and make its patient due for review; one transaction.

    The same id and body change nothing; the same id with another body is a new revision.
    """
    body_hash = _hash_body(judged.answers, judged.given)
    with writing() as session:
        patient = lock_followed(key)
        revisions = revisions_of(patient.key, entry_id)
        repeat = _find_repeat(revisions, body_hash, judged.given)
        if repeat:
            return Stored(repeat, is_repeat=True)
        checkin = _row(patient, entry_id, len(revisions) + 1, judged)
        checkin.body_hash, checkin.received_at = body_hash, now
        checkin.device_id = source.id if isinstance(source, Device) else None
        checkin.clinician_id = source.id if isinstance(source, Clinician) else None
        name_source(patient.clinic_id, source, now)
        session.add(checkin)
        _make_due(patient, judged, now)
        entry = {"entry": str(entry_id)}
        audit.note(patient.clinic_id, source.actor, "checked in", now, patient.id, **entry)
    return Stored(checkin, is_repeat=False)


def procedure_on(patient: Patient, day: date) -> Procedure:
    """To which procedure an answer for this day belongs: the last one before it or on it, else the first."""
    query = sa.select(Procedure).where(
        Procedure.clinic_id == patient.clinic_id, Procedure.patient_id == patient.id
    )
    latest_first = list(db.session.scalars(query.order_by(Procedure.performed_on.desc())))
    before = (each for each in latest_first if each.performed_on <= day)
    return next(before, latest_first[-1])


def revisions_of(key: Key, entry_id: UUID) -> list[CheckIn]:
    """All revisions under one id of one patient, oldest first."""
    query = sa.select(CheckIn).where(
        CheckIn.clinic_id == key.clinic_id,
        CheckIn.patient_id == key.patient_id,
        CheckIn.entry_id == entry_id,
    )
    return list(db.session.scalars(query.order_by(CheckIn.revision)))


def _find_repeat(revisions: Sequence[CheckIn], body_hash: str, given: Given) -> CheckIn | None:
    # An older body that returns is a repeat only if the phone froze it with its time; without a time
    # somebody has gone back to the first answer, which is a correction.
    candidates = revisions if given.claimed_at else revisions[-1:]
    return next((row for row in candidates if row.body_hash == body_hash), None)


def _hash_body(answers: Answers, given: Given) -> str:
    body = asdict(answers) | {
        "warning_signs": None if answers.warning_signs is None else sorted(answers.warning_signs),
        "day": given.day.isoformat(),
        "claimed_at": given.claimed_at.isoformat() if given.claimed_at else None,
    }
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _row(patient: Patient, entry_id: UUID, revision: int, judged: Judged) -> CheckIn:
    columns: dict[str, Any] = asdict(judged.answers)
    signs = columns.pop("warning_signs")
    return CheckIn(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        procedure_id=procedure_on(patient, judged.given.day).id,
        entry_id=entry_id,
        revision=revision,
        day=judged.given.day,
        given_at=judged.given.given_at,
        claimed_at=judged.given.claimed_at,
        is_late=judged.given.is_late,
        warning_signs=None if signs is None else sorted(signs),
        pathway_version=judged.pathway_version,
        advice_key=judged.advice_key,
        answered_name=judged.answered_name[:200],
        **columns,
    )


def _make_due(patient: Patient, judged: Judged, now: datetime) -> None:
    patient.review_due_at = now
    patient.review_is_urgent = patient.review_is_urgent or judged.is_urgent


def unread_notes(clinic_id: UUID) -> list[CheckIn]:
    """Check-ins of a clinic whose note nobody has read; those of a patient who was handed on are read there."""
    moved = sa.select(Patient.id).where(
        Patient.clinic_id == clinic_id, Patient.moved_to.is_not(None)
    )
    query = sa.select(CheckIn).where(
        CheckIn.clinic_id == clinic_id,
        CheckIn.note != "",
        CheckIn.note_read_at.is_(None),
        CheckIn.patient_id.not_in(moved),
    )
    return list(db.session.scalars(query.order_by(CheckIn.received_at)))


def mark_notes_read(
    clinician: Clinician, patient: Patient, now: datetime, shown: Collection[str] | None = None
) -> None:
    """A clinician has read these notes of this patient; who and when are written once.

    shown: `shown_as` of the notes on the page, so that one that came since stays unread; None: all.
    """
    with writing():
        lock(patient.key)
        for row in unread_notes(patient.clinic_id):
            if row.patient_id == patient.id and (shown is None or row.shown_as in shown):
                row.note_read_at, row.note_read_by = now, clinician.id
        audit.note(patient.clinic_id, clinician.actor, "notes read", now, patient.id)
