"""A lost card in two clicks: whose it is and what ends with it, then the new card to be printed."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from recovery.records import cards, clock, lost_cards, patients, worklist
from recovery.records.cards import HelperRefused
from recovery.records.lost_cards import ReplacedAlready
from recovery.records.patients import Patient
from recovery.web import clinic_frame, enrolment, guards, key_cards

pages = Blueprint("lost_cards", __name__, url_prefix="/clinic")


@pages.get("/patients/<patient_id>/lost-card")
def ask(patient_id: str) -> ResponseReturnValue:
    """What would end, and one button for each holder of a card."""
    patient = patients.find(guards.clinician(), guards.path_id(patient_id))
    worklist.note_opened(guards.clinician(), patient, clock.now())
    return _ask(patient)


def _ask(patient: Patient, refused: str = "") -> ResponseReturnValue:
    zone, ids = (
        clinic_frame.own_clinic().zone,
        {each.id for each in lost_cards.replaceable(patient)},
    )
    return clinic_frame.page(
        "clinic/lost_card.html",
        409 if refused else 200,
        patient=patient,
        cards=[each for each in key_cards.key_cards(patient, zone, clock.now()) if each.id in ids],
        refused=refused,
    )


@pages.post("/cards/<card_id>/replace")
def replace(card_id: str) -> ResponseReturnValue:
    """End the lost card with all phones of its holder, and show the new one, once."""
    person = guards.clinician()
    card = cards.find_card(person, guards.path_id(card_id))
    patient = patients.find(person, card.patient_id)
    try:
        code = lost_cards.replace(person, card, guards.settings().card_key, clock.now())
    except ReplacedAlready:
        return _ask(patient, "replaced")
    except HelperRefused:
        return _ask(patient, "helper")
    return enrolment.show_card(patient, code, card.holder_name, card.holder)
