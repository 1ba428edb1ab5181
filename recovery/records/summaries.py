"""Summaries: for each patient what the list of everybody needs, kept by each review, so that no page folds a course."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from recovery.clinical.days import start_of
from recovery.clinical.standing import Place, Standing, Whole, place
from recovery.clinical.summary import Summary

from .database import Base, Instant, db
from .patients import Patient, Procedure
from .searching import digits, folded, spellings

PLACES = ("above", "within", "below")
SEARCHED = ("name", "record_number", "phone", "second_phone")
# By code point on either database, so that both sort alike; what is folded has no accents left.
SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class PatientSummary(Base):
    """A patient as the last review left them, and by what they are found.

    as_of: when that was; None before the first. procedure_id: whose course it tells. silent_at: from when on
    silence counts as such, unless an answer comes. pains: [day number, worst pain], the oldest first. pain: the
    newest of them; beyond_own: by how many points above (or below) own_least to own_most, the own forecast, which
    is_former when it is that of before a worsening.
    """

    __tablename__ = "summaries"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    sorted_name: Mapped[str] = mapped_column(SORTABLE)
    searched: Mapped[str] = mapped_column(sa.Text)
    phones: Mapped[str] = mapped_column(sa.String(100))
    procedure_id: Mapped[UUID | None]
    as_of: Mapped[datetime | None] = mapped_column(Instant)
    answered_on: Mapped[date | None]
    silent_at: Mapped[datetime | None] = mapped_column(Instant)
    answered: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    pains: Mapped[list[list[int]]] = mapped_column(sa.JSON, default=list)
    pain_day: Mapped[int | None]
    pain: Mapped[int | None]
    own_least: Mapped[int | None]
    own_most: Mapped[int | None]
    beyond_own: Mapped[int | None]
    is_former: Mapped[bool] = mapped_column(default=False)
    beside_published: Mapped[Place | None] = mapped_column(sa.String(10))

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
        ),
        sa.CheckConstraint("(as_of IS NULL) = (procedure_id IS NULL)", name="reviewed"),
        sa.CheckConstraint("answered BETWEEN 0 AND asked", name="answered"),
        sa.CheckConstraint(
            "(pain IS NULL) = (pain_day IS NULL) AND (pain IS NULL) = (own_least IS NULL)"
            " AND (pain IS NULL) = (own_most IS NULL) AND (pain IS NULL) = (beyond_own IS NULL)"
            " AND (pain IS NULL) = (beside_published IS NULL)",
            name="last_pain",
        ),
        sa.CheckConstraint(f"beside_published IN {PLACES}", name="beside_published"),
    )

    @property
    def last(self) -> Standing | None:
        """Where the newest pain lies."""
        day, pain, least, most = self.pain_day, self.pain, self.own_least, self.own_most
        beside_published = self.beside_published
        if day is None or pain is None or least is None or most is None or not beside_published:
            return None
        own = Whole(least, most)
        return Standing(day, pain, own, place(pain, own), beside_published, None)


def found_by(patient: Patient) -> dict[str, str]:
    """The columns by which a patient is searched for and sorted."""
    searched = dict.fromkeys((*spellings(patient.name), folded(patient.record_number)))
    return {
        "sorted_name": folded(patient.name),
        "searched": " ".join(searched),
        "phones": f"{digits(patient.phone)} {digits(patient.second_phone)}",
    }


# Beside every new patient and every changed name, whoever writes it: nobody is enrolled and cannot be found.
@event.listens_for(Patient, "after_insert")
def _begin(_mapper: Mapper[Patient], connection: Connection, patient: Patient) -> None:
    key = {"clinic_id": patient.clinic_id, "patient_id": patient.id}
    connection.execute(sa.insert(PatientSummary).values(**key, **found_by(patient)))


@event.listens_for(Patient, "after_update")
def _rename(_mapper: Mapper[Patient], connection: Connection, patient: Patient) -> None:
    kept = sa.inspect(patient).attrs
    if any(kept[name].history.has_changes() for name in SEARCHED):
        connection.execute(_update(patient).values(**found_by(patient)))


def begin(patient: Patient) -> None:
    """The row by which a patient is found whose own row no session wrote; part of a transaction."""
    _write(patient, found_by(patient))


def keep(patient: Patient, procedure: Procedure, summary: Summary, now: datetime) -> None:
    """What a review has found; part of its transaction, under its lock."""
    told = _columns(patient, procedure, summary)
    _write(patient, {"procedure_id": procedure.id, "as_of": now, **told})


def _write(patient: Patient, columns: dict[str, Any]) -> None:
    changed = _update(patient).values(**columns).returning(PatientSummary.patient_id)
    if db.session.scalar(changed) is None:
        key = {"clinic_id": patient.clinic_id, "patient_id": patient.id}
        db.session.add(PatientSummary(**{**key, **found_by(patient), **columns}))
        db.session.flush()


def _columns(patient: Patient, procedure: Procedure, told: Summary) -> dict[str, Any]:
    def date_of(day: int | None) -> date | None:
        return None if day is None else procedure.performed_on + timedelta(days=day)

    silent_on, last = date_of(told.silent_from), told.last
    return {
        "answered_on": date_of(told.answered_on),
        "silent_at": None if silent_on is None else start_of(silent_on, patient.zone),
        "answered": told.answered,
        "asked": told.asked,
        "pains": [list(each) for each in told.pains],
        "pain_day": last and last.day,
        "pain": last and last.answer,
        "own_least": last and last.own.least,
        "own_most": last and last.own.most,
        "beyond_own": told.beyond_own,
        "is_former": told.is_former,
        "beside_published": last and last.beside_published,
    }


def _update(patient: Patient) -> sa.Update:
    # In SQL and not through the session, which may remember a row that another process has changed since.
    return (
        sa.update(PatientSummary)
        .where(
            PatientSummary.clinic_id == patient.clinic_id,
            PatientSummary.patient_id == patient.id,
        )
        .execution_options(synchronize_session=False)
    )
