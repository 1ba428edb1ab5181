"""Covers: the person who is named for each open day of a clinic (safety 30)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinic, Clinician
from .database import KEEPING_KEYS, Base, Instant, db, writing


class Cover(Base):
    """Who covers one day, on the clinic's calendar, and who settled it when."""

    __tablename__ = "covers"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    clinician_id: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[UUID]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.ForeignKeyConstraint(["clinic_id", "set_by"], ["clinicians.clinic_id", "clinicians.id"]),
    )


class NobodyOfOurs(ValueError):
    """Whoever was named does not work in this clinic, or no longer."""


def people(clinic_id: UUID) -> list[Clinician]:
    """Everybody who can be named: the clinic's people who have not left, by name."""
    query = sa.select(Clinician).where(
        Clinician.clinic_id == clinic_id, Clinician.ended_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Clinician.name, Clinician.id)))


def covering(clinic_id: UUID, days: Collection[date]) -> dict[date, Clinician]:
    """Who covers each of these days; a person who has left covers nothing."""
    same = (Clinician.clinic_id == Cover.clinic_id) & (Clinician.id == Cover.clinician_id)
    query = sa.select(Cover.day, Clinician).join(Clinician, same)
    query = query.where(Cover.clinic_id == clinic_id, Cover.day.in_(days))
    return {day: person for day, person in db.session.execute(query) if person.ended_at is None}


def name(
    clinician: Clinician,
    wanted: Mapping[date, UUID | None],
    seen: Mapping[date, UUID | None],
    now: datetime,
) -> list[date]:
    """Name who covers these days, None for nobody; seen: who stood there when the person chose.

    Returns the days that somebody else has changed since, which stay as they are. Raises NobodyOfOurs.
    """
    clinic_id = clinician.clinic_id
    ours = {each.id for each in people(clinic_id)}
    if not {each for each in wanted.values() if each} <= ours:
        raise NobodyOfOurs
    changed = {day: person for day, person in wanted.items() if person != seen.get(day)}
    with writing() as session:
        session.get_one(Clinic, clinic_id, with_for_update=KEEPING_KEYS)  # one after the other
        standing = {day: each.id for day, each in covering(clinic_id, list(changed)).items()}
        free = [day for day in changed if standing.get(day) in (seen.get(day), changed[day])]
        for day in free:
            if standing.get(day) != changed[day]:
                _change(clinician, day, changed[day], now)
    return [day for day in changed if day not in free]


def _change(clinician: Clinician, day: date, person: UUID | None, now: datetime) -> None:
    row = db.session.get(Cover, (clinician.clinic_id, day), populate_existing=True)
    if row is not None and person is None:
        db.session.delete(row)
    elif person is not None:
        row = row or Cover(clinic_id=clinician.clinic_id, day=day)
        row.clinician_id, row.set_at, row.set_by = person, now, clinician.id
        db.session.add(row)
    told = {"day": day.isoformat(), "person": str(person or "nobody")}
    audit.note(clinician.clinic_id, clinician.actor, "cover set", now, None, **told)
