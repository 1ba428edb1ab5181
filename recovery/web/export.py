"""The file to take away: everything that is a patient's own as plain data; docs/export.md explains each field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from recovery.clinical.pathway import Pathway
from recovery.clinical.patient_words import MOBILITY_WORDS
from recovery.records.accounts import Clinic
from recovery.records.cards import Card
from recovery.records.checkins import CheckIn
from recovery.records.devices import Device
from recovery.records.exports import Own
from recovery.records.patients import Procedure
from recovery.records.questionnaires import Questionnaire
from recovery.web import patient_page
from recovery.web.visit import Visit

Plain = dict[str, Any]
FORMAT = "recovery-answers"
FORMAT_VERSION = 1
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

ABOUT_PATIENT = (
    *("record_number", "name", "date_of_birth", "phone", "contact_way", "contact_note", "email"),
    *("second_name", "second_phone", "second_may_be_told", "zone", "language", "risks"),
    *("long_standing_signs", "answers_daily", "consent_on", "consent_words", "consent_by"),
    *("consent_for_helper", "enrolled_at", "state", "state_since", "paused_until", "reminder_time"),
)
ABOUT_PROCEDURE = ("performed_on", "ended_on", "levels", "pathway")
ANSWERED = (
    *("pain", "pain_place", "pain_onset", "fall", "mobility", "temperature_c", "temperature_unit"),
    *("temperature_instead", "paracetamol", "warning_signs", "leg_weakness", "wound_unseen"),
    *("answered_by", "note", "incomplete"),
)
WHEN = ("day", "given_at", "received_at", "is_late")


def everything(own: Own, visit: Visit) -> Plain:
    """All of it as it stands in the file, fields in a fixed order, instants in UTC."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": _plain(visit.now),
        "clinic": _clinic(visit.clinic),
        "units": _units(visit.pathway),
        "patient": _taken(own.patient, ABOUT_PATIENT),
        "procedures": [_procedure(each) for each in own.procedures],
        "check_ins": [_check_in(rows, own, visit) for rows in _by_check_in(own.checkins)],
        "questionnaires": [_questionnaire(each) for each in own.questionnaires],
        "helpers": [_helper(each) for each in own.cards if each.holder == "helper"],
        "phones": [_phone(each, _holder(each.card_id, own)) for each in own.devices],
    }


def _plain(value: object) -> object:
    """A value as JSON has it: days, times and instants by ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _taken(row: object, names: Iterable[str]) -> Plain:
    return {name: _plain(getattr(row, name)) for name in names}


def _clinic(clinic: Clinic) -> Plain:
    return _taken(clinic, ("name", "phone", "out_of_hours_phone", "emergency_number"))


def _units(pathway: Pathway) -> Plain:
    pain = {"code_system": LOINC, "code": "72514-3", "unit_system": UCUM, "unit": "{score}"}
    heat = {"code_system": LOINC, "code": "8310-5", "unit_system": UCUM, "unit": "Cel"}
    return {
        "pain": {**pain, "low": 0, "high": pathway.questions.pain_max},
        "mobility": {
            "low": 0,
            "high": pathway.questions.mobility_max,
            "steps": list(MOBILITY_WORDS),
        },
        "temperature_c": heat,
    }


def _procedure(procedure: Procedure) -> Plain:
    return {
        **_taken(procedure, ABOUT_PROCEDURE),
        "pain_before": procedure.baseline_pain,
        "mobility_before": procedure.baseline_mobility,
        "asked_on": _plain(procedure.baseline_on),
        "asked_whom": procedure.baseline_by,
    }


def _by_check_in(rows: Iterable[CheckIn]) -> list[list[CheckIn]]:
    """Each check-in's revisions in turn; check-ins by the arrival of their first."""
    by_id: dict[UUID, list[CheckIn]] = defaultdict(list)
    for row in rows:
        by_id[row.entry_id].append(row)
    return list(by_id.values())


def _check_in(revisions: list[CheckIn], own: Own, visit: Visit) -> Plain:
    return {
        "entry_id": str(revisions[0].entry_id),
        "revisions": [_revision(row, own, visit) for row in revisions],
    }


def _revision(row: CheckIn, own: Own, visit: Visit) -> Plain:
    told = patient_page.told_for(row, visit.clinic, visit.pathway)
    return {
        "revision": row.revision,
        **_taken(row, WHEN),
        "read_by_computer_at": _plain(row.checked_at),
        "note_read_by_nurse_at": _plain(row.note_read_at),
        **_taken(row, ANSWERED),
        "given_through": _source(row, own),
        "told": {"key": row.advice_key, "first": told.headline, "then": told.rest},
    }


def _source(row: CheckIn | Questionnaire, own: Own) -> Plain:
    """Whose phone, or that the clinic asked."""
    found = next((each for each in own.devices if each.id == row.device_id), None)
    return _holder(found.card_id, own) if found else {"holder": "clinic", "name": ""}


def _holder(card_id: UUID, own: Own) -> Plain:
    card = next(each for each in own.cards if each.id == card_id)
    return {"holder": card.holder, "name": card.holder_name}


def _questionnaire(row: Questionnaire) -> Plain:
    names = ("entry_id", "kind", "day", "received_at", "total", "ticked", "items_version")
    return {**_taken(row, names), "entry_id": str(row.entry_id), "answered_by": row.answered_by}


def _helper(card: Card) -> Plain:
    dates = ("issued_at", "ended_at", "is_lost")
    return {"name": card.holder_name, **_taken(card, dates)}


def _phone(device: Device, holder: Plain) -> Plain:
    seen = ("label", "connected_at", "opened_at", "ended_at", "language", "text_size")
    return {"of": holder, **_taken(device, seen), "is_installed": device.is_installed}


def file_name(day: date, ending: str) -> str:
    """Such as "my-answers-2026-03-02.json": no name, as downloads are often shared."""
    return f"my-answers-{day.isoformat()}.{ending}"
