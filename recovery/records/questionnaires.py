"""Questionnaires: what is asked less often than daily, kept once and never altered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .devices import Device
from .patients import Key, Patient, Procedure, current_procedure
from .stand_ins import name_source
from .whereabouts import lock_followed

KINDS = ("rmdq", "answered_for")
TOTALS = (
    "kind = 'rmdq' AND total IS NOT NULL AND total BETWEEN 0 AND 24"
    " OR kind = 'answered_for' AND (total IS NULL OR total BETWEEN 0 AND 1)"
)


class KeptAlready(ValueError):
    """Something else was kept under this id, and stays."""


class Questionnaire(Base):
    """One answered questionnaire.

    rmdq: total 0-24 and the ticked lines' numbers. answered_for: 1 for yes, 0 for no, null for not said.
    items_version: the wording that was shown.
    """

    __tablename__ = "questionnaires"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    procedure_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(20))
    day: Mapped[date]
    total: Mapped[int | None]
    ticked: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    items_version: Mapped[str] = mapped_column(sa.String(60), default="")
    answered_by: Mapped[str | None] = mapped_column(sa.String(20))
    device_id: Mapped[UUID | None]
    clinician_id: Mapped[UUID | None]
    received_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
        ),
        sa.ForeignKeyConstraint(["clinic_id", "device_id"], ["devices.clinic_id", "devices.id"]),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.CheckConstraint(TOTALS, name="total"),
        sa.CheckConstraint("(device_id IS NULL) <> (clinician_id IS NULL)", name="one_source"),
        sa.Index(None, "clinic_id", "patient_id", "kind", "day"),
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """What was answered; the columns are those of Questionnaire."""

    kind: str
    total: int | None
    ticked: tuple[int, ...] = ()
    items_version: str = ""
    answered_by: str | None = None


def record(
    key: Key, entry_id: UUID, filled: Filled, source: Device | Clinician, now: datetime
) -> Questionnaire:
    """Keep it under this id, once. The same again changes nothing; anything else raises KeptAlready."""
    with writing() as session:
        patient = lock_followed(key)
        kept = session.get(Questionnaire, (patient.clinic_id, patient.id, entry_id))
        if kept is not None:
            return _same(kept, filled)
        row = _row(patient, entry_id, filled)
        row.day, row.received_at = patient.today(now), now
        row.device_id = source.id if isinstance(source, Device) else None
        row.clinician_id = source.id if isinstance(source, Clinician) else None
        name_source(patient.clinic_id, source, now)
        session.add(row)
        entry = {"entry": str(entry_id), "kind": filled.kind}
        audit.note(
            patient.clinic_id, source.actor, "questionnaire filled", now, patient.id, **entry
        )
    return row


def _same(kept: Questionnaire, filled: Filled) -> Questionnaire:
    if any(getattr(kept, name) != value for name, value in _columns(filled).items()):
        raise KeptAlready(kept.entry_id)
    return kept


def _row(patient: Patient, entry_id: UUID, filled: Filled) -> Questionnaire:
    return Questionnaire(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        procedure_id=current_procedure(patient).id,
        entry_id=entry_id,
        **_columns(filled),
    )


def _columns(filled: Filled) -> dict[str, object]:
    return asdict(filled) | {"ticked": list(filled.ticked)}


def of_patient(patient: Patient) -> list[Questionnaire]:
    """Everything that a patient ever answered, oldest first."""
    query = sa.select(Questionnaire).where(
        Questionnaire.clinic_id == patient.clinic_id, Questionnaire.patient_id == patient.id
    )
    return list(db.session.scalars(query.order_by(Questionnaire.day, Questionnaire.received_at)))


def since(patient: Patient, procedure: Procedure, kind: str) -> list[Questionnaire]:
    """Those of one kind since a procedure, oldest first."""
    return [
        row for row in of_patient(patient) if row.kind == kind and row.procedure_id == procedure.id
    ]


def latest(patient: Patient, procedure: Procedure, kind: str) -> Questionnaire | None:
    """The last of one kind since a procedure."""
    rows = since(patient, procedure, kind)
    return rows[-1] if rows else None
