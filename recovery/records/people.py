"""The people of a clinic: let in, given a role, and let go, by a lead, an administrator or the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from . import administrators, audit, moves, sign_ins
from .accounts import AccountError, Clinic, Clinician, Passwords, plain_address
from .database import KEEPING_KEYS, db, writing
from .patients import NotFound
from .stand_ins import is_stand_in

OPERATOR = "operator"


class LastLead(AccountError):
    """Without this person nobody could settle how the clinic works."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is to get an account."""

    email: str
    name: str
    role: str = "clinician"


def of(clinic_id: UUID) -> list[Clinician]:
    """Everybody who ever worked in this clinic: those who do first, each group by name."""
    query = sa.select(Clinician).where(Clinician.clinic_id == clinic_id)
    found = db.session.scalars(query.order_by(Clinician.ended_at.isnot(None), Clinician.name))
    return [person for person in found if not is_stand_in(person)]


def find(clinic_id: UUID, clinician_id: UUID) -> Clinician:
    """That person of this clinic; raises NotFound."""
    found = db.session.get(Clinician, (clinic_id, clinician_id))
    if found is None:
        raise NotFound(clinician_id)
    return found


def add(clinic: Clinic, newcomer: Newcomer, by: str, now: datetime) -> Clinician:
    """Let somebody in, who then needs a link; who worked here before is let in again. Raises UsedAddress."""
    with writing() as session:
        person = administrators.former_owner(newcomer.email)
        if not isinstance(person, Clinician) or person.clinic_id != clinic.id:
            administrators.give_up_address(person, by, now)
            person = Clinician(clinic_id=clinic.id, email=plain_address(newcomer.email))
            session.add(person)
        person.let_in(newcomer.name)
        person.role, person.role_since = newcomer.role, now
        session.flush()
        who, role = str(person.id), person.role
        audit.note(clinic.id, by, "clinician added", now, clinician=who, role=role)
    return person


def add_clinician(
    clinic: Clinic, newcomer: Newcomer, password: str, passwords: Passwords, now: datetime
) -> Clinician:
    """Let somebody in with a password that the operator types. Raises ShortPassword or UsedAddress."""
    hashed = sign_ins.hash_of(password, passwords)
    with writing():
        person = add(clinic, newcomer, OPERATOR, now)
        person.password_hash = hashed
    return person


def change_role(person: Clinician, role: str, by: str, now: datetime) -> None:
    """Give somebody another role. Raises LastLead."""
    with writing():
        person = _held(person)
        if person.role == role or person.ended_at:
            return
        _refuse_last_lead(person)
        who, before = str(person.id), person.role
        person.role, person.role_since = role, now
        audit.note(
            person.clinic_id, by, "role changed", now, clinician=who, before=before, after=role
        )


def end(person: Clinician, by: str, now: datetime) -> None:
    """Somebody leaves: every sign-in and link ends at once, and what they did stays theirs. Raises LastLead."""
    with writing():
        person = _held(person)
        if person.ended_at:
            return
        _refuse_last_lead(person)
        moves.release_all(person, now)  # what they had taken waits for the others
        person.let_go(by, now)
        audit.note(person.clinic_id, by, "clinician ended", now, clinician=str(person.id))


def _held(person: Clinician) -> Clinician:
    """Whoever changes people of one clinic does so in turn, so that two leads cannot end each other."""
    db.session.get_one(Clinic, person.clinic_id, with_for_update=KEEPING_KEYS)
    return db.session.get_one(Clinician, (person.clinic_id, person.id), populate_existing=True)


def _refuse_last_lead(person: Clinician) -> None:
    if is_last_lead(person):
        raise LastLead(f"{person.name} is the only lead. Make somebody else a lead first.")


def is_last_lead(person: Clinician) -> bool:
    """Whether nobody else who works in this clinic is a lead."""
    query = sa.select(Clinician.id).where(
        Clinician.clinic_id == person.clinic_id,
        Clinician.role == "lead",
        Clinician.ended_at.is_(None),
    )
    return db.session.scalars(query).all() == [person.id]
