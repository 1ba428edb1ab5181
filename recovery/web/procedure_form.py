"""Reading a procedure after the first, or one that is put right, into the columns of Procedure; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recovery.clinical import enrolment
from recovery.clinical.answers import Problem
from recovery.clinical.enrolment import LEVELS
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.patients import Procedure
from recovery.records.procedures import ProcedureRefused
from recovery.web import enrolment_words
from recovery.web.wording import long_day

N_ = str

PROBLEMS = enrolment_words.PROBLEMS | {
    "moved": N_("Another clinic follows this patient now. Nothing can be changed here."),
    "not_followed": N_(
        "This patient has withdrawn or died. Who agrees again is first put into the state Active."
    ),
    "not_after_last": N_("The procedure before was on %(last)s. Give a later day."),
    "not_before_next": N_("The next procedure was on %(next)s. Give an earlier day."),
    "answers_before": N_("There are answers for %(first)s. Give that day or an earlier one."),
    "consent_missing": N_("Ask the patient, and tick it when they agree that following goes on."),
}


@dataclass(frozen=True)
class Read:
    """The columns, complete only when there is no problem."""

    columns: Mapping[str, Any]
    problems: tuple[Problem, ...]


def read(form: Form, today: date, longest_ago: int | None, *, asks_consent: bool) -> Read:
    """Read the form. longest_ago: how many days ago it may have been, None for any."""
    sheet = Sheet(form)
    performed_on = sheet.past_day("performed_on", today)
    if performed_on and longest_ago is not None and (today - performed_on).days > longest_ago:
        sheet.problem("performed_on", "too_long_ago", days=longest_ago)
    levels = sheet.ticks("levels", LEVELS)
    if not levels:
        sheet.problem("levels", "levels_missing")
    columns = {"performed_on": performed_on, "levels": levels}
    columns |= enrolment.before(sheet, today, performed_on)
    if asks_consent and not sheet.is_ticked("consent"):
        sheet.problem("consent", "consent_missing")
    return Read(columns, tuple(sheet.problems))


def values_of(procedure: Procedure, patients_name: str) -> Form:
    """What stands in the boxes of a procedure that is put right."""
    by = procedure.baseline_by
    values = {
        "performed_on": procedure.performed_on.isoformat(),
        "baseline_on": procedure.baseline_on.isoformat() if procedure.baseline_on else "",
        "baseline_pain": _number(procedure.baseline_pain),
        "baseline_mobility": _number(procedure.baseline_mobility),
        "baseline_by": "patient" if by == patients_name else by,
    }
    return {"levels": list(procedure.levels), **{name: [text] for name, text in values.items()}}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def refused(refusal: ProcedureRefused) -> Problem:
    """Why it cannot be kept, at the box where it can be mended."""
    days = {name: long_day(day) for name, day in refusal.values.items() if isinstance(day, date)}
    return Problem("performed_on", refusal.key, days)
