"""The clinicians' pages: the worklist, all patients, one patient, and what a clinician does about them."""

from __future__ import annotations

import hashlib

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.answers import Problem
from recovery.clinical.clinician_words import OUTCOMES
from recovery.records import (
    accounts,
    cards,
    checkins,
    clock,
    contacts,
    flags,
    limits,
    patients,
    states,
    subscriptions,
    worklist,
)
from recovery.records.database import writing
from recovery.records.flags import AlreadyClosed, Flag, NotClosable
from recovery.records.patients import Patient
from recovery.records.states import StateRefused
from recovery.web import check_in as receiving
from recovery.web import (
    clinic_forms,
    clinic_frame,
    guards,
    limit_presenters,
    patient_list,
    patient_view,
    place,
    worklist_rows,
)
from recovery.web.clinic_forms import Closing
from recovery.web.patient_view import Again, again

pages = Blueprint("clinician", __name__, url_prefix="/clinic")


@pages.get("/", endpoint="worklist")
def show_worklist() -> ResponseReturnValue:
    """The list. A page that renews itself asks for the rows alone; if they are the same, 304."""
    now, clinician, clinic = clock.now(), guards.clinician(), clinic_frame.own_clinic()
    rows = worklist.rows_for(clinician)
    helpers = cards.helper_names(clinic.id, [row.patient.id for row in rows])
    names = accounts.clinician_names(clinic.id) | helpers
    acting = limits.in_force([row.patient for row in rows], now)
    shown = [worklist_rows.present(row, names, clinic, now, acting[row.patient.id]) for row in rows]
    banners = clinic_frame.banners(clinic, now)
    listed = render_template("clinic/worklist_rows.html", rows=shown, banners=banners)
    is_renewal = bool(request.headers.get("X-Renew"))
    response = make_response(listed)
    etag = hashlib.sha256(listed.encode()).hexdigest()
    response.set_etag(etag)
    if is_renewal and response.make_conditional(request).status_code == 304:
        return response
    worklist.note_shown(clinician, rows, now)
    if is_renewal:
        return response
    return clinic_frame.page("clinic/worklist.html", rows=shown, etag=etag, now=now)


@pages.get("/patients", endpoint="patients")
def show_patients() -> ResponseReturnValue:
    """Everybody in this clinic's care, whatever their state, so that nobody is left out silently."""
    now, clinician = clock.now(), guards.clinician()
    rows = worklist.everybody(clinician)
    worklist.note_listed(clinician, now)
    acting = limits.in_force([each.patient for each in rows], now)
    reached = subscriptions.reached_in(clinician.clinic_id)
    groups = patient_list.groups(rows, clinic_frame.own_clinic(), now, acting, reached)
    return clinic_frame.page("clinic/patients.html", groups=groups)


@pages.get("/patients/<patient_id>")
def patient(patient_id: str) -> ResponseReturnValue:
    """One patient; opening the page is audited and does not mark anything as seen."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    return show(found)


def show(patient: Patient, asked_again: Again | None = None) -> ResponseReturnValue:
    """The patient page; with asked_again, the form that could not be taken stands open as it was typed."""
    view = patient_view.view(patient, clinic_frame.own_clinic(), clock.now())
    return clinic_frame.page(
        "clinic/patient.html",
        422 if asked_again else 200,
        view=view,
        again=asked_again or Again(),
        place=place.place(patient, clinic_frame.own_clinic()),
        read_out=request.args.get("read") == "out",
    )


@pages.post("/patients/<patient_id>/seen")
def seen(patient_id: str) -> ResponseReturnValue:
    """Somebody has looked at the open flags."""
    found = _find(patient_id)
    flags.mark_seen(guards.clinician(), found, clock.now(), _shown())
    return _back_to(found)


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


@pages.post("/patients/<patient_id>/contact")
def contact(patient_id: str) -> ResponseReturnValue:
    """Keep a try to reach the patient; no answer leaves every flag open (safety 2)."""
    found, now = _find(patient_id), clock.now()
    tried = clinic_forms.read_try(_posted(), now, clinic_frame.own_clinic().zone)
    if tried.problems or tried.whom is None:
        return show(found, again("contact", _posted(), tried.problems))
    contacts.note_contact(
        guards.clinician(), found, tried.whom, tried.words, tried.next_try_at, now
    )
    return _back_to(found)


@pages.post("/patients/<patient_id>/state")
def state(patient_id: str) -> ResponseReturnValue:
    """Put the patient into another state."""
    found = _find(patient_id)
    chosen, until, problems = clinic_forms.read_state(_posted())
    if problems or chosen is None:
        return show(found, again("state", _posted(), problems))
    try:
        states.change_state(guards.clinician(), found, chosen, until, clock.now())
    except StateRefused as error:
        problem = clinic_forms.refused_state(error)
        return show(found, again("state", _posted(), (problem,)))
    return _back_to(found)


@pages.post("/flags/<flag_id>/close")
def close(flag_id: str) -> ResponseReturnValue:
    """Close a flag with an outcome for each reason, and keep the contact that was made for it."""
    clinician = guards.clinician()
    flag = flags.find(clinician, guards.path_id(flag_id))
    found = patients.find(clinician, flag.patient_id)
    reasons = {finding.reason for finding in flags.findings_of([flag])[flag.id]}
    closing = clinic_forms.read_closing(_posted(), reasons, OUTCOMES[flag.rule])
    try:
        problems = closing.problems or _closed(flag, found, closing)
    except AlreadyClosed:  # its form is gone: the words go where they can still be kept
        problem = Problem("words", "already_closed")
        return show(found, again("contact", _posted(), (problem,)))
    if problems:
        return show(found, again(f"close-{flag.id}", _posted(), problems))
    return _back_to(found)


def _closed(flag: Flag, patient: Patient, closing: Closing) -> tuple[Problem, ...]:
    """Close it, or say why it cannot be closed."""
    clinician, now = guards.clinician(), clock.now()
    try:
        with writing():
            if closing.whom:
                contacts.note_contact(clinician, patient, closing.whom, closing.words, None, now)
            kept = flags.Closing(closing.outcomes, closing.words, closing.shown_as)
            flags.close(clinician, flag, kept, now)
    except NotClosable as refused:
        return (Problem("whom" if refused.key == "no_contact" else "quick", refused.key),)
    return ()


@pages.get("/patients/<patient_id>/check-in", endpoint="check_in")
def open_check_in(patient_id: str) -> ResponseReturnValue:
    """The daily questions, to be asked on the phone."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    form = patient_view.check_in(found, clinic_frame.own_clinic(), {}, (), clock.now())
    return clinic_frame.page(
        "clinic/check_in.html", patient=found, form=form, told=None, limits=_acting(found)
    )


@pages.post("/patients/<patient_id>/check-in")
def submit_check_in(patient_id: str) -> ResponseReturnValue:
    """Keep what was answered on the phone; the advice is read out at once, also above errors."""
    found, clinic, now = _find(patient_id), clinic_frame.own_clinic(), clock.now()
    received = receiving.receive(_posted(), found, guards.clinician(), now)
    if not received.problems:
        return redirect(url_for("clinician.patient", patient_id=found.id, read="out"), 303)
    form = patient_view.check_in(found, clinic, _posted(), received.problems, now)
    told = patient_view.told_now(received.stored.checkin, clinic) if received.stored else None
    shown = {"patient": found, "form": form, "told": told, "limits": _acting(found)}
    return clinic_frame.page("clinic/check_in.html", 422, **shown)


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
