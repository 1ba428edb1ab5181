"""What a clinician does with a patient's flags: looks, takes, tries to call, puts off, closes."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.answers import Problem
from recovery.clinical.clinician_words import OTHER_OUTCOMES, OUTCOMES
from recovery.records import clock, flags, moves, patients, worklist
from recovery.records.flags import Flag
from recovery.records.patients import Patient
from recovery.records.refused_moves import MoveRefused
from recovery.web import clinic_forms, clinic_frame, clinician, guards, move_words
from recovery.web.asked_again import again

pages = Blueprint("flag_moves", __name__, url_prefix="/clinic")
REFUSED = 409


@pages.post("/patients/<patient_id>/seen")
def seen(patient_id: str) -> ResponseReturnValue:
    """Somebody has looked at the open flags."""
    found = _find(patient_id)
    moves.see(guards.clinician(), found, clock.now(), _shown() or None)
    return _back_to(found)


@pages.post("/patients/<patient_id>/claim")
def claim(patient_id: str) -> ResponseReturnValue:
    """Take the patient's flags; whoever comes second is told who was first, and nothing is changed."""
    found = _find(patient_id)
    try:
        moves.claim(guards.clinician(), found, clock.now(), _shown())
    except MoveRefused as refused:
        return clinician.show(found, again("claim", {}, (_told(refused, found),)), REFUSED)
    return _back_to(found)


@pages.post("/patients/<patient_id>/release")
def release(patient_id: str) -> ResponseReturnValue:
    """Give back what one has taken."""
    found = _find(patient_id)
    moves.release(guards.clinician(), found, clock.now())
    return _back_to(found)


@pages.post("/patients/<patient_id>/contact")
def contact(patient_id: str) -> ResponseReturnValue:
    """Keep a try to reach the patient; no answer leaves every flag open (safety 2)."""
    found, now = _find(patient_id), clock.now()
    read = clinic_forms.read_try(_posted(), now, clinic_frame.own_clinic().zone)
    if read.problems or read.tried is None:
        return clinician.show(found, again("contact", _posted(), read.problems))
    moves.note_try(guards.clinician(), found, read.tried, now, _shown())
    return _back_to(found)


@pages.post("/flags/<flag_id>/snooze")
def snooze(flag_id: str) -> ResponseReturnValue:
    """Put one flag off, with a reason and a day on which it comes back."""
    flag, found = _flag(flag_id)
    wish, problems = clinic_forms.read_snooze(_posted(), clinic_frame.own_clinic().zone)
    if not problems and wish is not None:
        try:
            moves.snooze(guards.clinician(), flag, wish, clock.now())
            return _onward(found)
        except MoveRefused as refused:
            problems = (_told(refused, found),)
    return _again(f"snooze-{flag.id}", flag, found, problems)


@pages.post("/flags/<flag_id>/close")
def close(flag_id: str) -> ResponseReturnValue:
    """Close a flag with an outcome for each reason, and keep the contact that was made for it."""
    flag, found = _flag(flag_id)
    reasons = {finding.reason for finding in flags.findings_of([flag])[flag.id]}
    closing, problems = clinic_forms.read_closing(_posted(), reasons, OUTCOMES[flag.rule])
    if not problems:
        try:
            moves.close(guards.clinician(), flag, closing, clock.now())
            return _onward(found)
        except MoveRefused as refused:
            problems = (_told(refused, found),)
    return _again(f"close-{flag.id}", flag, found, problems)


@pages.post("/patients/<patient_id>/close")
def close_all(patient_id: str) -> ResponseReturnValue:
    """Close all flags of a patient with one choice: one call has usually settled them all."""
    found = _find(patient_id)
    closing, problems = clinic_forms.read_closing(_posted(), [""], OTHER_OUTCOMES)
    if not problems:
        try:
            moves.close_all(guards.clinician(), found, _shown(), closing, clock.now())
            return _onward(found)
        except MoveRefused as refused:
            problems = (_told(refused, found),)
    left = [
        flag.state not in ("closed", "snoozed") for flag in flags.of_patient(found, afresh=True)
    ]
    if sum(left) > 1:
        return clinician.show(found, again("close", _posted(), problems))
    return _as_a_call(found, problems)


def _again(
    form: str, flag: Flag, patient: Patient, problems: Iterable[Problem]
) -> ResponseReturnValue:
    """The form as it was typed; if its flag is gone, the words go where they can still be kept."""
    if flag.closed_at is not None:
        return _as_a_call(patient, problems)
    return clinician.show(patient, again(form, _posted(), problems))


def _as_a_call(patient: Patient, problems: Iterable[Problem]) -> ResponseReturnValue:
    """The form is gone with its flags: what was typed stands in the one that notes a call."""
    moved = tuple(Problem("words", each.key, each.values) for each in problems)
    return clinician.show(patient, again("contact", _posted(), moved), REFUSED)


def _told(refused: MoveRefused, patient: Patient) -> Problem:
    """Why it was refused, at the box where it can be mended; the second of two reads what the first did."""
    return move_words.refusal(refused, patient, clinic_frame.own_clinic())


def _onward(patient: Patient) -> ResponseReturnValue:
    """Back to the list when nothing about this patient waits any more, or not before a day that somebody has set."""
    row = worklist.row_of(patient, worklist.rows_for(guards.clinician()))
    if row is not None and not row.is_resting:
        return _back_to(patient)
    return redirect(url_for("clinician.worklist", done=patient.id), 303)


def _back_to(patient: Patient) -> ResponseReturnValue:
    return redirect(url_for("clinician.patient", patient_id=patient.id), 303)


def _find(patient_id: str) -> Patient:
    return patients.find(guards.clinician(), guards.path_id(patient_id))


def _flag(flag_id: str) -> tuple[Flag, Patient]:
    flag = flags.find(guards.clinician(), guards.path_id(flag_id))
    return flag, patients.find(guards.clinician(), flag.patient_id)


def _shown() -> list[str]:
    """What the page says that it has shown, so that nothing newer counts as looked at."""
    return request.form.getlist("shown")


def _posted() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)
