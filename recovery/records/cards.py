"""Cards: the paper key of a patient or a helper, and how it connects a phone."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit, devices
from .accounts import Clinician
from .codes import hash_code, new_code
from .database import Base, Instant, db, writing
from .devices import Device
from .patients import Key, NotFound, Patient, lock_here

CONNECTS_FOR = timedelta(days=30)
DEVICES_PER_CARD = 3


class CardRefused(ValueError):
    """The code opens nothing; .key says why: wrong_code, expired_code, ended_code or too_many_devices."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class HelperRefused(ValueError):
    """A helper gets no card before the patient has agreed to a helper's access."""


class Card(Base):
    """A card of one holder: the patient, or a helper by name. Only a keyed hash of its code is kept."""

    __tablename__ = "cards"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    holder: Mapped[str] = mapped_column(sa.String(20), default="patient")
    holder_name: Mapped[str] = mapped_column(sa.String(200))
    code_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(sa.String(60))
    is_lost: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.UniqueConstraint("clinic_id", "code_hash"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "issued_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_pair"),
        sa.Index(None, "clinic_id", "patient_id"),
    )


def issue(
    clinician: Clinician,
    patient: Patient,
    holder_name: str,
    card_key: str,
    now: datetime,
    holder: str = "patient",
) -> str:
    """Issue a card to a holder and end that holder's earlier code; the code is returned once, never kept.

    Raises HelperRefused, or patients.Moved.
    """
    if holder == "helper" and not patient.consent_for_helper:
        raise HelperRefused(holder_name)
    code = new_code()
    with writing() as session:
        hold(patient.key)
        for card in cards_of_holder(patient, holder, holder_name):
            if card.ended_at is None:
                card.ended_at, card.ended_by = now, clinician.actor
        card = Card(
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            holder=holder,
            holder_name=holder_name,
            code_hash=hash_code(code, card_key),
            issued_at=now,
            issued_by=clinician.id,
            expires_at=now + CONNECTS_FOR,
        )
        session.add(card)
        audit.note(
            patient.clinic_id, clinician.actor, "card issued", now, patient.id, holder=holder_name
        )
    return code


def hold_all(key: Key) -> None:
    """Hold the cards, before the patient is asked for: whoever connects a phone goes in this order."""
    query = _all_of(key).with_only_columns(Card.id)
    db.session.execute(query.order_by(Card.id).with_for_update())


def hold(key: Key) -> Patient:
    """The patient with all cards, held until the transaction ends. Raises patients.Moved."""
    hold_all(key)
    return lock_here(key)


def _all_of(key: Key) -> sa.Select[Card]:
    return sa.select(Card).where(Card.clinic_id == key.clinic_id, Card.patient_id == key.patient_id)


def cards_of(patient: Patient) -> list[Card]:
    """All cards of a patient, newest first."""
    return list(db.session.scalars(_all_of(patient.key).order_by(Card.issued_at.desc())))


def cards_of_holder(patient: Patient, holder: str, holder_name: str) -> list[Card]:
    """All cards that one person has had for this patient, newest first."""
    return [c for c in cards_of(patient) if (c.holder, c.holder_name) == (holder, holder_name)]


