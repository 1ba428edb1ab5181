"""The reminders round: queues what is due for each patient, one transaction each; delivery decides and sends."""

from __future__ import annotations

import logging
from datetime import datetime

from config import Settings
from recovery.records import reminders
from recovery.records.database import writing

log = logging.getLogger(__name__)


def remind_due(settings: Settings, now: datetime, at_most: int | None = None) -> int:
    """Remind whoever is due, until nobody is or `at_most` are done; returns how many."""
    count = 0
    while (at_most is None or count < at_most) and remind_next(settings, now):
        count += 1
    return count


def remind_next(settings: Settings, now: datetime) -> bool:
    """Claim one patient, queue the reminder and set the next; False when nobody is due.

    Messages and the next moment are one transaction, so that a crash neither loses nor doubles a reminder.
    """
    if not reminders.is_anybody_due(now):
        return False
    with writing() as session:
        patient = reminders.claim_due(now)
        if patient is None:
            return False
        try:
            with session.begin_nested():
                reminders.remind(patient, now, can_text=bool(settings.sms_url))
        except Exception:
            log.exception("patient %s could not be reminded", patient.id)
            session.refresh(patient)
            reminders.put_off(patient, now)
    return True
