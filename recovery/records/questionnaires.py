"""Questionnaires: what is asked less often than daily, kept once and never altered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant

KINDS = ("rmdq", "answered_for")


class Questionnaire(Base):
    """One answered questionnaire. rmdq: total 0-24 and the ticked items' numbers; answered_for: 1 for yes, 0 for no."""

    __tablename__ = "questionnaires"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    procedure_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(20))
    day: Mapped[date]
    total: Mapped[int]
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
        sa.CheckConstraint("total BETWEEN 0 AND 24", name="total"),
        sa.CheckConstraint("(device_id IS NULL) <> (clinician_id IS NULL)", name="one_source"),
        sa.Index(None, "clinic_id", "patient_id", "kind", "day"),
    )
