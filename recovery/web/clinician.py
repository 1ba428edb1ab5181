"""The clinicians' pages: the worklist, all patients, one patient, and what a clinician does about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recovery.records import (
    accounts,
    cards,
    checkins,
    clock,
    groups,
    limits,
    listing,
    patients,
    states,
    worklist,
)
from recovery.records.patients import Patient
from recovery.records.states import StateRefused
from recovery.records.worklist import Row
from recovery.web import (
    asked_by_phone,
    clinic_frame,
    guards,
    limit_presenters,
    patient_list,
    patient_view,
    place,
    state_form,
    story,
    worklist_rows,
)
from recovery.web import check_in as receiving
from recovery.web.asked_again import again
from recovery.web.forms import CheckInForm
from recovery.web.patient_page import Told
from recovery.web.patient_view import Again

pages = Blueprint("clinician", __name__, url_prefix="/clinic")


@pages.get("/", endpoint="worklist")
def show_worklist() -> ResponseReturnValue:
    """The list. A page that renews itself asks for the rows alone; if they are the same, 304."""
    now, clinician, clinic = clock.now(), guards.clinician(), clinic_frame.own_clinic()
    rows = worklist.rows_for(clinician)
    helpers = cards.helper_names(clinic.id, [row.patient.id for row in rows])
    names = accounts.clinician_names(clinic.id) | helpers
    acting = limits.in_force([row.patient for row in rows], now)
    shown = [
        worklist_rows.present(row, names, clinic, now, acting[row.patient.id], clinician.id)
        for row in rows
    ]
    banners = clinic_frame.banners(clinic, now)
    count = worklist_rows.count(rows)
    listed = render_template("clinic/worklist_rows.html", rows=shown, banners=banners, count=count)
    is_renewal = bool(request.headers.get("X-Renew"))
    response = make_response(listed)
    etag = hashlib.sha256(listed.encode()).hexdigest()
    response.set_etag(etag)
    if is_renewal and response.make_conditional(request).status_code == 304:
        return response
    worklist.note_shown(clinician, rows, now)
    if is_renewal:
        return response
    return clinic_frame.page(
        "clinic/worklist.html", rows=shown, count=count, etag=etag, now=now, done=_done(rows)
    )


def _done(rows: Sequence[Row]) -> str:
    """What is left of the patient with whom somebody has just finished."""
    asked = request.args.get("done", "")
    return worklist_rows.done(_find(asked), rows, clinic_frame.own_clinic()) if asked else ""


@pages.get("/patients", endpoint="patients")
def show_patients() -> ResponseReturnValue:
    """Everybody in this clinic's care, whatever their state, so that nobody is left out silently."""
    now, clinician = clock.now(), guards.clinician()
    asked = patient_list.asked(request.args)
    moment = groups.Now(now, can_text=bool(guards.settings().sms_url))
    found = listing.everybody(clinician, asked, moment)
    worklist.note_listed(clinician, now)
    listed = patient_list.present(found, asked, clinic_frame.own_clinic(), now)
    return clinic_frame.page("clinic/patients.html", listed=listed)


@pages.get("/patients/<patient_id>")
def patient(patient_id: str) -> ResponseReturnValue:
    """One patient; opening the page is audited and does not mark anything as seen."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    return show(found)


def show(
    patient: Patient, asked_again: Again | None = None, status: int = 422
) -> ResponseReturnValue:
    """The patient page; with asked_again, the form that could not be taken stands open as it was typed."""
    read = request.args.get("read", "")
    view = patient_view.view(patient, clinic_frame.own_clinic(), clock.now(), read)
    return clinic_frame.page(
        "clinic/patient.html",
        status if asked_again else 200,
        view=view,
        again=asked_again or Again(),
        place=place.place(patient, clinic_frame.own_clinic()),
    )


@pages.post("/patients/<patient_id>/notes-read")
def notes_read(patient_id: str) -> ResponseReturnValue:
    """Somebody has read the notes; from the list one goes back to the list."""
    found = _find(patient_id)
    checkins.mark_notes_read(guards.clinician(), found, clock.now(), _shown())
    if request.form.get("back") == "worklist":
        return redirect(url_for("clinician.worklist"), 303)
    return _back_to(found)


def _shown() -> list[str] | None:
    """What the page says that it has shown, so that nothing newer counts as looked at."""
    return request.form.getlist("shown") or None


@pages.post("/patients/<patient_id>/state")
def state(patient_id: str) -> ResponseReturnValue:
    """Put the patient into another state."""
    found = _find(patient_id)
    wish, problems = state_form.read(_posted())
    if wish is None:
        return show(found, again("state", _posted(), problems))
    nurse, now = guards.clinician(), clock.now()
    try:
        states.change_state(nurse, found, wish.state, wish.until, now, wish.known)
    except StateRefused as error:
        return _state_refused(found, error)
    return _back_to(found)


def _state_refused(patient: Patient, error: StateRefused) -> ResponseReturnValue:
    """The form again; after a colleague's change it stands beside the new state, and is sent from there."""
    telling = story.telling(patient, clinic_frame.own_clinic())
    problems, typed = (state_form.refused(error, telling),), _posted()
    if error.key != "state_changed":
        return show(patient, again("state", typed, problems))
    return show(patient, again("state", {**typed, "shown_state": []}, problems), 409)


@pages.get("/patients/<patient_id>/check-in", endpoint="check_in")
def open_check_in(patient_id: str) -> ResponseReturnValue:
    """The daily questions, to be asked on the phone."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    form = asked_by_phone.form(found, clinic_frame.own_clinic(), {}, (), clock.now())
    return clinic_frame.page("clinic/check_in.html", **_asked(found, form))


@pages.post("/patients/<patient_id>/check-in")
def submit_check_in(patient_id: str) -> ResponseReturnValue:
    """Keep what was answered on the phone; the advice is read out at once, also above errors."""
    found, clinic, now = _find(patient_id), clinic_frame.own_clinic(), clock.now()
    named = request.form.get(asked_by_phone.WHO_NAMED, "").strip()
    received = receiving.receive(_posted(), found, guards.clinician(), now, named)
    kept = received.stored.checkin if received.stored else None
    if kept and not received.problems:
        page = url_for("clinician.patient", patient_id=found.id, read=kept.shown_as)
        return redirect(page, 303)
    form = asked_by_phone.form(found, clinic, _posted(), received.problems, now)
    told = asked_by_phone.told_now(kept) if kept else None
    return clinic_frame.page("clinic/check_in.html", 422, **_asked(found, form, told))


def _asked(patient: Patient, form: CheckInForm, told: Told | None = None) -> dict[str, Any]:
    """What the page of the daily questions shows."""
    named, acting = asked_by_phone.who_may_answer(patient), _acting(patient)
    return {"patient": patient, "form": form, "told": told, "limits": acting, "named": named}


def _acting(patient: Patient) -> list[str]:
    """The limits that act on what is entered."""
    acting = limits.in_force([patient], clock.now())[patient.id]
    return [limit_presenters.said(each) for each in acting]


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))


def _posted() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)


def _back_to(patient: Patient) -> ResponseReturnValue:
    return redirect(url_for("clinician.patient", patient_id=patient.id), 303)
