"""Stand-ins: people and phones of one clinic as they are named in another, where they have ended and open nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from .accounts import Clinician, clinic_of
from .cards import Card
from .database import db
from .devices import Device

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


def name_source(clinic_id: UUID, source: Device | Clinician, now: datetime) -> None:
    """Let whoever has answered be named in the clinic that keeps the answer; part of a transaction."""
    if isinstance(source, Clinician):
        name_in(clinic_id, source, now)
    elif db.session.get(Device, (clinic_id, source.id)) is None:
        # A phone that the former clinic has connected after the handing on: its answers are kept all the same.
        card = db.session.get_one(Card, (source.clinic_id, source.card_id))
        issuer = db.session.get_one(Clinician, (card.clinic_id, card.issued_by))
        name_in(clinic_id, issuer, now)
        for row in (card, source):
            _copy_ended(row, clinic_id, now)


def _copy_ended(row: Card | Device, clinic_id: UUID, now: datetime) -> None:
    if db.session.get(type(row), (clinic_id, row.id)) is None:
        kept = {column.key: getattr(row, column.key) for column in row.__table__.columns}
        ended = {"clinic_id": clinic_id, "ended_at": now, "ended_by": "computer"}
        db.session.add(type(row)(**{**kept, **ended}))
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
