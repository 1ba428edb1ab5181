"""What is told of one patient on pages of its own: everything that happened, and the one page for the record."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from recovery.records import clock, exports, patients, worklist
from recovery.records.patients import Patient
from recovery.web import clinic_frame, guards, pdf, story
from recovery.web import summary as one_page
from recovery.web.timeline_words import KINDS

pages = Blueprint("patient_story", __name__, url_prefix="/clinic/patients")


@pages.get("/<patient_id>/timeline")
def timeline(patient_id: str) -> ResponseReturnValue:
    """Everything that happened, newest first (?kind=flags, ?page=2)."""
    found, now, kind = _find(patient_id), clock.now(), request.args.get("kind", "")
    if kind and kind not in KINDS:
        abort(404)
    worklist.note_opened(guards.clinician(), found, now)
    told = story.story_of(found, clinic_frame.own_clinic(), now)
    page = request.args.get("page", 1, type=int)
    shown = told.timeline(kind, page)
    return clinic_frame.page("clinic/timeline.html", patient=found, shown=shown)


@pages.get("/<patient_id>/summary.pdf")
def summary(patient_id: str) -> ResponseReturnValue:
    """The one page for the record, to keep or to print."""
    found, now = _find(patient_id), clock.now()
    told = story.story_of(found, clinic_frame.own_clinic(), now)
    try:
        tries = one_page.candidates(told, guards.clinician())
        made = pdf.on_one_page(tries, one_page.PAGE, pdf.WAIT_SECONDS)
    except pdf.Busy:
        return _wait(found)
    exports.note_summary(guards.clinician(), found, now)
    response = Response(made, mimetype="application/pdf")
    name = f"summary-{told.today.isoformat()}.pdf"  # no name, as downloads are often shared
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response


def _wait(patient: Patient) -> ResponseReturnValue:
    seconds = max(1, round(pdf.WAIT_SECONDS))
    page, _status = clinic_frame.page("clinic/summary_busy.html", patient=patient, seconds=seconds)
    return page, 503, {"Retry-After": str(seconds)}


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))
