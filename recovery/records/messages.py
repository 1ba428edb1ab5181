"""Messages: what is to be sent, queued beside the fact that it tells; delivery alone sends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant, db, insert_once, is_postgresql, only_open, writing
from .patients import Key

CHANNELS = ("email", "push", "sms")
NOTICE = "notice"  # of the end, beside the purposes alert and reminder
LEASE = timedelta(seconds=60)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
)


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

    __table_args__ = (
        sa.UniqueConstraint(
            "clinic_id", "purpose", "recipient", "slot", "step", name="uq_messages_once"
        ),
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "flag_id"], ["flags.clinic_id", "flags.id"]),
        sa.CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        sa.CheckConstraint(
            "(withheld_at IS NULL) = (withheld_because IS NULL)", name="withheld_pair"
        ),
        sa.Index(
            "ix_messages_due", "due_at", **only_open("sent_at IS NULL AND withheld_at IS NULL")
        ),
    )


@dataclass(frozen=True)
class Alert:
    """What an alert is about: the flag, its urgency, and the slot that keeps it from being queued twice."""

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


def queue_alert(alert: Alert, recipients: Iterable[str], now: datetime) -> None:
    """Queue an alert for each recipient, in the transaction at hand; one that stands already is left alone."""
    for recipient in recipients:
        _queue(
            alert.key,
            now,
            purpose="alert",
            channel="email",
            recipient=recipient,
            slot=alert.slot,
            step=alert.step,
            urgency=alert.urgency,
            flag_id=alert.flag_id,
            due_at=now,
        )


def queue_reminder(reminder: Reminder, now: datetime, purpose: str = "reminder") -> None:
    """Queue a reminder or a notice, in the transaction at hand; one that stands already is left alone."""
    _queue(
        reminder.key,
        now,
        purpose=purpose,
        channel=reminder.channel,
        recipient=reminder.recipient,
        slot=reminder.slot,
        step=reminder.step,
        urgency="routine",
        due_at=reminder.due_at,
    )


def _queue(key: Key, now: datetime, **columns: object) -> None:
    usual = {"id": uuid4(), "queued_at": now, "tries": 0, "last_error": ""}
    whose = {"clinic_id": key.clinic_id, "patient_id": key.patient_id}
    insert_once(Message, whose | usual | columns)


def claim(now: datetime, channel: str = "email") -> Message | None:
    """Lease the message of a channel that is due first, alerts before all others, in a transaction of its own.

    None when none is due.
    """
    query = (
        sa.select(Message)
        .where(
            Message.channel == channel,
            Message.sent_at.is_(None),
            Message.withheld_at.is_(None),
            Message.due_at <= now,
            sa.or_(Message.leased_until.is_(None), Message.leased_until <= now),
        )
        .order_by(Message.purpose != "alert", Message.due_at)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if db.session.scalar(query) is None:  # an idle round takes no write lock
        return None
    with writing() as session:
        message = session.scalar(
            query.with_for_update(skip_locked=True) if is_postgresql() else query
        )
        if message:
            message.leased_until = now + LEASE
            message.tries += 1
    return message


def mark_sent(message: Message, now: datetime) -> None:
    """The other side has taken it."""
    with writing():
        message.sent_at = now


def withhold(message: Message, because: str, now: datetime) -> None:
    """It is not to be sent any more; who asks later finds why."""
    with writing():
        message.withheld_at, message.withheld_because = now, because


def put_off(message: Message, error: str, now: datetime) -> None:
    """It could not be sent: try again after 1, 5 and 30 minutes, then hourly."""
    with writing():
        wait = RETRY_AFTER[min(message.tries, len(RETRY_AFTER)) - 1]
        message.due_at, message.leased_until, message.last_error = now + wait, None, error[:300]


def waiting_reminders(key: Key) -> list[Message]:
    """The reminders of a patient that are queued and neither sent nor withheld."""
    query = sa.select(Message).where(
        Message.clinic_id == key.clinic_id,
        Message.patient_id == key.patient_id,
        Message.purpose == "reminder",
        Message.sent_at.is_(None),
        Message.withheld_at.is_(None),
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
        Message.purpose == "reminder",
        Message.recipient == str(device_id),
        Message.tries > 0,
    )
    last = db.session.scalar(query.order_by(Message.queued_at.desc()).limit(1))
    return last is not None and last.sent_at is None and last.last_error != ""


def count_stuck(now: datetime) -> int:
    """How many messages have failed at least twice and still wait."""
    query = sa.select(sa.func.count()).select_from(Message)
    query = query.where(Message.sent_at.is_(None), Message.withheld_at.is_(None), Message.tries > 1)
    return db.session.scalar(query.where(Message.queued_at < now)) or 0
