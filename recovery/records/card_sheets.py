"""Cards in sheets: whose card is to be printed, and cards issued for many patients at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from . import cards, clinic_settings, imports
from .accounts import Clinician
from .cards import Card
from .database import db, writing
from .imports import Import
from .patients import FOLLOWED, Patient, in_care_of

AT_ONCE = 48  # eight sheets: few enough to be printed, looked at and cut before the next
WHOSE = ("without", "unconnected", "old_number")


def wanting(
    clinician: Clinician, whose: str, file: Import | None, now: datetime
) -> sa.Select[Patient]:
    """Who has no card that would connect a phone, or (unconnected) has one that has connected none yet.

    old_number: who has one that bears a number which has changed since (safety 27).
    """
    query = in_care_of(clinician).where(Patient.state.in_(FOLLOWED))
    if file is not None:
        query = query.where(*imports.patients_of(file))
    if whose == "old_number":
        changed_at = clinic_settings.card_numbers_changed_at(clinician.clinic_id)
        return query.where(_own_card(Card.issued_at < changed_at) if changed_at else sa.false())
    query = query.where(Patient.answers_daily != "by_phone")
    held = _holds_card(now)
    if whose == "unconnected":
        return query.where(held, Patient.connected_at.is_(None))
    return query.where(~held)


def _holds_card(now: datetime) -> sa.Exists:
    """The patient's own card is not ended; an old one still serves whoever has connected a phone."""
    return _own_card(sa.or_(Card.expires_at > now, Patient.connected_at.is_not(None)))


def _own_card(which: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(
        Card.clinic_id == Patient.clinic_id,
        Card.patient_id == Patient.id,
        Card.holder == "patient",
        Card.ended_at.is_(None),
        which,
    )


def count(query: sa.Select[Patient]) -> int:
    """How many they are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def count_old(clinician: Clinician, now: datetime) -> int:
    """How many have a card with a number that has changed since."""
    return count(wanting(clinician, "old_number", None, now))


def some(query: sa.Select[Patient], skipped: int) -> Sequence[Patient]:
    """As many of them as are printed at once, by name."""
    ordered = query.order_by(Patient.name, Patient.id)
    return db.session.scalars(ordered.offset(skipped).limit(AT_ONCE)).all()


def issue_all(
    clinician: Clinician,
    patient_ids: Collection[UUID],
    card_key: str,
    chosen_at: datetime,
    now: datetime,
) -> list[tuple[Patient, str]]:
    """Issue a card to each of these patients, with its code, which is never kept.

    Whoever got a card after chosen_at is left out: a page that is sent twice must not end what is printed already.
    So is whoever is not followed any more.
    """
    chosen = in_care_of(clinician).where(Patient.id.in_(patient_ids), Patient.state.in_(FOLLOWED))
    chosen = chosen.order_by(Patient.name, Patient.id).limit(AT_ONCE)
    newer = sa.exists().where(
        Card.clinic_id == Patient.clinic_id,
        Card.patient_id == Patient.id,
        Card.holder == "patient",
        Card.issued_at > chosen_at,
    )
    with writing() as session:
        # Held first and asked then: of two at once the second sees what the first has issued.
        held = [each.id for each in session.scalars(chosen.with_for_update())]
        people = session.scalars(chosen.where(Patient.id.in_(held), ~newer)).all()
        return [(each, cards.issue(clinician, each, each.name, card_key, now)) for each in people]
