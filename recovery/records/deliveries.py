"""Deliveries: what became of each message to a clinic's people, and whether alerts reach them at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from .accounts import Clinician
from .database import db
from .messages import TO_PATIENTS, Message, is_open
from .sending import urgent_first

A_PAGE = 50
LAST = 9  # after whatever failed, however little urgent
PATIENCE = timedelta(
    minutes=2
)  # one try that failed may be chance: the second comes after a minute


@dataclass(frozen=True)
class Page:
    """Some of the messages, and where they stand among all: pages count from 1."""

    messages: tuple[Message, ...]
    number: int
    count: int


def to_staff(clinician: Clinician, number: int) -> Page:
    """The messages to this clinician's clinic, those that could not be sent first, the urgent before the others."""
    mine = (Message.clinic_id == clinician.clinic_id, Message.purpose.not_in(TO_PATIENTS))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(*mine)) or 0
    count = max(1, -(-total // A_PAGE))
    number = min(max(number, 1), count)
    has_failed = sa.and_(*is_open(), Message.failure != "")
    query = (
        sa.select(Message)
        .where(*mine)
        .order_by(
            sa.case((has_failed, urgent_first()), else_=LAST),
            Message.queued_at.desc(),
            Message.id,
        )
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    )
    return Page(tuple(db.session.scalars(query)), number, count)


def count_undelivered(clinic_id: UUID, now: datetime) -> int:
    """How many of a clinic's alerts have not been taken by anybody, after more than one try's time."""
    query = sa.select(sa.func.count()).select_from(Message)
    query = query.where(
        *is_open(),
        Message.clinic_id == clinic_id,
        Message.purpose == "alert",
        Message.failure != "",
        Message.queued_at <= now - PATIENCE,
    )
    return db.session.scalar(query) or 0
