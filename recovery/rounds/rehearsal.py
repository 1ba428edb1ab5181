"""The rehearsal round: works out what clinics want to try on their own history; it writes nothing but the result."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from recovery.clinical.days import local_day
from recovery.clinical.pathway import Pathway
from recovery.clinical.rehearsal import Ask, Case, Life, Result, rehearse
from recovery.records import accounts, courses, flags, heartbeats, pathways, patients, rehearsals
from recovery.records.accounts import Clinic
from recovery.records.database import db
from recovery.records.flags import COMPUTER, Flag
from recovery.records.patients import Key, Patient, Procedure
from recovery.records.rehearsals import Rehearsal
from recovery.rounds.review import course_of

log = logging.getLogger(__name__)
NAME, EVERY_SECONDS = "rehearsal", 5
BREATH = timedelta(seconds=10)  # after so long the work says that it lives: well within its lease


def work_out_waiting(now: Callable[[], datetime]) -> int:
    """Work out whatever waits, one after the other; returns how many. The clock is asked for each."""
    count = 0
    while asked := rehearsals.claim(now()):
        if asked.done_at is None:
            _work_out_one(asked, now)
        count += 1
    return count


def _work_out_one(asked: Rehearsal, now: Callable[[], datetime]) -> None:
    clinic = accounts.clinic_of(asked.clinic_id)
    version = pathways.version_for(clinic.id, asked.pathway)
    try:
        result = work_out(clinic, asked.pathway, asked.ask, now(), _breath(asked, now))
    except Exception as error:
        log.exception("rehearsal %s could not be worked out", asked.id)
        db.session.rollback()
        rehearsals.fail(asked, type(error).__name__, now())
    else:
        rehearsals.finish(asked, version, result, now())


def work_out(
    clinic: Clinic,
    name: str,
    ask: Ask,
    now: datetime,
    breathe: Callable[[], None] = lambda: None,
) -> Result:
    """Rehearse at once; raises PathwayError for a number that a clinic may not choose.

    No transaction stays open while the rules work: neither a patient's answer nor a review waits for it.
    """
    present = pathways.pathway_for(clinic.id, name)
    changes = ask.changes(present.sensitivity)
    tried = [pathways.changed(clinic.id, name, change) for change in changes]
    lives = _lives(clinic, name, present, ask.rules(present.sensitivity), now)
    return rehearse(_unhurried(lives, breathe), ask, [present, *tried])


def _unhurried(lives: Iterator[Life], breathe: Callable[[], None]) -> Iterator[Life]:
    for life in lives:
        breathe()
        yield life


def _breath(asked: Rehearsal, now: Callable[[], datetime]) -> Callable[[], None]:
    """Says now and then that the work goes on, so that nobody else begins it and the round is not called late."""
    last = now()

    def breathe() -> None:
        nonlocal last
        if now() - last >= BREATH:
            last = now()
            rehearsals.hold(asked, last)
            heartbeats.beat(NAME, EVERY_SECONDS, last)

    return breathe


def _lives(
    clinic: Clinic, name: str, pathway: Pathway, rules: frozenset[str], now: datetime
) -> Iterator[Life]:
    """Every patient's time after a procedure of the clinic's kept history, one at a time."""
    history = timedelta(days=pathway.sensitivity.history_days)
    first = local_day(now, clinic.zone) - history
    procedures = rehearsals.procedures_since(clinic.id, name, first)
    for procedure in procedures:
        patient = patients.get(Key(procedure.clinic_id, procedure.patient_id))
        life = _life(patient, procedure, pathway, rules, now)
        db.session.commit()  # ends the read
        yield life


def _life(
    patient: Patient, procedure: Procedure, pathway: Pathway, rules: frozenset[str], now: datetime
) -> Life:
    last = _last_day(patient, procedure, pathway, now)
    rows = courses.all_of(patient, procedure)
    days = courses.days_of(rows, procedure, patient.today(now), last)
    cases = _cases(patient, procedure, pathway, rules)
    lived = tuple(day for day in days if day.date <= last)
    return Life(course_of(patient, procedure), lived, cases)


def _last_day(patient: Patient, procedure: Procedure, pathway: Pathway, now: datetime) -> date:
    """The last day judged in full: none of a pathway that is over, nor of a time in which the patient is held."""
    days = [
        patient.today(now),
        procedure.performed_on + timedelta(days=pathway.milestones.pathway_days),
    ]
    if procedure.ended_on is not None:
        days.append(procedure.ended_on - timedelta(days=1))
    elif patient.is_held:
        days.append(patient.today(patient.state_since) - timedelta(days=1))
    return min(days)


def _cases(
    patient: Patient, procedure: Procedure, pathway: Pathway, rules: frozenset[str]
) -> tuple[Case, ...]:
    """The flags of these rules that a person closed with a real outcome."""
    closed = [
        flag
        for flag in flags.of_patient(patient)
        if flag.procedure_id == procedure.id
        and flag.rule in rules
        and flag.closed_by not in (None, COMPUTER)
    ]
    outcomes = _outcomes(closed, frozenset(pathway.sensitivity.real_outcomes))
    return tuple(
        Case(str(flag.id), str(flag.patient_id), flag.rule, flag.raised_on.isoformat(), outcome)
        for flag, outcome in outcomes
        if outcome
    )


def _outcomes(closed: list[Flag], real: frozenset[str]) -> Iterator[tuple[Flag, tuple[str, ...]]]:
    findings = flags.findings_of(closed)
    for flag in sorted(closed, key=lambda each: each.raised_on):
        yield flag, tuple(sorted({row.outcome for row in findings[flag.id] if row.outcome in real}))
