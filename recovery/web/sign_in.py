"""Signing in and out, for clinicians and administrators, by e-mail address and password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recovery.records import clock, sign_ins, throttle
from recovery.records.accounts import Passwords
from recovery.web import guards

pages = Blueprint("sign_in", __name__, url_prefix="/clinic")
DOOR = "clinic"


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form."""
    return render_template("clinic/sign_in.html", email="", refused=False)


@pages.post("/sign-in")
def submit() -> ResponseReturnValue:
    """Sign in, or the form again with one sentence that does not tell which of the two was wrong."""
    now, address = clock.now(), guards.address()
    throttle.refuse_hurry(DOOR, address, now)
    email = request.form.get("email", "")
    person = sign_ins.sign_in(email, request.form.get("password", ""), passwords(), now)
    if person is None:
        throttle.count_failure(DOOR, address, now)
        return render_template("clinic/sign_in.html", email=email, refused=True), 422
    throttle.forget_failures(DOOR, address)
    guards.sign_in(person)
    return redirect(_own_path(request.form.get("next", "")))


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    guards.sign_out()
    return redirect(url_for("sign_in.sign_in"))


def passwords() -> Passwords:
    """The password costs of the settings."""
    settings = guards.settings()
    return Passwords(settings.argon2_memory_kib, settings.argon2_rounds)


def _own_path(wanted: str) -> str:
    # Only a path of ours: a whole address here would send people elsewhere with our blessing.
    parts, home = urlsplit(wanted), guards.home()
    own = "/clinic" if guards.clinician_or_nobody() else home
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(own)
    return wanted if is_ours and "\\" not in wanted else home
