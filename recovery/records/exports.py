"""Exports: what is kept of one patient and is the patient's own, gathered to be taken away; every export is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from . import audit, cards, devices, questionnaires
from .accounts import Clinician
from .cards import Card
from .checkins import CheckIn
from .database import db, writing
from .devices import Device
from .patients import Patient, Procedure
from .questionnaires import Questionnaire


@dataclass(frozen=True)
class Own:
    """Everything of one patient, oldest first: every procedure, and every revision of every check-in.

    What the clinic wrote about the patient (flags, contacts, limits) is not the patient's own account and is not here.
    """

    patient: Patient
    procedures: tuple[Procedure, ...]
    checkins: tuple[CheckIn, ...]
    questionnaires: tuple[Questionnaire, ...]
    cards: tuple[Card, ...]
    devices: tuple[Device, ...]


def own(patient: Patient) -> Own:
    """All of it, in an order that never changes."""
    return Own(
        patient,
        tuple(_procedures(patient)),
        tuple(_checkins(patient)),
        tuple(questionnaires.of_patient(patient)),
        tuple(reversed(cards.cards_of(patient))),
        tuple(reversed(devices.of_patient(patient))),
    )


def _procedures(patient: Patient) -> sa.ScalarResult[Procedure]:
    query = sa.select(Procedure).where(
        Procedure.clinic_id == patient.clinic_id, Procedure.patient_id == patient.id
    )
    return db.session.scalars(query.order_by(Procedure.performed_on, Procedure.id))


def _checkins(patient: Patient) -> sa.ScalarResult[CheckIn]:
    query = sa.select(CheckIn).where(
        CheckIn.clinic_id == patient.clinic_id, CheckIn.patient_id == patient.id
    )
    order = (CheckIn.received_at, CheckIn.entry_id, CheckIn.revision)
    return db.session.scalars(query.order_by(*order))


def note(device: Device, kind: str, now: datetime) -> None:
    """Keep that this phone took the patient's answers away; kind: json or pdf."""
    with writing():
        audit.note(device.clinic_id, device.actor, "exported", now, device.patient_id, kind=kind)


def note_summary(clinician: Clinician, patient: Patient, now: datetime) -> None:
    """Keep that this clinician took the one page for the record."""
    with writing():
        audit.note(patient.clinic_id, clinician.actor, "summary made", now, patient.id)
