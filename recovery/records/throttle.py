"""The throttle: slowing down guesses at a door, by address; never a lock, only a wait."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant, db, insert_once, writing

FREE_FAILURES = 5
LONGEST_WAIT = timedelta(seconds=30)


class Slower(ValueError):
    """Too many wrong tries from one address; .seconds until the next is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Throttle(Base):
    """Wrong tries at one door from one address (kept as a hash); never a lock, only a wait."""

    __tablename__ = "throttles"

    door: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    address_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(Instant)


def refuse_hurry(door: str, address: str, now: datetime) -> None:
    """Raise Slower while this address has to wait at this door."""
    row = db.session.get(Throttle, (door, _hash_address(address)))
    if row and row.wait_until and row.wait_until > now:
        raise Slower(max(1, round((row.wait_until - now).total_seconds())))


def count_failure(door: str, address: str, now: datetime) -> None:
    """Count a wrong try; after five the wait doubles with each, up to 30 seconds."""
    key = _hash_address(address)
    with writing() as session:
        insert_once(Throttle, {"door": door, "address_hash": key, "failures": 0})
        row = session.get_one(Throttle, (door, key), with_for_update=True, populate_existing=True)
        row.failures += 1
        if row.failures >= FREE_FAILURES:
            wait = timedelta(seconds=2 ** min(row.failures - FREE_FAILURES, 5))
            row.wait_until = now + min(wait, LONGEST_WAIT)


def forget_failures(door: str, address: str) -> None:
    """A right try clears the count."""
    with writing() as session:
        session.execute(
            sa.delete(Throttle).where(
                Throttle.door == door, Throttle.address_hash == _hash_address(address)
            )
        )


def _hash_address(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
