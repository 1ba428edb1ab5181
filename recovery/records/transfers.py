"""Transfers: one clinic offers to hand a patient on, another accepts; at every instant one of the two follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from . import audit
from .accounts import Clinic, Clinician, clinic_of
from .database import Base, Instant, db, only_open, writing
from .patients import FOLLOWED, Key, NotFound, Patient, Procedure, lock

ANSWERS = ("accepted", "declined", "withdrawn")
SHOWN_ANSWERED = 20


class TransferRefused(ValueError):
    """The offer, or its answer, cannot be taken; .key says why, .values fill its sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


class Transfer(Base):
    """One offer to hand a patient on. agreed: how the patient agreed; words: why it was declined.

    answered_by is one of the other clinic, or of this one if the offer was withdrawn.
    """

    __tablename__ = "transfers"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    to_clinic_id: Mapped[UUID]
    agreed: Mapped[str] = mapped_column(sa.Text)
    offered_at: Mapped[datetime] = mapped_column(Instant)
    offered_by: Mapped[UUID]
    answer: Mapped[str | None] = mapped_column(sa.String(20))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None]
    words: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(
            ["clinic_id", "offered_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("to_clinic_id <> clinic_id", name="elsewhere"),
        sa.CheckConstraint("agreed <> ''", name="agreed"),
        sa.CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)",
            name="answered",
        ),
        sa.Index(
            "uq_transfers_open",
            "clinic_id",
            "patient_id",
            unique=True,
            **only_open("answered_at IS NULL"),
        ),
        sa.Index(None, "to_clinic_id", "patient_id"),
    )

    @property
    def key(self) -> Key:
        """The key of the patient in the clinic that offers."""
        return Key(self.clinic_id, self.patient_id)


SAME = (Patient.clinic_id == Transfer.clinic_id) & (Patient.id == Transfer.patient_id)


@dataclass(frozen=True)
class Waiting:
    """How many offers to a clinic, and of a clinic, nobody has answered."""

    to_us: int
    ours: int


@dataclass(frozen=True)
class Offer:
    """An offer with the two clinics and the patient, as the offering clinic has them."""

    transfer: Transfer
    patient: Patient
    procedure: Procedure
    former: Clinic
    next: Clinic


def others(clinic: Clinic) -> list[Clinic]:
    """The clinics of this installation that could take a patient: made-up patients stay among their like."""
    query = sa.select(Clinic).where(Clinic.id != clinic.id, Clinic.is_demo == clinic.is_demo)
    return list(db.session.scalars(query.order_by(Clinic.name)))


def offer(clinician: Clinician, patient: Patient, to: UUID, agreed: str, now: datetime) -> Transfer:
    """Offer to hand the patient on, who has agreed; until it is accepted nothing changes. Raises TransferRefused."""
    if to not in {each.id for each in others(clinic_of(clinician.clinic_id))}:
        raise TransferRefused("clinic_unknown")
    with writing() as session:
        held = lock(patient.key)
        refuse_unfollowed(held)
        if open_of(held) is not None:
            raise TransferRefused("offered_already")
        transfer = Transfer(
            clinic_id=held.clinic_id,
            patient_id=held.id,
            to_clinic_id=to,
            agreed=agreed,
            offered_at=now,
            offered_by=clinician.id,
        )
        session.add(transfer)
        actor, where = clinician.actor, str(to)
        audit.note(held.clinic_id, actor, "transfer offered", now, held.id, to=where)
    return transfer


def refuse_unfollowed(patient: Patient) -> None:
    """Only who is followed can be handed on. Raises TransferRefused."""
    if patient.moved_to is not None:
        raise TransferRefused("moved")
    if patient.state not in FOLLOWED:
        raise TransferRefused("not_followed")


def withdraw(clinician: Clinician, transfer: Transfer, now: datetime) -> None:
    """Take an offer back. Raises TransferRefused if it was answered meanwhile."""
    with writing():
        lock(transfer.key)
        answer(clinician, transfer, "withdrawn", now)


def decline(clinician: Clinician, transfer: Transfer, words: str, now: datetime) -> None:
    """Say no to an offer: the clinic that offered goes on. Raises TransferRefused if it was answered meanwhile."""
    with writing():
        lock(transfer.key)
        answer(clinician, transfer, "declined", now)
        transfer.words = words
        who = (clinician.clinic_id, clinician.actor)
        audit.note(*who, "transfer declined", now, transfer=str(transfer.id))


