"""The cohort page: what a clinic's patients report together, as a page, as a file, and what each number of it means."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from recovery.clinical.days import local_day
from recovery.records import clock, cohort, pathways
from recovery.records.pathways import VERTEBROPLASTY
from recovery.web import clinic_frame, cohort_file, cohort_form, cohort_view, guards
from recovery.web.cohort_form import Asked

pages = Blueprint("cohort", __name__, url_prefix="/clinic")
CSV = "text/csv; charset=utf-8; header=present"


@pages.get("/cohort", endpoint="cohort")
def show() -> ResponseReturnValue:
    """The figures of those chosen in the address; with a problem in it, the form alone."""
    asked, clinic = _asked(), clinic_frame.own_clinic()
    pathway, now = pathways.packaged(VERTEBROPLASTY), clock.now()
    view = None
    if not asked.again.problems:
        worked = cohort.look(clinic, asked.choice, now)
        cohort.note(guards.clinician(), "cohort opened", asked.choice, now)
        view = cohort_view.view(worked, asked.choice, clinic, pathway)
    return clinic_frame.page(
        "clinic/cohort.html",
        200 if view else 422,
        view=view,
        again=asked.again,
        query=cohort_form.query(asked.choice),
        ages=cohort_form.ages(pathway.cohort.old_from),
        levels=cohort_form.levels(),
        versions=cohort_form.pathway_versions(clinic),
    )


@pages.get("/cohort.csv")
def file() -> ResponseReturnValue:
    """The same numbers to take away; what is wrong in the address stands on the page."""
    asked, clinic = _asked(), clinic_frame.own_clinic()
    if asked.again.problems:
        return redirect(f"{url_for('cohort.cohort')}?{request.query_string.decode()}")
    now = clock.now()
    worked = cohort.look(clinic, asked.choice, now)
    cohort.note(guards.clinician(), "cohort downloaded", asked.choice, now)
    written = cohort_file.write(worked, asked.choice, pathways.packaged(VERTEBROPLASTY))
    return _attached(written, f"cohort-{local_day(now, clinic.zone).isoformat()}.csv")


@pages.get("/cohort-dictionary.csv")
def dictionary() -> ResponseReturnValue:
    """What each column of the file is."""
    return _attached(cohort_file.dictionary(), "cohort-dictionary.csv")


def _asked() -> Asked:
    return cohort_form.read(request.args.to_dict(flat=False), clinic_frame.own_clinic())


def _attached(text: str, name: str) -> Response:
    response = Response(text, content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
