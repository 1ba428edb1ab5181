"""The delivery rounds, one for each channel: send queued messages; nothing else opens network connections."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from config import Settings
from recovery.clinical.course import NEVER_HELD
from recovery.records import (
    digests,
    endings,
    escalation,
    patients,
    reminders,
    sending,
    subscriptions,
)
from recovery.records.database import db, writing
from recovery.records.flags import Flag
from recovery.records.messages import NOTICE, REMINDER, TO_PATIENTS, Message
from recovery.rounds import chat, mail, push, sms
from recovery.rounds.push import Gone
from recovery.rounds.refusals import NotTaken

log = logging.getLogger(__name__)
Prepare = Callable[[Message, Settings, datetime], Callable[[], None]]
PREPARE: Mapping[str, Prepare] = {
    "email": mail.prepare,
    "push": push.prepare,
    "sms": sms.prepare,
    "chat": chat.prepare,
}
AT_ONE_GO = timedelta(seconds=10)  # then the round says that it lives, and goes on at its next turn
# One provider for all, of whom it is not known whether it refused the number or all of them.
GIVES_NO_REASON = ("sms",)
TEST_LASTS = timedelta(days=1)


def deliver_due(settings: Settings, now: Callable[[], datetime], channel: str = "email") -> int:
    """Send whatever is due on one channel, each message under its lease; returns how many the other side took.

    The clock is asked for each message, as a slow server uses up leases. Where nobody answers, the rest waits: what
    one could not reach, the next would only wait for. Who refuses one message may well take the next.
    """
    sent, until = 0, now() + AT_ONE_GO
    while now() < until and (message := sending.claim(now(), channel)):
        because = _why_not(message, settings, now())
        failure = "" if because else _send(message, settings, now())
        if because:
            _withhold(message, because, now())
        elif not failure:
            sent += 1
        elif failure == "unreachable" or channel in GIVES_NO_REASON:
            break
    return sent


def _why_not(message: Message, settings: Settings, now: datetime) -> str:
    """Why a message is not to be sent any more, judged now and not when it was queued; or nothing."""
    if because := _never(message):
        return because
    if message.purpose in TO_PATIENTS and message.channel == "sms" and not settings.sms_url:
        return "no way to send an SMS"
    if message.purpose == REMINDER:
        return reminders.why_not(message, now)
    if message.purpose == NOTICE:
        return endings.why_not(message, now)
    if message.purpose == "digest":
        return digests.why_not(message, now)
    if message.purpose == "test":
        return "too late for its day" if now > message.queued_at + TEST_LASTS else ""
    key = (message.clinic_id, message.flag_id)
    flag = db.session.get_one(Flag, key, populate_existing=True)
    return escalation.why_stopped(flag) or _why_held(flag)


def _never(message: Message) -> str:
    """Nothing is ever sent about somebody who has died, or by a clinic that has handed them on (safety 29)."""
    if message.patient_id is None:
        return ""
    key = (message.clinic_id, message.patient_id)
    patient = db.session.get_one(patients.Patient, key, populate_existing=True)
    if patient.state == "deceased":
        return "patient deceased"
    return "followed by another clinic" if patient.moved_to else ""


def _why_held(flag: Flag) -> str:
    state = patients.get(flag.key).state
    if state != "active" and flag.rule not in NEVER_HELD:
        return f"patient {state}"
    return ""


def _withhold(message: Message, because: str, now: datetime) -> None:
    with writing():
        sending.withhold(message, because, now)
        if message.purpose == REMINDER:
            reminders.hurry_second(message, now)


def _send(message: Message, settings: Settings, now: datetime) -> str:
    """How it failed, one of messages.FAILURES; or nothing, when the other side has taken it."""
    try:
        post = PREPARE[message.channel](message, settings, now)
        db.session.commit()  # no transaction stays open while the other side is waited for
        post()
    except Gone as gone:
        subscriptions.mark_dead(gone.subscription, f"gone ({gone})", now)
        _withhold(message, "phone not reached", now)
        return "refused"
    except Exception as error:
        log.exception("message %s put off", message.id)
        db.session.rollback()
        return _put_off(message, error, now)
    sending.mark_sent(message, now)
    return ""


def _put_off(message: Message, error: Exception, now: datetime) -> str:
    failure = error.failure if isinstance(error, NotTaken) else "unknown"
    if failure == "unreachable":
        sending.hold_up(message, str(error), now)
    else:
        sending.put_off(message, str(error), now, failure)
    return failure
