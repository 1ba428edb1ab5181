"""Deliveries: what became of each message to a clinic's people, and whether alerts reach them at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from .accounts import Clinician
from .database import db
from .messages import Message, is_open, is_to_staff
from .sending import urgent_first

A_PAGE = 50
# One try that failed may be chance: the second comes after a minute.
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Page:
    """Some of the messages, and where they stand among all: pages count from 1."""

    messages: tuple[Message, ...]
    number: int
    count: int


def to_staff(clinician: Clinician, number: int) -> Page:
    """The messages to this clinician's clinic, those that could not be sent first, the urgent before the others."""
    mine = sa.select(Message).where(Message.clinic_id == clinician.clinic_id, is_to_staff())
    latest, has_failed = Message.queued_at.desc(), sa.and_(*is_open(), Message.failure != "")
    failing = mine.where(has_failed).order_by(urgent_first(), latest, Message.id)
    others = mine.where(~has_failed).order_by(latest, Message.id)  # as the index has them
    ahead, rest = _count(failing), _count(others)
    count = max(1, -(-(ahead + rest) // A_PAGE))
    number = min(max(number, 1), count)
    start = (number - 1) * A_PAGE
    shown = list(db.session.scalars(failing.offset(start).limit(A_PAGE)))
    after = others.offset(max(0, start - ahead)).limit(A_PAGE - len(shown))
    return Page((*shown, *db.session.scalars(after)), number, count)


def _count(query: sa.Select[Message]) -> int:
    counted = sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
    return db.session.scalar(counted) or 0


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
