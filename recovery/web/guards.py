"""The guards: who may enter which pages, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized

from config import Settings
from recovery.records import devices, patients, sign_ins
from recovery.records.accounts import Clinician
from recovery.records.administrators import Administrator
from recovery.records.sign_ins import Person

Guard = Callable[[], ResponseReturnValue | None]
DEVICE_COOKIE = "device"
DEVICE_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
login = LoginManager()
login.session_protection = "basic"


class SignedIn(UserMixin):
    """Whoever is signed in as Flask-Login wants them; the id is the rotated token, never the row's id."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """The token; rotating it ends every sign-in of this person at once."""
        return self.person.session_token


class WrongAccess(Unauthorized):
    """The post was made for another card than the one that is signed in on this phone."""


@login.user_loader
def _load(token: str) -> SignedIn | None:
    person = sign_ins.find_by_token(token)
    return SignedIn(person) if person else None


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def anyone() -> None:
    """A page that needs no sign-in."""


def people_only() -> ResponseReturnValue | None:
    """A page of whoever is signed in, in a clinic or in none: others sign in and come back afterwards."""
    if current_user.is_authenticated:
        return None
    if request.method not in SAFE_METHODS or request.headers.get("X-Renew"):
        abort(401)
    return redirect(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")))


def clinicians_only() -> ResponseReturnValue | None:
    """A clinician's page; for an administrator it does not exist."""
    return _only(clinician_or_nobody() is not None)


def leads_only() -> ResponseReturnValue | None:
    """A page on which a clinic lead settles how the clinic works; to others it does not exist."""
    person = clinician_or_nobody()
    return _only(person is not None and person.is_lead)


def administrators_only() -> ResponseReturnValue | None:
    """A page about the installation; to clinicians it does not exist."""
    return _only(is_administrator())


def _only(is_open: bool) -> ResponseReturnValue | None:
    refused = people_only()
    return refused if refused or is_open else abort(404)


def wants_json() -> bool:
    """Whether a script asks: it must get an answer that it can read, never another page."""
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or accepted == "application/json"


def devices_only() -> ResponseReturnValue | None:
    """A patient's page: a phone that no card has connected is asked for the card."""
    device = devices.find(request.cookies.get(DEVICE_COOKIE, ""))
    if device is None:
        is_page = request.method in SAFE_METHODS and not wants_json()
        return redirect(url_for("cards.card")) if is_page else abort(401)
    g.device = device
    return None


def person_or_nobody() -> Person | None:
    """Whoever is signed in, clinician or administrator."""
    signed_in: Person | None = getattr(current_user, "person", None)
    return signed_in


def person() -> Person:
    """The same where somebody is."""
    signed_in: Person = current_user.person
    return signed_in


def clinician() -> Clinician:
    """The signed-in clinician."""
    signed_in: Clinician = current_user.person
    return signed_in


def clinician_or_nobody() -> Clinician | None:
    """The signed-in clinician, on pages that are open to others too."""
    found = person_or_nobody()
    return found if isinstance(found, Clinician) else None


def is_administrator() -> bool:
    """Whether somebody is signed in who looks after the installation."""
    return isinstance(person_or_nobody(), Administrator)


def home() -> str:
    """Where whoever is signed in begins: the installation, or the worklist."""
    begins = "clinic_installation.overview" if is_administrator() else "clinician.worklist"
    return url_for(begins)


def known_device() -> devices.Device | None:
    """The connected device that asks, on pages that are open to anybody too."""
    if "device" not in g and (found := devices.find(request.cookies.get(DEVICE_COOKIE, ""))):
        g.device = found
    known: devices.Device | None = g.get("device")
    return known


def device() -> devices.Device:
    """The connected device that asks."""
    asking: devices.Device = g.device
    return asking


def patient() -> patients.Patient:
    """The patient to whom the connected device belongs."""
    return patients.get(device().key)


def refuse_other_access(access: str) -> None:
    """Raise WrongAccess if a post carries another access id than this phone's sign-in (two cards, one phone)."""
    if access and access != str(device().access):
        raise WrongAccess


def giver(access: str) -> devices.Device:
    """On which device an entry was given: on this one, or on an earlier one of the same patient.

    Answers that waited on the phone while its card was used again reach their patient. Raises WrongAccess.
    """
    own = device()
    if not access or access == str(own.access):
        return own
    earlier = devices.find_earlier(own.key, access)
    if earlier is None:
        raise WrongAccess
    return earlier


def sign_in(person: Person) -> None:
    """Sign somebody in; the cookie lives under /clinic only."""
    login_user(SignedIn(person))


def sign_out() -> None:
    """Sign whoever it is out of this browser."""
    logout_user()


def keep_device(response: Response, token: str) -> Response:
    """Give the phone its cookie."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings().base_url.startswith("https:"),
    )
    return response


def forget_device(response: Response) -> Response:
    """Take the phone's cookie away."""
    response.delete_cookie(DEVICE_COOKIE, httponly=True, samesite="Lax")
    return response


def address() -> str:
    """The network address that asks, for slowing down guesses."""
    return request.remote_addr or "unknown"


def path_id(text: str) -> UUID:
    """An id from a path; an unreadable one is simply not found."""
    try:
        return UUID(text)
    except ValueError:
        abort(404)


def watch(app: Flask, doors: dict[str, Guard]) -> None:
    """Set the guards before every request. A page without a guard is closed."""
    app.extensions["doors"] = doors
    login.init_app(app)
    app.before_request(_ask_the_guard)


def guard_of(endpoint: str) -> Guard | None:
    """Who stands before a page: its own guard, or that of its group."""
    doors: dict[str, Guard] = current_app.extensions["doors"]
    return doors.get(endpoint) or doors.get(endpoint.rpartition(".")[0])


def _ask_the_guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    guard = guard_of(request.endpoint)
    return guard() if guard else abort(403)
