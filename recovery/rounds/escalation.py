"""The escalation round: an emergency or today flag that nobody has seen alerts again when the clinic opens."""

from __future__ import annotations

from datetime import datetime

from recovery.clinical.hours import NeverOpen
from recovery.records import accounts, flags, messages
from recovery.records.accounts import Clinic
from recovery.records.database import writing
from recovery.records.flags import Flag

AGAIN = 1


def alert_again(now: datetime) -> int:
    """Queue the repeats that openings since the flags were raised call for; returns how many flags.

    Both addresses are told. The slot names the opening, so that a round run twice queues nothing twice.
    """
    if not flags.unseen_urgent():
        return 0
    with writing():
        again = [
            (flag, opening)
            for flag in flags.unseen_urgent()
            if (opening := _last_opening(flag, now))
        ]
        for flag, opening in again:
            slot = f"{flag.id}@{opening.isoformat()}"
            alert = messages.Alert(flag.key, flag.id, flag.urgency, slot, AGAIN)
            messages.queue_alert(alert, _everybody(accounts.clinic_of(flag.clinic_id)), now)
    return len(again)


def _everybody(clinic: Clinic) -> list[str]:
    return list(dict.fromkeys([*clinic.alert_addresses, *clinic.second_alert_addresses]))


def _last_opening(flag: Flag, now: datetime) -> datetime | None:
    """The latest opening between the flag and now; None if the clinic has not opened since."""
    hours = accounts.clinic_of(flag.clinic_id).hours
    last, after = None, flag.raised_at
    try:
        while opening := hours.opening_between(after, now):
            last, after = opening, opening
    except NeverOpen:
        return None
    return last
