"""The escalation round: who is to be told by now about each flag that nobody has looked at is told once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from recovery.clinical import escalation as rules
from recovery.clinical.escalation import Call, Plan
from recovery.records import accounts, escalation
from recovery.records.accounts import Clinic
from recovery.records.database import writing
from recovery.records.flags import Flag


def escalate_due(now: datetime) -> int:
    """Queue the steps and the repeats at openings that are due by now; returns for how many flags.

    What stands in the queue already is not written again, and an idle round takes no write lock.
    """
    due = _not_queued(now)
    if due:
        with writing():
            for flag, calls in due:
                escalation.queue(flag, calls, now)
    return len(due)


def _not_queued(now: datetime) -> list[tuple[Flag, list[Call]]]:
    waiting = escalation.waiting_flags()
    queued = escalation.queued_for(waiting)
    plans = _plans({flag.clinic_id for flag, _since in waiting})
    missing = []
    for flag, since in waiting:
        clinic, by_urgency = plans[flag.clinic_id]
        due = rules.due(by_urgency[flag.urgency], flag.urgency, since, now, clinic.hours)
        calls = [call for call in due if (flag.id, *_key(flag, call)) not in queued]
        missing += [(flag, calls)] if calls else []
    return missing


def _key(flag: Flag, call: Call) -> tuple[str, str, int]:
    return call.way[1], *escalation.slot_of(flag, call)


def _plans(clinic_ids: set[UUID]) -> dict[UUID, tuple[Clinic, Mapping[str, Plan]]]:
    clinics = [accounts.clinic_of(each) for each in clinic_ids]
    return {clinic.id: (clinic, escalation.plans_of(clinic)) for clinic in clinics}
