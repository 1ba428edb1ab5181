"""The columns of a file of patients: their fixed names, what each may hold, and a line read as the enrolment form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recovery.clinical.answers import SIGNS
from recovery.clinical.enrolment import (
    ANSWERS_DAILY,
    BASELINE_BY,
    CONSENT_BY,
    CONTACT_WAYS,
    LEVELS,
    MOBILITY_MOST,
    PAIN_MOST,
    RISKS,
)
from recovery.clinical.reading import Form

# Spreadsheets write the day back in their own way; with dots it is read the same way everywhere.
DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
BETWEEN = re.compile(r"[\s,;|/]+")


@dataclass(frozen=True)
class Column:
    """One column. kind: text, day, choice, choices (several in one box), yes or number (from 0 to most)."""

    name: str
    example: str
    kind: str = "text"
    is_needed: bool = False
    allowed: tuple[str, ...] = ()
    most: int = 0


COLUMNS = (
    Column("record_number", "R-1041", is_needed=True),
    Column("name", "Bo Berg", is_needed=True),
    Column("date_of_birth", "1941-02-03", "day", is_needed=True),
    Column("phone", "+49 30 23125 201"),
    Column("no_phone_reason", ""),
    Column("contact_way", "call", "choice", is_needed=True, allowed=CONTACT_WAYS),
    Column("contact_note", ""),
    Column("email", "bo@example.org"),
    Column("second_name", "Eva Berg"),
    Column("second_phone", "+49 30 23125 202"),
    Column("second_may_be_told", "yes", "yes", allowed=("yes", "no")),
    Column("zone", "Europe/Berlin"),
    Column("language", "de", "choice"),
    Column("performed_on", "2026-03-01", "day", is_needed=True),
    Column("levels", "T12 L1", "choices", is_needed=True, allowed=LEVELS),
    Column("risks", "steroids", "choices", allowed=RISKS),
    Column("long_standing_signs", "leg_weakness", "choices", allowed=SIGNS),
    Column("baseline_pain", "8", "number", most=PAIN_MOST),
    Column("baseline_on", "2026-02-27", "day"),
    Column("baseline_by", "patient", "choice", allowed=BASELINE_BY),
    Column("baseline_mobility", "1", "number", most=MOBILITY_MOST),
    Column("answers_daily", "patient", "choice", is_needed=True, allowed=ANSWERS_DAILY),
    Column("consent_for_helper", "no", "yes", allowed=("yes", "no")),
    Column("consent_on", "2026-02-27", "day", is_needed=True),
    Column("consent_words", "2026.1", is_needed=True),
    Column("consent_by", "patient", "choice", is_needed=True, allowed=CONSENT_BY),
    Column("representative", ""),
)
BY_NAME = {column.name: column for column in COLUMNS}


def as_form(cells: Mapping[str, str], usual: Mapping[str, str]) -> Form:
    """A line as the enrolment form would post it. usual: what stands for an empty box, such as the clinic's zone."""
    empty = {name: value for name, value in usual.items() if not cells.get(name)}
    return {name: _posted(BY_NAME[name], cell) for name, cell in {**cells, **empty}.items()}


def _posted(column: Column, cell: str) -> list[str]:
    if column.kind == "day" and (dotted := DOTTED.fullmatch(cell)):
        day, month, year = dotted.groups()
        return [f"{year}-{month:0>2}-{day:0>2}"]
    if column.kind == "text":
        return [cell]
    known = {each.casefold(): each for each in column.allowed}
    parts = BETWEEN.split(cell) if column.kind == "choices" else [cell]
    return [known.get(part.casefold(), part.lower()) for part in parts if part]
