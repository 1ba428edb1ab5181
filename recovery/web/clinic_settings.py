"""The clinic's own settings: its numbers, its hours and what patients read of them; a lead changes them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet, known_zones
from recovery.records import card_sheets, catalogues, clinic_settings, clock
from recovery.records.clinic_settings import ChangedSince, settings_of
from recovery.records.languages import own_name
from recovery.web import clinic_frame, clinic_settings_view, guards, rehearsal
from recovery.web import clinic_settings_form as forms
from recovery.web.asked_again import asked_again
from recovery.web.patient_view import Again

pages = Blueprint("clinic_settings", __name__, url_prefix="/clinic")


@pages.get("/settings")
def show() -> ResponseReturnValue:
    """How they stand, with the form for a lead."""
    return _page(Again("settings", forms.boxes(settings_of(clinic_frame.own_clinic()))))


@pages.post("/settings")
def save() -> ResponseReturnValue:
    """Set them all, or the form again as it was typed; what a colleague set meanwhile is told, not overwritten."""
    typed, version = request.form.to_dict(flat=False), request.form.get("version", "")
    values, problems = forms.read(typed, catalogues.offered())
    if problems:
        return _page(asked_again(forms.PROBLEMS, "settings", typed, problems), 422, typed)
    try:
        clinic_settings.change(guards.clinician(), version, values, clock.now())
    except ChangedSince:
        return _told_of_change(typed)
    return redirect(url_for("clinic_settings.show", done="yes"), 303)


def _told_of_change(typed: Form) -> ResponseReturnValue:
    """The form with what was typed into the boxes that were touched, and with what stands now in all others."""
    boxes = forms.boxes(settings_of(clinic_frame.own_clinic())) | forms.touched(typed)
    happened = clinic_settings_view.happened(forms.shown_in(typed), clinic_frame.own_clinic())
    return _page(Again("settings", boxes), 409, happened=list(happened))


def _page(
    again: Again, status: int = 200, typed: Form | None = None, happened: Sequence[str] = ()
) -> ResponseReturnValue:
    """typed: a form that was posted, which still knows what its page had shown."""
    clinic, now = clinic_frame.own_clinic(), clock.now()
    settings = clinic_settings_view.settings(clinic, now)
    shown = forms.shown_in(typed) if typed else _flat(forms.boxes(settings_of(clinic)))
    return clinic_frame.page(
        "clinic/settings.html",
        status,
        again=again,
        shown=shown,
        version=request.form.get("version", "") if typed else clinic_settings.version_of(clinic),
        has_changed=status == 409,
        happened=happened,
        settings=settings,
        read={each.key: each.read for each in settings},
        days=clinic_settings_view.days(),
        last_change=clinic_settings_view.last_change(clinic),
        languages=[(each, own_name(each)) for each in catalogues.offered()],
        zones=sorted(known_zones()),
        old_cards=card_sheets.count_old(guards.clinician(), now),
        is_done=request.args.get("done") == "yes",
    )


def _flat(boxes: Form) -> dict[str, str]:
    return {box: text for box, (text,) in boxes.items()}


@pages.post("/pathway/lifting")
def lifting() -> ResponseReturnValue:
    """Keep for how long patients ask before lifting; an empty box takes it away."""
    sheet = Sheet(request.form.to_dict(flat=False))
    days = forms.read_lifting_days(sheet)
    if sheet.problems:
        return rehearsal.show(asked_again(forms.PROBLEMS, "lifting", sheet.form, sheet.problems))
    try:
        clinic_settings.set_lifting_days(
            guards.clinician(), days, clock.now(), sheet.typed("shown")
        )
    except ChangedSince:
        changed = Problem("no_lifting_days", "lifting_changed")
        told = asked_again(forms.PROBLEMS, "lifting", sheet.form, (changed,))
        return rehearsal.show(told, 409)
    return redirect(url_for("rehearsal.pathway", _anchor="lifting"), 303)
