"""Moves: what clinicians do with flags; each says what it needs, and none undoes what somebody else has just done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from recovery.clinical import life_cycle
from recovery.clinical.rule_numbers import FlagNumbers

from . import contacts, pathways, patients
from .accounts import Clinician
from .contacts import Tried
from .database import writing
from .flags import Flag, findings_of, of_patient
from .life_cycle import last_move, make
from .patients import Key, Patient, lock
from .refused_moves import (
    MoveRefused,
    need_contact,
    refuse_gone,
    refuse_gone_since,
    refuse_stale,
)


@dataclass(frozen=True)
class Closing:
    """How a flag is closed: an outcome for each reason, whether it was useful, the words, the flag as it was shown.

    tried: whom it was closed with, if that is noted along with it.
    """

    outcomes: Mapping[str, str]
    is_useful: bool | None
    words: str = ""
    shown_as: str = ""
    tried: Tried | None = None


@dataclass(frozen=True)
class Snooze:
    """Until when one flag is put off, why, and the flag as it was shown."""

    until: datetime
    because: str
    shown_as: str = ""


def see(
    clinician: Clinician, patient: Patient, now: datetime, shown: Collection[str] | None = None
) -> None:
    """A clinician has looked at this patient's open flags; the first look at each, and at its news, is kept.

    shown: `shown_as` of the flags on the page, so that what came since stays unseen; None: all.
    """
    with writing():
        for flag in _standing(patient):
            if (shown is None or flag.shown_as in shown) and flag.is_unread:
                flag.has_news = False
                make(flag, "see", clinician, now)


def claim(
    clinician: Clinician, patient: Patient, now: datetime, shown: Collection[str] = ()
) -> None:
    """Take every open flag of a patient that is not put off, so that others leave it alone until the claim ends.

    Taking it over from somebody is a claim as well, by who has seen theirs. Raises MoveRefused.
    """
    with writing():
        lasting = [flag for flag in _standing(patient) if flag.state != "snoozed"]
        if not lasting:
            raise MoveRefused("already_closed")
        for flag in lasting:
            refuse_stale(flag, shown)
        for flag in lasting:
            until = life_cycle.claimed_until(flag.urgency, now, _numbers(flag))
            make(flag, "claim", clinician, now, until)


def release(clinician: Clinician, patient: Patient, now: datetime) -> None:
    """Give back what this clinician has taken of a patient: it waits for everybody again."""
    with writing():
        for flag in _standing(patient):
            if flag.claimed_by == clinician.id:
                make(flag, "release", clinician, now)


def release_all(clinician: Clinician, now: datetime) -> None:
    """Give back whatever this clinician has taken: they leave."""
    query = sa.select(Flag.clinic_id, Flag.patient_id).where(
        Flag.clinic_id == clinician.clinic_id, Flag.claimed_by == clinician.id
    )
    with writing() as session:
        for row in session.execute(query.distinct()).all():
            release(clinician, lock(Key(row.clinic_id, row.patient_id)), now)


def note_try(
    clinician: Clinician,
    patient: Patient,
    tried: Tried,
    now: datetime,
    shown: Collection[str] | None = None,
) -> None:
    """Keep a try to reach a patient; it is a move of each open flag: reached, or tried in vain (safety 2).

    shown: `shown_as` of the flags on the page: what came since was no part of the call, and goes on; None: all.
    """
    with writing():
        standing = _standing(patient)
        contacts.note_contact(clinician, patient, tried, now)
        for flag in standing:
            if shown is None or flag.shown_as in shown or not flag.is_unread:
                _keep_try(clinician, flag, tried, now)


def _keep_try(clinician: Clinician, flag: Flag, tried: Tried, now: datetime) -> None:
    """Reached; or in vain, and then whoever tried has it until after the next try, unless somebody else has."""
    if tried.whom != "nobody":
        make(flag, "reach", clinician, now)
        return
    until = life_cycle.claimed_for_next_try(
        flag.urgency, tried.next_try_at or now, now, _numbers(flag)
    )
    if flag.state in ("claimed", "snoozed"):
        make(flag, "attempt", clinician, now)
    else:
        make(flag, "attempt", clinician, now, until)
    if flag.claimed_until:
        flag.claimed_until = max(flag.claimed_until, until)


def snooze(clinician: Clinician, flag: Flag, wish: Snooze, now: datetime) -> None:
    """Put one flag off, with a reason, until a time that its urgency allows. Raises MoveRefused."""
    with writing():
        refuse_gone(flag, wish.shown_as)
        latest = life_cycle.snoozed_at_most(flag.urgency, now, _numbers(flag))
        if latest <= now:
            raise MoveRefused("snooze_never")
        if not now < wish.until <= latest:
            raise MoveRefused("snooze_past" if wish.until <= now else "snooze_late", latest=latest)
        if not wish.because.strip():
            raise MoveRefused("no_reason")
        make(flag, "snooze", clinician, now, wish.until, wish.because.strip())


def close(clinician: Clinician, flag: Flag, closing: Closing, now: datetime) -> None:
    """Close a flag with an outcome for each of its reasons, as it stood on the page.

    An emergency or today flag needs a contact made since its latest finding, or a written reason (safety 2).
    Raises MoveRefused.
    """
    with writing():
        refuse_gone(flag, closing.shown_as)
        if closing.tried:
            shown = (closing.shown_as,) if closing.shown_as else None
            note_try(clinician, patients.get(flag.key), closing.tried, now, shown)
        need_contact(flag, closing.words)
        _keep_outcomes(flag, closing.outcomes)
        if closing.is_useful is None:
            raise MoveRefused("no_useful")
        flag.is_useful, flag.closing_words = closing.is_useful, closing.words.strip()
        make(flag, "close", clinician, now, words=flag.closing_words)
        patients.get(flag.key).review_due_at = now  # what closes a flag may change the forecast


def close_all(
    clinician: Clinician, patient: Patient, shown: Collection[str], closing: Closing, now: datetime
) -> None:
    """Close every flag of a patient that is not put off, each with the same outcome for all of its reasons.

    closing.outcomes: one outcome by the key "". Raises MoveRefused, and then none is closed.
    """
    with writing():
        standing = _standing(patient)
        lasting = [flag for flag in standing if flag.state != "snoozed"]
        for flag in lasting:
            refuse_stale(flag, shown)
        refuse_gone_since(patient, shown)
        if not lasting:
            raise MoveRefused("already_closed", last_move(standing[0]) if standing else None)
        if closing.tried:
            note_try(clinician, patient, closing.tried, now, shown or None)
        for flag in lasting:
            reasons = {row.reason for row in findings_of([flag])[flag.id]}
            outcomes = dict.fromkeys(reasons, closing.outcomes.get("", ""))
            close(
                clinician, flag, replace(closing, outcomes=outcomes, shown_as="", tried=None), now
            )


def _standing(patient: Patient) -> list[Flag]:
    """The open flags of a patient, as they are now and held until the transaction ends."""
    lock(patient.key)
    return [flag for flag in of_patient(patient, afresh=True) if flag.closed_at is None]


def _numbers(flag: Flag) -> FlagNumbers:
    return pathways.pathway_for(flag.clinic_id, pathways.VERTEBROPLASTY).flags


def _keep_outcomes(flag: Flag, outcomes: Mapping[str, str]) -> None:
    for row in findings_of([flag])[flag.id]:
        if not outcomes.get(row.reason):
            raise MoveRefused("no_outcome")
        row.outcome = outcomes[row.reason]
