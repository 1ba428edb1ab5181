"""Devices: the phones that cards connected, each with its own key in a cookie."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .patients import Key, NotFound, Patient, lock_here

TEXT_SIZES = ("usual", "large", "largest")


class Device(Base):
    """A phone that a card connected. access is its public id, written into its pages.

    opened_at: when the app was last opened with a line. unsent_since: what it then said of its oldest unsent answers.
    """

    __tablename__ = "devices"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    card_id: Mapped[UUID]
    access: Mapped[UUID] = mapped_column(default=uuid4)
    token_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    label: Mapped[str] = mapped_column(sa.String(100), default="")
    connected_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(10), default="")  # empty: the patient's
    text_size: Mapped[str] = mapped_column(sa.String(10), default="usual")
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    unsent_since: Mapped[datetime | None] = mapped_column(Instant)
    app_version: Mapped[str] = mapped_column(sa.String(20), default="")
    is_installed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("clinic_id", "token_hash"),
        sa.UniqueConstraint("clinic_id", "access"),
        sa.ForeignKeyConstraint(["clinic_id", "card_id"], ["cards.clinic_id", "cards.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_pair"),
        sa.CheckConstraint(f"text_size IN {TEXT_SIZES}", name="text_size"),
        sa.Index(None, "clinic_id", "card_id"),
    )

    @property
    def key(self) -> Key:
        """The key of the patient to whom this device belongs."""
        return Key(self.clinic_id, self.patient_id)

    @property
    def actor(self) -> str:
        """This device's name in the audit."""
        return f"device:{self.id}"


def of_patient(patient: Patient) -> list[Device]:
    """All devices of a patient, newest first."""
    query = sa.select(Device).where(
        Device.clinic_id == patient.clinic_id, Device.patient_id == patient.id
    )
    return list(db.session.scalars(query.order_by(Device.connected_at.desc())))


def connected(clinic_id: UUID) -> sa.Select[UUID]:
    """The patients of a clinic with at least one connected phone, as a part of a query."""
    return sa.select(Device.patient_id).where(
        Device.clinic_id == clinic_id, Device.ended_at.is_(None)
    )


def of_card(clinic_id: UUID, card_id: UUID) -> list[Device]:
    """All devices that a card connected, newest first."""
    query = sa.select(Device).where(Device.clinic_id == clinic_id, Device.card_id == card_id)
    return list(db.session.scalars(query.order_by(Device.connected_at.desc())))


def hash_token(token: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Device | None:
    """The connected device whose cookie this is, or None."""
    return db.session.scalar(
        sa.select(Device).where(Device.token_hash == hash_token(token), Device.ended_at.is_(None))
    )


def find_ended(token: str) -> Device | None:
    """The device whose cookie this was until somebody else ended it, or None: a sign-out needs no telling."""
    query = sa.select(Device).where(
        Device.token_hash == hash_token(token), Device.ended_at.is_not(None)
    )
    # Of a patient who was handed on, the phone has ended in each clinic in turn.
    device = db.session.scalar(query.order_by(Device.ended_at.desc()).limit(1))
    return device if device and device.ended_by != device.actor else None


def find_earlier(key: Key, access: str) -> Device | None:
    """The device of this patient with that access, ended or not, or None."""
    query = sa.select(Device).where(
        Device.clinic_id == key.clinic_id, Device.patient_id == key.patient_id
    )
    return next((each for each in db.session.scalars(query) if str(each.access) == access), None)


def note_opened(
    device: Device,
    app_version: str,
    is_installed: bool,
    unsent_since: datetime | None,
    now: datetime,
) -> None:
    """The app was opened with a line; what it says of itself. unsent_since: None when nothing waits on the phone."""
    with writing():
        device.opened_at, device.app_version = now, app_version[:20]
        device.is_installed = device.is_installed or is_installed
        device.unsent_since = min(unsent_since, now) if unsent_since else None


def end(device: Device, actor: str, now: datetime) -> None:
    """End one device's access; written once."""
    with writing():
        if device.ended_at is None:
            device.ended_at, device.ended_by = now, actor
            audit.note(device.clinic_id, actor, "device ended", now, device.patient_id)


def end_by(clinician: Clinician, device: Device, now: datetime) -> None:
    """A clinician ends one device's access. Raises patients.Moved."""
    with writing():
        lock_here(device.key)
        end(device, clinician.actor, now)


def find_in_care(clinician: Clinician, device_id: UUID) -> Device:
    """That device among those of patients in this clinician's care; raises NotFound."""
    query = sa.select(Device).where(Device.clinic_id == clinician.clinic_id, Device.id == device_id)
    device = db.session.scalar(query)
    if device is None:
        raise NotFound(device_id)
    return device


def choose_language(device: Device, language: str, now: datetime) -> None:
    """What this device speaks from now on."""
    with writing():
        device.language = language
        audit.note(
            device.clinic_id,
            device.actor,
            "language chosen",
            now,
            device.patient_id,
            language=language,
        )


def choose_text_size(device: Device, text_size: str, now: datetime) -> None:
    """How large its letters are from now on: one of TEXT_SIZES."""
    with writing():
        device.text_size = text_size
        audit.note(
            device.clinic_id,
            device.actor,
            "letters chosen",
            now,
            device.patient_id,
            text_size=text_size,
        )
