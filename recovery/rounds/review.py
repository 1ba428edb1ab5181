"""The review round: reads what is due, lets the rules judge it, and raises flags; the only place that does."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from recovery.clinical import triage
from recovery.clinical.flag_rules import Course, Finding, assess
from recovery.clinical.pathway import Pathway
from recovery.clinical.summary import judge
from recovery.records import (
    courses,
    endings,
    flags,
    life_cycle,
    limits,
    pathways,
    patients,
    raising,
    reviews,
    states,
    summaries,
)
from recovery.records.checkins import CheckIn
from recovery.records.database import writing
from recovery.records.flags import Flag
from recovery.records.patients import Patient, Procedure

log = logging.getLogger(__name__)


def review_due(now: datetime, at_most: int | None = None) -> int:
    """Review whoever is due, one transaction each, until none is or `at_most` are done; returns how many."""
    count = 0
    while (at_most is None or count < at_most) and review_next(now):
        count += 1
    return count


def review_next(now: datetime) -> bool:
    """Claim and review one patient; False when none is due.

    Whoever cannot be reviewed is noted under the same lock and put off, so that the others are not held up.
    """
    if not reviews.is_anybody_due(now):
        return False
    with writing() as session:
        patient = reviews.claim_due(now)
        if patient is None:
            return False
        try:
            with session.begin_nested():
                review(patient, now)
        except Exception:
            log.exception("patient %s could not be reviewed", patient.id)
            session.refresh(patient)
            reviews.mark_failed(patient, now)
    return True


def review(patient: Patient, now: datetime) -> None:
    """Judge one patient's days and keep what is found; the caller holds the lock and the transaction."""
    states.resume_if_over(patient, now)
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(patient.clinic_id, procedure.pathway)
    rows = courses.all_of(patient, procedure)
    states.ask_after_hospital(patient, max((row.received_at for row in rows), default=None), now)
    standing = flags.of_patient(patient, afresh=True)
    mine = [flag for flag in standing if flag.procedure_id == procedure.id]
    last_day = procedure.performed_on + timedelta(days=pathway.milestones.pathway_days)
    days = courses.days_of(rows, procedure, patient.today(now), last_day)
    course, closures = course_of(patient, procedure), flags.for_triage(mine)[1]
    findings, summary = judge(course, days, closures, pathway)
    _close_answered(mine, rows, findings, now)
    closures, open_flags = flags.for_triage(mine)[1], flags.for_triage(standing)[0]
    fresh = _fresh(findings, fresh_from(patient, procedure, rows), rows)
    decisions = triage.decide(fresh, open_flags, closures, pathway, patient.is_held)
    version = pathways.version_for(patient.clinic_id, procedure.pathway)
    raising.apply(patient, procedure, decisions, version, now)
    summaries.keep(patient, procedure, summary, now)
    _judge_late(patient, procedure, pathway, now)
    endings.announce(patient, procedure, pathway, now)
    _complete_if_over(patient, last_day, now)
    reviews.mark_reviewed(patient, now)


def course_of(patient: Patient, procedure: Procedure) -> Course:
    """What the rules know of a patient beside the days."""
    return Course(
        procedure_date=procedure.performed_on,
        baseline_pain=procedure.baseline_pain,
        baseline_mobility=procedure.baseline_mobility,
        long_standing_signs=frozenset(patient.long_standing_signs),
        connected=patient.connected_at is not None or patient.answers_daily == "by_phone",
        followed_from=max(
            patient.today(patient.enrolled_at), procedure.asked_from or procedure.performed_on
        ),
        limits=limits.for_rules(patient),
    )


def fresh_from(patient: Patient, procedure: Procedure, rows: list[CheckIn]) -> date:
    """The first day about which anything may be new: that of the last review, or of an entry that came since.

    What older days would say by a changed pathway is not raised after the fact.
    """
    if patient.reviewed_at is None:
        return procedure.performed_on
    unchecked = [row.day for row in rows if row.checked_at is None]
    return min([patient.today(patient.reviewed_at), *unchecked])


def _fresh(findings: tuple[Finding, ...], first: date, rows: list[CheckIn]) -> tuple[Finding, ...]:
    """The findings of new days, less a silence that an answer has ended since."""
    answered = max((row.day for row in rows), default=date.min)
    return tuple(
        finding
        for finding in findings
        if finding.day >= first and (finding.rule != "gone_quiet" or finding.day >= answered)
    )


def _close_answered(
    standing: list[Flag], rows: list[CheckIn], findings: tuple[Finding, ...], now: datetime
) -> None:
    """An answer ends a silence, unless it is an old one that only now arrived and the silence goes on."""
    silent = [each.day for each in findings if each.rule == "gone_quiet"]
    if not rows or (silent and silent[-1] > max(row.day for row in rows)):
        return
    latest = max(row.received_at for row in rows)
    for flag in standing:
        if flag.rule == "gone_quiet" and flag.closed_at is None and latest > flag.raised_at:
            life_cycle.end(flag, "answered", now)


def _judge_late(patient: Patient, current: Procedure, pathway: Pathway, now: datetime) -> None:
    """Danger told for a day before the current procedure, and not read yet, flags like any other (safety 16)."""
    for procedure, unread in courses.unchecked_before(patient, current):
        rows = courses.all_of(patient, procedure)
        until = (procedure.ended_on or current.performed_on) - timedelta(days=1)
        standing = flags.of_patient(patient, afresh=True)
        mine = [flag for flag in standing if flag.procedure_id == procedure.id]
        course, days = course_of(patient, procedure), courses.days_of(rows, procedure, until)
        findings = assess(course, days, flags.for_triage(mine)[1], pathway)
        fresh = [each for each in findings if each.day in unread]
        decisions = triage.decide(fresh, flags.for_triage(standing)[0], (), pathway, held=True)
        version = pathways.version_for(patient.clinic_id, procedure.pathway)
        raising.apply(patient, procedure, decisions, version, now)


def _complete_if_over(patient: Patient, last_day: date, now: datetime) -> None:
    has_open = any(flag.closed_at is None for flag in flags.of_patient(patient))
    if patient.state == "active" and patient.today(now) > last_day and not has_open:
        states.complete(patient, now)
