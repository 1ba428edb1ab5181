"""The form of a patient's state: what is chosen, why it is refused, and who has recorded a death."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.patients import Patient
from recovery.records.states import Known, StateRefused
from recovery.web.clinic_words import STATES
from recovery.web.timeline import Telling
from recovery.web.wording import long_day, moment, say

BOXES = {"pause_end": "until", "deceased": "is_alive"}


@dataclass(frozen=True)
class Wish:
    """The state, the last day of a pause, and what was known of the state before."""

    state: str
    until: date | None
    known: Known


def read(form: Form) -> tuple[Wish | None, tuple[Problem, ...]]:
    """What somebody wants, or what keeps it from being read."""
    sheet = Sheet(form)
    state = sheet.choice("state", STATES, is_needed=True)
    until = sheet.day("until") if state == "paused" else None
    if sheet.problems or state is None:
        return None, tuple(sheet.problems)
    known = Known(sheet.typed("shown_state"), sheet.is_ticked("is_alive"))
    return Wish(state, until, known), ()


def refused(refusal: StateRefused, telling: Telling) -> Problem:
    """Why the state could not be set, at the box where it can be mended."""
    values = {name: _said(name, value, telling) for name, value in refusal.values.items()}
    return Problem(BOXES.get(refusal.key, "state"), refusal.key, values)


def _said(name: str, value: object, telling: Telling) -> str:
    if isinstance(value, datetime):
        return moment(value, telling.clinic.zone)
    if isinstance(value, date):
        return long_day(value)
    return say(STATES[str(value)]) if name == "state" else telling.who(str(value))


def died(patient: Patient, telling: Telling) -> str:
    """What somebody ticks who takes the record of a death back; empty where there is none."""
    if patient.state != "deceased":
        return ""
    at, who = moment(patient.state_since, telling.clinic.zone), telling.who(patient.state_by)
    return str(
        _("%(at)s: %(who)s recorded the death. I have made sure that it is wrong.", at=at, who=who)
    )