def answer(clinician: Clinician, transfer: Transfer, said: str, now: datetime) -> None:
    """Keep the one answer to an offer; part of a transaction that holds the patient's lock."""
    db.session.refresh(transfer)
    if transfer.answer is not None:
        raise TransferRefused("answered_already")
    transfer.answer, transfer.answered_at, transfer.answered_by = said, now, clinician.id
    actor = clinician.actor
    audit.note(transfer.clinic_id, actor, f"transfer {said}", now, transfer.patient_id)


def open_of(patient: Patient) -> Transfer | None:
    """The offer of this patient that nobody has answered yet."""
    of_patient = (Transfer.clinic_id == patient.clinic_id, Transfer.patient_id == patient.id)
    query = sa.select(Transfer).where(*of_patient, Transfer.answered_at.is_(None))
    return db.session.scalar(query)


def find(clinician: Clinician, transfer_id: UUID) -> Transfer:
    """That offer, by this clinician's clinic or to it; raises NotFound."""
    own = clinician.clinic_id
    query = sa.select(Transfer).where(
        Transfer.id == transfer_id,
        sa.or_(Transfer.clinic_id == own, Transfer.to_clinic_id == own),
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(transfer_id)
    return found


def find_own(clinician: Clinician, transfer_id: UUID) -> Transfer:
    """That offer by this clinician's clinic; raises NotFound."""
    found = find(clinician, transfer_id)
    if found.clinic_id != clinician.clinic_id:
        raise NotFound(transfer_id)
    return found


def find_offered(clinician: Clinician, transfer_id: UUID) -> Transfer:
    """That offer to this clinician's clinic; raises NotFound."""
    found = find(clinician, transfer_id)
    if found.to_clinic_id != clinician.clinic_id:
        raise NotFound(transfer_id)
    return found


def arrival(patient: Patient) -> Transfer | None:
    """The last handing on that brought this patient to their clinic, if any did."""
    query = sa.select(Transfer).where(
        Transfer.to_clinic_id == patient.clinic_id,
        Transfer.patient_id == patient.id,
        Transfer.answer == "accepted",
    )
    return db.session.scalar(query.order_by(Transfer.answered_at.desc()).limit(1))


def count_open(clinic_id: UUID) -> Waiting:
    """The unanswered offers to this clinic and by it; one query."""
    count = sa.func.count().filter
    query = sa.select(
        count(Transfer.to_clinic_id == clinic_id), count(Transfer.clinic_id == clinic_id)
    ).join(Patient, SAME)
    return Waiting(*db.session.execute(query.where(*_waiting(clinic_id))).one())


def _waiting(clinic_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """By this clinic or to it, unanswered; of who has died, withdrawn or ended nobody is asked to answer."""
    ours = sa.or_(Transfer.clinic_id == clinic_id, Transfer.to_clinic_id == clinic_id)
    return ours, Transfer.answered_at.is_(None), Patient.state.in_(FOLLOWED)


def open_in(clinic_id: UUID) -> list[Offer]:
    """Every unanswered offer by this clinic or to it, the oldest first; one query."""
    query = _offers().where(*_waiting(clinic_id))
    return [Offer(*row) for row in db.session.execute(query.order_by(Transfer.offered_at))]


def note_read(clinician: Clinician, offers: Sequence[Offer], now: datetime) -> None:
    """A line in the audit of the clinic that offers, for each patient of whom another clinic has read."""
    with writing():
        for each in offers:
            if each.transfer.to_clinic_id == clinician.clinic_id:
                key, actor = each.transfer.key, clinician.actor
                audit.note(key.clinic_id, actor, "offer read", now, key.patient_id)


def answered_of(clinic_id: UUID) -> list[Offer]:
    """The last offers by this clinic that were answered, the newest first."""
    query = _offers().where(Transfer.clinic_id == clinic_id, Transfer.answered_at.is_not(None))
    query = query.order_by(Transfer.answered_at.desc()).limit(SHOWN_ANSWERED)
    return [Offer(*row) for row in db.session.execute(query)]


def _offers() -> sa.Select[Transfer, Patient, Procedure, Clinic, Clinic]:
    former, to = aliased(Clinic), aliased(Clinic)
    current = (Procedure.clinic_id == Patient.clinic_id) & (Procedure.patient_id == Patient.id)
    return (
        sa.select(Transfer, Patient, Procedure, former, to)
        .join(Patient, SAME)
        .join(Procedure, current & Procedure.ended_on.is_(None))
        .join(former, former.id == Transfer.clinic_id)
        .join(to, to.id == Transfer.to_clinic_id)
    )
