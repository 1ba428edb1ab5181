"""The people page, for leads: who works in the clinic, letting somebody in, another role, and letting somebody go."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.records import clock, people
from recovery.records.accounts import ROLES, Clinician
from recovery.records.administrators import UsedAddress
from recovery.records.people import LastLead
from recovery.web import clinic_frame, guards
from recovery.web.asked_again import asked_again
from recovery.web.clinic_colleagues import ended, link_for, working
from recovery.web.clinic_people_form import DOES, PROBLEMS, read_newcomer
from recovery.web.patient_view import Again

pages = Blueprint("clinic_people", __name__, url_prefix="/clinic/people")


@pages.get("")
def show() -> ResponseReturnValue:
    """Everybody who works here, and the form for somebody new."""
    return _page(Again())


@pages.post("")
def add() -> ResponseReturnValue:
    """Let somebody in and show the link with which they set their password, or the form again as it was typed."""
    typed, clinic = request.form.to_dict(flat=False), clinic_frame.own_clinic()
    newcomer, problems = read_newcomer(typed)
    if problems:
        return _page(asked_again(PROBLEMS, "add", typed, problems))
    try:
        person = people.add(clinic, newcomer, guards.clinician().actor, clock.now())
    except UsedAddress:
        used = Problem("email", "email_used")
        return _page(asked_again(PROBLEMS, "add", typed, (used,)))
    return _link_page(person)


@pages.post("/<person_id>/link")
def link(person_id: str) -> ResponseReturnValue:
    """A new link, for somebody who has lost the password or the link."""
    return _link_page(_find(person_id))


@pages.post("/<person_id>/role")
def role(person_id: str) -> ResponseReturnValue:
    """Another role."""
    person, chosen = _find(person_id), request.form.get("role", "")
    if chosen not in ROLES:
        abort(404)
    try:
        people.change_role(person, chosen, guards.clinician().actor, clock.now())
    except LastLead:
        return _refused(person)
    return _back()


@pages.post("/<person_id>/end")
def end(person_id: str) -> ResponseReturnValue:
    """Somebody leaves; if it is oneself, this page is the last one."""
    person = _find(person_id)
    try:
        people.end(person, guards.clinician().actor, clock.now())
    except LastLead:
        return _refused(person)
    return _back()


def _find(person_id: str) -> Clinician:
    found = people.find(guards.clinician().clinic_id, guards.path_id(person_id))
    return found if found.ended_at is None else abort(404)


def _refused(person: Clinician) -> ResponseReturnValue:
    said = _("%(name)s is the only lead. Make somebody else a lead first.", name=person.name)
    return _page(Again(f"person-{person.id}", {}, (("", said),)), 409)


def _page(again: Again, status: int = 422) -> ResponseReturnValue:
    clinic = clinic_frame.own_clinic()
    everybody = people.of(clinic.id)
    return clinic_frame.page(
        "clinic/people.html",
        status if again.problems else 200,
        again=again,
        colleagues=working(everybody, clinic.zone),
        former=ended(everybody, clinic.zone),
        roles=[(key, _(words)) for key, words in DOES.items()],
    )


def _link_page(person: Clinician) -> ResponseReturnValue:
    """Shown once, because the code is not kept."""
    shown = link_for(person, clinic_frame.own_clinic().zone)
    back = url_for("clinic_people.show")
    return clinic_frame.anybodys_page("clinic/link.html", link=shown, back=back)


def _back() -> ResponseReturnValue:
    # Who has just made themselves a clinician finds this page no longer.
    leads = guards.clinician().is_lead
    return redirect(url_for("clinic_people.show" if leads else "clinic_about.overview"), 303)
