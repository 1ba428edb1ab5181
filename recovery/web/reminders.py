"""The patient's reminders: when, on which phone, by which other way, and "remind me later"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.records import clock, push_keys, reminders, subscriptions
from recovery.records.patients import Patient
from recovery.records.subscriptions import SubscriptionRefused
from recovery.web import errors, guards, patient_frame, subscribing
from recovery.web import reminder_words as words
from recovery.web.reminder_words import Ways
from recovery.web.visit import Visit, visit_now

pages = Blueprint("reminders", __name__)


@pages.get("/push-key.json")
def push_key() -> ResponseReturnValue:
    """With which key a phone subscribes."""
    return jsonify(key=push_keys.public_key(guards.settings().secret_key))


@pages.post("/push")
def subscribe() -> ResponseReturnValue:
    """Keep where this phone is reached; is_dead: its push service has called this endpoint gone."""
    posted, now = _posted(), clock.now()
    try:
        address = subscribing.read(posted, guards.settings().push_services)
    except SubscriptionRefused:
        return errors.problem(422, _("This phone cannot be reached this way."))
    kept = subscriptions.keep(guards.device(), address, now)
    return jsonify(is_dead=kept.dead_at is not None), 201 if kept.subscribed_at == now else 200


@pages.post("/push/gone")
def unsubscribe() -> ResponseReturnValue:
    """The phone says that it shows no reminders any more."""
    _posted()
    device = guards.device()
    kept = subscriptions.of_device(device.clinic_id, device.id)
    if kept:
        subscriptions.mark_dead(kept, "not allowed on the phone", clock.now())
    return "", 204


def _posted() -> Mapping[str, Any]:
    """What the script has posted for the card that is signed in here."""
    posted = request.get_json(silent=True)
    posted = posted if isinstance(posted, dict) else {}
    guards.refuse_other_access(str(posted.get("access") or ""))
    return posted


@pages.post("/later")
def later() -> ResponseReturnValue:
    """Remind later; the page or the notice says so, or that this cannot be had any more."""
    guards.refuse_other_access(request.form.get("access", ""))
    device = guards.device()
    at = reminders.ask_later(device.key, request.form.get("when", ""), device.actor, clock.now())
    if guards.wants_json():
        sentence = _("That time has passed. Choose another one.")
        return jsonify(said=_("We remind you later.")) if at else errors.problem(422, sentence)
    return _back("later" if at else "passed")


@pages.get("/reminders")
def show() -> ResponseReturnValue:
    """When reminders come, whether they reach this phone, and what can be chosen."""
    visit = visit_now()
    typed = {"reminder_time": words.chosen_time(visit.patient), "email": visit.patient.email}
    return _page(visit, typed, {})


@pages.post("/reminders")
def choose() -> ResponseReturnValue:
    """Keep what was chosen, or the form again as it was typed."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit, device = visit_now(), guards.device()
    chosen = words.read(request.form.to_dict(flat=False), visit.patient)
    if chosen.problems:
        wrong = {problem.field: words.sentence(problem) for problem in chosen.problems}
        return _page(visit, request.form, wrong), 422
    reminders.choose(device.key, chosen.at, chosen.email, device.actor, visit.now)
    return _back("choice")


def _back(done: str) -> ResponseReturnValue:
    """To where the page says what has been done: browsers give it the focus, without scripts too."""
    return redirect(url_for("reminders.show", done=done, _anchor="done"), 303)


def _page(visit: Visit, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    patient, ways = visit.patient, _ways(visit.patient)
    may_wait = ways.any and not visit.given_today
    return patient_frame.page(
        "patient/reminders.html",
        visit,
        typed=typed,
        wrong=wrong,
        done=words.done(request.args.get("done", ""), ways),
        stands=words.stands(visit, ways),
        standing=words.standing(visit, ways),
        times=list(words.times(patient)),
        reaches=ways.here,
        other_way=words.other_way(ways),
        later=words.later(patient, visit.now) if may_wait else [],
        phone=visit.clinic.phone,
    )


def _ways(patient: Patient) -> Ways:
    reached = {each.device_id for each in subscriptions.live_of(patient)}
    here = guards.device().id
    can_text = bool(guards.settings().sms_url)
    other = reminders.other_way(patient, can_text=can_text)
    return Ways(here in reached, bool(reached - {here}), other)
