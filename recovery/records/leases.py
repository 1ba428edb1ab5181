"""Leases: long work that one process does at a time; when that one dies, another takes it up after the lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from .database import Instant, db, is_postgresql, writing

LEASE = timedelta(seconds=60)  # far longer than from one step of the work to the next
TRIES = 3  # work that has ended its process so often is not begun again: reviews live there too


class Leased:
    """Columns of work that waits for a round, and how it is given up."""

    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)

    def give_up(self, now: datetime) -> None:
        """It is not begun again: each kind of work says what becomes of it."""

    def hold(self, now: datetime) -> None:
        """The work on it goes on."""
        self.leased_until = now + LEASE


Work = TypeVar("Work", bound=Leased)


def take(
    work: type[Work],
    waits: sa.ColumnElement[bool],
    since: InstrumentedAttribute[datetime],
    now: datetime,
) -> Work | None:
    """Lease what has waited longest, in a transaction of its own; None when none waits."""
    is_free = sa.or_(work.leased_until.is_(None), work.leased_until <= now)
    query = sa.select(work).where(waits, is_free).order_by(since).limit(1)
    query = query.execution_options(populate_existing=True)
    if db.session.scalar(query) is None:  # an idle round takes no write lock
        return None
    with writing() as session:
        row = session.scalar(query.with_for_update(skip_locked=True) if is_postgresql() else query)
        if row is not None:
            row.hold(now)
            row.tries += 1
            if row.tries > TRIES:
                row.give_up(now)
    return row
