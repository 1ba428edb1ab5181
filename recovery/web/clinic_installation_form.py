"""Reading the form for a new clinic and its first lead; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.clinical.sheet import EMAIL, Sheet
from recovery.records.people import Newcomer
from recovery.web import clinic_people_form, clinic_settings_form

N_ = str
CLINIC_NAME_MOST = 200
ADDRESSES = ("alert_addresses", "second_alert_addresses")
BOXES = ("clinic_name", *clinic_settings_form.BOXES, *ADDRESSES, "name", "email")  # as they stand

PROBLEMS = {
    **clinic_settings_form.PROBLEMS,
    **clinic_people_form.PROBLEMS,
    "clinic_name_missing": N_("Type the clinic's name."),
    "clinic_name_used": N_("There is a clinic of this name already. Type another one."),
    "alert_addresses_missing": N_("Type at least one address, one on a line."),
    "second_alert_addresses_missing": N_("Type at least one address, one on a line."),
    "address_unreadable": N_(
        "%(typed)s is not an e-mail address. Type each such as team@clinic.example, one on a line."
    ),
}


@dataclass(frozen=True)
class Wanted:
    """A clinic's columns and its first lead, complete only when there is no problem."""

    columns: Mapping[str, Any]
    lead: Newcomer
    problems: tuple[Problem, ...]


def read(form: Form, languages: Collection[str]) -> Wanted:
    """What was typed."""
    sheet = Sheet(form)
    name = sheet.needed("clinic_name", CLINIC_NAME_MOST)
    columns, unread = clinic_settings_form.read(form, languages)
    addresses = {each: _addresses(sheet, each) for each in ADDRESSES}
    lead, unread_lead = clinic_people_form.read_newcomer(form, "lead")
    problems = sorted((*sheet.problems, *unread, *unread_lead), key=lambda p: BOXES.index(p.field))
    return Wanted({"name": name, **columns, **addresses}, lead, tuple(problems))


def _addresses(sheet: Sheet, box: str) -> list[str]:
    words = re.split(r"[\s,;]+", sheet.typed(box))
    found = list(dict.fromkeys(word for word in words if word))
    if not found:
        sheet.problem(box, f"{box}_missing")
    for word in found:
        if not re.fullmatch(EMAIL, word) or len(word) > 254:
            sheet.problem(box, "address_unreadable", typed=word[:60])
    return found
