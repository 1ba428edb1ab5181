"""Messages to the clinic's people: what was sent, what waits and why, for everybody who works there."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from recovery.records import clock, deliveries
from recovery.web import clinic_frame, escalation, guards, message_words

pages = Blueprint("messages", __name__, url_prefix="/clinic/messages")
LAST_PAGE = 100_000


@pages.get("")
def show() -> ResponseReturnValue:
    """The messages, those that could not be sent first."""
    clinic, now = clinic_frame.own_clinic(), clock.now()
    number = request.args.get("page", 1, type=int)
    shown = deliveries.to_staff(guards.clinician(), min(number, LAST_PAGE))
    names = escalation.names_of(clinic)
    lines = [message_words.line(each, names, clinic.zone, now) for each in shown.messages]
    return clinic_frame.page("clinic/messages.html", lines=lines, shown=shown)
