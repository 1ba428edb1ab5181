"""Reading the enrolment form into the columns of Patient and Procedure; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recovery.clinical.answers import SIGNS, Problem
from recovery.clinical.counted import Counted
from recovery.clinical.days import local_day
from recovery.clinical.reading import Form
from recovery.web.clinic_words import (
    ANSWERS_DAILY,
    BASELINE_BY,
    CONSENT_BY,
    CONTACT_WAYS,
    LEVELS,
    RISKS,
)
from recovery.web.sheet import Sheet

N_ = str
NN_ = Counted

YOUNGEST, OLDEST = 18, 115

PROBLEMS = {
    "known_record_number": N_(
        "Record number %(number)s belongs to %(name)s. Check the number, or open that patient."
    ),
    "record_number_missing": N_("Type the record number."),
    "name_missing": N_("Type the patient's name."),
    "date_of_birth_missing": N_("Give the date of birth."),
    "age": NN_(
        "Check the date of birth: it makes the patient %(age)s year old.",
        "Check the date of birth: it makes the patient %(age)s years old.",
        "age",
    ),
    "phone_missing": N_("Type a phone number, or say why there is none."),
    "phone_unreadable": N_("Type the phone number in digits, such as 020 7946 0018."),
    "email_unreadable": N_("Type the e-mail address, such as ana@example.org."),
    "contact_way_missing": N_("Choose how to reach the patient."),
    "second_needed": N_("Give the name and phone of the second contact."),
    "second_name_missing": N_("Type the name of the second contact."),
    "second_phone_missing": N_("Type the phone of the second contact."),
    "second_not_allowed": N_("Tick the permission, or choose another way to reach the patient."),
    "zone_missing": N_("Type the time zone, such as Europe/London."),
    "zone_unknown": N_("%(typed)s is not a time zone. Type one such as Europe/London."),
    "language_missing": N_("Choose the language."),
    "performed_on_missing": N_("Give the date of the procedure."),
    "too_long_ago": NN_(
        "That is more than %(days)s day ago: nobody would be followed.",
        "That is more than %(days)s days ago: nobody would be followed.",
        "days",
    ),
    "levels_missing": N_("Tick each level that was treated."),
    "number_unknown": N_("Choose one of the numbers."),
    "baseline_pain_missing": N_("Choose the number, or leave its date and source empty."),
    "baseline_on_missing": N_("Give the date on which the pain number was given."),
    "baseline_by_missing": N_("Choose who gave the pain number."),
    "after_procedure": N_("Give a date on or before the day of the procedure."),
    "answers_daily_missing": N_("Choose who answers each day."),
    "helper_not_allowed": N_("Tick this consent, or choose somebody else to answer."),
    "consent_on_missing": N_("Give the date of consent."),
    "consent_words_missing": N_("Type the version of the consent words."),
    "consent_by_missing": N_("Choose who gave consent."),
    "representative_missing": N_("Type the representative's name."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "date_unreadable": N_("Type the date as day, month and year."),
    "in_future": N_("Give a date that is not in the future."),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
}


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
    if not levels:
        sheet.problem("levels", "levels_missing")
    return {"performed_on": performed_on, "levels": levels}


def before(sheet: Sheet, today: date, performed_on: date | None) -> dict[str, Any]:
    """The level before the procedure; pain has its date and who gave it (safety 21)."""
    pain = sheet.number("baseline_pain", 10)
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
        "baseline_mobility": sheet.number("baseline_mobility", 5),
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
