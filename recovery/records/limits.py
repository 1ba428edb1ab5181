"""Limits: what clinicians set for one patient, until when and why; ended early or by its date, never altered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.answers import Problem
from recovery.clinical.limits import KINDS, PAUSABLE, Limit, refusal

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .pathways import pathway_for
from .patients import Key, NotFound, Patient, current_procedure, lock_here


class LimitRefused(ValueError):
    """The limit cannot be set; .problem says why, and at which box."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key, problem.values)
        self.problem = problem


class PatientLimit(Base):
    """One limit for one patient, on the patient's own days. number: Cel or points; rule: what a pause holds back."""

    __tablename__ = "limits"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(20))
    rule: Mapped[str | None] = mapped_column(sa.String(30))
    number: Mapped[float | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[UUID]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "set_by"], ["clinicians.clinic_id", "clinicians.id"]),
        sa.ForeignKeyConstraint(
            ["clinic_id", "ended_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.CheckConstraint(f"rule IN {PAUSABLE}", name="rule"),
        sa.CheckConstraint("(kind = 'pause') = (rule IS NOT NULL)", name="pause_of"),
        sa.CheckConstraint("(kind = 'pause') = (number IS NULL)", name="number"),
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("first_day <= last_day", name="days"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_pair"),
        sa.Index(None, "clinic_id", "patient_id", "last_day"),
    )

    @property
    def key(self) -> Key:
        """The key of the patient."""
        return Key(self.clinic_id, self.patient_id)

    def is_in_force(self, today: date) -> bool:
        """Whether it acts today, on the patient's calendar."""
        return self.ended_at is None and self.first_day <= today <= self.last_day


@dataclass(frozen=True)
class Wanted:
    """What a clinician wants to set from today on."""

    kind: str
    last_day: date
    reason: str
    number: float | None = None
    rule: str | None = None


def set_limit(
    clinician: Clinician, patient: Patient, wanted: Wanted, now: datetime
) -> PatientLimit:
    """Set a limit from the patient's today on; one of the same kind and rule ends.

    Raises LimitRefused, or patients.Moved.
    """
    with writing() as session:
        held = lock_here(patient.key)
        limit = Limit(wanted.kind, held.today(now), wanted.last_day, wanted.number, wanted.rule)
        _refuse(limit, held)
        for row in limits_of(held):
            if (row.kind, row.rule) == (wanted.kind, wanted.rule) and row.is_in_force(
                limit.first_day
            ):
                _end(row, clinician, now)
        row = _row(held, limit, wanted.reason.strip(), clinician, now)
        session.add(row)
        held.review_due_at = now
        _note(row, clinician, "limit set", now)
    return row


def _refuse(limit: Limit, patient: Patient) -> None:
    procedure = current_procedure(patient)
    pathway = pathway_for(patient.clinic_id, procedure.pathway)
    problem = refusal(limit, pathway, procedure.performed_on)
    if problem:
        raise LimitRefused(problem)


def _row(
    patient: Patient, limit: Limit, reason: str, clinician: Clinician, now: datetime
) -> PatientLimit:
    return PatientLimit(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        kind=limit.kind,
        rule=limit.rule,
        number=limit.number,
        reason=reason,
        first_day=limit.first_day,
        last_day=limit.last_day,
        set_at=now,
        set_by=clinician.id,
    )


def end_limit(clinician: Clinician, row: PatientLimit, now: datetime) -> None:
    """End a limit before its last day: from today on it acts no more. One that is over stays as it is.

    Raises patients.Moved.
    """
    with writing() as session:
        patient = lock_here(row.key)
        session.refresh(row)
        if row.is_in_force(patient.today(now)):
            _end(row, clinician, now)
            patient.review_due_at = now


def _end(row: PatientLimit, clinician: Clinician, now: datetime) -> None:
    row.ended_at, row.ended_by = now, clinician.id
    _note(row, clinician, "limit ended", now)


def _note(row: PatientLimit, clinician: Clinician, action: str, now: datetime) -> None:
    told = {"kind": row.kind, "rule": row.rule, "number": row.number, "until": str(row.last_day)}
    audit.note(row.clinic_id, clinician.actor, action, now, row.patient_id, **told)


def find(clinician: Clinician, limit_id: UUID) -> PatientLimit:
    """That limit among those in this clinician's care; raises NotFound."""
    query = sa.select(PatientLimit).where(
        PatientLimit.clinic_id == clinician.clinic_id, PatientLimit.id == limit_id
    )
    row = db.session.scalar(query)
    if row is None:
        raise NotFound(limit_id)
    return row


def limits_of(patient: Patient) -> list[PatientLimit]:
    """Every limit ever set for a patient, newest first, as the database has them now."""
    query = sa.select(PatientLimit).where(
        PatientLimit.clinic_id == patient.clinic_id, PatientLimit.patient_id == patient.id
    )
    query = query.order_by(PatientLimit.set_at.desc(), PatientLimit.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def for_rules(patient: Patient) -> tuple[Limit, ...]:
    """A patient's limits as the rules take them: one that was ended early acts until the day before."""
    limits = (_acting(row, patient) for row in limits_of(patient))
    return tuple(each for each in limits if each.first_day <= each.last_day)


def _acting(row: PatientLimit, patient: Patient) -> Limit:
    last = row.last_day
    if row.ended_at is not None:
        last = min(last, patient.today(row.ended_at) - timedelta(days=1))
    return Limit(row.kind, row.first_day, last, row.number, row.rule)


def in_force(people: Sequence[Patient], now: datetime) -> dict[UUID, list[PatientLimit]]:
    """The limits that act today, by patient; one query."""
    query = sa.select(PatientLimit).where(
        PatientLimit.clinic_id.in_({each.clinic_id for each in people}),
        PatientLimit.patient_id.in_([each.id for each in people]),
        PatientLimit.ended_at.is_(None),
    )
    today = {each.id: each.today(now) for each in people}
    found: dict[UUID, list[PatientLimit]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(PatientLimit.last_day, PatientLimit.id)):
        if row.is_in_force(today[row.patient_id]):
            found[row.patient_id].append(row)
    return found
