"""Contacts: each try to reach a patient, whom it reached, and when the next try is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .patients import Key, Patient

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
    words: Mapped[str] = mapped_column(sa.Text, default="")
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "by"], ["clinicians.clinic_id", "clinicians.id"]),
        sa.CheckConstraint(f"whom IN {WHOM}", name="whom"),
        sa.CheckConstraint("(whom = 'nobody') = (next_try_at IS NOT NULL)", name="next_try"),
        sa.Index(None, "clinic_id", "patient_id", "at"),
    )


def note_contact(
    clinician: Clinician,
    patient: Patient,
    whom: str,
    words: str,
    next_try_at: datetime | None,
    now: datetime,
) -> Contact:
    """Keep a try to reach a patient; one without an answer needs the time of the next."""
    with writing() as session:
        contact = Contact(
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            at=now,
            by=clinician.id,
            whom=whom,
            words=words.strip(),
            next_try_at=next_try_at if whom == "nobody" else None,
        )
        session.add(contact)
        audit.note(patient.clinic_id, clinician.actor, "contact", now, patient.id, whom=whom)
    return contact


def contacts_of(patient: Patient) -> list[Contact]:
    """All tries to reach a patient, newest first."""
    query = sa.select(Contact).where(
        Contact.clinic_id == patient.clinic_id, Contact.patient_id == patient.id
    )
    return list(db.session.scalars(query.order_by(Contact.at.desc())))


def has_reached_since(key: Key, moment: datetime) -> bool:
    """Whether somebody was reached about this patient since that moment."""
    query = sa.select(sa.func.count()).where(
        Contact.clinic_id == key.clinic_id,
        Contact.patient_id == key.patient_id,
        Contact.whom != "nobody",
        Contact.at >= moment,
    )
    return bool(db.session.scalar(query))
