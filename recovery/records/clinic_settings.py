"""What a clinic's leads set for their clinic themselves; each change is noted with who made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from . import audit
from .accounts import AccountError, Clinic, Clinician, refuse_unusable_hours
from .audit import AuditLine
from .database import KEEPING_KEYS, db, writing
from .pathways import VERTEBROPLASTY, packaged

# In their order on the page; the name stays the operator's, the addresses of alerts belong to the escalation.
SETTINGS = (
    "emergency_number",
    "phone",
    "out_of_hours_phone",
    "lost_card_phone",
    "weekly_hours",
    "closed_days",
    "zone",
    "language",
    "no_lifting_days",
)
MAY_BE_EMPTY = ("closed_days", "no_lifting_days")
ON_CARDS = ("emergency_number", "phone", "out_of_hours_phone", "lost_card_phone")


class ChangedSince(ValueError):
    """Somebody else has changed the settings since they were shown: nothing is overwritten unread."""


def most_lifting_days() -> int:
    """The longest time without lifting that can be set, days."""
    return packaged(VERTEBROPLASTY).milestones.no_lifting_most


def refuse_lifting_days(days: int | None) -> None:
    """Raise AccountError for a number that cannot be meant; None is no number, and patients then read nothing."""
    if days is not None and not 1 <= days <= most_lifting_days():
        raise AccountError(
            f"Give the days without lifting as a whole number from 1 to {most_lifting_days()}, or not at all."
        )


def settings_of(clinic: Clinic) -> dict[str, Any]:
    """The settings as they stand."""
    return {name: getattr(clinic, name) for name in SETTINGS}


def version_of(clinic: Clinic) -> str:
    """What names the settings exactly as they stand; with any other one it is another."""
    return hashlib.sha256(json.dumps(settings_of(clinic)).encode()).hexdigest()


def refuse_unusable(values: Mapping[str, Any], now: datetime) -> None:
    """Raise AccountError for settings with which a clinic could not go on (safety 5)."""
    missing = [name for name in SETTINGS if not values[name] and name not in MAY_BE_EMPTY]
    if missing:
        raise AccountError(f"A clinic cannot go on without: {', '.join(missing)}.")
    refuse_lifting_days(values["no_lifting_days"])
    refuse_unusable_hours(Clinic(**values), now)


def change(lead: Clinician, version: str, values: Mapping[str, Any], now: datetime) -> Clinic:
    """Set all of them, if they still stand as this version showed them. Raises ChangedSince or AccountError."""
    refuse_unusable(values, now)
    with writing():
        clinic = _held(lead)
        if version_of(clinic) != version:
            raise ChangedSince
        before = settings_of(clinic)
        told = {
            name: [before[name], values[name]] for name in SETTINGS if before[name] != values[name]
        }
        if told:
            _set(clinic, lead, {name: values[name] for name in told}, now)
            audit.note(clinic.id, lead.actor, "settings changed", now, changes=told)
    return clinic


def card_numbers_changed_at(clinic_id: UUID) -> datetime | None:
    """When a number that is printed on cards was last changed; older cards still bear the one of before."""
    query = sa.select(AuditLine).where(
        AuditLine.clinic_id == clinic_id,
        AuditLine.patient_id.is_(None),
        AuditLine.action == "settings changed",
    )
    lines = db.session.scalars(query.order_by(AuditLine.at.desc()))
    changes = (line.at for line in lines if set(ON_CARDS) & set(line.details["changes"]))
    return next(changes, None)


def _held(lead: Clinician) -> Clinic:
    """The clinic as it stands, and nobody else changes it before the transaction ends."""
    return db.session.get_one(
        Clinic, lead.clinic_id, with_for_update=KEEPING_KEYS, populate_existing=True
    )


def _set(clinic: Clinic, lead: Clinician, values: Mapping[str, Any], now: datetime) -> None:
    for name, value in values.items():
        setattr(clinic, name, value)
    clinic.changed_at, clinic.changed_by = now, lead.id


def set_lifting_days(
    lead: Clinician, days: int | None, now: datetime, shown: str | None = None
) -> Clinic:
    """How many days after the procedure this clinic's patients ask before lifting.

    shown: the days as they stood where these were chosen. Raises ChangedSince or AccountError.
    """
    refuse_lifting_days(days)
    with writing():
        clinic = _held(lead)
        before = clinic.no_lifting_days
        if shown not in (None, str(before or "")):
            raise ChangedSince
        if before != days:
            _set(clinic, lead, {"no_lifting_days": days}, now)
            audit.note(clinic.id, lead.actor, "lifting days set", now, before=before, after=days)
    return clinic
