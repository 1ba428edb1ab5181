"""This phone and its people: language, letters, connected phones and helpers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.records import cards, catalogues, devices, languages
from recovery.records.devices import TEXT_SIZES
from recovery.web import guards
from recovery.web.connected import Person, Phone, helper_ended, people, phone_ended
from recovery.web.patient_frame import page
from recovery.web.visit import Visit, visit_now

pages = Blueprint("this_phone", __name__, url_prefix="/phone")


@pages.get("")
def show() -> ResponseReturnValue:
    """Language, letters, reminders, the first page, and who can answer with which phones."""
    visit, device = visit_now(), guards.device()
    return page(
        "patient/this_phone.html",
        visit,
        languages=[(each, languages.own_name(each)) for each in catalogues.offered()],
        text_sizes=_text_sizes(),
        people=_people(visit),
        is_helpers=bool(cards.helper_of(device)),
        done=_done(visit),
    )


def _done(visit: Visit) -> dict[str, str]:
    """What the last press has done, by the part of the page that it was about."""
    told = request.args
    if "phone" in told:
        phone = guards.path_id(told["phone"])
        return {"people": phone_ended(visit.patient, guards.device(), phone)}
    if "helper" in told and not cards.helper_of(guards.device()):
        return {"people": helper_ended(visit.patient, guards.path_id(told["helper"]))}
    saved = told.get("saved")
    return {saved: _("Your choice is saved.")} if saved in ("language", "letters") else {}


def _text_sizes() -> list[tuple[str, str]]:
    said = {"usual": _("Usual"), "large": _("Large"), "largest": _("Largest")}
    return [(size, str(said[size])) for size in TEXT_SIZES]


def _people(visit: Visit) -> list[Person]:
    return people(visit.patient, guards.device(), visit.now)


@pages.post("/language")
def choose_language() -> ResponseReturnValue:
    """What this phone speaks from now on."""
    guards.refuse_other_access(request.form.get("access", ""))
    language = request.form.get("language", "")
    if language not in catalogues.offered():
        abort(400)
    devices.choose_language(guards.device(), language, visit_now().now)
    return _back(saved="language")


@pages.post("/letters")
def choose_letters() -> ResponseReturnValue:
    """How large this phone's letters are from now on."""
    guards.refuse_other_access(request.form.get("access", ""))
    text_size = request.form.get("text_size", "")
    if text_size not in TEXT_SIZES:
        abort(400)
    devices.choose_text_size(guards.device(), text_size, visit_now().now)
    return _back(saved="letters")


@pages.get("/end")
def ask_end() -> ResponseReturnValue:
    """Ask once more before a phone is ended (?phone=ID)."""
    visit = visit_now()
    person, phone = _phone(visit, request.args.get("phone", ""))
    if phone.is_this:
        return redirect(url_for("patient.ask_sign_out"))
    return page("patient/end_phone.html", visit, person=person, phone=phone)


@pages.post("/end")
def end() -> ResponseReturnValue:
    """End a phone; this one is signed out instead."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit = visit_now()
    _person, phone = _phone(visit, request.form.get("phone", ""))
    if phone.is_this:
        return redirect(url_for("patient.ask_sign_out"), 303)
    devices.end(phone.device, guards.device().actor, visit.now)
    return _back(phone=phone.device.id)


@pages.get("/helper/end")
def ask_end_helper() -> ResponseReturnValue:
    """Ask once more before somebody may no longer help (?helper=ID)."""
    visit = visit_now()
    return page(
        "patient/end_helper.html", visit, person=_helper(visit, request.args.get("helper", ""))
    )


@pages.post("/helper/end")
def end_helper() -> ResponseReturnValue:
    """End a helper: their card and their phones."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit = visit_now()
    person = _helper(visit, request.form.get("helper", ""))
    cards.end_helper(visit.patient, person.name, guards.device().actor, visit.now)
    return _back(helper=person.card_ids[0])


def _phone(visit: Visit, phone_id: str) -> tuple[Person, Phone]:
    """That phone among those that whoever asks may see."""
    wanted = guards.path_id(phone_id)
    found = ((each, phone) for each in _people(visit) for phone in each.phones)
    return next((pair for pair in found if pair[1].device.id == wanted), None) or abort(404)


def _helper(visit: Visit, card_id: str) -> Person:
    """That helper; only the patient ends one."""
    if cards.helper_of(guards.device()):
        abort(404)
    wanted = guards.path_id(card_id)
    helpers = (each for each in _people(visit) if each.is_helper and wanted in each.card_ids)
    return next(helpers, None) or abort(404)


def _back(**done: Any) -> ResponseReturnValue:
    """To where the page says what has been done: browsers give it the focus, without scripts too."""
    return redirect(url_for("this_phone.show", _anchor="done", **done), 303)
