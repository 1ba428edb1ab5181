"""The page on which a clinician sets limits for one patient, and the button that ends one."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.clinician_words import RULES
from recovery.clinical.limits import KINDS, PAUSABLE, latest_day, pathway_fever
from recovery.clinical.reading import Form
from recovery.records import accounts, clock, limits, pathways, patients, worklist
from recovery.records.limits import LimitRefused
from recovery.records.patients import OVER, Patient
from recovery.web import clinic_frame, guards, limit_form, limit_presenters
from recovery.web.asked_again import again
from recovery.web.limit_form import HIGHEST_TARGET
from recovery.web.patient_view import Again
from recovery.web.wording import decimal, long_day

pages = Blueprint("limits", __name__, url_prefix="/clinic")


@pages.get("/patients/<patient_id>/limits", endpoint="limits")
def open_page(patient_id: str) -> ResponseReturnValue:
    """What acts for this patient, and the three forms."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    return _page(found, Again())


@pages.post("/patients/<patient_id>/limits")
def submit(patient_id: str) -> ResponseReturnValue:
    """Set a limit, or show the form again as it was typed."""
    found, typed = _find(patient_id), request.form.to_dict(flat=False)
    problems = _set(found, typed)
    if problems:
        kind = request.form.get("kind", "")
        return _page(found, again(kind if kind in KINDS else KINDS[0], typed, problems))
    return _back_to(found)


def _set(patient: Patient, typed: Form) -> tuple[Problem, ...]:
    """Set it, or say everything that keeps it from being set."""
    if patient.state in OVER:
        return (Problem("", "not_followed"),)
    now, procedure = clock.now(), patients.current_procedure(patient)
    pathway = pathways.pathway_for(patient.clinic_id, procedure.pathway)
    today = patient.today(now)
    wanted, problems = limit_form.read(typed, pathway, procedure.performed_on, today)
    if wanted is not None:
        try:
            limits.set_limit(guards.clinician(), patient, wanted, now)
        except LimitRefused as refusal:
            return (limit_form.said(refusal.problem),)
    return problems


@pages.post("/limits/<limit_id>/end")
def end(limit_id: str) -> ResponseReturnValue:
    """End a limit before its last day."""
    row = limits.find(guards.clinician(), guards.path_id(limit_id))
    patient = patients.find(guards.clinician(), row.patient_id)
    limits.end_limit(guards.clinician(), row, clock.now())
    return _back_to(patient)


def _page(patient: Patient, asked: Again) -> ResponseReturnValue:
    clinic, today = clinic_frame.own_clinic(), patient.today(clock.now())
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(clinic.id, procedure.pathway)
    names, rows = accounts.clinician_names(clinic.id), limits.limits_of(patient)
    usual = pathway_fever(pathway, (today - procedure.performed_on).days)
    return clinic_frame.page(
        "clinic/limits.html",
        422 if asked.problems else 200,
        patient=patient,
        is_followed=patient.state not in OVER,
        again=asked,
        shown=limit_presenters.shown(rows, names, clinic.zone, today),
        usual=decimal(usual),
        floor=decimal(pathway.limits.fever_floor),
        latest={kind: long_day(latest_day(kind, today, pathway)) for kind in KINDS},
        targets=[(str(n), str(n)) for n in range(HIGHEST_TARGET + 1)],
        rules=[(rule, _(RULES[rule])) for rule in PAUSABLE],
    )


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))


def _back_to(patient: Patient) -> ResponseReturnValue:
    return redirect(url_for("clinician.patient", patient_id=patient.id, _anchor="limits"), 303)
