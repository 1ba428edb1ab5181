"""Enrolling many patients from a file: sending it, looking at what would become of it, confirming or dropping it."""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask import render_template as drawn
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from recovery.clinical import import_file
from recovery.clinical.import_file import MOST_LINES, UnreadableFile
from recovery.records import accounts, clock, heartbeats, import_staging, imports
from recovery.records.imports import Import, NotConfirmable
from recovery.web import clinic_frame, enrolment_columns, enrolment_import_words, guards
from recovery.web import enrolment_import_view as presented
from recovery.web.patient_view import Again

pages = Blueprint("imports", __name__, url_prefix="/clinic/import")
N_ = str
MEGABYTE = 1024 * 1024

REFUSALS = {
    "changed_since": N_("This file has changed since you saw it. Look at it again."),
    "checked_again": N_(
        "It was checked more than a day ago, so it is checked again. Look at it then, and confirm it."
    ),
}


@pages.get("")
def start() -> ResponseReturnValue:
    """The form, how a file must look, and the last files."""
    return _start(Again())


def _start(again: Again) -> ResponseReturnValue:
    clinic = clinic_frame.own_clinic()
    if not clinic_frame.may_enrol(clinic):
        return clinic_frame.page("clinic/not_approved.html", 403)
    names = accounts.clinician_names(clinic.id)
    return clinic_frame.page(
        "clinic/import.html",
        422 if again.problems else 200,
        again=again,
        files=[
            (row.id, enrolment_import_words.headline(row), presented.sent(row, names, clinic.zone))
            for row in imports.latest(guards.clinician())
        ],
        columns=list(enrolment_columns.explained(clinic)),
        **_limits(),
    )


@pages.get("/template.csv")
def template() -> Response:
    """An empty file to fill in."""
    response = make_response(enrolment_columns.template())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="patients.csv"'
    return response


@pages.post("")
def send() -> ResponseReturnValue:
    """Take a file in, or say why it cannot be taken; the very same file is not taken in twice."""
    if not clinic_frame.may_enrol(clinic_frame.own_clinic()):
        return clinic_frame.page("clinic/not_approved.html", 403)
    try:
        with closing(_file()) as file:
            return _received(file, cast(BinaryIO, file.stream))
    except UnreadableFile as error:
        return _start(_again(error))


def _file() -> FileStorage:
    """What was sent; raises UnreadableFile."""
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise UnreadableFile("too_large", most=_most_megabytes()) from error
    if file is None or not file.filename:
        raise UnreadableFile("no_file")
    return file


def _received(file: FileStorage, stream: BinaryIO) -> ResponseReturnValue:
    """Keep its lines, in place of those of the file that it corrects; raises UnreadableFile."""
    person, now, found = guards.clinician(), clock.now(), import_file.survey(stream)
    earlier = imports.same_file(person, found.sha256)
    if earlier is not None:
        imports.check_again(person, earlier, now)
        return _to(earlier, same=True)
    lines = import_file.lines(stream, found)
    row = import_staging.stage(person, _name(file), found, lines, now)
    if corrected := request.form.get("instead_of"):
        imports.drop(_find(corrected), person.actor, now)
    return _to(row)


def _name(file: FileStorage) -> str:
    """Without the folders that some browsers tell."""
    return import_file.plain(re.split(r"[\\/]", file.filename or "")[-1])[:200]


def _limits() -> dict[str, int]:
    return {"most_lines": MOST_LINES, "most_megabytes": _most_megabytes()}


def _most_megabytes() -> int:
    return int(current_app.config["MAX_CONTENT_LENGTH"]) // MEGABYTE


def _again(error: UnreadableFile) -> Again:
    typed = {} if error.key == "too_large" else request.form.to_dict(flat=False)
    return Again("import", typed, (("file", presented.refusal(error)),))


@pages.get("/<import_id>")
def file(import_id: str) -> ResponseReturnValue:
    """One file. While a round works on it the page renews itself and asks for its middle alone."""
    row = _find(import_id)
    shown = _middle(row)
    middle = drawn("clinic/import_state.html", **shown)
    etag = hashlib.sha256(middle.encode()).hexdigest()
    is_renewal = bool(request.headers.get("X-Renew"))
    response = make_response(middle)
    response.set_etag(etag)
    if is_renewal and response.make_conditional(request).status_code == 304:
        return response
    if shown["view"].names_patients:
        imports.note_opened(guards.clinician(), row, clock.now())
    if is_renewal:
        return response
    return clinic_frame.page("clinic/import_file.html", etag=etag, now=clock.now(), **shown)


def _middle(row: Import, refused: str = "") -> dict[str, Any]:
    clinic, after = clinic_frame.own_clinic(), request.args.get("after", "")
    names = accounts.clinician_names(clinic.id)
    first = int(after) if re.fullmatch(r"[0-9]{1,6}", after) else 0
    return {
        "row": row,
        "view": presented.view(row, names, clinic.zone, first),
        "is_same": bool(request.args.get("same")),
        "is_behind": heartbeats.pulse(clock.now()).is_late,
        "refused": refused,
        "again": Again(),
        **_limits(),
    }


@pages.post("/<import_id>/confirm")
def confirm(import_id: str) -> ResponseReturnValue:
    """Have everybody in a checked file enrolled, in the name of whoever is signed in."""
    if not clinic_frame.may_enrol(clinic_frame.own_clinic()):
        return clinic_frame.page("clinic/not_approved.html", 403)
    row, shown = _find(import_id), request.form.get("shown", "")
    try:
        imports.confirm(
            guards.clinician(), row, int(shown) if shown.isdecimal() else 0, clock.now()
        )
    except NotConfirmable as refusal:
        told = _middle(row, _(REFUSALS[refusal.key]))
        return clinic_frame.page("clinic/import_file.html", 409, etag="", now=clock.now(), **told)
    return _to(row)


@pages.post("/<import_id>/drop")
def drop(import_id: str) -> ResponseReturnValue:
    """Forget a file whose patients are not to be enrolled."""
    row = _find(import_id)
    imports.drop(row, guards.clinician().actor, clock.now())
    return _to(row)


def _find(import_id: str) -> Import:
    return imports.find(guards.clinician(), guards.path_id(import_id))


def _to(row: Import, *, same: bool = False) -> ResponseReturnValue:
    return redirect(url_for("imports.file", import_id=row.id, same=same or None), 303)
