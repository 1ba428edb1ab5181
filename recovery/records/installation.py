"""The installation as an administrator sees it: clinics, rounds and messages, counted; never anything of a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from . import accounts, people
from .accounts import Clinic, Clinician
from .administrators import Administrator, InstallationLine
from .database import db, writing
from .heartbeats import Heartbeat
from .messages import Message
from .patients import NotFound, Patient
from .people import Newcomer
from .stand_ins import is_stand_in

SHOWN_LINES = 20


@dataclass(frozen=True)
class CountedClinic:
    """A clinic, how many people work there, leads among them or not, and how many patients it has."""

    clinic: Clinic
    clinicians: int
    leads: int
    patients: int


@dataclass(frozen=True)
class Traffic:
    """One channel: how many messages wait to be sent, and how many of those could not be sent when last tried."""

    channel: str
    waiting: int
    failing: int


def clinics() -> list[CountedClinic]:
    """Every clinic by name."""
    patients = _counted(Patient.clinic_id)
    works = Clinician.ended_at.is_(None)
    clinicians, leads = (
        _counted(Clinician.clinic_id, works, Clinician.role == role)
        for role in ("clinician", "lead")
    )
    return [
        CountedClinic(each, *(of.get(each.id, 0) for of in (clinicians, leads, patients)))
        for each in db.session.scalars(sa.select(Clinic).order_by(Clinic.name))
    ]


def _counted(clinic_id: Any, *where: sa.ColumnElement[bool]) -> dict[UUID, int]:
    query = sa.select(clinic_id, sa.func.count()).where(*where).group_by(clinic_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def add_clinic(columns: Mapping[str, Any], lead: Newcomer, by: str, now: datetime) -> Clinician:
    """Make a clinic with its first lead, who then needs a link. Raises AccountError, and then makes neither."""
    with writing():
        clinic = accounts.add_clinic(now, by, **columns)
        return people.add(clinic, lead, by, now)


def clinic(clinic_id: UUID) -> Clinic:
    """That clinic; raises NotFound."""
    found = db.session.get(Clinic, clinic_id)
    if found is None:
        raise NotFound(clinic_id)
    return found


def person(clinician_id: UUID) -> Clinician:
    """That person where they work, or worked, whatever other clinics name them; raises NotFound."""
    for row in db.session.scalars(sa.select(Clinician).where(Clinician.id == clinician_id)):
        if not is_stand_in(row):
            return row
    raise NotFound(clinician_id)


def rounds() -> list[Heartbeat]:
    """Every round that was ever to run, by name."""
    return list(db.session.scalars(sa.select(Heartbeat).order_by(Heartbeat.round)))


def latest() -> list[InstallationLine]:
    """What was done last about administrators, newest first."""
    query = sa.select(InstallationLine).order_by(InstallationLine.at.desc()).limit(SHOWN_LINES)
    return list(db.session.scalars(query))


def administrator_names() -> dict[str, str]:
    """The names of all who ever looked after the installation, by id as text, as the audit has it."""
    query = sa.select(Administrator.id, Administrator.name)
    return {str(row.id): row.name for row in db.session.execute(query)}


def traffic() -> list[Traffic]:
    """Every channel on which anything waits, by name."""
    failed = sa.func.count(sa.case((Message.last_error != "", 1)))
    query = sa.select(Message.channel, sa.func.count(), failed).where(
        Message.sent_at.is_(None), Message.withheld_at.is_(None)
    )
    rows = db.session.execute(query.group_by(Message.channel).order_by(Message.channel))
    return [Traffic(*row) for row in rows]
