"""Administrators: who looks after the installation, in no clinic; and which addresses are anybody's already."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import ACCOUNT_CHECKS, Account, AccountError, Clinician, plain_address
from .database import Base, Instant, db, is_postgresql, writing

ADDRESSES = 20_260_016  # names the lock under which an address is taken


class Administrator(Account, Base):
    """Somebody who looks after the installation: clinics, their leads, rounds and messages; no patient is theirs."""

    __tablename__ = "administrators"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)

    __table_args__ = tuple(
        sa.CheckConstraint(words, name=name) for name, words in ACCOUNT_CHECKS.items()
    )

    @property
    def actor(self) -> str:
        """This person's name in the audit."""
        return f"administrator:{self.id}"


class InstallationLine(Base):
    """One line of the audit of the installation: what belongs to no clinic."""

    __tablename__ = "installation_audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(sa.String(60))
    action: Mapped[str] = mapped_column(sa.String(60))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class UsedAddress(AccountError):
    """The address is somebody's already: a clinician's of any clinic, or an administrator's."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is in use already. Choose another address.")


def add(email: str, name: str, now: datetime) -> Administrator:
    """Make an administrator, who then needs a link; who was one is one again. Raises UsedAddress."""
    with writing() as session:
        person = former_owner(email)
        if not isinstance(person, Administrator):
            give_up_address(person, "operator", now)
            person = Administrator(email=plain_address(email))
            session.add(person)
        person.let_in(name)
        session.flush()
        note_of(person, "operator", "administrator added", now)
    return person


def end(person: Administrator, by: str, now: datetime) -> None:
    """Every sign-in and link ends at once, and what they did stays theirs."""
    with writing() as session:
        session.refresh(person, with_for_update=True)
        if person.ended_at is None:
            person.let_go(by, now)
            note_of(person, by, "administrator ended", now)


def note_of(person: Clinician | Administrator, by: str, action: str, now: datetime) -> None:
    """Add a line about this person to the audit of their clinic, or of the installation."""
    if isinstance(person, Clinician):
        audit.note(person.clinic_id, by, action, now, clinician=str(person.id))
    else:
        whose = {"administrator": str(person.id)}
        db.session.add(InstallationLine(at=now, actor=by, action=action, details=whose))


def former_owner(email: str) -> Clinician | Administrator | None:
    """Who had this address until their account ended; None if it is nobody's. Raises UsedAddress."""
    owner = owner_of(email)
    if owner and owner.ended_at is None:
        raise UsedAddress(email)
    return owner


def give_up_address(person: Clinician | Administrator | None, by: str, now: datetime) -> None:
    """Who has left takes the address along to where they work next, and stays known by name."""
    if person is not None:
        person.email = f"{person.id}@left.invalid"  # no address that anybody could have (RFC 2606)
        note_of(person, by, "address given up", now)
        db.session.flush()


def owner_of(email: str) -> Clinician | Administrator | None:
    """Whose address this is, also when the account has ended; nobody else takes it before the transaction ends."""
    # Two tables share the addresses, so that no constraint can keep them apart. SQLite writes in turn anyway.
    if is_postgresql():
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(ADDRESSES)))
    clinician = sa.select(Clinician).where(Clinician.email == plain_address(email))
    return db.session.scalar(clinician) or _with_address(email)


def find_by_email(email: str) -> Administrator | None:
    """The working administrator with this address, or None."""
    found = _with_address(email)
    return found if found and found.ended_at is None else None


def _with_address(email: str) -> Administrator | None:
    query = sa.select(Administrator).where(Administrator.email == plain_address(email))
    return db.session.scalar(query)
