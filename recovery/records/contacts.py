"""Contacts: each try to reach a patient, whom it reached, and when the next try is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db
from .patients import Patient

WHOM = ("nobody", "patient", "helper", "hospital")


class Contact(Base):
    """One try. whom "nobody": no answer, which is an attempt and not an outcome (safety 2)."""

    __tablename__ = "contacts"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[UUID]
    whom: Mapped[str] = mapped_column(sa.String(20))
    left_message: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(sa.Text, default="")
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "by"], ["clinicians.clinic_id", "clinicians.id"]),
        sa.CheckConstraint(f"whom IN {WHOM}", name="whom"),
        sa.CheckConstraint("(whom = 'nobody') = (next_try_at IS NOT NULL)", name="next_try"),
        sa.Index(None, "clinic_id", "patient_id", "at"),
    )

    @property
    def tried(self) -> str:
        """Whom it reached; "message" if nobody, and a message was left."""
        return "message" if self.left_message else self.whom


@dataclass(frozen=True)
class Tried:
    """A try as a clinician notes it; next_try_at is needed when nobody was reached, and means nothing otherwise."""

    whom: str
    words: str = ""
    next_try_at: datetime | None = None
    left_message: bool = False


def note_contact(clinician: Clinician, patient: Patient, tried: Tried, now: datetime) -> Contact:
    """Keep a try to reach a patient; part of a move of the open flags (records/moves.py)."""
    in_vain = tried.whom == "nobody"
    contact = Contact(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        at=now,
        by=clinician.id,
        whom=tried.whom,
        left_message=tried.left_message and in_vain,
        words=tried.words.strip(),
        next_try_at=tried.next_try_at if in_vain else None,
    )
    db.session.add(contact)
    audit.note(patient.clinic_id, clinician.actor, "contact", now, patient.id, whom=tried.whom)
    return contact


def contacts_of(patient: Patient) -> list[Contact]:
    """All tries to reach a patient, newest first."""
    query = sa.select(Contact).where(
        Contact.clinic_id == patient.clinic_id, Contact.patient_id == patient.id
    )
    return list(db.session.scalars(query.order_by(Contact.at.desc())))
