"""Translations: which wording of which language a clinic has reviewed and approved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit, cards, catalogues, devices, languages
from .accounts import Clinician
from .database import Base, Instant, db, insert_once, writing
from .devices import Device
from .patients import Patient

UNREAD = ("completed", "withdrawn", "deceased")  # states in which a patient is asked nothing more


class OtherWording(ValueError):
    """The wording is not complete, or has changed since it was read: nothing is approved unread."""


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


def approve(clinician: Clinician, language: str, read: str, now: datetime) -> None:
    """Keep that a clinician approves the wording that they have read; twice is once. Raises OtherWording."""
    if language not in catalogues.offered() or read != catalogues.wording(language):
        raise OtherWording(language)
    kept = {
        "clinic_id": clinician.clinic_id,
        "language": language,
        "catalogue_hash": read,
        "approved_at": now,
        "approved_by": clinician.id,
    }
    with writing():
        if insert_once(TranslationApproval, kept):
            who = (clinician.clinic_id, clinician.actor)
            audit.note(*who, "translation approved", now, language=language, wording=read)


def approval(clinic_id: UUID, language: str) -> TranslationApproval | None:
    """The clinic's approval of a language as it reads now, or None."""
    key = (clinic_id, language, catalogues.wording(language))
    return db.session.get(TranslationApproval, key)


def approvals(clinic_id: UUID, language: str) -> list[TranslationApproval]:
    """Every wording of a language that the clinic ever approved, the newest first."""
    query = sa.select(TranslationApproval).where(
        TranslationApproval.clinic_id == clinic_id, TranslationApproval.language == language
    )
    return list(db.session.scalars(query.order_by(TranslationApproval.approved_at.desc())))


def is_approved(clinic_id: UUID, language: str) -> bool:
    """Whether this clinic has reviewed what its patients read; English is approved with the pathway."""
    return language == languages.ENGLISH or approval(clinic_id, language) is not None


def read_unapproved(clinic_id: UUID) -> list[str]:
    """The languages that somebody in this clinic's care reads although nobody has reviewed their wording."""
    read = {row.language for row in db.session.execute(_read_by_patients(clinic_id))}
    return [
        each for each in languages.LANGUAGES if each in read and not is_approved(clinic_id, each)
    ]


def _read_by_patients(clinic_id: UUID) -> sa.CompoundSelect[tuple[str]]:
    """Each patient's language, and those that were chosen on connected phones."""
    followed = sa.and_(Patient.clinic_id == clinic_id, Patient.state.not_in(UNREAD))
    chosen = sa.select(Device.language).join(
        Patient, (Patient.clinic_id == Device.clinic_id) & (Patient.id == Device.patient_id)
    )
    return sa.union(
        sa.select(Patient.language).where(followed),
        chosen.where(followed, Device.ended_at.is_(None)),
    )


def read_by(patient: Patient) -> dict[str, list[str]]:
    """The languages of the patient (under "") and of each helper (by name) who reads others than the patient.

    The patient's are that of the enrolment and those of their own connected phones.
    """
    helpers = cards.helper_names(patient.clinic_id, [patient.id])
    found = {"": {patient.language}}
    for device in devices.of_patient(patient):
        if device.language and device.ended_at is None:
            found.setdefault(helpers.get(device.id, ""), set()).add(device.language)
    own = found.pop("")
    others = {name: read - own for name, read in sorted(found.items()) if read - own}
    return {name: _in_order(read) for name, read in {"": own, **others}.items()}


def _in_order(read: set[str]) -> list[str]:
    return [each for each in languages.LANGUAGES if each in read]
