"""The people: the cast put into an empty database, with the days they have lived so far."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from config import Settings
from recovery.clinical import advice, days
from recovery.clinical.answers import Answers
from recovery.clinical.clinician_words import OUTCOMES
from recovery.clinical.days import Given
from recovery.demo import stories
from recovery.demo.cast import ADMINISTRATORS, CLINICIANS, CLINICS, PEOPLE, Person
from recovery.records import (
    accounts,
    administrators,
    cards,
    checkins,
    codes,
    covers,
    enrolling,
    flags,
    moves,
    pathways,
    patients,
    people,
    sign_ins,
    states,
)
from recovery.records.accounts import Clinic, Clinician, Passwords
from recovery.records.checkins import Judged
from recovery.records.contacts import Tried
from recovery.records.database import db, writing
from recovery.records.devices import Device
from recovery.records.moves import Closing
from recovery.records.patients import Key, Patient
from recovery.records.people import Newcomer
from recovery.rounds import review

PASSWORD = "made-up-worklist-1"
SEED = 72
COVERED = timedelta(weeks=5)
REVIEWED_DAYS = 8  # how many of the last days are reviewed one by one, as they would have been


def make(settings: Settings, now: datetime) -> dict[str, object]:
    """Fill an empty database; returns what demo.json says beside the address."""
    passwords = Passwords(settings.argon2_memory_kib, settings.argon2_rounds)
    clinics = {str(columns["name"]): accounts.add_clinic(now, **columns) for columns in CLINICS}
    staff = [
        people.add_clinician(clinics[clinic], Newcomer(email, name, role), PASSWORD, passwords, now)
        for clinic, email, name, role in CLINICIANS
    ]
    for clinic in clinics.values():
        _cover(clinic, [each for each in staff if each.clinic_id == clinic.id], now)
    for email, name in ADMINISTRATORS:
        sign_ins.set_password(administrators.add(email, name, now), PASSWORD, passwords, now)
    nurses = {0: staff[0], 1: staff[2]}
    told = [
        _live(person, number, nurses[person.clinic], settings, now)
        for number, person in enumerate(PEOPLE)
    ]
    return {
        "clinicians": [
            {"name": name, "email": email, "password": PASSWORD, "clinic": clinic, "role": role}
            for clinic, email, name, role in CLINICIANS
        ],
        "administrators": [
            {"name": name, "email": email, "password": PASSWORD} for email, name in ADMINISTRATORS
        ],
        "patients": told,
    }


def _cover(clinic: Clinic, people: list[Clinician], now: datetime) -> None:
    """They take the open days of the coming weeks in turn."""
    today = days.local_day(now, clinic.zone)
    ahead = clinic.hours.open_days(today, today + COVERED)
    wanted = {day: people[turn % len(people)].id for turn, day in enumerate(ahead)}
    covers.name(people[0], wanted, {}, now)


def _live(
    person: Person, number: int, nurse: Clinician, settings: Settings, now: datetime
) -> dict[str, str]:
    """Enrol one person on their day 0 and let them live until now; returns how to become them."""
    dice = Random(SEED + number)
    clinic = accounts.clinic_of(nurse.clinic_id)
    today = days.local_day(now, clinic.zone)
    start = today - timedelta(days=person.day)
    enrolled_at = min(days.start_of(start, clinic.zone) + timedelta(hours=10), now)
    patient = _enrol(person, number, nurse, start, enrolled_at)
    key, issued_at = settings.card_key, max(enrolled_at, now - timedelta(days=20))
    code = cards.issue(nurse, patient, person.name, key, issued_at)
    if person.story is not stories.never:
        source = _source(person, code, settings, nurse, enrolled_at)
        _answer_and_review(person, patient, source, dice, now)
    if person.state != "active":
        until = today + timedelta(days=6) if person.state == "paused" else None
        states.change_state(nurse, patient, person.state, until, now)
    told = {
        "name": person.name,
        "clinic": clinic.name,
        "card_url": f"{settings.base_url}/c/{code}",
        "code": codes.spaced(code),
        "state": person.state,
    }
    if person.helper:
        code = cards.issue(nurse, patient, person.helper, key, issued_at, "helper")
        told |= {"helper": person.helper, "helper_card_url": f"{settings.base_url}/c/{code}"}
    return told


def _enrol(person: Person, number: int, nurse: Clinician, start: date, at: datetime) -> Patient:
    clinic = accounts.clinic_of(nurse.clinic_id)
    stem = "+44 7700 900" if clinic.zone == "Europe/London" else "+49 30 23125 "
    columns = {
        "record_number": f"DEMO-{number + 1:03}",
        "name": person.name,
        "date_of_birth": date(start.year - person.age, 1 + number % 12, 1 + number % 28),
        "phone": f"{stem}{200 + number}",
        "contact_way": "text" if number % 9 == 4 else "call",
        "contact_note": "hard of hearing" if number % 9 == 4 else "",
        "email": f"patient{number + 1}@home.example" if person.is_reached else "",
        "second_name": f"{person.name.split()[0]}'s daughter" if number % 3 == 0 else "",
        "second_phone": f"{stem}{500 + number}" if number % 3 == 0 else "",
        "second_may_be_told": number % 3 == 0,
        "zone": clinic.zone,
        "language": clinic.language,
        "risks": ["steroids"] if number % 7 == 3 else [],
        "long_standing_signs": [],
        "answers_daily": person.answers_daily,
        "consent_on": start,
        "consent_words": "2026-11",
        "consent_by": person.name,
        "consent_for_helper": bool(person.helper),
    }
    procedure = {
        "performed_on": start,
        "levels": person.levels.split(),
        "pathway": pathways.VERTEBROPLASTY,
        "baseline_pain": person.baseline,
        "baseline_mobility": 1 if person.baseline else None,
        "baseline_on": start if person.baseline is not None else None,
        "baseline_by": person.name if person.baseline is not None else "",
    }
    return enrolling.enrol(nurse, columns, procedure, at)


def _source(
    person: Person, code: str, settings: Settings, nurse: Clinician, at: datetime
) -> Device | Clinician:
    if person.answers_daily == "by_phone":
        return nurse
    return cards.connect(code, settings.card_key, "made-up phone", at)[0]


def _answer_and_review(
    person: Person, patient: Patient, source: Device | Clinician, dice: Random, now: datetime
) -> None:
    """Live day by day. The first part is reviewed in one go and closed, the last days one by one."""
    start = patient.today(now) - timedelta(days=person.day)
    for day in range(person.day + 1):
        answers = person.story(dice, day, person.day, person.baseline or 6)
        at = _moment(start + timedelta(days=day), patient.zone, dice, now)
        if answers and at:
            _record(patient, source, answers, at)
        if day == person.day - REVIEWED_DAYS:
            _review(patient, _evening(start + timedelta(days=day), patient.zone))
            _close_all(patient, _evening(start + timedelta(days=day), patient.zone))
        elif day > person.day - REVIEWED_DAYS and (at or day < person.day):
            _review(patient, min(now, _evening(start + timedelta(days=day), patient.zone)))


def _moment(day: date, zone: str, dice: Random, now: datetime) -> datetime | None:
    """When on that day the answers were given; on the last day some minutes ago, None if it has hardly begun."""
    minutes = dice.randrange(7 * 60 + 30, 11 * 60)
    at = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone))
    if at <= now:
        return at
    recent = now - timedelta(minutes=dice.randrange(5, 50))
    return recent if days.local_day(recent, zone) == day else None


def _evening(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(23, 30), ZoneInfo(zone))


def _record(patient: Patient, source: Device | Clinician, answers: Answers, at: datetime) -> None:
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(patient.clinic_id, procedure.pathway)
    day = days.local_day(at, patient.zone)
    told = advice.advise(answers, (day - procedure.performed_on).days, pathway.advice)
    version = pathways.version_for(patient.clinic_id, procedure.pathway)
    judged = Judged(answers, Given(day, at, None, is_late=False), version, told.key)
    entry_id = uuid4()
    checkins.record(Key(patient.clinic_id, patient.id), entry_id, judged, source, at)


def _review(patient: Patient, at: datetime) -> None:
    with writing():
        review.review(patient, at)


def _close_all(patient: Patient, at: datetime) -> None:
    """The nurse has dealt with whatever the first part raised."""
    nurse = db.session.get_one(Clinician, (patient.clinic_id, patient.enrolled_by))
    for flag in list(_open(patient)):
        spoke = Tried("patient", "Spoke on the phone, no new worry.")
        reasons = {row.reason for row in flags.findings_of([flag])[flag.id]}
        outcome = next(iter(OUTCOMES[flag.rule]))
        closing = Closing(dict.fromkeys(reasons, outcome), is_useful=True, tried=spoke)
        moves.close(nurse, flag, closing, at)


def _open(patient: Patient) -> Iterator[flags.Flag]:
    return (flag for flag in flags.of_patient(patient) if flag.closed_at is None)
