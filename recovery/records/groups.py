"""Groups of patients: on what it depends that somebody is silent, out of reach, followed by phone, held or over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from . import devices, messages, subscriptions
from .flags import Flag
from .patients import OVER, Patient
from .summaries import PatientSummary

Condition = sa.ColumnElement[bool]
EVERYBODY = "everybody"
HELD = ("paused", "in_hospital")


@dataclass(frozen=True)
class Now:
    """What the groups depend on beside the rows; can_text: whether this installation sends any SMS."""

    instant: datetime
    can_text: bool


def groups(clinic_id: UUID, now: Now) -> Mapping[str, Condition]:
    """The condition of each group, on a patient joined with the summary. Who is silent is in other groups too."""
    is_active = Patient.state == "active"
    by_phone = Patient.answers_daily == "by_phone"
    has_phone = Patient.id.in_(devices.connected(clinic_id))
    on_phones = sa.and_(is_active, ~by_phone, has_phone)
    return {
        EVERYBODY: sa.true(),
        "flagged": Patient.id.in_(_flagged(clinic_id)),
        "silent": sa.and_(is_active, PatientSummary.silent_at <= now.instant),
        "unreached": sa.and_(on_phones, *_unreached(clinic_id, now)),
        "by_phone": sa.and_(is_active, by_phone),
        "not_connected": sa.and_(is_active, ~by_phone, ~has_phone),
        "active": on_phones,
        "held": Patient.state.in_(HELD),
        "over": Patient.state.in_(OVER),
    }


def _flagged(clinic_id: UUID) -> sa.Select[UUID]:
    return sa.select(Flag.patient_id).where(Flag.clinic_id == clinic_id, Flag.closed_at.is_(None))


def _unreached(clinic_id: UUID, now: Now) -> tuple[Condition, ...]:
    """Wants to be reminded and cannot be: by no push, and by no other way (reminders.other_way, as a question).

    What could not be sent the last time, such as an e-mail to a mistyped address, is no way.
    """
    is_texted = sa.and_(Patient.phone != "", Patient.contact_way == "text")
    has_way = sa.or_(Patient.email != "", is_texted if now.can_text else sa.false())
    recipient = sa.case((Patient.email != "", Patient.email), else_=Patient.phone)
    has_failed = sa.tuple_(Patient.id, recipient).in_(messages.ways_that_failed(clinic_id))
    return (
        Patient.reminder_time.is_not(None),
        sa.or_(~has_way, has_failed),
        Patient.id.not_in(subscriptions.reached(clinic_id)),
    )
