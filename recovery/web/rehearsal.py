"""The clinic's pathway page: trying a change or a budget on the clinic's own history, and taking it into use."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.bounds import PathwayError
from recovery.clinical.reading import Form
from recovery.clinical.rehearsal import Ask, Case
from recovery.clinical.sensitivity import Sensitivity
from recovery.clinical.sheet import Sheet
from recovery.records import accounts, clock, heartbeats, pathways, patients, rehearsals
from recovery.records.pathways import VERTEBROPLASTY, NotAdoptable
from recovery.records.rehearsals import Rehearsal
from recovery.web import clinic_frame, guards, pathway_view, rehearsal_view, rehearsal_words
from recovery.web.patient_view import Again
from recovery.web.wording import say

pages = Blueprint("rehearsal", __name__, url_prefix="/clinic/pathway")
N_ = str
BUDGET = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")

PROBLEMS = {
    "no_change": N_("Choose another number for at least one of these."),
    "choice_unknown": N_("Choose one of the numbers shown."),
    "budget_unreadable": N_("Type a number above 0 and at most %(most)s, such as 3 or 2.5."),
}

WHY_NOT = {
    "draft": N_(
        "This cannot be taken into use: your clinic has not approved this version of its pathway yet. "
        "Ask whoever runs this program to note the approval, then rehearse again."
    ),
    "changed_since": N_(
        "This cannot be taken into use: your clinic's pathway has changed since it was rehearsed. "
        "Rehearse it again, then decide."
    ),
    "same": N_("There is nothing to change: these numbers are in use already."),
    "too_little": N_(
        "Nothing can be taken into use: there is too little history to choose a number by. "
        "Rehearse it again when there is more, or rehearse a number that you choose yourself."
    ),
    "out_of_range": N_(
        "This cannot be taken into use: the pathway does not allow this number any more. "
        "Go back and rehearse another."
    ),
}


@pages.get("")
def pathway() -> ResponseReturnValue:
    """The version in use, its numbers, and the forms."""
    return show(Again())


def show(again: Again, status: int = 422) -> ResponseReturnValue:
    """The pathway page, with a form that could not be taken."""
    view = pathway_view.view(
        clinic_frame.own_clinic(), guards.clinician(), VERTEBROPLASTY, clock.now()
    )
    return clinic_frame.page(
        "clinic/pathway.html", status if again.problems else 200, view=view, again=again
    )


@pages.post("/change")
def change() -> ResponseReturnValue:
    """Ask for a rehearsal of a change."""
    sheet = Sheet(request.form.to_dict(flat=False))
    wanted = _read_change(sheet, pathways.packaged(VERTEBROPLASTY).sensitivity)
    return _ask(wanted, "change", sheet)


@pages.post("/budget")
def budget() -> ResponseReturnValue:
    """Ask for the sensitivity that fits a budget."""
    sheet = Sheet(request.form.to_dict(flat=False))
    wanted = _read_budget(sheet, pathways.packaged(VERTEBROPLASTY).sensitivity)
    return _ask(wanted, "budget", sheet)


def _read_change(sheet: Sheet, sensitivity: Sensitivity) -> Ask:
    numbers = {}
    for knob in sensitivity.knobs:
        offered = {f"{value:g}": value for value in knob.grid}
        if chosen := sheet.choice(knob.path, offered):
            numbers[knob.path] = offered[chosen]
    if not numbers and not sheet.problems:
        sheet.problem(sensitivity.knobs[0].path, "no_change")
    return Ask(numbers)


def _read_budget(sheet: Sheet, sensitivity: Sensitivity) -> Ask:
    typed, most = sheet.typed("budget").replace(",", "."), sensitivity.budget_most
    if BUDGET.fullmatch(typed) and 0 < float(typed) <= most:
        return Ask(budget=float(typed))
    sheet.problem("budget", "budget_unreadable", most=most)
    return Ask()


def _ask(wanted: Ask, form: str, sheet: Sheet) -> ResponseReturnValue:
    if sheet.problems:
        return show(_again(form, sheet.form, sheet.problems))
    row = rehearsals.ask(guards.clinician(), VERTEBROPLASTY, wanted, clock.now())
    return _to(row)


def _again(form: str, typed: Form, problems: list[Problem]) -> Again:
    said = [(each.field, say(PROBLEMS[each.key], **each.values)) for each in problems]
    return Again(form, typed, tuple(said))


@pages.get("/rehearsals/<rehearsal_id>")
def result(rehearsal_id: str) -> ResponseReturnValue:
    """One rehearsal. While it is being worked out the page renews itself and asks for its middle alone."""
    row, now = _find(rehearsal_id), clock.now()
    middle = _middle(row)
    is_renewal = bool(request.headers.get("X-Renew"))
    shown = render_template("clinic/rehearsal_result.html", **middle)
    etag = hashlib.sha256(shown.encode()).hexdigest()
    response = make_response(shown)
    response.set_etag(etag)
    if is_renewal and response.make_conditional(request).status_code == 304:
        return response
    if row.worked_out:
        rehearsals.note_opened(guards.clinician(), row, row.worked_out, now)
    if is_renewal:
        return response
    return clinic_frame.page("clinic/rehearsal.html", etag=etag, now=now, **middle)


def _middle(row: Rehearsal) -> dict[str, Any]:
    """What a rehearsal's page says of it."""
    clinic, person, now = clinic_frame.own_clinic(), guards.clinician(), clock.now()
    found, names = row.worked_out, accounts.clinician_names(clinic.id)
    pathway = pathways.pathway_for(clinic.id, row.pathway)
    why_not = rehearsals.why_not(row)

    def name(case: Case) -> str:
        return patients.find(person, guards.path_id(case.patient)).name

    return {
        "row": row,
        "person": person,
        "left_to": "" if person.is_lead else clinic_frame.who_can(),
        "why_not": _(WHY_NOT[why_not]) if why_not else "",
        "can_be_asked_again": why_not in ("draft", "changed_since", "too_little"),
        "asked_for": rehearsal_words.asked_for(row.ask),
        "asked": pathway_view.asked(row, names, clinic.zone),
        "is_behind": heartbeats.pulse(now).is_late,
        "view": rehearsal_view.view(found, row.ask, pathway, name) if found else None,
    }


@pages.post("/rehearsals/<rehearsal_id>/again")
def again(rehearsal_id: str) -> ResponseReturnValue:
    """Rehearse the same against the pathway and the history of today."""
    row = _find(rehearsal_id)
    return _to(rehearsals.ask(guards.clinician(), row.pathway, row.ask, clock.now()))


@pages.post("/rehearsals/<rehearsal_id>/use")
def use(rehearsal_id: str) -> ResponseReturnValue:
    """Take it into use from now on, in the name of whoever is signed in."""
    row = _find(rehearsal_id)
    try:
        rehearsals.adopt(guards.clinician(), row, clock.now())
    except NotAdoptable as refused:
        return _refused(row, refused.key)
    except PathwayError:
        return _refused(row, "out_of_range")
    return _to(row)


def _refused(row: Rehearsal, key: str) -> ResponseReturnValue:
    context = {**_middle(row), "why_not": _(WHY_NOT[key]), "refused": True}
    return clinic_frame.page("clinic/rehearsal.html", 409, etag="", now=clock.now(), **context)


def _find(rehearsal_id: str) -> Rehearsal:
    return rehearsals.find(guards.clinician(), guards.path_id(rehearsal_id))


def _to(row: Rehearsal) -> ResponseReturnValue:
    return redirect(url_for("rehearsal.result", rehearsal_id=row.id), 303)
