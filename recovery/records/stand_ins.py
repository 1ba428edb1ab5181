"""Stand-ins: people of one clinic as they are named in another, in an account that has ended and opens nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from .accounts import Clinician, clinic_of
from .database import db

NO_PASSWORD = ""  # the hash of none
LONGEST_NAME = 200


def is_stand_in(person: Clinician) -> bool:
    """Whether this row only names somebody of another clinic."""
    return person.email == _address(person.clinic_id, person.id)


def _address(clinic_id: UUID, person_id: UUID) -> str:
    """No address that anybody could have (RFC 2606)."""
    return f"{person_id}@{clinic_id}.invalid"


def name_in(clinic_id: UUID, person: Clinician, now: datetime) -> None:
    """Let this person be named in that clinic, under their own id; part of a transaction."""
    if db.session.get(Clinician, (clinic_id, person.id)) is not None:
        return
    row = Clinician(
        clinic_id=clinic_id,
        id=person.id,
        email=_address(clinic_id, person.id),
        name=_name(person),
        password_hash=NO_PASSWORD,
        session_token=secrets.token_hex(32),
        ended_at=now,
        ended_by="computer",
    )
    db.session.add(row)
    db.session.flush()


def _name(person: Clinician) -> str:
    """Such as "Nurse Dee (Hill Clinic)"; who is a stand-in already bears the clinic's name."""
    if is_stand_in(person):
        return person.name
    return f"{person.name} ({clinic_of(person.clinic_id).name})"[:LONGEST_NAME]


def named_in(rows: Iterable[Mapping[str, Any]], clinic_id: UUID) -> list[Clinician]:
    """The people of this clinic whom any of these rows names, as an id or as an actor."""
    query = sa.select(Clinician).where(Clinician.clinic_id == clinic_id)
    people = {each.id: each for each in db.session.scalars(query)}
    names = {name: each for each in people.values() for name in (each.id, each.actor)}
    values = (value for row in rows for value in row.values() if isinstance(value, UUID | str))
    found = {names[value].id for value in values if value in names}
    return [each for each in people.values() if each.id in found]
