"""Pathways as a clinic keeps them: the packaged plan, or the clinic's approved copy with its overrides."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.pathway import Pathway, load, read_default
from recovery.clinical.sensitivity import Change, laid_over, value_at

from . import audit
from .accounts import Clinic, Clinician
from .database import Base, Instant, db, writing

VERTEBROPLASTY = "vertebroplasty"


class NotAdoptable(ValueError):
    """A change cannot be taken into use; .key says why: draft, changed_since, same or too_little."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


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


def latest_copy(clinic_id: UUID, name: str) -> PathwayCopy | None:
    """The clinic's latest copy, or None; it may be of an earlier version of the packaged plan."""
    query = sa.select(PathwayCopy).where(
        PathwayCopy.clinic_id == clinic_id, PathwayCopy.name == name
    )
    return db.session.scalar(query.order_by(PathwayCopy.number.desc()).limit(1))


def approved_copy(clinic_id: UUID, name: str) -> PathwayCopy | None:
    """The clinic's latest copy if it is of the packaged plan as it stands: who approved 2026.1 has not read 2026.3."""
    copy = latest_copy(clinic_id, name)
    return copy if copy and copy.base_version == packaged(name).version else None


def may_enrol(clinic: Clinic) -> bool:
    """Real patients only on an approved pathway (safety 30)."""
    return clinic.is_demo or approved_copy(clinic.id, VERTEBROPLASTY) is not None


def pathway_for(clinic_id: UUID, name: str) -> Pathway:
    """The pathway by which this clinic's patients are judged."""
    copy = latest_copy(clinic_id, name)
    if copy is None or not copy.overrides:
        return packaged(name)
    return load(read_default(name), copy.overrides)


def changed(clinic_id: UUID, name: str, change: Change) -> Pathway:
    """The clinic's pathway with a change laid over it, not in use; raises PathwayError beyond the allowed range."""
    copy = latest_copy(clinic_id, name)
    return load(read_default(name), laid_over(copy.overrides if copy else {}, change))


def copies(clinic_id: UUID, name: str) -> list[PathwayCopy]:
    """Every approved copy, the latest first: none is ever altered or removed."""
    query = sa.select(PathwayCopy).where(
        PathwayCopy.clinic_id == clinic_id, PathwayCopy.name == name
    )
    return list(db.session.scalars(query.order_by(PathwayCopy.number.desc())))


def version_for(clinic_id: UUID, name: str) -> str:
    """The version kept with each check-in and flag, such as "2026.1" or "2026.1+2" for the clinic's second copy."""
    copy = approved_copy(clinic_id, name)
    base = packaged(name).version
    return f"{base}+{copy.number}" if copy else f"{base} draft"


def approve(clinician: Clinician, name: str, now: datetime) -> PathwayCopy:
    """Keep that this clinician approves their clinic's copy of the packaged pathway as it stands.

    Raises NotAdoptable ("same") if that is approved already, or PathwayError.
    """
    clinic_id = clinician.clinic_id
    with writing() as session:
        if approved_copy(clinic_id, name):
            raise NotAdoptable("same")
        copy = _next_copy(clinic_id, name, {}, clinician.name, now)
        session.add(copy)
        actor, number = clinician.actor, copy.number
        audit.note(clinic_id, actor, "pathway approved", now, pathway=name, number=number)
    return copy


def _next_copy(
    clinic_id: UUID, name: str, change: Change, approved_by: str, now: datetime
) -> PathwayCopy:
    latest = latest_copy(clinic_id, name)
    return PathwayCopy(
        clinic_id=clinic_id,
        name=name,
        number=latest.number + 1 if latest else 1,
        base_version=packaged(name).version,
        overrides=laid_over(latest.overrides if latest else {}, change),
        approved_by=approved_by,
        approved_at=now,
    )


def why_not(clinic_id: UUID, name: str, change: Change, seen_version: str) -> str:
    """Why a change of the version that was seen cannot be taken into use; empty when it can."""
    if approved_copy(clinic_id, name) is None:
        return "draft"
    if seen_version != version_for(clinic_id, name):
        return "changed_since"
    present = pathway_for(clinic_id, name)
    is_same = all(value_at(present, path) == value for path, value in change.items())
    return "same" if is_same else ""


def adopt(
    clinician: Clinician, name: str, change: Change, seen_version: str, now: datetime
) -> PathwayCopy:
    """The next copy of the clinic's pathway, approved by this clinician, if the one they saw is still in use.

    Raises NotAdoptable, or PathwayError for a number beyond its range.
    """
    clinic_id = clinician.clinic_id
    with writing() as session:
        if because := why_not(clinic_id, name, change, seen_version):
            raise NotAdoptable(because)
        before, after = pathway_for(clinic_id, name), changed(clinic_id, name, change)
        copy = _next_copy(clinic_id, name, change, clinician.name, now)
        session.add(copy)
        try:
            session.flush()
        except IntegrityError as error:  # two at once: the number is taken
            raise NotAdoptable("changed_since") from error
        told = {path: [value_at(each, path) for each in (before, after)] for path in change}
        audit.note(
            clinic_id, clinician.actor, "pathway changed", now, number=copy.number, changes=told
        )
    return copy
