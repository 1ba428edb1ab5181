"""Reminders: when each patient is reminded of the day's questions, by which ways, and what makes one needless."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from recovery.clinical.days import at_wall

from . import audit, devices, messages, subscriptions
from .checkins import CheckIn
from .database import db, is_postgresql, writing
from .devices import Device
from .messages import Message, Reminder
from .patients import USUAL_REMINDER, Key, Patient, current_procedure
from .whereabouts import lock_followed

FIRST, SECOND = 0, 1
# Time for a walk or a nap; and who is reminded at ten answers the second one while the clinic is open.
SECOND_AFTER = timedelta(hours=3)
DAY_BEGINS, LAST_CALL, DAY_ENDS = time(7), time(20), time(21)  # nothing is sent at night
EVENING = time(18)
PUT_OFF = timedelta(hours=1)


def is_anybody_due(now: datetime) -> bool:
    """Whether anybody is to be reminded: asked first, so that idle rounds take no write lock."""
    return db.session.scalar(sa.select(Patient.id).where(_is_due(now)).limit(1)) is not None


def claim_due(now: datetime) -> Patient | None:
    """Lock the patient whose reminder is due first, as part of one transaction; None when none is due."""
    query = sa.select(Patient).where(_is_due(now)).order_by(Patient.remind_at).limit(1)
    query = query.execution_options(populate_existing=True)
    return db.session.scalar(query.with_for_update(skip_locked=True) if is_postgresql() else query)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    return Patient.remind_at <= now


def remind(patient: Patient, now: datetime, *, can_text: bool) -> None:
    """Queue the reminder that is due and set the next; the caller holds the lock and the transaction.

    A reminder that was asked for takes the place of the usual one of its day.
    """
    slot, after = _slot(patient, now), now
    if slot:
        _queue(patient, slot, now, can_text=can_text)
        after = max(now, at_wall(patient.today(now), DAY_ENDS, patient.zone))
    patient.remind_at = patient.next_reminder(after)


def _slot(patient: Patient, now: datetime) -> str:
    """What the reminder is for: the patient's day, with the time if it was asked for; empty when that is over."""
    today, due_at = patient.today(now), patient.remind_at or now
    wished = patient.reminder_time
    if wished is not None and due_at <= at_wall(today, wished, patient.zone) <= now:
        return today.isoformat()
    return f"{today} {_wall(patient, due_at):%H:%M}" if patient.today(due_at) == today else ""


def _wall(patient: Patient, instant: datetime) -> time:
    return instant.astimezone(ZoneInfo(patient.zone)).time()


def _queue(patient: Patient, slot: str, now: datetime, *, can_text: bool) -> None:
    """The first step to every phone that is reached; the second follows later, or at once if there is none."""
    reached = subscriptions.live_of(patient)
    for each in reached:
        first = Reminder(patient.key, slot, FIRST, "push", str(each.device_id), now)
        messages.queue_reminder(first, now)
    way = other_way(patient, can_text=can_text)
    if way:
        due_at = _second_at(patient, now) if reached else now
        messages.queue_reminder(Reminder(patient.key, slot, SECOND, *way, due_at), now)


def _second_at(patient: Patient, now: datetime) -> datetime:
    last_call = at_wall(patient.today(now), LAST_CALL, patient.zone)
    return max(now, min(now + SECOND_AFTER, last_call))


def other_way(patient: Patient, *, can_text: bool) -> tuple[str, str] | None:
    """Channel and recipient when no phone is reached by push; an SMS only for those who are to be texted."""
    if patient.email:
        return "email", patient.email
    if can_text and patient.phone and patient.contact_way == "text":
        return "sms", patient.phone
    return None


def put_off(patient: Patient, now: datetime) -> None:
    """The reminder could not be queued: try again in an hour, so that the others are not held up."""
    patient.remind_at = now + PUT_OFF


def why_not(message: Message, now: datetime) -> str:
    """Why a reminder is not to be sent any more, judged now and not when it was queued; or nothing."""
    patient = db.session.get_one(
        Patient, (message.clinic_id, message.patient_id), populate_existing=True
    )
    day = day_of(message)
    if patient.is_held:
        return f"patient {patient.state}"
    if patient.today(now) != day or not DAY_BEGINS <= _wall(patient, now) < DAY_ENDS:
        return "too late for its day"
    if day <= current_procedure(patient).performed_on:
        return "day of the procedure"
    if _has_answered(patient, day):
        return "answered"
    phones = [each for each in devices.of_patient(patient) if each.ended_at is None]
    if not phones:
        return "no phone connected"
    if message.channel == "push":
        return _unreached(message, phones)
    return _needless(message, patient, phones)


