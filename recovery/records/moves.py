"""Moves: what clinicians do with flags; each says what it needs, and none undoes what somebody else has just done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from recovery.clinical import life_cycle
from recovery.clinical.course import URGENT
from recovery.clinical.rule_numbers import FlagNumbers

from . import contacts, pathways, patients
from .accounts import Clinician
from .contacts import Tried, has_reached_since
from .database import db, writing
from .flags import Flag, FlagMove, findings_of, of_patient
from .life_cycle import last_move, make
from .patients import Key, Patient, lock


class MoveRefused(ValueError):
    """The move cannot be made, and nothing was changed; .key says why, .values fill its sentence.

    last: the latest move of the flag, which the second of two clinicians is told.
    flag_changed: more was found; flag_moved: somebody else moved it; already_closed; no_contact; no_outcome;
    no_useful; snooze_never; snooze_late (latest); snooze_past; no_reason.
    """

    def __init__(self, key: str, last: FlagMove | None = None, **values: datetime) -> None:
        super().__init__(key, values)
        self.key, self.last, self.values = key, last, values


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
    """A clinician has looked at this patient's open flags; the first look at each is kept.

    shown: `shown_as` of the flags on the page, so that what came since stays unseen; None: all.
    """
    with writing():
        for flag in _standing(patient):
            if shown is None or flag.shown_as in shown:
                flag.has_news = False
                if flag.state == "raised":
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
            _refuse_stale(flag, shown)
        for flag in lasting:
            until = life_cycle.claimed_until(flag.urgency, now, _numbers(flag))
            make(flag, "claim", clinician, now, until)


def release(clinician: Clinician, patient: Patient, now: datetime) -> None:
    """Give back what this clinician has taken of a patient."""
    with writing():
        for flag in _standing(patient):
            if flag.state == "claimed" and flag.claimed_by == clinician.id:
                make(flag, "release", clinician, now)


def release_all(clinician: Clinician, now: datetime) -> None:
    """Give back whatever this clinician has taken: they leave."""
    query = sa.select(Flag.clinic_id, Flag.patient_id).where(
        Flag.clinic_id == clinician.clinic_id, Flag.claimed_by == clinician.id
    )
    with writing() as session:
        for row in session.execute(query.distinct()).all():
            release(clinician, lock(Key(row.clinic_id, row.patient_id)), now)


def note_try(clinician: Clinician, patient: Patient, tried: Tried, now: datetime) -> None:
    """Keep a try to reach a patient; it is a move of each open flag: reached, or tried in vain (safety 2)."""
    with writing():
        standing = _standing(patient)
        contacts.note_contact(clinician, patient, tried, now)
        for flag in standing:
            make(flag, "attempt" if tried.whom == "nobody" else "reach", clinician, now)
            if flag.claimed_until:
                later = tried.next_try_at or now
                until = life_cycle.claimed_until(flag.urgency, later, _numbers(flag))
                flag.claimed_until = max(flag.claimed_until, until)


def snooze(clinician: Clinician, flag: Flag, wish: Snooze, now: datetime) -> None:
    """Put one flag off, with a reason, until a time that its urgency allows. Raises MoveRefused."""
    with writing():
        _refuse_gone(flag, wish.shown_as)
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
        _refuse_gone(flag, closing.shown_as)
        if closing.tried:
            note_try(clinician, patients.get(flag.key), closing.tried, now)
        _need_contact(flag, closing.words)
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
        lasting = [flag for flag in _standing(patient) if flag.state != "snoozed"]
        for flag in lasting:
            _refuse_stale(flag, shown)
        if closing.tried:
            note_try(clinician, patient, closing.tried, now)
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


def _refuse_gone(flag: Flag, shown_as: str) -> None:
    """Hold the flag as it is now; what others made of it since it was shown is never overwritten."""
    lock(flag.key)
    db.session.refresh(flag)
    last = last_move(flag)
    if flag.closed_at is not None:
        raise MoveRefused("already_closed", last)
    _refuse_stale(flag, (shown_as,) if shown_as else ())


def _refuse_stale(flag: Flag, shown: Collection[str]) -> None:
    if not shown or flag.shown_as in shown:
        return
    last = last_move(flag)
    found_at = max(row.found_at for row in findings_of([flag])[flag.id])
    is_moved = last is not None and last.move not in ("raise", "see") and last.at >= found_at
    raise MoveRefused("flag_moved" if is_moved else "flag_changed", last)


def _need_contact(flag: Flag, words: str) -> None:
    latest = max(row.found_at for row in findings_of([flag])[flag.id])
    if flag.urgency in URGENT and not words.strip() and not has_reached_since(flag.key, latest):
        raise MoveRefused("no_contact")


def _keep_outcomes(flag: Flag, outcomes: Mapping[str, str]) -> None:
    for row in findings_of([flag])[flag.id]:
        if not outcomes.get(row.reason):
            raise MoveRefused("no_outcome")
        row.outcome = outcomes[row.reason]
