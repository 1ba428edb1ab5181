"""What happens to a post about a patient whom another clinic follows: refused and shown again; answers passed on."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

from recovery.records import clock, patients
from recovery.records.patients import Moved, Patient
from recovery.web import asked_by_phone, check_in, clinic_frame, forms, guards, place
from recovery.web.check_in import Received

CHECK_IN = "clinician.submit_check_in"
WRITTEN = ("words", "note", "reason", "agreed")  # boxes in which somebody may have written much


def register(app: Flask) -> None:
    """Look at each post about a patient before its page does; after the guards, who know who asks.

    Of a post about a card, a phone or a limit, what would be changed says so itself.
    """
    app.before_request(refuse_what_has_moved)
    app.register_error_handler(Moved, lambda refusal: _page(refusal.patient))


def refuse_what_has_moved() -> ResponseReturnValue | None:
    """Nothing; or the page that says who follows this patient now."""
    patient_id = (request.view_args or {}).get("patient_id")
    is_change = request.method not in guards.SAFE_METHODS and request.path.startswith("/clinic/")
    if patient_id is None or not is_change:
        return None
    patient = patients.find(guards.clinician(), guards.path_id(patient_id))
    if patient.moved_to is None:
        return None
    received = _passed_on(patient) if request.endpoint == CHECK_IN else None
    if received and received.stored is None:
        return None  # nothing could be kept: the page of the questions shows them again, as they were typed
    return _page(patient, received)


def _page(patient: Patient, received: Received | None = None) -> ResponseReturnValue:
    clinic = clinic_frame.own_clinic()
    stored, problems = (received.stored, received.problems) if received else (None, ())
    boxes = dict.fromkeys((*WRITTEN, *(each.field for each in problems)))
    return clinic_frame.page(
        "clinic/moved.html",
        409,
        patient=patient,
        followed=place.followed(patient, clinic.zone),
        told=asked_by_phone.told_now(stored.checkin) if stored else None,
        problems=[forms.sentence(each) for each in problems],
        written=[text for name in boxes if (text := request.form.get(name, "").strip())],
    )


def _passed_on(patient: Patient) -> Received:
    """Answers that a nurse has just taken down are kept where the patient is followed (safety 1)."""
    posted = request.form.to_dict(flat=False)
    named = request.form.get(asked_by_phone.WHO_NAMED, "").strip()
    return check_in.receive(posted, patient, guards.clinician(), clock.now(), named)
