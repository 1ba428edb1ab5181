"""Many made-up patients at once: a ward full of people who recover and answer, put into the tables in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid4

import sqlalchemy as sa

from recovery.clinical.days import local_day
from recovery.records import pathways
from recovery.records.accounts import Clinician
from recovery.records.cards import CONNECTS_FOR, Card
from recovery.records.checkins import CheckIn
from recovery.records.database import writing
from recovery.records.devices import Device
from recovery.records.patients import Patient, Procedure
from tests.people import ZONE

FIRST = (
    "Agnes",
    "Bruno",
    "Carla",
    "Dario",
    "Élise",
    "Frieda",
    "Günther",
    "Hélène",
    "Iván",
    "Jörg",
    "Łucja",
    "Mário",
)
LAST = (
    "Abreu",
    "Björk",
    "Castro",
    "Dvořák",
    "Eriksen",
    "Föster",
    "Güneş",
    "Hoffmann",
    "Ibáñez",
    "Jansen",
    "Kovač",
)
LONGEST_AGO = 80  # days since the procedure


def patients(nurse: Clinician, count: int, now: datetime, answered_days: int = 12) -> list[Patient]:
    """So many patients of this nurse's clinic, each with a connected phone and with answers of the last days.

    They are calm, so no rule speaks; all are due for a review. The first was operated on yesterday, the next two
    days ago, and so on, again and again. Most days of the last `answered_days` are answered, today's always.
    """
    dice = Random(72)
    people = [_patient(nurse, number, now) for number in range(count)]
    procedures = [_procedure(each, number, now) for number, each in enumerate(people)]
    with writing() as session:
        session.add_all(people)
        session.flush()
        session.add_all(procedures)
        cards = [_card(nurse, each, now) for each in people]
        session.execute(sa.insert(Card), cards)
        devices = [_device(each) for each in cards]
        session.execute(sa.insert(Device), devices)
        answers = [
            answer
            for person, procedure, device in zip(people, procedures, devices, strict=True)
            for answer in _answers(person, procedure, device, now, answered_days, dice)
        ]
        if answers:
            session.execute(sa.insert(CheckIn), answers)
    return people


def _performed_on(number: int, now: datetime) -> date:
    return local_day(now, ZONE) - timedelta(days=1 + number % LONGEST_AGO)


def _patient(nurse: Clinician, number: int, now: datetime) -> Patient:
    performed_on = _performed_on(number, now)
    enrolled_at = now - timedelta(days=1 + number % LONGEST_AGO)
    name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
    return Patient(
        clinic_id=nurse.clinic_id,
        id=uuid4(),
        record_number=f"MANY-{number:05}",
        name=name,
        date_of_birth=date(1930 + number % 25, 1 + number % 12, 1 + number % 28),
        phone=f"+49 30 5{number:06}",
        email=f"person{number}@example.org",
        zone=ZONE,
        language="en",
        answers_daily="patient",
        consent_on=performed_on,
        consent_words="2026-11",
        consent_by=name,
        enrolled_at=enrolled_at,
        enrolled_by=nurse.id,
        state_since=enrolled_at,
        state_by=nurse.actor,
        connected_at=enrolled_at,
        review_due_at=now,
    )


def _procedure(patient: Patient, number: int, now: datetime) -> Procedure:
    performed_on = _performed_on(number, now)
    return Procedure(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        id=uuid4(),
        performed_on=performed_on,
        levels=["L1"],
        pathway=pathways.VERTEBROPLASTY,
        baseline_pain=8,
        baseline_mobility=1,
        baseline_on=performed_on,
        baseline_by=patient.name,
    )


def _card(nurse: Clinician, patient: Patient, now: datetime) -> dict[str, object]:
    return {
        "clinic_id": patient.clinic_id,
        "id": uuid4(),
        "patient_id": patient.id,
        "holder": "patient",
        "holder_name": patient.name,
        "code_hash": hashlib.sha256(str(patient.id).encode()).hexdigest(),
        "issued_at": patient.enrolled_at,
        "issued_by": nurse.id,
        "expires_at": now + CONNECTS_FOR,
    }


def _device(card: dict[str, object]) -> dict[str, object]:
    return {
        "clinic_id": card["clinic_id"],
        "id": uuid4(),
        "patient_id": card["patient_id"],
        "card_id": card["id"],
        "token_hash": card["code_hash"],
        "label": "made-up phone",
        "connected_at": card["issued_at"],
    }


def _answers(
    patient: Patient,
    procedure: Procedure,
    device: dict[str, object],
    now: datetime,
    answered_days: int,
    dice: Random,
) -> Iterator[dict[str, object]]:
    for ago in range(answered_days - 1, -1, -1):
        at = now - timedelta(days=ago, minutes=5)
        day = local_day(at, patient.zone)
        since = (day - procedure.performed_on).days
        if since < 0 or (ago and dice.random() < 0.1):
            continue
        yield {
            "clinic_id": patient.clinic_id,
            "patient_id": patient.id,
            "entry_id": uuid4(),
            "revision": 1,
            "procedure_id": procedure.id,
            "body_hash": "made up",
            "day": day,
            "given_at": at,
            "received_at": at,
            "pain": max(2, 6 - since // 8),
            "mobility": min(4, 2 + since // 10),
            "warning_signs": [],
            "answered_by": "patient",
            "device_id": device["id"],
            "pathway_version": "test",
            "advice_key": "saved",
        }
