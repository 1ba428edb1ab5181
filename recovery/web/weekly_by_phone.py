"""The weekly list asked on the telephone: a clinician reads its lines out and ticks for the patient."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.questionnaires import WEEKLY, read_weekly
from recovery.records import clock, pathways, patients, worklist
from recovery.records.languages import locale_of
from recovery.records.patients import Patient
from recovery.web import clinic_frame, guards, weekly_form, weekly_items
from recovery.web.weekly_form import WeeklyForm
from recovery.web.weekly_turn import Turn

pages = Blueprint("weekly_by_phone", __name__, url_prefix="/clinic/patients")


@pages.get("/<patient_id>/weekly")
def weekly(patient_id: str) -> ResponseReturnValue:
    """The list in the patient's language; back to the patient when it is off or not due."""
    turn = _turn(patient_id)
    worklist.note_opened(guards.clinician(), turn.patient, clock.now())
    language = locale_of(turn.patient.language).language
    items = weekly_items.items_or_none(language, turn.pathway)
    if items is None or not turn.is_due:
        return _back_to(turn.patient)
    return _page(turn.patient, weekly_form.weekly(items, language, {}))


@pages.post("/<patient_id>/weekly")
def submit(patient_id: str) -> ResponseReturnValue:
    """Keep the list, or show what is missing; the first of a week stays."""
    turn, posted = _turn(patient_id), request.form.to_dict(flat=False)
    language = locale_of(turn.patient.language).language
    items = weekly_items.items_or_none(language, turn.pathway)
    if items is None:
        return _back_to(turn.patient)
    answers, problems = read_weekly(posted, items)
    if problems:
        return _page(turn.patient, weekly_form.weekly(items, language, posted, problems), 422)
    turn.keep(posted, weekly_form.filled(items, answers), guards.clinician())
    return _back_to(turn.patient)


def _turn(patient_id: str) -> Turn:
    patient = patients.find(guards.clinician(), guards.path_id(patient_id))
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(patient.clinic_id, procedure.pathway)
    return Turn(WEEKLY, patient, procedure, pathway, clock.now())


def _page(patient: Patient, form: WeeklyForm, status: int = 200) -> ResponseReturnValue:
    return clinic_frame.page("clinic/weekly_by_phone.html", status, patient=patient, form=form)


def _back_to(patient: Patient) -> ResponseReturnValue:
    place = url_for("clinician.patient", patient_id=patient.id)
    return redirect(f"{place}#weekly-list", 303)
