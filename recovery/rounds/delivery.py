"""The delivery rounds, one for each channel: send queued messages; nothing else opens network connections."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from config import Settings
from recovery.clinical.course import NEVER_HELD
from recovery.records import endings, flags, messages, patients, reminders, subscriptions
from recovery.records.database import db, writing
from recovery.records.messages import Message
from recovery.rounds import mail, push, sms
from recovery.rounds.push import Gone

log = logging.getLogger(__name__)
Prepare = Callable[[Message, Settings, datetime], Callable[[], None]]
PREPARE: Mapping[str, Prepare] = {"email": mail.prepare, "push": push.prepare, "sms": sms.prepare}
AT_ONE_GO = timedelta(seconds=10)  # then the round says that it lives, and goes on at its next turn


def deliver_due(settings: Settings, now: Callable[[], datetime], channel: str = "email") -> int:
    """Send whatever is due on one channel, each message under its lease; returns how many the other side took.

    The clock is asked for each message, as a slow server uses up leases. After a failure the rest waits for
    the next run: what one could not reach, the next would only wait for. Only phones have servers of their own.
    """
    sent, until = 0, now() + AT_ONE_GO
    while now() < until and (message := messages.claim(now(), channel)):
        because = _why_not(message, settings, now())
        if because:
            _withhold(message, because, now())
        elif _send(message, settings, now()):
            sent += 1
        elif channel != "push":
            break
    return sent


def _why_not(message: Message, settings: Settings, now: datetime) -> str:
    """Why a message is not to be sent any more, judged now and not when it was queued; or nothing."""
    if because := _never(message):
        return because
    if message.channel == "sms" and not settings.sms_url:
        return "no way to send an SMS"
    if message.purpose == "reminder":
        return reminders.why_not(message, now)
    if message.purpose == messages.NOTICE:
        return endings.why_not(message, now)
    return _needs_nobody(message)


def _never(message: Message) -> str:
    """Nothing is ever sent about somebody who has died, or by a clinic that has handed them on (safety 29)."""
    if message.patient_id is None:
        return ""
    key = (message.clinic_id, message.patient_id)
    patient = db.session.get_one(patients.Patient, key, populate_existing=True)
    if patient.state == "deceased":
        return "patient deceased"
    return "followed by another clinic" if patient.moved_to else ""


def _needs_nobody(message: Message) -> str:
    """Whether what an alert is about has been dealt with."""
    if message.flag_id is None or message.patient_id is None:
        return ""
    flag = db.session.get_one(flags.Flag, (message.clinic_id, message.flag_id))
    if flag.closed_at is not None:
        return "flag closed"
    if message.step and flag.seen_at is not None:
        return "flag seen"
    state = patients.get(flag.key).state
    if state != "active" and flag.rule not in NEVER_HELD:
        return f"patient {state}"
    return ""


def _withhold(message: Message, because: str, now: datetime) -> None:
    with writing():
        messages.withhold(message, because, now)
        reminders.hurry_second(message, now)


def _send(message: Message, settings: Settings, now: datetime) -> bool:
    """Whether the other side has taken it."""
    try:
        post = PREPARE[message.channel](message, settings, now)
        db.session.commit()  # no transaction stays open while the other side is waited for
        post()
    except Gone as gone:
        subscriptions.mark_dead(gone.subscription, f"gone ({gone})", now)
        _withhold(message, "phone not reached", now)
        return False
    except Exception as error:
        log.exception("message %s put off", message.id)
        db.session.rollback()
        messages.put_off(message, str(error), now)
        return False
    else:
        messages.mark_sent(message, now)
    return True
