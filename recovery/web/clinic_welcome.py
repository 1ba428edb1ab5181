"""The page behind a one-time link, on which somebody sets their own password and is signed in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery.records import clock, sign_ins
from recovery.records.sign_ins import PASSWORD_MIN_CHARACTERS, LinkEnded, Person
from recovery.web import guards, sign_in
from recovery.web.asked_again import asked_again
from recovery.web.clinic_people_form import PROBLEMS, read_password
from recovery.web.patient_view import Again

pages = Blueprint("clinic_welcome", __name__, url_prefix="/clinic/welcome")


@pages.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Whose password it is, and the form. It only asks: mail scanners and previews open links as well."""
    try:
        return _page(_owner(token), token, Again())
    except LinkEnded:
        return _ended()


@pages.post("/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Set the password; the link ends, and whoever set it is signed in."""
    typed, now = request.form.to_dict(flat=False), clock.now()
    password, problems = read_password(typed, PASSWORD_MIN_CHARACTERS)
    try:
        if problems:
            return _page(_owner(token), token, asked_again(PROBLEMS, "welcome", typed, problems))
        person = sign_ins.use_link(token, _key(), password, sign_in.passwords(), now)
    except LinkEnded:
        return _ended()
    guards.sign_in(person)
    return redirect(guards.home(), 303)


def _owner(token: str) -> Person:
    return sign_ins.find_by_link(token, _key(), clock.now())


def _key() -> str:
    return guards.settings().secret_key


def _page(person: Person, token: str, again: Again) -> ResponseReturnValue:
    shown = {"owner": person, "token": token, "again": again, "least": PASSWORD_MIN_CHARACTERS}
    return render_template("clinic/welcome.html", **shown), 422 if again.problems else 200


def _ended() -> ResponseReturnValue:
    return render_template("clinic/welcome.html", owner=None, again=Again()), 404
