"""Raising: what triage decided is carried out on the flags, and its alerts are queued beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from recovery.clinical.course import URGENT
from recovery.clinical.flag_rules import Finding
from recovery.clinical.triage import Decision

from . import escalation, life_cycle
from .database import db
from .flags import Flag, FlagFinding, findings_of, of_patient
from .patients import Patient, Procedure


def apply(
    patient: Patient,
    procedure: Procedure,
    decisions: Iterable[Decision],
    version: str,
    now: datetime,
) -> None:
    """Carry out what triage decided and queue its alerts; part of a review's transaction."""
    standing = {
        flag.rule: flag for flag in of_patient(patient, afresh=True) if flag.closed_at is None
    }
    for decision in decisions:
        flag = standing.get(decision.rule) or _raise(patient, procedure, decision, version, now)
        was, woken = flag.urgency, decision.is_worse and flag.state == "snoozed"
        _add_findings(flag, decision.findings, now)
        _update(flag, decision, now)
        is_loud = decision.alert or (woken and flag.urgency in URGENT)
        if is_loud or decision.kind == "raise":
            escalation.begin(flag, was, now)


def _raise(
    patient: Patient, procedure: Procedure, decision: Decision, version: str, now: datetime
) -> Flag:
    flag = Flag(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        procedure_id=procedure.id,
        rule=decision.rule,
        urgency=decision.urgency,
        raised_at=now,
        raised_on=max(finding.day for finding in decision.findings),
        updated_at=now,
        pathway_version=version,
    )
    db.session.add(flag)
    db.session.flush()
    life_cycle.begin(flag, now)
    return flag


def _add_findings(flag: Flag, findings: Sequence[Finding], now: datetime) -> None:
    """Keep the findings, a worse one of the same day in place of the milder."""
    standing = {(row.reason, row.day): row for row in findings_of([flag])[flag.id]}
    for finding in findings:
        row = standing.setdefault(
            (finding.reason, finding.day), _row(flag, len(standing) + 1, finding)
        )
        row.urgency, row.values, row.found_at = finding.urgency, dict(finding.values), now
        db.session.add(row)
    db.session.flush()


def _row(flag: Flag, number: int, finding: Finding) -> FlagFinding:
    return FlagFinding(
        clinic_id=flag.clinic_id,
        flag_id=flag.id,
        number=number,
        reason=finding.reason,
        day=finding.day,
    )


def _update(flag: Flag, decision: Decision, now: datetime) -> None:
    flag.touch(now)
    if flag.seen_at is not None:
        flag.has_news = True
    if decision.unsee or (decision.is_worse and flag.state == "snoozed"):
        life_cycle.break_through(flag, now)
    flag.urgency = decision.urgency  # after the snooze has ended: an emergency is never put off
