"""The clinic's own settings: forms on the pathway page that change what its patients read."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.sheet import Sheet
from recovery.records import clinic_settings, clock
from recovery.records.accounts import AccountError
from recovery.web import guards, rehearsal
from recovery.web.patient_view import Again

pages = Blueprint("clinic_settings", __name__, url_prefix="/clinic/pathway")
WHOLE = re.compile(r"[0-9]{1,4}")


@pages.post("/lifting")
def lifting() -> ResponseReturnValue:
    """Keep for how long patients ask before lifting; an empty box takes it away."""
    sheet = Sheet(request.form.to_dict(flat=False))
    text = sheet.typed("no_lifting_days")
    try:
        clinic_settings.set_lifting_days(guards.clinician(), _days(text), clock.now())
    except AccountError:
        most = clinic_settings.most_lifting_days()
        said = _(
            "Type a whole number of days from 1 to %(most)s, or leave the box empty.", most=most
        )
        return rehearsal.show(Again("lifting", sheet.form, (("no_lifting_days", said),)))
    return redirect(url_for("rehearsal.pathway", _anchor="lifting"), 303)


def _days(text: str) -> int | None:
    """The typed number; none for an empty box. Raises AccountError."""
    if text and not WHOLE.fullmatch(text):
        raise AccountError(text)
    return int(text) if text else None
