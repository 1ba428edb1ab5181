"""Connecting a phone: the card's link, the typed code, and the post that gives the phone its key."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.records import cards, clock, devices, throttle
from recovery.records.accounts import clinic_of
from recovery.records.cards import CardRefused
from recovery.web import guards
from recovery.web.connected import KINDS
from recovery.web.numbers import numbers_of
from recovery.web.speech import here

pages = Blueprint("cards", __name__)
DOOR = "card"


@pages.get("/c/<code>")
def link(code: str) -> ResponseReturnValue:
    """The page behind the card's QR code. It only asks: mail scanners and previews open links as well."""
    return render_template("patient/card_link.html", code=code)


@pages.get("/card")
def card() -> ResponseReturnValue:
    """The form for a code typed by hand; above it, why a phone that was connected asks for it."""
    return _page("", "")


@pages.post("/card")
def connect() -> ResponseReturnValue:
    """Connect this phone, or ask for the code again with one sentence on what to do."""
    now, address = clock.now(), guards.address()
    throttle.refuse_hurry(DOOR, address, now)
    code = request.form.get("code", "")
    try:
        device, token = cards.connect(code, guards.settings().card_key, _kind_of_device(), now)
    except CardRefused as refusal:
        throttle.count_failure(DOOR, address, now)
        return _page(code[:40], _sentence(refusal.key)), 422
    throttle.forget_failures(DOOR, address)
    _end_earlier_key()
    if cards.holder_of(device).holder == "helper":
        # Helpers go on in the language of the page that they have just read; the patient's is the clinic's choice.
        devices.choose_language(device, here().language, now)
    # The phone may still keep the page of somebody else; what follows comes from us.
    page = url_for("patient.today", card="new")
    return guards.keep_device(make_response(redirect(page, 303)), token)


def _page(code: str, refused: str) -> str:
    """Nobody's name stands on it: the phone may be in anybody's hands."""
    ended = devices.find_ended(request.cookies.get(guards.DEVICE_COOKIE, ""))
    is_helpers = ended is not None and cards.is_helper_ended(ended)
    now = clock.now()
    known = {"numbers": numbers_of(clinic_of(ended.clinic_id), now)} if ended else {}
    return render_template(
        "patient/card.html",
        code=code,
        refused=refused,
        ended=("help" if is_helpers else "phone") if ended else "",
        has_left="left" in request.args,
        **known,
    )


def _end_earlier_key() -> None:
    """This phone's earlier key is overwritten now: nobody holds it any more."""
    earlier = devices.find(request.cookies.get(guards.DEVICE_COOKIE, ""))
    if earlier:
        devices.end(earlier, earlier.actor, clock.now())


def _kind_of_device() -> str:
    """A word by which a nurse can tell a patient's phones apart."""
    told = request.user_agent.string
    return next((kind for kind in KINDS if kind in told), "")


def _sentence(key: str) -> str:
    return {
        "wrong_code": _("This code is not right. Look at your card and type it again."),
        "expired_code": _("This card is too old. Ring your clinic and ask for a new one."),
        "ended_code": _("This card has ended. Ring your clinic and ask for a new one."),
        "too_many_devices": _("This card is in use on three phones. Ring your clinic for help."),
    }[key]
