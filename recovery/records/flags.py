"""Flags: findings kept for a clinician, from raised to closed; one open flag for each patient and rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.flag_rules import Closure
from recovery.clinical.triage import OpenFlag

from .accounts import Clinician
from .database import Base, Instant, db, only_open
from .patients import Key, NotFound, Patient

COMPUTER = "computer"


class Flag(Base):
    """Findings of one rule about one patient; only records/life_cycle.make takes it from one state to the next.

    seen, claimed, reached, snoozed and closed are who and when; has_news: more came since somebody looked;
    waits_since: from when on it waits (again) for somebody to look.
    """

    __tablename__ = "flags"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    procedure_id: Mapped[UUID]
    rule: Mapped[str] = mapped_column(sa.String(30))
    urgency: Mapped[str] = mapped_column(sa.String(30))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_on: Mapped[date]
    updated_at: Mapped[datetime] = mapped_column(Instant)
    pathway_version: Mapped[str] = mapped_column(sa.String(60))
    has_news: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(sa.String(60))
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_by: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    reached_at: Mapped[datetime | None] = mapped_column(Instant)
    reached_by: Mapped[UUID | None]
    snoozed_at: Mapped[datetime | None] = mapped_column(Instant)
    snoozed_by: Mapped[UUID | None]
    snoozed_until: Mapped[datetime | None] = mapped_column(Instant)
    snoozed_because: Mapped[str | None] = mapped_column(sa.Text)
    is_useful: Mapped[bool | None]
    waits_since: Mapped[datetime | None] = mapped_column(Instant)
    closing_words: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "seen_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_pair"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_pair"),
        sa.CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by IS NULL)"
            " AND (claimed_at IS NULL) = (claimed_until IS NULL)",
            name="claimed_pair",
        ),
        sa.CheckConstraint("(reached_at IS NULL) = (reached_by IS NULL)", name="reached_pair"),
        sa.CheckConstraint(
            "(snoozed_at IS NULL) = (snoozed_by IS NULL)"
            " AND (snoozed_at IS NULL) = (snoozed_until IS NULL)"
            " AND (snoozed_at IS NULL) = (snoozed_because IS NULL)",
            name="snoozed_pair",
        ),
        sa.CheckConstraint(
            "snoozed_at IS NULL OR urgency <> 'emergency'", name="emergency_never_silenced"
        ),
        sa.Index(
            "uq_flags_open",
            "clinic_id",
            "patient_id",
            "rule",
            unique=True,
            **only_open("closed_at IS NULL"),
        ),
        sa.Index(None, "clinic_id", "patient_id", "raised_at"),
    )

    @property
    def shown_as(self) -> str:
        """What a page posts back to say that it has shown this flag as it stood then."""
        return f"{self.id}@{self.updated_at.isoformat()}"

    @property
    def state(self) -> str:
        """Where the flag is in its life: the latest state that has begun."""
        begun = {
            "closed": self.closed_at,
            "snoozed": self.snoozed_at,
            "contacted": self.reached_at,
            "claimed": self.claimed_at,
            "seen": self.seen_at,
        }
        return next((state for state, at in begun.items() if at), "raised")

    @property
    def is_unread(self) -> bool:
        """Whether nobody has looked at all that it holds."""
        return self.state == "raised" or self.has_news

    def touch(self, now: datetime) -> None:
        """Something about it has changed, so that what a page had shown is stale; also twice in one instant."""
        self.updated_at = max(now, self.updated_at + timedelta(microseconds=1))

    @property
    def key(self) -> Key:
        """The key of the patient."""
        return Key(self.clinic_id, self.patient_id)


class FlagFinding(Base):
    """One finding in a flag: key and values, never a finished sentence; outcome is what came of its reason."""

    __tablename__ = "findings"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    flag_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(60))
    urgency: Mapped[str] = mapped_column(sa.String(30))
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    day: Mapped[date]
    found_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(sa.String(60))

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "flag_id"], ["flags.clinic_id", "flags.id"]),
        sa.UniqueConstraint("clinic_id", "flag_id", "reason", "day"),
    )


class FlagMove(Base):
    """One move in a flag's life: who made it and when; until and words where the move has them."""

    __tablename__ = "flag_moves"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    flag_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(sa.String(60))
    until: Mapped[datetime | None] = mapped_column(Instant)
    words: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "flag_id"], ["flags.clinic_id", "flags.id"]),
    )


def of_patient(patient: Patient, *, afresh: bool = False) -> list[Flag]:
    """All flags of a patient, newest first; afresh: as the database has them, not as this session read them."""
    query = sa.select(Flag).where(
        Flag.clinic_id == patient.clinic_id, Flag.patient_id == patient.id
    )
    query = query.order_by(Flag.raised_at.desc(), Flag.rule)
    return list(db.session.scalars(query.execution_options(populate_existing=afresh)))


def open_in(clinic_id: UUID) -> list[Flag]:
    """All open flags of a clinic, oldest first."""
    query = sa.select(Flag).where(Flag.clinic_id == clinic_id, Flag.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(Flag.raised_at)))


def findings_of(flags: Iterable[Flag]) -> dict[UUID, list[FlagFinding]]:
    """The findings of these flags by flag, in the order found; one query."""
    found: dict[UUID, list[FlagFinding]] = defaultdict(list)
    flags = list(flags)
    if not flags:
        return found
    query = sa.select(FlagFinding).where(
        FlagFinding.clinic_id == flags[0].clinic_id,
        FlagFinding.flag_id.in_([flag.id for flag in flags]),
    )
    query = query.order_by(FlagFinding.flag_id, FlagFinding.number)
    for row in db.session.scalars(query.execution_options(populate_existing=True)):
        found[row.flag_id].append(row)
    return found


def find(clinician: Clinician, flag_id: UUID) -> Flag:
    """That flag among those in this clinician's care; raises NotFound."""
    query = sa.select(Flag).where(Flag.clinic_id == clinician.clinic_id, Flag.id == flag_id)
    flag = db.session.scalar(query)
    if flag is None:
        raise NotFound(flag_id)
    return flag


def for_triage(flags: Sequence[Flag]) -> tuple[dict[str, OpenFlag], tuple[Closure, ...]]:
    """A patient's flags as triage takes them: the open ones by rule, and what a person closed, in order.

    A silence that ended by itself is no closing: the next silence is another one.
    """
    findings = findings_of(flags)
    open_flags = {
        flag.rule: OpenFlag(
            flag.rule,
            flag.urgency,
            flag.seen_at is not None,
            {(row.reason, row.day): row.values for row in findings[flag.id]},
        )
        for flag in flags
        if flag.closed_at is None
    }
    by_people = [flag for flag in flags if flag.closed_by not in (None, COMPUTER)]
    closed = sorted(by_people, key=lambda flag: flag.closed_at or flag.raised_at)
    return open_flags, tuple(
        Closure(f.rule, f.closed_at, f.raised_on, f.urgency) for f in closed if f.closed_at
    )