def helper_names(clinic_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The helper's name behind each device that a helper's card connected, by the device's id."""
    query = sa.select(Device.id, Card.holder_name).join(
        Card, (Card.clinic_id == Device.clinic_id) & (Card.id == Device.card_id)
    )
    query = query.where(Card.clinic_id == clinic_id, Card.patient_id.in_(patient_ids))
    rows = db.session.execute(query.where(Card.holder == "helper"))
    return {row.id: row.holder_name for row in rows}


def connect(code: str, card_key: str, label: str, now: datetime) -> tuple[Device, str]:
    """Connect a device; returns it with the token for its cookie. Raises CardRefused.

    A wrong, an expired and an ended code cost the same queries and hashes, so that time tells nothing.
    """
    sought = hash_code(code, card_key)
    with writing() as session:
        found = session.execute(_with_hash(sought).with_for_update(of=Card)).one_or_none()
        card, is_moved = found or (None, False)
        open_devices = _count_open_devices(card)
        known = hmac.compare_digest(card.code_hash if card else sought[::-1], sought)
        if card is None or not known:
            raise CardRefused("wrong_code")
        if is_moved:
            raise CardRefused("ended_code")
        _refuse_unless_open(card, open_devices, now)
        return _add_device(card, label, now)


def _with_hash(code_hash: str) -> sa.Select[Card, bool]:
    """Whoever was handed on to another clinic has the card there, beside the ended one here: that which is open."""
    same = (Patient.clinic_id == Card.clinic_id) & (Patient.id == Card.patient_id)
    query = sa.select(Card, Patient.moved_to.is_not(None)).join(Patient, same)
    query = query.where(Card.code_hash == code_hash)
    return query.order_by(Card.ended_at.is_not(None), Card.ended_at.desc()).limit(1)


def _count_open_devices(card: Card | None) -> int:
    query = sa.select(sa.func.count()).select_from(Device)
    query = query.where(Device.card_id == (card.id if card else uuid4()), Device.ended_at.is_(None))
    return db.session.scalar(query) or 0


def _refuse_unless_open(card: Card, open_devices: int, now: datetime) -> None:
    if card.ended_at is not None:
        raise CardRefused("ended_code")
    if now > card.expires_at:
        raise CardRefused("expired_code")
    if open_devices >= DEVICES_PER_CARD:
        raise CardRefused("too_many_devices")


def _add_device(card: Card, label: str, now: datetime) -> tuple[Device, str]:
    token = secrets.token_urlsafe(32)
    device = Device(
        clinic_id=card.clinic_id,
        patient_id=card.patient_id,
        card_id=card.id,
        token_hash=devices.hash_token(token),
        label=label[:100],
        connected_at=now,
    )
    db.session.add(device)
    patient = db.session.get_one(Patient, (card.clinic_id, card.patient_id))
    patient.connected_at = patient.connected_at or now
    db.session.flush()
    audit.note(card.clinic_id, device.actor, "device connected", now, card.patient_id)
    return device, token


def holder_of(device: Device) -> Card:
    """The card that connected this device; it names the holder."""
    return db.session.get_one(Card, (device.clinic_id, device.card_id))


def helper_of(device: Device) -> str:
    """The name of the helper whose phone this is; empty on the patient's own."""
    card = holder_of(device)
    return card.holder_name if card.holder == "helper" else ""


def is_helper_ended(device: Device) -> bool:
    """Whether this was the phone of a helper of whom no card connects any more; who lost it may still help."""
    card = holder_of(device)
    query = sa.select(Card.id).where(
        *(Card.clinic_id == card.clinic_id, Card.patient_id == card.patient_id),
        *(Card.holder == card.holder, Card.holder_name == card.holder_name),
        Card.ended_at.is_(None),
    )
    is_helpers = card.holder == "helper" and not card.is_lost
    return is_helpers and db.session.scalar(query.limit(1)) is None


def mark_lost(clinician: Clinician, card: Card, now: datetime) -> None:
    """End a lost card and every device that it connected. Raises patients.Moved."""
    with writing():
        hold(Key(card.clinic_id, card.patient_id))
        _end([card], clinician.actor, now)
        card.is_lost = True
        audit.note(card.clinic_id, clinician.actor, "card lost", now, card.patient_id)


def end_helper(patient: Patient, holder_name: str, actor: str, now: datetime) -> None:
    """End every card of a helper, and every device that they connected: nothing of this patient opens any more."""
    with writing():
        _end(cards_of_holder(patient, "helper", holder_name), actor, now)
        audit.note(
            patient.clinic_id, actor, "helper ended", now, patient.id, holder_name=holder_name
        )


def _end(cards: Sequence[Card], actor: str, now: datetime) -> None:
    """End cards of one patient with their devices; part of a transaction."""
    for card in cards:
        if card.ended_at is None:
            card.ended_at, card.ended_by = now, actor
        for device in devices.of_card(card.clinic_id, card.id):
            devices.end(device, actor, now)


def find_card(clinician: Clinician, card_id: UUID) -> Card:
    """That card among those of patients in this clinician's care; raises NotFound."""
    query = sa.select(Card).where(Card.clinic_id == clinician.clinic_id, Card.id == card_id)
    card = db.session.scalar(query)
    if card is None:
        raise NotFound(card_id)
    return card
