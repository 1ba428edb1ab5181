"""Endings: the notices that tell a patient beforehand when the daily questions end, each once, and who ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from recovery.clinical.days import at_wall, local_day
from recovery.clinical.pathway import Pathway
from recovery.clinical.rule_numbers import Milestones

from . import devices, messages, subscriptions
from .accounts import Clinician, clinic_of
from .database import db
from .messages import Message, Reminder
from .pathways import pathway_for
from .patients import (
    FOLLOWED,
    USUAL_REMINDER,
    Key,
    Patient,
    Procedure,
    current_procedure,
    in_care_of,
)
from .reminders import DAY_ENDS, other_way
from .transfers import Transfer

SOON_DAYS = 7


def last_day(procedure: Procedure, pathway: Pathway) -> date:
    """The last day on which the patient is asked."""
    return procedure.performed_on + timedelta(days=pathway.milestones.pathway_days)


def notice_day(day_number: int, milestones: Milestones) -> int | None:
    """On which day's notice a patient stands: that of the first or the last days, or none."""
    if not milestones.end_notice_day <= day_number <= milestones.pathway_days:
        return None
    is_last = day_number >= milestones.last_notice_day
    return milestones.last_notice_day if is_last else milestones.end_notice_day


def announce(patient: Patient, procedure: Procedure, pathway: Pathway, now: datetime) -> None:
    """Queue the notice that is due, unless it was sent or waits; part of a review's transaction."""
    today = patient.today(now)
    number = notice_day((today - procedure.performed_on).days, pathway.milestones)
    if number is None or patient.is_held:
        return
    slot = f"{procedure.id} {number}"
    earlier = [each for key in _keys(patient) for each in messages.notices_of(key, slot)]
    if any(each.withheld_at is None for each in earlier):
        return
    due_at = max(now, at_wall(today, patient.reminder_time or USUAL_REMINDER, patient.zone))
    for channel, recipient in _ways(patient):
        again = sum(each.recipient == recipient for each in earlier)
        notice = Reminder(patient.key, slot, again, channel, recipient, due_at)
        messages.queue_reminder(notice, now, messages.NOTICE)


def _keys(patient: Patient) -> list[Key]:
    """The patient here, and in each clinic that has handed them on: a notice that was sent there was sent."""
    former = sa.select(Transfer.clinic_id).where(
        Transfer.patient_id == patient.id, Transfer.answer == "accepted"
    )
    return [Key(each, patient.id) for each in {patient.clinic_id, *db.session.scalars(former)}]


def _ways(patient: Patient) -> list[tuple[str, str]]:
    """Every phone that is reached, and the other way: a notice comes once, so it takes both.

    Whoever has no phone connected is asked by a nurse, and told by one.
    """
    if all(each.ended_at for each in devices.of_patient(patient)):
        return []
    phones = [("push", str(each.device_id)) for each in subscriptions.live_of(patient)]
    other = other_way(patient, can_text=True)
    return [*phones, other] if other else phones


def why_not(message: Message, now: datetime) -> str:
    """Why a notice is not to be sent any more, judged now; or nothing. One that is withheld can be queued again."""
    patient = patient_of(message)
    if patient.is_held:
        return f"patient {patient.state}"
    procedure = current_procedure(patient)
    number = (patient.today(now) - procedure.performed_on).days
    due = notice_day(number, pathway_for(patient.clinic_id, procedure.pathway).milestones)
    if message.slot != f"{procedure.id} {due}":
        return "another procedure or day"
    if now >= useful_until(message):
        return "too late for its day"
    if (message.channel, message.recipient) not in _ways(patient):
        return "another way was chosen"
    return ""


def useful_until(message: Message) -> datetime:
    """When the day ends for which it was queued: nothing should ring at night."""
    patient = patient_of(message)
    return at_wall(local_day(message.queued_at, patient.zone), DAY_ENDS, patient.zone)


def patient_of(message: Message) -> Patient:
    """Whom a notice is about, as the database has them now."""
    key = (message.clinic_id, message.patient_id)
    return db.session.get_one(Patient, key, populate_existing=True)


def end_of(message: Message) -> date:
    """The last day on which the patient is asked, of whom a notice tells."""
    patient = patient_of(message)
    procedure = current_procedure(patient)
    return last_day(procedure, pathway_for(patient.clinic_id, procedure.pathway))


@dataclass(frozen=True)
class Ending:
    """A patient whose daily questions end soon, or who stays only for an open flag."""

    patient: Patient
    procedure: Procedure
    last_day: date


def soon(clinician: Clinician, pathway: Pathway, now: datetime) -> list[Ending]:
    """Those in this clinician's care who end within a week or should have ended, the first to end first."""
    length = timedelta(days=pathway.milestones.pathway_days)
    today = local_day(now, clinic_of(clinician.clinic_id).zone)
    current = (Procedure.clinic_id == Patient.clinic_id) & (Procedure.patient_id == Patient.id)
    query = (
        in_care_of(clinician)
        .join(Procedure, current & Procedure.ended_on.is_(None))
        .add_columns(Procedure)
        .where(
            Patient.state.in_(FOLLOWED),
            Procedure.performed_on <= today + timedelta(days=SOON_DAYS) - length,
        )
        .order_by(Procedure.performed_on, Patient.name, Patient.id)
    )
    rows = db.session.execute(query)
    return [Ending(patient, each, each.performed_on + length) for patient, each in rows]
