"""The pages on which one clinic offers to hand a patient on, and another accepts or declines."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.answers import Problem
from recovery.clinical.sheet import Sheet, known_zones
from recovery.records import clock, handing_on, patients, transfers, worklist
from recovery.records.handing_on import Wanted
from recovery.records.patients import Patient
from recovery.records.transfers import Transfer, TransferRefused
from recovery.web import clinic_frame, guards, transfer_presenters, wording
from recovery.web.patient_view import Again
from recovery.web.transfer_presenters import PROBLEMS

pages = Blueprint("transfers", __name__, url_prefix="/clinic")
WORDS_MOST = 2000


@pages.get("/transfers")
def show() -> ResponseReturnValue:
    """The offers to us, and ours, that nobody has answered."""
    return _page(Again())


@pages.get("/patients/<patient_id>/transfer")
def ask(patient_id: str) -> ResponseReturnValue:
    """The form with which a patient is offered to another clinic."""
    found = _find(patient_id)
    worklist.note_opened(guards.clinician(), found, clock.now())
    return _offer_page(found, Again())


@pages.post("/patients/<patient_id>/transfer")
def offer(patient_id: str) -> ResponseReturnValue:
    """Offer the patient, who has agreed, or show the form again as it was typed."""
    found, person = _find(patient_id), guards.clinician()
    sheet = Sheet(request.form.to_dict(flat=False))
    others = {str(each.id): each.id for each in transfers.others(clinic_frame.own_clinic())}
    to = sheet.choice("to", others, is_needed=True)
    if not sheet.is_ticked("has_agreed"):
        sheet.problem("has_agreed", "has_agreed_missing")
    agreed = sheet.needed("agreed", WORDS_MOST)
    if not sheet.problems and to:
        try:
            transfers.offer(person, found, others[to], agreed, clock.now())
        except TransferRefused as refusal:
            sheet.problem("to", refusal.key)
    if sheet.problems:
        return _offer_page(found, _again("transfer", sheet))
    return redirect(url_for("clinician.patient", patient_id=found.id), 303)


@pages.post("/transfers/<transfer_id>/accept")
def accept(transfer_id: str) -> ResponseReturnValue:
    """Follow the patient from now on."""
    person = guards.clinician()
    transfer = transfers.find_offered(person, guards.path_id(transfer_id))
    sheet = Sheet(request.form.to_dict(flat=False))
    wanted = Wanted(sheet.needed("record_number", 60), sheet.zone())
    if not clinic_frame.may_enrol(clinic_frame.own_clinic()):
        sheet.problem("record_number", "not_approved")
    if not sheet.problems:
        try:
            patient = handing_on.accept(person, transfer, wanted, clock.now())
        except TransferRefused as refusal:
            sheet.problems.append(Problem("record_number", refusal.key, refusal.values))
        else:
            return redirect(url_for("clinician.patient", patient_id=patient.id), 303)
    return _page(_again(_form(transfer), sheet))


@pages.post("/transfers/<transfer_id>/decline")
def decline(transfer_id: str) -> ResponseReturnValue:
    """Say no: the clinic that offered goes on."""
    transfer = transfers.find_offered(guards.clinician(), guards.path_id(transfer_id))
    sheet = Sheet(request.form.to_dict(flat=False))
    words = sheet.text("words", WORDS_MOST)
    if not sheet.problems:
        try:
            transfers.decline(guards.clinician(), transfer, words, clock.now())
        except TransferRefused as refusal:
            sheet.problem("words", refusal.key)
    return _page(_again(_form(transfer), sheet)) if sheet.problems else _back()


@pages.post("/transfers/<transfer_id>/withdraw")
def withdraw(transfer_id: str) -> ResponseReturnValue:
    """Take our own offer back."""
    transfer = transfers.find_own(guards.clinician(), guards.path_id(transfer_id))
    sheet = Sheet(request.form.to_dict(flat=False))
    try:
        transfers.withdraw(guards.clinician(), transfer, clock.now())
    except TransferRefused as refusal:
        sheet.problem("", refusal.key)
    return _page(_again(_form(transfer), sheet)) if sheet.problems else _back()


def _form(transfer: Transfer) -> str:
    return f"offer-{transfer.id}"


def _again(form: str, sheet: Sheet) -> Again:
    said = ((each.field, _said(each)) for each in sheet.problems)
    return Again(form, sheet.form, tuple(said))


def _said(problem: Problem) -> str:
    return wording.say(PROBLEMS[problem.key], **problem.values)


def _page(asked: Again) -> ResponseReturnValue:
    clinic, now = clinic_frame.own_clinic(), clock.now()
    offers = transfers.open_in(clinic.id)
    worklist.note_listed(guards.clinician(), now)
    transfers.note_read(guards.clinician(), offers, now)
    shown = [transfer_presenters.shown(each, clinic, now) for each in offers]
    return clinic_frame.page(
        "clinic/transfers.html",
        422 if asked.problems else 200,
        again=asked,
        to_us=[each for each in shown if each.is_to_us],
        ours=[each for each in shown if not each.is_to_us],
        answered=transfer_presenters.answered(transfers.answered_of(clinic.id), clinic),
        zones=sorted(known_zones()),
    )


def _offer_page(patient: Patient, asked: Again) -> ResponseReturnValue:
    others = transfers.others(clinic_frame.own_clinic())
    return clinic_frame.page(
        "clinic/transfer.html",
        422 if asked.problems else 200,
        patient=patient,
        again=asked,
        others=[(str(each.id), each.name) for each in others],
    )


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))


def _back() -> ResponseReturnValue:
    return redirect(url_for("transfers.show"), 303)
