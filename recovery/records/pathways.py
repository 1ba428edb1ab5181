"""Pathways as a clinic keeps them: the packaged plan, or the clinic's approved copy with its overrides."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.pathway import Pathway, load, read_default

from . import audit
from .accounts import Clinic
from .database import Base, Instant, db, writing

VERTEBROPLASTY = "vertebroplasty"


class PathwayCopy(Base):
    """A clinic's copy of a pathway: the version that it overrides, what it changes, who approved it and when."""

    __tablename__ = "pathway_copies"

    clinic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("clinics.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    base_version: Mapped[str] = mapped_column(sa.String(60))
    overrides: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    approved_by: Mapped[str] = mapped_column(sa.String(200))
    approved_at: Mapped[datetime] = mapped_column(Instant)


@cache
def packaged(name: str) -> Pathway:
    """The packaged pathway with this name, a draft until a clinic approves its copy."""
    return load(read_default(name))


def approved_copy(clinic_id: UUID, name: str) -> PathwayCopy | None:
    """The clinic's latest approved copy, or None."""
    query = sa.select(PathwayCopy).where(
        PathwayCopy.clinic_id == clinic_id, PathwayCopy.name == name
    )
    return db.session.scalar(query.order_by(PathwayCopy.number.desc()).limit(1))


def pathway_for(clinic_id: UUID, name: str) -> Pathway:
    """The pathway by which this clinic's patients are judged."""
    copy = approved_copy(clinic_id, name)
    if copy is None or not copy.overrides:
        return packaged(name)
    return load(read_default(name), copy.overrides)


def version_for(clinic_id: UUID, name: str) -> str:
    """The version kept with each check-in and flag, such as "2026.1" or "2026.1+2" for the clinic's second copy."""
    copy = approved_copy(clinic_id, name)
    base = packaged(name).version
    return f"{base}+{copy.number}" if copy else f"{base} draft"


def approve(clinic: Clinic, name: str, approved_by: str, now: datetime) -> PathwayCopy:
    """Keep that a named clinician approves this clinic's copy of the packaged pathway."""
    with writing() as session:
        latest = approved_copy(clinic.id, name)
        copy = PathwayCopy(
            clinic_id=clinic.id,
            name=name,
            number=latest.number + 1 if latest else 1,
            base_version=packaged(name).version,
            overrides=latest.overrides if latest else {},
            approved_by=approved_by,
            approved_at=now,
        )
        session.add(copy)
        audit.note(clinic.id, "operator", "pathway approved", now, pathway=name, by=approved_by)
    return copy
