"""Enrolment: what is asked of a patient who is enrolled, read from a form or from a line of a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recovery.clinical.answers import SIGNS, Problem
from recovery.clinical.days import local_day
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet

YOUNGEST, OLDEST = 18, 115

# What can be chosen; what each is called stands in web/clinic_words.py.
LEVELS = ("T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")
CONTACT_WAYS = ("call", "text", "second_person")
RISKS = ("cancer", "steroids", "low_immunity", "blood_thinners")
BASELINE_BY = ("patient", "helper", "notes")
ANSWERS_DAILY = ("patient", "with_help", "for_patient", "by_phone")
CONSENT_BY = ("patient", "representative")
PAIN_MOST, MOBILITY_MOST = 10, 5


@dataclass(frozen=True)
class Enrolment:
    """What the form says: the columns of both tables, complete only when there is no problem."""

    person: Mapping[str, Any]
    procedure: Mapping[str, Any]
    problems: tuple[Problem, ...]


def read(form: Form, now: datetime, pathway_days: int, languages: Collection[str]) -> Enrolment:
    """Read the form; dates are judged by the patient's own zone."""
    sheet = Sheet(form)
    person: dict[str, Any] = {
        "record_number": sheet.needed("record_number", 60),
        "name": sheet.needed("name", 200),
    }
    zone = sheet.zone()
    today = local_day(now, zone or "UTC")
    person["date_of_birth"] = _date_of_birth(sheet, today)
    person |= _reach(sheet)
    person |= {"zone": zone, "language": sheet.choice("language", languages, is_needed=True)}
    procedure = _procedure(sheet, today, pathway_days)
    person["risks"] = sheet.ticks("risks", RISKS)
    person["long_standing_signs"] = sheet.ticks("long_standing_signs", SIGNS)
    procedure |= before(sheet, today, procedure["performed_on"])
    person |= _daily(sheet)
    person |= _consent(sheet, today, person["name"])
    return Enrolment(person, procedure, tuple(sheet.problems))


def _date_of_birth(sheet: Sheet, today: date) -> date | None:
    born = sheet.past_day("date_of_birth", today)
    if born and born <= today and not YOUNGEST <= age_on(today, born) <= OLDEST:
        sheet.problem("date_of_birth", "age", age=age_on(today, born))
    return born


def age_on(day: date, born: date) -> int:
    """Whole years lived on that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _reach(sheet: Sheet) -> dict[str, Any]:
    """How the patient is reached; no phone needs a reason (safety 3)."""
    phone, reason = sheet.phone("phone"), sheet.text("no_phone_reason", 200)
    if not sheet.typed("phone") and not reason:
        sheet.problem("phone", "phone_missing")
    way = sheet.choice("contact_way", CONTACT_WAYS, is_needed=True)
    name, second = sheet.text("second_name", 200), sheet.phone("second_phone")
    may_be_told = sheet.is_ticked("second_may_be_told")
    _check_second(sheet, way, may_be_told)
    return {
        "phone": phone,
        "no_phone_reason": "" if phone else reason,
        "contact_way": way,
        "contact_note": sheet.text("contact_note", 300),
        "email": sheet.email("email"),
        "second_name": name,
        "second_phone": second,
        "second_may_be_told": may_be_told,
    }


def _check_second(sheet: Sheet, way: str | None, may_be_told: bool) -> None:
    name, phone = sheet.typed("second_name"), sheet.typed("second_phone")
    if way == "second_person" and not (name and phone):
        sheet.problem("second_name", "second_needed")
    elif phone and not name:
        sheet.problem("second_name", "second_name_missing")
    elif name and not phone:
        sheet.problem("second_phone", "second_phone_missing")
    elif way == "second_person" and not may_be_told:
        sheet.problem("second_may_be_told", "second_not_allowed")


def _procedure(sheet: Sheet, today: date, pathway_days: int) -> dict[str, Any]:
    performed_on = sheet.past_day("performed_on", today)
    if performed_on and (today - performed_on).days > pathway_days:
        sheet.problem("performed_on", "too_long_ago", days=pathway_days)
    levels = sheet.ticks("levels", LEVELS)
    if not sheet.typed("levels"):
        sheet.problem("levels", "levels_missing")
    return {"performed_on": performed_on, "levels": levels}


def before(sheet: Sheet, today: date, performed_on: date | None) -> dict[str, Any]:
    """The level before the procedure; pain has its date and who gave it (safety 21)."""
    pain = sheet.number("baseline_pain", PAIN_MOST)
    given_on = sheet.past_day("baseline_on", today, is_needed=pain is not None)
    given_by = sheet.choice("baseline_by", BASELINE_BY, is_needed=pain is not None)
    if pain is None and (given_on or given_by) and not sheet.typed("baseline_pain"):
        sheet.problem("baseline_pain", "baseline_pain_missing")
    if given_on and performed_on and given_on > performed_on:
        sheet.problem("baseline_on", "after_procedure")
    return {
        "baseline_pain": pain,
        "baseline_on": given_on,
        "baseline_by": given_by or "",
        "baseline_mobility": sheet.number("baseline_mobility", MOBILITY_MOST),
    }


def _daily(sheet: Sheet) -> dict[str, Any]:
    """Who answers each day, so that nobody is left out silently (safety 28)."""
    who = sheet.choice("answers_daily", ANSWERS_DAILY, is_needed=True)
    for_helper = sheet.is_ticked("consent_for_helper")
    if who == "for_patient" and not for_helper:
        sheet.problem("consent_for_helper", "helper_not_allowed")
    return {"answers_daily": who, "consent_for_helper": for_helper}


def _consent(sheet: Sheet, today: date, name: str) -> dict[str, Any]:
    """Consent by the patient, or by a representative with their name (safety 29)."""
    given_on = sheet.past_day("consent_on", today)
    words = sheet.needed("consent_words", 20)
    by = sheet.choice("consent_by", CONSENT_BY, is_needed=True)
    representative = sheet.text("representative", 200)
    if by == "representative" and not representative:
        sheet.problem("representative", "representative_missing")
    return {
        "consent_on": given_on,
        "consent_words": words,
        "consent_by": representative if by == "representative" else name,
    }
