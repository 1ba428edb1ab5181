"""What a clinic's people set for their clinic themselves; each change is noted with who made it."""

from __future__ import annotations

from datetime import datetime

from . import audit
from .accounts import AccountError, Clinic, Clinician
from .database import writing
from .pathways import VERTEBROPLASTY, packaged


def most_lifting_days() -> int:
    """The longest time without lifting that can be set, days."""
    return packaged(VERTEBROPLASTY).milestones.no_lifting_most


def refuse_lifting_days(days: int | None) -> None:
    """Raise AccountError for a number that cannot be meant; None is no number, and patients then read nothing."""
    if days is not None and not 1 <= days <= most_lifting_days():
        raise AccountError(
            f"Give the days without lifting as a whole number from 1 to {most_lifting_days()}, or not at all."
        )


def set_lifting_days(clinician: Clinician, days: int | None, now: datetime) -> Clinic:
    """How many days after the procedure this clinic's patients ask before lifting. Raises AccountError."""
    refuse_lifting_days(days)
    with writing() as session:
        clinic = session.get_one(
            Clinic, clinician.clinic_id, with_for_update=True, populate_existing=True
        )
        if clinic.no_lifting_days != days:
            before, clinic.no_lifting_days = clinic.no_lifting_days, days
            actor = clinician.actor
            audit.note(clinic.id, actor, "lifting days set", now, before=before, after=days)
    return clinic
