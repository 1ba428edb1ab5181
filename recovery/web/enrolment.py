"""Enrolling a patient, and the paper keys: issuing, losing and ending cards and phones."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical import enrolment
from recovery.clinical.answers import Problem
from recovery.clinical.enrolment import LEVELS
from recovery.clinical.sheet import known_zones
from recovery.records import (
    cards,
    catalogues,
    clock,
    devices,
    enrolling,
    pathways,
    patients,
    translations,
)
from recovery.records.accounts import Clinic
from recovery.records.enrolling import EnrolmentError
from recovery.records.languages import own_name
from recovery.records.patients import Patient
from recovery.web import clinic_frame, clinician, enrolment_cards, guards
from recovery.web import clinic_words as words
from recovery.web.asked_again import again
from recovery.web.patient_view import Again
from recovery.web.wording import language_name, together

pages = Blueprint("enrolment", __name__, url_prefix="/clinic")
CONSENT_WORDS = "2026.1"


@pages.get("/enrol")
def enrol() -> ResponseReturnValue:
    """The form, or why nobody can be enrolled yet."""
    clinic = clinic_frame.own_clinic()
    if not clinic_frame.may_enrol(clinic):
        return clinic_frame.page("clinic/not_approved.html", 403)
    fresh = {"zone": clinic.zone, "language": clinic.language, "consent_words": CONSENT_WORDS}
    return _form(clinic, Again("enrol", {name: [value] for name, value in fresh.items()}))


@pages.post("/enrol")
def submit() -> ResponseReturnValue:
    """Enrol a patient, or the form again as it was typed."""
    clinic, now = clinic_frame.own_clinic(), clock.now()
    if not clinic_frame.may_enrol(clinic):
        return clinic_frame.page("clinic/not_approved.html", 403)
    typed = request.form.to_dict(flat=False)
    pathway = pathways.pathway_for(clinic.id, pathways.VERTEBROPLASTY)
    wanted = enrolment.read(typed, now, pathway.milestones.pathway_days, _languages())
    if wanted.problems:
        return _form(clinic, again("enrol", typed, wanted.problems))
    procedure = {**wanted.procedure, "pathway": pathways.VERTEBROPLASTY}
    try:
        patient = enrolling.enrol(
            guards.clinician(),
            wanted.person,
            procedure,
            now,
            is_another="is_another" in typed,
        )
    except EnrolmentError as error:
        box = "is_another" if error.key == "enrolled_as" else "record_number"
        problem = Problem(box, error.key, error.values)
        return _form(clinic, again("enrol", typed, (problem,)))
    return redirect(url_for("clinician.patient", patient_id=patient.id, _anchor="cards"), 303)


def _form(clinic: Clinic, typed: Again) -> ResponseReturnValue:
    return clinic_frame.page(
        "clinic/enrol.html",
        422 if typed.problems else 200,
        again=typed,
        choices=_choices(),
        languages=_languages(),
        unreviewed=_unreviewed(clinic),
        zones=sorted(known_zones()),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, by box."""
    tables: dict[str, Mapping[str, str]] = {
        "contact_way": words.CONTACT_WAYS,
        "risks": words.RISKS,
        "signs": words.LONG_STANDING,
        "baseline_by": words.BASELINE_BY,
        "answers_daily": words.ANSWERS_DAILY,
        "consent_by": words.CONSENT_BY,
        "mobility": {str(step): said for step, said in enumerate(words.MOBILITY)},
    }
    said = {
        name: [(key, str(_(text))) for key, text in table.items()] for name, table in tables.items()
    }
    numbers = [str(pain) for pain in range(11)]
    return {
        **said,
        "levels": [(level, level) for level in LEVELS],
        "pain": [(n, n) for n in numbers],
    }


def _languages() -> dict[str, str]:
    """The languages that patients can read."""
    return {each: own_name(each) for each in catalogues.offered()}


def _unreviewed(clinic: Clinic) -> str:
    """Which of them nobody in this clinic has reviewed; empty if there is none."""
    found = [each for each in catalogues.offered() if not translations.is_approved(clinic.id, each)]
    names = together(map(language_name, found))
    return (
        str(_("Wording not clinically reviewed: %(languages)s", languages=names)) if found else ""
    )


@pages.post("/patients/<patient_id>/card")
def issue(patient_id: str) -> ResponseReturnValue:
    """Issue a card to the patient or a helper; its page is shown once, because the code is not kept."""
    person, now = guards.clinician(), clock.now()
    patient = patients.find(person, guards.path_id(patient_id))
    holder = "helper" if request.form.get("holder") == "helper" else "patient"
    typed_name = " ".join(request.form.get("holder_name", "").split())[:200]
    name = typed_name if holder == "helper" else patient.name
    if not name:
        return _ask_again(patient, "holder_name_missing")
    if holder == "helper" and request.form.get("helper_agreed"):
        patients.agree_to_helper(person, patient, now)
    try:
        code = cards.issue(person, patient, name, guards.settings().card_key, now, holder)
    except cards.HelperRefused:
        return _ask_again(patient, "helper_not_allowed")
    return show_card(patient, code, name, holder)


def show_card(patient: Patient, code: str, name: str, holder: str) -> ResponseReturnValue:
    """The page that prints a card; the code on it is shown this once."""
    card = enrolment_cards.drawn(clinic_frame.own_clinic(), patient, code, name, holder)
    return clinic_frame.page("clinic/card.html", patient=patient, holder_name=name, card=card)


def _ask_again(patient: Patient, key: str) -> ResponseReturnValue:
    typed = request.form.to_dict(flat=False)
    return clinician.show(patient, again("card", typed, (Problem("holder_name", key),)))


@pages.post("/cards/<card_id>/lost")
def lost(card_id: str) -> ResponseReturnValue:
    """A card is lost: its code and every phone that it connected end."""
    card = cards.find_card(guards.clinician(), guards.path_id(card_id))
    cards.mark_lost(guards.clinician(), card, clock.now())
    return redirect(url_for("clinician.patient", patient_id=card.patient_id, _anchor="cards"), 303)


@pages.post("/devices/<device_id>/end")
def end(device_id: str) -> ResponseReturnValue:
    """End one phone's access."""
    person = guards.clinician()
    device = devices.find_in_care(person, guards.path_id(device_id))
    devices.end_by(person, device, clock.now())
    return redirect(
        url_for("clinician.patient", patient_id=device.patient_id, _anchor="cards"), 303
    )
