"""The guards: who may enter which pages, who is signed in, and the headers that keep everybody else out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized

from config import Settings
from recovery.records import accounts, devices, patients

Guard = Callable[[], ResponseReturnValue | None]
DEVICE_COOKIE = "device"
DEVICE_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
login = LoginManager()
login.session_protection = "basic"


class SignedIn(UserMixin):
    """A signed-in clinician as Flask-Login wants one; its id is the rotated token, never the row's id."""

    def __init__(self, clinician: accounts.Clinician) -> None:
        self.clinician = clinician

    def get_id(self) -> str:
        """The token; rotating it ends every sign-in of this person at once."""
        return self.clinician.session_token


class WrongAccess(Unauthorized):
    """The post was made for another card than the one that is signed in on this phone."""


@login.user_loader
def _load(token: str) -> SignedIn | None:
    clinician = accounts.find_by_token(token)
    return SignedIn(clinician) if clinician else None


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def anyone() -> None:
    """A page that needs no sign-in."""


def clinicians_only() -> ResponseReturnValue | None:
    """A clinician's page: others are sent to sign in and come back afterwards."""
    if current_user.is_authenticated:
        return None
    if request.method not in SAFE_METHODS or request.headers.get("X-Renew"):
        abort(401)
    return redirect(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")))


def leads_only() -> ResponseReturnValue | None:
    """A page on which a clinic lead settles how the clinic works; to other clinicians it does not exist."""
    refused = clinicians_only()
    if refused is None and not clinician().is_lead:
        abort(404)
    return refused


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


def clinician() -> accounts.Clinician:
    """The signed-in clinician."""
    signed_in: accounts.Clinician = current_user.clinician
    return signed_in


def clinician_or_nobody() -> accounts.Clinician | None:
    """The signed-in clinician, on pages that are open to anybody too."""
    return getattr(current_user, "clinician", None)


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


def sign_in(person: accounts.Clinician) -> None:
    """Sign a clinician in; the cookie lives under /clinic only."""
    login_user(SignedIn(person))


def sign_out() -> None:
    """Sign the clinician out of this browser."""
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
    """Set the guards before every request and the headers after it. A page without a guard is closed."""
    app.extensions["doors"] = doors
    login.init_app(app)
    app.before_request(_refuse_other_origins)
    app.before_request(_ask_the_guard)
    app.after_request(_add_headers)


def _refuse_other_origins() -> None:
    # Sec-Fetch-Site cannot be set by a page; Origin stands in where a browser does not send it.
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    own = site == "same-origin" if site else request.headers.get("Origin") == settings().base_url
    if not own:
        abort(403)


def _ask_the_guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    guard: Guard | None = current_app.extensions["doors"].get(request.blueprint)
    return guard() if guard else abort(403)


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if settings().base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
