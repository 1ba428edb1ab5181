"""Clinics and their clinicians: who there is, and the numbers and hours that patients are told."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfoNotFoundError

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.hours import Hours, NeverOpen, parse_weekly

from . import audit
from .database import Base, Instant, db, writing

ROLES = ("clinician", "lead")


class AccountError(ValueError):
    """An account cannot be made; the message is a sentence that says what to do."""


class KnownClinic(AccountError):
    """There is a clinic of this name already."""


class Clinic(Base):
    """A clinic, its numbers and its hours; hours as text such as "Mo-Fr 08:00-16:00" in its own zone.

    no_lifting_days: how long nobody should lift, days after the procedure; None until the clinic has said (safety 18).
    changed: when and by whom its settings were last changed.
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
    added_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_by: Mapped[UUID | None]

    __table_args__ = (
        sa.CheckConstraint("(changed_at IS NULL) = (changed_by IS NULL)", name="changed_pair"),
    )

    @property
    def hours(self) -> Hours:
        """The opening hours as the clinical rules take them."""
        closed = frozenset(date.fromisoformat(day) for day in self.closed_days)
        return Hours(self.zone, parse_weekly(self.weekly_hours), closed)


def new_token() -> str:
    """What a sign-in carries; another one ends every sign-in at once."""
    return secrets.token_hex(32)


class Account:
    """What everybody who signs in has. An empty password_hash: none is set yet, only the link leads in.

    session_token is rotated to end every sign-in at once. link: the one-time link with which a password is set.
    """

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    session_token: Mapped[str] = mapped_column(sa.String(64), unique=True, default=new_token)
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    link_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True, index=True)
    link_until: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(sa.String(60))

    def let_in(self, name: str) -> None:
        """From now on this person works here under this name, once a link has let them set a password."""
        self.name, self.password_hash, self.session_token = name, "", new_token()
        self.ended_at, self.ended_by = None, None

    def let_go(self, by: str, now: datetime) -> None:
        """Every sign-in, password and link ends."""
        self.ended_at, self.ended_by = now, by
        self.session_token, self.password_hash = new_token(), ""
        self.link_hash, self.link_until = None, None


ACCOUNT_CHECKS = {
    "ended_pair": "(ended_at IS NULL) = (ended_by IS NULL)",
    "link_pair": "(link_hash IS NULL) = (link_until IS NULL)",
}


class Clinician(Account, Base):
    """A named person of one clinic. role_since: since when the role is theirs."""

    __tablename__ = "clinicians"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    role: Mapped[str] = mapped_column(sa.String(20), default="clinician")
    role_since: Mapped[datetime | None] = mapped_column(Instant)
    shown_patients: Mapped[str] = mapped_column(sa.String(64), default="")
    wants_digest: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.CheckConstraint(f"role IN {ROLES}", name="role"),
        *(sa.CheckConstraint(words, name=name) for name, words in ACCOUNT_CHECKS.items()),
    )

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


def add_clinic(now: datetime, by: str = "operator", /, **columns: Any) -> Clinic:
    """Make a clinic; every number and the hours are needed (safety 5). Raises AccountError."""
    missing = [name for name in _CLINIC_NEEDS if not columns.get(name)]
    if missing:
        raise AccountError(f"A clinic cannot start without: {', '.join(missing)}.")
    clinic = Clinic(**columns, added_at=now)
    refuse_unusable_hours(clinic, now)
    with writing() as session:
        if session.scalar(sa.select(Clinic.id).where(Clinic.name == clinic.name)):
            raise KnownClinic(f"There is a clinic named {clinic.name} already.")
        session.add(clinic)
        session.flush()
        audit.note(clinic.id, by, "clinic added", now)
    return clinic


def refuse_unusable_hours(clinic: Clinic, now: datetime) -> None:
    """Patients are told when the clinic opens next: raise AccountError without a zone that exists, days and hours."""
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


def plain_address(email: str) -> str:
    """An e-mail address as it is kept: in other letters it is still the same."""
    return email.replace("\0", "").strip().lower()  # PostgreSQL refuses NUL


def find_by_email(email: str) -> Clinician | None:
    """The working clinician with this address, or None."""
    return db.session.scalar(
        sa.select(Clinician).where(
            Clinician.email == plain_address(email), Clinician.ended_at.is_(None)
        )
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


def lead_names(clinic_id: UUID) -> list[str]:
    """Who settles how this clinic works, by name."""
    query = sa.select(Clinician.name).where(
        Clinician.clinic_id == clinic_id, Clinician.role == "lead", Clinician.ended_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Clinician.name)))
