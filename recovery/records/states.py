"""States: active, paused, in hospital, withdrawn, deceased or completed, and the moment of the next review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.days import start_of

from . import audit
from .accounts import Clinician
from .database import db, writing
from .patients import STATES, Patient, lock
from .whereabouts import lock_followed

LONGEST_PAUSE_DAYS = 14  # and the longest stay in hospital about which nobody asks


class StateRefused(ValueError):
    """The state cannot be set; .key says why, .values fill its sentence.

    unknown_state; moved; pause_end (latest); state_changed: somebody else has just set it (who, at, state);
    deceased: the record of the death is kept until somebody says that it is wrong.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Known:
    """What whoever changes a state has read: `state_shown_as` of their page, and that a recorded death is wrong."""

    shown: str = ""
    is_alive: bool = False


def perhaps_in_hospital(clinic_id: UUID) -> list[Patient]:
    """The patients of a clinic of whom a nurse finds out whether they are in hospital."""
    query = sa.select(Patient).where(Patient.clinic_id == clinic_id, Patient.state == "in_hospital")
    return [patient for patient in db.session.scalars(query) if patient.asks_after_hospital]


def change_state(
    clinician: Clinician,
    patient: Patient,
    state: str,
    until: date | None,
    now: datetime,
    known: Known | None = None,
) -> None:
    """Put a patient into another state; a pause needs its last day, at most 14 days ahead (safety 14).

    Raises StateRefused.
    """
    known = known or Known()
    if state not in STATES:
        raise StateRefused("unknown_state")
    latest = patient.today(now) + timedelta(days=LONGEST_PAUSE_DAYS)
    if state == "paused" and (until is None or not patient.today(now) < until <= latest):
        raise StateRefused("pause_end", latest=latest)
    with writing():
        patient = lock(patient.key)
        _refuse_unknown(patient, state, known)
        _set_state(patient, state, clinician.actor, now, until if state == "paused" else None)
        audit.note(
            patient.clinic_id,
            clinician.actor,
            "state changed",
            now,
            patient.id,
            state=state,
            until=str(until),
        )


def _refuse_unknown(patient: Patient, state: str, known: Known) -> None:
    """What a colleague has just set is not undone unread, nor a death unsaid."""
    if patient.moved_to is not None:
        raise StateRefused("moved")
    if known.shown and known.shown != patient.state_shown_as:
        by, at = patient.state_by, patient.state_since
        raise StateRefused("state_changed", who=by, at=at, state=patient.state)
    is_taken_back = patient.state == "deceased" and state != "deceased"
    if is_taken_back and not known.is_alive:
        raise StateRefused("deceased")


def report_hospital(patient: Patient, actor: str, now: datetime) -> None:
    """The patient says "I am in hospital"; a nurse confirms it on the patient page (safety 29)."""
    with writing():
        patient = lock_followed(patient.key)
        _set_state(patient, "in_hospital", actor, now)
        audit.note(patient.clinic_id, actor, "says in hospital", now, patient.id)


def resume_if_over(patient: Patient, now: datetime) -> None:
    """End a pause whose last day has passed; part of a review's transaction."""
    if patient.paused_until and patient.today(now) >= patient.paused_until:
        _set_state(patient, "active", "computer", now)
        audit.note(patient.clinic_id, "computer", "pause ended", now, patient.id)


def ask_after_hospital(patient: Patient, answered_at: datetime | None, now: datetime) -> None:
    """A stay that a nurse confirmed is asked about once an answer came since or it lasts long; part of a review."""
    if patient.state != "in_hospital" or patient.asks_after_hospital:
        return
    has_answered = answered_at is not None and answered_at > patient.state_since
    if has_answered or now >= ask_again_at(patient):
        patient.state_by = "computer"
        audit.note(patient.clinic_id, "computer", "hospital asked after", now, patient.id)


def ask_again_at(patient: Patient) -> datetime:
    """When a stay in hospital has lasted so long that somebody should ask."""
    since = patient.today(patient.state_since)
    return start_of(since + timedelta(days=LONGEST_PAUSE_DAYS), patient.zone)


def complete(patient: Patient, now: datetime) -> None:
    """End the pathway after its last day; part of a review's transaction."""
    _set_state(patient, "completed", "computer", now)
    audit.note(patient.clinic_id, "computer", "pathway completed", now, patient.id)


def follow_again(patient: Patient, actor: str, now: datetime, *, is_over: bool) -> None:
    """A new procedure begins: whose pathway, pause or stay is over is followed; part of its transaction."""
    if patient.state == "completed" or (is_over and patient.is_held):
        _set_state(patient, "active", actor, now)
        told = {"state": "active", "until": "None"}
        audit.note(patient.clinic_id, actor, "state changed", now, patient.id, **told)
    patient.review_due_at = now


def move_on(patient: Patient, to: UUID, actor: str, now: datetime) -> None:
    """Another clinic follows this patient from now on: nothing is due here any more; part of its transaction."""
    _set_state(patient, "completed", actor, now)
    patient.moved_at, patient.moved_to = now, to
    patient.review_due_at, patient.review_is_urgent = None, False
    patient.review_failures, patient.review_failed_at = 0, None


def _set_state(
    patient: Patient, state: str, by: str, now: datetime, until: date | None = None
) -> None:
    patient.state, patient.state_since, patient.state_by = state, now, by
    patient.paused_until = until
    patient.review_due_at = now
    patient.remind_at = patient.next_reminder(now)


def next_review(patient: Patient, now: datetime) -> datetime | None:
    """The next moment at which anything could change without an answer: the patient's next midnight."""
    if patient.state == "paused" and patient.paused_until:
        return start_of(patient.paused_until, patient.zone)
    if patient.state == "in_hospital" and not patient.asks_after_hospital:
        return ask_again_at(patient)
    if patient.is_held:
        return None
    return start_of(patient.today(now) + timedelta(days=1), patient.zone)
