"""Clinic A with something of everything, and what of it nobody else may ever read."""

from __future__ import annotations

from dataclasses import dataclass

from recovery.clinical.rehearsal import Ask
from recovery.records import (
    cards,
    clinician_subscriptions,
    limits,
    pathways,
    patients,
    rehearsals,
    sign_ins,
    transfers,
)
from recovery.records.limits import Wanted
from recovery.records.patients import Patient
from recovery.records.subscriptions import Address
from tests import made_up_file
from tests.people import (
    CARD_KEY,
    MONDAY,
    Stage,
    a_clinic,
    a_device,
    a_nurse,
    a_patient,
    answers,
    check_in,
)
from tests.rounds import importing
from tests.rounds.work import open_flags, review_all

# What stands in addresses and belongs to nobody: a language, an urgency, a file.
CHOICES = {
    "language": "fr",
    "urgency": "today",
    "version": "0",
    "path": "css/base.css",
    "filename": "css/base.css",
}

BROWSER = Address("https://push.example/dee", "p" * 87, "a" * 22)
BO = {
    "name": "Bo Lindqvist",
    "record_number": "A-4711",
    "phone": "+49 30 55501 22",
    "email": "bo.lindqvist@home.example",
    "contact_note": "rings twice, then hangs up",
    "second_name": "Eva Sommerfeld",
    "second_phone": "+49 30 55501 23",
}
NOTE = "May I bathe in the lake again?"
REASON = "He runs cool since a long fever in Lima."


@dataclass(frozen=True)
class ClinicA:
    """Bo with all that can be kept of a patient, and the id of each, by the name that it has in an address."""

    bo: Patient
    ids: dict[str, str]


def furnish(stage: Stage, link_key: str) -> ClinicA:
    """Put it all into Dee's clinic, beside Ana."""
    bo = a_patient(stage.dee, **BO, second_may_be_told=True)
    device, _token, code = a_device(stage.dee, bo)
    kept = check_in(bo, device, answers(4, temperature_c=38.6, note=NOTE), MONDAY)
    review_all(MONDAY)
    cards.issue(stage.dee, bo, BO["second_name"], CARD_KEY, MONDAY, "helper")
    cool = Wanted("fever_limit", bo.today(MONDAY), REASON, 37.5)
    flo = a_nurse(stage.clinic, "Nurse Flo")
    asked = rehearsals.ask(stage.dee, pathways.VERTEBROPLASTY, Ask(budget=3), MONDAY)
    third = a_clinic("Lake Clinic")  # not the one that asks: a clinic sees what is offered to it
    ids = {
        "clinic_id": stage.clinic.id,
        "browser_id": clinician_subscriptions.keep(stage.dee, BROWSER, MONDAY).id,
        "import_id": importing.checked(stage.dee, made_up_file.people(2)).id,
        "transfer_id": transfers.offer(stage.dee, bo, third.id, "She agrees.", MONDAY).id,
        "person_id": flo.id,
        "rehearsal_id": asked.id,
        "patient_id": bo.id,
        "procedure_id": patients.current_procedure(bo).id,
        "flag_id": open_flags(bo)["fever"].id,
        "limit_id": limits.set_limit(stage.dee, bo, cool, MONDAY).id,
        "card_id": cards.cards_of_holder(bo, "patient", bo.name)[0].id,
        "device_id": device.id,
        "entry_id": kept.checkin.entry_id,
        "code": code,
        "token": sign_ins.new_link(flo, stage.lia.actor, link_key, MONDAY),
    }
    return ClinicA(bo, {name: str(each) for name, each in ids.items()})


def secrets_of(stage: Stage) -> dict[str, set[str]]:
    """By patient: what stands on their own pages and on their clinic's, and nowhere else."""
    return {
        "Bo": {*BO.values(), NOTE, REASON},
        "Ana": {stage.ana.name, stage.ana.record_number},
    }
