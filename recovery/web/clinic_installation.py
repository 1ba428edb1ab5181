"""The administrators' pages: the clinics and who works there, how the rounds and messages do; never a patient."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.sheet import known_zones
from recovery.records import accounts, catalogues, clock, installation, people
from recovery.records.accounts import Clinic, Clinician, KnownClinic
from recovery.records.administrators import UsedAddress
from recovery.records.languages import own_name
from recovery.records.people import LastLead
from recovery.web import clinic_installation_form, clinic_settings_view, guards
from recovery.web import clinic_installation_view as view
from recovery.web.asked_again import asked_again
from recovery.web.clinic_colleagues import ended, link_for, working
from recovery.web.clinic_frame import installation_page
from recovery.web.clinic_installation_form import PROBLEMS
from recovery.web.clinic_people_form import read_newcomer
from recovery.web.patient_view import Again

pages = Blueprint("clinic_installation", __name__, url_prefix="/clinic/installation")


@pages.get("")
def overview() -> ResponseReturnValue:
    """Every clinic, the rounds and the messages, in numbers."""
    return installation_page("clinic/installation/overview.html", view=view.overview(clock.now()))


@pages.get("/clinics/new")
def new_clinic() -> ResponseReturnValue:
    """The form for a clinic and its first lead."""
    return _form(Again())


@pages.post("/clinics/new")
def add_clinic() -> ResponseReturnValue:
    """Make a clinic with its first lead, and show the lead's link; or the form again as it was typed."""
    typed, now, by = request.form.to_dict(flat=False), clock.now(), guards.person().actor
    wanted = clinic_installation_form.read(typed, catalogues.offered())
    if wanted.problems:
        return _form(asked_again(PROBLEMS, "new", typed, wanted.problems))
    try:
        lead = installation.add_clinic(wanted.columns, wanted.lead, by, now)
    except KnownClinic:
        known = Problem("clinic_name", "clinic_name_used")
        return _form(asked_again(PROBLEMS, "new", typed, (known,)))
    except UsedAddress:
        used = Problem("email", "email_used")
        return _form(asked_again(PROBLEMS, "new", typed, (used,)))
    return _link_page(lead)


def _form(again: Again) -> ResponseReturnValue:
    return installation_page(
        "clinic/installation/new_clinic.html",
        422 if again.problems else 200,
        again=again,
        days=clinic_settings_view.days(),
        languages=[(each, own_name(each)) for each in catalogues.offered()],
        zones=sorted(known_zones()),
    )


@pages.get("/clinics/<clinic_id>")
def clinic(clinic_id: str) -> ResponseReturnValue:
    """Who works in one clinic."""
    return _clinic_page(_find_clinic(clinic_id), Again())


@pages.post("/clinics/<clinic_id>/leads")
def add_lead(clinic_id: str) -> ResponseReturnValue:
    """Let another lead in, where there is none or the one there was is gone."""
    found, typed = _find_clinic(clinic_id), request.form.to_dict(flat=False)
    newcomer, problems = read_newcomer(typed, "lead")
    if problems:
        return _clinic_page(found, asked_again(PROBLEMS, "add", typed, problems))
    try:
        person = people.add(found, newcomer, guards.person().actor, clock.now())
    except UsedAddress:
        used = Problem("email", "email_used")
        return _clinic_page(found, asked_again(PROBLEMS, "add", typed, (used,)))
    return _link_page(person)


@pages.post("/people/<person_id>/link")
def link(person_id: str) -> ResponseReturnValue:
    """A new link for a lead who has lost the password; everybody else asks their lead."""
    person = _find_person(person_id)
    return _link_page(person) if person.is_lead else abort(404)


@pages.post("/people/<person_id>/end")
def end(person_id: str) -> ResponseReturnValue:
    """Somebody's account ends."""
    person = _find_person(person_id)
    try:
        people.end(person, guards.person().actor, clock.now())
    except LastLead:
        said = _("%(name)s is the only lead. Add another lead first.", name=person.name)
        refused = Again(f"person-{person.id}", {}, (("", said),))
        return _clinic_page(_clinic_of(person), refused, 409)
    return redirect(url_for("clinic_installation.clinic", clinic_id=person.clinic_id), 303)


def _find_clinic(clinic_id: str) -> Clinic:
    return installation.clinic(guards.path_id(clinic_id))


def _find_person(person_id: str) -> Clinician:
    found = installation.person(guards.path_id(person_id))
    return found if found.ended_at is None else abort(404)


def _clinic_of(person: Clinician) -> Clinic:
    return accounts.clinic_of(person.clinic_id)


def _clinic_page(clinic: Clinic, again: Again, status: int = 422) -> ResponseReturnValue:
    everybody = people.of(clinic.id)
    return installation_page(
        "clinic/installation/clinic.html",
        status if again.problems else 200,
        again=again,
        clinic=clinic,
        colleagues=working(everybody, clinic.zone),
        former=ended(everybody, clinic.zone),
    )


def _link_page(person: Clinician) -> ResponseReturnValue:
    """Shown once, because the code is not kept."""
    shown = link_for(person, _clinic_of(person).zone)
    back = url_for("clinic_installation.clinic", clinic_id=person.clinic_id)
    return installation_page("clinic/link.html", link=shown, back=back)
