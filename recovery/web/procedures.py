"""The pages on which a clinician enters a procedure after the first, or puts one right."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.enrolment import LEVELS
from recovery.records import (
    accounts,
    cards,
    clock,
    courses,
    pathways,
    patients,
    procedures,
    worklist,
)
from recovery.records.checkins import CheckIn
from recovery.records.groups import HELD
from recovery.records.patients import Patient, Procedure
from recovery.records.procedures import ProcedureRefused
from recovery.web import (
    clinic_answers,
    clinic_frame,
    clinic_presenters,
    guards,
    patient_page,
    procedure_form,
    wording,
)
from recovery.web import clinic_words as words
from recovery.web.clinic_answers import AnswerDay
from recovery.web.patient_view import Again
from recovery.web.procedure_form import PROBLEMS, Read

pages = Blueprint("procedures", __name__, url_prefix="/clinic")
FORM = "procedure"


@pages.get("/patients/<patient_id>/procedure")
def enter(patient_id: str) -> ResponseReturnValue:
    """The form for another procedure."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    return _page(found, None, Again())


@pages.post("/patients/<patient_id>/procedure")
def keep(patient_id: str) -> ResponseReturnValue:
    """Keep another procedure, or the form again as it was typed."""
    found, now = _find(patient_id), clock.now()
    read = _read(found, patients.current_procedure(found), asks_consent=True)
    problems = read.problems
    if not problems:
        day = wording.long_day(read.columns["performed_on"])
        said = _("A new procedure was done on %(day)s.", day=day)
        try:
            is_over = "is_over" in request.form
            procedures.start(guards.clinician(), found, read.columns, said, now, is_over=is_over)
        except ProcedureRefused as refusal:
            problems = (procedure_form.refused(refusal),)
    return _page(found, None, _again(problems)) if problems else _back_to(found)


@pages.get("/patients/<patient_id>/procedures/<procedure_id>")
def show(patient_id: str, procedure_id: str) -> ResponseReturnValue:
    """One procedure, to be put right."""
    found = _find(patient_id)
    procedure = procedures.find(found, guards.path_id(procedure_id))
    worklist.note_opened(guards.clinician(), found, clock.now())
    return _page(found, procedure, Again(FORM, procedure_form.values_of(procedure, found.name)))


@pages.post("/patients/<patient_id>/procedures/<procedure_id>")
def correct(patient_id: str, procedure_id: str) -> ResponseReturnValue:
    """Put it right, or show the form again as it was typed."""
    found, now = _find(patient_id), clock.now()
    procedure = procedures.find(found, guards.path_id(procedure_id))
    read = _read(found, procedure, asks_consent=False)
    problems = read.problems
    if not problems:
        try:
            procedures.correct(guards.clinician(), found, procedure, read.columns, now)
        except ProcedureRefused as refusal:
            problems = (procedure_form.refused(refusal),)
    return _page(found, procedure, _again(problems)) if problems else _back_to(found)


def _read(patient: Patient, procedure: Procedure, *, asks_consent: bool) -> Read:
    """Who was operated on longer ago than the pathway lasts is not followed; what is put right may be over by now."""
    milestones = pathways.pathway_for(patient.clinic_id, procedure.pathway).milestones
    typed, today = request.form.to_dict(flat=False), patient.today(clock.now())
    ago, longest = (today - procedure.performed_on).days, milestones.pathway_days
    is_over = not asks_consent and (procedure.ended_on is not None or ago > longest)
    return procedure_form.read(
        typed, today, None if is_over else longest, asks_consent=asks_consent
    )


def _again(problems: tuple[Problem, ...]) -> Again:
    said = ((each.field, wording.say(PROBLEMS[each.key], **each.values)) for each in problems)
    return Again(FORM, request.form.to_dict(flat=False), tuple(said))


def _page(patient: Patient, procedure: Procedure | None, asked: Again) -> ResponseReturnValue:
    return clinic_frame.page(
        "clinic/procedure.html",
        422 if asked.problems else 200,
        patient=patient,
        procedure=procedure,
        last=wording.long_day(patients.current_procedure(patient).performed_on),
        again=asked,
        entries=_entries(patient, procedure) if procedure and procedure.ended_on else (),
        choices=_choices(),
        held=clinic_presenters.limits(patient, clinic_frame.own_clinic().zone)
        if patient.state in HELD
        else "",
    )


def _entries(patient: Patient, procedure: Procedure) -> list[AnswerDay]:
    """What was answered after a procedure that is not the last, the newest first."""
    clinic = clinic_frame.own_clinic()
    names = accounts.clinician_names(clinic.id) | cards.helper_names(clinic.id, [patient.id])
    pathway = pathways.pathway_for(clinic.id, procedure.pathway)

    def told(checkin: CheckIn) -> str:
        return patient_page.told_for(checkin, clinic, pathway).headline

    def shown(row: CheckIn) -> clinic_answers.Facts:
        return clinic_answers.facts(row, names, clinic.zone, told)

    rows = courses.all_of(patient, procedure)
    return clinic_answers.by_day(rows, patient.today(clock.now()), shown)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, by box."""
    numbers = [str(pain) for pain in range(11)]
    return {
        "levels": [(level, level) for level in LEVELS],
        "pain": [(number, number) for number in numbers],
        "baseline_by": [(key, str(_(text))) for key, text in words.BASELINE_BY.items()],
        "mobility": [(str(step), str(_(said))) for step, said in enumerate(words.MOBILITY)],
    }


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))


def _back_to(patient: Patient) -> ResponseReturnValue:
    return redirect(url_for("clinician.patient", patient_id=patient.id, _anchor="procedures"), 303)
