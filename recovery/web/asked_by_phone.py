"""A check-in asked on the telephone: the daily questions, who answers, and what is read out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.records import cards, pathways, patients
from recovery.records.accounts import Clinic, clinic_of
from recovery.records.checkins import CheckIn
from recovery.records.patients import Key, Patient
from recovery.web import clinic_words as words
from recovery.web import forms, patient_page
from recovery.web.forms import CheckInForm, Choice
from recovery.web.patient_page import Told
from recovery.web.wording import say

WHO_NAMED = "answered_name"


def form(
    patient: Patient, clinic: Clinic, typed: Form, problems: Iterable[Problem], now: datetime
) -> CheckInForm:
    """The daily questions, with who answers said from the clinician's side."""
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(clinic.id, procedure.pathway)
    setting = forms.Setting(patient, procedure, clinic, pathway, now)
    asked = forms.check_in(setting, typed, problems)
    by = {**asked.choices, "answered_by": tuple(_answered_by(typed))}
    return replace(asked, choices=by, answered_name=_named(typed))


def _answered_by(typed: Form) -> Iterable[Choice]:
    chosen = typed.get("answered_by", ())
    return (
        Choice(key, say(text), key in chosen) for key, text in words.ANSWERS_ON_THE_PHONE.items()
    )


def _named(typed: Form) -> str:
    return next(iter(typed.get(WHO_NAMED, ())), "")


def who_may_answer(patient: Patient) -> list[str]:
    """The people who are known to help: the second contact, and who has a helper's card."""
    helpers = [card.holder_name for card in cards.cards_of(patient) if card.holder == "helper"]
    return sorted({patient.second_name, *helpers} - {""})


def told_now(checkin: CheckIn) -> Told:
    """What is read out after a check-in by phone, with the numbers of the clinic that follows the patient."""
    patient = patients.get(Key(checkin.clinic_id, checkin.patient_id))
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(checkin.clinic_id, procedure.pathway)
    return patient_page.told_for(checkin, clinic_of(checkin.clinic_id), pathway)
