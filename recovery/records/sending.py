"""Sending: which queued message goes out next, the most urgent first, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from recovery.clinical.course import URGENCIES

from .database import db, is_postgresql, writing
from .messages import TO_PATIENTS, Message, is_open

LEASE = timedelta(seconds=60)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
)
NEVER_LONG = timedelta(minutes=5)  # for an emergency that the server does not take now
ASK_AGAIN = timedelta(minutes=1)  # a server that does not answer, while anything waits for it


def claim(now: datetime, channel: str = "email") -> Message | None:
    """Lease the most urgent message of a channel, in a transaction of its own; None when none is due.

    Once any is due, those that a silent server has kept waiting are asked about first: it may be back.
    """
    waiting = _waiting(channel, now)
    if (
        db.session.scalar(sa.select(Message.id).where(*waiting, Message.due_at <= now).limit(1))
        is None
    ):
        return None  # an idle round takes no write lock
    query = (
        sa.select(Message)
        .where(*waiting, sa.or_(Message.due_at <= now, Message.failure == "unreachable"))
        .order_by(urgent_first(), Message.queued_at)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    with writing() as session:
        message = session.scalar(
            query.with_for_update(skip_locked=True) if is_postgresql() else query
        )
        if message:
            message.leased_until = now + LEASE
            message.tries += 1
    return message


def _waiting(channel: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    is_free = sa.or_(Message.leased_until.is_(None), Message.leased_until <= now)
    return *is_open(), Message.channel == channel, is_free


def urgent_first() -> sa.ColumnElement[int]:
    """Alerts by their urgency, then what else goes to the staff, then what goes to patients."""
    ranks = {urgency: -rank for rank, urgency in enumerate(URGENCIES)}
    rank = sa.case(ranks, value=Message.urgency, else_=0)
    return sa.case(
        (Message.purpose == "alert", rank), (Message.purpose.in_(TO_PATIENTS), 2), else_=1
    )


def mark_sent(message: Message, now: datetime) -> None:
    """The other side has taken it, and so answers again: whatever waited for that is due at once."""
    with writing() as session:
        message.sent_at = now
        held_up = (*_waiting(message.channel, now), Message.failure == "unreachable")
        session.execute(sa.update(Message).where(*held_up, Message.due_at > now).values(due_at=now))


def withhold(message: Message, because: str, now: datetime) -> None:
    """It is not to be sent any more; who asks later finds why."""
    with writing():
        message.withheld_at, message.withheld_because = now, because


def put_off(message: Message, error: str, now: datetime, failure: str = "unknown") -> None:
    """It could not be sent: try again after 1, 5 and 30 minutes, then hourly; an emergency more often."""
    with writing():
        wait = RETRY_AFTER[min(message.tries, len(RETRY_AFTER)) - 1]
        if failure == "later" and message.urgency == "emergency":
            wait = min(wait, NEVER_LONG)
        message.due_at, message.leased_until = now + wait, None
        message.failure, message.last_error = failure, error[:300]


def hold_up(message: Message, error: str, now: datetime) -> None:
    """Nobody answers there: all that goes the same way waits, so that the most urgent is tried first later on."""
    with writing() as session:
        put_off(message, error, now, "unreachable")
        message.due_at = now + ASK_AGAIN
        session.flush()
        session.execute(
            sa.update(Message)
            .where(*_waiting(message.channel, now), Message.due_at <= now)
            .values(due_at=now + ASK_AGAIN, failure="unreachable", last_error=error[:300])
        )
