"""The people on every stage: Ana, Bo and Cy; Nurse Dee cares for them, Lia leads her clinic, Nurse Eli is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from recovery.clinical.answers import Answers
from recovery.clinical.days import Given, local_day
from recovery.records import (
    accounts,
    administrators,
    cards,
    checkins,
    enrolling,
    pathways,
    people,
    sign_ins,
)
from recovery.records.accounts import Clinic, Clinician, Passwords
from recovery.records.administrators import Administrator
from recovery.records.checkins import Judged, Stored
from recovery.records.devices import Device
from recovery.records.patients import Key, Patient
from recovery.records.people import Newcomer

CHEAP = Passwords(memory_kib=64, rounds=1)
PASSWORD = "correct horse battery"
CARD_KEY = "y" * 32
ZONE = "Europe/Berlin"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, the clinic is open


@dataclass
class Stage:
    """Dee's clinic with Ana, and Eli's clinic without."""

    clinic: Clinic
    dee: Clinician
    lia: Clinician
    eli: Clinician
    ana: Patient
    device: Device
    token: str
    code: str


def a_clinic(name: str = "Hill Clinic", **columns: object) -> Clinic:
    usual = {
        "name": name,
        "phone": "+49 30 23125 100",
        "emergency_number": "112",
        "out_of_hours_phone": "+49 30 23125 199",
        "lost_card_phone": "+49 30 23125 102",
        "weekly_hours": "Mo-Fr 08:00-16:00",
        "closed_days": [],
        "zone": ZONE,
        "language": "en",
        "alert_addresses": ["nurses@hill.example"],
        "second_alert_addresses": ["lead@hill.example"],
        "is_demo": True,
    }
    return accounts.add_clinic(MONDAY, **{**usual, **columns})


def a_nurse(clinic: Clinic, name: str = "Nurse Dee", role: str = "clinician") -> Clinician:
    email = f"{name.split()[-1].lower()}@{clinic.name.split()[0].lower()}.example"
    return people.add_clinician(clinic, Newcomer(email, name, role), PASSWORD, CHEAP, MONDAY)


def a_lead(clinic: Clinic, name: str = "Lia Lead") -> Clinician:
    """Who also settles how this clinic works."""
    return a_nurse(clinic, name, "lead")


def an_administrator(name: str = "Ada Admin") -> Administrator:
    """Who looks after the installation, in no clinic."""
    ada = administrators.add("ada@installation.example", name, MONDAY)
    sign_ins.set_password(ada, PASSWORD, CHEAP, MONDAY)
    return ada


def a_patient(
    nurse: Clinician,
    name: str = "Ana Ruiz",
    day: int = 10,
    now: datetime = MONDAY,
    **columns: object,
) -> Patient:
    """A patient of this nurse's clinic, `day` days after the procedure, enrolled on its day."""
    procedure_date = local_day(now, ZONE) - timedelta(days=day)
    person = {
        "record_number": uuid4().hex[:8],
        "name": name,
        "date_of_birth": date(1948, 5, 17),
        "phone": "+49 30 23125 200",
        "zone": ZONE,
        "language": "en",
        "answers_daily": "patient",
        "consent_on": procedure_date,
        "consent_words": "2026-11",
        "consent_by": name,
        "consent_for_helper": True,
        **columns,
    }
    procedure = {
        "performed_on": procedure_date,
        "levels": ["L1"],
        "pathway": pathways.VERTEBROPLASTY,
        "baseline_pain": 8,
        "baseline_mobility": 1,
        "baseline_on": procedure_date,
        "baseline_by": name,
    }
    return enrolling.enrol(nurse, person, procedure, now - timedelta(days=day))


def a_device(nurse: Clinician, patient: Patient, now: datetime = MONDAY) -> tuple[Device, str, str]:
    """A connected phone: the device, its cookie and the card's code."""
    code = cards.issue(nurse, patient, patient.name, CARD_KEY, now)
    device, token = cards.connect(code, CARD_KEY, "phone", now)
    return device, token, code


def set_stage(now: datetime = MONDAY, day: int = 10) -> Stage:
    clinic = a_clinic()
    dee = a_nurse(clinic)
    lia = a_lead(clinic)
    eli = a_nurse(a_clinic("Harbour Clinic"), "Nurse Eli")
    ana = a_patient(dee, "Ana Ruiz", day, now)
    return Stage(clinic, dee, lia, eli, ana, *a_device(dee, ana, now))


def answers(pain: int | None = 3, signs: tuple[str, ...] = (), **columns: object) -> Answers:
    """A usual day's answers: "none of these" unless signs are given."""
    return Answers(pain=pain, mobility=4, warning_signs=frozenset(signs), **columns)


def check_in(
    patient: Patient,
    source: Device | Clinician,
    given: Answers,
    at: datetime,
    received: datetime | None = None,
    entry_id: UUID | None = None,
) -> Stored:
    """A check-in given at `at`, arriving then or later."""
    received = received or at
    day = local_day(at, patient.zone)
    when = Given(
        day, at, at if received != at else None, is_late=day < local_day(received, patient.zone)
    )
    judged = Judged(given, when, "test", "saved", bool(given.warning_signs))
    return checkins.record(
        Key(patient.clinic_id, patient.id), entry_id or uuid4(), judged, source, received
    )
