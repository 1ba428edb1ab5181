"""The audit: who did or saw what, and when; written by explicit calls, never read to decide anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant, db


class AuditLine(Base):
    """One line of the audit. actor: clinician:ID, device:ID, operator or computer."""

    __tablename__ = "audit"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(sa.String(60))
    action: Mapped[str] = mapped_column(sa.String(60))
    patient_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    __table_args__ = (sa.Index(None, "clinic_id", "patient_id", "at"),)


def note(
    clinic_id: UUID,
    actor: str,
    action: str,
    now: datetime,
    patient_id: UUID | None = None,
    **details: Any,
) -> None:
    """Add one line to the transaction at hand."""
    line = AuditLine(
        clinic_id=clinic_id,
        actor=actor,
        action=action,
        at=now,
        patient_id=patient_id,
        details=details,
    )
    db.session.add(line)


def note_each(
    clinic_id: UUID,
    actor: str,
    action: str,
    now: datetime,
    patient_ids: Iterable[UUID],
    **details: Any,
) -> None:
    """The same line for each of these patients, of whom there is at least one; part of the transaction at hand."""
    common = {"clinic_id": clinic_id, "at": now, "actor": actor, "action": action}
    lines = [{**common, "patient_id": each, "details": details} for each in patient_ids]
    db.session.execute(sa.insert(AuditLine), lines)
