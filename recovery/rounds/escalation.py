"""The escalation round: who is to be told by now about each flag that nobody has looked at is told once."""

from __future__ import annotations

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
    if not waiting:
        return []
    queued = escalation.queued_for_open_flags()
    plans = _plans({flag.clinic_id for flag in waiting})
    missing = []
    for flag in waiting:
        calls = [
            call
            for call in _due(flag, *plans[flag.clinic_id], now)
            if (flag.id, call.way[1], *escalation.slot_of(flag, call)) not in queued
        ]
        missing += [(flag, calls)] if calls else []
    return missing


def _plans(clinic_ids: set[UUID]) -> dict[UUID, tuple[Clinic, dict[str, Plan]]]:
    clinics = [accounts.clinic_of(each) for each in clinic_ids]
    return {clinic.id: (clinic, dict(escalation.plans_of(clinic))) for clinic in clinics}


def _due(flag: Flag, clinic: Clinic, plans: dict[str, Plan], now: datetime) -> tuple[Call, ...]:
    since = escalation.waiting_since(flag)
    if since is None:
        return ()
    return rules.due(plans[flag.urgency], flag.urgency, since, now, clinic.hours)
