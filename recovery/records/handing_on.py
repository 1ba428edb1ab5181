"""Handing on: the instant at which another clinic follows a patient, with everything that is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from recovery.clinical.course import URGENT, Finding
from recovery.clinical.triage import Decision

from . import (
    audit,
    cards,
    flags,
    life_cycle,
    messages,
    pathways,
    patients,
    procedures,
    raising,
    stand_ins,
    states,
    summaries,
)
from .accounts import Clinic, Clinician
from .cards import Card
from .carrying import carry
from .database import KEEPING_KEYS, db, writing
from .devices import Device
from .flags import Flag, FlagFinding
from .patients import Key, Patient
from .subscriptions import Subscription
from .transfers import Transfer, TransferRefused, answer, refuse_unfollowed

OUTCOME = "moved"
BECAUSE = "followed by another clinic"


@dataclass(frozen=True)
class Wanted:
    """What the clinic that accepts settles itself: its own record number, and where the patient lives now."""

    record_number: str
    zone: str


@dataclass(frozen=True)
class Standing:
    """A flag that was open when the patient was handed on, and what it held."""

    flag: Flag
    findings: Sequence[FlagFinding]


def accept(clinician: Clinician, transfer: Transfer, wanted: Wanted, now: datetime) -> Patient:
    """From this instant the clinician's clinic follows the patient; one transaction. Raises TransferRefused.

    What stands in the former clinic stays there to be read. Open flags are raised anew, unseen, by the new
    clinic's own alerts; phones and cards go on without noticing.
    """
    with writing():
        cards.hold_all(transfer.key)
        _hold_former(Key(clinician.clinic_id, transfer.patient_id))
        held = patients.lock(transfer.key)
        refuse_unfollowed(held)
        _refuse_known(clinician, held, wanted.record_number)
        answer(clinician, transfer, "accepted", now)
        standing, zone = _close_open(held, now), held.zone
        fresh = {"record_number": wanted.record_number, "zone": wanted.zone, "review_due_at": now}
        carry(transfer.key, clinician.clinic_id, now, **fresh)
        _let_go(transfer.key, clinician, now)
        patient = _take_up(Key(clinician.clinic_id, transfer.patient_id), clinician, standing, now)
        if patient.zone != zone:
            patient.remind_at = patient.next_reminder(now)  # by the wall on which it now hangs
        return patient


def _hold_former(key: Key) -> None:
    # Who comes back has a row here already: what is on its way asks for that one first, and then follows it.
    db.session.get(Patient, (key.clinic_id, key.patient_id), with_for_update=True)


def _refuse_known(clinician: Clinician, patient: Patient, record_number: str) -> None:
    # Under the clinic's lock, as at an enrolment.
    db.session.get_one(Clinic, clinician.clinic_id, with_for_update=KEEPING_KEYS)
    known = patients.in_care_of(clinician).where(
        Patient.record_number == record_number, Patient.id != patient.id
    )
    other = db.session.scalar(known)
    if other is not None:
        raise TransferRefused("known_record_number", number=record_number, name=other.name)


def _close_open(patient: Patient, now: datetime) -> list[Standing]:
    """The former clinic has nothing open any more; returns what was."""
    open_flags = [flag for flag in flags.of_patient(patient, afresh=True) if flag.closed_at is None]
    findings = flags.findings_of(open_flags)
    for flag in open_flags:
        life_cycle.end(flag, OUTCOME, now)
    return [Standing(flag, findings[flag.id]) for flag in open_flags]


def _let_go(key: Key, clinician: Clinician, now: datetime) -> None:
    """End what would reach the patient from the former clinic, and note who follows them."""
    for table in (Card, Device):
        theirs = (table.clinic_id == key.clinic_id) & (table.patient_id == key.patient_id)
        query = sa.update(table).where(theirs, table.ended_at.is_(None))
        db.session.execute(query.values(ended_at=now, ended_by=clinician.actor))
    subscribed = sa.update(Subscription).where(
        Subscription.clinic_id == key.clinic_id,
        Subscription.patient_id == key.patient_id,
        Subscription.dead_at.is_(None),
    )
    db.session.execute(subscribed.values(dead_at=now, dead_because=BECAUSE))
    messages.withhold_all(key, BECAUSE, now)
    stand_ins.name_in(key.clinic_id, clinician, now)
    former = patients.lock(key)
    states.move_on(former, clinician.clinic_id, clinician.actor, now)


def _take_up(
    key: Key, clinician: Clinician, standing: Sequence[Standing], now: datetime
) -> Patient:
    """The new clinic has the patient: what was open is raised anew, for people who have not seen it."""
    patient = patients.lock(key)
    summaries.begin(patient)
    for each in standing:
        procedure = procedures.find(patient, each.flag.procedure_id)
        version = pathways.version_for(key.clinic_id, procedure.pathway)
        raising.apply(patient, procedure, [_anew(each)], version, now)
    audit.note(key.clinic_id, clinician.actor, "transferred here", now, key.patient_id)
    return patient


def _anew(each: Standing) -> Decision:
    rule, urgency = each.flag.rule, each.flag.urgency
    findings = tuple(
        Finding(rule, row.urgency, row.reason, row.values, row.day) for row in each.findings
    )
    is_urgent = urgency in URGENT
    return Decision(rule, "raise", urgency, findings, alert=is_urgent, unsee=False)