def day_of(message: Message) -> date:
    """The patient's day for which a reminder was queued."""
    return date.fromisoformat(message.slot.partition(" ")[0])


def useful_until(message: Message) -> datetime:
    """When a reminder's day ends: nothing should show on a phone that is switched on at night."""
    return at_wall(day_of(message), DAY_ENDS, patient_of(message).zone)


def patient_of(message: Message) -> Patient:
    """Whom a reminder is about."""
    return db.session.get_one(Patient, (message.clinic_id, message.patient_id))


def language_of(message: Message) -> str:
    """In which language it is read: the phone's own, or the patient's."""
    patient = patient_of(message)
    if message.channel != "push":
        return patient.language
    phone = db.session.get_one(Device, (message.clinic_id, UUID(message.recipient)))
    return phone.language or patient.language


def _has_answered(patient: Patient, day: date) -> bool:
    query = sa.select(CheckIn.entry_id).where(
        CheckIn.clinic_id == patient.clinic_id,
        CheckIn.patient_id == patient.id,
        CheckIn.procedure_id == current_procedure(patient).id,
        CheckIn.day == day,
    )
    return db.session.scalar(query.limit(1)) is not None


def _unreached(message: Message, phones: list[Device]) -> str:
    device_id = UUID(message.recipient)
    if device_id not in [phone.id for phone in phones]:
        return "phone ended"
    subscription = subscriptions.of_device(message.clinic_id, device_id)
    if subscription is None or subscription.dead_at is not None:
        return "phone not reached"
    return ""


def _needless(message: Message, patient: Patient, phones: list[Device]) -> str:
    if other_way(patient, can_text=True) != (message.channel, message.recipient):
        return "another way was chosen"
    if any(phone.opened_at and phone.opened_at >= message.queued_at for phone in phones):
        return "opened"
    return ""


def hurry_second(message: Message, now: datetime) -> None:
    """The push did not arrive: unless another phone is reached, the second step of its slot is due at once."""
    if message.channel != "push" or subscriptions.live_of(patient_of(message)):
        return
    with writing():
        for other in messages.waiting_reminders(patient_of(message).key):
            if (other.slot, other.step) == (message.slot, SECOND):
                other.due_at = min(other.due_at, now)


def offers(patient: Patient, now: datetime) -> dict[str, datetime]:
    """When a patient can ask to be reminded later, by its key: an hour on, this evening, tomorrow; never at night."""
    if patient.is_held:
        return {}
    today, hour_on = patient.today(now), now + timedelta(hours=1)
    usual = patient.reminder_time or USUAL_REMINDER
    found = {
        "hour": hour_on,
        "evening": at_wall(today, EVENING, patient.zone),
        "tomorrow": at_wall(today + timedelta(days=1), usual, patient.zone),
    }
    if patient.today(hour_on) != today or not DAY_BEGINS <= _wall(patient, hour_on) < DAY_ENDS:
        del found["hour"]
    if found["evening"] <= now:
        del found["evening"]
    return found


def ask_later(key: Key, when: str, actor: str, now: datetime) -> datetime | None:
    """Remind this patient then and not before; None if that cannot be had now."""
    with writing():
        patient = lock_followed(key)
        at = offers(patient, now).get(when)
        if at is not None:
            patient.remind_at = at
            _withhold_waiting(patient.key, "asked to be reminded later", now)
            audit.note(patient.clinic_id, actor, "later asked", now, patient.id, when=when)
    return at


def choose(key: Key, at: time | None, email: str, actor: str, now: datetime) -> None:
    """At which time of the day this patient is reminded (None: not at all), and where an e-mail may go."""
    with writing():
        patient = lock_followed(key)
        patient.reminder_time, patient.email = at, email
        patient.remind_at = patient.next_reminder(now)
        if at is None:
            _withhold_waiting(patient.key, "no reminders wished", now)
        chosen = {"at": str(at), "by_email": bool(email)}
        audit.note(patient.clinic_id, actor, "reminders chosen", now, patient.id, **chosen)


def _withhold_waiting(key: Key, because: str, now: datetime) -> None:
    for message in messages.waiting_reminders(key):
        message.withheld_at, message.withheld_because = now, because
