"""What the app on the phone asks for by script: whose it is, what became of a post, and how far an entry has come."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.course import URGENT
from recovery.clinical.days import instant
from recovery.clinical.pathway import Pathway
from recovery.records import cards, checkins, courses, devices, languages, limits
from recovery.web import assets, errors, forms, guards
from recovery.web import patient_presenters as say
from recovery.web.check_in import Received
from recovery.web.speech import here
from recovery.web.visit import Visit, visit_now

pages = Blueprint("phone", __name__)
OPEN_DAYS = 30  # how far ahead a phone without a line can tell whom to ring
ANSWERED_DAYS = 14


@pages.get("/me.json")
def me() -> ResponseReturnValue:
    """Everything that the app may keep of its patient; it tells on asking what the clinic should know of the phone."""
    visit, told = visit_now(), request.args
    device = guards.device()
    is_own = told.get("access") == str(device.access)  # what waits may still be somebody else's
    devices.note_opened(
        device,
        told.get("version", ""),
        told.get("installed") == "yes",
        instant(told.get("unsent_since", "")) if is_own else None,
        visit.now,
    )
    return jsonify({**_whose(visit), **_course(visit), "clinic": _clinic(visit)})


def _whose(visit: Visit) -> dict[str, object]:
    device, patient = guards.device(), visit.patient
    return {
        "person": str(patient.id),
        "access": str(device.access),
        "name": patient.name,
        "first_name": patient.name.split()[0],
        "helper_name": cards.helper_of(device),
        "language": here().language,
        "locale": str(here()).replace("_", "-"),
        "zone": patient.zone,
        "temperature_unit": languages.unit_of(patient.zone),
        "text_size": device.text_size,
        "version": assets.version(),
        "server_time": visit.now.isoformat(),
    }


def _course(visit: Visit) -> dict[str, object]:
    pathway = visit.pathway
    since = visit.patient.today(visit.now) - timedelta(days=ANSWERED_DAYS)
    days = {row.day for row in courses.latest_of(visit.rows) if row.day > since}
    return {
        "procedure_date": visit.procedure.performed_on.isoformat(),
        "state": visit.patient.state,
        "is_ended": visit.is_ended,
        "is_behind": visit.numbers.is_behind,
        "notices": say.state_notices(visit),
        "questions": asdict(pathway.questions),
        "worse_from": visit.progress.worse_from,
        "asks_about_pain": False,
        "fever_limits": _fever_limits(visit),
        "urgent_temperature": _urgent_temperature(pathway),
        "measure_again_hours": pathway.rules.fever.repeated_hours,
        "rung_by_hour": pathway.questions.rung_by_hour,
        "answered_days": sorted(day.isoformat() for day in days),
    }


def _urgent_temperature(pathway: Pathway) -> float:
    """From how many Cel a reading alone asks for a call, for a phone that the table has not reached yet."""
    rows = [row for row in pathway.advice if row.level in URGENT and row.pain_from is None]
    return min(row.temperature_from for row in rows if row.temperature_from is not None)


def _fever_limits(visit: Visit) -> list[dict[str, object]]:
    return [
        {
            "first_day": limit.first_day.isoformat(),
            "last_day": limit.last_day.isoformat(),
            "number": limit.number,
        }
        for limit in limits.for_rules(visit.patient)
        if limit.kind == "fever_limit"
    ]


def _clinic(visit: Visit) -> dict[str, object]:
    clinic, now = visit.clinic, visit.now
    spans = clinic.hours.spans_between(now, now + timedelta(days=OPEN_DAYS))
    return {
        "name": clinic.name,
        "phone": clinic.phone,
        "emergency": clinic.emergency_number,
        "out_of_hours_phone": clinic.out_of_hours_phone,
        "lost_card_phone": clinic.lost_card_phone,
        "hours": visit.numbers.hours,
        "open": [[opens.isoformat(), closes.isoformat()] for opens, closes in spans],
    }


def stored(received: Received) -> ResponseReturnValue:
    """What became of posted answers: 201, or 200 for a repeat; 422 with what is to be mended, kept or not."""
    kept = received.stored
    if received.problems or kept is None:
        return _to_be_mended(received)
    checkin = kept.checkin
    return jsonify(
        entry_id=str(checkin.entry_id),
        revision=checkin.revision,
        day=checkin.day.isoformat(),
        received_at=checkin.received_at.isoformat(),
        is_repeat=kept.is_repeat,
        url=url_for("patient.answer", entry_id=checkin.entry_id),
    ), 200 if kept.is_repeat else 201


def _to_be_mended(received: Received) -> ResponseReturnValue:
    problems = [
        {"field": problem.field, "sentence": forms.sentence(problem)}
        for problem in received.problems
    ]
    kept = {"entry_id": str(received.stored.checkin.entry_id)} if received.stored else {}
    said = _("This much is saved. Please mend the rest.") if kept else _("Please look again")
    return errors.problem(422, said, problems=problems, **kept)


@pages.get("/answer/<entry_id>.json")
def answer(entry_id: str) -> ResponseReturnValue:
    """How far an entry has come: the receipt's sentences, and whether the computer and a nurse have been there."""
    visit = visit_now()
    revisions = checkins.revisions_of(guards.device().key, guards.path_id(entry_id))
    if not revisions:
        abort(404)
    checkin = revisions[-1]
    receipt = say.receipt(checkin, visit)
    return jsonify(
        lines=receipt.lines,
        numbers=visit.numbers.known,
        is_read=checkin.checked_at is not None,
        is_opened=say.is_opened(checkin, visit.flags),
    )
