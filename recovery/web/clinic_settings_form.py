"""A clinic's settings as boxes of a form, and back; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from recovery.clinical.answers import Problem
from recovery.clinical.counted import Counted
from recovery.clinical.hours import WEEKDAYS, HoursError, Span, parse_weekly, write_weekly
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.clinic_settings import most_lifting_days

N_ = str
NN_ = Counted
NUMBERS = {
    "emergency_number": 20,
    "phone": 40,
    "out_of_hours_phone": 40,
    "lost_card_phone": 40,
}
HOURS = tuple(f"hours_{day}" for day in range(len(WEEKDAYS)))
BOXES = (*NUMBERS, *HOURS, "closed_days", "zone", "language", "no_lifting_days")
WHOLE = re.compile(r"[0-9]{1,4}")
CLOSED_DAYS_MOST = 5000  # letters: room for some hundred days

NAMES = {
    "emergency_number": N_("Emergency number"),
    "phone": N_("Phone while you are open"),
    "out_of_hours_phone": N_("Phone while you are closed"),
    "lost_card_phone": N_("Phone for a lost card"),
    "weekly_hours": N_("Opening hours"),
    "closed_days": N_("Closed days"),
    "zone": N_("Time zone"),
    "language": N_("Language"),
    "no_lifting_days": N_("Days without lifting"),
}

PROBLEMS = {
    "emergency_number_missing": N_("Type the number that patients ring in an emergency."),
    "phone_missing": N_("Type the number that patients ring while you are open."),
    "out_of_hours_phone_missing": N_("Type the number that patients ring while you are closed."),
    "lost_card_phone_missing": N_("Type the number to ring for a lost card."),
    "phone_unreadable": N_("Type the phone number in digits, such as 020 7946 0018."),
    "hours_unreadable": N_(
        "Type the hours as 08:00-16:00, with a comma between two parts. Empty: closed."
    ),
    "never_open": N_("Give the hours of at least one day: patients are told when you open next."),
    "closed_day_unreadable": N_(
        "%(typed)s is not a day. Type each day as 2026-12-25, one on a line."
    ),
    "zone_missing": N_("Type the time zone, such as Europe/London."),
    "zone_unknown": N_("%(typed)s is not a time zone. Type one such as Europe/London."),
    "language_missing": N_("Choose the language."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "lifting_unreadable": N_(
        "Type a whole number of days from 1 to %(most)s, or leave the box empty."
    ),
    "lifting_changed": N_(
        "Somebody else has changed this while you were writing. Look at what stands there now, then keep yours."
    ),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
}


def boxes(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The settings as they stand in the boxes."""
    said = {name: str(values[name]) for name in (*NUMBERS, "zone", "language")}
    weekly = parse_weekly(values["weekly_hours"])
    said |= {box: _written(weekly.get(day, ())) for day, box in enumerate(HOURS)}
    said["closed_days"] = "\n".join(values["closed_days"])
    said["no_lifting_days"] = str(values["no_lifting_days"] or "")
    return {box: [text] for box, text in said.items()}


def _written(spans: tuple[Span, ...]) -> str:
    return write_weekly({0: spans}).partition(" ")[2]


def touched(form: Form) -> dict[str, list[str]]:
    """The boxes that do not hold any more what the page had put into them."""
    return {
        box: list(form.get(box, [""]))
        for box, before in shown_in(form).items()
        if _first(form, box).split() != before.split()
    }


def shown_in(form: Form) -> dict[str, str]:
    """What the page had put into each box."""
    return {box: _first(form, f"shown_{box}") for box in BOXES if f"shown_{box}" in form}


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def read(form: Form, languages: Collection[str]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The settings that were typed; complete only when there is no problem."""
    sheet = Sheet(form)
    values: dict[str, Any] = {name: _number(sheet, name, most) for name, most in NUMBERS.items()}
    values["weekly_hours"] = _weekly(sheet)
    values["closed_days"] = _closed_days(sheet)
    values["zone"] = sheet.zone()
    values["language"] = sheet.choice("language", languages, is_needed=True)
    values["no_lifting_days"] = read_lifting_days(sheet)
    return values, tuple(sheet.problems)


def _number(sheet: Sheet, name: str, most: int) -> str:
    text = sheet.needed(name, most)
    return text if len(sheet.typed(name)) > most else sheet.phone(name)


def _weekly(sheet: Sheet) -> str:
    weekly: dict[int, tuple[Span, ...]] = {}
    for day, box in enumerate(HOURS):
        try:
            weekly |= {day: _spans(sheet.typed(box))} if sheet.typed(box) else {}
        except HoursError:
            sheet.problem(box, "hours_unreadable")
    if not any(sheet.typed(box) for box in HOURS):
        sheet.problem(HOURS[0], "never_open")
    return write_weekly(weekly)


def _spans(typed: str) -> tuple[Span, ...]:
    # "8:00", and a dash of another length, are meant all the same.
    plain = re.sub(r"(?<!\d)(\d:)", r"0\1", re.sub(r"\s*[-\u2013\u2014]\s*", "-", typed))
    return parse_weekly(f"{WEEKDAYS[0]} {plain}")[0]


def _closed_days(sheet: Sheet) -> list[str]:
    found = set()
    for word in re.split(r"[\s,;]+", sheet.typed("closed_days")[:CLOSED_DAYS_MOST]):
        try:
            found |= {date.fromisoformat(word).isoformat()} if word else set()
        except ValueError:
            sheet.problem("closed_days", "closed_day_unreadable", typed=word[:40])
    return sorted(found)


def read_lifting_days(sheet: Sheet) -> int | None:
    """The typed number; none for an empty box."""
    text, most = sheet.typed("no_lifting_days"), most_lifting_days()
    if not text:
        return None
    if WHOLE.fullmatch(text) and 1 <= int(text) <= most:
        return int(text)
    sheet.problem("no_lifting_days", "lifting_unreadable", most=most)
    return None
