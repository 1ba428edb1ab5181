"""Messages: what is to be sent, queued beside the fact that it tells; delivery alone sends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from recovery.clinical.escalation import CHANNELS, Way

from .database import Base, Instant, db, insert_once, only_open
from .patients import Key

# Why the other side has not taken it: nobody answers there, not now, never, or it does not say.
FAILURES = ("unreachable", "later", "refused", "unknown")
REMINDER, NOTICE = "reminder", "notice"  # a notice tells beforehand that the questions end
TO_PATIENTS = (REMINDER, NOTICE)


class Message(Base):
    """One message to one recipient. slot says about what, step which repeat: both keep it from being queued twice."""

    __tablename__ = "messages"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[str] = mapped_column(sa.String(30))
    channel: Mapped[str] = mapped_column(sa.String(10), default="email")
    recipient: Mapped[str] = mapped_column(sa.String(254))
    slot: Mapped[str] = mapped_column(sa.String(100))
    step: Mapped[int] = mapped_column(default=0)
    urgency: Mapped[str] = mapped_column(sa.String(30))
    patient_id: Mapped[UUID | None]
    flag_id: Mapped[UUID | None]
    queued_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    withheld_at: Mapped[datetime | None] = mapped_column(Instant)
    withheld_because: Mapped[str | None] = mapped_column(sa.String(60))
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")
    failure: Mapped[str] = mapped_column(sa.String(20), default="")

    __table_args__ = (
        sa.UniqueConstraint(
            "clinic_id", "purpose", "recipient", "slot", "step", name="uq_messages_once"
        ),
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "flag_id"], ["flags.clinic_id", "flags.id"]),
        sa.CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        sa.CheckConstraint(f"failure IN {('', *FAILURES)}", name="failure"),
        sa.CheckConstraint(
            "(withheld_at IS NULL) = (withheld_because IS NULL)", name="withheld_pair"
        ),
        sa.Index(
            "ix_messages_due", "due_at", **only_open("sent_at IS NULL AND withheld_at IS NULL")
        ),
        sa.Index(None, "clinic_id", "patient_id", "queued_at"),
        sa.Index(
            "ix_messages_failed",
            "clinic_id",
            "purpose",
            **only_open("failure <> '' AND sent_at IS NULL"),
        ),
        sa.Index(
            "ix_messages_to_staff",
            "clinic_id",
            "queued_at",
            **only_open(f"purpose NOT IN {TO_PATIENTS}"),
        ),
    )


@dataclass(frozen=True)
class Alert:
    """What an alert is about: the flag, its urgency, and slot and step, which keep it from being queued twice."""

    key: Key
    flag_id: UUID
    urgency: str
    slot: str
    step: int = 0


@dataclass(frozen=True)
class Reminder:
    """One try to remind a patient about a slot. recipient: an address, a phone number, or a device's id for push."""

    key: Key
    slot: str
    step: int
    channel: str
    recipient: str
    due_at: datetime


def queue_alert(alert: Alert, way: Way, now: datetime) -> None:
    """Queue an alert by one way, in the transaction at hand; one that stands already is left alone."""
    _queue(
        alert.key.clinic_id,
        now,
        patient_id=alert.key.patient_id,
        purpose="alert",
        channel=way[0],
        recipient=way[1],
        slot=alert.slot,
        step=alert.step,
        urgency=alert.urgency,
        flag_id=alert.flag_id,
    )


def queue_to_staff(purpose: str, clinic_id: UUID, slot: str, way: Way, now: datetime) -> None:
    """Queue a digest or a test for somebody of a clinic; one that stands already is left alone."""
    _queue(
        clinic_id,
        now,
        purpose=purpose,
        channel=way[0],
        recipient=way[1],
        slot=slot,
        urgency="routine",
    )


def queue_reminder(reminder: Reminder, now: datetime, purpose: str = REMINDER) -> None:
    """Queue a reminder or a notice, in the transaction at hand; one that stands already is left alone."""
    _queue(
        reminder.key.clinic_id,
        now,
        patient_id=reminder.key.patient_id,
        purpose=purpose,
        channel=reminder.channel,
        recipient=reminder.recipient,
        slot=reminder.slot,
        step=reminder.step,
        urgency="routine",
        due_at=reminder.due_at,
    )


def _queue(clinic_id: UUID, now: datetime, **columns: object) -> None:
    usual = {"id": uuid4(), "queued_at": now, "due_at": now, "step": 0}
    insert_once(
        Message,
        {"clinic_id": clinic_id, "tries": 0, "last_error": "", "failure": ""} | usual | columns,
    )


def is_open() -> tuple[sa.ColumnElement[bool], ...]:
    """Neither sent nor withheld, in the words of the index."""
    return Message.sent_at.is_(None), Message.withheld_at.is_(None)


def is_to_staff() -> sa.ColumnElement[bool]:
    """To a clinic's people, in the words of the index."""
    kinds: sa.BindParameter[str] = sa.bindparam(
        "to_patients", TO_PATIENTS, expanding=True, literal_execute=True
    )
    return Message.purpose.not_in(kinds)


def waiting_reminders(key: Key) -> list[Message]:
    """The reminders of a patient that are queued and neither sent nor withheld."""
    query = sa.select(Message).where(
        Message.clinic_id == key.clinic_id,
        Message.patient_id == key.patient_id,
        Message.purpose == REMINDER,
        *is_open(),
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def notices_of(key: Key, slot: str) -> list[Message]:
    """The notices to a patient about one thing, sent, waiting or withheld."""
    query = sa.select(Message).where(
        Message.clinic_id == key.clinic_id,
        Message.patient_id == key.patient_id,
        Message.purpose == NOTICE,
        Message.slot == slot,
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def withhold_all(key: Key, because: str, now: datetime) -> None:
    """Send nothing more of what waits about this patient; part of a transaction."""
    waiting = sa.update(Message).where(
        Message.clinic_id == key.clinic_id,
        Message.patient_id == key.patient_id,
        Message.sent_at.is_(None),
        Message.withheld_at.is_(None),
    )
    db.session.execute(waiting.values(withheld_at=now, withheld_because=because))


def has_failed_last(clinic_id: UUID, device_id: UUID) -> bool:
    """Whether the push service of a phone has not taken the last reminder that was tried."""
    query = sa.select(Message).where(
        Message.clinic_id == clinic_id,
        Message.purpose == REMINDER,
        Message.recipient == str(device_id),
        Message.tries > 0,
    )
    last = db.session.scalar(query.order_by(Message.queued_at.desc()).limit(1))
    return last is not None and last.sent_at is None and last.last_error != ""


def ways_that_failed(clinic_id: UUID) -> sa.Select[UUID | None, str]:
    """Each patient with an address or a number to which no reminder could be sent lately, as a part of a query."""
    later = aliased(Message)
    sent_since = sa.exists().where(
        later.clinic_id == Message.clinic_id,
        later.patient_id == Message.patient_id,
        later.recipient == Message.recipient,
        later.sent_at.is_not(None),
        later.queued_at > Message.queued_at,
    )
    return sa.select(Message.patient_id, Message.recipient).where(
        Message.clinic_id == clinic_id,
        Message.purpose == REMINDER,
        Message.tries > 0,
        Message.sent_at.is_(None),
        Message.failure != sa.literal_column("''"),  # in the words of the index
        ~sent_since,
    )


def count_stuck(now: datetime) -> int:
    """How many messages have failed at least twice and still wait."""
    query = sa.select(sa.func.count()).select_from(Message)
    query = query.where(*is_open(), Message.tries > 1)
    return db.session.scalar(query.where(Message.queued_at < now)) or 0
