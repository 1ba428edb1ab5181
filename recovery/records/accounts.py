"""Clinics and their clinicians: who may sign in at /clinic, and the numbers and hours that patients are told."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfoNotFoundError

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.hours import Hours, NeverOpen, parse_weekly

from . import audit
from .database import Base, Instant, db, writing

PASSWORD_MIN_CHARACTERS = 12
ROLES = ("clinician", "lead")


class AccountError(ValueError):
    """An account cannot be made; the message is a sentence that says what to do."""


class Clinic(Base):
    """A clinic, its numbers and its hours; hours as text such as "Mo-Fr 08:00-16:00" in its own zone.

    no_lifting_days: how long nobody should lift, days after the procedure; None until the clinic has said (safety 18).
    """

    __tablename__ = "clinics"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    phone: Mapped[str] = mapped_column(sa.String(40))
    emergency_number: Mapped[str] = mapped_column(sa.String(20))
    out_of_hours_phone: Mapped[str] = mapped_column(sa.String(40))
    lost_card_phone: Mapped[str] = mapped_column(sa.String(40))
    weekly_hours: Mapped[str] = mapped_column(sa.String(300))
    closed_days: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    zone: Mapped[str] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(10))
    alert_addresses: Mapped[list[str]] = mapped_column(sa.JSON)
    second_alert_addresses: Mapped[list[str]] = mapped_column(sa.JSON)
    no_lifting_days: Mapped[int | None]
    digest_to_team: Mapped[bool] = mapped_column(default=True)
    digested_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def hours(self) -> Hours:
        """The opening hours as the clinical rules take them."""
        closed = frozenset(date.fromisoformat(day) for day in self.closed_days)
        return Hours(self.zone, parse_weekly(self.weekly_hours), closed)


class Clinician(Base):
    """A named person of one clinic; session_token is rotated to end every sign-in at once."""

    __tablename__ = "clinicians"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    session_token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(20), default="clinician")
    shown_patients: Mapped[str] = mapped_column(sa.String(64), default="")
    wants_digest: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.CheckConstraint(f"role IN {ROLES}", name="role"),)

    @property
    def is_lead(self) -> bool:
        """Whether this person settles how the clinic works: settings, pathway copy, escalation, people."""
        return self.role == "lead"

    @property
    def actor(self) -> str:
        """This person's name in the audit."""
        return f"clinician:{self.id}"


@dataclass(frozen=True)
class Passwords:
    """argon2id with the costs of the settings (19 MiB, 2 rounds by OWASP's smaller profile)."""

    memory_kib: int
    rounds: int

    @property
    def hasher(self) -> PasswordHasher:
        """A hasher with these costs."""
        return PasswordHasher(memory_cost=self.memory_kib, time_cost=self.rounds, parallelism=1)


@cache
def _nobodys_hash(passwords: Passwords) -> str:
    """What an unknown address is checked against, made once, so that it costs as much as a known one."""
    return passwords.hasher.hash(secrets.token_hex(16))


def add_clinic(now: datetime, **columns: Any) -> Clinic:
    """Make a clinic; every number and the hours are needed (safety 5). Raises AccountError."""
    missing = [name for name in _CLINIC_NEEDS if not columns.get(name)]
    if missing:
        raise AccountError(f"A clinic cannot start without: {', '.join(missing)}.")
    clinic = Clinic(**columns)
    _refuse_unusable_hours(clinic, now)
    with writing() as session:
        session.add(clinic)
        session.flush()
        audit.note(clinic.id, "operator", "clinic added", now)
    return clinic


def _refuse_unusable_hours(clinic: Clinic, now: datetime) -> None:
    """Patients are told when the clinic opens next: it must have a zone that exists, days and hours."""
    try:
        clinic.hours.next_opening(now)
    except ZoneInfoNotFoundError as error:
        raise AccountError(
            f"There is no zone named {clinic.zone}. Write it as Europe/Berlin."
        ) from error
    except NeverOpen as error:
        raise AccountError("A clinic must open on some day. Write Mo-Fr 08:00-16:00.") from error
    except ValueError as error:
        raise AccountError(str(error)) from error


_CLINIC_NEEDS = (
    "name",
    "phone",
    "emergency_number",
    "out_of_hours_phone",
    "lost_card_phone",
    "weekly_hours",
    "zone",
    "language",
    "alert_addresses",
    "second_alert_addresses",
)


def add_clinician(
    clinic: Clinic, email: str, name: str, password: str, passwords: Passwords, now: datetime
) -> Clinician:
    """Make a named clinician; raises AccountError for a short password or an address in use."""
    if len(password) < PASSWORD_MIN_CHARACTERS:
        raise AccountError(f"Choose a password of at least {PASSWORD_MIN_CHARACTERS} characters.")
    with writing() as session:
        if find_by_email(email):
            raise AccountError(f"{email} is in use already. Choose another address.")
        clinician = Clinician(
            clinic_id=clinic.id,
            email=email.strip().lower(),
            name=name,
            password_hash=passwords.hasher.hash(password),
            session_token=secrets.token_hex(32),
        )
        session.add(clinician)
        session.flush()
        audit.note(clinic.id, "operator", "clinician added", now, clinician=str(clinician.id))
    return clinician


def sign_in(email: str, password: str, passwords: Passwords, now: datetime) -> Clinician | None:
    """The clinician whose address and password these are, or None after the same work."""
    clinician = find_by_email(email)
    stored = clinician.password_hash if clinician else _nobodys_hash(passwords)
    try:
        passwords.hasher.verify(stored, password)
    except VerifyMismatchError:
        return None
    if clinician is None:
        return None
    with writing():
        audit.note(clinician.clinic_id, clinician.actor, "signed in", now)
    return clinician


def find_by_email(email: str) -> Clinician | None:
    """The working clinician with this address, or None."""
    return db.session.scalar(
        sa.select(Clinician).where(
            Clinician.email == email.strip().lower(), Clinician.ended_at.is_(None)
        )
    )


def find_by_token(token: str) -> Clinician | None:
    """The working clinician whose sign-in token this is, or None."""
    return db.session.scalar(
        sa.select(Clinician).where(Clinician.session_token == token, Clinician.ended_at.is_(None))
    )


def clinic_of(clinic_id: UUID) -> Clinic:
    """The clinic with this id; it exists, because every row that names it is bound to it."""
    return db.session.get_one(Clinic, clinic_id)


def find_clinic(name: str) -> Clinic:
    """The clinic with this name; raises AccountError naming those there are."""
    clinic = db.session.scalar(sa.select(Clinic).where(Clinic.name == name))
    if clinic is None:
        names = (
            ", ".join(db.session.scalars(sa.select(Clinic.name).order_by(Clinic.name)))
            or "none yet"
        )
        raise AccountError(f"There is no clinic named {name}. There is: {names}.")
    return clinic


def clinician_names(clinic_id: UUID) -> dict[UUID, str]:
    """The names of a clinic's people, also of those who have left: what they did stays theirs."""
    query = sa.select(Clinician.id, Clinician.name).where(Clinician.clinic_id == clinic_id)
    return {row.id: row.name for row in db.session.execute(query)}


def clinicians_of(clinic_id: UUID) -> list[Clinician]:
    """A clinic's people by name, also those who have left."""
    query = sa.select(Clinician).where(Clinician.clinic_id == clinic_id)
    return list(db.session.scalars(query.order_by(Clinician.name, Clinician.id)))
