"""Translations: which wording of which language a clinic has reviewed and approved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant


class TranslationApproval(Base):
    """A clinic's approval of one catalogue as it read then; another wording has another hash and asks again."""

    __tablename__ = "translation_approvals"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    catalogue_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[UUID]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "approved_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
    )
