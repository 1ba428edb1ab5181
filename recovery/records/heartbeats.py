"""Heartbeats: when each round last finished, so that its silence is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant, db, insert_once, writing

LATE_AFTER_MISSES = 4
LATE_AT_LEAST = timedelta(seconds=30)


class Heartbeat(Base):
    """One round of the timetable: how often it is due, and when it last finished."""

    __tablename__ = "heartbeats"

    round: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    every_seconds: Mapped[int]
    finished_at: Mapped[datetime] = mapped_column(Instant)

    def late_at(self) -> datetime:
        """From when on this round is late: four misses, and never under half a minute."""
        patience = max(timedelta(seconds=self.every_seconds * LATE_AFTER_MISSES), LATE_AT_LEAST)
        return self.finished_at + patience


@dataclass(frozen=True)
class Pulse:
    """How the rounds are: which are late, and when the slowest of them last finished (None: never)."""

    late: tuple[str, ...]
    last: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether anything that should have been read may be unread."""
        return bool(self.late) or self.last is None


def expect(name: str, every_seconds: int, now: datetime) -> None:
    """A round is to run from now on: one that never finishes is late as well."""
    with writing():
        insert_once(Heartbeat, {"round": name, "every_seconds": every_seconds, "finished_at": now})


def beat(name: str, every_seconds: int, now: datetime) -> None:
    """A round has finished."""
    with writing() as session:
        insert_once(Heartbeat, {"round": name, "every_seconds": every_seconds, "finished_at": now})
        session.execute(
            sa.update(Heartbeat)
            .where(Heartbeat.round == name)
            .values(every_seconds=every_seconds, finished_at=now)
        )


def pulse(now: datetime) -> Pulse:
    """How the rounds are now."""
    beats = list(db.session.scalars(sa.select(Heartbeat).order_by(Heartbeat.round)))
    late = tuple(beat.round for beat in beats if beat.late_at() < now)
    return Pulse(late, min((beat.finished_at for beat in beats), default=None))
