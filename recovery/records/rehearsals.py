"""Rehearsals: what a clinic wants to try on its own history, worked out by a round, then taken into use or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical import rehearsal as trial
from recovery.clinical.rehearsal import Ask, Result

from . import audit, leases, pathways
from .accounts import Clinician
from .database import Base, Instant, db, only_open, writing
from .leases import Leased
from .patients import NotFound, Patient, Procedure

SHOWN = 10


class Rehearsal(Leased, Base):
    """One rehearsal: a change (path -> value) or a budget; version: of the clinic's pathway that it was held against.

    error: why there is no result; adopted_as: the number of the copy that came of it.
    """

    __tablename__ = "rehearsals"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pathway: Mapped[str] = mapped_column(sa.String(60))
    change: Mapped[dict[str, float]] = mapped_column(sa.JSON, default=dict)
    budget: Mapped[float | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[UUID]
    version: Mapped[str] = mapped_column(sa.String(60), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str] = mapped_column(sa.String(60), default="")
    adopted_as: Mapped[int | None]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "asked_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("budget > 0", name="budget"),
        sa.CheckConstraint(
            "(done_at IS NULL) = (result IS NULL AND error = '')", name="done_with_result_or_error"
        ),
        sa.Index(None, "clinic_id", "asked_at"),
        sa.Index("ix_rehearsals_waiting", "asked_at", **only_open("done_at IS NULL")),
    )

    def give_up(self, now: datetime) -> None:
        """It has no result, and whoever asked reads so."""
        self.done_at, self.error = now, "given up"

    @property
    def ask(self) -> Ask:
        """What is asked for, as the rules take it."""
        return Ask(self.change, self.budget)

    @property
    def worked_out(self) -> Result | None:
        """The result, None while there is none."""
        return trial.read(self.result) if self.result else None


def ask(clinician: Clinician, pathway: str, wanted: Ask, now: datetime) -> Rehearsal:
    """Ask for a rehearsal; one that waits already for the same is not asked for twice."""
    with writing() as session:
        for waiting in _waiting_in(clinician.clinic_id):
            if waiting.pathway == pathway and waiting.ask == wanted:
                return waiting
        row = Rehearsal(
            clinic_id=clinician.clinic_id,
            id=uuid4(),
            pathway=pathway,
            change=dict(wanted.change),
            budget=wanted.budget,
            asked_at=now,
            asked_by=clinician.id,
        )
        session.add(row)
        audit.note(
            row.clinic_id,
            clinician.actor,
            "rehearsal asked",
            now,
            change=row.change,
            budget=row.budget,
        )
    return row


def _waiting_in(clinic_id: UUID) -> Sequence[Rehearsal]:
    query = sa.select(Rehearsal).where(
        Rehearsal.clinic_id == clinic_id, Rehearsal.done_at.is_(None)
    )
    return db.session.scalars(query).all()


def find(clinician: Clinician, rehearsal_id: UUID) -> Rehearsal:
    """That rehearsal among those of this clinician's clinic; raises NotFound."""
    query = sa.select(Rehearsal).where(
        Rehearsal.clinic_id == clinician.clinic_id, Rehearsal.id == rehearsal_id
    )
    row = db.session.scalar(query)
    if row is None:
        raise NotFound(rehearsal_id)
    return row


def latest(clinician: Clinician, pathway: str) -> list[Rehearsal]:
    """The last rehearsals of this clinician's clinic, newest first."""
    query = sa.select(Rehearsal).where(
        Rehearsal.clinic_id == clinician.clinic_id, Rehearsal.pathway == pathway
    )
    return list(db.session.scalars(query.order_by(Rehearsal.asked_at.desc()).limit(SHOWN)))


def claim(now: datetime) -> Rehearsal | None:
    """Lease the rehearsal that has waited longest, in a transaction of its own; None when none waits."""
    return leases.take(Rehearsal, Rehearsal.done_at.is_(None), Rehearsal.asked_at, now)


def hold(row: Rehearsal, now: datetime) -> None:
    """It is still being worked out."""
    with writing():
        row.hold(now)


def finish(row: Rehearsal, version: str, result: Result, now: datetime) -> None:
    """Keep the result, and the version of the pathway that the change was held against."""
    _end(row, now, version=version, result=trial.kept(result))


def fail(row: Rehearsal, error: str, now: datetime) -> None:
    """It could not be worked out; error: the kind of what happened, nothing of a patient."""
    _end(row, now, error=error[:60])


def _end(row: Rehearsal, now: datetime, **columns: Any) -> None:
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.done_at is None:  # else somebody was taken for dead, and another has done it
            row.done_at = now
            for name, value in columns.items():
                setattr(row, name, value)


def note_opened(clinician: Clinician, row: Rehearsal, result: Result, now: datetime) -> None:
    """One line in the audit when a result that names patients is opened."""
    shown = sorted({case.patient for case in result.cases})
    if not shown:
        return
    with writing():
        actor = clinician.actor
        audit.note(
            row.clinic_id, actor, "rehearsal opened", now, rehearsal=str(row.id), patients=shown
        )


def adopt(clinician: Clinician, row: Rehearsal, now: datetime) -> None:
    """Use what was rehearsed from now on; a second click changes nothing. Raises pathways.NotAdoptable.

    Every active patient becomes due for review, so that today's answers are read by the new numbers.
    """
    result = row.worked_out
    if result is None:
        raise NotFound(row.id)
    if result.chosen is None:
        raise pathways.NotAdoptable("too_little")
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.adopted_as is not None:
            return
        numbers = dict(result.proposed.numbers)
        copy = pathways.adopt(clinician, row.pathway, numbers, row.version, now)
        row.adopted_as = copy.number
        _make_due(row.clinic_id, now)


def why_not(row: Rehearsal) -> str:
    """Why it could not be taken into use now, as NotAdoptable says it; empty when it could."""
    result = row.worked_out
    if result and result.chosen is None:
        return "too_little"
    change = dict(result.proposed.numbers) if result else {}
    return pathways.why_not(row.clinic_id, row.pathway, change, row.version)


def _make_due(clinic_id: UUID, now: datetime) -> None:
    active = (Patient.clinic_id == clinic_id, Patient.state == "active")
    due = sa.update(Patient).where(*active).values(review_due_at=now)
    db.session.execute(due.execution_options(synchronize_session=False))


def procedures_since(clinic_id: UUID, pathway: str, first: date) -> list[Procedure]:
    """The procedures on this pathway since that day, ended ones included: the clinic's history."""
    query = sa.select(Procedure).where(
        Procedure.clinic_id == clinic_id,
        Procedure.pathway == pathway,
        Procedure.performed_on >= first,
    )
    order = (Procedure.performed_on, Procedure.patient_id, Procedure.id)
    return list(db.session.scalars(query.order_by(*order)))
