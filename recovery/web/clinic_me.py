"""One's own page, for whoever is signed in: name and address, another password, and out everywhere."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.answers import Problem
from recovery.records import clock, sign_ins, throttle
from recovery.records.sign_ins import PASSWORD_MIN_CHARACTERS, WrongPassword
from recovery.web import clinic_frame, guards, sign_in
from recovery.web.asked_again import asked_again
from recovery.web.clinic_people_form import PROBLEMS, ROLES, read_password
from recovery.web.patient_view import Again

pages = Blueprint("clinic_me", __name__, url_prefix="/clinic/me")
DOOR = "password"


@pages.get("")
def show() -> ResponseReturnValue:
    """Who one is here."""
    return _page(Again())


@pages.post("/password")
def password() -> ResponseReturnValue:
    """Another password; every other sign-in of this person ends, this one goes on."""
    typed, now, person = request.form.to_dict(flat=False), clock.now(), guards.person()
    throttle.refuse_hurry(DOOR, person.actor, now)
    chosen, problems = read_password(typed, PASSWORD_MIN_CHARACTERS)
    if not problems:
        problems = _change(request.form.get("present", ""), chosen)
    if problems:
        return _page(asked_again(PROBLEMS, "password", typed, problems))
    return redirect(url_for("clinic_me.show", done="password"), 303)


def _change(present: str, chosen: str) -> tuple[Problem, ...]:
    person, now = guards.person(), clock.now()
    try:
        sign_ins.change_password(person, present, chosen, sign_in.passwords(), now)
    except WrongPassword:
        throttle.count_failure(DOOR, person.actor, now)
        return (Problem("present", "password_wrong"),)
    throttle.forget_failures(DOOR, person.actor)
    guards.sign_in(person)
    return ()


@pages.post("/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """Out on every computer, this one among them."""
    sign_ins.sign_out_everywhere(guards.person(), clock.now())
    guards.sign_out()
    return redirect(url_for("sign_in.sign_in"), 303)


def _page(again: Again) -> ResponseReturnValue:
    person = guards.clinician_or_nobody()
    return clinic_frame.anybodys_page(
        "clinic/me.html",
        422 if again.problems else 200,
        again=again,
        role=ROLES[person.role] if person else "",
        least=PASSWORD_MIN_CHARACTERS,
        is_changed=request.args.get("done") == "password",
    )
